"""Follow-up work for a person: why, how urgent, and by when, in the follow-up desk's own working hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from .content import Office
from .policy import Policy, working_days_after


class Reason(StrEnum):
    """What the person is asked to look at."""

    REPLY = "reply"
    QUESTION = "question"
    PAID_CLAIM = "paid_claim"
    WRONG_NUMBER = "wrong_number"
    IN_DOUBT = "in_doubt"
    NOT_REACHABLE = "not_reachable_by_text"
    PAYMENT_UNMATCHED = "payment_unmatched"
    UNKNOWN_SENDER = "unknown_sender"
    CARRIER_BLOCK = "carrier_block"


class Status(StrEnum):
    """A ticket's way over the desk."""

    OPEN = "open"
    LATE = "late"
    """Open, and its time is over: escalated once."""
    CLOSED = "closed"


URGENT, HIGH, NORMAL = 1, 2, 3

PRIORITY = {
    Reason.IN_DOUBT: HIGH,
    Reason.WRONG_NUMBER: HIGH,
    Reason.PAID_CLAIM: HIGH,
    Reason.CARRIER_BLOCK: URGENT,
}

ANSWER_WITHIN = {URGENT: timedelta(hours=2), HIGH: timedelta(hours=4), NORMAL: timedelta(hours=8)}
"""Working time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
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
    note: str = ""
    """What the person should know, without a borrower's words, name or number."""


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
