"""Amounts are exact, and never mixed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.money import (
    EXPONENTS,
    MixedCurrenciesError,
    Money,
    UnknownCurrencyError,
    WrongAmountError,
    exponent,
)

moneys = st.builds(Money, st.integers(0, 10**14), st.sampled_from(sorted(EXPONENTS)))


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        pytest.param("1234.50", "USD", 123450, id="two decimals"),
        pytest.param("1234.5", "USD", 123450, id="one of two decimals"),
        pytest.param("1234", "USD", 123400, id="none of two decimals"),
        pytest.param("1234", "JPY", 1234, id="a currency without decimals"),
        pytest.param("1.234", "KWD", 1234, id="a currency with three decimals"),
        pytest.param("0.0001", "CLF", 1, id="a unit of account with four decimals"),
        pytest.param("0.00", "CNY", 0, id="nothing"),
        pytest.param("007.10", "CNY", 710, id="leading zeros"),
    ],
)
def test_a_plain_decimal_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("12.345", "3 decimals, but USD has 2", id="too many decimals"),
        pytest.param("12.300", "3 decimals, but USD has 2", id="too many decimals, though zeros"),
        pytest.param("-5.00", "a negative amount", id="negative"),
        pytest.param("+5.00", "an amount with a plus sign", id="plus sign"),
        pytest.param("1,234.50", "thousands separators", id="comma for thousands"),
        pytest.param("1,23,456.00", "thousands separators", id="lakhs"),
        pytest.param("1.234,50", "thousands separators", id="dot for thousands"),
        pytest.param("1 234.50", "thousands separators", id="blank for thousands"),
        pytest.param("1234,5", "a decimal comma", id="decimal comma"),
        pytest.param("1e3", "exponent notation", id="exponent"),
        pytest.param("NaN", "not a number", id="NaN"),
        pytest.param("Infinity", "not a number", id="infinity"),
        pytest.param("", "not a number", id="empty"),
        pytest.param(".5", "not a number", id="no digit before the point"),
        pytest.param("5.", "not a number", id="no digit after the point"),
        pytest.param("1_000", "not a number", id="underscore"),
        pytest.param("１２", "not a number", id="full-width digits"),
        pytest.param("$5.00", "not a number", id="currency sign"),
        pytest.param("1234567890123456", "more than 15 digits", id="too many digits"),
    ],
)
def test_anything_else_is_refused_with_its_class(text: str, reason: str) -> None:
    with pytest.raises(WrongAmountError, match=reason):
        Money.parse(text, "USD")


def test_a_yen_amount_with_decimals_is_refused() -> None:
    with pytest.raises(WrongAmountError, match="2 decimals, but JPY has 0"):
        Money.parse("1234.00", "JPY")


@pytest.mark.parametrize("code", ["XXX", "XAU", "usd", "", "DEM", "BGN"])
def test_a_code_that_nobody_owes_in_is_no_currency(code: str) -> None:
    with pytest.raises(UnknownCurrencyError, match="not an active ISO 4217 currency code"):
        Money(1, code)


def test_the_decimals_of_a_currency_are_its_own() -> None:
    assert [exponent(code) for code in ("VND", "KRW", "INR", "BHD")] == [0, 0, 2, 3]


@given(moneys)
def test_an_amount_survives_being_written_and_read(amount: Money) -> None:
    assert Money.parse(amount.decimal_text, amount.currency) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(5, "USD"), "0.05"),
        (Money(-123450, "USD"), "-1234.50"),
        (Money(1234, "JPY"), "1234"),
        (Money(1, "KWD"), "0.001"),
    ],
)
def test_the_decimal_text_has_the_currencys_decimals(amount: Money, text: str) -> None:
    assert amount.decimal_text == text


def test_amounts_of_one_currency_add_subtract_and_compare() -> None:
    one, two = Money(100, "EUR"), Money(200, "EUR")
    assert one + one == two
    assert one - two == Money(-100, "EUR")
    assert one < two
    assert two >= one
    assert max(one, two) is two


@pytest.mark.parametrize(
    "mix",
    [
        pytest.param(lambda one, other: one + other, id="add"),
        pytest.param(lambda one, other: one - other, id="subtract"),
        pytest.param(lambda one, other: one < other, id="less"),
        pytest.param(lambda one, other: one >= other, id="at least"),
    ],
)
def test_amounts_of_two_currencies_do_not_mix(mix: Callable[[Money, Money], object]) -> None:
    with pytest.raises(MixedCurrenciesError, match="EUR and USD"):
        mix(Money(100, "EUR"), Money(100, "USD"))


def test_equal_figures_of_two_currencies_are_not_equal() -> None:
    assert Money(100, "EUR") != Money(100, "USD")


@given(st.text(max_size=30))
def test_no_text_raises_anything_but_a_wrong_amount(text: str) -> None:
    try:
        amount = Money.parse(text, "USD")
    except WrongAmountError:
        return
    assert amount.minor >= 0


def test_a_refused_amount_is_not_repeated() -> None:
    with pytest.raises(WrongAmountError) as caught:
        Money.parse("98765secret", "USD")
    assert "98765" not in str(caught.value)
