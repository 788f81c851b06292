"""The linter against tables of texts: lawful ones pass, unlawful ones are refused with the code that says why."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from duebridge.core.errors import ContentError
from duebridge.core.lint import Code, Fault, LintRules, Purpose, Text, lint, speaker_of
from duebridge.core.lint.dates import dates_in, next_weekday
from infra.cli.lint import word_findings
from infra.content import TEMPLATES
from infra.lint_rules import lint_rules
from tests.builders import the_content
from tests.cli.asking import answers, ids, lines, run

FOLDER = Path(__file__).parent
ENTRIES = {
    kind: [json.loads(line) for line in (FOLDER / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()]
    for kind in ("lawful", "unlawful")
}
TODAY = date(2026, 3, 11)
ENGLISH = (
    "Harbour Bank: $90.00 on your loan was due Mar 2, please pay by Mar 20. {} 800-555-0100. Reply STOP to opt out."
)
CHINESE = "【海湾银行】您的贷款3月2日应还860元未还，请于3月20日前还款。{}95500，拒收回R"


@cache
def rules() -> LintRules:
    """The shipped rules."""
    return lint_rules(["CN", "US", "GB", "IN", "DE"])


def judged(body: str, **changes: Any) -> tuple[Fault, ...]:
    """What is wrong with a demand of the shipped lender, in Chinese if it holds the signature's brackets."""
    speaker = speaker_of(["Harbour Bank", "海湾银行"], ["800-555-0100", "95500"], ["harbour-bank.example"])
    locale = "zh-CN" if "【" in body else "en-US"
    usual = {"country": "US", "locale": locale, "purpose": Purpose.DEMAND, "speaker": speaker, "today": TODAY}
    return lint(Text(body=body, **(usual | changes)), rules())


def codes(body: str, **changes: Any) -> set[Code]:
    """The codes alone."""
    return {fault.code for fault in judged(body, **changes)}


def answered(kind: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each entry of a table with what the command says about it."""
    result = run("lint", "--stdin", stdin=lines(*ENTRIES[kind]))
    assert result.exit_code == 0
    yield from zip(ENTRIES[kind], answers(result), strict=True)


def test_every_lawful_text_passes() -> None:
    refused = {entry["id"]: answer["errors"] for entry, answer in answered("lawful") if answer["errors"]}
    assert refused == {}


def test_every_unlawful_text_is_refused_with_its_codes() -> None:
    missed = {
        entry["id"]: set(entry["codes"]) - {error["code"] for error in answer["errors"]}
        for entry, answer in answered("unlawful")
    }
    assert {name: lacking for name, lacking in missed.items() if lacking} == {}


@pytest.mark.parametrize("kind", ["lawful", "unlawful"])
def test_the_table_is_large_and_half_of_it_is_chinese(kind: str) -> None:
    languages = Counter(entry["locale"].split("-")[0] for entry in ENTRIES[kind])
    assert min(languages["zh"], languages["en"]) >= 75
    assert len({entry["id"] for entry in ENTRIES[kind]}) == len({entry["text"] for entry in ENTRIES[kind]})
    assert all(entry["why"] for entry in ENTRIES[kind])


def test_every_code_but_those_with_a_test_of_their_own_stands_in_the_table() -> None:
    told = {code for entry in ENTRIES["unlawful"] for code in entry["codes"]}
    assert set(Code) - told == {Code.EMPTY_TEXT, Code.CONTROL_CHARACTER, Code.UNREACHABLE_REPLY}


def test_the_two_sentences_quoted_as_models_have_their_verdict() -> None:
    threat = "如若逾期未还，我行有权依法采取进一步措施。"
    care = "我们非常重视您的资金周转情况，如果您目前遇到困难无法按时还款，可提前告知我行。"
    (fault,) = judged(CHINESE.format(threat))
    assert fault.code is Code.VAGUE_THREAT
    assert "date" in fault.message, "the mend: name the true, approved consequence and its date"
    assert codes(CHINESE.format(care)) == set()


@pytest.mark.parametrize(
    ("threat", "denial", "code"),
    [
        ("We will contact your employer.", "We will not contact your employer.", Code.THIRD_PARTY),
        ("We will visit your home.", "We will never visit your home.", Code.VISIT),
        ("This ends in court.", "This does not end in court.", Code.LEGAL_THREAT),
        ("Send us your password.", "We will never ask you to send us your password.", Code.SECRET_REQUEST),
        ("This affects your credit score.", "This does not affect your credit score.", Code.UNDATED_CONSEQUENCE),
    ],
)
def test_a_denial_is_lawful_where_the_threat_is_not(threat: str, denial: str, code: Code) -> None:
    assert codes(ENGLISH.format(threat)) == {code}
    assert codes(ENGLISH.format(denial)) == set()


@pytest.mark.parametrize(
    ("threat", "denial", "code"),
    [
        ("我们会联系您的家人。", "我们不会联系您的家人。", Code.THIRD_PARTY),
        ("我们会上门。", "我们不会上门。", Code.VISIT),
        ("我行将起诉。", "我行不会起诉。", Code.LEGAL_THREAT),
        ("请提供验证码。", "我们不会要您提供验证码。", Code.SECRET_REQUEST),
    ],
)
def test_a_chinese_denial_is_lawful_where_the_threat_is_not(threat: str, denial: str, code: Code) -> None:
    assert codes(CHINESE.format(threat)) == {code}
    assert codes(CHINESE.format(denial)) == set()


@pytest.mark.parametrize(
    "sly",
    [
        "If you do not pay, we will call the police.",
        "We will not hesitate to call the police.",
        "You leave us no choice but the police.",
        "We will not wait any longer, the police are next.",
    ],
)
def test_a_not_that_denies_something_else_excuses_nothing(sly: str) -> None:
    assert Code.LEGAL_THREAT in codes(ENGLISH.format(sly))


@pytest.mark.parametrize("written", ["法 院", "法.院", "灋院", "fayuan", "法yuan", "法\u200b院", "ＦＡＹＵＡＮ"])
def test_a_hidden_chinese_word_is_read_and_told(written: str) -> None:
    assert {Code.LEGAL_THREAT, Code.LOOK_ALIKE} <= codes(CHINESE.format(f"{written}见。"))


@pytest.mark.parametrize("written", ["c0urt", "c-o-u-r-t", "с\u043eurt", "c\u200bourt", "ｃｏｕｒｔ", "c o u r t"])
def test_a_hidden_english_word_is_read(written: str) -> None:
    assert Code.LEGAL_THREAT in codes(ENGLISH.format(f"See you in {written}."))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Call 312-555-0188.", Code.FOREIGN_PHONE),
        ("Account 004417782210.", Code.FULL_NUMBER),
        ("See bit.ly/x1.", Code.SHORT_LINK),
        ("See harb0ur-bank.example.", Code.FOREIGN_DOMAIN),
        ("Write to a@b.com.", Code.FOREIGN_EMAIL),
    ],
)
def test_an_address_or_number_of_others_is_refused(said: str, code: Code) -> None:
    assert codes(ENGLISH.format(said)) == {code}


@pytest.mark.parametrize(
    "said",
    [
        "Case 20260311044.",
        "Loan ..4821.",
        "Your balance is $12,345,678.90.",
        "Agreement of 2024-06-05.",
        "We are here 8:00-20:00.",
        "See www.harbour-bank.example/help.",
        "Write to care@harbour-bank.example.",
        "Call +1 (800) 555-0100.",
        "In need? Call 988.",
    ],
)
def test_amounts_dates_cases_and_our_own_addresses_are_nobody_elses(said: str) -> None:
    assert codes(ENGLISH.format(said)) == set()


@pytest.mark.parametrize(
    ("pay_by", "is_short"), [("Mar 12", True), ("Mar 13", True), ("Mar 14", False), ("March 20, 2026", False)]
)
def test_a_demand_leaves_three_days(pay_by: str, is_short: bool) -> None:
    body = ENGLISH.format("").replace("Mar 20", pay_by).replace("  ", " ")
    assert (Code.SHORT_DEADLINE in codes(body)) is is_short


def test_a_past_deadline_is_judged_only_when_today_is_stated() -> None:
    body = ENGLISH.format("Thanks.").replace("Mar 20", "Mar 10")
    assert codes(body) == {Code.SHORT_DEADLINE}
    assert codes(body, is_today_stated=False) == set()
    assert codes(body, today=None) == set()


def test_a_reminder_may_say_that_payment_is_due_tomorrow() -> None:
    body = "Harbour Bank: $90.00 for your loan is due tomorrow. 800-555-0100. Reply STOP to opt out."
    assert codes(body, purpose=Purpose.PRE_DUE) == set()


def test_no_text_asks_for_a_reply_that_cannot_arrive() -> None:
    deaf = speaker_of(["Harbour Bank"], ["800-555-0100"], [], takes_replies=False)
    body = "Harbour Bank: $90.00 for your loan is due Mar 14. {} 800-555-0100. Opt out: STOP to 56161."
    assert codes(body.format("Reply HELP."), purpose=Purpose.PRE_DUE, speaker=deaf) == {Code.UNREACHABLE_REPLY}
    assert codes(body.format("Thanks."), purpose=Purpose.PRE_DUE, speaker=deaf) == set()


def test_an_empty_text_and_a_control_character_are_refused() -> None:
    assert codes(" ") == {Code.EMPTY_TEXT}
    assert codes(ENGLISH.format("Thanks\x07.")) >= {Code.CONTROL_CHARACTER}


def test_a_character_outside_gsm7_is_told_with_its_mend() -> None:
    (fault,) = judged(ENGLISH.format("We’re here."))
    assert (fault.code, fault.message.rsplit(": ", 1)[1]) == (Code.NOT_GSM7, "U+2019 -> '")


def test_the_shipped_texts_say_nothing_that_is_forbidden() -> None:
    assert [str(finding) for finding in word_findings(the_content())] == []


def test_a_wrong_line_is_told_and_costs_nobody_else_an_answer() -> None:
    good = {"id": 1, "country": "US", "locale": "en-US", "purpose": "answer", "text": "Harbour Bank: thank you."}
    wrong = [{"purpose": "letter"}, {"lender": 5}, {"today": "soon"}, {"country": None}]
    result = run("lint", "--stdin", stdin=lines(good, *({**good, **each} for each in wrong), {**good, "id": 2}))
    assert result.exit_code == 1
    assert ids(answers(result)) == [1, 2]
    assert [line.split(":")[1].strip() for line in result.stderr.splitlines()] == [
        "purpose",
        "lender",
        "today",
        "country",
    ]


@pytest.mark.parametrize(
    ("file", "was", "becomes", "told"),
    [
        ("codes.yaml", "visit:", "visits:", "every code has one message"),
        ("en.yaml", "  visit:\n", "  visits:\n", "no code"),
        ("en.yaml", "- <police>", "- <policemen>", "no list 'policemen'"),
        ("en.yaml", "- s u e", "- 's: u'\n      - {s: u}", "no phrase"),
        ("zh.yaml", "- <court>", "- court: [", "zh.yaml"),
    ],
)
def test_a_mistake_in_the_word_data_names_its_file(
    tmp_path: Path, file: str, was: str, becomes: str, told: str
) -> None:
    for source in (TEMPLATES / "lint").glob("*.yaml"):
        (tmp_path / source.name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert was in text
    (tmp_path / file).write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=told):
        lint_rules(["US"], tmp_path)


def test_dates_are_read_as_each_country_writes_them() -> None:
    written = "2026-03-20 3月20日 20 Mar Mar 20 20th of march 03/20/2026 20.03.2026".casefold()
    assert [day for _, _, day in dates_in(written, TODAY, month_first=True)] == [date(2026, 3, 20)] * 7
    assert list(dates_in("30 feb, 13/13, 24/7, £12.10", TODAY, month_first=False)) == []
    assert next_weekday("friday", TODAY) == TODAY + timedelta(days=2)
