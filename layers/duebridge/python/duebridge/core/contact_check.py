"""Whether the law and what is known of a borrower allow a demand at an instant, and if not, from when on."""

from datetime import datetime

from msgspec import Struct

from .account_state import AccountState
from .content import Content
from .countries import COUNTRIES
from .policy import Policy, next_opening
from .time_zone import is_time_zone

ALLOWED = "allowed"
NO_POLICY = "no_policy"
UNKNOWN_TIME_ZONE = "unknown_time_zone"
NO_OPENING = "no_opening"


class Situation(Struct, frozen=True, kw_only=True):
    """A borrower at an instant, as another program knows them."""

    now: datetime
    country: str
    sub: str | None
    """State or city whose own rules hold, such as US-MA or US-NY-NYC."""
    time_zones: tuple[str, ...]
    """Every zone that the borrower may be in."""
    contacts: tuple[datetime, ...]
    """Demands and pre-due reminders to this person so far, over all their loans, in any order."""
    holds: frozenset[AccountState]


class Verdict(Struct, frozen=True):
    """`reason` is `allowed`, or what stands in the way."""

    reason: str
    next_allowed_at: datetime | None
    """None where no passing of time opens the way: a person must act, or nobody has read that place's law."""

    @property
    def allowed(self) -> bool:
        """Whether a demand may go now."""
        return self.reason == ALLOWED


def check_contact(situation: Situation, content: Content) -> Verdict:
    """What is not known blocks, then the strictest hold, then hours and caps."""
    policies = _policies(situation, content)
    if not policies:
        return Verdict(NO_POLICY, None)
    if not situation.time_zones or not all(map(is_time_zone, situation.time_zones)):
        return Verdict(UNKNOWN_TIME_ZONE, None)
    for state in AccountState:
        if state in situation.holds:
            return Verdict(state.lower(), None)
    opening = next_opening(situation.now, policies, situation.time_zones, situation.contacts)
    if opening is None:
        return Verdict(NO_OPENING, None)
    return Verdict(opening.kept_by or ALLOWED, opening.at)


def _policies(situation: Situation, content: Content) -> tuple[Policy, ...]:
    """None for a part of another country: its rules alone are not the whole law of any place."""
    country, sub = situation.country, situation.sub
    if country not in COUNTRIES or (sub and not sub.startswith(f"{country}-")):
        return ()
    return content.policies_for(country, sub, situation.now)
