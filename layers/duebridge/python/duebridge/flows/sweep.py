"""Finds what was left half-way: lapsed claims, old doubts, untold opt-outs, late tickets, silent loans."""

from collections.abc import Callable, Sequence
from copy import replace
from datetime import timedelta
from hashlib import sha256

from msgspec import Struct

from ..core.contact import State
from ..core.loan import Loan
from ..core.shard import SILENT
from ..core.ticket import Reason, Status
from ..ports import Clock, ContactRow, Conversations, LoanBook, Outbox, Tickets
from .changes import change_loan, tell_carrier
from .compare_opt_outs import CompareOptOuts
from .follow_up import FollowUp

CLAIM_LAPSES = timedelta(minutes=10)
"""Longer than a sender may run and its queue may hide a message: whoever claimed is dead."""
DOUBT_LASTS = timedelta(hours=72)
"""Carriers may report that late (AWS End User Messaging SMS user guide, "Event types")."""
OPT_OUT_TOLD_WITHIN = timedelta(minutes=5)
MOST_COUNTED = 50_000
"""Tickets; more of them need no exact figure."""
MOST = 200
"""Rows of a kind in one run; the next run is five minutes away."""


class Report(Struct):
    """What one run found."""

    lapsed_claims: int = 0
    doubts_for_people: int = 0
    opt_outs_told: int = 0
    late_tickets: int = 0
    """Which became late."""
    tickets_open: int = 0
    """Which wait for an answer now, the late ones among them."""
    tickets_late: int = 0
    waiting_texts: int = 0
    handed_over: int = 0
    opt_outs_compared: int = 0
    opt_outs_found: int = 0
    """On the provider's list only: suppressed here now."""
    opt_outs_relisted: int = 0
    """Suppressed here, and missing on the provider's list: put there again."""


class Sweep(Struct, frozen=True, kw_only=True):
    """Every action is conditional or has a derived id: two sweeps at once do no harm."""

    loans: LoanBook
    conversations: Conversations
    tickets: Tickets
    follow_up: FollowUp
    outbox: Outbox
    """The answers' queue."""
    list_opt_out: Callable[[str], None]
    opt_outs: CompareOptOuts
    clock: Clock

    def run(self) -> Report:
        """Every part, also when another one fails; then raises what failed, all together."""
        report = Report()
        faults: list[Exception] = []
        for name, part in (
            ("lapsed_claims", self._lapsed_claims),
            ("doubts_for_people", self._old_doubts),
            ("late_tickets", self._late_tickets),
            ("waiting_texts", self._waiting_texts),
            ("handed_over", self._silent_loans),
            ("opt_outs_told", self._opt_outs),
        ):
            try:
                setattr(report, name, part())
            except Exception as fault:
                faults.append(fault)
        try:
            report.tickets_late = self.tickets.count(Status.LATE, MOST_COUNTED)
            report.tickets_open = report.tickets_late + self.tickets.count(Status.OPEN, MOST_COUNTED)
        except Exception as fault:
            faults.append(fault)
        try:
            drift = self.opt_outs.run()
            report.opt_outs_compared = drift.compared
            report.opt_outs_found, report.opt_outs_relisted = drift.suppressed, drift.listed
        except Exception as fault:
            faults.append(fault)
        if faults:
            raise ExceptionGroup("parts of the sweep failed; the next run tries them again", faults)
        return report

    def _lapsed_claims(self) -> int:
        """A sender died between its claim and its record: nobody knows whether the text went."""
        now = self.clock.now()
        rows = self.conversations.unsettled("sending", now - CLAIM_LAPSES, MOST)
        return sum(
            self.conversations.move(row.phone, row.contact_id, State.IN_DOUBT, now, reason="the sender stopped")
            for row in rows
        )

    def _old_doubts(self) -> int:
        """No receipt came: a person asks the borrower or the carrier."""
        rows = self.conversations.unsettled("in_doubt", self.clock.now() - DOUBT_LASTS, MOST)
        for row in rows:
            contact = self.conversations.contact(row.phone, row.contact_id)
            if contact:
                self._ask_about(contact)
                self.conversations.leave_to_people(row.phone, row.contact_id)
        return len(rows)

    def _ask_about(self, contact: ContactRow) -> None:
        self.follow_up.open(
            Reason.IN_DOUBT,
            about=contact.text.contact_id,
            phone=contact.text.phone,
            loan_id=contact.text.loan_id,
            note="no receipt within 72 hours: did the text arrive?",
        )

    def _opt_outs(self) -> int:
        """The provider's own list gets every number, whatever became of the confirmation."""
        rows = self.conversations.unsettled("opt_out", self.clock.now() - OPT_OUT_TOLD_WITHIN, MOST)
        for row in rows:
            tell_carrier(self.conversations, self.list_opt_out, row.phone)
        return len(rows)

    def _waiting_texts(self) -> int:
        """Texts that came outside contact hours: queued first, so that a crash repeats one and loses none."""
        now = self.clock.now()
        rows = self.conversations.unsettled("waiting", now, MOST)
        for row in rows:
            text = self.conversations.waiting(row.phone, row.contact_id)
            if text:
                self.outbox.put([text])
            self.conversations.leave_to_people(row.phone, row.contact_id)
        return len(rows)

    def _late_tickets(self) -> int:
        late = self.tickets.late(self.clock.now(), MOST)
        for ticket_id in late:
            self.tickets.escalate(ticket_id)
        return len(late)

    def _silent_loans(self) -> int:
        """One ticket a day for the loans that no text can reach any more, when the desk opens."""
        opened = self.follow_up.desk_opened_at(self.clock.now())
        loans = self.loans.due(SILENT, opened, "", MOST).loans
        if not loans:
            return 0
        loan_ids = tuple(sorted(loan.loan_id for loan in loans))
        self.follow_up.open(
            Reason.NOT_REACHABLE,
            about=f"{opened:%Y-%m-%d}/{_name_of(loan_ids)}",
            loan_ids=loan_ids,
            note=f"{len(loan_ids)} loans that texts do not reach: call, or write a letter",
        )
        for loan in loans:
            change_loan(self.loans, loan.loan_id, _handed_over)
        return len(loans)


def _name_of(loan_ids: Sequence[str]) -> str:
    """Of exactly these loans: after a crash, a list with one more must not pass for the one that was opened."""
    return sha256(" ".join(loan_ids).encode()).hexdigest()[:16]


def _handed_over(loan: Loan) -> Loan | None:
    return replace(loan, next_contact_at=None) if loan.silent and loan.next_contact_at else None
