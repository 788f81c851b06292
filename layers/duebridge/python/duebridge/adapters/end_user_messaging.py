"""AWS End User Messaging SMS (`pinpoint-sms-voice-v2`), the default carrier.

SendTextMessage has no idempotency token, so the client must not retry and every outcome must be told apart:
https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from ..core.contact import Accepted, Outcome, Rejected, Text, Throttled, Unknown

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client

SURELY_NOT_SENT = frozenset({"ThrottlingException", "ServiceQuotaExceededException"})

OUR_OWN_FAULT = frozenset(
    {
        "AccessDeniedException",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
    }
)
"""The set-up is wrong, not the text: it waits, and an alarm rings, instead of burning the book."""

OPTED_OUT = "DESTINATION_PHONE_NUMBER_OPTED_OUT"

ABOUT_THE_NUMBER = frozenset(
    {
        OPTED_OUT,
        "DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
        "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
        "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
    }
)
"""Conflicts that refuse this recipient. All others (no identity, mismatched set-up) are faults of our own."""

NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)
"""No connection was made, so no request was."""


@dataclass(frozen=True, slots=True)
class EndUserMessaging:
    """Implements ports.Carrier."""

    client: "PinpointSMSVoiceV2Client"
    origination_identity: str
    configuration_set: str
    opt_out_list: str

    def send(self, text: Text, seconds_to_live: int) -> Outcome:
        """Asks once. `Context` comes back with every delivery event and holds no personal data."""
        try:
            answer = self.client.send_text_message(
                DestinationPhoneNumber=text.phone,
                OriginationIdentity=self.origination_identity,
                MessageBody=text.body,
                MessageType="TRANSACTIONAL",
                ConfigurationSetName=self.configuration_set,
                TimeToLive=seconds_to_live,
                Context={"contact_id": text.contact_id, "kind": str(text.kind)},
                **_registration(text),
            )
        except ClientError as error:
            return outcome_of(error)
        except ParamValidationError:
            return Rejected("FIELD_VALIDATION_FAILED")
        except NEVER_LEFT as error:
            return Throttled(type(error).__name__)
        except BotoCoreError as error:
            return Unknown(type(error).__name__)
        return Accepted(answer["MessageId"])

    def list_opt_out(self, phone: str) -> None:
        """Repeating it changes nothing."""
        self.client.put_opted_out_number(OptOutListName=self.opt_out_list, OptedOutNumber=phone)


def _registration(text: Text) -> dict[str, Any]:
    """India's carriers want the registered template and entity with every text, and drop what lacks them."""
    is_indian = text.phone.startswith("+91")
    if not (is_indian and text.registered_template and text.registered_entity):
        return {}
    parameters = {"IN_TEMPLATE_ID": text.registered_template, "IN_ENTITY_ID": text.registered_entity}
    return {"DestinationCountryParameters": parameters}


def outcome_of(error: ClientError) -> Outcome:
    """A typed refusal; anything that the service may say after it has taken the text is unknown."""
    response: Any = error.response
    code = response["Error"]["Code"]
    reason = response.get("Reason", "")
    if code in SURELY_NOT_SENT or code in OUR_OWN_FAULT:
        return Throttled(reason or code)
    if code == "ConflictException" and reason not in ABOUT_THE_NUMBER:
        return Throttled(reason or code)
    if code in ("ConflictException", "ValidationException"):
        return Rejected(reason or code, opted_out=reason == OPTED_OUT)
    return Unknown(code)
