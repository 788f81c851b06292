"""Whatever changes in a pack by accident, the chain shows where."""

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.evidence.chain import FORMAT, Happening, NoPackError, chained, misfit, read, written

NOW = datetime(2026, 3, 11, 16, 0, tzinfo=UTC)


def happening(number: int) -> Happening:
    return Happening(NOW + timedelta(minutes=number), "text", f"contact#{number}", {"body": f"words {number}"})


@pytest.fixture
def pack() -> Any:
    return chained("L1", {"country": "US"}, ["chain_is_no_seal"], map(happening, range(5)))


def test_a_pack_is_whole_also_after_it_was_written_and_read(pack: Any) -> None:
    assert misfit(pack) is None
    assert misfit(read(written(pack))) is None


def test_a_pack_without_any_entry_is_whole() -> None:
    assert misfit(chained("L1", {}, [], [])) is None


def test_the_same_happenings_in_any_order_give_the_same_bytes(pack: Any) -> None:
    again = chained("L1", {"country": "US"}, ["chain_is_no_seal"], map(happening, (3, 1, 4, 0, 2)))
    assert written(again) == written(pack)


@pytest.mark.parametrize("number", range(1, 6))
@pytest.mark.parametrize("part", ["number", "at", "kind", "source", "facts", "previous", "hash"])
def test_a_changed_part_of_an_entry_is_found_at_that_entry_or_at_the_next(pack: Any, number: int, part: str) -> None:
    pack["entries"][number - 1][part] = "changed"
    wrong = misfit(pack)
    assert wrong is not None
    assert wrong.where in (f"entry {number}", "heading, or entry 1" if number == 1 else "")


@pytest.mark.parametrize("number", range(1, 5))
def test_the_first_entry_after_a_gap_does_not_fit(pack: Any, number: int) -> None:
    del pack["entries"][number - 1]
    wrong = misfit(pack)
    assert wrong is not None
    assert wrong.where == ("heading, or entry 1" if number == 1 else f"entry {number}")


def swapped(pack: Any) -> None:
    entries = pack["entries"]
    entries[1], entries[2] = entries[2], entries[1]


def cut(pack: Any) -> None:
    pack["entries"].pop()


def repeated(pack: Any) -> None:
    pack["entries"].append(deepcopy(pack["entries"][-1]))


def other_loan(pack: Any) -> None:
    pack["loan_id"] = "L2"


def other_end(pack: Any) -> None:
    pack["end"]["entries"] = 4


def slipped_in(pack: Any) -> None:
    pack["entries"][2]["note"] = "not hashed"


def added_part(pack: Any) -> None:
    pack["summary"] = "not hashed"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (swapped, "entry 2"),
        (cut, "end"),
        (repeated, "entry 6"),
        (other_loan, "heading, or entry 1"),
        (other_end, "end"),
        (slipped_in, "entry 3"),
        (added_part, "heading"),
    ],
)
def test_other_accidents_are_found_where_they_are(pack: Any, change: Callable[[Any], None], where: str) -> None:
    change(pack)
    wrong = misfit(pack)
    assert wrong is not None
    assert wrong.where == where


@given(place=st.integers(min_value=0), letter=st.characters(min_codepoint=32, max_codepoint=126))
def test_no_single_letter_of_a_pack_can_change_unseen(place: int, letter: str) -> None:
    pack = chained("L1", {"country": "US"}, ["chain_is_no_seal"], map(happening, range(3)))
    text = json.dumps(pack)
    place %= len(text)
    changed = f"{text[:place]}{letter}{text[place + 1 :]}"
    try:
        found = read(changed)
    except NoPackError:
        return
    assert found == pack or misfit(found) is not None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON file"),
        ("<!doctype html>", "no JSON file"),
        ("[]", FORMAT),
        ('{"format": "duebridge-evidence-9"}', FORMAT),
        (f'{{"format": "{FORMAT}", "format": "{FORMAT}"}}', "stands twice"),
        (f'{{"format": "{FORMAT}", "loan": NaN}}', "NaN is no value"),
    ],
)
def test_what_is_no_pack_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NoPackError, match=why):
        read(text)


@pytest.mark.parametrize("entries", [None, 3, [None], [[]], [{}]])
def test_entries_of_any_shape_are_judged_and_never_fail(pack: Any, entries: Any) -> None:
    assert misfit({**pack, "entries": entries}) is not None
