"""Books a payment once, whoever else writes its loan at that moment."""

from datetime import datetime
from enum import StrEnum

from ..core.loan import Payment, after_payment, is_cure
from ..ports import LoanBook, Saved
from .changes import TRIES, BusyError


class Booked(StrEnum):
    """What became of one payment."""

    LOWERED = "lowered"
    CURED = "cured"
    REPEATED = "repeated"
    UNMATCHED = "unmatched"
    """No such loan, or another currency: a person matches it."""
    REJECTED = "rejected"
    """A row of a file that is no payment."""


def book(loans: LoanBook, payment: Payment, now: datetime) -> Booked:
    """One transaction a reference. UNMATCHED leaves everything as it was."""
    for _ in range(TRIES):
        loan = loans.get(payment.loan_id)
        if loan is None or loan.arrears.currency != payment.amount.currency:
            return Booked.UNMATCHED
        # A loan file that is newer than this payment already contains it.
        paid = after_payment(loan, payment) if payment.known_at > loan.as_of else loan
        saved = loans.save_payment(paid, payment)
        if saved is Saved.REPEATED:
            return Booked.REPEATED
        if saved is Saved.DONE:
            return Booked.CURED if is_cure(loan, paid, now) else Booked.LOWERED
    raise BusyError(f"loan {payment.loan_id} changed {TRIES} times while a payment was being booked")
