"""Numbers as lenders write them become E.164, or are refused without being repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.adapters.phone_numbers import PhoneNumbers
from duebridge.core.loan_file import WrongPhoneError

read_phone = PhoneNumbers()


@pytest.mark.parametrize(
    ("text", "country", "e164", "zones"),
    [
        pytest.param("+8613800138001", "CN", "+8613800138001", ("Asia/Shanghai",), id="China"),
        pytest.param("+919999900001", "IN", "+919999900001", ("Asia/Calcutta",), id="India"),
        pytest.param("+13125550101", "US", "+13125550101", ("America/Chicago",), id="Chicago"),
        pytest.param("+18085550101", "US", "+18085550101", ("Pacific/Honolulu",), id="Honolulu"),
        pytest.param("+4915112345678", "DE", "+4915112345678", ("Europe/Berlin",), id="Germany"),
        pytest.param("13800138001", "CN", "+8613800138001", ("Asia/Shanghai",), id="national, China"),
        pytest.param("8613800138001", "CN", "+8613800138001", ("Asia/Shanghai",), id="without its plus"),
        pytest.param("008613800138001", "CN", "+8613800138001", ("Asia/Shanghai",), id="dialled abroad"),
        pytest.param("(312) 555-0101", "US", "+13125550101", ("America/Chicago",), id="national, US"),
        pytest.param("+86 138 0013 8001", "CN", "+8613800138001", ("Asia/Shanghai",), id="with blanks"),
        pytest.param("＋８６１３８００１３８００１", "CN", "+8613800138001", ("Asia/Shanghai",), id="full width"),
        pytest.param("+8613800138001", "US", "+8613800138001", ("Asia/Shanghai",), id="lives elsewhere"),
    ],
)
def test_a_number_becomes_e164_with_its_zones(text: str, country: str, e164: str, zones: tuple[str, ...]) -> None:
    phone = read_phone(text, country)
    assert (phone.e164, phone.zones) == (e164, zones)


def test_a_british_mobile_may_be_on_the_islands_too() -> None:
    assert "Europe/London" in read_phone("07911123001", "GB").zones


@pytest.mark.parametrize(
    ("text", "country", "says"),
    [
        pytest.param("+8613800138001123", "CN", "16 digits with +: too many or too few", id="too long"),
        pytest.param("+861399", "CN", "6 digits with +: too many or too few", id="too short"),
        pytest.param("12345678901234", "US", "14 digits without +: too many or too few", id="no country's"),
        pytest.param("+8619900000", "CN", "10 digits with +", id="no range"),
        pytest.param("+11115550101", "US", "in no range of numbers", id="no such area"),
        pytest.param("+9991234567890", "US", "13 digits with +: no number of any country", id="no such code"),
        pytest.param("1-800-FLOWERS", "US", "letters in a telephone number", id="letters"),
        pytest.param("+13125550101 x12", "US", "letters in a telephone number", id="extension"),
        pytest.param("+13125550101;12", "US", "several numbers in one cell", id="two numbers"),
        pytest.param("+13125550101/+13125550102", "US", "several numbers in one cell", id="two, slash"),
        pytest.param("unknown", "US", "not a telephone number", id="word"),
        pytest.param("1.38E+10", "CN", "letters in a telephone number", id="spreadsheet"),
        pytest.param("1" * 5000, "US", "not a telephone number", id="endless"),
    ],
)
def test_a_wrong_number_is_refused_with_its_class(text: str, country: str, says: str) -> None:
    with pytest.raises(WrongPhoneError) as caught:
        read_phone(text, country)
    assert says in str(caught.value)
    assert "such as +8613800138001" in str(caught.value)
    assert text not in str(caught.value)


@given(st.text(max_size=45), st.sampled_from(["CN", "US", "GB", "IN", "DE", "AQ"]))
def test_any_text_is_a_number_or_refused(text: str, country: str) -> None:
    try:
        phone = read_phone(text, country)
    except WrongPhoneError:
        return
    assert phone.e164.startswith("+")
    assert phone.e164[1:].isdigit()
