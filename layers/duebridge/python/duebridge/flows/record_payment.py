"""Books each payment once: lowers the arrears, cures the loan, and stops whatever text has not been claimed yet."""

from collections import Counter
from collections.abc import Callable
from copy import replace
from datetime import datetime
from itertools import batched

from msgspec import Struct

from ..core.file_encoding import FileRefusedError
from ..core.file_reading import Continuation, Source
from ..core.file_results import Rejected
from ..core.loan import EarlyPayments, Payment
from ..core.loan_file import as_of
from ..core.payment_file import PaymentRow, read_payments
from ..core.ticket import Reason
from ..ports import Clock, Continuations, FileWork, Inbox, LoanBook
from .booking import Booked, book
from .changes import change
from .follow_up import FollowUp
from .import_loans import whole_file
from .retention import forget_after

BATCH_ROWS = 100


class RecordPayment(Struct, frozen=True, kw_only=True):
    """Payments come as events and as files, and both may repeat."""

    loans: LoanBook
    inbox: Inbox
    continuations: Continuations
    follow_up: FollowUp
    clock: Clock

    def record(self, row: PaymentRow, known_at: datetime) -> Booked:
        """`known_at` is when the lender's books knew it: a loan file cut before that does not contain it."""
        payment = Payment(row.loan_id, row.amount, row.paid_on, row.reference, known_at)
        booked = book(self.loans, payment, self.clock.now())
        if booked is not Booked.UNMATCHED:
            return booked
        if self.loans.get(row.loan_id) is None:
            self._keep(payment)
            # Again: the loan may have come between the look and the keeping, and its import found nothing kept.
            booked = book(self.loans, payment, self.clock.now())
        return self._unmatched(payment) if booked is Booked.UNMATCHED else booked

    def record_file(self, work: FileWork, has_time: Callable[[], bool]) -> Counter[Booked]:
        """All good rows of a payments file, or as many as there is time for: the rest comes as work of its own.

        Raises FileRefusedError, once the refusal stands beside the file.
        """
        try:
            return self._record_file(work, has_time)
        except FileRefusedError as refusal:
            self.inbox.write_rejects(work.key, 0, [whole_file(refusal)])
            raise

    def _record_file(self, work: FileWork, has_time: Callable[[], bool]) -> Counter[Booked]:
        dropped = self.inbox.dropped(work.key)
        known_at = work.as_of or as_of(work.key, dropped.as_of, dropped.at)
        offset = work.continued.offset if work.continued else 0
        source: Source = self.inbox.open(work.key, offset) if dropped.size_bytes > offset else []
        reading = read_payments(source, continued=work.continued)
        booked: Counter[Booked] = Counter()
        for batch in batched(reading.results, BATCH_ROWS, strict=False):
            rejects = [result for result in batch if isinstance(result, Rejected)]
            booked.update(self.record(result.row, known_at) for result in batch if not isinstance(result, Rejected))
            if rejects:
                booked[Booked.REJECTED] += len(rejects)
                self.inbox.write_rejects(work.key, batch[0].line, rejects)
            if not has_time():
                rest = Continuation(reading.header, batch[-1].next_offset, batch[-1].next_line)
                self.continuations.put(FileWork(work.key, rest, known_at))
                break
        return booked

    def _keep(self, payment: Payment) -> None:
        """For the import of its loan, whose country nobody knows yet."""
        longest = self.follow_up.content.keep_days("", None, payment.known_at)
        ends = forget_after(self.clock, payment.known_at, longest)

        def kept(early: EarlyPayments) -> EarlyPayments | None:
            more = early.with_payment(payment)
            return None if more is early else replace(more, forget_after=ends)

        def read() -> EarlyPayments:
            known = self.loans.early_payments([payment.loan_id])
            return known.get(payment.loan_id, EarlyPayments(payment.loan_id))

        change(read, kept, self.loans.save_early_payments)

    def _unmatched(self, payment: Payment) -> Booked:
        is_unknown = self.loans.get(payment.loan_id) is None
        why = "no loan has this id; it is booked when a loan file brings it" if is_unknown else "another currency"
        self.follow_up.open(
            Reason.PAYMENT_UNMATCHED,
            about=f"{payment.loan_id}/{payment.reference}",
            note=f"payment {payment.reference} for loan {payment.loan_id} was not booked: {why}",
        )
        return Booked.UNMATCHED
