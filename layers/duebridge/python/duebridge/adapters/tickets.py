"""Tickets in DynamoDB; the `desk` index sorts them by status and clock."""

from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from ..core.ticket import Status, Ticket
from . import dynamo, rows
from .tables import DESK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoTickets:
    """Implements ports.Tickets."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def open(self, ticket: Ticket) -> bool:
        """A conditional write: a repeat of the same event opens nothing and overwrites nothing."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=dynamo.wired(rows.ticket_row(ticket)),
                ConditionExpression="attribute_not_exists(ticket_id)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def late(self, now: datetime, most: int) -> list[str]:
        """Open ones whose time is over; an escalated ticket has left this status."""
        page = self._client.query(
            TableName=self._table,
            IndexName=DESK.name,
            KeyConditionExpression="#status = :open AND answer_by <= :now",
            ExpressionAttributeNames={"#status": DESK.partition},
            ExpressionAttributeValues=dynamo.wired({":open": Status.OPEN, ":now": rows.stamp(now)}),
            Limit=most,
        )
        return [item["ticket_id"]["S"] for item in page["Items"]]

    def escalate(self, ticket_id: str) -> None:
        """Once: the condition drops a repeat."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=dynamo.wired({"ticket_id": ticket_id}),
                UpdateExpression="SET #status = :late, priority = :first",
                ConditionExpression="#status = :open",
                ExpressionAttributeNames={"#status": DESK.partition},
                ExpressionAttributeValues=dynamo.wired({":late": Status.LATE, ":open": Status.OPEN, ":first": 1}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def all_open(self) -> list[Ticket]:
        """For the laptop run's summary."""
        found = []
        for status in (Status.LATE, Status.OPEN):
            keys = dynamo.query(
                self._client,
                TableName=self._table,
                IndexName=DESK.name,
                KeyConditionExpression="#status = :status",
                ExpressionAttributeNames={"#status": DESK.partition},
                ExpressionAttributeValues=dynamo.wired({":status": status}),
            )
            wanted = [{"ticket_id": row["ticket_id"]} for row in keys]
            found += [rows.ticket(row) for row in dynamo.get_many(self._client, self._table, wanted)]
        return sorted(found, key=lambda ticket: (ticket.priority, ticket.answer_by))
