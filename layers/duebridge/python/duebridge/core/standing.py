"""What stands against a number and for a person: suppression, caps and think time over all their loans."""

from collections.abc import Mapping
from copy import replace
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

MEMORY = timedelta(days=31)
"""Counted contacts are forgotten after this; it is longer than the longest cap."""


class Suppression(StrEnum):
    """Why a number gets no more texts."""

    OPTED_OUT = "opted_out"
    WRONG_NUMBER = "wrong_number"
    INVALID_NUMBER = "invalid_number"
    BLOCKED = "blocked_by_carrier"


ON_THE_CARRIERS_LIST = frozenset({Suppression.OPTED_OUT, Suppression.WRONG_NUMBER})
"""Suppressions that the provider's own opt-out list must know too."""


class Counted(Struct, frozen=True):
    """A demand or pre-due text that counts: when it was claimed, and until when it leaves the person in peace."""

    at: datetime
    quiet_until: datetime | None


class NumberStanding(Struct, frozen=True, kw_only=True):
    """One phone number. `version` 0 means that no row exists yet."""

    phone: str
    suppressed: Suppression | None = None
    suppressed_at: datetime | None = None
    confirmation: str = ""
    """The one contact id that may still go to a suppressed number: its opt-out confirmation."""
    listed_at: datetime | None = None
    """When the daily comparison last saw it on the provider's own list."""
    carrier_told: bool = False
    """Whether the provider's own opt-out list has the number; a text to one that opted in again takes it off first."""
    answers: tuple[datetime, ...] = ()
    version: int = 0

    def suppress(self, reason: Suppression, at: datetime, confirmation: str = "") -> "NumberStanding":
        """A second opt-out changes nothing, so that it is confirmed only once."""
        if self.suppressed is not None:
            return self
        return replace(self, suppressed=reason, suppressed_at=at, confirmation=confirmation)

    def reinstated(self) -> "NumberStanding":
        """Only a number that opted out opts in again. The provider's list may have it, also where whoever told the
        provider died before saying so: the next text takes it off first."""
        if self.suppressed is not Suppression.OPTED_OUT:
            return self
        return replace(self, suppressed=None, suppressed_at=None, confirmation="", carrier_told=True)


class PersonStanding(Struct, frozen=True, kw_only=True):
    """One borrower over all loans. `version` 0 means that no row exists yet."""

    borrower_id: str
    counted: Mapping[str, Counted] = field(default_factory=dict)
    """By contact id, so that a contact that was surely not sent can be taken back."""
    version: int = 0

    def contact_times(self) -> list[datetime]:
        """What the caps count."""
        return sorted(contact.at for contact in self.counted.values())

    def quiet_until(self) -> datetime | None:
        """The end of the think time that the last demands promised."""
        return max((c.quiet_until for c in self.counted.values() if c.quiet_until), default=None)

    def with_contact(self, contact_id: str, contact: Counted) -> "PersonStanding":
        """Counts one more, and forgets what no cap can ask for any more."""
        kept = {key: old for key, old in self.counted.items() if old.at > contact.at - MEMORY}
        return replace(self, counted={**kept, contact_id: contact})

    def without(self, contact_id: str) -> "PersonStanding":
        """As if this contact had never been counted."""
        return replace(self, counted={key: c for key, c in self.counted.items() if key != contact_id})
