"""Follow-up work for a person: why, how urgent, and by when, in the follow-up desk's own working hours."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from .content import Office
from .policy import Policy, working_days_after


class Reason(StrEnum):
    """What the person is asked to look at."""

    VULNERABLE = "vulnerable"
    DECEASED = "deceased"
    LEGAL = "legal"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    HARDSHIP = "hardship"
    PLAN_REQUEST = "plan_request"
    ARRANGEMENT = "arrangement"
    """A borrower chose from the menu: agree or decline."""
    PROMISE = "promise"
    """A promise that no rule may take: too far away, or of a loan that nobody can tell."""
    PAID_CLAIM = "paid_claim"
    CALLBACK = "callback"
    QUESTION = "question"
    DISPLEASED = "displeased"
    """Nothing else is asked, but the tone was one of displeasure: find its cause."""
    REPLY = "reply"
    MANY_REPLIES = "many_replies"
    """A number that texts so often that a machine may be at the other end."""
    WRONG_NUMBER = "wrong_number"
    IN_DOUBT = "in_doubt"
    NOT_REACHABLE = "not_reachable_by_text"
    PAYMENT_UNMATCHED = "payment_unmatched"
    UNKNOWN_SENDER = "unknown_sender"
    CARRIER_BLOCK = "carrier_block"
    CONFIGURATION = "configuration"
    """The provider refuses our texts by a fault of our own set-up: sending is stopped."""
    GUARD_RAIL = "guard_rail"
    """Borrowers mind an arm of an experiment too often: its texts are stopped."""


class Status(StrEnum):
    """A ticket's way over the desk."""

    OPEN = "open"
    LATE = "late"
    """Open, and its time is over: escalated once."""
    CLOSED = "closed"


URGENT, HIGH, NORMAL = 1, 2, 3

PRIORITY = {
    Reason.VULNERABLE: URGENT,
    Reason.DECEASED: URGENT,
    Reason.LEGAL: URGENT,
    Reason.DISPUTE: HIGH,
    Reason.COMPLAINT: HIGH,
    Reason.HARDSHIP: HIGH,
    Reason.ARRANGEMENT: HIGH,
    Reason.CALLBACK: HIGH,
    Reason.IN_DOUBT: HIGH,
    Reason.WRONG_NUMBER: HIGH,
    Reason.PAID_CLAIM: HIGH,
    Reason.CARRIER_BLOCK: URGENT,
    Reason.CONFIGURATION: URGENT,
    Reason.GUARD_RAIL: URGENT,
}

WITHOUT_A_BORROWER = frozenset(
    {
        Reason.IN_DOUBT,
        Reason.NOT_REACHABLE,
        Reason.PAYMENT_UNMATCHED,
        Reason.UNKNOWN_SENDER,
        Reason.CARRIER_BLOCK,
        Reason.CONFIGURATION,
        Reason.GUARD_RAIL,
    }
)
"""Nobody is waiting for an answer to these, so nobody is asked whether they liked it."""

NEVER_ASKED = WITHOUT_A_BORROWER | {Reason.VULNERABLE, Reason.DECEASED, Reason.LEGAL, Reason.WRONG_NUMBER}
"""Where a question about satisfaction would hurt, or would go to a lawyer."""

CONTENT, NOT_CONTENT = "content with the outcome", "reopened: the borrower was not content"
"""How the line of a ticket's history ends once a borrower has said what they think of a closing."""

ANSWER_WITHIN = {URGENT: timedelta(hours=2), HIGH: timedelta(hours=4), NORMAL: timedelta(hours=8)}
"""Working time."""


class Ticket(Struct, frozen=True, kw_only=True):
    """One piece of follow-up work. The conversation itself stays where it is; the ticket points at it."""

    ticket_id: str
    reason: Reason
    priority: int
    opened_at: datetime
    answer_by: datetime
    status: Status = Status.OPEN
    borrower_id: str = ""
    loan_ids: tuple[str, ...] = ()
    phone: str = ""
    """The conversation it belongs to; shown masked only."""
    about: str = ""
    """The id of the reply, contact or payment that gave rise to it."""
    masked_phone: str = ""
    locale: str = ""
    """In which the borrower is written to, so that somebody who reads it takes the ticket."""
    note: str = ""
    """What the person should know, without a borrower's words, name or number."""
    labels: tuple[str, ...] = ()
    """All that was understood of the reply that gave rise to it."""
    is_displeased: bool = False
    """Then it is closed only with a root cause."""
    owner: str = ""
    """The initials of whoever took it, as they wrote them."""
    outcome: str = ""
    root_cause: str = ""
    actions: int = 0
    """How many requests were carried out: each effect's id comes from its number."""
    closings: int = 0
    request: Mapping[str, object] = field(default_factory=dict)
    """`operator_request` as it was written, until it is taken up."""
    doing: Mapping[str, object] = field(default_factory=dict)
    """The request that was taken up, until all of its effects stand."""
    fault: str = ""
    """Why the last request could not be carried out, and how to mend it."""
    history: tuple[str, ...] = ()
    """What was done, when and by whose declared initials."""
    forget_after: int = 0
    """Epoch seconds by AWS's clock, from its last closing on; an open ticket is never forgotten."""

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to answer."""
        return self.status is not Status.CLOSED


class TicketChange(Struct, frozen=True):
    """One change of a ticket's row, in the order in which they were made."""

    ticket_id: str
    before: Ticket | None
    """None for a new ticket."""
    after: Ticket


def answer_by(opened_at: datetime, within: timedelta, office: Office, policies: tuple[Policy, ...]) -> datetime:
    """The end of `within` counted in the desk's opening hours on working days."""
    zone = ZoneInfo(office.desk_zone)
    day, left = opened_at.astimezone(zone).date(), within
    if working_days_after(day - timedelta(days=1), 1, policies) != day:
        day = working_days_after(day, 1, policies)
    while True:
        opens, closes = (
            datetime.combine(day, wall_clock, zone).astimezone(UTC)
            for wall_clock in (office.desk_opens, office.desk_closes)
        )
        start = max(opens, opened_at)
        if start + left <= closes:
            return start + left
        left -= max(timedelta(0), closes - start)
        day = working_days_after(day, 1, policies)


def last_opening(now: datetime, office: Office) -> datetime:
    """The newest opening of a desk's day that is not later than `now`."""
    zone = ZoneInfo(office.desk_zone)
    today = datetime.combine(now.astimezone(zone).date(), office.desk_opens, zone)
    return (today if today <= now else today - timedelta(days=1)).astimezone(UTC)
