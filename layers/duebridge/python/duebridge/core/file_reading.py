"""Cuts a CSV or JSON Lines file of any size into records, holding one record and one block at a time.

One bad record never takes its neighbours with it: after a quote that nobody closed, reading goes on at the
next physical line.
"""

import csv
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, Protocol, runtime_checkable

from .file_encoding import (
    SAMPLE_BYTES,
    UTF8_MARK,
    FileRefusedError,
    Refusal,
    refuse_other_than_utf8,
    whole_lines,
)
from .file_results import WHOLE_ROW, Fault, FaultCode

RECORD_LIMIT_BYTES = 64 * 1024
BLOCK_BYTES = 256 * 1024


@runtime_checkable
class BinaryStream(Protocol):
    """A file opened in binary mode, or the body of an S3 object."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


type Source = BinaryStream | Iterable[bytes]
"""Where a file's bytes come from: a stream, or blocks of any size."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that a kind of file has, and what the lender calls them where the name differs."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    theirs: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """All our names, in the order of a record's cells."""
        return self.required + self.optional

    def their_name(self, name: str) -> str:
        """What the lender's header calls our column."""
        return self.theirs.get(name, name)

    def shown(self, name: str) -> str:
        """Our name, with theirs beside it where it differs."""
        theirs = self.their_name(name)
        return name if theirs == name else f"{name} (mapped to {theirs!r})"


@dataclass(frozen=True, slots=True)
class Continuation:
    """Where an earlier reading of a file stopped. The source then starts at this offset of the file."""

    header: tuple[str, ...]
    """The header as that reading reported it; empty for JSON Lines."""
    offset: int
    line: int


class Record(NamedTuple):
    """One record: its cells in the order of `Columns.names`, or the fault that hides them."""

    line: int
    cells: tuple[str, ...]
    fault: Fault | None
    next_offset: int
    next_line: int


class RecordFile:
    """An opened file: its header is read and found right, its records wait to be read once."""

    header: tuple[str, ...]
    """Empty for JSON Lines, whose records name their own cells."""
    ignored_columns: tuple[str, ...] = ()
    """The file's columns that mean nothing to us."""

    def __init__(self, source: Source, columns: Columns, continued: Continuation | None = None) -> None:
        """Raises FileRefusedError when the file is not of this kind at all."""
        _refuse_unknown_names(columns)
        self._columns = columns
        if continued is None:
            self._open(source)
        else:
            self.header = continued.header
            self._lines = _Lines(blocks(source), continued.offset, continued.line)

    def records(self) -> Iterator[Record]:
        """The records in order, blank lines left out."""
        if self.header:
            return _csv_records(self._lines, self.header, self._columns)
        return _json_records(self._lines, self._columns)

    def _open(self, source: Source) -> None:
        sample, rest = peek(source)
        refuse_other_than_utf8(sample)
        text = sample.removeprefix(UTF8_MARK)
        self._lines = _Lines(chain([text], rest), len(sample) - len(text), 1)
        if text.lstrip().startswith(b"["):
            raise FileRefusedError(
                Refusal.NOT_A_TABLE, "the file is a JSON array; write JSON Lines: one object on each line"
            )
        if text.lstrip().startswith(b"{"):
            self.header = ()
            names = _json_names(text)
        else:
            names = self.header = _read_header(self._lines, self._columns)
        self.ignored_columns = _check_names(names, self._columns)


def peek(source: Source) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes of a file, enough to tell what it is, and the blocks after them."""
    rest = blocks(source)
    sample = bytearray()
    for block in rest:
        sample += block
        if len(sample) >= SAMPLE_BYTES:
            break
    return bytes(sample), rest


def blocks(source: Source) -> Iterator[bytes]:
    """A source as blocks."""
    if isinstance(source, BinaryStream):
        stream = source
        return iter(lambda: stream.read(BLOCK_BYTES), b"")
    return iter(source)


def column_names(sample: bytes) -> tuple[str, ...]:
    """The names of a file's columns by its first bytes, to tell one kind of file from another.

    Raises FileRefusedError when the bytes are no table of any kind.
    """
    refuse_other_than_utf8(sample)
    text = sample.removeprefix(UTF8_MARK)
    if text.lstrip().startswith(b"{"):
        return _json_names(text)
    return _read_header(_Lines(iter([text]), 0, 1), Columns((), (), {}))


class _Taken(NamedTuple):
    """One physical line without its line feed; None instead of a line above the limit."""

    raw: bytes | None
    size_bytes: int


class _Lines:
    """The physical lines of a file, and the place in it after the line last taken."""

    def __init__(self, source: Iterator[bytes], offset: int, line: int) -> None:
        self._blocks = source
        self._ready: deque[_Taken] = deque()
        self._begun: list[bytes] = []
        self._begun_bytes = 0
        self.offset = offset
        self.line = line

    def take(self) -> _Taken | None:
        """The next line; None at the end of the file."""
        if not self._ready and not self._read_on():
            return None
        taken = self._ready.popleft()
        self.offset += taken.size_bytes
        self.line += 1
        return taken

    def give_back(self, lines: list[_Taken]) -> None:
        """Lines taken in vain are taken again, in their order."""
        self._ready.extendleft(reversed(lines))
        self.offset -= sum(taken.size_bytes for taken in lines)
        self.line -= len(lines)

    def _read_on(self) -> bool:
        for block in self._blocks:
            first, *others = block.split(b"\n")
            self._begin(first)
            if others:
                last = others.pop()
                self._end(line_feed_bytes=1)
                self._ready.extend(
                    _Taken(raw if len(raw) < RECORD_LIMIT_BYTES else None, len(raw) + 1) for raw in others
                )
                self._begin(last)
                return True
        if self._begun_bytes:
            self._end(line_feed_bytes=0)
            return True
        return False

    def _begin(self, part: bytes) -> None:
        """A line may come in many blocks, and one without an end must not fill the memory."""
        self._begun_bytes += len(part)
        if self._begun_bytes < RECORD_LIMIT_BYTES:
            self._begun.append(part)
        else:
            self._begun.clear()

    def _end(self, line_feed_bytes: int) -> None:
        whole = b"".join(self._begun) if self._begun_bytes < RECORD_LIMIT_BYTES else None
        self._ready.append(_Taken(whole, self._begun_bytes + line_feed_bytes))
        self._begun.clear()
        self._begun_bytes = 0


class _FaultyRecordError(Exception):
    """Carries the fault of a record out of the places that find it."""

    def __init__(self, code: FaultCode, reason: str, column: str = WHOLE_ROW) -> None:
        super().__init__(reason)
        self.fault = Fault(code, column, reason)


def _csv_records(lines: _Lines, header: tuple[str, ...], columns: Columns) -> Iterator[Record]:
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
        except _FaultyRecordError as error:
            fault = error.fault
        if not blank:
            yield Record(line, cells, fault, lines.offset, lines.line)
        line = lines.line


def _picker(header: tuple[str, ...], columns: Columns) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes our cells, in our order, out of a record's fields and one empty field after them."""
    place = {name: index for index, name in enumerate(header)}
    return itemgetter(*(place.get(columns.their_name(name), len(header)) for name in columns.names))


def _fields(taken: _Taken, lines: _Lines, width: int) -> list[str]:
    """The fields of a record that starts with this line; none for a blank line."""
    raw = taken.raw
    if raw is None or b'"' in raw:
        return _quoted_fields(taken, lines, width)
    fields = _text(raw).removesuffix("\r").split(",")
    if len(fields) != width:
        if not raw.strip():
            return []
        raise _width_fault(len(fields), width)
    return fields


def _quoted_fields(taken: _Taken, lines: _Lines, width: int | None) -> list[str]:
    """The fields of a record that may span lines. If it turns out wrong, only its first line is lost."""
    more: list[_Taken] = []

    def texts() -> Iterator[str]:
        size_bytes = 0
        following: _Taken | None = taken
        while following is not None:
            size_bytes += following.size_bytes
            if following.raw is None or size_bytes > RECORD_LIMIT_BYTES:
                raise _FaultyRecordError(
                    FaultCode.TOO_LONG if not more else FaultCode.WRONG_QUOTES,
                    f"longer than {RECORD_LIMIT_BYTES} bytes; look for a missing line end or closing quote",
                )
            yield _text(following.raw) + "\n"
            following = lines.take()
            if following is not None:
                more.append(following)

    try:
        fields = next(csv.reader(texts(), strict=True), [])
        if width is not None and len(fields) != width:
            raise _width_fault(len(fields), width)
    except csv.Error:
        lines.give_back(more)
        raise _FaultyRecordError(
            FaultCode.WRONG_QUOTES,
            "a double quote that does not close, or text after one that does; "
            "write a quote within a value as two, and the value between quotes",
        ) from None
    except _FaultyRecordError:
        lines.give_back(more)
        raise
    return fields


def _width_fault(fields: int, width: int) -> _FaultyRecordError:
    if fields > width:
        return _FaultyRecordError(
            FaultCode.TOO_MANY_COLUMNS,
            f"{fields} values for {width} columns; put a value that holds a comma between double quotes",
        )
    return _FaultyRecordError(
        FaultCode.TOO_FEW_COLUMNS,
        f"{fields} values for {width} columns; a value or a comma is missing, or a line was broken in two",
    )


def _text(raw: bytes) -> str:
    if b"\0" in raw:
        raise _FaultyRecordError(FaultCode.NUL_BYTE, "a zero byte within the text; export the file again")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise _FaultyRecordError(FaultCode.NOT_UTF8, "not UTF-8; save the whole file as UTF-8") from None


def _json_records(lines: _Lines, columns: Columns) -> Iterator[Record]:
    names = [(name, columns.their_name(name)) for name in columns.names]
    line = lines.line
    while (taken := lines.take()) is not None:
        fault = None
        cells: tuple[str, ...] = ()
        blank = False
        try:
            if taken.raw is None:
                raise _FaultyRecordError(
                    FaultCode.TOO_LONG, f"longer than {RECORD_LIMIT_BYTES} bytes; write one object on a line"
                )
            blank = not taken.raw.strip()
            if not blank:
                values = _json_object(_text(taken.raw))
                cells = tuple([_json_cell(values.get(theirs), name) for name, theirs in names])
        except _FaultyRecordError as error:
            fault = error.fault
        if not blank:
            yield Record(line, cells, fault, lines.offset, lines.line)
        line = lines.line


# Numbers stay as they are written: a float would lose cents.
_JSON = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def _json_object(text: str) -> dict[str, object]:
    try:
        value = _JSON.decode(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _FaultyRecordError(
            FaultCode.NOT_JSON, 'not a JSON object on one line; write {"loan_id": "...", ...} and a line end'
        )
    return value


def _json_cell(value: object, column: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    raise _FaultyRecordError(
        FaultCode.WRONG_TEXT, "true, false, a list or an object; write a text or a number", column
    )


def _json_names(text: bytes) -> tuple[str, ...]:
    """The names in any object of a sample: a column that one row leaves out is that row's fault alone."""
    names: dict[str, None] = {}
    for raw in whole_lines(text):
        try:
            names.update(dict.fromkeys(_json_object(_text(raw))))
        except _FaultyRecordError:
            continue
    if not names:
        raise FileRefusedError(
            Refusal.NOT_A_TABLE, "no line of the file's start is a JSON object; write one object on each line"
        )
    return tuple(names)


def _read_header(lines: _Lines, columns: Columns) -> tuple[str, ...]:
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
    except _FaultyRecordError as error:
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


def _check_names(names: tuple[str, ...], columns: Columns) -> tuple[str, ...]:
    """The names that mean nothing to us, in a file that has all that we need."""
    missing = [columns.shown(name) for name in columns.required if columns.their_name(name) not in names]
    if missing:
        raise FileRefusedError(
            Refusal.MISSING_COLUMNS,
            f"the file lacks {len(missing)} of {len(columns.required)} columns: {', '.join(missing)}; "
            "add them, or map the file's own names to ours (columns: {our_name: their_header})",
        )
    ours = {columns.their_name(name) for name in columns.names}
    repeated = sorted(name for name in ours if names.count(name) > 1)
    if repeated:
        raise FileRefusedError(
            Refusal.REPEATED_COLUMN,
            f"the header names these columns more than once: {', '.join(repeated)}; keep one of each",
        )
    return tuple(name for name in dict.fromkeys(names) if name and name not in ours)


def _refuse_unknown_names(columns: Columns) -> None:
    unknown = sorted(set(columns.theirs) - set(columns.names))
    if unknown:
        raise FileRefusedError(
            Refusal.WRONG_MAPPING,
            f"the mapping names columns that we do not have: {', '.join(unknown)}; "
            f"write our_name: their_header with our names: {', '.join(columns.names)}",
        )
