"""A comparison that could not be told apart afterwards stops the compilation, with its file and line."""

import json
import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from duebridge.core.errors import ContentError
from infra.content import compile_content, lenders
from infra.content_source import TEMPLATES

FILE = "strategies/experiments.yaml"
DAY = date(2026, 3, 11)
BOTH = "[harbour-bank, morning-finance]"
SECOND_UNIFIED = "{name: unified, share: 45, family: unified}"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def change(templates: Path, old: str, new: str) -> None:
    written = (templates / FILE).read_text(encoding="utf-8")
    explained, marker, listed = written.partition("\nexperiments:")
    assert old in listed, "the seeded defect has no place to stand"
    (templates / FILE).write_text(explained + marker + listed.replace(old, new, 1), encoding="utf-8")


def compiled(lender: str, templates: Path = TEMPLATES, drafts_start: date | None = None) -> Any:
    return json.loads(compile_content(lender, templates, drafts_start=drafts_start))


@pytest.mark.parametrize("lender", lenders())
def test_the_shipped_comparisons_run_nowhere_until_somebody_gives_them_a_date(lender: str) -> None:
    content = compiled(lender)
    assert (content["experiments"], content["families"]) == ([], {})
    experiments = compiled(lender, drafts_start=DAY)["experiments"]
    assert [each["name"] for each in experiments] == ["voice", "scheme"]
    assert {(each["starts"], each["ends"]) for each in experiments} == {("2026-03-11", "2026-04-07")}


def test_an_experiment_with_dates_runs_on_the_books_of_its_lenders_alone(templates: Path) -> None:
    change(templates, f"lenders: {BOTH}", "lenders: [harbour-bank]")
    change(templates, "starts: null\n    days: 28", "starts: 2026-03-11\n    ends: 2026-04-07")
    assert [each["name"] for each in compiled("harbour-bank", templates)["experiments"]] == ["voice"]
    assert compiled("harbour-bank", templates)["families"].keys() == {"personal"}
    assert compiled("morning-finance", templates)["experiments"] == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("share: 50,", "share: 70,", "name: voice", "more than 100 percent", id="too many shares"),
        pytest.param("control: personal", "control: nobody", "name: voice", "no arm nobody", id="no such control"),
        pytest.param("primary: displeased", "primary: cured", "name: voice", "cured decides nothing", id="no outcome"),
        pytest.param("family: personal}", "family: plain}", "plain", "no strategy plain", id="no such family"),
        pytest.param(BOTH, "[harbor-bank]", "name: voice", "no lender harbor-bank", id="no such lender"),
        pytest.param("hold_out: true", "hold_out: true, family: unified", "hold_out", "hears nothing", id="held out"),
        pytest.param("starts: null", "starts: soon", "name: voice", "`ends` is missing", id="no end"),
        pytest.param("days: 28", "days: 0", "name: voice", "`days` is 0", id="no days"),
        pytest.param("name: voice", "name: Voice", "Voice", "is no name", id="a name that a row cannot hold"),
        pytest.param("name: voice", "name: voice-for-all", "unified", "longer than 16 letters", id="long names"),
        pytest.param("name: scheme", "name: voice", "name: voice", "stands twice", id="two of one name"),
        pytest.param("  complaint: {", "  praise: {", "name: voice", "no guard rail watches", id="no such rail"),
        pytest.param("most_percent: 1,", "most_percent: 0,", "complaint", "`most_percent` is 0", id="a rail of 0"),
        pytest.param("least_contacts: 50", "at_least: 50", "complaint", "`at_least` is not known", id="unknown key"),
        pytest.param(
            "name: unified, share: 50, family: unified}",
            "name: unified, share: 50, templates: {unified/days-1-3: unified/days-4-15}}",
            "templates",
            "no text for the stage",
            id="a text of another stage",
        ),
        pytest.param(
            "name: unified, share: 50, family: unified}",
            "name: unified, share: 50, templates: {unified/days-1-3: brief/days-1-3}}",
            "templates",
            "no text brief/days-1-3",
            id="a text that is not there",
        ),
        pytest.param(
            "name: unified, share: 50, family: unified}",
            "name: unified, share: 50, days: {days-1-3: [2, 4]}}",
            "days: {",
            "not within days-1-3",
            id="days of two stages",
        ),
        pytest.param("expected_percent: 3", "expected_percent: 300", "name: voice", "`expected_percent`", id="300 %"),
    ],
)
def test_a_wrong_comparison_is_told_with_its_place(templates: Path, old: str, new: str, line: str, words: str) -> None:
    change(templates, old, new)
    with pytest.raises(ContentError) as raised:
        compile_content("harbour-bank", templates)
    match = re.fullmatch(rf"templates/{re.escape(FILE)}:(\d+): (.+): (.+)", str(raised.value), re.DOTALL)
    assert match, str(raised.value)
    place = (templates / FILE).read_text(encoding="utf-8").splitlines()[int(match[1]) - 1]
    assert line in place
    assert words in match[2]


def test_segments_are_those_of_the_lenders_own_strategy(templates: Path) -> None:
    change(templates, f"lenders: {BOTH}", "lenders: [harbour-bank]\n    segments: [forgetful]")
    with pytest.raises(ContentError, match="no segment forgetful"):
        compile_content("harbour-bank", templates)
    compile_content("morning-finance", templates)


def test_two_layers_may_not_both_change_the_family(templates: Path) -> None:
    change(templates, "name: scheme\n    layer: texts", "name: scheme\n    layer: more")
    with pytest.raises(ContentError, match="in another layer"):
        compile_content("harbour-bank", templates, drafts_start=DAY)


def test_a_stage_that_the_law_requires_is_named_by_its_policy(templates: Path) -> None:
    file = templates / "policies" / "US.yaml"
    written = file.read_text(encoding="utf-8")
    file.write_text(
        written.replace("    registered_texts: false", "    registered_texts: false\n    always_sent: [days-61-90]", 1),
        encoding="utf-8",
    )
    assert compiled("harbour-bank", templates)["policies"]["US"][0]["always_sent"] == ["days-61-90"]
    file.write_text(file.read_text(encoding="utf-8").replace("days-61-90", "days-100"), encoding="utf-8")
    with pytest.raises(ContentError, match="no stage days-100"):
        compile_content("harbour-bank", templates)
