"""A DynamoDB client that keeps the bill: what each call reads and writes, by DynamoDB's own rules.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
Writes of an index: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
Transactions take two units a kilobyte: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from duebridge.adapters.tables import CONVERSATIONS, LOAN_BOOK, TICKETS, Index, Table
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, TICKET_TABLE

Item = Mapping[str, Any]
TABLES = {LOAN_TABLE: LOAN_BOOK, CONVERSATION_TABLE: CONVERSATIONS, TICKET_TABLE: TICKETS}
WRITE_UNIT_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Write:
    """One row's share of a write."""

    table: str
    operation: str
    row_units: int
    index_units: int
    row_bytes: int

    @property
    def units(self) -> int:
        """Of the row and its indexes."""
        return self.row_units + self.index_units


@dataclass(slots=True)
class MeteredTables:
    """Passes every call on. `items_read` counts keys asked for and rows that a query gave."""

    client: Any
    items_read: int = 0
    read_calls: int = 0
    writes: list[Write] = field(default_factory=list)

    def reset(self) -> None:
        """A new bill."""
        self.items_read, self.read_calls, self.writes = 0, 0, []

    @property
    def write_units(self) -> int:
        """So far."""
        return sum(write.units for write in self.writes)

    def get_item(self, **request: Any) -> Any:
        """One row."""
        self._read(1)
        return self.client.get_item(**request)

    def batch_get_item(self, **request: Any) -> Any:
        """A row a key, there or not."""
        self._read(sum(len(asked["Keys"]) for asked in request["RequestItems"].values()))
        return self.client.batch_get_item(**request)

    def query(self, **request: Any) -> Any:
        """The rows it gave."""
        answer = self.client.query(**request)
        self._read(len(answer["Items"]))
        return answer

    def put_item(self, **request: Any) -> Any:
        """One row."""
        return self._write([("Put", request)], lambda: self.client.put_item(**request), factor=1)

    def update_item(self, **request: Any) -> Any:
        """One row."""
        return self._write([("Update", request)], lambda: self.client.update_item(**request), factor=1)

    def transact_write_items(self, **request: Any) -> Any:
        """Each row twice, also those that are only checked."""
        parts = [(operation, part) for item in request["TransactItems"] for operation, part in item.items()]
        return self._write(parts, lambda: self.client.transact_write_items(**request), factor=2)

    def _read(self, items: int) -> None:
        self.read_calls += 1
        self.items_read += items

    def _write(self, parts: list[tuple[str, Any]], call: Callable[[], Any], factor: int) -> Any:
        before = [self._stored(part) for _, part in parts]
        answer = call()
        for (operation, part), old in zip(parts, before, strict=True):
            new = self._stored(part)
            largest_bytes = max(size_bytes(old), size_bytes(new))
            table = TABLES[part["TableName"]]
            self.writes.append(
                Write(
                    table=part["TableName"],
                    operation=operation,
                    row_units=factor * units_of(largest_bytes),
                    index_units=sum(index_units(table, index, old, new) for index in table.indexes),
                    row_bytes=largest_bytes,
                )
            )
        return answer

    def _stored(self, part: Mapping[str, Any]) -> Item:
        """The row as it is now; empty when there is none."""
        table = TABLES[part["TableName"]]
        names = [name for name in (table.partition, table.sort) if name]
        whole = part.get("Key") or part["Item"]
        key = {name: whole[name] for name in names}
        answer = self.client.get_item(TableName=part["TableName"], Key=key, ConsistentRead=True)
        item: Item = answer.get("Item", {})
        return item


def units_of(row_bytes: int) -> int:
    """Begun kilobytes, and at least one."""
    return max(1, -(-row_bytes // WRITE_UNIT_BYTES))


def index_units(table: Table, index: Index, old: Item, new: Item) -> int:
    """Nothing while what the index holds stays the same; a changed key is a deletion and a new entry."""
    before, after = _entry(table, index, old), _entry(table, index, new)
    if before == after:
        return 0
    if not before or not after:
        return units_of(size_bytes(before or after))
    keys = (index.partition, index.sort)
    if all(before[key] == after[key] for key in keys):
        return units_of(max(size_bytes(before), size_bytes(after)))
    return units_of(size_bytes(before)) + units_of(size_bytes(after))


def _entry(table: Table, index: Index, row: Item) -> Item:
    if index.partition not in row or index.sort not in row:
        return {}
    if index.whole_rows:
        return row
    kept = {table.partition, table.sort, index.partition, index.sort}
    return {name: value for name, value in row.items() if name in kept}


def size_bytes(item: Item) -> int:
    """Names and values as DynamoDB counts them."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            digits = len(content.lstrip("-").replace(".", "").strip("0"))
            return -(-digits // 2) + 1
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _value_bytes(member) for member in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _value_bytes(member) for name, member in content.items())
    raise ValueError(f"rows hold no values of type {kind}")
