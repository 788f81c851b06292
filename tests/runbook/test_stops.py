"""docs/runbook/stops.md: a wording is released by taking its entry out of one item; a fault of ours ends by itself."""

import json
from datetime import timedelta

import pytest
from botocore.loaders import Loader

from duebridge.adapters import refusals
from duebridge.adapters.end_user_messaging import EndUserMessaging
from duebridge.core.contact import Misconfigured, Outcome, Text
from duebridge.core.shard import shard_of
from duebridge.core.ticket import Reason
from functions.plan_contacts import handler as plan_contacts
from functions.record_receipt import handler as record_receipt
from tests.aws import LOAN_TABLE
from tests.builders import a_loan, an_answer
from tests.functions.conftest import Context, Deployment, sqs_event
from tests.functions.test_receipts_and_replies import published
from tests.functions.test_redrive import later
from tests.functions.test_send_contact import a_planned_text, send
from tests.runbook.conftest import ItemEditor, code_in, rows_of_table
from tests.stores import aws_client

pytestmark = pytest.mark.usefixtures("five_seconds_pass")

WORDING = "unified/days-1-3/en"
REASONS = [reason for cell, _ in rows_of_table("stops", "Reason") for reason in code_in(cell)]
OURS = (
    refusals.OURS_BY_CODE
    | refusals.OF_THE_COUNTRY
    | {"ACCOUNT_DISABLED", "INSUFFICIENT_ACCOUNT_REPUTATION", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"}
)


def a_neighbours_text(deployment: Deployment) -> list[Text]:
    """A demand in the same words, to somebody else."""
    deployment.loans.save(a_loan(loan_id="L2", borrower_id="B2", phone="+13125550102"))
    plan_contacts.handler(sqs_event({"shard": shard_of("L2"), "cursor": ""}), Context())
    return [text for text in deployment.texts("bulk") if text.phone == "+13125550102"]


@pytest.fixture
def blocked(deployment: Deployment) -> Deployment:
    """A carrier called the first demand abuse."""
    send(a_planned_text(deployment))
    event = json.loads(published(deployment, "events")[-1]) | {"eventType": "TEXT_CARRIER_BLOCKED"}
    record_receipt.handler(sqs_event(event), Context())
    return deployment


def test_the_item_says_which_wording_is_stopped_and_nothing_goes_out_in_it(
    blocked: Deployment, items: ItemEditor
) -> None:
    (item,) = items.query(LOAN_TABLE, "#stops")
    assert set(item["stops"]) == {WORDING}
    assert a_neighbours_text(blocked) == []


def test_a_wording_whose_entry_is_removed_goes_out_again(blocked: Deployment, items: ItemEditor) -> None:
    (item,) = items.query(LOAN_TABLE, "#stops")
    del item["stops"][WORDING]
    items.save(LOAN_TABLE, item)
    (text,) = a_neighbours_text(blocked)
    send(text)
    assert [sent.to for sent in blocked.phones.carrier_log][-1] == text.phone


def test_the_same_by_one_update_of_the_one_entry(blocked: Deployment) -> None:
    aws_client("dynamodb").update_item(
        TableName=LOAN_TABLE,
        Key={"loan_id": {"S": "#stops"}, "entry": {"S": "stops"}},
        UpdateExpression="REMOVE stops.#wording",
        ExpressionAttributeNames={"#wording": WORDING},
    )
    assert len(a_neighbours_text(blocked)) == 1


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_the_table_is_one_for_which_the_product_stops(reason: str) -> None:
    known = set(OURS) | _conflicts()
    assert reason in known


def _conflicts() -> set[str]:
    """What the service's own model calls a conflict or a validation that is not one number's."""
    shapes = Loader().load_service_model("pinpoint-sms-voice-v2", "service-2")["shapes"]
    reasons = {*shapes["ConflictExceptionReason"]["enum"], *shapes["ValidationExceptionReason"]["enum"]}
    return reasons - refusals.OF_THIS_NUMBER - refusals.OF_THIS_TEXT


def test_a_fault_of_ours_stops_every_text_and_ends_with_the_first_that_is_accepted(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends = EndUserMessaging.send
    faults: list[Outcome] = [Misconfigured("ACCOUNT_DISABLED")]
    monkeypatch.setattr(EndUserMessaging, "send", lambda self, *rest: faults.pop() if faults else sends(self, *rest))
    text = a_planned_text(deployment)
    send(text)
    send(text)
    assert deployment.phones.carrier_log == ()
    assert [ticket.reason for ticket in deployment.tickets.all_open()] == [Reason.CONFIGURATION]
    later(timedelta(minutes=6))
    send(an_answer())
    send(text)
    assert len(deployment.phones.carrier_log) == 2
