"""Each page says what is there: alarms, outputs, widgets, saved queries and the desk's words; and each has its test."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.content_desk import compile_desk
from tests.runbook.conftest import RUNBOOK, page, resources_of

PAGES = sorted(path.stem for path in RUNBOOK.glob("*.md"))
BEYOND_ALARMS = {"files", "pause", "tickets"}
"""What a person does without being called."""
ALARM, QUERY = "AWS::CloudWatch::Alarm", "AWS::Logs::QueryDefinition"


@pytest.fixture(scope="module")
def alarms(prod: Mapping[str, Any]) -> dict[str, str]:
    """Each alarm's name without the stage, and its page."""
    return {
        alarm["AlarmName"].removeprefix("duebridge-prod-"): Path(alarm["AlarmDescription"].rpartition(" ")[2]).stem
        for alarm in resources_of(prod["operations"], ALARM).values()
    }


def test_every_page_has_a_test_of_its_steps_and_every_test_a_page() -> None:
    tests = {path.stem.removeprefix("test_").replace("_", "-") for path in Path(__file__).parent.glob("test_*.py")}
    assert tests - {"pages"} == set(PAGES)


def test_every_alarm_has_its_page_and_every_page_an_alarm_or_work_that_needs_none(alarms: dict[str, str]) -> None:
    assert set(alarms.values()) | BEYOND_ALARMS == set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_the_alarms_that_lead_to_it(alarms: dict[str, str], name: str) -> None:
    patterns = [re.sub(r"<[a-z]+>", ".+", code) for code in re.findall(r"`([a-z<>-]+)`", page(name))]
    for alarm in (alarm for alarm, target in alarms.items() if target == name):
        assert any(re.fullmatch(pattern, alarm) for pattern in patterns), alarm


@pytest.mark.parametrize("name", PAGES)
def test_an_output_that_a_page_names_is_given_by_the_stack(prod: Mapping[str, Any], name: str) -> None:
    outputs = {output for template in prod.values() for output in template["Outputs"]}
    kinds = ("Url", "Table", "Bucket", "Function", "Arn")
    said = set(re.findall(rf"(?<![:\w])[A-Z][A-Za-z]+(?:{'|'.join(kinds)})\b", page(name)))
    assert said - {"QueueArn"} <= outputs


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_looks_at_on_the_dashboard_is_there(prod: Mapping[str, Any], name: str) -> None:
    board = json.dumps(prod["operations"]["Resources"])
    for sentence in re.findall(r"Dashboard, (.*?)[:.?]", page(name).replace("\n", " ")):
        for widget in re.findall(r"\*\*([^*]+)\*\*", sentence):
            assert widget in board, f"{name}.md: no widget {widget}"


@pytest.mark.parametrize("name", PAGES)
def test_a_reason_that_a_page_filters_the_desk_by_is_a_word_of_the_desk(name: str) -> None:
    desk = compile_desk()
    for sentence in re.findall(r"Desk, reasons? (.*?)[:.]", page(name).replace("\n", " ")):
        for word in re.findall(r"\*\*([^*]+)\*\*", sentence):
            assert json.dumps(word) in desk, f"{name}.md: the desk has no reason {word}"


@pytest.mark.parametrize("name", PAGES)
def test_a_saved_query_that_a_page_runs_is_saved(prod: Mapping[str, Any], name: str) -> None:
    queries = resources_of(prod["operations"], QUERY).values()
    saved = {query["Name"].rpartition("/")[2] for query in queries}
    assert set(re.findall(r"saved query \*\*([a-z-]+)\*\*", page(name).replace("\n", " "))) <= saved
