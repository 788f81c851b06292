"""The SMS fake keeps the service's contract, seen through ordinary boto3 clients."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from botocore.loaders import Loader
from moto import mock_aws

from infra.local.sms_fake.account import Account, EventDestination
from infra.local.sms_fake.faults import MEANINGS, Faults, FaultsError
from infra.local.sms_fake.publisher import Publisher
from infra.local.sms_fake.service import Answer, CannotReplyError, SmsFake
from infra.local.sms_fake.texts import PartPrice, country_of, measure
from infra.local.sms_fake.transport import SmsServer, attach

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


@pytest.fixture
def topics() -> Topics:
    return Topics()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cleanup() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def make_fake(topics: Topics, clock: Clock, cleanup: ExitStack) -> Callable[..., SmsFake]:
    def make(faults: str = "", account: Account | None = None, **options: Any) -> SmsFake:
        fake = SmsFake(
            account or an_account(),
            publish=topics,
            now=clock,
            aws_now=lambda: AWS_NOW,
            faults=Faults.parse(faults),
            **options,
        )
        cleanup.callback(fake.stop)
        return fake

    return make


@pytest.fixture
def fake(make_fake: Callable[..., SmsFake]) -> SmsFake:
    return make_fake()


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


@pytest.fixture
def client(fake: SmsFake) -> Any:
    return in_process(fake)


@pytest.fixture
def serve(cleanup: ExitStack) -> Callable[..., str]:
    def start(fake: SmsFake, **options: Any) -> str:
        server = SmsServer()
        cleanup.callback(server.stop)
        server.serve(fake, **options)
        return server.endpoint_url

    return start


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


# --- accepted texts -----------------------------------------------------------------------------------


def test_an_accepted_text_is_one_line_of_the_carrier_log(fake: SmsFake, client: Any) -> None:
    answer = client.send_text_message(**a_text(MessageBody="您好 €"))
    assert [json.loads(text.json_line()) for text in fake.carrier_log] == [
        {
            "at": "2026-04-06T09:30:00.000000Z",
            "to": BORROWER,
            "from": OUR_NUMBER,
            "body": "您好 €",
            "parts": 1,
            "context": {"contact_id": "c-1", "kind": "demand"},
            "message_id": answer["MessageId"],
        }
    ]
    assert "您好" in fake.carrier_log[0].json_line()


def test_a_text_without_a_plus_sign_goes_to_the_same_number(fake: SmsFake, client: Any) -> None:
    client.send_text_message(**a_text(DestinationPhoneNumber=BORROWER.removeprefix("+")))
    assert fake.carrier_log[0].to == BORROWER


def test_the_same_text_asked_for_twice_goes_out_twice(fake: SmsFake, client: Any) -> None:
    first, second = (client.send_text_message(**a_text())["MessageId"] for _ in range(2))
    assert first != second
    assert [text.message_id for text in fake.carrier_log] == [first, second]


def test_a_dry_run_is_checked_but_sends_nothing(fake: SmsFake, client: Any, topics: Topics) -> None:
    assert client.send_text_message(**a_text(DryRun=True))["MessageId"]
    assert refused(client, DryRun=True, OriginationIdentity="nobody").response["Error"]["Code"] == (
        "ResourceNotFoundException"
    )
    assert fake.carrier_log == ()
    assert receipts(fake, topics) == []


def test_every_optional_parameter_within_its_limits_is_accepted(fake: SmsFake, client: Any) -> None:
    client.send_text_message(
        **a_text(
            MaxPrice="0.50",
            TimeToLive=259_200,
            Keyword="HARBOUR",
            ProtectConfigurationId="protect-1",
            MessageFeedbackEnabled=True,
            DestinationCountryParameters={"IN_TEMPLATE_ID": "1107", "IN_ENTITY_ID": "1101"},
            Context={f"key{number}": "v" * 800 for number in range(5)},
            MessageBody="x" * 1_600,
        )
    )
    assert fake.carrier_log[0].time_to_live_seconds == 259_200


def test_names_may_be_given_as_arns(fake: SmsFake, client: Any) -> None:
    arn = "arn:aws:sms-voice:us-east-1:000000000000"
    client.send_text_message(
        **a_text(
            OriginationIdentity=f"{arn}:pool/pool-us",
            ConfigurationSetName=f"{arn}:configuration-set/receipts",
        )
    )
    assert fake.carrier_log[0].sender == OUR_NUMBER
    assert fake.carrier_log[0].configuration_set == "receipts"


def test_without_an_identity_the_account_s_first_one_sends(fake: SmsFake, client: Any) -> None:
    client.send_text_message(**a_text(OriginationIdentity=None))
    assert fake.carrier_log[0].sender == OUR_NUMBER


# --- the model's constraints --------------------------------------------------------------------------

BREACHES = [
    pytest.param({"DestinationPhoneNumber": None}, "DestinationPhoneNumber", id="number missing"),
    pytest.param({"DestinationPhoneNumber": ""}, "DestinationPhoneNumber", id="number empty"),
    pytest.param({"DestinationPhoneNumber": "+1" + "2" * 20}, "DestinationPhoneNumber", id="number too long"),
    pytest.param({"DestinationPhoneNumber": "+0312555010"}, "DestinationPhoneNumber", id="number starts with 0"),
    pytest.param({"DestinationPhoneNumber": "+1 312 555"}, "DestinationPhoneNumber", id="number with spaces"),
    pytest.param({"DestinationPhoneNumber": 13125550101}, "DestinationPhoneNumber", id="number is an int"),
    pytest.param({"OriginationIdentity": ""}, "OriginationIdentity", id="identity empty"),
    pytest.param({"OriginationIdentity": "p" * 257}, "OriginationIdentity", id="identity too long"),
    pytest.param({"OriginationIdentity": "harbour bank"}, "OriginationIdentity", id="identity with space"),
    pytest.param({"MessageBody": ""}, "MessageBody", id="body empty"),
    pytest.param({"MessageBody": " \n "}, "MessageBody", id="body blank"),
    pytest.param({"MessageBody": "x" * 1_601}, "MessageBody", id="body too long"),
    pytest.param({"MessageBody": "half an emoji \ud83d"}, "MessageBody", id="body is not Unicode"),
    pytest.param({"MessageBody": ["x"]}, "MessageBody", id="body is a list"),
    pytest.param({"MessageType": "DEMAND"}, "MessageType", id="type unknown"),
    pytest.param({"Keyword": "k" * 31}, "Keyword", id="keyword too long"),
    pytest.param({"Keyword": "tab\there"}, "Keyword", id="keyword with tab"),
    pytest.param({"ConfigurationSetName": "c" * 257}, "ConfigurationSetName", id="set too long"),
    pytest.param({"ConfigurationSetName": "a+b"}, "ConfigurationSetName", id="set with plus"),
    pytest.param({"ProtectConfigurationId": "p" * 257}, "ProtectConfigurationId", id="protect too long"),
    pytest.param({"ProtectConfigurationId": "a b"}, "ProtectConfigurationId", id="protect with space"),
    pytest.param({"MaxPrice": "1"}, "MaxPrice", id="price too short"),
    pytest.param({"MaxPrice": "100.00001"}, "MaxPrice", id="price too long"),
    pytest.param({"MaxPrice": "0,05"}, "MaxPrice", id="price with comma"),
    pytest.param({"MaxPrice": 0.05}, "MaxPrice", id="price is a number"),
    pytest.param({"TimeToLive": 4}, "TimeToLive", id="life too short"),
    pytest.param({"TimeToLive": 259_201}, "TimeToLive", id="life too long"),
    pytest.param({"TimeToLive": 60.5}, "TimeToLive", id="life is a fraction"),
    pytest.param({"TimeToLive": True}, "TimeToLive", id="life is a boolean"),
    pytest.param({"Context": {str(n): "v" for n in range(6)}}, "Context", id="six context entries"),
    pytest.param({"Context": {"k" * 101: "v"}}, "Context key 0", id="context key too long"),
    pytest.param({"Context": {"a key": "v"}}, "Context key 0", id="context key with space"),
    pytest.param({"Context": {"key": ""}}, "Context value 0", id="context value empty"),
    pytest.param({"Context": {"key": "v" * 801}}, "Context value 0", id="context value too long"),
    pytest.param({"Context": {"key": " v"}}, "Context value 0", id="context value leads with space"),
    pytest.param({"Context": {"key": "v\n"}}, "Context value 0", id="context value ends with newline"),
    pytest.param({"Context": {"key": 1}}, "Context value 0", id="context value is an int"),
    pytest.param(
        {"DestinationCountryParameters": {"US_TEMPLATE": "1"}},
        "DestinationCountryParameters key 0",
        id="country parameter unknown",
    ),
    pytest.param(
        {"DestinationCountryParameters": {"IN_ENTITY_ID": "1" * 65}},
        "DestinationCountryParameters value 0",
        id="country parameter too long",
    ),
    pytest.param(
        {"DestinationCountryParameters": {"IN_ENTITY_ID": "1 1"}},
        "DestinationCountryParameters value 0",
        id="country parameter with space",
    ),
    pytest.param({"DryRun": "false"}, "DryRun", id="dry run is a string"),
    pytest.param({"MessageFeedbackEnabled": 1}, "MessageFeedbackEnabled", id="feedback is an int"),
]


@pytest.mark.parametrize(("changes", "field"), BREACHES)
def test_a_request_outside_the_model_is_refused_with_the_field_that_is_wrong(
    fake: SmsFake, changes: dict[str, Any], field: str
) -> None:
    answer = answered(fake, "SendTextMessage", json.dumps(a_text(**changes)).encode())
    assert (answer.status, code_of(answer)) == (400, "ValidationException")
    assert answer.body["Reason"] == "FIELD_VALIDATION_FAILED"
    assert field in [each["Name"] for each in answer.body["Fields"]]
    assert fake.carrier_log == ()


def test_a_parameter_that_the_service_does_not_have_is_refused(fake: SmsFake) -> None:
    answer = answered(fake, "SendTextMessage", json.dumps(a_text(Priority="high")).encode())
    assert answer.body["Fields"] == [{"Name": "Priority", "Message": "is not a member of this request"}]


def test_all_wrong_fields_are_named_at_once(client: Any) -> None:
    error = refused(client, MessageBody="x" * 1_601, TimeToLive=1, MaxPrice="1")
    assert {each["Name"] for each in error.response["Fields"]} == {"MessageBody", "TimeToLive", "MaxPrice"}


def test_a_missing_body_is_refused_though_the_model_allows_it(client: Any) -> None:
    assert refused(client, MessageBody=None).response["Reason"] == "MISSING_PARAMETER"


def test_refusals_quote_neither_number_nor_text(client: Any) -> None:
    error = refused(client, DestinationPhoneNumber="+01312555019", MessageBody="Jane Doe owes" + "x" * 1_600)
    shown = str(error) + json.dumps(error.response["Fields"])
    assert "1312555019" not in shown
    assert "Jane" not in shown


@pytest.mark.enable_socket
def test_over_loopback_boto3_raises_the_typed_exception(fake: SmsFake, serve: Callable[..., str]) -> None:
    client = a_client(serve(fake))
    with pytest.raises(client.exceptions.ValidationException) as invalid:
        client.send_text_message(**a_text(MessageBody="x" * 1_601))
    assert invalid.value.response["Reason"] == "FIELD_VALIDATION_FAILED"
    assert invalid.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.send_text_message(**a_text(OriginationIdentity="nobody"))


# --- the account's rules ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "resource_type"),
    [
        ({"OriginationIdentity": "pool-other"}, "phone-number"),
        ({"ConfigurationSetName": "other"}, "configuration-set"),
        ({"ProtectConfigurationId": "protect-2"}, "protect-configuration"),
    ],
)
def test_a_name_that_the_account_does_not_have_is_not_found(
    client: Any, changes: dict[str, str], resource_type: str
) -> None:
    error = refused(client, **changes)
    assert error.response["Error"]["Code"] == "ResourceNotFoundException"
    assert error.response["ResourceType"] == resource_type


def test_a_text_to_a_blocked_country_is_a_conflict(fake: SmsFake, client: Any) -> None:
    error = refused(client, DestinationPhoneNumber="+33612345678")
    assert error.response["Error"]["Code"] == "ConflictException"
    assert error.response["Reason"] == "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"
    assert fake.carrier_log == ()


def test_a_number_of_no_country_is_invalid(client: Any) -> None:
    assert refused(client, DestinationPhoneNumber="+999123456").response["Reason"] == "INVALID_PARAMETER"


def test_an_account_without_numbers_cannot_send(make_fake: Callable[..., SmsFake]) -> None:
    client = in_process(make_fake(account=an_account(origination_identities={})))
    assert refused(client).response["Reason"] == "NO_ORIGINATION_IDENTITIES_FOUND"


def test_a_text_dearer_than_max_price_is_refused_and_one_at_the_limit_sent(
    make_fake: Callable[..., SmsFake],
) -> None:
    fake = make_fake(account=an_account(part_prices={"US": PartPrice(10_000)}))
    client = in_process(fake)
    two_parts = "x" * 161
    assert refused(client, MaxPrice="0.01999", MessageBody=two_parts).response["Reason"] == "PRICE_OVER_THRESHOLD"
    client.send_text_message(**a_text(MaxPrice="0.02", MessageBody=two_parts))
    assert len(fake.carrier_log) == 1


def test_the_spend_limit_ends_sending(make_fake: Callable[..., SmsFake]) -> None:
    account = an_account(part_prices={"US": PartPrice(400_000, 100_000)}, monthly_spend_limit_dollars=1)
    fake = make_fake(account=account)
    client = in_process(fake)
    for _ in range(2):
        client.send_text_message(**a_text())
    error = refused(client)
    assert error.response["Error"]["Code"] == "ServiceQuotaExceededException"
    assert error.response["Reason"] == "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"
    assert len(fake.carrier_log) == 2


def test_spend_limits_are_described_page_by_page(client: Any) -> None:
    first = client.describe_spend_limits(MaxResults=2)
    assert first["SpendLimits"][0] == {
        "Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT",
        "EnforcedLimit": 1_000,
        "MaxLimit": 1_000,
        "Overridden": False,
    }
    pages = client.get_paginator("describe_spend_limits").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["SpendLimits"]) for page in pages] == [2, 2, 1]


# --- opt-outs -----------------------------------------------------------------------------------------


def test_an_opted_out_number_gets_no_text_until_it_is_taken_off_the_list(fake: SmsFake, client: Any) -> None:
    put = client.put_opted_out_number(OptOutListName="borrowers", OptedOutNumber=BORROWER)
    assert put["OptOutListName"] == "borrowers"
    assert put["OptedOutNumber"] == BORROWER
    assert put["OptedOutTimestamp"] == AWS_NOW
    assert put["EndUserOptedOut"] is False
    error = refused(client)
    assert error.response["Error"]["Code"] == "ConflictException"
    assert error.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"
    assert BORROWER not in str(error)
    assert fake.carrier_log == ()

    client.delete_opted_out_number(OptOutListName="borrowers", OptedOutNumber=BORROWER)
    client.send_text_message(**a_text())
    assert len(fake.carrier_log) == 1


def test_putting_a_number_twice_keeps_one_entry(fake: SmsFake, client: Any) -> None:
    for number in (BORROWER, BORROWER.removeprefix("+")):
        client.put_opted_out_number(OptOutListName="borrowers", OptedOutNumber=number)
    assert fake.opt_outs.numbers() == {BORROWER}


def test_a_number_leaves_the_list_only_once_in_thirty_days(client: Any, clock: Clock) -> None:
    name_and_number = {"OptOutListName": "borrowers", "OptedOutNumber": BORROWER}
    client.put_opted_out_number(**name_and_number)
    client.delete_opted_out_number(**name_and_number)
    client.put_opted_out_number(**name_and_number)
    clock.now += timedelta(days=29)
    with pytest.raises(client.exceptions.ConflictException):
        client.delete_opted_out_number(**name_and_number)
    clock.now += timedelta(days=1)
    client.delete_opted_out_number(**name_and_number)


def test_a_number_that_is_not_listed_cannot_be_deleted(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.delete_opted_out_number(OptOutListName="borrowers", OptedOutNumber=BORROWER)
    assert caught.value.response["ResourceType"] == "opted-out-number"


def test_another_opt_out_list_is_not_found_and_the_arn_of_ours_is(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException) as caught:
        client.put_opted_out_number(OptOutListName="others", OptedOutNumber=BORROWER)
    assert caught.value.response["ResourceType"] == "opt-out-list"
    arn = client.describe_opted_out_numbers(OptOutListName="borrowers")["OptOutListArn"]
    client.put_opted_out_number(OptOutListName=arn, OptedOutNumber=BORROWER)


def listed(client: Any, count: int) -> list[str]:
    numbers = [f"+1312555{suffix:04}" for suffix in range(count)]
    for number in numbers:
        client.put_opted_out_number(OptOutListName="borrowers", OptedOutNumber=number)
    return numbers


def test_the_opt_out_list_is_read_page_by_page(client: Any) -> None:
    numbers = listed(client, 25)
    pages = client.get_paginator("describe_opted_out_numbers").paginate(
        OptOutListName="borrowers", PaginationConfig={"PageSize": 10}
    )
    read = [[entry["OptedOutNumber"] for entry in page["OptedOutNumbers"]] for page in pages]
    assert [len(page) for page in read] == [10, 10, 5]
    assert [number for page in read for number in page] == numbers


def test_up_to_five_numbers_can_be_looked_up_and_a_sixth_is_refused(client: Any) -> None:
    numbers = listed(client, 6)
    found = client.describe_opted_out_numbers(OptOutListName="borrowers", OptedOutNumbers=numbers[:5])
    assert [entry["OptedOutNumber"] for entry in found["OptedOutNumbers"]] == numbers[:5]
    with pytest.raises(client.exceptions.ValidationException) as caught:
        client.describe_opted_out_numbers(OptOutListName="borrowers", OptedOutNumbers=numbers)
    assert caught.value.response["Fields"][0]["Name"] == "OptedOutNumbers"


def test_looking_up_a_number_that_is_not_listed_is_an_error(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_opted_out_numbers(OptOutListName="borrowers", OptedOutNumbers=[BORROWER])


@pytest.mark.parametrize(("value", "count"), [("true", 0), ("false", 2)])
def test_the_list_is_filtered_by_who_opted_out(client: Any, value: str, count: int) -> None:
    listed(client, 2)
    wanted = [{"Name": "end-user-opted-out", "Values": [value]}]
    found = client.describe_opted_out_numbers(OptOutListName="borrowers", Filters=wanted)
    assert len(found["OptedOutNumbers"]) == count


def test_a_filter_value_that_means_nothing_is_refused(client: Any) -> None:
    with pytest.raises(client.exceptions.ValidationException) as caught:
        client.describe_opted_out_numbers(
            OptOutListName="borrowers", Filters=[{"Name": "end-user-opted-out", "Values": ["perhaps"]}]
        )
    assert caught.value.response["Reason"] == "INVALID_FILTER_VALUES"


@pytest.mark.parametrize("token", ["forged", "LTU=", "OTk5", "!!"])
def test_a_token_that_the_service_did_not_give_is_refused(client: Any, token: str) -> None:
    with pytest.raises(client.exceptions.ValidationException) as caught:
        client.describe_opted_out_numbers(OptOutListName="borrowers", NextToken=token)
    assert caught.value.response["Reason"] == "INVALID_NEXT_TOKEN"


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_one_to_a_hundred_numbers(client: Any, limit: int) -> None:
    with pytest.raises(client.exceptions.ValidationException):
        client.describe_opted_out_numbers(OptOutListName="borrowers", MaxResults=limit)


# --- other operations ---------------------------------------------------------------------------------


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


# --- parts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "encoding", "units", "parts"),
    [
        pytest.param("x" * 160, "GSM", 160, 1, id="160 plain"),
        pytest.param("x" * 161, "GSM", 161, 2, id="161 plain"),
        pytest.param("x" * 306, "GSM", 306, 2, id="two full parts"),
        pytest.param("x" * 307, "GSM", 307, 3, id="one more than two parts"),
        pytest.param("x" * 158 + "€", "GSM", 160, 1, id="extension fills the part"),
        pytest.param("x" * 159 + "€", "GSM", 161, 2, id="extension spills over"),
        pytest.param("x" * 152 + "€" + "x" * 152, "GSM", 306, 3, id="escape pair does not straddle"),
        pytest.param("{}[]~|^\\\f€" * 8, "GSM", 160, 1, id="every extension character takes two"),
        pytest.param("@£$¥éùÄß¿à\n\r", "GSM", 12, 1, id="national letters are GSM"),
        pytest.param("Çç", "Unicode", 2, 1, id="small c with cedilla is not GSM"),
        pytest.param("`", "Unicode", 1, 1, id="backtick is not GSM"),
        pytest.param("您" * 70, "Unicode", 70, 1, id="70 Chinese"),
        pytest.param("您" * 71, "Unicode", 71, 2, id="71 Chinese"),
        pytest.param("您" * 134, "Unicode", 134, 2, id="two full Chinese parts"),
        pytest.param("您" * 135, "Unicode", 135, 3, id="one more than two Chinese parts"),
        pytest.param("🌉" * 35, "Unicode", 70, 1, id="35 emoji"),
        pytest.param("您" * 66 + "🌉" + "您" * 66, "Unicode", 134, 3, id="surrogate pair does not straddle"),
        pytest.param("x" * 69 + "’", "Unicode", 70, 1, id="one curly quote makes all Unicode"),
    ],
)
def test_parts_are_counted(body: str, encoding: str, units: int, parts: int) -> None:
    counted = measure(body)
    assert (counted.encoding, counted.units, counted.parts) == (encoding, units, parts)


@pytest.mark.parametrize(
    ("body", "event_type"),
    [
        pytest.param("x" * 1_530, "TEXT_DELIVERED", id="1530 GSM"),
        pytest.param("x" * 1_531, "TEXT_INVALID_MESSAGE", id="1531 GSM"),
        pytest.param("您" * 630, "TEXT_DELIVERED", id="630 Chinese"),
        pytest.param("您" * 631, "TEXT_INVALID_MESSAGE", id="631 Chinese"),
    ],
)
def test_a_body_over_the_service_maximum_is_accepted_and_then_reported_invalid(
    fake: SmsFake, client: Any, topics: Topics, body: str, event_type: str
) -> None:
    client.send_text_message(**a_text(MessageBody=body))
    assert [event["eventType"] for event in receipts(fake, topics)] == [event_type]


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+8613800138001", "CN"),
        ("+13125550101", "US"),
        ("+16135550101", "CA"),
        ("+447700900123", "GB"),
        ("+919999900001", "IN"),
        ("+4915555000001", "DE"),
        ("+999123456", None),
        ("+80012345678", None),
    ],
)
def test_the_country_of_a_number_is_known(number: str, country: str | None) -> None:
    assert country_of(number) == country


# --- delivery events ----------------------------------------------------------------------------------


def test_the_final_event_has_the_documented_form(fake: SmsFake, client: Any, topics: Topics) -> None:
    message_id = client.send_text_message(**a_text(MessageBody="x" * 161))["MessageId"]
    requested = int(AWS_NOW.timestamp() * 1_000)
    (event,) = receipts(fake, topics)
    timestamp = event.pop("eventTimestamp")
    assert requested < timestamp < requested + 1_000
    assert event == {
        "eventType": "TEXT_DELIVERED",
        "eventVersion": "1.0",
        "isFinal": True,
        "originationPhoneNumber": OUR_NUMBER,
        "destinationPhoneNumber": BORROWER,
        "isInternationalSend": False,
        "isoCountryCode": "US",
        "mcc": "310",
        "mnc": "800",
        "messageId": message_id,
        "messageRequestTimestamp": requested,
        "messageEncoding": "GSM",
        "messageType": "TRANSACTIONAL",
        "messageStatus": "DELIVERED",
        "messageStatusDescription": "Message has been accepted by phone",
        "context": {"contact_id": "c-1", "kind": "demand"},
        "totalMessageParts": 2,
        "totalMessagePrice": 0.01162,
        "totalCarrierFee": 0.006,
    }


@pytest.mark.parametrize(
    ("types", "reported"),
    [
        ({"TEXT_ALL"}, ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        ({"TEXT_SUCCESSFUL", "TEXT_DELIVERED"}, ["TEXT_SUCCESSFUL", "TEXT_DELIVERED"]),
        ({"TEXT_UNREACHABLE"}, []),
    ],
)
def test_only_subscribed_event_types_are_reported_and_only_the_last_is_final(
    make_fake: Callable[..., SmsFake], topics: Topics, types: set[str], reported: list[str]
) -> None:
    sets = {"receipts": EventDestination(RECEIPTS_TOPIC, frozenset(types))}
    fake = make_fake(account=an_account(configuration_sets=sets))
    in_process(fake).send_text_message(**a_text())
    events = receipts(fake, topics)
    assert [event["eventType"] for event in events] == reported
    assert [event["isFinal"] for event in events] == [name == "TEXT_DELIVERED" for name in reported]
    timestamps = [event["eventTimestamp"] for event in events]
    assert timestamps == sorted(timestamps)


def test_without_a_configuration_set_nothing_is_reported(fake: SmsFake, client: Any, topics: Topics) -> None:
    client.send_text_message(**a_text(ConfigurationSetName=None))
    assert len(fake.carrier_log) == 1
    assert receipts(fake, topics) == []


def test_a_text_from_abroad_is_an_international_send(fake: SmsFake, client: Any, topics: Topics) -> None:
    client.send_text_message(**a_text(DestinationPhoneNumber="+8613800138001"))
    client.send_text_message(**a_text(DestinationPhoneNumber="+8613800138001", OriginationIdentity="HARBOUR"))
    assert [event["isInternationalSend"] for event in receipts(fake, topics)] == [True, False]


def test_a_country_without_known_networks_leaves_the_network_codes_out(
    fake: SmsFake, client: Any, topics: Topics
) -> None:
    client.send_text_message(**a_text(DestinationPhoneNumber="+41791234567"))
    (event,) = receipts(fake, topics)
    assert event["isoCountryCode"] == "CH"
    assert not {"mcc", "mnc"} & set(event)


def test_events_are_pending_until_their_topic_took_them(topics: Topics) -> None:
    released = threading.Event()

    def publish(topic_arn: str, message: str) -> None:
        assert released.wait(PATIENCE_SECONDS)
        topics(topic_arn, message)

    fake = SmsFake(an_account(), publish=publish, now=lambda: LOCAL_NOW)
    try:
        in_process(fake).send_text_message(**a_text())
        assert fake.pending() == 1
        assert not fake.wait_until_quiet(0)
        released.set()
        assert len(receipts(fake, topics)) == 1
        assert fake.pending() == 0
    finally:
        released.set()
        fake.stop()


def test_a_topic_that_fails_for_a_moment_loses_nothing(fake: SmsFake, client: Any, topics: Topics) -> None:
    topics.refusals_left = 1
    client.send_text_message(**a_text())
    assert len(receipts(fake, topics)) == 1
    assert fake.unpublished() == ()


def test_a_topic_that_never_answers_is_told_without_the_text(topics: Topics) -> None:
    topics.refusals_left = 5
    publisher = Publisher(topics, retry_seconds=0)
    try:
        publisher.add(RECEIPTS_TOPIC, json.dumps({"body": "Jane Doe owes"}))
        assert publisher.wait_until_quiet(PATIENCE_SECONDS)
        assert publisher.given_up() == (f"{RECEIPTS_TOPIC}: ConnectionError, after 5 tries",)
        publisher.add(RECEIPTS_TOPIC, "{}")
        assert publisher.wait_until_quiet(PATIENCE_SECONDS)
        assert topics.on(RECEIPTS_TOPIC) == [{}]
    finally:
        publisher.stop()


# --- inbound texts ------------------------------------------------------------------------------------


def test_a_reply_reaches_the_inbound_topic_in_the_documented_form(fake: SmsFake, client: Any, topics: Topics) -> None:
    message_id = client.send_text_message(**a_text(ConfigurationSetName=None))["MessageId"]
    inbound_id = fake.reply(BORROWER, "我已还款", answering_message_id=message_id)
    assert fake.wait_until_quiet(PATIENCE_SECONDS)
    assert topics.messages == [
        (
            INBOUND_TOPIC,
            {
                "originationNumber": BORROWER,
                "destinationNumber": OUR_NUMBER,
                "messageKeyword": "KEYWORD_000000000000",
                "messageBody": "我已还款",
                "inboundMessageId": inbound_id,
                "previousPublishedMessageId": message_id,
            },
        )
    ]
    assert [json.loads(text.json_line()) for text in fake.inbound_log] == [
        {
            "at": "2026-04-06T09:30:00.000000Z",
            "from": BORROWER,
            "body": "我已还款",
            "inbound_message_id": inbound_id,
        }
    ]


def test_a_reply_that_answers_nothing_names_no_earlier_text(fake: SmsFake, topics: Topics) -> None:
    first, second = fake.reply(BORROWER, "STOP"), fake.reply(BORROWER, "STOP")
    assert first != second
    assert fake.wait_until_quiet(PATIENCE_SECONDS)
    for payload in topics.on(INBOUND_TOPIC):
        assert payload["destinationNumber"] == OUR_NUMBER
        assert "previousPublishedMessageId" not in payload


def test_a_sender_id_cannot_be_answered_unless_another_number_is_given(fake: SmsFake, client: Any) -> None:
    client.send_text_message(**a_text(OriginationIdentity="HARBOUR"))
    with pytest.raises(CannotReplyError):
        fake.reply(BORROWER, "hello")
    fake.reply(BORROWER, "hello", to_number=OUR_NUMBER)
    assert [text.to for text in fake.inbound_log] == [OUR_NUMBER]


def test_a_reply_goes_to_the_number_of_the_text_that_it_answers(make_fake: Callable[..., SmsFake]) -> None:
    fake = make_fake(account=an_account(origination_identities={"old": "+18445550111", "new": OUR_NUMBER}))
    client = in_process(fake)
    older = client.send_text_message(**a_text(OriginationIdentity="old"))["MessageId"]
    client.send_text_message(**a_text(OriginationIdentity="new"))
    fake.reply(BORROWER, "to the older one", answering_message_id=older)
    fake.reply(BORROWER, "to the last one")
    assert [text.to for text in fake.inbound_log] == ["+18445550111", OUR_NUMBER]


def test_a_stop_by_text_does_not_touch_the_list_because_opt_outs_are_self_managed(fake: SmsFake) -> None:
    fake.reply(BORROWER, "STOP")
    assert fake.opt_outs.numbers() == frozenset()


# --- faults -------------------------------------------------------------------------------------------


def outcomes(fake: SmsFake, count: int = 200) -> list[str]:
    """Sends so many texts, one try each; tells what each caller learned."""
    client = in_process(fake)

    def outcome(number: int) -> str:
        try:
            client.send_text_message(**a_text(Context={"contact_id": f"c-{number}"}))
        except ClientError as exc:
            return str(exc.response["Error"]["Code"])
        except ReadTimeoutError:
            return "timeout"
        return "accepted"

    return [outcome(number) for number in range(count)]


def test_a_specification_is_read() -> None:
    faults = Faults.parse(" throttle=0.2, timeout=0.05,kill=5,duplicate_delivery=0.3,seed=7 ")
    assert faults == Faults(throttle=0.2, timeout=0.05, kill=5, duplicate_delivery=0.3, seed=7)
    assert Faults.parse("") == Faults()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("throtle=0.2", "throttle, timeout, error, refuse, lost_receipts"),
        ("throttle", "throttle needs a number"),
        ("throttle=often", "throttle needs a number"),
        ("seed=0.5", "seed=7"),
        ("throttle=1.5", "share from 0 to 1"),
        ("throttle=nan", "share from 0 to 1"),
        ("error=-0.1", "share from 0 to 1"),
        ("kill=0.5", "kill needs a number, such as kill=5"),
        ("kill=-1", "number of workers from 0"),
        ("throttle=0.1,throttle=0.2", "twice"),
        ("undelivered=0.6,blocked=0.6", "exceed 1"),
    ],
)
def test_a_wrong_specification_says_how_to_mend_it(text: str, told: str) -> None:
    with pytest.raises(FaultsError, match=told):
        Faults.parse(text)


def test_every_fault_is_explained_to_those_who_ask_for_one() -> None:
    assert list(MEANINGS) == [field.name for field in fields(Faults)]


@pytest.mark.parametrize(
    ("faults", "struck"),
    [
        ("throttle=1", {"throttle": 3}),
        ("timeout=1", {"timeout": 3}),
        ("error=1", {"error": 3}),
        ("refuse=1", {"refuse": 3}),
        ("lost_receipts=1,duplicate_receipts=1", {"lost_receipts": 3}),
        ("delayed_receipts=1,duplicate_receipts=1", {"delayed_receipts": 3, "duplicate_receipts": 3}),
        ("undelivered=1", {"undelivered": 3}),
        ("carrier_unreachable=1", {"carrier_unreachable": 3}),
        ("invalid=1", {"invalid": 3}),
        ("blocked=1", {"blocked": 3}),
        ("", {}),
    ],
)
def test_each_fault_that_really_struck_is_counted(
    make_fake: Callable[..., SmsFake], faults: str, struck: dict[str, int]
) -> None:
    fake = make_fake(faults)
    outcomes(fake, 3)
    assert fake.faults_played == struck


def test_a_throttled_text_is_not_sent(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("throttle=1")
    assert set(outcomes(fake, 3)) == {"ThrottlingException"}
    assert fake.carrier_log == ()
    assert receipts(fake, topics) == []


def test_a_throttled_text_gets_through_when_it_is_tried_again(make_fake: Callable[..., SmsFake]) -> None:
    fake = make_fake("throttle=0.5,seed=3")
    left = set(range(50))
    client = in_process(fake)
    for _ in range(30):
        for number in sorted(left):
            try:
                client.send_text_message(**a_text(Context={"contact_id": f"c-{number}"}))
            except client.exceptions.ThrottlingException:
                continue
            left.discard(number)
    assert left == set()
    assert len(fake.carrier_log) == 50


def test_a_text_whose_answer_is_lost_was_sent_and_reported(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("timeout=1")
    assert outcomes(fake, 1) == ["timeout"]
    (text,) = fake.carrier_log
    assert [event["context"] for event in receipts(fake, topics)] == [dict(text.context)]


@pytest.mark.enable_socket
def test_over_loopback_a_lost_answer_outlasts_the_caller_s_patience(
    make_fake: Callable[..., SmsFake], serve: Callable[..., str]
) -> None:
    fake = make_fake("timeout=1")
    client = a_client(serve(fake, timeout_hold_seconds=60), read_timeout=0.3)
    with pytest.raises(ReadTimeoutError):
        client.send_text_message(**a_text())
    assert len(fake.carrier_log) == 1


@pytest.mark.enable_socket
def test_after_the_hold_the_connection_is_closed_without_an_answer(
    make_fake: Callable[..., SmsFake], serve: Callable[..., str]
) -> None:
    fake = make_fake("timeout=1")
    client = a_client(serve(fake, timeout_hold_seconds=0.01), read_timeout=30)
    with pytest.raises(ConnectionClosedError):
        client.send_text_message(**a_text())
    assert len(fake.carrier_log) == 1


def test_after_an_internal_error_the_text_may_or_may_not_have_gone_out(
    make_fake: Callable[..., SmsFake],
) -> None:
    fake = make_fake("error=1,seed=1")
    assert set(outcomes(fake, 100)) == {"InternalServerException"}
    assert 30 < len(fake.carrier_log) < 70


def test_a_refused_text_is_a_conflict_and_not_sent(make_fake: Callable[..., SmsFake]) -> None:
    fake = make_fake("refuse=1")
    error = refused(in_process(fake))
    assert error.response["Error"]["Code"] == "ConflictException"
    assert error.response["Reason"] == "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"
    assert fake.carrier_log == ()


def test_a_lost_receipt_never_comes_and_is_known_to_be_lost(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("lost_receipts=1")
    message_id = in_process(fake).send_text_message(**a_text())["MessageId"]
    assert receipts(fake, topics) == []
    assert fake.lost_receipts == (message_id,)


def test_a_duplicate_receipt_comes_twice(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("duplicate_receipts=1")
    in_process(fake).send_text_message(**a_text())
    first, second = receipts(fake, topics)
    assert first == second


def test_a_delayed_receipt_stays_pending(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("delayed_receipts=1", delayed_receipt_seconds=3_600)
    in_process(fake).send_text_message(**a_text())
    fake.reply(BORROWER, "hello")
    assert not fake.wait_until_quiet(0.2)
    assert fake.pending() == 1
    assert [topic for topic, _ in topics.messages] == [INBOUND_TOPIC]


def test_a_delayed_receipt_comes_after_the_delay(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("delayed_receipts=1", delayed_receipt_seconds=0.05)
    in_process(fake).send_text_message(**a_text())
    fake.reply(BORROWER, "hello")
    assert fake.wait_until_quiet(PATIENCE_SECONDS)
    assert [topic for topic, _ in topics.messages] == [INBOUND_TOPIC, RECEIPTS_TOPIC]


@pytest.mark.parametrize(
    ("faults", "event_type", "description"),
    [
        ("undelivered=1", "TEXT_UNREACHABLE", "Phone is currently unreachable/unavailable"),
        (
            "carrier_unreachable=1",
            "TEXT_CARRIER_UNREACHABLE",
            "Phone carrier is currently unreachable/unavailable",
        ),
        ("invalid=1", "TEXT_INVALID", "Invalid phone number"),
        ("blocked=1", "TEXT_BLOCKED", "Phone has blocked SMS"),
    ],
)
def test_an_undelivered_text_ends_in_a_final_receipt_that_says_why(
    make_fake: Callable[..., SmsFake], topics: Topics, faults: str, event_type: str, description: str
) -> None:
    fake = make_fake(faults)
    in_process(fake).send_text_message(**a_text())
    (event,) = receipts(fake, topics)
    assert (event["eventType"], event["messageStatusDescription"]) == (event_type, description)
    assert event["messageStatus"] == event_type.removeprefix("TEXT_")
    assert event["isFinal"] is True


def test_shares_are_kept_and_kinds_fall_independently(make_fake: Callable[..., SmsFake], topics: Topics) -> None:
    fake = make_fake("throttle=0.2,timeout=0.1,undelivered=0.3,invalid=0.1,seed=7")
    seen = outcomes(fake, 1_000)
    assert 150 < seen.count("ThrottlingException") < 250
    assert 50 < seen.count("timeout") < 110
    assert len(fake.carrier_log) == 1_000 - seen.count("ThrottlingException")
    ends = [event["eventType"] for event in receipts(fake, topics)]
    assert 180 < ends.count("TEXT_UNREACHABLE") < 300
    assert 45 < ends.count("TEXT_INVALID") < 120


def test_one_seed_gives_one_story_whatever_the_order_of_the_threads(
    make_fake: Callable[..., SmsFake],
) -> None:
    faults = "throttle=0.2,timeout=0.1,error=0.1,refuse=0.1,lost_receipts=0.2,seed=7"

    def story(workers: int, order: int) -> tuple[Any, Any, Any]:
        fake = make_fake(faults)
        client = in_process(fake)

        def try_twice(number: int) -> list[str]:
            seen = []
            for _ in range(2):
                try:
                    client.send_text_message(**a_text(Context={"contact_id": f"c-{number}"}))
                    seen.append("accepted")
                except ClientError as exc:
                    seen.append(exc.response["Error"]["Code"])
                except ReadTimeoutError:
                    seen.append("timeout")
            return seen

        numbers = list(range(100))[::order]
        with ThreadPoolExecutor(workers) as pool:
            seen = dict(zip(numbers, pool.map(try_twice, numbers), strict=True))
        sent = {(text.context["contact_id"], text.message_id) for text in fake.carrier_log}
        return seen, sent, set(fake.lost_receipts)

    assert story(1, 1) == story(8, -1)


def test_another_seed_gives_another_story(make_fake: Callable[..., SmsFake]) -> None:
    assert outcomes(make_fake("throttle=0.5,seed=1")) != outcomes(make_fake("throttle=0.5,seed=2"))


# --- the wire -----------------------------------------------------------------------------------------


@pytest.mark.enable_socket
def test_over_loopback_the_whole_service_works_with_a_stock_client(
    fake: SmsFake, serve: Callable[..., str], topics: Topics
) -> None:
    client = a_client(serve(fake), checked=True)
    message_id = client.send_text_message(**a_text(MessageBody="您好"))["MessageId"]
    client.put_opted_out_number(OptOutListName="borrowers", OptedOutNumber="+13125550199")
    page = client.describe_opted_out_numbers(OptOutListName="borrowers")
    assert page["OptedOutNumbers"][0]["OptedOutTimestamp"] == AWS_NOW
    assert [event["messageId"] for event in receipts(fake, topics)] == [message_id]
    assert fake.carrier_log[0].body == "您好"


@pytest.mark.enable_socket
def test_over_loopback_many_senders_at_once_lose_nothing(fake: SmsFake, serve: Callable[..., str]) -> None:
    client = a_client(serve(fake))

    def send(number: int) -> str:
        return str(client.send_text_message(**a_text(Context={"contact_id": f"c-{number}"}))["MessageId"])

    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(send, range(200)))
    assert sorted(answered) == sorted(text.message_id for text in fake.carrier_log)
    assert len(set(answered)) == 200
    assert fake.wait_until_quiet(PATIENCE_SECONDS)


@pytest.mark.enable_socket
def test_one_connection_serves_many_calls(fake: SmsFake, serve: Callable[..., str]) -> None:
    connection = http.client.HTTPConnection(serve(fake).removeprefix("http://"), timeout=PATIENCE_SECONDS)
    connection.connect()
    first_socket = connection.sock
    for operation, status in (("SendTextMessage", 200), ("CarrierLookup", 400), ("SendFax", 400)):
        headers = {"X-Amz-Target": f"PinpointSMSVoiceV2.{operation}"}
        connection.request("POST", "/", json.dumps(a_text()), headers)
        response = connection.getresponse()
        response.read()
        assert response.status == status
        assert response.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert connection.sock is first_socket
    connection.close()


@pytest.mark.enable_socket
def test_a_body_beyond_all_limits_is_not_read(fake: SmsFake, serve: Callable[..., str]) -> None:
    connection = http.client.HTTPConnection(serve(fake).removeprefix("http://"), timeout=PATIENCE_SECONDS)
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", "1048577")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.enable_socket
def test_callers_that_come_before_the_fake_is_ready_are_served_once_it_is(fake: SmsFake) -> None:
    server = SmsServer()
    try:
        with ThreadPoolExecutor(1) as pool:
            early = pool.submit(a_client(server.endpoint_url, read_timeout=20).send_text_message, **a_text())
            server.serve(fake)
            assert early.result(PATIENCE_SECONDS)["MessageId"] == fake.carrier_log[0].message_id
    finally:
        server.stop()


@pytest.mark.enable_socket
def test_stopping_ends_idle_and_held_connections_and_frees_the_port(
    make_fake: Callable[..., SmsFake],
) -> None:
    server = SmsServer()
    server.serve(make_fake("timeout=1"), timeout_hold_seconds=3_600)
    client = a_client(server.endpoint_url, read_timeout=0.2)
    with pytest.raises(ReadTimeoutError):
        client.send_text_message(**a_text())
    port = int(server.endpoint_url.rpartition(":")[2])
    idle = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
    request = b"POST / HTTP/1.1\r\nContent-Length: 2\r\nX-Amz-Target: PinpointSMSVoiceV2.SendFax\r\n\r\n{}"
    idle.sendall(request)
    assert idle.recv(12) == b"HTTP/1.1 400"
    server.stop()
    while idle.recv(4_096):
        pass
    idle.close()
    SmsServer(port).stop()


@pytest.mark.enable_socket
def test_the_fake_listens_on_loopback_only(fake: SmsFake, serve: Callable[..., str]) -> None:
    assert serve(fake).startswith("http://127.0.0.1:")
