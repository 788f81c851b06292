"""Texts from the queues reach the carrier once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from duebridge.adapters.queues import text_message
from duebridge.core.contact import State, Text
from functions.plan_contacts import handler as plan_contacts
from functions.send_contact.handler import handler
from tests.builders import PHONE, a_loan, an_answer
from tests.functions.conftest import Context, Deployment, failures_of, sqs_event
from tests.functions.test_plan_contacts import WORK

Deploy = Callable[..., Deployment]


def a_planned_text(deployment: Deployment) -> Text:
    deployment.loans.save(a_loan())
    plan_contacts.handler(sqs_event(WORK), Context())
    (text,) = deployment.texts("bulk")
    return text


def send(*texts: Text) -> Any:
    return handler(sqs_event(*map(text_message, texts)), Context())


def state_of(deployment: Deployment, text: Text) -> State | None:
    row = deployment.conversations.contact(text.phone, text.contact_id)
    return row.state if row else None


def test_a_planned_text_reaches_the_phone(deployment: Deployment) -> None:
    text = a_planned_text(deployment)
    assert failures_of(send(text)) == []
    (sent,) = deployment.phones.carrier_log
    assert (sent.to, sent.body) == (PHONE, text.body)
    assert sent.context == {"contact_id": text.contact_id, "kind": "demand"}
    assert state_of(deployment, text) is State.ACCEPTED


def test_a_text_that_comes_twice_in_a_batch_and_again_later_goes_out_once(deployment: Deployment) -> None:
    text = a_planned_text(deployment)
    send(text, text)
    send(text)
    assert len(deployment.phones.carrier_log) == 1


def test_a_service_that_never_answers_is_asked_once_however_often_the_message_comes(deploy: Deploy) -> None:
    deployment = deploy("timeout=1")
    text = a_planned_text(deployment)
    for _ in range(3):
        assert failures_of(send(text)) == []
    assert len(deployment.phones.carrier_log) == 1
    assert state_of(deployment, text) is State.IN_DOUBT


@pytest.mark.parametrize("queue", ["bulk", "answer"])
def test_a_throttled_text_goes_back_to_the_queue_that_it_came_from(deploy: Deploy, queue: str) -> None:
    deployment = deploy("throttle=1")
    text = a_planned_text(deployment) if queue == "bulk" else an_answer()
    assert failures_of(send(text)) == []
    assert state_of(deployment, text) is State.RELEASED
    attributes = deployment.sqs.get_queue_attributes(
        QueueUrl=deployment.queue_urls[queue], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def test_without_time_left_the_carrier_is_not_asked_and_a_fresh_copy_waits(deployment: Deployment) -> None:
    text = a_planned_text(deployment)
    hurried = Context(remaining_milliseconds=2_000)
    assert failures_of(handler(sqs_event(text_message(text)), hurried)) == []
    assert deployment.phones.carrier_log == ()
    assert state_of(deployment, text) is None
    assert deployment.texts("bulk") == [text]


def test_a_broken_message_does_not_stop_its_neighbours(deployment: Deployment) -> None:
    text = a_planned_text(deployment)
    answer = handler(sqs_event('{"contact_id": "x"}', text_message(text)), Context())
    assert failures_of(answer) == ["message-0"]
    assert len(deployment.phones.carrier_log) == 1


def test_an_answer_reaches_the_phone_of_someone_whom_we_know_no_loan_of(deployment: Deployment) -> None:
    send(replace(an_answer(), loan_id=""))
    assert [sent.context["kind"] for sent in deployment.phones.carrier_log] == ["answer"]
