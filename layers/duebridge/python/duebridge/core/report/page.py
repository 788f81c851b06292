"""The report as one page: no script, nothing loaded, readable on paper, by ear and in the dark."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ..desk.html import Html, Node, rendered, styled
from . import sentences, tables
from .markup import tag
from .model import Breakdown, Compared, Comparison, Dimension, Report, Trial
from .plots import Bar, BarGroup, Curve, Estimate, Frame, Point, bars, columns, curves, forest
from .reader import Reader, ReportContent
from .sentences import arm
from .sparing import Share, Told

QUESTIONS = ("helped", "whom", "cost", "minded")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A page of figures has no need of anything else."""
FUNNEL = ("delivered", "reply", "promise_noted")
DOTS_AT_MOST = 14
"""More rows than this are read in the table."""


def page(report: Report, content: ReportContent, locale: str) -> str:
    """In the language of a locale. The same report is the same page, to the byte."""
    reader = content.reader(locale, report.origin)
    words = reader.words
    name = lender_name(report, reader)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        _policy(),
        tag("title", " · ".join(filter(None, (reader.mark, name, words("title"), reader.day(report.as_of))))),
        styled(content.style),
    )
    main = tag(
        "main",
        _banner(reader),
        _title(report, reader, name),
        _first_screen(report, reader),
        _contents(report, reader),
        *(_trial(trial, number, reader) for number, trial in enumerate(report.trials)),
        _texts(report, reader),
        _lessons(report, reader),
        _method(reader),
        tag("footer", words("footer", as_of=reader.day(report.as_of)), " ", _mark(reader)),
    )
    body = tag("body", main, class_="dbr")
    return "<!DOCTYPE html>\n" + rendered(tag("html", head, body, lang=words.language)) + "\n"


def lender_name(report: Report, reader: Reader) -> str:
    """As its texts name it in this language."""
    return report.lender.get(reader.words.language) or next(iter(report.lender.values()), "")


def answers(report: Report, reader: Reader) -> Html:
    """The four questions and their answers, in plain sentences."""
    said = (
        sentences.helped(report, reader),
        sentences.whom(report, reader),
        sentences.cost(report, reader),
        sentences.minded(report, reader),
    )
    cards = [_card(question, each, reader) for question, each in zip(QUESTIONS, said, strict=True)]
    return tag("div", *cards, class_="cards")


def overview(report: Report, reader: Reader) -> Html | None:
    """All comparisons in one drawing."""
    rows = [
        row
        for trial in report.trials
        for number, comparison in enumerate(trial.comparisons)
        if (row := _main_row(comparison, reader, _short_name(trial, comparison, reader), number + 1))
    ]
    if not any(row.is_told for row in rows):
        return None
    words = reader.words
    frame = Frame(words("overview"), "; ".join(f"{row.label}: {row.told}" for row in rows), reader.mark)
    sides = (words("overview_left"), words("overview_right"))
    drawing = forest(frame, rows, unit=words("unit"), sides=sides)
    return _figure(reader, words("overview"), words("overview_note"), drawing)


def _policy() -> Html:
    """Written by hand: no other element of a page says `http-equiv`."""
    return Html(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">')


def _banner(reader: Reader) -> Html | None:
    if not reader.mark:
        return None
    return tag("p", tag("strong", reader.mark), " ", reader.words("simulated_notice"), class_="banner", role="note")


def _title(report: Report, reader: Reader, name: str) -> Html:
    words = reader.words
    until = report.as_of - timedelta(days=1)
    line = words("head", as_of=reader.day(report.as_of), since=reader.day(report.since), until=reader.day(until))
    return tag("header", tag("p", name, class_="lender"), tag("h1", words("title")), tag("p", line, class_="quiet"))


def _first_screen(report: Report, reader: Reader) -> Html:
    return tag(
        "section",
        answers(report, reader),
        overview(report, reader),
        id="short",
        aria_label=reader.words("first_screen"),
    )


def _card(question: str, said: Sequence[sentences.Said], reader: Reader) -> Html:
    several = len({each.about for each in said if each.about}) > 1
    inside: list[Node] = [tag("h2", reader.words.of("question", question))]
    for each in said:
        chip = tag("strong", each.verdict, class_=f"chip {each.tone}") if each.verdict else None
        about = tag("span", each.about, class_="about") if each.about and several else None
        if chip or about:
            inside.append(tag("p", chip, " ", about, class_="verdict"))
        inside.append(tag("p", " ".join(each.sentences) if not reader.is_chinese else "".join(each.sentences)))
    return tag("article", *inside, class_=f"card {question}")


def _contents(report: Report, reader: Reader) -> Html:
    words = reader.words
    parts = [
        *((f"trial-{number}", _trial_name(trial, reader)) for number, trial in enumerate(report.trials)),
        ("texts", words("texts.heading")),
        ("lessons", words("lessons.heading")),
        ("method", words("method.heading")),
    ]
    links = [tag("li", tag("a", name, href=f"#{place}")) for place, name in parts]
    return tag("nav", tag("ol", *links), aria_label=words("contents"))


def _trial_name(trial: Trial, reader: Reader) -> str:
    name = reader.words.of("experiment", trial.experiment.name)
    return reader.words("trial.heading", name=name)


def _short_name(trial: Trial, comparison: Comparison, reader: Reader) -> str:
    name = reader.words.of("experiment", trial.experiment.name)
    return name if len(trial.comparisons) == 1 else f"{name}: {arm(comparison.verdict.arm, reader)}"


def _trial(trial: Trial, number: int, reader: Reader) -> Html:
    parts: list[Node] = [tag("h2", _trial_name(trial, reader)), _facts(trial, reader)]
    if any(line.assigned for line in trial.arms):
        for place, comparison in enumerate(trial.comparisons):
            parts += [_forest(trial, comparison, place + 1, reader), _grown(comparison, place + 1, reader)]
        parts += [_cured(trial, reader), _stations(trial, reader), _rails(trial, reader)]
        parts += [_others(comparison, reader) for comparison in trial.comparisons]
    return tag("section", *parts, id=f"trial-{number}", class_="part")


def _facts(trial: Trial, reader: Reader) -> Html:
    words, experiment = reader.words, trial.experiment
    comma = "，" if reader.is_chinese else ", "
    portions = comma.join(
        words("trial.share_of", arm=arm(each.name, reader), share=each.share) for each in experiment.arms
    )
    facts = words(
        "trial.facts",
        starts=reader.day(experiment.starts),
        ends=reader.day(experiment.ends),
        shares=portions,
        primary=words.of("outcome", experiment.primary),
        window=trial.window_days,
    )
    plans = [
        words(
            "trial.facts_on_plan",
            worth=reader.points(experiment.worth_finding).removeprefix("+"),
            expected=reader.percent(experiment.expected),
            planned=reader.count(each.verdict.loans_planned),
            fraction=reader.percent(each.verdict.fraction),
        )
        for each in trial.comparisons[:1]
    ]
    return tag("p", " ".join((facts, *plans)) if not reader.is_chinese else "".join((facts, *plans)), class_="quiet")


def _main_row(comparison: Comparison, reader: Reader, label: str, series: int) -> Estimate:
    """The verdict's interval where there is one, else that of all loans so far."""
    if tables.has_verdict(comparison):
        verdict = comparison.verdict
        return _estimate(label, verdict.difference, verdict.low, verdict.high, reader, series, is_main=True)
    so_far = comparison.so_far
    if not so_far.is_told:
        return Estimate(
            label=label,
            value=0,
            low=0,
            high=0,
            told=reader.words("none_of"),
            series=series,
            is_main=True,
            is_told=False,
        )
    return _estimate(label, so_far.difference, so_far.low, so_far.high, reader, series, is_main=True)


def _estimate(
    label: str, value: float, low: float, high: float, reader: Reader, series: int, *, is_main: bool = False
) -> Estimate:
    told = f"{reader.points(value)} ({reader.interval(low, high)})"
    return Estimate(label=label, value=value, low=low, high=high, told=told, series=series, is_main=is_main)


def _forest(trial: Trial, comparison: Comparison, series: int, reader: Reader) -> Html:
    words, verdict = reader.words, comparison.verdict
    has_verdict = tables.has_verdict(comparison)
    rows = [_main_row(comparison, reader, words("forest.all" if has_verdict else "forest.so_far"), series)]
    for each in verdict.strata:
        label = reader.stage(each.name)
        if sentences.stratum_is_told(each):
            difference = each.pair.treated.rate - each.pair.control.rate
            rows.append(_estimate(label, difference, each.low, each.high, reader, series))
        else:
            rows.append(
                Estimate(label=label, value=0, low=0, high=0, told=words("none_of"), series=series, is_told=False)
            )
    title = words("forest.title", **tables.names(comparison, reader))
    description = words("forest.description", did=words.of("did", trial.experiment.primary))
    drawing = forest(
        Frame(title, description, reader.mark),
        rows,
        unit=words("unit"),
        sides=(words("forest.left"), words("forest.right")),
    )
    note = words("forest.note" if has_verdict else "forest.note_so_far")
    return _figure(reader, title, f"{description} {note}", drawing, tables.strata_table(comparison, reader))


def _grown(comparison: Comparison, series: int, reader: Reader) -> Html | None:
    """From two looks on there is something to see."""
    if len(comparison.grown) < 2:  # noqa: PLR2004 - a line needs two ends
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
        unit=words("unit"),
        is_difference=True,
        marked=((decided - first).days, words("grown.decided")) if decided and decided >= first else None,
    )
    return _figure(reader, title, words("grown.description"), drawing, tables.grown_table(comparison, reader))


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
    return _figure(reader, words("cured.title"), words("cured.description"), drawing, tables.cured_table(trial, reader))


def _stations(trial: Trial, reader: Reader) -> Html:
    words = reader.words
    kinds = list(trial.arms[0].stations)
    groups = [
        BarGroup(
            words.of("outcome", kind),
            tuple(
                _bar(arm(line.arm, reader), line.stations[kind], reader, series)
                for series, line in enumerate(trial.arms)
            ),
        )
        for kind in kinds
    ]
    frame = Frame(words("funnel.title"), words("funnel.description"), reader.mark)
    return _figure(
        reader,
        words("funnel.title"),
        words("funnel.description"),
        bars(frame, groups, unit=words("unit")),
        tables.stations_table(trial, reader),
    )


def _bar(label: str, part: Share, reader: Reader, series: int) -> Bar:
    is_vague = part.told is not Told.EXACTLY
    return Bar(label, part.rate, reader.share(part), series, is_vague)


def _rails(trial: Trial, reader: Reader) -> Html | None:
    words = reader.words
    groups = []
    for outcome, rail in trial.experiment.guard_rails.items():
        of_arms = [(series, line) for series, line in enumerate(trial.arms) if outcome in line.rails]
        lengths = tuple(_bar(arm(line.arm, reader), line.rails[outcome].share, reader, at) for at, line in of_arms)
        groups.append(BarGroup(words.of("outcome", outcome), lengths, rail.most, reader.percent(rail.most)))
    if not groups:
        return None
    frame = Frame(words("rails.title"), words("rails.description"), reader.mark)
    note = f"{words('rails.description')} {words('rails.evidence_note')}"
    drawing = bars(frame, groups, unit=words("unit"))
    return _figure(reader, words("rails.title"), note, drawing, tables.rails_table(trial, reader))


def _others(comparison: Comparison, reader: Reader) -> Html:
    words = reader.words
    rows = [_other_row(each, reader) for each in comparison.others]
    pieces: list[Node] = [tables.others_table(comparison, reader)]
    if comparison.amounts:
        pieces += [
            tag("p", words("others.amounts_description"), class_="quiet"),
            tables.amounts_table(comparison, reader),
        ]
    title = words("others.title")
    drawing = None
    if any(row.is_told for row in rows):
        frame = Frame(title, words("others.description"), reader.mark)
        drawing = forest(frame, rows, unit=words("unit"), sides=(words("forest.left"), words("forest.right")))
    return _figure(reader, title, words("others.description"), drawing, *pieces)


def _other_row(compared: Compared, reader: Reader) -> Estimate:
    label = reader.words.of("outcome", compared.outcome)
    if not compared.is_told:
        return Estimate(label=label, value=0, low=0, high=0, told=reader.words("none_of"), is_told=False)
    return _estimate(label, compared.difference, compared.low, compared.high, reader, 1)


def _texts(report: Report, reader: Reader) -> Html:
    words = reader.words
    parts: list[Node] = [tag("h2", words("texts.heading")), tag("p", words("texts.note"), class_="quiet")]
    if report.total.texts:
        parts += [_funnel(report, reader), _daily(report, reader)]
        parts += [_breakdown(each, reader) for each in report.breakdowns if each.lines]
    else:
        parts.append(tag("p", words("cost.unknown")))
    return tag("section", *parts, id="texts", class_="part")


def _funnel(report: Report, reader: Reader) -> Html:
    words, total = reader.words, report.total
    whole = BarGroup(words("funnel.texts"), (Bar("", 1.0, reader.count(total.texts), 0),))
    groups = [whole]
    groups += [BarGroup(words(f"funnel.{name}"), (_bar("", total.shares[name], reader, 0),)) for name in FUNNEL]
    groups.append(BarGroup(words.of("outcome", "cure_30"), (_bar("", total.shares["cure_30"], reader, 1),)))
    frame = Frame(words("funnel.all_title"), words("funnel.all_description"), reader.mark)
    everything = Breakdown(dimension=Dimension.SEGMENT, lines=(total,))
    return _figure(
        reader,
        words("funnel.all_title"),
        words("funnel.all_description"),
        bars(frame, groups, unit=words("unit")),
        tables.came_table(words("all_groups"), everything, reader),
        tables.felt_table(words("all_groups"), everything, reader),
        tables.intents_table(words("all_groups"), everything, reader),
    )


def _daily(report: Report, reader: Reader) -> Html:
    words, days = reader.words, report.days
    panels = [
        (words.of("column", "texts"), [line.texts for line in days]),
        (words.of("column", "reply"), [line.replies for line in days]),
        (words.of("column", "cured"), [line.cured for line in days]),
    ]
    frame = Frame(words("daily.title"), words("daily.description"), reader.mark)
    drawing = columns(frame, panels, [reader.short_day(line.day) for line in days])
    return _figure(reader, words("daily.title"), words("daily.description"), drawing, tables.daily_table(days, reader))


def _breakdown(breakdown: Breakdown, reader: Reader) -> Html:
    words = reader.words
    heading = words.of("breakdown", breakdown.dimension)
    if breakdown.dimension is Dimension.ARM:
        names = next((line.names for line in breakdown.lines if line.names), ("",))
        heading = words("breakdown.arm", name=words.of("experiment", names[0]))
    rows = list(_dots(breakdown, reader))
    drawing = None
    if len(rows) > 1:
        description = f"{words('breakdown.plot')}. {words('breakdown.plot_description')}"
        frame = Frame(heading, description, reader.mark)
        drawing = forest(frame, rows, unit=words("unit"), from_zero=True)
    note = f"{words('breakdown.plot')}. {words('breakdown.plot_description')}" if drawing else ""
    made = (tables.came_table, tables.felt_table, tables.intents_table)
    return _figure(reader, heading, note, drawing, *(make(heading, breakdown, reader) for make in made))


def _dots(breakdown: Breakdown, reader: Reader) -> Iterable[Estimate]:
    for line in breakdown.lines[:DOTS_AT_MOST]:
        part = line.shares["cure_7"]
        if line.names and part.told is Told.EXACTLY:
            low, high = part.interval
            label = tables.group_name(breakdown.dimension, line, reader)
            yield Estimate(label=label, value=part.rate, low=low, high=high, told=reader.percent(part.rate), series=0)


def _lessons(report: Report, reader: Reader) -> Html:
    words = reader.words
    matter = tables.lessons_table(report.lessons, reader) if report.lessons else tag("p", words("lessons.nothing"))
    parts = (tag("h2", words("lessons.heading")), tag("p", words("lessons.note"), class_="quiet"), matter)
    return tag("section", *parts, id="lessons", class_="part")


def _method(reader: Reader) -> Html:
    words = reader.words
    names = ("treat", "looks", "silence", "days", "spared", "source")
    points = [tag("li", words.of("method", name)) for name in names]
    return tag("section", tag("h2", words("method.heading")), tag("ul", *points), id="method", class_="part")


def _figure(reader: Reader, title: str, note: str, drawing: Html | None, *matter: Node) -> Html:
    caption = tag("figcaption", tag("h3", title, " ", _mark(reader)), tag("p", note, class_="quiet") if note else None)
    return tag("figure", caption, drawing, *matter)


def _mark(reader: Reader) -> Html | None:
    return tag("span", reader.mark, class_="mark-word") if reader.mark else None
