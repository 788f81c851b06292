"""Where the daily comparison of the provider's own opt-out list with ours stands; it may take many runs."""

from copy import replace
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

EVERY = timedelta(days=1)


class Phase(StrEnum):
    """What is being read."""

    THEIRS = "theirs"
    """Their list, page by page: each number of ours that is there is marked as seen."""
    OURS = "ours"
    """Numbers of ours that were not seen."""
    DONE = "done"


class DriftProgress(Struct, frozen=True, kw_only=True):
    """`version` 0 means that nothing was ever compared."""

    phase: Phase = Phase.DONE
    started_at: datetime | None = None
    token: str = ""
    """Where their list goes on."""
    version: int = 0

    def is_due(self, now: datetime) -> bool:
        """Whether a new comparison may begin."""
        return self.phase is Phase.DONE and (self.started_at is None or now >= self.started_at + EVERY)

    def begun(self, now: datetime) -> "DriftProgress":
        """From the first page."""
        return replace(self, phase=Phase.THEIRS, started_at=now, token="")

    def after_page(self, token: str) -> "DriftProgress":
        """Their next page, or after the last one our own side."""
        return replace(self, token=token, phase=Phase.THEIRS if token else Phase.OURS)

    def done(self) -> "DriftProgress":
        """Both sides agree."""
        return replace(self, phase=Phase.DONE, token="")
