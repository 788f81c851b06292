"""An experiment as it was written down, and its counts as the stations keep them, read as a trial."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from ..experiment import Experiment
from ..outcome import FOLLOWED_DAYS, Cell, DayCounts, OutcomeKind
from .planning import TrialPlan
from .rail import Reading, read_rail
from .rates import Sums
from .verdict import Cohort

CURE = "cure_"


def plan_of(experiment: Experiment, strata: tuple[str, ...] = ()) -> TrialPlan:
    """`strata` are the stages in their order. Raises ValueError where the experiment cannot be judged."""
    return TrialPlan(
        control=experiment.control,
        shares={arm.name: arm.share for arm in experiment.arms},
        starts=experiment.starts,
        ends=experiment.ends,
        window_days=window_days(experiment.primary),
        baseline=experiment.expected,
        least_effect=experiment.worth_finding,
        strata=strata,
    )


def window_days(outcome: str) -> int:
    """Within how many days after the assignment an outcome counts."""
    return int(outcome.removeprefix(CURE)) if outcome.startswith(CURE) else FOLLOWED_DAYS


def cohorts_of(days: Iterable[DayCounts], experiment: Experiment, outcome: str = "") -> Iterator[Cohort]:
    """Loans by the day of their assignment, with the primary outcome or another one; all currencies together."""
    kind = outcome or experiment.primary
    for day in days:
        for group, counts in day.groups.items():
            if group.experiment == experiment.name:
                reached = counts.outcomes.get(kind)
                yield Cohort(day.day, group.arm, group.stratum, counts.assigned, reached.loans if reached else 0)


def sums_of(
    days: Iterable[DayCounts], experiment: Experiment, currency: str, cure: str
) -> Mapping[tuple[str, str], Sums]:
    """What was cured in one currency within the days of `cure_14` or another cure, by arm and stratum, in minor units:
    for `rates.stratified_mean`."""
    found: dict[tuple[str, str], Sums] = {}
    for day in days:
        for group, counts in day.groups.items():
            if group.experiment == experiment.name and group.currency == currency:
                key, reached = (group.arm, group.stratum), counts.outcomes.get(cure)
                known = found.get(key, Sums(0, 0.0, 0.0))
                found[key] = Sums(
                    known.loans + counts.assigned,
                    known.total + (reached.amount_minor if reached else 0),
                    known.squares + (reached.amount_squares if reached else 0),
                )
    return found


def rails_of(days: Iterable[DayCounts], experiment: Experiment) -> Mapping[str, Mapping[str, Reading]]:
    """By arm and outcome, over all days so far: what the rails say now."""
    counts: Counter[tuple[str, str]] = Counter()
    for day in days:
        for cell, kinds in day.cells.items():
            if cell.experiment == experiment.name:
                counts.update(_by_arm(cell, kinds))
    return {
        arm.name: {
            outcome: _reading(
                counts[arm.name, OutcomeKind.CONTACT], counts[arm.name, outcome], rail.most, rail.least_contacts
            )
            for outcome, rail in experiment.guard_rails.items()
        }
        for arm in experiment.arms
        if not arm.is_hold_out
    }


def _by_arm(cell: Cell, kinds: Mapping[str, int]) -> dict[tuple[str, str], int]:
    return {(cell.arm, str(kind)): number for kind, number in kinds.items()}


def _reading(contacts: int, events: int, most: float, least_contacts: int) -> Reading:
    """Events of one text are counted once each, so that two of it in one count cannot pass all texts."""
    return read_rail(contacts, min(events, contacts), most, least_contacts)
