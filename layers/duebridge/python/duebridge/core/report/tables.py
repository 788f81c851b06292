"""The tables under the plots: the same figures, for those who read numbers and for those who read by ear."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from ..desk.html import Html, Node
from ..lessons import Lesson
from ..money import Money
from ..trial.verdict import Stratum
from .building import ALL
from .markup import tag
from .model import ArmLine, Breakdown, Compared, Comparison, CuredAmount, DayLine, Dimension, Grown, Line, Trial
from .reader import Reader
from .sentences import arm, stratum_is_told
from .sparing import share, told_count

CAME = ("delivered", "reply", "cure_3", "cure_7", "cure_14", "cure_30", "rolled")
PROMISED = ("promise_noted", "promise_kept", "arrangement_kept")
MINDED = ("dispute", "complaint", "displeased", "opt_out", "wrong_number", "satisfied")
LOOKS_SHOWN = 12
"""Of those that the plot has; the newest, which is what a reader looks for."""


MOST_EVIDENCE, LEAST_EVIDENCE = 1_000, 0.01
"""Beyond these nobody needs a figure."""


class Column(Struct, frozen=True):
    """A column of a table: its head, and whether it holds figures."""

    head: str
    is_number: bool = True


def table(
    reader: Reader, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Node]], *, caption: str = ""
) -> Html:
    """The first cell of a row is its name. A table of made-up borrowers says so. Without a caption the figure that it
    stands in has its name."""
    mark = tag("span", reader.mark, class_="mark-word") if reader.mark else None
    heads = [tag("th", column.head, scope="col", class_="n" if column.is_number else None) for column in columns]
    body = [
        tag(
            "tr", *(_cell(number, column, cell) for number, (column, cell) in enumerate(zip(columns, row, strict=True)))
        )
        for row in rows
    ]
    inside = tag(
        "table",
        tag("caption", caption or reader.words("figures"), " " if mark else None, mark),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *body),
    )
    return tag("div", inside, class_="wide", tabindex="0", role="region", aria_label=name)


def strata_table(comparison: Comparison, reader: Reader) -> Html:
    """Under the forest."""
    verdict, words = comparison.verdict, reader.words
    columns = [
        _words(reader, "stage"),
        *(_figures(reader, "loans"), Column(arm(verdict.arm, reader))),
        *(_figures(reader, "loans"), Column(arm(verdict.control, reader))),
        *(_figures(reader, "difference"), _figures(reader, "interval")),
    ]
    rows = [_stratum_row(each, reader) for each in verdict.strata]
    return table(
        reader, words("forest.title", **names(comparison, reader)), columns, [_whole_row(comparison, reader), *rows]
    )


def names(comparison: Comparison, reader: Reader) -> dict[str, str]:
    """Both arms, as sentences call them."""
    return {"arm": arm(comparison.verdict.arm, reader), "control": arm(comparison.verdict.control, reader)}


def _whole_row(comparison: Comparison, reader: Reader) -> list[Node]:
    words, verdict = reader.words, comparison.verdict
    if has_verdict(comparison):
        treated, control = verdict.treated, verdict.untreated
        shares = share(treated.outcomes, treated.loans), share(control.outcomes, control.loans)
        figures = reader.points(verdict.difference), reader.interval(verdict.low, verdict.high)
        name, loans = words("forest.all"), (treated.loans, control.loans)
    else:
        so_far = comparison.so_far
        shares, loans, name = (
            (so_far.treated, so_far.control),
            (so_far.treated.of, so_far.control.of),
            words("forest.so_far"),
        )
        figures = difference_told(so_far, reader)
    sides = [(reader.count(told_count(of)), reader.share(each)) for of, each in zip(loans, shares, strict=True)]
    return [name, *sides[0], *sides[1], *figures]


def has_verdict(comparison: Comparison) -> bool:
    """Whether there is an interval that may be read on every day."""
    return comparison.verdict.high - comparison.verdict.low < 1


def difference_told(compared: Compared, reader: Reader) -> tuple[str, str]:
    """Where there is enough of it."""
    none = reader.words("none_of")
    if not compared.is_told:
        return none, none
    return reader.points(compared.difference), reader.interval(compared.low, compared.high)


def _stratum_row(stratum: Stratum, reader: Reader) -> list[Node]:
    none, pair = reader.words("none_of"), stratum.pair
    sides = [
        (reader.count(told_count(tally.loans)), reader.share(share(tally.outcomes, tally.loans)))
        for tally in (pair.treated, pair.control)
    ]
    figures = (none, none)
    if stratum_is_told(stratum):
        figures = (reader.points(pair.treated.rate - pair.control.rate), reader.interval(stratum.low, stratum.high))
    return [reader.stage(stratum.name), *sides[0], *sides[1], *figures]


def cured_table(trial: Trial, reader: Reader) -> Html:
    """Under the curves."""
    days = sorted(trial.arms[0].cured) if trial.arms else []
    columns = [_words(reader, "arm"), *(Column(reader.words.of("column", f"cure_{each}")) for each in days)]
    rows = [[arm(line.arm, reader), *(reader.share(line.cured[each]) for each in days)] for line in trial.arms]
    return table(reader, reader.words("cured.title"), columns, rows)


def grown_table(comparison: Comparison, reader: Reader) -> Html:
    """Under the curve of the difference."""
    columns = [
        _words(reader, "day"),
        _figures(reader, "fraction"),
        *(Column(arm(name, reader)) for name in (comparison.verdict.arm, comparison.verdict.control)),
        *(_figures(reader, "difference"), _figures(reader, "interval")),
    ]
    rows = [_grown_row(each, reader) for each in comparison.grown[-LOOKS_SHOWN:]]
    return table(reader, reader.words("grown.title", **names(comparison, reader)), columns, rows)


def _grown_row(seen: Grown, reader: Reader) -> list[Node]:
    return [
        reader.day(seen.day),
        reader.percent(seen.fraction),
        reader.share(seen.treated),
        reader.share(seen.control),
        reader.points(seen.difference),
        reader.interval(seen.low, seen.high),
    ]


def stations_table(trial: Trial, reader: Reader) -> Html:
    """Under the funnel of an experiment."""
    kinds = list(trial.arms[0].stations) if trial.arms else []
    columns = [
        _words(reader, "arm"),
        _figures(reader, "assigned"),
        *(Column(reader.words.of("outcome", kind)) for kind in kinds),
    ]
    rows = [
        [
            arm(line.arm, reader),
            reader.count(told_count(line.assigned)),
            *(reader.share(line.stations[each]) for each in kinds),
        ]
        for line in trial.arms
    ]
    return table(reader, reader.words("funnel.title"), columns, rows)


def rails_table(trial: Trial, reader: Reader) -> Html:
    """Under the guard rails."""
    columns = [
        *(_words(reader, "outcome"), _words(reader, "arm"), _figures(reader, "texts")),
        *(_figures(reader, "rate"), Column(reader.words("rails.most")), Column(reader.words("rails.evidence"))),
        Column(reader.words("rails.state"), is_number=False),
    ]
    rows = [
        _rail_row(line, outcome, reader)
        for outcome in trial.experiment.guard_rails
        for line in trial.arms
        if outcome in line.rails
    ]
    return table(reader, reader.words("rails.title"), columns, rows)


def _rail_row(line: ArmLine, outcome: str, reader: Reader) -> list[Node]:
    words, rail = reader.words, line.rails[outcome]
    state = "rails.fine" if rail.share.of >= rail.rail.least_contacts else "rails.watched_later"
    return [
        words.of("outcome", outcome),
        arm(line.arm, reader),
        reader.count(rail.share.of) if rail.share.of else words("few"),
        reader.share(rail.share),
        reader.percent(rail.rail.most),
        _evidence(rail.reading.evidence),
        tag("strong", words.of("verdict", "tripped"), class_="bad") if rail.reading.is_tripped else words(state),
    ]


def _evidence(times: float) -> str:
    if times > MOST_EVIDENCE:
        return f"> {MOST_EVIDENCE:,}"
    return f"{times:.2f}" if times >= LEAST_EVIDENCE else f"< {LEAST_EVIDENCE}"


def others_table(comparison: Comparison, reader: Reader) -> Html:
    """All other outcomes."""
    columns = [
        *(_words(reader, "outcome"), _figures(reader, "days")),
        *(Column(arm(name, reader)) for name in (comparison.verdict.arm, comparison.verdict.control)),
        *(_figures(reader, "difference"), _figures(reader, "interval")),
    ]
    rows = [_other_row(each, reader) for each in comparison.others]
    return table(reader, reader.words("others.title"), columns, rows)


def _other_row(compared: Compared, reader: Reader) -> list[Node]:
    return [
        reader.words.of("outcome", compared.outcome),
        str(compared.days),
        reader.share(compared.treated),
        reader.share(compared.control),
        *difference_told(compared, reader),
    ]


def amounts_table(comparison: Comparison, reader: Reader) -> Html:
    """What was cured of a loan."""
    columns = [
        *(_words(reader, "currency"), _figures(reader, "loans")),
        *(Column(arm(name, reader)) for name in (comparison.verdict.arm, comparison.verdict.control)),
        *(_figures(reader, "difference"), _figures(reader, "interval")),
    ]
    rows = [_amount_row(each, reader) for each in comparison.amounts]
    title = reader.words("others.amounts_title")
    return table(reader, title, columns, rows, caption=title)


def _amount_row(amount: CuredAmount, reader: Reader) -> list[Node]:
    def told(minor: float) -> str:
        sign = "\u2212" if minor < 0 else ""
        return sign + reader.money(Money(abs(round(minor)), amount.currency))

    return [
        amount.currency,
        reader.count(amount.loans),
        told(amount.treated_minor),
        told(amount.control_minor),
        told(amount.difference_minor),
        reader.words("to", low=told(amount.low_minor), high=told(amount.high_minor)),
    ]


def daily_table(days: Sequence[DayLine], reader: Reader) -> Html:
    """Under the days."""
    columns = [_words(reader, "day"), *(_figures(reader, name) for name in ("texts", "reply", "cured"))]
    rows: list[list[Node]] = [
        [reader.day(line.day), *map(reader.count, (line.texts, line.replies, line.cured))] for line in days
    ]
    return table(reader, reader.words("daily.title"), columns, rows)


def came_table(heading: str, breakdown: Breakdown, reader: Reader) -> Html:
    """What came back."""
    shares = [_share_column(name, reader) for name in CAME]
    money: list[tuple[Column, Callable[[Line], Node]]] = [
        (_figures(reader, "cured"), lambda line: reader.count(line.cured)),
        (_figures(reader, "amounts"), lambda line: _amounts(line, reader)),
        (_figures(reader, "parts_a_text"), lambda line: reader.count(line.parts)),
        (_figures(reader, "cost"), lambda line: reader.dollars(line.cost_micros)),
        (_figures(reader, "micros_a_cure"), lambda line: _price(line, reader)),
    ]
    return _of_lines(reader.words("breakdown.came", heading=heading), breakdown, [*shares, *money], reader)


def felt_table(heading: str, breakdown: Breakdown, reader: Reader) -> Html:
    """What was promised, and who minded."""
    shares = [_share_column(name, reader) for name in (*PROMISED, *MINDED)]
    tickets: tuple[Column, Callable[[Line], Node]] = (
        _figures(reader, "ticket_minutes"),
        lambda line: reader.duration(line.ticket_minutes),
    )
    return _of_lines(reader.words("breakdown.felt", heading=heading), breakdown, [*shares, tickets], reader)


def intents_table(heading: str, breakdown: Breakdown, reader: Reader) -> Html:
    """What the replies meant."""
    intents = sorted({name for line in breakdown.lines for name in line.intents})

    def column(name: str) -> tuple[Column, Callable[[Line], Node]]:
        return Column(reader.words.of("intent", name)), lambda line: reader.share(line.intents[name])

    return _of_lines(
        reader.words("breakdown.intents", heading=heading), breakdown, [column(name) for name in intents], reader
    )


def lessons_table(lessons: Sequence[Lesson], reader: Reader) -> Html:
    """What to mend, and in which file."""
    columns = [
        _words(reader, "lesson"),
        *(_figures(reader, "count"), _figures(reader, "of"), _words(reader, "file")),
    ]
    rows: list[list[Node]] = [
        [
            _lesson(each, reader),
            reader.count(each.count),
            reader.count(each.of) if each.of else reader.words("none_of"),
            tag("span", each.file, class_="file"),
        ]
        for each in lessons
    ]
    return table(reader, reader.words("lessons.heading"), columns, rows)


def _lesson(lesson: Lesson, reader: Reader) -> str:
    words, values = reader.words, dict(lesson.values)
    if "template" in values:
        values["template"] = reader.template(values["template"]) or words("lessons.any_text")
    for group in ("cause", "language", "country"):
        if group in values:
            values[group] = words.of(group, values[group])
    return words(f"lessons.{lesson.kind}", **values)


def group_name(dimension: Dimension, line: Line, reader: Reader) -> str:
    """What a row of a breakdown is called."""
    words = reader.words
    if line.names in ((), ALL):
        return words("all_groups" if line.names else "other_groups")
    code = line.names[0]
    match dimension:
        case Dimension.ARM:
            return arm(line.names[-1], reader)
        case Dimension.TEMPLATE:
            language = words.of("language", line.names[2])
            return words("of_language", what=reader.template(code), language=language)
        case Dimension.STAGE:
            return reader.stage(code)
    return words.of(str(dimension), code)


def _of_lines(
    caption: str, breakdown: Breakdown, columns: Sequence[tuple[Column, Callable[[Line], Node]]], reader: Reader
) -> Html:
    first = [_words(reader, "group")]
    is_template = breakdown.dimension is Dimension.TEMPLATE
    if is_template:
        first.append(_words(reader, "version"))
    heads = [*first, _figures(reader, "texts"), *(column for column, _ in columns)]
    rows: list[list[Node]] = []
    for line in breakdown.lines:
        name: list[Node] = [group_name(breakdown.dimension, line, reader)]
        if is_template:
            name.append(tag("span", line.names[1] if line.names else reader.words("none_of"), class_="code"))
        rows.append([*name, reader.count(told_count(line.texts)), *(tell(line) for _, tell in columns)])
    return table(reader, caption, heads, rows, caption=caption)


def _share_column(name: str, reader: Reader) -> tuple[Column, Callable[[Line], Node]]:
    return _figures(reader, name), lambda line: reader.share(line.shares[name])


def _amounts(line: Line, reader: Reader) -> Node:
    told = [tag("span", reader.money(amount), class_="amount") for amount in line.amounts]
    return told or reader.words("none_of")


def _price(line: Line, reader: Reader) -> str:
    price = line.micros_a_cure
    return reader.words("none_of") if price is None else reader.dollars(price)


def _cell(number: int, column: Column, inside: Node) -> Html:
    if number == 0:
        return tag("th", inside, scope="row")
    return tag("td", inside, class_="n" if column.is_number else None)


def _figures(reader: Reader, name: str) -> Column:
    return Column(reader.words.of("column", name))


def _words(reader: Reader, name: str) -> Column:
    return Column(reader.words.of("column", name), is_number=False)
