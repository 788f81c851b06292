"""A reply to a numbered menu is a choice only if it is plainly that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.menu import chosen

PLAIN_CHOICES_OF_TWO = [
    "2", " 2 ", "2.", "2!", "２", "②", "2️⃣", "(2)", "2)", "“2”", "#2", "# 2", "no. 2", "No.2", "number 2",
    "option 2", "Option two", "OPTION 2.", "opt 2", "choice 2", "plan 2", "two", "Two.", "2nd", "the 2nd", "second",
    "the second one", "The second option", "2nd option please", "2 please", "2 pls", "2, thanks", "2 thank you",
    "ok 2", "Yes, 2", "Hi, 2 please", "I choose 2", "I'd like option 2", "I’ll take 2", "i'll go with number 2",
    "go with 2", "my choice is 2", "reply 2", "2 👍", "2 ok", "2 thanks sir", "2\n", "\u200b2", "二", "第二",
    "第二个", "第二種", "第2个", "第二个吧", "选2", "我选2", "我選2", "我選擇2", "我要第二个", "就选二吧", "方案2",
    "方案二", "选项二", "我选第二个方案", "2。谢谢", "2，谢谢", "2 謝謝", "2吧", "好的，2", "好 選二", "2號方案",
    "唔該 2", "按2", "我要2", "二，麻烦了",
]  # fmt: skip
NO_CHOICES = [
    "", " ", "0", "4", "12", "20", "22", "2 2", "2.5", "2,000", "1 or 2", "1 or 2?", "2?", "2？", "1, 2", "1/2",
    "1和2", "12月", "-2", "+2", "no 2", "No, 2", "2号", "2 days later", "2 weeks please", "in 2 days",
    "I have 2 kids", "two kids", "not 2", "not option 2", "none", "no 2 no", "2 no", "neither", "2 is too much",
    "is 2 ok?", "option", "option 9", "what is 2", "2 but lower", "2x", "a2", "x2", "2pm", "at 2", "call me at 2",
    "$2", "2 dollars", "2%", "second time you text me", "one moment", "one day", "the one", "first of all",
    "no one", "just a second", "second thoughts", "stop 2", "2 stop", "2 {{ x }}", "2;drop", "https://2", "2" * 500,
    "Ⅱ Ⅱ", "两", "两天后", "二十", "十二", "第二天", "二月", "2天后", "2号还", "2点打给我", "2个孩子", "不选2",
    "别选2", "不是2", "第二次", "选哪个", "1还是2", "选1或2", "2怎么还", "2期", "2可以吗", "2是什么意思",
    "我有二个孩子", "第二个不行", "二维码", "一下", "一定还", "一会", "一样", "周二", "星期二", "2元", "两千",
    "好的", "可以", "收到",
]  # fmt: skip


@pytest.mark.parametrize("reply", PLAIN_CHOICES_OF_TWO)
def test_a_plain_choice_is_taken(reply: str) -> None:
    assert chosen(reply, 3) == 2


@pytest.mark.parametrize("reply", NO_CHOICES)
def test_what_is_not_plainly_a_choice_chooses_nothing(reply: str) -> None:
    assert chosen(reply, 3) is None


@pytest.mark.parametrize(("reply", "option"), [("1", 1), ("一", 1), ("first", 1), ("the first one", 1), ("third", 3)])
def test_every_option_has_its_number(reply: str, option: int) -> None:
    assert chosen(reply, 3) == option


@pytest.mark.parametrize("reply", ["3", "third", "第三个", "3️⃣"])
def test_an_option_that_was_not_offered_cannot_be_chosen(reply: str) -> None:
    assert chosen(reply, 2) is None


@pytest.mark.parametrize("reply", ["2", "1"])
def test_a_menu_without_options_has_no_choice(reply: str) -> None:
    assert chosen(reply, 0) is None


@given(st.text(st.characters(exclude_categories=())), st.integers(-3, 20))
def test_any_text_is_an_option_of_the_menu_or_nothing(reply: str, count: int) -> None:
    option = chosen(reply, count)
    assert option is None or 1 <= option <= count


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["", " ", " or ", ",", "和", "/", "-", " and "]))
def test_two_digits_are_never_a_choice(first: int, second: int, between: str) -> None:
    assert chosen(f"{first}{between}{second}", 9) is None
