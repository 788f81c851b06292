"""Texts from the queues reach the carrier once."""

from collections.abc import Callable
from copy import replace
from typing import Any

import pytest

from duebridge.adapters.pace import DynamoPace
from duebridge.adapters.queues import text_message
from duebridge.core.contact import State, Text
from duebridge.core.pace import LOOK_AHEAD_SECONDS, OPENS_AFTER_SECONDS, Limit
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason
from functions.plan_contacts import handler as plan_contacts
from functions.send_contact import handler as send_handler
from functions.send_contact.handler import handler
from tests.aws import CONVERSATION_TABLE, rows_of
from tests.builders import PHONE, a_loan, an_answer
from tests.functions.conftest import Context, Deployment, failures_of, sqs_event
from tests.functions.test_plan_contacts import WORK
from tests.phones import OUR_NUMBER
from tests.stores import aws_client

Deploy = Callable[..., Deployment]

SECOND = 1_795_521_600


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


@pytest.fixture
def played_seconds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Real time for the pace, as a test plays it; the last entry is now."""
    seconds = [float(SECOND)]
    monkeypatch.setattr(DynamoPace, "now", lambda _: seconds[-1])
    monkeypatch.setattr(DynamoPace, "sleep", lambda _, wait: seconds.append(seconds[-1] + max(0.0, wait)))
    return seconds


def paced_answers(number: int) -> list[Text]:
    return [
        replace(an_answer(), contact_id=f"answer-{each}", phone=f"+1312555{2_000 + each}") for each in range(number)
    ]


def counted() -> dict[str, str]:
    rows = rows_of(aws_client("dynamodb"), CONVERSATION_TABLE)
    return {row["entry"]["S"]: row["taken"]["N"] for row in rows if row["party"]["S"].startswith("pace#")}


def test_the_texts_of_a_batch_share_one_reservation_of_the_number_that_they_go_out_from(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, played_seconds: list[float]
) -> None:
    monkeypatch.setenv("PARTS_PER_SECOND", "3")
    assert failures_of(send(*paced_answers(5))) == []
    assert len(deployment.phones.carrier_log) == 5
    assert counted() == {f"second#{SECOND}": "3", f"second#{SECOND + 1}": "2"}
    assert played_seconds[-1] == pytest.approx(SECOND + 1 + OPENS_AFTER_SECONDS)


@pytest.mark.usefixtures("played_seconds")
def test_texts_beyond_what_can_be_waited_for_go_back_to_their_queue_and_are_acknowledged(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTS_PER_SECOND", "1")
    others = DynamoPace(aws_client("dynamodb"), CONVERSATION_TABLE, OUR_NUMBER, Limit(1))
    for ahead in range(LOOK_AHEAD_SECONDS + 1):
        others.take({SECOND + ahead: 1}, is_answer=True)
    assert failures_of(send(*paced_answers(12))) == []
    attributes = deployment.sqs.get_queue_attributes(
        QueueUrl=deployment.queue_urls["answer"], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "12"
    assert deployment.phones.carrier_log == ()


def test_an_operators_text_goes_back_to_the_queue_of_answers(deploy: Deploy) -> None:
    deployment = deploy("throttle=1")
    deployment.loans.save(a_loan())
    send(replace(an_answer(), kind=Kind.OPERATOR))
    attributes = deployment.sqs.get_queue_attributes(
        QueueUrl=deployment.queue_urls["answer"], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_number_that_the_account_lacks_stops_every_sender_and_burns_no_text(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORIGINATION_IDENTITY", "a-number-that-was-released")
    answers = paced_answers(5)
    assert failures_of(send(*answers)) == []
    assert deployment.phones.carrier_log == ()
    # Another process, as far as what it keeps goes.
    send_handler.sender.cache_clear()
    send_handler.environment.cache_clear()
    monkeypatch.setenv("ORIGINATION_IDENTITY", OUR_NUMBER)
    assert failures_of(send(*answers)) == []
    assert deployment.phones.carrier_log == (), "the stop stands until one text is let through to ask"
    (ticket,) = deployment.tickets.all_open()
    assert (ticket.reason, ticket.priority) == (Reason.CONFIGURATION, 1)
    attributes = deployment.sqs.get_queue_attributes(
        QueueUrl=deployment.queue_urls["answer"], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert attributes["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "10"
