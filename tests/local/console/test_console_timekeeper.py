"""How the played clock moves: only when nothing is under way, from instant to instant, and never past its goal."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from infra.local.console.timekeeper import FARTHEST, Timekeeper

NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Played:
    """A pipeline whose clock only jumps, with a list of what is due."""

    def __init__(self, *due: datetime) -> None:
        self.at = NOON
        self.due = due
        self.did: list[str] = []
        self.fails = False

    def now(self) -> datetime:
        return self.at

    def jump_to(self, instant: datetime) -> None:
        assert instant >= self.at
        self.at = instant
        self.did.append(f"jump {instant:%d %H:%M}")

    def settle(self) -> None:
        self.did.append("settle")

    def run_scheduled(self) -> None:
        if self.fails:
            raise RuntimeError("a station is broken")
        self.did.append("run")

    def next_instant(self, after: datetime, until: datetime) -> datetime | None:
        return min((due for due in self.due if after < due <= until), default=None)


def keep_until_done(pipeline: Played, *wishes: timedelta) -> Timekeeper:
    """Plays what is wished for, and stops after the run that follows it."""
    keeper = Timekeeper(pipeline)
    for wish in wishes:
        keeper.play(wish)
    ran = pipeline.run_scheduled

    def run_and_stop() -> None:
        if keeper.goal is None:
            keeper.stop()
        ran()

    pipeline.run_scheduled = run_and_stop  # type: ignore[method-assign]
    keeper.keep()
    return keeper


def jumps(pipeline: Played) -> list[str]:
    return [did.removeprefix("jump ") for did in pipeline.did if did.startswith("jump ")]


def test_an_hour_in_which_nothing_is_due_is_one_jump() -> None:
    pipeline = Played()
    keep_until_done(pipeline, HOUR)
    assert jumps(pipeline) == ["11 13:00"]


def test_the_clock_stops_where_something_is_due_and_the_planner_looks_there() -> None:
    pipeline = Played(NOON + timedelta(minutes=20))
    keep_until_done(pipeline, HOUR)
    assert pipeline.did[:5] == ["settle", "jump 11 12:30", "run", "settle", "jump 11 13:00"]


def test_it_jumps_only_once_everything_has_settled() -> None:
    pipeline = Played(NOON + timedelta(minutes=15))
    keep_until_done(pipeline, HOUR)
    before = [pipeline.did[place - 1] for place, did in enumerate(pipeline.did) if did.startswith("jump")]
    assert before == ["settle", "settle"]


def test_what_stays_due_does_not_hold_the_clock_up() -> None:
    pipeline = Played(NOON - HOUR, NOON)
    keep_until_done(pipeline, timedelta(days=1))
    assert jumps(pipeline) == ["12 12:00"]


def test_a_longer_wish_replaces_a_shorter_one_and_a_shorter_one_changes_nothing() -> None:
    pipeline = Played()
    keep_until_done(pipeline, HOUR, timedelta(days=1), HOUR)
    assert jumps(pipeline) == ["12 12:00"]


def test_nobody_waits_for_a_year_to_be_played() -> None:
    pipeline = Played()
    keep_until_done(pipeline, timedelta(days=365))
    assert pipeline.at == NOON + FARTHEST


def test_the_next_event_is_the_planners_first_run_that_sees_it() -> None:
    pipeline = Played(NOON + timedelta(minutes=50))
    assert Timekeeper(pipeline).play_to_next() == NOON + HOUR


def test_with_nothing_due_there_is_no_next_event() -> None:
    keeper = Timekeeper(Played())
    assert keeper.play_to_next() is None
    assert keeper.goal is None


def test_a_pause_ends_the_play_after_the_hop() -> None:
    pipeline = Played(*(NOON + HOUR * hours for hours in range(1, 5)))
    keeper = Timekeeper(pipeline)
    keeper.play(HOUR * 10)
    ran = pipeline.run_scheduled
    ends = iter([keeper.pause, keeper.stop])

    def run_then_end() -> None:
        ran()
        next(ends)()

    pipeline.run_scheduled = run_then_end  # type: ignore[method-assign]
    keeper.keep()
    assert jumps(pipeline) == ["11 13:00"]


def test_a_failing_run_stops_the_play_is_told_and_does_not_end_the_timekeeper() -> None:
    pipeline = Played(NOON + HOUR)
    pipeline.fails = True
    keeper = Timekeeper(pipeline)
    keeper.play(HOUR * 10)
    keeping = threading.Thread(target=keeper.keep)
    keeping.start()
    assert wait_for(lambda: keeper.runs == 2)
    assert keeper.goal is None
    assert keeper.trouble == "RuntimeError: a station is broken"
    keeper.stop()
    keeping.join(timeout=5)
    assert not keeping.is_alive()
    assert jumps(pipeline) == ["11 13:00"]


def wait_for(holds: Callable[[], bool]) -> bool:
    done = threading.Event()
    for _ in range(500):
        if holds():
            return True
        done.wait(0.01)
    return False


def test_whatever_is_begun_while_the_clock_stands_still_keeps_it_from_jumping() -> None:
    pipeline = Played()
    keeper = Timekeeper(pipeline)
    keeping = threading.Thread(target=keeper.keep)
    with keeper.standing_still():
        keeper.play(HOUR)
        keeping.start()
        assert wait_for(keeping.is_alive)
        assert jumps(pipeline) == []
    assert wait_for(lambda: jumps(pipeline) == ["11 13:00"])
    keeper.stop()
    keeping.join(timeout=5)


@pytest.mark.parametrize("minutes", [0, 1, 14, 15])
def test_a_run_of_the_planner_is_at_a_quarter_of_an_hour(minutes: int) -> None:
    pipeline = Played(NOON + timedelta(minutes=minutes + 1))
    assert Timekeeper(pipeline).play_to_next() == NOON + timedelta(minutes=15 if minutes < 15 else 30)
