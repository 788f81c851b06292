"""The records that the tables' streams hand over, as far as an outcome can come of them.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ..core.contact import State
from ..ports import Clock, ContactChange, LoanChange, ReplyUnderstood, RowChange, TicketMoved
from . import dynamo, rows
from .conversations import contact_of, reply_of
from .ticket_events import WrongTicketRowError
from .ticket_events import change_of as ticket_change_of

CONTACT, REPLY = "contact#", "reply#"


def record_id_of(record: Mapping[str, Any]) -> str:
    """The stream's own number of a record, which says nothing about anybody."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def row_change_of(record: Mapping[str, Any], clock: Clock) -> RowChange | None:
    """None where nothing is to be counted: other rows, rows whose time is over, and parts that did not change."""
    images = record["dynamodb"]
    if record["eventName"] == "REMOVE" or "NewImage" not in images:
        return None
    keys = images["Keys"]
    if "ticket_id" in keys:
        change = ticket_change_of(record)
        stamp = datetime.fromtimestamp(images["ApproximateCreationDateTime"], UTC)
        return TicketMoved(change, clock.from_aws(stamp)) if change else None
    entry = keys["entry"]["S"]
    if "loan_id" in keys:
        is_overwritten = entry == rows.LOAN_ENTRY and "OldImage" in images
        return _loan_change(images) if is_overwritten else None
    if entry.startswith(CONTACT):
        return _contact_change(images)
    return _understood(images) if entry.startswith(REPLY) else None


def _loan_change(images: Mapping[str, Any]) -> LoanChange:
    return LoanChange(rows.loan(dynamo.plain(images["OldImage"])), rows.loan(dynamo.plain(images["NewImage"])))


def _contact_change(images: Mapping[str, Any]) -> ContactChange | None:
    before = images["OldImage"]["status"]["S"] if "OldImage" in images else None
    if images["NewImage"]["status"]["S"] == before:
        return None
    return ContactChange(State(before) if before else None, contact_of(dynamo.plain(images["NewImage"])))


def _understood(images: Mapping[str, Any]) -> ReplyUnderstood | None:
    was_understood = "labels" in images.get("OldImage", {})
    if was_understood or "labels" not in images["NewImage"]:
        return None
    row = dynamo.plain(images["NewImage"])
    return ReplyUnderstood(row["party"].removeprefix("phone#"), reply_of(row))


def readable_changes(records: Iterable[Mapping[str, Any]], clock: Clock) -> tuple[list[RowChange], list[str]]:
    """What is to be counted, and the stream's numbers of records that cannot be read."""
    changes, unreadable = [], []
    for record in records:
        try:
            change = row_change_of(record, clock)
        except (WrongTicketRowError, KeyError, TypeError, ValueError, ArithmeticError):
            unreadable.append(record_id_of(record))
            continue
        if change:
            changes.append(change)
    return changes, unreadable
