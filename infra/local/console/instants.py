"""When anything can happen next: read from the sparse indexes, so that the clock may jump there and not each hour."""

from datetime import datetime
from typing import Any

from duebridge.adapters import dynamo, rows
from duebridge.adapters.conversations import WAITING
from duebridge.adapters.tables import DESK, DUE_FOR_CONTACT, UNSETTLED, Index
from duebridge.core.shard import SHARDS
from duebridge.core.ticket import Status
from infra.local.laptop import Laptop


def next_instant(laptop: Laptop, after: datetime, until: datetime) -> datetime | None:
    """A loan due for contact, a text that waits for contact hours, or a ticket whose time is over."""
    lanes = [(laptop.names["LoanTable"], DUE_FOR_CONTACT, shard) for shard in SHARDS]
    lanes.append((laptop.names["ConversationTable"], UNSETTLED, WAITING))
    lanes.append((laptop.names["TicketTable"], DESK, Status.OPEN))
    client = laptop.emulator.client("dynamodb")
    found = [_first(client, table, index, lane, after, until) for table, index, lane in lanes]
    return min((instant for instant in found if instant), default=None)


def _first(client: Any, table: str, index: Index, lane: str, after: datetime, until: datetime) -> datetime | None:
    page = client.query(
        TableName=table,
        IndexName=index.name,
        KeyConditionExpression="#lane = :lane AND #at BETWEEN :after AND :until",
        ExpressionAttributeNames={"#lane": index.partition, "#at": index.sort},
        ExpressionAttributeValues=dynamo.wired(
            {":lane": lane, ":after": rows.stamp(after), ":until": rows.stamp(until)}
        ),
        Limit=1,
    )
    return rows.instant(page["Items"][0][index.sort]["S"]) if page["Items"] else None
