"""docs/runbook/pause.md: one item pauses everything, a country or a wording, and lets it go on."""

import pytest

from duebridge.core.contact import Text
from functions.plan_contacts import handler as plan_contacts
from tests.aws import LOAN_TABLE
from tests.builders import a_loan, an_answer
from tests.functions.conftest import Context, Deployment, scheduled_event, sqs_event
from tests.functions.test_plan_contacts import WORK
from tests.functions.test_send_contact import a_planned_text, send
from tests.runbook.conftest import ItemEditor, code_in, rows_of_table

pytestmark = pytest.mark.usefixtures("five_seconds_pass")

PAUSE = {"loan_id": "#pause", "entry": "pause"}
PAUSES_OUR_DEMAND = {
    "everything": True,
    "IN": False,
    "care/": False,
    "unified/days-1-3": True,
    "unified/days-1-3/en": True,
    "IN, personal/hardship/days-31-60": False,
    "off": False,
    "none": False,
}
"""A demand `unified/days-1-3` in English to an American number, under each word of the page's table."""


def pauses(items: ItemEditor, written: str) -> None:
    """As the page says: the item may have to be made first."""
    found = items.query(LOAN_TABLE, "#pause")
    items.save(LOAN_TABLE, (found[0] if found else PAUSE) | {"paused": written})


def planned(deployment: Deployment) -> list[Text]:
    """What a scheduled run queues of one loan that is due."""
    deployment.loans.save(a_loan())
    plan_contacts.handler(scheduled_event(), Context())
    if deployment.queued("work"):
        plan_contacts.handler(sqs_event(WORK), Context())
    return deployment.texts("bulk")


def test_the_table_of_the_page_is_what_is_tried_here() -> None:
    assert {word for cell, _ in rows_of_table("pause", "`paused`") for word in code_in(cell)} == set(PAUSES_OUR_DEMAND)


@pytest.mark.parametrize("written", PAUSES_OUR_DEMAND)
def test_what_is_written_keeps_the_planner_from_queueing_it(
    deployment: Deployment, items: ItemEditor, written: str
) -> None:
    pauses(items, written)
    assert bool(planned(deployment)) is not PAUSES_OUR_DEMAND[written]


@pytest.mark.parametrize("written", PAUSES_OUR_DEMAND)
def test_what_is_written_stops_a_demand_that_waits_in_the_queue(
    deployment: Deployment, items: ItemEditor, written: str
) -> None:
    text = a_planned_text(deployment)
    pauses(items, written)
    send(text)
    assert bool(deployment.phones.carrier_log) is not PAUSES_OUR_DEMAND[written]


def test_answers_go_on(deployment: Deployment, items: ItemEditor) -> None:
    pauses(items, "everything")
    deployment.loans.save(a_loan())
    send(an_answer())
    assert len(deployment.phones.carrier_log) == 1


def test_after_the_pause_the_next_run_plans_what_was_due(deployment: Deployment, items: ItemEditor) -> None:
    pauses(items, "everything")
    assert planned(deployment) == []
    pauses(items, "")
    plan_contacts.handler(scheduled_event(), Context())
    plan_contacts.handler(sqs_event(WORK), Context())
    assert len(deployment.texts("bulk")) == 1
