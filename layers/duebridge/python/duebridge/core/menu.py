"""The borrower's answer to a numbered menu. A wrong guess would agree to what nobody chose: in doubt, none."""

import re
import unicodedata
from functools import cache

_LENGTH_LIMIT = 60
_CHINESE = "一二三四五六七八九"
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_NUMBERS = (
    {str(n): n for n in range(1, 10)}
    | {word: n for n, word in enumerate(_CHINESE, 1)}
    | {word: n for n, word in enumerate(_ENGLISH, 1)}
    | {word: n for n, word in enumerate(_ORDINALS, 1)}
    | {f"{n}{end}": n for n, end in enumerate(("st", "nd", "rd", *["th"] * 6), 1)}
)

_GREETING = r"(?:hi|hello|hey|ok(?:ay)?|yes|yeah|sure|好的?|嗯|您好|你好|行|是|可以|请|麻烦|唔该)"
_COURTESY = (
    r"(?:please|pls|plz|thanks?(?: you)?(?: so much)?|thx|ty|cheers|sir|madam|ma'am|mate|ok(?:ay)?|"
    r"谢谢[您你]?|多谢|唔该|谢了|麻烦(?:了|[您你])?|吧|啦|哦|啊|好的?|可以|行)"
)
_ENGLISH_NUMBER = "|".join((*_ENGLISH, *_ORDINALS))
_ENGLISH_CHOICE = (
    r"(?!(?:the|no) one$)"
    r"(?:(?:i(?: would|'?d)? (?:like|choose|pick|want|prefer|take|select|go with|go for)|"
    r"i'?ll (?:take|choose|pick|go with|go for)|let'?s go with|going with|go with|choose|choosing|select|my choice is|"
    r"reply|answer)(?: to (?:choose|pick|take))? ?:? ?)?"
    r"(?:the )?(?:(?:option|number|choice|plan|nr|num|opt)\b\.? ?(?:is )?|# ?)?"
    rf"(?P<number>[1-9](?:st|nd|rd|th)?|{_ENGLISH_NUMBER})(?: (?:one|option|choice|plan))?"
)
_CHINESE_CHOICE = (
    r"(?:我?(?:想|要|就|还是)?(?:选择?|要|用|按))?(?:方案|选项|编号|数字)?第?"
    rf"(?P<number>[1-9{_CHINESE}])(?:[个种项条](?:方案|选项|安排)?|号?(?:方案|选项|安排))?"
)
_SAME = str.maketrans("選擇個種項號條這兩謝麻煩該還請", "选择个种项号条这两谢麻烦该还请") | {0x2019: "'"}


@cache
def _choices() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Compiled at first use: a menu is seldom open when a Lambda starts."""
    english = rf"(?:{_GREETING} )?{_ENGLISH_CHOICE}(?: {_COURTESY})*"
    chinese = rf"(?:{_GREETING} ?)?{_CHINESE_CHOICE}(?: ?{_COURTESY})*"
    return re.compile(english, re.ASCII), re.compile(chinese, re.ASCII)


@cache
def _endings() -> re.Pattern[str]:
    return re.compile(
        r"""[,，。!！、~～;；👍🙏😊🙂]|\.(?![0-9])|(?<=[0-9])[).](?= |$)|^\(|\)$|^["“「']|["”」']$""", re.ASCII
    )


def chosen(text: str, count: int) -> int | None:
    """The option from 1 to `count` that a whole reply picks; None unless it is plainly one choice and nothing else.
    "2号" chooses nothing: it may be the second of the month. Nor does "no 2", which may refuse it; "no. 2" chooses."""
    if len(text) > _LENGTH_LIMIT:
        return None
    said = _plain(text)
    for choice in _choices():
        match = choice.fullmatch(said)
        if match:
            number = _NUMBERS[match["number"]]
            return number if number <= count else None
    return None


def _plain(text: str) -> str:
    """One width, case and script; a keycap is its digit; ends of sentences are spaces. Any other sign stays."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_SAME).replace("no.", "number ")
    spoken = "".join(c for c in folded if unicodedata.category(c) not in {"Cf", "Mn", "Me"})
    return " ".join(_endings().sub(" ", spoken.strip()).split())
