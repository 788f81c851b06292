"""Stops sending when our own set-up is wrong or a carrier refuses a wording, instead of burning the book."""

from collections.abc import Callable

from msgspec import Struct

from ..core.contact import Misconfigured, Text
from ..core.stop import PROBE_EVERY, StandingStops, Stop, may_probe, sending_name, wait_seconds
from ..core.ticket import Reason
from ..ports import Clock, Saved, Stops
from .changes import change
from .follow_up import FollowUp


class Admission(Struct, frozen=True):
    """Whether a text may be sent now."""

    wait_seconds: int = 0
    """Above zero: a stop stands, and the text comes again after this time."""
    probes: tuple[str, ...] = ()
    """The stops that this one text was let through to ask about."""


class Stopping(Struct, frozen=True, kw_only=True):
    """All senders read the same stops; a text asks again for each of them every few minutes, and ends them."""

    stops: Stops
    follow_up: FollowUp
    clock: Clock

    def admit(self, text: Text) -> Admission:
        """At most one text of all senders is let through a stop at a time."""
        if not self.stops.standing().over(text):
            return Admission()
        now = self.clock.now()
        fresh = self.stops.fresh()
        over = fresh.over(text)
        if not over:
            return Admission()
        if all(may_probe(stop, now) for stop in over.values()):
            if self.stops.save(fresh.probed(over, now)) is Saved.DONE:
                return Admission(probes=tuple(over))
            over = fresh.probed(over, now).over(text)
        return Admission(wait_seconds(over.values(), text, now))

    def went(self, admission: Admission) -> None:
        """The provider took the text that asked: what it asked about is mended."""
        if admission.probes:
            self._change(lambda stops: stops.without(admission.probes))

    def stop_sending(self, text: Text, fault: Misconfigured) -> None:
        """One stop and one ticket a fault, however many senders meet it."""
        now = self.clock.now()
        name = sending_name(text, fault.reach)
        self._stop(
            name,
            Stop(now, fault.reason, now + PROBE_EVERY),
            Reason.CONFIGURATION,
            f"sending is stopped ({name}): the provider refuses by {fault.reason}, a fault of our own set-up. Mend "
            "it (docs/runbook/stops.md); a text asks again every five minutes and sending goes on by itself",
        )

    def stop_wording(self, text: Text, event_type: str) -> None:
        """No more texts of this template and locale until a person releases it."""
        name = self.follow_up.content.wording(text.template, text.locale)
        self._stop(
            name,
            Stop(self.clock.now(), event_type, None),
            Reason.CARRIER_BLOCK,
            f"the carrier refuses this wording ({event_type}): {name}, version "
            f"{text.template_version}. It is stopped until you release it (docs/runbook/stops.md)",
        )

    def stop_arm(self, name: str, why: str) -> bool:
        """No more demands of an arm of an experiment until a person releases it; False when it stands already.

        Senders and planners see it within seconds, and loans of the arm rest rather than being moved to another.
        """
        if self.stops.fresh().has(name):
            return False
        self._stop(name, Stop(self.clock.now(), "guard_rail", None), Reason.GUARD_RAIL, why)
        return True

    def _stop(self, name: str, stop: Stop, reason: Reason, note: str) -> None:
        """The ticket first, its id from the version that was read: a crash or a race repeats it and opens no other."""
        read = self.stops.fresh()
        if read.has(name):
            return
        self.follow_up.open(reason, about=f"{name}/{stop.reason}/{read.version}", note=note)
        self._change(lambda stops: None if stops.has(name) else stops.stopped(name, stop))

    def _change(self, changed: Callable[[StandingStops], StandingStops | None]) -> None:
        change(self.stops.fresh, changed, self.stops.save)
