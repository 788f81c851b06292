"""The page: self-contained, honest in both languages, and safe whatever stands in the counts."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import override

import pytest

from duebridge.core.desk.html import WrongMarkupError
from duebridge.core.experiment import Arm, Experiment, Rail
from duebridge.core.lessons import Lesson, LessonKind
from duebridge.core.outcome import Cell, DayCounts
from duebridge.core.report.building import report_of
from duebridge.core.report.headline import framed, headline
from duebridge.core.report.markup import tag
from duebridge.core.report.model import Origin, Report
from infra.content_desk import LANGUAGES
from infra.report_page import lines, page, shipped_words
from tests.core.report.counts import EXPERIMENT, LENDER, STAGES, START, a_cell, a_report, an_experiment

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
VOID = {"meta"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Reading(HTMLParser):
    """What a browser would find: elements by name, the text of each table and drawing, and tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.faults: list[str] = []
        self.pieces: dict[str, list[str]] = {"table": [], "svg": [], "td": [], "article": []}
        self.feed(html)
        self.close()
        assert self.open == []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag in self.pieces:
            self.pieces[tag].append("")

    @override
    def handle_endtag(self, tag: str) -> None:
        if self.open.pop() != tag:
            self.faults.append(tag)

    @override
    def handle_data(self, data: str) -> None:
        for name, found in self.pieces.items():
            if name in self.open:
                found[-1] += data


def busy(origin: Origin = Origin.SIMULATED) -> Report:
    """A report with something in each of its parts."""
    cells: dict[Cell, dict[str, int]] = {}
    for n, segment in enumerate(("everyone", "silent", "forgetful")):
        kinds = {"contact": 200 + 9 * n, "delivered": 190, "undelivered": 10 + n, "reply": 40, "reply_paid": 12,
                 "reply_other": n, "complaint": 3 * n, "cure_7": 30 + n, "cured": 41, "amount_cured": 90_000,
                 "price_micros": 4_000_000, "segments": 260, "tickets_closed": 12, "ticket_minutes": 900}  # fmt: skip
        cells[a_cell(segment=segment)] = kinds
        arm = "personal" if n else "unified"
        cells[a_cell(segment=segment, experiment="scheme", arm=arm)] = kinds
    days = [DayCounts(START, cells, {}), *an_experiment(control=15, treated=27)]
    learnt = (
        Lesson(
            LessonKind.ROOT_CAUSE, {"cause": "our_error", "template": "unified/days-1-3", "language": "en"}, 12, 20, "a"
        ),
        Lesson(LessonKind.DISPLEASED, {"template": "", "language": "zh"}, 12, 200, "b"),
        Lesson(LessonKind.NOT_UNDERSTOOD, {"words": "pay # soon", "language": "en"}, 11, 0, "c"),
        Lesson(LessonKind.LONG_TEXT, {"template": "care/days-4-15", "locale": "en", "parts": "2"}, 30, 90, "d"),
        Lesson(LessonKind.TEXTED_OFTEN, {"texts": "4", "country": "US"}, 15, 80, "e"),
    )
    return report_of(
        days,
        (EXPERIMENT,),
        as_of=START + timedelta(days=40),
        since=START,
        lender=LENDER,
        stages=STAGES,
        origin=origin,
        lessons=learnt,
    )


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_page_is_whole_and_loads_and_runs_nothing(language: str) -> None:
    html = page(busy(), language)
    read = Reading(html)
    assert read.faults == []
    assert not {"script", "img", "iframe", "link", "form", "object", "use"} & set(read.names)
    assert not [name for name, _ in read.attributes if name.startswith("on") or name == "src"]
    assert not re.search(r"@import|url\(", html)
    assert {value[0] for name, value in read.attributes if name == "href"} == {"#"}
    assert "default-src 'none'" in html


def test_every_plot_and_table_of_made_up_borrowers_says_so_and_none_of_real_ones(language: str) -> None:
    mark = shipped_words().words[language]["simulated"]
    made_up, real = Reading(page(busy(), language)), Reading(page(busy(Origin.REAL), language))
    assert len(made_up.pieces["svg"]) > 8
    assert len(made_up.pieces["table"]) > 15
    assert all(mark in piece for name in ("svg", "table") for piece in made_up.pieces[name])
    assert not any(mark in piece for pieces in real.pieces.values() for piece in pieces)


def test_every_plot_has_a_name_and_a_table_beside_it(language: str) -> None:
    html = page(busy(), language)
    figures = re.findall(r"<figure>.*?</figure>", html, re.DOTALL)
    assert figures
    for figure in figures[1:]:
        assert "<table>" in figure
    for opening in re.findall(r"<svg[^>]*>", html):
        assert 'role="img"' in opening
        assert "aria-label=" in opening


def test_the_first_screen_answers_the_four_questions_in_plain_sentences() -> None:
    cards = Reading(page(busy(Origin.REAL), "en")).pieces["article"]
    helped, whom, cost, minded = cards
    assert helped.startswith("Did it help?It helped")
    assert "did better than" in helped
    assert "95% interval" in helped
    assert "points" in whom
    assert "a cured loan" in cost
    assert "Of the texts" in minded


@pytest.mark.parametrize(
    ("control", "treated", "days", "as_of", "said"),
    [
        pytest.param(15, 27, 14, 40, "It helped", id="more cured"),
        pytest.param(27, 15, 14, 40, "It did worse", id="fewer cured"),
        pytest.param(18, 18, 14, 40, "Inconclusive", id="the same"),
        pytest.param(15, 27, 3, 4, "Not enough yet", id="early"),
        pytest.param(3, 3, 1, 60, "Too few loans", id="over, and too small"),
        pytest.param(0, 0, 0, 0, "Not begun", id="before"),
    ],
)
def test_the_verdict_is_said_first(control: int, treated: int, days: int, as_of: int, said: str) -> None:
    report = a_report(an_experiment(control, treated, days=days), START + timedelta(days=as_of))
    helped = Reading(page(report, "en")).pieces["article"][0]
    assert helped.startswith(f"Did it help?{said}")


def test_not_enough_says_how_many_loans_are_still_needed_in_both_languages() -> None:
    report = a_report(an_experiment(15, 27, days=3), START + timedelta(days=4))
    needed = report.trials[0].comparisons[0].verdict.loans_needed
    assert f"{needed:,} more loans are needed" in page(report, "en")
    assert f"还需要{needed:,}笔贷款" in page(report, "zh-CN")


def test_a_broken_guard_rail_is_named_with_its_rate() -> None:
    counts = {"contact": 400, "complaint": 24}
    day = DayCounts(START, {a_cell(): counts, a_cell(experiment="scheme", arm="personal"): counts}, {})
    minded = Reading(page(a_report([day, *an_experiment(15, 27)]), "en")).pieces["article"][3]
    assert "Guard rail broken" in minded
    assert "6.0% of its texts ended in “complaint”, more than the 1.0%" in minded


def test_no_figure_of_a_table_tells_of_one_to_nine(language: str) -> None:
    cells = Reading(page(busy(), language)).pieces["td"]
    assert len(cells) > 200
    whole = {int(cell) for cell in cells if cell.isdigit()} - {3, 7}
    assert not {number for number in whole if 0 < number < 10}


def test_hostile_codes_show_as_text_and_do_nothing(language: str) -> None:
    arms = (Arm(name="unified", share=50), Arm(name=HOSTILE, share=50))
    hostile = Experiment(
        name=HOSTILE, layer="l", segments=frozenset(), starts=START, ends=START + timedelta(days=9), arms=arms,
        control="unified", primary="cure_7", expected=0.3, worth_finding=0.1, guard_rails={"complaint": Rail(0.01, 5)},
    )  # fmt: skip
    day = DayCounts(START, {a_cell(segment=HOSTILE, template=HOSTILE, country=HOSTILE): {"contact": 50}}, {})
    learnt = Lesson(LessonKind.NOT_UNDERSTOOD, {"words": HOSTILE, "language": "en"}, 20, 40, HOSTILE)
    report = report_of(
        [day], (hostile,), as_of=START + timedelta(days=5), since=START, lender={"en": HOSTILE}, lessons=[learnt]
    )
    read = Reading(page(report, language))
    assert read.faults == []
    assert not {"script", "img"} & set(read.names)


def test_a_page_made_again_is_the_same_to_the_byte(language: str) -> None:
    assert page(busy(), language) == page(busy(), language)


def test_both_languages_say_the_same_words_and_chinese_ones_are_chinese() -> None:
    words = shipped_words().words
    assert words["en"].keys() == words["zh-CN"].keys()
    slots = {key: (set(re.findall(r"{\w+}", words["en"][key])), set(re.findall(r"{\w+}", words["zh-CN"][key])))
             for key in words["en"]}  # fmt: skip
    assert {key: pair for key, pair in slots.items() if pair[0] != pair[1]} == {}
    long = [text for text in words["zh-CN"].values() if len(re.sub(r"{\w+}", "", text)) > 8]
    assert all(CHINESE.search(text) for text in long)


def test_no_name_of_a_word_shows_on_a_page(language: str) -> None:
    names = {name for name in shipped_words().words[language] if "." in name}
    text = re.sub(r"<style>.*?</style>", "", page(busy(), language), flags=re.DOTALL)
    assert not [name for name in names if re.search(rf"(?<![\w./-]){re.escape(name)}(?![\w/-])", text)]
    assert not re.search(r"{\w+}", text)


def test_the_widget_shows_the_first_screen_in_the_viewers_colours_with_the_way_to_the_page(language: str) -> None:
    words = shipped_words()
    shown = framed(headline(busy(), words, language), words, language, is_dark=True, link="https://a.example/s3")
    read = Reading(shown)
    assert read.faults == []
    assert "dbr-dark" in shown
    assert "cwdb-no-default-styles" in shown
    assert words.words[language]["simulated"] in shown
    assert 'href="https://a.example/s3"' in shown
    assert not {"script", "iframe", "use"} & set(read.names)


def test_before_the_first_report_the_widget_says_so() -> None:
    words = shipped_words()
    assert "There is no report yet" in framed(None, words, "en", is_dark=False, link="https://a.example")


def test_the_terminal_reads_the_same_sentences() -> None:
    told = list(lines(busy(), "en"))
    assert told[0].startswith("SIMULATED")
    assert any("It helped" in line and "95% interval" in line for line in told)


def test_nothing_that_acts_or_leads_astray_can_be_built() -> None:
    with pytest.raises(WrongMarkupError):
        tag("script", "alert(1)")
    with pytest.raises(WrongMarkupError):
        tag("p", "x", onclick="alert(1)")
    with pytest.raises(WrongMarkupError):
        tag("a", "x", href="javascript:alert(1)")
