"""`python -m tests.replies.train`: learns templates/replies/weights.json from the examples.

Needs scikit-learn, which neither the product nor its tests need. Run it again whenever examples or phrases change:
the same examples and phrases give the same weights. It prints how well each file of whole replies is understood by
weights that never saw that file.
"""

import base64
import json
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from duebridge.core.promise import promise_in
from duebridge.core.understanding import names_something
from duebridge.core.understanding.features import features
from duebridge.core.understanding.judging import FARTHEST_GUESS, never_guessed
from duebridge.core.understanding.labels import (
    ALONE,
    DISPUTE,
    DISSATISFIED,
    MUST_NOT_BE_MISSED,
    OPT_OUT,
    OTHER,
    PRECEDENCE,
    PROMISE_TO_PAY,
)
from duebridge.core.understanding.listening import Listening
from duebridge.core.understanding.reading import read
from duebridge.core.understanding.weights import RARITY_STEPS
from infra.content_replies import compiled, packed
from infra.content_source import TEMPLATES
from tests.replies.examples import Example, examples, fingerprint

COLUMNS = (*PRECEDENCE, DISSATISFIED)
RARITY_POWER = 1.0
STRENGTH = 30.0
"""Inverse regularisation."""
POSITIVE_WEIGHT = 3
MIXED = 2_000
"""Replies put together from two others, so that one intent does not drown another."""
JOINTS = {True: ("，", "。", "，但是", "，而且", " ", "，还有"), False: (", ", ". ", " and ", " but ", " so ", "\n")}
FEWEST = 2
"""Examples in which a feature stands to be learnt from."""
RECALL_BEFORE_PRECISION = dict.fromkeys(MUST_NOT_BE_MISSED, 3.0) | {OPT_OUT: 2.5, DISPUTE: 4.0, PROMISE_TO_PAY: 1.5}
"""How much more a miss counts than a false alarm, for labels that must not be missed; others count both alike."""
LARGEST = 127
ANY_DAY = date(2026, 3, 11)
MOST_FEATURES = 40_000
"""More would make the file larger and no reply better understood."""
WEIGHTS = TEMPLATES / "replies" / "weights.json"


@dataclass(frozen=True, slots=True)
class Table:
    """Examples as numbers."""

    names: list[str]
    rows: sparse.csr_matrix
    """Which example has which feature."""
    rarities: Any
    """How much each feature counts."""
    truth: Any
    sources: list[str]
    barred: list[frozenset[str]]
    """Labels that each example must not get from weights alone."""

    @property
    def levelled(self) -> sparse.csr_matrix:
        """Rare features count more, and those of a long reply less each: every reply has the same length."""
        weighed = self.rows @ sparse.diags(self.rarities)
        lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
        return sparse.diags(1 / np.maximum(lengths, 1e-9)) @ weighed

    def of(self, kept: Any) -> "Table":
        """With some of the features only."""
        names = [self.names[column] for column in kept]
        return Table(names, self.rows[:, kept], self.rarities[kept], self.truth, self.sources, self.barred)


def table_of(known: Sequence[Example]) -> Table:
    """Every example's features, without those that hardly any example has."""
    listening = Listening(packed(compiled(TEMPLATES, with_weights=False)))
    book = listening.book
    found, barred = [], []
    for example in known:
        reading = read(example.text, listening.spelling)
        hits = list(book.hits(reading.sentences, reading.plain, 1))
        found.append(features(reading, hits, book))
        is_named = names_something(promise_in(example.text, ANY_DAY))
        barred.append(never_guessed(hits, book, names_time_or_sum=is_named))
    counts = Counter(
        feature for each, example in zip(found, known, strict=True) if not _is_mixed(example) for feature in each
    )
    names = sorted(feature for feature, count in counts.items() if count >= FEWEST)
    column = {name: number for number, name in enumerate(names)}
    places = [(row, column[feature]) for row, each in enumerate(found) for feature in each if feature in column]
    rows = sparse.csr_matrix((np.ones(len(places)), tuple(zip(*places, strict=True))), (len(found), len(names)))
    truth = np.array([[label in each.labels for label in PRECEDENCE] + [each.is_dissatisfied] for each in known])
    rarities = _rarities(names, counts, sum(not _is_mixed(example) for example in known))
    return Table(names, rows, rarities, truth, [each.source for each in known], barred)


def with_mixtures(known: Sequence[Example]) -> list[Example]:
    """The examples and mixtures of them; a mixture belongs to the file of its second part if that is of replies."""
    chance = random.Random(20_260_311)  # noqa: S311 - the same mixtures every time
    fit = [each for each in known if not each.labels & ALONE]
    parts = {is_chinese: [each for each in fit if _is_chinese(each.text) is is_chinese] for is_chinese in JOINTS}
    mixed = []
    while len(mixed) < MIXED:
        is_chinese = len(mixed) % 2 == 0
        first, second = chance.sample(parts[is_chinese], 2)
        joint = chance.choice(JOINTS[is_chinese])
        if first.source.endswith(".jsonl") and second.source.endswith(".jsonl") and first.source != second.source:
            continue
        source = first.source if first.source.endswith(".jsonl") else second.source
        text = first.text.rstrip("。.!！ ") + joint + second.text
        is_dissatisfied = first.is_dissatisfied or second.is_dissatisfied
        mixed.append(Example(f"mixed {source}", text, first.labels | second.labels, is_dissatisfied))
    return [*known, *mixed]


def _is_mixed(example: Example) -> bool:
    return example.source.startswith("mixed")


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _rarities(names: Sequence[str], counts: Counter[str], examples_in_all: int) -> Any:
    """The logarithm of how rare each is, in the steps in which the weights keep it."""
    found = np.array([counts[name] for name in names])
    rarity = (np.log((1 + examples_in_all) / (1 + found)) + 1) ** RARITY_POWER
    return np.clip(np.rint(rarity * RARITY_STEPS), 1, 255) / RARITY_STEPS


def learnt(rows: sparse.csr_matrix, truth: Any) -> list[LogisticRegression]:
    """One model a label."""
    return [
        LogisticRegression(C=STRENGTH, solver="liblinear", class_weight={False: 1, True: POSITIVE_WEIGHT}).fit(
            rows, truth[:, number]
        )
        for number in range(len(COLUMNS))
    ]


def telling(table: Table) -> Any:
    """The features that move some label most, when all are learnt together."""
    moves = np.abs(np.array([model.coef_[0] for model in learnt(table.levelled, table.truth)])).max(axis=0)
    return np.sort(np.argsort(-moves * table.rarities)[:MOST_FEATURES])


def held_out(table: Table) -> Any:
    """Scores of whole replies by models that never saw their file; nothing for clauses."""
    scores, rows = np.full(table.truth.shape, np.nan), table.levelled
    sources = np.array(table.sources)
    for source in sorted(set(table.sources)):
        if _is_whole(source):
            others = np.array([source not in each for each in sources])
            models = learnt(rows[others], table.truth[others])
            for number, model in enumerate(models):
                scores[sources == source, number] = model.decision_function(rows[sources == source])
    return scores


def thresholds_of(table: Table, scores: Any) -> dict[str, float]:
    """The score from which on a label is given: the best balance, on the safe side where a miss is worse."""
    seen = ~np.isnan(scores[:, 0])
    chosen = {}
    for number, label in enumerate(COLUMNS):
        beta = RECALL_BEFORE_PRECISION.get(label, 1.0)
        candidates = np.arange(-4, 1.51, 0.1)
        values = [_balance(table.truth[seen, number], scores[seen, number] >= each, beta) for each in candidates]
        smooth = np.convolve(np.pad(values, 2, mode="edge"), np.ones(5) / 5, mode="valid")
        chosen[label] = round(float(candidates[int(np.argmax(smooth))]), 1)
    return chosen


def _balance(truth: Any, given: Any, beta: float) -> float:
    hits = float((truth & given).sum())
    return (1 + beta**2) * hits / max(1.0, beta**2 * float(truth.sum()) + float(given.sum()))


def given(table: Table, scores: Any, thresholds: dict[str, float]) -> Any:
    """The labels as the product would give them."""
    labels = np.zeros((len(scores), len(PRECEDENCE)), bool)
    for row, values in enumerate(scores):
        if np.isnan(values[0]):
            continue
        allowed = [n for n, label in enumerate(PRECEDENCE) if label not in table.barred[row]]
        heard = [n for n in allowed if values[n] >= thresholds[PRECEDENCE[n]]]
        real = [n for n in heard if PRECEDENCE[n] not in ALONE]
        best = max(heard or allowed, key=lambda n: values[n])
        is_near = bool(heard) or values[best] >= thresholds[PRECEDENCE[best]] - FARTHEST_GUESS
        labels[row, real or [best if is_near else PRECEDENCE.index(OTHER)]] = True
    return labels


def report(table: Table, scores: Any, thresholds: dict[str, float]) -> None:
    """How well unseen files were understood."""
    sources = np.array(table.sources)
    labels = given(table, scores, thresholds)
    truth = table.truth[:, : len(PRECEDENCE)]
    for source in [*sorted({each for each in sources if _is_whole(each)}), ""]:
        chosen = (sources == source) if source else ~np.isnan(scores[:, 0])
        hits = (labels & truth)[chosen].sum(0)
        f1 = 2 * hits / np.maximum(1, labels[chosen].sum(0) + truth[chosen].sum(0))
        recall = hits / np.maximum(1, truth[chosen].sum(0))
        tone = _balance(table.truth[chosen, -1], scores[chosen, -1] >= thresholds[DISSATISFIED], 1)
        safe = [f"{label} {recall[n]:.2f}" for n, label in enumerate(PRECEDENCE) if label in MUST_NOT_BE_MISSED]
        sys.stdout.write(f"{source or 'all':16} macro-F1 {f1.mean():.3f}  tone {tone:.3f}  {' '.join(safe)}\n")
    for n, label in enumerate(PRECEDENCE):
        sys.stdout.write(f"  {label:15} F1 {f1[n]:.3f} recall {recall[n]:.3f} threshold {thresholds[label]}\n")


def _is_whole(source: str) -> bool:
    return source.endswith(".jsonl") and not source.startswith("mixed")


def written(table: Table, models: Sequence[LogisticRegression], thresholds: dict[str, float]) -> str:
    """The weights as the compiler reads them."""
    weights = np.array([model.coef_[0] for model in models]).T * table.rarities[:, None]
    steps = np.abs(weights).max(axis=0) / LARGEST
    cells = np.rint(weights / steps).astype(int) + 128
    source = {
        "trained_on": fingerprint(),
        "labels": COLUMNS,
        "thresholds": thresholds,
        "biases": [round(float(model.intercept_[0]), 4) for model in models],
        "steps": [round(float(step), 6) for step in steps],
        "features": "\n".join(table.names),
        "rarities": base64.b64encode((table.rarities * RARITY_STEPS).round().astype(np.uint8).tobytes()).decode(),
        "cells": base64.b64encode(np.clip(cells, 0, 255).astype(np.uint8).tobytes()).decode(),
    }
    return json.dumps(source, ensure_ascii=False, indent=0) + "\n"


def train(to: Path = WEIGHTS) -> None:
    """Learns, reports and writes."""
    table = table_of(with_mixtures(examples()))
    table = table.of(telling(table))
    scores = held_out(table)
    thresholds = thresholds_of(table, scores)
    report(table, scores, thresholds)
    to.write_text(written(table, learnt(table.levelled, table.truth), thresholds), encoding="utf-8")


if __name__ == "__main__":
    train()
