"""Plain stand-ins for the ports, in memory. They pass the contract suites that the adapters for AWS pass."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from duebridge.core.contact import PREDECESSORS, Accepted, Outcome, State, Text
from duebridge.core.file_results import Rejected
from duebridge.core.loan import LastDecision, Loan, Payment
from duebridge.core.receipt import Receipt
from duebridge.core.reply import Understood
from duebridge.core.shard import SILENT, shard_of
from duebridge.core.standing import NumberStanding, PersonStanding
from duebridge.core.ticket import URGENT, Status, Ticket
from duebridge.ports import (
    Claim,
    ContactRow,
    Conversation,
    Dropped,
    DuePage,
    FileWork,
    LatestFiles,
    ReplyRow,
    Saved,
    Unsettled,
)
from tests.builders import NOW


@dataclass
class FakeClock:
    """A clock that a test moves by hand; AWS's clock agrees with it."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def from_aws(self, stamp: datetime) -> datetime:
        return stamp

    def to_aws(self, instant: datetime) -> datetime:
        return instant

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class FakeLoanBook:
    """Loans by id."""

    loans: dict[str, Loan] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    decisions: list[tuple[str, str, LastDecision, tuple[str, ...]]] = field(default_factory=list)
    latest: LatestFiles = field(default_factory=LatestFiles)
    saves: int = 0

    def due(self, shard: str, now: datetime, cursor: str, most: int) -> DuePage:
        def place(loan: Loan) -> str:
            return f"{loan.next_contact_at} {loan.loan_id}"

        waiting = [loan for loan in self.loans.values() if loan.next_contact_at and loan.next_contact_at <= now]
        here = [loan for loan in waiting if (SILENT if loan.silent else shard_of(loan.loan_id)) == shard]
        page = sorted((loan for loan in here if place(loan) > cursor), key=place)[:most]
        return DuePage(tuple(page), place(page[-1]) if len(page) == most else "")

    def get(self, loan_id: str) -> Loan | None:
        return self.loans.get(loan_id)

    def get_many(self, loan_ids: Sequence[str]) -> dict[str, Loan]:
        return {loan_id: self.loans[loan_id] for loan_id in loan_ids if loan_id in self.loans}

    def loans_of(self, borrower_id: str) -> list[str]:
        return sorted(key for key, loan in self.loans.items() if loan.terms.borrower_id == borrower_id)

    def payments_after(self, loan_id: str, instant: datetime) -> list[Payment]:
        return [each for each in self.payments if each.loan_id == loan_id and each.known_at > instant]

    def save(self, loan: Loan) -> Saved:
        if self.version(loan.loan_id) != loan.version:
            return Saved.RACED
        self.loans[loan.loan_id] = replace(loan, version=loan.version + 1)
        self.saves += 1
        return Saved.DONE

    def save_payment(self, loan: Loan, payment: Payment) -> Saved:
        if any((p.loan_id, p.reference) == (payment.loan_id, payment.reference) for p in self.payments):
            return Saved.REPEATED
        saved = self.save(loan)
        if saved is Saved.DONE:
            self.payments.append(payment)
        return saved

    def latest_files(self) -> LatestFiles:
        return self.latest

    def save_latest_files(self, latest: LatestFiles) -> None:
        self.latest = latest

    def record_decision(self, loan_id: str, contact_id: str, decision: LastDecision, rules: Sequence[str]) -> None:
        self.decisions.append((loan_id, contact_id, decision, tuple(rules)))

    def version(self, loan_id: str) -> int:
        return self.loans[loan_id].version if loan_id in self.loans else 0


@dataclass
class FakeConversations:
    """Standings and texts by phone."""

    loans: FakeLoanBook
    numbers: dict[str, NumberStanding] = field(default_factory=dict)
    persons: dict[str, PersonStanding] = field(default_factory=dict)
    contacts: dict[tuple[str, str], ContactRow] = field(default_factory=dict)
    waiting: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    replies: dict[tuple[str, str], ReplyRow] = field(default_factory=dict)
    kept_days: dict[tuple[str, str], int] = field(default_factory=dict)

    def number(self, phone: str) -> NumberStanding:
        return self.numbers.get(phone, NumberStanding(phone=phone))

    def person(self, borrower_id: str) -> PersonStanding:
        return self.persons.get(borrower_id, PersonStanding(borrower_id=borrower_id))

    def standings(
        self, parties: Iterable[tuple[str, str]]
    ) -> tuple[dict[str, NumberStanding], dict[str, PersonStanding]]:
        pairs = list(parties)
        return {phone: self.number(phone) for phone, _ in pairs}, {one: self.person(one) for _, one in pairs}

    def save_number(self, standing: NumberStanding) -> Saved:
        if self.number(standing.phone).version != standing.version:
            return Saved.RACED
        self.numbers[standing.phone] = replace(standing, version=standing.version + 1)
        return Saved.DONE

    def save_person(self, standing: PersonStanding) -> Saved:
        if self.person(standing.borrower_id).version != standing.version:
            return Saved.RACED
        self.persons[standing.borrower_id] = replace(standing, version=standing.version + 1)
        return Saved.DONE

    def claim(
        self,
        text: Text,
        at: datetime,
        number: NumberStanding,
        person: PersonStanding | None,
        loan: Loan | None,
        rules: Sequence[str],
    ) -> Claim:
        row = self.contact(text.phone, text.contact_id)
        if row is not None and row.state is not State.RELEASED:
            return Claim.TAKEN
        changed = (
            self.number(text.phone).version != number.version,
            person is not None and self.person(person.borrower_id).version != person.version,
            loan is not None and self.loans.version(loan.loan_id) != loan.version,
        )
        if any(changed):
            return Claim.RACED
        self.save_number(number) if person is None else self.save_person(person)
        key = (text.phone, text.contact_id)
        self.contacts[key] = ContactRow(text, State.SENDING, at, "", "", tuple(rules))
        self.waiting[key] = (State.SENDING, at)
        return Claim.CLAIMED

    def move(
        self,
        phone: str,
        contact_id: str,
        state: State,
        at: datetime,
        *,
        message_id: str = "",
        reason: str = "",
    ) -> bool:
        row = self.contact(phone, contact_id)
        if row is None or row.state not in PREDECESSORS[state]:
            return False
        self.contacts[phone, contact_id] = replace(
            row, state=state, message_id=message_id or row.message_id, reason=reason or row.reason
        )
        self.waiting.pop((phone, contact_id), None)
        if state in (State.SENDING, State.IN_DOUBT):
            self.waiting[phone, contact_id] = (state, at)
        return True

    def receive(self, receipt: Receipt, state: State) -> ContactRow | None:
        phone, contact_id = receipt.phone, receipt.contact_id
        if not self.move(phone, contact_id, state, receipt.at, message_id=receipt.message_id):
            return None
        row = replace(self.contacts[phone, contact_id], receipt=receipt.event_type, price_micros=receipt.price_micros)
        self.contacts[phone, contact_id] = row
        return row

    def leave_to_people(self, phone: str, contact_id: str) -> None:
        self.waiting.pop((phone, contact_id), None)

    def contact(self, phone: str, contact_id: str) -> ContactRow | None:
        return self.contacts.get((phone, contact_id))

    def store_reply(self, phone: str, inbound_id: str, body: str, at: datetime) -> bool:
        row = self.replies.setdefault((phone, inbound_id), new := ReplyRow(inbound_id, body, at, ()))
        return row is new

    def note_understood(self, phone: str, inbound_id: str, understood: Understood, keep_days: int) -> None:
        self.replies[phone, inbound_id] = replace(self.replies[phone, inbound_id], labels=understood.labels)
        self.kept_days[phone, inbound_id] = keep_days

    def conversation(self, phone: str) -> Conversation:
        contacts = (row for (party, _), row in self.contacts.items() if party == phone)
        replies = (row for (party, _), row in self.replies.items() if party == phone)
        return Conversation(
            self.number(phone),
            tuple(sorted(contacts, key=lambda row: row.claimed_at)),
            tuple(sorted(replies, key=lambda row: row.at)),
        )

    def unsettled(self, kind: str, before: datetime, most: int) -> list[Unsettled]:
        found = [(at, key) for key, (state, at) in self.waiting.items() if state == kind]
        if kind == "opt_out":
            untold = [n for n in self.numbers.values() if n.suppressed and not n.carrier_told]
            found = [(number.suppressed_at or NOW, (number.phone, "")) for number in untold]
        return [Unsettled(*key) for at, key in sorted(found) if at <= before][:most]


@dataclass
class FakeTickets:
    """Tickets by id."""

    tickets: dict[str, Ticket] = field(default_factory=dict)

    def open(self, ticket: Ticket) -> bool:
        return self.tickets.setdefault(ticket.ticket_id, ticket) is ticket

    def late(self, now: datetime, most: int) -> list[str]:
        is_late = (t for t in self.tickets.values() if t.status is Status.OPEN and t.answer_by <= now)
        return [ticket.ticket_id for ticket in sorted(is_late, key=lambda ticket: ticket.answer_by)][:most]

    def escalate(self, ticket_id: str) -> None:
        ticket = self.tickets[ticket_id]
        if ticket.status is Status.OPEN:
            self.tickets[ticket_id] = replace(ticket, status=Status.LATE, priority=URGENT)

    def all_open(self) -> list[Ticket]:
        return sorted(self.tickets.values(), key=lambda ticket: (ticket.priority, ticket.answer_by))


@dataclass
class FakeOutbox:
    """What was queued, with its delay; `fails` makes the queue unreachable."""

    queued: list[tuple[Text, int]] = field(default_factory=list)
    fails: bool = False

    @property
    def texts(self) -> list[Text]:
        return [text for text, _ in self.queued]

    def put(self, texts: Sequence[Text], delay_seconds: int = 0) -> None:
        if self.fails:
            raise ConnectionError("the queue is away")
        self.queued += [(text, delay_seconds) for text in texts]


@dataclass
class FakeShards:
    """The planner's own work."""

    work: list[tuple[str, str]] = field(default_factory=list)

    def put(self, work: Sequence[tuple[str, str]]) -> None:
        self.work += work


@dataclass
class FakeCarrier:
    """Answers what a test scripted, else takes every text; `diary` keeps what was asked in its order."""

    outcomes: list[Outcome] = field(default_factory=list)
    diary: list[tuple[str, str]] = field(default_factory=list)
    times_to_live: list[int] = field(default_factory=list)
    while_sending: Callable[[Text], None] | None = None

    @property
    def sent(self) -> list[str]:
        return [what for verb, what in self.diary if verb == "send"]

    @property
    def listed(self) -> list[str]:
        return [what for verb, what in self.diary if verb == "list"]

    def send(self, text: Text, seconds_to_live: int) -> Outcome:
        self.diary.append(("send", text.contact_id))
        self.times_to_live.append(seconds_to_live)
        if self.while_sending:
            self.while_sending(text)
        return self.outcomes.pop(0) if self.outcomes else Accepted(f"message-{len(self.sent)}")

    def list_opt_out(self, phone: str) -> None:
        self.diary.append(("list", phone))


@dataclass
class FakeInbox:
    """Files by key, and what was written beside them."""

    files: dict[str, bytes] = field(default_factory=dict)
    facts: dict[str, Dropped] = field(default_factory=dict)
    rejects: list[tuple[str, int, tuple[Rejected, ...]]] = field(default_factory=list)

    def drop(
        self, key: str, content: bytes, at: datetime = NOW, as_of: datetime | None = None, is_full: bool = False
    ) -> None:
        self.files[key] = content
        self.facts[key] = Dropped(len(content), at, as_of, is_full)

    def open(self, key: str, offset: int = 0) -> io.BytesIO:
        return io.BytesIO(self.files[key][offset:])

    def dropped(self, key: str) -> Dropped:
        return self.facts[key]

    def write_rejects(self, key: str, first_line: int, rejects: Sequence[Rejected]) -> None:
        self.rejects.append((key, first_line, tuple(rejects)))


@dataclass
class FakeContinuations:
    """Where imports go on."""

    work: list[FileWork] = field(default_factory=list)

    def put(self, work: FileWork) -> None:
        self.work.append(work)
