"""The compiled content is read back as what templates/ says."""

from datetime import date, time
from pathlib import Path

import pytest

from duebridge.adapters import content as content_adapter
from duebridge.core.account_state import AccountState
from duebridge.core.errors import ContentError
from duebridge.core.policy import Cap
from duebridge.core.strategy import Kind, Trait
from infra.content import lenders, write_content
from tests.builders import NOW, the_content


def test_a_policy_is_read_with_its_hours_caps_and_source() -> None:
    (policy,) = the_content().policies["IN"]
    assert (policy.jurisdiction, policy.opens, policy.closes) == ("IN", time(8), time(19))
    assert policy.caps == (Cap(1, 1), Cap(7, 3), Cap(30, 8))
    assert "RBI/2022-23/108" in policy.source
    assert "[not verified]" in policy.source
    assert not policy.verified
    assert (policy.version, policy.effective_from, policy.effective_to) == ("2026-11", date(2022, 8, 12), None)
    assert "basis" in policy.required["demand"]
    assert policy.registered_texts
    assert date(2026, 1, 26) in policy.holidays
    assert date(2026, 1, 26) in policy.closed_on


def test_a_state_is_bound_by_its_country_and_by_itself() -> None:
    country, state = the_content().policies_for("US", "US-MA", NOW)
    assert (country.jurisdiction, state.jurisdiction) == ("US", "US-MA")
    assert Cap(7, 2) in state.caps
    assert not state.verified


@pytest.mark.parametrize(("country", "sub"), [("FR", None), ("US", "US-XX"), ("FR", "FR-75")])
def test_a_place_that_nobody_entered_has_no_policy(country: str, sub: str | None) -> None:
    assert the_content().policies_for(country, sub, NOW) == ()


def test_the_strategy_is_read_step_by_step() -> None:
    _care, everyone = the_content().strategy.schemes
    first, second = everyone.steps[:2]
    assert (first.kind, first.first_day, first.last_day, first.answer_working_days) == (Kind.PRE_DUE, -3, 0, 0)
    assert (second.kind, second.template, second.answer_working_days) == (
        Kind.DEMAND,
        "unified/days-1-3",
        7,
    )


def test_a_locale_falls_back_to_its_language() -> None:
    assert the_content().template("answers/help", "en-IN").locale == "en"
    assert the_content().template("answers/help", "zh-CN").locale == "zh-CN"


def test_a_missing_template_and_a_missing_office_say_where_to_add_them() -> None:
    with pytest.raises(ContentError, match=r"add sms/fr-FR/answers/help\.txt"):
        the_content().template("answers/help", "fr-FR")
    with pytest.raises(ContentError, match="no office for FR"):
        the_content().office("FR")


def test_a_holiday_on_which_people_may_be_written_to_is_still_no_working_day() -> None:
    policy = the_content().policies["US"][0]
    assert date(2026, 7, 4) in policy.holidays
    assert policy.closed_on == frozenset()


@pytest.mark.parametrize("lender", lenders())
def test_every_country_with_a_policy_has_an_office_and_a_price(lender: str) -> None:
    content = the_content(lender)
    countries = [name for name in content.policies if "-" not in name]
    assert len(countries) == 5
    for country in countries:
        assert content.serves(country)
        assert content.office(country).price_micros > 0
    assert not content.serves("FR")


def test_a_member_state_without_its_own_office_has_the_one_of_its_jurisdiction() -> None:
    assert the_content().office("DE") is the_content().lender.offices["EU"]


def test_an_office_is_read_with_its_words() -> None:
    office = the_content().office("IN")
    assert (office.reply_to, office.consequence_day) == ("56161", 90)
    assert "56161" in office.stop_line["en"]
    assert "{date}" in office.consequence_words["en"]
    assert the_content().office("DE").consequence_words == {}


def test_a_segment_is_read_with_its_conditions() -> None:
    schemes = {scheme.segment: scheme for scheme in the_content("morning-finance").strategy.schemes}
    (balance,) = schemes["large-balance"].conditions
    assert (balance.trait, balance.at_least, balance.at_least_by_currency["USD"]) == (Trait.BALANCE, None, 5_000)
    assert schemes["hardship"].marks == {"hardship"}
    assert [(c.trait, c.at_least, c.at_most) for c in schemes["forgetful"].conditions] == [
        (Trait.PRIOR_DELINQUENCIES, 1, None),
        (Trait.PAID_PERCENT, 50, None),
    ]
    assert schemes["first-time"].step_at(1) is None


def test_a_text_is_read_with_what_it_must_say_and_what_it_may_cost() -> None:
    demand = the_content().template("unified/days-1-3", "en-US")
    assert (demand.purpose, demand.segments, demand.later_segments) == ("demand", 2, 1)
    assert {"arrears", "pay_by", "basis", "stop"} <= set(demand.required)
    assert demand.required_first == ("principal", "payments_left")
    assert demand.countries == ()
    assert demand.registered == {}
    assert the_content().template("unified/reminder", "en-US").purpose == "pre_due"


def test_every_state_of_an_account_says_how_long_it_pauses() -> None:
    pauses = the_content().pause_working_days
    assert set(pauses) == set(AccountState)
    assert {state for state, days in pauses.items() if days is not None} == {AccountState.PAID_CLAIM}
    assert pauses[AccountState.PAID_CLAIM] == 3


def test_the_content_layer_is_loaded_as_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "duebridge_content"
    package.mkdir()
    write_content(package, "harbour-bank")
    monkeypatch.syspath_prepend(tmp_path)
    assert content_adapter.load() == the_content()
