"""The clock that the laptop run can set. Only the local stage has this layer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class PlayedClock:
    """Implements duebridge.ports.Clock: real time plus an offset that a file holds, in seconds."""

    def __init__(self, file: str) -> None:
        self._file = Path(file)

    def now(self) -> datetime:
        """The played present."""
        return datetime.now(UTC) + self._offset()

    def from_aws(self, stamp: datetime) -> datetime:
        """AWS's clock is never played."""
        return stamp.astimezone(UTC) + self._offset()

    def to_aws(self, instant: datetime) -> datetime:
        """Without this an expiry in the played past would end a row at once."""
        return instant - self._offset()

    def _offset(self) -> timedelta:
        return timedelta(seconds=float(self._file.read_text(encoding="ascii")))
