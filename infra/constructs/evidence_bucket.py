"""Where evidence packs are kept so that nobody changes or deletes them before their time is over."""

from aws_cdk import Duration, aws_kms, aws_s3
from constructs import Construct

from infra.constructs.private_bucket import private_bucket
from infra.stages import Stage

UNLOCKED_DAYS = 30
"""How long a stage without a lock keeps a pack."""


class EvidenceBucket(Construct):
    """Private, versioned, and locked by default where the stage asks for it.

    Governance mode: only a right that no role of this product has (s3:BypassGovernanceRetention) ends a lock early, as
    a court or an erasure may demand. What no longer has to stay is forgotten.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
    """

    def __init__(
        self, scope: Construct, name: str, *, key: aws_kms.IKey, access_logs: aws_s3.IBucket, stage: Stage
    ) -> None:
        super().__init__(scope, name)
        lock_days = stage.evidence_lock_days
        lock = aws_s3.ObjectLockRetention.governance(Duration.days(lock_days)) if lock_days else None
        self.bucket = private_bucket(
            self,
            key=key,
            stage=stage,
            days=(lock_days or UNLOCKED_DAYS) + 1,
            earlier_version_days=1,
            object_lock_enabled=lock is not None,
            object_lock_default_retention=lock,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix="evidence/",
        )
