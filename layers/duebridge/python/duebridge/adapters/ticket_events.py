"""The records that the stream of the tickets table hands to its consumer.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from collections.abc import Mapping
from typing import Any

from ..core.errors import DueBridgeError
from ..core.ticket import Ticket, TicketChange
from . import dynamo, rows


class WrongTicketRowError(DueBridgeError):
    """A ticket's row cannot be read, as when somebody edited it by hand; its requests wait until it is mended."""

    code = "wrong_ticket_row"


def ticket_id_of(record: Mapping[str, Any]) -> str:
    """Which ticket a record is about."""
    ticket_id: str = record["dynamodb"]["Keys"]["ticket_id"]["S"]
    return ticket_id


def change_of(record: Mapping[str, Any]) -> TicketChange | None:
    """None when the ticket's time in the table is over. Raises WrongTicketRowError."""
    if record["eventName"] == "REMOVE":
        return None
    ticket_id, images = ticket_id_of(record), record["dynamodb"]
    after = _ticket(ticket_id, images["NewImage"])
    return TicketChange(ticket_id, _before(ticket_id, images), after)


def _before(ticket_id: str, images: Mapping[str, Any]) -> Ticket | None:
    """A row that could not be read counts as new once it is mended: what is asked in it was never followed."""
    try:
        return _ticket(ticket_id, images["OldImage"]) if "OldImage" in images else None
    except WrongTicketRowError:
        return None


def _ticket(ticket_id: str, image: Mapping[str, Any]) -> Ticket:
    try:
        return rows.ticket(dynamo.plain(image))
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise WrongTicketRowError(
            f"the row of ticket {ticket_id} has a missing or malformed attribute ({type(error).__name__}):"
            " put back what stood there before, in the tickets table"
        ) from error
