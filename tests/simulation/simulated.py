"""The whole product in memory: its stations, the queues between them, the carrier and the phones."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import replace
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from duebridge.adapters import rows
from duebridge.core.account_state import AccountState
from duebridge.core.contact import Accepted, Outcome, Rejected, Text
from duebridge.core.errors import DueBridgeError, SetUpError
from duebridge.core.file_encoding import FileRefusedError
from duebridge.core.loan import Loan, Payment
from duebridge.core.money import Money
from duebridge.core.payment_file import PaymentRow
from duebridge.core.promise import promise_in
from duebridge.core.receipt import Receipt
from duebridge.core.reply import Inbound
from duebridge.core.shard import shard_of
from duebridge.core.standing import NumberStanding, PersonStanding
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from duebridge.core.ticket import Reason, Ticket, TicketChange
from duebridge.core.understanding import Understood
from duebridge.core.understanding import understand as understand_reply
from duebridge.flows.changes import BusyError
from duebridge.ports import Claim, FileWork, Saved
from tests.builders import PHONE, the_content
from tests.fakes import (
    FakeAlerts,
    FakeCarrier,
    FakeClock,
    FakeComparison,
    FakeConversations,
    FakeInbox,
    FakeLoanBook,
    FakeStops,
    FakeTickets,
)
from tests.simulation.faults import Faults, Faulty, InjectedError, KilledError, Queue
from tests.world import World

BATCH_MESSAGES = 5
PLANNED_EVERY_MINUTES = 15
SWEPT_EVERY = timedelta(hours=12)
LONGEST_SETTLING = timedelta(hours=3)
"""Enough for every redelivery of a message, and for a text that waits in its queue."""


SAYINGS: Mapping[str, tuple[str, ...]] = {
    "what is my balance?": ("help",),
    "I already paid": ("paid",),
    "I will pay 100 tomorrow": ("promise_to_pay",),
    "I will pay 222.18 on 20 March": ("promise_to_pay",),
    "I will pay on 20 March": ("promise_to_pay",),
    "I will pay on 13 March": ("promise_to_pay",),
    "I lost my job and cannot pay": ("hardship",),
    "can I pay in parts?": ("plan_request",),
    "I dispute this debt": ("dispute",),
    "wrong number": ("wrong_number",),
    "call me tomorrow at 3pm": ("callback",),
    "your service is terrible": ("complaint",),
    "talk to my lawyer": ("legal",),
    "Stop contacting me at all": ("opt_out",),
    "the borrower died last month": ("deceased",),
    "I want to end my life": ("vulnerable",),
    "who is this?": ("help",),
}
"""What the stories' sentences mean. Whether they are understood so is asked elsewhere: here it is what follows."""


@cache
def understand(body: str, today: date) -> Understood:
    """As SAYINGS has it, else as the product does; the same in every run."""
    labels = SAYINGS.get(body)
    if labels is None:
        return understand_reply(body, the_content().listening, today)
    states = {"Stop contacting me at all": {AccountState.CEASE_ALL}, "talk to my lawyer": {AccountState.ATTORNEY}}
    return Understood(
        labels=labels,
        is_dissatisfied="complaint" in labels,
        promise=promise_in(body, today) if "promise_to_pay" in labels else None,
        states=frozenset(states.get(body, ())),
        confidence=1.0,
        evidence=(),
    )


@dataclass(frozen=True)
class Claimed:
    """What stood in the rows at the instant of a claim."""

    at: datetime
    loan: Loan | None
    number: NumberStanding
    person: PersonStanding
    payments: tuple[Payment, ...]


@dataclass(frozen=True)
class Acceptance:
    """One line of the carrier's log."""

    at: datetime
    text: Text
    claimed: Claimed


@dataclass
class Book(FakeLoanBook):
    """The fake, which remembers whatever gave rise to a hold, a promise or an arrangement, also when it is over."""

    sources: set[str] = field(default_factory=set)

    def save(self, loan: Loan) -> Saved:
        saved = super().save(loan)
        if saved is Saved.DONE:
            self.sources.update(pause.by for pause in loan.pauses.values())
            self.sources.update(each.by for each in (loan.promised, loan.offer, loan.arrangement) if each)
        return saved


@dataclass
class Talk(FakeConversations):
    """The fake, which remembers what stood in the rows when a text was claimed."""

    claimed: dict[str, Claimed] = field(default_factory=dict)

    def claim(
        self,
        text: Text,
        at: datetime,
        number: NumberStanding,
        person: PersonStanding | None,
        loan: Loan | None,
        rules: Sequence[str],
    ) -> Claim:
        stood = Claimed(
            at,
            self.loans.get(text.loan_id),
            self.number(text.phone),
            self.person(text.borrower_id),
            tuple(self.loans.payments),
        )
        claim = super().claim(text, at, number, person, loan, rules)
        if claim is Claim.CLAIMED:
            self.claimed[text.contact_id] = stood
        return claim


class Streamed(dict[str, Ticket]):
    """Rows whose every change is told to the stream."""

    def __init__(self, told: Callable[[TicketChange], None]) -> None:
        super().__init__()
        self._told = told

    def __setitem__(self, key: str, ticket: Ticket) -> None:
        before = self.get(key)
        super().__setitem__(key, ticket)
        if before != ticket:
            self._told(TicketChange(key, before, ticket))

    def setdefault(self, key: str, ticket: Ticket) -> Ticket:  # type: ignore[override]  # a ticket is always given
        if key not in self:
            self[key] = ticket
        return self[key]


@dataclass
class SimulatedCarrier(FakeCarrier):
    """Takes each text, unless its own list has the number, and sends a receipt."""

    clock: FakeClock = field(default_factory=FakeClock)
    talk: Talk | None = None
    receipts: Queue = field(default_factory=Queue)
    receipt_types: list[str] = field(default_factory=list)
    """Of the coming receipts, in their order; then all are delivered. Empty words: no receipt comes."""
    log: list[Acceptance] = field(default_factory=list)

    def send(self, text: Text, seconds_to_live: int) -> Outcome:
        if text.phone in self.opted_out:
            return Rejected("on the opt-out list", opted_out=True)
        outcome = super().send(text, seconds_to_live)
        if isinstance(outcome, Accepted):
            assert self.talk is not None
            claimed = self.talk.claimed[text.contact_id]
            self.log.append(Acceptance(self.clock.now(), text, claimed))
            kind = self.receipt_types.pop(0) if self.receipt_types else "TEXT_DELIVERED"
            if kind:
                self.receipts.put([self.receipt(text, kind, outcome.message_id)], self.clock.now())
        return outcome

    def receipt(self, text: Text, event_type: str, message_id: str) -> Receipt:
        """As the carrier reports it."""
        return Receipt(
            event_type=event_type,
            is_final=True,
            contact_id=text.contact_id,
            message_id=message_id,
            phone=text.phone,
            at=self.clock.now(),
            segments=text.segments,
            price_micros=8_810,
        )


@dataclass
class Lanes:
    """The queues."""

    work: Queue = field(default_factory=Queue)
    bulk: Queue = field(default_factory=Queue)
    answers: Queue = field(default_factory=Queue)
    receipts: Queue = field(default_factory=Queue)
    inbound: Queue = field(default_factory=Queue)
    payments: Queue = field(default_factory=Queue)
    imports: Queue = field(default_factory=Queue)
    stream: Queue = field(default_factory=Queue)

    def all(self) -> dict[str, Queue]:
        """By name."""
        return self.__dict__


@dataclass
class Port:
    """What puts things into queues."""

    put: Callable[..., None]


class Simulation:
    """Time, rows, queues and stations. `rows` is the world as a person looks at it: its calls are no fault points."""

    def __init__(self, faults: Faults | None = None) -> None:
        self.faults = faults or Faults()
        self.clock = FakeClock()
        self.lanes = Lanes()
        self.asked: dict[str, Text] = {}
        """Every text that was ever queued."""
        self.failures: list[str] = []
        self.seen: dict[str, dict[str, int]] = {}
        book = Book()
        talk = Talk(book)
        tickets = FakeTickets(Streamed(lambda change: self.lanes.stream.put([change], self.clock.now())))
        self.talk, self.book = talk, book
        self.carrier = SimulatedCarrier(clock=self.clock, talk=talk, receipts=self.lanes.receipts)
        ports: dict[str, Any] = {
            "loans": book,
            "conversations": talk,
            "tickets": tickets,
            "outbox": Port(self._queue_texts),
            "shards": Port(lambda work: self.lanes.work.put(work, self.clock.now())),
            "carrier": self.carrier,
            "comparison": FakeComparison(),
            "stops": FakeStops(),
            "alerts": FakeAlerts(),
            "inbox": FakeInbox(),
            "continuations": Port(lambda work: self.lanes.imports.put([work], self.clock.now())),
        }
        self.rows = World(clock=self.clock, **ports)
        self._faulty = {name: Faulty(port, name, self.faults) for name, port in ports.items()}

    @property
    def world(self) -> World:
        """The stations, as a deployment makes them anew."""
        return World(clock=self.clock, **self._faulty)  # type: ignore[arg-type]  # each port behind its faults

    def _queue_texts(self, texts: Sequence[Text], delay_seconds: int = 0) -> None:
        at = self.clock.now() + timedelta(seconds=delay_seconds)
        for text in texts:
            self.asked[text.contact_id] = text
            (self.lanes.bulk if text.kind in ASKS_FOR_PAYMENT else self.lanes.answers).put([text], at)

    # What happens outside.

    def knows(self, *loans: Loan) -> None:
        """As if a file had brought them before the run began."""
        for loan in loans:
            self.book.save(loan)

    def reply(self, body: str, inbound_id: str, phone: str = PHONE, answering: str = "") -> Inbound:
        """A phone sends a text."""
        inbound = Inbound(inbound_id, phone, body, answering, self.clock.now())
        self.lanes.inbound.put([inbound], self.clock.now())
        return inbound

    def pay(self, minor: int, reference: str, loan_id: str = "L1", currency: str = "USD") -> None:
        """The lender's books tell of money, or with a negative sum of its reversal."""
        loan = self.book.loans.get(loan_id)
        today = loan.today(self.clock.now()) if loan else self.clock.now().date()
        row = PaymentRow(loan_id=loan_id, paid_on=today, amount=Money(minor, currency), reference=reference)
        self.lanes.payments.put([(row, self.clock.now())], self.clock.now())

    def drop(self, key: str, content: bytes, *, is_full: bool = False) -> None:
        """A file comes into the inbox."""
        self.rows.inbox.drop(key, content, at=self.clock.now(), is_full=is_full)
        lane = self.lanes.payments if "payments" in key else self.lanes.imports
        lane.put([FileWork(key)], self.clock.now())

    def writes(self, ticket_id: str, request: Mapping[str, Any]) -> None:
        """An operator fills in `operator_request` in the console."""
        tickets = self.rows.tickets.tickets
        tickets[ticket_id] = replace(tickets[ticket_id], request=rows.as_map(request))

    def ticket(self, reason: Reason) -> Ticket:
        """The newest of its kind."""
        found = [ticket for ticket in self.tickets if ticket.reason is reason]
        assert found, f"no ticket about {reason}"
        return found[-1]

    @property
    def tickets(self) -> list[Ticket]:
        return list(self.rows.tickets.tickets.values())

    def loan(self, loan_id: str = "L1") -> Loan:
        return self.book.loans[loan_id]

    # What the schedule does.

    def plan(self, *, is_settling: bool = True) -> None:
        """The scheduled run over the shards that have anything to do."""
        now = self.clock.now()
        due = [loan for loan in self.book.loans.values() if loan.next_contact_at and loan.next_contact_at <= now]
        shards = tuple(sorted({shard_of(loan.loan_id) for loan in due if not loan.silent}))
        while shards and not self._try("plan", lambda: self.world.planner.start(shards)):
            self.clock.advance(minutes=PLANNED_EVERY_MINUTES)
        if is_settling:
            self.settle()

    def sweep(self, *, is_safe: bool = False, is_settling: bool = True) -> None:
        """The scheduled run of the broom. Idle ones, of which there are many, may be no fault points."""
        station = self.rows if is_safe else self.world
        self._try("sweep", lambda: station.broom.run())
        if is_settling:
            self.settle()

    def _try(self, what: str, run: Callable[[], object]) -> bool:
        """Whether a station came to its end; only faults that a test planned may keep it from that."""
        try:
            run()
        except KilledError:
            self.faults.restart()
            self.failures.append(f"{what} killed")
        except (InjectedError, BusyError) as error:
            self.failures.append(f"{what} {error}")
        except ExceptionGroup as group:
            others = group.split((InjectedError, BusyError, SetUpError))[1]
            if others is not None:
                raise others from None
            self.failures.append(what)
        except DueBridgeError:
            if not self.faults.happened:
                raise
            self.failures.append(what)
        else:
            return True
        return False

    # What the queues do.

    def stations(self) -> dict[str, Callable[[Any], object]]:
        """What each queue leads to."""
        world = self.world
        return {
            "stream": lambda change: world.desk.follow(change),
            "imports": lambda work: self._take_in(world, work),
            "payments": lambda paid: self._book(world, paid),
            "inbound": lambda inbound: world.listener.receive(inbound),
            "receipts": lambda receipt: world.receipts.record(receipt),
            "work": lambda work: world.planner.plan(*work, lambda: True),
            "bulk": lambda text: world.sender.send(text),
            "answers": lambda text: world.sender.send(text),
        }

    def _take_in(self, world: World, work: FileWork) -> None:
        # A second try of a file that was refused would say the same.
        with suppress(FileRefusedError):
            world.importer.take_in(work, self._first_line_of(), lambda: True)

    @staticmethod
    def _book(world: World, paid: Any) -> object:
        if isinstance(paid, FileWork):
            return world.cashier.record_file(paid, lambda: True)
        return world.cashier.record(*paid)

    def _first_line_of(self) -> Callable[[str, int], int | None]:
        seen: dict[str, int] = {}

        def first_line_of(loan_id: str, line: int) -> int | None:
            first = seen.setdefault(loan_id, line)
            return None if first == line else first

        return first_line_of

    def deliver(self, lane: str, most: int = BATCH_MESSAGES, *, newest_first: bool = False) -> int:
        """One batch to its station. What failed comes again; of a process that died, the whole batch does."""
        queue = self.lanes.all()[lane]
        batch = queue.receive(self.clock.now(), most, newest_first=newest_first) if queue.messages else []
        if not batch:
            return 0
        station = self.stations()[lane]
        done = []
        for message in batch:
            if self._try(lane, lambda message=message: station(message.body)):  # type: ignore[misc]
                done.append(message)
            elif self.failures[-1].endswith("killed"):
                return len(batch)
        for message in done:
            queue.acknowledge(message)
        return len(batch)

    def settle(self, within: timedelta = LONGEST_SETTLING) -> None:
        """Until all queues are empty, or for a while."""
        until = self.clock.now() + within
        while True:
            while sum(self.deliver(lane) for lane in self.lanes.all()):
                pass
            waiting = [at for queue in self.lanes.all().values() if (at := queue.next_at())]
            if not waiting or min(waiting) > until:
                return
            self.clock.at = max(self.clock.at, min(waiting))

    def pass_time(self, until: datetime) -> None:
        """Planned as loans become due, swept now and then, everything delivered as it comes."""
        swept_at = self.clock.now()
        while True:
            self.settle()
            now = self.clock.now()
            coming = [loan.next_contact_at for loan in self.book.loans.values() if not loan.silent]
            due = [max(at, now) for at in coming if at]
            delayed = [at for queue in self.lanes.all().values() if (at := queue.next_at())]
            following = min([*due, *delayed, swept_at + SWEPT_EVERY])
            if following > until:
                break
            # A loan that is due for ever would stand still: the schedule goes on by its own steps.
            self.clock.at = following if following > now else now + timedelta(minutes=PLANNED_EVERY_MINUTES)
            if self.clock.at >= swept_at + SWEPT_EVERY:
                swept_at = self.clock.at
                self.sweep(is_safe=True)
            self.plan()
        self.clock.at = until

    def end(self, days: int = 6) -> None:
        """No more faults: dead letters are put back, and everything is drained and swept for days."""
        self.faults.is_counting = False
        self.carrier.outcomes.clear()
        self.carrier.receipt_types.clear()
        for queue in self.lanes.all().values():
            queue.redrive(self.clock.now())
        self.clock.advance(minutes=11)
        self.plan()
        self.sweep()
        self.pass_time(self.clock.now() + timedelta(days=days))
        self.sweep()
