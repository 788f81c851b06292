"""Workers that die in the middle of an event and messages that come twice, without the emulator around them."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.emulator.mishaps import DIED, LATER_SECONDS, Death, Deaths, Repeats
from infra.local import mishaps
from infra.local.sms_fake.faults import Faults

PATIENCE_SECONDS = 10
ANSWERED = {"status": "ok"}
SENDER = "duebridge-local-send_contact"
QUEUE = "http://localhost/000000000000/duebridge-local-pipeline-BulkQueueF64-F2193A"


# What is planned


def test_every_second_death_is_a_sender_s_and_the_others_are_spread() -> None:
    stations = [death["station"] for death in mishaps.deaths(Faults(kill=14, seed=1))]
    assert set(stations[::2]) == {mishaps.SENDER}
    assert sorted(stations[1::2]) == sorted(mishaps.OTHERS)


def test_a_seed_plans_the_same_deaths_again_and_another_seed_others() -> None:
    assert mishaps.deaths(Faults(kill=5, seed=1)) == mishaps.deaths(Faults(kill=5, seed=1))
    assert mishaps.deaths(Faults(kill=5, seed=1)) != mishaps.deaths(Faults(kill=5, seed=2))


def test_a_day_without_mishaps_gives_the_emulator_no_orders(tmp_path: Path) -> None:
    assert mishaps.environment(Faults(throttle=0.5, seed=1), tmp_path / "notes") == {}


def test_the_notes_of_an_earlier_day_do_not_count(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.write_text('{"what": "kill"}\n', encoding="utf-8")
    mishaps.environment(Faults(), notes)
    assert mishaps.played(notes) == {}


def test_what_struck_is_counted_by_its_fault(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.write_text('{"what": "kill"}\n{"what": "duplicate_delivery"}\n{"what": "kill"}\n', encoding="utf-8")
    assert mishaps.played(notes) == {"kill": 2, "duplicate_delivery": 1}


# Deaths


@dataclass
class Worker:
    """As the emulator has them: a process that waits for its next event."""

    _proc: Any
    func_name: str = SENDER
    _start_time: float | None = 1.0


@pytest.fixture
def worker() -> Iterator[Worker]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield Worker(process)
        process.kill()


@dataclass
class Day:
    """Deaths around events that last until their worker is dead, or that end at once."""

    deaths: Deaths
    notes: list[dict[str, Any]]
    given_back: list[Any]

    def handle(self, worker: Worker, event: Any, invoke: Callable[..., dict[str, Any]]) -> dict[str, Any]:
        return self.deaths.around(invoke)(worker, event, "request-1", depth=None)


def a_day(*deaths: Death) -> Day:
    notes: list[dict[str, Any]] = []
    given_back: list[Any] = []
    return Day(Deaths(list(deaths), notes.append, given_back.append), notes, given_back)


def lasts_until_death(worker: Worker, *_: Any, **__: Any) -> dict[str, Any]:
    worker._proc.wait(PATIENCE_SECONDS)
    return {"status": "error", "error": DIED}


def ends_at_once(*_: Any, **__: Any) -> dict[str, Any]:
    return ANSWERED


def test_a_worker_is_killed_in_its_event_which_is_noted_and_given_back(worker: Worker) -> None:
    day = a_day(Death("send_contact", 0, 0.05))
    assert day.handle(worker, "an event", lasts_until_death)["error"] == DIED
    assert worker._proc.returncode == -9
    assert [(note["what"], note["station"], note["pid"]) for note in day.notes] == [
        ("kill", "send_contact", worker._proc.pid)
    ]
    assert day.given_back == ["an event"]


def test_events_before_the_one_that_is_meant_and_those_of_other_stations_come_to_their_end(worker: Worker) -> None:
    day = a_day(Death("send_contact", 1, 0.05))
    other = Worker(worker._proc, "duebridge-local-sweep")
    assert day.handle(worker, "first", ends_at_once) == ANSWERED
    assert day.handle(other, "another's", ends_at_once) == ANSWERED
    assert day.handle(worker, "second", lasts_until_death)["error"] == DIED


def test_an_event_that_is_over_too_soon_leaves_the_death_to_the_next_one(worker: Worker) -> None:
    day = a_day(Death("send_contact", 0, 0.95))
    assert day.handle(worker, "short", ends_at_once) == ANSWERED
    assert day.notes == []
    assert day.handle(worker, "long", lasts_until_death)["error"] == DIED
    assert day.given_back == ["long"]


def test_a_cold_worker_is_killed_only_once_it_has_its_event(worker: Worker) -> None:
    day = a_day(Death("send_contact", 0, 0.05))
    process, worker._proc, worker._start_time = worker._proc, None, None
    has_started = threading.Event()

    def starts_first(cold: Worker, *_: Any, **__: Any) -> dict[str, Any]:
        cold._proc = process
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.2)
        has_started.set()
        cold._start_time = 2.0
        return lasts_until_death(cold)

    assert day.handle(worker, "an event", starts_first)["error"] == DIED
    assert has_started.is_set()


def test_an_emulator_that_fails_by_itself_leaves_no_killer_behind(worker: Worker) -> None:
    day = a_day(Death("send_contact", 0, 0.5))

    def fails(*_: Any, **__: Any) -> dict[str, Any]:
        raise RuntimeError("no worker")

    with pytest.raises(RuntimeError):
        day.handle(worker, "an event", fails)
    assert "killer" not in {thread.name for thread in threading.enumerate()}
    assert worker._proc.poll() is None


# Messages that come twice


class OneQueue:
    """Gives what lies in it and counts how often it was given, as the emulator's queues do."""

    def __init__(self, share: float, seed: int = 1) -> None:
        self.messages: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        repeats = Repeats(share, seed, self.notes.append, lambda _, copies: self.messages.extend(copies))
        self.receive = repeats.around(self._receive)

    def put(self, *ids: str) -> None:
        self.messages += [{"id": each, "body": each, "receive_count": 0, "receipt_handle": None} for each in ids]

    def _receive(self, _: str, most: int) -> list[dict[str, Any]]:
        taken, self.messages = self.messages[:most], self.messages[most:]
        for message in taken:
            message["receive_count"] += 1
            message["receipt_handle"] = object()
        return taken


def ids(batch: list[dict[str, Any]]) -> list[str]:
    return [message["id"] for message in batch]


def test_a_message_comes_a_second_time_under_its_own_id_and_no_third_time() -> None:
    queue = OneQueue(share=1)
    queue.put("a", "b")
    assert ids(queue.receive(QUEUE, 10)) == ["a", "b"]
    again = queue.receive(QUEUE, 10)
    assert [(message["id"], message["receive_count"]) for message in again] == [("a", 2), ("b", 2)]
    assert queue.receive(QUEUE, 10) == []
    assert [note["what"] for note in queue.notes] == ["duplicate_delivery"] * 2


def test_the_second_copy_has_a_receipt_of_its_own_and_comes_within_half_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("time.time", lambda: 1000.0)
    queue = OneQueue(share=1)
    queue.put(*map(str, range(50)))
    queue.receive(QUEUE, 50)
    assert {message["receipt_handle"] for message in queue.messages} == {None}
    waits = [message["visible_at"] - 1000.0 for message in queue.messages]
    assert 0 <= min(waits) < max(waits) <= LATER_SECONDS


def test_about_the_share_that_was_asked_for_comes_twice_the_same_for_the_same_seed() -> None:
    def repeated(seed: int, deployment: str) -> list[str]:
        queue = OneQueue(share=0.2, seed=seed)
        queue.put(*map(str, range(500)))
        queue.receive(f"{QUEUE}{deployment}", 500)
        return ids(queue.messages)

    assert 60 < len(repeated(1, "A")) < 140
    assert repeated(1, "A") == repeated(1, "B")
    assert repeated(1, "A") != repeated(2, "A")


def test_the_orders_are_what_the_emulator_reads(tmp_path: Path) -> None:
    faults = Faults(kill=3, duplicate_delivery=0.2, seed=9)
    orders = json.loads(mishaps.environment(faults, tmp_path / "notes")[mishaps.ORDERS])
    assert Death(**orders.pop("deaths")[0]).station == mishaps.SENDER
    assert orders == {"repeated_share": 0.2, "seed": 9, "notes": str(tmp_path / "notes")}
