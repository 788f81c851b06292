"""Reads one cell of a loan or payments file. A wrong one is described by its class, never repeated."""

import re
from datetime import date, datetime
from functools import lru_cache

from .file_results import FaultCode
from .money import Money, UnknownCurrencyError, WrongAmountError, exponent

ID_LIMIT = 64
TEXT_LIMIT = 200
_COUNT_LIMIT = 9_999
_YEARS = range(1950, 2151)
_REPEATED_CELLS = 4096
"""Dates and counts come again and again in a book; reading each once makes the whole import a quarter faster."""

_LINE_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]+")
# Control and direction characters can make a text read other than it is stored. The two joiners and the
# private use area stay: names in Indian scripts and rare Chinese names need them.
_HIDDEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


class WrongCellError(Exception):
    """The cell is wrong: why, and how to mend it."""

    def __init__(self, code: FaultCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def identifier(text: str) -> str:
    """An id of the lender's own."""
    if not text:
        raise missing_value()
    if len(text) > ID_LIMIT:
        raise WrongCellError(FaultCode.TEXT_TOO_LONG, f"{len(text)} characters; an id has at most {ID_LIMIT}")
    if not text.isprintable():
        raise WrongCellError(FaultCode.CONTROL_CHARACTER, "a hidden character in an id; remove it")
    return text


def words(text: str) -> str:
    """A name as a text will show it, on one line."""
    if not text:
        raise missing_value()
    return words_or_nothing(text)


def words_or_nothing(text: str) -> str:
    """A name that may be left out."""
    if not text.isprintable():
        text = _LINE_BREAKS.sub(" ", text)
        if _HIDDEN.search(text):
            raise WrongCellError(
                FaultCode.CONTROL_CHARACTER, "a control or other hidden character in a name; remove it"
            )
    if len(text) > TEXT_LIMIT:
        raise WrongCellError(FaultCode.TEXT_TOO_LONG, f"{len(text)} characters; a name has at most {TEXT_LIMIT}")
    return text


@lru_cache(maxsize=_REPEATED_CELLS)
def count(text: str) -> int:
    """How many instalments or delinquencies."""
    if not text:
        raise missing_value()
    if text.isascii() and text.isdigit() and len(text) <= 4:
        return int(text)
    if text.startswith("-"):
        raise WrongCellError(FaultCode.WRONG_COUNT, "below zero; write a whole number from 0")
    raise WrongCellError(FaultCode.WRONG_COUNT, f"not a whole number from 0 to {_COUNT_LIMIT}")


@lru_cache(maxsize=_REPEATED_CELLS)
def day(text: str) -> date:
    """A date of the calendar."""
    if not text:
        raise missing_value()
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise WrongCellError(FaultCode.WRONG_DATE, f"{_date_class(text)}; write 2026-03-31 (year-month-day)")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise WrongCellError(FaultCode.WRONG_DATE, "a day that is not in the calendar; correct it") from None
    if found.year not in _YEARS:
        raise WrongCellError(FaultCode.WRONG_DATE, f"a year outside {_YEARS[0]} to {_YEARS[-1]}; correct the date")
    return found


def moment(text: str) -> datetime:
    """A date and time with its zone."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or found.year not in _YEARS:
        raise WrongCellError(
            FaultCode.WRONG_TIME, "not a date and time with its zone; write 2026-03-31T09:00:00+08:00 or ...Z"
        )
    return found


def currency(text: str) -> str:
    """An active ISO 4217 code."""
    if not text:
        raise missing_value()
    try:
        exponent(text)
    except UnknownCurrencyError as error:
        raise WrongCellError(FaultCode.UNKNOWN_CURRENCY, str(error)) from None
    return text


def amount(text: str, currency_code: str) -> Money:
    """An amount of zero or more."""
    if not text:
        raise missing_value()
    try:
        return Money.parse(text, currency_code)
    except WrongAmountError as error:
        raise WrongCellError(FaultCode.WRONG_AMOUNT, str(error)) from None


def missing_value() -> WrongCellError:
    """What is wrong with an empty cell that must not be empty."""
    return WrongCellError(FaultCode.MISSING_VALUE, "no value; fill it in")


def _date_class(text: str) -> str:
    if re.fullmatch(r"[0-9]{1,4}[/.][0-9]{1,2}[/.][0-9]{1,4}", text):
        return "a date with slashes or dots"
    if re.fullmatch(r"[0-9]{8}", text):
        return "a date without hyphens"
    if re.fullmatch(r"[0-9]{1,5}(\.[0-9]+)?", text):
        return "a number, perhaps a spreadsheet's day count"
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", text):
        return "a date with a time"
    return "not a date"
