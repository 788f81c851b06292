"""Renders a text from its template: sandboxed, strict, and never from a borrower's data."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta

import jinja2
from jinja2 import StrictUndefined, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from . import segments, wording
from .content import Content, Template
from .decision import Case, Contact
from .errors import ContentError

CONSEQUENCE_AHEAD_DAYS = 5
"""A consequence is told while there is still time to prevent it, or not at all."""


class Rendered(Struct, frozen=True):
    """A text as the carrier will bill it."""

    body: str
    template: Template
    segments: int


Known = Callable[[Case, Contact], object]
"""Works out one thing that a demand may show."""


class _Ready(Struct, frozen=True):
    """A compiled template. What it does not show is not worked out for it."""

    template: Template
    compiled: jinja2.Template
    shown: tuple[tuple[str, Known], ...]
    """Of what is known about a demand."""


class Renderer:
    """Holds the compiled templates of one lender; each template is compiled once a process."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
        self._ready: dict[tuple[str, str], _Ready] = {}
        """By name and the loan's locale."""
        self._words: dict[tuple[str, str], dict[str, object]] = {}
        """By country and locale, what every text there may show of the lender."""

    def demand(self, case: Case, contact: Contact) -> Rendered:
        """A pre-due reminder or a demand for one loan. Raises ContentError as `render` does."""
        terms, name = case.loan.terms, contact.step.template
        ready = self._ready_for(name, terms.locale)
        values = {variable: known(case, contact) for variable, known in ready.shown}
        return self._filled_in(ready, terms.locale, terms.country, values)

    def render(self, name: str, locale: str, country: str, values: Mapping[str, object]) -> Rendered:
        """Raises ContentError for whatever is wrong with a template, its variables, or the words for a place."""
        return self._filled_in(self._ready_for(name, locale), locale, country, values)

    def _ready_for(self, name: str, locale: str) -> _Ready:
        ready = self._ready.get((name, locale))
        if ready is None:
            template = self._content.template(name, locale)
            try:
                parsed = self._environment.parse(template.source)
                variables = meta.find_undeclared_variables(parsed)
                compiled = self._environment.from_string(parsed)
            except TemplateError as error:
                raise _fault(template, error) from error
            shown = tuple((variable, known) for variable, known in OF_A_DEMAND.items() if variable in variables)
            ready = self._ready[name, locale] = _Ready(template, compiled, shown)
        return ready

    def _filled_in(self, ready: _Ready, locale: str, country: str, values: Mapping[str, object]) -> Rendered:
        template, compiled = ready.template, ready.compiled
        if template.countries and country not in template.countries:
            raise ContentError(f"templates/sms/catalogue.yaml: {template.name} is not for {country}: add it there")
        known = {**self._words_of(country, locale), **values}
        try:
            # As `compiled.render` does, but for a copy of all variables that takes longer than the text itself.
            body = "".join(compiled.root_render_func(compiled.new_context(known, shared=True)))
        except (TemplateError, TypeError, ArithmeticError, LookupError, ValueError) as error:
            raise _fault(template, error) from error
        body = " ".join(body.split())
        folded = segments.fold(body)
        if folded is not body:
            # A character that folds to nothing leaves its spaces behind.
            body = " ".join(folded.split())
        return Rendered(body, template, segments.count(body).segments)

    def _words_of(self, country: str, locale: str) -> Mapping[str, object]:
        known = self._words.get((country, locale))
        if known is None:
            office = self._content.office(country)
            known = self._words[country, locale] = {
                "lender": _spoken(self._content.lender.names, locale),
                "phone": office.phone,
                "hours": _spoken(office.hours, locale),
                "stop": _spoken(office.stop_line, locale),
                "site": office.site,
                "complaint_body": _spoken(office.complaint_body, locale),
                "crisis_line": _spoken(office.crisis_line, locale),
            }
        return known


def template_version(source: str) -> str:
    """A template's version is its content: eight characters of its hash."""
    return hashlib.sha256(source.encode()).hexdigest()[:8]


def _consequence(case: Case, _: Contact) -> str:
    """The lender's approved fact with its date; nothing once that date is near or past."""
    terms = case.loan.terms
    office = case.content.office(terms.country)
    words = office.consequence_words.get(terms.locale) or office.consequence_words.get(terms.locale.split("-")[0])
    if not words or case.days_past_due > office.consequence_day - CONSEQUENCE_AHEAD_DAYS:
        return ""
    on = terms.due_date + timedelta(days=office.consequence_day)
    return words.replace("{date}", wording.day(on, terms.locale))


OF_A_DEMAND: Mapping[str, Known] = {
    "name": lambda case, _: wording.addressed(case.loan.terms),
    "product": lambda case, _: wording.product(case.loan.terms),
    "arrears": lambda case, _: wording.amount(case.loan.arrears, case.loan.terms.locale),
    "principal": lambda case, _: wording.rounded(case.loan.terms.principal, case.loan.terms.locale),
    "payments_left": lambda case, _: case.loan.terms.instalments_total - case.loan.terms.instalments_paid,
    "due": lambda case, _: wording.day(case.loan.terms.due_date, case.loan.terms.locale),
    "agreement_tail": lambda case, _: case.loan.terms.agreement_number[-4:],
    "pay_by": lambda case, contact: wording.day(contact.last_day, case.loan.terms.locale) if contact.last_day else "",
    "working_days": lambda _, contact: contact.step.answer_working_days,
    "days_late": lambda case, _: max(0, case.days_past_due),
    "consequence": _consequence,
    "is_first": lambda case, _: case.content.demand_steps.isdisjoint(case.loan.steps),
}
"""What a demand may show beside the words of its place, and how it is known."""


def _fault(template: Template, error: Exception) -> ContentError:
    return ContentError(f"templates/sms/{template.locale}/{template.name}.txt: {error}")


def _spoken(by_locale: Mapping[str, str], locale: str) -> str:
    words = by_locale.get(locale) or by_locale.get(locale.split("-")[0])
    if words is None:
        raise ContentError(f"templates/lenders: no words for {locale} beside {', '.join(by_locale)}")
    return words
