"""Reads a lender's loan file: every row becomes a loan to act on, or a rejection that says how to mend it."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Protocol

from msgspec import Struct

from . import file_cells
from .account_state import AccountState
from .countries import COUNTRIES
from .errors import DueBridgeError
from .file_cells import WrongCellError
from .file_columns import Columns
from .file_reading import Continuation, Source
from .file_results import Fault, FaultCode
from .file_rows import OUR_NAMES, Reading, read_rows
from .loan_row import LoanRow
from .time_zone import is_time_zone

REQUIRED_COLUMNS = (
    "loan_id",
    "agreement_number",
    "borrower_id",
    "full_name",
    "salutation",
    "phone",
    "country",
    "locale",
    "time_zone",
    "product",
    "currency",
    "principal",
    "outstanding_balance",
    "amount_due",
    "due_date",
    "instalment_amount",
    "instalments_total",
    "instalments_paid",
    "opened_on",
    "maturity_date",
    "prior_delinquencies",
)
OPTIONAL_COLUMNS = ("sub", "consent_source", "consent_at", "state")
_AMOUNTS = ("principal", "outstanding_balance", "amount_due", "instalment_amount")


class Phone(Struct, frozen=True):
    """A number that exists in a numbering plan."""

    e164: str
    zones: tuple[str, ...]


class WrongPhoneError(DueBridgeError):
    """The text is no telephone number. The reason tells its class and how to mend it, never the number."""

    code = "wrong_phone"


class PhoneReader(Protocol):
    """Reads a number as the lender wrote it, national numbers by the country of the row."""

    def __call__(self, text: str, country: str) -> Phone:
        """Raises WrongPhoneError."""


class LoanChecks(Struct, frozen=True):
    """What a row is checked against besides itself."""

    read_phone: PhoneReader
    first_line_of: Callable[[str, int], int | None]
    """Notes that a line has a loan id; the earlier line that has it, or None."""
    locales: Collection[str]
    """Those that we have texts in."""


def read_loans(
    source: Source,
    checks: LoanChecks,
    mapping: Mapping[str, str] = OUR_NAMES,
    continued: Continuation | None = None,
) -> Reading[LoanRow]:
    """Opens a loan file and checks its rows as they are asked for. `mapping` is our name -> their header.

    Raises FileRefusedError if it is no loan file; from the results, if it has a header and no rows.
    """
    columns = Columns(REQUIRED_COLUMNS, OPTIONAL_COLUMNS, mapping)
    return read_rows(source, columns, _LoanCheck(checks), continued, may_be_empty=False)


class _LoanCheck:
    """Reads the cells of one loan: the row, or everything that is wrong with it."""

    def __init__(self, checks: LoanChecks) -> None:
        self._checks = checks
        readers = _cell_readers(checks)
        names = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
        self._alone = [(index, name, readers[name]) for index, name in enumerate(names) if name in readers]
        self._amounts = [(names.index(name), name) for name in _AMOUNTS]
        self._phone = names.index("phone")
        self._sub = names.index("sub")

    def __call__(self, line: int, cells: tuple[str, ...]) -> LoanRow | list[Fault]:
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for index, name, read in self._alone:
            try:
                values[name] = read(cells[index])
            except WrongCellError as error:
                faults.append(Fault(error.code, name, error.reason))
        self._read_amounts(cells, values, faults)
        self._read_by_country(cells, values, faults)
        if faults:
            return faults + _contradictions(values)
        return _contradictions(values) or self._duplicate(line, values) or LoanRow(**values)

    def _read_amounts(self, cells: tuple[str, ...], values: dict[str, Any], faults: list[Fault]) -> None:
        currency = values.pop("currency", None)
        if currency is None:
            return
        for index, name in self._amounts:
            try:
                values[name] = file_cells.amount(cells[index], currency)
            except WrongCellError as error:
                faults.append(Fault(error.code, name, error.reason))

    def _read_by_country(self, cells: tuple[str, ...], values: dict[str, Any], faults: list[Fault]) -> None:
        country = values.get("country")
        if country is None:
            return
        try:
            values["sub"] = _sub(cells[self._sub], country)
        except WrongCellError as error:
            faults.append(Fault(error.code, "sub", error.reason))
        if not cells[self._phone]:
            missing = file_cells.missing_value()
            faults.append(Fault(missing.code, "phone", missing.reason))
            return
        try:
            phone = self._checks.read_phone(cells[self._phone], country)
        except WrongPhoneError as error:
            faults.append(Fault(FaultCode.WRONG_PHONE, "phone", str(error)))
        else:
            values["phone"], values["number_zones"] = phone.e164, phone.zones

    def _duplicate(self, line: int, values: dict[str, Any]) -> list[Fault]:
        """Only good rows are noted, so that a bad row never costs a good one with its id."""
        first_line = self._checks.first_line_of(values["loan_id"], line)
        if first_line is None:
            return []
        reason = f"the id of the loan on line {first_line}, which is kept; leave one row for each loan"
        return [Fault(FaultCode.DUPLICATE_LOAN, "loan_id", reason)]


type _CellReader = Callable[[str], object]


def _cell_readers(checks: LoanChecks) -> dict[str, _CellReader]:
    """The columns that can be read without looking at another one."""
    return {
        "loan_id": file_cells.identifier,
        "agreement_number": file_cells.identifier,
        "borrower_id": file_cells.identifier,
        "full_name": file_cells.words,
        "salutation": file_cells.words_or_nothing,
        "country": _one_of(
            COUNTRIES.__contains__,
            FaultCode.UNKNOWN_COUNTRY,
            "not an ISO 3166-1 code; write two capitals such as CN or GB",
        ),
        "locale": _one_of(
            checks.locales.__contains__,
            FaultCode.UNKNOWN_LOCALE,
            f"not a locale that we have texts in; write one of {', '.join(sorted(checks.locales))}",
        ),
        "time_zone": _one_of(
            is_time_zone,
            FaultCode.UNKNOWN_TIME_ZONE,
            "not an IANA time zone; write one such as Asia/Shanghai",
        ),
        "product": file_cells.words,
        "currency": file_cells.currency,
        "due_date": file_cells.day,
        "instalments_total": file_cells.count,
        "instalments_paid": file_cells.count,
        "opened_on": file_cells.day,
        "maturity_date": file_cells.day,
        "prior_delinquencies": file_cells.count,
        "consent_source": _or_none(file_cells.words),
        "consent_at": _or_none(file_cells.moment),
        "state": _or_none(_state),
    }


def _one_of(is_known: Callable[[str], bool], code: FaultCode, reason: str) -> _CellReader:
    def read(text: str) -> str:
        if is_known(text):
            return text
        raise WrongCellError(code, reason) if text else file_cells.missing_value()

    return read


def _or_none(read: _CellReader) -> _CellReader:
    return lambda text: read(text) if text else None


def _state(text: str) -> AccountState:
    try:
        return AccountState(text)
    except ValueError:
        raise WrongCellError(
            FaultCode.UNKNOWN_STATE, f"not a state; leave it empty or write one of {', '.join(AccountState)}"
        ) from None


def _sub(text: str, country: str) -> str | None:
    if not text:
        return None
    if re.fullmatch(rf"{country}-[A-Z0-9]{{1,3}}(-[A-Z0-9]{{1,5}})?", text):
        return text
    raise WrongCellError(
        FaultCode.UNKNOWN_SUB,
        f"not a part of {country}; write one such as US-MA or US-NY-NYC, or leave it empty",
    )


_NOT_ABOVE = (
    ("due_date", "maturity_date", FaultCode.DUE_AFTER_MATURITY, "a due date after maturity_date"),
    ("opened_on", "maturity_date", FaultCode.OPENED_AFTER_MATURITY, "an opening date after maturity_date"),
    (
        "instalments_paid",
        "instalments_total",
        FaultCode.PAID_ABOVE_TOTAL,
        "more instalments paid than instalments_total",
    ),
)


def _contradictions(values: Mapping[str, Any]) -> list[Fault]:
    """Cells that are right each alone, and wrong together."""
    return [
        Fault(code, name, f"{reason}; correct the one that is wrong")
        for name, limit, code, reason in _NOT_ABOVE
        if name in values and limit in values and values[name] > values[limit]
    ]


_NAMED_MOMENT = re.compile(
    r"(?<!\d)(?P<year>\d{4})-?(?P<month>\d\d)-?(?P<day>\d\d)[T_ -]?"
    r"(?P<hour>\d\d)[-:.]?(?P<minute>\d\d)(?:[-:.]?(?P<second>\d\d))?"
    r"(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?(?!\d)",
    re.ASCII,
)


def as_of(file_name: str, given: datetime | None, dropped_at: datetime) -> datetime:
    """The instant at which a file is true: as given, else as its name says (loans-20260311T060000Z.csv; UTC
    if it names no zone), else when it was dropped. A date without a time in the name does not count."""
    if given is not None:
        return given
    for match in _NAMED_MOMENT.finditer(_base_name(file_name)):
        try:
            return _moment(match)
        except ValueError:
            continue  # digits that are no date and time
    return dropped_at


def is_full(file_name: str) -> bool:
    """Whether the name says, by the word `full`, that loans absent from the file are to be held."""
    return re.search(r"(?<![a-z])full(?![a-z])", _base_name(file_name).lower()) is not None


def _base_name(file_name: str) -> str:
    return file_name.rpartition("/")[2]


def _moment(match: re.Match[str]) -> datetime:
    year, month, day, hour, minute = (int(match[name]) for name in ("year", "month", "day", "hour", "minute"))
    return datetime(year, month, day, hour, minute, int(match["second"] or 0), tzinfo=_zone(match["zone"]))


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
