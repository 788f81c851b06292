"""The report's headline as numbers for a dashboard's graphs and alarms: only what is told exactly."""

from collections.abc import Mapping

from .model import Comparison, Report
from .sparing import Told
from .tables import has_verdict

ALL = "all"
"""Stands for experiment and arm where all texts are meant."""
TOLD = ("delivered", "reply", "cure_7", "complaint", "opt_out", "wrong_number", "satisfied")
MICROS = 1_000_000


def figures(report: Report) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """By experiment and arm; shares and differences in percent."""
    found: dict[tuple[str, str], Mapping[str, float]] = {}
    total = report.total
    if total.texts:
        shares = {f"{name}_percent": part for name, part in total.shares.items() if name in TOLD}
        told = {name: round(100 * part.rate, 3) for name, part in shares.items() if part.told is Told.EXACTLY}
        if total.micros_a_cure is not None:
            told["dollars_a_cure"] = total.micros_a_cure / MICROS
        if told:
            found[ALL, ALL] = told
    for trial in report.trials:
        for comparison in trial.comparisons:
            if trial.has_begun:
                found[trial.experiment.name, comparison.verdict.arm] = _of(comparison)
    return found


def _of(comparison: Comparison) -> Mapping[str, float]:
    verdict = comparison.verdict
    told = {
        "share_of_planned_percent": round(100 * min(verdict.fraction, 1.0), 1),
        "loans_needed": float(verdict.loans_needed),
    }
    if has_verdict(comparison):
        told["difference_percent"] = round(100 * verdict.difference, 2)
        told["difference_low_percent"] = round(100 * verdict.low, 2)
        told["difference_high_percent"] = round(100 * verdict.high, 2)
    return told
