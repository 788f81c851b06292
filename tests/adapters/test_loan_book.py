"""What only the loan book in DynamoDB does, beside the contract."""

from typing import Any

import pytest

from duebridge.adapters.loan_book import LATEST_FILES_SECONDS, DynamoLoanBook
from duebridge.core.loan import LastDecision
from duebridge.core.shard import SHARDS
from duebridge.ports import LatestFiles
from tests.adapters.conftest import AwsStores
from tests.aws import LOAN_TABLE
from tests.builders import FILE_AS_OF, NOW, a_loan, a_payment
from tests.stores import aws_client


def book_at(seconds: list[float]) -> DynamoLoanBook:
    return DynamoLoanBook(aws_client("dynamodb"), LOAN_TABLE, monotonic_seconds=lambda: seconds[0])


def test_the_latest_files_are_believed_for_some_seconds_and_then_read_again(aws: AwsStores) -> None:
    seconds = [0.0]
    reader = book_at(seconds)
    assert reader.latest_files() == LatestFiles()
    aws.loans.save_latest_files(LatestFiles(NOW, None))
    seconds[0] = float(LATEST_FILES_SECONDS)
    assert reader.latest_files() == LatestFiles()
    seconds[0] += 0.1
    assert reader.latest_files() == LatestFiles(NOW, None)


@pytest.mark.usefixtures("aws")
def test_who_took_a_file_in_sees_it_at_once() -> None:
    writer = book_at([0.0])
    assert writer.latest_files() == LatestFiles()
    writer.save_latest_files(LatestFiles(NOW, NOW))
    assert writer.latest_files() == LatestFiles(NOW, NOW)


def test_the_record_of_files_is_no_loan_of_any_shard(aws: AwsStores) -> None:
    aws.loans.save_latest_files(LatestFiles(NOW, NOW))
    assert [aws.loans.due(shard, NOW, "", 9).loans for shard in SHARDS] == [()] * len(SHARDS)


def test_everything_about_a_loan_can_be_read_for_an_explanation(aws: AwsStores) -> None:
    aws.loans.save(a_loan())
    aws.loans.save_payment(a_loan(version=1), a_payment())
    aws.loans.record_decision("L1", "demand-1", LastDecision(NOW, "cap_1d", NOW), ["hours and caps: cap_1d"], 0)
    entries = {row["entry"]: row for row in aws.loans.entries("L1")}
    decision = entries.pop("decision#2026-03-11T16:00:00.000000Z#demand-1")
    assert set(entries) == {"loan", "payment#P1"}
    assert (decision["outcome"], decision["rules"]) == ("cap_1d", ["hours and caps: cap_1d"])


def test_payments_and_decisions_are_in_no_index_of_loans(aws: AwsStores) -> None:
    aws.loans.save(a_loan())
    aws.loans.save_payment(a_loan(version=1), a_payment())
    aws.loans.record_decision("L1", "demand-1", LastDecision(NOW, "cap_1d", NOW), [], 0)
    assert aws.loans.loans_of("B1") == ["L1"]


@pytest.mark.usefixtures("aws")
def test_a_payment_is_read_consistently_after_it_was_written() -> None:
    asked: list[dict[str, Any]] = []
    client = aws_client("dynamodb")
    client.meta.events.register("provide-client-params.dynamodb.Query", lambda params, **_: asked.append(params))
    DynamoLoanBook(client, LOAN_TABLE).payments_after("L1", FILE_AS_OF)
    assert asked[0]["ConsistentRead"] is True
