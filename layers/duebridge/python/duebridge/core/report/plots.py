"""Small drawings of figures: plain SVG, readable without colour, light or dark, on screen and on paper."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import floor, log10

from msgspec import Struct

from ..desk.html import Html, Node
from .markup import placed, tag

WIDTH = 760
NARROWEST, WIDEST = 96, 350
"""Of the column left of a drawing's field, which holds the words."""
FIGURES = 168
"""The column right of it, for figures in words."""
ROW, TOP, BOTTOM = 30, 26, 50
SHAPES = ("circle", "square", "triangle", "diamond")
"""An arm is told by its shape too."""
LETTER, CHARACTER = 7.0, 12.8
"""How wide a small letter and a Chinese character are, about."""


class Frame(Struct, frozen=True):
    """What every drawing has: its name for those who cannot see it, and the word of a simulation."""

    title: str
    description: str
    mark: str = ""
    """Stands in the drawing, such as SIMULATED."""


class Estimate(Struct, frozen=True, kw_only=True):
    """A row of a forest: a figure and its interval."""

    label: str
    value: float
    low: float
    high: float
    told: str
    """The same in words."""
    series: int = 1
    is_main: bool = False
    is_told: bool = True
    """False where there are too few to draw."""
    is_tentative: bool = False
    """Dashed and hollow: it concludes nothing."""


class Point(Struct, frozen=True):
    """A place of a curve, with its interval."""

    x: float
    y: float
    low: float
    high: float


class Curve(Struct, frozen=True):
    """One arm's points; the control is series 0."""

    label: str
    series: int
    points: tuple[Point, ...]


class Bar(Struct, frozen=True):
    """A length, and the figure in words; a bound is drawn where a rate is allowed up to it."""

    label: str
    value: float
    told: str
    series: int = 0
    is_vague: bool = False
    """Drawn as an outline: only a bound is known."""


class BarGroup(Struct, frozen=True):
    """Bars that belong together, and the most that is allowed of them."""

    label: str
    bars: tuple[Bar, ...]
    most: float | None = None
    most_told: str = ""


class Axis(Struct, frozen=True):
    """Values along a length of the drawing."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value stands; one beyond the end stands at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, about: int = 5) -> tuple[float, ...]:
        """Round values, no more than fit."""
        step = _step((self.high - self.low) / about)
        first = -floor(-self.low / step + 1e-9)
        last = floor(self.high / step + 1e-9)
        return tuple(round(number * step, 10) for number in range(first, last + 1))


def forest(
    frame: Frame, rows: Sequence[Estimate], *, unit: str, sides: tuple[str, str] | None = None, from_zero: bool = False
) -> Html:
    """Figures with their intervals, one under the other. Differences have a line at nought and a word for each side."""
    told = [row for row in rows if row.is_told]
    field = _field(told, _room([row.label for row in rows]), from_zero=from_zero)
    floor_y = TOP + ROW * len(rows)
    height = floor_y + (BOTTOM if sides else BOTTOM - 22)
    inside: list[Node] = [_grid(field, field.ticks(), TOP, floor_y, unit, signed=not from_zero)]
    if not from_zero:
        inside.append(_line(field.at(0), TOP - 6, field.at(0), floor_y, "zero"))
    for number, row in enumerate(rows):
        inside.append(_estimate(row, field, TOP + ROW * number + ROW / 2))
    if sides:
        inside.append(_text(field.start, floor_y + 40, f"\u2190 {sides[0]}", "side"))
        inside.append(_text(field.end, floor_y + 40, f"{sides[1]} \u2192", "side", "end"))
    return _drawing(frame, height, inside)


def curves(
    frame: Frame,
    lines: Sequence[Curve],
    x_ticks: Sequence[tuple[float, str]],
    *,
    unit: str,
    is_difference: bool = False,
    marked: tuple[float, str] | None = None,
) -> Html:
    """Curves with the intervals of their points; a difference has a line at nought, and may have one day marked."""
    height, top, bottom, left, right = 300, 24, 44, 56, 150
    points = [point for line in lines for point in line.points]
    lowest = min((point.low for point in points), default=0.0) if is_difference else 0.0
    highest = max((point.high for point in points), default=1.0)
    spare = (highest - min(lowest, 0)) * 0.06 or 0.01
    across = Axis(x_ticks[0][0], x_ticks[-1][0], left, WIDTH - right)
    up = Axis(min(lowest, 0) - (spare if is_difference else 0), max(highest, 0) + spare, height - bottom, top)
    inside: list[Node] = []
    for tick in up.ticks():
        inside.append(_line(left, up.at(tick), WIDTH - right, up.at(tick), "zero" if tick == 0 else "grid"))
        inside.append(_text(left - 8, up.at(tick) + 4, _percent(tick, unit, signed=is_difference), "tick", "end"))
    for value, words in x_ticks:
        inside.append(_text(across.at(value), height - bottom + 20, words, "tick", "middle"))
    if marked:
        inside.append(_line(across.at(marked[0]), top, across.at(marked[0]), height - bottom, "marked"))
        anchor = "end" if across.at(marked[0]) > WIDTH / 2 else "start"
        shift = -6 if anchor == "end" else 6
        inside.append(_text(across.at(marked[0]) + shift, top + 10, marked[1], "side", anchor))
    ends = _apart([up.at(line.points[-1].y) for line in lines if line.points])
    for line, end in zip([line for line in lines if line.points], ends, strict=True):
        inside.append(_curve(line, across, up, has_band=is_difference))
        inside.append(_text(across.at(line.points[-1].x) + 12, end + 4, line.label, f"name s{line.series}"))
    return _drawing(frame, height, inside)


def bars(frame: Frame, groups: Sequence[BarGroup], *, unit: str) -> Html:
    """Lengths beside each other, each with its figure; a mark where the most that is allowed stands."""
    thick, gap = 18, 14
    count = sum(len(group.bars) for group in groups)
    height = TOP + thick * count + gap * len(groups) + 34
    highest = max(
        [bar.value for group in groups for bar in group.bars] + [group.most or 0 for group in groups], default=0
    )
    left = _room([group.label for group in groups])
    across = Axis(0, (highest or 1) * 1.04, left, WIDTH - FIGURES)
    floor_y = height - 34
    inside: list[Node] = [_grid(across, across.ticks(), TOP - 6, floor_y, unit, signed=False)]
    y = float(TOP)
    for group in groups:
        middle = y + thick * len(group.bars) / 2
        inside.append(_text(left - 12, middle + 4, group.label, "label", "end"))
        for bar in group.bars:
            length = max(across.at(bar.value) - left, 1)
            look = f"bar s{bar.series}{' vague' if bar.is_vague else ''}"
            inside.append(tag("rect", x=left, y=y + 2, width=length, height=thick - 4, rx=2, class_=look))
            beside = max(left + length, across.at(group.most) if group.most else 0) + 8
            inside.append(_text(beside, y + thick / 2 + 4, f"{bar.label} {bar.told}".strip(), "figure"))
            y += thick
        if group.most:
            at = across.at(group.most)
            inside.append(_line(at, middle - thick * len(group.bars) / 2, at, y, "most"))
        y += gap
    return _drawing(frame, height, inside)


def columns(frame: Frame, panels: Sequence[tuple[str, Sequence[int | None]]], days: Sequence[str]) -> Html:
    """A small panel for each kind of count, day by day; a day that is kept back is a dash."""
    tall, gap, left, right = 74, 30, 56, 16
    height = 18 + len(panels) * (tall + gap) + 10
    wide = (WIDTH - left - right) / max(len(days), 1)
    inside: list[Node] = []
    for number, (name, counts) in enumerate(panels):
        top = 18 + number * (tall + gap)
        up = Axis(0, max([count or 0 for count in counts] + [1]), top + tall, top + 6)
        inside.append(_text(left, top - 2, name, "label"))
        tick = up.ticks(3)[-1]
        inside += [
            _line(left, up.at(tick), WIDTH - right, up.at(tick), "grid"),
            _text(left - 8, up.at(tick) + 4, f"{tick:,.0f}", "tick", "end"),
            _line(left, top + tall, WIDTH - right, top + tall, "zero"),
        ]
        for place, count in enumerate(counts):
            x = left + place * wide
            if count is None:
                inside.append(_text(x + wide / 2, top + tall - 4, "\u2013", "tick", "middle"))
            elif count:
                size = {"y": up.at(count), "height": top + tall - up.at(count)}
                inside.append(tag("rect", x=x + wide * 0.12, width=wide * 0.76, class_=f"bar s{number}", **size))
        every = max(1, round(len(days) / 8))
        inside += [
            _text(left + (place + 0.5) * wide, top + tall + 16, day, "tick", "middle")
            for place, day in enumerate(days)
            if number == len(panels) - 1 and place % every == 0
        ]
    return _drawing(frame, height, inside)


def _field(rows: Sequence[Estimate], start: float, *, from_zero: bool) -> Axis:
    """As wide as the intervals need, but no wider than four times the main one: a tiny group must not flatten all."""
    main = [row for row in rows if row.is_main] or rows
    low, high = min((row.low for row in rows), default=-0.1), max((row.high for row in rows), default=0.1)
    if not from_zero and main:
        reach = 4 * max(abs(bound) for row in main for bound in (row.low, row.high, row.value)) or 0.1
        low, high = max(low, -reach), min(high, reach)
    low, high = (0.0 if from_zero else min(low, 0.0)), max(high, 0.0) or 0.1
    spare = (high - low) * 0.05
    return Axis(0 if from_zero else low - spare, high + spare, start, WIDTH - FIGURES)


def _estimate(row: Estimate, field: Axis, y: float) -> Html:
    weight = "label strong" if row.is_main else "label"
    words = [_text(field.start - 12, y + 4, row.label, weight, "end"), _text(WIDTH, y + 4, row.told, "figure", "end")]
    if not row.is_told:
        return tag("g", *words)
    look = f"whisker s{row.series}"
    drawn: list[Node] = [_line(field.at(row.low), y, field.at(row.high), y, f"{look} main" if row.is_main else look)]
    for way, bound, is_beyond in ((-1, row.low, row.low < field.low), (1, row.high, row.high > field.high)):
        x = field.at(bound)
        drawn.append(_arrow(x, y, way, row.series) if is_beyond else _line(x, y - 4, x, y + 4, look))
    drawn.append(_shape(field.at(row.value), y, 3 if row.is_main else 1, row.series, 8 if row.is_main else 5))
    return tag("g", *words, *drawn, class_="tentative" if row.is_tentative else None)


def _arrow(x: float, y: float, way: int, series: int) -> Html:
    """The interval goes on beyond the drawing."""
    points = ((x, y - 5), (x + 7 * way, y), (x, y + 5))
    return tag("polygon", points=_points(points), class_=f"mark s{series}")


def _curve(line: Curve, across: Axis, up: Axis, *, has_band: bool) -> Html:
    places = [(across.at(point.x), up.at(point.y)) for point in line.points]
    drawn: list[Node] = []
    if has_band:
        edge = [(across.at(point.x), up.at(point.high)) for point in line.points]
        edge += [(across.at(point.x), up.at(point.low)) for point in reversed(line.points)]
        drawn.append(tag("polygon", points=_points(edge), class_=f"band s{line.series}"))
    drawn.append(tag("polyline", points=_points(places), class_=f"curve s{line.series}"))
    for point, (x, y) in zip(line.points, places, strict=True):
        if not has_band:
            drawn.append(_line(x, up.at(point.low), x, up.at(point.high), f"whisker s{line.series}"))
        drawn.append(_shape(x, y, line.series, line.series, 2.5 if has_band else 5))
    return tag("g", *drawn)


def _room(labels: Iterable[str]) -> float:
    """For words left of a drawing's field."""
    widest = max((sum(LETTER if sign < "\u2e80" else CHARACTER for sign in label) for label in labels), default=0)
    return min(max(widest + 20, NARROWEST), WIDEST)


def _shape(x: float, y: float, shape: int, series: int, size: float) -> Html:
    kind, look = SHAPES[shape % len(SHAPES)], f"mark s{series}"
    if kind == "circle":
        return tag("circle", cx=x, cy=y, r=size, class_=look)
    if kind == "square":
        return tag("rect", x=x - size, y=y - size, width=2 * size, height=2 * size, class_=look)
    corners: tuple[tuple[float, float], ...]
    if kind == "triangle":
        corners = ((x, y - size * 1.2), (x + size * 1.2, y + size), (x - size * 1.2, y + size))
    else:
        corners = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
    return tag("polygon", points=_points(corners), class_=look)


def _grid(axis: Axis, ticks: Iterable[float], top: float, bottom: float, unit: str, *, signed: bool) -> Html:
    marks: list[Node] = []
    for tick in ticks:
        marks.append(_line(axis.at(tick), top, axis.at(tick), bottom, "grid"))
        marks.append(_text(axis.at(tick), bottom + 18, _percent(tick, unit, signed=signed), "tick", "middle"))
    return tag("g", *marks)


def _percent(value: float, unit: str, *, signed: bool) -> str:
    written = f"{100 * value:.6g}"
    return f"{'+' if signed and value > 0 else ''}{written.replace('-', chr(0x2212))}{unit}"


def _drawing(frame: Frame, height: float, inside: Sequence[Node]) -> Html:
    stamp = _text(WIDTH, 13, frame.mark, "stamp", "end") if frame.mark else None
    return tag(
        "svg",
        tag("title", frame.title),
        tag("desc", frame.description),
        *inside,
        stamp,
        view_box=f"0 0 {WIDTH} {placed(height)}",
        role="img",
        aria_label=f"{frame.mark} {frame.title}. {frame.description}".strip(),
    )


def _line(x1: float, y1: float, x2: float, y2: float, look: str) -> Html:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=look)


def _text(x: float, y: float, words: str, look: str, anchor: str | None = None) -> Html:
    return tag("text", words, x=x, y=y, class_=look, text_anchor=anchor)


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{placed(x)},{placed(y)}" for x, y in places)


def _apart(ends: Sequence[float], least: float = 16) -> list[float]:
    """Names at the ends of curves must not stand on each other."""
    found = list(ends)
    order = sorted(range(len(found)), key=lambda index: found[index])
    for before, after in pairwise(order):
        found[after] = max(found[after], found[before] + least)
    return found


def _step(rough: float) -> float:
    """1, 2 or 5 times a power of ten."""
    power = 10.0 ** floor(log10(rough))
    return float(next(times * power for times in (1, 2, 5, 10) if times * power >= rough - 1e-12))
