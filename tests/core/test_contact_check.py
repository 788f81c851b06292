"""What another program is told when it asks whether a demand may go now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from duebridge.core.account_state import AccountState
from duebridge.core.contact_check import Situation, Verdict, check_contact
from tests.builders import CHICAGO, NOW, the_content


def verdict(**changes: Any) -> Verdict:
    """Asked of a borrower in Chicago at eleven in the morning, unless a test says otherwise."""
    values: dict[str, Any] = {
        "now": NOW,
        "country": "US",
        "sub": None,
        "time_zones": (CHICAGO,),
        "contacts": (),
        "holds": frozenset(),
    }
    return check_contact(Situation(**(values | changes)), the_content())


def test_a_borrower_in_contact_hours_may_be_texted_now() -> None:
    asked = verdict()
    assert asked.allowed
    assert asked == Verdict("allowed", NOW)


def test_outside_hours_the_next_opening_is_told() -> None:
    night = datetime(2026, 3, 11, 3, 0, tzinfo=UTC)
    assert verdict(now=night) == Verdict("outside_hours", datetime(2026, 3, 11, 13, 0, tzinfo=UTC))
    assert not verdict(now=night).allowed


def test_hours_must_be_open_in_every_zone() -> None:
    eight_in_new_york = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
    assert verdict(now=eight_in_new_york, time_zones=("America/New_York",)).allowed
    both = verdict(now=eight_in_new_york, time_zones=("America/New_York", "America/Los_Angeles"))
    assert both == Verdict("outside_hours", datetime(2026, 3, 11, 15, 0, tzinfo=UTC))


def test_a_demand_an_hour_ago_blocks_for_the_rest_of_the_day() -> None:
    an_hour_ago = NOW - timedelta(hours=1)
    assert verdict(contacts=(an_hour_ago,)) == Verdict("cap_1d", an_hour_ago + timedelta(days=1))


def test_the_cap_of_a_week_names_the_first_instant_that_has_room() -> None:
    contacts = tuple(NOW - timedelta(days=days) for days in (2, 4, 6))
    assert verdict(contacts=contacts) == Verdict("cap_7d", NOW + timedelta(days=1))


def test_the_order_of_contacts_does_not_matter() -> None:
    contacts = [NOW - timedelta(days=days) for days in (4, 2, 6)]
    assert verdict(contacts=tuple(contacts)) == verdict(contacts=tuple(sorted(contacts)))


def test_a_contact_in_the_future_counts_and_is_survived() -> None:
    in_an_hour = NOW + timedelta(hours=1)
    assert verdict(contacts=(in_an_hour,)) == Verdict("cap_1d", in_an_hour + timedelta(days=1))
    assert verdict(contacts=(NOW + timedelta(days=3650),)) == Verdict("no_opening", None)


def test_a_city_adds_its_own_cap() -> None:
    contacts = tuple(NOW - timedelta(days=days) for days in (2, 4))
    assert verdict(contacts=contacts).allowed
    assert verdict(contacts=contacts, sub="US-MA").reason == "cap_7d"


@pytest.mark.parametrize(
    ("country", "sub"),
    [
        pytest.param("ZZ", None, id="no such country"),
        pytest.param("KP", None, id="a country without a policy"),
        pytest.param("us", None, id="not the country's code"),
        pytest.param("US", "US-XX", id="a part without a policy"),
        pytest.param("CN", "US-MA", id="a part of another country"),
        pytest.param("US-MA", None, id="a part in place of its country"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_place_whose_law_is_not_known_blocks(country: str, sub: str | None) -> None:
    assert verdict(country=country, sub=sub) == Verdict("no_policy", None)


@pytest.mark.parametrize(
    "zones",
    [
        pytest.param((), id="none"),
        pytest.param(("Mars/Olympus",), id="no such zone"),
        pytest.param((CHICAGO, "CST"), id="one of two unknown"),
        pytest.param(("America",), id="a folder of zones"),
        pytest.param(("../../etc/passwd",), id="a path"),
        pytest.param(("A" * 5000,), id="very long"),
        pytest.param(("\ud800",), id="half a character"),
        pytest.param(("",), id="empty"),
    ],
)
def test_a_zone_that_is_not_known_blocks(zones: tuple[str, ...]) -> None:
    assert verdict(time_zones=zones) == Verdict("unknown_time_zone", None)


@pytest.mark.parametrize("state", AccountState)
def test_every_hold_blocks_until_a_person_lifts_it(state: AccountState) -> None:
    assert verdict(holds=frozenset({state})) == Verdict(state.value.lower(), None)


def test_of_several_holds_the_strictest_is_told() -> None:
    holds = frozenset({AccountState.PROMISE, AccountState.OPTED_OUT_SMS, AccountState.HARDSHIP})
    assert verdict(holds=holds).reason == "opted_out_sms"


def test_a_hold_is_told_before_hours_and_caps() -> None:
    night = datetime(2026, 3, 11, 3, 0, tzinfo=UTC)
    assert verdict(now=night, holds=frozenset({AccountState.DISPUTED})) == Verdict("disputed", None)
