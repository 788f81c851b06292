"""How often an outcome came in two arms, and the difference between them with its uncertainty."""

from collections.abc import Iterable
from math import sqrt
from statistics import NormalDist

from msgspec import Struct

NORMAL = NormalDist()


class Tally(Struct, frozen=True):
    """Loans assigned to an arm, whatever was sent to them, and those with the outcome: intention to treat."""

    loans: int
    outcomes: int

    @property
    def rate(self) -> float:
        """The share with the outcome; 0 of nobody."""
        return self.outcomes / self.loans if self.loans else 0.0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.loans + other.loans, self.outcomes + other.outcomes)


class Pair(Struct, frozen=True):
    """An arm and the control within one stratum, such as a stage of days past due."""

    treated: Tally
    control: Tally

    @property
    def weight(self) -> float:
        """How many loans a side an even comparison of the same precision would have, halved."""
        both = self.treated.loans + self.control.loans
        return self.treated.loans * self.control.loans / both if both else 0.0


class Difference(Struct, frozen=True):
    """Treated less control, and its standard error; no error while an arm has no loan to compare."""

    value: float
    error: float | None

    def interval(self, bound: float) -> tuple[float, float]:
        """As many standard errors to each side, within what a difference of two shares can be."""
        reach = 2.0 if self.error is None else bound * self.error
        return max(-1.0, self.value - reach), min(1.0, self.value + reach)


def z_for(alpha: float) -> float:
    """The two-sided bound of one look at a level."""
    return NORMAL.inv_cdf(1 - alpha / 2)


def wilson(tally: Tally, alpha: float = 0.05) -> tuple[float, float]:
    """The interval of one share (Wilson 1927); all of [0, 1] for nobody."""
    if not tally.loans:
        return 0.0, 1.0
    z, n, rate = z_for(alpha), tally.loans, tally.rate
    middle = rate + z * z / (2 * n)
    reach = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return max(0.0, (middle - reach) / (1 + z * z / n)), min(1.0, (middle + reach) / (1 + z * z / n))


def newcombe(pair: Pair, alpha: float = 0.05) -> tuple[float, float]:
    """The interval of one stratum's difference, good for few loans too (Newcombe 1998, method 10)."""
    treated, control = pair.treated.rate, pair.control.rate
    treated_low, treated_high = wilson(pair.treated, alpha)
    control_low, control_high = wilson(pair.control, alpha)
    value = treated - control
    return (
        value - sqrt((treated - treated_low) ** 2 + (control_high - control) ** 2),
        value + sqrt((treated_high - treated) ** 2 + (control - control_low) ** 2),
    )


def stratified(pairs: Iterable[Pair]) -> Difference:
    """The difference within strata, weighted as Cochran, Mantel and Haenszel do.

    The variance is that of Sato (Biometrics 45, 1989), right for few large strata and for many small ones.
    """
    compared = [pair for pair in pairs if pair.weight > 0]
    weight = sum(pair.weight for pair in compared)
    if not weight:
        return Difference(0.0, None)
    value = sum(pair.weight * (pair.treated.rate - pair.control.rate) for pair in compared) / weight
    variance = (value * sum(map(_slope, compared)) + sum(map(_level, compared))) / weight**2
    return Difference(value, sqrt(variance) if variance > 0 else None)


def _slope(pair: Pair) -> float:
    n1, n0 = pair.treated.loans, pair.control.loans
    k1, k0 = pair.treated.outcomes, pair.control.outcomes
    return (n1 * n1 * k0 - n0 * n0 * k1 + n1 * n0 * (n0 - n1) / 2) / (n1 + n0) ** 2


def _level(pair: Pair) -> float:
    n1, n0 = pair.treated.loans, pair.control.loans
    k1, k0 = pair.treated.outcomes, pair.control.outcomes
    return (k1 * (n0 - k0) + k0 * (n1 - k1)) / (2 * (n1 + n0))


class Sums(Struct, frozen=True):
    """Amounts over all loans assigned to an arm, 0 for those that paid nothing, in one currency."""

    loans: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """A loan's average."""
        return self.total / self.loans if self.loans else 0.0

    @property
    def variance_of_mean(self) -> float:
        """From the spread between loans; not known from fewer than two."""
        spread = max(0.0, self.squares - self.loans * self.mean**2)
        return spread / (self.loans - 1) / self.loans


def stratified_mean(pairs: Iterable[tuple[Sums, Sums]]) -> Difference:
    """The difference of average amounts within strata, weighted as `stratified`; treated first."""
    compared = [(treated, control) for treated, control in pairs if min(treated.loans, control.loans) >= 2]
    weights = [t.loans * c.loans / (t.loans + c.loans) for t, c in compared]
    if not compared:
        return Difference(0.0, None)
    value = sum(w * (t.mean - c.mean) for w, (t, c) in zip(weights, compared, strict=True)) / sum(weights)
    variance = (
        sum(w * w * (t.variance_of_mean + c.variance_of_mean) for w, (t, c) in zip(weights, compared, strict=True))
        / sum(weights) ** 2
    )
    return Difference(value, sqrt(variance) if variance > 0 else None)
