"""The capacity model counts what the bench measures, and adds up."""

import json
from math import isclose
from typing import Any

import pytest
from click.testing import CliRunner

from duebridge.adapters import dynamo, rows
from infra.capacity import SHARDS_AT_ONCE, Counts, Times, capacity
from infra.cli.main import main
from infra.stages import PROD
from tests.bench.metered_tables import size_bytes
from tests.bench.scale import planned
from tests.bench.table_costs import bill_of, demands
from tests.builders import a_loan

BOOK: dict[str, Any] = {
    "loans": 1_000_000,
    "due_share": 0.05,
    "parts_per_second": 100,
    "parts_per_text": 1.5,
    "part_price_micros": 7_900,
}


def test_the_model_has_the_counts_that_are_measured() -> None:
    counts, bill, run = Counts(), bill_of(demands()["English"][0]), planned(300, 250)
    assert counts.write_units == bill.write_units
    assert counts.consistent_reads == 2 + bill.gate_rows
    assert Times().sender_calls == bill.gate_calls + 2
    assert counts.index_items == run.index_items / run.decided
    # Two standings a loan, and the two small rows that a process asks for now and then.
    assert run.rows_read / run.decided == pytest.approx(2, abs=0.1)
    assert counts.row_bytes == pytest.approx(size_bytes(dynamo.wired(rows.loan_row(a_loan(version=1)))), rel=0.1)


@pytest.mark.parametrize(
    ("changes", "bottleneck"),
    [
        ({"parts_per_second": 3}, "pace"),
        ({"senders": 1}, "senders"),
        ({"senders": 100, "parts_per_second": 9e9}, "planning"),
    ],
)
def test_the_slowest_part_decides_when_the_last_text_leaves(changes: dict[str, Any], bottleneck: str) -> None:
    found = capacity(**(BOOK | changes))
    assert found.bottleneck == bottleneck
    assert found.finish_seconds == max(found.planning_seconds, found.sending_seconds, found.pace_seconds)


def test_bulk_has_what_the_answers_leave_of_the_pace() -> None:
    found = capacity(**BOOK)
    assert found.pace_seconds == pytest.approx(75_000 / (100 * (1 - PROD.answers_share_percent / 100)))


def test_costs_are_for_a_thousand_texts_whatever_the_size_of_the_book() -> None:
    small, large = capacity(**(BOOK | {"loans": 1_000})), capacity(**BOOK)
    assert (small.lambda_cost, small.dynamodb_cost, small.sqs_cost) == (
        large.lambda_cost,
        large.dynamodb_cost,
        large.sqs_cost,
    )
    assert large.sms_cost == pytest.approx(1_000 * 1.5 * 0.0079)
    assert large.pipeline_cost < large.sms_cost / 100


def test_the_command_prints_the_model_for_people_and_for_programs() -> None:
    asked = ["capacity", "--loans", "1000000", "--due-share", "0.05", "--mps", "100"]
    told = CliRunner().invoke(main, asked)
    assert told.exit_code == 0
    assert "50,000 texts, 75,000 parts" in told.stdout
    assert "bottleneck" in told.stdout
    found = json.loads(CliRunner().invoke(main, [*asked, "--json"]).stdout)
    assert found["texts"] == 50_000
    assert isclose(found["pipeline_cost"], capacity(**BOOK).pipeline_cost, abs_tol=1e-6)


@pytest.mark.parametrize("wrong", [["--due-share", "5"], ["--loans", "0"], ["--mps", "0"]])
def test_a_book_that_cannot_be_is_refused(wrong: list[str]) -> None:
    asked = ["capacity", "--loans", "1000", "--due-share", "0.05", "--mps", "3", *wrong]
    assert CliRunner().invoke(main, asked).exit_code == 2


def test_as_many_planners_run_at_once_as_the_template_lets() -> None:
    from pathlib import Path

    pipeline = Path("infra/stacks/pipeline.py").read_text(encoding="utf-8")
    assert f'self._map("work", "plan_contacts", batch_size=4, max_concurrency={SHARDS_AT_ONCE})' in pipeline
