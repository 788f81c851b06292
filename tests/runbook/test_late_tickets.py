"""docs/runbook/late-tickets.md: a late ticket is found in the desk, taken and answered, and the alarm rests."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from duebridge.core.ticket import URGENT, Reason, Status, Ticket
from functions.follow_ticket.handler import handler as follow
from functions.sweep import handler as sweep
from functions.ticket_desk.handler import handler as desk_handler
from tests.builders import NOW, a_loan, a_ticket
from tests.desk.console_rules import Page, read_page
from tests.functions.conftest import Context, Deployment, scheduled_event
from tests.functions.test_alarms import Emf, stats, written  # noqa: F401 - a fixture
from tests.functions.test_ticket_desk import desk, event  # noqa: F401 - a fixture
from tests.ticket_stream import a_stream_event, a_stream_record

LATE = a_ticket(reason=Reason.QUESTION, answer_by=NOW - timedelta(minutes=1))
STANDING = {
    "Namespace": "DueBridge",
    "MetricName": "tickets_late",
    "Dimensions": [{"Name": name, "Value": "sweep"} for name in ("station", "service")],
}


def stored(deployment: Deployment) -> Ticket:
    ticket = deployment.tickets.get(LATE.ticket_id)
    assert ticket is not None
    return ticket


def clicks(deployment: Deployment, page: Page, words: str, **fields: str) -> Page:
    """A button of the desk, and what the pipeline makes of it."""
    before = stored(deployment)
    click = page.click(words)
    answer = read_page(desk_handler(event({**page.fields, "by": "AB", **fields}, **click.parameters), Context()))
    asked = stored(deployment)
    if asked.request:
        follow(a_stream_event(a_stream_record(asked, before)), Context())
    return answer


@pytest.fixture
def late(desk: Deployment) -> Deployment:  # noqa: F811 - the fixture imported above
    """The sweep has raised a ticket whose time is over."""
    desk.loans.save(a_loan())
    desk.tickets.open(LATE)
    sweep.handler(scheduled_event(), Context())
    return desk


def test_it_is_raised_to_urgent_and_people_on_duty_are_told(late: Deployment) -> None:
    ticket = stored(late)
    assert (ticket.status, ticket.priority) == (Status.LATE, URGENT)
    follow(a_stream_event(a_stream_record(ticket, LATE)), Context())
    assert [alert["ticket_id"] for alert in late.alerts()] == [LATE.ticket_id]


def test_the_first_of_the_late_ones_is_opened_taken_and_answered_in_the_desk(late: Deployment) -> None:
    late.tickets.open(a_ticket(ticket_id="ticket-2"))
    page = read_page(desk_handler(event({"filter_show": "late"}), Context()))
    assert "Late only" in page.text
    page = clicks(late, page, "Open")
    clicks(late, page, "Take it")
    assert stored(late).owner == "AB"
    page = read_page(desk_handler(event(**page.click("Take it").parameters), Context()))
    clicks(late, page, "Close", close_outcome="answered")
    assert stored(late).status is Status.CLOSED


def test_the_alarm_rests_once_the_last_late_ticket_is_closed(
    late: Deployment,
    written: Callable[..., list[Emf]],  # noqa: F811 - the fixture imported above
) -> None:
    assert stats(written("sweep", lambda: sweep.handler(scheduled_event(), Context())), STANDING) == 1
    page = read_page(desk_handler(event({"filter_show": "late"}), Context()))
    clicks(late, clicks(late, page, "Open"), "Close", close_outcome="answered")
    # Nothing written is no alarm: watch.py takes missing figures for good ones.
    assert stats(written("sweep", lambda: sweep.handler(scheduled_event(), Context())), STANDING) is None
