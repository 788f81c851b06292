"""What the SMS service is told: whom we may text, where receipts and replies go, who handles STOP."""

from collections.abc import Mapping
from copy import replace
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.assertions import Template

from infra.app import add_stacks, new_app
from infra.stages import PROD, Stage

NUMBER = "arn:aws:sms-voice:eu-west-1:111122223333:phone-number/phone-0123456789abcdef"
LEASED = replace(PROD, origination_identities=(NUMBER,), help_text="Harbour Bank: call us.", stop_text="No more texts.")

Templates = Mapping[str, Mapping[str, Any]]


def test_every_carrier_resource_can_be_left_out_by_one_parameter(templates: Templates) -> None:
    sms = templates["prod"]["sms"]
    assert sms["Conditions"] == {"WithCarrier": {"Fn::Equals": [{"Ref": "CarrierResources"}, "yes"]}}
    assert {each["Condition"] for each in sms["Resources"].values()} == {"WithCarrier"}
    assert sms["Parameters"]["CarrierResources"]["Default"] == "yes"


def test_texts_to_countries_that_are_not_served_are_blocked(templates: Templates) -> None:
    rules = _only(templates["prod"]["sms"], "AWS::SMSVOICE::ProtectConfiguration")["CountryRuleSet"]["SMS"]
    allowed = {rule["CountryCode"] for rule in rules if rule["ProtectStatus"] == "ALLOW"}
    blocked = {rule["CountryCode"] for rule in rules if rule["ProtectStatus"] == "BLOCK"}
    assert allowed == {"CN", "US", "GB", "IN", "DE"}
    assert {"FR", "NG", "RU", "BR"} <= blocked
    assert len(allowed) + len(blocked) == len(rules) > 200


def test_every_kind_of_receipt_reaches_the_delivery_events_topic(templates: Templates) -> None:
    destination = _only(templates["prod"]["sms"], "AWS::SMSVOICE::ConfigurationSet")["EventDestinations"][0]
    assert {"TEXT_DELIVERED", "TEXT_UNREACHABLE", "TEXT_PROTECT_BLOCKED"} < set(destination["MatchingEventTypes"])
    assert "TEXT_SENT" not in destination["MatchingEventTypes"]
    assert "DeliveryEvents" in str(destination["SnsDestination"]["TopicArn"])


def test_without_a_leased_number_there_is_no_pool(templates: Templates) -> None:
    sms = templates["prod"]["sms"]
    assert "AWS::SMSVOICE::Pool" not in {each["Type"] for each in sms["Resources"].values()}
    assert sms["Outputs"]["OriginationIdentity"]["Value"] == "no-number-yet"


def test_numbers_that_are_leased_later_change_no_export_that_is_in_use(templates: Templates, tmp_path: Path) -> None:
    sms, _ = _templates_of(LEASED, tmp_path)
    assert sms["Outputs"]["OriginationIdentity"] == templates["prod"]["sms"]["Outputs"]["OriginationIdentity"]
    assert sms["Outputs"]["OriginationPool"]["Export"] != sms["Outputs"]["OriginationIdentity"]["Export"]


def test_leased_numbers_are_pooled_and_their_replies_come_to_us_with_stop_left_to_us(tmp_path: Path) -> None:
    sms, pipeline = _templates_of(LEASED, tmp_path)
    pool = _only(sms, "AWS::SMSVOICE::Pool")
    assert pool["OriginationIdentities"] == [NUMBER]
    assert pool["SelfManagedOptOutsEnabled"] is True
    assert pool["TwoWay"]["Enabled"] is True
    assert "InboundTexts" in str(pool["TwoWay"]["ChannelArn"])
    assert pool["OptOutListName"] == {"Ref": "OptOutList"}
    assert sms["Outputs"]["OriginationPool"]["Value"]["Fn::If"][0] == "WithCarrier"
    assert NUMBER in str(_sending_rights(pipeline, "sms-voice:SendTextMessage"))


def test_leased_numbers_need_words_for_help_and_stop(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="help_text and stop_text"):
        add_stacks(new_app(tmp_path), replace(LEASED, stop_text=""))


def test_the_sns_fallback_may_text_phones_but_publish_to_no_topic(tmp_path: Path) -> None:
    _, pipeline = _templates_of(replace(PROD, sms_provider="sns"), tmp_path)
    rights = _sending_rights(pipeline, "sns:Publish")
    assert [(each["Effect"], each["Resource"]) for each in rights] == [
        ("Allow", "*"),
        ("Deny", "arn:*:sns:*:*:*"),
    ]
    assert not _sending_rights(pipeline, "sms-voice:SendTextMessage")


def _templates_of(stage: Stage, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    _, sms, pipeline, _ = add_stacks(new_app(folder), stage)
    return Template.from_stack(sms).to_json(), Template.from_stack(pipeline).to_json()


def _only(template: Mapping[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [each["Properties"] for each in template["Resources"].values() if each["Type"] == kind]
    return found


def _sending_rights(pipeline: dict[str, Any], action: str) -> list[dict[str, Any]]:
    return [
        statement
        for name, each in pipeline["Resources"].items()
        if each["Type"] == "AWS::IAM::Role" and name.startswith("sendcontact")
        for policy in each["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if action in statement["Action"]
    ]
