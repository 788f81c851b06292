"""Amounts, dates and names as readers of each language write them."""

from datetime import date

import pytest

from duebridge.core import wording
from duebridge.core.money import Money
from tests.builders import a_chinese_loan, a_row


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "expected"),
    [
        (123_450, "USD", "en-US", "$1,234.50"),
        (99, "USD", "en-US", "$0.99"),
        (12_345_600, "INR", "en-IN", "Rs 1,23,456.00"),
        (1_234_567_800, "INR", "en-IN", "Rs 1,23,45,678.00"),
        (99_900, "INR", "en-IN", "Rs 999.00"),
        (123_450, "GBP", "en-GB", "£1,234.50"),
        (9_339, "EUR", "en-GB", "EUR 93.39"),
        (123_450, "CNY", "zh-CN", "1,234.50元"),
        (123_450, "USD", "zh-CN", "1,234.50USD"),
        (1_234, "JPY", "en-US", "JPY 1,234"),
    ],
)
def test_an_amount_is_written_as_its_reader_writes_it(minor: int, currency: str, locale: str, expected: str) -> None:
    assert wording.amount(Money(minor, currency), locale) == expected


@pytest.mark.parametrize(("minor", "expected"), [(125_000, "$1,250"), (125_050, "$1,250.50"), (100, "$1")])
def test_a_round_amount_may_be_written_without_cents(minor: int, expected: str) -> None:
    assert wording.rounded(Money(minor, "USD"), "en-US") == expected


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("zh-CN", "3月20日"), ("en-GB", "Fri 20 Mar"), ("en-IN", "Fri 20 Mar"), ("en-US", "Fri Mar 20")],
)
def test_a_day_is_written_as_its_reader_writes_it(locale: str, expected: str) -> None:
    assert wording.day(date(2026, 3, 20), locale) == expected


def test_a_chinese_borrower_is_addressed_with_the_salutation_and_an_english_one_by_first_name() -> None:
    assert wording.addressed(a_chinese_loan().terms) == "王芳女士"
    assert wording.addressed(a_row()) == "Wei"


def test_an_unknown_salutation_leaves_the_name_alone() -> None:
    assert wording.addressed(a_chinese_loan(salutation="").terms) == "王芳"


def test_a_masked_number_cannot_be_called() -> None:
    assert wording.masked("+13125550101") == "+13***01"
