"""Streams of outcomes without a world around them: loans assigned each day, and whether they paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from duebridge.core.trial.planning import TrialPlan
from duebridge.core.trial.verdict import Cohort, Verdict, verdicts

START = date(2026, 3, 2)
STAGES = {"days-1-3": (0.3, 0.42), "days-4-15": (0.4, 0.36), "days-16-30": (0.2, 0.28), "days-31-60": (0.1, 0.22)}
"""Each stage's part of the loans, and its share that pays."""
BASELINE = sum(part * share for part, share in STAGES.values())
EFFECT = 0.044
"""Bursztyn, Fiorin, Gottlieb and Kanz (JPE 127, 2019): 4.4 points by one sentence of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One kind of experiment, to be run under many seeds."""

    shares: Mapping[str, int]
    effects: Mapping[str, float]
    """By arm; no arm means no effect."""
    days: int = 30
    sample: float = 1.0
    """Loans, as a part of the planned sample."""

    def plan(self) -> TrialPlan:
        """As it would be written down before."""
        return TrialPlan(
            control="own",
            shares=self.shares,
            starts=START,
            ends=START + timedelta(days=self.days - 1),
            window_days=7,
            baseline=BASELINE,
            least_effect=EFFECT,
            strata=tuple(STAGES),
        )

    def cohorts(self, seed: int) -> list[Cohort]:
        """Loans come evenly; who pays is chance."""
        random, plan = Random(seed), self.plan()  # noqa: S311 - chance that repeats
        arm = plan.treated[0]
        per_percent = self.sample * plan.loans_needed(arm) / (self.shares[arm] + self.shares["own"]) / self.days
        return [
            _cohort(random, START + timedelta(days=day), name, stage, round(per_percent * share * part), paid)
            for day in range(self.days)
            for name, share in self.shares.items()
            for stage, (part, rate) in STAGES.items()
            for paid in [rate + self.effects.get(name, 0.0)]
        ]

    def judged(self, seed: int) -> dict[str, Verdict]:
        """Looked at on every day to the last; a decision on any of them stands."""
        plan = self.plan()
        return verdicts(self.cohorts(seed), plan, plan.last_look)

    def decided(self, experiments: int) -> float:
        """The share of experiments with a conclusive arm."""
        found = [any(verdict.decided_on for verdict in self.judged(seed).values()) for seed in range(experiments)]
        return sum(found) / experiments


def _cohort(random: Random, day: date, arm: str, stage: str, loans: int, paid: float) -> Cohort:
    return Cohort(day, arm, stage, loans, random.binomialvariate(loans, paid))


NULL = Stream(shares={"own": 50, "new": 50}, effects={})
NULL_OF_THREE = Stream(shares={"own": 34, "warm": 33, "brief": 33}, effects={})
NULL_OF_A_HOLD_OUT = Stream(shares={"own": 10, "new": 90}, effects={})
NULL_CUT_SHORT = Stream(shares={"own": 50, "new": 50}, effects={}, sample=0.5)
TRUE_EFFECT = Stream(shares={"own": 50, "new": 50}, effects={"new": EFFECT})
WORSE = Stream(shares={"own": 50, "new": 50}, effects={"new": -EFFECT})
