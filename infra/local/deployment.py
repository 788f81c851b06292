"""Puts synthesised stacks into the emulator as the CDK does into AWS: assets, then change sets.

Afterwards it mends what the emulator makes of a template where AWS would do otherwise: see `_mend`.
"""

import io
import json
import time
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.local.emulator import ACCOUNT, REGION, Emulator

_WAIT_SECONDS = 120
_LOOK_SECONDS = 0.05
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_BATCH_TWINS = {
    "sqs:SendMessage": "sqs:SendMessageBatch",
    "sqs:DeleteMessage": "sqs:DeleteMessageBatch",
    "sqs:ChangeMessageVisibility": "sqs:ChangeMessageVisibilityBatch",
    "sns:Publish": "sns:PublishBatch",
}
_TABLE_TYPES = frozenset({"AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"})


class DeploymentError(Exception):
    """A stack was refused or failed; the text names each resource that failed and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedStack:
    """What a deployed stack offers to those who come after it."""

    name: str
    outputs: Mapping[str, str]
    resources: Mapping[str, str]
    """Physical id by logical id: a function's or table's name, a queue's URL, a topic's ARN."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Synthesised:
    name: str
    template: Mapping[str, Any]
    template_file: str
    assets_file: Path


def deploy(
    emulator: Emulator,
    assembly: Path,
    stack_names: Sequence[str],
    parameters: Mapping[str, str] | None = None,
) -> dict[str, DeployedStack]:
    """Creates or updates the named stacks of a cloud assembly, in the given order.

    Each stack takes those of the parameters that its template declares; one that none declares is an error,
    and so is a stack that the assembly does not have. Raises DeploymentError.
    """
    wanted = dict(parameters or {})
    stacks = [_read_stack(assembly, name) for name in stack_names]
    declared = {name for stack in stacks for name in stack.template.get("Parameters", {})}
    if unknown := sorted(wanted.keys() - declared):
        raise DeploymentError(f"no stack of {', '.join(stack_names)} declares the parameter {unknown[0]}")
    deployed = {}
    for stack in stacks:
        template_url = _upload_assets(emulator, assembly, stack)
        own = {name: wanted[name] for name in stack.template.get("Parameters", {}) if name in wanted}
        _apply(emulator, stack.name, template_url, own)
        deployed[stack.name] = describe(emulator, stack.name)
        _mend(emulator, stack.template, deployed[stack.name])
    return deployed


def describe(emulator: Emulator, stack_name: str) -> DeployedStack:
    """A stack that has been deployed before."""
    cloudformation = emulator.client("cloudformation")
    stack = cloudformation.describe_stacks(StackName=stack_name)["Stacks"][0]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack_name)
    return DeployedStack(
        name=stack_name,
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
        resources={
            resource["LogicalResourceId"]: resource.get("PhysicalResourceId", "")
            for page in pages
            for resource in page["StackResourceSummaries"]
        },
    )


def outputs(emulator: Emulator, stack_name: str) -> dict[str, str]:
    """The outputs of a deployed stack."""
    return dict(describe(emulator, stack_name).outputs)


def _read_stack(assembly: Path, stack_name: str) -> _Synthesised:
    artifacts: dict[str, Any] = json.loads((assembly / "manifest.json").read_text())["artifacts"]
    for artifact_id, artifact in artifacts.items():
        properties = artifact.get("properties", {})
        if artifact["type"] != "aws:cloudformation:stack":
            continue
        if properties.get("stackName", artifact_id) != stack_name:
            continue
        assets = artifacts[f"{artifact_id}.assets"]["properties"]["file"]
        template_file: str = properties["templateFile"]
        return _Synthesised(
            name=stack_name,
            template=json.loads((assembly / template_file).read_text()),
            template_file=template_file,
            assets_file=assembly / assets,
        )
    raise DeploymentError(f"the assembly {assembly} has no stack {stack_name}; synthesise it first")


def _upload_assets(emulator: Emulator, assembly: Path, stack: _Synthesised) -> str:
    """Uploads what the stack needs and is not there yet; returns the URL of its template."""
    s3 = emulator.client("s3")
    template_url = ""
    files: dict[str, Any] = json.loads(stack.assets_file.read_text())["files"]
    for asset in files.values():
        source = asset["source"]
        for destination in asset["destinations"].values():
            bucket = _in_this_account(destination["bucketName"])
            key = _in_this_account(destination["objectKey"])
            _ensure_bucket(s3, bucket)
            if not _exists(s3, bucket, key):
                path = assembly / source["path"]
                body = zip_folder(path) if source["packaging"] == "zip" else path.read_bytes()
                s3.put_object(Bucket=bucket, Key=key, Body=body)
            if source["path"] == stack.template_file:
                template_url = f"{emulator.endpoint}/{bucket}/{key}"
    if not template_url:
        raise DeploymentError(f"{stack.assets_file.name} does not list the template {stack.template_file}")
    return template_url


def zip_folder(folder: Path) -> bytes:
    """The same bytes for the same files, whenever they were written.

    Not compressed: the emulator unpacks every layer again for every worker, and nothing travels.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _ZIP_EPOCH)
                entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
                archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _in_this_account(text: str) -> str:
    """The assembly is made for no account; these are the only words it leaves open."""
    for placeholder, value in {
        "${AWS::Partition}": "aws",
        "${AWS::AccountId}": ACCOUNT,
        "${AWS::Region}": REGION,
    }.items():
        text = text.replace(placeholder, value)
    return text


def _ensure_bucket(s3: Any, bucket: str) -> None:
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        s3.create_bucket(Bucket=bucket)


def _exists(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        return False
    return True


def _apply(emulator: Emulator, stack_name: str, template_url: str, parameters: Mapping[str, str]) -> None:
    cloudformation = emulator.client("cloudformation")
    change_set = f"local-{time.time_ns()}"
    try:
        cloudformation.create_change_set(
            StackName=stack_name,
            ChangeSetName=change_set,
            ChangeSetType="UPDATE" if _stack_status(emulator, stack_name) else "CREATE",
            TemplateURL=template_url,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
    except ClientError as refusal:
        raise DeploymentError(f"{stack_name} was refused: {refusal}") from refusal
    if not _await_change_set(emulator, stack_name, change_set):
        return
    cloudformation.execute_change_set(StackName=stack_name, ChangeSetName=change_set)
    status = _await_stack(emulator, stack_name)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeploymentError(f"{stack_name} ended in {status}:\n{_failures(emulator, stack_name)}")


def _await_change_set(emulator: Emulator, stack_name: str, change_set: str) -> bool:
    """Whether there is anything to change."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        seen = emulator.client("cloudformation").describe_change_set(StackName=stack_name, ChangeSetName=change_set)
        if seen["Status"] == "CREATE_COMPLETE":
            return True
        if seen["Status"] == "FAILED":
            reason = seen.get("StatusReason", "")
            # This is how CloudFormation says that nothing changed; it has no status of its own for it.
            if "didn't contain changes" in reason or "No updates are to be performed" in reason:
                return False
            raise DeploymentError(f"the change set of {stack_name} failed: {reason}")
        time.sleep(_LOOK_SECONDS)
    raise DeploymentError(f"the change set of {stack_name} was not ready within {_WAIT_SECONDS} s")


def _await_stack(emulator: Emulator, stack_name: str) -> str:
    deadline = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < deadline:
        status = _stack_status(emulator, stack_name)
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(_LOOK_SECONDS)
    raise DeploymentError(f"{stack_name} was still {status} after {_WAIT_SECONDS} s")


def _stack_status(emulator: Emulator, stack_name: str) -> str:
    """Empty when there is no such stack, or only the shell that a first change set leaves behind."""
    try:
        stacks = emulator.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return ""
        raise
    status: str = stacks[0]["StackStatus"]
    return "" if status == "REVIEW_IN_PROGRESS" else status


def _failures(emulator: Emulator, stack_name: str) -> str:
    events = emulator.client("cloudformation").describe_stack_events(StackName=stack_name)["StackEvents"]
    failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("FAILED")]
    return "\n".join(
        f"  {event['LogicalResourceId']} ({event.get('ResourceType', '?')}): "
        f"{event.get('ResourceStatusReason', 'no reason given')}"
        for event in failed
    )


def _mend(emulator: Emulator, template: Mapping[str, Any], stack: DeployedStack) -> None:
    for logical_id, resource in template.get("Resources", {}).items():
        physical_id = stack.resources.get(logical_id)
        if not physical_id:
            continue
        if resource["Type"] in _TABLE_TYPES:
            _restore_time_to_live(emulator, physical_id, resource["Properties"])
        if _tells_single_failures(resource):
            _follow_changes_one_by_one(emulator, physical_id)
        if resource["Type"] == "AWS::IAM::Role" and emulator.strict:
            _allow_batches(emulator, physical_id)
        if resource["Type"] == "AWS::IAM::Policy" and emulator.strict:
            for role in resource["Properties"].get("Roles", []):
                _allow_batches(emulator, stack.resources[role["Ref"]])


def _tells_single_failures(resource: Mapping[str, Any]) -> bool:
    """A mapping from a stream; one that gathers changes for a while has a station that takes all of them or none."""
    if resource["Type"] != "AWS::Lambda::EventSourceMapping":
        return False
    properties = resource["Properties"]
    return "StartingPosition" in properties and not properties.get("MaximumBatchingWindowInSeconds")


def _restore_time_to_live(emulator: Emulator, table: str, properties: Mapping[str, Any]) -> None:
    """The emulator reads a table's TimeToLiveSpecification and forgets it; its API honours the same words."""
    wanted = properties.get("TimeToLiveSpecification")
    if not wanted:
        return
    dynamodb = emulator.client("dynamodb")
    seen = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if seen["TimeToLiveStatus"].startswith("DISABL"):
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)


def _follow_changes_one_by_one(emulator: Emulator, mapping_id: str) -> None:
    """The emulator goes on after a batch of a table's changes in which some failed, and would lose those.

    A batch of one fails as a whole, and comes again as it does on AWS.
    """
    emulator.client("lambda").update_event_source_mapping(UUID=mapping_id, BatchSize=1)


def _allow_batches(emulator: Emulator, role: str) -> None:
    """On AWS the right to send a message covers a batch; the emulator asks for an action that AWS has not.

    See "Actions, resources, and condition keys for Amazon SQS" in the AWS Service Authorization Reference.
    """
    iam = emulator.client("iam")
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        if _add_batch_twins(document):
            iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))


def _add_batch_twins(document: dict[str, Any]) -> bool:
    """Whether the document had to change."""
    changed = False
    for statement in document["Statement"]:
        actions = statement.get("Action", [])
        actions = [actions] if isinstance(actions, str) else list(actions)
        missing = [twin for action, twin in _BATCH_TWINS.items() if action in actions and twin not in actions]
        if missing:
            statement["Action"] = actions + missing
            changed = True
    return changed
