"""Billed parts are exact, and only texts that look-alikes alone keep out of GSM-7 are folded."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.segments import Encoding, Segments, count, fold, misfits
from tests.core.segment_reference import DEFAULT_ALPHABET, EXTENSION_TABLE, parts_of

GSM7 = DEFAULT_ALPHABET + EXTENSION_TABLE
EMOJI = "\U0001f600"
# Characters chosen so that escape pairs and surrogate pairs often meet the end of a part.
MIXED = "".join(GSM7) + "您的贷款，“”–…\u00a0₹íçğ" + EMOJI + "\ud83d\ude00"

gsm7_texts = st.text(st.sampled_from(GSM7), max_size=700)
mixed_texts = st.text(st.sampled_from(MIXED) | st.characters(), max_size=300)


def as_tuple(segments: Segments) -> tuple[str, int, int]:
    return segments.encoding.value, segments.units, segments.segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ("GSM-7", 0, 1), id="an empty text is still one message"),
        pytest.param("a" * 160, ("GSM-7", 160, 1), id="160 septets fit one part"),
        pytest.param("a" * 161, ("GSM-7", 161, 2), id="161 septets need two"),
        pytest.param("a" * 306, ("GSM-7", 306, 2), id="two joined parts hold 306"),
        pytest.param("a" * 307, ("GSM-7", 307, 3), id="307 septets need three"),
        pytest.param("€" * 80, ("GSM-7", 160, 1), id="80 euro signs fit one part"),
        pytest.param("€" * 81, ("GSM-7", 162, 2), id="81 euro signs need two"),
        pytest.param("a" * 152 + "€" + "a" * 152, ("GSM-7", 306, 3), id="an escape pair is not cut"),
        pytest.param("a" * 151 + "€" + "a" * 153, ("GSM-7", 306, 2), id="an escape pair ends a part"),
        pytest.param("\f", ("GSM-7", 2, 1), id="form feed is in the extension table"),
        pytest.param("\x1b", ("UCS-2", 1, 1), id="a bare escape is no character of the alphabet"),
        pytest.param("\t", ("UCS-2", 1, 1), id="a tab is not GSM-7"),
        pytest.param("`", ("UCS-2", 1, 1), id="a backtick is not GSM-7"),
        pytest.param("ç", ("UCS-2", 1, 1), id="only the capital cedilla is GSM-7"),
        pytest.param("您" * 70, ("UCS-2", 70, 1), id="70 Chinese characters fit one part"),
        pytest.param("您" * 71, ("UCS-2", 71, 2), id="71 Chinese characters need two"),
        pytest.param("您" * 134, ("UCS-2", 134, 2), id="two joined parts hold 134"),
        pytest.param("您" * 135, ("UCS-2", 135, 3), id="135 Chinese characters need three"),
        pytest.param("a" * 159 + "í", ("UCS-2", 160, 3), id="one misfit letter makes three parts of one"),
        pytest.param(EMOJI * 35, ("UCS-2", 70, 1), id="an emoji is two units"),
        pytest.param("您" * 66 + EMOJI + "您" * 66, ("UCS-2", 134, 3), id="a surrogate pair is not cut"),
        pytest.param("您" * 65 + EMOJI + "您" * 67, ("UCS-2", 134, 2), id="a surrogate pair ends a part"),
        pytest.param("您" * 66 + "\ud83d" + "您" * 67, ("UCS-2", 134, 2), id="a lone surrogate is one unit"),
    ],
)
def test_a_text_is_billed_as_the_standard_says(text: str, expected: tuple[str, int, int]) -> None:
    assert as_tuple(count(text)) == expected
    assert parts_of(text) == expected


def test_the_reference_alphabet_is_whole() -> None:
    assert len(set(DEFAULT_ALPHABET)) == len(DEFAULT_ALPHABET) == 127
    assert len(set(EXTENSION_TABLE)) == len(EXTENSION_TABLE) == 10


def test_every_character_is_sorted_into_the_right_alphabet() -> None:
    for code in range(0x20000):
        expected = Encoding.GSM7 if chr(code) in GSM7 else Encoding.UCS2
        assert count(chr(code)).encoding is expected, hex(code)


@given(gsm7_texts | mixed_texts)
def test_the_count_agrees_with_the_plain_reference(text: str) -> None:
    assert as_tuple(count(text)) == parts_of(text)


def test_the_count_agrees_with_the_plain_reference_near_the_ends_of_parts() -> None:
    draw = random.Random(20260311)  # noqa: S311 - test data, not a secret
    alphabets = ["abc", "abc€", "€", "您", "您a" + EMOJI, EMOJI, "您\ud83d\ude00", MIXED]
    for _ in range(20_000):
        near = draw.choice((70, 134, 160, 201, 306, 459)) + draw.randint(-4, 4)
        text = "".join(draw.choices(draw.choice(alphabets), k=near // draw.choice((1, 1, 2))))
        assert as_tuple(count(text)) == parts_of(text), ascii(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("It\u2019s \u201cdue\u201d", 'It\'s "due"', id="curly quotes"),
        pytest.param("2026\u20132027 \u2014 pay \u2212 5", "2026-2027 - pay - 5", id="dashes and minus"),
        pytest.param("Wait\u2026", "Wait...", id="ellipsis"),
        pytest.param("a\u00a0b\u2009c\u202fd\u3000e\tf", "a b c d e f", id="spaces and tab"),
        pytest.param("\ufeffpay\u200b\u00ad\u2060 now\u200e", "pay now", id="characters without width"),
        pytest.param("Ｐａｙ！（１２）", "Pay!(12)", id="full-width ASCII"),
        pytest.param("￡5 ￥6", "£5 ¥6", id="full-width currency signs"),
        pytest.param("₹500.00", "Rs500.00", id="rupee sign"),
        pytest.param("don`t", "don't", id="backtick"),
        pytest.param("García, Gonçalves, Šárka", "Garcia, Goncalves, Sarka", id="accents outside GSM-7"),
        pytest.param("José Muñoz, Frau Müller í", "José Muñoz, Frau Müller i", id="accents in GSM-7 stay"),
        pytest.param("Jose\u0301 i\u0301", "José i", id="accents apart from their letters"),
        pytest.param("Łukasz Đorđević, œuvre", "Lukasz Dordevic, oeuvre", id="letters with a stroke"),
        pytest.param("\u212b \ufb01ne", "Å fine", id="compatibility letters"),
    ],
)
def test_look_alikes_are_folded_into_gsm7(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert count(folded).encoding is Encoding.GSM7


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("Pay £5 to José [today] ~ €3", id="already GSM-7"),
        pytest.param("【示例银行】您好，“逾期”–请还款…", id="Chinese"),
        pytest.param("It\u2019s paid " + EMOJI, id="an emoji after a curly quote"),
        pytest.param("Zażółć to \u0416", id="a Cyrillic letter"),
        pytest.param("1½ months \u2026", id="a fraction, which would become 11/2"),
        pytest.param("10² \u2026", id="a power, which would become 102"),
        pytest.param("It\u2019s \ud83d", id="a lone surrogate"),
        pytest.param("1\ufe0f\u20e3 Pay", id="a keycap emoji"),
    ],
)
def test_a_text_that_folding_cannot_bring_into_gsm7_is_left_alone(text: str) -> None:
    assert fold(text) == text


@given(mixed_texts | st.text(st.sampled_from("Pay now \u2019\u201c\u2013\u2026\u00a0\u200b₹íçł"), max_size=200))
def test_folding_gives_gsm7_or_the_very_text(text: str) -> None:
    folded = fold(text)
    assert folded == text or count(folded).encoding is Encoding.GSM7
    assert fold(folded) == folded


@given(gsm7_texts)
def test_a_gsm7_text_is_never_changed(text: str) -> None:
    assert fold(text) == text
    assert misfits(text) == ()


def test_misfits_are_named_once_in_order_of_appearance() -> None:
    assert misfits("It\u2019s 5 – \u2019ok\u2019 您") == ("\u2019", "–", "您")


@given(mixed_texts)
def test_a_text_is_ucs2_exactly_if_it_has_misfits(text: str) -> None:
    assert (count(text).encoding is Encoding.UCS2) == bool(misfits(text))
