"""Builders of loan files for tests: a good row, and files made of rows."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping

from duebridge.core.file_reading import Continuation, Source
from duebridge.core.file_results import Accepted, Rejected, Result
from duebridge.core.file_rows import Reading
from duebridge.core.loan_file import LoanChecks, Phone, WrongPhoneError, read_loans
from duebridge.core.loan_row import LoanRow

GOOD = {
    "loan_id": "L000001",
    "agreement_number": "CN260131618184",
    "borrower_id": "B000001",
    "full_name": "付桂英",
    "salutation": "女士",
    "phone": "+8613800138001",
    "country": "CN",
    "locale": "zh-CN",
    "time_zone": "Asia/Shanghai",
    "product": "数码分期",
    "currency": "CNY",
    "principal": "4676.00",
    "outstanding_balance": "4130.47",
    "amount_due": "826.09",
    "due_date": "2026-03-03",
    "instalment_amount": "826.09",
    "instalments_total": "6",
    "instalments_paid": "1",
    "opened_on": "2026-01-03",
    "maturity_date": "2026-07-03",
    "prior_delinquencies": "3",
}


def good(**changes: str) -> dict[str, str]:
    """A good row, or one with some cells changed."""
    return {**GOOD, **changes}


def csv_text(rows: Iterable[Mapping[str, str]], header: Iterable[str] = GOOD) -> str:
    """A file with a header; values are quoted where they must be."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(header), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def line(row: Mapping[str, str]) -> str:
    """One row without its header."""
    return csv_text([row], row).split("\n", 1)[1]


def read_phone(text: str, country: str) -> Phone:
    """Stands in for the numbering plans."""
    if not text.startswith("+"):
        raise WrongPhoneError(f"{len(text)} digits without +; write it as E.164")
    return Phone(text, (f"zone of {country}",))


class Ids:
    """First lines of ids, in memory."""

    def __init__(self) -> None:
        self._lines: dict[str, int] = {}

    def first_line_of(self, loan_id: str, line: int) -> int | None:
        first = self._lines.setdefault(loan_id, line)
        return None if first == line else first


def checks(first_line_of: Callable[[str, int], int | None] | None = None) -> LoanChecks:
    """What the tests' rows are checked against."""
    return LoanChecks(
        read_phone=read_phone,
        first_line_of=first_line_of or Ids().first_line_of,
        locales=frozenset({"en-GB", "en-US", "zh-CN"}),
    )


def opened(
    file: str | bytes | Source, mapping: Mapping[str, str] | None = None, continued: Continuation | None = None
) -> Reading[LoanRow]:
    """A reading of a file given whole, or as a source."""
    if isinstance(file, str):
        file = file.encode()
    source = [file] if isinstance(file, bytes) else file
    return read_loans(source, checks(), mapping or {}, continued)


def results_of(file: str | bytes | Source, mapping: Mapping[str, str] | None = None) -> list[Result[LoanRow]]:
    """All results of a file."""
    return list(opened(file, mapping).results)


def accepted_ids(results: Iterable[Result[LoanRow]]) -> list[str]:
    """The loans that were taken."""
    return [result.row.loan_id for result in results if isinstance(result, Accepted)]


def rejections(results: Iterable[Result[LoanRow]]) -> list[Rejected]:
    """The rows that were not."""
    return [result for result in results if isinstance(result, Rejected)]


def rejection(**changes: str) -> Rejected:
    """What is said of a file of one row that is good but for these cells."""
    (result,) = results_of(csv_text([good(**changes)], good(**changes)))
    assert isinstance(result, Rejected)
    return result
