"""How a text is written, whatever it says: variables left over, tone, encoding, length."""

import re
import unicodedata
from collections.abc import Iterator

from ..segments import count, fold, misfits
from .clauses import body_of
from .code import Code, Purpose
from .reading import Reading
from .rules import LintRules
from .speaker import Speaker

MOST_SEGMENTS = {Purpose.PRE_DUE: 1, Purpose.DEMAND: 2, Purpose.ANSWER: 2}

_LEFT_OVER = re.compile(
    r"[{}]|%\(\w+\)s|%[sd](?![a-z])|\$[A-Za-z_]\w*|<\/?[A-Za-z_][\w ]*>|\[[A-Za-z_][A-Za-z_ ]{1,20}\]|#[A-Za-z_]\w*#"
    r"|__\w+__|\b(?:undefined|NaN|null|None)\b|(?<![A-Za-z])[Xx]{2,}(?=元|年|月|日)"
)
_DOUBLE_SPACE = re.compile(r"[ \u3000\xa0]{2}")
_LOUD_WORD = re.compile(r"(?<![\w.@-])[A-Z]{5,}(?![\w@-])")
_LOUD_WORDS = re.compile(r"(?<![\w])[A-Z]{2,}(?:[\s,]+(?:[A-Z]{2,}|I|A)(?!\w)){3,}")
_MENU = re.compile(r"(?:\b(?:reply|text|send|sms|respond|answer)\b|回复?)[^!?\n]*?(?=[.!?。](?:\s|$)|$)", re.IGNORECASE)
_EXCLAMATIONS = re.compile("[!！‼❗❕]")


def misshapen(reading: Reading, purpose: Purpose, locale: str, speaker: Speaker, rules: LintRules) -> Iterator[Code]:
    """A code for each fault of form."""
    text = reading.text
    if _LEFT_OVER.search(text):
        yield Code.UNKNOWN_VARIABLE
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co") and character != "\n" for character in text):
        yield Code.CONTROL_CHARACTER
    if _DOUBLE_SPACE.search(text):
        yield Code.DOUBLE_SPACE
    if reading.is_disguised:
        yield Code.LOOK_ALIKE
    if reading.is_chinese and any(bracket in body_of(reading) for bracket in "【】"):
        yield Code.BRACKETS
    if locale.startswith("en") and misfits(text):
        yield Code.NOT_GSM7
    if count(text).segments > MOST_SEGMENTS[purpose]:
        yield Code.TOO_MANY_SEGMENTS
    yield from _tone(reading, purpose, speaker, rules)


def mended_in_gsm7(text: str) -> str:
    """The characters that are no GSM-7, each with what would stand for it, as `U+2019 -> '`."""
    mends = ((character, fold(character)) for character in misfits(text))
    return ", ".join(
        f"U+{ord(character):04X} -> {'leave it out' if mend in ('', character) else mend}" for character, mend in mends
    )


def _tone(reading: Reading, purpose: Purpose, speaker: Speaker, rules: LintRules) -> Iterator[Code]:
    if _is_loud(reading.wide, speaker, rules.capitals):
        yield Code.CAPITALS
    exclamations = len(_EXCLAMATIONS.findall(reading.text))
    if exclamations > (0 if purpose is Purpose.DEMAND else 1):
        yield Code.EXCLAMATION
    if purpose is Purpose.DEMAND and any(_is_picture(character) for character in reading.text):
        yield Code.EMOJI


def _is_loud(text: str, speaker: Speaker, known: frozenset[str]) -> bool:
    """Menu words to reply with and names may be in capitals."""
    spoken = _MENU.sub(" ", text)
    words = [word for word in _LOUD_WORD.findall(spoken) if word not in known]
    names = "".join(speaker.names)
    return any(word.casefold() not in names for word in words) or bool(_LOUD_WORDS.search(spoken))


def _is_picture(character: str) -> bool:
    return character >= "\u2190" and unicodedata.category(character) == "So" and not "\u3200" <= character <= "\u33ff"
