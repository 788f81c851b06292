"""Days counted from today in English, days named by a number alone, and parts of today."""

import re
from datetime import date, timedelta

from .days import later, next_day_number
from .english_words import COUNT, DAY, LONE_ORDINAL, NOT_A_DAY, TO_DAY_END, TOMORROW, UNIT, UNIT_CUES, english_day
from .mention import Kind, Wording
from .numbers import small_number
from .resolving import after_a_time, in_days, no_day


def _a_day_number(m: re.Match[str], today: date) -> date:
    return next_day_number(english_day(m["day"]), today)


def _after_a_time_from(m: re.Match[str], today: date) -> date:
    start = today if m["start"] in {"today", "now"} else today + timedelta(1)
    return later(small_number(m["count"] or "a"), m["unit"], start)


ENGLISH_SPANS: tuple[Wording, ...] = (
    # Counted from today. The vague counts come first.
    Wording(
        Kind.SOON,
        rf"\b(?:in |within |after |over )?(?:the )?(?:next |a |like |another |coming )*(?:few|couple(?: of)?|several|"
        rf"some|cpl(?: of)?) (?:more |working |business )?{UNIT}(?:'? time)?\b|\b(?:in |within )?(?:{COUNT} ?(?:or|-|"
        rf"to|/|–) ?{COUNT}) {UNIT}\b|\b(?:in )?(?:a|1|one) {UNIT} or (?:so|two|2)\b|"
        r"\bin (?:the )?coming days\b|\bany day now\b|\b(?:kuch|do teen) din\b",
        no_day,
        UNIT_CUES,
    ),
    Wording(
        Kind.RELATIVE,
        rf"\b(?:in |within )?(?P<count>{COUNT} ?)?(?P<unit>{UNIT}),? (?:from )?(?P<start>today|now|{TOMORROW})\b"
        r"(?! (?:we)\b)",
        _after_a_time_from,
        UNIT_CUES,
    ),
    Wording(
        Kind.RELATIVE,
        rf"\b(?:today|{TOMORROW}) week\b",
        lambda m, today: today + timedelta(7 + ("day" not in m[0])),
        "week",
    ),
    Wording(
        Kind.RELATIVE, r"\b(?:in |within )?half (?:an )?h(?:ou)?r\b|\bin (?:a )?min(?:ute)?\b", in_days(0), "half|min"
    ),
    Wording(
        Kind.RELATIVE,
        rf"\b(?:in|within|after|with in|inside|wthin)(?: the)?(?: next| about| around| like| another| exactly|"
        rf" approx| only| just| maximum|"
        rf" max)* ?(?P<count>{COUNT}) ?(?:more )?(?P<unit>{UNIT})(?:'?s?'? time)?\b(?! (?:ago|month|because))",
        after_a_time,
        UNIT_CUES,
    ),
    Wording(
        Kind.RELATIVE,
        rf"\b(?P<count>{COUNT}) ?(?:more )?(?P<unit>{UNIT})(?:(?:'?s?'?) (?:later|time|from now|mein|me|max|maximum|"
        rf"tops)\b|"
        r"(?= (?:and|n|&) (?:i|it|you|u|we|ill|its|ur)\b))(?! to\b)",
        after_a_time,
        UNIT_CUES,
    ),
    Wording(
        Kind.RELATIVE,
        rf"(?:(?<=give me )|(?<=giv me )|(?<=gimme )|(?<=need )|(?<=needs )|(?<=wait )|(?<=next )|(?<=give )|"
        rf"(?<=me till ))(?P<count>{COUNT}) ?(?:more )?(?P<unit>{UNIT})\b",
        after_a_time,
        UNIT_CUES,
    ),
    Wording(
        Kind.RELATIVE,
        rf"(?:^|(?<=[,.!?;\n])) ?(?:just )?(?P<count>{COUNT}) ?(?:more )?(?P<unit>{UNIT})(?:'? time)?"
        r"(?= ?(?:pl[sz]|please|needed|sir)\b| ?[,.!?;\n]|$)",
        after_a_time,
        UNIT_CUES,
    ),
    Wording(
        Kind.RELATIVE,
        r"\b(?P<count>ek|do|teen|cha+r|pa+nch|das|\d{1,2}) (?P<unit>din|hafte|hafta|mahine) (?:mein|me|baad|"
        r"ke andar)\b",
        after_a_time,
        "din|haft|mahin",
    ),
    Wording(Kind.RELATIVE, r"\b(?:this|same) (?:time|day) next (?:week|wk)\b", in_days(7), "next"),
    Wording(
        Kind.RELATIVE,
        r"(?<!every )(?<!each )\b(?:in )?(?:a |one )?fortnight(?:'?s time)?\b(?! ago)",
        in_days(14),
        "fortnight",
    ),
    Wording(
        Kind.RELATIVE,
        rf"\b(?:the )?day after (?:{TOMORROW}|tom)\b|\b(?:the )?dayafter ?(?:{TOMORROW})?|"
        r"\b(?:the )?day after(?! (?:i|my|pay|that|the|we|it|this|work|they|is|he|she)\b)(?= |$|[.,!])|\bhou ?tian\b|"
        r"\bpars(?:o|on|u)\b|\bovermorrow\b",
        in_days(2),
        "after|tian|pars|overm",
    ),
    Wording(
        Kind.RELATIVE,
        rf"\b(?:{TOMORROW}|ming ?tian|mingwan|mingzao|kal|nxt day|next day|first thing in the morning)\b|"
        r"(?<=pay )tom\b|(?<=by )tom\b",
        in_days(1),
        "tom|tm|2m|kal|ming|nxt|next|morning",
    ),
    Wording(
        Kind.RELATIVE,
        r"\b(?:later today|today|2day|tday|todays|tonight|tonite|2nite|2night|tonght|tonigth|this (?:aft(?:ernoon)?|"
        r"evening|arvo|morning|eve)|aaj|jin ?tian|jinwan)\b",
        in_days(0),
        "day|ton|nit|nigh|this|aaj|jin",
    ),
    Wording(Kind.RELATIVE, r"(?<=[\d£$€] )(?:right )?now(?= (?:and|then|n|&)\b|,)", in_days(0), "now"),
    # A number alone.
    Wording(Kind.CALENDAR, r"\b(?P<day>3[01]|[12]\d|[1-9]) ?hao\b", _a_day_number, "hao"),
    Wording(
        Kind.CALENDAR,
        rf"(?:\bthe )?\b(?:{DAY} ?[-–/] ?)?(?P<day>{LONE_ORDINAL})\b{NOT_A_DAY}",
        _a_day_number,
        "st|nd|rd|th",
    ),
    Wording(
        Kind.CALENDAR,
        r"(?<=\bon )the (?P<day>first|second|third)\b(?! of\b)" + NOT_A_DAY,
        _a_day_number,
        "first|second|third",
    ),
    Wording(
        Kind.CALENDAR,
        rf"(?:(?<=\bon )|(?<=\bby )|(?<=\bbefore )|(?<=\btill )|(?<=\buntil )|(?<=\bfrm )|(?<=\bafter )|"
        rf"(?<=\baround ))(?:the )?(?P<day>3[01]|[12]\d|[1-9])\b{TO_DAY_END}{NOT_A_DAY}(?! ?(?:{UNIT}|k|rs|dollars?|"
        rf"pounds?|quid|bucks|rupees|grand|hundred)\b|[,]\d)",
        _a_day_number,
        "on|by|before|till|until|frm|after|around",
    ),
    Wording(Kind.CALENDAR, r"\b(?P<day>3[01]|[12]\d|[1-9])(?:th)? (?:ko|tak|tarikh)\b", _a_day_number, "ko|tak|tarikh"),
    # Part of today.
    Wording(
        Kind.PART_OF_DAY,
        r"\b(?:after (?:work|lunch|dinner|my shift|shift|class)|eod|cob|(?:the )?end of (?:the )?(?:day|play|"
        r"business)|day end|close of (?:business|play|day)|midnight|(?:by|in the|at) (?:night|evening|afternoon)|"
        r"at (?:1[0-2]|[1-9])(?![\d%.:]| ?(?:am|pm|per|o'|[a-z]*day|am|quid|st\b|th\b))|later on|right now|now|rn|"
        r"this minute|at (?:noon|midday|lunch(?:time)?)|(?:at|by|before|after) \d{1,2}(?:[:.]\d\d)? ?(?:am|pm|"
        r"o'?clock)|\d{1,2}(?:[:.]\d\d)? ?(?:am|pm)|xianzai|in a (?:sec|moment|jiffy)|when i (?:get (?:home|in|off)|"
        r"finish|clock off))\b",
        in_days(0),
        "at |after|later|now|rn|minute|midday|noon|night|lunch|am|pm|clock|xian|when|eod|cob|end|close|in",
    ),
)
