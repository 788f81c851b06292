"""Findings of cdk-nag's AwsSolutions rules that stand, each with the reason it may."""

from typing import cast

from aws_cdk import Acknowledgment, CfnElement, Stack, Validations, aws_s3
from constructs import IConstruct


def acknowledge_pinned_runtime(scope: IConstruct) -> None:
    """Every function runs the Python that the tests and the layers' wheels are made for."""
    _acknowledge(
        scope,
        "AwsSolutions-L1",
        "Python 3.13 is supported by Lambda and is the version that uv.lock, the layers' wheels and the tests"
        " are pinned to; a newer runtime comes with all of them at once.",
    )


def acknowledge_files_under(scope: IConstruct, bucket: aws_s3.IBucket, prefix: str) -> None:
    """A station may touch any file under its own prefix."""
    resource = cast(CfnElement, bucket.node.default_child)
    logical_id = Stack.of(bucket).get_logical_id(resource)
    _acknowledge(
        scope,
        f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>/{prefix}*]",
        "The lender chooses the names of the files it drops, so they cannot be listed; the right ends at"
        f" {prefix} of this one bucket.",
    )


def acknowledge_reports_under(scope: IConstruct, bucket: aws_s3.IBucket, prefix: str) -> None:
    """A station may touch any report under a prefix."""
    resource = cast(CfnElement, bucket.node.default_child)
    logical_id = Stack.of(bucket).get_logical_id(resource)
    _acknowledge(
        scope,
        f"AwsSolutions-IAM5[Resource::<{logical_id}.Arn>/{prefix}*]",
        "Reports are named by their day and language, so they cannot be listed here; the right ends at"
        f" {prefix} of this one bucket, which holds nothing but counts.",
    )


def acknowledge_dead_letters_of_a_stream(scope: IConstruct) -> None:
    """The rule looks at queues and functions, not at the failure destination of an event source mapping."""
    _acknowledge(
        scope,
        "AwsSolutions-SQS3",
        "This queue is itself where a stream's failed changes wait: the event source mapping names it as its"
        " destination on failure.",
    )


def acknowledge_trail_bucket(scope: IConstruct) -> None:
    """The bucket of the cloud's own record is written by one service only."""
    _acknowledge(
        scope,
        "AwsSolutions-S1",
        "This bucket is itself an access record: only CloudTrail writes to it, and CloudTrail's own trail of"
        " management events tells who changes it.",
    )


def acknowledge_publish_to_phones(scope: IConstruct) -> None:
    """The SNS fallback, only in a stage that asks for it."""
    _acknowledge(
        scope,
        "AwsSolutions-IAM5[Resource::*]",
        "SNS offers no resource for a phone number, so sns:Publish to one can only be allowed on *;"
        " publishing to any topic is denied beside it.",
    )


def _acknowledge(scope: IConstruct, rule: str, reason: str) -> None:
    Validations.of(scope).acknowledge(Acknowledgment(id=rule, reason=reason))
