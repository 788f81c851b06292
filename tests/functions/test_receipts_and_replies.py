"""What the carrier and the phones say comes in through their topics: receipts raw, replies in SNS envelopes."""

import json
from typing import Any

import pytest

from duebridge.core.contact import State, Text
from duebridge.core.standing import Suppression
from duebridge.core.ticket import Reason
from duebridge.telemetry import count
from functions.receive_reply import handler as receive_reply
from functions.record_receipt import handler as record_receipt
from functions.send_contact import handler as send_contact
from functions.sweep import handler as sweep
from tests.builders import PHONE, a_receipt
from tests.functions.conftest import Context, Deployment, failures_of, scheduled_event, sqs_event
from tests.functions.test_send_contact import a_planned_text, send, state_of
from tests.phones import OPT_OUT_LIST

PATIENCE_SECONDS = 20


@pytest.fixture
def text(deployment: Deployment) -> Text:
    """A demand that has reached the phone."""
    text = a_planned_text(deployment)
    send(text)
    return text


def published(deployment: Deployment, topic: str) -> list[str]:
    assert deployment.phones.wait_until_quiet(PATIENCE_SECONDS)
    return [message for arn, message in deployment.published if arn.endswith(topic)]


def enveloped(message: str) -> dict[str, Any]:
    return {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": "arn:aws:sns:us-east-1:000000000000:inbound",
        "Message": message,
        "Timestamp": "2026-11-24T12:00:00.000Z",
        "SignatureVersion": "1",
        "Signature": "EXAMPLE",
    }


def replies(deployment: Deployment, body: str) -> Any:
    """The phone answers, and the station hears of it."""
    deployment.phones.reply(PHONE, body)
    return receive_reply.handler(sqs_event(enveloped(published(deployment, "inbound")[-1])), Context())


def test_all_events_of_a_text_in_any_order_and_twice_end_delivered(deployment: Deployment, text: Text) -> None:
    events = published(deployment, "events")
    assert len(events) == 4
    answer = record_receipt.handler(sqs_event(*reversed(events), *events), Context())
    assert failures_of(answer) == []
    assert state_of(deployment, text) is State.DELIVERED
    row = deployment.conversations.contact(PHONE, text.contact_id)
    assert row is not None
    assert (row.receipt, row.price_micros) == ("TEXT_DELIVERED", 8_810 * text.segments)


@pytest.mark.usefixtures("deployment")
def test_an_event_of_somebody_elses_text_is_no_failure() -> None:
    event = {
        "eventType": "TEXT_DELIVERED", "eventTimestamp": 1_795_521_600_000, "isFinal": True,
        "messageId": "m", "destinationPhoneNumber": PHONE, "totalMessagePrice": 0.01, "totalMessageParts": 1,
    }  # fmt: skip
    assert failures_of(record_receipt.handler(sqs_event(event), Context())) == []


@pytest.mark.usefixtures("text")
def test_a_stop_is_obeyed_confirmed_and_told_to_the_carrier(deployment: Deployment) -> None:
    assert failures_of(replies(deployment, "STOP")) == []
    assert deployment.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT
    (confirmation,) = deployment.texts("answer")
    send(confirmation)
    assert "opted out" in deployment.phones.carrier_log[-1].body
    assert PHONE in deployment.phones.opt_outs.numbers()
    send(confirmation)
    assert len(deployment.phones.carrier_log) == 2


@pytest.mark.usefixtures("text")
def test_a_question_opens_a_ticket_and_is_answered(deployment: Deployment) -> None:
    replies(deployment, "why is it so much?")
    (ticket,) = deployment.tickets.all_open()
    assert (ticket.reason, ticket.loan_ids) == (Reason.QUESTION, ("L1",))
    assert len(deployment.texts("answer")) == 1


@pytest.mark.usefixtures("text")
def test_a_redelivered_reply_opens_no_second_ticket(deployment: Deployment) -> None:
    replies(deployment, "why is it so much?")
    receive_reply.handler(sqs_event(enveloped(published(deployment, "inbound")[-1])), Context())
    assert len(deployment.tickets.all_open()) == 1


@pytest.mark.usefixtures("text")
def test_a_broken_envelope_does_not_stop_its_neighbours(deployment: Deployment) -> None:
    deployment.phones.reply(PHONE, "STOP")
    good = enveloped(published(deployment, "inbound")[-1])
    answer = receive_reply.handler(sqs_event({**good, "Message": "{"}, good), Context())
    assert failures_of(answer) == ["message-0"]
    assert deployment.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT


def test_the_sweep_runs_on_its_schedule_over_real_tables(deployment: Deployment, text: Text) -> None:
    sweep.handler(scheduled_event(), Context())
    assert state_of(deployment, text) is State.ACCEPTED


def test_no_station_logs_a_number_a_name_or_words(
    deployment: Deployment, text: Text, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="service_undefined")
    replies(deployment, "my secret words")
    record_receipt.handler(sqs_event(*published(deployment, "events")), Context())
    send_contact.handler(sqs_event(json.dumps({"contact_id": "x"}), *deployment.queued("answer")), Context())
    sweep.handler(scheduled_event(), Context())
    said = " ".join(str(record.__dict__) for record in caplog.records if record.name == "service_undefined")
    assert "receive_reply" in said
    for personal in (PHONE, PHONE[1:], "Garcia", "secret", text.body):
        assert personal not in said


def test_a_failure_of_a_dead_number_is_followed_over_real_tables(deployment: Deployment, text: Text) -> None:
    event = json.loads(published(deployment, "events")[-1])
    event |= {"eventType": "TEXT_INVALID", "messageId": a_receipt().message_id}
    record_receipt.handler(sqs_event(event), Context())
    assert deployment.conversations.number(PHONE).suppressed is Suppression.INVALID_NUMBER
    assert state_of(deployment, text) is State.UNDELIVERED


@pytest.mark.usefixtures("text")
def test_the_sweep_finds_what_opted_out_with_the_provider_alone(deployment: Deployment) -> None:
    sms = deployment.phones.opt_outs
    sms.put({"OptOutListName": OPT_OUT_LIST, "OptedOutNumber": PHONE})
    sweep.handler(scheduled_event(), Context())
    number = deployment.conversations.number(PHONE)
    assert (number.suppressed, number.carrier_told) == (Suppression.OPTED_OUT, True)
    assert sms.numbers() == {PHONE}


def test_a_wording_that_a_carrier_blocks_is_counted_by_a_name_that_an_alarm_watches(
    deployment: Deployment, text: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: dict[str, int] = {}

    def counting(station: str, counts: dict[str, int]) -> None:
        counted.update(counts)
        count(station, counts)

    monkeypatch.setattr(record_receipt, "count", counting)
    event = json.loads(published(deployment, "events")[-1])
    record_receipt.handler(sqs_event(event | {"eventType": "TEXT_CARRIER_BLOCKED"}), Context())
    assert counted.items() >= {"TEXT_CARRIER_BLOCKED_wording_stopped": 1, "wording_stopped": 1}.items()
    assert state_of(deployment, text) is State.UNDELIVERED
