"""Reads a lender's file on this machine with the checks of the stations that will take it in."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from duebridge.adapters.phone_numbers import PhoneNumbers
from duebridge.adapters.seen_ids import SeenIds
from duebridge.core import loan_file, payment_file
from duebridge.core.content import Content
from duebridge.core.file_reading import BinaryStream, column_names, peek
from duebridge.core.file_results import Rejected, Result
from duebridge.core.loan_file import LoanChecks, read_loans
from duebridge.core.payment_file import read_payments


class FileKind(StrEnum):
    """What a file holds; also the folder of the inbox that takes it."""

    LOANS = "loans"
    PAYMENTS = "payments"

    @property
    def columns(self) -> tuple[str, ...]:
        """Our names of all its columns."""
        if self is FileKind.PAYMENTS:
            return payment_file.REQUIRED_COLUMNS
        return loan_file.REQUIRED_COLUMNS + loan_file.OPTIONAL_COLUMNS

    def station_names(self, content: Content) -> Mapping[str, str]:
        """Our name -> the header that the station reads it by, where they differ."""
        return content.lender.columns if self is FileKind.LOANS else {}


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was read to its end."""

    kind: FileKind
    header: tuple[str, ...]
    """Empty for JSON Lines."""
    ignored_columns: tuple[str, ...]
    rows: int
    accepted: int


def check_file(
    stream: BinaryStream, mapping: Mapping[str, str], content: Content, note: Callable[[Rejected], None]
) -> Checked:
    """Tells `note` of each rejected row. `mapping` is our name -> their header, over the lender's own.

    Raises FileRefusedError.
    """
    sample, rest = peek(stream)
    source = chain([sample], rest)
    names = column_names(sample)
    if payment_file.looks_like(names, {**content.lender.columns, **mapping}):
        payments = read_payments(source, mapping)
        rows, accepted = _counted(payments.results, note)
        return Checked(FileKind.PAYMENTS, payments.header, payments.ignored_columns, rows, accepted)
    with SeenIds() as seen:
        checks = LoanChecks(PhoneNumbers(), seen.first_line_of, spoken_locales(content))
        loans = read_loans(source, checks, {**content.lender.columns, **mapping})
        rows, accepted = _counted(loans.results, note)
    return Checked(FileKind.LOANS, loans.header, loans.ignored_columns, rows, accepted)


def _counted[Row](results: Iterator[Result[Row]], note: Callable[[Rejected], None]) -> tuple[int, int]:
    """Rows, and how many of them are good."""
    rows = accepted = 0
    for result in results:
        rows += 1
        if isinstance(result, Rejected):
            note(result)
        else:
            accepted += 1
    return rows, accepted


def spoken_locales(content: Content) -> Collection[str]:
    """The locales that the import takes: those with texts, and the kinds of English that share one."""
    spoken = {locale for _, locale in content.templates}
    return spoken | {"en-US", "en-GB", "en-IN"} if "en" in spoken else spoken
