"""Contact hours, caps and working days."""

from collections.abc import Sequence
from copy import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duebridge.core.decision import decide
from duebridge.core.policy import Cap, Policy, is_open, keep_days, next_opening, window_end, working_days_after
from duebridge.core.reasoning import Hold
from tests.builders import CHICAGO, NOW, a_case, a_loan, a_policy, the_content
from tests.core.naive_hours import ZONES, allowed

MINUTE = timedelta(minutes=1)


def at(text: str, zone: str = "UTC") -> datetime:
    """A wall clock in a zone, as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("wall_clock", "expected"),
    [
        pytest.param("2026-03-11T07:59:59", False, id="the second before opening"),
        pytest.param("2026-03-11T08:00:00", True, id="opening"),
        pytest.param("2026-03-11T20:59:59", True, id="the last second"),
        pytest.param("2026-03-11T21:00:00", False, id="closing"),
    ],
)
def test_hours_begin_on_the_dot_and_end_before_it(wall_clock: str, expected: bool) -> None:
    assert is_open(at(wall_clock, CHICAGO), a_policy(), ZoneInfo(CHICAGO)) is expected


@pytest.mark.parametrize(
    ("day", "opens_at"),
    [
        pytest.param("2026-03-07", "2026-03-07T14:00", id="the day before summer time"),
        pytest.param("2026-03-08", "2026-03-08T13:00", id="the day on which summer time begins"),
        pytest.param("2026-11-01", "2026-11-01T14:00", id="the day on which summer time ends"),
    ],
)
def test_opening_follows_the_local_wall_clock_through_a_change_of_time(day: str, opens_at: str) -> None:
    midnight = at(f"{day}T00:00", CHICAGO)
    opening = next_opening(midnight, [a_policy()], [CHICAGO])
    assert opening is not None
    assert opening.at == at(opens_at)
    assert opening.kept_by == "outside_hours"


def test_a_new_york_number_at_a_los_angeles_address_needs_both_zones_open() -> None:
    zones = ("America/Los_Angeles", "America/New_York")
    late_in_new_york = at("2026-03-11T18:00", "America/Los_Angeles")
    opening = next_opening(late_in_new_york, [a_policy()], zones)
    assert opening is not None
    assert opening.at == at("2026-03-12T08:00", "America/Los_Angeles")
    just_before = next_opening(late_in_new_york - MINUTE, [a_policy()], zones)
    assert just_before is not None
    assert just_before.at == late_in_new_york - MINUTE


def test_a_window_ends_when_the_first_zone_closes() -> None:
    zones = ("America/Los_Angeles", "America/New_York")
    noon = at("2026-03-11T12:00", "America/Los_Angeles")
    assert window_end(noon, [a_policy()], zones) == at("2026-03-11T21:00", "America/New_York")


def test_without_a_policy_there_is_no_opening() -> None:
    assert next_opening(at("2026-03-11T16:00"), [], [CHICAGO]) is None


def test_without_a_zone_there_is_no_opening() -> None:
    assert next_opening(at("2026-03-11T16:00"), [a_policy()], []) is None


def test_zones_whose_hours_never_meet_have_no_opening() -> None:
    narrow = a_policy(opens=time(9), closes=time(17))
    assert next_opening(at("2026-03-11T16:00"), [narrow], ["Europe/London", "Pacific/Auckland"]) is None


def closed_for(days: int) -> Policy:
    """Today's hours are over, and none open on so many days after it."""
    return a_policy(closed_on=frozenset(date(2026, 3, 11) + timedelta(days=ahead) for ahead in range(1, days + 1)))


def test_an_opening_is_looked_for_on_the_next_forty_days_and_no_longer() -> None:
    night = at("2026-03-11T22:00", CHICAGO)
    opening = next_opening(night, [closed_for(39)], [CHICAGO])
    assert opening is not None
    assert (opening.at, opening.kept_by) == (at("2026-04-20T08:00", CHICAGO), "outside_hours")
    assert next_opening(night, [closed_for(40)], [CHICAGO]) is None
    assert next_opening(night, [closed_for(90)], [CHICAGO]) is None


def test_a_cap_that_frees_only_in_forty_days_leaves_no_opening() -> None:
    noon = at("2026-03-11T12:00", CHICAGO)
    policy = a_policy(caps=(Cap(40, 1),))
    assert next_opening(noon, [policy], [CHICAGO], [noon]) is None
    opening = next_opening(noon, [policy], [CHICAGO], [noon - MINUTE])
    assert opening is not None
    assert (opening.at, opening.kept_by) == (noon + timedelta(days=40) - MINUTE, "cap_40d")


def test_the_strictest_of_several_policies_holds() -> None:
    early, late = a_policy(closes=time(12)), a_policy(opens=time(10))
    opening = next_opening(at("2026-03-11T08:00", CHICAGO), [early, late], [CHICAGO])
    assert opening is not None
    assert opening.at == at("2026-03-11T10:00", CHICAGO)
    assert window_end(opening.at, [early, late], [CHICAGO]) == at("2026-03-11T12:00", CHICAGO)


def test_a_closed_holiday_and_a_closed_weekday_are_skipped() -> None:
    policy = a_policy(weekdays=frozenset({1, 2, 3, 4, 5}), closed_on=frozenset({date(2026, 3, 16)}))
    opening = next_opening(at("2026-03-13T21:00", CHICAGO), [policy], [CHICAGO])
    assert opening is not None
    assert opening.at == at("2026-03-17T08:00", CHICAGO)


@pytest.mark.parametrize(
    ("cap", "contacts_days_ago"),
    [
        pytest.param(Cap(1, 1), [1], id="one a day"),
        pytest.param(Cap(7, 3), [7, 5, 3], id="three a week"),
        pytest.param(Cap(30, 2), [30, 10], id="two a month"),
    ],
)
def test_a_cap_frees_to_the_instant_when_its_oldest_contact_leaves_the_period(
    cap: Cap, contacts_days_ago: list[int]
) -> None:
    now = at("2026-03-31T15:00", CHICAGO)
    contacts = [now - timedelta(days=days) for days in contacts_days_ago]
    policy = a_policy(caps=(cap,))
    free = next_opening(now, [policy], [CHICAGO], contacts)
    assert free is not None
    assert (free.at, free.kept_by) == (now, "")
    held = next_opening(now - MINUTE, [policy], [CHICAGO], contacts)
    assert held is not None
    assert (held.at, held.kept_by) == (now, f"cap_{cap.days}d")


def test_a_cap_that_frees_at_night_opens_in_the_morning() -> None:
    last_evening = at("2026-03-10T20:59", CHICAGO)
    policy = a_policy(caps=(Cap(1, 1),), closes=time(20, 59))
    opening = next_opening(at("2026-03-11T12:00", CHICAGO), [policy], [CHICAGO], [last_evening])
    assert opening is not None
    assert opening.at == at("2026-03-12T08:00", CHICAGO)


# Versions.


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 3, 9), False, id="the day before its first"),
        pytest.param(date(2026, 3, 10), True, id="its first day"),
        pytest.param(date(2026, 3, 11), True, id="its last day"),
        pytest.param(date(2026, 3, 12), False, id="the day after its last"),
    ],
)
def test_a_version_holds_from_its_first_day_to_its_last(day: date, expected: bool) -> None:
    policy = a_policy(effective_from=date(2026, 3, 10), effective_to=date(2026, 3, 11))
    assert policy.in_force(day) is expected


def test_a_version_without_an_end_holds_for_good() -> None:
    assert a_policy(effective_from=date(2026, 3, 10), effective_to=None).in_force(date.max)


@pytest.mark.parametrize("country", ["CN", "US", "GB", "IN", "DE"])
def test_exactly_one_version_of_a_countrys_policy_holds_on_any_day(country: str) -> None:
    for ahead in range(3 * 365):
        now = datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=ahead)
        assert len(the_content().policies_for(country, None, now)) == 1, now


@pytest.mark.parametrize(
    ("day", "covers_person"),
    [
        pytest.param("2027-01-30T23:59", False, id="the day before"),
        pytest.param("2027-01-31T00:00", True, id="the day"),
    ],
)
def test_the_american_rule_of_one_opt_out_for_all_numbers_waits_for_its_day(day: str, covers_person: bool) -> None:
    (policy,) = the_content().policies_for("US", None, at(day))
    assert policy.opt_out_covers_person is covers_person


def test_a_later_version_keeps_what_it_does_not_change() -> None:
    before, after = the_content().policies["US"]
    assert (after.opens, after.closes, after.caps, after.required) == (
        before.opens,
        before.closes,
        before.caps,
        before.required,
    )


@pytest.mark.parametrize(
    ("day", "jurisdictions"),
    [
        pytest.param("2026-08-31T23:59", ["US"], id="the day before"),
        pytest.param("2026-09-01T00:00", ["US", "US-NY-NYC"], id="the day"),
        pytest.param("2027-02-01T00:00", ["US", "US-NY-NYC"], id="beside a later version of the country's own"),
    ],
)
def test_new_york_city_adds_its_cap_from_september_2026(day: str, jurisdictions: list[str]) -> None:
    policies = the_content().policies_for("US", "US-NY-NYC", at(day))
    assert [policy.jurisdiction for policy in policies] == jurisdictions


@pytest.mark.parametrize("sub", [None, "US-MA"])
@pytest.mark.parametrize("dates", [(date(2026, 3, 12), None), (date(2025, 1, 1), date(2026, 3, 10))])
def test_a_country_whose_policy_is_not_in_force_blocks(dates: tuple[date, date | None], sub: str | None) -> None:
    policy = a_policy(effective_from=dates[0], effective_to=dates[1])
    content = replace(the_content(), policies={**the_content().policies, "US": (policy,)})
    assert content.policies_for("US", sub, NOW) == ()
    held = decide(a_case(loan=a_loan(sub=sub), content=content)).outcome
    assert isinstance(held, Hold)
    assert held.reason == "no_policy"


# Every zone, and the days on which clocks change.


minutes_of_two_years = st.integers(0, 730 * 1440).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)
some_zones = st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True)


@st.composite
def strict_policies(draw: st.DrawFn) -> Policy:
    """Policies that have an opening within days, so that every minute before it can be looked at."""
    return a_policy(
        opens=draw(st.sampled_from([time(7, 30), time(8), time(9, 15)])),
        closes=draw(st.sampled_from([time(18), time(20, 45), time(21)])),
        weekdays=draw(st.sampled_from([frozenset(range(1, 8)), frozenset({1, 2, 3, 4, 5}), frozenset({1, 3, 6})])),
        caps=draw(st.sampled_from([(), (Cap(1, 1),), (Cap(1, 1), Cap(3, 2))])),
    )


@settings(max_examples=60, deadline=None)
@given(
    minutes_of_two_years,
    st.lists(strict_policies(), min_size=1, max_size=2),
    some_zones,
    st.lists(st.integers(1, 5 * 1440), max_size=4),
)
def test_the_next_opening_is_the_first_allowed_minute(
    now: datetime, policies: list[Policy], zones: list[str], minutes_ago: list[int]
) -> None:
    contacts = [now - minutes * MINUTE for minutes in minutes_ago]
    opening = next_opening(now, policies, zones, contacts)
    if opening is None:
        far = now + timedelta(days=14)
        assert not any(allowed(minute, policies, zones, contacts) for minute in _minutes(now, far))
        return
    assert allowed(opening.at, policies, zones, contacts)
    assert not any(allowed(minute, policies, zones, contacts) for minute in _minutes(now, opening.at))
    assert (opening.kept_by == "") == (opening.at == now)


any_zones = st.lists(st.sampled_from(sorted(available_timezones())), min_size=1, max_size=2, unique=True)
CLOCK_CHANGES = {
    "US": (date(2026, 3, 8), date(2026, 11, 1)),
    "GB": (date(2026, 3, 29), date(2026, 10, 25)),
    "DE": (date(2026, 3, 29), date(2026, 10, 25)),
}
AT_HOME = {
    "US": ["America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles"],
    "GB": ["Europe/London"],
    "DE": ["Europe/Berlin"],
}


def assert_is_the_first_allowed_minute(
    now: datetime, policies: Sequence[Policy], zones: list[str], contacts: list[datetime]
) -> None:
    opening = next_opening(now, policies, zones, contacts)
    far = now + timedelta(days=8)
    end = min(opening.at, far) if opening else far
    assert opening is None or allowed(opening.at, policies, zones, contacts)
    assert not any(allowed(minute, policies, zones, contacts) for minute in _minutes(now, end))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["CN", "US", "GB", "IN", "DE"]),
    minutes_of_two_years,
    any_zones,
    st.lists(st.integers(1, 8 * 1440), max_size=3),
)
def test_a_shipped_policy_opens_at_the_first_allowed_minute_in_any_zone_of_the_world(
    country: str, now: datetime, zones: list[str], minutes_ago: list[int]
) -> None:
    policies = the_content().policies_for(country, None, now)
    assert_is_the_first_allowed_minute(now, policies, zones, [now - minutes * MINUTE for minutes in minutes_ago])


@pytest.mark.parametrize(
    ("country", "day"),
    [pytest.param(country, day, id=f"{country} {day}") for country, days in CLOCK_CHANGES.items() for day in days],
)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_around_a_change_of_clocks_nobody_is_written_to_too_early_or_later_than_need_be(
    country: str, day: date, data: st.DataObject
) -> None:
    now = datetime.combine(day, time(), UTC) + data.draw(st.integers(-1440, 2 * 1440)) * MINUTE
    zones = data.draw(st.lists(st.sampled_from(AT_HOME[country]), min_size=1, max_size=2, unique=True))
    minutes_ago = data.draw(st.lists(st.integers(1, 8 * 1440), max_size=3))
    policies = the_content().policies_for(country, None, now)
    assert_is_the_first_allowed_minute(now, policies, zones, [now - minutes * MINUTE for minutes in minutes_ago])


@pytest.mark.parametrize("country", CLOCK_CHANGES)
@pytest.mark.parametrize("change", [0, 1])
def test_on_the_first_open_day_after_a_change_of_clocks_the_hours_are_those_of_the_new_clock(
    country: str, change: int
) -> None:
    day = CLOCK_CHANGES[country][change]
    zone = AT_HOME[country][0]
    policies = the_content().policies_for(country, None, at(f"{day}T00:00"))
    opening = next_opening(at(f"{day}T00:00", zone), policies, [zone])
    assert opening is not None
    local = opening.at.astimezone(ZoneInfo(zone))
    assert local.time() == policies[0].opens
    assert local.utcoffset() != at(f"{day - timedelta(days=1)}T12:00", zone).astimezone(ZoneInfo(zone)).utcoffset()


def _minutes(start: datetime, end: datetime) -> list[datetime]:
    return [start + n * MINUTE for n in range(int((end - start) / MINUTE))]


@given(st.dates(date(2026, 1, 1), date(2029, 12, 31)), st.integers(0, 15), st.sampled_from(["US", "CN", "GB", "IN"]))
def test_working_days_are_counted_one_by_one(day: date, days: int, country: str) -> None:
    policies = the_content().policies[country]
    found, seen = day, 0
    for ahead in count(1):
        if seen == days:
            break
        candidate = day + timedelta(days=ahead)
        if candidate.weekday() < 5 and candidate not in policies[0].holidays:
            found, seen = candidate, seen + 1
    assert working_days_after(day, days, policies) == found


def test_a_working_day_is_one_under_every_policy() -> None:
    thursday = date(2026, 3, 12)
    closed_friday = a_policy(holidays=frozenset({date(2026, 3, 13)}))
    assert working_days_after(thursday, 1, [a_policy(), closed_friday]) == date(2026, 3, 16)


def test_christmas_is_no_working_day_in_chicago() -> None:
    assert working_days_after(date(2026, 12, 24), 1, the_content().policies["US"]) == date(2026, 12, 28)


def test_what_was_said_is_kept_as_long_as_the_strictest_policy_asks() -> None:
    assert keep_days([a_policy(keep_days=10), a_policy(keep_days=30)]) == 30
    assert keep_days([]) == 0
