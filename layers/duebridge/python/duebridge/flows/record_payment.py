"""Books each payment once: lowers the arrears, cures the loan, and stops whatever text has not been claimed yet."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..core.file_encoding import FileRefusedError
from ..core.file_results import Rejected
from ..core.loan import Payment, after_payment, is_cure
from ..core.loan_file import as_of
from ..core.payment_file import PaymentRow, read_payments
from ..core.ticket import Reason
from ..ports import Clock, Inbox, LoanBook, Saved
from .changes import TRIES, BusyError
from .follow_up import FollowUp
from .import_loans import whole_file


class Booked(StrEnum):
    """What became of one payment."""

    LOWERED = "lowered"
    CURED = "cured"
    REPEATED = "repeated"
    UNMATCHED = "unmatched"
    """No such loan, or another currency: a person matches it."""
    REJECTED = "rejected"
    """A row of a file that is no payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment:
    """Payments come as events and as files, and both may repeat."""

    loans: LoanBook
    inbox: Inbox
    follow_up: FollowUp
    clock: Clock

    def record(self, row: PaymentRow, known_at: datetime) -> Booked:
        """`known_at` is when the lender's books knew it: a loan file cut before that does not contain it."""
        payment = Payment(row.loan_id, row.amount, row.paid_on, row.reference, known_at)
        for _ in range(TRIES):
            loan = self.loans.get(row.loan_id)
            if loan is None or loan.arrears.currency != row.amount.currency:
                return self._unmatched(payment, "no loan has this id" if loan is None else "another currency")
            # A loan file that is newer than this payment already contains it.
            paid = after_payment(loan, payment) if known_at > loan.as_of else loan
            saved = self.loans.save_payment(paid, payment)
            if saved is Saved.REPEATED:
                return Booked.REPEATED
            if saved is Saved.DONE:
                return Booked.CURED if is_cure(loan, paid, self.clock.now()) else Booked.LOWERED
        raise BusyError(f"loan {row.loan_id} changed {TRIES} times while a payment was being booked")

    def record_file(self, key: str) -> Counter[Booked]:
        """All good rows of a payments file. Raises FileRefusedError, once the refusal stands beside the file."""
        try:
            return self._record_file(key)
        except FileRefusedError as refusal:
            self.inbox.write_rejects(key, 0, [whole_file(refusal)])
            raise

    def _record_file(self, key: str) -> Counter[Booked]:
        dropped = self.inbox.dropped(key)
        known_at = as_of(key, dropped.as_of, dropped.at)
        booked: Counter[Booked] = Counter()
        rejects = []
        for result in read_payments(self.inbox.open(key) if dropped.size_bytes else []).results:
            if isinstance(result, Rejected):
                rejects.append(result)
                booked[Booked.REJECTED] += 1
            else:
                booked[self.record(result.row, known_at)] += 1
        if rejects:
            self.inbox.write_rejects(key, 1, rejects)
        return booked

    def _unmatched(self, payment: Payment, why: str) -> Booked:
        self.follow_up.open(
            Reason.PAYMENT_UNMATCHED,
            about=f"{payment.loan_id}/{payment.reference}",
            note=f"payment {payment.reference} for loan {payment.loan_id} was not booked: {why}",
        )
        return Booked.UNMATCHED
