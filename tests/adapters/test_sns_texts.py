"""The fallback carrier: the same outcomes, without context, expiry or receipts."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError, ReadTimeoutError

from duebridge.adapters.sns_texts import SnsTexts
from duebridge.core.contact import Accepted, Outcome, Rejected, Throttled, Unknown
from tests.builders import PHONE, a_text
from tests.stores import aws_client


class Client:
    """Answers with an error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def publish(self, **_: Any) -> Any:
        raise self._error


@pytest.mark.usefixtures("in_aws")
def test_a_text_is_published_to_the_phone() -> None:
    outcome = SnsTexts(aws_client("sns")).send(a_text(), 600)
    assert isinstance(outcome, Accepted)
    assert outcome.message_id


def test_a_text_is_sent_as_transactional() -> None:
    asked: list[dict[str, Any]] = []

    class Recording:
        def publish(self, **request: Any) -> Any:
            asked.append(request)
            return {"MessageId": "m1"}

    client: Any = Recording()
    assert SnsTexts(client).send(a_text(), 600) == Accepted("m1")
    assert asked == [
        {
            "PhoneNumber": PHONE,
            "Message": a_text().body,
            "MessageAttributes": {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
        }
    ]


def refused(code: str) -> ClientError:
    response: Any = {"Error": {"Code": code}}
    return ClientError(response, "Publish")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refused("Throttling"), Throttled("Throttling")),
        (refused("ThrottledException"), Throttled("ThrottledException")),
        (refused("AuthorizationError"), Throttled("AuthorizationError")),
        (refused("InvalidParameter"), Rejected("InvalidParameter")),
        (refused("OptedOut"), Rejected("OptedOut", opted_out=True)),
        (refused("InternalError"), Unknown("InternalError")),
        (ParamValidationError(report="x"), Rejected("InvalidParameter")),
        (ConnectTimeoutError(endpoint_url="https://x"), Throttled("ConnectTimeoutError")),
        (ReadTimeoutError(endpoint_url="https://x"), Unknown("ReadTimeoutError")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_refusal_has_one_outcome(error: Exception, expected: Outcome) -> None:
    client: Any = Client(error)
    assert SnsTexts(client).send(a_text(), 600) == expected


def test_an_opt_out_stays_in_our_own_table() -> None:
    client: Any = Client(AssertionError("SNS has no such call"))
    SnsTexts(client).list_opt_out(PHONE)
