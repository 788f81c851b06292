"""The report's figures as one table for spreadsheets: codes instead of words, and nothing that is a formula."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO

from .model import Breakdown, Compared, Comparison, Line, Origin, Report, Trial
from .sparing import FEWEST, Share, Told
from .tables import has_verdict

HEAD = (
    *("origin", "as_of", "section", "experiment", "arm", "control", "by", "group", "version", "language", "outcome"),
    *("days", "told", "count", "of", "share", "difference", "low", "high", "unit", "note"),
)
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
"""What a spreadsheet may take for one. https://owasp.org/www-community/attacks/CSV_Injection"""
FEW = f"under {FEWEST}"
DIGITS = 6

type Value = str | int | float | date | None


def csv_file(report: Report) -> str:
    """UTF-8 text, by RFC 4180. The same report is the same file."""
    written = StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(HEAD)
    fixed: dict[str, Value] = {
        "origin": report.origin.upper() if report.origin is Origin.SIMULATED else "",
        "as_of": report.as_of,
    }
    for row in _rows(report):
        values: dict[str, Value] = {**fixed, **row}
        writer.writerow([cell(values.get(name)) for name in HEAD])
    return written.getvalue()


def cell(value: Value) -> str:
    """Numbers as they are; a text that a spreadsheet could run begins with an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{round(value, DIGITS):g}"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(BEGINS_A_FORMULA) else value
    return str(value)


def _rows(report: Report) -> Iterator[dict[str, Value]]:
    for trial in report.trials:
        yield from _of_trial(trial)
    whole = Breakdown(dimension=report.breakdowns[-1].dimension, lines=(report.total,))
    for line in whole.lines:
        yield from _of_line({"section": "texts", "by": "all"}, line)
    for breakdown in report.breakdowns:
        for line in breakdown.lines:
            yield from _of_line({"section": "texts", "by": breakdown.dimension, **_named(breakdown, line)}, line)
    for day in report.days:
        for name, count in (("texts", day.texts), ("reply", day.replies), ("cured", day.cured)):
            yield {"section": "day", "group": day.day.isoformat(), "outcome": name, **_count(count)}
    for lesson in report.lessons:
        named = "; ".join(f"{name}={value}" for name, value in lesson.values.items())
        told: dict[str, Value] = {
            "outcome": lesson.kind,
            "group": named,
            "count": lesson.count,
            "of": lesson.of or None,
        }
        yield {"section": "lesson", **told, "note": lesson.file}


def _of_trial(trial: Trial) -> Iterator[dict[str, Value]]:
    name, control = trial.experiment.name, trial.experiment.control
    for comparison in trial.comparisons:
        known: dict[str, Value] = {"experiment": name, "arm": comparison.verdict.arm, "control": control}
        yield {**known, "section": "verdict", **_verdict(trial, comparison)}
        for compared in (comparison.so_far, *comparison.others):
            yield {**known, "section": "so_far", **_compared(compared)}
        for amount in comparison.amounts:
            figures: dict[str, Value] = {
                "difference": amount.difference_minor,
                "low": amount.low_minor,
                "high": amount.high_minor,
            }
            yield {**known, "section": "amount", "of": amount.loans, **figures, "unit": f"{amount.currency} minor"}
    for line in trial.arms:
        known = {"experiment": name, "arm": line.arm}
        for days, part in line.cured.items():
            yield {**known, "section": "arm", "outcome": "cured", "days": days, **_share(part)}
        for outcome, part in line.stations.items():
            yield {**known, "section": "arm_so_far", "outcome": outcome, **_share(part)}
        for outcome, rail in line.rails.items():
            state = "tripped" if rail.reading.is_tripped else "within"
            yield {
                **known,
                "section": "rail",
                "outcome": outcome,
                **_share(rail.share),
                "high": rail.rail.most,
                "note": state,
            }


def _verdict(trial: Trial, comparison: Comparison) -> dict[str, Value]:
    verdict = comparison.verdict
    told: dict[str, Value] = {
        "outcome": trial.experiment.primary,
        "days": trial.window_days,
        "note": f"{comparison.answer}; loans needed {verdict.loans_needed} of {verdict.loans_planned} planned",
        "unit": "share",
    }
    if has_verdict(comparison):
        told |= {"difference": verdict.difference, "low": verdict.low, "high": verdict.high}
    return told


def _compared(compared: Compared) -> dict[str, Value]:
    told: dict[str, Value] = {"outcome": compared.outcome, "days": compared.days, **_share(compared.treated)}
    if compared.is_told:
        told |= {"difference": compared.difference, "low": compared.low, "high": compared.high, "unit": "share"}
    return told


def _named(breakdown: Breakdown, line: Line) -> dict[str, Value]:
    if not line.names:
        return {"group": "(others)"}
    if breakdown.dimension == "arm":
        return {"experiment": line.names[0], "arm": line.names[1], "group": line.names[1]}
    if breakdown.dimension == "template":
        return {"group": line.names[0], "version": line.names[1], "language": line.names[2]}
    return {"group": line.names[0]}


def _of_line(known: dict[str, Value], line: Line) -> Iterator[dict[str, Value]]:
    yield {**known, "outcome": "texts", **_count(line.texts if line.texts >= FEWEST or not line.texts else None)}
    yield {**known, "outcome": "parts", "count": line.parts}
    yield {**known, "outcome": "cost", "count": line.cost_micros, "unit": "USD millionths"}
    yield {**known, "outcome": "cured", **_count(line.cured)}
    if line.micros_a_cure is not None:
        yield {**known, "outcome": "cost_a_cure", "count": line.micros_a_cure, "unit": "USD millionths"}
    for amount in line.amounts:
        yield {**known, "outcome": "amount_cured", "count": amount.minor, "unit": f"{amount.currency} minor"}
    for name, part in line.shares.items():
        yield {**known, "outcome": name, **_share(part)}
    for name, part in line.intents.items():
        yield {**known, "outcome": f"reply_{name}", **_share(part)}
    if line.ticket_minutes is not None:
        yield {**known, "outcome": "ticket_minutes", "count": line.ticket_minutes}


def _count(count: int | None) -> dict[str, Value]:
    return {"told": FEW} if count is None else {"told": Told.EXACTLY, "count": count}


def _share(part: Share) -> dict[str, Value]:
    if part.told is Told.EXACTLY:
        low, high = part.interval
        return {"told": part.told, "count": part.count, "of": part.of, "share": part.rate, "low": low, "high": high}
    if part.told in (Told.NOT, Told.NOTHING):
        return {"told": part.told}
    return {"told": part.told, "of": part.of, "share": part.rate}
