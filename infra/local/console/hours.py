"""Where demands may go out at this moment: the contact hours of each country that the lender serves."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from duebridge.core.content import Content
from duebridge.core.loan import Loan
from duebridge.core.policy import next_opening, window_end


def busiest_zones(loans: Iterable[Loan]) -> dict[str, str]:
    """By country: the time zone in which most of its borrowers live."""
    counts: dict[str, dict[str, int]] = {}
    for loan in loans:
        zones = counts.setdefault(loan.terms.country, {})
        zones[loan.terms.time_zone] = zones.get(loan.terms.time_zone, 0) + 1
    return {country: max(zones, key=lambda zone: zones[zone]) for country, zones in sorted(counts.items())}


def contact_hours(content: Content, zones: dict[str, str], now: datetime) -> list[dict[str, Any]]:
    """Open now and until when, or the next opening; a country without a rule that was read is never open."""
    found = []
    for country, zone in zones.items():
        policies = content.policies_for(country, None, now)
        opening = next_opening(now, policies, [zone])
        is_open = opening is not None and opening.at == now
        changes_at = window_end(now, policies, [zone]) if is_open else opening.at if opening else None
        found.append(
            {
                "country": country,
                "zone": zone,
                "local": now.astimezone(ZoneInfo(zone)).isoformat(),
                "is_open": is_open,
                "changes_at": changes_at.isoformat() if changes_at else None,
            }
        )
    return found
