"""What one demand reads and writes on its whole way: planned, asked about, claimed, sent, received."""

from copy import replace
from dataclasses import dataclass
from datetime import timedelta

import boto3
from moto import mock_aws

from duebridge.adapters.conversations import DynamoConversations
from duebridge.adapters.loan_book import DynamoLoanBook
from duebridge.adapters.tickets import DynamoTickets
from duebridge.core.contact import Accepted, Text
from duebridge.core.loan import Loan
from duebridge.core.segments import count
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, REGION, TICKET_TABLE, create_tables
from tests.bench.figures import Figure
from tests.bench.metered_tables import WRITE_UNIT_BYTES, MeteredTables, Write
from tests.builders import NOW, a_chinese_loan, a_loan, a_receipt
from tests.fakes import FakeCarrier, FakeClock
from tests.world import World

NOON_IN_SHANGHAI = NOW - timedelta(hours=12)
BUDGET_READS, BUDGET_WRITE_UNITS = 3, 13
MESSAGE_ID = "0a1b2c3d-4e5f-6a7b-8c9d-0e1f2a3b4c5d"
"""As long as the provider's."""
TEMPLATE_ID = "1107161234567890123"
"""As long as an id that the carriers of India give a text or its sender."""


@dataclass(frozen=True, slots=True)
class Bill:
    """One demand's reads and writes, by when they fall due."""

    planner_rows: int
    gate_calls: int
    gate_rows: int
    receipt_rows: int
    writes: dict[str, list[Write]]

    @property
    def write_units(self) -> int:
        """Of all tables and indexes."""
        return sum(write.units for writes in self.writes.values() for write in writes)

    @property
    def largest_row_bytes(self) -> int:
        """Of every row that was written or checked."""
        return max(write.row_bytes for writes in self.writes.values() for write in writes)


def figures() -> list[Figure]:
    """A loan's first demand, in both languages: a Chinese character is three bytes of a row."""
    found = []
    for language, (loan, longest) in demands().items():
        found += _figures_of(language, bill_of(loan))
        found.append(
            Figure(
                area="tables",
                what=f"{language}: the largest row of the longest text in two parts",
                measured=bill_of(loan, longest).largest_row_bytes,
                unit="bytes",
                budget=WRITE_UNIT_BYTES,
                note="each kilobyte begun is a unit more at each of its three writes",
            )
        )
    return found


def demands() -> dict[str, tuple[Loan, str]]:
    """A loan of each language that is due at its bench's instant, and as many characters as two parts hold."""
    # Noon in Shanghai, where it is midnight at the other loan's eleven in the morning.
    chinese = a_chinese_loan(next_contact_at=NOON_IN_SHANGHAI)
    return {"English": (a_loan(), "x" * 306), "Chinese": (chinese, "款" * 134)}


def bill_of(loan: Loan, body: str = "") -> Bill:
    """Plans, sends and receives in moto; `body` stands for the rendered text."""
    with mock_aws():
        session = boto3.Session("testing", "testing", region_name=REGION)
        tables = MeteredTables(session.client("dynamodb"))
        create_tables(tables.client)
        assert loan.next_contact_at is not None
        clock = FakeClock(loan.next_contact_at)
        world = World(
            DynamoLoanBook(tables, LOAN_TABLE),  # type: ignore[arg-type]  # has the calls that the adapters make
            DynamoConversations(tables, CONVERSATION_TABLE, LOAN_TABLE, clock),  # type: ignore[arg-type]
            DynamoTickets(tables, TICKET_TABLE),  # type: ignore[arg-type]
            clock=clock,
            carrier=FakeCarrier(outcomes=[Accepted(MESSAGE_ID)]),
        )
        world.knows(loan)
        # Which file was the last is read once in twenty seconds, not once a text.
        world.loans.latest_files()
        tables.reset()
        text = world.plans(loan.loan_id)
        planner_rows, planned = _taken(tables)
        world.sender.send(_with_body(text, body) if body else text)
        gate_calls = tables.read_calls
        gate_rows, sent = _taken(tables)
        world.receipts.record(a_receipt(contact_id=text.contact_id, phone=text.phone, message_id=MESSAGE_ID))
        receipt_rows, received = _taken(tables)
    writes = {"planned": planned, "claimed and accepted": sent, "received": received}
    return Bill(planner_rows, gate_calls, gate_rows, receipt_rows, writes)


def _with_body(text: Text, body: str) -> Text:
    """Carriers that want texts registered with them, as in India, carry English here."""
    registered = {"registered_template": TEMPLATE_ID, "registered_entity": TEMPLATE_ID} if body.isascii() else {}
    return replace(text, body=body, segments=count(body).segments, **registered)


def _figures_of(language: str, bill: Bill) -> list[Figure]:
    return [
        Figure(
            area="tables",
            what=f"{language}: reads of the gate and the sender",
            measured=bill.gate_rows,
            unit="rows",
            budget=BUDGET_READS,
            note=f"in {bill.gate_calls} calls; the planner's page read {bill.planner_rows} rows more, "
            f"the receipt {bill.receipt_rows}",
        ),
        Figure(
            area="tables",
            what=f"{language}: write units a text, all tables and indexes",
            measured=bill.write_units,
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
            for when, writes in bill.writes.items()
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
