"""Did it help? One answer for each arm, from counts of loans by the day they were assigned."""

from collections.abc import Iterable, Mapping
from copy import replace
from datetime import date, timedelta
from enum import StrEnum
from math import ceil, inf

from msgspec import Struct

from .planning import TrialPlan
from .rates import Difference, Pair, Tally, newcombe, stratified
from .spending import schedule

NOBODY = Tally(0, 0)
LEAST_STEP, LEAST_LAST_STEP = 0.002, 0.0005
"""A look that adds less than this share of the planned sample waits for the next; on the last day, for nothing."""


class Conclusion(StrEnum):
    """What may be said."""

    NOT_ENOUGH = "not_enough"
    """Too few loans to say anything: inconclusive, and it would be at any figures."""
    INCONCLUSIVE = "inconclusive"
    """No difference was shown. It is not shown that there is none."""
    CONCLUSIVE = "conclusive"


class Cohort(Struct, frozen=True):
    """Loans that were assigned to an arm on one day within one stratum, and those with the outcome in its window.

    Every loan assigned counts, texted or not. A payment that becomes known late changes the cohort of its loan.
    """

    assigned_on: date
    arm: str
    stratum: str
    """The stage of days past due on the day of assignment."""
    loans: int
    outcomes: int

    def __post_init__(self) -> None:
        if not 0 <= self.outcomes <= self.loans:
            raise ValueError(f"{self.outcomes} of {self.loans} loans have the outcome: count each loan once")


class Look(Struct, frozen=True):
    """What was known of one comparison on one day: loans whose window was over."""

    day: date
    pairs: Mapping[str, Pair]
    """By stratum."""
    fraction: float
    """Of the planned sample."""

    @property
    def difference(self) -> Difference:
        """Treated less control."""
        return stratified(self.pairs.values())


class Stratum(Struct, frozen=True, kw_only=True):
    """One stage for a reader. Its interval is of one look at one stratum: it concludes nothing."""

    name: str
    pair: Pair
    low: float
    high: float


class Verdict(Struct, frozen=True, kw_only=True):
    """One arm against the control."""

    arm: str
    control: str
    conclusion: Conclusion
    treated: Tally
    untreated: Tally
    """The control's."""
    difference: float
    """Treated less control, within strata; of the day that decided, or of the latest look."""
    low: float
    high: float
    """Right on all days together with the plan's confidence, however often one looks."""
    looked_on: date | None
    """The latest look; None before the first window is over."""
    decided_on: date | None
    """The first look that showed a difference. Later looks do not take it back."""
    is_final: bool
    """The planned sample or the last day is reached: no look will follow."""
    fraction: float
    """Of the planned sample, at the latest look."""
    waiting: int
    """Loans of both arms that are assigned and whose window is not over."""
    loans_planned: int
    loans_needed: int
    """Of both arms, still to be assigned for the planned sample; 0 once decided."""
    detectable: float
    """The smallest difference that the loans looked at would find with the planned power."""
    strata: tuple[Stratum, ...]

    @property
    def is_better(self) -> bool:
        """Conclusively more of the outcome than the control."""
        return self.conclusion is Conclusion.CONCLUSIVE and self.difference > 0

    @property
    def is_worse(self) -> bool:
        """Conclusively less of the outcome than the control."""
        return self.conclusion is Conclusion.CONCLUSIVE and self.difference < 0


def verdicts(cohorts: Iterable[Cohort], plan: TrialPlan, today: date) -> dict[str, Verdict]:
    """By arm, as of the morning of `today`. The same cohorts give the same answer on every run.

    Several arms share the allowed error by Holm's method (1979): the strictest level first, and each arm that
    is decided leaves its part to the others. With sequential looks this is a closed test (Maurer and Bretz,
    Statistics in Biopharmaceutical Research 5, 2013).
    """
    known = tuple(cohort for cohort in cohorts if plan.starts <= cohort.assigned_on <= plan.ends)
    comparisons = {arm: _Comparison(plan, arm, known, today) for arm in plan.treated}
    undecided, answers = set(plan.treated), dict[str, Verdict]()
    while undecided:
        level = plan.level(len(undecided))
        asked = {arm: comparisons[arm].verdict(level) for arm in undecided}
        answers |= asked
        decided = {arm for arm, verdict in asked.items() if verdict.decided_on}
        undecided = undecided - decided if decided else set()
    return {arm: answers[arm] for arm in plan.treated}


def looks_of(cohorts: Iterable[Cohort], plan: TrialPlan, arm: str, today: date) -> tuple[Look, ...]:
    """A look a day, until the planned sample or the last day is reached.

    Whether a day gets a look is asked of its loans, not of their outcomes: what is looked at must not depend on
    what is seen.
    """
    by_day: dict[date, list[Cohort]] = {}
    for cohort in cohorts:
        known_on = _known_on(cohort, plan)
        if cohort.arm in (arm, plan.control) and known_on <= today:
            by_day.setdefault(known_on, []).append(cohort)
    needed, pairs, looks = plan.weight_needed(arm), dict[str, Pair](), list[Look]()
    for day, cohorts_of_day in sorted(by_day.items()):
        for cohort in cohorts_of_day:
            pairs[cohort.stratum] = _with(pairs.get(cohort.stratum, Pair(NOBODY, NOBODY)), cohort, arm)
        fraction = round(sum(pair.weight for pair in pairs.values()) / needed, 4)
        before = looks[-1].fraction if looks else 0.0
        if fraction - before < (LEAST_STEP if day < plan.last_look else LEAST_LAST_STEP):
            continue
        looks.append(Look(day, dict(pairs), fraction))
        if fraction >= 1:
            break
    return tuple(looks)


def so_far(cohorts: Iterable[Cohort], plan: TrialPlan, arm: str, today: date) -> Look:
    """All loans assigned, also those whose window is not over: to read while one waits, never to conclude from."""
    pairs: dict[str, Pair] = {}
    for cohort in cohorts:
        if cohort.arm in (arm, plan.control) and plan.starts <= cohort.assigned_on <= plan.ends:
            pairs[cohort.stratum] = _with(pairs.get(cohort.stratum, Pair(NOBODY, NOBODY)), cohort, arm)
    weight = sum(pair.weight for pair in pairs.values())
    return Look(today, pairs, round(weight / plan.weight_needed(arm), 4))


class _Comparison:
    """One arm and the control, at whatever level Holm's method asks."""

    def __init__(self, plan: TrialPlan, arm: str, cohorts: tuple[Cohort, ...], today: date) -> None:
        self._plan, self._arm = plan, arm
        self._looks = looks_of(cohorts, plan, arm, today)
        self._tested = [look for look in self._looks if look.fraction >= plan.least_fraction]
        self._is_final = today >= plan.last_look or any(look.fraction >= 1 for look in self._looks)
        both = [cohort for cohort in cohorts if cohort.arm in (arm, plan.control)]
        self._waiting = sum(cohort.loans for cohort in both if _known_on(cohort, plan) > today)

    def verdict(self, level: float) -> Verdict:
        """At one level."""
        bounds = self._bounds(level)
        deciding = next((pair for pair in zip(self._tested, bounds, strict=True) if self._stands_out(*pair)), None)
        latest = self._looks[-1] if self._looks else None
        if deciding:
            return self._told(Conclusion.CONCLUSIVE, *deciding)
        is_enough = bool(self._tested) and self._has_outcomes(self._tested[-1])
        return self._told(
            Conclusion.INCONCLUSIVE if is_enough else Conclusion.NOT_ENOUGH, latest, bounds[-1] if is_enough else inf
        )

    def _bounds(self, level: float) -> tuple[float, ...]:
        if not self._tested:
            return ()
        fractions = tuple(look.fraction for look in self._tested)
        return schedule(fractions, level, is_over=self._is_final).bounds

    def _stands_out(self, look: Look, bound: float) -> bool:
        if not self._has_outcomes(look):
            return False
        difference = look.difference
        return difference.error is not None and abs(difference.value) >= bound * difference.error

    def _has_outcomes(self, look: Look) -> bool:
        """The bounds are those of a normal figure, which a handful of outcomes does not have."""
        sides = (_sum(pair.treated for pair in look.pairs.values()), _sum(pair.control for pair in look.pairs.values()))
        return all(min(side.outcomes, side.loans - side.outcomes) >= self._plan.least_outcomes for side in sides)

    def _told(self, conclusion: Conclusion, look: Look | None, bound: float) -> Verdict:
        plan, pairs = self._plan, look.pairs if look else {}
        difference = look.difference if look else Difference(0.0, None)
        low, high = difference.interval(bound)
        latest = self._looks[-1] if self._looks else None
        is_decided = conclusion is Conclusion.CONCLUSIVE
        planned, fraction = plan.loans_needed(self._arm), latest.fraction if latest else 0.0
        return Verdict(
            arm=self._arm,
            control=plan.control,
            conclusion=conclusion,
            treated=_sum(pair.treated for pair in pairs.values()),
            untreated=_sum(pair.control for pair in pairs.values()),
            difference=difference.value,
            low=low,
            high=high,
            looked_on=latest.day if latest else None,
            decided_on=look.day if look and is_decided else None,
            is_final=is_decided or self._is_final,
            fraction=fraction,
            waiting=self._waiting,
            loans_planned=planned,
            loans_needed=0 if is_decided else max(0, ceil(planned * (1 - fraction)) - self._waiting),
            detectable=plan.detectable(self._arm, sum(pair.weight for pair in pairs.values())),
            strata=tuple(_stratum(name, pairs[name]) for name in _in_order(plan, pairs)),
        )


def _known_on(cohort: Cohort, plan: TrialPlan) -> date:
    """The morning on which a cohort's window is over."""
    return cohort.assigned_on + timedelta(days=plan.window_days + 1)


def _with(pair: Pair, cohort: Cohort, arm: str) -> Pair:
    tally = Tally(cohort.loans, cohort.outcomes)
    if cohort.arm == arm:
        return replace(pair, treated=pair.treated + tally)
    return replace(pair, control=pair.control + tally)


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, NOBODY)


def _in_order(plan: TrialPlan, pairs: Mapping[str, Pair]) -> list[str]:
    named = [name for name in plan.strata if name in pairs]
    return named + sorted(set(pairs) - set(named))


def _stratum(name: str, pair: Pair) -> Stratum:
    low, high = newcombe(pair)
    return Stratum(name=name, pair=pair, low=low, high=high)
