"""`make soak` tells whatever broke, in whichever phase, and shares its time."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.sms_fake.faults import Faults
from tests.local.bad_days import BadDay
from tests.simulation import soak
from tests.simulation.scenarios import SCENARIOS

GOOD = BadDay(
    faults=Faults(kill=1, seed=5),
    played={"kill": 1},
    dead_invocations={"send_contact": 1},
    texts=3,
    verdict="checker: no broken promises",
    broken=[],
)
NO_TIME, ALL_DAY = 0.0, 24 * 3600.0


def bad_days(*broken: str) -> Callable[[int, Path], BadDay]:
    return lambda _seed, _folder: BadDay(
        faults=GOOD.faults,
        played=GOOD.played,
        dead_invocations=GOOD.dead_invocations,
        texts=GOOD.texts,
        verdict=GOOD.verdict,
        broken=list(broken),
    )


def cannot_start(_seed: int, _folder: Path) -> BadDay:
    raise RuntimeError("the emulator did not start")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each phase once, and as little as it can do."""
    monkeypatch.setattr(soak, "MINUTES", NO_TIME)
    monkeypatch.setattr(soak, "SCENARIOS", SCENARIOS[:1])
    monkeypatch.setattr(soak, "broken_by", lambda _scenario, _planned: [])
    monkeypatch.setattr(soak.Soak, "_hostile_replies", staticmethod(list))
    monkeypatch.setattr(soak, "bad_day", bad_days())


def test_a_soak_in_which_nothing_broke_ends_well_and_says_what_was_tried(capsys: pytest.CaptureFixture[str]) -> None:
    assert soak.main() == 0
    told = capsys.readouterr().out
    assert "seed 5: 3 texts; struck: kill 1; died: send_contact 1; nothing broken; checker: no broken promises" in told
    for what in ("fault points", "1 rounds of hostile replies", "1 bad days", "none broken"):
        assert what in told.splitlines()[-1]


@pytest.mark.parametrize(
    ("where", "breaks", "told"),
    [
        ("broken_by", lambda _scenario, _planned: ["texted twice"], "texted twice"),
        ("bad_day", bad_days("a reply is lost"), "a reply is lost"),
        ("bad_day", cannot_start, "the emulator did not start"),
    ],
    ids=["a fault point", "a bad day", "a bad day that cannot be played"],
)
def test_whatever_broke_is_told_and_ends_the_soak_badly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], where: str, breaks: object, told: str
) -> None:
    monkeypatch.setattr(soak, where, breaks)
    assert soak.main() == 1
    assert told in capsys.readouterr().out


def test_hostile_replies_that_change_something_end_the_soak_badly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak.Soak, "_hostile_replies", staticmethod(lambda: ["1 failed"]))
    assert soak.main() == 1


@pytest.mark.parametrize(("seconds", "days"), [(NO_TIME, 1), (ALL_DAY, soak.BAD_DAYS)])
def test_bad_days_are_played_as_long_as_there_is_time_but_one_always_is(seconds: float, days: int) -> None:
    now = time.monotonic()
    run = soak.Soak(now, now + seconds, random.Random(1))  # noqa: S311 - faults, not secrets
    run.bad_days()
    assert run.tried["bad days"] == days
