"""Each alarm rings on what the stations really write on a bad day, rests on a good one, and has a page to read."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from duebridge import telemetry
from duebridge.core.contact import State
from duebridge.core.ticket import Reason
from functions.plan_contacts import handler as plan_contacts
from functions.record_receipt import handler as record_receipt
from functions.report_outcomes import handler as report_outcomes
from functions.send_contact import handler as send_contact
from functions.sweep import handler as sweep
from infra.app import synthesise
from infra.stages import PROD
from tests.builders import NOW, a_ticket
from tests.functions.conftest import Context, Deployment, scheduled_event, sqs_event
from tests.functions.test_receipts_and_replies import published, replies
from tests.functions.test_send_contact import a_planned_text, send

Emf = dict[str, Any]
LIMIT_DOLLARS = 500
FROM_AWS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
    ("AWS/SMSVoice", "TextMessageMonthlySpend"),
}
"""What the services write by themselves.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
https://docs.aws.amazon.com/sms-voice/latest/userguide/cloudwatch-monitoring.html"""


@pytest.fixture(scope="module")
def alarms(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Prod's alarms by their names in the stack."""
    stage = replace(PROD, monthly_spend_dollars=LIMIT_DOLLARS)
    folder = synthesise(stage, tmp_path_factory.mktemp("prod"))
    template = json.loads((folder / "duebridge-prod-operations.template.json").read_text(encoding="utf-8"))
    found = [each["Properties"] for each in template["Resources"].values() if each["Type"] == "AWS::CloudWatch::Alarm"]
    return {alarm["AlarmName"].removeprefix("duebridge-prod-"): alarm for alarm in found}


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[Emf]]:
    """The metrics that a run of a station writes, under the name that its environment gives it."""
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)

    def run(station: str, work: Callable[[], object]) -> list[Emf]:
        monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", station)
        monkeypatch.setattr(telemetry.metrics.provider, "service", station)
        capsys.readouterr()
        work()
        lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
        return [emf for line in lines if "_aws" in (emf := json.loads(line))]

    return run


def stats(emf: Iterator[Emf] | list[Emf], metric: Mapping[str, Any]) -> float | None:
    """What CloudWatch would have of a metric after these lines; None without any."""
    wanted = {each["Name"]: each["Value"] for each in metric.get("Dimensions", [])}
    values: list[float] = []
    for line in emf:
        for directive in line["_aws"]["CloudWatchMetrics"]:
            if directive["Namespace"] != metric["Namespace"]:
                continue
            named = {each["Name"] for each in directive["Metrics"]}
            for dimensions in directive["Dimensions"]:
                if {name: line[name] for name in dimensions} == wanted and metric["MetricName"] in named:
                    value = line[metric["MetricName"]]
                    values += value if isinstance(value, list) else [value]
    return None if not values else sum(values)


def value_of(alarm: Mapping[str, Any], emf: list[Emf]) -> float | None:
    """One figure, or one expression over several."""
    if "MetricName" in alarm:
        return stats(emf, alarm)
    named: dict[str, Any] = {
        "IF": lambda asked, yes, no: yes if asked else no,
        "FILL": lambda value, otherwise: otherwise if value is None else value,
        "MAX": max,
    }
    expression = ""
    for part in alarm["Metrics"]:
        if "Expression" in part:
            expression = part["Expression"]
        else:
            named[part["Id"]] = stats(emf, part["MetricStat"]["Metric"])
    return float(eval(expression, {"__builtins__": {}}, named))  # noqa: S307 - our own template's expression


def rings(alarm: Mapping[str, Any], emf: list[Emf]) -> bool:
    value = value_of(alarm, emf)
    if value is None:
        return bool(alarm["TreatMissingData"] == "breaching")
    if alarm["ComparisonOperator"] == "LessThanThreshold":
        return bool(value < alarm["Threshold"])
    return bool(value >= alarm["Threshold"])


def test_a_good_day_is_quiet(alarms: dict[str, Any], deployment: Deployment, written: Callable[..., list[Emf]]) -> None:
    text = a_planned_text(deployment)
    emf = written("plan_contacts", lambda: plan_contacts.handler(scheduled_event(), Context()))
    emf += written("send_contact", lambda: send(text))
    events = [json.loads(each) for each in published(deployment, "events")]
    emf += written("record_receipt", lambda: record_receipt.handler(sqs_event(*events), Context()))
    emf += written("receive_reply", lambda: replies(deployment, "thanks"))
    emf += written("sweep", lambda: sweep.handler(scheduled_event(), Context()))
    emf += written("report_outcomes", lambda: report_outcomes.handler(scheduled_event(), Context()))
    assert emf
    assert [name for name, alarm in alarms.items() if rings(alarm, emf)] == []


def test_a_planner_that_does_not_run_is_noticed_and_so_is_a_day_that_is_not_counted(alarms: dict[str, Any]) -> None:
    assert sorted(name for name, alarm in alarms.items() if rings(alarm, [])) == ["outcomes-missed", "planner-missed"]
    assert alarms["planner-missed"]["EvaluationPeriods"] * alarms["planner-missed"]["Period"] == 45 * 60


def test_late_tickets_ring(alarms: dict[str, Any], deployment: Deployment, written: Callable[..., list[Emf]]) -> None:
    deployment.tickets.open(a_ticket(reason=Reason.VULNERABLE, answer_by=NOW - timedelta(minutes=1)))
    emf = written("sweep", lambda: sweep.handler(scheduled_event(), Context()))
    assert rings(alarms["late-tickets"], emf)


def test_a_text_in_doubt_for_too_long_rings(
    alarms: dict[str, Any], deployment: Deployment, written: Callable[..., list[Emf]]
) -> None:
    text = a_planned_text(deployment)
    send(text)
    long_ago = NOW - timedelta(hours=73)
    row = deployment.conversations.contact(text.phone, text.contact_id)
    assert row is not None
    _in_doubt_since(deployment, text.phone, text.contact_id, long_ago.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
    emf = written("sweep", lambda: sweep.handler(scheduled_event(), Context()))
    assert rings(alarms["texts-in-doubt"], emf)


def _in_doubt_since(deployment: Deployment, phone: str, contact_id: str, since: str) -> None:
    from tests.aws import CONVERSATION_TABLE
    from tests.stores import aws_client

    assert deployment.conversations.contact(phone, contact_id)
    aws_client("dynamodb").update_item(
        TableName=CONVERSATION_TABLE,
        Key={"party": {"S": f"phone#{phone}"}, "entry": {"S": f"contact#{contact_id}"}},
        UpdateExpression="SET #status = :doubt, unsettled = :doubt, unsettled_since = :since",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":doubt": {"S": State.IN_DOUBT}, ":since": {"S": since}},
    )


def test_a_wording_that_a_carrier_blocks_rings(
    alarms: dict[str, Any], deployment: Deployment, written: Callable[..., list[Emf]]
) -> None:
    send(a_planned_text(deployment))
    event = json.loads(published(deployment, "events")[-1]) | {"eventType": "TEXT_CARRIER_BLOCKED"}
    emf = written("record_receipt", lambda: record_receipt.handler(sqs_event(event), Context()))
    assert rings(alarms["wording-stopped"], emf)


def test_many_refused_texts_ring_and_a_few_do_not(
    alarms: dict[str, Any], deploy: Callable[..., Deployment], written: Callable[..., list[Emf]]
) -> None:
    text = a_planned_text(deploy("refuse=1"))
    emf = written("send_contact", lambda: send(text))
    assert not rings(alarms["texts-refused"], emf * 19)
    assert rings(alarms["texts-refused"], emf * 20)


def test_a_fault_of_our_own_set_up_rings(
    alarms: dict[str, Any],
    deployment: Deployment,
    written: Callable[..., list[Emf]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from duebridge.adapters.end_user_messaging import EndUserMessaging
    from duebridge.core.contact import Misconfigured

    text = a_planned_text(deployment)
    monkeypatch.setattr(EndUserMessaging, "send", lambda *_: Misconfigured("ACCOUNT_DISABLED"))
    emf = written("send_contact", lambda: send_contact.handler(sqs_event(_message(text)), Context()))
    assert rings(alarms["set-up-fault"], emf)


def _message(text: Any) -> str:
    from duebridge.adapters.queues import text_message

    return text_message(text)


@pytest.mark.parametrize(("reply", "enough"), [("STOP", 3), ("I want to file a complaint", 1)])
def test_a_wording_that_makes_people_leave_or_complain_rings(
    alarms: dict[str, Any], deployment: Deployment, written: Callable[..., list[Emf]], reply: str, enough: int
) -> None:
    text = a_planned_text(deployment)
    sent = written("send_contact", lambda: send(text))
    heard = written("receive_reply", lambda: replies(deployment, reply))
    alarm = alarms[f"quality-{text.template.replace('/', '-')}"]
    assert rings(alarm, sent * 50 + heard * enough)
    assert not rings(alarm, sent * 49 + heard * enough)
    assert not rings(alarm, sent * 400 + heard * enough)


def test_what_no_station_writes_is_written_by_aws_itself(alarms: dict[str, Any]) -> None:
    asked = {
        (metric["Namespace"], metric["MetricName"])
        for alarm in alarms.values()
        for metric in [
            alarm,
            *(part["MetricStat"]["Metric"] for part in alarm.get("Metrics", []) if "MetricStat" in part),
        ]
        if "MetricName" in metric
    }
    assert {pair for pair in asked if pair[0] != telemetry.NAMESPACE} == FROM_AWS


def test_spend_rings_at_four_fifths_of_the_limit_and_by_the_newest_value(alarms: dict[str, Any]) -> None:
    alarm = alarms["spend"]
    assert (alarm["Threshold"], alarm["Statistic"]) == (400, "Maximum")
    assert not alarm.get("Dimensions")


def test_a_stage_without_a_known_limit_has_no_alarm_that_could_never_ring(alarms: dict[str, Any]) -> None:
    assert "spend" in alarms
    assert PROD.monthly_spend_dollars == 0


def test_every_alarm_names_a_page_of_the_runbook_that_exists(alarms: dict[str, Any]) -> None:
    for name, alarm in alarms.items():
        page = alarm["AlarmDescription"].rpartition(" ")[2]
        assert page.startswith("docs/runbook/"), name
        assert Path(page).is_file(), page
