"""Files in the bucket, what their dropper said of them, and the rejects beside them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws

from duebridge.adapters.inbox import S3Inbox, file_work
from duebridge.core.file_results import FaultCode, Rejected
from duebridge.ports import FileWork
from tests.builders import NOW
from tests.fakes import FakeClock
from tests.stores import aws_client

BUCKET = "inbox"


class PlayedClock(FakeClock):
    def from_aws(self, stamp: datetime) -> datetime:
        del stamp
        return NOW


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        yield a_bucket()


def a_bucket() -> Any:
    client = aws_client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


def test_a_file_is_read_from_the_byte_where_an_earlier_run_stopped(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="loans/a.csv", Body=b"0123456789")
    inbox = S3Inbox(s3, BUCKET, FakeClock())
    assert inbox.open("loans/a.csv").read(99) == b"0123456789"
    assert inbox.open("loans/a.csv", 4).read(3) == b"456"


def test_what_the_dropper_stated_stands_beside_the_file(s3: Any) -> None:
    metadata = {"as-of": "2026-03-11T06:00:00+08:00", "full": "yes"}
    s3.put_object(Bucket=BUCKET, Key="loans/a.csv", Body=b"12345", Metadata=metadata)
    dropped = S3Inbox(s3, BUCKET, PlayedClock()).dropped("loans/a.csv")
    assert (dropped.size_bytes, dropped.is_full) == (5, True)
    assert dropped.as_of == datetime(2026, 3, 10, 22, tzinfo=UTC)
    assert dropped.at == NOW


def test_a_file_of_which_nothing_was_stated(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="loans/a.csv", Body=b"")
    dropped = S3Inbox(s3, BUCKET, FakeClock()).dropped("loans/a.csv")
    assert (dropped.size_bytes, dropped.as_of, dropped.is_full) == (0, None, False)


def test_rejects_are_lines_of_json_named_by_file_and_line(s3: Any) -> None:
    reject = Rejected(7, "phone", "写成 +86", FaultCode.WRONG_PHONE, 0, 0, 0)
    inbox = S3Inbox(s3, BUCKET, FakeClock())
    inbox.write_rejects("loans/a.csv", 2, [reject, reject])
    body = s3.get_object(Bucket=BUCKET, Key="rejects/loans/a.csv/000000002.jsonl")["Body"].read().decode()
    expected = {"line": 7, "column": "phone", "code": "wrong_phone", "reason": "写成 +86"}
    assert [json.loads(line) for line in body.splitlines()] == [expected, expected]


def test_a_drop_is_read_from_the_event_of_eventbridge() -> None:
    event = {
        "detail-type": "Object Created",
        "detail": {"bucket": {"name": BUCKET}, "object": {"key": "loans/a b.csv"}},
    }
    assert file_work(event) == FileWork("loans/a b.csv")
