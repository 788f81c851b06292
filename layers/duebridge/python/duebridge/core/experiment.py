"""Comparing treatments on the lender's own book: which loan is in which arm, and what the arm changes for it."""

from collections.abc import Iterable, Mapping, Sequence
from copy import replace
from datetime import date
from hashlib import sha256
from itertools import product

from msgspec import Struct, field

from .strategy import Scheme, Step, Strategy

PLACES = 10_000
"""Hundredths of a percent, in which a loan's place among the shares of the arms is told."""


class Rail(Struct, frozen=True):
    """How often an outcome may follow a text before its arm is stopped."""

    most: float
    """Of the arm's demands and reminders, as a share such as 0.01."""
    least_contacts: int
    """Before so many texts it says nothing."""


class Arm(Struct, frozen=True, kw_only=True):
    """One of the treatments that are compared."""

    name: str
    share: int
    """Percent of the loans. What the shares leave over takes no part."""
    family: str | None = None
    """The strategy that it follows; None for the lender's own."""
    templates: Mapping[str, str] = field(default_factory=dict)
    """Variants: the template of the strategy -> the one that is sent in its place."""
    days: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Timing: a stage -> the first and the last day past due on which it is sent."""
    is_hold_out: bool = False
    """Hears nothing that the law does not require."""


class Experiment(Struct, frozen=True, kw_only=True):
    """What is compared, on whom, how long and by which outcome. Written down before the first loan is assigned."""

    name: str
    layer: str
    """A loan is in one experiment a layer at most: those of other layers change other things."""
    segments: frozenset[str]
    """Of the lender's own strategy; empty for all."""
    starts: date
    ends: date
    """The last day on which loans are assigned and treated by their arms."""
    arms: tuple[Arm, ...]
    control: str
    """The arm that the others are compared with."""
    primary: str
    """The outcome that decides, by its name in core/outcome.py."""
    expected: float
    """The share of the control's loans that is expected to have it; the sample is planned by it."""
    worth_finding: float
    """The smallest difference of that share that would change what the lender does."""
    guard_rails: Mapping[str, Rail] = field(default_factory=dict)
    """By outcome."""

    def runs_on(self, day: date) -> bool:
        """Whether loans are assigned and treated by it on a day of their calendar."""
        return self.starts <= day <= self.ends

    def takes(self, segment: str) -> bool:
        """Whether loans of this segment are compared."""
        return not self.segments or segment in self.segments

    def arm(self, name: str) -> Arm | None:
        """None for an arm that a newer version of the content has dropped."""
        return next((arm for arm in self.arms if arm.name == name), None)

    def arm_for(self, loan_id: str) -> Arm | None:
        """By a stable hash of loan and experiment; None beyond the shares."""
        place = _hash(self.name, loan_id) % PLACES
        reached = 0
        for arm in self.arms:
            reached += arm.share * PLACES // 100
            if place < reached:
                return arm
        return None


class Enrolment(Struct, frozen=True):
    """A loan's part in one experiment: decided once, and never changed."""

    arm: str
    on: date
    """The day of its assignment, by the borrower's calendar."""
    stratum: str
    """The stage of days past due on that day."""


def assigned(
    experiments: Iterable[Experiment], loan_id: str, segment: str, today: date, known: Mapping[str, str]
) -> Mapping[str, str]:
    """Experiment -> arm: all that is known, and for each layer that is free today the one that takes the loan."""
    running = [experiment for experiment in experiments if experiment.runs_on(today)]
    taken = {experiment.layer for experiment in running if experiment.name in known}
    arms = dict(known)
    for layer in sorted({experiment.layer for experiment in running} - taken):
        fitting = [each for each in running if each.layer == layer and each.takes(segment)]
        if not fitting:
            continue
        one = sorted(fitting, key=lambda each: each.name)[_hash(layer, loan_id) % len(fitting)]
        arm = one.arm_for(loan_id)
        if arm:
            arms[one.name] = arm.name
    return arms


def treatments(
    experiments: Sequence[Experiment], own: Strategy, families: Mapping[str, Strategy]
) -> Mapping[frozenset[tuple[str, str]], Strategy]:
    """The strategy of every mixture of arms that a loan can be in: worked out once, looked up for each loan."""
    layers: dict[str, list[tuple[str, Arm] | None]] = {}
    for experiment in experiments:
        layers.setdefault(experiment.layer, [None]).extend((experiment.name, arm) for arm in experiment.arms)
    found = {}
    for mixture in product(*layers.values()):
        chosen = [each for each in mixture if each]
        found[frozenset((name, arm.name) for name, arm in chosen)] = _treated(own, families, [arm for _, arm in chosen])
    return found


def _treated(own: Strategy, families: Mapping[str, Strategy], arms: Iterable[Arm]) -> Strategy:
    strategy, changing = own, list(arms)
    for arm in changing:
        if arm.family:
            strategy = families[arm.family]
    for arm in changing:
        if arm.templates or arm.days:
            strategy = replace(strategy, schemes=tuple(_scheme(scheme, arm) for scheme in strategy.schemes))
    return strategy


def _scheme(scheme: Scheme, arm: Arm) -> Scheme:
    return replace(scheme, steps=tuple(_step(step, arm) for step in scheme.steps))


def _step(step: Step, arm: Arm) -> Step:
    first_day, last_day = arm.days.get(step.name, (step.first_day, step.last_day))
    template = arm.templates.get(step.template, step.template)
    return replace(step, template=template, first_day=first_day, last_day=last_day)


def _hash(*words: str) -> int:
    return int.from_bytes(sha256(chr(31).join(words).encode()).digest()[:8])
