"""What one lender says and when, compiled from templates/: the only rules that the stations load."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from .errors import ContentError
from .policy import Policy
from .strategy import Strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """How a borrower in one country reaches the lender, in the words of that country."""

    phone: str
    hours: Mapping[str, str]
    """Opening hours by locale, as a reader would say them."""
    stop_line: Mapping[str, str]
    """How to opt out, by locale; names the number where replies go if it is not the sender's."""
    site: str
    desk_opens: time
    desk_closes: time
    """The follow-up desk's working hours, in `desk_zone`."""
    desk_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lender:
    """Who speaks."""

    name: str
    names: Mapping[str, str]
    """The name that a text carries, by locale."""
    offices: Mapping[str, Office]
    """By country."""
    consent_default: str
    """The source of consent that the lender declares for rows that name none; empty if it declares none."""
    columns: Mapping[str, str]
    """Our column name -> the header of the lender's loan file, where they differ."""
    answers_a_day: int
    """Most automatic answers to one number in 24 hours."""


@dataclass(frozen=True, slots=True)
class Template:
    """One text's source and what it is for."""

    name: str
    locale: str
    version: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Words that stand for an intent when they are the whole reply, or when they stand anywhere in it."""

    intent: str
    whole: frozenset[str]
    anywhere: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything that collections and compliance people own."""

    lender: Lender
    policies: Mapping[str, tuple[Policy, ...]]
    """By country, or by country and sub-jurisdiction as in `US-MA`; all of a tuple must allow."""
    strategy: Strategy
    templates: Mapping[tuple[str, str], Template]
    """By name and locale."""
    lexicons: tuple[Lexicon, ...]
    prices: Mapping[str, int] = field(default_factory=dict)
    """Micro-dollars a segment, by country."""

    def policies_for(self, country: str, sub: str | None = None) -> tuple[Policy, ...]:
        """All policies that bind a contact; none means that nobody has read that country's law: no contact."""
        if sub and sub not in self.policies:
            return ()
        return self.policies.get(country, ()) + (self.policies[sub] if sub else ())

    def template(self, name: str, locale: str) -> Template:
        """The template for a locale, or for its language: `en-GB` falls back to `en`."""
        for candidate in (locale, locale.split("-")[0]):
            if (name, candidate) in self.templates:
                return self.templates[name, candidate]
        raise ContentError(f"templates/sms: no template {name} for {locale}: add sms/{locale}/{name}.txt")

    def office(self, country: str) -> Office:
        """Raises ContentError for a country that the lender does not serve."""
        try:
            return self.lender.offices[country]
        except KeyError:
            raise ContentError(f"templates/lenders: {self.lender.name} has no office for {country}") from None
