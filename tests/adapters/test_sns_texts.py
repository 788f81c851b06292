"""The fallback carrier: the same outcomes, without context, expiry or receipts."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError, ReadTimeoutError

from duebridge.adapters.sns_texts import SnsTexts
from duebridge.core.contact import Accepted, Misconfigured, Outcome, Rejected, Throttled, Unknown
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
        (refused("Throttled"), Throttled("Throttled")),
        (refused("AuthorizationError"), Misconfigured("AuthorizationError")),
        (refused("InvalidSecurity"), Misconfigured("InvalidSecurity")),
        (refused("ParameterValueInvalid"), Rejected("ParameterValueInvalid")),
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


@pytest.mark.usefixtures("in_aws")
def test_a_number_that_opted_in_again_is_texted_again() -> None:
    client = aws_client("sns")
    phone = client.list_phone_numbers_opted_out()["phoneNumbers"][0]
    assert SnsTexts(client).unlist_opt_out(phone) is True
    assert client.check_if_phone_number_is_opted_out(phoneNumber=phone)["isOptedOut"] is False
    assert SnsTexts(client).unlist_opt_out(phone) is True


class Refusing:
    """Takes no number off its list."""

    def __init__(self, code: str) -> None:
        self._code = code

    def opt_in_phone_number(self, **_: Any) -> Any:
        raise refused(self._code)


def test_a_number_that_sns_will_not_opt_in_stays_on_its_list() -> None:
    client: Any = Refusing("InvalidParameter")
    assert SnsTexts(client).unlist_opt_out(PHONE) is False


@pytest.mark.parametrize("code", ["AuthorizationError", "Throttled", "InternalError"])
def test_other_faults_of_opting_in_are_raised(code: str) -> None:
    client: Any = Refusing(code)
    with pytest.raises(ClientError, match=code):
        SnsTexts(client).unlist_opt_out(PHONE)
