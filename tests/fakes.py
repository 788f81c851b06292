"""Plain stand-ins for the ports, in memory. They pass the contract suites that the adapters for AWS pass."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from duebridge.core.contact import PREDECESSORS, Accepted, Outcome, State, Text
from duebridge.core.drift import DriftProgress
from duebridge.core.file_results import Rejected
from duebridge.core.loan import EarlyPayments, LastDecision, Loan, Payment
from duebridge.core.outcome import CohortNote, DayCounts, Noted
from duebridge.core.pace import Limit
from duebridge.core.receipt import Receipt
from duebridge.core.shard import SILENT, shard_of
from duebridge.core.standing import ON_THE_CARRIERS_LIST, NumberStanding, PersonStanding
from duebridge.core.stop import StandingStops
from duebridge.core.ticket import URGENT, Status, Ticket
from duebridge.core.understanding import Understood
from duebridge.core.unread import Unread
from duebridge.ports import (
    ChangedDay,
    Claim,
    ContactRow,
    Conversation,
    Dropped,
    DuePage,
    FileWork,
    LatestFiles,
    ListedPage,
    ReplyRow,
    Saved,
    TicketPage,
    Took,
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
    early: dict[str, EarlyPayments] = field(default_factory=dict)
    decisions: list[tuple[str, str, LastDecision, tuple[str, ...]]] = field(default_factory=list)
    audits: dict[tuple[str, str], tuple[datetime, str]] = field(default_factory=dict)
    ends: dict[tuple[str, str], int] = field(default_factory=dict)
    """When an entry about a loan is forgotten, by loan and contact or source."""
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

    def early_payments(self, loan_ids: Sequence[str]) -> dict[str, EarlyPayments]:
        return {loan_id: self.early[loan_id] for loan_id in loan_ids if loan_id in self.early}

    def save_early_payments(self, early: EarlyPayments) -> Saved:
        if self.early.get(early.loan_id, EarlyPayments(early.loan_id)).version != early.version:
            return Saved.RACED
        self.early[early.loan_id] = replace(early, version=early.version + 1)
        return Saved.DONE

    def latest_files(self) -> LatestFiles:
        return self.latest

    def save_latest_files(self, latest: LatestFiles) -> None:
        self.latest = latest

    def record_decision(
        self,
        loan_id: str,
        contact_id: str,
        decision: LastDecision,
        rules: Sequence[str],
        forget_after: int,
    ) -> None:
        self.decisions.append((loan_id, contact_id, decision, tuple(rules)))
        self.ends[loan_id, contact_id] = forget_after

    def record_audit(self, loan_id: str, at: datetime, source: str, what: str, forget_after: int) -> None:
        self.audits[loan_id, source] = (at, what)
        self.ends[loan_id, source] = forget_after

    def version(self, loan_id: str) -> int:
        return self.loans[loan_id].version if loan_id in self.loans else 0


@dataclass
class FakeConversations:
    """Standings and texts by phone."""

    loans: FakeLoanBook
    numbers: dict[str, NumberStanding] = field(default_factory=dict)
    persons: dict[str, PersonStanding] = field(default_factory=dict)
    contacts: dict[tuple[str, str], ContactRow] = field(default_factory=dict)
    waiting_since: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    replies: dict[tuple[str, str], ReplyRow] = field(default_factory=dict)
    kept_days: dict[tuple[str, str], int] = field(default_factory=dict)
    unread: dict[tuple[str, str], None] = field(default_factory=dict)

    def number(self, phone: str) -> NumberStanding:
        return self.numbers.get(phone, NumberStanding(phone=phone))

    def person(self, borrower_id: str) -> PersonStanding:
        return self.persons.get(borrower_id, PersonStanding(borrower_id=borrower_id))

    def standings(
        self, parties: Iterable[tuple[str, str]]
    ) -> tuple[dict[str, NumberStanding], dict[str, PersonStanding]]:
        pairs = list(parties)
        return {phone: self.number(phone) for phone, _ in pairs}, {one: self.person(one) for _, one in pairs}

    def numbers_of(self, phones: Sequence[str]) -> dict[str, NumberStanding]:
        return {phone: self.number(phone) for phone in phones}

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
        nth = len(person.counted) if person else 0
        self.contacts[key] = ContactRow(text, State.SENDING, at, "", "", tuple(rules), nth=nth)
        self.waiting_since.pop(key, None)
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
        self.waiting_since.pop((phone, contact_id), None)
        if state is State.IN_DOUBT:
            self.waiting_since[phone, contact_id] = (state, at)
        return True

    def receive(self, receipt: Receipt, state: State) -> ContactRow | None:
        phone, contact_id = receipt.phone, receipt.contact_id
        if not self.move(phone, contact_id, state, receipt.at, message_id=receipt.message_id):
            return None
        row = replace(self.contacts[phone, contact_id], receipt=receipt.event_type, price_micros=receipt.price_micros)
        self.contacts[phone, contact_id] = row
        return row

    def watch(self, phone: str, contact_id: str) -> None:
        row = self.contact(phone, contact_id)
        if row is not None and row.state is State.SENDING:
            self.waiting_since[phone, contact_id] = (State.SENDING, row.claimed_at)

    def leave_to_people(self, phone: str, contact_id: str) -> None:
        self.waiting_since.pop((phone, contact_id), None)

    def contact(self, phone: str, contact_id: str) -> ContactRow | None:
        return self.contacts.get((phone, contact_id))

    def store_reply(self, phone: str, inbound_id: str, body: str, at: datetime, keep_days: int) -> bool:
        self.kept_days[phone, inbound_id] = keep_days
        row = self.replies.setdefault((phone, inbound_id), new := ReplyRow(inbound_id, body, at, ()))
        return row is new

    def wait(self, text: Text, until: datetime, reason: str) -> None:
        key = (text.phone, text.contact_id)
        row = self.contacts.get(key)
        if row is None or row.state is State.RELEASED:
            self.contacts[key] = ContactRow(text, State.RELEASED, until, "", reason)
            self.waiting_since[key] = ("waiting", until)

    def waiting(self, phone: str, contact_id: str) -> Text | None:
        row = self.contacts.get((phone, contact_id))
        return row.text if row and row.state is State.RELEASED else None

    def note_understood(
        self, phone: str, inbound_id: str, understood: Understood, keep_days: int, about_contact: str = ""
    ) -> None:
        self.replies[phone, inbound_id] = replace(
            self.replies[phone, inbound_id],
            labels=understood.labels,
            is_dissatisfied=understood.is_dissatisfied,
            about_contact=about_contact,
        )
        self.kept_days[phone, inbound_id] = keep_days
        if not understood.is_understood:
            self.unread[phone, inbound_id] = None

    def not_understood(self, since: datetime, most: int) -> list[Unread]:
        found = sorted((self.replies[key].at, key) for key in self.unread)
        return [Unread(key[0], self.replies[key].body) for at, key in reversed(found) if at >= since][:most]

    def conversation(self, phone: str) -> Conversation:
        contacts = (row for (party, _), row in self.contacts.items() if party == phone)
        replies = (row for (party, _), row in self.replies.items() if party == phone)
        return Conversation(
            self.number(phone),
            tuple(sorted(contacts, key=lambda row: row.claimed_at)),
            tuple(sorted(replies, key=lambda row: row.at)),
        )

    def _must_be_listed(self) -> list[NumberStanding]:
        return [number for number in self.numbers.values() if number.suppressed in ON_THE_CARRIERS_LIST]

    def unsettled(self, kind: str, before: datetime, most: int) -> list[Unsettled]:
        found = [(at, key) for key, (state, at) in self.waiting_since.items() if state == kind]
        if kind == "opt_out":
            untold = [n for n in self._must_be_listed() if not n.carrier_told]
            found = [(number.suppressed_at or NOW, (number.phone, "")) for number in untold]
        if kind == "listed":
            told = [n for n in self._must_be_listed() if n.carrier_told]
            found = [(max(n.suppressed_at or NOW, n.listed_at or NOW), (n.phone, "")) for n in told]
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

    def get(self, ticket_id: str) -> Ticket | None:
        return self.tickets.get(ticket_id)

    def waiting(self, status: Status, cursor: str, most: int, *, newest_first: bool = False) -> TicketPage:
        def place(ticket: Ticket) -> str:
            return f"{ticket.answer_by.isoformat()} {ticket.ticket_id}"

        here = sorted((t for t in self.tickets.values() if t.status is status), key=place, reverse=newest_first)
        after = [t for t in here if not cursor or (place(t) < cursor if newest_first else place(t) > cursor)]
        page = after[:most]
        return TicketPage(tuple(page), place(page[-1]) if len(after) > most else "")

    def count(self, status: Status, most: int) -> int:
        return min(most, sum(ticket.status is status for ticket in self.tickets.values()))

    def ask(self, ticket_id: str, actions: int, request: Mapping[str, str]) -> bool:
        now = self.tickets.get(ticket_id)
        if now is None or now.request or now.doing or now.actions != actions:
            return False
        self.tickets[ticket_id] = replace(now, request=dict(request))
        return True

    def take_up(self, ticket: Ticket) -> bool:
        now = self.tickets[ticket.ticket_id]
        if (now.request, now.actions) != (ticket.request, ticket.actions):
            return False
        self.tickets[ticket.ticket_id] = replace(
            now, request={}, doing=ticket.request, actions=now.actions + 1, fault=""
        )
        return True

    def refuse(self, ticket: Ticket, why: str) -> bool:
        now = self.tickets[ticket.ticket_id]
        if now.request != ticket.request:
            return False
        self.tickets[ticket.ticket_id] = replace(now, request={}, fault=why)
        return True

    def finish(self, ticket: Ticket, read: Ticket) -> bool:
        now = self.tickets[ticket.ticket_id]
        if not now.doing or (now.actions, now.status, now.closings) != (read.actions, read.status, read.closings):
            return False
        self.tickets[ticket.ticket_id] = replace(ticket, doing={}, request=now.request, fault=now.fault)
        return True

    def reopen(self, ticket: Ticket) -> bool:
        now = self.tickets[ticket.ticket_id]
        if now.status is not Status.CLOSED or now.closings != ticket.closings:
            return False
        self.tickets[ticket.ticket_id] = replace(ticket, request=now.request, doing=now.doing)
        return True

    def note_outcome(self, ticket_id: str, closing: int, line: str) -> None:
        now = self.tickets.get(ticket_id)
        if now and now.closings == closing and line not in now.history:
            self.tickets[ticket_id] = replace(now, history=(*now.history, line))

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
class FakeStops:
    """What is not sent for now, without a delay in seeing it."""

    stops: StandingStops = field(default_factory=StandingStops)

    def standing(self) -> StandingStops:
        return self.stops

    def fresh(self) -> StandingStops:
        return self.stops

    def save(self, stops: StandingStops) -> Saved:
        if stops.version != self.stops.version:
            return Saved.RACED
        self.stops = replace(stops, version=stops.version + 1)
        return Saved.DONE


@dataclass
class FakeOutcomes:
    """Facts in the order in which they were noted, and the counts of days."""

    noted: list[tuple[tuple[Noted, ...], tuple[CohortNote, ...]]] = field(default_factory=list)
    noted_at: list[datetime] = field(default_factory=list)
    changes: dict[date, int] = field(default_factory=dict)
    counted: dict[date, tuple[int, DayCounts]] = field(default_factory=dict)

    def note(self, noted: Sequence[Noted], cohorts: Sequence[CohortNote], at: datetime) -> None:
        self.noted.append((tuple(noted), tuple(cohorts)))
        self.noted_at.append(at)
        for day in {*(fact.day for fact in noted), *(note.day for note in cohorts)}:
            self.changes[day] = self.changes.get(day, 0) + 1

    def changed_days(self) -> list[ChangedDay]:
        known = {day: counted[0] for day, counted in self.counted.items()}
        return [ChangedDay(day, n) for day, n in sorted(self.changes.items()) if known.get(day) != n]

    def facts(self, day: date) -> tuple[list[Noted], list[CohortNote]]:
        return (
            [fact for noted, _ in self.noted for fact in noted if fact.day == day],
            [note for _, cohorts in self.noted for note in cohorts if note.day == day],
        )

    def save(self, counts: DayCounts, changes: int) -> None:
        self.counted[counts.day] = (changes, counts)

    def days(self, since: date, until: date) -> list[DayCounts]:
        return [counts for day, (_, counts) in sorted(self.counted.items()) if since <= day <= until]


@dataclass
class FakeCarrier:
    """Answers what a test scripted, else takes every text; `diary` keeps what was asked in its order."""

    outcomes: list[Outcome] = field(default_factory=list)
    diary: list[tuple[str, str]] = field(default_factory=list)
    times_to_live: list[int] = field(default_factory=list)
    while_sending: Callable[[Text], None] | None = None
    opted_out: list[str] = field(default_factory=list)
    """The provider's own list; what a test puts there, nobody here was told of."""
    page_numbers: int = 100
    stale_tokens: frozenset[str] = frozenset()

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
        if phone not in self.opted_out:
            self.opted_out.append(phone)

    def unlist_opt_out(self, phone: str) -> bool:
        self.diary.append(("unlist", phone))
        self.opted_out = [other for other in self.opted_out if other != phone]
        return True

    def listed_page(self, token: str) -> ListedPage | None:
        if token in self.stale_tokens:
            return None
        start = int(token or 0)
        end = start + self.page_numbers
        return ListedPage(tuple(self.opted_out[start:end]), str(end) if end < len(self.opted_out) else "")

    def is_listed(self, phone: str) -> bool:
        return phone in self.opted_out


@dataclass
class FakeComparison:
    """How far the comparison has come."""

    progress: DriftProgress = field(default_factory=DriftProgress)

    def load(self) -> DriftProgress:
        return self.progress

    def save(self, progress: DriftProgress) -> Saved:
        if progress.version != self.progress.version:
            return Saved.RACED
        self.progress = replace(progress, version=progress.version + 1)
        return Saved.DONE


@dataclass
class FakeSeconds:
    """What all senders took of each real second: all parts, and those of bulk texts."""

    taken: dict[int, tuple[int, int]] = field(default_factory=dict)
    calls: int = 0


@dataclass
class FakePace:
    """One sender's view of the shared seconds; its time passes when it sleeps, or when a test says so."""

    limit: Limit
    seconds: FakeSeconds = field(default_factory=FakeSeconds)
    at: float = 1_795_521_600.0
    fault: str = ""
    sleeps: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(max(0.0, seconds))
        self.at += max(0.0, seconds)

    def take(self, shares: Mapping[int, int], is_answer: bool) -> Took:
        self.seconds.calls += 1
        if self.fault:
            return Took(done=False, fault=self.fault)
        after: dict[int, tuple[int, int]] = {}
        for second, share in shares.items():
            taken, bulk = self.seconds.taken.get(second, (0, 0))
            bulk_room = max(0, self.limit.most(second, is_answer=False) - share)
            if taken + share > self.limit.parts_per_second or not (is_answer or bulk <= bulk_room):
                is_alone = len(shares) == 1
                return Took(done=False, room=self.limit.room(second, is_answer, taken, bulk) if is_alone else 0)
            after[second] = (taken + share, bulk if is_answer else bulk + share)
        self.seconds.taken |= after
        return Took(done=True)


@dataclass
class FakeAlerts:
    """Who was called, and why."""

    calls: list[tuple[str, str]] = field(default_factory=list)

    def urgent(self, ticket: Ticket, why: str) -> None:
        self.calls.append((ticket.ticket_id, why))


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
