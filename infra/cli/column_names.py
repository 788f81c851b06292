"""Gives a file's columns the names that the stations know, on its way into the inbox. Every row keeps its line."""

import csv
import io
import json
import shutil
from collections.abc import Mapping
from typing import IO

from duebridge.core.csv_records import read_header
from duebridge.core.file_columns import Columns
from duebridge.core.file_encoding import UTF8_MARK
from duebridge.core.file_lines import RECORD_LIMIT_BYTES, Lines
from duebridge.core.file_reading import blocks


def rename_csv_columns(source: IO[bytes], target: IO[bytes], names: Mapping[str, str]) -> None:
    """Copies a CSV file with another header. `names` is the old name -> the new one, for every column of ours."""
    mark_bytes = _skip_mark(source)
    lines = Lines(blocks(source), mark_bytes, 1)
    header = read_header(lines, Columns((), (), {}))
    renamed = io.StringIO()
    # A column that means nothing to us must not bear a name that another one gets: it loses its own.
    csv.writer(renamed, lineterminator="\n").writerow(_one_line(_new_name(name, names) or "") for name in header)
    header_lines = lines.line - 1
    target.write(b"\n" * (header_lines - 1) + renamed.getvalue().encode())
    source.seek(lines.offset)
    shutil.copyfileobj(source, target)


def rename_json_names(source: IO[bytes], target: IO[bytes], names: Mapping[str, str]) -> None:
    """Copies a JSON Lines file with other names. A line that is no object stays as it is, to be rejected."""
    _skip_mark(source)
    # A line above the limit comes in pieces, none of which is an object.
    while raw := source.readline(RECORD_LIMIT_BYTES):
        target.write(_renamed_object(raw, names))


# Numbers stay as they are written: a float would lose cents.
_JSON = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


def _renamed_object(raw: bytes, names: Mapping[str, str]) -> bytes:
    try:
        values = _JSON.decode(raw.decode())
    except (ValueError, RecursionError):
        return raw
    if not isinstance(values, dict):
        return raw
    renamed = {new: value for name, value in values.items() if (new := _new_name(name, names)) is not None}
    return json.dumps(renamed).encode() + (b"\n" if raw.endswith(b"\n") else b"")


def _new_name(name: str, names: Mapping[str, str]) -> str | None:
    """None for a column of theirs whose name is wanted for another."""
    if name in names:
        return names[name]
    return None if name in names.values() else name


def _one_line(name: str) -> str:
    return " ".join(name.split())


def _skip_mark(source: IO[bytes]) -> int:
    """The size of the byte order mark that was passed over."""
    if source.read(len(UTF8_MARK)) == UTF8_MARK:
        return len(UTF8_MARK)
    source.seek(0)
    return 0
