"""What the operator gets: the desk on one dashboard, alarms with their pages, and the cloud's own record."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from infra.stages import PROD

DESK_READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}
RUNBOOK = Path("docs/runbook")
SHOWN = [
    "planned",
    "accepted",
    "delivered",
    "undelivered",
    "in_doubt",
    "paused_runs",
    "tickets_open",
    "tickets_late",
    "cost_micros",
    "ColdStart",
    "Errors",
    "TextMessageMonthlySpend",
    "Throttles",
    "intent_opt_out",
    "satisfaction",
    "ApproximateAgeOfOldestMessage",
    "held",
    "intent",
    "#pause",
    "ApproximateNumberOfMessagesVisible",
    "pause.md",
]


def of_type(resources: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in resources.values() if each["Type"] == kind]


@pytest.fixture
def dashboard(prod: dict[str, Any]) -> str:
    (board,) = of_type(prod, "AWS::CloudWatch::Dashboard")
    return json.dumps(board["DashboardBody"])


def test_the_desk_is_a_widget_that_is_never_called_by_a_refresh(dashboard: str) -> None:
    """A refresh begins at the list again, and what an operator was writing would be lost."""
    before, _, after = dashboard.replace("\\", "").partition("Follow-up desk")
    assert "ticketdesk" in before[-300:].lower()
    assert '"updateOn":{"refresh":false,"resize":false,"timeRange":false}' in after[:200]


@pytest.mark.parametrize(
    "shown",
    SHOWN,
)
def test_the_dashboard_shows_a_days_work_and_its_health(dashboard: str, shown: str) -> None:
    assert shown in dashboard


def test_the_desk_reads_and_writes_nothing_but_a_request_on_a_ticket(
    statements: Mapping[str, Sequence[dict[str, Any]]],
) -> None:
    tables = [each for each in statements["ticket_desk"] if "dynamodb:" in json.dumps(each["Action"])]
    writes = [each for each in tables if each["Action"] == "dynamodb:UpdateItem"]
    assert [each["Condition"]["ForAllValues:StringEquals"]["dynamodb:Attributes"] for each in writes] == [
        ["ticket_id", "operator_request", "doing", "actions"]
    ]
    others = {
        action
        for each in tables
        if each not in writes
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
    }
    assert others == DESK_READS
    assert not [each for each in statements["ticket_desk"] if "sqs:" in json.dumps(each["Action"])]


def test_every_write_on_a_ticket_is_recorded_by_the_cloud_itself_in_prod(
    prod: dict[str, Any], templates: Mapping[str, Mapping[str, Any]]
) -> None:
    (trail,) = of_type(prod, "AWS::CloudTrail::Trail")
    assert trail["IsLogging"] is True
    assert trail["EnableLogFileValidation"] is True
    (selector,) = trail["AdvancedEventSelectors"]
    fields = {each["Field"]: each["Equals"] for each in selector["FieldSelectors"]}
    assert fields["eventCategory"] == ["Data"]
    assert fields["resources.type"] == ["AWS::DynamoDB::Table"]
    assert fields["readOnly"] == ["false"]
    assert "TicketsTable" in json.dumps(fields["resources.ARN"])
    wanted = {name: templates[name]["operations"]["Parameters"]["Trail"]["Default"] for name in ("prod", "dev")}
    assert wanted == {"prod": "yes", "dev": "no"}


def test_only_cloudtrail_writes_to_the_record_and_only_for_this_trail(prod: dict[str, Any]) -> None:
    policies = [each for each in of_type(prod, "AWS::S3::BucketPolicy") if "cloudtrail" in json.dumps(each)]
    (policy,) = policies
    allowed = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    assert {each["Principal"]["Service"] for each in allowed} == {"cloudtrail.amazonaws.com"}
    assert all("aws:SourceArn" in each["Condition"]["StringEquals"] for each in allowed)


def test_there_is_an_alarm_for_every_wording_that_the_lender_sends_by_itself(prod: dict[str, Any]) -> None:
    from infra.stacks.operations import demand_templates

    names = {alarm["AlarmName"] for alarm in of_type(prod, "AWS::CloudWatch::Alarm")}
    assert {f"duebridge-prod-quality-{name.replace('/', '-')}" for name in demand_templates(PROD.lender)} <= names


def test_every_alarm_leads_to_a_page_and_nothing_else_rings(prod: dict[str, Any]) -> None:
    alarms = of_type(prod, "AWS::CloudWatch::Alarm")
    for alarm in alarms:
        assert Path(alarm["AlarmDescription"].rpartition(" ")[2]).is_file(), alarm["AlarmName"]
    assert not [alarm for alarm in alarms if alarm["AlarmName"].endswith("-errors")]


@pytest.mark.parametrize("page", sorted(RUNBOOK.glob("*.md")), ids=lambda page: page.name)
def test_a_page_of_the_runbook_leads_only_to_pages_that_exist(page: Path) -> None:
    import re

    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).is_file(), target


def test_the_saved_questions_ask_for_what_the_stations_log(prod: dict[str, Any]) -> None:
    queries = {
        each["Name"].rpartition("/")[2]: each["QueryString"] for each in of_type(prod, "AWS::Logs::QueryDefinition")
    }
    assert set(queries) == {
        "errors",
        "why-was-this-loan-not-texted",
        "everything-about-a-contact",
        "what-the-desk-was-asked",
    }
    logged = " ".join(path.read_text(encoding="utf-8") for path in Path("functions").glob("*/handler.py"))
    for name in ("loan_ids", "outcome", "contact_id", "event_type", "intents", "ticket_id"):
        assert f'"{name}"' in logged
