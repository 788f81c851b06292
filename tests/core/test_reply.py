"""Understanding a reply by its words, and never by guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.reply import OTHER, normalised, understand, well_formed
from tests.builders import the_content


def labels_of(body: str) -> tuple[str, ...]:
    return understand(body, the_content().lexicons).labels


@pytest.mark.parametrize(
    "body",
    [
        "STOP", "stop", " Stop. ", "STOP!!!", "“Stop”", "ＳＴＯＰ", "STOP\u200b", "stop\r\n", "Stop all", "STOPALL",
        "opt-out", "OPT OUT", "Unsubscribe", "end", "Quit.", "cancel", "revoke", "Please stop texting me",
        "don’t text me again", "remove my number please", "take me off your list",
        "退订", "T", "TD", "td。", "ｔｄ", "R", "请退订,谢谢", "别再发了", "不要再发短信", "停止发送",
    ],
)  # fmt: skip
def test_an_opt_out_is_heard_in_its_many_forms(body: str) -> None:
    assert labels_of(body) == ("opt_out",)


@pytest.mark.parametrize(
    "body",
    [
        "I will stop by the branch tomorrow", "my payment stopped because of the bank", "the end of the month?",
        "call me when the sum is right", "don't worry", "t or d?", "停车费", "remove the late fee please",
    ],
)  # fmt: skip
def test_a_word_within_another_meaning_is_no_opt_out(body: str) -> None:
    assert labels_of(body) == (OTHER,)


@pytest.mark.parametrize("body", ["HELP", "help?", "Info", "who is this", "Who’s this?", "客服", "你是谁？"])
def test_a_plain_question_for_who_we_are_is_help(body: str) -> None:
    assert labels_of(body) == ("help",)


@pytest.mark.parametrize(
    "body", ["Paid", "already paid!", "I already paid, thanks", "已还", "昨天还了啊", "我已经还款了"]
)
def test_a_claim_of_payment_is_heard(body: str) -> None:
    assert labels_of(body) == ("paid",)


@pytest.mark.parametrize("body", ["", " ", "...", "\x00", "👍", "asdf", "{{ lender }}", "I will pay on Friday"])
def test_everything_else_goes_to_a_person(body: str) -> None:
    assert labels_of(body) == (OTHER,)


def test_the_strictest_of_several_intents_comes_first_in_any_mixture_of_languages() -> None:
    assert labels_of("I already paid, 请退订") == ("opt_out", "paid")


def test_an_intent_said_in_two_languages_is_one_intent() -> None:
    assert labels_of("I already paid 已经还款") == ("paid",)


def test_the_words_that_decided_are_kept_as_evidence() -> None:
    assert understand("I already paid, take me off", the_content().lexicons).evidence == (
        "take me off",
        "i already paid",
    )


def test_half_a_character_becomes_a_question_mark_and_whole_ones_stay() -> None:
    assert well_formed("ok \ud83d 👍 王") == "ok ? 👍 王"


anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)


@given(anything)
def test_any_text_is_understood_as_something_and_can_be_stored(body: str) -> None:
    assert labels_of(body)
    assert well_formed(body).encode("utf-8").decode("utf-8") == well_formed(body)


@given(anything)
def test_normalising_twice_changes_nothing_more(body: str) -> None:
    once = normalised(body)
    assert normalised(once) == once
