"""The few DynamoDB calls that the table adapters share."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import batched
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from ..ports import Saved
from .rows import Row

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = Mapping[str, Any]

BATCH_GET_KEYS = 100


def wired(row: Row) -> dict[str, Any]:
    """A row as the client wants it.

    By hand, because the SDK's own serialiser takes as long as deciding and rendering a text.
    """
    return {name: _wire_value(value) for name, value in row.items()}


def plain(item: Item) -> Row:
    """A client's item as a row. A number that somebody wrote with decimals, or in ways of their own, is a Decimal."""
    return {name: _plain_value(value) for name, value in item.items()}


def _wire_value(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | Decimal):
        return {"N": str(value)}
    if isinstance(value, list | tuple):
        return {"L": [_wire_value(each) for each in value]}
    if isinstance(value, Mapping):
        return {"M": {name: _wire_value(each) for name, each in value.items()}}
    if value is None:
        return {"NULL": True}
    raise TypeError(f"a row cannot hold a {type(value).__name__}: adapters/rows.py makes it a word or a number first")


def _plain_value(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    if kind in ("S", "BOOL"):
        return content
    if kind == "N":
        return int(content) if content.lstrip("-").isdecimal() else Decimal(content)
    if kind == "L":
        return [_plain_value(each) for each in content]
    if kind == "M":
        return {name: _plain_value(each) for name, each in content.items()}
    if kind == "NULL":
        return None
    # Only an operator's hand writes the others. A stream tells bytes as text, which is refused here.
    return bytes(content) if kind == "B" else set(content)


def get(client: "DynamoDBClient", table: str, key: Row) -> Row | None:
    """A consistent read."""
    item = client.get_item(TableName=table, Key=wired(key), ConsistentRead=True).get("Item")
    return plain(item) if item else None


def get_many(client: "DynamoDBClient", table: str, keys: Sequence[Row]) -> Iterator[Row]:
    """Reads of many keys; what DynamoDB leaves over is asked again."""
    for batch in batched(keys, BATCH_GET_KEYS, strict=False):
        asked: Any = {table: {"Keys": [wired(key) for key in batch], "ConsistentRead": True}}
        while asked:
            answer = client.batch_get_item(RequestItems=asked)
            yield from map(plain, answer["Responses"].get(table, ()))
            asked = answer.get("UnprocessedKeys")


def query(client: "DynamoDBClient", **request: Any) -> Iterator[Row]:
    """All pages of a query."""
    for page in client.get_paginator("query").paginate(**request):
        yield from map(plain, page["Items"])


def over_version(version: int) -> dict[str, Any]:
    """The condition that a row is as it was read: absent, or of this version."""
    if version == 0:
        return {"ConditionExpression": "attribute_not_exists(version)"}
    return {
        "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": wired({":read": version}),
    }


def put_over(client: "DynamoDBClient", table: str, row: Row, version: int) -> Saved:
    """Writes a versioned row if nobody did meanwhile."""
    try:
        client.put_item(TableName=table, Item=wired({**row, "version": version + 1}), **over_version(version))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return Saved.RACED
        raise
    return Saved.DONE


def failed_conditions(error: ClientError) -> list[bool]:
    """Which parts of a cancelled transaction failed their condition; raises what is no such failure.

    A conflict with another transaction on the same row is told as if the row had changed: it is about to.
    """
    if error.response["Error"]["Code"] == "TransactionInProgressException":
        raise error
    reasons = cast(list[dict[str, Any]], cast(Any, error.response).get("CancellationReasons"))
    if not reasons:
        raise error
    codes = [reason.get("Code", "None") for reason in reasons]
    if set(codes) - {"None", "ConditionalCheckFailed", "TransactionConflict"}:
        raise error
    return [code != "None" for code in codes]
