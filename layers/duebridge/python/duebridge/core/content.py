"""What one lender says and when, compiled from templates/: the only rules that the stations load."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from .errors import ContentError
from .policy import Policy, keep_days
from .strategy import Kind, Strategy
from .undertaking import ArrangementLimits

if TYPE_CHECKING:
    from .experiment import Arm, Experiment
    from .understanding.listening import Listening


class Office(Struct, frozen=True, kw_only=True):
    """How a borrower in one country reaches the lender, in the words of that country."""

    phone: str
    hours: Mapping[str, str]
    """Opening hours by locale, as a reader would say them."""
    stop_line: Mapping[str, str]
    """How to opt out, by locale; names the number where replies go if it is not the sender's."""
    site: str
    reply_to: str
    """`same` where replies come back to the sender, a number where they go elsewhere, `none` where they cannot."""
    complaint_body: Mapping[str, str]
    crisis_line: Mapping[str, str]
    price_micros: int
    """Micro-dollars a message part, carrier fee included; an order of magnitude until the price list was read."""
    registered_entity: str
    """Who the carriers know us as, in a country that registers texts."""
    consequence_words: Mapping[str, str]
    """A true, approved fact with `{date}` in it, by locale; empty if none was approved."""
    consequence_day: int
    """The day past due on which it comes."""
    desk_opens: time
    desk_closes: time
    """The follow-up desk's working hours, in `desk_zone`."""
    desk_zone: str
    arrangements: ArrangementLimits
    """What a borrower there may be offered without asking anybody."""


class Lender(Struct, frozen=True, kw_only=True):
    """Who speaks."""

    name: str
    file: str
    """In templates/lenders."""
    names: Mapping[str, str]
    """The name that a text carries, by locale."""
    offices: Mapping[str, Office]
    """By country, or by a jurisdiction of several countries."""
    family: str
    """Which strategy, and so which family of texts, it uses."""
    consent_default: str
    """The source of consent that the lender declares for rows that name none; empty if it declares none."""
    columns: Mapping[str, str]
    """Our column name -> the header of the lender's loan file, where they differ."""
    answers_a_day: int
    """Most automatic answers to one number in 24 hours."""
    promise_days_at_most: int
    """A promise for a later day is for a person to take."""
    vague_promise_working_days: int
    """How long a promise without a day leaves the borrower in peace."""
    resume_after_working_days: int
    """Peace after a person has answered, before the ladder goes on."""


class Template(Struct, frozen=True):
    """One text's source and what it is for."""

    name: str
    locale: str
    version: str
    source: str
    purpose: str = ""
    """`pre_due`, `demand` or `answer`: what the law and the catalogue ask of it."""
    required: tuple[str, ...] = ()
    """Variables that it must show, and `basis`."""
    required_first: tuple[str, ...] = ()
    """What the first demand of an episode must show besides."""
    segments: int = 2
    """The most parts that it may cost with the longest values."""
    later_segments: int = 2
    """The same for demands that follow the first one of an episode."""
    countries: tuple[str, ...] = ()
    """The only countries that it may be sent to; empty for all."""
    registered: Mapping[str, str] = field(default_factory=dict)
    """Its id with the carriers, by country, where texts are registered."""


class Content(Struct, frozen=True, kw_only=True, dict=True):
    """Everything that collections and compliance people own. Without slots: `listening` is opened once."""

    lender: Lender
    policies: Mapping[str, tuple[Policy, ...]]
    """By country, or by country and sub-jurisdiction as in `US-MA`; all of a tuple must allow."""
    strategy: Strategy
    templates: Mapping[tuple[str, str], Template]
    """By name and locale."""
    replies: str
    """Packed: what replies are understood by."""
    help_block: frozenset[str] = frozenset()
    """Questions, normalised, that the block "who we are and how to reach us" answers."""
    experiments: "tuple[Experiment, ...]" = ()
    """What is compared on this lender's book; most of the time nothing."""
    treatments: Mapping[frozenset[tuple[str, str]], Strategy] = field(default_factory=dict)
    """The strategy of each mixture of arms."""
    pause_working_days: Mapping[str, int | None] = field(default_factory=dict)
    """By state of an account: how long it pauses demands; None until a person or the ledger ends it."""

    @cached_property
    def listening(self) -> "Listening":
        """What replies are understood by, opened only where replies are read."""
        from .understanding.listening import Listening

        return Listening(self.replies)

    @cached_property
    def demand_steps(self) -> frozenset[str]:
        """Names of the lender's steps that demand money: a loan that has had none of them is new to a borrower."""
        steps = (step for scheme in self.strategy.schemes for step in scheme.steps)
        return frozenset(step.name for step in steps if step.kind is Kind.DEMAND)

    def policies_for(self, country: str, sub: str | None, now: datetime) -> tuple[Policy, ...]:
        """All policies that bind a contact on that day (UTC); none means that nobody has read the law there.

        All of them must allow a contact, so the strictest wins. A part of the country that nobody knows blocks,
        and so does a country whose policy is not in force yet or any more.
        """
        if sub and sub not in self.policies:
            return ()
        day = now.date()
        national = tuple(policy for policy in self.policies.get(country, ()) if policy.in_force(day))
        local = tuple(policy for policy in self.policies.get(sub or "", ()) if policy.in_force(day))
        return national + local if national else ()

    def keep_days(self, country: str, sub: str | None, now: datetime) -> int:
        """How long the law of a place wants records kept; where nobody has read it, the longest time of all."""
        policies = self.policies_for(country, sub, now)
        return keep_days(policies or [policy for each in self.policies.values() for policy in each])

    def running_arms(self, arms: Mapping[str, str], today: date) -> Mapping[str, str]:
        """Of a loan's arms those that treat it today: an experiment that is over leaves it as the lender would."""
        return {
            experiment.name: arms[experiment.name]
            for experiment in self.experiments
            if experiment.name in arms and experiment.runs_on(today) and experiment.arm(arms[experiment.name])
        }

    def arm(self, experiment: str, arm: str) -> "Arm | None":
        """None for one that is not compared any more."""
        return next((each.arm(arm) for each in self.experiments if each.name == experiment), None)

    def strategy_for(self, arms: Mapping[str, str], today: date) -> Strategy:
        """The lender's own, unless an arm says otherwise."""
        if not arms or not self.experiments:
            return self.strategy
        return self.treatments.get(frozenset(self.running_arms(arms, today).items()), self.strategy)

    def serves(self, country: str) -> bool:
        """Whether the lender has an office for borrowers there."""
        try:
            self.office(country)
        except ContentError:
            return False
        return True

    @property
    def locales(self) -> frozenset[str]:
        """Locales that a loan may have: those with texts, and the countries' forms of English."""
        spoken = {locale for _, locale in self.templates}
        return frozenset(spoken | {"en-US", "en-GB", "en-IN"} if "en" in spoken else spoken)

    def template(self, name: str, locale: str) -> Template:
        """The template for a locale, or for its language: `en-GB` falls back to `en`."""
        for candidate in (locale, locale.split("-")[0]):
            if (name, candidate) in self.templates:
                return self.templates[name, candidate]
        raise ContentError(f"templates/sms: no template {name} for {locale}: add sms/{locale}/{name}.txt")

    def wording(self, name: str, locale: str) -> str:
        """What a stop of these words is called: `en-US` and `en-GB` share those of `en` until they have their own."""
        for candidate in (locale, locale.split("-")[0]):
            if (name, candidate) in self.templates:
                return f"{name}/{candidate}"
        return f"{name}/{locale}"

    def office(self, country: str) -> Office:
        """The country's own, or the one of its jurisdiction, as `EU` for member states without their own.

        Raises ContentError for a country that the lender does not serve.
        """
        jurisdictions = (policy.jurisdiction for policy in self.policies.get(country, ()))
        for name in (country, *jurisdictions):
            if name in self.lender.offices:
                return self.lender.offices[name]
        raise ContentError(f"templates/lenders: {self.lender.name} has no office for {country}: add one")
