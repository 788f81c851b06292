"""The adapters for AWS over fresh tables in moto."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from moto import mock_aws

from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.tickets import DynamoTickets
from duebridge.ports import Clock
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, REGION, TICKET_TABLE, create_tables


@cache
def session() -> boto3.Session:
    """One for all tests: it reads the services' models once."""
    return boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)  # noqa: S106 - false


def aws_client(service: str) -> Any:
    """A client for use within `mock_aws`."""
    client: Any = session().client(service)  # type: ignore[call-overload]  # any service by its name
    return client


@contextmanager
def aws_stores(clock: Clock) -> Iterator[tuple[DynamoLoanBook, DynamoConversations, DynamoTickets]]:
    """Over tables of their own; `latest_files` is read anew each time."""
    with mock_aws():
        client = aws_client("dynamodb")
        create_tables(client)
        ticks = iter(range(0, 10**9, 1_000))
        yield (
            DynamoLoanBook(client, LOAN_TABLE, monotonic_seconds=lambda: float(next(ticks))),
            DynamoConversations(client, CONVERSATION_TABLE, LOAN_TABLE, clock),
            DynamoTickets(client, TICKET_TABLE),
        )
