"""A pytest plugin: tries each mutant in a fork of one run, on the tests that run the changed lines."""

import os
import pickle
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.live_module import LiveModule
from tests.mutation.mutants import Mutant

SURVIVED, KILLED, UNTRIED = 0, 1, 3
"""How a fork ends. What goes round in circles is ended by its alarm, which a test would notice as well."""

# A counterexample is enough: none is made smaller or kept, and the same are tried for every mutant.
settings.register_profile(
    "mutants",
    database=None,
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True, slots=True)
class Run:
    """What one test did without any mutant."""

    passed: bool
    seconds: float
    lines: frozenset[int]
    """Of the module that is mutated."""


@dataclass(slots=True)
class Tries:
    """The plugin. After pytest has ended it knows what became of each mutant."""

    module: str
    mutants: list[Mutant]
    workers: int
    warm: Callable[[], None]
    """Fills, before the forks, the caches that every test would fill."""
    failing: list[str] = field(default_factory=list)
    """Tests that fail without any mutant: nothing was tried."""
    killed: dict[int, bool] = field(default_factory=dict)
    untried: list[int] = field(default_factory=list)

    def pytest_configure(self) -> None:
        """Before any test module is loaded, for it takes these settings over."""
        settings.load_profile("mutants")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of running the tests once."""
        if session.testsfailed or not session.items:
            self.failing = ["a file of tests cannot be read"]
            return True
        self.warm()
        live = LiveModule(self.module)
        with tempfile.TemporaryDirectory() as scratch:
            runs = _told_by_a_fork(lambda: _watched(session, live, Path(scratch)))
            self.failing = [item.nodeid for item, run in zip(session.items, runs, strict=True) if not run.passed]
            if not self.failing:
                self._try_all(session, live, runs, Path(scratch))
        return True

    def _try_all(self, session: pytest.Session, live: LiveModule, runs: list[Run], scratch: Path) -> None:
        running: dict[int, int] = {}
        for number, mutant in enumerate(self.mutants):
            lines = range(mutant.first_line, mutant.last_line + 1)
            chosen = [place for place, run in enumerate(runs) if not run.lines.isdisjoint(lines)]
            chosen.sort(key=lambda place: runs[place].seconds)
            seconds_at_most = 20 + 10 * int(sum(runs[place].seconds for place in chosen))
            if len(running) == self.workers:
                self._wait(running)
            items = [session.items[place] for place in chosen]
            running[_started(session, live, mutant, items, seconds_at_most, scratch)] = number
        while running:
            self._wait(running)

    def _wait(self, running: dict[int, int]) -> None:
        child, status = os.wait()
        number, code = running.pop(child), os.waitstatus_to_exitcode(status)
        self.killed[number] = code not in (SURVIVED, UNTRIED)
        if code == UNTRIED:
            self.untried.append(number)


def _started(
    session: pytest.Session, live: LiveModule, mutant: Mutant, items: list[pytest.Item], seconds: int, scratch: Path
) -> int:
    child = os.fork()
    if child:
        return child
    code = UNTRIED
    try:
        _own_folder(scratch)
        signal.alarm(seconds)
        live.become(mutant.source)
        code = KILLED if _fails(session, items) else SURVIVED
    finally:
        os._exit(code)


def _fails(session: pytest.Session, items: list[pytest.Item]) -> bool:
    for item, following in zip(items, [*items[1:], None], strict=True):
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return True
    return False


def _watched(session: pytest.Session, live: LiveModule, scratch: Path) -> list[Run]:
    """Every test once, and which lines of the module it ran."""
    _own_folder(scratch)
    seen: set[int] = set()

    def ran(_: CodeType, line: int) -> object:
        seen.add(line)
        return sys.monitoring.DISABLE

    tool = sys.monitoring.COVERAGE_ID
    sys.monitoring.use_tool_id(tool, "mutation")
    sys.monitoring.register_callback(tool, sys.monitoring.events.LINE, ran)
    for code in live.codes():
        sys.monitoring.set_local_events(tool, code, sys.monitoring.events.LINE)
    runs: list[Run] = []
    for item, following in zip(session.items, [*session.items[1:], None], strict=True):
        seen.clear()
        sys.monitoring.restart_events()
        failed, began = session.testsfailed, time.perf_counter()
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        runs.append(Run(session.testsfailed == failed, time.perf_counter() - began, frozenset(seen)))
    return runs


def _own_folder(scratch: Path) -> None:
    """Forks at work at the same time share no temporary files."""
    own = scratch / str(os.getpid())
    own.mkdir()
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(own)


def _told_by_a_fork[T](work: Callable[[], T]) -> T:
    """In a fork, so that what the tests leave in memory is not there for the next."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with open(writer, "wb") as told:
                pickle.dump(work(), told)
        finally:
            os._exit(0)
    os.close(writer)
    with open(reader, "rb") as told:
        answer: T = pickle.load(told)  # noqa: S301 - our own fork wrote it
    os.waitpid(child, 0)
    return answer
