"""`make soak`: every way of ours to find what breaks a promise, for SOAK_MINUTES.

First what is never left out: each single fault, hostile replies, and one bad day on the deployed pipeline. Then more
bad days, up to ten, for half of the time at most. What is left goes to faults in pairs and threes and to the machine
by ever new seeds. Ends with 1 as soon as anything at all was broken.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from duebridge.flows import receive_reply
from tests.local.bad_days import bad_day
from tests.simulation.crash_points import broken_by, calls_of, fault_points
from tests.simulation.faults import sides_of
from tests.simulation.machine import TALLY, DueBridgeMachine
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.simulated import understand

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
SEED = int(os.environ.get("SOAK_SEED", str(int(time.time()))))
MACHINE_RUNS = 40
"""A round, between which the fault points go on."""
COMBINATIONS = 400
BAD_DAYS = 10
BAD_DAYS_SHARE = 0.5
"""Of the time: they are slow, for most of it they wait for processes to start."""
HOSTILE_REPLIES = 20_000
MOST_TOLD = 20


@dataclass
class Soak:
    """What was tried so far, and what broke."""

    began_at: float
    ends_at: float
    dice: random.Random
    tried: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def has_time(self) -> bool:
        return time.monotonic() < self.ends_at

    def single_faults(self) -> None:
        """Every scenario, call and side; these are never left out."""
        for scenario in SCENARIOS:
            for number, side in fault_points(scenario):
                self._try("fault points", lambda s=scenario, n=number, d=side: broken_by(s, {n: d}))

    def hostile_replies(self) -> None:
        """The tests of every day, with more examples and ever new ones."""
        self._try("rounds of hostile replies", self._hostile_replies)

    @staticmethod
    def _hostile_replies() -> list[str]:
        done = subprocess.run(  # noqa: S603 - our own tests
            [sys.executable, "-m", "pytest", str(Path(__file__).with_name("test_hostile_replies.py"))],
            env={**os.environ, "HOSTILE_REPLIES": str(HOSTILE_REPLIES)},
            capture_output=True,
            text=True,
            check=False,
        )
        return [done.stdout + done.stderr] if done.returncode else []

    def bad_days(self) -> None:
        """On the emulator: workers really die, messages really come twice."""
        until = self.began_at + (self.ends_at - self.began_at) * BAD_DAYS_SHARE
        for number in range(BAD_DAYS):
            if number and time.monotonic() > until:
                say(f"no time for the other {BAD_DAYS - number} bad days; give more SOAK_MINUTES")
                return
            day = self.dice.randrange(1_000_000)
            self._try("bad days", lambda drawn=day: self._bad_day(drawn))

    @staticmethod
    def _bad_day(drawn: int) -> list[str]:
        with tempfile.TemporaryDirectory(prefix="duebridge-soak-") as folder:
            day = bad_day(drawn, Path(folder))
        say(day.line())
        return [f"bad day {drawn}: {what}" for what in day.broken]

    def combined_faults(self) -> None:
        """Two or three in one story: the later ones meet whatever the first has left."""
        for _ in range(COMBINATIONS):
            if not self.has_time:
                return
            scenario = self.dice.choice(SCENARIOS)
            calls = calls_of(scenario)
            numbers = self.dice.sample(range(len(calls)), k=min(len(calls), self.dice.choice((2, 2, 3))))
            planned = {number: self.dice.choice(sides_of(calls[number])) for number in numbers}
            self._try("combined faults", lambda s=scenario, p=planned: broken_by(s, p))

    def machine(self) -> None:
        """One seed; a failure is shrunk and told."""
        number = self.dice.randrange(2**32)
        before = TALLY.runs

        def run() -> list[str]:
            run_state_machine_as_test(
                seed(number)(DueBridgeMachine),
                settings=settings(
                    max_examples=MACHINE_RUNS,
                    stateful_step_count=50,
                    deadline=None,
                    database=None,
                    suppress_health_check=list(HealthCheck),
                    phases=(Phase.generate, Phase.shrink),
                ),
            )
            return []

        self._try("machine seeds", run)
        self.tried["interleavings"] += TALLY.runs - before

    def _try(self, what: str, run: Callable[[], list[str]]) -> None:
        self.tried[what] += 1
        try:
            found = run()
        except Exception as error:
            found = ["".join(traceback.format_exception(error, limit=-3))]
        self.broken += found


def say(what: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(f"soak: {what}\n")
    sys.stdout.flush()


def told(soak: Soak) -> str:
    """The figures."""
    numbers = ", ".join(f"{number:,} {what}" for what, number in sorted(soak.tried.items()))
    more = f"{TALLY.faults:,} faults among {TALLY.calls:,} calls of the machine, {TALLY.acceptances:,} texts accepted"
    return f"{numbers}; {more}; {len(soak.broken) or 'none'} broken"


def main() -> int:
    """0 if nothing broke."""
    receive_reply.understand = lambda body, _listening, today: understand(body, today)
    now = time.monotonic()
    soak = Soak(now, now + MINUTES * 60, random.Random(SEED))  # noqa: S311 - faults, not secrets
    say(f"{MINUTES:g} minutes, SOAK_SEED={SEED}")
    for phase in (soak.single_faults, soak.hostile_replies, soak.bad_days):
        phase()
        say(told(soak))
    while soak.has_time:
        soak.combined_faults()
        soak.machine()
        say(told(soak))
    sys.stdout.writelines(f"{what}\n" for what in soak.broken[:MOST_TOLD])
    return 1 if soak.broken else 0


if __name__ == "__main__":
    sys.exit(main())
