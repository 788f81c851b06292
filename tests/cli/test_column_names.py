"""A file under other names says the same on the same lines."""

import io
import json
from collections.abc import Callable, Mapping
from typing import IO

import pytest

from duebridge.core.file_results import Rejected
from duebridge.core.payment_file import read_payments
from infra.cli.column_names import rename_csv_columns, rename_json_names

NAMES = {"id": "loan_id", "paid_on": "paid_on", "sum": "amount", "currency": "currency", "ref": "reference"}
HEADER = b"id,paid_on,sum,currency,ref\n"
OURS = b"loan_id,paid_on,amount,currency,reference\n"
ROW = b"L1,2026-03-12,877.26,CNY,P1\n"

type Rename = Callable[[IO[bytes], IO[bytes], Mapping[str, str]], None]


def renamed(rename: Rename, content: bytes, names: Mapping[str, str] = NAMES) -> bytes:
    """The file on its way into the inbox."""
    target = io.BytesIO()
    rename(io.BytesIO(content), target, names)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(HEADER + ROW, OURS + ROW, id="plain"),
        pytest.param(b"\xef\xbb\xbf" + HEADER + ROW, OURS + ROW, id="byte order mark"),
        pytest.param(HEADER.replace(b"\n", b"\r\n") + b"L1,\r\n", OURS + b"L1,\r\n", id="CRLF"),
        pytest.param(b"\n\n" + HEADER + ROW, b"\n\n" + OURS + ROW, id="blank lines before the header"),
        pytest.param(b'"id",paid_on,sum,currency,"ref"\n' + ROW, OURS + ROW, id="quoted names"),
        pytest.param(b'id,"a\nb",ref\n' + ROW, b"\nloan_id,a b,reference\n" + ROW, id="a name on two lines"),
        pytest.param(HEADER.rstrip(), OURS, id="a header alone"),
        pytest.param(b"id,note\n\xff\xfe,\x00\n", b"loan_id,note\n\xff\xfe,\x00\n", id="rows are not looked at"),
        pytest.param(b"id,reference,ref\n", b"loan_id,,reference\n", id="a name that another column gets"),
        pytest.param('id,"备注,甲"\n'.encode(), 'loan_id,"备注,甲"\n'.encode(), id="a name with a comma"),
    ],
)
def test_only_the_header_of_a_csv_file_changes(content: bytes, expected: bytes) -> None:
    assert renamed(rename_csv_columns, content) == expected


def test_two_names_may_change_places() -> None:
    assert renamed(rename_csv_columns, b"a,b\n1,2\n", {"a": "b", "b": "a"}) == b"b,a\n1,2\n"


def test_every_row_keeps_its_line() -> None:
    wrong = b"L2,2026-03-12,none,CNY,P2\n"
    file = (
        b'\n"id","paid_on","sum","currency","ref","a\nnote"\n'
        + ROW.replace(b"\n", b",\n")
        + wrong.replace(b"\n", b",\n")
    )
    mapping = {ours: theirs for theirs, ours in NAMES.items() if ours != theirs}
    before = [result for result in read_payments([file], mapping).results if isinstance(result, Rejected)]
    after = [
        result for result in read_payments([renamed(rename_csv_columns, file)]).results if isinstance(result, Rejected)
    ]
    assert [result.line for result in before] == [result.line for result in after] == [5]


def test_the_names_in_json_lines_change_and_numbers_stay_as_written() -> None:
    file = b'\xef\xbb\xbf{"id": "L1", "sum": 877.10, "extra": null}\n{"id": "L2"}'
    first, second = renamed(rename_json_names, file).splitlines()
    assert json.loads(first) == {"loan_id": "L1", "amount": "877.10", "extra": None}
    assert json.loads(second) == {"loan_id": "L2"}


def test_a_name_in_json_that_another_one_gets_is_left_out() -> None:
    assert json.loads(renamed(rename_json_names, b'{"loan_id": "theirs", "id": "L1"}')) == {"loan_id": "L1"}


@pytest.mark.parametrize("line", [b"oops\n", b"[1]\n", b"\n", b"\xff\n", b"{" * 200_000 + b"\n"], ids=range(5))
def test_a_line_that_is_no_object_stays_as_it_is(line: bytes) -> None:
    assert renamed(rename_json_names, line + b'{"id": "L1"}\n') == line + b'{"loan_id": "L1"}\n'
