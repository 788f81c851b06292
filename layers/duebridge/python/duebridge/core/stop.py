"""What is not sent for now: what the machine stopped, and what a person paused with one parameter."""

import re
from collections.abc import Iterable, Mapping
from copy import replace
from datetime import datetime, timedelta
from zlib import crc32

from msgspec import Struct, field

from .calling_code import calling_code
from .contact import Reach, Text

EVERYTHING = "everything"
ARM = "arm:"
"""Begins the name of an arm of an experiment, as `arm:texts/personal`."""
PROBE_EVERY = timedelta(minutes=5)
"""How often one text asks whether a fault of our set-up is mended."""
LONGEST_WAIT_SECONDS = 900
"""The longest that a queue delays a message."""
SPREAD_SECONDS = 60
"""Texts that wait for the same instant come back over this time, and not all at once."""
PAUSE_LOOK_AGAIN = timedelta(minutes=15)
"""How soon a loan whose demand met a pause of everything is looked at again."""
NOTHING_PAUSED = frozenset({"", "no", "none", "nothing", "off"})
COUNTRY = re.compile(r"[A-Z]{2}")
WORDING_LOOK_AGAIN = timedelta(hours=1)
"""How soon a loan whose wording is stopped is looked at again: a person may have released it."""


class Stop(Struct, frozen=True):
    """Why something is not sent, since when, and when one text may ask again."""

    since: datetime
    reason: str
    probe_at: datetime | None
    """None: only a person ends it."""


class StandingStops(Struct, frozen=True, kw_only=True):
    """All stops. `version` 0 means that there never was one."""

    by_name: Mapping[str, Stop] = field(default_factory=dict)
    version: int = 0
    paused: frozenset[str] = frozenset()
    """What a person paused: `everything`, a country, a family of texts, a template, a template in one locale, or an
    arm of an experiment."""

    def over(self, text: Text) -> dict[str, Stop]:
        """The stops of sending that this text is under."""
        names = (EVERYTHING, calling_code(text.phone))
        return {name: self.by_name[name] for name in names if name in self.by_name}

    def has(self, name: str) -> bool:
        """Whether this stands."""
        return name in self.by_name

    def stopped(self, name: str, stop: Stop) -> "StandingStops":
        """With one more; the first reason stays."""
        return self if name in self.by_name else replace(self, by_name={**self.by_name, name: stop})

    def probed(self, names: Iterable[str], now: datetime) -> "StandingStops":
        """After one text was let through to ask: the next may ask only later."""
        again = {name: replace(self.by_name[name], probe_at=now + PROBE_EVERY) for name in names}
        return replace(self, by_name={**self.by_name, **again})

    def without(self, names: Iterable[str]) -> "StandingStops":
        """Once the provider has taken a text that was under them."""
        ended = set(names)
        return replace(self, by_name={name: stop for name, stop in self.by_name.items() if name not in ended})

    @property
    def wordings(self) -> frozenset[str]:
        """The wordings that a carrier refused; their names have a slash, which no calling code has."""
        return frozenset(name for name in self.by_name if "/" in name and not name.startswith(ARM))

    @property
    def arms(self) -> frozenset[str]:
        """The arms of experiments that a guard rail stopped."""
        return frozenset(name for name in self.by_name if name.startswith(ARM))


def read_pause(written: object) -> frozenset[str]:
    """What a person wrote as the pause: names between spaces or commas, or a list of them.

    What means nothing here pauses everything: whoever reached for the switch wanted it to stop something.
    """
    words = written if isinstance(written, list | tuple | set | frozenset) else [written]
    names = [name for word in words for name in re.split(r"[\s,;，；、]+", "" if word is None else str(word))]
    return frozenset(_paused_name(name) for name in names if name.lower() not in NOTHING_PAUSED)


def arm_label(experiment: str, arm: str) -> str:
    """What a stop or a pause of an arm is called."""
    return f"{ARM}{experiment}/{arm}"


def arm_in(names: frozenset[str], arms: Mapping[str, str]) -> str:
    """The first of these arms that is among stopped or paused names; empty where none is."""
    labels = (arm_label(experiment, arm) for experiment, arm in arms.items())
    return next((label for label in labels if label in names), "")


def paused_by(paused: frozenset[str], country: str, template: str, wording: str) -> str:
    """The name under which a demand is paused; empty where it may go."""
    family = template.partition("/")[0]
    names = (EVERYTHING, country, f"{family}/", template, wording)
    return next((name for name in names if name in paused), "")


def _paused_name(name: str) -> str:
    if COUNTRY.fullmatch(name.upper()):
        return name.upper()
    return name if "/" in name else EVERYTHING


def sending_name(text: Text, reach: Reach) -> str:
    """What a stop of sending is called that a refusal of this text gives rise to."""
    return EVERYTHING if reach is Reach.EVERYTHING else calling_code(text.phone)


def may_probe(stop: Stop, now: datetime) -> bool:
    """Whether it is time for one text to ask again."""
    return stop.probe_at is not None and now >= stop.probe_at


def wait_seconds(stops: Iterable[Stop], text: Text, now: datetime) -> int:
    """How long a stopped text waits: until the next probe, each a little later than its neighbour."""
    left = [(stop.probe_at - now).total_seconds() for stop in stops if stop.probe_at]
    spread = crc32(text.contact_id.encode()) % SPREAD_SECONDS
    return min(LONGEST_WAIT_SECONDS, int(max([PROBE_EVERY.total_seconds() if not left else 1, *left])) + spread)
