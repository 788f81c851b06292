"""Numbers in digits and in words, English, Indian and Chinese."""

import re
from decimal import Decimal

from .letters import pattern

_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
ENGLISH_DIGITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
ENGLISH = {w: n for n, w in enumerate(ENGLISH_DIGITS)} | {w: 10 * n for n, w in enumerate(ENGLISH_TENS, 2)}
ENGLISH |= {
    "a": 1,
    "an": 1,
    "fourty": 40,
    "couple": 2,
    "ek": 1,
    "do": 2,
    "teen": 3,
    "char": 4,
    "chaar": 4,
    "panch": 5,
    "paanch": 5,
    "das": 10,
}
ENGLISH_SCALES = {"hundred": 100, "hundreds": 100, "thousand": 1000, "thousands": 1000, "grand": 1000, "k": 1000}
ENGLISH_SCALES |= {"lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "lacs": 100_000, "thou": 1000}
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
    "twentieth",
)  # fmt: skip


def chinese_number(words: str) -> Decimal:
    """两千五 is 2500, 一万二 is 12000, 1.2万 is 12000, 廿五 is 25, 2千5 is 2500."""
    tens = words.replace("廿", "二十").replace("卅", "三十")
    whole = section = Decimal(0)
    number: Decimal | None = None
    unit = 1
    for part in pattern(r"\d+(?:\.\d+)?|.").findall(tens):
        if part in _HAN_UNITS:
            unit = _HAN_UNITS[part]
            section += (Decimal(1) if number is None else number) * unit
            number = None
        elif part in {"万", "w"}:
            unit = 10_000
            whole += (section + (number or 0) or Decimal(1)) * unit
            section, number = Decimal(0), None
        elif part == "零":
            unit, number = 1, number * 10 if number else number
        elif part in _HAN_DIGITS:
            number = _HAN_DIGITS[part] + (number or Decimal(0)) * 10
        elif part[0].isdigit():
            number = Decimal(part)
    if number is not None:
        section += number * (unit // 10 if unit >= 100 and number < 10 else 1)
    return whole + section


def english_number(words: str) -> Decimal:
    """ "two hundred and fifty" is 250, "1.5 k" is 1500, "two and a half grand" is 2500."""
    whole = section = Decimal(0)
    plain = words.replace("and a half", "half").replace("a couple", "couple")
    for word in pattern(r"\d+(?:\.\d+)?|[a-z]+").findall(plain):
        if word in ENGLISH_SCALES:
            scale = ENGLISH_SCALES[word]
            if scale == 100:
                section = (section or Decimal(1)) * 100
            else:
                whole, section = whole + (section or 1) * scale, Decimal(0)
        elif word == "half":
            section += Decimal("0.5")
        elif word in ENGLISH:
            section += ENGLISH[word]
        elif word[0].isdigit():
            section += Decimal(word)
    return whole + section


def written_number(written: str) -> Decimal:
    """1,200.50 and 1.200,50 and 1,00,000: the last mark is decimal if one or two digits follow it."""
    head, mark, tail = written, "", ""
    if last := max(written.rfind(","), written.rfind("."), 0):
        head, mark, tail = written[:last], written[last], written[last + 1 :]
    if mark and len(tail) <= 2 and mark not in head:
        return Decimal(re.sub(r"\D", "", head) + "." + (tail or "0"))
    return Decimal(re.sub(r"\D", "", head + tail))


def small_number(words: str) -> int:
    """A small number in digits or in words of either language."""
    spoken = words.strip()
    if spoken.isascii():
        return int(english_number(spoken.replace("-", " ")))
    return int(chinese_number(spoken))
