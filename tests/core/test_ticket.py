"""A ticket's clock runs in the desk's own working hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duebridge.core.ticket import ANSWER_WITHIN, NORMAL, PRIORITY, answer_by, last_opening
from tests.builders import the_content

OFFICE = the_content().lender.offices["US"]
POLICIES = the_content().policies["US"]
NEW_YORK = ZoneInfo("America/New_York")


def new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
    ("opened", "hours", "expected"),
    [
        pytest.param("2026-03-11T09:00", 4, "2026-03-11T13:00", id="within one day"),
        pytest.param("2026-03-11T16:00", 4, "2026-03-12T10:00", id="over night"),
        pytest.param("2026-03-11T22:00", 4, "2026-03-12T12:00", id="opened at night"),
        pytest.param("2026-03-11T06:00", 4, "2026-03-11T12:00", id="opened before the desk"),
        pytest.param("2026-03-13T17:00", 2, "2026-03-16T09:00", id="over the weekend"),
        pytest.param("2026-03-14T12:00", 2, "2026-03-16T10:00", id="opened on a Saturday"),
        pytest.param("2026-12-24T17:00", 2, "2026-12-28T09:00", id="over Christmas"),
        pytest.param("2026-03-06T17:00", 8, "2026-03-09T15:00", id="over the change to summer time"),
        pytest.param("2026-03-11T08:00", 10, "2026-03-11T18:00", id="a whole day"),
        pytest.param("2026-03-11T08:00", 25, "2026-03-13T13:00", id="more than two days"),
    ],
)
def test_the_clock_runs_only_while_the_desk_is_open(opened: str, hours: int, expected: str) -> None:
    assert answer_by(new_york(opened), timedelta(hours=hours), OFFICE, POLICIES) == new_york(expected)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 300 * 1440), st.sampled_from([timedelta(hours=2), timedelta(hours=4), timedelta(hours=8)]))
def test_exactly_the_time_given_passes_in_the_desks_hours(minutes: int, within: timedelta) -> None:
    opened = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    end = answer_by(opened, within, OFFICE, POLICIES)
    worked = sum(
        _is_working(opened + timedelta(minutes=minute)) for minute in range(int((end - opened).total_seconds() // 60))
    )
    assert timedelta(minutes=worked) == within


def _is_working(at: datetime) -> bool:
    local = at.astimezone(NEW_YORK)
    is_working_day = local.weekday() < 5 and local.date() not in POLICIES[0].holidays
    return is_working_day and OFFICE.desk_opens <= local.time() < OFFICE.desk_closes


def test_the_more_urgent_is_answered_sooner() -> None:
    assert sorted(ANSWER_WITHIN) == sorted(ANSWER_WITHIN, key=lambda priority: ANSWER_WITHIN[priority])
    assert set(PRIORITY.values()) | {NORMAL} <= set(ANSWER_WITHIN)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-11T08:00", "2026-03-11T08:00", id="on the dot"),
        pytest.param("2026-03-11T07:59", "2026-03-10T08:00", id="just before"),
        pytest.param("2026-03-11T23:00", "2026-03-11T08:00", id="at night"),
        pytest.param("2026-03-08T07:00", "2026-03-07T08:00", id="on the day of summer time"),
    ],
)
def test_the_desks_day_begins_with_its_newest_opening(now: str, expected: str) -> None:
    assert last_opening(new_york(now), OFFICE) == new_york(expected)
