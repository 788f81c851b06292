"""AWS End User Messaging SMS (`pinpoint-sms-voice-v2`), the default carrier.

SendTextMessage has no idempotency token, so the client must not retry and every outcome must be told apart:
https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_SendTextMessage.html
"""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from msgspec import Struct

from ..core.contact import Accepted, Misconfigured, Outcome, Text, Throttled, Unknown
from ..core.errors import SetUpError
from ..ports import ListedPage
from .refusals import NEVER_LEFT, NOT_SIGNED, outcome_of, unfit

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client

NUMBERS_A_PAGE = 100
"""The most that DescribeOptedOutNumbers gives."""


class EndUserMessaging(Struct, frozen=True):
    """Implements ports.Carrier and ports.OptOutList."""

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
        except ParamValidationError as error:
            return unfit(error)
        except NEVER_LEFT as error:
            return Throttled(type(error).__name__)
        except NOT_SIGNED as error:
            return Misconfigured(type(error).__name__)
        except BotoCoreError as error:
            return Unknown(type(error).__name__)
        return Accepted(answer["MessageId"])

    def list_opt_out(self, phone: str) -> None:
        """Repeating it changes nothing."""
        self.client.put_opted_out_number(OptOutListName=self.opt_out_list, OptedOutNumber=phone)

    def unlist_opt_out(self, phone: str) -> bool:
        """A number that is not listed needs nothing; one that was taken off within 30 days stays on the list.

        https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_DeleteOptedOutNumber.html
        """
        try:
            self.client.delete_opted_out_number(OptOutListName=self.opt_out_list, OptedOutNumber=phone)
        except ClientError as error:
            response: Any = error.response
            code = response["Error"]["Code"]
            if code == "ResourceNotFoundException" and response.get("ResourceType") != "opt-out-list":
                return True
            if code == "ConflictException" or response.get("Reason") == "PHONE_NUMBER_CANNOT_BE_OPTED_IN":
                return False
            if isinstance(fault := outcome_of(error), Misconfigured):
                raise SetUpError(fault.reason) from error
            raise
        return True

    def listed_page(self, token: str) -> ListedPage | None:
        """A hundred numbers; None when the service no longer knows the token, so that the reader begins anew.

        https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_DescribeOptedOutNumbers.html
        """
        request: Any = {"OptOutListName": self.opt_out_list, "MaxResults": NUMBERS_A_PAGE}
        if token:
            request["NextToken"] = token
        try:
            page = self.client.describe_opted_out_numbers(**request)
        except ClientError as error:
            response: Any = error.response
            if response.get("Reason") == "INVALID_NEXT_TOKEN":
                return None
            raise
        phones = tuple(entry["OptedOutNumber"] for entry in page["OptedOutNumbers"])
        return ListedPage(phones, page.get("NextToken", ""))

    def is_listed(self, phone: str) -> bool:
        """Asked for a number that is not there, the service answers with an error."""
        try:
            self.client.describe_opted_out_numbers(OptOutListName=self.opt_out_list, OptedOutNumbers=[phone])
        except ClientError as error:
            response: Any = error.response
            is_absent = response["Error"]["Code"] == "ResourceNotFoundException"
            if is_absent and response.get("ResourceType") != "opt-out-list":
                return False
            raise
        return True


def _registration(text: Text) -> dict[str, Any]:
    """India's carriers want the registered template and entity with every text, and drop what lacks them."""
    is_indian = text.phone.startswith("+91")
    if not (is_indian and text.registered_template and text.registered_entity):
        return {}
    parameters = {"IN_TEMPLATE_ID": text.registered_template, "IN_ENTITY_ID": text.registered_entity}
    return {"DestinationCountryParameters": parameters}
