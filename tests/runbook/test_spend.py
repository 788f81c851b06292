"""docs/runbook/spend.md: the limit is asked for, answers keep their share, and the alarm goes by the new limit."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from duebridge.core.contact import Text
from functions.plan_contacts import handler as plan_contacts
from infra.local.sms_fake.contract import Contract
from tests.aws import LOAN_TABLE
from tests.builders import a_loan, an_answer
from tests.functions.conftest import Context, Deployment, sqs_event
from tests.functions.test_plan_contacts import WORK
from tests.functions.test_send_contact import send
from tests.runbook.conftest import SPEND_LIMIT_DOLLARS, ItemEditor, page, resources_of


def test_the_limit_is_read_and_raised_with_calls_that_aws_knows(deployment: Deployment) -> None:
    answer = deployment.phones.answer("DescribeSpendLimits", b"{}")
    limits = {each["Name"]: each["EnforcedLimit"] for each in getattr(answer, "body", {})["SpendLimits"]}
    assert limits["TEXT_MESSAGE_MONTHLY_SPEND_LIMIT"] > 0
    wanted = Contract().read("SetTextMessageSpendLimitOverride", b'{"MonthlyLimit": 500}')
    assert wanted == {"MonthlyLimit": 500}


@pytest.mark.usefixtures("five_seconds_pass")
def test_what_matters_least_is_paused_and_answers_go_on(deployment: Deployment, items: ItemEditor) -> None:
    assert "`unified/reminder`" in page("spend")
    reminder = _planned(deployment, due_date=date(2026, 3, 12))
    assert reminder.template == "unified/reminder"
    items.save(LOAN_TABLE, {"loan_id": "#pause", "entry": "pause", "paused": "unified/reminder"})
    send(reminder)
    assert len(deployment.phones.carrier_log) == 0
    send(an_answer())
    assert [sent.context["kind"] for sent in deployment.phones.carrier_log] == ["answer"]


def _planned(deployment: Deployment, due_date: date) -> Text:
    deployment.loans.save(a_loan(due_date=due_date))
    plan_contacts.handler(sqs_event(WORK), Context())
    (text,) = deployment.texts("bulk")
    return text


def test_the_alarm_goes_by_the_limit_that_the_stage_names(prod: Mapping[str, Any]) -> None:
    alarms = resources_of(prod["operations"], "AWS::CloudWatch::Alarm").values()
    (spend,) = [alarm for alarm in alarms if alarm["AlarmName"] == "duebridge-prod-spend"]
    assert spend["Threshold"] == SPEND_LIMIT_DOLLARS * 80 / 100
