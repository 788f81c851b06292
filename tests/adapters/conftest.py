"""AWS in process."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from moto import mock_aws

from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.tickets import DynamoTickets
from tests.fakes import FakeClock
from tests.stores import aws_stores
from tests.world import World


@dataclass
class AwsStores:
    """The three tables and their adapters."""

    loans: DynamoLoanBook
    conversations: DynamoConversations
    tickets: DynamoTickets
    clock: FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def aws(clock: FakeClock) -> Iterator[AwsStores]:
    with aws_stores(clock) as stores:
        yield AwsStores(*stores, clock)


@pytest.fixture
def aws_world(aws: AwsStores) -> World:
    """All flows over real tables; only the queues and the carrier are fakes."""
    return World(aws.loans, aws.conversations, aws.tickets, aws.clock)


@pytest.fixture
def in_aws() -> Iterator[None]:
    with mock_aws():
        yield
