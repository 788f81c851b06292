"""What each refusal of SendTextMessage means: wait, give up this text, not known, or stop sending until it is mended.

https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html#API_SendTextMessage_Errors
https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/CommonErrors.html
"""

from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    PartialCredentialsError,
)

from ..core.contact import Misconfigured, Outcome, Reach, Rejected, Throttled, Unknown

NO_ROOM = frozenset({"ThrottlingException", "ServiceQuotaExceededException", "TooManyRequestsException"})
"""Surely not sent, and not for long."""

OURS_BY_CODE = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "NotAuthorized",
        "OptInRequired",
        "RequestExpired",
        "ResourceNotFoundException",
        "SignatureDoesNotMatch",
        "UnknownOperationException",
        "UnrecognizedClientException",
    }
)
"""No right, no account, or no such number, pool, configuration set or list: every text would fare the same."""

OPTED_OUT = "DESTINATION_PHONE_NUMBER_OPTED_OUT"

OF_THIS_NUMBER = frozenset({OPTED_OUT, "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"})
"""Conflicts that refuse one recipient."""

OF_THE_COUNTRY = frozenset(
    {
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
)
"""Nothing that we own may text there, or the protect configuration forbids it: other countries go on."""

OF_THIS_TEXT = frozenset(
    {
        "CANNOT_PARSE",
        "FIELD_VALIDATION_FAILED",
        "INVALID_PARAMETER",
        "INVALID_REQUEST",
        "MAXIMUM_SIZE_EXCEEDED",
        "MISSING_PARAMETER",
        "OTHER",
        "PRICE_OVER_THRESHOLD",
        "",
    }
)
"""Validation reasons that may be about the words or the number; the fields that are named decide."""

FIELDS_OF_THE_SET_UP = frozenset(
    {
        "ConfigurationSetName",
        "Context",
        "Keyword",
        "MaxPrice",
        "MessageFeedbackEnabled",
        "MessageType",
        "OriginationIdentity",
        "ProtectConfigurationId",
        "TimeToLive",
    }
)
"""What every text of this deployment sends alike."""

SPEND_LIMIT = "MONTHLY_SPEND_LIMIT_REACHED"
MALFORMED = frozenset({"MalformedHttpRequestException", "RequestEntityTooLargeException", "ValidationError"})

NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError)
"""No connection was made, so no request was."""
NOT_SIGNED = (NoCredentialsError, PartialCredentialsError, NoRegionError)
"""The request could not even be written."""


def outcome_of(error: ClientError) -> Outcome:
    """Anything that the service may say after it has taken the text, or that nobody has sorted, is unknown."""
    response: Any = error.response
    code: str = response["Error"]["Code"]
    reason: str = response.get("Reason") or ""
    said = reason or code
    if reason.startswith(SPEND_LIMIT) or code in OURS_BY_CODE:
        return Misconfigured(said)
    if code in NO_ROOM:
        return Throttled(said)
    if code in ("ConflictException", "ValidationException"):
        fields = {str(field.get("Name", "")) for field in response.get("Fields") or ()}
        return _conflict(said, reason) if code == "ConflictException" else _invalid(said, reason, fields)
    return Rejected(said) if code in MALFORMED else Unknown(code)


def unfit(error: ParamValidationError) -> Outcome:
    """The SDK itself refused the request. Its report names members; it is not repeated, since it may quote them."""
    report = str(error)
    is_set_up = any(f"parameter {name}" in report for name in FIELDS_OF_THE_SET_UP)
    return Misconfigured("FIELD_VALIDATION_FAILED") if is_set_up else Rejected("FIELD_VALIDATION_FAILED")


def _conflict(said: str, reason: str) -> Outcome:
    if reason in OF_THIS_NUMBER:
        return Rejected(said, opted_out=reason == OPTED_OUT)
    # Also DESTINATION_PHONE_NUMBER_NOT_VERIFIED: the account is still in the sandbox, and would refuse the book.
    return Misconfigured(said, _reach(reason))


def _invalid(said: str, reason: str, fields: set[str]) -> Outcome:
    if reason in OF_THIS_TEXT:
        return Misconfigured(said) if fields & FIELDS_OF_THE_SET_UP else Rejected(said)
    return Misconfigured(said, _reach(reason))


def _reach(reason: str) -> Reach:
    return Reach.COUNTRY if reason in OF_THE_COUNTRY else Reach.EVERYTHING
