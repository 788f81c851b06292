"""The table for spreadsheets: a program can read it, and nothing in it is a formula."""

import csv
from io import StringIO

import pytest

from duebridge.core.outcome import DayCounts
from duebridge.core.report.csv_file import BEGINS_A_FORMULA, cell, csv_file
from duebridge.core.report.model import Origin
from tests.core.report.counts import START, a_cell, a_report, an_experiment

HOSTILE = '=HYPERLINK("https://evil.example";"open")'


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "|calc", "%0a=1"])
def test_a_text_that_a_spreadsheet_could_run_is_a_text(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("value", "told"), [(-0.25, "-0.25"), (12, "12"), (None, ""), (0.1 + 0.2, "0.3")])
def test_numbers_stay_numbers(value: float | None, told: str) -> None:
    assert cell(value) == told


def test_a_hostile_code_in_a_cell_of_the_counts_cannot_act() -> None:
    day = DayCounts(START, {a_cell(segment=HOSTILE, template=HOSTILE): {"contact": 40}}, {})
    found = rows(csv_file(a_report([day])))
    assert any(row["group"] == f"'{HOSTILE}" for row in found)
    assert not any(value.startswith(("=", "+", "@", "\t")) for row in found for value in row.values())
    negative = [value for row in found for value in row.values() if value.startswith("-")]
    assert all(float(value) < 0 for value in negative)
    assert "=" in BEGINS_A_FORMULA


def test_no_count_of_people_between_one_and_nine_is_in_it() -> None:
    cells = {a_cell(segment=f"s{n}", country=c): {"contact": 60 + n, "reply": n, "complaint": n, "cured": n}
             for n in range(12) for c in ("US", "GB")}  # fmt: skip
    found = rows(csv_file(a_report([DayCounts(START, cells, {}), *an_experiment(control=15, treated=27)])))
    people = [
        row for row in found if row["unit"] in ("", "share") and row["outcome"] not in ("parts", "ticket_minutes")
    ]
    assert len(people) > 100
    assert not [row for row in people for name in ("count", "of") if row[name] and 0 < int(row[name]) < 10]


def test_every_row_of_made_up_borrowers_says_so() -> None:
    found = rows(csv_file(a_report(an_experiment(control=15, treated=27), origin=Origin.SIMULATED)))
    assert {row["origin"] for row in found} == {"SIMULATED"}


def test_the_verdict_is_in_it_with_its_interval() -> None:
    found = rows(csv_file(a_report(an_experiment(control=15, treated=27))))
    (verdict,) = [row for row in found if row["section"] == "verdict"]
    assert (verdict["arm"], verdict["control"]) == ("personal", "unified")
    assert 0 < float(verdict["low"]) < float(verdict["difference"]) < float(verdict["high"])
    assert verdict["note"].startswith("helped")
