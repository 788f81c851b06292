"""The real clock."""

from datetime import UTC, datetime


class SystemClock:
    """Implements ports.Clock: business time is real time."""

    def now(self) -> datetime:
        """The present."""
        return datetime.now(UTC)

    def from_aws(self, stamp: datetime) -> datetime:
        """AWS and we agree."""
        return stamp.astimezone(UTC)

    def to_aws(self, instant: datetime) -> datetime:
        """AWS and we agree."""
        return instant
