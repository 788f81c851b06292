"""The report as one page: no script, nothing loaded, readable on paper, by ear and in the dark."""

from collections.abc import Sequence
from datetime import timedelta

from ..desk.html import Html, Node, rendered, styled
from . import sentences, tables
from .figure import figure, main_row, mark
from .markup import tag
from .model import Comparison, Report, Trial
from .plots import Frame, forest
from .reader import Reader, ReportContent
from .sentences import arm
from .tables import has_verdict
from .texts_part import texts_part
from .trial_part import trial_name, trial_part

QUESTIONS = ("helped", "whom", "cost", "minded")
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A page of figures has no need of anything else."""


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
        *(trial_part(trial, number, reader) for number, trial in enumerate(report.trials)),
        texts_part(report, reader),
        _lessons(report, reader),
        _method(reader),
        tag("footer", words("footer", as_of=reader.day(report.as_of)), " ", mark(reader)),
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
    several = sum(len(trial.comparisons) for trial in report.trials) > 1
    return tag("div", *cards, class_="cards several" if several else "cards")


def overview(report: Report, reader: Reader) -> Html | None:
    """All comparisons in one drawing."""
    rows = [
        main_row(comparison, reader, _short_name(trial, comparison, reader), number + 1)
        for trial in report.trials
        for number, comparison in enumerate(trial.comparisons)
    ]
    if not any(row.is_told for row in rows):
        return None
    words = reader.words
    frame = Frame(words("overview"), "; ".join(f"{row.label}: {row.told}" for row in rows), reader.mark)
    sides = (words("overview_left"), words("overview_right"))
    drawing = forest(frame, rows, unit="", sides=sides)
    notes = [words("overview_note"), *([words("overview_so_far")] if any(row.is_tentative for row in rows) else [])]
    return figure(reader, words("overview"), reader.joined(notes), drawing)


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
        inside.append(tag("p", reader.joined(each.sentences)))
    return tag("article", *inside, class_=f"card {question}")


def _contents(report: Report, reader: Reader) -> Html:
    words = reader.words
    parts = [
        *((f"trial-{number}", trial_name(trial, reader)) for number, trial in enumerate(report.trials)),
        ("texts", words("texts.heading")),
        ("lessons", words("lessons.heading")),
        ("method", words("method.heading")),
    ]
    links = [tag("li", tag("a", name, href=f"#{place}")) for place, name in parts]
    return tag("nav", tag("ol", *links), aria_label=words("contents"))


def _short_name(trial: Trial, comparison: Comparison, reader: Reader) -> str:
    name = reader.words.of("experiment", trial.experiment.name)
    if len(trial.comparisons) > 1:
        name = f"{name}: {arm(comparison.verdict.arm, reader)}"
    return name if has_verdict(comparison) else reader.words("so_far_name", name=name)


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
