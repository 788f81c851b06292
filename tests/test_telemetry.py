"""What a station logs and counts: names and numbers, nothing of a borrower."""

import io
import json

import pytest
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from duebridge import telemetry


def test_an_invocation_writes_its_counts_once_and_no_zero(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED", raising=False)
    monkeypatch.setattr(telemetry, "logger", Logger(service="a-test", stream=written))
    telemetry.count("sweep", {"late_tickets": 2, "handed_over": 0})
    telemetry.metrics.flush_metrics()
    log, metric = json.loads(written.getvalue()), json.loads(capsys.readouterr().out)
    assert (log["message"], log["counts"]) == ("sweep", {"late_tickets": 2})
    assert (metric["late_tickets"], metric["station"]) == ([2.0], "sweep")
    assert "handed_over" not in metric


def test_a_failing_message_is_named_with_the_kind_of_its_error_and_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(telemetry, "logger", Logger(service="another-test", stream=written))

    def fails(record: SQSRecord) -> None:
        raise ValueError(f"cannot read {record.body}")

    with pytest.raises(ValueError, match="cannot read"):
        telemetry.watched(fails)(SQSRecord({"messageId": "m-1", "body": "a borrower's words"}))
    log = json.loads(written.getvalue())
    assert (log["message_id"], log["error"]) == ("m-1", "ValueError")
    assert "words" not in written.getvalue()


def test_an_invocation_with_nothing_to_do_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    telemetry.count("sweep", {"late_tickets": 0})
    telemetry.metrics.flush_metrics()
    assert json.loads(capsys.readouterr().out)["idle"] == [1.0]
