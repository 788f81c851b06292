"""Conversations in DynamoDB: one partition a number or person, with its standing and every text both ways."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ..core.contact import PREDECESSORS, State, Text
from ..core.loan import Loan
from ..core.receipt import Receipt
from ..core.standing import NumberStanding, PersonStanding
from ..ports import Claim, Clock, ContactRow, Conversation, ReplyRow, Saved, Unsettled
from . import dynamo, rows
from .tables import UNSETTLED

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from ..core.understanding import Understood
    from ..core.unread import Unread

WAITING = "waiting"
"""In the `unsettled` index: a text that goes when the contact hours open."""
STANDING_KEPT_DAYS = 60
"""After the last contact that counts; longer than any cap's period and any date that a text names."""
NOT_UNDERSTOOD = "not_understood"
"""There too: a reply that meant nothing to the lexicons."""


class DynamoConversations:
    """Implements ports.Conversations."""

    def __init__(self, client: "DynamoDBClient", table: str, loan_table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._loan_table = loan_table
        self._clock = clock

    def number(self, phone: str) -> NumberStanding:
        """A consistent read."""
        return rows.number(phone, dynamo.get(self._client, self._table, _standing_key(rows.number_party(phone))))

    def person(self, borrower_id: str) -> PersonStanding:
        """A consistent read."""
        key = _standing_key(rows.person_party(borrower_id))
        return rows.person(borrower_id, dynamo.get(self._client, self._table, key))

    def standings(
        self, parties: Iterable[tuple[str, str]]
    ) -> tuple[dict[str, NumberStanding], dict[str, PersonStanding]]:
        """Consistent reads, a hundred a call."""
        pairs = list(parties)
        phones, borrowers = {phone for phone, _ in pairs}, {borrower for _, borrower in pairs}
        names = [*map(rows.number_party, sorted(phones)), *map(rows.person_party, sorted(borrowers))]
        found = {
            row["party"]: row
            for row in dynamo.get_many(self._client, self._table, [_standing_key(name) for name in names])
        }
        return (
            {phone: rows.number(phone, found.get(rows.number_party(phone))) for phone in phones},
            {one: rows.person(one, found.get(rows.person_party(one))) for one in borrowers},
        )

    def numbers_of(self, phones: Sequence[str]) -> dict[str, NumberStanding]:
        """Consistent reads, a hundred a call."""
        keys = [_standing_key(rows.number_party(phone)) for phone in dict.fromkeys(phones)]
        found = {row["party"]: row for row in dynamo.get_many(self._client, self._table, keys)}
        return {phone: rows.number(phone, found.get(rows.number_party(phone))) for phone in phones}

    def save_number(self, standing: NumberStanding) -> Saved:
        """One conditional write."""
        return dynamo.put_over(self._client, self._table, self._number_row(standing), standing.version)

    def save_person(self, standing: PersonStanding) -> Saved:
        """One conditional write."""
        return dynamo.put_over(self._client, self._table, self._person_row(standing), standing.version)

    def claim(
        self,
        text: Text,
        at: datetime,
        number: NumberStanding,
        person: PersonStanding | None,
        loan: Loan | None,
        rules: Sequence[str],
    ) -> Claim:
        """contact absent or released AND number, person and loan as the gate read them."""
        parts = [self._claim_contact(text, at, rules, len(person.counted) if person else 0)]
        if person is None:
            parts.append(self._put_standing(self._number_row(number), number.version))
        else:
            parts.append(self._check(self._table, _standing_key(rows.number_party(text.phone)), number.version))
            parts.append(self._put_standing(self._person_row(person), person.version))
        if loan is not None:
            key = {"loan_id": loan.loan_id, "entry": rows.LOAN_ENTRY}
            parts.append(self._check(self._loan_table, key, loan.version))
        try:
            self._client.transact_write_items(TransactItems=parts)
        except ClientError as error:
            is_taken = dynamo.failed_conditions(error)[0]
            return Claim.TAKEN if is_taken and self._is_taken(text) else Claim.RACED
        return Claim.CLAIMED

    def _is_taken(self, text: Text) -> bool:
        """Whether the row really stands: the other writer's transaction may still fail."""
        row = self.contact(text.phone, text.contact_id)
        return row is not None and row.state is not State.RELEASED

    def move(
        self,
        phone: str,
        contact_id: str,
        state: State,
        at: datetime,
        *,
        message_id: str = "",
        reason: str = "",
    ) -> bool:
        """A conditional write; False when the contact was already further."""
        changes = rows.sparse({"message_id": message_id, "reason": reason, "moved_at": rows.whole_seconds(at)})
        return self._move(phone, contact_id, state, changes, at) is not None

    def receive(self, receipt: Receipt, state: State) -> ContactRow | None:
        """The receipt brings the message id too, in case our own record of it was lost."""
        changes = rows.sparse(
            {
                "message_id": receipt.message_id,
                "receipt": receipt.event_type,
                "moved_at": rows.whole_seconds(receipt.at),
                "billed": receipt.segments,
                "price": receipt.price_micros,
            }
        )
        row = self._move(receipt.phone, receipt.contact_id, state, changes, receipt.at)
        return contact_of(row) if row else None

    def _move(self, phone: str, contact_id: str, state: State, changes: rows.Row, at: datetime) -> rows.Row | None:
        values: rows.Row = {":state": state, **{f":{name}": value for name, value in changes.items()}}
        names = {"#state": "status", **{f"#{name}": name for name in changes}}
        sets = ["#state = :state", *(f"#{name} = :{name}" for name in changes)]
        removes = ""
        if state is State.IN_DOUBT:
            sets += ["unsettled = :state", "unsettled_since = :since"]
            values[":since"] = rows.stamp(at)
        else:
            removes = " REMOVE unsettled, unsettled_since"
        from_states = {f":from{number}": old for number, old in enumerate(sorted(PREDECESSORS[state]))}
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=dynamo.wired(_contact_key(phone, contact_id)),
                UpdateExpression=f"SET {', '.join(sets)}{removes}",
                ConditionExpression=f"#state IN ({', '.join(from_states)})",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=dynamo.wired({**values, **from_states}),
                ReturnValues="ALL_NEW",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise
        return dynamo.plain(answer["Attributes"])

    def watch(self, phone: str, contact_id: str) -> None:
        """A claim that is still being sent enters the index, as of the instant of the claim; any other stays out."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=dynamo.wired(_contact_key(phone, contact_id)),
                UpdateExpression="SET unsettled = :sending, unsettled_since = claimed_at",
                ConditionExpression="#status = :sending",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=dynamo.wired({":sending": State.SENDING}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def leave_to_people(self, phone: str, contact_id: str) -> None:
        """Out of the index; a late receipt still settles it."""
        self._client.update_item(
            TableName=self._table,
            Key=dynamo.wired(_contact_key(phone, contact_id)),
            UpdateExpression="REMOVE unsettled, unsettled_since",
            ConditionExpression="attribute_exists(party)",
        )

    def contact(self, phone: str, contact_id: str) -> ContactRow | None:
        """A consistent read."""
        row = dynamo.get(self._client, self._table, _contact_key(phone, contact_id))
        return contact_of(row) if row else None

    def store_reply(self, phone: str, inbound_id: str, body: str, at: datetime, keep_days: int) -> bool:
        """A conditional write."""
        forget_after = self._forget_after(at, keep_days)
        row = {**_reply_key(phone, inbound_id), "body": body, "at": rows.stamp(at), "forget_after": forget_after}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=dynamo.wired(row),
                ConditionExpression="attribute_not_exists(entry)",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def wait(self, text: Text, until: datetime, reason: str) -> None:
        """As a released contact, so that its claim finds it like any other that was put back."""
        row = rows.contact_row(text, State.RELEASED, self._clock.now(), ())
        row |= {"reason": reason, "unsettled": WAITING, "unsettled_since": rows.stamp(until)}
        row["forget_after"] = self._forget_after(until, text.keep_days)
        try:
            self._client.put_item(
                TableName=self._table,
                Item=dynamo.wired(row),
                ConditionExpression="attribute_not_exists(entry) OR #status = :released",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=dynamo.wired({":released": State.RELEASED}),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise

    def waiting(self, phone: str, contact_id: str) -> Text | None:
        """A consistent read."""
        row = self.contact(phone, contact_id)
        return row.text if row and row.state is State.RELEASED else None

    def note_understood(
        self, phone: str, inbound_id: str, understood: "Understood", keep_days: int, about_contact: str = ""
    ) -> None:
        """Together with the day on which it may be forgotten; what meant nothing enters the index."""
        values = {
            ":labels": list(understood.labels),
            ":evidence": [f"{each.intent}: {each.words}" for each in understood.evidence],
            ":forget": self._forget_after(self._clock.now(), keep_days),
            ":displeased": understood.is_dissatisfied,
            ":about": about_contact,
        }
        sets = (
            "SET labels = :labels, evidence = :evidence, forget_after = :forget, displeased = :displeased,"
            " about = :about"
        )
        request: Any = {}
        if not understood.is_understood:
            sets += ", unsettled = :unread, unsettled_since = #at"
            values[":unread"] = NOT_UNDERSTOOD
            # By placeholder: `at` is a reserved word of DynamoDB's.
            request["ExpressionAttributeNames"] = {"#at": "at"}
        self._client.update_item(
            TableName=self._table,
            Key=dynamo.wired(_reply_key(phone, inbound_id)),
            UpdateExpression=sets,
            ExpressionAttributeValues=dynamo.wired(values),
            **request,
        )

    def not_understood(self, since: datetime, most: int) -> "list[Unread]":
        """By the sparse index, the newest first; a reply that was erased is in it no more."""
        # Here, because all other stations start without it.
        from ..core.unread import Unread

        page = self._client.query(
            TableName=self._table,
            IndexName=UNSETTLED.name,
            KeyConditionExpression=f"{UNSETTLED.partition} = :kind AND {UNSETTLED.sort} >= :since",
            ExpressionAttributeValues=dynamo.wired({":kind": NOT_UNDERSTOOD, ":since": rows.stamp(since)}),
            ScanIndexForward=False,
            Limit=most,
        )
        keys = [{"party": item["party"], "entry": item["entry"]} for item in map(dynamo.plain, page["Items"])]
        found = {(row["party"], row["entry"]): row for row in dynamo.get_many(self._client, self._table, keys)}
        wanted = (found.get((key["party"], key["entry"])) for key in keys)
        return [Unread(row["party"].removeprefix("phone#"), row["body"]) for row in wanted if row]

    def conversation(self, phone: str) -> Conversation:
        """One query: a number's partition is its conversation."""
        found = list(
            dynamo.query(
                self._client,
                TableName=self._table,
                KeyConditionExpression="party = :party",
                ExpressionAttributeValues=dynamo.wired({":party": rows.number_party(phone)}),
                ConsistentRead=True,
            )
        )
        return conversation_of(phone, found)

    def unsettled(self, kind: str, before: datetime, most: int) -> list[Unsettled]:
        """By the sparse index, the oldest first."""
        page = self._client.query(
            TableName=self._table,
            IndexName=UNSETTLED.name,
            KeyConditionExpression=f"{UNSETTLED.partition} = :kind AND {UNSETTLED.sort} <= :before",
            ExpressionAttributeValues=dynamo.wired({":kind": kind, ":before": rows.stamp(before)}),
            Limit=most,
        )
        return [_unsettled(dynamo.plain(item)) for item in page["Items"]]

    def _claim_contact(self, text: Text, at: datetime, rules: Sequence[str], nth: int) -> Any:
        row = rows.contact_row(text, State.SENDING, at, tuple(rules)) | rows.sparse({"nth": nth or None})
        row["forget_after"] = self._forget_after(at, text.keep_days)
        return {
            "Put": {
                "TableName": self._table,
                "Item": dynamo.wired(row),
                "ConditionExpression": "attribute_not_exists(entry) OR #status = :released",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": dynamo.wired({":released": State.RELEASED}),
            }
        }

    def _number_row(self, standing: NumberStanding) -> rows.Row:
        """Never forgotten while it keeps texts from a number, or the number must first come off the provider's list."""
        row = rows.number_row(standing)
        if standing.suppressed or standing.carrier_told:
            return row
        newest = max(standing.answers, default=self._clock.now())
        return {**row, "forget_after": self._forget_after(newest, STANDING_KEPT_DAYS)}

    def _person_row(self, standing: PersonStanding) -> rows.Row:
        """Caps and think time, which end by themselves."""
        newest = max((*standing.contact_times(), standing.quiet_until() or self._clock.now()))
        return {**rows.person_row(standing), "forget_after": self._forget_after(newest, STANDING_KEPT_DAYS)}

    def _put_standing(self, row: rows.Row, version: int) -> Any:
        item = dynamo.wired({**row, "version": version + 1})
        return {"Put": {"TableName": self._table, "Item": item, **dynamo.over_version(version)}}

    def _check(self, table: str, key: rows.Row, version: int) -> Any:
        return {"ConditionCheck": {"TableName": table, "Key": dynamo.wired(key), **dynamo.over_version(version)}}

    def _forget_after(self, at: datetime, keep_days: int) -> int:
        """Epoch seconds by AWS's own clock, which is the one that ends the row."""
        return int(self._clock.to_aws(at + timedelta(days=keep_days)).timestamp())


def conversation_of(phone: str, found: Iterable[rows.Row]) -> Conversation:
    """Everything said with a number, from the rows of its partition."""
    by_kind: dict[str, list[rows.Row]] = {}
    for row in found:
        by_kind.setdefault(row["entry"].partition("#")[0], []).append(row)
    standing = by_kind.get(rows.STANDING_ENTRY, [None])[0]
    contacts = map(contact_of, by_kind.get("contact", ()))
    replies = map(reply_of, by_kind.get("reply", ()))
    return Conversation(
        standing=rows.number(phone, standing),
        contacts=tuple(sorted(contacts, key=lambda row: row.claimed_at)),
        replies=tuple(sorted(replies, key=lambda row: row.at)),
    )


def _standing_key(party: str) -> rows.Row:
    return {"party": party, "entry": rows.STANDING_ENTRY}


def _contact_key(phone: str, contact_id: str) -> rows.Row:
    return {"party": rows.number_party(phone), "entry": f"contact#{contact_id}"}


def _reply_key(phone: str, inbound_id: str) -> rows.Row:
    return {"party": rows.number_party(phone), "entry": f"reply#{inbound_id}"}


def contact_of(row: rows.Row) -> ContactRow:
    """The contact of a row."""
    return ContactRow(
        text=rows.contact_text(row),
        state=State(row["status"]),
        claimed_at=rows.instant(row["claimed_at"]),
        message_id=row.get("message_id", ""),
        reason=row.get("reason", ""),
        rules=tuple(row.get("rules", ())),
        receipt=row.get("receipt", ""),
        price_micros=int(row.get("price", 0)),
        nth=int(row.get("nth", 0)),
    )


def reply_of(row: rows.Row) -> ReplyRow:
    """The reply of a row."""
    return ReplyRow(
        inbound_id=row["entry"].removeprefix("reply#"),
        body=row["body"],
        at=rows.instant(row["at"]),
        labels=tuple(row.get("labels", ())),
        is_dissatisfied=bool(row.get("displeased", False)),
        about_contact=row.get("about", ""),
    )


def _unsettled(row: rows.Row) -> Unsettled:
    entry = row["entry"]
    contact_id = entry.removeprefix("contact#") if entry.startswith("contact#") else ""
    return Unsettled(row["party"].removeprefix("phone#"), contact_id)
