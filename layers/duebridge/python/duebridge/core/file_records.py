"""One record of a file, cut out but not yet understood."""

from typing import NamedTuple

from .file_lines import RECORD_LIMIT_BYTES
from .file_results import WHOLE_ROW, Fault, FaultCode


class Record(NamedTuple):
    """One record: its cells in the order of `Columns.names`, or the fault that hides them."""

    line: int
    cells: tuple[str, ...]
    fault: Fault | None
    next_offset: int
    next_line: int


class FaultyRecordError(Exception):
    """Carries the fault of a record out of the places that find it."""

    def __init__(self, code: FaultCode, reason: str, column: str = WHOLE_ROW) -> None:
        super().__init__(reason)
        self.fault = Fault(code, column, reason)


def decoded(raw: bytes) -> str:
    """A line as text. Raises FaultyRecordError."""
    if b"\0" in raw:
        raise FaultyRecordError(FaultCode.NUL_BYTE, "a zero byte within the text; export the file again")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise FaultyRecordError(FaultCode.NOT_UTF8, "not UTF-8; save the whole file as UTF-8") from None


def too_long() -> FaultyRecordError:
    """What is wrong with a record above the limit, which is passed over and never held."""
    return FaultyRecordError(
        FaultCode.TOO_LONG,
        f"longer than {RECORD_LIMIT_BYTES} bytes; look for a missing line end, write one record on a line",
    )
