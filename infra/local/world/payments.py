"""Who pays, how much and when if nobody changes a text: fitted to the sample book and the payments against it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log
from random import Random

from duebridge.core.loan_row import LoanRow
from duebridge.core.payment_file import PaymentRow

NEWTON_STEPS = 25
RIDGE = 1e-3
"""Keeps the fit of a small book from running away."""
LONG_LOAN_INSTALMENTS = 36
ELECTRONICS = frozenset({"Home electronics loan", "数码分期"})
"""The one purpose that tells payers from others in the sample book."""


@dataclass(frozen=True, slots=True)
class PaymentModel:
    """The chance of a payment in the month after the book's date, and how payments come."""

    weights: tuple[float, ...]
    delays_days: tuple[int, ...]
    """Of the payments seen, sorted: days after the book's date."""
    parts: tuple[float, ...]
    """Shares of what was owed that the payments seen were; 1 for all of it."""

    def chance(self, row: LoanRow, days_past_due: int) -> float:
        """That any payment comes within the month."""
        return _logistic(sum(w * x for w, x in zip(self.weights, _traits(row, days_past_due), strict=True)))

    def cures_within(self, row: LoanRow, days_past_due: int, days: int) -> float:
        """That all is paid within so many days."""
        soon = sum(delay <= days for delay in self.delays_days) / len(self.delays_days)
        whole = sum(part >= 1 for part in self.parts) / len(self.parts)
        return self.chance(row, days_past_due) * soon * whole

    def drawn(self, row: LoanRow, days_past_due: int, random: Random) -> tuple[int, float] | None:
        """Days until the payment and its share of what is owed; None for a borrower who pays nothing in the month."""
        is_paying, delay, part = random.random(), random.choice(self.delays_days), random.choice(self.parts)
        return (delay, part) if is_paying < self.chance(row, days_past_due) else None


def overdue(rows: Iterable[LoanRow], on: date) -> list[LoanRow]:
    """The loans of a book that are late on a day."""
    return [row for row in rows if row.due_date < on and row.amount_due.minor > 0]


def fitted(rows: Iterable[LoanRow], payments: Iterable[PaymentRow], on: date) -> PaymentModel:
    """By logistic regression over the loans that were late on the book's date."""
    first: dict[str, PaymentRow] = {}
    for payment in payments:
        first.setdefault(payment.loan_id, payment)
    late = overdue(rows, on)
    traits = [_traits(row, (on - row.due_date).days) for row in late]
    weights = _regressed(traits, [row.loan_id in first for row in late])
    matched = [(row, first[row.loan_id]) for row in late if row.loan_id in first]
    return PaymentModel(
        weights=weights,
        delays_days=tuple(sorted((payment.paid_on - on).days for _, payment in matched)),
        parts=tuple(
            sorted(min(1.0, round(payment.amount.minor / row.amount_due.minor, 3)) for row, payment in matched)
        ),
    )


def _traits(row: LoanRow, days_past_due: int) -> tuple[float, ...]:
    return (
        1.0,
        log(max(1, days_past_due)),
        float(row.prior_delinquencies > 0),
        float(row.product in ELECTRONICS),
        float(row.instalments_total > LONG_LOAN_INSTALMENTS),
    )


def _logistic(score: float) -> float:
    return 1 / (1 + exp(-score))


def _regressed(traits: Sequence[Sequence[float]], is_paid: Sequence[bool]) -> tuple[float, ...]:
    """Newton's method on the log-likelihood."""
    size = len(traits[0])
    weights = [0.0] * size
    for _ in range(NEWTON_STEPS):
        slope = [-RIDGE * weight for weight in weights]
        curve = [[RIDGE * (i == j) for j in range(size)] for i in range(size)]
        for row, paid in zip(traits, is_paid, strict=True):
            chance = _logistic(sum(w * x for w, x in zip(weights, row, strict=True)))
            for i in range(size):
                slope[i] += (paid - chance) * row[i]
                for j in range(size):
                    curve[i][j] += chance * (1 - chance) * row[i] * row[j]
        weights = [weight + step for weight, step in zip(weights, _solved(curve, slope), strict=True)]
    return tuple(weights)


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """By elimination; the matrix is positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for other in rows[i + 1 :]:
            factor = other[i] / pivot[i]
            for j in range(i, len(other)):
                other[j] -= factor * pivot[j]
    found: list[float] = []
    for i in range(len(rows) - 1, -1, -1):
        known = sum(rows[i][i + 1 + k] * value for k, value in enumerate(found))
        found.insert(0, (rows[i][-1] - known) / rows[i][i])
    return found
