"""Where the daily reports are kept: counts of many, and no personal data."""

from aws_cdk import aws_kms, aws_s3
from constructs import Construct

from infra.constructs.private_bucket import private_bucket
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
        self.bucket = private_bucket(
            self,
            key=key,
            stage=stage,
            days=REPORT_DAYS,
            earlier_version_days=EARLIER_VERSION_DAYS,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="reports/",
        )
