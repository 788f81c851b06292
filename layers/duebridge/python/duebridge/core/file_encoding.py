"""Tells by its first bytes whether a file is UTF-8 text, and if not, what it is and how to save it right.

Other encodings are refused, not guessed: a name decoded wrongly would be texted wrongly, and a long file is
read on from its middle, where there is nothing left to guess from.
"""

import re
from enum import StrEnum

from .errors import DueBridgeError

UTF8_MARK = b"\xef\xbb\xbf"
SAMPLE_BYTES = 64 * 1024
"""How much of a file's start is looked at before it is read."""

_SIGNATURES = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"%PDF", "a PDF document"),
)
_HOW_TO_SAVE = (
    "save it as UTF-8: in Excel 'Save As', 'CSV UTF-8 (Comma delimited)'; "
    "on a command line: iconv -f {encoding} -t UTF-8 FILE > NEW_FILE"
)
_OTHER_SHARE = 0.1
"""A file is called other than UTF-8 when at least this share of its lines is; below, its rows are refused."""


class Refusal(StrEnum):
    """Why a whole file was refused."""

    EMPTY = "empty"
    NO_ROWS = "no_rows"
    NOT_TEXT = "not_text"
    NOT_UTF8 = "not_utf8"
    WRONG_DELIMITER = "wrong_delimiter"
    WRONG_LINE_ENDS = "wrong_line_ends"
    NOT_A_TABLE = "not_a_table"
    MISSING_COLUMNS = "missing_columns"
    REPEATED_COLUMN = "repeated_column"
    WRONG_MAPPING = "wrong_mapping"
    OLDER_FILE = "older_file"


class FileRefusedError(DueBridgeError):
    """The file is no loan or payments file at all, and none of it is used. The text says how to mend it."""

    code: Refusal

    def __init__(self, code: Refusal, message: str) -> None:
        super().__init__(message)
        self.code = code


def refuse_other_than_utf8(sample: bytes) -> None:
    """Raises FileRefusedError if the first bytes of a file are not UTF-8 text."""
    if not sample.removeprefix(UTF8_MARK).strip():
        raise FileRefusedError(Refusal.EMPTY, "the file is empty; export it again")
    encoding = _wide_encoding(sample)
    if encoding is None:
        _refuse_binary(sample)
        encoding = _narrow_encoding(sample)
    if encoding is not None:
        how = _HOW_TO_SAVE.format(encoding=encoding)
        raise FileRefusedError(Refusal.NOT_UTF8, f"the file is not UTF-8; it looks like {encoding}; {how}")


def whole_lines(sample: bytes) -> list[bytes]:
    """The lines of a sample that are not blank, without the one that its end may have cut in two."""
    lines = sample.split(b"\n")
    if len(sample) >= SAMPLE_BYTES:
        lines.pop()
    return [line for line in lines if line.strip()]


def is_utf8(raw: bytes) -> bool:
    """Whether these bytes are whole UTF-8 text."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse_binary(sample: bytes) -> None:
    for signature, kind in _SIGNATURES:
        if sample.startswith(signature):
            raise FileRefusedError(Refusal.NOT_TEXT, f"the file is {kind}; export it as CSV (UTF-8) instead")
    first_line = sample.removeprefix(UTF8_MARK).lstrip().split(b"\n", 1)[0]
    if re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", first_line):
        raise FileRefusedError(Refusal.NOT_TEXT, "the file is not text; export the loans or payments as CSV (UTF-8)")


def _wide_encoding(sample: bytes) -> str | None:
    """UTF-16 and UTF-32 by their marks, or UTF-16 by the zero bytes of its digits and commas."""
    if sample.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "UTF-32"
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    even, odd = sample[0::2], sample[1::2]
    if odd.count(0) > len(odd) // 3 and even.count(0) == 0:
        return "UTF-16LE"
    if even.count(0) > len(even) // 3 and odd.count(0) == 0:
        return "UTF-16BE"
    return None


def _narrow_encoding(sample: bytes) -> str | None:
    """None if the file may pass as UTF-8; else what most of its lines look like."""
    lines = whole_lines(sample)
    foreign = [line for line in lines if not line.isascii()]
    broken = [line for line in foreign if not is_utf8(line)]
    few = len(broken) * 2 <= len(foreign) or len(broken) < len(lines) * _OTHER_SHARE
    if not broken or (few and is_utf8(lines[0])):
        return None
    return "GB18030" if _looks_chinese(b"\n".join(broken)) else "WINDOWS-1252"


def _looks_chinese(text: bytes) -> bool:
    """GB18030 writes common characters as pairs of high bytes; in western encodings they stand alone."""
    try:
        text.decode("gb18030")
    except UnicodeDecodeError:
        return False
    runs = re.findall(rb"[\x80-\xff]+", text)
    return sum(len(run) % 2 == 0 for run in runs) * 2 > len(runs)
