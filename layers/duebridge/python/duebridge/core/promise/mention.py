"""A phrase of time in a reply, and the wording by which it is found."""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """How a mention of time names its day; decides what gives way to what."""

    CALENDAR = "calendar"
    WEEKDAY = "weekday"
    RELATIVE = "relative"
    PART_OF_DAY = "part_of_day"
    PERIOD = "period"
    EVENT = "event"
    SOON = "soon"
    PAST = "past"


EXACT = frozenset({Kind.CALENDAR, Kind.WEEKDAY, Kind.RELATIVE})
SOFT = frozenset({Kind.PART_OF_DAY, Kind.EVENT, Kind.SOON})
"""Says nothing beside a day in the same clause."""

Resolver = Callable[[re.Match[str], date], date | None]
"""From a phrase and today to its day; None if it is vague; `date.min` if it has passed."""


class Wording(Struct, frozen=True):
    """One row of a table of phrases. It is tried only where one of its cues, parted by bars, stands in the text."""

    kind: Kind
    pattern: str
    resolver: Resolver
    cues: str


class Mention(Struct, frozen=True):
    """A phrase of time at its place in the folded text, with how much speaks for a payment then."""

    start: int
    end: int
    kind: Kind
    pay_on: date | None
    score: float = 0.0
