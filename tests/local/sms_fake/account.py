"""An account of a test, its topics and clock, and ordinary clients of it."""

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local.sms_fake.account import Account, EventDestination
from infra.local.sms_fake.service import Answer, SmsFake
from infra.local.sms_fake.transport import attach

RECEIPTS_TOPIC = "arn:aws:sns:us-east-1:000000000000:delivery-events"
INBOUND_TOPIC = "arn:aws:sns:us-east-1:000000000000:inbound"
BORROWER = "+13125550101"
OUR_NUMBER = "+18445550123"
LOCAL_NOW = datetime(2026, 4, 6, 9, 30, tzinfo=UTC)
AWS_NOW = datetime(2026, 11, 24, 12, 0, 0, 500_000, tzinfo=UTC)
PATIENCE_SECONDS = 20
FINAL_TYPES = frozenset(
    {
        "TEXT_DELIVERED",
        "TEXT_UNREACHABLE",
        "TEXT_CARRIER_UNREACHABLE",
        "TEXT_INVALID",
        "TEXT_INVALID_MESSAGE",
        "TEXT_BLOCKED",
    }
)


class Clock:
    """A local clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = LOCAL_NOW

    def __call__(self) -> datetime:
        return self.now


class Topics:
    """Keeps what was published; refuses the first so many messages if told to."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self.refusals_left = 0

    def __call__(self, topic_arn: str, message: str) -> None:
        if self.refusals_left:
            self.refusals_left -= 1
            raise ConnectionError("the topic is away")
        self.messages.append((topic_arn, json.loads(message)))

    def on(self, topic_arn: str) -> list[dict[str, Any]]:
        return [message for topic, message in self.messages if topic == topic_arn]


def an_account(**changes: Any) -> Account:
    values: dict[str, Any] = {
        "origination_identities": {"pool-us": OUR_NUMBER, "HARBOUR": "HARBOUR"},
        "configuration_sets": {"receipts": EventDestination(RECEIPTS_TOPIC, FINAL_TYPES)},
        "opt_out_list": "borrowers",
        "inbound_topic_arn": INBOUND_TOPIC,
        "protect_configurations": frozenset({"protect-1"}),
        "blocked_countries": frozenset({"FR"}),
    }
    return Account(**(values | changes))


def a_client(endpoint_url: str = "http://127.0.0.1:1", *, read_timeout: float = 5, checked: bool = False) -> Any:
    """boto3 as it is; its own checks are off so that the request reaches the fake."""
    return boto3.client(
        "pinpoint-sms-voice-v2",
        endpoint_url=endpoint_url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - a placeholder, the fake checks no signature
        config=Config(
            retries={"total_max_attempts": 1},
            connect_timeout=5,
            read_timeout=read_timeout,
            parameter_validation=checked,
        ),
    )


def in_process(fake: SmsFake) -> Any:
    client = a_client()
    attach(client, fake)
    return client


def a_text(**changes: Any) -> dict[str, Any]:
    values = {
        "DestinationPhoneNumber": BORROWER,
        "OriginationIdentity": "pool-us",
        "MessageBody": "Harbour Bank: please call us.",
        "MessageType": "TRANSACTIONAL",
        "ConfigurationSetName": "receipts",
        "Context": {"contact_id": "c-1", "kind": "demand"},
    }
    return {name: value for name, value in (values | changes).items() if value is not None}


def refused(client: Any, **changes: Any) -> Any:
    with pytest.raises(ClientError) as caught:
        client.send_text_message(**a_text(**changes))
    return caught.value


def answered(fake: SmsFake, operation: str, body: bytes) -> Answer:
    answer = fake.answer(operation, body)
    assert isinstance(answer, Answer)
    return answer


def code_of(answer: Answer) -> str:
    return str(answer.body["__type"]).partition("#")[2]


def receipts(fake: SmsFake, topics: Topics) -> list[dict[str, Any]]:
    assert fake.wait_until_quiet(PATIENCE_SECONDS)
    return topics.on(RECEIPTS_TOPIC)
