"""The words of which English phrases of time are made, as people spell them in a text."""

import re

from .numbers import ENGLISH, ENGLISH_DIGITS, ORDINALS, small_number

MONTH_CUES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
WEEKDAY_CUES = "mon|tue|wed|thu|fri|sat|sun"
UNIT_CUES = "min|hour|hr| day|days|1day|dys|week|wk|fortnight|month|mth|din"

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY = (
    "(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    "(?:'?s)?"
)
WEEKDAYS = {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
TOMORROW = "(?:tomorrow|(?:to|2|t)m+(?:[ao]?r+[ao]?w?|[ao]?w|oz?|z))(?:'?s)?"
_ORDINAL_WORD = "(?:" + "|".join(ORDINALS) + "|twenty[ -]?(?:" + "|".join(ORDINALS[:9]) + ")|thirt(?:ieth|y[ -]?first))"
ORDINAL = f"(?:(?:3[01]|[12][0-9]|0?[1-9]) ?(?:st|nd|rd|th)|{_ORDINAL_WORD})"
LONE_ORDINAL = f"(?!first|second|third){ORDINAL}"
"""By itself "the first" is seldom a day."""
DAY = f"(?:{ORDINAL}|(?:3[01]|[12][0-9]|0?[1-9]))"
_NUMBER_WORD = "(?:" + "|".join(ENGLISH_DIGITS[1:13]) + "|fourteen|fifteen|twenty|thirty|ten)"
COUNT = f"(?:[0-9]{{1,3}}|{_NUMBER_WORD}|an?|another(?: {_NUMBER_WORD}| [0-9]{{1,2}})?)"
UNIT = "(?:(?:working|business) ?days?|mins?|minutes?|hours?|hrs?|days?|dys|weeks?|wks?|fortnights?|months?|mths?|din)"
NOT_A_DAY = (
    "(?! ?(?:payments?|instal|time|week|half|job|party|thing|floor|emi\\b|reminder|notice|text|msg|message|mortgage|"
    "loan|one\\b|request|attempt|person|letter|call|bill|avenue|street|st\\b|ave))"
)
TO_DAY_END = "(?![0-9]|[.:/][0-9]| ?(?:am|pm|a\\.m|p\\.m|o'?clock|%|percent|per|[-–] ?[0-9]))"


def english_day(words: str) -> int:
    """15 for 15th, "fifteenth" and "the 15th"; 25 for "twenty-fifth"."""
    if digits := re.search(r"[0-9]+", words):
        return int(digits[0])
    parts = words.replace("-", " ").split() if " " in words or "-" in words else [words]
    if words.startswith(("twenty", "thirty")) and len(parts) == 1 and words not in ORDINALS:
        parts = [words[:6], words[6:]]
    last = 30 if parts[-1] == "thirtieth" else ORDINALS.index(parts[-1]) + 1
    return last + (ENGLISH[parts[0]] if len(parts) > 1 else 0)


def month_number(words: str) -> int:
    """3 for "mar", "march" and 三."""
    return _MONTHS.index(words[:3]) + 1 if words.isascii() and words[0].isalpha() else small_number(words)
