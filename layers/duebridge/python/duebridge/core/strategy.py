"""A treatment strategy: which text at which days past due. Data in templates/strategies/."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from .undertaking import ArrangementLimits


class Kind(StrEnum):
    """What a text is; each kind has its own rules for hours, holds and caps."""

    PRE_DUE = "pre_due"
    DEMAND = "demand"
    ANSWER = "answer"
    OPERATOR = "operator"
    REMINDER = "reminder"
    SATISFACTION = "satisfaction"


ASKS_FOR_PAYMENT = frozenset({Kind.PRE_DUE, Kind.DEMAND})


class Step(Struct, frozen=True):
    """One treatment: from `first_day` to `last_day` past due, at most one text."""

    name: str
    kind: Kind
    first_day: int
    """Days past due; negative before the due date."""
    last_day: int
    template: str
    answer_working_days: int
    """Working days that the text gives; no further demand before they are over."""


class Trait(StrEnum):
    """What a segment may ask of a loan and its history."""

    PRIOR_DELINQUENCIES = "prior_delinquencies"
    """How often the loan was late before, by the lender's file."""
    PAID_PERCENT = "paid_percent"
    """Instalments paid, in percent of all."""
    BALANCE = "balance"
    """Outstanding balance in whole units of its currency."""
    TEXTS_UNANSWERED = "texts_unanswered"
    """Texts of this delinquency; 0 once the borrower has replied."""


class Condition(Struct, frozen=True):
    """A bound on one trait. For the balance each currency has its own; a currency without one never fits."""

    trait: Trait
    at_least: int | None = None
    at_most: int | None = None
    at_least_by_currency: Mapping[str, int] = field(default_factory=dict)

    def fits(self, value: int, currency: str) -> bool:
        """Whether a loan's value lies within the bound."""
        lower = self.at_least_by_currency.get(currency) if self.at_least_by_currency else self.at_least
        if self.at_least_by_currency and lower is None:
            return False
        return (lower is None or value >= lower) and (self.at_most is None or value <= self.at_most)


class Traits(Struct, frozen=True):
    """One loan, as the segments see it."""

    values: Mapping[Trait, int]
    currency: str
    marks: frozenset[str]
    """What the conversation left behind: `hardship`, `broken_promise`, `dissatisfied`, `replied`."""


class Scheme(Struct, frozen=True):
    """One kind of borrower, and the ladder made for them; after its last step people take over."""

    segment: str
    conditions: tuple[Condition, ...]
    marks: frozenset[str]
    """All of which the loan must carry."""
    steps: tuple[Step, ...]
    arrangements: ArrangementLimits | None = None
    """Narrower limits than the lender's for this kind of borrower."""

    def fits(self, traits: Traits) -> bool:
        """Whether a loan belongs to this segment."""
        return self.marks <= traits.marks and all(
            condition.fits(traits.values[condition.trait], traits.currency) for condition in self.conditions
        )

    def step_at(self, days_past_due: int) -> Step | None:
        """The step whose days these are."""
        return next((step for step in self.steps if step.first_day <= days_past_due <= step.last_day), None)

    def step_after(self, days_past_due: int) -> Step | None:
        """The first step that begins later."""
        return next((step for step in self.steps if step.first_day > days_past_due), None)


class Strategy(Struct, frozen=True):
    """The schemes of one family of texts, asked in their order; the last one takes every loan."""

    name: str
    schemes: tuple[Scheme, ...]

    def scheme_for(self, traits: Traits) -> Scheme:
        """The first segment that a loan belongs to."""
        return next(scheme for scheme in self.schemes if scheme.fits(traits))
