"""Amazon SNS direct publishing: the fallback carrier, by explicit switch only.

It has no context, no expiry and no receipts: a doubt goes to a person at once.
https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
"""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from msgspec import Struct

from ..core.contact import Accepted, Misconfigured, Outcome, Rejected, Text, Throttled, Unknown
from .refusals import NEVER_LEFT, NOT_SIGNED

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

SURELY_NOT_SENT = frozenset({"Throttled", "Throttling", "ThrottlingException", "ThrottledException"})
OUR_OWN_FAULT = frozenset(
    {
        "AccessDenied",
        "AuthorizationError",
        "EndpointDisabled",
        "ExpiredToken",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSecurity",
        "MissingAuthenticationToken",
        "NotFound",
        "OptInRequired",
        "SignatureDoesNotMatch",
    }
)
"""Every text would fare the same: sending stops until it is mended."""
REFUSED = frozenset({"InvalidParameter", "InvalidParameterValue", "OptedOut", "ParameterValueInvalid"})


class SnsTexts(Struct, frozen=True):
    """Implements ports.Carrier."""

    client: "SNSClient"

    def send(self, text: Text, seconds_to_live: int) -> Outcome:
        """`seconds_to_live` cannot be told to SNS; the gate stops earlier instead."""
        del seconds_to_live
        try:
            answer = self.client.publish(
                PhoneNumber=text.phone,
                Message=text.body,
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
        except ClientError as error:
            return _outcome_of(error)
        except ParamValidationError:
            return Rejected("InvalidParameter")
        except NEVER_LEFT as error:
            return Throttled(type(error).__name__)
        except NOT_SIGNED as error:
            return Misconfigured(type(error).__name__)
        except BotoCoreError as error:
            return Unknown(type(error).__name__)
        return Accepted(answer["MessageId"])

    def list_opt_out(self, phone: str) -> None:
        """SNS keeps its own list by what borrowers text to it; ours is the one that we obey."""
        del phone

    def unlist_opt_out(self, phone: str) -> bool:
        """Takes back what the borrower once texted to SNS, which allows it once in 30 days.

        https://docs.aws.amazon.com/sns/latest/api/API_OptInPhoneNumber.html
        """
        try:
            self.client.opt_in_phone_number(phoneNumber=phone)
        except ClientError as error:
            if error.response["Error"]["Code"] in REFUSED:
                return False
            raise
        return True


def _outcome_of(error: ClientError) -> Outcome:
    code = error.response["Error"]["Code"]
    if code in SURELY_NOT_SENT:
        return Throttled(code)
    if code in OUR_OWN_FAULT:
        return Misconfigured(code)
    if code in REFUSED:
        return Rejected(code, opted_out=code == "OptedOut")
    return Unknown(code)
