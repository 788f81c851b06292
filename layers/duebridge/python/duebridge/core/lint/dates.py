"""Dates, amounts of days and weekdays as Chinese and English texts write them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = rf"(?P<month_{{0}}>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<day_{0}>\d{{1,2}})(?:st|nd|rd|th)?"
_YEAR = r"(?:,?[\s-]*(?P<year_{0}>20\d\d))?"
_FORMS = (
    r"(?<!\d)(?P<year_iso>20\d\d)[-/.](?P<month_iso>\d{1,2})[-/.](?P<day_iso>\d{1,2})(?!\d)",
    r"(?:(?P<year_zh>20\d\d)年)?(?<!\d)(?P<month_zh>\d{1,2})月(?P<day_zh>\d{1,2})[日号]?",
    rf"(?<!\d){_DAY.format('dm')}[\s-]*(?:of\s+)?{_MONTH.format('dm')}(?![a-z]){_YEAR.format('dm')}",
    rf"(?<![a-z]){_MONTH.format('md')}\s+{_DAY.format('md')}(?![\d:]){_YEAR.format('md')}",
    r"(?<![\d/])(?!24/7)(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year_slash>20\d\d|2\d(?!\d)))?(?![\d/])",
    r"(?<![\d-])(?P<day_dash>\d{1,2})-(?P<month_dash>\d{1,2})-(?P<year_dash>20\d\d)(?![\d-])",
    r"(?<![\d.])(?P<day_dot>\d{1,2})\.(?P<month_dot>\d{1,2})\.(?:(?P<year_dot>20\d\d)(?!\d)|(?=\s|$))",
)
_DATE = re.compile("|".join(_FORMS))
_LOOSE = re.compile(
    r"(?<![a-z])(?:today|tonight|tomorrow|yesterday|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?"
    r"|sat(?:urday)?|sunday)(?![a-z])"
    r"|(?<![a-z0-9])(?:\d+|one|two|three|four|five|six|seven|ten|thirty|sixty|ninety)\s+(?:\w+\s+)?(?:days?|weeks?|months?)"
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th)(?![a-z])"
    r"|今[天日]|明[天日]|昨[天日]|后天|本?月底|[周星期][一二三四五六日]|\d+个?(?:工作日|[天日]|星期|周)"
    r"|[一二三四五六七八九十两]+个?(?:工作日|[天日])"
)
_HALF_A_YEAR = timedelta(days=183)


def says_when(text: str) -> bool:
    """Whether a folded text gives a date, a weekday or a number of days."""
    return bool(_DATE.search(text) or _LOOSE.search(text))


def without_dates(text: str) -> str:
    """The text with its dates blanked, so that their digits are taken for nothing else."""
    return _DATE.sub(" ", text)


def dates_in(text: str, today: date, *, month_first: bool) -> Iterator[tuple[int, int, date]]:
    """Start, end and day of each date; one without a year is the nearest to today. Impossible dates are passed over."""
    for match in _DATE.finditer(text):
        parts = match.groupdict()
        year = _first(parts, "year_iso", "year_zh", "year_dm", "year_md", "year_slash", "year_dash", "year_dot")
        month, day = _month_and_day(parts, month_first=month_first)
        found = _day(year, month, day, today)
        if found:
            yield *match.span(), found


def next_weekday(name: str, today: date) -> date:
    """The day that a weekday's name means when it lies ahead: never today."""
    return today + timedelta(days=(_WEEKDAYS.index(name[:3]) - today.weekday() - 1) % 7 + 1)


def _first(parts: dict[str, str | None], *names: str) -> str | None:
    return next((parts[name] for name in names if parts[name]), None)


def _month_and_day(parts: dict[str, str | None], *, month_first: bool) -> tuple[int, int]:
    if parts["first"]:
        first, second = int(parts["first"]), int(parts["second"] or 0)
        return (first, second) if month_first else (second, first)
    month = _first(parts, "month_iso", "month_zh", "month_dm", "month_md", "month_dash", "month_dot") or ""
    day = _first(parts, "day_iso", "day_zh", "day_dm", "day_md", "day_dash", "day_dot") or "0"
    return (int(month) if month.isdecimal() else _MONTHS.index(month) + 1), int(day)


def _day(year: str | None, month: int, day: int, today: date) -> date | None:
    years = [int(year) % 100 + 2000] if year else [today.year - 1, today.year, today.year + 1]
    found = [date(each, month, day) for each in years if _exists(each, month, day)]
    nearest = min(found, key=lambda each: abs(each - today), default=None)
    return nearest if year or (nearest and abs(nearest - today) <= _HALF_A_YEAR) else None


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
