"""Hands delivery events and borrowers' texts to their topics, on a thread of its own as AWS would."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from copy import replace
from dataclasses import dataclass, field

_TRIES = 5


@dataclass(frozen=True, slots=True, order=True)
class _Item:
    due_seconds: float
    number: int
    topic_arn: str = field(compare=False)
    message: str = field(compare=False)
    failures: int = field(compare=False, default=0)


class Publisher:
    """Publishes in the order of adding, but for delayed messages; a failed one is tried five times."""

    def __init__(self, publish: Callable[[str, str], None], *, retry_seconds: float = 0.2) -> None:
        self._publish = publish
        self._retry_seconds = retry_seconds
        self._items: list[_Item] = []
        self._numbers = itertools.count()
        self._unpublished = 0
        self._given_up: list[str] = []
        self._stopping = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="sms-fake-publisher", daemon=True)
        self._thread.start()

    def add(self, topic_arn: str, message: str, *, delay_seconds: float = 0.0) -> None:
        """Returns at once; the message is pending until its topic took it."""
        with self._changed:
            due_seconds = time.monotonic() + delay_seconds
            heapq.heappush(self._items, _Item(due_seconds, next(self._numbers), topic_arn, message))
            self._unpublished += 1
            self._changed.notify_all()

    def pending(self) -> int:
        """Messages that their topic has not taken yet, delayed ones included."""
        with self._changed:
            return self._unpublished

    def given_up(self) -> tuple[str, ...]:
        """One line for each message that its topic never took, without its content."""
        with self._changed:
            return tuple(self._given_up)

    def wait_until_quiet(self, timeout_seconds: float) -> bool:
        """Whether nothing was pending any more before the time ran out."""
        with self._changed:
            return self._changed.wait_for(lambda: self._unpublished == 0, timeout_seconds)

    def stop(self) -> None:
        """Ends the thread; what is still pending stays unpublished."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join()

    def _work(self) -> None:
        while (item := self._next_due()) is not None:
            try:
                self._publish(item.topic_arn, item.message)
            except Exception as exc:  # whatever the topic's client raises must not end the thread
                self._failed(item, type(exc).__name__)
            else:
                self._settled()

    def _next_due(self) -> _Item | None:
        with self._changed:
            while not self._stopping:
                if not self._items:
                    self._changed.wait()
                    continue
                wait_seconds = self._items[0].due_seconds - time.monotonic()
                if wait_seconds <= 0:
                    return heapq.heappop(self._items)
                self._changed.wait(wait_seconds)
            return None

    def _failed(self, item: _Item, error_name: str) -> None:
        failures = item.failures + 1
        if failures < _TRIES:
            due_seconds = time.monotonic() + self._retry_seconds * failures
            with self._changed:
                heapq.heappush(self._items, replace(item, due_seconds=due_seconds, failures=failures))
            return
        with self._changed:
            self._given_up.append(f"{item.topic_arn}: {error_name}, after {failures} tries")
        self._settled()

    def _settled(self) -> None:
        with self._changed:
            self._unpublished -= 1
            self._changed.notify_all()
