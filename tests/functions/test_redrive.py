"""Work that was set aside and is brought back by hand (docs/runbook/redrive.md) is done once, or not any more.

A redrive gives a message a new id and a new age, so nothing but its content can tell that it came before.
"""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from duebridge.adapters.queues import text_message
from duebridge.core.contact import State
from duebridge.core.money import Money
from duebridge.core.shard import shard_of
from duebridge.core.ticket import Reason
from functions.import_loans import handler as import_loans
from functions.plan_contacts import handler as plan_contacts
from functions.receive_reply import handler as receive_reply
from functions.record_payment import handler as record_payment
from functions.record_receipt import handler as record_receipt
from functions.send_contact import handler as send_contact
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, TICKET_TABLE, rows_of
from tests.builders import NOW, PHONE, a_loan, an_answer
from tests.functions.conftest import Context, Deployment, sqs_event
from tests.functions.test_receipts_and_replies import enveloped, published
from tests.functions.test_record_payment import a_payment_event
from tests.functions.test_send_contact import a_planned_text, send, state_of
from tests.stores import aws_client

Handler = Callable[[dict[str, Any], Any], Any]


def a_loan_file(deployment: Deployment) -> str:
    content = Path("infra/local/sample/loan-book.csv").read_bytes().splitlines(keepends=True)[:4]
    return json.dumps(deployment.drop("loans/loans-20260311T060000Z.csv", b"".join(content)))


def a_shard(deployment: Deployment) -> str:
    deployment.loans.save(a_loan())
    return json.dumps({"shard": shard_of("L1"), "cursor": ""})


def a_demand(deployment: Deployment) -> str:
    return text_message(a_planned_text(deployment))


def an_answer_text(deployment: Deployment) -> str:
    deployment.loans.save(a_loan())
    return text_message(an_answer())


def a_final_event(deployment: Deployment) -> str:
    send(a_planned_text(deployment))
    event = json.loads(published(deployment, "events")[-1])
    return json.dumps(event | {"eventType": "TEXT_UNREACHABLE"})


def an_opt_out(deployment: Deployment) -> str:
    send(a_planned_text(deployment))
    deployment.phones.reply(PHONE, "STOP")
    return json.dumps(enveloped(published(deployment, "inbound")[-1]))


def a_payment(deployment: Deployment) -> str:
    deployment.loans.save(a_loan())
    return json.dumps(a_payment_event(amount="100.00"))


WORK: dict[str, tuple[Handler, Callable[[Deployment], str]]] = {
    "imports": (import_loans.handler, a_loan_file),
    "work": (plan_contacts.handler, a_shard),
    "bulk": (send_contact.handler, a_demand),
    "answers": (send_contact.handler, an_answer_text),
    "receipts": (record_receipt.handler, a_final_event),
    "inbound": (receive_reply.handler, an_opt_out),
    "payments": (record_payment.handler, a_payment),
}
"""Every queue that has dead letters to redrive: its station, and a message of its kind."""


def everything_kept() -> list[dict[str, Any]]:
    client = aws_client("dynamodb")
    return [row for table in (LOAN_TABLE, CONVERSATION_TABLE, TICKET_TABLE) for row in rows_of(client, table)]


def later(by: timedelta) -> None:
    """The product's clock stands so much later."""
    offset = NOW + by - datetime.now(UTC)
    Path(os.environ["CLOCK_FILE"]).write_text(str(offset.total_seconds()), encoding="ascii")


@pytest.mark.parametrize("queue", WORK)
def test_a_message_that_was_done_and_is_redriven_changes_nothing(deployment: Deployment, queue: str) -> None:
    handle, make = WORK[queue]
    body = make(deployment)
    handle(sqs_event(body), Context())
    kept, texts = everything_kept(), len(deployment.phones.carrier_log)
    for _ in range(2):
        handle(sqs_event(body), Context())
    assert everything_kept() == kept
    assert len(deployment.phones.carrier_log) == texts


@pytest.mark.parametrize("queue", WORK)
def test_whatever_a_redriven_message_queues_again_reaches_no_phone_a_second_time(
    deployment: Deployment, queue: str
) -> None:
    handle, make = WORK[queue]
    body = make(deployment)
    for _ in range(3):
        handle(sqs_event(body), Context())
    for waiting in ("bulk", "answer"):
        for text in deployment.texts(waiting):
            send(text)
    sent = [text.context["contact_id"] for text in deployment.phones.carrier_log]
    assert len(sent) == len(set(sent))


def test_a_demand_that_is_redriven_after_its_window_is_not_sent_and_is_planned_again(deployment: Deployment) -> None:
    body = a_demand(deployment)
    later(timedelta(days=1, hours=14))
    send_contact.handler(sqs_event(body), Context())
    assert deployment.phones.carrier_log == ()
    loan = deployment.loans.get("L1")
    assert loan is not None
    assert loan.steps == ()
    assert loan.next_contact_at is not None


def test_a_demand_that_is_redriven_after_the_loan_was_paid_is_not_sent(deployment: Deployment) -> None:
    body = a_demand(deployment)
    record_payment.handler(sqs_event(a_payment_event()), Context())
    send_contact.handler(sqs_event(body), Context())
    assert deployment.phones.carrier_log == ()


def test_an_answer_that_is_redriven_days_later_goes_to_a_person_instead(deployment: Deployment) -> None:
    body = an_answer_text(deployment)
    later(timedelta(days=3))
    send_contact.handler(sqs_event(body), Context())
    assert deployment.phones.carrier_log == ()
    assert [ticket.reason for ticket in deployment.tickets.all_open()] == [Reason.REPLY]


def test_a_text_in_doubt_is_not_sent_by_a_redrive(deploy: Callable[..., Deployment]) -> None:
    deployment = deploy("timeout=1")
    text = a_planned_text(deployment)
    send(text)
    later(timedelta(hours=2))
    send(text)
    assert len(deployment.phones.carrier_log) == 1
    assert state_of(deployment, text) is State.IN_DOUBT


def test_all_dead_letters_redriven_at_once_and_in_any_order_send_one_text(deployment: Deployment) -> None:
    demand = a_demand(deployment)
    shard = json.dumps({"shard": shard_of("L1"), "cursor": ""})
    payment = json.dumps(a_payment_event(amount="100.00"))
    for _ in range(2):
        send_contact.handler(sqs_event(demand), Context())
        plan_contacts.handler(sqs_event(shard), Context())
        record_payment.handler(sqs_event(payment), Context())
        for text in deployment.texts("bulk"):
            send(text)
    assert len(deployment.phones.carrier_log) == 1
    loan = deployment.loans.get("L1")
    assert loan is not None
    assert loan.arrears == Money(12_218, "USD")
