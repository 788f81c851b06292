"""How far a difference must stand out on the day it is looked at, so that all looks together err seldom enough.

Each look spends a part of the allowed error, by the share of the planned sample that it has (Lan and DeMets,
Biometrika 70, 1983); the part is tiny at first, as O'Brien and Fleming proposed (Biometrics 35, 1979).
"""

from collections.abc import Sequence
from functools import lru_cache
from math import erfc, exp, inf, pi, sqrt

from msgspec import Struct

from .rates import NORMAL

FARTHEST = 8.0
"""A bound beyond which nothing is ever seen."""
LEAST_SPENT = 1e-12
POINTS_AT_LEAST, POINTS_AT_MOST = 61, 601
POINTS_A_STEP = 5
"""Grid points within one standard deviation of what a look adds."""
BISECTIONS = 60


class Schedule(Struct, frozen=True):
    """The looks of one experiment and the bound of each, in standard errors."""

    bounds: tuple[float, ...]
    last_fraction: float
    _staying: tuple[tuple[float, float], ...]
    """Where the process may be if no look ended it, each place with its probability under no effect."""

    def power(self, drift: float) -> float:
        """How surely some look finds an effect whose expected z at the whole planned sample is `drift`."""
        half = drift * drift * self.last_fraction / 2
        return 1 - sum(mass * exp(drift * place - half) for place, mass in self._staying)


def spent(alpha: float, fraction: float) -> float:
    """What one side of a two-sided test may have used up at this share of the planned sample."""
    if fraction >= 1:
        return alpha / 2
    return erfc(NORMAL.inv_cdf(1 - alpha / 4) / sqrt(2 * fraction))


@lru_cache(maxsize=512)
def schedule(fractions: tuple[float, ...], alpha: float, *, is_over: bool = False) -> Schedule:
    """The bounds of looks at rising shares of the planned sample; the last spends the rest if the trial is over.

    By the recursion of Armitage, McPherson and Rowe (1969) over the score process, which under no effect is
    symmetric and moves by independent normal steps.
    """
    bounds: list[float] = []
    places: list[float] = [0.0]
    masses: list[float] = [1.0]
    before, used = 0.0, 0.0
    for index, fraction in enumerate(fractions):
        is_last = index == len(fractions) - 1
        goal = alpha / 2 if is_last and is_over else spent(alpha, fraction)
        step = sqrt(fraction - before)
        edge = _edge(places, masses, step, goal - used)
        bounds.append(edge / sqrt(fraction))
        used = max(used, goal)
        places, masses = _stay(places, masses, step, min(edge, FARTHEST * sqrt(fraction)), fractions[index:])
        before = fraction
    return Schedule(tuple(bounds), before, tuple(zip(places, masses, strict=True)))


def drift_for(power: float, alpha: float, looks: int) -> float:
    """The expected z at the end that evenly spaced looks find with this power; its square sets the sample."""
    even = schedule(tuple((look + 1) / looks for look in range(looks)), alpha)
    low, high = 0.0, FARTHEST
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (middle, high) if even.power(middle) < power else (low, middle)
    return high


def _edge(places: Sequence[float], masses: Sequence[float], step: float, allowed: float) -> float:
    """The place that the process passes on this look with just the allowed probability, on one side."""
    if allowed < LEAST_SPENT:
        return inf
    low, high = 0.0, FARTHEST * 2
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        passed = sum(
            [mass * erfc((middle - place) / (step * sqrt(2))) / 2 for place, mass in zip(places, masses, strict=True)]
        )
        low, high = (middle, high) if passed > allowed else (low, middle)
    return high


def _stay(
    places: Sequence[float], masses: Sequence[float], step: float, edge: float, fractions: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Where the process is after a look that did not end it: Simpson's rule, of which symmetry saves half."""
    following = sqrt(fractions[1] - fractions[0]) if len(fractions) > 1 else step
    half = int(min(POINTS_AT_MOST, max(POINTS_AT_LEAST, 2 * edge * POINTS_A_STEP / min(step, following)))) // 4 * 2
    width = edge / half
    scale = 1 / (step * sqrt(2 * pi))
    rate = -1 / (2 * step * step)
    right = [0.0] * (half + 1)
    for index in range(half + 1):
        place = index * width
        density = sum(
            [mass * exp(rate * (place - old) * (place - old)) for old, mass in zip(places, masses, strict=True)]
        )
        weight = 1 if index == half else 4 if (index + half) % 2 else 2
        right[index] = density * scale * weight * width / 3
    new_places = [index * width for index in range(-half, half + 1)]
    return new_places, right[:0:-1] + right
