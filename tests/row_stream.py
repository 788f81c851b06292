"""What Lambda hands over of the streams of the loan book and the conversations.

https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
"""

from typing import Any

Item = dict[str, Any]


def a_row_record(after: Item | None, before: Item | None = None, number: int = 0) -> dict[str, Any]:
    """A row as its table holds it, or held it, on the wire."""
    row = after or before
    assert row is not None
    names = ("ticket_id",) if "entry" not in row else ("party" if "party" in row else "loan_id", "entry")
    keys = {name: row[name] for name in names}
    images = {name: image for name, image in (("NewImage", after), ("OldImage", before)) if image}
    return {
        "eventID": f"f{number:031}",
        "eventName": ("MODIFY" if before else "INSERT") if after else "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_521_600.0,
            "Keys": keys,
            **images,
            "SequenceNumber": str(10**24 + number),
            "SizeBytes": 700,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/rows/stream/2026-11-24T00:00:00.000",
    }


class Recorded:
    """A client that keeps each write's row before and after: a stream of whatever is written through it."""

    def __init__(self, client: Any, tables: dict[str, tuple[str, ...]]) -> None:
        self._client = client
        self._tables = tables
        self.records: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name in ("put_item", "update_item"):
            return lambda **request: self._watched(call, request, [request])
        if name == "transact_write_items":
            return lambda **request: self._watched(
                call, request, [part for item in request["TransactItems"] for part in item.values()]
            )
        return call

    def _watched(self, call: Any, request: Any, parts: list[Any]) -> Any:
        befores = [self._stored(part) for part in parts]
        answer = call(**request)
        for part, before in zip(parts, befores, strict=True):
            after = self._stored(part)
            if after != before:
                self.records.append(a_row_record(after, before, len(self.records)))
        return answer

    def _stored(self, part: Any) -> Item | None:
        whole = part.get("Key") or part["Item"]
        key = {name: whole[name] for name in self._tables[part["TableName"]]}
        found: Item | None = self._client.get_item(TableName=part["TableName"], Key=key, ConsistentRead=True).get(
            "Item"
        )
        return found
