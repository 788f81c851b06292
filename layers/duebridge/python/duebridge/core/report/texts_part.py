"""All texts of the days on the page: how far they came, day by day, and by what tells them apart."""

from collections.abc import Iterable

from ..desk.html import Html, Node
from . import tables
from .figure import figure, length
from .markup import tag
from .model import Breakdown, Dimension, Report
from .plots import Bar, BarGroup, Estimate, Frame, bars, columns, forest
from .reader import Reader
from .sparing import Told

FUNNEL = ("delivered", "reply", "promise_noted")
DOTS_AT_MOST = 14
"""More rows than this are read in the table."""


def texts_part(report: Report, reader: Reader) -> Html:
    """Its section."""
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
    groups += [BarGroup(words(f"funnel.{name}"), (length("", total.shares[name], reader, 0),)) for name in FUNNEL]
    groups.append(BarGroup(words.of("outcome", "cure_30"), (length("", total.shares["cure_30"], reader, 1),)))
    frame = Frame(words("funnel.all_title"), words("funnel.all_description"), reader.mark)
    everything = Breakdown(dimension=Dimension.SEGMENT, lines=(total,))
    return figure(
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
    return figure(reader, words("daily.title"), words("daily.description"), drawing, tables.daily_table(days, reader))


def _breakdown(breakdown: Breakdown, reader: Reader) -> Html:
    words = reader.words
    heading = words.of("breakdown", breakdown.dimension)
    if breakdown.dimension is Dimension.ARM:
        names = next((line.names for line in breakdown.lines if line.names), ("",))
        heading = words("breakdown.arm", name=words.of("experiment", names[0]))
    rows = list(_dots(breakdown, reader))
    drawing = None
    if len(rows) > 1:
        frame = Frame(heading, words("breakdown.plot"), reader.mark)
        drawing = forest(frame, rows, unit=words("unit"), from_zero=True)
    note = words("breakdown.plot") if drawing else ""
    made = (tables.came_table, tables.felt_table, tables.intents_table)
    return figure(reader, heading, note, drawing, *(make(heading, breakdown, reader) for make in made))


def _dots(breakdown: Breakdown, reader: Reader) -> Iterable[Estimate]:
    for row, line in enumerate(breakdown.lines[:DOTS_AT_MOST]):
        series = row if breakdown.dimension is Dimension.ARM else 0
        part = line.shares["cure_7"]
        if line.names and part.told in (Told.EXACTLY, Told.ABOUT):
            low, high = part.interval
            label = tables.group_name(breakdown.dimension, line, reader)
            yield Estimate(label=label, value=part.rate, low=low, high=high, told=reader.share(part), series=series)
