"""One form for each letter: what is read is their own words, in simplified Chinese and small letters."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import chain

_LENGTH_LIMIT = 1600
"""As long as the longest text of the carriers; what stands behind is not read."""
_BEGINNING, _END = 300, 180
"""Characters that are read of a text longer than both together; the longest real reply seen had 335."""


_TRADITIONAL = (
    "聽後個禮號週兩萬塊錢還轉過這幾點時間發資糧給們會貳參陸開領薪處結賬帳實際決應該對說話電聯絡從當兒裡裏內繳匯數"
    "億儘盡壹貮漆仟佰拾唔係畀俾陣晝氣總額餘剩債務歲約園圓幣準備爭訂頭來沒無費單寫戶卡補滿贖贈進遲買賣產業機條"
    "鐘現剛節慶農曆銀撥墊擠騰籌湊經辦獎為嗎讓煩請將頂夠緩寬關續壓認確"
)
_SIMPLIFIED = (
    "听后个礼号周两万块钱还转过这几点时间发资粮给们会二三六开领薪处结账账实际决应该对说话电联络从当儿里里内缴汇数"
    "亿尽尽一二七千百十唔系俾俾阵昼气总额余剩债务岁约园圆币准备争订头来没无费单写户卡补满赎赠进迟买卖产业机条"
    "钟现刚节庆农历银拨垫挤腾筹凑经办奖为吗让烦请将顶够缓宽关续压认确"
)


@cache
def _simplified() -> dict[str, str]:
    return (
        dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True))
        | dict(zip("贰叁肆伍陆捌玖", "二三四五六八九", strict=True))
        | {"〇": "零", "’": "'", "‘": "'", "`": "'", "′": "'"}
    )


def folded(text: str) -> tuple[str, list[int]]:
    """Width, case and Chinese script folded, one letter for one; invisible characters gone, quoted reminders blank."""
    letters: list[str] = []
    places: list[int] = []
    table = _simplified()
    for place, character in _read_of(_without_quotes(text[:_LENGTH_LIMIT])):
        if not character.isascii():
            if unicodedata.category(character) in {"Cf", "Mn", "Me"}:
                continue
            plain = unicodedata.normalize("NFKC", character)
            character = plain if len(plain) == 1 else character
        lower = character.lower()
        letters.append(table.get(lower, lower) if len(lower) == 1 else character)
        places.append(place)
    return "".join(letters), places


def _read_of(text: str) -> Iterable[tuple[int, str]]:
    """The letters that are read, with their places; a line ends where something is left out."""
    if len(text) <= _BEGINNING + _END:
        return enumerate(text)
    rest = len(text) - _END
    return chain(enumerate(text[:_BEGINNING]), [(_BEGINNING, "\n")], enumerate(text[rest:], rest))


def _without_quotes(text: str) -> str:
    """Their own words only: a quoted line or a longer quotation is our reminder, kept in length but blank."""
    marks = (('"', '"'), ("“", "”"), ("「", "」"), ("『", "』"))
    quotations = (f"{opening}[^{opening}{closing}\\n]{{7,400}}{closing}" for opening, closing in marks)
    quoted = "|".join([r"(?m:^[^\S\n]{0,9}>.*$)", *quotations])
    return pattern(quoted).sub(lambda m: "\n" * len(m[0]), text)


def is_chinese(text: str) -> bool:
    """Whether a Chinese character stands in it."""
    return any("一" <= character <= "鿿" for character in text)


@cache
def pattern(source: str) -> re.Pattern[str]:
    """Compiled at first use: most Lambdas that load this module read no promise in their first second.
    Only ASCII letters make words, so that a Latin word ends where a Chinese one begins."""
    return re.compile(source, re.ASCII)
