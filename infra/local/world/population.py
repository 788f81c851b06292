"""The borrowers of a simulated world: rows of the sample book, drawn again and again under new names."""

from collections.abc import Iterator
from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from duebridge.adapters.phone_numbers import PhoneNumbers
from duebridge.core.content import Content
from duebridge.core.file_results import Rejected
from duebridge.core.loan_file import LoanChecks, read_loans
from duebridge.core.loan_row import LoanRow
from duebridge.core.payment_file import read_payments
from infra.local.world.payments import PaymentModel, fitted, overdue

SAMPLE = Path(__file__).resolve().parent.parent / "sample"
SAMPLE_DATE = date(2026, 3, 11)
JUST_LATE_DAYS = 3
"""Loans at most so many days past due tell how many become late a day."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A loan that becomes known to the pipeline as late."""

    row: LoanRow
    enters_at: datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample book's late loans, and the payments fitted to them."""

    late: tuple[LoanRow, ...]
    model: PaymentModel

    def just_late_a_day(self) -> float:
        """Loans that become late in a day, for each loan that is late."""
        just = sum((SAMPLE_DATE - row.due_date).days <= JUST_LATE_DAYS for row in self.late)
        return just / JUST_LATE_DAYS / len(self.late)


def sample(content: Content) -> Sample:
    """Read with the same checks as an import."""
    checks = LoanChecks(PhoneNumbers(), lambda _loan_id, _line: None, content.locales)
    with (SAMPLE / "loan-book.csv").open("rb") as loans, (SAMPLE / "payments.csv").open("rb") as payments:
        rows = [
            each.row
            for each in read_loans(loans, checks, content.lender.columns).results
            if not isinstance(each, Rejected)
        ]
        paid = [each.row for each in read_payments(payments).results if not isinstance(each, Rejected)]
    return Sample(tuple(overdue(rows, SAMPLE_DATE)), fitted(rows, paid, SAMPLE_DATE))


def newcomers(known: Sample, loans: int, days: int, start: date, random: Random) -> Iterator[Newcomer]:
    """As many loans: those late already at the start, then each day those whose due date has just passed.

    Every loan is somebody else's, so that lives can be played apart. Numbers are the sample's placeholders.
    """
    inflow = known.just_late_a_day() * days
    already = round(loans / (1 + inflow))
    for number in range(loans):
        row = random.choice(known.late)
        days_past_due = (SAMPLE_DATE - row.due_date).days
        enters = start
        if number >= already:
            enters, days_past_due = start + timedelta(days=random.randrange(days)), 1
        moved = (enters - timedelta(days=days_past_due)) - row.due_date
        yield Newcomer(
            row=replace(
                row,
                loan_id=f"S{number:07}",
                borrower_id=f"SB{number:07}",
                due_date=row.due_date + moved,
                opened_on=row.opened_on + moved,
                maturity_date=row.maturity_date + moved,
            ),
            enters_at=datetime.combine(enters, time(12, 15), UTC),
        )
