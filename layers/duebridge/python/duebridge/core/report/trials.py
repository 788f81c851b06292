"""Experiments as a reader meets them: the verdict, what to read beside it, and what each arm's loans did."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from ..experiment import Arm, Experiment
from ..outcome import CURE_DAYS, DayCounts, OutcomeKind
from ..stop import arm_label
from ..trial.of_experiment import CURE, cohorts_of, plan_of, rails_of, sums_of, window_days
from ..trial.planning import TrialPlan
from ..trial.rail import Reading
from ..trial.rates import Sums, Tally, stratified_mean, z_for
from ..trial.spending import schedule
from ..trial.verdict import Cohort, Conclusion, Look, Verdict, looks_of, so_far, verdicts
from .model import Answer, ArmLine, Compared, Comparison, CuredAmount, Grown, RailLine, Trial
from .sparing import FEWEST, Share, share

ONE_LOOK = 0.05
"""The error of an interval that is for reading and concludes nothing."""
WISHED_FOR = frozenset(
    {*(f"{CURE}{days}" for days in CURE_DAYS), OutcomeKind.REPLY, OutcomeKind.PROMISE_NOTED, OutcomeKind.PROMISE_KEPT}
)
"""Outcomes of which a lender wants more; of all others it wants less."""
STATIONS = (OutcomeKind.REPLY, OutcomeKind.PROMISE_NOTED, OutcomeKind.PROMISE_KEPT, f"{CURE}{max(CURE_DAYS)}")
"""What a loan may come to after its assignment."""
ORDER = (
    *(f"{CURE}{days}" for days in CURE_DAYS),
    *("reply", "promise_noted", "promise_kept", "dispute", "complaint", "displeased", "opt_out", "wrong_number"),
)
"""In which outcomes are read."""


class Known(Struct, frozen=True, kw_only=True):
    """What every part of a trial's report is made of."""

    days: Sequence[DayCounts]
    experiment: Experiment
    plan: TrialPlan
    as_of: date
    stopped_arms: frozenset[str]
    """Labels, as core/stop.py writes them."""

    def cohorts(self, outcome: str = "") -> tuple[Cohort, ...]:
        """Loans by the day of their assignment, with one outcome."""
        return tuple(
            cohort
            for cohort in cohorts_of(self.days, self.experiment, outcome)
            if self.plan.starts <= cohort.assigned_on <= self.plan.ends
        )


def trial_of(
    days: Sequence[DayCounts],
    experiment: Experiment,
    stages: tuple[str, ...],
    as_of: date,
    stopped_arms: frozenset[str],
) -> Trial:
    """As of the morning of a day."""
    plan = plan_of(experiment, stages)
    known = Known(days=days, experiment=experiment, plan=plan, as_of=as_of, stopped_arms=stopped_arms)
    cohorts = known.cohorts()
    found = verdicts(cohorts, plan, as_of)
    is_more_better = experiment.primary in WISHED_FOR
    rails = rails_of(days, experiment)
    texts = _texts(days, experiment)
    control = experiment.arm(experiment.control)
    others = (arm for arm in experiment.arms if arm is not control)
    return Trial(
        experiment=experiment,
        is_more_better=is_more_better,
        window_days=plan.window_days,
        has_begun=as_of > experiment.starts,
        comparisons=tuple(
            Comparison(
                verdict=verdict,
                answer=_answer(verdict, is_more_better=is_more_better, has_begun=bool(cohorts)),
                so_far=_compared(known, experiment.primary, arm),
                others=tuple(_compared(known, kind, arm) for kind in ORDER if kind != experiment.primary),
                amounts=tuple(_amounts(known, arm)),
                grown=_grown(known, cohorts, arm),
            )
            for arm, verdict in found.items()
        ),
        arms=tuple(
            _arm_line(known, arm, rails.get(arm.name, {}), texts[arm.name])
            for arm in ((control, *others) if control else others)
        ),
    )


def _answer(verdict: Verdict, *, is_more_better: bool, has_begun: bool) -> Answer:
    if not has_begun:
        return Answer.NOT_BEGUN
    if verdict.conclusion is Conclusion.CONCLUSIVE:
        return Answer.HELPED if verdict.is_better == is_more_better else Answer.DID_WORSE
    return Answer.NOT_ENOUGH if verdict.conclusion is Conclusion.NOT_ENOUGH else Answer.INCONCLUSIVE


def _compared(known: Known, outcome: str, arm: str) -> Compared:
    """Of all loans assigned so far; of those whose days are not over, as many in one arm as in the other."""
    look = so_far(known.cohorts(outcome), known.plan, arm, known.as_of)
    treated = _sum(pair.treated for pair in look.pairs.values())
    control = _sum(pair.control for pair in look.pairs.values())
    low, high = look.difference.interval(z_for(ONE_LOOK))
    return Compared(
        outcome=outcome,
        days=window_days(outcome),
        treated=share(treated.outcomes, treated.loans),
        control=share(control.outcomes, control.loans),
        difference=look.difference.value,
        low=low,
        high=high,
        is_told=look.difference.error is not None and has_enough(treated) and has_enough(control),
    )


def has_enough(tally: Tally) -> bool:
    """Whether a figure of these loans says something, and points at nobody."""
    return min(tally.outcomes, tally.loans - tally.outcomes) >= FEWEST


def _amounts(known: Known, arm: str) -> Iterable[CuredAmount]:
    """In each currency by itself: no exchange rate is ours to choose."""
    primary, control = known.experiment.primary, known.plan.control
    outcome = primary if primary.startswith(CURE) else f"{CURE}{max(CURE_DAYS)}"
    cured = _cured_loans(known, outcome)
    for currency in sorted({currency for _, currency in cured}):
        if min(cured[arm, currency], cured[control, currency]) < FEWEST:
            continue
        sums = sums_of(known.days, known.experiment, currency, outcome)
        strata = sorted({stratum for _, stratum in sums})
        nothing = Sums(0, 0.0, 0.0)
        pairs = [(sums.get((arm, each), nothing), sums.get((control, each), nothing)) for each in strata]
        difference = stratified_mean(pairs)
        if difference.error is None:
            continue
        reach = z_for(ONE_LOOK) * difference.error
        yield CuredAmount(
            currency=currency,
            loans=sum(treated.loans + untreated.loans for treated, untreated in pairs),
            treated_minor=_mean(treated for treated, _ in pairs),
            control_minor=_mean(untreated for _, untreated in pairs),
            difference_minor=difference.value,
            low_minor=difference.value - reach,
            high_minor=difference.value + reach,
        )


def _cured_loans(known: Known, outcome: str) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for day in known.days:
        for group, counts in day.groups.items():
            if group.experiment == known.experiment.name and outcome in counts.outcomes:
                found[group.arm, group.currency] += counts.outcomes[outcome].loans
    return found


def _mean(sums: Iterable[Sums]) -> float:
    every = list(sums)
    loans = sum(each.loans for each in every)
    return sum(each.total for each in every) / loans if loans else 0.0


def _grown(known: Known, cohorts: tuple[Cohort, ...], arm: str) -> tuple[Grown, ...]:
    """The looks that could have concluded something, each with the interval that may be read on its day."""
    plan, looks = known.plan, looks_of(cohorts, known.plan, arm, known.as_of)
    tested = [look for look in looks if look.fraction >= plan.least_fraction]
    if not tested:
        return ()
    is_over = known.as_of >= plan.last_look or looks[-1].fraction >= 1
    bounds = schedule(tuple(look.fraction for look in tested), plan.level(len(plan.treated)), is_over=is_over).bounds
    return tuple(_seen(look, bound) for look, bound in zip(tested, bounds, strict=True) if _tells(look))


def _tells(look: Look) -> bool:
    sides = ((pair.treated for pair in look.pairs.values()), (pair.control for pair in look.pairs.values()))
    return all(has_enough(_sum(side)) for side in sides)


def _seen(look: Look, bound: float) -> Grown:
    treated = _sum(pair.treated for pair in look.pairs.values())
    control = _sum(pair.control for pair in look.pairs.values())
    low, high = look.difference.interval(bound)
    return Grown(
        day=look.day,
        fraction=look.fraction,
        treated=share(treated.outcomes, treated.loans),
        control=share(control.outcomes, control.loans),
        difference=look.difference.value,
        low=low,
        high=high,
    )


def _arm_line(known: Known, arm: Arm, readings: Mapping[str, Reading], texts: Counter[str]) -> ArmLine:
    assigned = sum(cohort.loans for cohort in known.cohorts() if cohort.arm == arm.name)
    return ArmLine(
        arm=arm.name,
        is_control=arm.name == known.plan.control,
        is_hold_out=arm.is_hold_out,
        is_stopped=arm_label(known.experiment.name, arm.name) in known.stopped_arms,
        assigned=assigned,
        cured={days: _cured_within(known, arm, days) for days in CURE_DAYS},
        stations={kind: _of_all(known, arm, kind) for kind in STATIONS},
        rails={
            outcome: RailLine(
                known.experiment.guard_rails[outcome], reading, share(texts[outcome], texts[OutcomeKind.CONTACT])
            )
            for outcome, reading in readings.items()
        },
    )


def _cured_within(known: Known, arm: Arm, days: int) -> Share:
    """Of the loans that have had so many days."""
    last_day = known.as_of - timedelta(days=days + 1)
    cohorts = [each for each in known.cohorts(f"{CURE}{days}") if each.arm == arm.name and each.assigned_on <= last_day]
    return share(sum(each.outcomes for each in cohorts), sum(each.loans for each in cohorts))


def _of_all(known: Known, arm: Arm, outcome: str) -> Share:
    cohorts = [each for each in known.cohorts(outcome) if each.arm == arm.name]
    return share(sum(each.outcomes for each in cohorts), sum(each.loans for each in cohorts))


def _texts(days: Sequence[DayCounts], experiment: Experiment) -> Mapping[str, Counter[str]]:
    """What was counted of each arm's texts."""
    found: dict[str, Counter[str]] = {arm.name: Counter() for arm in experiment.arms}
    for day in days:
        for cell, kinds in day.cells.items():
            if cell.experiment == experiment.name and cell.arm in found:
                found[cell.arm].update(kinds)
    return found


def _sum(tallies: Iterable[Tally]) -> Tally:
    return sum(tallies, Tally(0, 0))
