"""Every text renders, says what it must, is counted as the carrier bills it, and never runs what a borrower wrote."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duebridge.core.content import Template
from duebridge.core.decision import Contact, decide
from duebridge.core.errors import ContentError
from duebridge.core.loan import Loan
from duebridge.core.message import Rendered, Renderer, template_version
from duebridge.core.money import Money
from duebridge.core.segments import count
from tests.builders import NOW, a_case, a_chinese_loan, a_loan, days_late, the_content

RENDERER = Renderer(the_content())
SPOKEN = {"CN": "zh-CN", "US": "en-US", "GB": "en-GB", "IN": "en-IN", "DE": "en-GB"}
STEPS = {"reminder": -1, "days-1-3": 2, "days-4-15": 5, "days-16-30": 20, "days-31-60": 40, "days-61-90": 70}
ANSWERS = ("help", "opted_out", "paid_check", "received")


def a_loan_in(country: str, days: int, **changes: object) -> Loan:
    values: dict[str, object] = {"country": country, "locale": SPOKEN[country], "sub": None}
    due = days_late(days).terms.due_date
    if country == "CN":
        return a_chinese_loan(due_date=due, **changes)
    return a_loan(due_date=due, **(values | changes))


def demanded(loan: Loan) -> Rendered:
    """The demand that the planner would render, whatever the hour."""
    case = a_case(loan=loan)
    step = case.step
    assert step is not None
    contact = Contact("id", step, 1, NOW, NOW if step.answer_working_days else None)
    return RENDERER.demand(case, contact)


def answered(name: str, country: str) -> Rendered:
    return RENDERER.render(name, SPOKEN[country], country, {"name": "Wei", "case": "ABC123"})


def assert_is_well_set(rendered: Rendered) -> None:
    assert "  " not in rendered.body
    assert rendered.body == rendered.body.strip()
    assert "{" not in rendered.body
    assert "None" not in rendered.body
    assert rendered.segments == count(rendered.body).segments
    assert rendered.segments <= 3


@pytest.mark.parametrize("country", SPOKEN)
@pytest.mark.parametrize("days", STEPS.values(), ids=STEPS)
@pytest.mark.parametrize("steps", [(), ("days-1-3",)], ids=["first demand", "later demand"])
def test_every_step_renders_for_every_country(country: str, days: int, steps: tuple[str, ...]) -> None:
    loan = a_loan_in(country, days, steps=steps)
    rendered = demanded(loan)
    office = the_content().lender.offices[country]
    assert_is_well_set(rendered)
    assert office.phone in rendered.body
    assert office.stop_line[rendered.template.locale] in rendered.body
    assert loan.terms.agreement_number[-4:] in rendered.body or days < 0


@pytest.mark.parametrize("country", SPOKEN)
@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_renders_for_every_country(country: str, name: str) -> None:
    rendered = answered(name, country)
    assert_is_well_set(rendered)
    assert the_content().lender.offices[country].phone in rendered.body


def test_every_template_is_rendered_by_one_of_these_tests() -> None:
    used = {step.template for step in the_content().strategy.steps} | set(ANSWERS)
    assert {name for name, _ in the_content().templates} == used


def test_a_demand_names_lender_loan_amount_dates_and_the_way_out() -> None:
    body = demanded(a_loan()).body
    for part in ("Harbour Bank", "Wei", "$222.18", "Education loan ..4438", "Mon Mar 9", "800-555-0100", "Reply STOP"):
        assert part in body


def test_only_the_first_demand_of_an_episode_tells_the_whole_loan() -> None:
    assert "(loan $1,257.60, 9 payments left)" in demanded(a_loan()).body
    assert "payments left" not in demanded(days_late(5, steps=("days-1-3",))).body


def test_the_date_in_the_text_is_the_last_day_of_think_time() -> None:
    case = a_case()
    contact = decide(case).outcome
    assert isinstance(contact, Contact)
    body = RENDERER.demand(case, contact).body
    assert "Fri Mar 20" in body
    assert "7 working days" in body


def test_an_english_name_with_accents_stays_in_the_cheap_alphabet() -> None:
    rendered = demanded(a_loan(full_name="Siobhán O’Neill", product="Crédit “Auto”"))
    assert count(rendered.body).encoding.value == "GSM-7"
    assert "Siobhan" in rendered.body


@pytest.mark.parametrize(
    "hostile",
    ["{{ 7 * 7 }}", "{% for i in range(9) %}x{% endfor %}", "{{ lender }}", "{{ ''.__class__.__mro__ }}", "{#", "}}{"],
)
@pytest.mark.parametrize("field", ["full_name", "product"])
def test_a_template_in_a_borrowers_data_is_printed_and_not_run(field: str, hostile: str) -> None:
    loan = a_chinese_loan(**{field: hostile})
    assert " ".join(hostile.split()) in demanded(loan).body


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: bool(text.split())))
def test_any_name_and_product_render_without_stray_spaces(words: str) -> None:
    for loan in (a_loan(full_name=words, product=words), a_chinese_loan(full_name=words, product=words)):
        rendered = demanded(loan)
        assert not re.search(r" {2}|[\n\r\t]", rendered.body)
        assert rendered.segments == count(rendered.body).segments


def test_a_variable_that_nobody_gives_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(ContentError, match=r"sms/en/help\.txt.*'case'"):
        RENDERER.render("help", "en-US", "US", {"name": "Wei"})


def test_a_template_cannot_reach_into_the_program() -> None:
    source = "{{ lender.__class__.__mro__[1].__subclasses__() }}"
    template = Template("evil", "en", template_version(source), source)
    renderer = Renderer(replace(the_content(), templates={("evil", "en"): template}))
    with pytest.raises(ContentError, match="unsafe"):
        renderer.render("evil", "en-US", "US", {})


@pytest.mark.parametrize(
    ("name", "locale", "country"),
    [
        pytest.param("demand", "fr-FR", "US", id="a language without texts"),
        pytest.param("nothing", "en-US", "US", id="an unknown template"),
        pytest.param("help", "en-US", "FR", id="a country without an office"),
        pytest.param("help", "zh-CN", "US", id="an office that does not speak the language"),
    ],
)
def test_words_that_nobody_wrote_are_a_content_error_that_names_the_folder(
    name: str, locale: str, country: str
) -> None:
    with pytest.raises(ContentError, match="templates/"):
        RENDERER.render(name, locale, country, {"case": "ABC123"})


def test_a_templates_version_is_its_content() -> None:
    assert template_version("a") != template_version("b")
    for template in the_content().templates.values():
        assert template.version == template_version(template.source)


@pytest.mark.parametrize("country", SPOKEN)
def test_plain_answers_and_reminders_stay_in_one_part(country: str) -> None:
    assert demanded(a_loan_in(country, -1)).segments == 1
    assert answered("opted_out", country).segments == 1


def test_a_large_sum_and_a_long_product_still_render() -> None:
    loan = a_loan(product="x" * 60, amount_due=Money(99_999_999_99, "USD"), due_date=date(2026, 3, 9))
    assert "$99,999,999.99" in demanded(loan).body
