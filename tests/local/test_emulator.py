"""What the pipeline relies on in the emulator, proven in a strict run on two toy stacks.

A newer emulator is taken up when these pass. Everything waits for a state with a deadline, never for a time.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from toy_assembly import DATA, FAILURES_ALLOWED, WORK, data_template, work_template, write_assembly

from infra.local.deployment import DeployedStack, DeploymentError, deploy, outputs, zip_folder
from infra.local.emulator import Emulator
from infra.local.emulator_environment import PROJECT
from infra.local.observation import InvocationError, NotQuietError, StreamProgress, invoke, logs, quiet

pytestmark = [pytest.mark.emulator, pytest.mark.enable_socket]

PATIENCE_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Toy:
    """The running emulator with both stacks in it."""

    emulator: Emulator
    assembly: Path
    data: DeployedStack
    work: DeployedStack

    def client(self, service: str) -> Any:
        return self.emulator.client(service)

    def call(self, service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        """One AWS call made inside a Lambda, as its role."""
        event = {"service": service, "operation": operation, "arguments": arguments}
        answer: dict[str, Any] = invoke(self.emulator, self.work.resources["Call"], event)
        return answer

    def taken(self, message_id: str) -> dict[str, Any] | None:
        """The row that the station `take` has written for a message."""
        answer = self.client("dynamodb").get_item(TableName=self.data.outputs["Table"], Key={"id": {"S": message_id}})
        item: dict[str, Any] | None = answer.get("Item")
        return item

    def next_message(self, queue: str) -> str:
        """Takes one message out of a queue."""
        sqs, url = self.client("sqs"), self.work.outputs[queue]
        messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=PATIENCE_SECONDS // 2).get("Messages", [])
        assert messages, f"nothing came to {queue}"
        sqs.delete_message(QueueUrl=url, ReceiptHandle=messages[0]["ReceiptHandle"])
        body: str = messages[0]["Body"]
        return body


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    folder = tmp_path_factory.mktemp("toy")
    assembly = folder / "assembly"
    assembly.mkdir()
    write_assembly(assembly)
    with Emulator(strict=True, environment={"GIVEN": "yes"}, log_path=folder / "emulator.log") as emulator:
        stacks = deploy(emulator, assembly, [DATA, WORK], {"CarrierResources": "no"})
        yield Toy(emulator=emulator, assembly=assembly, data=stacks[DATA], work=stacks[WORK])


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.05)


# Deployment


def test_stacks_are_joined_by_exports_and_imports(toy: Toy) -> None:
    configuration = toy.client("lambda").get_function_configuration(FunctionName=toy.work.resources["Call"])
    assert configuration["Environment"]["Variables"]["TABLE"] == toy.data.outputs["Table"]


def test_a_false_condition_keeps_sms_resources_out_and_their_output_falls_back(toy: Toy) -> None:
    assert "OptOuts" not in toy.data.resources
    assert outputs(toy.emulator, DATA)["OptOuts"] == "opt-outs-local"


def test_a_stack_with_resources_the_emulator_lacks_is_refused_with_their_type(toy: Toy) -> None:
    with pytest.raises(DeploymentError, match="AWS::SMSVOICE::OptOutList"):
        deploy(toy.emulator, toy.assembly, [DATA], {"CarrierResources": "yes"})


def test_a_parameter_that_no_stack_declares_is_refused(toy: Toy) -> None:
    with pytest.raises(DeploymentError, match=r"the parameter CarrierResource$"):
        deploy(toy.emulator, toy.assembly, [DATA, WORK], {"CarrierResource": "no"})


def test_a_stack_that_the_assembly_lacks_is_refused(toy: Toy) -> None:
    with pytest.raises(DeploymentError, match="no stack toy-missing"):
        deploy(toy.emulator, toy.assembly, ["toy-missing"])


def test_a_failed_resource_is_named_with_its_reason(toy: Toy, tmp_path: Path) -> None:
    broken = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 99_999_999}}
    write_assembly(tmp_path, {"toy-broken": {"Resources": {"Broken": broken}}})
    with pytest.raises(DeploymentError, match=r"Broken \(AWS::SQS::Queue\): \S"):
        deploy(toy.emulator, tmp_path, ["toy-broken"])


def test_deploying_the_same_again_changes_nothing(toy: Toy) -> None:
    again = deploy(toy.emulator, toy.assembly, [DATA, WORK], {"CarrierResources": "no"})
    assert again[WORK].resources == toy.work.resources
    assert again[DATA].outputs == toy.data.outputs


def test_a_changed_template_updates_the_stack_and_keeps_the_data(toy: Toy, tmp_path: Path) -> None:
    toy.client("dynamodb").put_item(TableName=toy.data.outputs["Table"], Item={"id": {"S": "kept"}})
    changed = work_template()
    changed["Resources"]["Note"]["Properties"]["MemorySize"] = 256
    write_assembly(tmp_path, {DATA: data_template(), WORK: changed})
    deploy(toy.emulator, tmp_path, [DATA, WORK], {"CarrierResources": "no"})
    note = toy.client("lambda").get_function_configuration(FunctionName=toy.work.resources["Note"])
    assert note["MemorySize"] == 256
    assert toy.taken("kept") is not None


def test_time_to_live_of_the_template_is_in_force(toy: Toy) -> None:
    answer = toy.client("dynamodb").describe_time_to_live(TableName=toy.data.outputs["Table"])
    assert answer["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_a_zipped_folder_has_the_same_bytes_whenever_its_files_were_written(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "second.py").write_text("2")
    (tmp_path / "first.py").write_text("1")
    before = zip_folder(tmp_path)
    os.utime(tmp_path / "first.py", (1, 1))
    assert zip_folder(tmp_path) == before


# Lambda


def test_a_lambda_finds_its_layer_and_only_the_environment_it_was_given(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "of-the-user")
    with Emulator(environment={"GIVEN": "yes"}, log_path=toy.assembly / "second.log") as second:
        stacks = deploy(second, toy.assembly, [DATA, WORK], {"CarrierResources": "no"})
        answer = invoke(second, stacks[WORK].resources["Note"], {})
    assert answer["word"] == "from the layer"
    assert "GIVEN" in answer["environment"]
    assert "AWS_PROFILE" not in answer["environment"]
    assert answer["home"] != os.environ.get("HOME")


def test_a_failing_lambda_raises_with_its_error_and_the_end_of_its_log(toy: Toy) -> None:
    with pytest.raises(InvocationError, match=r"asked to fail\n(.*\n)*.*from the layer"):
        invoke(toy.emulator, toy.work.resources["Note"], {"raise": True})


def test_a_lambda_is_ended_at_its_timeout(toy: Toy) -> None:
    with pytest.raises(InvocationError, match="timed out"):
        invoke(toy.emulator, toy.work.resources["Dawdle"], {})


def test_what_a_lambda_prints_is_in_its_log(toy: Toy) -> None:
    invoke(toy.emulator, toy.work.resources["Note"], {"mark": "printed once"})
    assert any("printed once" in line for line in logs(toy.emulator, toy.work.resources["Note"]))


# Roles and policies


def test_a_lambda_does_what_its_role_allows(toy: Toy) -> None:
    toy.client("s3").put_object(Bucket=toy.data.outputs["Inbox"], Key="loans/read.csv", Body=b"x")
    assert toy.call("dynamodb", "get_item", TableName=toy.data.outputs["Table"], Key={"id": {"S": "no"}})["ok"]
    assert toy.call("s3", "get_object", Bucket=toy.data.outputs["Inbox"], Key="loans/read.csv")["ok"]
    entries = [{"Id": "1", "MessageBody": json.dumps({"id": "allowed"})}]
    assert toy.call("sqs", "send_message_batch", QueueUrl=toy.work.outputs["Work"], Entries=entries)["ok"]


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("dynamodb", "put_item", {"TableName": "{Table}", "Item": {"id": {"S": "1"}}}),
        (
            "dynamodb",
            "transact_write_items",
            {"TransactItems": [{"Put": {"TableName": "{Table}", "Item": {"id": {"S": "1"}}}}]},
        ),
        (
            "dynamodb",
            "query",
            {
                "TableName": "{Table}",
                "IndexName": "by-kind",
                "KeyConditionExpression": "kind = :kind",
                "ExpressionAttributeValues": {":kind": {"S": "taken"}},
            },
        ),
        ("s3", "get_object", {"Bucket": "{Inbox}", "Key": "payments/other.csv"}),
        ("s3", "put_object", {"Bucket": "{Inbox}", "Key": "loans/read.csv"}),
        ("sqs", "send_message", {"QueueUrl": "{Raw}", "MessageBody": "{{}}"}),
        ("sns", "publish", {"TopicArn": "{Topic}", "Message": "x"}),
        (
            "events",
            "put_events",
            {"Entries": [{"EventBusName": "{Bus}", "DetailType": "x", "Source": "x", "Detail": "{{}}"}]},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_lambda_is_denied_what_its_role_does_not_allow(
    toy: Toy, service: str, operation: str, arguments: dict[str, Any]
) -> None:
    known = {**toy.data.outputs, **toy.work.outputs}
    filled = _fill(arguments, known)
    answer = toy.call(service, operation, **filled)
    assert not answer["ok"]
    assert answer["code"] in {"AccessDenied", "AccessDeniedException", "AuthorizationError"}


def _fill(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, str):
        return value.format(**known)
    if isinstance(value, list):
        return [_fill(member, known) for member in value]
    return {key: _fill(member, known) for key, member in value.items()}


# Queues


def test_only_the_failed_message_of_a_batch_is_tried_again_and_ends_in_the_dead_letter_queue(
    toy: Toy,
) -> None:
    entries = [
        {"Id": str(number), "MessageBody": json.dumps({"id": f"batch-{number}", "fail": number == 1})}
        for number in range(3)
    ]
    toy.client("sqs").send_message_batch(QueueUrl=toy.work.outputs["Work"], Entries=entries)
    assert json.loads(toy.next_message("Dead"))["id"] == "batch-1"
    rows = [toy.taken(f"batch-{number}") for number in range(3)]
    assert [row and row["receives"]["N"] for row in rows] == ["1", str(FAILURES_ALLOWED), "1"]


def test_a_delayed_message_waits_and_is_then_taken(toy: Toy) -> None:
    sqs, url = toy.client("sqs"), toy.work.outputs["Work"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"id": "delayed"}), DelaySeconds=3)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"
    assert toy.taken("delayed") is None
    quiet(toy.emulator, [url])
    assert toy.taken("delayed") is not None


def test_quiet_names_the_queue_that_stays_busy(toy: Toy) -> None:
    sqs, url = toy.client("sqs"), toy.work.outputs["Unlisted"]
    sqs.send_message(QueueUrl=url, MessageBody="nobody takes this")
    with pytest.raises(NotQuietError, match=r"Unlisted\S* \(1 waiting\)"):
        quiet(toy.emulator, [toy.work.outputs["Work"], url], deadline_seconds=0.2)
    sqs.purge_queue(QueueUrl=url)


def test_quiet_waits_for_what_lies_outside_the_queues(toy: Toy) -> None:
    with pytest.raises(NotQuietError, match="outside"):
        quiet(toy.emulator, [toy.work.outputs["Work"]], deadline_seconds=0.2, idle=lambda: False)


# Topics, buses, files, clocks


def change(toy: Toy, row: str, **attributes: str) -> None:
    """Writes a row of the table whose changes are followed."""
    item = {"id": {"S": row}} | {name: {"S": value} for name, value in attributes.items()}
    toy.client("dynamodb").put_item(TableName=toy.data.outputs["Changes"], Item=item)


def times_followed(toy: Toy, row: str) -> int:
    seen = toy.taken(f"followed {row}")
    return int(seen["times"]["N"]) if seen else 0


def progress(toy: Toy) -> StreamProgress:
    return StreamProgress(toy.emulator, "follow", toy.work.resources["Follow"])


def test_every_change_of_a_row_is_followed_with_what_stood_there_before(toy: Toy) -> None:
    following = progress(toy)
    change(toy, "twice")
    wait_until(following.is_drained, "the new row was followed")
    change(toy, "twice", word="changed")
    wait_until(following.is_drained, "its change was followed")
    assert times_followed(toy, "twice") == 2
    assert (toy.taken("followed twice") or {})["was_there"] == {"BOOL": True}


def test_a_change_that_fails_among_others_is_not_lost(toy: Toy) -> None:
    following = progress(toy)
    for number in range(12):
        change(toy, f"many {number}", **({"fail": "once"} if number in (0, 5) else {}))
    wait_until(following.is_drained, "all rows were followed")
    assert [times_followed(toy, f"many {number}") for number in range(12)] == [2, 1, 1, 1, 1, 2, *[1] * 6]


def test_a_change_that_a_station_was_not_given_is_missed(toy: Toy) -> None:
    client, following = toy.client("lambda"), progress(toy)
    mappings = client.list_event_source_mappings(FunctionName=toy.work.resources["Follow"])["EventSourceMappings"]
    mapping = mappings[0]["UUID"]
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    change(toy, "missed")
    assert not following.is_drained()
    client.update_event_source_mapping(UUID=mapping, Enabled=True)
    wait_until(following.is_drained, "the row was followed")


def test_a_topic_feeds_a_queue_raw_or_wrapped_as_subscribed(toy: Toy) -> None:
    """Published by the account's root, as the SMS fake does in the place of the SMS service."""
    toy.client("sns").publish(TopicArn=toy.data.outputs["Topic"], Message='{"said": "raw"}')
    assert json.loads(toy.next_message("Raw")) == {"said": "raw"}
    envelope = json.loads(toy.next_message("Wrapped"))
    assert envelope["Type"] == "Notification"
    assert envelope["Timestamp"].endswith("Z")
    assert json.loads(envelope["Message"]) == {"said": "raw"}


def test_a_topic_does_not_feed_a_queue_whose_policy_does_not_allow_it(toy: Toy) -> None:
    toy.client("sns").publish(TopicArn=toy.data.outputs["Topic"], Message='{"said": "nothing"}')
    # The fan-out is over when the call has answered, and these two prove that it took place.
    toy.next_message("Raw")
    toy.next_message("Wrapped")
    answer = toy.client("sqs").receive_message(QueueUrl=toy.work.outputs["Unlisted"])
    assert "Messages" not in answer


def test_a_file_under_the_prefix_reaches_the_queue_and_no_other_file_does(toy: Toy) -> None:
    s3, bucket = toy.client("s3"), toy.data.outputs["Inbox"]
    s3.put_object(Bucket=bucket, Key="elsewhere/book.csv", Body=b"x")
    s3.put_object(Bucket=bucket, Key="loans/book.csv", Body=b"x")
    keys: list[str] = []

    def arrived() -> bool:
        keys.append(json.loads(toy.next_message("Events"))["detail"]["object"]["key"])
        return keys[-1] == "loans/book.csv"

    wait_until(arrived, "the event of loans/book.csv")
    assert "elsewhere/book.csv" not in keys


def test_a_payment_event_on_the_bus_reaches_the_queue(toy: Toy) -> None:
    entry = {
        "EventBusName": toy.data.outputs["Bus"],
        "Source": "lender",
        "DetailType": "Payment Received",
        "Detail": json.dumps({"reference": "on-the-bus"}),
    }
    answer = toy.client("events").put_events(Entries=[entry, entry | {"DetailType": "Something Else"}])
    assert answer["FailedEntryCount"] == 0
    seen: list[dict[str, Any]] = []

    def arrived() -> bool:
        seen.append(json.loads(toy.next_message("Events")))
        return "on-the-bus" in seen[-1]["detail"].values()

    wait_until(arrived, "the payment event")
    assert seen[-1]["detail-type"] == "Payment Received"


def test_a_rule_keeps_its_schedule_and_its_target(toy: Toy) -> None:
    """That scheduled rules fire at all, within a minute, is left to the end-to-end test that turns one on."""
    events = toy.client("events")
    rule = events.describe_rule(Name=toy.work.resources["MinuteRule"].split("|")[-1])
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 minute)", "ENABLED")
    targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
    assert [target["Arn"].rsplit(":", 1)[-1] for target in targets] == [toy.work.resources["Note"]]


# Tables


def test_a_cancelled_transaction_says_which_condition_failed_and_writes_nothing(toy: Toy) -> None:
    dynamodb, table = toy.client("dynamodb"), toy.data.outputs["Table"]
    dynamodb.put_item(TableName=table, Item={"id": {"S": "claimed"}, "kind": {"S": "claim"}})
    new = {"TableName": table, "Item": {"id": {"S": "not-written"}}}
    taken = {
        "TableName": table,
        "Key": {"id": {"S": "claimed"}},
        "ConditionExpression": "attribute_not_exists(id)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    with pytest.raises(ClientError) as refusal:
        dynamodb.transact_write_items(TransactItems=[{"Put": new}, {"ConditionCheck": taken}])
    assert refusal.value.response["Error"]["Code"] == "TransactionCanceledException"
    response: Any = refusal.value.response
    reasons = response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
    assert reasons[1]["Item"]["kind"] == {"S": "claim"}
    assert toy.taken("not-written") is None


def test_an_index_is_queried_in_order_and_in_pages(toy: Toy) -> None:
    dynamodb, table = toy.client("dynamodb"), toy.data.outputs["Table"]
    for number in (3, 1, 2):
        dynamodb.put_item(TableName=table, Item={"id": {"S": f"page-{number}"}, "kind": {"S": "paged"}})
    query = {
        "TableName": table,
        "IndexName": "by-kind",
        "KeyConditionExpression": "kind = :kind AND id BETWEEN :low AND :high",
        "ExpressionAttributeValues": {
            ":kind": {"S": "paged"},
            ":low": {"S": "page-1"},
            ":high": {"S": "page-3"},
        },
        "Limit": 2,
    }
    pages = list(dynamodb.get_paginator("query").paginate(**query))
    assert [item["id"]["S"] for page in pages for item in page["Items"]] == ["page-1", "page-2", "page-3"]
    assert len(pages[0]["Items"]) == 2


# The process


def test_a_client_ignores_the_users_profile_and_proxies(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_PROFILE", "of-the-user")
    monkeypatch.setenv("AWS_DEFAULTS_MODE", "auto")
    assert toy.client("sts").get_caller_identity()["Account"] == "000000000000"


def test_a_stopped_emulator_leaves_no_process_and_can_be_stopped_again(tmp_path: Path) -> None:
    emulator = Emulator(log_path=tmp_path / "emulator.log")
    emulator.start()
    group = emulator.process_id
    assert group is not None
    emulator.stop()
    emulator.stop()
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_the_emulator_ends_with_its_starter_however_that_one_ends(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys, time\n"
        "from infra.local.emulator import Emulator\n"
        f"emulator = Emulator(log_path=pathlib.Path({str(tmp_path / 'emulator.log')!r}))\n"
        "emulator.start()\n"
        "print(emulator.process_id, flush=True)\n"
        "time.sleep(600)\n"
    )
    starter = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=PROJECT
    )
    assert starter.stdout is not None
    group = int(starter.stdout.readline())
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    starter.stdout.close()

    def ended() -> bool:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        return False

    wait_until(ended, "the end of the emulator")
