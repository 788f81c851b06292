"""A rule's answer is kept in a few bytes, and reads the same afterwards."""

from datetime import UTC, datetime

import pytest

from duebridge.core.reasoning import SENTENCES, Answer, Hold, in_full, notes


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("figure", ["a=b; {c}", datetime(2026, 3, 12, 1, 55, tzinfo=UTC)], ids=["words", "instant"])
def test_a_kept_answer_reads_as_it_was_given(code: str, figure: str | datetime) -> None:
    answer = Answer(code, figure)
    assert in_full(answer.note) == f"{answer.rule}: {answer.says}"


@pytest.mark.parametrize("code", SENTENCES)
def test_a_code_is_short_and_holds_no_figure(code: str) -> None:
    assert len(code) <= 12
    assert "=" not in code


def test_an_answer_of_an_unknown_code_or_from_before_there_were_codes_is_shown_as_it_is() -> None:
    old = "hours and caps: open until 2026-03-12 01:55 UTC"
    assert in_full(old) == old
    assert in_full("moon=full") == "moon=full"


def test_answers_are_kept_in_their_order_without_their_sources() -> None:
    answers = (Answer("owed"), Answer("no_number", "opted_out", "a source", Hold("opted_out", None)))
    assert notes(answers) == ("owed", "no_number=opted_out")
    assert in_full("no_number=opted_out") == "may this number be texted: no: opted_out"
