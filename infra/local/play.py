"""Plays days of a loan book's life on the running pipeline: files, texts, replies, payments, hop by hop."""

import csv
import heapq
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path

from duebridge.core.loan import Loan
from duebridge.core.shard import SHARDS
from infra.local.borrowers import Borrowers, PlannedReply
from infra.local.compared import Compared, Moved
from infra.local.laptop import Laptop
from infra.local.scenes import Cue, Scenes
from infra.local.sms_fake.texts import AcceptedText

PAYMENTS_AT = time(3, 20), time(13, 50)
"""UTC: twice a day the lender's books tell what was paid; first as events, then as a file."""
PLANNED_EVERY = timedelta(minutes=15)
MOST_HOPS = 2_000

Progress = Callable[[str], None]


@dataclass(slots=True)
class Facts:
    """What became known to the system, in order, for whoever checks the run from outside."""

    lines: list[dict[str, object]] = field(default_factory=list)

    def add(self, at: datetime, kind: str, **what: object) -> None:
        """One fact, written down when it is handed over."""
        self.lines.append({"at": at.isoformat(), "kind": kind, **what})


@dataclass(frozen=True, slots=True)
class Payment:
    """A row of the payments file."""

    loan_id: str
    paid_on: str
    amount: str
    currency: str
    reference: str


class Play:
    """One run: import, then from instant to instant until the end."""

    def __init__(self, laptop: Laptop, loans: Path, payments: Path, days: int, say: Progress) -> None:
        self.laptop = laptop
        self.facts = Facts()
        self.hops = 0
        self.loan_file_key = ""
        self._loans = loans
        self._payments_file = payments
        self._say = say
        self._start = laptop.clock.now()
        self._end = self._start + timedelta(days=days)
        self._borrowers = Borrowers()
        self._payers = frozenset(_phones_of_payers(loans, payments))
        self._scenes = Scenes(self._payers)
        self._compared = self._comparing() if laptop.content.experiments else None
        self._reported_on = self._start.date()
        self._cues: list[Cue] = []
        self._acted: list[Payment] = []
        self._answered: set[str] = set()
        self._replies: list[PlannedReply] = []
        self._payments = _instants_of_payments(payments, self._start, self._end)

    def run(self) -> None:
        """Leaves every queue empty."""
        self._import()
        while self.hops < MOST_HOPS:
            self.hops += 1
            self._say(f"{self.laptop.clock.now():%a %d %b %H:%M} UTC")
            self._hand_over_payments()
            self.laptop.plan()
            self._listen()
            self._act_out()
            following = self._next_instant()
            # The clock must not jump before what came of the texts is noted with its own time.
            self.laptop.sweep(with_outcomes=self._compared is not None)
            if following is None or following > self._end:
                break
            self.laptop.clock.advance_to(_at_a_scheduled_run(following))
            self._report_of_the_day()
        self.laptop.clock.advance_to(self._end)
        self._report_of_the_day()

    def payments_file(self) -> bytes:
        """The file that was played, and the payments of the scenes: what the lender's books say in the end."""
        with self._payments_file.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            names, told = list(rows.fieldnames or ()), list(rows)
        written = StringIO(newline="")
        writer = csv.DictWriter(written, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*told, *map(asdict, self._acted)])
        return written.getvalue().encode()

    @property
    def scenes(self) -> Mapping[str, str]:
        """Which numbers follow which script."""
        return self._scenes.cast

    def _comparing(self) -> Compared:
        rows = _rows(self._loans)
        late = sum(row["due_date"] < self._end.date().isoformat() for row in rows)
        paying = sum(row["phone"] in self._payers for row in rows)
        conversations = self.laptop.conversations
        return Compared(
            lambda text: conversations.contact(text.to, text.context.get("contact_id", "")), paying / max(1, late)
        )

    def _report_of_the_day(self) -> None:
        """Where something is compared, each morning tells what came of the days before it."""
        today = self.laptop.clock.now().date()
        if self._compared and today > self._reported_on:
            self._reported_on = today
            self.laptop.report()

    def _import(self) -> None:
        self._say("taking in the loan file")
        content = self._loans.read_bytes()
        suffix = "jsonl" if content.lstrip()[:1] == b"{" else "csv"
        self.loan_file_key = f"loans/loan-book-{self._start:%Y%m%dT%H%M%SZ}.{suffix}"
        self.facts.add(self.laptop.clock.now(), "import", rows=content.count(b"\n") - 1)
        self.laptop.drop(content, self.loan_file_key)
        self.laptop.settle()

    def _hand_over_payments(self) -> None:
        """Everything that was paid by now: each batch as the lender's systems would tell it."""
        while self._payments and self._payments[0][0] <= self.laptop.clock.now():
            at, batch = self._payments.pop(0)
            for payment in batch:
                self.facts.add(
                    self.laptop.clock.now(),
                    "payment",
                    loan_id=payment.loan_id,
                    amount=payment.amount,
                    reference=payment.reference,
                )
            if at.time() == PAYMENTS_AT[0]:
                for payment in batch:
                    self.laptop.pay(
                        payment.loan_id, payment.amount, payment.currency, payment.paid_on, payment.reference
                    )
            else:
                self.laptop.drop(_csv(batch), f"payments/payments-{at:%Y%m%dT%H%M%SZ}.csv")
            self.laptop.settle()

    def _listen(self) -> None:
        """Borrowers whose time to answer has come do so; those who were just texted make up their minds."""
        now = self.laptop.clock.now()
        is_talking = False
        while self._replies and self._replies[0].at <= now:
            reply = heapq.heappop(self._replies)
            self.laptop.phones.reply(reply.phone, reply.body, answering_message_id=reply.answering_message_id)
            is_talking = True
        if is_talking:
            self.laptop.settle()
        for text in self.laptop.phones.carrier_log:
            if text.message_id in self._answered:
                continue
            self._answered.add(text.message_id)
            cue = self._scenes.after(text)
            if cue:
                self._cues.append(cue)
            elif not self._scenes.is_cast(text.to):
                self._make_up_their_mind(text)

    def _make_up_their_mind(self, text: AcceptedText) -> None:
        manner = None
        if self._compared and text.context.get("kind") in ("demand", "pre_due"):
            manner, moved = self._compared.taken(text, is_paying_anyway=text.to in self._payers)
            if moved:
                self._expect_payment(moved)
        if planned := self._borrowers.answer_to(text, manner):
            heapq.heappush(self._replies, planned)

    def _act_out(self) -> None:
        """Those who follow a script do what they are due to do."""
        now = self.laptop.clock.now()
        due = [cue for cue in self._cues if cue.at <= now]
        self._cues = [cue for cue in self._cues if cue.at > now]
        for cue in due:
            if "say" in cue.step:
                self.laptop.phones.reply(cue.phone, cue.step["say"], answering_message_id=cue.answering_message_id)
            elif "operator" in cue.step:
                self._at_the_desk(cue)
            elif "pays" in cue.step:
                self._plan_payment(cue)
        if due:
            self.laptop.settle()
            self._listen()

    def _at_the_desk(self, cue: Cue) -> None:
        """On the newest open ticket of this kind for this number; the desk writes nothing when there is none."""
        tickets = [t for t in self.laptop.tickets.all_open() if t.phone == cue.phone and t.reason == cue.step["ticket"]]
        if tickets:
            newest = max(tickets, key=lambda ticket: ticket.opened_at)
            self.laptop.operator_request(newest.ticket_id, by="demo", **cue.step["operator"])

    def _plan_payment(self, cue: Cue) -> None:
        """What the books still ask for, with the next day's events."""
        (loan,) = (loan for loan in self._loans_of(cue.phone) if loan.is_owed())
        self._pay_all(loan, (cue.at + timedelta(days=cue.step["pays"])).date())

    def _expect_payment(self, moved: Moved) -> None:
        loan = self.laptop.loans.get(moved.loan_id)
        if loan and loan.is_owed():
            self._pay_all(loan, moved.pays_at.date() + timedelta(days=1))

    def _pay_all(self, loan: Loan, day: date) -> None:
        payment = Payment(
            loan.loan_id, day.isoformat(), loan.arrears.decimal_text, loan.arrears.currency, f"DEMO-{loan.loan_id}"
        )
        at = datetime.combine(day, PAYMENTS_AT[0], UTC)
        self._acted.append(payment)
        self._payments = sorted([*self._payments, (at, [payment])], key=lambda each: each[0])

    def _loans_of(self, phone: str) -> list[Loan]:
        ids = {row.text.loan_id for row in self.laptop.conversations.conversation(phone).contacts}
        return list(self.laptop.loans.get_many(sorted(ids)).values())

    def _next_instant(self) -> datetime | None:
        """The next moment at which anything can happen; not each hour blindly."""
        instants = [self._next_due(shard) for shard in SHARDS]
        instants += [self._replies[0].at if self._replies else None]
        instants += [self._payments[0][0] if self._payments else None]
        instants += [cue.at for cue in self._cues]
        return min((instant for instant in instants if instant), default=None)

    def _next_due(self, shard: str) -> datetime | None:
        loans = self.laptop.loans.due(shard, self._end, "", 1).loans
        return loans[0].next_contact_at if loans else None


def _at_a_scheduled_run(instant: datetime) -> datetime:
    """The planner runs at each quarter of an hour, and sees then what has become due."""
    period = PLANNED_EVERY.total_seconds()
    return datetime.fromtimestamp(-(-instant.timestamp() // period) * period, UTC)


def _instants_of_payments(file: Path, start: datetime, end: datetime) -> list[tuple[datetime, list[Payment]]]:
    """The file's rows by the instant at which they are told, the first half of a day's as events."""
    by_instant: dict[datetime, list[Payment]] = {}
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            payment = Payment(**{name: row[name] for name in Payment.__dataclass_fields__})
            day = datetime.fromisoformat(payment.paid_on).date()
            at = datetime.combine(day, PAYMENTS_AT[number % 2], UTC)
            if start <= at <= end:
                by_instant.setdefault(at, []).append(payment)
    return sorted(by_instant.items())


def _phones_of_payers(loans: Path, payments: Path) -> set[str]:
    """Of borrowers who pay in the play anyway."""
    with payments.open(encoding="utf-8-sig", newline="") as rows:
        paid = {row["loan_id"] for row in csv.DictReader(rows)}
    return {row["phone"] for row in _rows(loans) if row["loan_id"] in paid}


def _rows(loans: Path) -> list[dict[str, str]]:
    """Of a file with our own columns; none of any other, whose borrowers then nobody knows beforehand."""
    if loans.suffix == ".jsonl":
        return []
    with loans.open(encoding="utf-8-sig", newline="") as rows:
        read = csv.DictReader(rows)
        return list(read) if {"loan_id", "phone", "due_date"} <= set(read.fieldnames or ()) else []


def _csv(payments: list[Payment]) -> bytes:
    names = list(Payment.__dataclass_fields__)
    lines = [",".join(names), *(",".join(getattr(payment, name) for name in names) for payment in payments)]
    return ("\n".join(lines) + "\n").encode()
