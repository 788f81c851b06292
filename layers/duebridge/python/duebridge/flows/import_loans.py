"""Takes a lender's file into the loan book: good rows whatever their neighbours, bad rows with their reasons."""

from collections.abc import Callable, Mapping, Sequence
from copy import replace
from datetime import datetime
from itertools import batched

from msgspec import Struct

from ..core.content import Content
from ..core.decision import wake_at
from ..core.erasure import is_erased
from ..core.file_encoding import FileRefusedError, Refusal
from ..core.file_reading import Continuation, Source
from ..core.file_results import Accepted, FaultCode, Rejected
from ..core.loan import Loan, from_file
from ..core.loan_file import LoanChecks, PhoneReader, as_of, is_full, read_loans
from ..core.loan_row import LoanRow
from ..ports import Clock, Continuations, FileWork, Inbox, LatestFiles, LoanBook, Saved
from .booking import Booked, book
from .changes import TRIES, BusyError
from .retention import forget_after

BATCH_ROWS = 100


class Report(Struct):
    """What one run over a file did."""

    saved: int = 0
    unchanged: int = 0
    rejected: int = 0
    early_payments: int = 0
    """Payments that had come before their loan."""
    continued: bool = False


class ImportLoans(Struct, frozen=True, kw_only=True):
    """The same file again writes nothing; a file older than the last one is refused whole."""

    loans: LoanBook
    inbox: Inbox
    continuations: Continuations
    content: Content
    clock: Clock
    read_phone: PhoneReader

    def take_in(
        self, work: FileWork, first_line_of: Callable[[str, int], int | None], has_time: Callable[[], bool]
    ) -> Report:
        """Raises FileRefusedError, once the refusal stands beside the file."""
        report = Report()
        try:
            self._take_in(work, first_line_of, has_time, report)
        except FileRefusedError as refusal:
            self.inbox.write_rejects(work.key, 0, [whole_file(refusal)])
            raise
        return report

    def _take_in(
        self,
        work: FileWork,
        first_line_of: Callable[[str, int], int | None],
        has_time: Callable[[], bool],
        report: Report,
    ) -> None:
        dropped = self.inbox.dropped(work.key)
        file_as_of = work.as_of or as_of(work.key, dropped.as_of, dropped.at)
        latest = self.loans.latest_files()
        if latest.any_as_of and file_as_of < latest.any_as_of:
            raise FileRefusedError(
                Refusal.OLDER_FILE,
                f"true as of {file_as_of:%Y-%m-%dT%H:%MZ}, but a file of {latest.any_as_of:%Y-%m-%dT%H:%MZ} was "
                "taken in; drop the newer one, or state the right --as-of",
            )
        offset = work.continued.offset if work.continued else 0
        source: Source = self.inbox.open(work.key, offset) if dropped.size_bytes > offset else []
        checks = LoanChecks(self.read_phone, first_line_of, self.content.locales)
        reading = read_loans(source, checks, self.content.lender.columns, work.continued)
        for batch in batched(reading.results, BATCH_ROWS, strict=False):
            rejects = [result for result in batch if isinstance(result, Rejected)]
            accepted = [result for result in batch if isinstance(result, Accepted)]
            rejects += self._save(accepted, file_as_of, report, is_continued=work.continued is not None)
            if rejects:
                report.rejected += len(rejects)
                self.inbox.write_rejects(work.key, batch[0].line, sorted(rejects, key=lambda reject: reject.line))
            if not has_time():
                rest = Continuation(reading.header, batch[-1].next_offset, batch[-1].next_line)
                self.continuations.put(FileWork(work.key, rest, file_as_of))
                report.continued = True
                return
        full = file_as_of if dropped.is_full or is_full(work.key) else latest.full_as_of
        self.loans.save_latest_files(LatestFiles(file_as_of, full))

    def _save(
        self, accepted: Sequence[Accepted[LoanRow]], file_as_of: datetime, report: Report, *, is_continued: bool
    ) -> list[Rejected]:
        known = self.loans.get_many([result.row.loan_id for result in accepted])
        rejects = []
        for result in accepted:
            loan = known.get(result.row.loan_id)
            if loan and is_erased(loan):
                reason = "the borrower's data was erased on request; take the loan out of the export"
                rejects.append(_rejected(result, FaultCode.ERASED, reason))
                continue
            if is_continued and loan and loan.as_of == file_as_of and loan.terms != result.row:
                # Which ids the earlier runs over this file saw is gone with them; the book still knows.
                reason = "an earlier row of this file has this id, and is kept; leave one row for each loan"
                rejects.append(_rejected(result, FaultCode.DUPLICATE_LOAN, reason))
                continue
            saved = self._save_one(result.row, file_as_of, loan)
            if saved is None:
                reason = "the book knows this loan from a newer file; leave it out, or state the right --as-of"
                rejects.append(_rejected(result, FaultCode.OLDER_ROW, reason))
            elif saved:
                report.saved += 1
            else:
                report.unchanged += 1
        self._book_early(accepted, known, file_as_of, report)
        return rejects

    def _book_early(
        self,
        accepted: Sequence[Accepted[LoanRow]],
        known: Mapping[str, Loan],
        file_as_of: datetime,
        report: Report,
    ) -> None:
        """After the loans stand: a payment that comes later finds its loan. Again for loans that this file has
        brought before, since an earlier run over it may have died in between."""
        ids = [result.row.loan_id for result in accepted]
        new = [one for one in ids if one not in known or known[one].as_of == file_as_of]
        for early in self.loans.early_payments(new).values():
            for payment in early.payments:
                booked = book(self.loans, payment, self.clock.now())
                report.early_payments += booked in (Booked.LOWERED, Booked.CURED)

    def _save_one(self, row: LoanRow, file_as_of: datetime, known: Loan | None) -> bool | None:
        """True when written, False when nothing was to change, None when the book knows newer terms."""
        for _ in range(TRIES):
            if known and file_as_of < known.as_of:
                return None
            if known and is_erased(known):
                return False
            if known and file_as_of == known.as_of and row == known.terms:
                return False
            if self.loans.save(self._after_file(row, file_as_of, known)) is Saved.DONE:
                return True
            known = self.loans.get(row.loan_id)
        raise BusyError(f"loan {row.loan_id} changed {TRIES} times while its file was being taken in")

    def _after_file(self, row: LoanRow, file_as_of: datetime, known: Loan | None) -> Loan:
        is_paid_since = known is not None and known.paid_known_at is not None and known.paid_known_at > file_as_of
        payments = self.loans.payments_after(row.loan_id, file_as_of) if is_paid_since else []
        keep_days = self.content.keep_days(row.country, row.sub, self.clock.now())
        ends = forget_after(self.clock, file_as_of, keep_days)
        loan = replace(from_file(row, file_as_of, known, payments), forget_after=ends)
        if known and _asks_the_same(loan, known):
            return replace(loan, next_contact_at=known.next_contact_at, silent=known.silent)
        return replace(loan, next_contact_at=wake_at(loan, self.content, self.clock.now()))


def _asks_the_same(loan: Loan, known: Loan) -> bool:
    """Nothing that a decision depends on has moved, so the loan may sleep on."""
    left_out = known.last_decision is not None and known.last_decision.outcome == "not_in_latest_file"
    return (
        not left_out
        and loan.arrears == known.arrears
        and loan.pauses == known.pauses
        and (loan.terms.due_date, loan.terms.phone, loan.terms.country, loan.terms.sub, loan.zones)
        == (known.terms.due_date, known.terms.phone, known.terms.country, known.terms.sub, known.zones)
        and (loan.terms.locale, loan.terms.consent_source) == (known.terms.locale, known.terms.consent_source)
    )


def _rejected(result: Accepted[LoanRow], code: FaultCode, reason: str) -> Rejected:
    return Rejected(
        line=result.line,
        column="loan_id",
        reason=reason,
        code=code,
        more_faults=0,
        next_offset=result.next_offset,
        next_line=result.next_line,
    )


def whole_file(refusal: FileRefusedError) -> Rejected:
    """A refusal as the one entry beside the file."""
    return Rejected(
        line=0,
        column="file",
        reason=str(refusal),
        code=FaultCode.WHOLE_FILE,
        more_faults=0,
        next_offset=0,
        next_line=0,
    )
