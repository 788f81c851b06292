"""Where the daily reports are kept: counts of many, and no personal data."""

from aws_cdk import Duration, RemovalPolicy, aws_kms, aws_s3
from constructs import Construct

from infra.stages import Stage

REPORT_DAYS = 5 * 366
"""As long as the counts that a report is made from; older ones could not be made again."""
EARLIER_VERSION_DAYS = 90
"""Of a page that was made again: a late payment corrects the day that it belongs to."""


class ReportBucket(Construct):
    """Private, encrypted and versioned."""

    def __init__(
        self, scope: Construct, name: str, *, key: aws_kms.IKey, access_logs: aws_s3.IBucket, stage: Stage
    ) -> None:
        super().__init__(scope, name)
        self.bucket = aws_s3.Bucket(
            self,
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
                    expiration=Duration.days(REPORT_DAYS),
                    noncurrent_version_expiration=Duration.days(EARLIER_VERSION_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="reports/",
            removal_policy=RemovalPolicy.RETAIN if stage.keep_data else RemovalPolicy.DESTROY,
        )
