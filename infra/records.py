"""Read-only views of the three tables: a stage in AWS, the running laptop pipeline, or the last laptop run."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from duebridge.adapters import dynamo
from duebridge.adapters.rows import Row
from duebridge.adapters.tables import CONVERSATIONS, LOAN_BOOK, TICKETS

TABLES = {"LoanTable": LOAN_BOOK, "ConversationTable": CONVERSATIONS, "TicketTable": TICKETS}
"""By the name of the stack's output that names the table."""


class Records(Protocol):
    """What `explain` needs of the tables."""

    def partition(self, table: str, key: str) -> list[Row]:
        """All rows under a partition key, in the order of the sort key. `table` is a name of TABLES."""

    def tickets(self, ids: Sequence[str]) -> list[Row]:
        """The rows of these tickets, by id; what does not exist is left out."""


@dataclass(frozen=True, slots=True)
class LiveRecords:
    """Tables that a client can reach."""

    client: Any
    names: dict[str, str]

    def partition(self, table: str, key: str) -> list[Row]:
        """One query."""
        found = dynamo.query(
            self.client,
            TableName=self.names[table],
            KeyConditionExpression="#key = :key",
            ExpressionAttributeNames={"#key": TABLES[table].partition},
            ExpressionAttributeValues=dynamo.wired({":key": key}),
        )
        return list(found)

    def tickets(self, ids: Sequence[str]) -> list[Row]:
        """A hundred a call."""
        keys = [{"ticket_id": ticket_id} for ticket_id in ids]
        found = dynamo.get_many(self.client, self.names["TicketTable"], keys)
        return sorted(found, key=lambda row: str(row["ticket_id"]))


@dataclass(frozen=True, slots=True)
class SavedRecords:
    """The rows of a run that is over."""

    rows: dict[str, list[Row]]
    """By table."""

    @classmethod
    def load(cls, file: Path) -> "SavedRecords":
        """What `save` wrote."""
        return cls(json.loads(file.read_text(encoding="utf-8")))

    def save(self, file: Path) -> None:
        """As JSON; sample data only."""
        file.write_text(json.dumps(self.rows, ensure_ascii=False, default=_number), encoding="utf-8")

    def partition(self, table: str, key: str) -> list[Row]:
        """From memory."""
        keys = TABLES[table]
        found = [row for row in self.rows[table] if row[keys.partition] == key]
        return sorted(found, key=lambda row: str(row.get(keys.sort or "", "")))

    def tickets(self, ids: Sequence[str]) -> list[Row]:
        """From memory."""
        wanted = set(ids)
        found = [row for row in self.rows["TicketTable"] if row["ticket_id"] in wanted]
        return sorted(found, key=lambda row: str(row["ticket_id"]))


def read_all(client: Any, names: Mapping[str, str]) -> SavedRecords:
    """Every row of a laptop run; a deployed stage is never read whole."""
    return SavedRecords({table: list(_all_rows(client, names[table])) for table in TABLES})


def _all_rows(client: Any, table: str) -> Iterator[Row]:
    for page in client.get_paginator("scan").paginate(TableName=table):
        yield from map(dynamo.plain, page["Items"])


def _number(value: object) -> int:
    if isinstance(value, Decimal):
        return int(value)
    raise TypeError(f"a row holds a {type(value).__name__}")
