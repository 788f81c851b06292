"""Outcomes with their real wiring: rows' streams in, facts and counts in the loan book's table."""

import json
import os
from copy import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from duebridge.adapters import dynamo, rows
from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.outcomes import DynamoOutcomes
from duebridge.adapters.tickets import DynamoTickets
from duebridge.core.experiment import Enrolment
from duebridge.core.outcome import DayCounts
from functions.report_outcomes.handler import handler
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, TICKET_TABLE
from tests.builders import NOW, PHONE, a_loan, a_payment_row, a_receipt, an_inbound, compared_content
from tests.fakes import FakeClock
from tests.functions.conftest import REPORTS, Context, Deployment
from tests.row_stream import Recorded, a_row_record
from tests.stores import aws_client
from tests.world import World

TODAY = date(2026, 3, 11)
KEYS = {
    LOAN_TABLE: ("loan_id", "entry"),
    CONVERSATION_TABLE: ("party", "entry"),
    TICKET_TABLE: ("ticket_id",),
}


@pytest.fixture
def story(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Every change of a row from a demand to its receipt, a reply and a payment, as the streams tell it."""
    assert deployment.loans is not None
    monkeypatch.setattr("duebridge.adapters.content.load", compared_content)
    client = Recorded(aws_client("dynamodb"), KEYS)
    clock = FakeClock()
    world = World(
        DynamoLoanBook(client, LOAN_TABLE),  # type: ignore[arg-type]  # passes every call on
        DynamoConversations(client, CONVERSATION_TABLE, LOAN_TABLE, clock),  # type: ignore[arg-type]
        DynamoTickets(client, TICKET_TABLE),  # type: ignore[arg-type]
        clock=clock,
        content=compared_content(),
    )
    world.knows()
    text = world.plans()
    world.sender.send(text)
    world.receipts.record(a_receipt(contact_id=text.contact_id))
    world.listener.receive(an_inbound("I want to file a complaint about you"))
    world.cashier.record(a_payment_row(), NOW)
    return client.records


def counts() -> dict[str, int]:
    day = counted()
    return {name: n for cell, kinds in day.cells.items() if not cell.experiment for name, n in kinds.items()}


def counted() -> DayCounts:
    (day,) = DynamoOutcomes(aws_client("dynamodb"), LOAN_TABLE, FakeClock()).days(TODAY, TODAY)
    return day


def tell(records: list[dict[str, Any]]) -> None:
    assert handler({"Records": records}, Context()) == {"batchItemFailures": []}


def report() -> None:
    assert handler({"detail-type": "Scheduled Event"}, Context()) is None


def test_a_loans_whole_story_is_counted_once_however_the_streams_bring_it(story: list[dict[str, Any]]) -> None:
    tell(story)
    report()
    once = counted()
    found: dict[str, int] = {}
    for cell, kinds in once.cells.items():
        if not cell.experiment:
            for name, number in kinds.items():
                found[name] = found.get(name, 0) + number
    expected = {
        "contact": 1,
        "delivered": 1,
        "reply": 1,
        "complaint": 1,
        "cured": 1,
        "cure_3": 1,
        "price_micros": 8_810,
    }
    assert {name: found[name] for name in expected} == expected
    ((group, of_group),) = once.groups.items()
    assert (group.experiment, of_group.assigned) == ("voice", 1)
    assert {"cure_3", "complaint", "reply"} <= of_group.outcomes.keys()
    for start in range(0, len(story), 3):
        tell(story[start : start + 3])
    report()
    assert counted() == once


def kept(deployment: Deployment) -> dict[str, bytes]:
    """Every file of the reports, by its key."""
    found = deployment.s3.list_objects_v2(Bucket=REPORTS).get("Contents", [])
    return {each["Key"]: deployment.s3.get_object(Bucket=REPORTS, Key=each["Key"])["Body"].read() for each in found}


def test_the_report_of_the_day_is_kept_in_both_languages_and_made_again_it_is_the_same_to_the_byte(
    deployment: Deployment, story: list[dict[str, Any]]
) -> None:
    tell(story)
    report()
    first = kept(deployment)
    of_day = {"report.en.html", "report.zh-CN.html", "outcomes.csv"}
    headlines = {"headline.en.html", "headline.zh-CN.html"}
    assert {key.rpartition("/")[2] for key in first if key.startswith(f"daily/{TODAY}/")} == of_day
    assert {key.rpartition("/")[2] for key in first if key.startswith("latest/")} == of_day | headlines
    assert first[f"daily/{TODAY}/outcomes.csv"] == first["latest/outcomes.csv"]
    assert "模拟数据" in first["latest/report.zh-CN.html"].decode()
    report()
    assert kept(deployment) == first


def test_the_headline_figures_are_metrics_by_experiment_and_arm(
    deployment: Deployment, story: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    deployment.loans.save(a_loan())
    tell(story)
    moved = FakeClock().now() + timedelta(days=1) - datetime.now(UTC)
    Path(os.environ["CLOCK_FILE"]).write_text(str(moved.total_seconds()), encoding="ascii")
    report()
    written = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "CloudWatchMetrics" in line]
    told = [each for each in written if each.get("experiment") == "voice"]
    assert [(each["arm"], each["loans_needed"][0] > 0) for each in told] == [("unified", True)]


def test_rows_of_its_own_and_rows_that_tell_nothing_are_passed_over(story: list[dict[str, Any]]) -> None:
    before = len(story)
    idle = {"loan_id": {"S": "#outcomes"}, "entry": {"S": "day#2026-03-11"}, "changes": {"N": "1"}}
    tell([a_row_record(idle), a_row_record(None, idle)])
    assert len(story) == before
    assert DynamoOutcomes(aws_client("dynamodb"), LOAN_TABLE, FakeClock()).changed_days() == []


def test_a_row_that_was_spoilt_by_hand_does_not_keep_its_neighbours_from_being_counted(
    story: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    spoilt = json.loads(json.dumps(next(r for r in story if "claimed_at" in r["dynamodb"].get("NewImage", {}))))
    spoilt["dynamodb"]["NewImage"]["claimed_at"] = {"S": "yesterday"}
    tell([spoilt, *story])
    assert PHONE not in capsys.readouterr().out
    report()
    assert sum(counts().values()) > 0


def test_a_loan_row_keeps_its_part_in_an_experiment_and_its_newest_payment() -> None:
    loan = replace(a_loan(), enrolments={"voice": Enrolment("unified", TODAY, "days-1-3")}, paid_on=TODAY)
    assert rows.loan(dynamo.plain(dynamo.wired(rows.loan_row(loan)))) == loan
    assert loan.arms == {"voice": "unified"}
