"""Erases a borrower from the three tables on request: finds all of it, says what would go, and lets it go in an order
in which a crash leaves nothing behind that the same command does not find again.

It reads the conversations and the tickets whole, which no station ever does: only a whole read finds a number that the
loan file has replaced since, and an index for it would cost every text a write (docs/adr).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from duebridge.adapters import dynamo, rows
from duebridge.adapters.conversations import WAITING
from duebridge.adapters.rows import Row
from duebridge.adapters.tables import BY_BORROWER
from duebridge.core import erasure
from duebridge.core.contact import State
from duebridge.core.erasure import Case, ErasureRefusedError
from duebridge.core.loan import Loan
from duebridge.core.standing import NumberStanding
from duebridge.core.ticket import Ticket
from duebridge.ports import Saved
from infra.records import TABLES, LiveRecords

LOANS, CONVERSATIONS, TICKETS = "LoanTable", "ConversationTable", "TicketTable"
CONTACT, REPLY, AUDIT = "contact#", "reply#", "audit#"
PROOF = "text#"
"""Under the loan: what is kept of a demand that went."""
ERASURES = "#erasures"
"""The partition of the loan table that lists all erasures, to carry them out again after a restore."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Words:
    """What was said with one number, as far as it is this borrower's."""

    party: str
    rows: tuple[Row, ...]
    standing: Row | None
    is_shared: bool
    """Another borrower is texted at it too: their texts and the replies to them stay."""
    left: int
    """Replies at a shared number of which nobody can tell whose they are."""

    @property
    def phone(self) -> str:
        """Never shown."""
        return self.party.removeprefix("phone#")

    def number(self) -> NumberStanding | None:
        """What stands against the number; None where that is nothing, or not this borrower's alone."""
        return rows.number(self.phone, self.standing) if self.standing else None

    def has_more_than_it_must_keep(self) -> bool:
        """Whether the number's standing still tells of the conversation."""
        number = self.number()
        return number is not None and erasure.emptied_number(number) != number


@dataclass(frozen=True, slots=True)
class Found:
    """All that the tables hold of one borrower, or of one number that is nobody's any more."""

    loans: tuple[Loan, ...] = ()
    words: tuple[Words, ...] = ()
    tickets: tuple[Row, ...] = ()
    person: Row | None = None
    entries: tuple[Row, ...] = ()
    """Of the loans: payments, decisions and audit lines."""

    @property
    def texts(self) -> int:
        """Ours to the borrower."""
        return sum(row["entry"].startswith(CONTACT) for words in self.words for row in words.rows)

    @property
    def replies(self) -> int:
        """The borrower's to us."""
        return sum(row["entry"].startswith(REPLY) for words in self.words for row in words.rows)

    @property
    def suppressed(self) -> int:
        """Numbers that stay on the list of those who get no texts."""
        return sum("suppressed" in words.standing for words in self.words if words.standing)

    @property
    def left(self) -> int:
        """Replies at shared numbers that stay."""
        return sum(words.left for words in self.words)

    def is_nothing(self) -> bool:
        """Whether it has all gone already."""
        named = any(loan.terms.phone or loan.terms.full_name for loan in self.loans)
        said = any(words.rows or words.has_more_than_it_must_keep() for words in self.words)
        return not (named or said or self.tickets or self.person or self.entries)

    def what_is_open(self, now: datetime) -> tuple[str, ...]:
        """What somebody has to end first."""
        contacts = [row for words in self.words for row in words.rows if row["entry"].startswith(CONTACT)]
        states = {row["entry"].removeprefix(CONTACT): State(row["status"]) for row in contacts}
        waiting = [row["entry"].removeprefix(CONTACT) for row in contacts if row.get("unsettled") == WAITING]
        return erasure.what_is_open(self.loans, _readable(self.tickets), states, waiting, now)

    def kept_until(self) -> datetime | None:
        """When the last of the texts and replies would go by itself: the law wants them until then, unless the request
        weighs more."""
        times = [row["forget_after"] for words in self.words for row in words.rows if "forget_after" in row]
        return datetime.fromtimestamp(max(times), UTC) if times else None


@dataclass(frozen=True, slots=True)
class Erasure:
    """One deployment's tables. Every write can be done twice."""

    client: Any
    names: dict[str, str]

    @property
    def records(self) -> LiveRecords:
        """To read a partition."""
        return LiveRecords(self.client, self.names)

    def of_loan(self, loan_id: str) -> Found | None:
        """The borrower of a loan, with all of their loans and numbers; None when the book has no such loan."""
        asked = self._loan(loan_id)
        if asked is None:
            return None
        borrower = asked.terms.borrower_id
        # The one that was asked for comes last: as long as it stands whole, the command can be given again.
        others = sorted({*self._loans_of(borrower)} - {loan_id})
        loans = tuple(loan for each in (*others, loan_id) if (loan := self._loan(each)))
        ids = {loan.loan_id for loan in loans}
        parties = {rows.number_party(loan.terms.phone) for loan in loans if loan.terms.phone}
        parties |= {row["party"] for row in self._scan(CONVERSATIONS, "who = :who", {":who": borrower}, "party")}
        words = tuple(self._words(party, borrower, ids) for party in sorted(parties))
        person = self.records.partition(CONVERSATIONS, rows.person_party(borrower))
        return Found(
            loans=loans,
            words=words,
            tickets=tuple(self._tickets(borrower, ids, words)),
            person=person[0] if person else None,
            entries=tuple(row for loan in loans for row in self.records.partition(LOANS, loan.loan_id) if _goes(row)),
        )

    def of_number(self, phone: str) -> Found:
        """A number of somebody who is no borrower, or no more. Raises ErasureRefusedError where a loan still names it:
        then the whole borrower is meant, or nobody."""
        named = sorted(row["loan_id"] for row in self._scan(LOANS, "phone = :phone", {":phone": phone}, "loan_id"))
        if named:
            raise ErasureRefusedError(
                f"loan {', '.join(named[:5])} still names this number: erase by the loan's id if the borrower asked; "
                "if somebody else did, have the lender take the number off the loan first"
            )
        party = rows.number_party(phone)
        found = self.records.partition(CONVERSATIONS, party)
        words = Words(party, tuple(row for row in found if _is_said(row)), _standing_of(found), is_shared=False, left=0)
        tickets = self._scan(TICKETS, "phone = :phone", {":phone": phone})
        return Found(words=(words,), tickets=tuple(tickets))

    def begin(self, found: Found, case: Case, now: datetime) -> None:
        """The audit line, before anything goes. Raises ErasureRefusedError for the reference of another request, or of
        one that is over: what came in since was not asked about."""
        key = {"loan_id": ERASURES, "entry": case.source}
        known = dynamo.get(self.client, self.names[LOANS], key)
        ids = [loan.loan_id for loan in found.loans]
        if known and (set(known["loan_ids"]) != set(ids) or "done_at" in known):
            raise ErasureRefusedError(
                f"the reference {case.reference} belongs to another erasure: give this one its own"
            )
        if known:
            return
        counts = {"texts": found.texts, "replies": found.replies, "tickets": len(found.tickets)}
        row = {**key, "begun_at": rows.stamp(now), "by": case.by, "loan_ids": ids, **counts}
        self._put(LOANS, row)

    def carry_out(self, found: Found, case: Case, now: datetime) -> None:
        """Holds first, the words next, the loans last; the one that was asked for at the very end."""
        for loan in found.loans:
            self._change(loan.loan_id, lambda fresh: erasure.held(fresh, case, now))
        for words in found.words:
            self._forget_words(words)
        for row in found.tickets:
            self._empty_ticket(row)
        if found.person:
            self._delete(CONVERSATIONS, found.person)
        for row in found.entries:
            self._delete(LOANS, row)
        for loan in found.loans:
            line = {"loan_id": loan.loan_id, "entry": f"{AUDIT}{case.source}", "at": rows.stamp(now)}
            self._put(LOANS, {**line, "what": f"{now:%Y-%m-%d %H:%M} UTC, {case.by}: erased on request"})
            self._change(loan.loan_id, erasure.emptied)
        done = {"loan_id": ERASURES, "entry": case.source}
        self.client.update_item(
            TableName=self.names[LOANS],
            Key=dynamo.wired(done),
            UpdateExpression="SET done_at = :now",
            ExpressionAttributeValues=dynamo.wired({":now": rows.stamp(now)}),
        )

    def _words(self, party: str, borrower: str, loan_ids: set[str]) -> Words:
        found = self.records.partition(CONVERSATIONS, party)
        contacts = [row for row in found if row["entry"].startswith(CONTACT)]
        others = [row for row in contacts if row.get("who", borrower) != borrower]
        if not others:
            said = tuple(row for row in found if _is_said(row))
            return Words(party, said, _standing_of(found), is_shared=False, left=0)
        own = [row for row in contacts if row.get("who") == borrower or row.get("loan_id") in loan_ids]
        ids = {row["entry"].removeprefix(CONTACT) for row in own}
        replies = [row for row in found if row["entry"].startswith(REPLY)]
        told = [row for row in replies if row.get("about") in ids]
        left = sum(not row.get("about") for row in replies)
        return Words(party, (*own, *told), standing=None, is_shared=True, left=left)

    def _tickets(self, borrower: str, loan_ids: set[str], words: Iterable[Words]) -> Iterator[Row]:
        phones = {each.phone for each in words if not each.is_shared}
        condition = "borrower_id = :who OR attribute_not_exists(borrower_id)"
        for row in self._scan(TICKETS, condition, {":who": borrower}):
            about = set(row.get("loan_ids", ()))
            if row.get("borrower_id") == borrower or (about and about <= loan_ids) or row.get("phone") in phones:
                yield row

    def _forget_words(self, words: Words) -> None:
        for row in words.rows:
            proof = erasure.proof_of(row) if row["entry"].startswith(CONTACT) else {}
            if proof:
                contact = row["entry"].removeprefix(CONTACT)
                self._put(LOANS, {**proof, "loan_id": row["loan_id"], "entry": f"{PROOF}{contact}"})
            self._delete(CONVERSATIONS, row)
        number = words.number()
        if number:
            left = erasure.emptied_number(number)
            if left is None:
                self._delete(CONVERSATIONS, {"party": words.party, "entry": rows.STANDING_ENTRY})
            elif self._save(CONVERSATIONS, rows.number_row(left), left.version) is Saved.RACED:
                raise _busy("the standing of a number")

    def _empty_ticket(self, row: Row) -> None:
        """One that somebody edited by hand into something unreadable goes whole."""
        ticket = _ticket_of(row)
        if ticket is None:
            self._delete(TICKETS, row)
        else:
            self._put(TICKETS, rows.ticket_row(erasure.emptied_ticket(ticket)))

    def _change(self, loan_id: str, changed: Callable[[Loan], Loan]) -> None:
        for _ in range(TRIES):
            loan = self._loan(loan_id)
            if loan is None:
                return
            if self._save(LOANS, rows.loan_row(changed(loan)), loan.version) is Saved.DONE:
                return
        raise _busy(f"loan {loan_id}")

    def _loan(self, loan_id: str) -> Loan | None:
        row = dynamo.get(self.client, self.names[LOANS], {"loan_id": loan_id, "entry": rows.LOAN_ENTRY})
        return rows.loan(row) if row else None

    def _loans_of(self, borrower: str) -> list[str]:
        found = dynamo.query(
            self.client,
            TableName=self.names[LOANS],
            IndexName=BY_BORROWER.name,
            KeyConditionExpression=f"{BY_BORROWER.partition} = :who",
            ExpressionAttributeValues=dynamo.wired({":who": borrower}),
        )
        return [row["loan_id"] for row in found]

    def _scan(self, table: str, condition: str, values: Row, only: str = "") -> Iterator[Row]:
        request: dict[str, Any] = {"ProjectionExpression": only} if only else {}
        pages = self.client.get_paginator("scan").paginate(
            TableName=self.names[table],
            FilterExpression=condition,
            ExpressionAttributeValues=dynamo.wired(values),
            ConsistentRead=True,
            **request,
        )
        for page in pages:
            yield from map(dynamo.plain, page["Items"])

    def _save(self, table: str, row: Row, version: int) -> Saved:
        return dynamo.put_over(self.client, self.names[table], row, version)

    def _put(self, table: str, row: Row) -> None:
        self.client.put_item(TableName=self.names[table], Item=dynamo.wired(row))

    def _delete(self, table: str, row: Row) -> None:
        keys = TABLES[table]
        key = {name: row[name] for name in (keys.partition, keys.sort) if name}
        self.client.delete_item(TableName=self.names[table], Key=dynamo.wired(key))


def _goes(row: Row) -> bool:
    """Payments are the lender's own books' to keep; what was decided and done may tell of health."""
    entry = row["entry"]
    kept = entry == rows.LOAN_ENTRY or entry.startswith((PROOF, f"{AUDIT}erasure#"))
    return not kept


def _is_said(row: Row) -> bool:
    return bool(row["entry"] != rows.STANDING_ENTRY)


def _standing_of(found: Iterable[Row]) -> Row | None:
    return next((row for row in found if row["entry"] == rows.STANDING_ENTRY), None)


def _ticket_of(row: Row) -> Ticket | None:
    try:
        return rows.ticket(row)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None


def _readable(found: Iterable[Row]) -> list[Ticket]:
    return [ticket for row in found if (ticket := _ticket_of(row))]


def _busy(what: str) -> ErasureRefusedError:
    return ErasureRefusedError(
        f"{what} kept changing meanwhile: give the same command again, it goes on where it stopped"
    )
