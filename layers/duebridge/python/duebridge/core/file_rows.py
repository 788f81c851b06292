"""Turns the records of a file into checked rows, or into rejections that a person can act on."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from msgspec import Struct

from .file_columns import Columns
from .file_encoding import FileRefusedError, Refusal
from .file_reading import Continuation, RecordFile, Source
from .file_records import Record
from .file_results import Accepted, Fault, Rejected, Result

OUR_NAMES: Mapping[str, str] = MappingProxyType({})
"""The mapping of a file whose header uses our own names."""

type RowCheck[Row] = Callable[[int, tuple[str, ...]], Row | list[Fault]]
"""Reads the cells of the record that starts on a line: the row, or all that is wrong with it."""


class Reading[Row](Struct, frozen=True):
    """A file whose header is accepted, and its rows' results, to be read once."""

    header: tuple[str, ...]
    """What a continuation passes again; empty for JSON Lines."""
    ignored_columns: tuple[str, ...]
    """The file's columns that mean nothing to us, told once."""
    results: Iterator[Result[Row]]


def read_rows[Row](
    source: Source,
    columns: Columns,
    check: RowCheck[Row],
    continued: Continuation | None,
    *,
    may_be_empty: bool,
) -> Reading[Row]:
    """Raises FileRefusedError; from the results, if a file that may not be empty has no rows."""
    file = RecordFile(source, columns, continued)
    results = _results(file.records(), columns, check)
    if not may_be_empty and continued is None:
        results = _at_least_one(results)
    return Reading(file.header, file.ignored_columns, results)


def _results[Row](records: Iterator[Record], columns: Columns, check: RowCheck[Row]) -> Iterator[Result[Row]]:
    for record in records:
        line, cells, fault, next_offset, next_line = record
        outcome = [fault] if fault is not None else check(line, cells)
        if isinstance(outcome, list):
            yield _rejected(record, outcome, columns)
        else:
            yield Accepted(line, outcome, next_offset, next_line)


def _at_least_one[Row](results: Iterator[Result[Row]]) -> Iterator[Result[Row]]:
    found = False
    for result in results:
        found = True
        yield result
    if not found:
        raise FileRefusedError(
            Refusal.NO_ROWS,
            "the file has a header and no rows; taken as a full file, it would hold every loan",
        )


def _rejected(record: Record, faults: list[Fault], columns: Columns) -> Rejected:
    order = {name: index for index, name in enumerate(columns.names)}
    first, *others = sorted(faults, key=lambda fault: order.get(fault.column, -1))
    reason = first.reason
    if columns.their_name(first.column) != first.column:
        reason += f" (in the file: {columns.their_name(first.column)!r})"
    if others:
        reason += f"; and {len(others)} more wrong in this row: {', '.join(fault.column for fault in others)}"
    return Rejected(
        line=record.line,
        column=first.column,
        reason=reason,
        code=first.code,
        more_faults=len(others),
        next_offset=record.next_offset,
        next_line=record.next_line,
    )
