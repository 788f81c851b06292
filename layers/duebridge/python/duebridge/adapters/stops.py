"""The stops of sending in DynamoDB: two rows of the loan book, which an operator may edit by hand (docs/runbook)."""

import time
from collections.abc import Callable
from copy import replace
from typing import TYPE_CHECKING

from ..core.stop import StandingStops, Stop, read_pause
from ..ports import Saved
from . import dynamo, rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

STOPS = {"loan_id": "#stops", "entry": "stops"}
PAUSE = {"loan_id": "#pause", "entry": "pause"}
"""A row of its own, which only people write: its attribute `paused` is the pause switch."""
BELIEVED_SECONDS = 5
"""How long the last read is believed: a stop is obeyed by every sender within this time."""


class DynamoStops:
    """Implements ports.Stops."""

    def __init__(
        self, client: "DynamoDBClient", table: str, monotonic_seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._table = table
        self._monotonic_seconds = monotonic_seconds
        self._known: tuple[float, StandingStops] | None = None

    def standing(self) -> StandingStops:
        """Kept for some seconds: it is asked before every text and hardly ever changes."""
        now = self._monotonic_seconds()
        if self._known is None or now - self._known[0] > BELIEVED_SECONDS:
            pause = dynamo.get(self._client, self._table, dict(PAUSE)) or {}
            self._known = (now, replace(self.fresh(), paused=read_pause(pause.get("paused"))))
        return self._known[1]

    def fresh(self) -> StandingStops:
        """A consistent read."""
        return standing_of(dynamo.get(self._client, self._table, dict(STOPS)))

    def save(self, stops: StandingStops) -> Saved:
        """One conditional write."""
        self._known = None
        return dynamo.put_over(self._client, self._table, _row(stops), stops.version)


def standing_of(row: rows.Row | None) -> StandingStops:
    """The stops of a row; none where there is no row."""
    if row is None:
        return StandingStops()
    found = {
        name: Stop(
            rows.instant(one["since"]), one["reason"], rows.instant(one["probe_at"]) if "probe_at" in one else None
        )
        for name, one in row.get("stops", {}).items()
    }
    return StandingStops(by_name=found, version=int(row["version"]))


def _row(stops: StandingStops) -> rows.Row:
    found = {
        name: rows.sparse(
            {
                "since": rows.stamp(stop.since),
                "reason": stop.reason,
                "probe_at": rows.stamp(stop.probe_at) if stop.probe_at else None,
            }
        )
        for name, stop in stops.by_name.items()
    }
    return {**STOPS, "version": stops.version, "stops": found}
