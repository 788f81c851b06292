"""How the SMS fake counts parts and tells countries."""

from typing import Any

import pytest

from infra.local.sms_fake.service import SmsFake
from infra.local.sms_fake.texts import country_of, measure
from tests.local.sms_fake.account import (
    Topics,
    a_text,
    receipts,
)


@pytest.mark.parametrize(
    ("body", "encoding", "units", "parts"),
    [
        pytest.param("x" * 160, "GSM", 160, 1, id="160 plain"),
        pytest.param("x" * 161, "GSM", 161, 2, id="161 plain"),
        pytest.param("x" * 306, "GSM", 306, 2, id="two full parts"),
        pytest.param("x" * 307, "GSM", 307, 3, id="one more than two parts"),
        pytest.param("x" * 158 + "€", "GSM", 160, 1, id="extension fills the part"),
        pytest.param("x" * 159 + "€", "GSM", 161, 2, id="extension spills over"),
        pytest.param("x" * 152 + "€" + "x" * 152, "GSM", 306, 3, id="escape pair does not straddle"),
        pytest.param("{}[]~|^\\\f€" * 8, "GSM", 160, 1, id="every extension character takes two"),
        pytest.param("@£$¥éùÄß¿à\n\r", "GSM", 12, 1, id="national letters are GSM"),
        pytest.param("Çç", "Unicode", 2, 1, id="small c with cedilla is not GSM"),
        pytest.param("`", "Unicode", 1, 1, id="backtick is not GSM"),
        pytest.param("您" * 70, "Unicode", 70, 1, id="70 Chinese"),
        pytest.param("您" * 71, "Unicode", 71, 2, id="71 Chinese"),
        pytest.param("您" * 134, "Unicode", 134, 2, id="two full Chinese parts"),
        pytest.param("您" * 135, "Unicode", 135, 3, id="one more than two Chinese parts"),
        pytest.param("🌉" * 35, "Unicode", 70, 1, id="35 emoji"),
        pytest.param("您" * 66 + "🌉" + "您" * 66, "Unicode", 134, 3, id="surrogate pair does not straddle"),
        pytest.param("x" * 69 + "’", "Unicode", 70, 1, id="one curly quote makes all Unicode"),
    ],
)
def test_parts_are_counted(body: str, encoding: str, units: int, parts: int) -> None:
    counted = measure(body)
    assert (counted.encoding, counted.units, counted.parts) == (encoding, units, parts)


@pytest.mark.parametrize(
    ("body", "event_type"),
    [
        pytest.param("x" * 1_530, "TEXT_DELIVERED", id="1530 GSM"),
        pytest.param("x" * 1_531, "TEXT_INVALID_MESSAGE", id="1531 GSM"),
        pytest.param("您" * 630, "TEXT_DELIVERED", id="630 Chinese"),
        pytest.param("您" * 631, "TEXT_INVALID_MESSAGE", id="631 Chinese"),
    ],
)
def test_a_body_over_the_service_maximum_is_accepted_and_then_reported_invalid(
    fake: SmsFake, client: Any, topics: Topics, body: str, event_type: str
) -> None:
    client.send_text_message(**a_text(MessageBody=body))
    assert [event["eventType"] for event in receipts(fake, topics)] == [event_type]


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+8613800138001", "CN"),
        ("+13125550101", "US"),
        ("+16135550101", "CA"),
        ("+447700900123", "GB"),
        ("+919999900001", "IN"),
        ("+4915555000001", "DE"),
        ("+999123456", None),
        ("+80012345678", None),
    ],
)
def test_the_country_of_a_number_is_known(number: str, country: str | None) -> None:
    assert country_of(number) == country
