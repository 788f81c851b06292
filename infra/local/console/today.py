"""The day so far: what was planned, sent, held and said, from the rows of the three tables."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from duebridge.adapters import rows
from duebridge.adapters.conversations import conversation_of
from duebridge.adapters.rows import LOAN_ENTRY, Row
from duebridge.core.contact import State
from duebridge.core.loan import Loan
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from duebridge.core.ticket import Status, Ticket
from duebridge.ports import ContactRow, ReplyRow
from infra.records import SavedRecords

HOURS = 24
TAKEN = frozenset({State.ACCEPTED, State.DELIVERED, State.UNDELIVERED})
MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Book:
    """The tables, read."""

    loans: tuple[Loan, ...]
    contacts: tuple[ContactRow, ...]
    replies: tuple[ReplyRow, ...]
    tickets: tuple[Ticket, ...]
    paid: tuple[tuple[datetime, str], ...]
    """Each payment: when it became known, and the loan."""


def read(records: SavedRecords) -> Book:
    """From all rows; a laptop's book is small enough."""
    entries = records.rows["LoanTable"]
    parties: dict[str, list[Row]] = {}
    for row in records.rows["ConversationTable"]:
        if row["party"].startswith("phone#"):
            parties.setdefault(row["party"].removeprefix("phone#"), []).append(row)
    conversations = [conversation_of(phone, found) for phone, found in parties.items()]
    payments = [rows.payment(row) for row in entries if row["entry"].startswith("payment#")]
    return Book(
        loans=tuple(rows.loan(row) for row in entries if row["entry"] == LOAN_ENTRY),
        contacts=tuple(contact for conversation in conversations for contact in conversation.contacts),
        replies=tuple(reply for conversation in conversations for reply in conversation.replies),
        tickets=tuple(map(rows.ticket, records.rows["TicketTable"])),
        paid=tuple((payment.known_at, payment.loan_id) for payment in payments),
    )


def figures(book: Book, now: datetime) -> dict[str, Any]:
    """Since midnight UTC, but for what stands as it stands: tickets and holds."""
    midnight = datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), UTC)
    contacts = [row for row in book.contacts if row.claimed_at >= midnight]
    asked = [row for row in contacts if row.text.kind in ASKS_FOR_PAYMENT]
    replies = [reply for reply in book.replies if reply.at >= midnight]
    open_tickets = [ticket for ticket in book.tickets if ticket.is_open]
    states = Counter(row.state for row in contacts)
    templates = Counter(row.text.template for row in contacts)
    paid = {loan_id for at, loan_id in book.paid if at >= midnight}
    return {
        "day": midnight.date().isoformat(),
        "funnel": {
            "planned": len(asked),
            "sent": sum(row.state in TAKEN for row in asked),
            "delivered": sum(row.state is State.DELIVERED for row in asked),
            "replied": len(replies),
        },
        "texts": len([row for row in contacts if row.state in TAKEN]),
        "states": {str(state): count for state, count in states.items()},
        "kinds": _by(str(row.text.kind) for row in contacts),
        "held": _by(_held(book.loans, midnight)),
        "intents": _by(reply.labels[0] if reply.labels else "not_read_yet" for reply in replies),
        "tickets": {
            "open": len(open_tickets),
            "late": sum(ticket.status is Status.LATE for ticket in open_tickets),
            "closed": sum(ticket.status is Status.CLOSED for ticket in book.tickets),
            "reasons": _by(str(ticket.reason) for ticket in open_tickets),
        },
        "quality": {
            "opted_out": sum("opt_out" in reply.labels for reply in replies),
            "complaints": sum("complaint" in reply.labels for reply in replies),
            "satisfied": templates["answers/satisfaction_thanks"],
            "unsatisfied": templates["answers/satisfaction_sorry"],
        },
        "money": {
            "loans_paid": len(paid),
            "cured": sum(loan.loan_id in paid and not loan.is_owed() for loan in book.loans),
            "parts": sum(row.text.segments for row in contacts if row.state in TAKEN),
            "dollars": sum(row.price_micros for row in contacts) / MICROS,
        },
        "hours": _by_hour(midnight, contacts, replies),
    }


def _held(loans: Iterable[Loan], midnight: datetime) -> Iterable[str]:
    """Why each loan that was looked at today is not texted."""
    for loan in loans:
        decided = loan.last_decision
        if decided and decided.at >= midnight and decided.outcome != "contact":
            yield decided.outcome


def _by(names: Iterable[str]) -> list[list[Any]]:
    """The most frequent first."""
    return [[name, count] for name, count in Counter(names).most_common()]


def _by_hour(midnight: datetime, contacts: list[ContactRow], replies: list[ReplyRow]) -> list[dict[str, int]]:
    found = [{"delivered": 0, "other": 0, "replies": 0} for _ in range(HOURS)]
    for row in contacts:
        is_delivered = row.state is State.DELIVERED
        found[_hour(row.claimed_at, midnight)]["delivered" if is_delivered else "other"] += 1
    for reply in replies:
        found[_hour(reply.at, midnight)]["replies"] += 1
    return found


def _hour(at: datetime, midnight: datetime) -> int:
    # A clock that is played past midnight while the rows are read must not fall off the chart.
    return min(HOURS - 1, (at - midnight) // timedelta(hours=1))
