"""What a cloud does to the stations on a bad day: a worker dies in the middle of an event, a message comes twice.

Runs inside the emulator, for only the emulator knows which of its workers is handling an event, and only its queues
can bring a message a second time. What shall happen comes with the orders, what did happen goes into their notes.
"""

import hashlib
import importlib
import json
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIED = "Worker process died"
"""The emulator's own word for an invocation whose process is gone."""
FIRST_GUESS_SECONDS = 0.1
"""What an event is taken to last before one of its station has been timed."""
BACK_SECONDS = 1.0
"""A dead worker's messages come back after this, not after the minutes that a queue waits for it."""
SOON_SECONDS, LATER_SECONDS = 0.02, 0.5
"""When the second copy of a message comes: while the first is in work, or up to this long after."""
_LOOK_SECONDS = 0.002

Note = Callable[[dict[str, Any]], None]
Invoke = Callable[..., dict[str, Any]]


@dataclass(slots=True)
class Death:
    """One worker of a station dies, as far into an event as that share of the time which such an event takes."""

    station: str
    events_before: int
    """Of that station, which come to their end first."""
    share: float


class Deaths:
    """Kills workers by their process id while they handle an event."""

    def __init__(self, deaths: list[Death], note: Note, give_back: Callable[[Any], None]) -> None:
        """`give_back` gets the event that a dead worker held."""
        self._note = note
        self._give_back = give_back
        self._lock = threading.Lock()
        self._due: dict[str, deque[Death]] = {}
        self._usual_seconds: dict[str, float] = {}
        for death in deaths:
            self._due.setdefault(death.station, deque()).append(death)

    def around(self, invoke: Invoke) -> Invoke:
        """The emulator's way to hand an event to a worker, with a death in it where one is due."""

        def invoke_and_perhaps_die(worker: Any, event: Any, *arguments: Any, **more: Any) -> dict[str, Any]:
            station = worker.func_name.rpartition("-")[2]
            death = self._next(station)
            if death is None:
                began, was_warm = time.monotonic(), _is_warm(worker)
                answer = invoke(worker, event, *arguments, **more)
                if was_warm:
                    self._usual_seconds[station] = time.monotonic() - began
                return answer
            return self._invoke_and_die(invoke, worker, death, event, *arguments, **more)

        return invoke_and_perhaps_die

    def _next(self, station: str) -> Death | None:
        with self._lock:
            due = self._due.get(station)
            if not due:
                return None
            if due[0].events_before:
                due[0].events_before -= 1
                return None
            return due.popleft()

    def _invoke_and_die(
        self, invoke: Invoke, worker: Any, death: Death, event: Any, *arguments: Any, **more: Any
    ) -> dict[str, Any]:
        ended = threading.Event()
        killed: list[int] = []
        seconds = death.share * self._usual_seconds.get(death.station, FIRST_GUESS_SECONDS)
        waits_for_start = None if _is_warm(worker) else (worker._start_time,)
        killer = threading.Thread(target=_kill, args=(worker, waits_for_start, seconds, ended, killed), name="killer")
        killer.start()
        try:
            answer = invoke(worker, event, *arguments, **more)
        finally:
            ended.set()
            killer.join()
        if killed and answer.get("error") == DIED:
            told = {"station": death.station, "pid": killed[0], "milliseconds": round(seconds * 1000)}
            self._note({"what": "kill", **told})
            self._give_back(event)
        else:
            # The event was over sooner: the next one of this station, and earlier in it.
            with self._lock:
                self._due[death.station].appendleft(Death(death.station, 0, death.share / 2))
        return answer


def _is_warm(worker: Any) -> bool:
    return worker._proc is not None and worker._proc.poll() is None


def _kill(
    worker: Any, waits_for_start: tuple[Any] | None, seconds: float, ended: threading.Event, killed: list[int]
) -> None:
    # A cold worker loads its code first; it holds the event only once it has started anew.
    while waits_for_start and worker._start_time == waits_for_start[0]:
        if ended.wait(_LOOK_SECONDS):
            return
    process = worker._proc
    if process is None or ended.wait(seconds):
        return
    os.kill(process.pid, signal.SIGKILL)
    killed.append(process.pid)


class Repeats:
    """Keeps a second copy of a share of all messages, as SQS does when one of its servers misses the deletion.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html
    """

    def __init__(self, share: float, seed: int, note: Note, keep: Callable[[str, list[dict[str, Any]]], None]) -> None:
        """`keep` puts copies into the queue with that URL."""
        self._share = share
        self._seed = seed
        self._note = note
        self._keep = keep
        self._taken: dict[str, int] = {}

    def around(self, receive: Callable[[str, int], list[dict[str, Any]]]) -> Callable[[str, int], list[dict[str, Any]]]:
        """The emulator's way to take a batch out of a queue, which leaves some copies behind."""

        def receive_and_leave_copies(queue_url: str, most: int) -> list[dict[str, Any]]:
            batch = receive(queue_url, most)
            # Without the suffix that differs from one deployment to the next.
            name = queue_url.rsplit("/", 1)[-1].rpartition("-")[0]
            # What came before is not counted again, so that a copy has no copies.
            fresh = [message for message in batch if message["receive_count"] == 1]
            copies = [copy for message in fresh if (copy := self._copy(name, message))]
            if copies:
                self._keep(queue_url, copies)
                for _ in copies:
                    self._note({"what": "duplicate_delivery", "queue": name})
            return batch

        return receive_and_leave_copies

    def _copy(self, queue: str, message: dict[str, Any]) -> dict[str, Any] | None:
        number = self._taken[queue] = self._taken.get(queue, 0) + 1
        if self._draw(queue, number, "whether") >= self._share:
            return None
        is_soon = self._draw(queue, number, "soon") < 0.5
        wait_seconds = SOON_SECONDS if is_soon else self._draw(queue, number, "wait") * LATER_SECONDS
        return {**message, "receipt_handle": None, "visible_at": time.time() + wait_seconds}

    def _draw(self, queue: str, number: int, what: str) -> float:
        digest = hashlib.sha256(f"{self._seed}|{queue}|{number}|{what}".encode()).digest()
        return int.from_bytes(digest[:6]) / 2**48


def begin(orders: str) -> None:
    """Puts the mishaps around the emulator's own functions, before it serves anybody."""
    told = json.loads(orders)
    notes = Path(told["notes"])
    notes_lock = threading.Lock()

    def note(what: dict[str, Any]) -> None:
        with notes_lock, notes.open("a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")

    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    queues: Any = importlib.import_module("ministack.services.sqs")

    def give_back(event: Any) -> None:
        records = event.get("Records", []) if isinstance(event, dict) else []
        handles = {record.get("receiptHandle") for record in records} - {None}
        with queues._queues_lock:
            for arn in {record["eventSourceARN"] for record in records if record.get("receiptHandle")}:
                for message in queues._queue_by_arn(arn)["messages"]:
                    if message.get("receipt_handle") in handles:
                        message["visible_at"] = time.time() + BACK_SECONDS

    def keep(queue_url: str, copies: list[dict[str, Any]]) -> None:
        with queues._queues_lock:
            queues._get_q(queue_url)["messages"].extend(copies)

    deaths = Deaths([Death(**death) for death in told["deaths"]], note, give_back)
    repeats = Repeats(told["repeated_share"], told["seed"], note, keep)
    runtime.Worker.invoke = deaths.around(runtime.Worker.invoke)
    queues._receive_messages_for_esm = repeats.around(queues._receive_messages_for_esm)
