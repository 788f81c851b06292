"""The loan book in DynamoDB: one partition a loan, with its payments and decisions."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..core.loan import EarlyPayments, LastDecision, Loan, Payment
from ..ports import DuePage, LatestFiles, Saved
from . import dynamo, rows
from .tables import BY_BORROWER, DUE_FOR_CONTACT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LATEST_FILES = {"loan_id": "#latest-files", "entry": "files"}
LATEST_FILES_SECONDS = 20
"""How long the answer to "which file was the last" is believed."""


class DynamoLoanBook:
    """Implements ports.LoanBook."""

    def __init__(
        self, client: "DynamoDBClient", table: str, monotonic_seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._table = table
        self._monotonic_seconds = monotonic_seconds
        self._latest: tuple[float, LatestFiles] | None = None

    def due(self, shard: str, now: datetime, cursor: str, most: int) -> DuePage:
        """The cursor is the index's own last key: `next_contact_at`, a space, the loan id."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": DUE_FOR_CONTACT.name,
            # By placeholder: `shard` is a reserved word of DynamoDB's.
            "KeyConditionExpression": "#shard = :shard AND #at <= :now",
            "ExpressionAttributeNames": {"#shard": DUE_FOR_CONTACT.partition, "#at": DUE_FOR_CONTACT.sort},
            "ExpressionAttributeValues": dynamo.wired({":shard": shard, ":now": rows.stamp(now)}),
            "Limit": most,
        }
        if cursor:
            at, _, loan_id = cursor.partition(" ")
            request["ExclusiveStartKey"] = dynamo.wired(
                {"shard": shard, "next_contact_at": at, "loan_id": loan_id, "entry": rows.LOAN_ENTRY}
            )
        page = self._client.query(**request)
        last = page.get("LastEvaluatedKey")
        next_cursor = f"{last['next_contact_at']['S']} {last['loan_id']['S']}" if last else ""
        return DuePage(tuple(rows.loan(dynamo.plain(item)) for item in page["Items"]), next_cursor)

    def get(self, loan_id: str) -> Loan | None:
        """A consistent read."""
        row = dynamo.get(self._client, self._table, _key(loan_id))
        return rows.loan(row) if row else None

    def get_many(self, loan_ids: Sequence[str]) -> dict[str, Loan]:
        """Consistent reads, a hundred a call."""
        found = dynamo.get_many(self._client, self._table, [_key(loan_id) for loan_id in dict.fromkeys(loan_ids)])
        return {row["loan_id"]: rows.loan(row) for row in found}

    def loans_of(self, borrower_id: str) -> list[str]:
        """By the keys-only index."""
        found = dynamo.query(
            self._client,
            TableName=self._table,
            IndexName=BY_BORROWER.name,
            KeyConditionExpression=f"{BY_BORROWER.partition} = :borrower",
            ExpressionAttributeValues=dynamo.wired({":borrower": borrower_id}),
        )
        return [row["loan_id"] for row in found]

    def payments_after(self, loan_id: str, instant: datetime) -> list[Payment]:
        """Those that a file which is true as of `instant` cannot contain."""
        found = dynamo.query(
            self._client,
            TableName=self._table,
            KeyConditionExpression="loan_id = :loan AND begins_with(entry, :payment)",
            ExpressionAttributeValues=dynamo.wired({":loan": loan_id, ":payment": "payment#"}),
            ConsistentRead=True,
        )
        return [payment for payment in map(rows.payment, found) if payment.known_at > instant]

    def entries(self, loan_id: str) -> list[rows.Row]:
        """All that is kept about a loan, for `explain`."""
        return list(
            dynamo.query(
                self._client,
                TableName=self._table,
                KeyConditionExpression="loan_id = :loan",
                ExpressionAttributeValues=dynamo.wired({":loan": loan_id}),
                ConsistentRead=True,
            )
        )

    def save(self, loan: Loan) -> Saved:
        """One conditional write."""
        return dynamo.put_over(self._client, self._table, rows.loan_row(loan), loan.version)

    def save_payment(self, loan: Loan, payment: Payment) -> Saved:
        """One transaction: the reference must be new and the loan unchanged."""
        put_payment = {
            "TableName": self._table,
            "Item": dynamo.wired(rows.sparse({**rows.payment_row(payment), "forget_after": loan.forget_after or None})),
            "ConditionExpression": "attribute_not_exists(entry)",
        }
        put_loan = {
            "TableName": self._table,
            "Item": dynamo.wired({**rows.loan_row(loan), "version": loan.version + 1}),
            **dynamo.over_version(loan.version),
        }
        parts: Any = [{"Put": put_payment}, {"Put": put_loan}]
        try:
            self._client.transact_write_items(TransactItems=parts)
        except ClientError as error:
            is_repeated, _ = dynamo.failed_conditions(error)
            return Saved.REPEATED if is_repeated else Saved.RACED
        return Saved.DONE

    def early_payments(self, loan_ids: Sequence[str]) -> dict[str, EarlyPayments]:
        """Consistent reads, a hundred a call."""
        keys = [{"loan_id": one, "entry": rows.EARLY_PAYMENTS_ENTRY} for one in dict.fromkeys(loan_ids)]
        found = map(rows.early_payments, dynamo.get_many(self._client, self._table, keys))
        return {early.loan_id: early for early in found}

    def save_early_payments(self, early: EarlyPayments) -> Saved:
        """One conditional write."""
        return dynamo.put_over(self._client, self._table, rows.early_payments_row(early), early.version)

    def latest_files(self) -> LatestFiles:
        """Kept for some seconds: it is asked before every text and changes with every file."""
        now = self._monotonic_seconds()
        if self._latest is None or now - self._latest[0] > LATEST_FILES_SECONDS:
            row = dynamo.get(self._client, self._table, dict(LATEST_FILES)) or {}
            as_of, full = row.get("as_of"), row.get("full_as_of")
            latest = LatestFiles(rows.instant(as_of) if as_of else None, rows.instant(full) if full else None)
            self._latest = (now, latest)
        return self._latest[1]

    def save_latest_files(self, latest: LatestFiles) -> None:
        """The last writer wins: files are taken in one after the other."""
        row = {
            **LATEST_FILES,
            "as_of": rows.stamp(latest.any_as_of) if latest.any_as_of else None,
            "full_as_of": rows.stamp(latest.full_as_of) if latest.full_as_of else None,
        }
        self._client.put_item(TableName=self._table, Item=dynamo.wired(rows.sparse(row)))
        self._latest = None

    def record_decision(
        self, loan_id: str, contact_id: str, decision: LastDecision, rules: Sequence[str], forget_after: int
    ) -> None:
        """The same "no" about the same contact at the same instant is one entry."""
        row = {
            "loan_id": loan_id,
            "entry": f"decision#{rows.stamp(decision.at)}#{contact_id}",
            "outcome": decision.outcome,
            "until": rows.stamp(decision.until) if decision.until else None,
            "rules": list(rules),
            "forget_after": forget_after or None,
        }
        self._client.put_item(TableName=self._table, Item=dynamo.wired(rows.sparse(row)))

    def record_audit(self, loan_id: str, at: datetime, source: str, what: str, forget_after: int) -> None:
        """By its source, so that the same action is one entry."""
        row = {"loan_id": loan_id, "entry": f"audit#{source}", "at": rows.stamp(at), "what": what}
        kept = rows.sparse({**row, "forget_after": forget_after or None})
        self._client.put_item(TableName=self._table, Item=dynamo.wired(kept))


def _key(loan_id: str) -> rows.Row:
    return {"loan_id": loan_id, "entry": rows.LOAN_ENTRY}
