"""One text we mean to send: its derived id, what travels in the queue, its state, and what the provider may say."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct, field

from .strategy import Kind


class State(StrEnum):
    """Where a contact stands. A final state never moves."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    IN_DOUBT = "in_doubt"
    REJECTED = "rejected"
    RELEASED = "released"


FINAL = frozenset({State.DELIVERED, State.UNDELIVERED, State.REJECTED})

PREDECESSORS: dict[State, frozenset[State]] = {
    State.SENDING: frozenset({State.RELEASED}),
    State.ACCEPTED: frozenset({State.SENDING}),
    State.IN_DOUBT: frozenset({State.SENDING}),
    State.REJECTED: frozenset({State.SENDING}),
    # Again when its next try is held: the row then tells why it rests.
    State.RELEASED: frozenset({State.SENDING, State.RELEASED}),
    State.DELIVERED: frozenset({State.SENDING, State.ACCEPTED, State.IN_DOUBT}),
    State.UNDELIVERED: frozenset({State.SENDING, State.ACCEPTED, State.IN_DOUBT}),
}
"""From where a state may be entered; a receipt may overtake our own record of the acceptance."""


class Text(Struct, frozen=True, kw_only=True):
    """A rendered text on its way through a queue."""

    contact_id: str
    kind: Kind
    phone: str
    body: str
    locale: str
    template: str
    template_version: str
    segments: int
    expires_at: datetime
    """The end of its window; it is not sent at or after this instant."""
    planned_at: datetime
    borrower_id: str = ""
    loan_id: str = ""
    country: str = ""
    segment: str = ""
    """Of the lender's own strategy, whatever the arm."""
    arms: Mapping[str, str] = field(default_factory=dict)
    """Experiment -> arm, of the experiments that ran when it was written."""
    step: str = ""
    attempt: int = 0
    episode: date | None = None
    amount_minor: int = 0
    currency: str = ""
    quiet_until: datetime | None = None
    """No further demand to this person before then: the date that the text names has passed."""
    inbound_id: str = ""
    inbound_at: datetime | None = None
    """For an answer: what it answers."""
    registered_template: str = ""
    registered_entity: str = ""
    """How the carriers of its country know the text and its sender; empty where they need not."""
    keep_days: int = 0
    """How long the jurisdiction wants it kept."""
    ticket_id: str = ""
    """For an operator's text or a question about a ticket."""
    releases: int = 0
    """How often it was put back because the provider had no room."""


class Accepted(Struct, frozen=True):
    """The provider took it."""

    message_id: str


class Throttled(Struct, frozen=True):
    """Surely not sent: no room. It may be tried again."""

    reason: str


class Reach(StrEnum):
    """Which other texts would fare like the one that was refused."""

    EVERYTHING = "everything"
    COUNTRY = "country"
    """All that go to the country of its number."""


class Misconfigured(Struct, frozen=True):
    """Surely not sent, by a fault of our own set-up: a person must mend it, and the texts wait."""

    reason: str
    reach: Reach = Reach.EVERYTHING


class Rejected(Struct, frozen=True):
    """Surely not sent, and never will be. `opted_out` when the provider's own list refused the number."""

    reason: str
    opted_out: bool = False


class Unknown(Struct, frozen=True):
    """We asked and do not know the answer: never sent again by a machine."""

    reason: str


Outcome = Accepted | Throttled | Misconfigured | Rejected | Unknown


def demand_id(kind: Kind, loan_id: str, episode: date, step: str, attempt: int) -> str:
    """One demand for one step of one delinquency, however often it is planned."""
    return _derived(kind, loan_id, episode.isoformat(), step, str(attempt))


def answer_id(inbound_id: str) -> str:
    """One automatic answer for one inbound text."""
    return _derived(Kind.ANSWER, inbound_id)


def operator_id(ticket: str, action: int) -> str:
    """One text of an operator: the ticket and the number of the request."""
    return _derived(Kind.OPERATOR, ticket, str(action))


def satisfaction_id(ticket: str, closing: int) -> str:
    """One question for one closing of a ticket."""
    return _derived(Kind.SATISFACTION, ticket, str(closing))


def reminder_id(what: str, loan_id: str, pay_on: date) -> str:
    """One reminder of one promise, or one thanks for it."""
    return _derived(Kind.REMINDER, what, loan_id, pay_on.isoformat())


def ticket_id(reason: str, source: str) -> str:
    """One ticket for one reason and what gave rise to it."""
    return _derived("ticket", reason, source)


def _derived(*parts: str) -> str:
    return f"{parts[0]}-{sha256(chr(31).join(parts).encode()).hexdigest()[:24]}"
