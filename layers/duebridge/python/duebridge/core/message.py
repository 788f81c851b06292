"""Renders a text from its template: sandboxed, strict, and never from a borrower's data."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from . import segments, wording
from .content import Content, Template
from .decision import Case, Contact
from .errors import ContentError
from .strategy import Kind

CONSEQUENCE_AHEAD_DAYS = 5
"""A consequence is told while there is still time to prevent it, or not at all."""


class Rendered(Struct, frozen=True):
    """A text as the carrier will bill it."""

    body: str
    template: Template
    segments: int


class Renderer:
    """Holds the compiled templates of one lender; each template is compiled once a process."""

    def __init__(self, content: Content) -> None:
        self._content = content
        sources = {f"{t.locale}/{t.name}": t.source for t in content.templates.values()}
        self._environment = ImmutableSandboxedEnvironment(
            loader=DictLoader(sources),
            undefined=StrictUndefined,
            autoescape=False,
            keep_trailing_newline=False,
            auto_reload=False,
        )
        self._words: dict[tuple[str, str], dict[str, object]] = {}
        """By country and locale, what every text there may show of the lender."""
        self._demand_steps = _demand_steps(content)

    def demand(self, case: Case, contact: Contact) -> Rendered:
        """A pre-due reminder or a demand for one loan."""
        loan = case.loan
        locale = loan.terms.locale
        zone = ZoneInfo(loan.terms.time_zone)
        last_day = (contact.quiet_until - timedelta(hours=1)).astimezone(zone).date() if contact.quiet_until else None
        values = {
            "name": wording.addressed(loan.terms),
            "product": wording.product(loan.terms),
            "arrears": wording.amount(loan.arrears, locale),
            "principal": wording.rounded(loan.terms.principal, locale),
            "payments_left": loan.terms.instalments_total - loan.terms.instalments_paid,
            "due": wording.day(loan.terms.due_date, locale),
            "agreement_tail": loan.terms.agreement_number[-4:],
            "pay_by": wording.day(last_day, locale) if last_day else "",
            "working_days": contact.step.answer_working_days,
            "days_late": max(0, case.days_past_due),
            "consequence": self._consequence(case),
            "is_first": self._demand_steps.isdisjoint(loan.steps),
        }
        return self.render(contact.step.template, locale, loan.terms.country, values)

    def _consequence(self, case: Case) -> str:
        """The lender's approved fact with its date; nothing once that date is near or past."""
        terms = case.loan.terms
        office = self._content.office(terms.country)
        words = office.consequence_words.get(terms.locale) or office.consequence_words.get(terms.locale.split("-")[0])
        if not words or case.days_past_due > office.consequence_day - CONSEQUENCE_AHEAD_DAYS:
            return ""
        on = terms.due_date + timedelta(days=office.consequence_day)
        return words.replace("{date}", wording.day(on, terms.locale))

    def render(self, name: str, locale: str, country: str, values: Mapping[str, object]) -> Rendered:
        """Raises ContentError for whatever is wrong with a template, its variables, or the words for a place."""
        template = self._content.template(name, locale)
        if template.countries and country not in template.countries:
            raise ContentError(f"templates/sms/catalogue.yaml: {name} is not for {country}: add it, or another text")
        known = {**self._words_of(country, locale), **values}
        try:
            compiled = self._environment.get_template(f"{template.locale}/{name}")
            # As `compiled.render` does, but for a copy of all variables that takes longer than the text itself.
            body = "".join(compiled.root_render_func(compiled.new_context(known, shared=True)))
        except (TemplateError, TypeError, ArithmeticError, LookupError, ValueError) as error:
            raise ContentError(f"templates/sms/{template.locale}/{name}.txt: {error}") from error
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


def _spoken(by_locale: Mapping[str, str], locale: str) -> str:
    words = by_locale.get(locale) or by_locale.get(locale.split("-")[0])
    if words is None:
        raise ContentError(f"templates/lenders: no words for {locale} beside {', '.join(by_locale)}")
    return words


def _demand_steps(content: Content) -> frozenset[str]:
    steps = (step for scheme in content.strategy.schemes for step in scheme.steps)
    return frozenset(step.name for step in steps if step.kind is Kind.DEMAND)
