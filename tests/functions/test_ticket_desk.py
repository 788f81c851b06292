"""The desk with its real wiring, called as the CloudWatch console calls a custom widget."""

from collections.abc import Iterator
from typing import Any

import pytest

from duebridge.core.ticket import Status
from functions.follow_ticket.handler import handler as follow
from functions.ticket_desk.handler import handler
from infra.content_desk import compile_desk
from tests.aws import TICKET_TABLE
from tests.builders import NOW, PHONE, a_loan, a_ticket, an_inbound
from tests.desk.conftest import rules
from tests.desk.console_rules import read_page
from tests.functions.conftest import REPORTS, Context, Deployment
from tests.stores import aws_client, session
from tests.ticket_stream import a_stream_event, a_stream_record

MOST_CALLS = 6


@pytest.fixture
def desk(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    from duebridge.adapters.desk_content import parse_desk

    monkeypatch.setattr("duebridge.adapters.desk_content.load_desk", lambda: parse_desk(compile_desk()))
    monkeypatch.setattr("duebridge.adapters.desk_content.load_lint_rules", rules)
    return deployment


def event(forms: dict[str, str] | None = None, **parameters: Any) -> dict[str, Any]:
    context = {"locale": "en", "theme": "light", "forms": {"all": forms or {}}, "params": {}}
    return {**parameters, "widgetContext": context}


def test_a_ticket_is_found_answered_by_the_pipeline_and_closed(desk: Deployment) -> None:
    desk.loans.save(a_loan())
    desk.conversations.store_reply(PHONE, "inbound-1", "where do I pay?", NOW, 400)
    ticket = a_ticket()
    desk.tickets.open(ticket)
    page = read_page(handler(event(), Context()))
    opens = page.click("Open")
    assert opens.endpoint == Context().invoked_function_arn
    page = read_page(handler(event(**opens.parameters), Context()))
    assert page.faults == []
    assert "where do I pay?" in page.text
    close = page.click("Close")
    filled = {**page.fields, "by": "AB", "close_outcome": "answered"}
    page = read_page(handler(event(filled, **close.parameters), Context()))
    assert "Asked for: close the ticket." in page.text
    asked = desk.tickets.get("ticket-1")
    assert asked is not None
    assert asked.request == {"action": "close", "by": "AB", "outcome": "answered"}
    follow(a_stream_event(a_stream_record(asked, ticket)), Context())
    closed = desk.tickets.get("ticket-1")
    assert closed is not None
    assert closed.status is Status.CLOSED


@pytest.mark.usefixtures("desk")
def test_it_describes_itself() -> None:
    described = handler({"describe": True}, Context())
    assert described.startswith("## The operator's desk")
    assert "filter_show" in described


@pytest.fixture
def calls() -> Iterator[list[str]]:
    """Every call to AWS, by its operation."""
    made: list[str] = []

    def note(model: Any, **_: Any) -> None:
        made.append(model.name)

    events = session().events
    events.register("before-call.dynamodb", note)
    yield made
    events.unregister("before-call.dynamodb", note)


def fill(count: int) -> None:
    """Many open tickets, twenty-five a call."""
    from datetime import timedelta

    from duebridge.adapters import dynamo, rows

    client = aws_client("dynamodb")
    tickets = [a_ticket(ticket_id=f"t-{n:05}", answer_by=NOW + timedelta(minutes=n)) for n in range(count)]
    for first in range(0, count, 25):
        puts = [{"PutRequest": {"Item": dynamo.wired(rows.ticket_row(each))}} for each in tickets[first : first + 25]]
        client.batch_write_item(RequestItems={TICKET_TABLE: puts})


@pytest.mark.usefixtures("desk")
def test_the_first_page_of_many_tickets_takes_a_handful_of_calls_and_no_scan(calls: list[str]) -> None:
    fill(1_000)
    calls.clear()
    page = read_page(handler(event(), Context()))
    assert sum(click.words == "Open" for click in page.clicks) == 20
    assert len(calls) <= MOST_CALLS
    assert set(calls) <= {"Query", "BatchGetItem", "GetItem"}
    following = page.click("Next page").parameters
    again = read_page(handler(event(**following), Context()))
    assert again.click("Open").parameters["ticket_id"] == "t-00020"


def test_a_ticket_that_was_spoilt_by_hand_is_named_and_hides_no_other(desk: Deployment) -> None:
    for ticket_id in ("good", "spoilt"):
        desk.tickets.open(a_ticket(ticket_id=ticket_id))
    aws_client("dynamodb").update_item(
        TableName=TICKET_TABLE,
        Key={"ticket_id": {"S": "spoilt"}},
        UpdateExpression="SET reason = :odd",
        ExpressionAttributeValues={":odd": {"S": "dipsute"}},
    )
    page = read_page(handler(event(), Context()))
    assert "Mend them in the tickets table: spoilt" in page.text
    assert [click.parameters["ticket_id"] for click in page.clicks if click.words == "Open"] == ["good"]


def test_the_log_and_the_metrics_hold_nothing_of_a_borrower(
    desk: Deployment, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="service_undefined")
    desk.loans.save(a_loan())
    desk.conversations.store_reply(PHONE, "inbound-1", an_inbound("secret words").body, NOW, 400)
    desk.tickets.open(a_ticket())
    handler(event({"by": "AB", "answer_text": "secret reply"}, view="ticket", ticket_id="ticket-1"), Context())
    records = [str(record.__dict__) for record in caplog.records if record.name == "service_undefined"]
    assert records
    said = capsys.readouterr().out + " ".join(records)
    for personal in (PHONE[1:], "Garcia", "secret"):
        assert personal not in said


def test_the_report_widget_shows_the_newest_headline_in_the_viewers_language(desk: Deployment) -> None:
    assert "There is no report yet" in handler(event(view="report"), Context())
    desk.s3.put_object(Bucket=REPORTS, Key="latest/headline.zh-CN.html", Body="<p>有用吗？</p>".encode())
    seen = event(view="report")
    seen["widgetContext"] |= {"locale": "zh", "theme": "dark"}
    shown = handler(seen, Context())
    assert "<p>有用吗？</p>" in shown
    assert "dbr-dark" in shown
    assert "prefix=latest/report.zh-CN.html" in shown
