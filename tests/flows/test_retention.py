"""Every row that tells of a borrower ends by itself, as long after as the law of their place wants."""

from collections.abc import Iterator
from copy import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from duebridge.adapters import dynamo
from duebridge.core.contact import Text
from duebridge.core.loan import Pause
from duebridge.core.ticket import Status, TicketChange
from duebridge.flows.retention import forget_after
from duebridge.ports import FileWork
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, TICKET_TABLE, rows_of
from tests.builders import NOW, a_payment_row, a_receipt, an_inbound
from tests.fakes import FakeClock
from tests.flows.test_import_loans import a_file
from tests.stores import aws_client, aws_stores
from tests.world import World

OF_THE_UNITED_STATES = 1096
LONGEST = 2922


class PlayedClock(FakeClock):
    """The business clock is behind AWS's, which is the one that ends rows."""

    def to_aws(self, instant: datetime) -> datetime:
        return instant + timedelta(days=250)


@pytest.fixture
def world() -> Iterator[World]:
    """Over real tables: only their rows have an end."""
    clock = FakeClock()
    with aws_stores(clock) as (loans, conversations, tickets):
        yield World(loans, conversations, tickets, clock=clock)


def live(world: World) -> Text:
    """A loan's way with everything that leaves a row: file, text, receipt, reply, payment, ticket, and a held text."""
    world.inbox.drop("loans/loans-20260311T060000Z.csv", a_file())
    world.importer.take_in(FileWork("loans/loans-20260311T060000Z.csv"), lambda _id, _line: None, lambda: True)
    text = world.plans()
    world.sender.send(text)
    world.receipts.record(a_receipt(contact_id=text.contact_id))
    world.listener.receive(an_inbound("I lost my job and cannot pay"))
    world.cashier.record(a_payment_row(100), NOW)
    world.cashier.record(a_payment_row(100, loan_id="L404"), NOW)
    for ticket in world.open_tickets:
        request = {"by": "AB", "action": "close", "outcome": "answered", "root_cause": "other"}
        assert world.tickets.ask(ticket.ticket_id, 0, request)
        world.desk.follow(TicketChange(ticket.ticket_id, ticket, ticket))
    world.loans.save(world.loan().paused("disputed", Pause(NOW, None, "ticket-1")))
    for queued in [*world.outbox.texts, replace(text, contact_id="demand-held")]:
        world.sender.send(queued)
    return text


def ends() -> dict[str, int]:
    """When each row ends, in days from now; rows without an end are left out."""
    client = aws_client("dynamodb")
    found: dict[str, int] = {}
    for table in (LOAN_TABLE, CONVERSATION_TABLE, TICKET_TABLE):
        for item in rows_of(client, table):
            row = dynamo.plain(item)
            if "forget_after" in row:
                found[name_of(row)] = (datetime.fromtimestamp(row["forget_after"], UTC) - NOW).days
    return found


def name_of(row: dict[str, Any]) -> str:
    if "closings" in row:
        return f"ticket of {row['reason']}"
    partition = row.get("party", row.get("loan_id", "")).partition("#")[0]
    return f"{partition} {row['entry'].partition('#')[0]}"


def test_everything_that_a_loans_way_leaves_ends_in_time(world: World) -> None:
    live(world)
    all_tickets = [dynamo.plain(item) for item in rows_of(aws_client("dynamodb"), TICKET_TABLE)]
    assert {row["status"] for row in all_tickets} == {Status.CLOSED}
    assert ends() == {
        "L1 loan": OF_THE_UNITED_STATES - 1,
        "L1 payment": OF_THE_UNITED_STATES - 1,
        "L1 audit": OF_THE_UNITED_STATES,
        "L1 decision": OF_THE_UNITED_STATES,
        "L404 early-payments": LONGEST,
        "phone contact": OF_THE_UNITED_STATES,
        "phone reply": OF_THE_UNITED_STATES,
        "phone standing": 60,
        "person standing": 60 + 9,
        "ticket of hardship": OF_THE_UNITED_STATES,
        "ticket of payment_unmatched": LONGEST,
    }


def test_only_what_names_nobody_has_no_end(world: World) -> None:
    live(world)
    rows = [dynamo.plain(item) for table in (LOAN_TABLE, CONVERSATION_TABLE) for item in rows_of(client(), table)]
    assert {name_of(row) for row in rows if "forget_after" not in row} == {" files"}


def client() -> Any:
    return aws_client("dynamodb")


def test_the_law_of_a_place_that_nobody_has_read_is_taken_to_be_the_strictest(world: World) -> None:
    assert world.content.keep_days("US", None, NOW) == OF_THE_UNITED_STATES
    assert world.content.keep_days("", None, NOW) == LONGEST
    assert world.content.keep_days("US", "US-XX", NOW) == LONGEST


def test_a_row_ends_by_the_clock_of_aws() -> None:
    assert forget_after(PlayedClock(), NOW, 10) == int((NOW + timedelta(days=260)).timestamp())
