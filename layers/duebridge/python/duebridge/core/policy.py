"""When the law lets a lender write to a borrower: contact hours and frequency caps, as data with a source."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, field

ONE_DAY = timedelta(days=1)
SEARCH_DAYS = 40
"""How far ahead an opening is looked for; longer than any cap's period and any run of holidays."""


class Cap(Struct, frozen=True):
    """At most `most` demands to one person, over all their loans, in any `days` x 24 hours."""

    days: int
    most: int


class Policy(Struct, frozen=True, kw_only=True):
    """One jurisdiction's rules. Several may apply to a borrower; then all of them must allow a contact."""

    jurisdiction: str
    version: str
    source: str
    verified: bool
    """Whether the source itself was read; an unverified rule says so wherever it is quoted."""
    opens: time
    closes: time
    weekdays: frozenset[int]
    """ISO numbers, Monday is 1."""
    closed_on: frozenset[date]
    """Days without any contact."""
    holidays: frozenset[date]
    """Days that are not working days."""
    caps: tuple[Cap, ...]
    consent_required: bool
    keep_days: int
    """How long what was said must be kept; after that it is forgotten."""
    confirms_opt_out: bool
    """False where the carrier answers an opt-out itself."""
    effective_from: date = date.min
    effective_to: date | None = None
    opt_out_covers_person: bool = False
    """One opt-out ends texts to all numbers of the person, not only to the one that it came from."""
    opt_in_by_text: bool = True
    """Whether a number that opted out may opt in again by a text of its own."""
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Clauses that a text must have, by its purpose."""
    registered_texts: bool = False
    """Carriers block texts whose template is not registered with them."""
    always_sent: frozenset[str] = frozenset()
    """Stages whose text the law requires: no experiment withholds it."""

    def in_force(self, day: date) -> bool:
        """Whether this version holds on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class Opening(Struct, frozen=True):
    """The first instant at which a contact is allowed, and what kept it from being now."""

    at: datetime
    kept_by: str
    """Empty when `at` is now; else `outside_hours`, or `cap_7d` and the like."""


def is_open(at: datetime, policy: Policy, zone: ZoneInfo) -> bool:
    """Whether the wall clock of one zone lies inside the policy's contact hours."""
    local = at.astimezone(zone)
    return (
        policy.opens <= local.time() < policy.closes
        and local.isoweekday() in policy.weekdays
        and local.date() not in policy.closed_on
    )


def next_opening(
    now: datetime, policies: Sequence[Policy], zones: Iterable[str], contacts: Iterable[datetime] = ()
) -> Opening | None:
    """The first instant from `now` on at which every policy allows a contact in every zone.

    `contacts` are the person's counted contacts so far; none within SEARCH_DAYS gives None.
    Where a number's zone and an address's zone differ, both must be open (12 CFR 1006.6(b)(1), comment 1).
    """
    if not policies:
        return None
    clocks = [ZoneInfo(zone) for zone in zones]
    if not clocks:
        return None
    past = sorted(contacts)
    at, kept_by = now, ""
    while at - now < timedelta(days=SEARCH_DAYS):
        later, reason = _blocked_until(at, policies, clocks, past)
        if later is None:
            return Opening(at, kept_by)
        at, kept_by = later, kept_by or reason
    return None


def window_end(at: datetime, policies: Sequence[Policy], zones: Iterable[str]) -> datetime:
    """When the contact hours that are open at `at` first close in any zone under any policy."""
    ends = []
    for zone in map(ZoneInfo, zones):
        local_date = at.astimezone(zone).date()
        ends += [_instant(local_date, policy.closes, zone) for policy in policies]
    return min(ends)


def working_days_after(day: date, count: int, policies: Sequence[Policy]) -> date:
    """The `count`-th working day after `day`: Monday to Friday and no public holiday under any policy."""
    holidays = [policy.holidays for policy in policies]
    while count > 0:
        day += ONE_DAY
        if day.isoweekday() <= 5 and not any(day in each for each in holidays):
            count -= 1
    return day


def keep_days(policies: Sequence[Policy]) -> int:
    """The longest that any policy asks for."""
    return max((policy.keep_days for policy in policies), default=0)


def _blocked_until(
    at: datetime, policies: Sequence[Policy], clocks: Sequence[ZoneInfo], past: Sequence[datetime]
) -> tuple[datetime | None, str]:
    """An instant before which no contact is possible, and why; None when `at` is free."""
    for policy in policies:
        for cap in policy.caps:
            freed_at = _freed_at(at, cap, past)
            if freed_at is not None:
                return freed_at, f"cap_{cap.days}d"
        for zone in clocks:
            if not is_open(at, policy, zone):
                return _opening_after(at, policy, zone), "outside_hours"
    return None, ""


def _freed_at(at: datetime, cap: Cap, past: Sequence[datetime]) -> datetime | None:
    """When enough past contacts have left the cap's period for one more; None when there is room."""
    period = timedelta(days=cap.days)
    counted = [contact for contact in past if contact > at - period]
    if len(counted) < cap.most:
        return None
    return counted[len(counted) - cap.most] + period


def _opening_after(at: datetime, policy: Policy, zone: ZoneInfo) -> datetime:
    """The next instant after `at` at which the policy opens in this zone."""
    first_day = at.astimezone(zone).date()
    for ahead in range(SEARCH_DAYS + 1):
        day = first_day + timedelta(days=ahead)
        opening = _instant(day, policy.opens, zone)
        if opening > at and is_open(opening, policy, zone):
            return opening
    return at + timedelta(days=SEARCH_DAYS)


def _instant(day: date, wall_clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall_clock, zone).astimezone(UTC)
