"""What a station logs and counts: names and numbers, nothing of a borrower."""

import io
import json

import pytest
from aws_lambda_powertools import Logger

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
