"""What the flows need from outside. Each port has one adapter for AWS and one plain fake in tests/."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from .core.contact import Outcome, State, Text
from .core.drift import DriftProgress
from .core.loan import EarlyPayments, LastDecision, Loan, Payment
from .core.receipt import Receipt
from .core.standing import NumberStanding, PersonStanding
from .core.stop import StandingStops
from .core.ticket import Status, Ticket, TicketChange

if TYPE_CHECKING:
    from .core.file_reading import BinaryStream, Continuation
    from .core.file_results import Rejected
    from .core.outcome import CohortNote, DayCounts, Noted
    from .core.understanding import Understood
    from .core.unread import Unread


class Clock(Protocol):
    """The business clock. On the laptop it can be set; pacing and time-outs never use it."""

    def now(self) -> datetime:
        """The present, in UTC."""

    def from_aws(self, stamp: datetime) -> datetime:
        """An instant that AWS wrote by the real clock, on this clock."""

    def to_aws(self, instant: datetime) -> datetime:
        """An instant of this clock as AWS must be told it, as for an expiry that AWS carries out."""


class DuePage(Struct, frozen=True):
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


class LatestFiles(Struct, frozen=True):
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

    def early_payments(self, loan_ids: Sequence[str]) -> dict[str, EarlyPayments]:
        """Fresh reads; a loan without any is absent."""

    def save_early_payments(self, early: EarlyPayments) -> Saved:
        """Writes over the version that they carry."""

    def latest_files(self) -> LatestFiles:
        """Which loan files were taken in last; may be some seconds old."""

    def save_latest_files(self, latest: LatestFiles) -> None:
        """Once a file is done."""

    def record_decision(
        self, loan_id: str, contact_id: str, decision: LastDecision, rules: Sequence[str], forget_after: int
    ) -> None:
        """Keeps why a planned contact did not go, until then (flows/retention.py)."""

    def record_audit(self, loan_id: str, at: datetime, source: str, what: str, forget_after: int) -> None:
        """Keeps who did what, until then; `source` (a ticket and its action) makes a repeat the same entry."""


class Claim(StrEnum):
    """What became of the one transaction before a send."""

    CLAIMED = "claimed"
    TAKEN = "taken"
    """The contact id already has a row: this text was dealt with before."""
    RACED = "raced"
    """A standing or the loan changed since the gate read it: ask the gate again."""


class ContactRow(Struct, frozen=True):
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
    nth: int = 0
    """The so-manieth demand or reminder to its borrower within 31 days; 0 for other texts."""


class ReplyRow(Struct, frozen=True):
    """A reply as it came, and what was understood."""

    inbound_id: str
    body: str
    at: datetime
    labels: tuple[str, ...]
    """Empty until every effect of the reply stands."""
    is_dissatisfied: bool = False
    about_contact: str = ""
    """The newest demand before it, to which its outcome is counted; empty where there was none."""


class Conversation(Struct, frozen=True):
    """Everything said with one number."""

    standing: NumberStanding
    contacts: tuple[ContactRow, ...]
    replies: tuple[ReplyRow, ...]


class Unsettled(Struct, frozen=True):
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

    def numbers_of(self, phones: Sequence[str]) -> dict[str, NumberStanding]:
        """Fresh reads; a number that has no standing yet has the blank one."""

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

    def watch(self, phone: str, contact_id: str) -> None:
        """If the contact is still being sent: from now on the sweep sees it, as old as its claim."""

    def leave_to_people(self, phone: str, contact_id: str) -> None:
        """A contact in doubt has a ticket now: the sweep need not look again."""

    def contact(self, phone: str, contact_id: str) -> ContactRow | None:
        """A fresh read."""

    def store_reply(self, phone: str, inbound_id: str, body: str, at: datetime, keep_days: int) -> bool:
        """Keeps a reply before anything else is done with it, and for so long in case nothing else is ever done;
        False when it is already kept."""

    def wait(self, text: Text, until: datetime, reason: str) -> None:
        """Keeps a text that may not go yet: the sweep queues it again at `until`. Nothing if it was claimed."""

    def waiting(self, phone: str, contact_id: str) -> Text | None:
        """A text that was put aside so, if it still waits."""

    def note_understood(
        self, phone: str, inbound_id: str, understood: "Understood", keep_days: int, about_contact: str = ""
    ) -> None:
        """Adds what was understood to a stored reply, the demand that it most likely speaks of, and how long it is
        kept."""

    def conversation(self, phone: str) -> Conversation:
        """Everything said with a number."""

    def not_understood(self, since: datetime, most: int) -> "list[Unread]":
        """The newest replies since an instant that meant nothing to the lexicons."""

    def unsettled(self, kind: str, before: datetime, most: int) -> list[Unsettled]:
        """Rows of one kind whose instant is not later than `before`: `sending`, `in_doubt`, `opt_out` (the provider
        was not told), `listed` (its list has the number), `waiting`."""


class TicketPage(Struct, frozen=True):
    """Some of the tickets of one status, by their clock, and where the next page begins."""

    tickets: tuple[Ticket, ...]
    cursor: str
    """Empty after the last page."""
    unreadable: tuple[str, ...] = ()
    """Tickets whose rows somebody spoilt by hand."""


class Tickets(Protocol):
    """Follow-up work."""

    def open(self, ticket: Ticket) -> bool:
        """False when the ticket is already there."""

    def late(self, now: datetime, most: int) -> list[str]:
        """Ids of open tickets whose time is over and that were not escalated yet."""

    def escalate(self, ticket_id: str) -> None:
        """Marks a ticket as late and raises it; once."""

    def get(self, ticket_id: str) -> Ticket | None:
        """A fresh read."""

    def waiting(self, status: Status, cursor: str, most: int, *, newest_first: bool = False) -> TicketPage:
        """A page of the desk: the tickets of a status, those that must be answered first before the others."""

    def count(self, status: Status, most: int) -> int:
        """How many tickets have a status, counted up to about `most`."""

    def ask(self, ticket_id: str, actions: int, request: Mapping[str, str]) -> bool:
        """Writes what an operator asks for on a ticket, unless another request stands there or is being carried out,
        or one was carried out since `actions` were read."""

    def take_up(self, ticket: Ticket) -> bool:
        """Moves the request that this ticket carries into `doing`, as its next action; False when it has changed."""

    def finish(self, ticket: Ticket, read: Ticket) -> bool:
        """Writes what the action in `doing` made of the ticket as it was read, and ends it.

        False when it was ended before, or when the ticket was escalated or reopened meanwhile: read it again.
        """

    def refuse(self, ticket: Ticket, why: str) -> bool:
        """Takes a request away that cannot be carried out, and says on the ticket how to mend it."""

    def reopen(self, ticket: Ticket) -> bool:
        """Writes a ticket that is open again, unless this closing was reopened before."""

    def note_outcome(self, ticket_id: str, closing: int, line: str) -> None:
        """Adds a line to the history of a closed ticket, once."""


class Outbox(Protocol):
    """The queues that lead to the sender."""

    def put(self, texts: Sequence[Text], delay_seconds: int = 0) -> None:
        """Raises when any of them was not taken, so that the caller's own input comes again."""


class Shards(Protocol):
    """The planner's own work queue."""

    def put(self, work: Sequence[tuple[str, str]]) -> None:
        """Pairs of shard and cursor."""


class Stops(Protocol):
    """What is not sent for now."""

    def standing(self) -> StandingStops:
        """May be some seconds old."""

    def fresh(self) -> StandingStops:
        """A fresh read."""

    def save(self, stops: StandingStops) -> Saved:
        """Writes over the version that they carry."""


class Carrier(Protocol):
    """A provider of text messages."""

    def send(self, text: Text, seconds_to_live: int) -> Outcome:
        """Asks once, never twice; every answer is a value."""

    def list_opt_out(self, phone: str) -> None:
        """Puts a number on the provider's own opt-out list."""

    def unlist_opt_out(self, phone: str) -> bool:
        """Takes a number off that list; False when the provider refuses, as it may for a month after the last time.

        Raises SetUpError when our own set-up keeps it from being asked.
        """


class Took(Struct, frozen=True):
    """What became of an attempt to take parts of a second."""

    done: bool
    room: int = 0
    """Parts of this kind that would still have fitted; 0 when that is not known."""
    fault: str = ""
    """Why the count could not be asked; then nothing may be sent by it."""


class Pace(Protocol):
    """The count of message parts a second that all senders of one origination identity share, and real time."""

    def now(self) -> float:
        """Real seconds since 1970, whatever the business clock says."""

    def sleep(self, seconds: float) -> None:
        """Real ones, too; nothing when below 0."""

    def take(self, shares: Mapping[int, int], is_answer: bool) -> Took:
        """Takes parts of aligned seconds, of all of them or of none: parts by second."""


class ListedPage(Struct, frozen=True):
    """Some of the numbers on the provider's own opt-out list."""

    phones: tuple[str, ...]
    token: str
    """Where the next page begins; empty after the last."""


class OptOutList(Protocol):
    """The provider's own list of numbers that it refuses to text."""

    def list_opt_out(self, phone: str) -> None:
        """Puts a number there; repeating it changes nothing."""

    def listed_page(self, token: str) -> ListedPage | None:
        """A page of the list; None when the token is no longer known."""

    def is_listed(self, phone: str) -> bool:
        """Whether the list has a number now."""


class Comparison(Protocol):
    """How far the daily comparison of the provider's opt-out list with ours has come."""

    def load(self) -> DriftProgress:
        """A fresh read."""

    def save(self, progress: DriftProgress) -> Saved:
        """Writes over the version that it carries."""


class Alerts(Protocol):
    """Calls people who are not looking at the desk."""

    def urgent(self, ticket: Ticket, why: str) -> None:
        """Tells that a ticket cannot wait. `why` holds no borrower's words, name or number."""


class Dropped(Struct, frozen=True):
    """A file in the inbox."""

    size_bytes: int
    at: datetime
    """By this product's clock."""
    as_of: datetime | None
    """As the dropper stated it."""
    is_full: bool
    """As the dropper stated it; the name may say so too."""


class FileWork(Struct, frozen=True):
    """A file to take in, or the rest of one."""

    key: str
    continued: "Continuation | None" = None
    as_of: datetime | None = None
    """What the first run found; a later run must not find anything else."""


class Inbox(Protocol):
    """Where lenders drop files."""

    def open(self, key: str, offset: int = 0) -> "BinaryStream":
        """The file from a byte on."""

    def dropped(self, key: str) -> Dropped:
        """When it was dropped, and what the dropper said of it."""

    def write_rejects(self, key: str, first_line: int, rejects: "Sequence[Rejected]") -> None:
        """Puts rejected rows and why beside the file; `first_line` tells the parts of a large file apart."""


class LoanChange(Struct, frozen=True):
    """A loan's row was written over."""

    before: Loan
    after: Loan


class ContactChange(Struct, frozen=True):
    """A contact moved; `before` None when it was claimed just now."""

    before: State | None
    after: ContactRow


class ReplyUnderstood(Struct, frozen=True):
    """Every effect of a reply stands."""

    phone: str
    reply: ReplyRow


class TicketMoved(Struct, frozen=True):
    """A ticket's row changed."""

    change: TicketChange
    at: datetime
    """When, by this product's clock."""


RowChange = LoanChange | ContactChange | ReplyUnderstood | TicketMoved
"""What a table's stream tells of a row, each at least once and one row's in their order."""


class ChangedDay(Struct, frozen=True):
    """A day with facts that are not counted yet."""

    day: date
    changes: int
    """How often facts were noted for it; what is noted while it is being counted makes it a changed day again."""


class Outcomes(Protocol):
    """What came of the texts: facts by the day that they belong to, and the counts of each day."""

    def note(self, noted: "Sequence[Noted]", cohorts: "Sequence[CohortNote]", at: datetime) -> None:
        """Keeps facts under their days. A repeat is kept too, and counts once by its id."""

    def changed_days(self) -> list[ChangedDay]:
        """Days whose facts have become more since they were counted, the oldest first."""

    def facts(self, day: date) -> "tuple[list[Noted], list[CohortNote]]":
        """All facts of a day, those that were noted first before the others."""

    def save(self, counts: "DayCounts", changes: int) -> None:
        """Writes a day's counts over what stood there, as of so many changes."""

    def days(self, since: date, until: date) -> "Iterable[DayCounts]":
        """The counts of the days from `since` to `until`, both included; a day without facts is absent."""


class Reports(Protocol):
    """Where reports are kept for those who read them."""

    def put(self, key: str, body: str, content_type: str) -> None:
        """Writes over what stood there."""

    def get(self, key: str) -> str | None:
        """None for one that was never made."""

    def link(self, key: str) -> str:
        """Where a reader opens it, with rights of their own."""


class Continuations(Protocol):
    """How the import of a large file goes on in a later run."""

    def put(self, work: FileWork) -> None:
        """From this place on."""
