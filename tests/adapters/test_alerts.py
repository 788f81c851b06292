"""People on duty are called with ids only."""

import json
from typing import Any

import pytest

from duebridge.adapters.alerts import SnsAlerts
from duebridge.core.ticket import Reason
from tests.builders import PHONE, a_ticket
from tests.stores import aws_client


@pytest.fixture
def heard(in_aws: None) -> Any:
    """What comes to somebody who subscribed to the topic, when an alert is given."""
    del in_aws
    sns, sqs = aws_client("sns"), aws_client("sqs")
    topic_arn = sns.create_topic(Name="urgent-tickets")["TopicArn"]
    url = sqs.create_queue(QueueName="duty")["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=queue_arn)

    def of(why: str, **ticket: Any) -> dict[str, str]:
        SnsAlerts(sns, topic_arn).urgent(a_ticket(**ticket), why)
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        envelope: dict[str, str] = json.loads(message["Body"])
        return envelope

    return of


def test_an_alert_names_the_ticket_its_reason_its_time_and_its_loans(heard: Any) -> None:
    ticket = a_ticket(priority=1, loan_ids=("L1", "L2"))
    envelope = heard("nobody answered in time", priority=1, loan_ids=("L1", "L2"))
    assert json.loads(envelope["Message"]) == {
        "ticket_id": ticket.ticket_id,
        "reason": ticket.reason,
        "priority": 1,
        "answer_by": ticket.answer_by.isoformat(),
        "why": "nobody answered in time",
        "loan_ids": ["L1", "L2"],
    }


def test_an_alert_holds_no_number_and_no_words(heard: Any) -> None:
    envelope = heard("late", note="a note", request={"text": "secret words"}, history=("AB: called",))
    for personal in (PHONE, PHONE[1:], a_ticket().masked_phone, "a note", "secret", "called"):
        assert personal not in json.dumps(envelope)


@pytest.mark.parametrize("reason", Reason)
def test_the_subject_is_what_sns_takes_for_mail(heard: Any, reason: Reason) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    subject = heard("late", reason=reason)["Subject"]
    assert subject.isascii()
    assert subject.isprintable()
    assert len(subject) < 100
    assert reason in subject
