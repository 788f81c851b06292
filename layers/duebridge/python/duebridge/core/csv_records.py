"""Cuts CSV into records. One bad record never takes its neighbours with it: after a quote that nobody closed,
reading goes on at the next physical line."""

import csv
from collections.abc import Callable, Iterator
from operator import itemgetter

from .file_columns import Columns
from .file_encoding import FileRefusedError, Refusal
from .file_lines import RECORD_LIMIT_BYTES, Lines, PhysicalLine
from .file_records import FaultyRecordError, Record, decoded, too_long
from .file_results import FaultCode


def csv_records(lines: Lines, header: tuple[str, ...], columns: Columns) -> Iterator[Record]:
    """The records that follow the header, blank lines left out."""
    pick = _picker(header, columns)
    width = len(header)
    line = lines.line
    while (taken := lines.take()) is not None:
        fault = None
        cells: tuple[str, ...] = ()
        blank = False
        try:
            fields = _fields(taken, lines, width)
            blank = not fields
            if fields:
                fields.append("")  # what an absent optional column picks
                cells = tuple(map(str.strip, pick(fields)))
                blank = not any(cells) and not any(map(str.strip, fields))
        except FaultyRecordError as error:
            fault = error.fault
        if not blank:
            yield Record(line, cells, fault, lines.offset, lines.line)
        line = lines.line


def _picker(header: tuple[str, ...], columns: Columns) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes our cells, in our order, out of a record's fields and one empty field after them."""
    place = {name: index for index, name in enumerate(header)}
    return itemgetter(*(place.get(columns.their_name(name), len(header)) for name in columns.names))


def _fields(taken: PhysicalLine, lines: Lines, width: int) -> list[str]:
    """The fields of a record that starts with this line; none for a blank line."""
    raw = taken.raw
    if raw is None or b'"' in raw:
        return _quoted_fields(taken, lines, width)
    fields = decoded(raw).removesuffix("\r").split(",")
    if len(fields) != width:
        if not raw.strip():
            return []
        raise _width_fault(len(fields), width)
    return fields


def _quoted_fields(taken: PhysicalLine, lines: Lines, width: int | None) -> list[str]:
    """The fields of a record that may span lines. If it turns out wrong, only its first line is lost."""
    more: list[PhysicalLine] = []
    try:
        fields = next(csv.reader(_texts(taken, lines, more), strict=True), [])
    except (csv.Error, FaultyRecordError) as error:
        lines.give_back(more)
        if isinstance(error, FaultyRecordError) and not more:
            raise
        raise FaultyRecordError(
            FaultCode.WRONG_QUOTES,
            "a double quote that does not close, or text after one that does; "
            "write a quote within a value as two, and the value between quotes",
        ) from None
    if width is not None and len(fields) != width:
        lines.give_back(more)
        raise _width_fault(len(fields), width)
    return fields


def _texts(taken: PhysicalLine, lines: Lines, more: list[PhysicalLine]) -> Iterator[str]:
    """The first line of a record and as many after it as are asked for, which are noted in `more`."""
    size_bytes = 0
    following: PhysicalLine | None = taken
    while following is not None:
        size_bytes += following.size_bytes
        if following.raw is None or size_bytes > RECORD_LIMIT_BYTES:
            raise too_long()
        yield decoded(following.raw) + "\n"
        following = lines.take()
        if following is not None:
            more.append(following)


def _width_fault(fields: int, width: int) -> FaultyRecordError:
    if fields > width:
        return FaultyRecordError(
            FaultCode.TOO_MANY_COLUMNS,
            f"{fields} values for {width} columns; put a value that holds a comma between double quotes",
        )
    return FaultyRecordError(
        FaultCode.TOO_FEW_COLUMNS,
        f"{fields} values for {width} columns; a value or a comma is missing, or a line was broken in two",
    )


def read_header(lines: Lines, columns: Columns) -> tuple[str, ...]:
    """The names in the first line that is not blank. Raises FileRefusedError when it is no line of CSV."""
    while (taken := lines.take()) is not None:
        if taken.raw is None or taken.raw.strip():
            break
    if taken is None or taken.raw is None:
        raise FileRefusedError(
            Refusal.NOT_A_TABLE,
            f"the first line is longer than {RECORD_LIMIT_BYTES} bytes; is this a CSV file with a header?",
        )
    if b"\r" in taken.raw.removesuffix(b"\r"):
        raise FileRefusedError(
            Refusal.WRONG_LINE_ENDS, "lines end with CR alone; save the file with LF or CRLF line ends"
        )
    _refuse_other_delimiter(taken.raw, columns)
    try:
        return tuple(name.strip() for name in _quoted_fields(taken, lines, None))
    except FaultyRecordError as error:
        raise FileRefusedError(Refusal.NOT_A_TABLE, f"the header is no line of CSV: {error}") from error


def _refuse_other_delimiter(raw: bytes, columns: Columns) -> None:
    wanted = {columns.their_name(name) for name in columns.required}
    for delimiter, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        parts = {part.strip().strip('"') for part in raw.decode(errors="replace").split(delimiter)}
        if len(wanted & parts) > 1:
            raise FileRefusedError(
                Refusal.WRONG_DELIMITER,
                f"the columns are separated by {name}; save the file as CSV with commas "
                "(in Excel: 'CSV UTF-8' under a regional setting whose list separator is the comma)",
            )
