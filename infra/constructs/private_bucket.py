"""What every bucket for a lender's data has in common."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy, aws_kms, aws_s3
from constructs import Construct

from infra.stages import Stage


def private_bucket(
    scope: Construct, *, key: aws_kms.IKey, stage: Stage, days: int, earlier_version_days: int, **properties: Any
) -> aws_s3.Bucket:
    """Encrypted with the pipeline's key, over TLS only, versioned, and emptied by age: `days` for a file, and
    `earlier_version_days` for what was written over or deleted. `properties` are more of `aws_s3.Bucket`'s own."""
    return aws_s3.Bucket(
        scope,
        "Bucket",
        encryption=aws_s3.BucketEncryption.KMS,
        encryption_key=key,
        bucket_key_enabled=True,
        block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=True,
        lifecycle_rules=[
            aws_s3.LifecycleRule(
                expiration=Duration.days(days),
                noncurrent_version_expiration=Duration.days(earlier_version_days),
                abort_incomplete_multipart_upload_after=Duration.days(1),
            )
        ],
        removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        **properties,
    )
