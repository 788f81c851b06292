"""The bad days that the fake can be told to play, the same ones for the same seed."""

import hashlib
from dataclasses import dataclass, fields
from typing import Self


class FaultsError(ValueError):
    """A fault specification cannot be understood; the text says how to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often each thing goes wrong, as a share from 0 to 1.

    A draw depends only on the seed, the fault, the text and how often that text was tried, so that
    neither thread order nor other texts change it, and a throttled text is not throttled for ever.
    """

    throttle: float = 0.0
    """Refused for pace: surely not sent."""
    timeout: float = 0.0
    """The text goes out, and the caller never hears of it."""
    error: float = 0.0
    """The service fails; every second time the text went out before."""
    refuse: float = 0.0
    """The carrier side forbids this recipient."""
    lost_receipts: float = 0.0
    delayed_receipts: float = 0.0
    duplicate_receipts: float = 0.0
    undelivered: float = 0.0
    """Final receipt TEXT_UNREACHABLE: handset off or out of network."""
    carrier_unreachable: float = 0.0
    invalid: float = 0.0
    """Final receipt TEXT_INVALID: the number does not exist."""
    blocked: float = 0.0
    """Final receipt TEXT_BLOCKED: the phone blocks our texts."""
    duplicate_delivery: float = 0.0
    """Played by the queues, not by this fake."""
    kill: float = 0.0
    """Played by the functions, not by this fake."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise FaultsError(f"{name}: give a share from 0 to 1, such as {name}=0.2")
        if self.undelivered + self.carrier_unreachable + self.invalid + self.blocked > 1:
            raise FaultsError("undelivered, carrier_unreachable, invalid and blocked together exceed 1")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `throttle=0.2,timeout=0.05,seed=7`; the empty text means a good day."""
        known = [field.name for field in fields(cls)]
        values: dict[str, float] = {}
        for part in filter(None, (part.strip() for part in text.split(","))):
            name, _, value = (piece.strip() for piece in part.partition("="))
            if name not in known:
                raise FaultsError(f"unknown fault {name!r}; known are {', '.join(known)}")
            if name in values:
                raise FaultsError(f"{name} is given twice; give it once")
            try:
                values[name] = int(value) if name == "seed" else float(value)
            except ValueError as exc:
                example = "seed=7" if name == "seed" else f"{name}=0.2"
                raise FaultsError(f"{name} needs a number, such as {example}") from exc
        return cls(**values)  # type: ignore[arg-type]  # only seed is an int, and it was read as one

    def strikes(self, fault: str, text: str, attempt: int) -> bool:
        """Whether this fault hits this try of this text."""
        return self.draw(fault, text, attempt) < float(getattr(self, fault))

    def final_event(self, text: str, attempt: int) -> str:
        """The event type of the receipt that ends this text's way."""
        drawn = self.draw("final_event", text, attempt)
        for event_type, share in (
            ("TEXT_UNREACHABLE", self.undelivered),
            ("TEXT_CARRIER_UNREACHABLE", self.carrier_unreachable),
            ("TEXT_INVALID", self.invalid),
            ("TEXT_BLOCKED", self.blocked),
        ):
            if drawn < share:
                return event_type
            drawn -= share
        return "TEXT_DELIVERED"

    def draw(self, what: str, text: str, attempt: int) -> float:
        """A number in [0, 1) that only these four things decide: seed, question, text, attempt."""
        digest = hashlib.sha256(f"{self.seed}|{what}|{attempt}|{text}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48


_SHARES = tuple(field.name for field in fields(Faults) if field.name != "seed")
