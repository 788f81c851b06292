"""Compares the provider's own opt-out list with ours, both ways, once a day and a few pages at a time."""

from copy import replace
from datetime import datetime, timedelta

from msgspec import Struct

from ..core.drift import DriftProgress, Phase
from ..core.standing import ON_THE_CARRIERS_LIST, NumberStanding, Suppression
from ..ports import Clock, Comparison, Conversations, OptOutList, Saved
from .changes import change, tell_carrier

PAGES_A_RUN = 20
"""Of a hundred numbers: half a million a day at a run every five minutes. A longer list takes more than a day."""
NUMBERS_A_PAGE = 100


class Drift(Struct):
    """What one run compared, and where the lists differed."""

    compared: int = 0
    suppressed: int = 0
    """Opted out with the provider, and not with us."""
    listed: int = 0
    """Opted out with us, and not with the provider."""


class CompareOptOuts(Struct, frozen=True, kw_only=True):
    """A number that either side has opted out is opted out on both. Every page may be read twice without harm."""

    conversations: Conversations
    provider: OptOutList
    comparison: Comparison
    clock: Clock

    def run(self) -> Drift:
        """Goes on where the last run stopped."""
        drift = Drift()
        read = self.comparison.load()
        progress = read.begun(self.clock.now()) if read.is_due(self.clock.now()) else read
        try:
            for _ in range(PAGES_A_RUN):
                if progress.phase is Phase.THEIRS:
                    progress = self._their_page(progress, drift)
                elif progress.phase is Phase.OURS:
                    progress = self._ours(progress, drift)
        finally:
            # Also when the provider gave up half-way. Lost to another run, it has read the same pages.
            if progress != read:
                self.comparison.save(progress)
        return drift

    def _their_page(self, progress: DriftProgress, drift: Drift) -> DriftProgress:
        page = self.provider.listed_page(progress.token)
        if page is None:
            return progress.begun(self.clock.now())
        known = self.conversations.numbers_of(page.phones)
        for phone in page.phones:
            self._compare(known[phone], _started(progress), drift)
        drift.compared += len(page.phones)
        return progress.after_page(page.token)

    def _compare(self, number: NumberStanding, started_at: datetime, drift: Drift) -> None:
        if number.suppressed is None:
            # One that opted in again and is still on their list is taken off before its next text.
            if not number.carrier_told:
                drift.suppressed += self._suppress(number.phone)
        elif number.suppressed in ON_THE_CARRIERS_LIST and not _was_seen(number, started_at):
            self._mark_seen(number.phone)

    def _suppress(self, phone: str) -> bool:
        """Asked again from fresh rows, since it may have come off their list after the page was read."""
        number = self.conversations.number(phone)
        if number.suppressed or number.carrier_told or not self.provider.is_listed(phone):
            return False
        now = self.clock.now()
        stopped = replace(number.suppress(Suppression.OPTED_OUT, now), carrier_told=True, listed_at=now)
        return self.conversations.save_number(stopped) is Saved.DONE

    def _ours(self, progress: DriftProgress, drift: Drift) -> DriftProgress:
        """Numbers that must be on their list and were not met there."""
        before = _started(progress) - timedelta(microseconds=1)
        unseen = self.conversations.unsettled("listed", before, NUMBERS_A_PAGE)
        for row in unseen:
            drift.compared += 1
            number = self.conversations.number(row.phone)
            if number.suppressed not in ON_THE_CARRIERS_LIST:
                continue
            if not self.provider.is_listed(row.phone):
                tell_carrier(self.conversations, self.provider.list_opt_out, row.phone)
                drift.listed += 1
            self._mark_seen(row.phone)
        return progress if len(unseen) == NUMBERS_A_PAGE else progress.done()

    def _mark_seen(self, phone: str) -> None:
        def seen(number: NumberStanding) -> NumberStanding | None:
            is_ours = number.suppressed in ON_THE_CARRIERS_LIST
            return replace(number, carrier_told=True, listed_at=self.clock.now()) if is_ours else None

        change(lambda: self.conversations.number(phone), seen, self.conversations.save_number)


def _started(progress: DriftProgress) -> datetime:
    assert progress.started_at is not None  # noqa: S101 - a comparison that runs has begun
    return progress.started_at


def _was_seen(number: NumberStanding, started_at: datetime) -> bool:
    return number.carrier_told and number.listed_at is not None and number.listed_at >= started_at
