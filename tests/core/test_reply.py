"""A reply as it arrives: what a store takes, and how two ways to write the same are made equal."""

from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.reply import normalised, well_formed

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)


def test_half_a_character_becomes_a_question_mark_and_whole_ones_stay() -> None:
    assert well_formed("ok \ud83d 👍 王") == "ok ? 👍 王"


@given(anything)
def test_any_text_can_be_stored(body: str) -> None:
    assert well_formed(body).encode("utf-8").decode("utf-8") == well_formed(body)


@given(anything)
def test_normalising_twice_changes_nothing_more(body: str) -> None:
    once = normalised(body)
    assert normalised(once) == once
