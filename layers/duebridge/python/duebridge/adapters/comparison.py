"""How far the comparison of opt-out lists has come, in DynamoDB: one row among the conversations."""

from typing import TYPE_CHECKING

from ..core.drift import DriftProgress, Phase
from ..ports import Saved
from . import dynamo, rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COMPARISON = {"party": "#opt-out-comparison", "entry": "progress"}


class DynamoComparison:
    """Implements ports.Comparison."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def load(self) -> DriftProgress:
        """A consistent read."""
        row = dynamo.get(self._client, self._table, dict(COMPARISON))
        if row is None:
            return DriftProgress()
        started = row.get("started_at")
        return DriftProgress(
            phase=Phase(row["phase"]),
            started_at=rows.instant(started) if started else None,
            token=row.get("token", ""),
            version=int(row["version"]),
        )

    def save(self, progress: DriftProgress) -> Saved:
        """One conditional write."""
        row = {
            **COMPARISON,
            "phase": progress.phase,
            "started_at": rows.stamp(progress.started_at) if progress.started_at else None,
            "token": progress.token,
            "version": progress.version,
        }
        return dynamo.put_over(self._client, self._table, rows.sparse(row), progress.version)
