"""What is said of an experiment, and when."""

from copy import replace
from datetime import date, timedelta
from functools import cache
from math import sqrt
from random import Random

import pytest

from duebridge.core.trial.planning import TrialPlan
from duebridge.core.trial.rates import NORMAL
from duebridge.core.trial.verdict import Cohort, Conclusion, Verdict, looks_of, so_far, verdicts
from tests.trials.streams import EFFECT, NULL, NULL_OF_THREE, START, TRUE_EFFECT, WORSE

PLAN = TrialPlan(
    control="own",
    shares={"own": 50, "new": 50},
    starts=START,
    ends=START + timedelta(days=19),
    window_days=7,
    baseline=0.4,
    least_effect=0.05,
)


def cohorts(paid_own: int, paid_new: int, loans: int = 100, days: int = 20) -> list[Cohort]:
    """So many paid of `loans` in each arm on each day."""
    return [
        Cohort(START + timedelta(days=day), arm, "days-1-3", loans, paid)
        for day in range(days)
        for arm, paid in (("own", paid_own), ("new", paid_new))
    ]


def test_a_clear_difference_is_told_with_its_interval_and_the_day() -> None:
    verdict = verdicts(cohorts(40, 55), PLAN, PLAN.last_look)["new"]
    assert verdict.conclusion is Conclusion.CONCLUSIVE
    assert verdict.is_better
    assert not verdict.is_worse
    assert verdict.decided_on is not None
    assert verdict.decided_on < PLAN.last_look
    assert 0 < verdict.low < 0.15 < verdict.high
    assert verdict.loans_needed == 0


def test_a_worse_arm_is_told_as_such() -> None:
    verdict = verdicts(cohorts(55, 40), PLAN, PLAN.last_look)["new"]
    assert verdict.is_worse
    assert verdict.high < 0


def test_later_days_do_not_take_a_decision_back() -> None:
    strong, weak = cohorts(40, 60, days=10), [each for each in cohorts(60, 40) if each.assigned_on > START]
    then = verdicts(strong, PLAN, START + timedelta(days=17))["new"]
    late = [each for each in weak if each.assigned_on >= START + timedelta(days=10)]
    assert verdicts([*strong, *late], PLAN, PLAN.last_look)["new"].decided_on == then.decided_on


def test_equal_arms_are_inconclusive_even_at_the_end() -> None:
    verdict = verdicts(cohorts(40, 40), PLAN, PLAN.last_look)["new"]
    assert verdict.conclusion is Conclusion.INCONCLUSIVE
    assert verdict.is_final
    assert verdict.low < 0 < verdict.high


def test_nothing_is_concluded_below_a_quarter_of_the_sample_whatever_the_figures() -> None:
    verdict = verdicts(cohorts(2, 18, loans=20), PLAN, PLAN.last_look)["new"]
    assert verdict.fraction < PLAN.least_fraction
    assert verdict.conclusion is Conclusion.NOT_ENOUGH
    assert (verdict.low, verdict.high) == (-1.0, 1.0)


def test_nothing_is_concluded_from_a_handful_of_outcomes() -> None:
    verdict = verdicts(cohorts(0, 12), PLAN, PLAN.last_look)["new"]
    assert verdict.untreated.outcomes == 0
    assert verdict.conclusion is Conclusion.NOT_ENOUGH


def test_nobody_assigned_is_not_enough() -> None:
    verdict = verdicts([], PLAN, START)["new"]
    assert verdict.conclusion is Conclusion.NOT_ENOUGH
    assert verdict.looked_on is None
    assert verdict.loans_needed == verdict.loans_planned > 0


def test_the_sample_still_needed_counts_loans_whose_week_is_not_over() -> None:
    today = START + timedelta(days=10)
    assigned = cohorts(40, 42, days=10)
    verdict = verdicts(assigned, PLAN, today)["new"]
    assert verdict.waiting == 200 * 7
    assert verdict.loans_needed == pytest.approx(verdict.loans_planned - 200 * 10, abs=2)


def test_loans_outside_the_experiments_days_do_not_count() -> None:
    before = [replace(each, assigned_on=START - timedelta(days=1)) for each in cohorts(0, 90, days=1)]
    known = cohorts(40, 42)
    assert verdicts([*before, *known], PLAN, PLAN.last_look) == verdicts(known, PLAN, PLAN.last_look)


def test_a_loan_counts_on_the_morning_after_its_week_and_not_before() -> None:
    known = cohorts(40, 42, days=1, loans=1000)
    assert looks_of(known, PLAN, "new", START + timedelta(days=7)) == ()
    assert len(looks_of(known, PLAN, "new", START + timedelta(days=8))) == 1


def test_the_same_counts_give_the_same_verdict_in_any_order() -> None:
    known = TRUE_EFFECT.cohorts(3)
    mixed = list(known)
    Random(1).shuffle(mixed)  # noqa: S311 - chance that repeats
    plan = TRUE_EFFECT.plan()
    assert verdicts(mixed, plan, plan.last_look) == verdicts(known, plan, plan.last_look)


def test_a_late_payment_corrects_the_day_of_its_loan() -> None:
    known = cohorts(40, 42)
    corrected = [replace(known[1], outcomes=known[1].outcomes + 3), known[0], *known[2:]]
    before, after = (looks_of(each, PLAN, "new", PLAN.last_look) for each in (known, corrected))
    assert [look.fraction for look in before] == [look.fraction for look in after]
    assert all(a.difference.value > b.difference.value for a, b in zip(after, before, strict=True))


def test_a_second_arm_makes_the_first_ones_test_stricter_until_one_is_decided() -> None:
    alone = verdicts(cohorts(40, 41), PLAN, PLAN.last_look)["new"]
    three = replace(PLAN, shares={"own": 40, "new": 30, "other": 30})
    same = [replace(each, arm="other") for each in cohorts(40, 40) if each.arm == "new"]
    better = [replace(each, arm="other") for each in cohorts(40, 70) if each.arm == "new"]
    with_an_equal = verdicts([*cohorts(40, 41), *same], three, PLAN.last_look)["new"]
    with_a_decided = verdicts([*cohorts(40, 41), *better], three, PLAN.last_look)["new"]
    width = with_an_equal.high - with_an_equal.low
    assert width > alone.high - alone.low
    assert with_a_decided.high - with_a_decided.low < width


def test_before_the_first_week_is_over_the_figures_so_far_can_be_read() -> None:
    today = START + timedelta(days=3)
    assert verdicts(cohorts(10, 20, days=3), PLAN, today)["new"].looked_on is None
    look = so_far(cohorts(10, 20, days=3), PLAN, "new", today)
    assert look.difference.value == pytest.approx(0.1)
    low, high = look.difference.interval(1.96)
    assert 0 < low < 0.1 < high


def test_a_cohort_with_more_outcomes_than_loans_is_refused() -> None:
    with pytest.raises(ValueError, match="count each loan once"):
        Cohort(START, "own", "days-1-3", 3, 4)


def test_a_plan_predicts_a_power_near_that_of_one_look_at_a_few_more_loans() -> None:
    error = sqrt((0.4 * 0.6 + 0.45 * 0.55) / (PLAN.loans_needed("new") / 2))
    assert 0.80 < NORMAL.cdf(0.05 / error - 1.96) < 0.87
    assert PLAN.detectable("new", PLAN.weight_needed("new")) == pytest.approx(PLAN.least_effect)


def test_an_uneven_split_needs_more_loans() -> None:
    uneven = replace(PLAN, shares={"own": 10, "new": 90})
    assert uneven.loans_needed("new") > 2.5 * PLAN.loans_needed("new")


@pytest.mark.parametrize(
    "wrong",
    [
        {"shares": {"own": 100}},
        {"control": "nobody"},
        {"baseline": 40},
        {"least_effect": 0},
        {"shares": {"own": 100, "new": 0}},
    ],
)
def test_a_plan_that_cannot_be_judged_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"shares|share|baseline"):
        replace(PLAN, **wrong)  # type: ignore[arg-type]


def test_500_experiments_without_effect_are_conclusive_at_most_one_time_in_twenty() -> None:
    assert NULL.decided(500) <= 0.05


def test_nor_are_experiments_of_two_arms_of_which_none_has_an_effect() -> None:
    """Of 150 with just the allowed error, 13 or fewer would err 98 times in 100."""
    assert NULL_OF_THREE.decided(150) <= 13 / 150


@cache
def with_an_effect() -> list[Verdict]:
    return [TRUE_EFFECT.judged(seed)["new"] for seed in range(300)]


def test_an_effect_of_the_published_size_is_found_as_often_as_planned() -> None:
    """300 experiments: three standard errors of 80 % are 7 points."""
    found = sum(verdict.is_better for verdict in with_an_effect())
    assert found / 300 == pytest.approx(TRUE_EFFECT.plan().power, abs=0.07)


def test_what_is_found_has_the_sign_of_the_truth() -> None:
    found = [WORSE.judged(seed)["new"] for seed in range(60)]
    assert any(verdict.is_worse for verdict in found)
    assert not any(verdict.is_better for verdict in found)


def test_the_interval_covers_the_truth_nineteen_times_in_twenty() -> None:
    covered = sum(verdict.low <= EFFECT <= verdict.high for verdict in with_an_effect())
    assert covered >= 0.95 * 300


def test_an_experiment_cut_short_by_its_last_day_is_final() -> None:
    plan = replace(PLAN, ends=START + timedelta(days=6))
    verdict = verdicts(cohorts(40, 45, days=7), plan, plan.last_look)["new"]
    assert verdict.is_final
    assert verdict.fraction < 1
    assert date(2026, 3, 16) == verdict.looked_on
