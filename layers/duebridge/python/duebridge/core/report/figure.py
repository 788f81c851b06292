"""What every drawing and table of a page has around it, and the rows of its forests."""

from msgspec.structs import replace

from ..desk.html import Html, Node
from . import tables
from .markup import tag
from .model import Comparison
from .plots import Bar, Estimate
from .reader import Reader
from .sparing import Share, Told


def figure(reader: Reader, title: str, note: str, drawing: Html | None, *matter: Node) -> Html:
    """`note` says how to read it; `matter` are the tables under it."""
    caption = tag("figcaption", tag("h3", title, " ", mark(reader)), tag("p", note, class_="quiet") if note else None)
    return tag("figure", caption, drawing, *matter)


def mark(reader: Reader) -> Html | None:
    """That borrowers are made up."""
    return tag("span", reader.mark, class_="mark-word") if reader.mark else None


def main_row(comparison: Comparison, reader: Reader, label: str, series: int) -> Estimate:
    """The verdict's interval where there is one, else that of all loans so far."""
    if tables.has_verdict(comparison):
        verdict = comparison.verdict
        return estimate(label, verdict.difference, verdict.low, verdict.high, reader, series, is_main=True)
    so_far = comparison.so_far
    if not so_far.is_told:
        return row_without_figures(label, reader, series)
    found = estimate(label, so_far.difference, so_far.low, so_far.high, reader, series, is_main=True)
    return replace(found, is_tentative=True)


def estimate(
    label: str, value: float, low: float, high: float, reader: Reader, series: int, *, is_main: bool = False
) -> Estimate:
    """A row with its figures in words."""
    told = f"{reader.points(value)} ({reader.interval(low, high)})"
    return Estimate(label=label, value=value, low=low, high=high, told=told, series=series, is_main=is_main)


def row_without_figures(label: str, reader: Reader, series: int = 1) -> Estimate:
    """Too few loans to draw."""
    none = reader.words("none_of")
    return Estimate(label=label, value=0, low=0, high=0, told=none, series=series, is_told=False)


def length(label: str, part: Share, reader: Reader, series: int) -> Bar:
    """A bar; of a share that is not told exactly, only its outline."""
    return Bar(label, part.rate, reader.share(part), series, part.told is not Told.EXACTLY)
