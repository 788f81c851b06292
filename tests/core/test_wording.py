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


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "expected"),
    [
        pytest.param(125_000, "USD", "en-US", "$1,250", id="no cents"),
        pytest.param(125_050, "USD", "en-US", "$1,250.50", id="cents"),
        pytest.param(100, "USD", "en-US", "$1", id="one"),
        pytest.param(0, "USD", "en-US", "$0", id="nothing"),
        pytest.param(125_000, "CNY", "zh-CN", "1,250元", id="in Chinese"),
        pytest.param(12_345_600, "INR", "en-IN", "Rs 1,23,456", id="in India"),
        pytest.param(1_234, "JPY", "en-US", "JPY 1,234", id="a currency without cents"),
        pytest.param(1_001, "KWD", "en-US", "KWD 1.001", id="a thousandth is not rounded away"),
        pytest.param(1_000, "KWD", "en-US", "KWD 1", id="no thousandths"),
    ],
)
def test_a_round_amount_may_be_written_without_cents(minor: int, currency: str, locale: str, expected: str) -> None:
    assert wording.rounded(Money(minor, currency), locale) == expected


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


@pytest.mark.parametrize(
    ("full_name", "expected"),
    [
        pytest.param("Wei\n Garcia", "Wei", id="the first of several names"),
        pytest.param("Bartholomew", "Bartholomew", id="a long first name"),
        pytest.param("x" * 13, "customer", id="too long for a text's budget"),
        pytest.param("【Bank】 Wei", "(Bank)", id="brackets that would sign a text"),
    ],
)
def test_a_name_can_neither_sign_a_text_nor_make_it_longer(full_name: str, expected: str) -> None:
    assert wording.addressed(a_row(full_name=full_name)) == expected


def test_a_long_chinese_name_is_a_customer() -> None:
    assert wording.addressed(a_chinese_loan(full_name="阿卜杜拉买买提").terms) == "客户"


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        pytest.param("Car\r\n loan", "Car loan", id="a line break"),
        pytest.param("【Bank】", "(Bank)", id="brackets that would sign a text"),
        pytest.param("x" * 24, "x" * 24, id="as long as may be"),
        pytest.param("x" * 25, "loan", id="too long"),
    ],
)
def test_a_product_is_told_in_line_or_simply_called_a_loan(called: str, expected: str) -> None:
    assert wording.product(a_row(product=called)) == expected


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        pytest.param("数码分期", "数码分期", id="readable"),
        pytest.param("Education loan", "贷款", id="in another language"),
        pytest.param("小微企业经营贷款", "贷款", id="too long"),
    ],
)
def test_a_chinese_reader_is_told_a_product_in_chinese(called: str, expected: str) -> None:
    assert wording.product(a_chinese_loan(product=called).terms) == expected


@pytest.mark.parametrize("hidden", ["\u00ad", "\u200b", "\u202e", " \u2060 "])
def test_a_name_that_nobody_can_see_is_a_customer_and_such_a_product_a_loan(hidden: str) -> None:
    row = a_row(full_name=hidden, product=hidden)
    assert (wording.addressed(row), wording.product(row)) == ("customer", "loan")
    chinese = a_row(full_name=hidden, product=hidden, locale="zh-CN")
    assert (wording.addressed(chinese), wording.product(chinese)) == ("客户", "贷款")
