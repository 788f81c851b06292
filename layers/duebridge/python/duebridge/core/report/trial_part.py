"""One experiment on the page: what was planned, what was found, and what every arm's loans did."""

from collections.abc import Sequence
from datetime import date

from ..desk.html import Html, Node
from ..trial.of_experiment import CURE
from . import sentences, tables
from .figure import estimate, figure, length, main_row, row_without_figures
from .markup import tag
from .model import Compared, Comparison, Trial
from .plots import BarGroup, Curve, Estimate, Frame, Point, bars, curves, forest
from .reader import Reader
from .sentences import arm
from .sparing import Share, Told


def trial_part(trial: Trial, number: int, reader: Reader) -> Html:
    """Its section; `number` is its place on the page."""
    parts: list[Node] = [tag("h2", trial_name(trial, reader)), _facts(trial, reader)]
    if any(line.assigned for line in trial.arms):
        for place, comparison in enumerate(trial.comparisons):
            parts += [_forest(trial, comparison, place + 1, reader), _grown(comparison, place + 1, reader)]
        parts += [_cured(trial, reader), _stations(trial, reader), _rails(trial, reader)]
        parts += [_others(comparison, reader) for comparison in trial.comparisons]
    return tag("section", *parts, id=f"trial-{number}", class_="part")


def trial_name(trial: Trial, reader: Reader) -> str:
    """The head of its section."""
    name = reader.words.of("experiment", trial.experiment.name)
    return reader.words("trial.heading", name=name)


def _facts(trial: Trial, reader: Reader) -> Html:
    words, experiment = reader.words, trial.experiment
    comma = "，" if reader.is_chinese else ", "
    portions = comma.join(
        words("trial.share_of", arm=arm(each.name, reader), share=each.share) for each in experiment.arms
    )
    did = words.of("did", experiment.primary)
    facts = words(
        "trial.facts",
        starts=reader.day(experiment.starts),
        ends=reader.day(experiment.ends),
        shares=portions,
        did=did if experiment.primary.startswith(CURE) else words("trial.did_within", did=did, days=trial.window_days),
    )
    plans = [
        words(
            "trial.facts_on_plan",
            worth=reader.points(experiment.worth_finding).removeprefix("+"),
            expected=reader.percent(experiment.expected),
            planned=reader.count(each.verdict.loans_planned),
            fraction=reader.percent(min(each.verdict.fraction, 1.0)),
        )
        for each in trial.comparisons[:1]
    ]
    return tag("p", reader.joined((facts, *plans)), class_="quiet")


def _forest(trial: Trial, comparison: Comparison, series: int, reader: Reader) -> Html:
    words, verdict = reader.words, comparison.verdict
    has_verdict = tables.has_verdict(comparison)
    rows = [main_row(comparison, reader, words("forest.all" if has_verdict else "forest.so_far"), series)]
    for each in verdict.strata:
        label = reader.stage(each.name)
        if sentences.stratum_is_told(each):
            difference = each.pair.treated.rate - each.pair.control.rate
            rows.append(estimate(label, difference, each.low, each.high, reader, series))
        else:
            rows.append(row_without_figures(label, reader, series))
    title = words("forest.title", **tables.names(comparison, reader))
    description = words("forest.description", did=words.of("did", trial.experiment.primary))
    drawing = forest(
        Frame(title, description, reader.mark),
        rows,
        unit="",
        sides=(words("forest.left"), words("forest.right")),
    )
    note = words("forest.note" if has_verdict else "forest.note_so_far")
    return figure(reader, title, reader.joined((description, note)), drawing, tables.strata_table(comparison, reader))


def _grown(comparison: Comparison, series: int, reader: Reader) -> Html | None:
    """From two looks on there is something to see."""
    if len(comparison.grown) < 2:
        return None
    words, grown = reader.words, comparison.grown
    first = grown[0].day
    points = tuple(Point((each.day - first).days, each.difference, each.low, each.high) for each in grown)
    title = words("grown.title", **tables.names(comparison, reader))
    decided = comparison.verdict.decided_on
    drawing = curves(
        Frame(title, words("grown.description"), reader.mark),
        [Curve(words("grown.name"), series, points)],
        [((day - first).days, reader.short_day(day)) for day in _some_days([each.day for each in grown])],
        unit="",
        is_difference=True,
        marked=((decided - first).days, words("grown.decided")) if decided and decided >= first else None,
    )
    return figure(reader, title, words("grown.description"), drawing, tables.grown_table(comparison, reader))


def _some_days(days: Sequence[date]) -> list[date]:
    """First, last and some between, all of them days of looks."""
    most = 7
    if len(days) <= most:
        return list(days)
    return [days[round(place * (len(days) - 1) / (most - 1))] for place in range(most)]


def _cured(trial: Trial, reader: Reader) -> Html:
    words = reader.words
    lines = []
    for series, line in enumerate(trial.arms):
        points = [Point(0, 0, 0, 0)]
        for days, part in sorted(line.cured.items()):
            if part.told is Told.EXACTLY:
                points.append(Point(days, part.rate, *part.interval))
        lines.append(Curve(arm(line.arm, reader), series, tuple(points)))
    all_days = sorted({days for line in trial.arms for days in line.cured})
    ticks = [(0.0, "0"), *((float(days), words("cured.axis", days=days)) for days in all_days)]
    frame = Frame(words("cured.title"), words("cured.description"), reader.mark)
    drawing = curves(frame, lines, ticks, unit=words("unit"))
    return figure(reader, words("cured.title"), words("cured.description"), drawing, tables.cured_table(trial, reader))


def _stations(trial: Trial, reader: Reader) -> Html:
    words = reader.words
    kinds = [kind for kind in trial.arms[0].stations if any(_is_something(line.stations[kind]) for line in trial.arms)]
    groups = [
        BarGroup(
            words.of("outcome", kind),
            tuple(
                length(arm(line.arm, reader), line.stations[kind], reader, series)
                for series, line in enumerate(trial.arms)
            ),
        )
        for kind in kinds
    ]
    frame = Frame(words("funnel.title"), words("funnel.description"), reader.mark)
    return figure(
        reader,
        words("funnel.title"),
        words("funnel.description"),
        bars(frame, groups, unit=words("unit")),
        tables.stations_table(trial, reader),
    )


def _is_something(part: Share) -> bool:
    """Nought in every arm needs no bars; the table says it."""
    return part.told is not Told.EXACTLY or part.count > 0


def _rails(trial: Trial, reader: Reader) -> Html | None:
    words = reader.words
    groups = []
    for outcome, rail in trial.experiment.guard_rails.items():
        of_arms = [(series, line) for series, line in enumerate(trial.arms) if outcome in line.rails]
        lengths = tuple(length(arm(line.arm, reader), line.rails[outcome].share, reader, at) for at, line in of_arms)
        groups.append(BarGroup(words.of("outcome", outcome), lengths, rail.most, reader.percent(rail.most)))
    if not groups:
        return None
    frame = Frame(words("rails.title"), words("rails.description"), reader.mark)
    note = reader.joined((words("rails.description"), words("rails.evidence_note")))
    drawing = bars(frame, groups, unit=words("unit"))
    return figure(reader, words("rails.title"), note, drawing, tables.rails_table(trial, reader))


def _others(comparison: Comparison, reader: Reader) -> Html:
    words = reader.words
    rows = [row for each in comparison.others if (row := _other_row(each, reader)).is_told]
    pieces: list[Node] = [tables.others_table(comparison, reader)]
    if comparison.amounts:
        pieces += [
            tag("p", words("others.amounts_description"), class_="quiet"),
            tables.amounts_table(comparison, reader),
        ]
    title = words("others.title")
    drawing = None
    if rows:
        frame = Frame(title, words("others.description"), reader.mark)
        drawing = forest(frame, rows, unit="", sides=(words("forest.left"), words("forest.right")))
    return figure(reader, title, words("others.description"), drawing, *pieces)


def _other_row(compared: Compared, reader: Reader) -> Estimate:
    label = reader.words.of("outcome", compared.outcome)
    if not compared.is_told:
        return row_without_figures(label, reader)
    return estimate(label, compared.difference, compared.low, compared.high, reader, 1)
