"""Delivery events of the SMS fake have the documented form, and none is lost on the way."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from infra.local.sms_fake.account import EventDestination
from infra.local.sms_fake.publisher import Publisher
from infra.local.sms_fake.service import SmsFake
from tests.local.sms_fake.account import (
    AWS_NOW,
    BORROWER,
    LOCAL_NOW,
    OUR_NUMBER,
    PATIENCE_SECONDS,
    RECEIPTS_TOPIC,
    Topics,
    a_text,
    an_account,
    in_process,
    receipts,
)


def test_the_final_event_has_the_documented_form(fake: SmsFake, client: Any, topics: Topics) -> None:
    message_id = client.send_text_message(**a_text(MessageBody="x" * 161))["MessageId"]
    requested = int(AWS_NOW.timestamp() * 1_000)
    (event,) = receipts(fake, topics)
    timestamp = event.pop("eventTimestamp")
    assert requested < timestamp < requested + 1_000
    assert event == {
        "eventType": "TEXT_DELIVERED",
        "eventVersion": "1.0",
        "isFinal": True,
        "originationPhoneNumber": OUR_NUMBER,
        "destinationPhoneNumber": BORROWER,
        "isInternationalSend": False,
        "isoCountryCode": "US",
        "mcc": "310",
        "mnc": "800",
        "messageId": message_id,
        "messageRequestTimestamp": requested,
        "messageEncoding": "GSM",
        "messageType": "TRANSACTIONAL",
        "messageStatus": "DELIVERED",
        "messageStatusDescription": "Message has been accepted by phone",
        "context": {"contact_id": "c-1", "kind": "demand"},
        "totalMessageParts": 2,
        "totalMessagePrice": 0.01162,
        "totalCarrierFee": 0.006,
    }


@pytest.mark.parametrize(
    ("types", "reported"),
    [
        ({"TEXT_ALL"}, ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        ({"TEXT_SUCCESSFUL", "TEXT_DELIVERED"}, ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        ({"TEXT_UNREACHABLE"}, []),
    ],
)
def test_only_subscribed_event_types_are_reported_and_only_the_last_is_final(
    make_fake: Callable[..., SmsFake], topics: Topics, types: set[str], reported: list[str]
) -> None:
    sets = {"receipts": EventDestination(RECEIPTS_TOPIC, frozenset(types))}
    fake = make_fake(account=an_account(configuration_sets=sets))
    in_process(fake).send_text_message(**a_text())
    events = receipts(fake, topics)
    assert [event["eventType"] for event in events] == reported
    assert [event["isFinal"] for event in events] == [name == "TEXT_DELIVERED" for name in reported]
    timestamps = [event["eventTimestamp"] for event in events]
    assert timestamps == sorted(timestamps)


def test_without_a_configuration_set_nothing_is_reported(fake: SmsFake, client: Any, topics: Topics) -> None:
    client.send_text_message(**a_text(ConfigurationSetName=None))
    assert len(fake.carrier_log) == 1
    assert receipts(fake, topics) == []


def test_a_text_from_abroad_is_an_international_send(fake: SmsFake, client: Any, topics: Topics) -> None:
    client.send_text_message(**a_text(DestinationPhoneNumber="+8613800138001"))
    client.send_text_message(**a_text(DestinationPhoneNumber="+8613800138001", OriginationIdentity="HARBOUR"))
    assert [event["isInternationalSend"] for event in receipts(fake, topics)] == [True, False]


def test_a_country_without_known_networks_leaves_the_network_codes_out(
    fake: SmsFake, client: Any, topics: Topics
) -> None:
    client.send_text_message(**a_text(DestinationPhoneNumber="+41791234567"))
    (event,) = receipts(fake, topics)
    assert event["isoCountryCode"] == "CH"
    assert not {"mcc", "mnc"} & set(event)


def test_events_are_pending_until_their_topic_took_them(topics: Topics) -> None:
    released = threading.Event()

    def publish(topic_arn: str, message: str) -> None:
        assert released.wait(PATIENCE_SECONDS)
        topics(topic_arn, message)

    fake = SmsFake(an_account(), publish=publish, now=lambda: LOCAL_NOW)
    try:
        in_process(fake).send_text_message(**a_text())
        assert fake.pending() == 1
        assert not fake.wait_until_quiet(0)
        released.set()
        assert len(receipts(fake, topics)) == 1
        assert fake.pending() == 0
    finally:
        released.set()
        fake.stop()


def test_a_topic_that_fails_for_a_moment_loses_nothing(fake: SmsFake, client: Any, topics: Topics) -> None:
    topics.refusals_left = 1
    client.send_text_message(**a_text())
    assert len(receipts(fake, topics)) == 1
    assert fake.unpublished() == ()


def test_a_topic_that_never_answers_is_told_without_the_text(topics: Topics) -> None:
    topics.refusals_left = 5
    publisher = Publisher(topics, retry_seconds=0)
    try:
        publisher.add(RECEIPTS_TOPIC, json.dumps({"body": "Jane Doe owes"}))
        assert publisher.wait_until_quiet(PATIENCE_SECONDS)
        assert publisher.given_up() == (f"{RECEIPTS_TOPIC}: ConnectionError, after 5 tries",)
        publisher.add(RECEIPTS_TOPIC, "{}")
        assert publisher.wait_until_quiet(PATIENCE_SECONDS)
        assert topics.on(RECEIPTS_TOPIC) == [{}]
    finally:
        publisher.stop()
