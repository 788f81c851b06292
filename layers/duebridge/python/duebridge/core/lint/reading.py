"""A text as its borrower would read it: width, case, look-alike letters and odd spacing undone.

Folding is for judging only; what goes out is never changed here.
"""

import re
import unicodedata

from msgspec import Struct

from .rules import Disguises, Sayings, sayings_of
from .speaker import Speaker

_CHINESE = "\u3400-\u9fff\U00020000-\U0002ffff"
_SPACES_IN_CHINESE = re.compile(rf"(?<=[{_CHINESE}])[ \t]+(?=[{_CHINESE}])")
_PAUSES = re.compile(r"\.{2,}")
_SENTENCE_ENDS = re.compile(r"[!?;\n]+|。+|(?<!\.)[.:](?=\s|$)")
_MARKS = dict.fromkeys([*range(0x0300, 0x0370), 0x20E3, *range(0xFE00, 0xFE10)], "")
_APOSTROPHES = dict.fromkeys(map(ord, "‘’ʼ`´′"), "'")
_CHINESE_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_BETWEEN = re.compile(r"[^\w!|@$]|[_〇]")
_LETTERS_IN_DISGUISE = str.maketrans("013457l!|@$", "oieastiiias")
_SPELT_DIGITS = re.compile("[零〇一二三四五六七八九幺]{7,}")
THE_LENDER = "thelender"
"""Stands for the lender's name, whose words are not judged."""


class Reading(Struct, frozen=True):
    """One text in the forms that the checks look at."""

    text: str
    """As it would be sent."""
    wide: str
    """Without invisible characters, in usual width: for numbers, links and signatures."""
    folded: Sayings
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
    named = speaker.written.sub(THE_LENDER, folded)
    plain = _unhidden(named, disguises)
    sentences = _SENTENCE_ENDS.sub("\n", _PAUSES.sub(",", _SPACES_IN_CHINESE.sub("", plain)))
    return Reading(text, wide, sayings_of(sentences), is_disguised or plain != named, locale.startswith("zh"))


def squeezed(text: str) -> str:
    """Without what may stand between the letters of a hidden word, and with letters for their look-alikes."""
    return _BETWEEN.sub("", text).translate(_LETTERS_IN_DISGUISE)


def _unhidden(text: str, disguises: Disguises) -> str:
    tight = squeezed(text)
    for guard in disguises.guards:
        if any(key in tight for key in guard.keys):
            text = guard.pattern.sub(guard.plain, text)
    return text


def _hides_letters(text: str) -> bool:
    """Invisible characters stand between letters; those within emoji are harmless."""
    return any(
        unicodedata.category(character) == "Cf" and before.isalnum() and after.isalnum()
        for before, character, after in zip(text, text[1:], text[2:], strict=False)
    )


def _in_digits(match: re.Match[str]) -> str:
    return match.group().translate(_CHINESE_DIGITS)


def _without_accents(text: str) -> str:
    return (
        text if text.isascii() else unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).translate(_MARKS))
    )
