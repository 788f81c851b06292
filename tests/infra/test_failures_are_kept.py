"""Work that fails is tried again, then set aside where an alarm rings; it is never lost."""

import json
from typing import Any

import pytest

from duebridge.flows.record_receipt import Recorded
from duebridge.flows.send_contact import Sent
from duebridge.telemetry import NAMESPACE

FOURTEEN_DAYS_SECONDS = 14 * 24 * 60 * 60
A_STREAM_KEEPS_SECONDS = 24 * 60 * 60


def test_every_queue_sets_failed_work_aside_after_five_tries(resources: dict[str, Any]) -> None:
    queues = _of_type(resources, "AWS::SQS::Queue")
    dead_letters = _dead_letter_queues(resources)
    for name in queues.keys() - dead_letters:
        assert queues[name]["RedrivePolicy"]["maxReceiveCount"] == 5, name
        assert _target(queues[name]["RedrivePolicy"]["deadLetterTargetArn"]) in dead_letters
    assert len(queues) - len(dead_letters) == 7


def test_work_set_aside_is_kept_for_fourteen_days(resources: dict[str, Any]) -> None:
    queues = _of_type(resources, "AWS::SQS::Queue")
    for name in _dead_letter_queues(resources):
        assert queues[name]["MessageRetentionPeriod"] == FOURTEEN_DAYS_SECONDS, name


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(resources: dict[str, Any]) -> None:
    mappings = _mappings_of_queues(resources)
    assert len(mappings) == 7
    for mapping in mappings:
        queue = resources[_target(mapping["EventSourceArn"])]["Properties"]
        function = resources[mapping["FunctionName"]["Ref"]]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]


def test_every_function_answers_which_messages_failed(resources: dict[str, Any]) -> None:
    for mapping in _of_type(resources, "AWS::Lambda::EventSourceMapping").values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 1 <= mapping["BatchSize"] <= (500 if "MaximumBatchingWindowInSeconds" in mapping else 10)


def test_every_queue_calls_more_than_one_function_at_a_time(resources: dict[str, Any]) -> None:
    for mapping in _mappings_of_queues(resources):
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2


def test_a_change_of_a_ticket_is_followed_from_the_first_on_alone_if_it_fails_and_then_set_aside(
    resources: dict[str, Any],
) -> None:
    (mapping,) = _mappings_of_streams(resources, "follow_ticket")
    assert "StreamArn" in mapping["EventSourceArn"]["Fn::ImportValue"]
    assert "TicketsTable" in mapping["EventSourceArn"]["Fn::ImportValue"]
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 5
    assert mapping["MaximumRecordAgeInSeconds"] == A_STREAM_KEEPS_SECONDS
    assert _target(mapping["DestinationConfig"]["OnFailure"]["Destination"]) in _dead_letter_queues(resources)


def test_outcomes_are_noted_from_the_rows_of_all_three_tables_that_tell_of_one(resources: dict[str, Any]) -> None:
    mappings = _mappings_of_streams(resources, "report_outcomes")
    told = {
        mapping["EventSourceArn"]["Fn::ImportValue"].partition("Output")[2].partition("Table")[0]: [
            json.loads(each["Pattern"])["dynamodb"]["Keys"]["entry"]["S"]
            for each in mapping.get("FilterCriteria", {}).get("Filters", [])
        ]
        for mapping in mappings
    }
    assert sorted(told.values(), key=str) == [
        [[{"prefix": "contact#"}, {"prefix": "reply#"}]],
        [[{"prefix": "loan"}]],
        [],
    ]
    for mapping in mappings:
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["MaximumRecordAgeInSeconds"] == A_STREAM_KEEPS_SECONDS
        assert _target(mapping["DestinationConfig"]["OnFailure"]["Destination"]) in _dead_letter_queues(resources)


def test_a_function_called_by_the_clock_is_retried_twice_and_then_set_aside(resources: dict[str, Any]) -> None:
    retries = {
        each["FunctionName"]["Ref"]: each["MaximumRetryAttempts"]
        for each in _of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
    }
    called = {
        _target(target["Arn"])
        for rule in _of_type(resources, "AWS::Events::Rule").values()
        if "ScheduleExpression" in rule
        for target in rule["Targets"]
    }
    assert {resources[name]["Properties"]["FunctionName"].rpartition("-")[2] for name in called} == {
        "plan_contacts",
        "sweep",
        "report_outcomes",
    }
    for name in called:
        assert retries[name] == 2
        assert _target(resources[name]["Properties"]["DeadLetterConfig"]["TargetArn"]) in _dead_letter_queues(resources)


def test_what_a_rule_or_a_topic_cannot_deliver_is_set_aside(resources: dict[str, Any]) -> None:
    dead_letters = _dead_letter_queues(resources)
    for rule in _of_type(resources, "AWS::Events::Rule").values():
        for target in rule["Targets"]:
            assert _target(target["DeadLetterConfig"]["Arn"]) in dead_letters
    for subscription in _of_type(resources, "AWS::SNS::Subscription").values():
        assert _target(subscription["RedrivePolicy"]["deadLetterTargetArn"]) in dead_letters


def test_an_alarm_rings_for_every_queue_of_work_set_aside(prod: dict[str, Any]) -> None:
    watched = {
        str(alarm["Dimensions"][0]["Value"])
        for alarm in _of_type(prod, "AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
    }
    dead_letters = _dead_letter_queues(prod)
    assert len(watched) == len(dead_letters)
    for name in dead_letters:
        assert any(name in value for value in watched), name


@pytest.mark.parametrize(
    ("station", "metric"),
    [("send_contact", "misconfigured"), ("send_contact", "rejected"), ("record_receipt", "wording_stopped")],
)
def test_an_alarm_rings_for_refusals_that_are_not_of_one_number(
    prod: dict[str, Any], station: str, metric: str
) -> None:
    (alarm,) = [each for each in _of_type(prod, "AWS::CloudWatch::Alarm").values() if each.get("MetricName") == metric]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert (alarm["Namespace"], dimensions) == (NAMESPACE, {"service": station, "station": station})
    assert metric in {*Sent, *Recorded}


def test_every_alarm_reaches_the_alarm_topic(prod: dict[str, Any]) -> None:
    topics = [{"Ref": name} for name in prod if prod[name]["Type"] == "AWS::SNS::Topic" and "Alarms" in name]
    for alarm in _of_type(prod, "AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == topics


def test_receipts_arrive_bare_and_inbound_texts_with_the_time_of_their_envelope(prod: dict[str, Any]) -> None:
    raw = {
        _target(each["Endpoint"]): each["RawMessageDelivery"]
        for each in _of_type(prod, "AWS::SNS::Subscription").values()
    }
    assert {name.partition("Queue")[0]: value for name, value in raw.items()} == {
        "Receipts": True,
        "Inbound": False,
    }


def _of_type(resources: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    found = {name: each["Properties"] for name, each in resources.items() if each["Type"] == kind}
    assert found, f"no {kind}"
    return found


def _dead_letter_queues(resources: dict[str, Any]) -> set[str]:
    queues = [name for name, each in resources.items() if each["Type"] == "AWS::SQS::Queue"]
    return {name for name in queues if "RedrivePolicy" not in resources[name]["Properties"]}


def _mappings_of_queues(resources: dict[str, Any]) -> list[dict[str, Any]]:
    mappings = _of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    return [mapping for mapping in mappings if "StartingPosition" not in mapping]


def _mappings_of_streams(resources: dict[str, Any], station: str) -> list[dict[str, Any]]:
    mappings = _of_type(resources, "AWS::Lambda::EventSourceMapping").values()
    streams = [mapping for mapping in mappings if "StartingPosition" in mapping]
    names = {name: each["Properties"].get("FunctionName") for name, each in resources.items() if "Properties" in each}
    return [mapping for mapping in streams if str(names[mapping["FunctionName"]["Ref"]]).endswith(f"-{station}")]


def _target(arn: dict[str, list[str]]) -> str:
    return arn["Fn::GetAtt"][0]
