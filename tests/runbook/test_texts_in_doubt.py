"""docs/runbook/texts-in-doubt.md: a person closes what nobody knows; the text counts, and is never sent again."""

from collections.abc import Callable
from copy import replace
from datetime import timedelta

import pytest

from duebridge.core.contact import State, Text
from duebridge.core.ticket import Reason, Status
from functions.follow_ticket.handler import handler as follow
from functions.sweep import handler as sweep
from tests.aws import TICKET_TABLE
from tests.functions.conftest import Context, Deployment, scheduled_event
from tests.functions.test_redrive import later
from tests.functions.test_send_contact import a_planned_text, send, state_of
from tests.runbook.conftest import ItemEditor
from tests.ticket_stream import a_stream_event, a_stream_record


@pytest.fixture
def doubted(deploy: Callable[..., Deployment]) -> tuple[Deployment, Text]:
    """A text to whose call the service never answered, 73 hours ago, and whose receipt never came."""
    deployment = deploy("timeout=1,lost_receipts=1")
    text = a_planned_text(deployment)
    send(text)
    later(timedelta(hours=73))
    sweep.handler(scheduled_event(), Context())
    return deployment, text


def test_a_ticket_asks_a_person_and_tells_of_the_contact(doubted: tuple[Deployment, Text]) -> None:
    deployment, text = doubted
    (ticket,) = deployment.tickets.all_open()
    assert (ticket.reason, ticket.about) == (Reason.IN_DOUBT, text.contact_id)


def test_the_ticket_is_closed_with_what_was_found(doubted: tuple[Deployment, Text]) -> None:
    deployment, _ = doubted
    (ticket,) = deployment.tickets.all_open()
    items, request = ItemEditor(), {"by": "AB", "action": "close", "outcome": "answered"}
    (item,) = items.query(TICKET_TABLE, ticket.ticket_id)
    items.save(TICKET_TABLE, item | {"operator_request": request})
    follow(a_stream_event(a_stream_record(replace(ticket, request=request), ticket)), Context())
    closed = deployment.tickets.get(ticket.ticket_id)
    assert closed is not None
    assert (closed.status, closed.fault) == (Status.CLOSED, "")


def test_the_text_is_sent_no_second_time_and_counts_as_if_it_had_arrived(doubted: tuple[Deployment, Text]) -> None:
    deployment, text = doubted
    send(text)
    assert len(deployment.phones.carrier_log) == 1
    assert state_of(deployment, text) is State.IN_DOUBT
    assert len(deployment.conversations.person("B1").contact_times()) == 1
