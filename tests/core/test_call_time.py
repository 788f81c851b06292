"""When to call, in the borrower's own words, because an answer repeats them: words of time and nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.call_time import call_time_in

ASKED = """
Can someone give me a call after 5pm | after 5pm
please call after 6 | after 6
call me at 10:30 | at 10:30
call me at 2 pm | at 2 pm
call me at 5 o'clock | at 5
call me tomorrow | tomorrow
Call me Tomorrow Morning please | Tomorrow Morning
pls ring me tmrw morning between 9 n 11 | tmrw morning between 9 n 11
ring me Friday after 2, I'd rather talk it through | Friday after 2
call me back this afternoon | this afternoon
call me on Monday morning | Monday morning
I'm free 12 to 1 | 12 to 1
ring after 6, I'm on site all day | after 6
give me a bell at lunchtime | at lunchtime
can you phone in the evening | in the evening
call me after work | after work
call me before noon | before noon
get somebody on the blower to me after half five | after half five
phone me any time after 4 | any time after 4
call any time | any time
I'm at work now. call tonight around 7 | tonight around 7
call me next tuesday at 4pm | next tuesday at 4pm
weekends only, call me then | weekends
I paid on Monday but call me on Tuesday | Tuesday
下午三点以后打给我,现在开会 | 下午三点以后
明天下午三点以后给我打电话 | 明天下午三点以后
下班后打给我 | 下班后
方便的话明早来电沟通 | 明早
我晚上七点以后都能接 | 晚上七点以后
下午三点到四点有空，方便语音沟通 | 下午三点到四点
麻烦周五上午给我来个电话 | 周五上午
叫你們主管明天中午打給我 | 明天中午
唔該打返俾我，夜晚七點後先得閒 | 夜晚七點後
聽日下晝打俾我 | 聽日下晝
下午两点半回电 | 下午两点半
今晚8点联系我 | 今晚8点
14:30打给我 | 14:30
周末打给我 | 周末
中午十二点到一点之间打给我 | 中午十二点到一点之间
随时打给我 | 随时
下個禮拜二聯絡我 | 下個禮拜二
"""


def rows(table: str) -> list[tuple[str, str]]:
    cells = (line.split(" | ") for line in table.strip().splitlines())
    return [(reply, words) for reply, words in cells]


@pytest.mark.parametrize(("reply", "words"), rows(ASKED))
def test_the_words_for_when_to_call_are_found(reply: str, words: str) -> None:
    assert call_time_in(reply) == words


@pytest.mark.parametrize(
    "reply",
    [
        "", "call me", "call me please", "ring 07700900123", "call 2 of us", "I have 2 kids, call me",
        "call my 3 numbers", "don't call me before 9", "do not ring me at work on Mondays",
        "I paid on Monday at 5pm", "call me about the $5.30 fee", "给我回个电话", "别在中午打给我",
        "上班时间不要打电话", "我周五已经还了", "call me in 2 days", "{{ tomorrow }}"[:3], "call <b>x</b>",
    ],
)  # fmt: skip
def test_where_no_time_is_asked_for_nothing_is_repeated(reply: str) -> None:
    assert call_time_in(reply) == ""


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("call me tomorrow https://evil.example/5pm", "tomorrow"),
        ("call me after 5pm<script>", "after 5pm"),
        ("call {{ me }} after 6pm {% now %}", "after 6pm"),
        ("明天下午打给我=HYPERLINK(1)", "明天下午"),
        ("call me at 5pm at Acme Bank Ltd", "at 5pm"),
    ],
)
def test_what_stands_beside_the_time_is_left_out(reply: str, words: str) -> None:
    assert call_time_in(reply) == words


PIECES = [
    "call me ",
    "tomorrow ",
    "after ",
    "6",
    "pm ",
    "or ",
    "下午",
    "三点",
    "以后",
    "打给我",
    "{{",
    "<b>",
    "5:30 ",
    "\n",
]
REPLIES = st.text(st.characters(exclude_categories=())) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(REPLIES)
def test_any_text_gives_a_short_piece_of_itself_in_letters_digits_colons_and_spaces(reply: str) -> None:
    words = call_time_in(reply)
    assert words in reply
    assert len(words) <= 40
    assert re.fullmatch(r"[A-Za-z0-9一-鿿: ]*", words)


@pytest.mark.parametrize("piece", ["after ", "5:", "tomorrow ", "下午", "三点到", "at 5 to ", "any time ", "in the "])
def test_sixteen_hundred_characters_of_one_kind_are_read_without_backtracking(piece: str) -> None:
    """A pattern that backtracked would take minutes here."""
    assert len(call_time_in(piece * (1600 // len(piece)))) <= 40
