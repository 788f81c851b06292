"""The menu of arrangements: within the lender's limits, to the cent, on working days."""

from copy import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core import arrangement, segments
from duebridge.core.money import Money
from duebridge.core.undertaking import ArrangementKind, ArrangementLimits, Offer, Option
from tests.builders import NOW, a_chinese_loan, a_loan, the_content

TODAY = date(2026, 3, 11)
LIMITS = ArrangementLimits(6, 30, {"USD": 10_000})
LAW = the_content().policies_for("US", None, NOW)


def the_options(minor: int = 22_218, limits: ArrangementLimits = LIMITS) -> tuple[Option, ...]:
    loan = a_loan(arrears=Money(minor, "USD"))
    return arrangement.options(loan, limits, TODAY, LAW)


def test_a_borrower_may_choose_a_later_day_a_short_plan_or_the_longest_one() -> None:
    kinds = [(option.kind, len(option.parts)) for option in the_options()]
    assert kinds == [
        (ArrangementKind.EXTENSION, 1),
        (ArrangementKind.INSTALMENTS, 2),
        (ArrangementKind.INSTALMENTS, 6),
    ]


@given(st.integers(1, 10**9), st.integers(0, 24), st.integers(0, 90), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_every_option_adds_up_to_the_cent_within_the_limits_on_working_days(
    minor: int, instalments: int, days: int, today: date
) -> None:
    loan = a_loan(arrears=Money(minor, "USD"))
    limits = ArrangementLimits(instalments, days)
    for option in arrangement.options(loan, limits, today, LAW):
        dates = [part.pay_on for part in option.parts]
        assert sum(part.amount_minor for part in option.parts) == minor
        assert all(part.amount_minor > 0 for part in option.parts)
        assert dates == sorted(set(dates))
        assert all(day > today and day.isoweekday() <= 5 and day not in LAW[0].holidays for day in dates)
        if option.kind is ArrangementKind.EXTENSION:
            assert dates[0] <= today + timedelta(days=days)
        else:
            assert len(dates) <= instalments


def test_limits_of_zero_offer_nothing() -> None:
    assert the_options(limits=ArrangementLimits()) == ()


def test_nothing_is_offered_where_nothing_is_owed() -> None:
    assert the_options(0) == ()


def test_a_scheme_narrows_the_lenders_limits_and_never_widens_them() -> None:
    narrowed = LIMITS.narrowed(ArrangementLimits(12, 10, {"USD": 5_000}))
    assert narrowed == ArrangementLimits(6, 10, {"USD": 5_000})
    assert LIMITS.narrowed(None) == LIMITS
    assert LIMITS.narrowed(ArrangementLimits(3, 3)).agreed_at_once_below == {"USD": 10_000}


@pytest.mark.parametrize(
    ("minor", "currency", "is_small"), [(9_999, "USD", True), (10_000, "USD", False), (1, "EUR", False)]
)
def test_only_a_sum_below_the_lenders_bound_is_agreed_at_once(minor: int, currency: str, is_small: bool) -> None:
    assert LIMITS.agrees_at_once(minor, currency) is is_small


def test_the_31st_becomes_the_last_day_of_a_shorter_month() -> None:
    loan = a_loan(arrears=Money(30_000, "USD"))
    plan = arrangement.options(loan, ArrangementLimits(3), date(2026, 1, 17), LAW)[-1]
    assert [part.pay_on for part in plan.parts] == [date(2026, 2, 2), date(2026, 3, 2), date(2026, 3, 31)]


def test_a_menu_reads_as_numbered_lines_in_both_languages() -> None:
    english = arrangement.menu(the_options(), "USD", "en-US")
    assert english == (
        "1) $222.18 by Fri Apr 10; 2) 2 x $111.09 monthly from Wed Mar 25; 3) 6 x $37.03 monthly from Wed Mar 25"
    )
    loan = a_chinese_loan()
    law = the_content().policies_for("CN", None, NOW)
    chinese = arrangement.menu(arrangement.options(loan, LIMITS, TODAY, law), "CNY", "zh-CN")
    assert chinese.startswith("1）4月10日前还826.09元；2）分2期每月413.04元，3月25日起；3）分6期每月")


def test_what_does_not_divide_is_told_as_the_last_payment() -> None:
    words = arrangement.plan(the_options(10_000, ArrangementLimits(3))[-1].parts, "USD", "en-US")
    assert words == "3 x $33.33 monthly from Wed Mar 25, last $33.34"


def test_a_menu_is_over_once_the_sum_has_moved() -> None:
    loan = a_loan()
    offer = Offer(NOW, "inbound-1", "ticket-1", the_options())
    assert arrangement.is_open(offer, loan)
    assert not arrangement.is_open(offer, replace(loan, arrears=Money(10_000, "USD")))
    assert not arrangement.is_open(None, loan)


def test_a_menu_stays_gsm_7_in_english() -> None:
    assert segments.count(arrangement.menu(the_options(), "USD", "en-US")).encoding == "GSM-7"
