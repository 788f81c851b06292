"""All flows over one set of stores: the fakes, or the adapters for AWS on moto."""

from copy import replace
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

from duebridge.adapters import rows
from duebridge.core.contact import State, Text
from duebridge.core.content import Content
from duebridge.core.loan import Loan
from duebridge.core.message import Renderer
from duebridge.core.shard import shard_of
from duebridge.core.ticket import Ticket
from duebridge.flows.compare_opt_outs import CompareOptOuts
from duebridge.flows.follow_ticket import FollowTicket
from duebridge.flows.follow_up import FollowUp
from duebridge.flows.import_loans import ImportLoans
from duebridge.flows.note_outcomes import NoteOutcomes
from duebridge.flows.plan_contacts import PlanContacts
from duebridge.flows.receive_reply import ReceiveReply
from duebridge.flows.record_payment import RecordPayment
from duebridge.flows.record_receipt import RecordReceipt
from duebridge.flows.report_outcomes import ReportOutcomes
from duebridge.flows.send_contact import SendContact
from duebridge.flows.stopping import Stopping
from duebridge.flows.sweep import Sweep
from tests.builders import a_loan, a_phone_reader, the_content
from tests.fakes import (
    FakeAlerts,
    FakeCarrier,
    FakeClock,
    FakeComparison,
    FakeContinuations,
    FakeConversations,
    FakeInbox,
    FakeLoanBook,
    FakeOutbox,
    FakeOutcomes,
    FakeShards,
    FakeStops,
    FakeTickets,
)


@cache
def the_renderer() -> Renderer:
    """Compiles each template once a test run."""
    return Renderer(the_content())


@dataclass
class World:
    """The lender's side and the carrier's side; `loans`, `conversations` and `tickets` may be real adapters."""

    loans: Any
    conversations: Any
    tickets: Any
    clock: FakeClock = field(default_factory=FakeClock)
    outbox: FakeOutbox = field(default_factory=FakeOutbox)
    shards: FakeShards = field(default_factory=FakeShards)
    carrier: FakeCarrier = field(default_factory=FakeCarrier)
    comparison: FakeComparison = field(default_factory=FakeComparison)
    stops: FakeStops = field(default_factory=FakeStops)
    alerts: FakeAlerts = field(default_factory=FakeAlerts)
    outcomes: FakeOutcomes = field(default_factory=FakeOutcomes)
    content: Content = field(default_factory=the_content)
    inbox: FakeInbox = field(default_factory=FakeInbox)
    continuations: FakeContinuations = field(default_factory=FakeContinuations)

    @classmethod
    def in_memory(cls) -> Self:
        """Over fakes only."""
        loans = FakeLoanBook()
        return cls(loans, FakeConversations(loans), FakeTickets())

    @property
    def follow_up(self) -> FollowUp:
        return FollowUp(tickets=self.tickets, loans=self.loans, content=self.content, clock=self.clock)

    @property
    def stopping(self) -> Stopping:
        return Stopping(stops=self.stops, follow_up=self.follow_up, clock=self.clock)

    @property
    def planner(self) -> PlanContacts:
        return PlanContacts(
            loans=self.loans,
            conversations=self.conversations,
            outbox=self.outbox,
            shards=self.shards,
            stops=self.stops,
            content=self.content,
            renderer=the_renderer() if self.content is the_content() else Renderer(self.content),
            clock=self.clock,
        )

    @property
    def sender(self) -> SendContact:
        return self.sender_with()

    def sender_with(self, **changes: Any) -> SendContact:
        """The sender with some of its parts exchanged."""
        parts: dict[str, Any] = {
            "loans": self.loans,
            "conversations": self.conversations,
            "carrier": self.carrier,
            "outbox": self.outbox,
            "follow_up": self.follow_up,
            "stopping": self.stopping,
            "content": self.content,
            "clock": self.clock,
            "gives_receipts": True,
            "turns": None,
        }
        return SendContact(**(parts | changes))

    @property
    def receipts(self) -> RecordReceipt:
        return RecordReceipt(
            loans=self.loans,
            conversations=self.conversations,
            follow_up=self.follow_up,
            stopping=self.stopping,
            content=self.content,
            clock=self.clock,
        )

    @property
    def listener(self) -> ReceiveReply:
        return ReceiveReply(
            loans=self.loans,
            conversations=self.conversations,
            outbox=self.outbox,
            follow_up=self.follow_up,
            content=self.content,
            renderer=the_renderer() if self.content is the_content() else Renderer(self.content),
            clock=self.clock,
        )

    @property
    def cashier(self) -> RecordPayment:
        return RecordPayment(
            loans=self.loans,
            inbox=self.inbox,
            continuations=self.continuations,
            follow_up=self.follow_up,
            clock=self.clock,
        )

    @property
    def importer(self) -> ImportLoans:
        return ImportLoans(
            loans=self.loans,
            inbox=self.inbox,
            continuations=self.continuations,
            content=self.content,
            clock=self.clock,
            read_phone=a_phone_reader,
        )

    @property
    def comparer(self) -> CompareOptOuts:
        return CompareOptOuts(
            conversations=self.conversations, provider=self.carrier, comparison=self.comparison, clock=self.clock
        )

    @property
    def broom(self) -> Sweep:
        return Sweep(
            loans=self.loans,
            conversations=self.conversations,
            tickets=self.tickets,
            follow_up=self.follow_up,
            outbox=self.outbox,
            list_opt_out=self.carrier.list_opt_out,
            opt_outs=self.comparer,
            clock=self.clock,
        )

    @property
    def desk(self) -> FollowTicket:
        return FollowTicket(
            loans=self.loans,
            conversations=self.conversations,
            tickets=self.tickets,
            outbox=self.outbox,
            alerts=self.alerts,
            content=self.content,
            renderer=the_renderer() if self.content is the_content() else Renderer(self.content),
            clock=self.clock,
        )

    @property
    def observer(self) -> NoteOutcomes:
        return NoteOutcomes(
            loans=self.loans,
            conversations=self.conversations,
            outcomes=self.outcomes,
            content=self.content,
            clock=self.clock,
        )

    @property
    def reporter(self) -> ReportOutcomes:
        return ReportOutcomes(outcomes=self.outcomes, stopping=self.stopping, content=self.content, clock=self.clock)

    def knows(self, *loans: Loan) -> None:
        """Puts loans into the book."""
        for loan in loans or (a_loan(),):
            self.loans.save(loan)

    def plans(self, loan_id: str = "L1") -> Text:
        """Plans the one loan's shard; the text that was queued last."""
        self.plan(loan_id)
        return self.outbox.texts[-1]

    def plan(self, loan_id: str = "L1") -> Any:
        """One run of the planner over a loan's shard."""
        return self.planner.plan(shard_of(loan_id), "", lambda: True)

    def loan(self, loan_id: str = "L1") -> Loan:
        """The loan as the book has it now."""
        loan: Loan | None = self.loans.get(loan_id)
        assert loan is not None
        return loan

    def state_of(self, text: Text) -> State | None:
        """Where a contact stands; None when it was never claimed."""
        row = self.conversations.contact(text.phone, text.contact_id)
        return row.state if row else None

    @property
    def all_tickets(self) -> list[Ticket]:
        """Closed ones too; of a world in memory."""
        return list(self.tickets.tickets.values())

    def edit_ticket(self, ticket_id: str, request: Any) -> None:
        """As an operator does in the console: one attribute, whatever they write."""
        known = self.tickets.tickets[ticket_id]
        self.tickets.tickets[ticket_id] = replace(known, request=rows.as_map(request))

    def audits(self, loan_id: str) -> dict[str, str]:
        """Who did what about a loan, by the action's number."""
        return {source: what for (loan, source), (_, what) in self.loans.audits.items() if loan == loan_id}

    @property
    def open_tickets(self) -> list[Ticket]:
        return list(self.tickets.all_open())
