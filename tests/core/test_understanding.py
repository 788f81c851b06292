"""What replies mean: the edge rules both ways in both languages, the words that said so, and hostile text."""

import random
import string
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duebridge.core.account_state import AccountState
from duebridge.core.understanding import LABELS, Understood, understand
from duebridge.core.understanding.reading import read
from tests.builders import the_content

TODAY = date(2026, 3, 11)


def heard(body: str) -> Understood:
    return understand(body, the_content().listening, TODAY)


def labels_of(body: str) -> tuple[str, ...]:
    return heard(body).labels


@pytest.mark.parametrize(
    "body",
    [
        "STOP", "stop", " Stop. ", "STOP!!!", "“Stop”", "ＳＴＯＰ", "STOP\u200b", "stop\r\n", "Stop all", "STOPALL",
        "opt-out", "OPT OUT", "OPTOUT", "Unsubscribe", "end", "Quit.", "cancel", "revoke", "S T O P", "stoppp",
        "退订", "退訂", "T", "TD", "td。", "ｔｄ", "R", "N", "退 订", "拒收",
    ],
)  # fmt: skip
def test_a_word_of_law_is_an_opt_out_and_nothing_else(body: str) -> None:
    assert labels_of(body) == ("opt_out",)


@pytest.mark.parametrize(
    "body",
    [
        "Please stop texting me", "don’t text me again", "remove my number please", "take me off your list",
        "no more messages to this phone", "I withdraw my consent to be texted", "请退订,谢谢", "别再发了",
        "不要再发短信", "停止发送", "請勿再傳簡訊", "唔好再send嚟", "把我的号码从名单里删掉",
    ],
)  # fmt: skip
def test_an_opt_out_is_heard_in_any_reasonable_wording(body: str) -> None:
    assert "opt_out" in labels_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "I will stop by the branch tomorrow", "my payment stopped because of the bank", "do NOT stop my plan",
        "停车场在哪里", "I'll pay at the end of the month", "can you cancel my late fee",
        "> Reply STOP to opt out\nI'll pay on Sunday", "Your text says \"Reply STOP to opt out\". I'll pay Friday",
        "【晨光金融】您的借款已逾期3天,退订回T\n我周五还", "别停我的分期,周四就扣款",
    ],
)  # fmt: skip
def test_a_keyword_within_another_meaning_or_a_quoted_reminder_is_no_opt_out(body: str) -> None:
    assert "opt_out" not in labels_of(body)


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("Stop calling my office. Texting me here is fine", "complaint"),
        ("别打我公司电话,发短信可以", "complaint"),
        ("please stop texting me", "opt_out"),
        ("别再给我发短信了", "opt_out"),
    ],
)
def test_keeping_calls_from_a_workplace_is_a_complaint_and_keeping_texts_away_an_opt_out(body: str, label: str) -> None:
    assert labels_of(body) == (label,)


@pytest.mark.parametrize(
    "body", ["START", "unstop", "恢复", "I never said stop, keep the reminders coming", "误回了T,帮我重新开通短信"]
)
def test_an_opt_out_that_was_not_meant_is_an_opt_in(body: str) -> None:
    assert labels_of(body) == ("opt_in",)


@pytest.mark.parametrize("body", ["ok", "thanks", "好的", "收到", "1", "👍", "ok thank you"])
def test_an_acknowledgement_stands_alone(body: str) -> None:
    assert labels_of(body) == ("acknowledge",)


@pytest.mark.parametrize("body", ["ok, will pay tomorrow", "好的,明天还"])
def test_an_acknowledgement_beside_another_meaning_is_not_given(body: str) -> None:
    assert labels_of(body) == ("promise_to_pay",)


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("my husband passed away last week, the loan was in his name", "deceased"),
        ("我老公上个月去世了,贷款是他的", "deceased"),
        ("he is in intensive care on a ventilator, this is his wife", "vulnerable"),
        ("病人在ICU抢救,我是家属", "vulnerable"),
    ],
)
def test_a_relative_who_reports_a_death_or_a_crisis_has_no_wrong_number(body: str, label: str) -> None:
    found = labels_of(body)
    assert found[0] == label
    assert "wrong_number" not in found


@pytest.mark.parametrize(
    "body",
    [
        "My mother passed away last month and everything I had went on the funeral, I have no money left",
        "我妈去世办后事花光了,没钱还",
    ],
)
def test_a_death_in_the_family_that_leaves_no_money_is_hardship(body: str) -> None:
    assert labels_of(body)[-1] == "hardship"


@pytest.mark.parametrize(
    ("body", "label"),
    [
        ("had surgery on my knee, no pay, can't pay you", "hardship"),
        ("我做手术住院,钱花光了", "hardship"),
        ("I'm on a psych ward, sectioned", "vulnerable"),
        ("我有重度抑郁,在精神科住院", "vulnerable"),
    ],
)
def test_ordinary_illness_is_hardship_and_a_crisis_is_vulnerability(body: str, label: str) -> None:
    assert labels_of(body)[0] == label


@pytest.mark.parametrize(
    ("body", "labels"),
    [
        ("can I have two more weeks", ("plan_request",)),
        ("能不能宽限一个星期", ("plan_request",)),
        ("I'll pay on the 28th", ("promise_to_pay",)),
        ("28号还", ("promise_to_pay",)),
        ("no money until the 28th, will pay then", ("hardship", "promise_to_pay")),
        ("现在没钱,28号发工资还", ("hardship", "promise_to_pay")),
    ],
)
def test_more_time_is_a_request_a_day_a_promise_and_no_money_until_then_both(
    body: str, labels: tuple[str, ...]
) -> None:
    assert labels_of(body) == labels


@pytest.mark.parametrize("body", ["I paid this last Tuesday, check your records", "昨天就还过了你们查一下"])
def test_a_promise_already_carried_out_is_paid_and_has_no_date(body: str) -> None:
    assert (heard(body).labels, heard(body).promise) == (("paid",), None)


@pytest.mark.parametrize(
    ("body", "label", "dissatisfied"),
    [
        ("Already PAID. how many times do I have to send you the receipt", "paid", True),
        ("早就还清了还催!系统是摆设吗", "paid", True),
        ("already paid, thanks", "paid", False),
        ("This is harassment. I am reporting you to the ombudsman", "complaint", True),
        ("再骚扰我就去投诉", "complaint", True),
        ("STOP", "opt_out", False),
        ("我没借过钱", "dispute", False),
    ],
)
def test_anger_colours_an_intent_and_alone_is_a_complaint(body: str, label: str, dissatisfied: bool) -> None:
    assert (heard(body).primary, heard(body).is_dissatisfied) == (label, dissatisfied)


def test_the_strictest_of_several_intents_comes_first_in_any_mixture_of_languages() -> None:
    assert labels_of("I already paid, 请退订") == ("opt_out", "paid")


def test_a_promise_has_its_day_and_sum() -> None:
    promise = heard("I get paid Friday will send $120 then").promise
    assert promise is not None
    assert (promise.date_words, promise.pay_on, promise.amount) == ("Friday", date(2026, 3, 13), Decimal("120.00"))


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("Talk to my lawyer from now on", AccountState.ATTORNEY),
        ("有事联系我的律师", AccountState.ATTORNEY),
        ("I filed Chapter 7 bankruptcy on Feb 20", AccountState.BANKRUPTCY),
        ("法院已经受理我的个人破产申请", AccountState.BANKRUPTCY),
        ("Consider this a formal cease and desist. All communication with me must end", AccountState.CEASE_ALL),
        ("不要再以任何方式联系我", AccountState.CEASE_ALL),
    ],
)
def test_words_give_a_state_beyond_the_labels(body: str, state: AccountState) -> None:
    assert state in heard(body).states


@pytest.mark.parametrize("body", ["STOP", "paid", "will pay Friday", "my mate is a lawyer, how do I pay online?"])
def test_other_replies_give_no_state(body: str) -> None:
    assert heard(body).states == frozenset()


@pytest.mark.parametrize(
    ("body", "intent", "words"),
    [
        ("I already paid, take me off your list", "opt_out", "take me off your list"),
        ("你好 我没借过钱 谢谢", "dispute", "没借过"),
        ("the end: pls stoppp texting me", "opt_out", "stoppp texting"),
    ],
)
def test_the_borrowers_own_words_are_kept_as_evidence(body: str, intent: str, words: str) -> None:
    said = [each.words for each in heard(body).evidence if each.intent == intent]
    assert said
    assert words in said[0] or said[0] in words
    assert all(each in body for each in said)


def test_a_reply_that_is_a_known_phrase_is_surer_than_noise() -> None:
    assert heard("STOP").confidence > 0.9 > heard("...").confidence


@pytest.mark.parametrize(
    "body", ["", " ", "...", "\x00", "asdf", "{{ lender }}", "=1+1", "<b></b>", "\ud83d", "。。。。"]
)
def test_what_means_nothing_is_other(body: str) -> None:
    assert labels_of(body) == ("other",)


@pytest.mark.parametrize(
    "body",
    [
        "\u202estop texting me\u202c", "st\u200bop tex\u00adting me", "𝐬𝐭𝐨𝐩 𝐭𝐞𝐱𝐭𝐢𝐧𝐠 𝐦𝐞", "<b>stop texting me</b>",
        "stop texting me \ud83d", "STOP TEXTING ME 🖕🏽",
    ],
)  # fmt: skip
def test_invisible_and_odd_characters_hide_nothing(body: str) -> None:
    assert "opt_out" in labels_of(body)


@pytest.mark.parametrize(
    "body",
    [
        "I will not pay on Friday", "I won't be able to pay on Friday", "I don't think I can pay on Monday",
        "unable to pay this week", "Friday is not possible for me", "周五还不了", "我不会在周五还款", "15号之前还不上",
    ],
)  # fmt: skip
def test_a_day_on_which_nothing_will_come_is_no_promise(body: str) -> None:
    assert "promise_to_pay" not in labels_of(body)


anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)


@settings(max_examples=500)
@given(anything)
def test_any_text_means_something_in_order_of_precedence(body: str) -> None:
    found = heard(body)
    assert found.labels
    assert list(found.labels) == [label for label in LABELS if label in found.labels]
    assert 0 <= found.confidence <= 1
    assert (found.promise is None) == ("promise_to_pay" not in found.labels)


def test_noise_promises_nothing_and_asks_for_nothing() -> None:
    chance = random.Random(4)  # noqa: S311 - the same noise every time
    alphabets = ["".join(map(chr, range(1, 256))), string.ascii_letters + " ", "".join(map(chr, range(0x4E00, 0x9FFF)))]
    alphabets.append("".join(map(chr, (*range(0x300, 0x3FF), *range(0x600, 0x6FF), *range(0x1F300, 0x1F6FF)))))
    for number in range(10_000):
        noise = "".join(chance.choices(alphabets[number % len(alphabets)], k=chance.randint(1, 60)))
        assert not {"opt_in", "promise_to_pay"} & set(labels_of(noise)), repr(noise)


@pytest.mark.parametrize(
    "body",
    [
        "a" * 1_600,
        "stop " * 320,
        "not " * 400,
        "不要再发" * 400,
        "no no not to be " * 100,
        "\ud83d" * 1_600,
        "?" * 1_600,
    ],
    ids=["letters", "stop", "not", "Chinese", "negations", "halves", "marks"],
)
def test_no_long_reply_takes_long(body: str) -> None:
    """Patterns whose gaps are bounded cannot run away; a runaway one would never come back here."""
    assert heard(body).labels


PADDING = "It was a long day and the weather was fine and the shop was closed. " * 20
PADDING_ZH = "今天天气很好我在店里忙了一整天客人不多也不少。" * 20


@pytest.mark.parametrize(
    ("said", "around", "label"),
    [
        ("Please stop texting me.", PADDING, "opt_out"),
        ("My husband passed away in May.", PADDING, "deceased"),
        ("请不要再给我发短信了。", PADDING_ZH, "opt_out"),
        ("我老公上个月去世了。", PADDING_ZH, "deceased"),
    ],
)
def test_a_letter_is_heard_at_its_beginning_and_at_its_end(said: str, around: str, label: str) -> None:
    for letter in (f"{said} {around}"[:1_600], f"{around[:1_500]} {said}"):
        understood = heard(letter)
        assert label in understood.labels
        assert understood.is_letter
        evidence = next(each.words for each in understood.evidence if each.intent == label)
        assert evidence in letter


def test_the_middle_of_a_letter_is_left_to_a_person() -> None:
    letter = f"{PADDING[:700]} Please stop texting me. {PADDING[:700]}"
    understood = heard(letter)
    assert "opt_out" not in understood.labels
    assert understood.is_letter


@pytest.mark.parametrize("filling", ["so ", "cannot ", "unbelievably, "])
def test_a_letter_is_cut_between_words(filling: str) -> None:
    for shift in range(14):
        letter = f"{'x' * shift} {filling * 200}"[:1_500] + " last words"
        said = read(letter, the_content().listening.spelling)
        assert said.is_letter
        assert set(said.heard.split()) <= set(letter.split()), shift


@pytest.mark.parametrize("body", ["I can pay on Friday. " * 13, "我周五还款" * 28, "ok", ""])
def test_what_is_shorter_than_a_letter_is_read_whole(body: str) -> None:
    assert not heard(body).is_letter
