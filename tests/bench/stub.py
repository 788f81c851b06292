"""DynamoDB and SQS for books of a million loans: in this process, counting, and as fast as a dictionary.

moto takes a quarter of a second for a page, and grows slower with the table. This stands behind botocore's own
clients, knows only the calls that the planner makes, and is held against moto by a contract
(tests/bench/test_stub.py).
"""

import json
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from duebridge.adapters.tables import DUE_FOR_CONTACT
from tests.aws import REGION
from tests.bench.canned_aws import Body

Item = dict[str, Any]
Key = tuple[str, ...]
KEYS = ("loan_id", "entry"), ("party", "entry")
"""Of the tables that the planner touches; a row's own attributes say which of them it is in."""


class _ConditionFailedError(Exception):
    pass


@dataclass
class StubAws:
    """Rows as the text that goes over the wire; the index as sorted keys."""

    rows: dict[str, dict[Key, str]] = field(default_factory=dict)
    due: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By shard: `next_contact_at` and loan id, in order."""
    queued: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    """Calls by operation, and `index items read`, `rows read`, `rows written`."""

    def client(self, service: Any) -> Any:
        """A client that botocore made as ever, but for its way out."""
        client: Any = boto3.Session("testing", "testing", region_name=REGION).client(service)
        client.meta.events.register("before-send", self._answer)
        return client

    def load(self, table: str, items: Iterable[tuple[Key, str, tuple[str, str, str] | None]]) -> None:
        """A whole book at once: key, wire text, and its place in the index as shard, instant and loan id."""
        rows = self.rows.setdefault(table, {})
        for key, wire, place in items:
            rows[key] = wire
            if place:
                shard, *rest = place
                self.due.setdefault(shard, []).append((rest[0], rest[1]))
        for entries in self.due.values():
            entries.sort()

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().rsplit(".", 1)[-1]
        self.counts[operation] += 1
        do: Callable[[Item], str] = getattr(self, f"_{operation}")
        try:
            status, body = 200, do(json.loads(request.body))
        except _ConditionFailedError:
            error = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"
            status, body = 400, json.dumps({"__type": error, "message": "The conditional request failed"})
        return AWSResponse(request.url, status, HTTPHeaders(), Body(body.encode()))

    def _Query(self, request: Item) -> str:  # noqa: N802 - by the operation's own name
        if request["IndexName"] != DUE_FOR_CONTACT.name:
            raise NotImplementedError(f"the stub has no index {request['IndexName']}")
        values = request["ExpressionAttributeValues"]
        shard, now = values[":shard"]["S"], values[":now"]["S"]
        entries, start = self.due.get(shard, []), request.get("ExclusiveStartKey")
        begin = bisect_right(entries, (start["next_contact_at"]["S"], start["loan_id"]["S"])) if start else 0
        end = min(bisect_left(entries, (now, "\uffff")), begin + request["Limit"])
        page = entries[begin:end]
        rows = self.rows[request["TableName"]]
        self.counts["index items read"] += len(page)
        items = ",".join(rows[loan_id, "loan"] for _, loan_id in page)
        last = ""
        # As DynamoDB does: a page that is full has a key to go on from, also when nothing follows.
        if len(page) == request["Limit"]:
            at, loan_id = page[-1]
            place = {"shard": shard, "next_contact_at": at, "loan_id": loan_id, "entry": "loan"}
            last = f',"LastEvaluatedKey":{json.dumps({name: {"S": value} for name, value in place.items()})}'
        return f'{{"Items":[{items}],"Count":{len(page)},"ScannedCount":{len(page)}{last}}}'

    def _GetItem(self, request: Item) -> str:  # noqa: N802
        self.counts["rows read"] += 1
        found = self.rows.get(request["TableName"], {}).get(_key(request["Key"]))
        return f'{{"Item":{found}}}' if found else "{}"

    def _BatchGetItem(self, request: Item) -> str:  # noqa: N802
        ((table, asked),) = request["RequestItems"].items()
        self.counts["rows read"] += len(asked["Keys"])
        rows = self.rows.get(table, {})
        found = [rows[key] for key in map(_key, asked["Keys"]) if key in rows]
        return f'{{"Responses":{{{json.dumps(table)}:[{",".join(found)}]}},"UnprocessedKeys":{{}}}}'

    def _PutItem(self, request: Item) -> str:  # noqa: N802
        item, rows = request["Item"], self.rows.setdefault(request["TableName"], {})
        key = _key(item)
        old = json.loads(rows[key]) if key in rows else {}
        _check(request, old)
        self.counts["rows written"] += 1
        rows[key] = json.dumps(item)
        self._move(old, item)
        return "{}"

    def _SendMessageBatch(self, request: Item) -> str:  # noqa: N802
        entries = request["Entries"]
        self.queued += [json.loads(entry["MessageBody"]) for entry in entries]
        taken = [{"Id": e["Id"], "MessageId": e["Id"], "MD5OfMessageBody": "0" * 32} for e in entries]
        return json.dumps({"Successful": taken, "Failed": []})

    def _move(self, old: Item, new: Item) -> None:
        for row, change in ((old, _taken_out), (new, insort)):
            if "shard" in row and "next_contact_at" in row:
                place = (row["next_contact_at"]["S"], row["loan_id"]["S"])
                change(self.due.setdefault(row["shard"]["S"], []), place)


def _taken_out(entries: list[tuple[str, str]], place: tuple[str, str]) -> None:
    del entries[bisect_left(entries, place)]


def _check(request: Item, old: Item) -> None:
    """The two conditions of a versioned row."""
    match request.get("ConditionExpression"):
        case None:
            return
        case "attribute_not_exists(version)":
            holds = "version" not in old
        case "version = :read":
            holds = old.get("version") == request["ExpressionAttributeValues"][":read"]
        case other:
            raise NotImplementedError(f"the stub does not know the condition {other}")
    if not holds:
        raise _ConditionFailedError


def _key(item: Item) -> Key:
    names = next(names for names in KEYS if names[0] in item)
    return tuple(item[name]["S"] for name in names)
