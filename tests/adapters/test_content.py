"""The compiled content is read back as what templates/ says."""

from datetime import date, time
from pathlib import Path

import pytest

from duebridge.adapters import content as content_adapter
from duebridge.core.errors import ContentError
from duebridge.core.policy import Cap
from duebridge.core.strategy import Kind
from infra.content import write_content
from tests.builders import the_content


def test_a_policy_is_read_with_its_hours_caps_and_source() -> None:
    (policy,) = the_content().policies["IN"]
    assert (policy.jurisdiction, policy.opens, policy.closes) == ("IN", time(8), time(19))
    assert policy.caps == (Cap(1, 1), Cap(7, 3), Cap(30, 8))
    assert policy.source.startswith("RBI/2022-23/108")
    assert policy.verified
    assert date(2026, 1, 26) in policy.holidays
    assert date(2026, 1, 26) in policy.closed_on


def test_a_state_is_bound_by_its_country_and_by_itself() -> None:
    country, state = the_content().policies_for("US", "US-MA")
    assert (country.jurisdiction, state.jurisdiction) == ("US", "US-MA")
    assert Cap(7, 2) in state.caps
    assert not state.verified


@pytest.mark.parametrize(("country", "sub"), [("FR", None), ("US", "US-XX"), ("FR", "FR-75")])
def test_a_place_that_nobody_entered_has_no_policy(country: str, sub: str | None) -> None:
    assert the_content().policies_for(country, sub) == ()


def test_the_strategy_is_read_step_by_step() -> None:
    first, second = the_content().strategy.steps[:2]
    assert (first.kind, first.first_day, first.last_day, first.answer_working_days) == (Kind.PRE_DUE, -3, 0, 0)
    assert (second.kind, second.template, second.answer_working_days) == (Kind.DEMAND, "demand", 7)


def test_a_locale_falls_back_to_its_language() -> None:
    assert the_content().template("help", "en-IN").locale == "en"
    assert the_content().template("help", "zh-CN").locale == "zh-CN"


def test_a_missing_template_and_a_missing_office_say_where_to_add_them() -> None:
    with pytest.raises(ContentError, match=r"add sms/fr-FR/help\.txt"):
        the_content().template("help", "fr-FR")
    with pytest.raises(ContentError, match="no office for FR"):
        the_content().office("FR")


def test_every_country_with_a_policy_has_an_office_and_a_price() -> None:
    countries = {name for name in the_content().policies if "-" not in name}
    assert countries == set(the_content().lender.offices) == set(the_content().prices)


def test_the_content_layer_is_loaded_as_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "duebridge_content"
    package.mkdir()
    write_content(package, "harbour-bank")
    monkeypatch.syspath_prepend(tmp_path)
    assert content_adapter.load() == the_content()
