"""The same ports twice: the fakes that the flows' tests use, and the adapters for AWS on moto."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from duebridge.ports import Conversations, LoanBook, Tickets
from tests.fakes import FakeClock, FakeConversations, FakeLoanBook, FakeTickets
from tests.stores import aws_stores


@dataclass
class Stores:
    """One implementation of each port, over the same data."""

    loans: LoanBook
    conversations: Conversations
    tickets: Tickets


@pytest.fixture(params=["fake", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Iterator[Stores]:
    if request.param == "fake":
        loans = FakeLoanBook()
        yield Stores(loans, FakeConversations(loans), FakeTickets())
        return
    with aws_stores(FakeClock()) as (loan_book, conversations, tickets):
        yield Stores(loan_book, conversations, tickets)


@pytest.fixture
def loans(stores: Stores) -> LoanBook:
    return stores.loans


@pytest.fixture
def conversations(stores: Stores) -> Conversations:
    return stores.conversations


@pytest.fixture
def tickets(stores: Stores) -> Tickets:
    return stores.tickets
