"""Contact hours and caps told a second time, as slowly and plainly as possible: the judge of the quick rules."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from duebridge.core.policy import Policy

ZONES = (
    "America/Chicago",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Santiago",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
    "Asia/Shanghai",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "Europe/London",
    "Europe/Berlin",
)
"""Half-hour and quarter-hour zones, both hemispheres, half-hour summer time, summer time that begins at midnight."""


def inside_hours(at: datetime, policies: Sequence[Policy], zones: Iterable[str]) -> bool:
    """Every policy, in every zone, by the minute of the local day."""
    for zone in zones:
        local = at.astimezone(ZoneInfo(zone))
        minute = local.hour * 60 + local.minute
        for policy in policies:
            opens = policy.opens.hour * 60 + policy.opens.minute
            closes = policy.closes.hour * 60 + policy.closes.minute
            if minute < opens or minute >= closes:
                return False
            if local.date() in policy.closed_on or local.weekday() + 1 not in policy.weekdays:
                return False
    return True


def below_caps(at: datetime, policies: Sequence[Policy], contacts: Iterable[datetime]) -> bool:
    """One more contact at `at` leaves every period of every cap within its bound."""
    times = list(contacts)
    for policy in policies:
        for cap in policy.caps:
            recent = sum(1 for contact in times if at - contact < timedelta(days=cap.days))
            if recent + 1 > cap.most:
                return False
    return True


def allowed(at: datetime, policies: Sequence[Policy], zones: Iterable[str], contacts: Iterable[datetime] = ()) -> bool:
    """Hours and caps together."""
    return below_caps(at, policies, contacts) and inside_hours(at, policies, zones)
