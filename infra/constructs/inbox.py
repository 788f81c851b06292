"""Where the lender drops its loan and payment files, and finds the rejected rows with their reasons."""

from typing import cast

from aws_cdk import Duration, RemovalPolicy, aws_kms, aws_s3
from constructs import Construct

from infra.constructs.private_bucket import private_bucket
from infra.stages import Stage

FILE_DAYS = 90
"""A file's rows live on in the loan book; the file itself is only evidence of what was delivered."""

EARLIER_VERSION_DAYS = 30


class Inbox(Construct):
    """A private, versioned bucket that tells EventBridge of each file."""

    def __init__(self, scope: Construct, name: str, *, key: aws_kms.IKey, stage: Stage) -> None:
        super().__init__(scope, name)
        self.access_logs = aws_s3.Bucket(
            self,
            "AccessLogs",
            # S3 delivers access logs only to buckets with its own keys.
            encryption=aws_s3.BucketEncryption.S3_MANAGED,
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            lifecycle_rules=[aws_s3.LifecycleRule(expiration=Duration.days(stage.log_days))],
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
        self.bucket = private_bucket(
            self,
            key=key,
            stage=stage,
            days=FILE_DAYS,
            earlier_version_days=EARLIER_VERSION_DAYS,
            server_access_logs_bucket=self.access_logs,
        )
        resource = cast(aws_s3.CfnBucket, self.bucket.node.default_child)
        # `event_bridge_enabled=True` would deploy a custom resource with a function of its own.
        resource.add_property_override("NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True)
