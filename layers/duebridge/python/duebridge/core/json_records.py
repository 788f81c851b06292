"""Cuts JSON Lines into records: one object on each line, its values as the file writes them."""

import json
from collections.abc import Iterator

from .file_columns import Columns
from .file_encoding import FileRefusedError, Refusal, whole_lines
from .file_lines import Lines
from .file_records import FaultyRecordError, Record, decoded, too_long
from .file_results import FaultCode


def json_records(lines: Lines, columns: Columns) -> Iterator[Record]:
    """The objects in order, blank lines left out."""
    names = [(name, columns.their_name(name)) for name in columns.names]
    line = lines.line
    while (taken := lines.take()) is not None:
        fault = None
        cells: tuple[str, ...] = ()
        blank = False
        try:
            if taken.raw is None:
                raise too_long()
            blank = not taken.raw.strip()
            if not blank:
                values = _json_object(decoded(taken.raw))
                cells = tuple([_json_cell(values.get(theirs), name) for name, theirs in names])
        except FaultyRecordError as error:
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
        raise FaultyRecordError(
            FaultCode.NOT_JSON, 'not a JSON object on one line; write {"loan_id": "...", ...} and a line end'
        )
    return value


def _json_cell(value: object, column: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    raise FaultyRecordError(FaultCode.WRONG_TEXT, "true, false, a list or an object; write a text or a number", column)


def json_names(text: bytes) -> tuple[str, ...]:
    """The names in any object of a sample: a column that one row leaves out is that row's fault alone."""
    names: dict[str, None] = {}
    for raw in whole_lines(text):
        try:
            names.update(dict.fromkeys(_json_object(decoded(raw))))
        except FaultyRecordError:
            continue
    if not names:
        raise FileRefusedError(
            Refusal.NOT_A_TABLE, "no line of the file's start is a JSON object; write one object on each line"
        )
    return tuple(names)
