"""Slots of a second: never above the limit, some of them never bulk's, and nothing lost without need."""

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.pace import (
    CLOSES_BEFORE_SECONDS,
    LARGEST_SHARE_PERCENT,
    LOOK_AHEAD_SECONDS,
    OPENS_AFTER_SECONDS,
    SPREAD_SECONDS,
    Limit,
    Turn,
    delay_seconds,
    fitting,
    shares_of,
    starts_within,
)

SECOND = 1_795_521_600
LIMITS = st.builds(Limit, st.integers(1, 200), st.integers(0, LARGEST_SHARE_PERCENT))
SECONDS = st.integers(SECOND, SECOND + 100_000)


@pytest.mark.parametrize(
    ("parts_per_second", "share_percent", "for_bulk"),
    [(100, 20, 80), (20, 20, 16), (10, 20, 8), (3, 20, 2), (2, 20, 1), (3, 0, 3)],
    ids=["short code", "a campaign", "long code", "toll-free", "two", "nothing kept"],
)
def test_bulk_leaves_the_share_of_answers_in_each_second(
    parts_per_second: int, share_percent: int, for_bulk: int
) -> None:
    limit = Limit(parts_per_second, share_percent)
    assert limit.most(SECOND, is_answer=False) == for_bulk
    assert limit.most(SECOND, is_answer=True) == parts_per_second


def test_with_one_part_a_second_bulk_leaves_out_whole_seconds() -> None:
    for_bulk = [Limit(1, 20).most(second, is_answer=False) for second in range(SECOND, SECOND + 10)]
    assert (for_bulk.count(1), for_bulk.count(0)) == (8, 2)
    assert [0, 0] not in [for_bulk[at : at + 2] for at in range(9)]


@given(LIMITS, SECONDS)
def test_over_a_hundred_seconds_bulk_has_no_more_than_its_share_and_never_nothing(limit: Limit, second: int) -> None:
    together = sum(limit.most(each, is_answer=False) for each in range(second, second + 100))
    assert 0 < together <= limit.parts_per_second * (100 - limit.answers_share_percent)


@given(LIMITS, SECONDS, st.integers(0, 300), st.integers(0, 300))
def test_what_still_fits_never_goes_beyond_the_limit_or_the_share(
    limit: Limit, second: int, taken: int, by_bulk: int
) -> None:
    taken = max(taken, by_bulk)
    room_for_bulk = limit.room(second, False, taken, by_bulk)
    room_for_answers = limit.room(second, True, taken, by_bulk)
    assert room_for_bulk <= room_for_answers
    if room_for_answers:
        assert taken + room_for_answers == limit.parts_per_second
    if room_for_bulk:
        assert by_bulk + room_for_bulk <= limit.most(second, is_answer=False)


@given(LIMITS, SECONDS, st.integers(1, 30), st.booleans())
def test_a_text_takes_all_its_parts_the_first_of_them_in_its_own_second(
    limit: Limit, second: int, parts: int, is_answer: bool
) -> None:
    if not limit.most(second, is_answer):
        return
    shares = shares_of(parts, second, limit, is_answer)
    assert shares[second] == min(parts, limit.parts_per_second)
    assert min(shares) == second
    assert sum(shares.values()) >= parts
    assert all(share <= limit.most(each, is_answer) for each, share in shares.items() if each > second)
    if parts <= limit.most(second, is_answer):
        assert shares == {second: parts}


def test_a_text_larger_than_what_bulk_may_take_pays_the_answers_back() -> None:
    assert shares_of(2, SECOND, Limit(2, 20), is_answer=False) == {SECOND: 2, SECOND + 1: 1}


def test_a_text_larger_than_a_second_keeps_the_next_ones_free() -> None:
    assert shares_of(5, SECOND, Limit(2, 0), is_answer=True) == {SECOND: 2, SECOND + 1: 2, SECOND + 2: 1}


@given(st.lists(st.integers(1, 4)), st.integers(0, 30))
def test_texts_fit_as_wholes_and_as_many_as_there_is_room_for(parts: list[int], room: int) -> None:
    count = fitting(parts, room)
    assert sum(parts[:count]) <= room
    assert count == len(parts) or sum(parts[: count + 1]) > room
    assert count <= len(list(accumulate(parts)))


def test_a_turn_is_open_within_its_second_with_a_margin_on_both_sides() -> None:
    turn = Turn(SECOND, 1)
    assert not turn.is_open(SECOND + OPENS_AFTER_SECONDS - 0.001)
    assert turn.is_open(SECOND + OPENS_AFTER_SECONDS)
    assert turn.is_open(SECOND + 1 - CLOSES_BEFORE_SECONDS)
    assert not turn.is_open(SECOND + 1 - CLOSES_BEFORE_SECONDS + 0.001)


@pytest.mark.parametrize(
    ("now", "seconds_per_text", "starts"),
    [(-3.0, 0.1, 8), (0.5, 0.1, 3), (0.8, 0.1, 0), (1.2, 0.1, 0), (-3.0, 5.0, 1), (0.1, 5.0, 0)],
    ids=["to come", "half over", "nearly over", "over", "a slow sender", "a slow sender, begun"],
)
def test_a_sender_starts_in_a_second_what_it_can_start_one_after_the_other(
    now: float, seconds_per_text: float, starts: int
) -> None:
    assert starts_within(SECOND, SECOND + now, seconds_per_text) == starts


def test_texts_that_are_put_back_together_come_again_spread_and_not_before_what_is_taken() -> None:
    delays = [delay_seconds(f"demand-{number}", SECOND) for number in range(1_000)]
    assert min(delays) == LOOK_AHEAD_SECONDS
    assert max(delays) == LOOK_AHEAD_SECONDS + SPREAD_SECONDS - 1
    most_at_once = max(delays.count(delay) for delay in set(delays))
    assert most_at_once < 2 * 1_000 / SPREAD_SECONDS


def test_a_text_that_is_put_back_again_meets_others_than_before() -> None:
    assert len({delay_seconds("demand-1", SECOND + later) for later in range(20)}) > 5


@pytest.mark.parametrize(("parts", "share"), [(-1, 0), (3, -1), (3, LARGEST_SHARE_PERCENT + 1)])
def test_a_limit_that_makes_no_sense_is_refused(parts: int, share: int) -> None:
    with pytest.raises(ValueError, match="_per"):
        Limit(parts, share)
