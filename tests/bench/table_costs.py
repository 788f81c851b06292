"""What one demand reads and writes on its whole way: planned, asked about, claimed, sent, received."""

from datetime import datetime, timedelta

import boto3
from moto import mock_aws

from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.tickets import DynamoTickets
from duebridge.core.loan import Loan
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, REGION, TICKET_TABLE, create_tables
from tests.bench.figures import Figure
from tests.bench.metered_tables import MeteredTables, Write
from tests.builders import NOW, a_chinese_loan, a_loan, a_receipt
from tests.fakes import FakeClock
from tests.world import World

NOON_IN_SHANGHAI = NOW - timedelta(hours=12)
BUDGET_READS, BUDGET_WRITE_UNITS = 3, 13


def figures() -> list[Figure]:
    """A loan's first demand, in both languages: a Chinese character is three bytes of a row."""
    return [
        *_figures_of("English", a_loan(), NOW),
        # Noon in Shanghai, where it is midnight at the other loan's eleven in the morning.
        *_figures_of("Chinese", a_chinese_loan(next_contact_at=NOON_IN_SHANGHAI), NOON_IN_SHANGHAI),
    ]


def _figures_of(language: str, loan: Loan, now: datetime) -> list[Figure]:
    with mock_aws():
        session = boto3.Session("testing", "testing", region_name=REGION)
        tables = MeteredTables(session.client("dynamodb"))
        create_tables(tables.client)
        clock = FakeClock(now)
        world = World(
            DynamoLoanBook(tables, LOAN_TABLE),  # type: ignore[arg-type]  # has the calls that the adapters make
            DynamoConversations(tables, CONVERSATION_TABLE, LOAN_TABLE, clock),  # type: ignore[arg-type]
            DynamoTickets(tables, TICKET_TABLE),  # type: ignore[arg-type]
            clock=clock,
        )
        world.knows(loan)
        # Which file was the last is read once in twenty seconds, not once a text.
        world.loans.latest_files()
        tables.reset()
        text = world.plans(loan.loan_id)
        planned = _taken(tables)
        world.sender.send(text)
        calls, items, sent = tables.read_calls, *_taken(tables)
        world.receipts.record(a_receipt(contact_id=text.contact_id, phone=text.phone))
        received = _taken(tables)
    bill = {"planned": planned[1], "claimed and accepted": sent, "received": received[1]}
    total = sum(write.units for writes in bill.values() for write in writes)
    return [
        Figure(
            area="tables",
            what=f"{language}: reads of the gate and the sender",
            measured=items,
            unit="rows",
            budget=BUDGET_READS,
            note=f"in {calls} calls; the planner's page read {planned[0]} rows more, the receipt {received[0]}",
        ),
        Figure(
            area="tables",
            what=f"{language}: write units a text, all tables and indexes",
            measured=total,
            unit="units",
            budget=BUDGET_WRITE_UNITS,
        ),
        *(
            Figure(
                area="tables",
                what=f"{language}: of these, {when}",
                measured=sum(write.units for write in writes),
                unit="units",
                note="; ".join(map(_told, writes)),
            )
            for when, writes in bill.items()
        ),
    ]


def _taken(tables: MeteredTables) -> tuple[int, list[Write]]:
    """The bill so far, and a new one."""
    items, writes = tables.items_read, tables.writes
    tables.reset()
    return items, writes


def _told(write: Write) -> str:
    index = f"+{write.index_units} index" if write.index_units else ""
    return f"{write.operation} {write.table} {write.row_units}{index} ({write.row_bytes} B)"
