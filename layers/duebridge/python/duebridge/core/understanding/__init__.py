"""Understands a borrower's reply: what it asks for, in what tone, what it promises, and which words said so.

Phrases that compliance people own and weights that were trained on examples decide together; see docs/understanding.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from unicodedata import category

from msgspec import Struct

from ..account_state import AccountState
from ..promise import Promise, promise_in
from .features import features, runs, tokens
from .judging import SURE, UNSURE, judge
from .labels import HELP, LEGAL, OPT_OUT, OTHER, PRECEDENCE, PROMISE_TO_PAY
from .listening import Listening
from .phrases import Hit
from .reading import Reading, read

__all__ = ["LABELS", "OTHER", "Evidence", "Listening", "Understood", "understand"]

LABELS = PRECEDENCE
TEXTS_WELCOME = "TEXTS_WELCOME"
"""What whoever only wants fewer calls says of texts."""
FIRST_CHINESE = "\u3400"
FEWEST_KNOWN = 5
"""One in so many; of a real reply far more are known, of random characters far fewer."""
_STRENGTHS = ("whole", "say", "hint")
_STATES = {
    AccountState.ATTORNEY: frozenset({LEGAL}),
    AccountState.BANKRUPTCY: frozenset({LEGAL}),
    AccountState.CEASE_ALL: frozenset({LEGAL, OPT_OUT}),
}
"""States that words can give, and the labels without which those words mean something else."""


class Evidence(Struct, frozen=True):
    """The borrower's own words that said so."""

    intent: str
    words: str


class Understood(Struct, frozen=True):
    """What one reply means."""

    labels: tuple[str, ...]
    """Never empty; the strictest first."""
    is_dissatisfied: bool
    promise: Promise | None
    """Only where a payment is promised."""
    states: frozenset[AccountState]
    """What the words say beyond the labels; a person confirms."""
    confidence: float
    """Of the primary label, between 0 and 1."""
    evidence: tuple[Evidence, ...]
    is_letter: bool = False
    """So long that only its beginning and its end were read: a person must read all of it."""

    @property
    def is_understood(self) -> bool:
        """Whether the reply means anything that is known here."""
        return self.labels != (OTHER,)

    @property
    def primary(self) -> str:
        """The intent that is acted on first."""
        return self.labels[0]


def understand(body: str, listening: Listening, today: date) -> Understood:
    """Total: any text means something, and what means nothing is `other`."""
    reading = read(body, listening.spelling)
    if reading.plain in listening.keywords or reading.bare in listening.keywords:
        return _opted_out(reading)
    book, weights = listening.book, listening.weights
    if not any(_speaks(character) for character in reading.plain):
        return _said_nothing(reading)
    hits = list(book.hits(reading.sentences, reading.plain, len(reading.visible)))
    found = features(reading, hits, book)
    if not weights.know_words_of(found):
        return _said_nothing(reading)
    scores = weights.scores(found)
    promise = _promise(reading, scores, listening, today)
    is_named = promise is not None and names_something(promise)
    is_known = is_mostly_known(reading, listening)
    meanings = {book.sayings[hit.saying].meaning for hit in hits if hit.strength in ("say", "whole")}
    if TEXTS_WELCOME in meanings:
        # Keep calls away from my work, texts are fine: a complaint, and no opt-out.
        scores[OPT_OUT] = min(scores[OPT_OUT], weights.thresholds[OPT_OUT] - 1)
    judgement = judge(hits, book, weights, scores, names_time_or_sum=is_named, is_known=is_known)
    labels = judgement.labels
    return Understood(
        labels=labels,
        is_dissatisfied=judgement.is_dissatisfied,
        promise=(promise or promise_in(reading.heard, today)) if PROMISE_TO_PAY in labels else None,
        states=frozenset(state for state, need in _STATES.items() if state in meanings and not need.isdisjoint(labels)),
        confidence=judgement.confidence,
        evidence=tuple(_evidence(labels, reading, hits, listening)),
        is_letter=reading.is_letter,
    )


def names_something(promise: Promise) -> bool:
    """Whether a time or a sum is named at all."""
    return bool(promise.date_words) or promise.amount is not None


def is_mostly_known(reading: Reading, listening: Listening) -> bool:
    """Whether some of its Chinese characters were ever seen: a sum among random ones names nothing."""
    characters = [token for sentence in reading.sentences for token in tokens(sentence) if token >= FIRST_CHINESE]
    return FEWEST_KNOWN * sum(f"w{each}" in listening.weights.rows for each in characters) >= len(characters)


def _promise(reading: Reading, scores: Mapping[str, float], listening: Listening, today: date) -> Promise | None:
    """Read only where the weights speak for one: most replies promise nothing."""
    is_likely = scores[PROMISE_TO_PAY] >= listening.weights.thresholds[PROMISE_TO_PAY]
    return promise_in(reading.heard, today) if is_likely else None


def _opted_out(reading: Reading) -> Understood:
    """A word of law is the whole reply: nothing else counts."""
    said = Evidence(OPT_OUT, reading.visible.strip())
    return Understood((OPT_OUT,), False, None, frozenset(), SURE, (said,))


def _speaks(character: str) -> bool:
    """Letters, digits and pictures say something; mere punctuation and signs leave nothing to be weighed."""
    return character.isalnum() or category(character) == "So"


def _said_nothing(reading: Reading) -> Understood:
    """Blank, marks alone or no word ever seen: three question marks ask something, three full stops nothing."""
    label = HELP if "?" in reading.own else OTHER
    return Understood((label,), False, None, frozenset(), UNSURE, (), reading.is_letter)


def _evidence(labels: Sequence[str], reading: Reading, hits: Sequence[Hit], listening: Listening) -> Iterator[Evidence]:
    for label in labels:
        found = [
            hit for hit in hits if listening.book.sayings[hit.saying].meaning == label and hit.strength in _STRENGTHS
        ]
        if found:
            best = min(found, key=lambda hit: _STRENGTHS.index(hit.strength))
            yield Evidence(label, reading.visible[best.start : best.end].strip())
        elif words := _weightiest(label, reading, listening):
            yield Evidence(label, words)


def _weightiest(label: str, reading: Reading, listening: Listening) -> str:
    """The run of words that spoke most for a label that no phrase stands for."""
    heaviest, words = 0, ""
    for sentence in reading.sentences:
        for start, end, run in runs(sentence):
            weight = listening.weights.weight(f"w{run}", label)
            if weight > heaviest and end > start:
                first, last = sentence.place(start, end)
                heaviest, words = weight, reading.visible[first:last].strip()
    return words
