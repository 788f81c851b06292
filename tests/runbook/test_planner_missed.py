"""docs/runbook/planner-missed.md: the rule is enabled again, its failed calls are purged, and nothing was lost."""

import json
from collections.abc import Mapping
from typing import Any

from duebridge.core.shard import shard_of
from functions.plan_contacts import handler as plan_contacts
from tests.builders import a_loan
from tests.functions.conftest import Context, Deployment, scheduled_event, sqs_event
from tests.runbook.conftest import resources_of
from tests.stores import aws_client


def test_the_page_finds_the_rule_by_the_stack_and_the_station_and_enables_it(
    deployment: Deployment, prod: Mapping[str, Any]
) -> None:
    assert deployment
    ((logical_id, rule),) = (
        (name, each)
        for name, each in resources_of(prod["pipeline"], "AWS::Events::Rule").items()
        if name.lower().startswith("plancontacts")
    )
    events = aws_client("events")
    name = f"duebridge-prod-pipeline-{logical_id}-EXAMPLE"
    events.put_rule(Name=name, ScheduleExpression=rule["ScheduleExpression"], State="DISABLED")
    (found,) = events.list_rules(NamePrefix="duebridge-prod-pipeline-plancontacts")["Rules"]
    assert found["State"] == "DISABLED"
    events.enable_rule(Name=found["Name"])
    assert events.describe_rule(Name=found["Name"])["State"] == rule["State"] == "ENABLED"


def test_the_next_run_takes_the_loans_that_the_missed_runs_left(deployment: Deployment) -> None:
    ids = ("L1", "L2", "L3")
    for number, loan_id in enumerate(ids):
        deployment.loans.save(a_loan(loan_id=loan_id, borrower_id=f"B{number}", phone=f"+1312555010{number}"))
    plan_contacts.handler(scheduled_event(), Context())
    work = [json.loads(body) for body in deployment.queued("work")]
    wanted = {shard_of(loan_id) for loan_id in ids}
    plan_contacts.handler(sqs_event(*[each for each in work if each["shard"] in wanted]), Context())
    assert sorted(text.loan_id for text in deployment.texts("bulk")) == sorted(ids)


def test_many_calls_of_the_clock_at_once_plan_each_loan_once(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    for _ in range(3):
        plan_contacts.handler(scheduled_event(), Context())
        plan_contacts.handler(sqs_event({"shard": shard_of("L1"), "cursor": ""}), Context())
    assert len(deployment.texts("bulk")) == 1
