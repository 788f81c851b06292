"""When the texts of one batch may start: one shared reservation for all of them, waited for in real time."""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Self

from msgspec import Struct, field

from ..core.contact import Text
from ..core.pace import LOOK_AHEAD_SECONDS, OPENS_AFTER_SECONDS, Limit, Turn, fitting, shares_of, starts_within
from ..core.strategy import ASKS_FOR_PAYMENT
from ..ports import Pace

RECENT_TEXTS = 20
FIRST_GUESS_SECONDS = 0.15
"""What one text takes a sender, before it has sent any."""
TRIES_A_SECOND = 2
"""The first may learn that less is left than was asked for."""


class Batch(Struct, frozen=True, kw_only=True):
    """What a sender was given to send at one time."""

    is_answer: bool
    parts: tuple[int, ...]
    """Of each of its texts, in order."""
    seconds_to_wait: Callable[[], float]
    """What is left of the sender's own time beyond what one text needs."""

    @classmethod
    def of(cls, texts: Iterable[Text], is_answer: bool, seconds_to_wait: Callable[[], float]) -> Self:
        """Those of one kind: demands and answers have shares of their own."""
        parts = tuple(text.segments for text in texts if (text.kind not in ASKS_FOR_PAYMENT) is is_answer)
        return cls(is_answer=is_answer, parts=parts, seconds_to_wait=seconds_to_wait)


class Stride(Struct):
    """How long one text takes this sender, by its last ones: what it can start in a second it may reserve."""

    recent: deque[float] = field(default_factory=lambda: deque([FIRST_GUESS_SECONDS], maxlen=RECENT_TEXTS))

    def learn(self, seconds: float) -> None:
        """From one text."""
        self.recent.append(max(seconds, 0.001))

    @property
    def seconds(self) -> float:
        """Longer than most of them: a turn that is missed is lost for everybody."""
        return sorted(self.recent)[int(len(self.recent) * 0.8)]


class Turns:
    """One batch's turns, in the order of its texts. A text that is held leaves its turn to the next one."""

    def __init__(self, pace: Pace, limit: Limit, batch: Batch, stride: Stride) -> None:
        self.pace = pace
        self.fault = ""
        """Why the shared count could not be asked, if it could not."""
        self._limit = limit
        self._batch = batch
        self._stride = stride
        self._expected = deque(batch.parts)
        self._turns: list[Turn] = []
        self._room: dict[int, int] = {}
        self._asked_in = 0
        self._began = 0.0

    def next(self, parts: int) -> Turn | None:
        """Waits until a text may start; None when it cannot soon: it goes back to its queue."""
        now = self.pace.now()
        if self._began:
            self._stride.learn(now - self._began)
            self._began = 0.0
        if self._expected:
            self._expected.popleft()
        turn = self._fitting_turn(parts, now)
        if turn is None and int(now) != self._asked_in:
            self._reserve([parts, *self._expected], now)
            turn = self._fitting_turn(parts, now)
        elif turn is not None and turn.second > int(now) and self._take_now(parts, now):
            turn = self._fitting_turn(parts, now)
        if turn is not None:
            self.pace.sleep(turn.opens_at - self.pace.now())
            self._began = self.pace.now()
        return turn

    def use(self, turn: Turn) -> bool:
        """Just before the text starts. False when its turn has passed meanwhile: then it must not start."""
        self._turns.remove(turn)
        return turn.is_open(self.pace.now())

    def _fitting_turn(self, parts: int, now: float) -> Turn | None:
        """The earliest that the gate and the claim leave time for; of one second the smallest that does."""
        ready_at = now + self._stride.seconds / 2
        self._turns = [turn for turn in self._turns if turn.opens_at >= now or turn.closes_at >= ready_at]
        last = self._last_second(now)
        fits = [turn for turn in self._turns if turn.parts >= parts and turn.second <= last]
        return min(fits, key=lambda turn: (turn.second, turn.parts), default=None)

    def _last_second(self, now: float) -> int:
        """The last one whose opening can be waited for."""
        return int(now + min(LOOK_AHEAD_SECONDS, self._batch.seconds_to_wait()) - OPENS_AFTER_SECONDS)

    def _reserve(self, waiting: list[int], now: float) -> None:
        """One call takes all texts that fit into one second: in the common case all there are."""
        self._asked_in = int(now)
        for second in range(int(now), self._last_second(now) + 1):
            starts = starts_within(second, now, self._stride.seconds)
            taken = self._take(waiting[:starts], second)
            self._turns += [Turn(second, parts) for parts in waiting[:taken]]
            waiting = waiting[taken:]
            if self.fault or not waiting:
                return

    def _take_now(self, parts: int, now: float) -> bool:
        """Quicker than it thought, a sender need not wait for its next turn while this second has room for one more."""
        second = int(now)
        if not starts_within(second, now, self._stride.seconds) or not self._take([parts], second):
            return False
        self._turns.append(Turn(second, parts))
        return True

    def _take(self, texts: list[int], second: int) -> int:
        """How many of these texts, from the front, got their turn in a second."""
        for _ in range(TRIES_A_SECOND):
            texts = self._that_fit(texts, second)
            if not texts:
                return 0
            took = self.pace.take(
                shares_of(sum(texts), second, self._limit, self._batch.is_answer), self._batch.is_answer
            )
            if took.done:
                return len(texts)
            self.fault = took.fault
            self._room[second] = took.room
            if took.fault:
                return 0
        return 0

    def _that_fit(self, texts: list[int], second: int) -> list[int]:
        most = self._limit.most(second, self._batch.is_answer)
        room = self._room.get(second, most)
        if texts and texts[0] > most:
            # Larger than any second: it asks for an untouched one, and pays back with those after it.
            return texts[:1] if room == most > 0 else []
        return texts[: fitting(texts, room)]
