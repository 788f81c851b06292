"""A measured figure beside its budget, and how figures are taken and shown."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

REPETITIONS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. Without a budget it is told for the reader's sake only."""

    area: str
    what: str
    measured: float | None
    """None when this machine lacks what it takes; the note says what."""
    unit: str
    budget: float | None = None
    is_floor: bool = False
    """Whether the budget is the least that is wanted, instead of the most."""
    note: str = ""

    @property
    def verdict(self) -> str:
        """`kept`, `MISSED`, or empty when there is nothing to judge."""
        if self.budget is None or self.measured is None:
            return ""
        is_kept = self.measured >= self.budget if self.is_floor else self.measured <= self.budget
        return "kept" if is_kept else "MISSED"

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "verdict": self.verdict}


def cpu_seconds_per_call(
    variants: Mapping[str, Callable[[], object]], calls: int, repetitions: int = REPETITIONS
) -> dict[str, float]:
    """The median CPU time of one call of each variant; their repetitions take turns, so that noise hits all alike."""
    taken: dict[str, list[float]] = {name: [] for name in variants}
    for variant in variants.values():
        variant()
    for _ in range(repetitions):
        for name, variant in variants.items():
            began = time.process_time()
            for _ in range(calls):
                variant()
            taken[name].append((time.process_time() - began) / calls)
    return {name: median(seconds) for name, seconds in taken.items()}


def show(figures: list[Figure]) -> None:
    """Prints the table."""
    table = Table(title="One run on this machine; CPU time, medians of repetitions that took turns")
    for heading in ("area", "what", "measured", "budget", "", "note"):
        table.add_column(heading, justify="right" if heading in ("measured", "budget") else "left")
    area = ""
    for figure in figures:
        measured = "-" if figure.measured is None else f"{figure.measured:,.3g} {figure.unit}".strip()
        budget = "" if figure.budget is None else f"{'>=' if figure.is_floor else '<='} {figure.budget:g}"
        table.add_row(
            "" if figure.area == area else figure.area,
            figure.what,
            measured,
            budget,
            figure.verdict,
            figure.note,
            style="red" if figure.verdict == "MISSED" else None,
        )
        area = figure.area
    Console(width=None).print(table)
