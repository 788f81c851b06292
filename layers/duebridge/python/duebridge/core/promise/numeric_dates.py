"""Dates in numbers alone: 3/20, 20.3., 2026-03-20."""

import re
from datetime import date

from .days import NEAR_DAYS_MONTH_FIRST, clamped, day_of_year
from .letters import is_chinese
from .mention import Kind, Wording
from .resolving import full_year

_NO_NUMBER_BEFORE = r"(?<![\d/$£€¥₹:-])(?<!\d[.,])(?<![$£€¥₹] )"


def _by_year_month_day(m: re.Match[str], today: date) -> date:
    return day_of_year(int(m["month"]), int(m["day"]), today, int(m["year"]))


def _by_two_numbers(m: re.Match[str], today: date) -> date | None:
    """The one order of day and month that makes a valid near day; the nearer if both do."""
    first, second, year = int(m["first"]), int(m["second"]), full_year(m["year"])
    orders = [(first, second), (second, first)]
    valid = [(month, day) for month, day in orders if 1 <= month <= 12 and 1 <= day <= clamped(2024, month, 31).day]
    days = [day_of_year(month, day, today, year) for month, day in valid]
    days = [day for day in days if day >= today]
    month_first = is_chinese(m.string)
    if month_first and days and valid[0] == orders[0] and (days[0] - today).days <= NEAR_DAYS_MONTH_FIRST:
        return days[0]
    return min(days, default=date.min)


NUMERIC_DATES: tuple[Wording, ...] = (
    Wording(
        Kind.CALENDAR,
        r"(?P<year>20\d\d)[-/.](?P<month>1[0-2]|0?[1-9])[-/.](?P<day>3[01]|[12]\d|0?[1-9])(?!\d)",
        _by_year_month_day,
        "20",
    ),
    Wording(
        Kind.CALENDAR,
        rf"{_NO_NUMBER_BEFORE}(?P<first>\d{{1,2}})/(?P<second>\d{{1,2}})(?:/(?P<year>20\d\d|\d\d))?(?![\d/%]|"
        rf" ?(?:of\b|hrs?\b|"
        r"days?\b|weeks?\b)|[.,]\d)(?<!24/7)(?<!50/50)(?<!1/2)(?: ?号)?",
        _by_two_numbers,
        "/",
    ),
    Wording(
        Kind.CALENDAR,
        rf"{_NO_NUMBER_BEFORE}(?<!还)(?<!转)(?<!付)(?<!rs )(?<!pay )(?<!at )(?P<first>\d{{1,2}})\.(?P<second>\d\d?)"
        r"(?:\.(?P<year>20\d\d|\d\d))?(?![\d/%]|[.,]\d| ?(?:k\b|am|pm|a\.m|p\.m|万|千|百|元|块|折|w\b|倍|个|gbp|usd|"
        r"dollars|pounds|quid|lakh|hrs?\b))(?:号)?",
        _by_two_numbers,
        ".",
    ),
    Wording(
        Kind.CALENDAR,
        rf"{_NO_NUMBER_BEFORE}(?P<first>\d{{1,2}})-(?P<second>\d\d?)(?:-(?P<year>20\d\d|\d\d))?(?![\d/%-]|[.,:]\d|"
        rf" ?(?:k\b|am|pm|"
        r"st\b|nd\b|rd\b|th\b|[a-z]*days?|weeks?|months?|hours|hrs|号|日|天|点|个|百|千|万|块|元))",
        _by_two_numbers,
        "-",
    ),
)
