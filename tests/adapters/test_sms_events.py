"""Delivery events and inbound texts, in the forms that AWS documents."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from duebridge.adapters.sms_events import inbound_of, receipt_of
from duebridge.core.receipt import Receipt
from duebridge.core.reply import Inbound
from tests.builders import PHONE
from tests.fakes import FakeClock

AT = datetime(2026, 11, 24, 12, 0, 0, 5_000, tzinfo=UTC)


class PlayedClock(FakeClock):
    """The business clock is a day behind AWS's."""

    def from_aws(self, stamp: datetime) -> datetime:
        return stamp - timedelta(days=1)


def a_delivery_event(**changes: Any) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html"""
    event = {
        "eventType": "TEXT_DELIVERED",
        "eventVersion": "1.0",
        "eventTimestamp": 1_795_521_600_005,
        "isFinal": True,
        "originationPhoneNumber": "+18445550123",
        "destinationPhoneNumber": PHONE,
        "isoCountryCode": "US",
        "messageId": "m1",
        "messageRequestTimestamp": 1_795_521_600_000,
        "messageEncoding": "GSM",
        "messageType": "TRANSACTIONAL",
        "messageStatus": "DELIVERED",
        "messageStatusDescription": "Message has been accepted by phone",
        "context": {"contact_id": "demand-1", "kind": "demand"},
        "totalMessageParts": 2,
        "totalMessagePrice": 0.01162,
        "totalCarrierFee": 0.006,
    }
    return event | changes


def an_envelope(**changes: Any) -> dict[str, Any]:
    """https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html in its SNS envelope"""
    payload = {
        "originationNumber": PHONE,
        "destinationNumber": "+18445550123",
        "messageKeyword": "KEYWORD_000000000000",
        "messageBody": "STOP",
        "inboundMessageId": "in-1",
        "previousPublishedMessageId": "m1",
    } | changes
    return {
        "Type": "Notification",
        "MessageId": "sns-1",
        "TopicArn": "arn:aws:sns:us-east-1:000000000000:inbound",
        "Message": json.dumps({name: value for name, value in payload.items() if value is not ...}),
        "Timestamp": "2026-11-24T12:00:00.005Z",
    }


def test_a_delivery_event_is_read_whole_and_its_time_by_our_clock() -> None:
    assert receipt_of(a_delivery_event(), PlayedClock()) == Receipt(
        event_type="TEXT_DELIVERED",
        is_final=True,
        contact_id="demand-1",
        message_id="m1",
        phone=PHONE,
        at=AT - timedelta(days=1),
        segments=2,
        price_micros=17_620,
    )


@pytest.mark.parametrize("context", [None, {}, {"other": "x"}])
def test_an_event_of_a_text_that_is_not_ours_has_no_contact(context: Any) -> None:
    assert receipt_of(a_delivery_event(context=context), FakeClock()).contact_id == ""


def test_an_event_without_price_or_parts_is_read_as_free() -> None:
    event = a_delivery_event(totalMessagePrice=None, totalMessageParts=None)
    del event["totalCarrierFee"]
    receipt = receipt_of(event, FakeClock())
    assert (receipt.price_micros, receipt.segments) == (0, 0)


def test_an_inbound_text_is_read_with_the_envelopes_time() -> None:
    inbound = inbound_of(an_envelope(), PlayedClock())
    assert inbound == Inbound("in-1", PHONE, "STOP", "m1", AT - timedelta(days=1))


@pytest.mark.parametrize("missing", [None, ...], ids=["null", "absent"])
def test_an_inbound_text_may_answer_nothing_and_say_nothing(missing: Any) -> None:
    inbound = inbound_of(an_envelope(previousPublishedMessageId=missing, messageBody=missing), FakeClock())
    assert (inbound.answering_message_id, inbound.body) == ("", "")
