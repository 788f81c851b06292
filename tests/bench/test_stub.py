"""The stub answers as moto does, for every call that the planner makes."""

from collections.abc import Iterator
from copy import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.core.shard import shard_of
from duebridge.core.standing import Suppression
from duebridge.ports import Saved
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, REGION, create_tables
from tests.bench.stub import StubAws
from tests.builders import NOW, PHONE, a_loan, a_number
from tests.fakes import FakeClock

SHARD = shard_of("L1")
SAME_SHARD = [name for name in (f"L{number}" for number in range(60)) if shard_of(name) == SHARD][:5]


@pytest.fixture(params=["stub", "moto"])
def dynamodb(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "stub":
        yield StubAws().client("dynamodb")
        return
    with mock_aws():
        client = boto3.Session("testing", "testing", region_name=REGION).client("dynamodb")
        create_tables(client)
        yield client


@pytest.fixture
def book(dynamodb: Any) -> DynamoLoanBook:
    return DynamoLoanBook(dynamodb, LOAN_TABLE)


def test_a_row_is_written_once_over_each_version(book: DynamoLoanBook) -> None:
    assert book.save(a_loan()) is Saved.DONE
    assert book.save(a_loan()) is Saved.RACED
    read = book.get("L1")
    assert read == replace(a_loan(), version=1)
    assert book.save(replace(a_loan(), version=1, steps=("days-1-3",))) is Saved.DONE
    assert book.save(replace(a_loan(), version=1)) is Saved.RACED
    assert book.get("unknown") is None


def test_due_loans_come_in_pages_by_their_instant_and_none_before_its_time(book: DynamoLoanBook) -> None:
    for minutes, loan_id in enumerate(SAME_SHARD):
        book.save(a_loan(loan_id=loan_id, next_contact_at=NOW + timedelta(minutes=minutes)))
    seen, cursor, pages = [], "", 0
    while True:
        page = book.due(SHARD, NOW + timedelta(minutes=3), cursor, 2)
        seen += [loan.loan_id for loan in page.loans]
        cursor, pages = page.cursor, pages + 1
        if not cursor:
            break
    assert (seen, pages) == (SAME_SHARD[:4], 3)
    assert book.due(SHARD, NOW - timedelta(seconds=1), "", 9).loans == ()


def test_a_loan_that_moves_on_leaves_its_place_in_the_index(book: DynamoLoanBook) -> None:
    book.save(a_loan())
    book.save(replace(a_loan(), version=1, next_contact_at=NOW + timedelta(days=1)))
    assert book.due(SHARD, NOW, "", 9).loans == ()
    assert [loan.loan_id for loan in book.due(SHARD, NOW + timedelta(days=1), "", 9).loans] == ["L1"]
    book.save(replace(a_loan(), version=2, next_contact_at=None))
    assert book.due(SHARD, NOW + timedelta(days=1), "", 9).loans == ()


def test_standings_are_read_many_at_once_and_blank_where_there_is_none(dynamodb: Any) -> None:
    conversations = DynamoConversations(dynamodb, CONVERSATION_TABLE, LOAN_TABLE, FakeClock())
    conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW))
    numbers, persons = conversations.standings({(PHONE, "B1"), ("+13125550109", "B2")})
    assert numbers[PHONE].suppressed is Suppression.OPTED_OUT
    assert numbers["+13125550109"].suppressed is None
    assert persons["B1"].counted == {}


def test_the_stub_says_what_it_cannot_do() -> None:
    client = StubAws().client("dynamodb")
    key = {"loan_id": {"S": "L1"}, "entry": {"S": "loan"}}
    with pytest.raises(NotImplementedError, match="condition"):
        client.put_item(TableName=LOAN_TABLE, Item=key, ConditionExpression="attribute_exists(entry)")
