"""The ids of a file are remembered on disk."""

from pathlib import Path

from duebridge.adapters.seen_ids import SeenIds


def test_an_id_is_new_once_and_then_names_its_first_line() -> None:
    with SeenIds() as seen:
        assert seen.first_line_of("L1", 2) is None
        assert seen.first_line_of("L2", 3) is None
        assert seen.first_line_of("L1", 4) == 2
        assert seen.first_line_of("L1", 5) == 2


def test_the_same_line_read_again_is_no_repetition() -> None:
    with SeenIds() as seen:
        assert seen.first_line_of("L1", 2) is None
        assert seen.first_line_of("L1", 2) is None


def test_a_later_reading_knows_the_ids_of_an_earlier_one(tmp_path: Path) -> None:
    with SeenIds(tmp_path / "ids") as seen:
        seen.first_line_of("L1", 2)
    with SeenIds(tmp_path / "ids") as seen:
        assert seen.first_line_of("L1", 900) == 2


def test_two_files_do_not_share_their_ids() -> None:
    with SeenIds() as one, SeenIds() as other:
        one.first_line_of("L1", 2)
        assert other.first_line_of("L1", 7) is None
