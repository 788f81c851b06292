"""The SMS fake takes a text as the service does, and refuses what the service refuses."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from infra.local.sms_fake.service import SmsFake
from infra.local.sms_fake.texts import PartPrice
from tests.local.sms_fake.account import (
    BORROWER,
    OUR_NUMBER,
    Topics,
    a_client,
    a_text,
    an_account,
    answered,
    code_of,
    in_process,
    receipts,
    refused,
)


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
