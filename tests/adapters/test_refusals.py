"""Each refusal that the service's own model knows is sorted; none burns the book, and none is sent twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from botocore.loaders import Loader

from duebridge.adapters.refusals import outcome_of, unfit
from duebridge.core.contact import Misconfigured, Outcome, Reach, Rejected, Throttled, Unknown

SHAPES = Loader().load_service_model("pinpoint-sms-voice-v2", "service-2")["shapes"]
OPERATION = Loader().load_service_model("pinpoint-sms-voice-v2", "service-2")["operations"]["SendTextMessage"]

ABOUT_THIS_RECIPIENT = {
    "DESTINATION_PHONE_NUMBER_OPTED_OUT",
    "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
}
ABOUT_THIS_TEXT = {
    "CANNOT_PARSE",
    "FIELD_VALIDATION_FAILED",
    "INVALID_PARAMETER",
    "INVALID_REQUEST",
    "MAXIMUM_SIZE_EXCEEDED",
    "MISSING_PARAMETER",
    "OTHER",
    "PRICE_OVER_THRESHOLD",
}
ABOUT_THE_COUNTRY = {
    "COUNTRY_CODE_MISMATCH",
    "COUNTRY_NOT_ENABLED",
    "DESTINATION_COUNTRY_BLOCKED",
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
    "INTERNATIONAL_SENDING_NOT_SUPPORTED",
    "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY",
    "NO_ORIGINATION_IDENTITIES_FOUND",
    "SENDER_ID_NOT_REGISTERED",
    "SENDER_ID_NOT_SUPPORTED",
    "SENDER_ID_REQUIRES_REGISTRATION",
}


def refused(code: str, reason: str = "", *fields: str) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": "no"}}
    if reason:
        response["Reason"] = reason
    if fields:
        response["Fields"] = [{"Name": name, "Message": "is wrong"} for name in fields]
    return ClientError(response, "SendTextMessage")


def reasons(exception: str) -> Iterator[str]:
    yield from SHAPES[f"{exception}Reason"]["enum"]


def test_the_model_has_the_errors_that_are_sorted_here() -> None:
    assert {error["shape"] for error in OPERATION["errors"]} == {
        "AccessDeniedException",
        "ConflictException",
        "InternalServerException",
        "ResourceNotFoundException",
        "ServiceQuotaExceededException",
        "ThrottlingException",
        "ValidationException",
    }
    assert len([*reasons("ConflictException")]) == 41
    assert len([*reasons("ValidationException")]) == 43


@pytest.mark.parametrize("exception", ["ConflictException", "ValidationException"])
def test_every_reason_gives_up_the_text_or_stops_sending_and_never_tries_blindly_again(exception: str) -> None:
    for reason in reasons(exception):
        if reason in ABOUT_THIS_RECIPIENT | ABOUT_THIS_TEXT:
            expected: Outcome = Rejected(reason, opted_out=reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT")
        elif reason in ABOUT_THE_COUNTRY:
            expected = Misconfigured(reason, Reach.COUNTRY)
        else:
            expected = Misconfigured(reason, Reach.EVERYTHING)
        assert outcome_of(refused(exception, reason)) == expected, reason


def test_no_reason_is_sorted_that_the_model_does_not_know() -> None:
    known = {*reasons("ConflictException"), *reasons("ValidationException")}
    assert known >= ABOUT_THIS_RECIPIENT | ABOUT_THIS_TEXT | ABOUT_THE_COUNTRY


def test_an_account_that_is_still_in_the_sandbox_stops_instead_of_refusing_the_whole_book() -> None:
    reason = "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"
    assert outcome_of(refused("ConflictException", reason)) == Misconfigured(reason, Reach.EVERYTHING)


def test_every_way_to_be_denied_is_our_own_fault() -> None:
    for reason in (*reasons("AccessDeniedException"), ""):
        expected = Misconfigured(reason or "AccessDeniedException")
        assert outcome_of(refused("AccessDeniedException", reason)) == expected


def test_a_spend_limit_stops_sending_and_any_other_quota_waits() -> None:
    for reason in (*reasons("ServiceQuotaExceededException"), ""):
        outcome = outcome_of(refused("ServiceQuotaExceededException", reason))
        kind = Misconfigured if reason.startswith("MONTHLY_SPEND_LIMIT") else Throttled
        assert outcome == kind(reason or "ServiceQuotaExceededException")


@pytest.mark.parametrize("resource", SHAPES["ResourceType"]["enum"])
def test_whatever_is_missing_in_the_account_stops_sending(resource: str) -> None:
    error = refused("ResourceNotFoundException")
    response: Any = error.response
    response["ResourceType"] = resource
    assert outcome_of(error) == Misconfigured("ResourceNotFoundException")


@pytest.mark.parametrize(
    "code",
    [
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "UnknownOperationException",
        "UnrecognizedClientException",
    ],
)
def test_errors_common_to_all_aws_services_that_are_ours_stop_sending(code: str) -> None:
    assert outcome_of(refused(code)) == Misconfigured(code)


@pytest.mark.parametrize(
    "code",
    [
        "ErrorOfNextYear",
        "InternalFailure",
        "InternalServerException",
        "RequestAbortedException",
        "RequestTimeoutException",
        "ServiceUnavailable",
    ],
)
def test_what_may_come_after_the_text_was_taken_is_unknown(code: str) -> None:
    assert outcome_of(refused(code)) == Unknown(code)


def test_a_request_that_cannot_be_read_is_given_up() -> None:
    assert outcome_of(refused("MalformedHttpRequestException")) == Rejected("MalformedHttpRequestException")
    assert outcome_of(refused("RequestEntityTooLargeException")) == Rejected("RequestEntityTooLargeException")


@pytest.mark.parametrize("field", ["OriginationIdentity", "ConfigurationSetName", "Context", "TimeToLive"])
def test_a_wrong_field_that_every_text_carries_alike_stops_sending(field: str) -> None:
    error = refused("ValidationException", "FIELD_VALIDATION_FAILED", field)
    assert outcome_of(error) == Misconfigured("FIELD_VALIDATION_FAILED")
    report = f"Invalid length for parameter {field}, value: 0, valid min length: 1"
    assert unfit(ParamValidationError(report=report)) == Misconfigured("FIELD_VALIDATION_FAILED")


@pytest.mark.parametrize("field", ["DestinationPhoneNumber", "MessageBody", "DestinationCountryParameters"])
def test_a_wrong_field_of_one_text_gives_up_that_text(field: str) -> None:
    error = refused("ValidationException", "INVALID_PARAMETER", field)
    assert outcome_of(error) == Rejected("INVALID_PARAMETER")
    report = f"Invalid length for parameter {field}, value: 0, valid min length: 1"
    assert unfit(ParamValidationError(report=report)) == Rejected("FIELD_VALIDATION_FAILED")
