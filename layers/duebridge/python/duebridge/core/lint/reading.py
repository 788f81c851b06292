"""A text as its borrower would read it: width, case, look-alike letters and odd spacing undone.

Folding is for judging only; what goes out is never changed here.
"""

import re
import unicodedata
from dataclasses import dataclass

from .rules import Disguises
from .speaker import Speaker

_CHINESE = "\u3400-\u9fff\U00020000-\U0002ffff"
_SPACES_IN_CHINESE = re.compile(rf"(?<=[{_CHINESE}])[ \t]+(?=[{_CHINESE}])")
_SENTENCE_ENDS = re.compile(r"[!?;\n]+|。+|\.{2,}|[.:](?=\s|$)")
_MARKS = dict.fromkeys([*range(0x0300, 0x0370), 0x20E3, *range(0xFE00, 0xFE10)], "")
_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʼ`´′"), "'")
_CHINESE_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "0012345678901"[:12] + "1")
_SPELT_DIGITS = re.compile("[零〇一二三四五六七八九幺]{7,}")
THE_LENDER = "thelender"
"""Stands for the lender's name, whose words are not judged."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text in the forms that the checks look at."""

    text: str
    """As it would be sent."""
    wide: str
    """Without invisible characters, in usual width: for numbers, links and signatures."""
    folded: str
    """Lower case, plain letters, guarded words spelt out, one sentence a line: for meaning."""
    is_disguised: bool
    """A word was hidden from machines, or an invisible character stands between letters."""
    is_chinese: bool


def read(text: str, locale: str, speaker: Speaker, disguises: Disguises) -> Reading:
    """Undoes what hides words."""
    is_disguised = any(character in disguises.rare for character in text)
    visible = text
    if not text.isascii():
        visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
        is_disguised = is_disguised or _hides_letters(text)
    wide = _SPELT_DIGITS.sub(_in_digits, unicodedata.normalize("NFKC", visible).translate(_APOSTROPHES))
    folded = _without_accents(wide.casefold()).translate(disguises.letters)
    plain = disguises.guarded.sub(lambda match: disguises.plain[str(match.lastgroup)], folded)
    is_disguised = is_disguised or _is_hidden(disguises, folded)
    sentences = _SENTENCE_ENDS.sub("\n", _SPACES_IN_CHINESE.sub("", speaker.written.sub(THE_LENDER, plain)))
    return Reading(text, wide, sentences, is_disguised, locale.startswith("zh"))


def _hides_letters(text: str) -> bool:
    """Invisible characters stand between letters; those within emoji are harmless."""
    return any(
        unicodedata.category(character) == "Cf" and before.isalnum() and after.isalnum()
        for before, character, after in zip(text, text[1:], text[2:], strict=False)
    )


def _is_hidden(disguises: Disguises, folded: str) -> bool:
    return any(
        match.group() != disguises.plain[str(match.lastgroup)] for match in disguises.guarded.finditer(folded)
    )


def _in_digits(match: re.Match[str]) -> str:
    return match.group().translate(_CHINESE_DIGITS)


def _without_accents(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_MARKS))
