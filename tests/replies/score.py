"""`python -m tests.replies.score GOLD.jsonl [PREDICTED.jsonl]`: how well replies are understood.

Without predictions the project's own understanding predicts. Prints every label's precision, recall and F1 with a
95 % interval for the recall, the figures over all, and which labels were missed or given in error for which.
"""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from duebridge.core.understanding import LABELS, understand
from duebridge.core.understanding.labels import MUST_NOT_BE_MISSED, OPT_OUT, PROMISE_TO_PAY
from infra.cli.shipped_content import shipped_content

REFERENCE_DAY = date(2026, 3, 11)
"""The day from which the labelled dates count."""
Z = 1.96


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply means, by a person or by the product."""

    labels: tuple[str, ...]
    is_dissatisfied: bool
    promise_date: str | None
    promise_amount: str | None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """Right and wrong answers on one question."""

    hits: int
    given: int
    wanted: int

    @property
    def precision(self) -> float:
        return self.hits / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        return self.hits / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def recall_interval(self) -> tuple[float, float]:
        """Wilson's, at 95 %."""
        if not self.wanted:
            return 0.0, 1.0
        n, share = self.wanted, self.recall
        middle = share + Z * Z / (2 * n)
        spread = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        return (middle - spread) / (1 + Z * Z / n), (middle + spread) / (1 + Z * Z / n)


@dataclass(frozen=True, slots=True)
class Score:
    """How one set was understood."""

    labels: Mapping[str, Balance]
    by_language: Mapping[str, float]
    primary_accuracy: float
    promise_date_exact: float
    promise_amount_exact: float
    tone: Balance
    confusions: Sequence[tuple[str, int]]

    @property
    def macro_f1(self) -> float:
        """Over the labels that occur."""
        return macro_f1(self.labels)

    @property
    def safety_recall(self) -> Mapping[str, float]:
        return {label: self.labels[label].recall for label in LABELS if label in MUST_NOT_BE_MISSED & set(self.labels)}


def macro_f1(labels: Mapping[str, Balance]) -> float:
    """The mean of the labels' F1."""
    return sum(balance.f1 for balance in labels.values()) / len(labels)


def score(gold: Sequence[Reply], predicted: Sequence[Reply]) -> Score:
    """Compares in order."""
    pairs = list(zip(gold, predicted, strict=True))
    occurring = [label for label in LABELS if any(label in reply.labels for reply in gold)]
    promised = [(g, p) for g, p in pairs if PROMISE_TO_PAY in g.labels]
    summed = [(g, p) for g, p in promised if g.promise_amount]
    return Score(
        labels=_balances(pairs, occurring),
        by_language={
            language: macro_f1(_balances([pair for pair in pairs if pair[0].language == language], occurring))
            for language in sorted({reply.language for reply in gold})
        },
        primary_accuracy=_share(g.labels[0] == p.labels[0] for g, p in pairs),
        promise_date_exact=_share(g.promise_date == p.promise_date for g, p in promised),
        promise_amount_exact=_share(g.promise_amount == p.promise_amount for g, p in summed),
        tone=_balance([(g.is_dissatisfied, p.is_dissatisfied) for g, p in pairs]),
        confusions=Counter(_confusions(pairs)).most_common(20),
    )


def understood(text: str, today: date = REFERENCE_DAY) -> Reply:
    """As the product understands it."""
    reply = understand(text, shipped_content().listening, today)
    promise = reply.promise
    return Reply(
        labels=reply.labels,
        is_dissatisfied=reply.is_dissatisfied,
        promise_date=promise.pay_on.isoformat() if promise and promise.pay_on else None,
        promise_amount=f"{promise.amount:.2f}" if promise and promise.amount is not None else None,
    )


def read_replies(file: Path) -> dict[str, dict[str, Any]]:
    """The lines of a file by their ids."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return {line["id"]: line for line in map(json.loads, lines)}


def reply_of(line: Mapping[str, Any]) -> Reply:
    """One labelled or predicted line."""
    return Reply(
        tuple(line["labels"]),
        bool(line["dissatisfied"]),
        line["promise_date"],
        line["promise_amount"],
        line.get("lang", ""),
    )


def score_of(gold_file: Path) -> Score:
    """How the product understands a file of labelled replies."""
    lines = read_replies(gold_file).values()
    return score([reply_of(line) for line in lines], [understood(line["text"]) for line in lines])


def _balances(pairs: Sequence[tuple[Reply, Reply]], labels: Iterable[str]) -> dict[str, Balance]:
    return {label: _balance([(label in g.labels, label in p.labels) for g, p in pairs]) for label in labels}


def _balance(answers: Sequence[tuple[bool, bool]]) -> Balance:
    return Balance(answers.count((True, True)), sum(p for _, p in answers), sum(g for g, _ in answers))


def _share(answers: Iterable[bool]) -> float:
    known = list(answers)
    return sum(known) / len(known) if known else 1.0


def _confusions(pairs: Iterable[tuple[Reply, Reply]]) -> Iterable[str]:
    for gold, predicted in pairs:
        missed = [label for label in gold.labels if label not in predicted.labels]
        added = [label for label in predicted.labels if label not in gold.labels]
        yield from (f"{m} taken for {a}" for m in missed for a in added)
        yield from (f"{m} missed" for m in missed if not added)
        yield from (f"{a} added" for a in added if not missed)


@click.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("predicted", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
def main(gold: Path, predicted: Path | None) -> None:
    """Scores a file of labelled replies."""
    if predicted:
        answers = read_replies(predicted)
        lines = read_replies(gold)
        result = score([reply_of(line) for line in lines.values()], [reply_of(answers[each]) for each in lines])
    else:
        result = score_of(gold)
    for label, balance in result.labels.items():
        low, high = balance.recall_interval
        click.echo(
            f"{label:16} P {balance.precision:.3f} R {balance.recall:.3f} ({low:.2f}-{high:.2f}) F1 {balance.f1:.3f}"
            f" n {balance.wanted}"
        )
    click.echo(f"macro-F1 {result.macro_f1:.4f}  { ({k: round(v, 4) for k, v in result.by_language.items()}) }")
    click.echo(f"primary {result.primary_accuracy:.4f}  opt_out precision {result.labels[OPT_OUT].precision:.3f}")
    click.echo(f"safety recall { ({k: round(v, 3) for k, v in result.safety_recall.items()}) }")
    click.echo(f"promise date {result.promise_date_exact:.4f}  amount {result.promise_amount_exact:.4f}")
    click.echo(f"dissatisfied F1 {result.tone.f1:.4f}")
    for confusion, count in result.confusions:
        click.echo(f"  {count:3} {confusion}")


if __name__ == "__main__":
    main()
