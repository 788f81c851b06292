"""Days of the calendar counted from today, over the ends of months and years."""

from datetime import date, timedelta

from .letters import pattern

_NEAR_DAYS = 200
"""A day by its month that is further off was meant as past."""
NEAR_DAYS_MONTH_FIRST = 100


def clamped(year: int, month: int, day: int) -> date:
    """That day of a month, or its last if it is shorter."""
    last = 31 if month == 12 else (date(year, month + 1, 1) - timedelta(1)).day
    return date(year, month, min(day, last))


def day_in_month(day: int, months_ahead: int, today: date) -> date:
    """That day of this month (0), the next (1) and so on."""
    year, month = divmod(today.year * 12 + today.month - 1 + months_ahead, 12)
    return clamped(year, month + 1, day)


def next_day_number(day: int, today: date) -> date:
    """A bare day number: of this month, or of the next if it has passed."""
    this_month = day_in_month(day, 0, today)
    return this_month if this_month >= today else day_in_month(day, 1, today)


def day_of_year(month: int, day: int, today: date, year: int | None = None) -> date:
    """A day by its month; without a year the near one, or in the past if the next is more than half a year away."""
    if year is not None:
        return clamped(year, month, day)
    found = day_of_year(month, day, today, today.year)
    if found < today:
        found = day_of_year(month, day, today, today.year + 1)
    return found if (found - today).days <= _NEAR_DAYS else date.min


def on_weekday(weekday: int, today: date, *, weeks_ahead: int | None = None) -> date:
    """The next one after today, or that of this week (0), the next (1) or the one after (2), Monday to Sunday."""
    if weeks_ahead is None:
        return today + timedelta((weekday - today.weekday() - 1) % 7 + 1)
    found = today + timedelta(weekday - today.weekday() + 7 * weeks_ahead)
    return found if found >= today else found + timedelta(7)


def weekday_in_month(place: int, weekday: int, months_ahead: int, today: date) -> date:
    """The first (1), second or last (-1) such weekday of a month; that of the next month if it has passed."""
    for ahead in (months_ahead, months_ahead + 1):
        edge = day_in_month(31 if place < 0 else 1, ahead, today)
        found = edge - timedelta((edge.weekday() - weekday) % 7)
        if place > 0:
            found = edge + timedelta((weekday - edge.weekday()) % 7 + 7 * (place - 1))
        if found >= today:
            return found
    return date.min


def _working_days(count: int, today: date) -> date:
    weeks, rest = divmod(min(count, 400), 5)
    day = today + timedelta(7 * weeks)
    while rest:
        day += timedelta(1)
        rest -= day.weekday() < 5
    return day


def later(count: int, unit: str, today: date) -> date:
    """So many hours, days, weeks or months from today; hours count only by whole days."""
    if pattern(r"个?工作|working|business").match(unit):
        return _working_days(count, today)
    if pattern(r"m(?:o|th|ah)|个?月").match(unit):
        return day_in_month(today.day, count, today)
    if pattern(r"h|个?(?:小时|钟)").match(unit):
        return today + timedelta(count // 24)
    if pattern(r"mi|分").match(unit):
        return today
    days = 14 if unit.startswith("f") else 7 if pattern(r"w|个?(?:周|星期|礼拜)|haf").match(unit) else 1
    return today + timedelta(count * days)
