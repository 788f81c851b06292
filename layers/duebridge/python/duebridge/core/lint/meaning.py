"""What a text must not say, in whatever words, and when saying it is lawful all the same."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from .code import Code, Purpose
from .dates import says_when
from .reading import Reading
from .rules import Denials, LintRules, Meaning, Phrase, Sayings

type Span = tuple[int, int]

_COMMA = re.compile(r"[,，]\s*")


def forbidden(reading: Reading, purpose: Purpose, rules: LintRules) -> Iterator[Code]:
    """A code for each thing that the text says and must not say."""
    sayings = reading.folded
    excused = _Excused(rules, sayings)
    for meaning in rules.meanings:
        if purpose in meaning.purposes and _is_said(meaning, sayings, excused, rules.denials):
            yield meaning.code
    if not rules.disguises.menacing.isdisjoint(reading.text):
        yield Code.LEGAL_THREAT


class _Excused:
    """Parts of a text where watched words are harmless; looked for only when a watched word was found."""

    def __init__(self, rules: LintRules, sayings: Sayings) -> None:
        self._rules, self._sayings = rules, sayings

    @cached_property
    def lawful(self) -> list[Span]:
        return list(_spans(self._rules.lawful, self._sayings))

    @cached_property
    def warned(self) -> list[Span]:
        spans = _spans(self._rules.warnings, self._sayings)
        return [sentence_of(self._sayings.text, span) for span in spans]


def _is_said(meaning: Meaning, sayings: Sayings, excused: _Excused, denials: tuple[Denials, ...]) -> bool:
    text = sayings.text
    if any(not _touches(span, excused.lawful) for span in _spans(meaning.always, sayings)):
        return True
    for span in _spans(meaning.unless_denied, sayings):
        if _touches(span, excused.lawful) or _touches(span, excused.warned):
            continue
        sentence_start, sentence_end = sentence_of(text, span)
        sentence = text[sentence_start:sentence_end]
        if meaning.only_undated and says_when(sentence):
            continue
        within = (span[0] - sentence_start, span[1] - sentence_start)
        if not any(_is_denied(sentence, within, language) for language in denials):
            return True
    return False


def _spans(phrases: Iterable[Phrase], sayings: Sayings) -> Iterator[Span]:
    for phrase in phrases:
        yield from phrase.spans(sayings)


def _touches(span: Span, others: list[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def sentence_of(text: str, span: Span) -> Span:
    """The sentence of a folded text around a span."""
    end = text.find("\n", span[1])
    return text.rfind("\n", 0, span[0]) + 1, len(text) if end < 0 else end


def _is_denied(sentence: str, span: Span, language: Denials) -> bool:
    start, end = span
    if language.after.match(sentence, end):
        return True
    not_meant = [match.span() for match in language.not_meant.finditer(sentence)]
    for match in language.words.finditer(sentence, 0, end):
        if not _touches(match.span(), not_meant) and _reaches(sentence, match, start, language):
            return True
    return False


def _reaches(sentence: str, denial: re.Match[str], start: int, language: Denials) -> bool:
    """Whether what a denial denies goes on up to `start`; a denial within the span itself always does."""
    if denial.end() > start:
        return True
    between = sentence[denial.end() : start]
    if language.breakers.search(between):
        return False
    commas = list(_COMMA.finditer(between))
    if not commas:
        return True
    covers_list = language.over_commas.search(sentence, 0, denial.end())
    return bool(covers_list) or bool(language.bridges.match(between, commas[-1].end()))
