"""Amazon SNS direct publishing: the fallback carrier, by explicit switch only.

It has no context, no expiry and no receipts: a doubt goes to a person at once.
https://docs.aws.amazon.com/sns/latest/dg/sms_sending-overview.html
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from ..core.contact import Accepted, Outcome, Rejected, Text, Throttled, Unknown
from .end_user_messaging import NEVER_LEFT

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

SURELY_NOT_SENT = frozenset({"Throttling", "ThrottlingException", "ThrottledException"})
OUR_OWN_FAULT = frozenset({"AuthorizationError", "AccessDenied", "InvalidClientTokenId", "ExpiredToken"})
REFUSED = frozenset({"InvalidParameter", "InvalidParameterValue", "OptedOut"})


@dataclass(frozen=True, slots=True)
class SnsTexts:
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
        except BotoCoreError as error:
            return Unknown(type(error).__name__)
        return Accepted(answer["MessageId"])

    def list_opt_out(self, phone: str) -> None:
        """SNS keeps its own list by what borrowers text to it; ours is the one that we obey."""
        del phone


def _outcome_of(error: ClientError) -> Outcome:
    code = error.response["Error"]["Code"]
    if code in SURELY_NOT_SENT or code in OUR_OWN_FAULT:
        return Throttled(code)
    if code in REFUSED:
        return Rejected(code, opted_out=code == "OptedOut")
    return Unknown(code)
