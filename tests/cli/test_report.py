"""`duebridge report` over the records of a run that is over."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from duebridge.adapters import dynamo
from duebridge.adapters.outcomes import DynamoOutcomes
from duebridge.core.outcome import DayCounts
from infra.cli import kept_records
from infra.cli.report import report
from infra.local.last_run import RunFiles
from infra.records import SavedRecords
from tests.aws import LOAN_TABLE, create_tables, rows_of
from tests.core.report.counts import a_cell
from tests.fakes import FakeClock
from tests.stores import aws_client

DAY = date(2026, 3, 10)
pytestmark = pytest.mark.usefixtures("last_run")


@pytest.fixture
def last_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run whose report station has counted one day."""
    with mock_aws():
        client = aws_client("dynamodb")
        create_tables(client)
        counts = DayCounts(DAY, {a_cell(DAY): {"contact": 120, "reply": 30, "cured": 40}}, {})
        DynamoOutcomes(client, LOAN_TABLE, FakeClock()).save(counts, 1)
        rows = [dynamo.plain(row) for row in rows_of(client, LOAN_TABLE)]
    files = RunFiles(tmp_path)
    SavedRecords({"LoanTable": rows, "ConversationTable": [], "TicketTable": []}).save(files.rows)
    files.summary.write_text('{"at": "2026-03-11T09:00:00+00:00"}', encoding="utf-8")
    monkeypatch.setattr(kept_records, "RunFiles", lambda: files)
    monkeypatch.setattr(kept_records.Running, "find", lambda: None)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(report, list(arguments))


def test_the_first_screen_is_printed_and_says_that_the_borrowers_are_made_up() -> None:
    told = run()
    assert told.exit_code == 0, told.output
    assert told.output.startswith("SIMULATED")
    assert "120 demands and reminders" in told.output
    assert "No comparison runs" in told.output


def test_the_page_and_the_table_are_written_to_files(tmp_path: Path) -> None:
    page, table = tmp_path / "report.html", tmp_path / "report.csv"
    assert run("--out", str(page), "--locale", "zh-CN").exit_code == 0
    assert run("--out", str(table)).exit_code == 0
    assert "我们的短信有用吗？" in page.read_text(encoding="utf-8")
    assert table.read_bytes().startswith(b"origin,as_of,section,")
    assert b"\r\n" in table.read_bytes()


def test_days_before_since_are_not_told() -> None:
    assert "No text went out" in run("--since", "2026-03-11").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--out", "report.pdf"], "ends in .html or .csv", id="another kind of file"),
        pytest.param(["--lender", "nobody"], "harbour-bank", id="a lender that is not there"),
    ],
)
def test_what_cannot_be_done_says_how_to_mend_it(arguments: list[str], said: str) -> None:
    told = run(*arguments)
    assert told.exit_code != 0
    assert said in told.output
