"""Reads a payments file: every row becomes a payment to book once by its reference, or a rejection."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from . import file_cells
from .file_cells import WrongCellError
from .file_columns import Columns
from .file_reading import Continuation, Source
from .file_results import Fault, FaultCode
from .file_rows import OUR_NAMES, Reading, read_rows
from .money import Money

REQUIRED_COLUMNS = ("loan_id", "paid_on", "amount", "currency", "reference")


class PaymentRow(Struct, frozen=True, kw_only=True):
    """One payment, or the reversal of one, as the lender's file states it."""

    loan_id: str
    paid_on: date
    amount: Money
    """Negative for a reversal."""
    reference: str

    @property
    def is_reversal(self) -> bool:
        """The lender takes a payment back, as after a returned direct debit: the debt rises again."""
        return self.amount.minor < 0


def looks_like(header: Collection[str], mapping: Mapping[str, str] = OUR_NAMES) -> bool:
    """Whether these columns are a payments file's and not a loan file's."""
    payments_alone = {mapping.get(name, name) for name in ("paid_on", "amount", "reference")}
    return payments_alone <= set(header) and mapping.get("due_date", "due_date") not in header


def read_payments(
    source: Source, mapping: Mapping[str, str] = OUR_NAMES, continued: Continuation | None = None
) -> Reading[PaymentRow]:
    """Opens a payments file and checks its rows as they are asked for. One without rows is a day without
    payments. Whether a reference is known already is for the book to say, since a file may come twice.

    Raises FileRefusedError if it is no payments file.
    """
    return read_rows(source, Columns(REQUIRED_COLUMNS, (), mapping), _payment, continued, may_be_empty=True)


def _payment(_line: int, cells: tuple[str, ...]) -> PaymentRow | list[Fault]:
    loan_id, paid_on, amount, currency, reference = cells
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, read, text in (
        ("loan_id", file_cells.identifier, loan_id),
        ("paid_on", file_cells.day, paid_on),
        ("currency", file_cells.currency, currency),
        ("reference", file_cells.identifier, reference),
    ):
        try:
            values[name] = read(text)
        except WrongCellError as error:
            faults.append(Fault(error.code, name, error.reason))
    if "currency" in values:
        try:
            values["amount"] = _amount(amount, values.pop("currency"))
        except WrongCellError as error:
            faults.append(Fault(error.code, "amount", error.reason))
    return faults or PaymentRow(**values)


def _amount(text: str, currency: str) -> Money:
    """A payment, or with a minus sign its reversal; never nothing."""
    paid = file_cells.amount(text.removeprefix("-"), currency)
    if paid.minor == 0:
        raise WrongCellError(
            FaultCode.WRONG_AMOUNT, "zero; write what was paid, or with a minus sign what was taken back"
        )
    return Money(-paid.minor, currency) if text.startswith("-") else paid
