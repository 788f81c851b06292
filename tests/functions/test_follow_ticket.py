"""What operators write on tickets, and what becomes of it, as the table's stream brings it."""

from copy import replace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

from duebridge.adapters import dynamo
from duebridge.core.strategy import Kind
from duebridge.core.ticket import URGENT, Reason, Ticket
from functions.follow_ticket.handler import handler
from tests.aws import TICKET_TABLE
from tests.builders import PHONE, a_loan, a_ticket
from tests.functions.conftest import Context, Deployment, failures_of
from tests.stores import aws_client
from tests.ticket_stream import SEQUENCE, a_stream_event, a_stream_record


def asked_of(deployment: Deployment, ticket: Ticket, **request: Any) -> dict[str, Any]:
    """An operator writes a request on a ticket; the stream's record of it."""
    deployment.tickets.open(ticket)
    aws_client("dynamodb").update_item(
        TableName=TICKET_TABLE,
        Key=dynamo.wired({"ticket_id": ticket.ticket_id}),
        UpdateExpression="SET operator_request = :request",
        ExpressionAttributeValues=dynamo.wired({":request": request}),
    )
    return a_stream_record(replace(ticket, request=request), ticket)


def stored(deployment: Deployment, ticket_id: str = "ticket-1") -> Ticket:
    ticket = deployment.tickets.get(ticket_id)
    assert ticket is not None
    return ticket


def test_a_request_is_followed_once_however_often_the_stream_brings_it(deployment: Deployment) -> None:
    event = a_stream_event(asked_of(deployment, a_ticket(), by="AB", action="take"))
    assert failures_of(handler(event, Context())) == []
    ticket = stored(deployment)
    assert (ticket.owner, ticket.request, ticket.actions, len(ticket.history)) == ("AB", {}, 1, 1)
    assert failures_of(handler(event, Context())) == []
    assert stored(deployment) == ticket


def test_what_a_request_says_to_the_borrower_goes_to_the_fast_queue(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    event = a_stream_event(asked_of(deployment, a_ticket(), by="AB", action="close", outcome="answered"))
    assert failures_of(handler(event, Context())) == []
    (text,) = deployment.texts("answer")
    assert (text.kind, text.phone) == (Kind.SATISFACTION, PHONE)
    assert deployment.queued("bulk") == []


def test_a_request_that_cannot_be_followed_is_no_failure_that_would_come_again(deployment: Deployment) -> None:
    event = a_stream_event(asked_of(deployment, a_ticket(), by="AB", action="dance"))
    assert failures_of(handler(event, Context())) == []
    ticket = stored(deployment)
    assert ticket.fault
    assert ticket.request == {}


def test_people_are_called_when_an_urgent_ticket_opens(deployment: Deployment) -> None:
    urgent = a_ticket(ticket_id="ticket-2", reason=Reason.VULNERABLE, priority=URGENT)
    for ticket in (a_ticket(), urgent):
        deployment.tickets.open(ticket)
    event = a_stream_event(a_stream_record(a_ticket(), number=1), a_stream_record(urgent, number=2))
    assert failures_of(handler(event, Context())) == []
    assert [alert["ticket_id"] for alert in deployment.alerts()] == ["ticket-2"]


def test_a_ticket_that_left_the_table_is_let_go(deployment: Deployment) -> None:
    assert failures_of(handler(a_stream_event(a_stream_record(None, a_ticket())), Context())) == []
    assert deployment.alerts() == []


def test_a_row_that_was_spoilt_by_hand_comes_again_alone(deployment: Deployment) -> None:
    spoilt = a_stream_record(a_ticket(ticket_id="ticket-2"), number=1)
    spoilt["dynamodb"]["NewImage"]["status"] = {"S": "clsoed"}
    good = asked_of(deployment, a_ticket(), by="AB", action="take")
    answer = handler(a_stream_event(spoilt, good), Context())
    assert failures_of(answer) == [str(SEQUENCE + 1)]
    assert stored(deployment).owner == "AB"


@pytest.mark.usefixtures("deployment")
def test_a_batch_in_which_all_is_spoilt_fails_as_a_whole() -> None:
    spoilt = a_stream_record(a_ticket())
    del spoilt["dynamodb"]["NewImage"]["reason"]
    with pytest.raises(BatchProcessingError):
        handler(a_stream_event(spoilt), Context())


def test_the_log_counts_every_record_and_names_failed_tickets_by_id_only(
    deployment: Deployment, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="service_undefined")
    spoilt = a_stream_record(a_ticket(ticket_id="ticket-2", note="secret note"), number=1)
    spoilt["dynamodb"]["NewImage"]["status"] = {"S": "secret status"}
    good = asked_of(deployment, a_ticket(), by="AB", action="answer", text="secret words")
    handler(a_stream_event(spoilt, good), Context())
    records = [record.__dict__ for record in caplog.records if record.name == "service_undefined"]
    assert [record["message_id"] for record in records if record["message"] == "message failed"] == ["ticket-2"]
    assert [record["counts"]["changes"] for record in records if record["message"] == "follow_ticket"] == [2]
    said = " ".join(map(str, records))
    for personal in (PHONE, PHONE[1:], "Garcia", "secret"):
        assert personal not in said
