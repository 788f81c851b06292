"""Every station with its real wiring: tables, queues and bucket in moto, the SMS fake in process, a played clock."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from duebridge import wiring
from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.queues import text_of
from duebridge.adapters.tickets import DynamoTickets
from duebridge.core.contact import Text
from functions.follow_ticket import handler as follow_ticket
from functions.import_loans import handler as import_loans
from functions.plan_contacts import handler as plan_contacts
from functions.receive_reply import handler as receive_reply
from functions.record_payment import handler as record_payment
from functions.record_receipt import handler as record_receipt
from functions.report_outcomes import handler as report_outcomes
from functions.send_contact import handler as send_contact
from functions.sweep import handler as sweep
from functions.ticket_desk import handler as ticket_desk
from infra.local.sms_fake.service import SmsFake
from infra.local.sms_fake.transport import attach
from infra.report_page import shipped_words
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, TICKET_TABLE, create_tables
from tests.builders import NOW, the_content
from tests.fakes import FakeClock
from tests.phones import CONFIGURATION_SET, OPT_OUT_LIST, OUR_NUMBER, a_fake
from tests.stores import aws_client, session

QUEUES = ("bulk", "answer", "work", "import", "payment")
INBOX, REPORTS = "inbox", "reports"
KEPT = (
    follow_ticket.flow,
    import_loans.flow,
    plan_contacts.flow,
    receive_reply.flow,
    record_payment.flow,
    record_receipt.flow,
    report_outcomes.flows,
    report_outcomes.publisher,
    send_contact.environment,
    send_contact.sender,
    sweep.flow,
    ticket_desk.flow,
    ticket_desk.headline,
)
"""What the handlers keep for the life of a process; a test is a process of its own."""


@dataclass
class Context:
    """What Lambda hands to a handler."""

    remaining_milliseconds: int = 300_000
    function_name: str = "a-station"
    function_version: str = "1"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:000000000000:function:a-station"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_milliseconds


@dataclass
class Deployment:
    """What a test sees of the running product."""

    sqs: Any
    s3: Any
    queue_urls: dict[str, str]
    loans: DynamoLoanBook
    conversations: DynamoConversations
    tickets: DynamoTickets
    phones: SmsFake
    published: list[tuple[str, str]] = field(default_factory=list)

    def alerts(self) -> list[dict[str, Any]]:
        """What the people on duty were told since the last look."""
        envelopes = [json.loads(body) for body in self.queued("duty")]
        return [json.loads(envelope["Message"]) for envelope in envelopes]

    def queued(self, queue: str) -> list[str]:
        """The bodies that wait in a queue, taken out of it."""
        bodies: list[str] = []
        while messages := self.sqs.receive_message(QueueUrl=self.queue_urls[queue], MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            bodies += [message["Body"] for message in messages]
        return bodies

    def texts(self, queue: str) -> list[Text]:
        return [text_of(body) for body in self.queued(queue)]

    def drop(self, key: str, content: bytes, **metadata: str) -> dict[str, Any]:
        """Puts a file into the inbox; EventBridge's event about it."""
        self.s3.put_object(Bucket=INBOX, Key=key, Body=content, Metadata=metadata)
        return {
            "version": "0",
            "id": "17793124-05d4-b198-2fde-7ededc63b103",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "account": "000000000000",
            "time": "2026-11-24T12:00:00Z",
            "region": "us-east-1",
            "resources": [f"arn:aws:s3:::{INBOX}"],
            "detail": {
                "version": "0",
                "bucket": {"name": INBOX},
                "object": {"key": key, "size": len(content), "etag": "b1946ac92492d2347c6235b4d2611184"},
                "reason": "PutObject",
            },
        }


def sqs_event(*bodies: Any) -> dict[str, Any]:
    """A batch as Lambda gets it from SQS."""
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "handle",
                "body": body if isinstance(body, str) else json.dumps(body),
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795521600000"},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:a-queue",
                "awsRegion": "us-east-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def scheduled_event() -> dict[str, Any]:
    """What a scheduled rule of EventBridge sends."""
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-11-24T12:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/a-schedule"],
        "detail": {},
    }


def failures_of(answer: Any) -> list[str]:
    """The messages that SQS must bring again."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Deployment]]:
    """Deploys the product once, with the SMS service's faults of a test's choice."""
    with ExitStack() as stack:
        stack.enter_context(mock_aws())
        offset = tmp_path / "clock"
        offset.write_text(str((NOW - datetime.now(UTC)).total_seconds()), encoding="ascii")
        monkeypatch.syspath_prepend("layers/local_clock/python")
        monkeypatch.setattr("duebridge.adapters.content.load", the_content)
        monkeypatch.setattr("duebridge.adapters.report_content.load_reports", shipped_words)
        # The services' models are read once for all tests, which is most of a cold start.
        kept_session = session()
        monkeypatch.setattr("duebridge.wiring.boto3.Session", lambda: kept_session)
        for kept in KEPT:
            kept.cache_clear()

        def deployed(faults: str = "") -> Deployment:
            dynamodb, sqs, s3 = (aws_client(name) for name in ("dynamodb", "sqs", "s3"))
            create_tables(dynamodb)
            s3.create_bucket(Bucket=INBOX)
            s3.create_bucket(Bucket=REPORTS)
            urls = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in (*QUEUES, "duty")}
            topic = _topic_heard_by(urls["duty"])
            published: list[tuple[str, str]] = []
            phones = a_fake(faults, publish=lambda topic, message: published.append((topic, message)))
            stack.callback(phones.stop)
            _answer_for_the_sms_service(monkeypatch, phones)
            for name, value in {
                "LOAN_TABLE": LOAN_TABLE,
                "CONVERSATION_TABLE": CONVERSATION_TABLE,
                "TICKET_TABLE": TICKET_TABLE,
                "CLOCK_FILE": str(offset),
                "INBOX_BUCKET": INBOX,
                "REPORT_BUCKET": REPORTS,
                "SMS_PROVIDER": "end_user_messaging",
                "ORIGINATION_IDENTITY": OUR_NUMBER,
                "CONFIGURATION_SET": CONFIGURATION_SET,
                "OPT_OUT_LIST": OPT_OUT_LIST,
                "SEND_TIMEOUT_SECONDS": "5",
                "PARTS_PER_SECOND": "0",
                "ANSWERS_SHARE_PERCENT": "20",
                "URGENT_TOPIC_ARN": topic,
                **{f"{queue.upper()}_QUEUE_URL": urls[queue] for queue in QUEUES},
            }.items():
                monkeypatch.setenv(name, value)
            return Deployment(
                sqs,
                s3,
                urls,
                DynamoLoanBook(dynamodb, LOAN_TABLE),
                DynamoConversations(dynamodb, CONVERSATION_TABLE, LOAN_TABLE, FakeClock()),
                DynamoTickets(dynamodb, TICKET_TABLE),
                phones,
                published,
            )

        yield deployed


def _topic_heard_by(queue_url: str) -> str:
    """The topic of urgent tickets, with somebody on duty."""
    sns, sqs = aws_client("sns"), aws_client("sqs")
    topic_arn: str = sns.create_topic(Name="urgent-tickets")["TopicArn"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=attributes["QueueArn"])
    return topic_arn


def _answer_for_the_sms_service(monkeypatch: pytest.MonkeyPatch, phones: SmsFake) -> None:
    """moto does not play this service; its clients get the fake, with the configuration that the wiring gives."""
    made = wiring.Parts.client

    def client(self: wiring.Parts, service: str, *args: Any) -> Any:
        client = made(self, service, *args)
        if service == "pinpoint-sms-voice-v2":
            attach(client, phones)
        return client

    monkeypatch.setattr(wiring.Parts, "client", client)


@pytest.fixture
def deployment(deploy: Callable[..., Deployment]) -> Deployment:
    """On a good day."""
    return deploy()
