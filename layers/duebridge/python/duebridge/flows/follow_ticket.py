"""Turns what an operator wrote on a ticket into the same gated effects as any other, once, with an audit line."""

from collections import Counter
from collections.abc import Callable, Collection
from copy import replace
from datetime import datetime

from msgspec import Struct, field

from ..core import arrangement, promise_keeping
from ..core.contact import operator_id, satisfaction_id
from ..core.content import Content
from ..core.loan import Loan, Pause, reason_of
from ..core.message import Renderer
from ..core.operator_request import ALL, Action, OperatorRequest, RequestError, read_request
from ..core.policy import working_days_after
from ..core.standing import Counted, PersonStanding, Suppression
from ..core.strategy import Kind
from ..core.ticket import NEVER_ASKED, URGENT, Status, Ticket, TicketChange
from ..core.treatment import WAITS_FOR_WORDS
from ..core.undertaking import Arrangement, ArrangementStatus
from ..ports import Alerts, Clock, Conversations, LoanBook, Outbox, Tickets
from .changes import change, change_loan, suppress, wake
from .composing import Composer
from .follow_up import FollowUp, audit_line
from .request_check import TEXT_LIVES, RequestCheck
from .retention import forget_after

ANSWERED = "answered"
"""The pause after a person has answered: nobody is asked for money five minutes later."""
SOFT = WAITS_FOR_WORDS | promise_keeping.OVER_ONCE_ARRANGED | {"paid_claim", "promise"}
"""What closing a ticket lifts; any other hold is lifted by `release` alone."""
MOST_AT_ONCE = 20
"""Requests carried out one after the other before the stream's next batch; far more than anybody writes."""


class Followed(Struct):
    """What one change of a ticket led to."""

    counts: Counter[str] = field(default_factory=Counter)


class FollowTicket(Struct, frozen=True, kw_only=True):
    """A request is first moved aside under its number, then carried out, then ended: a crash repeats only effects
    whose ids come from that number."""

    loans: LoanBook
    conversations: Conversations
    tickets: Tickets
    outbox: Outbox
    alerts: Alerts
    content: Content
    renderer: Renderer
    clock: Clock

    def follow(self, change: TicketChange) -> Followed:
        """Looks at the ticket as it is now, so that an old change finds nothing left to do."""
        followed = Followed()
        self._alert(change, followed)
        for _ in range(MOST_AT_ONCE):
            ticket = self.tickets.get(change.ticket_id)
            if ticket is None or not (ticket.doing or ticket.request):
                return followed
            self._step(ticket, followed)
        return followed

    @property
    def checks(self) -> RequestCheck:
        """Whether a request fits its ticket."""
        return RequestCheck(
            loans=self.loans,
            conversations=self.conversations,
            content=self.content,
            renderer=self.renderer,
            clock=self.clock,
        )

    @property
    def composer(self) -> Composer:
        """For texts that ask for no money."""
        return Composer(content=self.content, renderer=self.renderer)

    @property
    def follow_up(self) -> FollowUp:
        """For the desk's own clock."""
        return FollowUp(tickets=self.tickets, loans=self.loans, content=self.content, clock=self.clock)

    def _alert(self, change: TicketChange, followed: Followed) -> None:
        """People are called when an urgent ticket opens, and when any ticket becomes late."""
        before, after = change.before, change.after
        if after.status is Status.LATE and (before is None or before.status is not Status.LATE):
            self.alerts.urgent(after, "late: its time to be answered is over")
        elif after.is_open and after.priority == URGENT and (before is None or not before.is_open):
            self.alerts.urgent(after, "new" if before is None else "reopened")
        else:
            return
        followed.counts["alerts"] += 1

    def _step(self, ticket: Ticket, followed: Followed) -> None:
        if ticket.doing:
            self._carry_out(ticket)
            followed.counts["requests"] += 1
            return
        try:
            self.checks.check(ticket, read_request(ticket.request))
        except RequestError as fault:
            self.tickets.refuse(ticket, str(fault))
            followed.counts["refused"] += 1
            return
        self.tickets.take_up(ticket)

    def _carry_out(self, ticket: Ticket) -> None:
        request, now = read_request(ticket.doing), self.clock.now()
        after, what = self._effects(ticket, request, now)
        line, ends = audit_line(now, request.by, what), self._forget_after(ticket, now)
        for loan_id in ticket.loan_ids:
            self.loans.record_audit(loan_id, now, f"{ticket.ticket_id}#{ticket.actions}", line, ends)
        ended = replace(after, history=(*ticket.history, line), forget_after=0 if after.is_open else ends)
        self.tickets.finish(ended, ticket)

    def _forget_after(self, ticket: Ticket, now: datetime) -> int:
        """By the law of its loans; a ticket that belongs to none is kept as long as the strictest country asks."""
        terms = [loan.terms for loan in self.checks.loans_of(ticket)]
        days = [self.content.keep_days(each.country, each.sub, now) for each in terms]
        return forget_after(self.clock, now, max(days) if days else self.content.keep_days("", None, now))

    def _effects(self, ticket: Ticket, request: OperatorRequest, now: datetime) -> tuple[Ticket, str]:
        """The ticket afterwards, and what was done, for its history."""
        match request.action:
            case Action.TAKE:
                return replace(ticket, owner=request.by), "took it"
            case Action.ANSWER:
                try:
                    text = self.checks.composed(ticket, request, ticket.actions)
                except RequestError as fault:
                    # It fitted when it was taken up; the number may have opted out since.
                    return ticket, f"not answered: {fault}"
                self.outbox.put([text])
                self._lift(ticket, WAITS_FOR_WORDS, now)
                return replace(
                    ticket, owner=ticket.owner or request.by
                ), f"answered ({request.template or 'own words'})"
            case Action.HOLD:
                self._hold(ticket, request, now)
                return ticket, f"hold {request.hold}" + (f" until {request.until}" if request.until else "")
            case Action.RELEASE:
                self._release(ticket, request.hold, now)
                return ticket, f"released {request.hold}"
            case Action.ARRANGEMENT:
                return ticket, self._decide_arrangement(ticket, request, now)
            case Action.CALL:
                self._count_call(ticket, request, now)
                return replace(ticket, owner=ticket.owner or request.by), f"called: {request.outcome}"
            case Action.OPT_OUT:
                suppress(self.conversations, ticket.phone, Suppression.OPTED_OUT, now)
                for loan_id in ticket.loan_ids:
                    wake(self.loans, loan_id, now)
                return ticket, "opted the number out"
            case Action.CLOSE:
                return self._close(ticket, request, now), f"closed: {request.outcome}"
            case Action.REOPEN:
                return self._reopened(ticket, now), "reopened"

    def _hold(self, ticket: Ticket, request: OperatorRequest, now: datetime) -> None:
        def held(loan: Loan) -> Loan | None:
            until = promise_keeping.end_of(loan, request.until) if request.until else None
            known = loan.pauses.get(request.hold)
            if known and (known.by, known.until) == (ticket.ticket_id, until):
                return None
            return loan.paused(request.hold, Pause(now, until, ticket.ticket_id))

        self._change_loans(ticket, held)

    def _release(self, ticket: Ticket, hold: str, now: datetime) -> None:
        def freed(loan: Loan) -> Loan | None:
            lifted = {
                name
                for name, pause in loan.pauses.items()
                if (pause.by == ticket.ticket_id if hold == ALL else reason_of(name) == hold)
            }
            return self._without(loan, lifted, now, ticket)

        self._change_loans(ticket, freed)

    def _lift(self, ticket: Ticket, reasons: Collection[str], now: datetime) -> None:
        """What this ticket set and what it was waiting for."""

        def freed(loan: Loan) -> Loan | None:
            lifted = {
                name
                for name, pause in loan.pauses.items()
                if pause.by == ticket.ticket_id and reason_of(name) in reasons
            }
            return self._without(loan, lifted, now, ticket)

        self._change_loans(ticket, freed)

    def _without(self, loan: Loan, lifted: Collection[str], now: datetime, ticket: Ticket) -> Loan | None:
        """Free of these holds, and at rest for some working days before the ladder goes on."""
        if not lifted:
            return None
        kept = {name: pause for name, pause in loan.pauses.items() if name not in lifted}
        terms = loan.terms
        policies = self.content.policies_for(terms.country, terms.sub, now)
        last_day = working_days_after(loan.today(now), self.content.lender.resume_after_working_days, policies)
        rest = Pause(now, promise_keeping.end_of(loan, last_day), ticket.ticket_id)
        return replace(loan, pauses=kept).paused(ANSWERED, rest)

    def _decide_arrangement(self, ticket: Ticket, request: OperatorRequest, now: datetime) -> str:
        loan, choice = self.checks.arranged(ticket, request)
        is_agreed = request.decision != "decline"
        # First: after a crash in between, a choice that was declined would be gone, and with it the words about it.
        self._tell(ticket, loan, choice, is_agreed, now)
        if choice is not None:

            def decided(fresh: Loan) -> Loan | None:
                if fresh.arrangement and fresh.arrangement.status is ArrangementStatus.AGREED:
                    return None
                if not is_agreed:
                    return replace(fresh, arrangement=None, offer=None) if fresh.arrangement else None
                return promise_keeping.agreed(fresh, choice, now, self.content)

            change_loan(self.loans, loan.loan_id, decided)
        return "agreed the arrangement" if is_agreed else "declined the arrangement"

    def _tell(self, ticket: Ticket, loan: Loan, choice: Arrangement | None, is_agreed: bool, now: datetime) -> None:
        """The decision, to the borrower; a suppressed number is not texted and the operator knows why."""
        if not ticket.phone or choice is None:
            return
        words = arrangement.plan(choice.parts, loan.arrears.currency, loan.terms.locale)
        text = self.composer.compose(
            "answers/arrangement_confirmed" if is_agreed else "answers/arrangement_declined",
            Kind.OPERATOR,
            loan,
            contact_id=operator_id(ticket.ticket_id, ticket.actions),
            case=ticket.ticket_id,
            now=now,
            expires_at=now + TEXT_LIVES,
            values={"plan": words},
            ticket_id=ticket.ticket_id,
            phone=ticket.phone,
        )
        self.outbox.put([text])

    def _count_call(self, ticket: Ticket, request: OperatorRequest, now: datetime) -> None:
        """Caps are over all channels (12 CFR 1006.14(b) counts calls; a lender's own caps count what it says)."""
        call = f"call-{ticket.ticket_id}-{ticket.actions}"
        if not ticket.borrower_id:
            return

        def counted(person: PersonStanding) -> PersonStanding | None:
            return None if call in person.counted else person.with_contact(call, Counted(request.at or now, None))

        change(lambda: self.conversations.person(ticket.borrower_id), counted, self.conversations.save_person)

    def _close(self, ticket: Ticket, request: OperatorRequest, now: datetime) -> Ticket:
        closing = ticket.closings + 1
        if request.release:
            self._release(ticket, request.release, now)
        self._lift(ticket, SOFT, now)
        if ticket.reason not in NEVER_ASKED:
            self._ask_satisfaction(ticket, closing, now)
        return replace(
            ticket, status=Status.CLOSED, closings=closing, outcome=request.outcome, root_cause=request.root_cause
        )

    def _ask_satisfaction(self, ticket: Ticket, closing: int, now: datetime) -> None:
        """One question a closing, and none to a number that gets no texts."""
        loans = self.checks.loans_of(ticket)
        if not ticket.phone or not loans or self.conversations.number(ticket.phone).suppressed:
            return
        text = self.composer.compose(
            "answers/satisfaction",
            Kind.SATISFACTION,
            loans[0],
            contact_id=satisfaction_id(ticket.ticket_id, closing),
            case=ticket.ticket_id,
            now=now,
            expires_at=now + TEXT_LIVES,
            ticket_id=ticket.ticket_id,
            phone=ticket.phone,
        )
        self.outbox.put([replace(text, attempt=closing)])

    def _reopened(self, ticket: Ticket, now: datetime) -> Ticket:
        loans = self.checks.loans_of(ticket)
        due = self.follow_up.due(loans[0] if loans else None, ticket.priority, now)
        return replace(ticket, status=Status.OPEN, answer_by=due)

    def _change_loans(self, ticket: Ticket, changed: Callable[[Loan], Loan | None]) -> None:
        for loan_id in ticket.loan_ids:
            change_loan(self.loans, loan_id, changed)
