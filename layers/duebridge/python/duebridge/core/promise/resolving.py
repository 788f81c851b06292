"""From the parts of a phrase to its day, for the phrases that both languages share."""

import re
from datetime import date, timedelta

from .days import day_in_month, day_of_year, later
from .english_words import month_number
from .mention import Resolver
from .numbers import small_number


def no_day(_match: re.Match[str], _today: date) -> date | None:
    """A time that is named but vague."""
    return None


def in_days(days: int) -> Resolver:
    """So many days from today, whatever the words."""
    return lambda _match, today: today + timedelta(days)


def full_year(words: str | None) -> int | None:
    """2026 for 26."""
    return None if not words else int(words) + (2000 if len(words) == 2 else 0)


def months_ahead(words: str | None) -> int:
    """How many months "next" or each 下 leads on; 0 for this one."""
    said = words or ""
    return said.count("下") if "下" in said else int(said.startswith(("next", "nxt", "following", "coming", "agle")))


def end_of_month(m: re.Match[str], today: date) -> date:
    """The last day of the month that is named, or of this or the next."""
    if month := m["month"]:
        return day_of_year(month_number(month), 31, today)
    return day_in_month(31, months_ahead(m["which"]), today)


def end_of_year(_match: re.Match[str], today: date) -> date:
    """The last day of this year."""
    return date(today.year, 12, 31)


def after_a_time(m: re.Match[str], today: date) -> date:
    """So many days, weeks or months from today."""
    count = 1 if m["count"].strip() == "another" else small_number(m["count"])
    return later(count, m["unit"], today)
