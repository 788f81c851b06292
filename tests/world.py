"""All flows over one set of stores: the fakes, or the adapters for AWS on moto."""

from dataclasses import dataclass, field
from typing import Any, Self

from duebridge.core.contact import State, Text
from duebridge.core.loan import Loan
from duebridge.core.message import Renderer
from duebridge.core.shard import shard_of
from duebridge.core.ticket import Ticket
from duebridge.flows.follow_up import FollowUp
from duebridge.flows.import_loans import ImportLoans
from duebridge.flows.plan_contacts import PlanContacts
from duebridge.flows.receive_reply import ReceiveReply
from duebridge.flows.record_payment import RecordPayment
from duebridge.flows.record_receipt import RecordReceipt
from duebridge.flows.send_contact import SendContact
from duebridge.flows.sweep import Sweep
from tests.builders import a_loan, a_phone_reader, the_content
from tests.fakes import (
    FakeCarrier,
    FakeClock,
    FakeContinuations,
    FakeConversations,
    FakeInbox,
    FakeLoanBook,
    FakeOutbox,
    FakeShards,
    FakeTickets,
)


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
    inbox: FakeInbox = field(default_factory=FakeInbox)
    continuations: FakeContinuations = field(default_factory=FakeContinuations)

    @classmethod
    def in_memory(cls) -> Self:
        """Over fakes only."""
        loans = FakeLoanBook()
        return cls(loans, FakeConversations(loans), FakeTickets())

    @property
    def follow_up(self) -> FollowUp:
        return FollowUp(tickets=self.tickets, loans=self.loans, content=the_content(), clock=self.clock)

    @property
    def planner(self) -> PlanContacts:
        return PlanContacts(
            loans=self.loans,
            conversations=self.conversations,
            outbox=self.outbox,
            shards=self.shards,
            content=the_content(),
            renderer=Renderer(the_content()),
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
            "content": the_content(),
            "clock": self.clock,
            "gives_receipts": True,
        }
        return SendContact(**(parts | changes))

    @property
    def receipts(self) -> RecordReceipt:
        return RecordReceipt(
            loans=self.loans, conversations=self.conversations, follow_up=self.follow_up, clock=self.clock
        )

    @property
    def listener(self) -> ReceiveReply:
        return ReceiveReply(
            loans=self.loans,
            conversations=self.conversations,
            outbox=self.outbox,
            follow_up=self.follow_up,
            content=the_content(),
            renderer=Renderer(the_content()),
            clock=self.clock,
        )

    @property
    def cashier(self) -> RecordPayment:
        return RecordPayment(loans=self.loans, inbox=self.inbox, follow_up=self.follow_up, clock=self.clock)

    @property
    def importer(self) -> ImportLoans:
        return ImportLoans(
            loans=self.loans,
            inbox=self.inbox,
            continuations=self.continuations,
            content=the_content(),
            clock=self.clock,
            read_phone=a_phone_reader,
            time_zones=frozenset({"America/Chicago", "Asia/Shanghai", "Europe/London"}),
        )

    @property
    def broom(self) -> Sweep:
        return Sweep(
            loans=self.loans,
            conversations=self.conversations,
            tickets=self.tickets,
            follow_up=self.follow_up,
            list_opt_out=self.carrier.list_opt_out,
            clock=self.clock,
        )

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
    def open_tickets(self) -> list[Ticket]:
        return list(self.tickets.all_open())
