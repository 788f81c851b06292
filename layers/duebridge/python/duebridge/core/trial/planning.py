"""How many loans an experiment needs before it starts, and what it could find with those it has."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cached_property
from math import ceil, sqrt

from msgspec import Struct, field

from .spending import drift_for

KEPT_BACK = 0.3
"""The part of the allowed error that no look spends: two loans of one borrower are not quite independent, and counts
are not quite normal. It costs a tenth more loans."""
PLANNED_LOOKS = 30
"""Daily looks that the sample is planned for; more or fewer change it by less than two in a hundred."""


class TrialPlan(Struct, frozen=True, kw_only=True, dict=True):
    """What was fixed before the first loan was assigned. Changed later, the error that it promises is not kept."""

    control: str
    """The arm that the others are compared with."""
    shares: Mapping[str, int]
    """Percent of loans by arm, the control's too."""
    starts: date
    ends: date
    """The last day on which loans are assigned."""
    window_days: int
    """The outcome counts within so many days after the day of assignment; before that a loan is not looked at."""
    baseline: float
    """The share with the outcome that is expected of the control."""
    least_effect: float
    """The smallest difference in that share that would be worth having, either way."""
    alpha: float = 0.05
    """How often an experiment without any effect may be called conclusive, over all its looks and arms."""
    power: float = 0.8
    """How surely `least_effect` is found."""
    least_fraction: float = 0.25
    """Below this share of the planned sample nothing is concluded."""
    least_outcomes: int = 10
    """Nor while an arm has fewer loans than this with the outcome, or without it."""
    strata: tuple[str, ...] = field(default=())
    """The order in which a reader sees the strata; others follow by name."""

    def __post_init__(self) -> None:
        if self.control not in self.shares or len(self.shares) < 2:
            raise ValueError(f"shares must name the control {self.control!r} and another arm")
        if min(self.shares.values()) <= 0:
            raise ValueError("every arm needs a share above 0 percent")
        if not 0 < self.baseline < 1 or not 0 < self.least_effect < 1:
            raise ValueError("baseline and least_effect are shares between 0 and 1, such as 0.45 and 0.04")

    @property
    def treated(self) -> tuple[str, ...]:
        """The arms that are compared with the control."""
        return tuple(arm for arm in self.shares if arm != self.control)

    @property
    def last_look(self) -> date:
        """The first day on which the outcome of every loan is known."""
        return self.ends + timedelta(days=self.window_days + 1)

    def level(self, comparisons: int) -> float:
        """The error that each of so many comparisons may spend over all its looks."""
        return self.alpha * (1 - KEPT_BACK) / comparisons

    @cached_property
    def drift(self) -> float:
        """The expected z at the whole sample; planned for the strictest level that Holm's method may ask."""
        return drift_for(self.power, self.level(len(self.treated)), PLANNED_LOOKS)

    def weight_needed(self, arm: str) -> float:
        """The planned sample of one comparison, as `Pair.weight` counts it."""
        return self._variance(arm) * (self.drift / self.least_effect) ** 2

    def loans_needed(self, arm: str) -> int:
        """The planned sample of one comparison, in loans of the arm and the control together."""
        share = self._share(arm)
        return ceil(self.weight_needed(arm) / (share * (1 - share)))

    def detectable(self, arm: str, weight: float) -> float:
        """The smallest difference that a sample of this weight would find with the planned power."""
        return self.drift * sqrt(self._variance(arm) / weight) if weight else 1.0

    def _share(self, arm: str) -> float:
        return self.shares[arm] / (self.shares[arm] + self.shares[self.control])

    def _variance(self, arm: str) -> float:
        """Of one loan's difference, if the effect is as large as `least_effect`, towards an even split."""
        share, base = self._share(arm), self.baseline
        towards = base + self.least_effect if base + self.least_effect / 2 <= 0.5 else base - self.least_effect
        other = min(max(towards, 0.0), 1.0)
        return other * (1 - other) * (1 - share) + base * (1 - base) * share
