"""What a text costs to render, with its money, dates, folding and count, beside Jinja alone."""

from functools import partial
from typing import Any

import jinja2

from duebridge.core.decision import Case, Contact
from duebridge.core.loan import Loan
from duebridge.core.message import OF_A_DEMAND, Renderer
from tests.bench.figures import Figure, cpu_seconds_per_call
from tests.builders import NOW, a_case, a_chinese_loan, a_loan, the_content

BUDGET_RATIO = 1.5
CALLS = 500


def figures() -> list[Figure]:
    """The first demand of a loan, in both languages."""
    return [
        figure
        for language, loan in (("English", a_loan()), ("Chinese", a_chinese_loan()))
        for figure in _figures_of(language, loan)
    ]


def _figures_of(language: str, loan: Loan) -> list[Figure]:
    case = a_case(loan=loan)
    assert case.step is not None
    contact = Contact("id", case.step, 1, NOW, last_day=NOW.date(), quiet_until=NOW)
    renderer = Renderer(the_content())
    template, values = _bare(case, contact)
    body = renderer.demand(case, contact).body
    assert " ".join(template.render(values).split()) == body, "the bare text is another text"
    seconds = cpu_seconds_per_call(
        {"ours": partial(renderer.demand, case, contact), "bare": partial(template.render, values)}, CALLS
    )
    return [
        Figure(
            area="render",
            what=f"{language}: render, fold and count / bare Jinja",
            measured=seconds["ours"] / seconds["bare"],
            unit="x",
            budget=BUDGET_RATIO,
            note=f"{seconds['ours'] * 1e6:.1f} us / {seconds['bare'] * 1e6:.1f} us, {len(body)} characters",
        )
    ]


def _bare(case: Case, contact: Contact) -> tuple[jinja2.Template, dict[str, Any]]:
    """The same template and ready values for Jinja as it comes, without a sandbox."""
    rendered = Renderer(the_content()).demand(case, contact)
    lender, office = the_content().lender, the_content().office(case.loan.terms.country)
    language = rendered.template.locale
    words: dict[str, Any] = {
        **{variable: known(case, contact) for variable, known in OF_A_DEMAND.items()},
        "lender": lender.names[language],
        "phone": office.phone,
        "hours": office.hours[language],
        "stop": office.stop_line[language],
        "site": office.site,
    }
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - plain text
    return environment.from_string(rendered.template.source), words
