"""Shows operators their tickets, and carries what they ask for to a ticket. It reads; its one write is the request."""

from collections.abc import Callable, Mapping
from copy import replace
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from ..core import arrangement, segments
from ..core.content import Content
from ..core.decision import Case, decide
from ..core.desk.model import Bubble, Canned, LoanView, Notice, Preview, QueueView, TicketView
from ..core.desk.preview_page import preview_page
from ..core.desk.query import Filters, Query, Show, View, read_query
from ..core.desk.queue_page import queue_page
from ..core.desk.ticket_page import ticket_page
from ..core.desk.words import DeskContent, Viewer
from ..core.errors import ContentError
from ..core.lint import Code, Fault, LintRules, Purpose, Speaker, speaker_of
from ..core.lint import Text as Judged
from ..core.lint import lint as judge
from ..core.loan import Loan
from ..core.message import Renderer
from ..core.operator_request import Action, OperatorRequest, RequestError, read_request
from ..core.stop import StandingStops
from ..core.strategy import Kind
from ..core.ticket import Status, Ticket
from ..ports import Clock, Conversation, Conversations, LoanBook, Stops, Tickets
from .composing import case_reference
from .request_check import CANNED, FREE_TEXT, RequestCheck

PAGE_TICKETS = 20
LOOK_TICKETS = 100
"""Read at a time where filters narrow the list."""
MOST_LOOKS = 5
"""Per page: whoever wants more says so, and a page stays fast however many tickets there are."""
SHOWN_TEXTS = 60
GAPS = {"amount": "____", "day": "____"}
CLAUSES = {
    "amount": Code.NO_AMOUNT,
    "date": Code.NO_DATE,
    "basis": Code.NO_BASIS,
    "contact": Code.NO_CONTACT,
    "opt_out": Code.NO_STOP_LINE,
}
"""A policy's clause -> the fault of a text without it."""
STATUSES = {
    Show.OPEN: (Status.LATE, Status.OPEN),
    Show.LATE: (Status.LATE,),
    Show.CLOSED: (Status.CLOSED,),
}


class Shown(Struct):
    """The page, and what the log may say of it."""

    html: str
    counts: dict[str, int] = field(default_factory=dict)


class TicketDesk(Struct, frozen=True, kw_only=True):
    """Everything on a page is read when it is asked for; a form carries the number that makes it count once."""

    loans: LoanBook
    conversations: Conversations
    tickets: Tickets
    stops: Stops
    content: Content
    renderer: Renderer
    clock: Clock
    desk: DeskContent
    lint_rules: Callable[[], LintRules]
    """Read when a text is first judged: no page needs them otherwise."""

    def show(self, event: Mapping[str, Any], endpoint: str) -> Shown:
        """The page that a widget's event asks for. `endpoint` is whom its clicks call."""
        query = read_query(event)
        words = self.desk.words_for(query.locale)
        viewer = Viewer(
            words=words, offset_minutes=query.offset_minutes, theme=query.theme, endpoint=endpoint, by=query.by
        )
        if query.view is View.QUEUE:
            return self._queue(query, viewer)
        ticket = self.tickets.get(query.ticket_id) if query.ticket_id else None
        if ticket is None:
            missing = Notice("bad", words("not_found", ticket=query.ticket_id))
            return self._queue(query, viewer, missing)
        if query.view is View.PREVIEW:
            return self._preview(query, ticket, viewer)
        if query.view is View.ASK:
            return self._ask(query, ticket, viewer)
        return self._ticket(query, ticket, viewer)

    @property
    def checks(self) -> RequestCheck:
        """The very check that a request meets again before it is carried out."""
        return RequestCheck(
            loans=self.loans,
            conversations=self.conversations,
            content=self.content,
            renderer=self.renderer,
            clock=self.clock,
        )

    def _queue(self, query: Query, viewer: Viewer, news: Notice | None = None) -> Shown:
        found = self._listed(query.filters, query.cursor)
        view = replace(found, paused=_paused(self.stops.standing()), is_first=not query.cursor)
        html = queue_page(view, viewer, self.desk.style, news)
        return Shown(html, {"queues": 1, "not_found": news is not None})

    def _listed(self, filters: Filters, cursor: str) -> QueueView:
        """Late tickets first, then by the clock. Filtered, it looks at a bounded number of rows."""
        statuses = STATUSES[filters.show]
        status, place = _place(cursor, statuses)
        tickets: list[Ticket] = []
        unreadable: list[str] = []
        looked, onwards = 0, ""
        for _ in range(MOST_LOOKS):
            wanted = LOOK_TICKETS if filters.narrows else PAGE_TICKETS - len(tickets)
            page = self.tickets.waiting(status, place, wanted, newest_first=status is Status.CLOSED)
            looked += len(page.tickets)
            unreadable += page.unreadable
            # All that fit are shown, for the next look begins after the last ticket that was read.
            tickets += [ticket for ticket in page.tickets if _fits(ticket, filters)]
            onwards = _onwards(status, page.cursor, statuses)
            if not onwards or len(tickets) >= PAGE_TICKETS:
                break
            status, place = _place(onwards, statuses)
        return QueueView(
            tickets=tuple(tickets),
            now=self.clock.now(),
            filters=filters,
            cursor=onwards,
            looked_at=looked,
            unreadable=tuple(unreadable),
        )

    def _ticket(self, query: Query, ticket: Ticket, viewer: Viewer, news: Notice | None = None) -> Shown:
        is_draft = query.action is Action.ANSWER and (news is None or news.tone == "bad")
        draft = query.request if is_draft else {}
        html = ticket_page(replace(self._view(ticket), draft=draft), viewer, self.desk.style, query.filters, news)
        return Shown(html, {"tickets": 1})

    def _view(self, ticket: Ticket) -> TicketView:
        """One query for the conversation, and the few rows that the rules ask for."""
        now = self.clock.now()
        loans = self.checks.loans_of(ticket)
        conversation = self.conversations.conversation(ticket.phone) if ticket.phone else None
        bubbles = _bubbles(conversation) if conversation else ()
        stops = self.stops.standing()
        return TicketView(
            ticket=ticket,
            now=now,
            loans=tuple(self._loan_view(loan, stops, now) for loan in loans),
            bubbles=bubbles[-SHOWN_TEXTS:],
            is_long=len(bubbles) > SHOWN_TEXTS,
            number=conversation.standing if conversation else None,
            canned=self._canned(ticket, loans[0]) if loans else (),
            takes_own_words=bool(loans) and self.checks.takes_own_words(loans[0]),
            paused=_paused(stops),
        )

    def _loan_view(self, loan: Loan, stops: StandingStops, now: datetime) -> LoanView:
        case = Case(
            loan=loan,
            number=self.conversations.number(loan.terms.phone),
            person=self.conversations.person(loan.terms.borrower_id),
            content=self.content,
            now=now,
            full_file_as_of=self.loans.latest_files().full_as_of,
            stopped_wordings=stops.wordings,
            paused=stops.paused,
        )
        currency, locale = loan.arrears.currency, loan.terms.locale
        menu = (
            tuple(arrangement.plan(option.parts, currency, locale) for option in loan.offer.options)
            if loan.offer
            else ()
        )
        choice = arrangement.plan(loan.arrangement.parts, currency, locale) if loan.arrangement else ""
        return LoanView(loan, decide(case, ask_all=True), menu, choice)

    def _canned(self, ticket: Ticket, loan: Loan) -> tuple[Canned, ...]:
        """The approved replies that exist for this loan's language and country."""
        terms = loan.terms
        found = []
        for name in sorted({name for name, _ in self.content.templates if name.startswith(CANNED)} - {FREE_TEXT}):
            values = {"name": "____", "case": case_reference(ticket.ticket_id), **GAPS}
            try:
                rendered = self.renderer.render(name, terms.locale, terms.country, values)
            except ContentError:
                continue
            wants = tuple(gap for gap in GAPS if gap in rendered.template.required)
            found.append(Canned(name, wants, rendered.body))
        return tuple(found)

    def _preview(self, query: Query, ticket: Ticket, viewer: Viewer) -> Shown:
        try:
            request = self._read(query, ticket)
        except RequestError as fault:
            return self._refused(query, ticket, viewer, fault)
        view = self._view(ticket)
        preview = self._previewed(ticket, request, dict(query.request))
        return Shown(
            preview_page(view, preview, viewer, self.desk.style, query.filters),
            {"previews": 1, "faulty_previews": bool(preview.faults)},
        )

    def _previewed(self, ticket: Ticket, request: OperatorRequest, stated: dict[str, str]) -> Preview:
        text = self.checks.composed(ticket, request, ticket.actions + 1)
        loan = self.checks.loans_of(ticket)[0]
        counted = segments.count(text.body)
        office = self.content.office(loan.terms.country)
        return Preview(
            body=text.body,
            encoding=counted.encoding,
            units=counted.units,
            segments=counted.segments,
            price_micros=counted.segments * office.price_micros,
            faults=self._faults(text.body, loan),
            request=stated,
        )

    def _faults(self, body: str, loan: Loan) -> tuple[Fault, ...]:
        terms = loan.terms
        policies = self.content.policies_for(terms.country, terms.sub, self.clock.now())
        asked = {clause for policy in policies for clause in policy.required.get(Purpose.ANSWER, ())}
        judged = Judged(
            body=body,
            country=terms.country,
            locale=terms.locale,
            purpose=Purpose.ANSWER,
            speaker=self._speaker(terms.country),
            today=loan.today(self.clock.now()),
            waived=frozenset(code for clause, code in CLAUSES.items() if clause not in asked),
        )
        return judge(judged, self.lint_rules())

    def _speaker(self, country: str) -> Speaker:
        """Its own numbers, where replies go, and the helplines that it names."""
        lender = self.content.lender
        phones: list[str] = []
        for office in lender.offices.values():
            phones += [office.phone, office.reply_to, *office.complaint_body.values(), *office.crisis_line.values()]
        sites = [office.site for office in lender.offices.values()]
        takes_replies = self.content.office(country).reply_to == "same"
        return speaker_of([lender.name, *lender.names.values()], phones, sites, takes_replies=takes_replies)

    def _ask(self, query: Query, ticket: Ticket, viewer: Viewer) -> Shown:
        """Refused with words before it is written, where it is known that it would be refused afterwards."""
        words = viewer.words
        try:
            request = self._read(query, ticket)
            if request.action is Action.ANSWER and self._previewed(ticket, request, {}).faults:
                raise RequestError("the text breaks a rule: change it", "lint")
        except RequestError as fault:
            return self._refused(query, ticket, viewer, fault)
        written = {"action": str(request.action), "by": request.by, **query.request}
        if not self.tickets.ask(ticket.ticket_id, query.actions, written):
            now = self.tickets.get(ticket.ticket_id) or ticket
            is_busy = now.actions == query.actions and bool(now.request or now.doing)
            kind = "busy" if is_busy else "stale"
            return self._refused(query, now, viewer, RequestError("the ticket changed: look at it again", kind))
        news = Notice("good", f"{words.of('done', request.action)} {words('done_help')}")
        shown = self._ticket(query, self.tickets.get(ticket.ticket_id) or ticket, viewer, news)
        return Shown(shown.html, {**shown.counts, f"asked_{request.action}": 1})

    def _read(self, query: Query, ticket: Ticket) -> OperatorRequest:
        """Raises RequestError with the situation, so that it can be told in the viewer's language."""
        if query.actions != ticket.actions:
            raise RequestError("the form is older than the ticket: look at it again", "stale")
        if ticket.request or ticket.doing:
            raise RequestError("a request stands on this ticket already", "busy")
        if query.action is None:
            raise RequestError("nothing was chosen", "nothing_chosen")
        if not query.by:
            raise RequestError("write your initials first", "no_by")
        written = {"action": str(query.action), "by": query.by, **query.request}
        try:
            request = read_request(written)
        except RequestError as fault:
            raise RequestError(str(fault), fault.kind or _kind_of(query)) from fault
        self.checks.check(ticket, request)
        return request

    def _refused(self, query: Query, ticket: Ticket, viewer: Viewer, fault: RequestError) -> Shown:
        words = viewer.words
        told = words.known("refusal", fault.kind) or str(fault)
        shown = self._ticket(query, ticket, viewer, Notice("bad", f"{words('refused')}: {told}"))
        return Shown(shown.html, {**shown.counts, f"refused_{fault.kind or 'other'}": 1})


def _kind_of(query: Query) -> str:
    """What is wrong with a form that cannot be read, as far as its fields tell."""
    asked = query.request
    if not all(c.isalnum() or c in " .-" for c in query.by):
        return "no_by"
    if query.action is Action.ANSWER and "template" in asked and "text" in asked:
        return "both_answers"
    if len(asked.get("text", "")) > 0 and query.action is Action.ANSWER and "day" not in asked:
        return "too_long"
    if "day" in asked or "until" in asked:
        return "wrong_day"
    if "at" in asked:
        return "wrong_instant"
    return "nothing_chosen"


def _fits(ticket: Ticket, filters: Filters) -> bool:
    return (
        filters.reason in ("", ticket.reason)
        and filters.owner.casefold() in ("", ticket.owner.casefold())
        and filters.language in ("", ticket.locale.partition("-")[0])
    )


def _place(cursor: str, statuses: tuple[Status, ...]) -> tuple[Status, str]:
    """A cursor names its status; one that does not fit begins anew."""
    name, _, place = cursor.partition(" ")
    fitting = next((status for status in statuses if status == name), None)
    return (fitting, place) if fitting else (statuses[0], "")


def _onwards(status: Status, place: str, statuses: tuple[Status, ...]) -> str:
    """Where the next look begins: further on, or with the next status; empty after the last one."""
    if place:
        return f"{status} {place}"
    later = statuses[statuses.index(status) + 1 :]
    return str(later[0]) if later else ""


def _bubbles(conversation: Conversation) -> tuple[Bubble, ...]:
    """Both ways, by their time."""
    ours = [
        Bubble(
            at=row.claimed_at,
            body=row.text.body,
            is_ours=True,
            state=row.state,
            kind=Kind(row.text.kind),
            reason=row.reason,
        )
        for row in conversation.contacts
    ]
    theirs = [Bubble(at=row.at, body=row.body, is_ours=False, labels=row.labels) for row in conversation.replies]
    return tuple(sorted([*ours, *theirs], key=lambda bubble: bubble.at))


def _paused(stops: StandingStops) -> tuple[str, ...]:
    return tuple(sorted({*stops.paused, *stops.by_name}))
