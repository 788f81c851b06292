"""Opens follow-up tickets, and opens them again, with a clock that runs in the desk's own working hours."""

from copy import replace
from datetime import datetime

from msgspec import Struct

from ..core import wording
from ..core.contact import ticket_id
from ..core.content import Content
from ..core.loan import Loan, Pause, pause_name
from ..core.ticket import (
    ANSWER_WITHIN,
    CONTENT,
    NORMAL,
    NOT_CONTENT,
    PRIORITY,
    URGENT,
    Reason,
    Status,
    Ticket,
    answer_by,
    last_opening,
)
from ..ports import Clock, LoanBook, Tickets
from .changes import change_loan


class FollowUp(Struct, frozen=True, kw_only=True):
    """Used by every station that needs a person."""

    tickets: Tickets
    loans: LoanBook
    content: Content
    clock: Clock

    def desk_opened_at(self, now: datetime) -> datetime:
        """When the lender's first desk last opened its day."""
        return last_opening(now, next(iter(self.content.lender.offices.values())))

    def open(
        self,
        reason: Reason,
        *,
        about: str,
        phone: str = "",
        loan_id: str = "",
        loan_ids: tuple[str, ...] = (),
        raised: int = 0,
        labels: tuple[str, ...] = (),
        is_displeased: bool = False,
        note: str = "",
    ) -> str:
        """The ticket's id, which is derived from `reason` and `about`: the same event opens one ticket."""
        loan = self.loans.get(loan_id) if loan_id else None
        now = self.clock.now()
        priority = max(URGENT, PRIORITY.get(reason, NORMAL) - raised)
        ticket = Ticket(
            ticket_id=ticket_id(reason, about),
            reason=reason,
            priority=priority,
            opened_at=now,
            answer_by=self.due(loan, priority, now),
            borrower_id=loan.terms.borrower_id if loan else "",
            loan_ids=loan_ids or ((loan_id,) if loan_id else ()),
            phone=phone,
            about=about,
            masked_phone=wording.masked(phone) if phone else "",
            locale=loan.terms.locale if loan else "",
            labels=labels,
            is_displeased=is_displeased,
            note=note,
        )
        self.tickets.open(ticket)
        return ticket.ticket_id

    def reopen(self, ticket_id: str, closing: int, by: str) -> bool:
        """A borrower was not content with this closing: one priority higher, a new clock, and peace until then.

        False when the ticket is gone, or when this closing was reopened before.
        """
        ticket = self.tickets.get(ticket_id)
        if ticket is None or ticket.is_open or ticket.closings != closing:
            return False
        now = self.clock.now()
        loans = [loan for loan_id in ticket.loan_ids if (loan := self.loans.get(loan_id))]
        priority = max(URGENT, ticket.priority - 1)

        def held(loan: Loan) -> Loan | None:
            name = pause_name("reopened", ticket_id)
            return None if name in loan.pauses else loan.paused(name, Pause(now, None, ticket_id))

        for loan in loans:
            change_loan(self.loans, loan.loan_id, held)
        return self.tickets.reopen(
            replace(
                ticket,
                status=Status.OPEN,
                priority=priority,
                answer_by=self.due(loans[0] if loans else None, priority, now),
                is_displeased=True,
                forget_after=0,
                history=(*ticket.history, audit_line(now, by, NOT_CONTENT)),
            )
        )

    def note_satisfied(self, ticket_id: str, closing: int) -> None:
        """A borrower was content with this closing."""
        line = audit_line(self.clock.now(), "borrower", CONTENT)
        self.tickets.note_outcome(ticket_id, closing, line)

    def due(self, loan: Loan | None, priority: int, now: datetime) -> datetime:
        """By when a matter of this priority is answered, in the hours of the desk that looks after the loan."""
        is_served = loan is not None and self.content.serves(loan.terms.country)
        # What belongs to no country is looked at by the lender's first desk.
        country = loan.terms.country if loan and is_served else next(iter(self.content.lender.offices))
        policies = self.content.policies_for(country, None, now)
        return answer_by(now, ANSWER_WITHIN[priority], self.content.office(country), policies)


def audit_line(at: datetime, by: str, what: str) -> str:
    """One line of a ticket's history. `by` is what somebody wrote of themselves."""
    return f"{at:%Y-%m-%d %H:%M} UTC, {by}: {what}"
