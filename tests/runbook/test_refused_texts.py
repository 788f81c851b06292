"""docs/runbook/refused-texts.md: the reason stands on a ticket that the desk's filter finds, and nothing goes again."""

from collections.abc import Callable

import pytest

from duebridge.core.ticket import Reason
from functions.plan_contacts import handler as plan_contacts
from functions.ticket_desk.handler import handler as desk_handler
from tests.aws import LOAN_TABLE
from tests.builders import a_loan, a_ticket
from tests.desk.console_rules import read_page
from tests.functions.conftest import Context, Deployment, sqs_event
from tests.functions.test_plan_contacts import WORK
from tests.functions.test_send_contact import a_planned_text, send
from tests.functions.test_ticket_desk import desk, event  # noqa: F401 - a fixture
from tests.runbook.conftest import ItemEditor

REFUSED = "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"


@pytest.fixture
def refusing(deploy: Callable[..., Deployment]) -> Deployment:
    """The SMS service refuses this one number."""
    deployment = deploy("refuse=1")
    send(a_planned_text(deployment))
    return deployment


def test_the_note_of_the_ticket_holds_the_services_reason(refusing: Deployment) -> None:
    (ticket,) = refusing.tickets.all_open()
    assert ticket.reason is Reason.NOT_REACHABLE
    assert REFUSED in ticket.note


def test_the_refused_text_is_sent_no_second_time(refusing: Deployment) -> None:
    plan_contacts.handler(sqs_event(WORK), Context())
    assert refusing.texts("bulk") == []
    assert refusing.phones.carrier_log == ()


def test_the_desk_finds_it_by_the_reason(desk: Deployment) -> None:  # noqa: F811 - the fixture imported above
    desk.loans.save(a_loan())
    desk.tickets.open(a_ticket(reason=Reason.NOT_REACHABLE, note=REFUSED))
    desk.tickets.open(a_ticket(ticket_id="ticket-2"))
    page = read_page(desk_handler(event({"filter_reason": Reason.NOT_REACHABLE}), Context()))
    assert "Not reachable by text" in page.text
    assert len([click for click in page.clicks if click.words == "Open"]) == 1


@pytest.mark.usefixtures("five_seconds_pass")
def test_the_country_is_paused_meanwhile(deployment: Deployment, items: ItemEditor) -> None:
    text = a_planned_text(deployment)
    items.save(LOAN_TABLE, {"loan_id": "#pause", "entry": "pause", "paused": "US"})
    send(text)
    assert deployment.phones.carrier_log == ()
