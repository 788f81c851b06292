"""The shipped texts: the same in both languages as far as the code can tell, and brief with the longest values."""

from collections.abc import Mapping

import pytest
from jinja2 import Environment, meta

from duebridge.core.message import Renderer
from infra.cli.lint import lender_findings
from infra.content import lenders
from infra.content_source import TEMPLATES
from tests.builders import the_content

THE_OFFICE_GIVES = {"lender", "phone", "hours", "stop", "site", "complaint_body", "crisis_line"}
GIVEN_BY = {
    "answers/arrangement_declined": set(),
    "answers/arrangement_proposed": {"plan"},
    "answers/language": set(),
    "answers/loan_unclear": set(),
    "answers/menu": set(),
    "answers/paid_thanks": set(),
    "answers/plan_done": {"name"},
    "answers/plan_due": {"name", "amount", "day"},
    "answers/plan_kept": {"name", "amount", "next_amount", "next_day"},
    "operator/balance_explained": {"name", "amount", "day"},
    "operator/call_attempted": {"name"},
    "operator/dispute_not_upheld": set(),
    "operator/dispute_upheld": set(),
    "operator/documents_needed": {"name"},
    "operator/due_date_moved": {"name", "day"},
    "operator/fee_waived": {"name", "amount"},
    "operator/free_text": {"words"},
    "operator/general_apology": {"name"},
    "operator/payment_found": {"name", "amount"},
    "operator/payment_not_found": {"name"},
    "operator/statement_sent": {"name", "day"},
}
"""What whoever sends it must know, besides the case."""

LONGEST = {
    "CN": ("zh-CN", "欧阳梓轩先生", "数码分期", "12,345.67元", "314,072元", "12月28日"),
    "US": ("en-US", "Alexander", "Home electronics loan", "$12,345.67", "$14,065.30", "Wed Mar 25"),
    "GB": ("en-GB", "Alexander", "Home electronics loan", "£12,345.67", "£14,065.30", "Wed 25 Mar"),
    "DE": ("en-GB", "Alexander", "Home electronics loan", "EUR 1,345.67", "EUR 14,065", "Wed 25 Mar"),
    "IN": ("en-IN", "Alexander", "Home electronics loan", "Rs 1,11,970.05", "Rs 14,06,530", "Wed 25 Mar"),
}
"""Locale, name, product, arrears, principal and day: long ones that do occur."""
SELDOM = sorted({name for name, _ in the_content().templates if name.startswith(("care/", "answers/", "operator/"))})


def variables(locale: str, name: str) -> set[str]:
    source = (TEMPLATES / "sms" / locale / f"{name}.txt").read_text(encoding="utf-8")
    return meta.find_undeclared_variables(Environment(autoescape=True).parse(source))


def names(locale: str) -> set[str]:
    folder = TEMPLATES / "sms" / locale
    return {file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.txt")}


def longest(country: str) -> Mapping[str, object]:
    locale, name, product, amount, principal, day = LONGEST[country]
    is_chinese = locale == "zh-CN"
    return {
        "name": name,
        "product": product,
        "arrears": amount,
        "principal": principal,
        "payments_left": 60,
        "due": day,
        "pay_by": day,
        "agreement_tail": "1234",
        "is_first": True,
        "case": "ABC123",
        "options": f"1）{day}前还{amount}；2）分2期每月{amount}，{day}起"
        if is_chinese
        else f"1) {amount} by {day}; 2) 2 x {amount} monthly from {day}",
        "plan": f"分2期每月{amount}，{day}起" if is_chinese else f"2 x {amount} monthly from {day}",
        "words": "好" * 110 if is_chinese else "a" * 240,
        "call_when": day,
        **dict.fromkeys(("answer_day", "promise_day", "day", "next_day"), day),
        **dict.fromkeys(("promise_amount", "amount", "next_amount"), amount),
    }


def test_both_languages_have_the_same_texts() -> None:
    assert names("zh-CN") == names("en")


@pytest.mark.parametrize("locale", ["en-GB", "en-IN", "en-US"])
def test_a_countrys_own_text_stands_for_one_that_there_is(locale: str) -> None:
    assert names(locale) <= names("en")


@pytest.mark.parametrize("name", sorted(name for name in names("en") if name.startswith(("answers/", "operator/"))))
def test_an_answer_asks_for_the_same_in_every_language(name: str) -> None:
    asked = variables("en", name) - THE_OFFICE_GIVES
    for locale in (file.name for file in (TEMPLATES / "sms").iterdir() if file.is_dir()):
        if name in names(locale):
            assert variables(locale, name) - THE_OFFICE_GIVES == asked


@pytest.mark.parametrize("name", sorted(GIVEN_BY))
def test_an_answer_asks_for_no_more_than_its_sender_knows(name: str) -> None:
    assert variables("en", name) - THE_OFFICE_GIVES - {"case"} == GIVEN_BY[name]


def test_every_text_of_the_desk_says_what_an_operator_must_give() -> None:
    assert {name for name in names("en") if name.startswith("operator/")} <= set(GIVEN_BY)


@pytest.mark.parametrize("lender", lenders())
def test_no_shipped_text_is_above_its_budget_with_the_longest_values_of_the_sample(lender: str) -> None:
    assert [str(finding) for finding in lender_findings(lender)] == []


@pytest.mark.parametrize("country", LONGEST)
@pytest.mark.parametrize("lender", lenders())
@pytest.mark.parametrize("name", SELDOM)
def test_a_seldom_text_keeps_its_budget_with_long_names_and_sums(name: str, lender: str, country: str) -> None:
    content = the_content(lender)
    rendered = Renderer(content).render(name, LONGEST[country][0], country, longest(country))
    assert rendered.segments <= rendered.template.segments, rendered.body


def test_where_nothing_can_be_received_nobody_is_asked_to_reply() -> None:
    indian = [the_content().template(name, "en-IN") for name in sorted(names("en"))]
    assert [text.name for text in indian if "reply" in text.source.lower()] == []
