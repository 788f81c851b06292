"""What may be told of few people: nobody can be singled out by a report, also not by subtracting its rows."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from ..trial.rates import Tally, wilson

FEWEST = 10
"""Loans, texts or people below which a count is not told; nought is."""
BOUND_SAYS_SOMETHING = 5 * FEWEST
"""Of fewer than these, "less than ten of them" is hardly a figure."""


class Told(StrEnum):
    """How far a share is told."""

    EXACTLY = "exactly"
    BELOW = "below"
    """Of enough, but too few of them: only that it is less than `FEWEST` of them."""
    ABOVE = "above"
    """All but too few of them."""
    ABOUT = "about"
    """To a whole percent, or a tenth below one: of so many that nobody can subtract it from a total."""
    NOT = "not"
    """Of too few, or one could subtract it from a total."""
    NOTHING = "nothing"
    """There is nothing to have a share of."""


class Share(Struct, frozen=True):
    """So many of so many, as far as it may be told: the counts that may not are not in it."""

    told: Told
    of: int = 0
    count: int = 0
    """0 unless told exactly, or about."""

    @property
    def rate(self) -> float:
        """Of what is told; else the bound."""
        if self.told in (Told.EXACTLY, Told.ABOUT):
            return self.count / self.of
        if self.told is Told.BELOW:
            return FEWEST / self.of
        return 1 - FEWEST / self.of if self.told is Told.ABOVE else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Of one look, with 95 % confidence."""
        return wilson(Tally(self.of, self.count))


def is_few(count: int) -> bool:
    """Whether a count would point at people."""
    return 0 < count < FEWEST


def told_count(count: int) -> int | None:
    """None for a few."""
    return None if is_few(count) else count


def told_counts(counts: Sequence[int]) -> tuple[int | None, ...]:
    """Of rows whose sum is known: where just one is kept back, the smallest other one is kept back too."""
    found = [told_count(count) for count in counts]
    others = [row for row, count in enumerate(found) if count]
    if found.count(None) == 1 and others:
        found[min(others, key=lambda row: (counts[row], row))] = None
    return tuple(found)


def share(count: int, of: int) -> Share:
    """A repeat can make a part seem larger than its whole: then it is all of it."""
    count = min(count, of)
    if of <= 0:
        return Share(Told.NOTHING)
    few = is_few(count) or is_few(of - count)
    if of < FEWEST or (few and of < BOUND_SAYS_SOMETHING):
        return Share(Told.NOT)
    if few:
        return Share(Told.BELOW if is_few(count) else Told.ABOVE, of)
    return Share(Told.EXACTLY, of, count)


def shares(counts: Sequence[int], of: Sequence[int]) -> tuple[Share, ...]:
    """Of rows whose sum is known. Where just one row is kept back, one could subtract: so the largest row is told
    about, or, where that would still tell too much, the smallest one is kept back too."""
    found = [share(count, whole) for count, whole in zip(counts, of, strict=True)]
    kept_back = [each for each in found if each.told in (Told.BELOW, Told.ABOVE, Told.NOT)]
    told = [row for row, each in enumerate(found) if each.told is Told.EXACTLY and each.count]
    if len(kept_back) == 1 and told:
        largest = max(told, key=lambda row: (of[row], -row))
        rate = counts[largest] / of[largest]
        step = 0.01 if rate >= 0.01 else 0.001
        if step * of[largest] >= FEWEST:
            found[largest] = Share(Told.ABOUT, of[largest], round(round(rate / step) * step * of[largest]))
        else:
            found[min(told, key=lambda row: (counts[row], row))] = Share(Told.NOT)
    return tuple(found)
