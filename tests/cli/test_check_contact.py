"""`duebridge check-contact` answers by the rules of the core, and takes times as instants."""

from typing import Any

import pytest

from tests.cli.asking import answers, lines, run


def asked(**changes: Any) -> dict[str, Any]:
    """A borrower in Chicago at eleven in the morning."""
    values: dict[str, Any] = {
        "id": 1,
        "now": "2026-03-11T16:00:00Z",
        "country": "US",
        "time_zones": ["America/Chicago"],
        "contacts": [],
        "holds": [],
    }
    return values | changes


def answer(**changes: Any) -> Any:
    """The one answer to one question."""
    (only,) = answers(run("check-contact", stdin=lines(asked(**changes))))
    return only


def test_allowed_means_now() -> None:
    assert answer() == {"id": 1, "allowed": True, "reason": "allowed", "next_allowed_at": "2026-03-11T16:00:00Z"}


def test_now_may_be_stated_in_any_zone() -> None:
    assert answer(now="2026-03-11T11:00:00-05:00") == answer()


def test_a_block_by_hours_says_when_it_ends() -> None:
    assert answer(now="2026-03-11T03:00:00Z") == {
        "id": 1,
        "allowed": False,
        "reason": "outside_hours",
        "next_allowed_at": "2026-03-11T13:00:00Z",
    }


def test_a_block_by_a_cap_says_when_it_ends() -> None:
    blocked = answer(contacts=["2026-03-11T15:00:00Z", "2026-02-02T15:00:00Z"])
    assert (blocked["reason"], blocked["next_allowed_at"]) == ("cap_1d", "2026-03-12T15:00:00Z")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"country": "ZZ"}, "no_policy", id="unknown country"),
        pytest.param({"sub": "US-XX"}, "no_policy", id="unknown part"),
        pytest.param({"time_zones": ["Nowhere"]}, "unknown_time_zone", id="unknown zone"),
        pytest.param({"holds": ["DISPUTED"]}, "disputed", id="a hold"),
    ],
)
def test_what_time_does_not_lift_has_no_next_instant(changes: dict[str, Any], reason: str) -> None:
    assert answer(**changes) == {"id": 1, "allowed": False, "reason": reason, "next_allowed_at": None}


def test_no_part_of_a_country_may_be_null() -> None:
    assert answer(sub=None) == answer()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"now": "2026-03-11T16:00:00"}, "now: not a date and time with its zone", id="naive now"),
        pytest.param({"now": "0001-01-01T00:00:00+14:00"}, "now: not a date", id="a year out of bounds"),
        pytest.param({"now": None}, "now: another kind", id="no now"),
        pytest.param({"contacts": ["2026-03-11T15:00:00"]}, "contacts: not a date", id="naive contact"),
        pytest.param({"contacts": "2026-03-11T15:00:00Z"}, "contacts: another kind", id="no list"),
        pytest.param({"contacts": [5]}, "contacts: another kind", id="numbers"),
        pytest.param({"holds": ["FRIENDLY"]}, "holds: not a state", id="unknown hold"),
        pytest.param({"sub": 5}, "sub: another kind", id="sub of another kind"),
    ],
)
def test_a_line_that_leaves_a_doubt_gets_no_answer(changes: dict[str, Any], told: str) -> None:
    result = run("check-contact", stdin=lines(asked(**changes), asked(id=2)))
    assert result.exit_code == 1
    assert [answer["id"] for answer in answers(result)] == [2]
    assert result.stderr.startswith(f"line 1: {told}")


@pytest.mark.parametrize("name", ["now", "country", "time_zones", "contacts", "holds"])
def test_a_value_left_out_is_not_taken_for_none(name: str) -> None:
    question = asked()
    del question[name]
    result = run("check-contact", stdin=lines(question))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"line 1: {name}: missing")
