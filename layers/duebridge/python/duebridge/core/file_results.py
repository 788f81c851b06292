"""What reading a file says of each row: taken, or rejected with what is wrong and how to mend it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypedDict

from msgspec import Struct


class FaultCode(StrEnum):
    """What is wrong with a row; stable, for programs that read rejections."""

    NOT_UTF8 = "not_utf8"
    NUL_BYTE = "nul_byte"
    TOO_LONG = "too_long"
    WRONG_QUOTES = "wrong_quotes"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_FEW_COLUMNS = "too_few_columns"
    NOT_JSON = "not_json"
    MISSING_VALUE = "missing_value"
    CONTROL_CHARACTER = "control_character"
    TEXT_TOO_LONG = "text_too_long"
    WRONG_TEXT = "wrong_text"
    WRONG_PHONE = "wrong_phone"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_SUB = "unknown_sub"
    UNKNOWN_LOCALE = "unknown_locale"
    UNKNOWN_TIME_ZONE = "unknown_time_zone"
    UNKNOWN_CURRENCY = "unknown_currency"
    UNKNOWN_STATE = "unknown_state"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_COUNT = "wrong_count"
    WRONG_DATE = "wrong_date"
    WRONG_TIME = "wrong_time"
    DUE_AFTER_MATURITY = "due_after_maturity"
    OPENED_AFTER_MATURITY = "opened_after_maturity"
    PAID_ABOVE_TOTAL = "paid_above_total"
    DUPLICATE_LOAN = "duplicate_loan"
    OLDER_ROW = "older_row"
    ERASED = "erased"
    WHOLE_FILE = "whole_file"


WHOLE_ROW = "row"
"""Stands where a column's name would, when a fault is not of one column."""


class Fault(Struct, frozen=True):
    """One thing that is wrong in a row: the class of the bad value and how to mend it, never the value."""

    code: FaultCode
    column: str
    reason: str


class Accepted[Row](Struct, frozen=True):
    """A row that passed every check."""

    line: int
    """The physical line of the file, from 1, on which the record starts."""
    row: Row
    next_offset: int
    """Where a later reading may go on, in bytes from the start of the file."""
    next_line: int


class Rejected(Struct, frozen=True):
    """A row that is not used. Its first fault in the order of the columns is told, the others are named."""

    line: int
    column: str
    """Our name of the column, or `row`."""
    reason: str
    code: FaultCode
    more_faults: int
    next_offset: int
    next_line: int

    @property
    def message(self) -> str:
        """The rejection as one sentence."""
        return f"line {self.line}, {self.column}: {self.reason}"


type Result[Row] = Accepted[Row] | Rejected


class RejectedLine(TypedDict):
    """One entry of a summary's rejections."""

    line: int
    column: str
    reason: str


class Summary(TypedDict):
    """A whole file's outcome, as `duebridge import --json` writes it."""

    rows: int
    accepted: int
    rejected: list[RejectedLine]


def summarise[Row](results: Iterable[Result[Row]]) -> Summary:
    """Counts the rows and lists every rejection, however many."""
    accepted = 0
    rejected: list[RejectedLine] = []
    for result in results:
        if isinstance(result, Accepted):
            accepted += 1
        else:
            rejected.append({"line": result.line, "column": result.column, "reason": result.reason})
    return {"rows": accepted + len(rejected), "accepted": accepted, "rejected": rejected}
