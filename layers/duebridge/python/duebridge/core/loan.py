"""A loan as the book knows it now: the lender's terms, what is still owed, and where the conversation stands."""

from collections.abc import Iterable, Mapping
from copy import replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from .loan_row import LoanRow
from .money import Money, exponent
from .strategy import Trait, Traits
from .undertaking import Arrangement, Offer, Promised

if TYPE_CHECKING:
    from .experiment import Enrolment

LOAN_FILE = "loan file"
REPLIED = "replied"
HARDSHIP, BROKEN_PROMISE, DISSATISFIED = "hardship", "broken_promise", "dissatisfied"
OF_THE_EPISODE = frozenset({REPLIED, BROKEN_PROMISE, DISSATISFIED})
"""Marks that a new delinquency does not inherit."""


class Pause(Struct, frozen=True):
    """A hold on a loan: no demand while it stands. `until` None means that only a person lifts it."""

    since: datetime
    until: datetime | None
    by: str
    """The ticket, file or rule that set it."""

    def stands_at(self, now: datetime) -> bool:
        """Whether it still holds."""
        return self.until is None or now < self.until


def pause_name(reason: str, ticket_id: str) -> str:
    """A pause that waits for a ticket has its own name, so that two questions wait for two answers."""
    return f"{reason}#{ticket_id[-8:]}"


def reason_of(name: str) -> str:
    """Why a pause stands, whatever it waits for."""
    return name.partition("#")[0]


class Payment(Struct, frozen=True):
    """Money that arrived. `known_at` is when the lender's books knew it."""

    loan_id: str
    amount: Money
    paid_on: date
    reference: str
    known_at: datetime


class EarlyPayments(Struct, frozen=True):
    """Money for a loan that the book does not know yet; it is booked when the loan comes."""

    loan_id: str
    payments: tuple[Payment, ...] = ()
    forget_after: int = 0
    """Epoch seconds by AWS's clock."""
    version: int = 0

    def with_payment(self, payment: Payment) -> "EarlyPayments":
        """A reference counts once."""
        if any(known.reference == payment.reference for known in self.payments):
            return self
        return replace(self, payments=(*self.payments, payment))


class LastDecision(Struct, frozen=True):
    """What the planner or the gate last said about a loan, for `explain` and the funnel."""

    at: datetime
    outcome: str
    """`contact` or the reason of a hold."""
    until: datetime | None


class Loan(Struct, frozen=True, kw_only=True):
    """One row of the loan book."""

    terms: LoanRow
    as_of: datetime
    """The instant at which the lender's file was true."""
    arrears: Money
    balance: Money
    episode: date
    """First due date of the unbroken delinquency, or the coming due date: a part payment does not move it."""
    steps: tuple[str, ...] = ()
    """Steps already planned in this episode."""
    retry: str = ""
    """The step that may be tried a second time, because its text provably did not arrive."""
    pauses: Mapping[str, Pause] = field(default_factory=dict)
    next_contact_at: datetime | None = None
    marks: frozenset[str] = frozenset()
    """What the conversation left behind, for the choice of a scheme: `replied`, `hardship`, `broken_promise`,
    `dissatisfied`."""
    promised: Promised | None = None
    """The payment that the borrower said would come."""
    offer: Offer | None = None
    """The menu of arrangements that was sent last."""
    arrangement: Arrangement | None = None
    credit_minor: int = 0
    """Paid beyond the arrears since the newest file: never asked back, and used up first by a reversal."""
    balance_credit_minor: int = 0
    """The same for the balance."""
    silent: bool = False
    """No text can reach this borrower; the loan waits for the daily hand-over to people."""
    paid_known_at: datetime | None = None
    """When the newest payment became known."""
    paid_on: date | None = None
    """The day of the payment that became known last."""
    enrolments: "Mapping[str, Enrolment]" = field(default_factory=dict)
    """By experiment: its part in each that it was ever in."""
    last_decision: LastDecision | None = None
    forget_after: int = 0
    """Epoch seconds by AWS's clock, moved on by every file that names the loan. 0: no file has said yet."""
    version: int = 0

    @property
    def loan_id(self) -> str:
        """The lender's own id."""
        return self.terms.loan_id

    @property
    def arms(self) -> Mapping[str, str]:
        """Experiment -> arm, also of experiments that are over."""
        return {name: enrolment.arm for name, enrolment in self.enrolments.items()}

    @property
    def zones(self) -> tuple[str, ...]:
        """The zone of the address and every zone that the number may be in."""
        return tuple(dict.fromkeys((self.terms.time_zone, *self.terms.number_zones)))

    def days_past_due(self, now: datetime) -> int:
        """Days since the oldest unpaid due date, by the borrower's calendar; negative before it."""
        return (self.today(now) - self.terms.due_date).days

    @property
    def traits(self) -> Traits:
        """What the segments of a strategy may ask."""
        exponent_units = 10 ** exponent(self.balance.currency)
        return Traits(
            values={
                Trait.PRIOR_DELINQUENCIES: self.terms.prior_delinquencies,
                Trait.PAID_PERCENT: 100 * self.terms.instalments_paid // max(1, self.terms.instalments_total),
                Trait.BALANCE: self.balance.minor // exponent_units,
                Trait.TEXTS_UNANSWERED: 0 if REPLIED in self.marks else len(self.steps),
            },
            currency=self.balance.currency,
            marks=self.marks,
        )

    def today(self, now: datetime) -> date:
        """By the borrower's calendar."""
        return now.astimezone(ZoneInfo(self.terms.time_zone)).date()

    def paused(self, name: str, pause: Pause) -> "Loan":
        """With one more hold; it sleeps until then, unless it sleeps or waits for people anyway."""
        sleeps_until = pause.until if self.is_owed() and not self.silent else self.next_contact_at
        return replace(self, pauses={**self.pauses, name: pause}, next_contact_at=sleeps_until)

    def is_owed(self) -> bool:
        """Whether anything is asked for at all."""
        return self.arrears.minor > 0


def from_file(row: LoanRow, as_of: datetime, known: Loan | None, payments: Iterable[Payment]) -> Loan:
    """The loan after a newer file: the file moves the sums, and leaves episode, steps and holds as they were.

    Payments that became known after `as_of` are not in the file and are taken off again. When it is next
    looked at is for `decision.wake_at` to say.
    """
    # Summed first: a payment above what is owed and its reversal cancel out, in whatever order they are read.
    later_minor = sum(payment.amount.minor for payment in payments if payment.known_at > as_of)
    arrears, credit_minor = _less(row.amount_due, 0, later_minor)
    balance, balance_credit_minor = _less(row.outstanding_balance, 0, later_minor)
    loan = Loan(
        terms=row,
        as_of=as_of,
        arrears=arrears,
        balance=balance,
        credit_minor=credit_minor,
        balance_credit_minor=balance_credit_minor,
        episode=row.due_date,
    )
    if known is None:
        return replace(loan, pauses=_pauses_after_file(row, as_of, {}))
    loan = replace(
        loan,
        version=known.version,
        pauses=_pauses_after_file(row, as_of, known.pauses),
        paid_known_at=known.paid_known_at,
        paid_on=known.paid_on,
        enrolments=known.enrolments,
        last_decision=known.last_decision,
        marks=known.marks - OF_THE_EPISODE,
    )
    if row.due_date == known.episode or _still_delinquent(row, arrears, known, as_of):
        return replace(
            loan,
            episode=known.episode,
            steps=known.steps,
            retry=known.retry,
            marks=known.marks,
            offer=known.offer,
            arrangement=known.arrangement,
            # A lender without payment events tells of a payment by the lower sum of its next file.
            promised=_after_sum(known.promised, known.arrears.minor - arrears.minor),
        )
    return loan


def after_payment(loan: Loan, payment: Payment) -> Loan:
    """The loan after money arrived; when nothing is owed any more it sleeps until a file or event wakes it."""
    arrears, credit_minor = _less(loan.arrears, loan.credit_minor, payment.amount.minor)
    balance, balance_credit_minor = _less(loan.balance, loan.balance_credit_minor, payment.amount.minor)
    paid = replace(
        loan,
        arrears=arrears,
        balance=balance,
        credit_minor=credit_minor,
        balance_credit_minor=balance_credit_minor,
        paid_known_at=max(payment.known_at, loan.paid_known_at or payment.known_at),
        paid_on=payment.paid_on,
        promised=loan.promised.with_payment(payment.amount.minor) if loan.promised else None,
    )
    if paid.promised and paid.promised.kept and not (loan.promised and loan.promised.kept):
        # The planner says thanks at the next opening, and ends what the promise paused.
        return replace(paid, next_contact_at=payment.known_at, silent=False)
    if not paid.is_owed():
        return replace(paid, next_contact_at=None, silent=False)
    # A reversal makes the money owed again; the planner looks at it anew.
    return paid if loan.is_owed() else replace(paid, next_contact_at=payment.known_at)


def is_cure(before: Loan, after: Loan, now: datetime) -> bool:
    """Whether this change made a delinquent loan current."""
    return before.is_owed() and not after.is_owed() and before.days_past_due(now) > 0


def _less(owed: Money, credit_minor: int, paid_minor: int) -> tuple[Money, int]:
    """What stays owed, never below nothing, and what is paid beyond it: a later reversal must find the same sum."""
    left_minor = owed.minor - credit_minor - paid_minor
    return Money(max(0, left_minor), owed.currency), max(0, -left_minor)


def _after_sum(promised: Promised | None, lowered_by: int) -> Promised | None:
    return promised.with_payment(lowered_by) if promised and lowered_by > 0 else promised


def _pauses_after_file(row: LoanRow, as_of: datetime, known: Mapping[str, Pause]) -> dict[str, Pause]:
    """What the file itself set is replaced by what this file says; all other holds stay."""
    kept = {name: pause for name, pause in known.items() if pause.by != LOAN_FILE}
    return {**kept, row.state.lower(): Pause(as_of, None, LOAN_FILE)} if row.state else kept


def _still_delinquent(row: LoanRow, arrears: Money, known: Loan, as_of: datetime) -> bool:
    today = as_of.astimezone(ZoneInfo(row.time_zone)).date()
    return known.is_owed() and arrears.minor > 0 and known.episode < today and row.due_date < today
