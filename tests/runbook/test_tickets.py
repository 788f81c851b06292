"""docs/runbook/tickets.md: every request of the page's table, written on an item by hand, is followed once."""

import json
from copy import replace
from datetime import date
from typing import Any

import pytest

from duebridge.adapters import dynamo, rows
from duebridge.adapters.tables import DESK
from duebridge.core.loan import Pause, pause_name
from duebridge.core.operator_request import Action
from duebridge.core.ticket import Ticket
from duebridge.core.undertaking import Arrangement, ArrangementKind, ArrangementStatus, Part
from functions.follow_ticket.handler import handler
from tests.aws import TICKET_TABLE
from tests.builders import NOW, a_loan, a_ticket
from tests.functions.conftest import Context, Deployment, failures_of
from tests.runbook.conftest import ItemEditor, code_in, rows_of_table
from tests.stores import aws_client
from tests.ticket_stream import a_stream_event, a_stream_record

REQUESTS: dict[str, dict[str, str]] = {
    what: json.loads(code_in(cell)[0]) for what, cell in rows_of_table("tickets", "What")
}
CHOICE = Arrangement(
    status=ArrangementStatus.PROPOSED,
    kind=ArrangementKind.EXTENSION,
    parts=(Part(date(2026, 3, 31), 22_218),),
    chosen_at=NOW,
    by="inbound-1",
)
CLOSE = REQUESTS["close"]


@pytest.fixture
def ticket(deployment: Deployment) -> Ticket:
    """Of a borrower whose loan rests until it is answered."""
    ticket = a_ticket()
    deployment.loans.save(a_loan().paused(pause_name("question", ticket.ticket_id), Pause(NOW, None, ticket.ticket_id)))
    deployment.tickets.open(ticket)
    return ticket


def the_borrower_chose(deployment: Deployment) -> None:
    """There must be something to agree to."""
    loan = deployment.loans.get("L1")
    assert loan is not None
    deployment.loans.save(replace(loan, arrangement=CHOICE))


def first_due() -> dict[str, Any]:
    """The page's second step: the index, then the table."""
    client = aws_client("dynamodb")
    found = client.query(
        TableName=TICKET_TABLE,
        IndexName=DESK.name,
        KeyConditionExpression="#status = :open",
        ExpressionAttributeNames={"#status": DESK.partition},
        ExpressionAttributeValues={":open": {"S": "open"}},
    )
    ticket_id = found["Items"][0]["ticket_id"]
    item: dict[str, Any] = client.get_item(TableName=TICKET_TABLE, Key={"ticket_id": ticket_id})["Item"]
    return item


def writes(items: ItemEditor, item: dict[str, Any], request: dict[str, str]) -> None:
    """The whole item with one attribute more; then the stream brings it, twice."""
    row = dynamo.plain(item)
    before = rows.ticket(row)
    items.save(TICKET_TABLE, row | {"operator_request": request})
    event = a_stream_event(a_stream_record(replace(before, request=request), before))
    for _ in range(2):
        assert failures_of(handler(event, Context())) == []


def test_the_page_knows_everything_that_may_be_asked() -> None:
    assert {request["action"] for request in REQUESTS.values()} == set(Action)


@pytest.mark.usefixtures("ticket")
@pytest.mark.parametrize("what", [what for what in REQUESTS if what != "reopen"])
def test_what_is_written_on_a_ticket_is_done_once_and_leaves_its_line(
    deployment: Deployment, items: ItemEditor, what: str
) -> None:
    if REQUESTS[what]["action"] == Action.ARRANGEMENT:
        the_borrower_chose(deployment)
    writes(items, first_due(), REQUESTS[what])
    ticket = deployment.tickets.get("ticket-1")
    assert ticket is not None
    assert (ticket.fault, ticket.request, ticket.doing) == ("", {}, {})
    assert len(ticket.history) == 1
    assert "AB" in ticket.history[0]


def test_a_closed_ticket_is_reopened(deployment: Deployment, items: ItemEditor, ticket: Ticket) -> None:
    writes(items, first_due(), CLOSE)
    (closed,) = items.query(TICKET_TABLE, ticket.ticket_id)
    assert closed["status"] == "closed"
    writes(items, dynamo.wired(closed), REQUESTS["reopen"])
    assert first_due()["ticket_id"] == {"S": ticket.ticket_id}
    reopened = deployment.tickets.get(ticket.ticket_id)
    assert reopened is not None
    assert (reopened.fault, len(reopened.history)) == ("", 2)


@pytest.mark.usefixtures("ticket")
def test_a_request_that_cannot_be_followed_is_taken_off_and_says_how_to_write_it(
    deployment: Deployment, items: ItemEditor
) -> None:
    writes(items, first_due(), {"by": "AB", "action": "dance"})
    ticket = deployment.tickets.get("ticket-1")
    assert ticket is not None
    assert "write one of take, answer" in ticket.fault
    assert (ticket.request, ticket.history) == ({}, ())
