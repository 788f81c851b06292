"""The product's tables and queues in moto, made from the same names that the stacks use."""

from typing import Any

from duebridge.adapters.tables import CONVERSATIONS, LOAN_BOOK, TICKETS, Table

LOAN_TABLE, CONVERSATION_TABLE, TICKET_TABLE = "loans", "conversations", "tickets"
REGION = "us-east-1"


def create_tables(client: Any) -> None:
    """All three, with their indexes."""
    for name, table in ((LOAN_TABLE, LOAN_BOOK), (CONVERSATION_TABLE, CONVERSATIONS), (TICKET_TABLE, TICKETS)):
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **_shape(table))


def _shape(table: Table) -> dict[str, Any]:
    keys = [(table.partition, table.sort), *((index.partition, index.sort) for index in table.indexes)]
    names = dict.fromkeys(name for pair in keys for name in pair if name)
    return {
        "KeySchema": _key(table.partition, table.sort),
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index.name,
                "KeySchema": _key(index.partition, index.sort),
                "Projection": {"ProjectionType": "ALL" if index.whole_rows else "KEYS_ONLY"},
            }
            for index in table.indexes
        ],
    }


def _key(partition: str, sort: str | None) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}] + (
        [{"AttributeName": sort, "KeyType": "RANGE"}] if sort else []
    )


def rows_of(client: Any, table: str) -> list[dict[str, Any]]:
    """Everything in a table, as it is stored."""
    return list(client.scan(TableName=table)["Items"])
