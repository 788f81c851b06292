"""Every call to a port is numbered, and at a chosen number it goes wrong in one of a few ways."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from duebridge.core.contact import Misconfigured, Rejected, Throttled, Unknown
from duebridge.core.errors import SetUpError
from duebridge.ports import Took

MAX_RECEIVES = 5
"""As of the queues themselves."""
HIDDEN = timedelta(minutes=6)
"""How long a message that was not acknowledged stays out of sight."""


class Side(StrEnum):
    """In which way a call goes wrong."""

    FAILS = "fails before"
    THROTTLED = "throttled"
    TIMES_OUT = "done, but the answer does not come"
    ASKED_TWICE = "done, its answer lost, and repeated by the client itself"
    HALF_DONE = "done for a part of what was given"
    KILLED = "done, and the process dies"
    REFUSED = "refused by the provider"
    MISCONFIGURED = "refused by a fault of our own set-up"


class InjectedError(Exception):
    """A call went wrong because a test wanted it to."""


class KilledError(BaseException):
    """The process is gone: nothing catches this, and no later call of the same process is carried out."""


READS = frozenset(
    {
        *(f"loans.{name}" for name in ("due", "get", "get_many", "loans_of", "payments_after", "early_payments")),
        "loans.latest_files",
        *(f"conversations.{name}" for name in ("number", "person", "standings", "numbers_of", "contact", "waiting")),
        *(f"conversations.{name}" for name in ("conversation", "unsettled", "not_understood")),
        *(f"tickets.{name}" for name in ("late", "get", "waiting", "count")),
        *(f"stops.{name}" for name in ("standing", "fresh")),
        *(f"carrier.{name}" for name in ("listed_page", "is_listed")),
        *(f"inbox.{name}" for name in ("open", "dropped")),
        "comparison.load",
    }
)
SEND, TAKE, CLAIM = "carrier.send", "pace.take", "conversations.claim"
ON_THE_LIST = ("carrier.list_opt_out", "carrier.unlist_opt_out")
PUTS = ("outbox.put", "shards.put")


def sides_of(call: str) -> tuple[Side, ...]:
    """The ways that differ: a read that times out is a read that failed, and none changes anything when repeated."""
    if call in READS:
        return (Side.FAILS, Side.KILLED)
    if call == SEND:
        # The client of the carrier never repeats a call by itself.
        return (Side.FAILS, Side.THROTTLED, Side.TIMES_OUT, Side.KILLED, Side.REFUSED, Side.MISCONFIGURED)
    if call == TAKE:
        return (Side.FAILS, Side.TIMES_OUT, Side.KILLED)
    if call == CLAIM:
        # A transaction that the client repeats has a token, by which it is done once.
        return (Side.FAILS, Side.THROTTLED, Side.TIMES_OUT, Side.KILLED)
    every = (Side.FAILS, Side.THROTTLED, Side.TIMES_OUT, Side.ASKED_TWICE, Side.KILLED)
    if call in ON_THE_LIST:
        return (*every, Side.MISCONFIGURED)
    return (*every, Side.HALF_DONE) if call in PUTS else every


@dataclass
class Faults:
    """One run's calls, and what goes wrong at which of them."""

    planned: dict[int, Side] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    coming: tuple[int, Side] | None = None
    """How many calls from now, and how: the first one from there on that can go wrong so."""
    is_dead: bool = False
    is_counting: bool = True
    happened: list[tuple[str, Side]] = field(default_factory=list)

    def call(self, name: str, do: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Carries a call out, or not, or half, as planned for its number."""
        if self.is_dead:
            raise KilledError
        if not self.is_counting:
            return do(*arguments, **named)
        number = len(self.calls)
        self.calls.append(name)
        side = self._planned_for(number, name)
        if side is None or side not in sides_of(name):
            return do(*arguments, **named)
        self.happened.append((name, side))
        return self._wrong(name, side, do, arguments, named)

    def _planned_for(self, number: int, name: str) -> Side | None:
        if self.coming is None:
            return self.planned.get(number)
        ahead, side = self.coming
        if ahead > 0 or side not in sides_of(name):
            self.coming = (max(0, ahead - 1), side)
            return None
        self.coming = None
        return side

    def restart(self) -> None:
        """A new process takes over."""
        self.is_dead = False

    def _wrong(
        self, name: str, side: Side, do: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        match side:
            case Side.KILLED:
                do(*arguments, **named)
                self.is_dead = True
                raise KilledError
            case Side.ASKED_TWICE:
                do(*arguments, **named)
                return do(*arguments, **named)
            case Side.HALF_DONE:
                items, *rest = arguments
                do(items[: len(items) // 2], *rest, **named)
                raise InjectedError(f"{name}: some were not taken")
            case Side.TIMES_OUT:
                do(*arguments, **named)
        if name == SEND:
            return {
                Side.THROTTLED: Throttled("no room"),
                Side.REFUSED: Rejected("refused"),
                Side.MISCONFIGURED: Misconfigured("set-up"),
            }.get(side, Unknown(str(side)))
        if name == TAKE:
            return Took(done=False, fault=str(side))
        if side is Side.MISCONFIGURED:
            raise SetUpError("set-up")
        raise InjectedError(f"{name}: {side}")


class Faulty:
    """A port whose calls are counted, and may go wrong."""

    def __init__(self, port: Any, name: str, faults: Faults) -> None:
        self._port, self._name, self._faults = port, name, faults

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._port, attribute)
        return partial(self._faults.call, f"{self._name}.{attribute}", found) if callable(found) else found


@dataclass(frozen=True)
class Message:
    """Something in a queue."""

    number: int
    body: Any
    visible_at: datetime
    receives: int = 0


@dataclass
class Queue:
    """Delivers at least once, in any order; what is received too often goes to the dead letters."""

    messages: dict[int, Message] = field(default_factory=dict)
    dead_letters: list[Message] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(10**9)))

    def put(self, bodies: Sequence[Any], at: datetime) -> None:
        """They become visible at an instant."""
        for body in bodies:
            number = next(self.numbers)
            self.messages[number] = Message(number, body, at)

    def receive(self, now: datetime, most: int, *, newest_first: bool = False) -> list[Message]:
        """Out of sight for a while from now on."""
        visible = deque(message for message in self.messages.values() if message.visible_at <= now)
        if newest_first:
            visible.reverse()
        received: list[Message] = []
        for message in visible:
            if message.receives >= MAX_RECEIVES:
                self.dead_letters.append(self.messages.pop(message.number))
            elif len(received) < most:
                hidden = replace(message, visible_at=now + HIDDEN, receives=message.receives + 1)
                self.messages[message.number] = hidden
                received.append(hidden)
        return received

    def acknowledge(self, message: Message) -> None:
        """It is done with."""
        self.messages.pop(message.number, None)

    def deliver_again(self, message: Message, at: datetime) -> None:
        """As a standard queue may do at any time."""
        self.put([message.body], at)

    def delay_all(self, until: datetime) -> None:
        """Nothing of it is to be seen for a while."""
        for message in list(self.messages.values()):
            self.messages[message.number] = replace(message, visible_at=max(until, message.visible_at))

    def redrive(self, now: datetime) -> None:
        """An operator puts the dead letters back."""
        letters, self.dead_letters = self.dead_letters, []
        self.put([letter.body for letter in letters], now)

    def next_at(self) -> datetime | None:
        """When a message is to be seen next."""
        return min((message.visible_at for message in self.messages.values()), default=None)
