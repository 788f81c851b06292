"""The scorer counts as a person would, and the development replies stay understood."""

import json

import pytest

from infra.content_source import TEMPLATES
from tests.replies.examples import fingerprint, reply_files
from tests.replies.score import Balance, Reply, score, score_of


def a_reply(*labels: str, dissatisfied: bool = False, on: str | None = None, amount: str | None = None) -> Reply:
    return Reply(labels, dissatisfied, on, amount, "en")


def test_precision_recall_and_f1_are_counted_per_label() -> None:
    gold = [a_reply("paid"), a_reply("paid", "help"), a_reply("help"), a_reply("other")]
    predicted = [a_reply("paid"), a_reply("help"), a_reply("help", "paid"), a_reply("other")]
    result = score(gold, predicted)
    assert (result.labels["paid"].precision, result.labels["paid"].recall, result.labels["paid"].f1) == (0.5, 0.5, 0.5)
    assert result.labels["help"].f1 == 1.0
    assert result.macro_f1 == pytest.approx(2.5 / 3)
    assert result.primary_accuracy == 0.75


def test_dates_and_amounts_count_only_where_a_payment_is_promised() -> None:
    gold = [
        a_reply("promise_to_pay", on="2026-03-13", amount="120.00"), a_reply("promise_to_pay"), a_reply("paid"),
    ]  # fmt: skip
    predicted = [a_reply("promise_to_pay", on="2026-03-13"), a_reply("other"), a_reply("paid", on="2026-03-01")]
    result = score(gold, predicted)
    assert (result.promise_date_exact, result.promise_amount_exact) == (1.0, 0.0)


def test_the_tone_is_a_question_of_its_own() -> None:
    result = score([a_reply("paid", dissatisfied=True), a_reply("paid")], [a_reply("paid"), a_reply("paid")])
    assert (result.tone.f1, result.macro_f1) == (0.0, 1.0)


def test_an_interval_narrows_with_more_replies() -> None:
    low, high = Balance(hits=19, given=20, wanted=20).recall_interval
    closer_low, closer_high = Balance(hits=190, given=200, wanted=200).recall_interval
    assert low < closer_low < 0.95 < closer_high < high


def test_confusions_name_what_was_taken_for_what() -> None:
    result = score([a_reply("dispute"), a_reply("paid")], [a_reply("paid"), a_reply("paid", "help")])
    assert dict(result.confusions) == {"dispute taken for paid": 1, "help added": 1}


@pytest.mark.parametrize("file", reply_files(), ids=lambda file: file.stem)
def test_replies_that_were_learnt_from_are_understood(file: object) -> None:
    """A floor for the mechanism, not a measure of quality: these replies are known to the weights."""
    result = score_of(file)  # type: ignore[arg-type]
    assert result.macro_f1 >= 0.90
    assert min(result.safety_recall.values()) >= 0.90
    assert result.labels["opt_out"].precision >= 0.75


def test_the_weights_were_trained_on_the_examples_that_are_committed() -> None:
    weights = json.loads((TEMPLATES / "replies" / "weights.json").read_text(encoding="utf-8"))
    assert weights["trained_on"] == fingerprint(), "run python -m tests.replies.train"
