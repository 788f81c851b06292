"""Every text renders, says what it must, is counted as the carrier bills it, and never runs what a borrower wrote."""

import re
from collections.abc import Mapping
from copy import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duebridge.core import wording
from duebridge.core.content import Template
from duebridge.core.decision import Contact, decide
from duebridge.core.errors import ContentError
from duebridge.core.loan import Loan
from duebridge.core.message import Rendered, Renderer, template_version
from duebridge.core.money import Money
from duebridge.core.segments import count
from duebridge.core.strategy import Kind, Scheme, Step
from infra.content import lenders
from tests.builders import NOW, a_case, a_chinese_loan, a_loan, days_late, the_content

RENDERER = Renderer(the_content())
CONTENTS = {lender: the_content(lender) for lender in lenders()}
SPOKEN = {"CN": "zh-CN", "US": "en-US", "GB": "en-GB", "IN": "en-IN", "DE": "en-GB"}
STEPS = {"reminder": -1, "days-1-3": 2, "days-4-15": 5, "days-16-30": 20, "days-31-60": 40, "days-61-90": 70}
LADDERS = [
    pytest.param(lender, scheme, id=f"{lender}, {scheme.segment}")
    for lender, content in CONTENTS.items()
    for scheme in content.strategy.schemes
]
ANSWERS = sorted({name for name, _ in the_content().templates if name.startswith(("answers/", "operator/"))})
GIVEN = {
    "name": "Wei",
    "case": "ABC123",
    "options": "1 two payments, 2 another day",
    "plan": "3 x $111.09 from Fri Mar 20",
    "answer_day": "Fri Mar 20",
    "promise_day": "Fri Mar 20",
    "promise_amount": "$222.18",
    "call_when": "on Fri Mar 20",
    "amount": "$222.18",
    "day": "Fri Mar 20",
    "next_amount": "$222.18",
    "next_day": "Mon Apr 20",
    "words": "We have looked at it again",
}
"""What the desk or the conversation gives an answer besides."""
GIVEN_IN_CHINESE = {
    "name": "王芳女士",
    "case": "ABC123",
    "options": "1分3期，2延至3月20日",
    "plan": "分3期，每期278.00元，3月20日起",
    "answer_day": "3月20日",
    "promise_day": "3月20日",
    "promise_amount": "826.09元",
    "call_when": "3月20日",
    "amount": "826.09元",
    "day": "3月20日",
    "next_amount": "826.09元",
    "next_day": "4月20日",
    "words": "我们又看过了",
}
SAYS_NO_PHONE = {"answers/wrong_number", "answers/satisfaction", "operator/free_text"}


def a_loan_in(country: str, days: int, **changes: object) -> Loan:
    values: dict[str, object] = {"country": country, "locale": SPOKEN[country], "sub": None}
    due = days_late(days).terms.due_date
    if country == "CN":
        return a_chinese_loan(due_date=due, **changes)
    return a_loan(due_date=due, **(values | changes))


def demanded(loan: Loan, lender: str = "harbour-bank", step: Step | None = None) -> Rendered:
    """The demand that the planner would render, whatever the hour."""
    case = a_case(loan=loan, content=the_content(lender))
    step = step or case.step
    assert step is not None
    has_deadline = bool(step.answer_working_days)
    contact = Contact(
        "id", step, 1, NOW, last_day=NOW.date() if has_deadline else None, quiet_until=NOW if has_deadline else None
    )
    return Renderer(the_content(lender)).demand(case, contact)


def answered(name: str, country: str, lender: str = "harbour-bank") -> Rendered:
    given = GIVEN_IN_CHINESE if country == "CN" else GIVEN
    return Renderer(the_content(lender)).render(name, SPOKEN[country], country, given)


def spoken(words: Mapping[str, str], country: str) -> str:
    """In the language of a country's borrowers."""
    return words[SPOKEN[country] if SPOKEN[country] in words else SPOKEN[country].split("-")[0]]


def assert_is_well_set(rendered: Rendered) -> None:
    assert "  " not in rendered.body
    assert rendered.body == rendered.body.strip()
    assert "{" not in rendered.body
    assert "None" not in rendered.body
    assert rendered.segments == count(rendered.body).segments
    assert rendered.segments <= 3


@pytest.mark.parametrize("country", SPOKEN)
@pytest.mark.parametrize(("lender", "scheme"), LADDERS)
@pytest.mark.parametrize("steps", [(), ("days-1-3",)], ids=["first demand", "later demand"])
def test_every_step_renders_for_every_country(
    lender: str, scheme: Scheme, country: str, steps: tuple[str, ...]
) -> None:
    content = CONTENTS[lender]
    office = content.office(country)
    for step in scheme.steps:
        loan = a_loan_in(country, STEPS[step.name], steps=steps)
        rendered = demanded(loan, lender, step)
        assert_is_well_set(rendered)
        assert rendered.template.name == step.template
        locale = loan.terms.locale
        last_day = NOW - timedelta(hours=1)
        day = wording.day(loan.terms.due_date if step.kind is Kind.PRE_DUE else last_day.date(), locale)
        for part in (
            spoken(content.lender.names, country),
            wording.addressed(loan.terms),
            wording.product(loan.terms),
            wording.amount(loan.arrears, locale),
            day,
            office.phone,
            spoken(office.stop_line, country),
        ):
            assert part in rendered.body
        assert rendered.segments <= (rendered.template.later_segments if steps else rendered.template.segments)


@pytest.mark.parametrize("country", SPOKEN)
@pytest.mark.parametrize(("lender", "scheme"), LADDERS)
def test_a_demand_tells_the_whole_loan_once_an_episode(lender: str, scheme: Scheme, country: str) -> None:
    for step in scheme.steps:
        first, later = (
            demanded(a_loan_in(country, STEPS[step.name], steps=steps), lender, step) for steps in ((), ("days-1-3",))
        )
        whole = wording.rounded(a_loan_in(country, 1).terms.principal, SPOKEN[country])
        assert (whole in first.body) is (step.kind is Kind.DEMAND)
        assert whole not in later.body


@pytest.mark.parametrize("country", SPOKEN)
@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("lender", CONTENTS)
def test_every_answer_renders_for_every_country(lender: str, country: str, name: str) -> None:
    rendered = answered(name, country, lender)
    content = CONTENTS[lender]
    assert_is_well_set(rendered)
    assert spoken(content.lender.names, country) in rendered.body
    assert (content.office(country).phone in rendered.body) or name in SAYS_NO_PHONE
    assert rendered.segments <= rendered.template.segments


def test_every_template_is_rendered_by_one_of_these_tests() -> None:
    steps = {
        step.template for content in CONTENTS.values() for scheme in content.strategy.schemes for step in scheme.steps
    }
    assert {name for name, _ in the_content().templates} == steps | set(ANSWERS)


def test_a_demand_names_lender_borrower_loan_amount_and_the_way_out() -> None:
    body = demanded(a_loan()).body
    for part in ("Harbour Bank", "Wei", "$222.18", "Education loan", "agreement", "800-555-0100", "STOP"):
        assert part in body


def test_only_the_first_demand_of_an_episode_tells_the_whole_loan() -> None:
    first, later = demanded(a_loan()).body, demanded(days_late(5, steps=("days-1-3",))).body
    assert "$1,257.60" in first
    assert "9 left" in first
    assert "$1,257.60" not in later
    assert " left" not in later


def test_the_date_in_the_text_is_the_last_day_of_think_time() -> None:
    case = a_case(loan=days_late(4))
    contact = decide(case).outcome
    assert isinstance(contact, Contact)
    body = RENDERER.demand(case, contact).body
    assert "Fri Mar 20" in body
    assert "7 business days" in body


@pytest.mark.parametrize("country", ["CN", "US", "GB", "IN"])
def test_a_consequence_comes_with_the_date_that_the_loan_is_late_enough_for_it(country: str) -> None:
    loan = a_loan_in(country, 70)
    told = wording.day(loan.terms.due_date + timedelta(days=90), loan.terms.locale)
    consequence = spoken(the_content().office(country).consequence_words, country).replace("{date}", told)
    assert consequence in demanded(loan).body


@pytest.mark.parametrize(
    ("country", "days", "is_told"),
    [
        pytest.param("US", 30, False, id="not before the firmer stages"),
        pytest.param("US", 85, True, id="five days ahead"),
        pytest.param("US", 86, False, id="too late to prevent it"),
        pytest.param("DE", 70, False, id="where the lender approved none"),
    ],
)
def test_a_consequence_is_told_only_while_it_can_be_prevented(country: str, days: int, is_told: bool) -> None:
    assert ("Credit report" in demanded(a_loan_in(country, days)).body) is is_told


@pytest.mark.parametrize("country", SPOKEN)
@pytest.mark.parametrize("segment", ["care", "hardship"])
def test_a_borrower_in_hardship_or_displeased_hears_of_no_consequence(segment: str, country: str) -> None:
    gentle = next(s for s in CONTENTS["morning-finance"].strategy.schemes if s.segment == segment)
    words = CONTENTS["morning-finance"].office(country).consequence_words.values()
    for step in gentle.steps:
        body = demanded(a_loan_in(country, STEPS[step.name]), "morning-finance", step).body
        assert not any(said.replace("{date}", "").strip(" .。") in body for said in words)
        assert "Credit report" not in body
        assert "征信" not in body


@pytest.mark.parametrize("country", SPOKEN)
@pytest.mark.parametrize("lender", CONTENTS)
def test_care_begins_with_regret_or_thanks_and_offers_a_person(lender: str, country: str) -> None:
    care = CONTENTS[lender].strategy.schemes[0]
    assert care.segment == "care"
    for step in care.steps:
        loan = a_loan_in(country, STEPS[step.name])
        body = demanded(loan, lender, step).body
        before_money, money, _ = body.partition(wording.amount(loan.arrears, SPOKEN[country]))
        assert money
        assert any(words in before_money for words in ("抱歉", "谢谢", "sorry", "thank you"))
        assert ("专人" if country == "CN" else "person") in body


@pytest.mark.parametrize("country", ["GB", "DE"])
def test_care_points_to_free_debt_advice_where_hardship_does(country: str) -> None:
    for step in CONTENTS["harbour-bank"].strategy.schemes[0].steps:
        body = demanded(a_loan_in(country, STEPS[step.name]), step=step).body
        assert ("Free debt advice" in body) is (step.kind is Kind.DEMAND)


@pytest.mark.parametrize("country", SPOKEN)
@pytest.mark.parametrize("words", ["Thank you", "Thank you.", "Is Monday fine?", "谢谢。", "谢谢"])
def test_an_operators_words_end_as_a_sentence_does(country: str, words: str) -> None:
    given = {"name": "", "case": "ABC123", "words": words}
    body = RENDERER.render("operator/free_text", SPOKEN[country], country, given).body
    told = body.removeprefix("Harbour Bank: ").removeprefix("【海湾银行】")
    assert re.match(rf"{re.escape(words.rstrip('.?。'))}[.?。] ?(Case |编号)ABC123", told)


def test_an_operators_words_are_no_template() -> None:
    given = {"name": "", "case": "ABC123", "words": "{{ 7 * 7 }} {% raw %}"}
    assert "{{ 7 * 7 }} {% raw %}" in RENDERER.render("operator/free_text", "en-US", "US", given).body


def test_an_english_name_with_accents_stays_in_the_cheap_alphabet() -> None:
    rendered = demanded(a_loan(full_name="Siobhán O’Neill", product="Crédit “Auto”"))
    assert count(rendered.body).encoding.value == "GSM-7"
    assert "Siobhan" in rendered.body


@pytest.mark.parametrize("hostile", ["{{7*7}}", "{{lender}}", "{%raw%}", "{#", "}}{"])
@pytest.mark.parametrize("field", ["full_name", "product"])
def test_a_template_in_a_borrowers_data_is_printed_and_not_run(field: str, hostile: str) -> None:
    assert hostile in demanded(a_loan(**{field: hostile})).body


@pytest.mark.parametrize(
    "hostile", ["{% for i in range(9) %}x{% endfor %}", "{{''.__class__.__mro__[1]}}", "{{ lender.__class__.__mro__ }}"]
)
def test_a_template_that_is_no_plausible_name_is_not_even_printed(hostile: str) -> None:
    unspaced = hostile.replace(" ", "")
    for loan in (
        a_loan(full_name=unspaced, product=hostile),
        a_chinese_loan(full_name=unspaced, product=hostile),
    ):
        body = demanded(loan).body
        assert not set("{}%_") & set(body)
        assert "xxxxxxxxx" not in body


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: bool(text.split())))
def test_any_name_and_product_render_without_stray_spaces(words: str) -> None:
    for loan in (a_loan(full_name=words, product=words), a_chinese_loan(full_name=words, product=words)):
        rendered = demanded(loan)
        assert not re.search(r" {2}|[\n\r\t]", rendered.body)
        assert rendered.segments == count(rendered.body).segments


def test_a_variable_that_nobody_gives_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(ContentError, match=r"sms/en/answers/help\.txt.*'case'"):
        RENDERER.render("answers/help", "en-US", "US", {"name": "Wei"})


def test_a_template_cannot_reach_into_the_program() -> None:
    source = "{{ lender.__class__.__mro__[1].__subclasses__() }}"
    template = Template("evil", "en", template_version(source), source)
    renderer = Renderer(replace(the_content(), templates={("evil", "en"): template}))
    with pytest.raises(ContentError, match="unsafe"):
        renderer.render("evil", "en-US", "US", {})


@pytest.mark.parametrize(
    ("name", "locale", "country"),
    [
        pytest.param("unified/days-1-3", "fr-FR", "US", id="a language without texts"),
        pytest.param("nothing", "en-US", "US", id="an unknown template"),
        pytest.param("answers/help", "en-US", "FR", id="a country without an office"),
        pytest.param("answers/help", "zh-CN", "US", id="an office that does not speak the language"),
    ],
)
def test_words_that_nobody_wrote_are_a_content_error_that_names_the_folder(
    name: str, locale: str, country: str
) -> None:
    with pytest.raises(ContentError, match="templates/"):
        RENDERER.render(name, locale, country, {"case": "ABC123"})


def test_a_text_goes_only_where_the_catalogue_lets_it() -> None:
    content = the_content()
    british = replace(content.templates["answers/help", "en"], countries=("GB",))
    renderer = Renderer(replace(content, templates={**content.templates, ("answers/help", "en"): british}))
    assert renderer.render("answers/help", "en-GB", "GB", GIVEN).body
    with pytest.raises(ContentError, match="not for US"):
        renderer.render("answers/help", "en-US", "US", GIVEN)


def test_a_templates_version_is_its_content() -> None:
    assert template_version("a") != template_version("b")
    for template in the_content().templates.values():
        assert template.version == template_version(template.source)


@pytest.mark.parametrize("country", SPOKEN)
def test_plain_answers_and_reminders_stay_in_one_part(country: str) -> None:
    assert demanded(a_loan_in(country, -1)).segments == 1
    assert answered("answers/opted_out", country).segments == 1


def test_a_large_sum_and_a_long_product_still_render() -> None:
    loan = a_loan(product="x" * 60, amount_due=Money(99_999_999_99, "USD"), due_date=date(2026, 3, 9))
    assert "$99,999,999.99" in demanded(loan).body
