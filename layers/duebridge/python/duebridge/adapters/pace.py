"""The shared count of message parts: one row for each origination identity and aligned second, among the
conversations, forgotten soon after. Real time throughout: the business clock may be played, the carrier's is not."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from ..core.pace import Limit
from ..ports import Took
from . import dynamo

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FORGOTTEN_AFTER_SECONDS = 3600
NO_ROOM = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})
BUSY = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""DynamoDB could not say; it may later. Everything else is a fault of our own set-up and is raised."""


class DynamoPace:
    """Implements ports.Pace. A call that the client repeats may count twice: slots are lost then, never sold twice."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        identity: str,
        limit: Limit,
        now_seconds: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._identity = identity
        self._limit = limit
        self._now_seconds = now_seconds
        self._sleep = sleep

    def now(self) -> float:
        """Seconds since 1970."""
        return self._now_seconds()

    def sleep(self, seconds: float) -> None:
        """Costs the function's time, so it is never long."""
        if seconds > 0:
            self._sleep(seconds)

    def take(self, shares: Mapping[int, int], is_answer: bool) -> Took:
        """One conditional update, or one transaction for a text that is larger than its second."""
        updates = [self._update(second, share, is_answer) for second, share in shares.items()]
        try:
            if len(updates) == 1:
                self._client.update_item(**updates[0], ReturnValuesOnConditionCheckFailure="ALL_OLD")
            else:
                self._client.transact_write_items(TransactItems=[{"Update": update} for update in updates])
        except ClientError as error:
            return self._refusal(error, min(shares), is_answer)
        except BotoCoreError as error:
            return Took(done=False, fault=type(error).__name__)
        return Took(done=True)

    def _update(self, second: int, share: int, is_answer: bool) -> Any:
        """taken + share within the limit, and for bulk its own sum within what answers leave it."""
        added, values = "taken :share", {":share": share, ":room": self._limit.parts_per_second - share}
        condition = "taken <= :room"
        if not is_answer:
            added += ", by_bulk :share"
            values[":bulk_room"] = max(0, self._limit.most(second, is_answer) - share)
            condition += " AND (attribute_not_exists(by_bulk) OR by_bulk <= :bulk_room)"
        values[":forget"] = second + FORGOTTEN_AFTER_SECONDS
        return {
            "TableName": self._table,
            "Key": dynamo.wired({"party": f"pace#{self._identity}", "entry": f"second#{second}"}),
            "UpdateExpression": f"ADD {added} SET forget_after = :forget",
            "ConditionExpression": f"attribute_not_exists(taken) OR ({condition})",
            "ExpressionAttributeValues": dynamo.wired(values),
        }

    def _refusal(self, error: ClientError, second: int, is_answer: bool) -> Took:
        response: Any = error.response
        code = response["Error"]["Code"]
        reasons = {reason.get("Code") for reason in response.get("CancellationReasons", ())}
        if code in BUSY or reasons & {"ThrottlingError", "ProvisionedThroughputExceeded"}:
            return Took(done=False, fault=code)
        if code not in NO_ROOM:
            raise error
        row = dynamo.plain(response.get("Item", {}))
        taken, by_bulk = int(row.get("taken", 0)), int(row.get("by_bulk", 0))
        return Took(done=False, room=self._limit.room(second, is_answer, taken, by_bulk) if row else 0)
