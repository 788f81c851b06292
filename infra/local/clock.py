"""The clock of a laptop run: real time plus an offset in a file that every station reads."""

from datetime import UTC, datetime, timedelta
from pathlib import Path


class RunClock:
    """The other side of `duebridge_local_clock`: it writes what the stations read."""

    def __init__(self, file: Path, start: datetime) -> None:
        self._file = file
        self._offset = timedelta(0)
        file.parent.mkdir(parents=True, exist_ok=True)
        self.jump_to(start)

    def now(self) -> datetime:
        """The played present."""
        return datetime.now(UTC) + self._offset

    def jump_to(self, instant: datetime) -> None:
        """Only while nothing is under way: a text on its way must not wake up in another hour."""
        self._offset = instant - datetime.now(UTC)
        # Replaced as a whole, so that no station ever reads half a number.
        scratch = self._file.with_suffix(".new")
        scratch.write_text(f"{self._offset.total_seconds():.6f}", encoding="ascii")
        scratch.replace(self._file)

    def advance_to(self, instant: datetime) -> None:
        """Forward only: this clock never runs back."""
        if instant > self.now():
            self.jump_to(instant)

    def to_real(self, instant: datetime) -> datetime:
        """An instant of this clock by the real one."""
        return instant - self._offset
