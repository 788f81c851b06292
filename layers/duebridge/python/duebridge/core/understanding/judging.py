"""Decides the labels of a reply from its phrases and its weights."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from .labels import ALONE, COMPLAINT, DISSATISFIED, OPT_IN, OPT_OUT, OTHER, PRECEDENCE, PROMISE_TO_PAY
from .phrases import Hit, PhraseBook
from .weights import Weights, probability

SURE = 0.99
"""Confidence in a reply that is nothing but one known phrase."""
UNSURE = 0.2
FARTHEST_GUESS = 2.5
"""How far below its threshold a label is still the best guess; beyond, a person reads the reply as `other`."""


class Judgement(Struct, frozen=True):
    """Labels in order of precedence, the tone, and how sure the first label is."""

    labels: tuple[str, ...]
    is_dissatisfied: bool
    confidence: float


def never_guessed(
    hits: Sequence[Hit], book: PhraseBook, *, names_time_or_sum: bool, is_known: bool = True
) -> frozenset[str]:
    """Labels that lift protection and that nothing but weights speaks for: noise must not earn them.

    A promise wants a phrase, a time or a sum; an opt-in a phrase or a hint about texts. Among words most of which
    nobody ever wrote (`is_known` False), only a whole phrase counts.
    """
    hinted = {book.sayings[hit.saying].meaning for hit in hits}
    said = {book.sayings[hit.saying].meaning for hit in hits if hit.strength != "hint"}
    barred = set()
    if PROMISE_TO_PAY not in said and not (names_time_or_sum and is_known):
        barred.add(PROMISE_TO_PAY)
    if not (hinted if is_known else said) & {OPT_IN, OPT_OUT}:
        barred.add(OPT_IN)
    return frozenset(barred)


def judge(
    hits: Sequence[Hit],
    book: PhraseBook,
    weights: Weights,
    scores: Mapping[str, float],
    *,
    names_time_or_sum: bool,
    is_known: bool,
) -> Judgement:
    """A reply that is nothing but a known phrase means just that; any other is weighed."""
    tone = scores[DISSATISFIED] >= weights.thresholds[DISSATISFIED]
    whole = {book.sayings[hit.saying].meaning for hit in hits if hit.strength == "whole"}
    if whole:
        label = next(each for each in PRECEDENCE if each in whole)
        return Judgement((label,), tone or label == COMPLAINT, SURE)
    barred = never_guessed(hits, book, names_time_or_sum=names_time_or_sum, is_known=is_known)
    allowed = [label for label in PRECEDENCE if label not in barred]
    heard = [label for label in allowed if scores[label] >= weights.thresholds[label]]
    labels = [label for label in heard if label not in ALONE] or [_likeliest(heard or allowed, scores)]
    confidence = probability(scores[labels[0]] - weights.thresholds[labels[0]])
    if not heard and scores[labels[0]] < weights.thresholds[labels[0]] - FARTHEST_GUESS:
        labels, confidence = [OTHER], UNSURE
    return Judgement(tuple(labels), tone or COMPLAINT in labels, confidence)


def _likeliest(labels: Sequence[str], scores: Mapping[str, float]) -> str:
    return max(labels, key=lambda label: scores[label])
