"""What the flows need from outside. Each port has one adapter for AWS and one plain fake in tests/."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from .core.contact import Outcome, State, Text
from .core.file_reading import BinaryStream, Continuation
from .core.file_results import Rejected
from .core.loan import LastDecision, Loan, Payment
from .core.receipt import Receipt
from .core.reply import Understood
from .core.standing import NumberStanding, PersonStanding
from .core.ticket import Ticket


class Clock(Protocol):
    """The business clock. On the laptop it can be set; pacing and time-outs never use it."""

    def now(self) -> datetime:
        """The present, in UTC."""

    def from_aws(self, stamp: datetime) -> datetime:
        """An instant that AWS wrote by the real clock, on this clock."""

    def to_aws(self, instant: datetime) -> datetime:
        """An instant of this clock as AWS must be told it, as for an expiry that AWS carries out."""


@dataclass(frozen=True, slots=True)
class DuePage:
    """Some of a shard's loans that are due for contact, and where the next page begins."""

    loans: tuple[Loan, ...]
    cursor: str
    """Empty after the last page."""


class Saved(StrEnum):
    """What became of a conditional write."""

    DONE = "done"
    RACED = "raced"
    """Somebody else was first: read again."""
    REPEATED = "repeated"
    """Exactly this was already written."""


@dataclass(frozen=True, slots=True)
class LatestFiles:
    """As of which instants the newest loan file, and the newest full one, were true."""

    any_as_of: datetime | None = None
    full_as_of: datetime | None = None


class LoanBook(Protocol):
    """The loans, the payments against them, and what was decided about them."""

    def due(self, shard: str, now: datetime, cursor: str, most: int) -> DuePage:
        """Loans of a shard whose next contact is not later than `now`."""

    def get(self, loan_id: str) -> Loan | None:
        """A fresh read."""

    def get_many(self, loan_ids: Sequence[str]) -> dict[str, Loan]:
        """Fresh reads; unknown ids are absent."""

    def loans_of(self, borrower_id: str) -> list[str]:
        """The loan ids of a borrower."""

    def payments_after(self, loan_id: str, instant: datetime) -> list[Payment]:
        """Payments that became known after an instant."""

    def save(self, loan: Loan) -> Saved:
        """Writes a loan over the version that it carries; 0 means that the row must not exist yet."""

    def save_payment(self, loan: Loan, payment: Payment) -> Saved:
        """Writes the loan and the payment together; REPEATED when the reference is already there."""

    def latest_files(self) -> LatestFiles:
        """Which loan files were taken in last; may be some seconds old."""

    def save_latest_files(self, latest: LatestFiles) -> None:
        """Once a file is done."""

    def record_decision(self, loan_id: str, contact_id: str, decision: LastDecision, rules: Sequence[str]) -> None:
        """Keeps why a planned contact did not go."""


class Claim(StrEnum):
    """What became of the one transaction before a send."""

    CLAIMED = "claimed"
    TAKEN = "taken"
    """The contact id already has a row: this text was dealt with before."""
    RACED = "raced"
    """A standing or the loan changed since the gate read it: ask the gate again."""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact as it was claimed, and where it stands."""

    text: Text
    state: State
    claimed_at: datetime
    message_id: str
    reason: str
    rules: tuple[str, ...] = ()
    """The gate's questions and answers."""
    receipt: str = ""
    """The event type that settled it."""
    price_micros: int = 0


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A reply as it came, and what was understood."""

    inbound_id: str
    body: str
    at: datetime
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything said with one number."""

    standing: NumberStanding
    contacts: tuple[ContactRow, ...]
    replies: tuple[ReplyRow, ...]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A row that the sweep must look at."""

    phone: str
    contact_id: str
    """Empty for an opt-out that the provider was not told of."""


class Conversations(Protocol):
    """Standings of numbers and persons, and every text both ways."""

    def number(self, phone: str) -> NumberStanding:
        """A fresh read."""

    def person(self, borrower_id: str) -> PersonStanding:
        """A fresh read."""

    def standings(
        self, parties: Iterable[tuple[str, str]]
    ) -> tuple[dict[str, NumberStanding], dict[str, PersonStanding]]:
        """For pairs of phone and borrower: standings by phone and by borrower, for the planner."""

    def save_number(self, standing: NumberStanding) -> Saved:
        """Writes over the version that it carries."""

    def save_person(self, standing: PersonStanding) -> Saved:
        """Writes over the version that it carries."""

    def claim(
        self,
        text: Text,
        at: datetime,
        number: NumberStanding,
        person: PersonStanding | None,
        loan: Loan | None,
        rules: Sequence[str],
    ) -> Claim:
        """One transaction: the contact row absent or released; number, person and loan unchanged since they
        were read, with the changes that `number` and `person` carry."""

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
        """Moves a contact along; False when its state does not allow the move (a receipt was faster)."""

    def receive(self, receipt: Receipt, state: State) -> ContactRow | None:
        """Moves a contact by a receipt; None when it is unknown or already final."""

    def leave_to_people(self, phone: str, contact_id: str) -> None:
        """A contact in doubt has a ticket now: the sweep need not look again."""

    def contact(self, phone: str, contact_id: str) -> ContactRow | None:
        """A fresh read."""

    def store_reply(self, phone: str, inbound_id: str, body: str, at: datetime) -> bool:
        """Keeps a reply before anything else is done with it; False when it is already kept."""

    def note_understood(self, phone: str, inbound_id: str, understood: Understood, keep_days: int) -> None:
        """Adds what was understood to a stored reply, and how long it is kept."""

    def conversation(self, phone: str) -> Conversation:
        """Everything said with a number."""

    def unsettled(self, kind: str, before: datetime, most: int) -> list[Unsettled]:
        """Rows of one kind (`sending`, `in_doubt`, `opt_out`) that are older than an instant."""


class Tickets(Protocol):
    """Follow-up work."""

    def open(self, ticket: Ticket) -> bool:
        """False when the ticket is already there."""

    def late(self, now: datetime, most: int) -> list[str]:
        """Ids of open tickets whose time is over and that were not escalated yet."""

    def escalate(self, ticket_id: str) -> None:
        """Marks a ticket as late and raises it; once."""


class Outbox(Protocol):
    """The queues that lead to the sender."""

    def put(self, texts: Sequence[Text], delay_seconds: int = 0) -> None:
        """Raises when any of them was not taken, so that the caller's own input comes again."""


class Shards(Protocol):
    """The planner's own work queue."""

    def put(self, work: Sequence[tuple[str, str]]) -> None:
        """Pairs of shard and cursor."""


class Carrier(Protocol):
    """A provider of text messages."""

    def send(self, text: Text, seconds_to_live: int) -> Outcome:
        """Asks once, never twice; every answer is a value."""

    def list_opt_out(self, phone: str) -> None:
        """Puts a number on the provider's own opt-out list."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file in the inbox."""

    size_bytes: int
    at: datetime
    """By this product's clock."""
    as_of: datetime | None
    """As the dropper stated it."""
    is_full: bool
    """As the dropper stated it; the name may say so too."""


@dataclass(frozen=True, slots=True)
class FileWork:
    """A file to take in, or the rest of one."""

    key: str
    continued: Continuation | None = None
    as_of: datetime | None = None
    """What the first run found; a later run must not find anything else."""


class Inbox(Protocol):
    """Where lenders drop files."""

    def open(self, key: str, offset: int = 0) -> BinaryStream:
        """The file from a byte on."""

    def dropped(self, key: str) -> Dropped:
        """When it was dropped, and what the dropper said of it."""

    def write_rejects(self, key: str, first_line: int, rejects: Sequence[Rejected]) -> None:
        """Puts rejected rows and why beside the file; `first_line` tells the parts of a large file apart."""


class Continuations(Protocol):
    """How the import of a large file goes on in a later run."""

    def put(self, work: FileWork) -> None:
        """From this place on."""
