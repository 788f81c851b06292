"""The real clock, and the one that the laptop run plays."""

import sys
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from duebridge.adapters.clock import SystemClock

A_MOMENT = timedelta(seconds=5)


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend("layers/local_clock/python")
    offset = tmp_path / "offset"
    offset.write_text("-864000", encoding="ascii")
    yield import_module("duebridge_local_clock").PlayedClock(str(offset))
    sys.modules.pop("duebridge_local_clock")


def test_the_real_clock_says_the_present_in_utc_and_agrees_with_aws() -> None:
    clock = SystemClock()
    assert abs(clock.now() - datetime.now(UTC)) < A_MOMENT
    assert clock.now().tzinfo is UTC
    stamp = datetime(2026, 3, 11, 8, tzinfo=timezone(timedelta(hours=8)))
    assert clock.from_aws(stamp) == stamp
    assert clock.from_aws(stamp).tzinfo is UTC
    assert clock.to_aws(stamp) == stamp


def test_the_played_clock_is_real_time_and_an_offset(played: Any) -> None:
    assert abs(played.now() - (datetime.now(UTC) - timedelta(days=10))) < A_MOMENT


def test_what_aws_stamped_is_brought_to_the_played_clock_and_back(played: Any) -> None:
    stamp = datetime(2026, 3, 11, 8, tzinfo=UTC)
    assert played.from_aws(stamp) == stamp - timedelta(days=10)
    assert played.to_aws(played.from_aws(stamp)) == stamp


def test_the_played_clock_can_be_set_while_it_runs(played: Any, tmp_path: Path) -> None:
    (tmp_path / "offset").write_text("0", encoding="ascii")
    assert abs(played.now() - datetime.now(UTC)) < A_MOMENT
