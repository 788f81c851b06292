"""What a text must say: who writes, about what, how much, since when, how to reach the lender, how to stop."""

import re
from collections.abc import Iterator

from .code import Code, Purpose
from .dates import says_when
from .reading import Reading
from .rules import LintRules, any_stands_in
from .speaker import Speaker

_SIGNATURE = re.compile(r"\s*【([^【】]*)】")


def missing(reading: Reading, purpose: Purpose, speaker: Speaker, rules: LintRules) -> Iterator[Code]:
    """A code for each clause that the text's purpose asks for and that it lacks."""
    yield from _unnamed(reading, speaker)
    if not _can_be_reached(reading, purpose, speaker, rules):
        yield Code.NO_CONTACT
    if purpose is not Purpose.ANSWER and not any_stands_in(rules.clauses.stop_line, reading.folded):
        yield Code.NO_STOP_LINE
    if purpose is Purpose.DEMAND:
        yield from _missing_facts(reading, rules)
    if not speaker.takes_replies and any_stands_in(rules.clauses.asks_for_reply, reading.folded):
        yield Code.UNREACHABLE_REPLY


def body_of(reading: Reading) -> str:
    """The text behind its signature, in usual width."""
    signature = _SIGNATURE.match(reading.wide)
    return reading.wide[signature.end() :] if signature else reading.wide


def _unnamed(reading: Reading, speaker: Speaker) -> Iterator[Code]:
    signature = _SIGNATURE.match(reading.wide)
    if reading.is_chinese and not signature:
        yield Code.NO_SIGNATURE
    is_named = speaker.signs_as(signature[1]) if signature else speaker.is_named_in(reading.wide)
    if not is_named:
        yield Code.NO_LENDER


def _can_be_reached(reading: Reading, purpose: Purpose, speaker: Speaker, rules: LintRules) -> bool:
    clauses, text = rules.clauses, reading.folded
    if purpose is Purpose.ANSWER and not any_stands_in(clauses.person, text):
        return True
    if speaker.phones.search(reading.wide) or any_stands_in(clauses.reply_path, text):
        return True
    if purpose is Purpose.DEMAND:
        return any(f"@{domain}" in text.text for domain in speaker.domains)
    return any_stands_in(clauses.own_path, text) or any(domain in text.text for domain in speaker.domains)


def _missing_facts(reading: Reading, rules: LintRules) -> Iterator[Code]:
    if not rules.amount.search(reading.wide.casefold()):
        yield Code.NO_AMOUNT
    if not says_when(reading.folded.text):
        yield Code.NO_DATE
    if not any_stands_in(rules.clauses.basis, reading.folded):
        yield Code.NO_BASIS
