"""The run's time: scheduled stations by the real clock, and jumps of the played clock when the page asks for them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Protocol

SCHEDULED_EVERY_SECONDS = 15
PLANNED_EVERY = timedelta(minutes=15)
"""The planner's rule: what falls due between two runs is seen by the second."""
FARTHEST = timedelta(days=31)
MOST_HOPS = 2_000


class Pipeline(Protocol):
    """What the timekeeper moves."""

    def now(self) -> datetime:
        """The played present."""

    def jump_to(self, instant: datetime) -> None:
        """Forward; only while nothing is under way."""

    def settle(self) -> None:
        """Returns when nothing is under way."""

    def run_scheduled(self) -> None:
        """The planner and the sweep, and all that follows from them."""

    def next_instant(self, after: datetime, until: datetime) -> datetime | None:
        """When anything can happen next."""


class Timekeeper:
    """One at a time: a scheduled run, or a hop of the clock with the run that follows it. Safe from many threads."""

    def __init__(self, pipeline: Pipeline, *, ran: Callable[[], None] = lambda: None) -> None:
        """`ran` is told after every scheduled run."""
        self._pipeline = pipeline
        self._ran = ran
        self._goal: datetime | None = None
        self._next: datetime | None = None
        self._runs = 0
        self._stopping = False
        self._trouble = ""
        self._changed = threading.Condition()
        self._still = threading.RLock()

    @property
    def goal(self) -> datetime | None:
        """Until when time is being played; None while it only passes."""
        return self._goal

    @property
    def next(self) -> datetime | None:
        """When the next thing is due, as the last run left it."""
        return self._next

    @property
    def runs(self) -> int:
        """How many scheduled runs are over."""
        return self._runs

    @property
    def trouble(self) -> str:
        """What the last run complained of; empty when it went well."""
        return self._trouble

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Whatever is begun in here arrives before the clock jumps."""
        with self._still:
            yield

    def play(self, span: timedelta) -> datetime:
        """Asks for so much time to pass; the goal. A longer wish replaces a shorter one."""
        with self._changed:
            goal = self._pipeline.now() + min(span, FARTHEST)
            self._goal = max(goal, self._goal or goal)
            self._changed.notify_all()
            return self._goal

    def play_to_next(self) -> datetime | None:
        """To the next instant at which anything can happen; None when nothing is due within a month."""
        now = self._pipeline.now()
        due = self._pipeline.next_instant(now, now + FARTHEST)
        return self.play(_at_a_run(due, now) - now) if due else None

    def pause(self) -> None:
        """The hop that is being played ends; no other follows."""
        with self._changed:
            self._goal = None

    def stop(self) -> None:
        """Ends `keep`."""
        with self._changed:
            self._stopping = True
            self._goal = None
            self._changed.notify_all()

    def keep(self) -> None:
        """Until `stop`, on the caller's thread."""
        while not self._stopping:
            self._play()
            if not self._stopping:
                self._run()
            with self._changed:
                self._changed.wait_for(lambda: self._stopping or self._goal is not None, SCHEDULED_EVERY_SECONDS)

    def _play(self) -> None:
        for _ in range(MOST_HOPS):
            goal = self._goal
            if goal is None:
                return
            now = self._pipeline.now()
            due = self._pipeline.next_instant(now, goal)
            hop = min(goal, _at_a_run(due, now)) if due else goal
            if not self._jump_to(hop):
                return
            with self._changed:
                # The page may have asked for more meanwhile.
                if self._goal is not None and hop >= self._goal:
                    self._goal = None
            if not self._run():
                self.pause()

    def _jump_to(self, instant: datetime) -> bool:
        with self._still:
            if not self._guarded(self._pipeline.settle):
                self.pause()
                return False
            self._pipeline.jump_to(instant)
        return True

    def _run(self) -> bool:
        went_well = self._guarded(self._run_scheduled)
        self._runs += 1
        return went_well

    def _run_scheduled(self) -> None:
        self._pipeline.run_scheduled()
        now = self._pipeline.now()
        self._next = self._pipeline.next_instant(now, now + FARTHEST)
        self._ran()

    def _guarded(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except Exception as error:  # told on the page: the run goes on
            self._trouble = f"{type(error).__name__}: {error}"
            return False
        self._trouble = ""
        return True


def _at_a_run(instant: datetime, now: datetime) -> datetime:
    """The first run of the planner that sees it, and later than now."""
    period = PLANNED_EVERY.total_seconds()
    after = max(instant.timestamp(), now.timestamp() + 1)
    return datetime.fromtimestamp(-(-after // period) * period, UTC)
