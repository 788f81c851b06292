"""Two small stacks with the same shapes as ours, written as a cloud assembly without the CDK.

They hold only what the pipeline relies on, so that a newer emulator can be judged in seconds.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DATA, WORK = "toy-data", "toy-work"
FAILURES_ALLOWED = 2

HANDLER = '''
import json, os, time
import boto3, toy_layer

def take(event, context):
    """Records each message it gets; fails those that ask for it."""
    print("taking", len(event["Records"]))
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    failed = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        count = int(record["attributes"]["ApproximateReceiveCount"])
        table.put_item(Item={"id": body.get("id", "none"), "receives": count, "kind": "taken"})
        if body.get("fail"):
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}

def follow(event, context):
    """Counts how often it sees each changed row; a row may ask to fail the first time."""
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    failed = []
    for record in event["Records"]:
        images = record["dynamodb"]
        row = {"id": "followed " + images["Keys"]["id"]["S"]}
        seen = table.update_item(
            Key=row,
            UpdateExpression="ADD times :one SET was_there = :was_there",
            ExpressionAttributeValues={":one": 1, ":was_there": "OldImage" in images},
            ReturnValues="UPDATED_NEW",
        )["Attributes"]["times"]
        if "fail" in images["NewImage"] and seen == 1:
            failed.append({"itemIdentifier": images["SequenceNumber"]})
    if len(failed) == len(event["Records"]):
        raise ValueError("all failed")
    counts = {"changes": len(event["Records"])}
    print(json.dumps({"message": "follow", "request": context.aws_request_id, "counts": counts}))
    return {"batchItemFailures": failed}

def call(event, context):
    """Makes one AWS call as its role and tells what came of it."""
    client = boto3.client(event["service"])
    try:
        answer = getattr(client, event["operation"])(**event["arguments"])
        answer.pop("ResponseMetadata")
        answer.pop("Body", None)
        return {"ok": True, "answer": json.loads(json.dumps(answer, default=str))}
    except client.exceptions.ClientError as error:
        return {"ok": False, "code": error.response["Error"]["Code"]}

def note(event, context):
    print("noted", json.dumps(event), toy_layer.WORD)
    if isinstance(event, dict) and event.get("raise"):
        raise ValueError("asked to fail")
    return {"word": toy_layer.WORD, "environment": sorted(os.environ), "home": os.environ["HOME"]}

def dawdle(event, context):
    time.sleep(5)
'''


def write_assembly(folder: Path, templates: Mapping[str, Any] | None = None) -> None:
    """The assembly as `cdk synth` lays one out: a manifest, and per stack a template and its assets."""
    (folder / "code").mkdir()
    (folder / "code" / "handler.py").write_text(HANDLER)
    (folder / "layer" / "python").mkdir(parents=True)
    (folder / "layer" / "python" / "toy_layer.py").write_text("WORD = 'from the layer'\n")
    artifacts: dict[str, Any] = {}
    for name, template in (templates or {DATA: data_template(), WORK: work_template()}).items():
        text = json.dumps(template)
        (folder / f"{name}.template.json").write_text(text)
        files = {
            name: _asset(f"{name}.template.json", "file", f"{hashlib.sha256(text.encode()).hexdigest()}.json"),
            "code": _asset("code", "zip", "code.zip"),
            "layer": _asset("layer", "zip", "layer.zip"),
        }
        (folder / f"{name}.assets.json").write_text(json.dumps({"version": "1", "files": files}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{name}.template.json", "stackName": name},
        }
        artifacts[f"{name}.assets"] = {
            "type": "cdk:asset-manifest",
            "properties": {"file": f"{name}.assets.json"},
        }
    (folder / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": artifacts}))


def _asset(path: str, packaging: str, key: str) -> dict[str, Any]:
    destination = {"bucketName": "toy-assets-${AWS::AccountId}-${AWS::Region}", "objectKey": key}
    return {
        "source": {"path": path, "packaging": packaging},
        "destinations": {"current_account-current_region": destination},
    }


def _ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def _arn(name: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, "Arn"]}


def _import(name: str) -> dict[str, str]:
    return {"Fn::ImportValue": f"{DATA}:{name}"}


def _statement(effect: str, action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource} | more


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _tls_only(action: str, resource: Any) -> dict[str, Any]:
    return _statement(
        "Deny",
        action,
        resource,
        Principal={"AWS": "*"},
        Condition={"Bool": {"aws:SecureTransport": "false"}},
    )


def data_template() -> dict[str, Any]:
    """Tables, topics and buses: what outlives the stations."""
    resources: dict[str, Any] = {
        "Key": {
            "Type": "AWS::KMS::Key",
            "Properties": {
                "EnableKeyRotation": True,
                "KeyPolicy": _policy(
                    _statement(
                        "Allow",
                        "kms:*",
                        "*",
                        Principal={"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}},
                    )
                ),
            },
        },
        "Table": {
            "Type": "AWS::DynamoDB::GlobalTable",
            "Properties": {
                "AttributeDefinitions": [
                    {"AttributeName": "id", "AttributeType": "S"},
                    {"AttributeName": "kind", "AttributeType": "S"},
                ],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "by-kind",
                        "KeySchema": [
                            {"AttributeName": "kind", "KeyType": "HASH"},
                            {"AttributeName": "id", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                ],
                "BillingMode": "PAY_PER_REQUEST",
                "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"},
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
                "Replicas": [
                    {
                        "Region": _ref("AWS::Region"),
                        "SSESpecification": {"KMSMasterKeyId": _arn("Key")},
                        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                    }
                ],
            },
        },
        "Changes": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
                "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            },
        },
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"KmsMasterKeyId": _arn("Key")},
        },
        "TopicPolicy": {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [_ref("Topic")],
                "PolicyDocument": _policy(
                    _statement(
                        "Allow",
                        "sns:Publish",
                        _ref("Topic"),
                        Principal={"Service": "sms-voice.amazonaws.com"},
                    ),
                    _tls_only("sns:Publish", _ref("Topic")),
                ),
            },
        },
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "toy-bus"}},
        "Inbox": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}},
        },
        "OptOuts": {
            "Type": "AWS::SMSVOICE::OptOutList",
            "Condition": "WithCarrier",
            "Properties": {"OptOutListName": "toy"},
        },
    }
    exported = {
        "Key": _arn("Key"),
        "Table": _ref("Table"),
        "TableArn": _arn("Table"),
        "Changes": _ref("Changes"),
        "ChangesStream": {"Fn::GetAtt": ["Changes", "StreamArn"]},
        "Topic": _ref("Topic"),
        "Bus": _ref("Bus"),
        "Inbox": _ref("Inbox"),
        "OptOuts": {"Fn::If": ["WithCarrier", _ref("OptOuts"), "opt-outs-local"]},
    }
    return {
        "Parameters": {"CarrierResources": {"Type": "String", "Default": "yes", "AllowedValues": ["yes", "no"]}},
        "Conditions": {"WithCarrier": {"Fn::Equals": [_ref("CarrierResources"), "yes"]}},
        "Resources": resources,
        "Outputs": {name: {"Value": value, "Export": {"Name": f"{DATA}:{name}"}} for name, value in exported.items()},
    }


def _role(*statements: dict[str, Any]) -> dict[str, Any]:
    logs = _statement("Allow", ["logs:CreateLogStream", "logs:PutLogEvents"], "*")
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": _policy(
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                }
            ),
            "Policies": [{"PolicyName": "own", "PolicyDocument": _policy(logs, *statements)}],
        },
    }


def _function(name: str, role: str, timeout_seconds: int = 20) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "DependsOn": [role],
        "Properties": {
            "Handler": f"handler.{name}",
            "Runtime": "python3.13",
            "Role": _arn(role),
            "Timeout": timeout_seconds,
            "Layers": [_ref("Layer")],
            "Environment": {"Variables": {"TABLE": _import("Table")}},
            "Code": {
                "S3Bucket": {"Fn::Sub": "toy-assets-${AWS::AccountId}-${AWS::Region}"},
                "S3Key": "code.zip",
            },
        },
    }


def _log_of(function: str) -> dict[str, Any]:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": {"Fn::Sub": f"/aws/lambda/${{{function}}}"}}}


def _queue(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {"KmsMasterKeyId": _import("Key"), "VisibilityTimeout": 1} | properties,
    }


def _queue_policy(queue: str, service: str) -> dict[str, Any]:
    return {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [_ref(queue)],
            "PolicyDocument": _policy(
                _tls_only("sqs:*", _arn(queue)),
                _statement(
                    "Allow",
                    "sqs:SendMessage",
                    _arn(queue),
                    Principal={"Service": service},
                    **(
                        {"Condition": {"ArnEquals": {"aws:SourceArn": _import("Topic")}}}
                        if service == "sns.amazonaws.com"
                        else {}
                    ),
                ),
            ),
        },
    }


def _subscription(queue: str, *, raw: bool) -> dict[str, Any]:
    return {
        "Type": "AWS::SNS::Subscription",
        "DependsOn": [f"{queue}Policy"] if queue != "Unlisted" else [],
        "Properties": {
            "Protocol": "sqs",
            "TopicArn": _import("Topic"),
            "Endpoint": _arn(queue),
            "RawMessageDelivery": raw,
        },
    }


def _rule(bus: Any, pattern: dict[str, Any], queue: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventPattern": pattern,
            "State": "ENABLED",
            "Targets": [{"Id": "queue", "Arn": _arn(queue)}],
        }
        | ({"EventBusName": bus} if bus else {}),
    }


def work_template() -> dict[str, Any]:
    """Queues, stations and what triggers them, joined to the data by imports alone."""
    resources: dict[str, Any] = {
        "Layer": {
            "Type": "AWS::Lambda::LayerVersion",
            "Properties": {
                "Content": {
                    "S3Bucket": {"Fn::Sub": "toy-assets-${AWS::AccountId}-${AWS::Region}"},
                    "S3Key": "layer.zip",
                }
            },
        },
        "Dead": _queue(),
        "Work": _queue(
            # Longer than a cold start on a busy machine, or a whole batch would be tried again.
            VisibilityTimeout=4,
            RedrivePolicy={"deadLetterTargetArn": _arn("Dead"), "maxReceiveCount": FAILURES_ALLOWED},
        ),
        "Events": _queue(),
        "EventsPolicy": _queue_policy("Events", "events.amazonaws.com"),
        "Raw": _queue(),
        "RawPolicy": _queue_policy("Raw", "sns.amazonaws.com"),
        "Wrapped": _queue(),
        "WrappedPolicy": _queue_policy("Wrapped", "sns.amazonaws.com"),
        "Unlisted": _queue(),
        "RawSubscription": _subscription("Raw", raw=True),
        "WrappedSubscription": _subscription("Wrapped", raw=False),
        "UnlistedSubscription": _subscription("Unlisted", raw=True),
        "FileRule": _rule(
            None,
            {
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {
                    "bucket": {"name": [_import("Inbox")]},
                    "object": {"key": [{"prefix": "loans/"}]},
                },
            },
            "Events",
        ),
        "PaymentRule": _rule(_import("Bus"), {"detail-type": ["Payment Received"]}, "Events"),
        "TakeRole": _role(
            _statement("Allow", ["dynamodb:PutItem"], _import("TableArn")),
            _statement("Allow", ["kms:Decrypt"], _import("Key")),
            _statement("Allow", ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], _arn("Work")),
        ),
        "Take": _function("take", "TakeRole"),
        "TakeWork": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": _ref("Take"),
                "EventSourceArn": _arn("Work"),
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": {"MaximumConcurrency": 2},
            },
        },
        "FollowRole": _role(
            _statement("Allow", ["dynamodb:UpdateItem"], _import("TableArn")),
            _statement(
                "Allow",
                ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
                _import("ChangesStream"),
            ),
        ),
        "Follow": _function("follow", "FollowRole"),
        "FollowLog": _log_of("Follow"),
        "NoteLog": _log_of("Note"),
        "FollowChanges": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": _ref("Follow"),
                "EventSourceArn": _import("ChangesStream"),
                "StartingPosition": "TRIM_HORIZON",
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "CallPolicy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "send",
                "Roles": [_ref("CallRole")],
                "PolicyDocument": _policy(_statement("Allow", "sqs:SendMessage", _arn("Work"))),
            },
        },
        "CallRole": _role(
            _statement("Allow", ["dynamodb:GetItem"], _import("TableArn")),
            _statement("Allow", ["s3:GetObject"], {"Fn::Sub": ["arn:aws:s3:::${B}/loans/*", {"B": _import("Inbox")}]}),
        ),
        "Call": _function("call", "CallRole"),
        "NoteRole": _role(),
        "Note": _function("note", "NoteRole"),
        "Dawdle": _function("dawdle", "NoteRole", timeout_seconds=1),
        "MinuteRule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "ScheduleExpression": "rate(1 minute)",
                "State": "ENABLED",
                "Targets": [{"Id": "note", "Arn": _arn("Note")}],
            },
        },
    }
    return {
        "Resources": resources,
        "Outputs": {name: {"Value": _ref(name)} for name in ("Work", "Dead", "Events", "Raw", "Wrapped", "Unlisted")},
    }
