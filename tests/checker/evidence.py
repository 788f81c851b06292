"""What a run leaves behind in its files: texts, replies, payments, loans and the run's own summary."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, DecimalException
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo


class EvidenceError(Exception):
    """A file of the run cannot be read; the text says which file, which line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text that the carrier accepted."""

    at: datetime
    to: str
    body: str
    parts: int
    contact_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One text that a phone sent to the lender."""

    at: datetime
    sender: str
    body: str
    inbound_message_id: str


@dataclass(frozen=True, slots=True)
class Loan:
    """A row of the loan file, as far as it matters to the judgement."""

    loan_id: str
    borrower_id: str
    phone: str
    country: str
    time_zone: ZoneInfo
    currency: str
    amount_due: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    """A row of the payments file."""

    loan_id: str
    amount: Decimal
    currency: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentFact:
    """A payment at the instant when the system was told of it."""

    at: datetime
    loan_id: str
    amount: Decimal
    reference: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the run says became of one loan: texted or held, and why."""

    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """The figures the run printed: loans in the file, loans texted, loans held by reason."""

    loans: int
    texted: int
    held: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """The run's own account of every loan."""

    outcomes: Mapping[str, Outcome]
    funnel: Funnel


@dataclass(frozen=True, slots=True)
class LoanFile:
    """The loans of the file, and the ids of rows too broken to judge: no text may go out on those."""

    loans: list[Loan] = field(default_factory=list)
    broken_loan_ids: list[str] = field(default_factory=list)

    def loan_ids(self) -> frozenset[str]:
        """Every loan id that the file names, readable or not."""
        return frozenset(loan.loan_id for loan in self.loans) | frozenset(self.broken_loan_ids)


@dataclass(frozen=True, slots=True)
class Run:
    """Everything a run left behind; texts, replies and facts in the order of their instants."""

    texts: list[Text]
    loan_file: LoanFile
    payments: list[Payment] = field(default_factory=list)
    payment_facts: list[PaymentFact] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    summary: Summary | None = None


def read_run(
    carrier_log: Path, loans: Path, payments: Path, facts: Path, inbound: Path, summary: Path | None = None
) -> Run:
    """Read all files of a run. Raises EvidenceError for a file that cannot be read."""
    payment_facts = [fact for fact in _json_lines(facts, _payment_fact) if fact is not None]
    return Run(
        texts=sorted(_json_lines(carrier_log, _text), key=lambda text: text.at),
        loan_file=_loan_file(loans),
        payments=list(read_rows(payments, _payment)),
        payment_facts=sorted(payment_facts, key=lambda fact: fact.at),
        replies=sorted(_json_lines(inbound, _reply), key=lambda reply: reply.at),
        summary=None if summary is None else _summary(summary),
    )


def read_rows[Row](path: Path, read: Callable[[dict[str, str]], Row]) -> Iterator[Row]:
    """Each row of a CSV file with a header, through `read`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            try:
                yield read(row)
            except (KeyError, TypeError, ValueError, DecimalException) as exc:
                raise EvidenceError(_fault(path, rows.line_num, exc)) from exc


def _json_lines[Record](path: Path, read: Callable[[dict[str, Any]], Record]) -> Iterator[Record]:
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield read(json.loads(line, parse_float=Decimal))
            except (KeyError, TypeError, ValueError, DecimalException) as exc:
                raise EvidenceError(_fault(path, number, exc)) from exc


def _fault(path: Path, line: int, exc: Exception) -> str:
    # The exception's own text may quote a number or a message; only a missing key's name is safe to show.
    what = f"no {exc.args[0]!r}" if isinstance(exc, KeyError) else f"a value is not readable ({type(exc).__name__})"
    return f"{path.name} line {line}: {what}. Mend the file or the program that wrote it."


def _instant(value: str) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant


def _text(record: dict[str, Any]) -> Text:
    context = record.get("context") or {}
    return Text(
        at=_instant(record["at"]),
        to=record["to"],
        body=record["body"],
        parts=int(record["parts"]),
        contact_id=context.get("contact_id") or "",
        kind=context.get("kind") or "",
    )


def _reply(record: dict[str, Any]) -> Reply:
    return Reply(_instant(record["at"]), record["from"], record["body"], record["inbound_message_id"])


def _payment_fact(record: dict[str, Any]) -> PaymentFact | None:
    if record["kind"] != "payment":
        return None
    amount = Decimal(str(record["amount"]))
    return PaymentFact(_instant(record["at"]), record["loan_id"], amount, record["reference"])


def _payment(row: dict[str, str]) -> Payment:
    return Payment(row["loan_id"], Decimal(row["amount"]), row["currency"], row["reference"])


def _loan_file(path: Path) -> LoanFile:
    loans: dict[str, Loan] = {}
    broken: list[str] = []
    for loan_id, loan in read_rows(path, _loan):
        if loan is None:
            broken.append(loan_id)
        else:
            # A second row of the same loan is refused by the import; the first one holds.
            loans.setdefault(loan_id, loan)
    return LoanFile(list(loans.values()), broken)


def _loan(row: dict[str, str]) -> tuple[str, Loan | None]:
    loan_id = row["loan_id"]
    try:
        loan = Loan(
            loan_id=loan_id,
            borrower_id=row["borrower_id"],
            phone=row["phone"],
            country=row["country"],
            time_zone=ZoneInfo(row["time_zone"]),
            currency=row["currency"],
            amount_due=Decimal(row["amount_due"]),
        )
    except (KeyError, TypeError, ValueError, DecimalException, OSError):
        return loan_id, None
    return loan_id, loan


def _summary(path: Path) -> Summary:
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        return Summary(
            outcomes={
                loan_id: Outcome(record["outcome"], record.get("reason") or "")
                for loan_id, record in summary["loans"].items()
            },
            funnel=Funnel(
                loans=int(summary["funnel"]["loans"]),
                texted=int(summary["funnel"]["texted"]),
                held={reason: int(number) for reason, number in summary["funnel"]["held"].items()},
            ),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as exc:
        raise EvidenceError(_fault(path, 1, exc)) from exc
