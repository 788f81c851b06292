"""Of replies that nobody understood only what many numbers wrote is told, and nothing that is one person's."""

from collections.abc import Iterable

import pytest

from duebridge.core.unread import Unread, shared_words


def by(bodies: Iterable[str]) -> list[Unread]:
    """Each from a number of its own."""
    return [Unread(f"+1312555{number:04}", body) for number, body in enumerate(bodies)]


def told(*bodies: str, fewest: int = 3) -> dict[tuple[str, str], int]:
    return shared_words(by(bodies), fewest)


def test_words_that_enough_numbers_wrote_are_told_with_how_many_did() -> None:
    found = told("kindly do the needful", "please do the needful today", "do the needful, sir", "who is this")
    assert found == {("en", "do the needful"): 3}


def test_words_of_fewer_numbers_are_never_told() -> None:
    assert told("do the needful", "do the needful") == {}


def test_one_number_counts_once_however_often_it_writes() -> None:
    replies = [Unread("+13125550101", "do the needful")] * 5
    assert shared_words(replies, fewest=3) == {}


def test_a_name_a_sum_and_a_number_of_one_borrower_are_not_told() -> None:
    found = told(
        "Maria Lopez here, send the paper bill for 120.50",
        "this is John Smith: send the paper bill, call +44 20 7946 0000",
        "send the paper bill to anna@example.com, Anna Kowalska",
    )
    assert found == {("en", "send the paper bill"): 3}


def test_figures_become_one_mark_so_that_sums_are_the_same_words() -> None:
    assert told("swap to 120.50 plan", "swap to 99 plan", "swap to 1,000 plan") == {("en", "swap to # plan"): 3}


def test_figures_alone_are_never_told() -> None:
    assert told("4929 1234 5678 9012", "77", "12/03") == {}


@pytest.mark.parametrize("link", ["https://pay.example/x", "www.pay.example", "pay.example/now", "me@pay.example"])
def test_nothing_is_told_of_a_link_and_no_words_reach_over_it(link: str) -> None:
    found = told(*[f"look at {link} for details"] * 3)
    assert {words for _, words in found} == {"look at", "for details"}


def test_chinese_is_told_by_its_characters_without_spaces() -> None:
    found = told("请走绿色通道办理", "我要走绿色通道", "绿色通道在哪")
    assert found == {("zh", "绿色通道"): 3}


def test_a_single_short_word_says_nothing() -> None:
    assert told("so and", "so what", "so then") == {}


def test_words_within_longer_ones_are_told_only_where_more_numbers_wrote_them() -> None:
    found = told("pause my plan now", "pause my plan now", "pause my plan now", "pause my loan")
    assert found == {("en", "pause my plan now"): 3, ("en", "pause my"): 4}


def test_a_very_long_reply_is_looked_at_only_in_its_beginning() -> None:
    assert told(*[f"{'x ' * 200}do the needful"] * 3, fewest=3).keys() == {("en", "x x x x x")}


def test_control_characters_and_mark_up_cannot_hide_or_build_words() -> None:
    found = told(*["do\u202e the\u0000 <b>needful</b>"] * 3)
    assert all(set(words) <= set("abcdefghijklmnopqrstuvwxyz '") for _, words in found)
