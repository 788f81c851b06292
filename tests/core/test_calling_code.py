"""A number tells its calling code without a numbering plan."""

import phonenumbers
import pytest

from duebridge.core.calling_code import calling_code


@pytest.mark.parametrize(
    ("phone", "code"),
    [("+13125550101", "+1"), ("+8613800138001", "+86"), ("+447700900123", "+44"), ("+35312345678", "+353")],
)
def test_a_number_begins_with_its_calling_code(phone: str, code: str) -> None:
    assert calling_code(phone) == code


def test_every_calling_code_that_the_numbering_plans_know_is_told() -> None:
    codes = list(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
    assert len(codes) > 200
    assert [code for code in codes if calling_code(f"+{code}2345678") != f"+{code}"] == []
