"""The planner's partitions."""

from collections import Counter

from duebridge.core.shard import SHARDS, SILENT, shard_of


def test_a_loan_stays_in_its_shard_for_ever() -> None:
    assert [shard_of(f"L{n:06d}") for n in range(1, 6)] == ["02", "07", "02", "04", "02"]


def test_loans_are_spread_evenly_over_the_shards() -> None:
    sizes = Counter(shard_of(f"L{n:06d}") for n in range(8_000))
    assert set(sizes) == set(SHARDS)
    assert max(sizes.values()) < 1_150


def test_loans_for_people_are_in_no_planners_shard() -> None:
    assert SILENT not in SHARDS
