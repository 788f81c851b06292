"""The bad days that the fake can be told to play, the same ones for the same seed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

MEANINGS: Mapping[str, str] = {
    "throttle": "share of tries that are refused for pace: surely not sent",
    "timeout": "share of texts that go out while the sender never hears of it",
    "error": "share of tries at which the service fails; every second time the text went out before",
    "refuse": "share of texts whose recipient the carrier side forbids",
    "lost_receipts": "share of texts whose final receipt never comes",
    "delayed_receipts": "share of texts whose final receipt comes seconds late",
    "duplicate_receipts": "share of texts whose final receipt is sent twice",
    "undelivered": "share of texts that end as TEXT_UNREACHABLE: handset off or out of network",
    "carrier_unreachable": "share of texts that end as TEXT_CARRIER_UNREACHABLE",
    "invalid": "share of texts that end as TEXT_INVALID: the number does not exist",
    "blocked": "share of texts that end as TEXT_BLOCKED: the phone blocks our texts",
    "duplicate_delivery": "share of queue messages, on every queue, that are delivered a second time",
    "kill": "number of Lambda workers killed (SIGKILL) in the middle of an event, every second one a sender",
    "seed": "the same seed draws the same faults",
}
"""Every fault that can be asked for."""

FINAL_EVENTS: Mapping[str, str] = {
    "undelivered": "TEXT_UNREACHABLE",
    "carrier_unreachable": "TEXT_CARRIER_UNREACHABLE",
    "invalid": "TEXT_INVALID",
    "blocked": "TEXT_BLOCKED",
}
"""The receipt that tells of each fault on the last stretch; at most one of them befalls a text."""


class FaultsError(ValueError):
    """A fault specification cannot be understood; the text says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often each thing goes wrong, as a share from 0 to 1, and how many workers die; see MEANINGS.

    A draw depends only on the seed, the fault, the text and how often that text was tried, so that
    neither thread order nor other texts change it, and a throttled text is not throttled for ever.
    """

    throttle: float = 0.0
    timeout: float = 0.0
    error: float = 0.0
    refuse: float = 0.0
    lost_receipts: float = 0.0
    delayed_receipts: float = 0.0
    duplicate_receipts: float = 0.0
    undelivered: float = 0.0
    carrier_unreachable: float = 0.0
    invalid: float = 0.0
    blocked: float = 0.0
    duplicate_delivery: float = 0.0
    """Played by the queues, not by this fake."""
    kill: int = 0
    """Played by the functions, not by this fake."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise FaultsError(f"{name}: give a share from 0 to 1, such as {name}=0.2")
        if not 0 <= self.kill <= MOST_KILLED:
            raise FaultsError(f"kill: give a number of workers from 0 to {MOST_KILLED}, such as kill=5")
        if sum(getattr(self, name) for name in FINAL_EVENTS) > 1:
            raise FaultsError("undelivered, carrier_unreachable, invalid and blocked together exceed 1")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `throttle=0.2,timeout=0.05,seed=7`; the empty text means a good day."""
        known = [field.name for field in fields(cls)]
        values: dict[str, Any] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, value = (piece.strip() for piece in part.partition("="))
            if name not in known:
                raise FaultsError(f"unknown fault {name!r}; known are {', '.join(known)}")
            if name in values:
                raise FaultsError(f"{name} is given twice; give it once")
            try:
                values[name] = int(value) if name in _WHOLE else float(value)
            except ValueError as exc:
                raise FaultsError(f"{name} needs a number, such as {name}={_WHOLE.get(name, 0.2)}") from exc
        return cls(**values)

    @property
    def asked(self) -> Mapping[str, float]:
        """The faults that were asked for, by name."""
        return {name: asked for name in MEANINGS if name != "seed" and (asked := getattr(self, name))}

    def strikes(self, fault: str, text: str, attempt: int) -> bool:
        """Whether this fault hits this try of this text."""
        return self.draw(fault, text, attempt) < float(getattr(self, fault))

    def final_event(self, text: str, attempt: int) -> str:
        """The event type of the receipt that ends this text's way."""
        return FINAL_EVENTS.get(self.final_fault(text, attempt), "TEXT_DELIVERED")

    def final_fault(self, text: str, attempt: int) -> str:
        """The fault that keeps this text from its reader; empty when none does."""
        drawn = self.draw("final_event", text, attempt)
        for name in FINAL_EVENTS:
            share = float(getattr(self, name))
            if drawn < share:
                return name
            drawn -= share
        return ""

    def draw(self, what: str, text: str, attempt: int) -> float:
        """A number in [0, 1) that only these four things decide: seed, question, text, attempt."""
        digest = hashlib.sha256(f"{self.seed}|{what}|{attempt}|{text}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48


MOST_KILLED = 100
_WHOLE: Mapping[str, int] = {"kill": 5, "seed": 7}
"""Those that are no shares, with an example of each."""
_SHARES = tuple(field.name for field in fields(Faults) if field.name not in _WHOLE)
