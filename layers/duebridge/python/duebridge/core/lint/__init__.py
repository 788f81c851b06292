"""Judges a text before it goes out: what it lacks, what it must not say, and how to mend it.

The words and numbers it goes by are data that compliance people own; see `LintRules`.
"""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from .addresses import foreign
from .clauses import missing
from .code import Code, Fault, Purpose
from .deadlines import too_short
from .form import mended_in_gsm7, misshapen
from .meaning import forbidden
from .reading import read
from .rules import LintRules
from .speaker import Speaker, speaker_of

__all__ = ["Code", "Fault", "LintRules", "Purpose", "Speaker", "Text", "lint", "speaker_of"]


class Text(Struct, frozen=True, kw_only=True):
    """One text on its way to one borrower."""

    body: str
    country: str
    locale: str
    purpose: Purpose
    speaker: Speaker
    today: date | None
    """The day on which it goes out; without one no date is judged, only words such as "by tomorrow"."""
    is_today_stated: bool = True
    """False where today is a guess: then only deadlines that surely are too short are faults."""
    waived: frozenset[Code] = frozenset()
    """Codes of clauses that the country's policy does not ask of this purpose."""


def lint(text: Text, rules: LintRules) -> tuple[Fault, ...]:
    """All that is wrong with a text, each fault once; nothing where it may go out."""
    return tuple(Fault(code, _message(code, text, rules)) for code in dict.fromkeys(_codes(text, rules)))


def _codes(text: Text, rules: LintRules) -> Iterator[Code]:
    if text.country not in rules.countries:
        yield Code.UNKNOWN_COUNTRY
    if not text.body.strip():
        yield Code.EMPTY_TEXT
        return
    reading = read(text.body, text.locale, text.speaker, rules.disguises)
    yield from (code for code in missing(reading, text.purpose, text.speaker, rules) if code not in text.waived)
    yield from forbidden(reading, text.purpose, rules)
    if text.purpose is Purpose.DEMAND:
        month_first = text.locale == "en-US"
        yield from too_short(
            reading, text.today, rules.deadlines, is_stated=text.is_today_stated, month_first=month_first
        )
    yield from foreign(reading, text.speaker, rules)
    yield from misshapen(reading, text.purpose, text.locale, text.speaker, rules)


def _message(code: Code, text: Text, rules: LintRules) -> str:
    message = rules.messages[code]
    return f"{message}: {mended_in_gsm7(text.body)}" if code is Code.NOT_GSM7 else message
