"""Tickets in DynamoDB; the `desk` index sorts them by status and clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..core.ticket import Status, Ticket
from ..ports import TicketPage
from . import dynamo, rows
from .tables import DESK

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


OURS = frozenset(
    {
        "status",
        "priority",
        "answer_by",
        "owner",
        "outcome",
        "root_cause",
        "closings",
        "displeased",
        "history",
        "forget_after",
    }
)
"""What following a ticket may change."""


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

    def get(self, ticket_id: str) -> Ticket | None:
        """A consistent read."""
        row = dynamo.get(self._client, self._table, {"ticket_id": ticket_id})
        return rows.ticket(row) if row else None

    def waiting(self, status: Status, cursor: str, most: int, *, newest_first: bool = False) -> TicketPage:
        """The index gives keys, one more call the rows. The cursor is its last key: `answer_by`, a space, the id."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": DESK.name,
            "KeyConditionExpression": "#status = :status",
            "ExpressionAttributeNames": {"#status": DESK.partition},
            "ExpressionAttributeValues": dynamo.wired({":status": status}),
            "ScanIndexForward": not newest_first,
            "Limit": most,
        }
        if cursor:
            at, _, ticket_id = cursor.partition(" ")
            request["ExclusiveStartKey"] = dynamo.wired({"status": status, "answer_by": at, "ticket_id": ticket_id})
        page = self._client.query(**request)
        wanted = [item["ticket_id"]["S"] for item in page["Items"]]
        keys = [{"ticket_id": ticket_id} for ticket_id in wanted]
        found = {row["ticket_id"]: _readable(row) for row in dynamo.get_many(self._client, self._table, keys)}
        last = page.get("LastEvaluatedKey")
        return TicketPage(
            tuple(ticket for ticket_id in wanted if (ticket := found.get(ticket_id))),
            f"{last['answer_by']['S']} {last['ticket_id']['S']}" if last else "",
            tuple(ticket_id for ticket_id, ticket in found.items() if ticket is None),
        )

    def count(self, status: Status, most: int) -> int:
        """By the keys-only index, a megabyte of keys (some 8,000) a call."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": DESK.name,
            "KeyConditionExpression": "#status = :status",
            "ExpressionAttributeNames": {"#status": DESK.partition},
            "ExpressionAttributeValues": dynamo.wired({":status": status}),
            "Select": "COUNT",
        }
        counted = 0
        while counted < most:
            page = self._client.query(**request)
            counted += page["Count"]
            if "LastEvaluatedKey" not in page:
                break
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return counted

    def ask(self, ticket_id: str, actions: int, request: Mapping[str, str]) -> bool:
        """The desk's only write."""
        return self._update(
            ticket_id,
            "SET operator_request = :request",
            "attribute_exists(ticket_id) AND attribute_not_exists(operator_request) AND attribute_not_exists(doing) "
            "AND actions = :actions",
            {":request": dict(request), ":actions": actions},
        )

    def take_up(self, ticket: Ticket) -> bool:
        """Conditional on the request and on the number of actions that were read."""
        return self._update(
            ticket.ticket_id,
            "SET doing = :request, actions = :next REMOVE operator_request, fault",
            "operator_request = :request AND actions = :actions",
            {":request": rows.as_written(ticket.request), ":next": ticket.actions + 1, ":actions": ticket.actions},
        )

    def refuse(self, ticket: Ticket, why: str) -> bool:
        """Conditional on the request that was read: one that was corrected meanwhile stays."""
        return self._update(
            ticket.ticket_id,
            "SET fault = :why REMOVE operator_request",
            "operator_request = :request",
            {":request": rows.as_written(ticket.request), ":why": why},
        )

    def finish(self, ticket: Ticket, read: Ticket) -> bool:
        """Conditional on the action, and on the status that was read. What is edited by hand besides is left alone."""
        condition = "actions = :condition AND attribute_exists(doing) AND #status = :was AND closings = :before"
        was = {":was": read.status, ":before": read.closings}
        return self._set(ticket, condition, ticket.actions, was, ("doing",))

    def reopen(self, ticket: Ticket) -> bool:
        """Conditional on the closing, so that two answers to one question reopen it once."""
        was = {":closed": Status.CLOSED}
        return self._set(ticket, "closings = :condition AND #status = :closed", ticket.closings, was)

    def note_outcome(self, ticket_id: str, closing: int, line: str) -> None:
        """Conditional on the line not standing there yet."""
        self._update(
            ticket_id,
            "SET history = list_append(history, :line)",
            "closings = :closing AND NOT contains(history, :text)",
            {":line": [line], ":text": line, ":closing": closing},
        )

    def _set(
        self, ticket: Ticket, condition: str, value: int, was: Mapping[str, Any], over: tuple[str, ...] = ()
    ) -> bool:
        """The attributes that our own rules own, those that are empty left out; only the time after which it is
        forgotten goes when it is empty, for a ticket that was opened again."""
        row = {name: value for name, value in rows.ticket_row(ticket).items() if name in OURS}
        names = {f"#{name}": name for name in {**row, DESK.partition: ""}}
        values = {f":{name}": value for name, value in row.items()} | {":condition": value, **was}
        sets = ", ".join(f"#{name} = :{name}" for name in row)
        gone = ", ".join((*over, *({"forget_after"} - row.keys())))
        return self._update(
            ticket.ticket_id, f"SET {sets} REMOVE {gone}" if gone else f"SET {sets}", condition, values, names
        )

    def _update(
        self,
        ticket_id: str,
        update: str,
        condition: str,
        values: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
    ) -> bool:
        request: Any = {"ExpressionAttributeNames": dict(names)} if names else {}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=dynamo.wired({"ticket_id": ticket_id}),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeValues=dynamo.wired(dict(values)),
                **request,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

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


def _readable(row: rows.Row) -> Ticket | None:
    """None for a row that was edited by hand into something else: one such ticket must not hide all others."""
    try:
        return rows.ticket(row)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
