"""Turns: many senders share a number's seconds; nobody goes beyond them, little is lost, answers come first."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duebridge.core.pace import LOOK_AHEAD_SECONDS, OPENS_AFTER_SECONDS, Limit, Turn
from duebridge.flows.pacing import Batch, Stride, Turns
from tests.fakes import FakePace, FakeSeconds

SECOND = 1_795_521_600
TEN = Limit(10, 20)


def turns_for(
    pace: FakePace, *parts: int, is_answer: bool = False, seconds_to_wait: float = 60, text_seconds: float = 0.05
) -> Turns:
    stride = Stride()
    stride.recent.clear()
    stride.learn(text_seconds)
    return Turns(
        pace, pace.limit, Batch(is_answer=is_answer, parts=parts, seconds_to_wait=lambda: seconds_to_wait), stride
    )


def all_turns(turns: Turns, *parts: int) -> list[int | None]:
    """The seconds of a batch's texts, counted from the first; each text is sent in no time."""
    seconds: list[int | None] = []
    for each in parts:
        turn = turns.next(each)
        seconds.append(turn.second - SECOND if turn else None)
        if turn:
            assert turns.use(turn)
    return seconds


# One batch.


def test_a_batch_that_fits_into_a_second_takes_one_shared_reservation() -> None:
    pace = FakePace(TEN)
    assert all_turns(turns_for(pace, 1, 2, 1, 2), 1, 2, 1, 2) == [0, 0, 0, 0]
    assert pace.seconds.calls == 1
    assert pace.seconds.taken == {SECOND: (6, 6)}


def test_a_batch_larger_than_a_second_goes_on_in_the_next() -> None:
    pace = FakePace(TEN)
    assert all_turns(turns_for(pace, *[2] * 6), *[2] * 6) == [0, 0, 0, 0, 1, 1]
    assert pace.seconds.taken == {SECOND: (8, 8), SECOND + 1: (4, 4)}


def test_a_text_waits_until_its_second_opens_and_not_longer() -> None:
    pace = FakePace(TEN, FakeSeconds({SECOND: (8, 8)}), at=SECOND + 0.4)
    assert all_turns(turns_for(pace, 1), 1) == [1]
    assert sum(pace.sleeps) == pytest.approx(0.6 + OPENS_AFTER_SECONDS)


def test_a_sender_that_learns_that_less_is_left_takes_what_is_left() -> None:
    pace = FakePace(TEN, FakeSeconds({SECOND: (6, 6)}))
    assert all_turns(turns_for(pace, 1, 1, 1), 1, 1, 1) == [0, 0, 1]


def test_a_sender_takes_no_more_of_a_second_than_it_can_start_in_it() -> None:
    pace = FakePace(Limit(100, 20))
    assert turns_for(pace, *[1] * 5, text_seconds=0.4).next(1) == Turn(SECOND, 1)
    assert pace.seconds.taken == {SECOND: (2, 2), SECOND + 1: (2, 2), SECOND + 2: (1, 1)}


def test_a_sender_that_is_quicker_than_it_thought_goes_on_in_the_same_second_while_that_has_room() -> None:
    pace = FakePace(Limit(100, 20))
    assert all_turns(turns_for(pace, *[1] * 5, text_seconds=0.4), *[1] * 5) == [0, 0, 0, 0, 0]
    assert sum(pace.sleeps) == pytest.approx(OPENS_AFTER_SECONDS)


def test_it_waits_for_its_next_turn_once_the_second_is_full() -> None:
    pace = FakePace(TEN, FakeSeconds({SECOND: (6, 6)}))
    turns = turns_for(pace, *[1] * 5, text_seconds=0.4)
    assert all_turns(turns, *[1] * 5) == [0, 0, 1, 1, 1]


def test_a_sender_learns_how_long_its_texts_take() -> None:
    stride = Stride()
    for _ in range(20):
        stride.learn(0.4)
    assert stride.seconds == 0.4
    pace = FakePace(Limit(100, 20))
    turns = Turns(pace, pace.limit, Batch(is_answer=False, parts=(1, 1), seconds_to_wait=lambda: 60), stride)
    for _ in range(2):
        turn = turns.next(1)
        assert turn is not None
        pace.at += 0.1
    assert stride.recent[-1] == pytest.approx(0.1)


def test_a_text_whose_turn_is_too_far_ahead_gets_none() -> None:
    full = {SECOND + ahead: (8, 8) for ahead in range(LOOK_AHEAD_SECONDS + 1)}
    pace = FakePace(TEN, FakeSeconds(full), at=SECOND + 0.5)
    turns = turns_for(pace, 1)
    assert turns.next(1) is None
    assert (turns.fault, pace.sleeps) == ("", [])


def test_a_turn_beyond_the_senders_own_time_is_not_waited_for() -> None:
    pace = FakePace(TEN, FakeSeconds({SECOND: (8, 8), SECOND + 1: (8, 8)}))
    assert turns_for(pace, 1, seconds_to_wait=1.5).next(1) is None
    assert turns_for(pace, 1, seconds_to_wait=2.5).next(1) is not None


@given(st.floats(0, 1, exclude_max=True), st.integers(0, LOOK_AHEAD_SECONDS + 2), st.floats(0, 12))
def test_no_turn_is_taken_that_its_sender_would_not_wait_for(into: float, full: int, seconds_to_wait: float) -> None:
    pace = FakePace(TEN, FakeSeconds({SECOND + ahead: (8, 8) for ahead in range(full)}), at=SECOND + into)
    before = sum(taken for taken, _ in pace.seconds.taken.values())
    turn = turns_for(pace, 1, seconds_to_wait=seconds_to_wait).next(1)
    assert sum(taken for taken, _ in pace.seconds.taken.values()) - before == (0 if turn is None else 1)


def test_the_seconds_are_asked_for_at_most_once_a_second_however_many_texts_have_no_turn() -> None:
    full = {SECOND + ahead: (8, 8) for ahead in range(LOOK_AHEAD_SECONDS + 1)}
    pace = FakePace(TEN, FakeSeconds(full))
    turns = turns_for(pace, *[1] * 10)
    assert [turns.next(1) for _ in range(10)] == [None] * 10
    assert pace.seconds.calls == LOOK_AHEAD_SECONDS


def test_a_held_text_leaves_its_turn_to_the_next_one() -> None:
    pace = FakePace(TEN)
    turns = turns_for(pace, 2, 1, 2)
    held = turns.next(2)
    assert held is not None
    following = turns.next(1)
    assert following is not None
    assert following.parts == 1, "the smallest that does, so that the larger text still finds its own"
    turns.use(following)
    last = turns.next(2)
    assert last is not None
    turns.use(last)
    assert (last.second, pace.seconds.calls) == (held.second, 1)


def test_a_text_that_took_too_long_at_the_gate_must_not_start() -> None:
    pace = FakePace(TEN)
    turns = turns_for(pace, 1)
    turn = turns.next(1)
    assert turn is not None
    pace.at = turn.closes_at + 0.001
    assert not turns.use(turn)


def test_turns_that_passed_while_a_text_took_long_are_asked_for_anew() -> None:
    pace = FakePace(TEN)
    turns = turns_for(pace, 1, 1)
    first = turns.next(1)
    assert first is not None
    assert turns.use(first)
    pace.at += 2.5
    second = turns.next(1)
    assert second is not None
    assert second.second == SECOND + 3, "it is slow by now: what is left of its second is too short for it"
    assert turns.use(second)


def test_a_count_that_cannot_be_asked_gives_no_turn_and_says_why() -> None:
    pace = FakePace(TEN, fault="ThrottlingException")
    turns = turns_for(pace, 1, 1)
    assert (turns.next(1), turns.next(1)) == (None, None)
    assert (turns.fault, pace.seconds.calls) == ("ThrottlingException", 1)


def test_a_text_of_two_parts_gets_its_turn_although_bulk_may_take_one_a_second() -> None:
    pace = FakePace(Limit(2, 20))
    assert all_turns(turns_for(pace, 2, 2), 2, 2) == [0, 2]
    assert pace.seconds.taken == {SECOND: (2, 2), SECOND + 1: (1, 1), SECOND + 2: (2, 2), SECOND + 3: (1, 1)}


# Many senders. They take turns at being asked as an event loop would: whoever's clock is furthest behind goes next.


@dataclass
class Sender:
    """One worker that is given batch after batch."""

    pace: FakePace
    is_answer: bool
    next_batch: Callable[[], list[int]]
    text_seconds: Callable[[], float]
    stride: Stride = field(default_factory=Stride)
    waiting: list[int] = field(default_factory=list)
    turns: Turns | None = None
    starts: list[tuple[float, int]] = field(default_factory=list)
    put_back: int = 0

    def step(self) -> None:
        """One text."""
        if not self.waiting:
            self.waiting = self.next_batch()
            batch = Batch(is_answer=self.is_answer, parts=tuple(self.waiting), seconds_to_wait=lambda: 50.0)
            self.turns = Turns(self.pace, self.pace.limit, batch, self.stride)
        assert self.turns is not None
        parts = self.waiting.pop(0)
        turn: Turn | None = self.turns.next(parts)
        if turn is None:
            self.put_back += 1
            self.pace.at += 0.02
            return
        whole = self.text_seconds()
        self.pace.at += whole / 2
        if self.turns.use(turn):
            self.starts.append((self.pace.at, parts))
        self.pace.at += whole / 2


def run(senders: list[Sender], seconds: float) -> None:
    while (behind := min(senders, key=lambda sender: sender.pace.at)).pace.at < SECOND + seconds:
        behind.step()


def per_second(senders: list[Sender]) -> Counter[int]:
    counted: Counter[int] = Counter()
    for sender in senders:
        for at, parts in sender.starts:
            counted[int(at)] += parts
    return counted


def crew(
    limit: Limit, chance: random.Random, bulk: int, answering: int, slowest: float = 0.12, largest: int = 2
) -> list[Sender]:
    seconds = FakeSeconds()

    def batch() -> list[int]:
        return [chance.randint(1, min(largest, limit.parts_per_second)) for _ in range(10)]

    def text_seconds() -> float:
        return chance.uniform(0.04, slowest)

    return [
        Sender(
            FakePace(limit, seconds, at=SECOND + chance.random()),
            is_answer=number >= bulk,
            next_batch=batch,
            text_seconds=text_seconds,
        )
        for number in range(bulk + answering)
    ]


@settings(max_examples=60, deadline=None)
@given(
    limit=st.builds(Limit, st.integers(1, 60), st.integers(0, 60)),
    bulk=st.integers(1, 8),
    answering=st.integers(0, 4),
    slowest=st.floats(0.05, 2.0),
    seed=st.integers(0, 10**6),
)
def test_no_second_ever_carries_more_than_the_limit_whoever_sends_and_however_slowly(
    limit: Limit, bulk: int, answering: int, slowest: float, seed: int
) -> None:
    senders = crew(limit, random.Random(seed), bulk, answering, slowest)  # noqa: S311 - no secret
    run(senders, 6)
    counted = per_second(senders)
    assert not [second for second, parts in counted.items() if parts > limit.parts_per_second]
    of_bulk = per_second([sender for sender in senders if not sender.is_answer])
    if min(limit.most(second, is_answer=False) for second in range(SECOND, SECOND + 20)) >= 2:
        assert not [second for second, parts in of_bulk.items() if parts > limit.most(second, is_answer=False)]


@pytest.mark.parametrize(
    ("limit", "bulk", "answering"),
    [(Limit(3, 0), 3, 0), (Limit(20, 20), 8, 4), (Limit(100, 20), 16, 6), (Limit(100, 0), 24, 0)],
    ids=["toll-free", "a campaign", "short code", "bulk alone"],
)
def test_under_load_at_least_95_percent_of_the_slots_are_used(limit: Limit, bulk: int, answering: int) -> None:
    senders = crew(limit, random.Random(7), bulk, answering, largest=1)  # noqa: S311 - no secret
    run(senders, 40)
    counted = per_second(senders)
    full_seconds = range(SECOND + 2, SECOND + 38)
    used = sum(counted[second] for second in full_seconds)
    assert used / (limit.parts_per_second * len(full_seconds)) >= 0.95
    assert max(counted.values()) <= limit.parts_per_second


def test_an_answer_goes_at_once_while_bulk_has_taken_all_it_may() -> None:
    limit = Limit(20, 20)
    senders = crew(limit, random.Random(3), 10, 0)  # noqa: S311 - no secret
    run(senders, 5)
    shared = senders[0].pace.seconds
    now = max(sender.pace.at for sender in senders)
    for later in (0.0, 1.0, 2.5):
        pace = FakePace(limit, shared, at=now + later)
        turn = turns_for(pace, 1, is_answer=True).next(1)
        assert turn is not None
        assert pace.at - (now + later) <= 0.2 + OPENS_AFTER_SECONDS
