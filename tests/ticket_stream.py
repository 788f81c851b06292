"""What Lambda hands over of the stream of the tickets table."""

import json
from typing import Any

from duebridge.adapters import dynamo, rows
from duebridge.core.ticket import Ticket

SEQUENCE = 4_421_584_500_000_000_017_450_439_091


def a_stream_record(after: Ticket | None, before: Ticket | None = None, number: int = 0) -> dict[str, Any]:
    """A ticket was opened, changed, or removed when its time was over.

    https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
    """
    ticket = after or before
    assert ticket is not None
    images = {
        name: dynamo.wired(rows.ticket_row(image))
        for name, image in (("NewImage", after), ("OldImage", before))
        if image
    }
    record = {
        "eventID": f"c81e728d9d4c2f636f067f89cc1486{number:02}",
        "eventName": ("MODIFY" if before else "INSERT") if after else "REMOVE",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_795_521_600.0,
            "Keys": {"ticket_id": {"S": ticket.ticket_id}},
            **images,
            "SequenceNumber": str(SEQUENCE + number),
            "SizeBytes": 412,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": ("arn:aws:dynamodb:us-east-1:000000000000:table/tickets/stream/2026-11-24T00:00:00.000"),
    }
    if after is None:
        record["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    arrived: dict[str, Any] = json.loads(json.dumps(record))
    return arrived


def a_stream_event(*records: dict[str, Any]) -> dict[str, Any]:
    """A batch as Lambda gets it from the stream."""
    return {"Records": list(records)}
