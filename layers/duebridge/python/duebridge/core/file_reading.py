"""Opens a CSV or JSON Lines file of any size, or goes on with one, holding one record and one block at a time."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol, runtime_checkable

from msgspec import Struct

from .csv_records import csv_records, read_header
from .file_columns import Columns, columns_not_ours, refuse_unknown_names
from .file_encoding import SAMPLE_BYTES, UTF8_MARK, FileRefusedError, Refusal, refuse_other_than_utf8
from .file_lines import Lines
from .file_records import Record
from .json_records import json_names, json_records

BLOCK_BYTES = 256 * 1024


@runtime_checkable
class BinaryStream(Protocol):
    """A file opened in binary mode, or the body of an S3 object."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""


type Source = BinaryStream | Iterable[bytes]
"""Where a file's bytes come from: a stream, or blocks of any size."""


class Continuation(Struct, frozen=True):
    """Where an earlier reading of a file stopped. The source then starts at this offset of the file."""

    header: tuple[str, ...]
    """The header as that reading reported it; empty for JSON Lines."""
    offset: int
    line: int


class RecordFile:
    """An opened file: its header is read and found right, its records wait to be read once."""

    header: tuple[str, ...]
    """Empty for JSON Lines, whose records name their own cells."""
    ignored_columns: tuple[str, ...] = ()
    """The file's columns that mean nothing to us."""

    def __init__(self, source: Source, columns: Columns, continued: Continuation | None = None) -> None:
        """Raises FileRefusedError when the file is not of this kind at all."""
        refuse_unknown_names(columns)
        self._columns = columns
        if continued is None:
            self._open(source)
        else:
            self.header = continued.header
            self._lines = Lines(blocks(source), continued.offset, continued.line)

    def records(self) -> Iterator[Record]:
        """The records in order, blank lines left out."""
        if self.header:
            return csv_records(self._lines, self.header, self._columns)
        return json_records(self._lines, self._columns)

    def _open(self, source: Source) -> None:
        sample, rest = peek(source)
        refuse_other_than_utf8(sample)
        text = sample.removeprefix(UTF8_MARK)
        self._lines = Lines(chain([text], rest), len(sample) - len(text), 1)
        if text.lstrip().startswith(b"["):
            raise FileRefusedError(
                Refusal.NOT_A_TABLE, "the file is a JSON array; write JSON Lines: one object on each line"
            )
        if text.lstrip().startswith(b"{"):
            self.header = ()
            names = json_names(text)
        else:
            names = self.header = read_header(self._lines, self._columns)
        self.ignored_columns = columns_not_ours(names, self._columns)


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
        return json_names(text)
    return read_header(Lines(iter([text]), 0, 1), Columns((), (), {}))
