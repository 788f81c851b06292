"""`duebridge classify` understands replies by the shipped words, and survives every string."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.asking import answers, lines, run


@pytest.mark.parametrize(
    ("text", "label"),
    [("STOP", "opt_out"), ("退订", "opt_out"), ("HELP", "help"), ("my cat is called Biscuit", "other")],
)
def test_a_reply_gets_its_label(text: str, label: str) -> None:
    result = run("classify", stdin=lines({"id": 1, "text": text}))
    assert answers(result) == [
        {"id": 1, "labels": [label], "dissatisfied": False, "promise_date": None, "promise_amount": None}
    ]


def test_the_language_may_be_stated() -> None:
    result = run("classify", "--today", "2026-03-11", stdin=lines({"id": 1, "text": "退订", "lang": "zh"}))
    assert (result.exit_code, answers(result)[0]["labels"]) == (0, ["opt_out"])


def test_a_day_that_is_none_is_refused() -> None:
    assert run("classify", "--today", "yesterday").exit_code == 2


AWKWARD = st.text(st.characters(exclude_categories=()), max_size=200)


@given(st.lists(AWKWARD, max_size=20))
def test_every_string_is_survived(texts: list[str]) -> None:
    asked = [{"id": number, "text": text} for number, text in enumerate(texts)]
    result = run("classify", stdin=lines(*asked))
    assert result.exit_code == 0
    assert [answer["id"] for answer in answers(result)] == list(range(len(texts)))
    assert all(answer["labels"] for answer in answers(result))


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "退" * 10_000, "\x00" * 10_000, "\ud83d" * 10_000], ids=["x", "Chinese", "NUL", "halves"]
)
def test_ten_thousand_characters_are_survived(text: str) -> None:
    assert len(answers(run("classify", stdin=json.dumps({"id": 1, "text": text})))) == 1
