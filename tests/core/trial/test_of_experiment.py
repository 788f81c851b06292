"""An experiment's counts, read as a trial."""

from copy import replace
from datetime import date, timedelta

import pytest

from duebridge.core.experiment import Arm, Experiment, Rail
from duebridge.core.outcome import Cell, DayCounts, Group, GroupCounts, Reached
from duebridge.core.trial.of_experiment import cohorts_of, plan_of, rails_of, sums_of, window_days
from duebridge.core.trial.verdict import Cohort

DAY = date(2026, 3, 11)
EXPERIMENT = Experiment(
    name="scheme",
    layer="texts",
    segments=frozenset(),
    starts=DAY,
    ends=DAY + timedelta(days=27),
    arms=(Arm(name="own", share=45), Arm(name="new", share=45), Arm(name="none", share=10, is_hold_out=True)),
    control="own",
    primary="cure_14",
    expected=0.45,
    worth_finding=0.04,
    guard_rails={"complaint": Rail(0.01, 50)},
)


def cell(arm: str, experiment: str = "scheme", template: str = "unified/days-1-3") -> Cell:
    return Cell(DAY, experiment, arm, "everyone", template, "1a2b3c4d", "GB", "en", "days-1-3")


def group(arm: str, currency: str = "GBP", experiment: str = "scheme") -> Group:
    return Group(experiment, arm, "days-1-3", currency)


def day(cells: dict[Cell, dict[str, int]] | None = None, groups: dict[Group, GroupCounts] | None = None) -> DayCounts:
    return DayCounts(DAY, cells or {}, groups or {})


def test_the_plan_is_what_the_experiment_says() -> None:
    plan = plan_of(EXPERIMENT, ("days-1-3", "days-4-15"))
    assert (plan.control, plan.treated, plan.window_days) == ("own", ("new", "none"), 14)
    assert (plan.baseline, plan.least_effect) == (0.45, 0.04)
    assert (plan.starts, plan.ends) == (EXPERIMENT.starts, EXPERIMENT.ends)


@pytest.mark.parametrize(("outcome", "days"), [("cure_3", 3), ("cure_30", 30), ("displeased", 30)])
def test_an_outcome_has_its_window(outcome: str, days: int) -> None:
    assert window_days(outcome) == days


def test_cohorts_are_loans_assigned_with_and_without_the_outcome() -> None:
    counts = GroupCounts(12, {"cure_14": Reached(5, 500, 60_000), "displeased": Reached(1)})
    other = group("own", experiment="voice")
    days = [day(groups={group("own"): counts, group("new", "EUR"): GroupCounts(3, {}), other: counts})]
    assert list(cohorts_of(days, EXPERIMENT)) == [
        Cohort(DAY, "own", "days-1-3", 12, 5),
        Cohort(DAY, "new", "days-1-3", 3, 0),
    ]
    assert [each.outcomes for each in cohorts_of(days, EXPERIMENT, "displeased")] == [1, 0]


def test_amounts_are_summed_in_one_currency_over_all_loans_assigned() -> None:
    counts = GroupCounts(12, {"cure_14": Reached(5, 500, 60_000)})
    days = [day(groups={group("own"): counts, group("own", "EUR"): counts}), day(groups={group("own"): counts})]
    [(key, sums)] = sums_of(days, EXPERIMENT, "GBP", "cure_14").items()
    assert key == ("own", "days-1-3")
    assert (sums.loans, sums.total, sums.squares) == (24, 1_000, 120_000)


def test_rails_count_all_texts_of_an_arm_over_all_days() -> None:
    harmed = {
        cell("new"): {"contact": 200, "complaint": 8},
        cell("new", template="x"): {"contact": 100, "complaint": 7},
    }
    calm = {cell("own"): {"contact": 300, "complaint": 2}, cell("", experiment=""): {"contact": 600, "complaint": 17}}
    rails = rails_of([day(cells=harmed), day(cells=calm)], EXPERIMENT)
    assert set(rails) == {"own", "new"}
    assert rails["new"]["complaint"].is_tripped
    assert rails["new"]["complaint"].rate == pytest.approx(0.05)
    assert not rails["own"]["complaint"].is_tripped


def test_a_rail_says_nothing_before_its_least_contacts() -> None:
    few = [day(cells={cell("new"): {"contact": 40, "complaint": 20}})]
    assert not rails_of(few, EXPERIMENT)["new"]["complaint"].is_tripped
    lower = replace(EXPERIMENT, guard_rails={"complaint": Rail(0.01, 40)})
    assert rails_of(few, lower)["new"]["complaint"].is_tripped


def test_two_complaints_about_one_text_are_no_error() -> None:
    assert rails_of([day(cells={cell("new"): {"contact": 60, "complaint": 61}})], EXPERIMENT)["new"][
        "complaint"
    ].is_tripped
