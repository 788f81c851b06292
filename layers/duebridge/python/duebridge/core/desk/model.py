"""What a page of the desk is about, gathered by the flow and turned into words by the pages."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from ..contact import State
from ..decision import Decision
from ..lint import Fault
from ..loan import Loan
from ..standing import NumberStanding
from ..strategy import Kind
from ..ticket import Ticket
from .query import Filters


class Bubble(Struct, frozen=True, kw_only=True):
    """One text, theirs or ours."""

    at: datetime
    body: str
    is_ours: bool
    state: State | None = None
    """Of ours: how far it came."""
    kind: Kind | None = None
    reason: str = ""
    """Why it did not go."""
    labels: tuple[str, ...] = ()
    """Of theirs: what was understood."""


class LoanView(Struct, frozen=True):
    """One loan, what the rules say about texting its borrower now, and what it was offered."""

    loan: Loan
    decision: Decision
    menu: tuple[str, ...] = ()
    """The options that were sent last, as the borrower reads them."""
    choice: str = ""
    """What the borrower chose."""


class Canned(Struct, frozen=True):
    """An approved reply, with what it wants to know."""

    name: str
    wants: tuple[str, ...]
    """Of `amount` and `day`."""
    sample: str
    """As it reads, with the gaps left open."""


class TicketView(Struct, frozen=True, kw_only=True):
    """One ticket, and everything that a person needs to answer it."""

    ticket: Ticket
    now: datetime
    loans: tuple[LoanView, ...] = ()
    bubbles: tuple[Bubble, ...] = ()
    is_long: bool = False
    """Older texts are left out."""
    number: NumberStanding | None = None
    canned: tuple[Canned, ...] = ()
    takes_own_words: bool = False
    draft: Mapping[str, str] = field(default_factory=dict)
    """An answer that was begun, so that looking at it or a refusal loses no word."""
    paused: tuple[str, ...] = ()

    @property
    def standing_holds(self) -> tuple[str, ...]:
        """Names of the holds on its loans, each once."""
        return tuple(dict.fromkeys(name for view in self.loans for name in sorted(view.loan.pauses)))

    @property
    def is_busy(self) -> bool:
        """Whether a request waits or is being carried out."""
        return bool(self.ticket.request or self.ticket.doing)


class Preview(Struct, frozen=True, kw_only=True):
    """An answer as it would be sent."""

    body: str
    encoding: str
    units: int
    segments: int
    price_micros: int
    """Of all its parts; 0 where the lender states no price."""
    faults: tuple[Fault, ...]
    request: dict[str, str]


class QueueView(Struct, frozen=True, kw_only=True):
    """A page of the desk."""

    tickets: tuple[Ticket, ...]
    now: datetime
    filters: Filters
    cursor: str = ""
    """Where the next page begins; empty on the last one."""
    looked_at: int = 0
    """Tickets that were read to fill this page."""
    is_first: bool = True
    unreadable: tuple[str, ...] = ()
    """Tickets whose rows were spoilt by hand."""
    paused: tuple[str, ...] = ()
    """What bulk sending is paused for, and what the machine itself has stopped."""


class Notice(Struct, frozen=True):
    """What became of a click."""

    tone: str
    """`good`, `bad` or `calm`."""
    text: str
