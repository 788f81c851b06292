"""What else the SMS fake answers, and that nothing of the model goes unanswered."""

from typing import Any

import boto3
import pytest
from botocore.loaders import Loader
from moto import mock_aws

from infra.local.sms_fake.service import SmsFake
from tests.local.sms_fake.account import (
    a_text,
    answered,
    code_of,
    in_process,
)


def test_feedback_is_kept_for_a_text_that_went_out(fake: SmsFake, client: Any) -> None:
    message_id = client.send_text_message(**a_text())["MessageId"]
    client.put_message_feedback(MessageId=message_id, MessageFeedbackStatus="RECEIVED")
    assert fake.feedback == {message_id: "RECEIVED"}
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.put_message_feedback(MessageId="other", MessageFeedbackStatus="RECEIVED")


def test_a_client_beside_moto_is_served_by_the_fake(fake: SmsFake) -> None:
    with mock_aws():
        in_process(fake).send_text_message(**a_text())
        boto3.client("sns", region_name="us-east-1").create_topic(Name="receipts")
    assert len(fake.carrier_log) == 1


def test_every_other_operation_of_the_model_answers_a_typed_error(fake: SmsFake) -> None:
    model = Loader().load_service_model("pinpoint-sms-voice-v2", "service-2")
    played = {
        "SendTextMessage",
        "PutOptedOutNumber",
        "DeleteOptedOutNumber",
        "DescribeOptedOutNumbers",
        "DescribeSpendLimits",
        "PutMessageFeedback",
    }
    answers = [answered(fake, operation, b"{}") for operation in set(model["operations"]) - played]
    assert len(answers) > 100
    assert {(answer.status, code_of(answer)) for answer in answers} == {(400, "ValidationException")}
    assert {answer.body["Reason"] for answer in answers} == {"FIELD_VALIDATION_FAILED", "UNKNOWN_OPERATION"}


def test_every_reason_given_is_one_that_the_model_lists() -> None:
    shapes = Loader().load_service_model("pinpoint-sms-voice-v2", "service-2")["shapes"]
    given = {
        "ValidationException": {
            "FIELD_VALIDATION_FAILED",
            "INVALID_FILTER_VALUES",
            "INVALID_NEXT_TOKEN",
            "INVALID_PARAMETER",
            "MISSING_PARAMETER",
            "PRICE_OVER_THRESHOLD",
            "UNKNOWN_OPERATION",
        },
        "ConflictException": {
            "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
            "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
            "DESTINATION_PHONE_NUMBER_OPTED_OUT",
            "NO_ORIGINATION_IDENTITIES_FOUND",
            "RESOURCE_DELETION_NOT_ALLOWED",
        },
        "ServiceQuotaExceededException": {"MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"},
    }
    for code, reasons in given.items():
        assert reasons <= set(shapes[f"{code}Reason"]["enum"])


@pytest.mark.parametrize(
    ("operation", "body", "code"),
    [
        ("SendFax", b"{}", "UnknownOperationException"),
        ("", b"{}", "UnknownOperationException"),
        ("SendTextMessage", b"{", "SerializationException"),
        ("SendTextMessage", b"\xff\xfe", "SerializationException"),
        ("SendTextMessage", b"[]", "ValidationException"),
        ("SendTextMessage", b"", "ValidationException"),
    ],
)
def test_nonsense_is_answered_with_an_error(fake: SmsFake, operation: str, body: bytes, code: str) -> None:
    answer = answered(fake, operation, body)
    assert (answer.status, code_of(answer)) == (400, code)
