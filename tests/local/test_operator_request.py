"""An operator's request on a ticket, through the deployed stream, with roles and TLS enforced."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from duebridge.core.ticket import URGENT, Reason, Status
from infra.local.emulator import ACCOUNT, REGION
from infra.local.laptop import Laptop
from tests.builders import NOW, PHONE, a_loan, a_ticket

pytestmark = [pytest.mark.emulator, pytest.mark.enable_socket]

PATIENCE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Duty:
    """A running pipeline, and the queue of somebody who subscribed to the topic of urgent tickets."""

    laptop: Laptop
    queue_url: str

    def alert(self) -> dict[str, Any]:
        """The next one."""
        sqs = self.laptop.emulator.client("sqs")
        answer = sqs.receive_message(QueueUrl=self.queue_url, WaitTimeSeconds=PATIENCE_SECONDS)
        told: dict[str, Any] = json.loads(json.loads(answer["Messages"][0]["Body"])["Message"])
        return told


@pytest.fixture(scope="module")
def duty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Duty]:
    with Laptop(NOW, strict=True, folder=tmp_path_factory.mktemp("run")) as laptop:
        yield Duty(laptop, _queue_on(laptop, laptop.names["UrgentTicketsTopicArn"]))


def _queue_on(laptop: Laptop, topic_arn: str) -> str:
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:duty"
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    url: str = laptop.emulator.client("sqs").create_queue(QueueName="duty", Attributes={"Policy": policy})["QueueUrl"]
    laptop.emulator.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)
    return url


def test_an_urgent_ticket_calls_people_and_a_request_on_it_reaches_loan_phone_and_history(duty: Duty) -> None:
    laptop = duty.laptop
    laptop.loans.save(a_loan(next_contact_at=None))
    laptop.tickets.open(a_ticket(reason=Reason.COMPLAINT, priority=URGENT))
    laptop.settle()
    assert duty.alert()["ticket_id"] == "ticket-1"

    held = laptop.operator_request("ticket-1", by="AB", action="hold", hold="disputed")
    loan = laptop.loans.get("L1")
    assert loan is not None
    assert "disputed" in loan.pauses
    assert (held.status, len(held.history)) == (Status.OPEN, 1)

    closed = laptop.operator_request("ticket-1", by="AB", action="close", outcome="answered")
    assert (closed.status, len(closed.history)) == (Status.CLOSED, 2)
    (text,) = laptop.phones.carrier_log
    assert (text.to, text.context["kind"]) == (PHONE, "satisfaction")
    assert laptop.dead_letters() == 0


def test_a_request_that_cannot_be_followed_says_on_the_ticket_how_to_mend_it(duty: Duty) -> None:
    duty.laptop.tickets.open(a_ticket(ticket_id="ticket-2"))
    ticket = duty.laptop.operator_request("ticket-2", by="AB", action="dance")
    assert "action" in ticket.fault
    assert ticket.actions == 0
