"""Opens follow-up tickets with a clock that runs in the desk's own working hours."""

from dataclasses import dataclass
from datetime import datetime

from ..core import wording
from ..core.contact import ticket_id
from ..core.content import Content
from ..core.ticket import ANSWER_WITHIN, NORMAL, PRIORITY, Reason, Ticket, answer_by, last_opening
from ..ports import Clock, LoanBook, Tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """Used by every station that needs a person."""

    tickets: Tickets
    loans: LoanBook
    content: Content
    clock: Clock

    def desk_opened_at(self, now: datetime) -> datetime:
        """When the lender's first desk last opened its day."""
        return last_opening(now, next(iter(self.content.lender.offices.values())))

    def _first_country(self) -> str:
        """Whose desk looks at what belongs to no country: the lender's first."""
        return next(iter(self.content.lender.offices))

    def open(
        self,
        reason: Reason,
        *,
        about: str,
        phone: str = "",
        loan_id: str = "",
        loan_ids: tuple[str, ...] = (),
        raised: int = 0,
        note: str = "",
    ) -> str:
        """The ticket's id, which is derived from `reason` and `about`: the same event opens one ticket."""
        loan = self.loans.get(loan_id) if loan_id else None
        country = loan.terms.country if loan and self.content.serves(loan.terms.country) else self._first_country()
        now = self.clock.now()
        priority = max(1, PRIORITY.get(reason, NORMAL) - raised)
        policies = self.content.policies_for(country, None, now)
        ticket = Ticket(
            ticket_id=ticket_id(reason, about),
            reason=reason,
            priority=priority,
            opened_at=now,
            answer_by=answer_by(now, ANSWER_WITHIN[priority], self.content.office(country), policies),
            borrower_id=loan.terms.borrower_id if loan else "",
            loan_ids=loan_ids or ((loan_id,) if loan_id else ()),
            phone=phone,
            about=about,
            masked_phone=wording.masked(phone) if phone else "",
            note=note,
        )
        self.tickets.open(ticket)
        return ticket.ticket_id
