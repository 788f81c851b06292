"""Queues carry texts whole, ten a call, and say when they did not take one."""

import json
from typing import Any

import pytest

from duebridge.adapters.inbox import SqsContinuations, file_work
from duebridge.adapters.queues import NotQueuedError, SqsOutbox, SqsShards, text_of
from duebridge.core.file_reading import Continuation
from duebridge.ports import FileWork
from tests.builders import NOW, PHONE, a_text
from tests.stores import aws_client


class Sqs:
    """Takes batches, and refuses the messages that a test names."""

    def __init__(self, refuses: tuple[str, ...] = ()) -> None:
        self.calls: list[dict[str, Any]] = []
        self._refuses = refuses

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        self.calls.append(request)
        failed = [entry["Id"] for entry in request["Entries"] if entry["Id"] in self._refuses]
        return {"Failed": [{"Id": each, "Code": "InternalError"} for each in failed]} if failed else {}


@pytest.fixture
def sqs() -> Any:
    return Sqs()


@pytest.mark.usefixtures("in_aws")
def test_a_text_comes_out_of_its_queue_as_it_went_in() -> None:
    client = aws_client("sqs")
    url = client.create_queue(QueueName="bulk")["QueueUrl"]
    text = a_text(body="【海湾银行】👍 王芳")
    SqsOutbox(client, url).put([text])
    (message,) = client.receive_message(QueueUrl=url)["Messages"]
    assert text_of(message["Body"]) == text


def test_texts_go_ten_a_call(sqs: Any) -> None:
    SqsOutbox(sqs, "url").put([a_text(contact_id=str(number)) for number in range(23)])
    assert [len(call["Entries"]) for call in sqs.calls] == [10, 10, 3]
    ids = [text_of(entry["MessageBody"]).contact_id for call in sqs.calls for entry in call["Entries"]]
    assert ids == [str(number) for number in range(23)]


def test_nothing_to_queue_is_no_call(sqs: Any) -> None:
    SqsOutbox(sqs, "url").put([])
    assert sqs.calls == []


@pytest.mark.parametrize(("asked", "given"), [(1, 1), (300, 300), (5_000, 900)])
def test_a_delay_is_kept_to_what_sqs_takes(sqs: Any, asked: int, given: int) -> None:
    SqsOutbox(sqs, "url").put([a_text()], asked)
    assert sqs.calls[0]["Entries"][0]["DelaySeconds"] == given


def test_without_a_delay_none_is_named(sqs: Any) -> None:
    SqsOutbox(sqs, "url").put([a_text()])
    assert "DelaySeconds" not in sqs.calls[0]["Entries"][0]


def test_a_message_that_was_not_taken_is_heard_of_without_its_words() -> None:
    client: Any = Sqs(refuses=("1",))
    with pytest.raises(NotQueuedError, match=r"1 of 2 messages were not queued: InternalError") as error:
        SqsOutbox(client, "url").put([a_text(), a_text()])
    assert PHONE not in str(error.value)


def test_shards_and_cursors_are_queued_as_the_planner_reads_them(sqs: Any) -> None:
    SqsShards(sqs, "url").put([("00", ""), ("01", "2026-03-11T16:00:00.000000Z L1")])
    bodies = [json.loads(entry["MessageBody"]) for entry in sqs.calls[0]["Entries"]]
    assert bodies == [{"shard": "00", "cursor": ""}, {"shard": "01", "cursor": "2026-03-11T16:00:00.000000Z L1"}]


def test_the_rest_of_a_file_is_queued_as_the_importer_reads_it(sqs: Any) -> None:
    work = FileWork("loans/a.csv", Continuation(("loan_id", "phone"), 512, 9), NOW)
    SqsContinuations(sqs, "url").put(work)
    assert file_work(json.loads(sqs.calls[0]["Entries"][0]["MessageBody"])) == work


def test_a_whole_file_is_never_queued_by_us(sqs: Any) -> None:
    with pytest.raises(ValueError, match="only the rest"):
        SqsContinuations(sqs, "url").put(FileWork("loans/a.csv"))
