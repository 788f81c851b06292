"""docs/runbook/wording-quality.md: the alarm's name is the wording to pause, and nothing else is paused with it."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from functions.plan_contacts import handler as plan_contacts
from functions.ticket_desk.handler import handler as desk_handler
from infra.cli.main import main
from infra.stacks.operations import demand_templates
from infra.stages import PROD
from tests.aws import LOAN_TABLE
from tests.builders import a_loan, a_ticket
from tests.desk.console_rules import read_page
from tests.functions.conftest import Context, Deployment, sqs_event
from tests.functions.test_plan_contacts import WORK
from tests.functions.test_redrive import later
from tests.functions.test_send_contact import a_planned_text, send
from tests.functions.test_ticket_desk import desk, event  # noqa: F401 - a fixture
from tests.runbook.conftest import ItemEditor

WORDINGS = demand_templates(PROD.lender)


@pytest.mark.parametrize("wording", WORDINGS)
def test_an_alarm_names_one_wording_once_its_first_dash_is_a_slash(wording: str) -> None:
    alarm = f"quality-{wording.replace('/', '-')}"
    assert alarm.removeprefix("quality-").replace("-", "/", 1) == wording


@pytest.mark.usefixtures("five_seconds_pass")
@pytest.mark.parametrize("wording", WORDINGS)
def test_pausing_a_wording_stops_its_demands_and_no_others(
    deployment: Deployment, items: ItemEditor, wording: str
) -> None:
    text = a_planned_text(deployment)
    items.save(LOAN_TABLE, {"loan_id": "#pause", "entry": "pause", "paused": wording})
    send(text)
    assert bool(deployment.phones.carrier_log) is (text.template != wording)


def test_the_desk_shows_what_borrowers_complain_of(desk: Deployment) -> None:  # noqa: F811 - the fixture imported above
    desk.loans.save(a_loan())
    desk.tickets.open(a_ticket(reason="complaint"))
    page = read_page(desk_handler(event({"filter_reason": "complaint"}), Context()))
    assert "Complaint" in page.text
    assert page.click("Open")


@pytest.mark.usefixtures("five_seconds_pass")
def test_after_the_pause_the_mended_wording_is_planned_within_the_hour(
    deployment: Deployment, items: ItemEditor
) -> None:
    items.save(LOAN_TABLE, {"loan_id": "#pause", "entry": "pause", "paused": "unified/days-1-3"})
    deployment.loans.save(a_loan())
    plan_contacts.handler(sqs_event(WORK), Context())
    assert deployment.texts("bulk") == []
    items.save(LOAN_TABLE, {"loan_id": "#pause", "entry": "pause", "paused": ""})
    later(timedelta(hours=1, minutes=1))
    plan_contacts.handler(sqs_event(WORK), Context())
    assert len(deployment.texts("bulk")) == 1


@pytest.mark.parametrize("command", ["lint", "preview"])
def test_the_commands_of_the_page_are_there(command: str) -> None:
    assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0
