"""Encrypted, reachable over TLS alone, restorable, and not lost with a stack."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from duebridge.adapters import tables
from duebridge.adapters.outcomes import COUNTS_KEPT

POLICY_OF = {
    "AWS::S3::Bucket": ("AWS::S3::BucketPolicy", "Bucket"),
    "AWS::SNS::Topic": ("AWS::SNS::TopicPolicy", "Topics"),
    "AWS::SQS::Queue": ("AWS::SQS::QueuePolicy", "Queues"),
}

TABLES = {"LoanBook": tables.LOAN_BOOK, "Conversations": tables.CONVERSATIONS, "Tickets": tables.TICKETS}


@pytest.mark.parametrize("kind", sorted(POLICY_OF))
def test_nothing_is_reachable_without_tls(resources: dict[str, Any], kind: str) -> None:
    policy_kind, owners = POLICY_OF[kind]
    names = [name for name, each in resources.items() if each["Type"] == kind]
    assert names
    for name in names:
        refused = [
            statement
            for each in resources.values()
            if each["Type"] == policy_kind and name in json.dumps(each["Properties"][owners])
            for statement in each["Properties"]["PolicyDocument"]["Statement"]
            if statement["Effect"] == "Deny"
            and statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}
            and statement["Principal"] in ({"AWS": "*"}, "*")
        ]
        assert refused, name


def test_queues_topics_tables_and_the_inbox_are_encrypted_with_our_key(resources: dict[str, Any]) -> None:
    (key,) = _of_type(resources, "AWS::KMS::Key")
    for name, properties in _of_type(resources, "AWS::SQS::Queue", "AWS::SNS::Topic").items():
        assert key in json.dumps(properties["KmsMasterKeyId"]), name
    for name, properties in _of_type(resources, "AWS::DynamoDB::Table").items():
        assert properties["SSESpecification"]["SSEType"] == "KMS", name
        assert key in json.dumps(properties["SSESpecification"]["KMSMasterKeyId"])
    encryption = {
        name: properties["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"]
        for name, properties in _of_type(resources, "AWS::S3::Bucket").items()
    }
    ours = ("InboxBucket", "EvidenceBucket", "ReportsBucket")
    algorithms = {name.startswith(ours): each["SSEAlgorithm"] for name, each in encryption.items()}
    assert algorithms == {True: "aws:kms", False: "AES256"}


def test_the_key_is_rotated(resources: dict[str, Any]) -> None:
    assert [key["EnableKeyRotation"] for key in _of_type(resources, "AWS::KMS::Key").values()] == [True]


def test_buckets_are_private_and_the_inbox_keeps_versions_and_a_record_of_access(
    resources: dict[str, Any],
) -> None:
    buckets = _of_type(resources, "AWS::S3::Bucket")
    for properties in buckets.values():
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    inbox = next(properties for name, properties in buckets.items() if name.startswith("InboxBucket"))
    assert inbox["VersioningConfiguration"] == {"Status": "Enabled"}
    assert inbox["LoggingConfiguration"]["DestinationBucketName"]["Ref"] in buckets
    assert inbox["LifecycleConfiguration"]["Rules"]
    assert inbox["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}


def test_reports_keep_their_earlier_versions_for_a_while_and_themselves_as_long_as_their_counts(
    resources: dict[str, Any],
) -> None:
    buckets = _of_type(resources, "AWS::S3::Bucket")
    reports = next(properties for name, properties in buckets.items() if name.startswith("ReportsBucket"))
    assert reports["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = reports["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == COUNTS_KEPT.days
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] < rule["ExpirationInDays"]
    assert reports["LoggingConfiguration"]["DestinationBucketName"]["Ref"] in buckets


@pytest.mark.parametrize(("stage", "days"), [("prod", 1096), ("local", 1096), ("dev", 0)])
def test_stored_evidence_is_locked_where_the_stage_says_so_and_forgotten_afterwards(
    templates: Mapping[str, Mapping[str, Any]], stage: str, days: int
) -> None:
    buckets = _of_type(templates[stage]["data"]["Resources"], "AWS::S3::Bucket")
    evidence = next(properties for name, properties in buckets.items() if name.startswith("EvidenceBucket"))
    lock = evidence.get("ObjectLockConfiguration", {"Rule": {"DefaultRetention": {"Days": 0}}})
    assert evidence.get("ObjectLockEnabled", False) is bool(days)
    assert lock["Rule"]["DefaultRetention"] == ({"Days": days, "Mode": "GOVERNANCE"} if days else {"Days": 0})
    assert evidence["VersioningConfiguration"] == {"Status": "Enabled"}
    assert evidence["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] > days


def test_no_role_of_ours_reads_writes_or_unlocks_evidence(prod: dict[str, Any]) -> None:
    rights = json.dumps([each for each in prod.values() if each["Type"] == "AWS::IAM::Policy"])
    roles = json.dumps([each for each in prod.values() if each["Type"] == "AWS::IAM::Role"])
    assert "BypassGovernanceRetention" not in rights + roles
    assert "EvidenceBucket" not in rights + roles


def test_tables_can_be_restored_and_have_the_keys_indexes_and_expiry_that_adapters_name(
    resources: dict[str, Any],
) -> None:
    found = _of_type(resources, "AWS::DynamoDB::Table")
    assert len(found) == len(TABLES)
    for prefix, table in TABLES.items():
        properties = next(each for name, each in found.items() if name.startswith(f"{prefix}Table"))
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert properties["BillingMode"] == "PAY_PER_REQUEST"
        assert _keys(properties) == (table.partition, table.sort)
        assert properties.get("TimeToLiveSpecification", {}).get("AttributeName") == table.expiry
        assert {
            (each["IndexName"], *_keys(each), each["Projection"]["ProjectionType"])
            for each in properties["GlobalSecondaryIndexes"]
        } == {
            (index.name, index.partition, index.sort, "ALL" if index.whole_rows else "KEYS_ONLY")
            for index in table.indexes
        }


def test_every_table_has_a_stream_that_carries_what_was_and_what_is(prod: dict[str, Any]) -> None:
    streams = {
        name: each["StreamSpecification"]["StreamViewType"]
        for name, each in _of_type(prod, "AWS::DynamoDB::Table").items()
        if "StreamSpecification" in each
    }
    assert sorted(name.partition("Table")[0] for name in streams) == ["Conversations", "LoanBook", "Tickets"]
    assert set(streams.values()) == {"NEW_AND_OLD_IMAGES"}


@pytest.mark.parametrize(("stage", "kept"), [("prod", True), ("local", True), ("dev", False)])
def test_deletion_is_refused_where_the_stage_keeps_its_data(
    templates: Mapping[str, Mapping[str, Any]], stage: str, kept: bool
) -> None:
    data = templates[stage]["data"]["Resources"]
    tables_found = [each for each in data.values() if each["Type"] == "AWS::DynamoDB::Table"]
    assert [each["Properties"].get("DeletionProtectionEnabled", False) for each in tables_found] == [kept] * 3
    lasting = ("AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket")
    policies = {each["DeletionPolicy"] for each in data.values() if each["Type"] in lasting}
    assert policies == {"Retain" if kept else "Delete"}


@pytest.mark.parametrize(("stage", "days"), [("prod", 365), ("dev", 30)])
def test_every_function_logs_to_a_group_of_its_own_that_forgets(
    templates: Mapping[str, Mapping[str, Any]], stage: str, days: int
) -> None:
    pipeline = templates[stage]["pipeline"]["Resources"]
    groups = {name: each["Properties"] for name, each in pipeline.items() if each["Type"] == "AWS::Logs::LogGroup"}
    assert {group["RetentionInDays"] for group in groups.values()} == {days}
    used = [
        each["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        for each in pipeline.values()
        if each["Type"] == "AWS::Lambda::Function"
    ]
    assert sorted(used) == sorted(groups)


def test_nothing_is_deployed_by_a_custom_resource(resources: dict[str, Any]) -> None:
    kinds = {each["Type"] for each in resources.values()}
    assert not [kind for kind in kinds if kind.startswith("Custom::") or kind.endswith("::CustomResource")]


def _of_type(resources: dict[str, Any], *kinds: str) -> dict[str, dict[str, Any]]:
    found = {name: each["Properties"] for name, each in resources.items() if each["Type"] in kinds}
    assert found, f"no {kinds}"
    return found


def _keys(properties: dict[str, Any]) -> tuple[str | None, str | None]:
    by_role = {each["KeyType"]: each["AttributeName"] for each in properties["KeySchema"]}
    return by_role.get("HASH"), by_role.get("RANGE")
