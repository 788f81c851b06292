"""Nobody can be singled out by a report, also not by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.report.sparing import FEWEST, Share, Told, share, shares, told_counts

SMALL = st.integers(0, 40)


@pytest.mark.parametrize(
    ("count", "of", "told"),
    [
        pytest.param(0, 0, Told.NOTHING, id="nothing to have a share of"),
        pytest.param(0, 9, Told.NOT, id="of a few"),
        pytest.param(0, 10, Told.EXACTLY, id="nought of enough"),
        pytest.param(9, 49, Told.NOT, id="a few of not many: no bound that says anything"),
        pytest.param(9, 50, Told.BELOW, id="a few of many"),
        pytest.param(10, 50, Told.EXACTLY, id="ten of many"),
        pytest.param(41, 50, Told.ABOVE, id="all but a few"),
        pytest.param(50, 50, Told.EXACTLY, id="all of them"),
        pytest.param(51, 50, Told.EXACTLY, id="repeats are no more than all"),
    ],
)
def test_a_share_is_told_as_far_as_it_points_at_nobody(count: int, of: int, told: Told) -> None:
    assert share(count, of).told is told


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_share_that_is_not_told_exactly_does_not_hold_its_count(count: int, of: int) -> None:
    found = share(count, of)
    if found.told is not Told.EXACTLY:
        assert found.count == 0
        assert share(count + 1 if found.told is Told.BELOW and count < FEWEST - 1 else count, of) == found


@given(st.lists(SMALL, min_size=2, max_size=6))
def test_a_single_count_kept_back_cannot_be_had_by_subtracting_the_others_from_the_sum(counts: list[int]) -> None:
    told = told_counts(counts)
    assert all(each is None or each == count for each, count in zip(told, counts, strict=True))
    assert all(each is None for each, count in zip(told, counts, strict=True) if 0 < count < FEWEST)
    if told.count(None) == 1:
        assert not any(each for each in told if each is not None)


def test_of_one_share_kept_back_the_largest_neighbour_is_told_about_so_that_ten_could_hide_in_it() -> None:
    few, large = shares([3, 2_345], [60, 12_000])
    assert few.told is Told.BELOW
    assert large == Share(Told.ABOUT, 12_000, 2_400)
    assert abs(large.rate - 0.2) < 1e-9


def test_where_a_rounded_neighbour_would_tell_too_much_it_is_kept_back() -> None:
    few, other = shares([3, 40], [60, 200])
    assert (few.told, other.told) == (Told.BELOW, Told.NOT)
    assert other.of == 0


def test_two_that_are_kept_back_hide_each_other() -> None:
    assert [each.told for each in shares([3, 4, 40], [60, 60, 200])] == [Told.BELOW, Told.BELOW, Told.EXACTLY]
