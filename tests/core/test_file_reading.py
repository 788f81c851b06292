"""Files of any size and shape: what is refused whole, what costs one row, and how a reading goes on later."""

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.file_encoding import FileRefusedError, Refusal
from duebridge.core.file_lines import RECORD_LIMIT_BYTES
from duebridge.core.file_reading import Continuation, column_names, peek
from duebridge.core.file_results import Accepted, FaultCode, Result
from duebridge.core.loan_row import LoanRow
from tests.core.loan_files import (
    GOOD,
    accepted_ids,
    csv_text,
    good,
    line,
    opened,
    rejections,
    results_of,
)

HEADER = csv_text([])
TWO = csv_text([GOOD, good(loan_id="L000002")])
LATIN = "Jose\u0301 Müller"


def json_lines(*rows: Mapping[str, object]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


# --- Refused whole


def _only_western(row: dict[str, str]) -> dict[str, str]:
    return {**row, "full_name": "José Núñez", "salutation": "Mr", "product": "Crédito"}


REFUSED = [
    pytest.param(b"", Refusal.EMPTY, "the file is empty", id="empty"),
    pytest.param(b"\xef\xbb\xbf \r\n\n", Refusal.EMPTY, "the file is empty", id="blank but for its mark"),
    pytest.param(TWO.encode("gb18030"), Refusal.NOT_UTF8, "iconv -f GB18030 -t UTF-8", id="GB18030"),
    pytest.param(TWO.encode("gbk"), Refusal.NOT_UTF8, "looks like GB18030", id="GBK"),
    pytest.param(TWO.encode("utf-16"), Refusal.NOT_UTF8, "looks like UTF-16", id="UTF-16"),
    pytest.param(HEADER.encode("utf-16-le"), Refusal.NOT_UTF8, "UTF-16LE", id="UTF-16 without mark"),
    pytest.param(HEADER.encode("utf-16-be"), Refusal.NOT_UTF8, "UTF-16BE", id="UTF-16 big-endian"),
    pytest.param(TWO.encode("utf-32"), Refusal.NOT_UTF8, "looks like UTF-32", id="UTF-32"),
    pytest.param(csv_text([_only_western(GOOD)]).encode("cp1252"), Refusal.NOT_UTF8, "WINDOWS-1252", id="Windows-1252"),
    pytest.param(TWO.replace("phone", "电话").encode("gb18030"), Refusal.NOT_UTF8, "GB18030", id="Chinese header"),
    pytest.param(b"PK\x03\x04" + bytes(200), Refusal.NOT_TEXT, "an Excel workbook", id="xlsx"),
    pytest.param(gzip.compress(TWO.encode()), Refusal.NOT_TEXT, "compressed with gzip", id="gzip"),
    pytest.param(b"%PDF-1.7\n", Refusal.NOT_TEXT, "a PDF document", id="PDF"),
    pytest.param(b"\x7fELF\x02\x01\x01\x00\n", Refusal.NOT_TEXT, "not text", id="program"),
    pytest.param(b"<html><body>\n", Refusal.MISSING_COLUMNS, "lacks 21 of 21", id="web page"),
    pytest.param(line(GOOD).encode(), Refusal.MISSING_COLUMNS, "lacks 21 of 21", id="no header"),
    pytest.param(TWO.replace(",", ";").encode(), Refusal.WRONG_DELIMITER, "semicolons", id="semicolons"),
    pytest.param(TWO.replace(",", "\t").encode(), Refusal.WRONG_DELIMITER, "tabs", id="tabs"),
    pytest.param(b'"loan_id";"phone";"due_date"\n', Refusal.WRONG_DELIMITER, "semicolons", id="quoted semicolons"),
    pytest.param(TWO.replace("\n", "\r").encode(), Refusal.WRONG_LINE_ENDS, "CR alone", id="CR line ends"),
    pytest.param(b"[" + json.dumps(GOOD).encode() + b"]", Refusal.NOT_A_TABLE, "JSON array", id="JSON array"),
    pytest.param(b"{not json\n{neither}\n", Refusal.NOT_A_TABLE, "is a JSON object", id="broken JSON Lines"),
    pytest.param(b'{"a": 1}\n', Refusal.MISSING_COLUMNS, "lacks 21 of 21", id="other JSON Lines"),
    pytest.param(b"x" * (RECORD_LIMIT_BYTES + 1), Refusal.NOT_A_TABLE, "the first line is longer", id="endless"),
    pytest.param(b'"loan_id\nphone\n', Refusal.NOT_A_TABLE, "the header is no line of CSV", id="open quote"),
]


@pytest.mark.parametrize(("file", "code", "says"), REFUSED)
def test_a_file_that_is_no_loan_file_is_refused_and_told_how_to_mend_it(file: bytes, code: Refusal, says: str) -> None:
    with pytest.raises(FileRefusedError, match=says) as caught:
        opened(file)
    assert caught.value.code is code


@pytest.mark.parametrize(("file", "code", "says"), REFUSED)
def test_a_refusal_repeats_nothing_of_a_borrower(file: bytes, code: Refusal, says: str) -> None:
    with pytest.raises(FileRefusedError) as caught:
        opened(file)
    assert says in str(caught.value)
    assert caught.value.code is code
    for personal in (GOOD["full_name"], GOOD["phone"], GOOD["loan_id"]):
        assert personal not in str(caught.value)


# --- Taken in every usual shape


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(TWO.encode(), id="UTF-8"),
        pytest.param(TWO.encode("utf-8-sig"), id="UTF-8 with its mark"),
        pytest.param(TWO.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(TWO.removesuffix("\n").encode(), id="no last line end"),
        pytest.param(("\n" + TWO.replace("\n", "\n\n") + " \n").encode(), id="blank lines"),
        pytest.param((TWO + "," * (len(GOOD) - 1) + "\n").encode(), id="a row of commas"),
        pytest.param(TWO.replace(",", " , ").encode(), id="blanks around values"),
        pytest.param(json_lines(GOOD, good(loan_id="L000002")).encode(), id="JSON Lines"),
        pytest.param(json_lines(GOOD, good(loan_id="L000002")).encode("utf-8-sig"), id="JSON Lines, mark"),
        pytest.param(
            "".join('"' + '","'.join(row.split(",")) + '"\n' for row in TWO.splitlines()).encode(),
            id="every value quoted",
        ),
    ],
)
def test_the_same_two_loans_are_read_from_every_usual_shape(file: bytes) -> None:
    assert [r.row for r in results_of(file) if isinstance(r, Accepted)] == [
        r.row for r in results_of(TWO) if isinstance(r, Accepted)
    ]
    assert accepted_ids(results_of(file)) == ["L000001", "L000002"]
    assert rejections(results_of(file)) == []


def test_a_stream_is_read_like_blocks() -> None:
    assert results_of(io.BytesIO(TWO.encode())) == results_of(TWO)


def test_json_numbers_keep_their_digits_and_null_is_a_missing_value() -> None:
    text = json_lines(GOOD).replace('"826.09"', "826.09").replace('"6"', "6")
    (result,) = results_of(text)
    assert isinstance(result, Accepted)
    assert (result.row.amount_due.minor, result.row.instalments_total) == (82609, 6)
    (rejected,) = rejections(results_of(json_lines(good(), {**GOOD, "loan_id": "L2", "phone": None})))
    assert (rejected.line, rejected.column, rejected.code) == (2, "phone", FaultCode.MISSING_VALUE)


def test_json_lines_ignore_and_tell_keys_that_mean_nothing_to_us() -> None:
    reading = opened(json_lines({**GOOD, "branch": "Pudong"}))
    assert (reading.header, reading.ignored_columns) == ((), ("branch",))


# --- One row lost, its neighbours kept

BAD_LINES = [
    pytest.param(b"one,two\n", FaultCode.TOO_FEW_COLUMNS, "2 values for 21 columns", id="too few columns"),
    pytest.param(line(GOOD).strip().encode() + b",x\n", FaultCode.TOO_MANY_COLUMNS, "22 values", id="too many"),
    pytest.param(b"a\0b,c\n", FaultCode.NUL_BYTE, "a zero byte", id="zero byte"),
    pytest.param(b"a\xff\xfeb,c\n", FaultCode.NOT_UTF8, "not UTF-8", id="not UTF-8"),
    pytest.param(b"x" * (RECORD_LIMIT_BYTES + 5) + b"\n", FaultCode.TOO_LONG, "longer than 65536", id="long"),
    pytest.param(b'"never closed,1,2\n', FaultCode.WRONG_QUOTES, "does not close", id="open quote"),
    pytest.param(b'"closed"early,1,2\n', FaultCode.WRONG_QUOTES, "write a quote within", id="text after quote"),
]


@pytest.mark.parametrize(("bad", "code", "says"), BAD_LINES)
@pytest.mark.parametrize("quoted_later", [False, True], ids=["plain after", "quoted after"])
def test_a_bad_line_costs_itself_alone(bad: bytes, code: FaultCode, says: str, quoted_later: bool) -> None:
    after = good(loan_id="L000002", full_name="García, Wei" if quoted_later else "García")
    file = HEADER.encode() + line(GOOD).encode() + bad + line(after).encode()
    results = results_of(file)
    assert accepted_ids(results) == ["L000001", "L000002"]
    (rejected,) = rejections(results)
    assert (rejected.line, rejected.column, rejected.code) == (3, "row", code)
    assert says in rejected.reason


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        pytest.param('{"loan_id": \n', FaultCode.NOT_JSON, id="cut"),
        pytest.param("[" * 100_000 + "\n", FaultCode.TOO_LONG, id="long and deep"),
        pytest.param("[" * 60_000 + "\n", FaultCode.NOT_JSON, id="deep"),
        pytest.param('"text"\n', FaultCode.NOT_JSON, id="no object"),
        pytest.param(json.dumps({**GOOD, "phone": ["+86"]}) + "\n", FaultCode.WRONG_TEXT, id="list as a value"),
        pytest.param('{"loan_id": "\\ud800"}\n', FaultCode.CONTROL_CHARACTER, id="half a character"),
        pytest.param(json_lines({**GOOD, "amount_due": 1e30}), FaultCode.WRONG_AMOUNT, id="a number with an exponent"),
        pytest.param('{"amount_due": ' + "9" * 5000 + "}\n", FaultCode.MISSING_VALUE, id="a huge number"),
    ],
)
def test_a_bad_json_line_costs_itself_alone(bad: str, code: FaultCode) -> None:
    results = results_of(json_lines(GOOD) + bad + json_lines(good(loan_id="L000002")))
    assert accepted_ids(results) == ["L000001", "L000002"]
    (rejected,) = rejections(results)
    assert (rejected.line, rejected.code) == (2, code)


def test_a_row_starts_on_its_physical_line_after_quoted_line_breaks() -> None:
    noted = good(note="first\nsecond\r\nthird")
    file = csv_text([noted, good(loan_id="L000002", note="", phone="none")], noted)
    results = results_of(file)
    assert [result.line for result in results] == [2, 5]
    assert [result.next_line for result in results] == [5, 6]
    assert accepted_ids(results) == ["L000001"]


def test_a_row_over_several_lines_that_is_too_wide_costs_its_first_line_alone() -> None:
    wide = line(GOOD).strip() + ',"opened here\n' + line(good(loan_id="L000002")) + 'closed here"\n'
    results = results_of(HEADER + wide + line(good(loan_id="L000003")))
    assert accepted_ids(results) == ["L000002", "L000003"]
    assert [rejected.line for rejected in rejections(results)] == [2, 4]


# --- Any bytes, any blocks, any stop


def cut(file: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The file in blocks of these sizes, again and again."""
    at = turn = 0
    while at < len(file):
        size = sizes[turn % len(sizes)]
        yield file[at : at + size]
        at, turn = at + size, turn + 1


MIXED = (
    csv_text([good(note='quoted "twice",\r\nand broken', full_name=LATIN)], good(note=""))
    + line(good(loan_id="L000002", note="plain"))
    + "bad,row\n\n"
    + '"open,quote\n'
    + line(good(loan_id="L000003", note="欧元\n英镑", amount_due="x"))
    + line(good(loan_id="L000004", note=""))
).encode("utf-8-sig")
MIXED_JSON = (json_lines(GOOD, good(loan_id="L000002")) + '{"cut\n\n' + json_lines(good(loan_id="L3"))).encode()


@pytest.mark.parametrize("file", [MIXED, MIXED_JSON], ids=["CSV", "JSON Lines"])
@given(sizes=st.lists(st.integers(1, 700), min_size=1, max_size=8))
def test_where_the_blocks_end_does_not_matter(file: bytes, sizes: list[int]) -> None:
    assert results_of(cut(file, sizes)) == results_of(file)


@pytest.mark.parametrize("file", [MIXED, MIXED_JSON], ids=["CSV", "JSON Lines"])
def test_a_reading_goes_on_from_any_result_of_an_earlier_one(file: bytes) -> None:
    whole = opened(file)
    results = list(whole.results)
    assert len(results) > 3
    for number, last in enumerate(results, start=1):
        stopped = Continuation(whole.header, last.next_offset, last.next_line)
        later = opened(file[last.next_offset :], continued=stopped)
        assert list(later.results) == results[number:]


def results_or_refusal(file: bytes) -> list[Result[LoanRow]] | Refusal:
    """Whatever else is raised fails the test."""
    try:
        return results_of(file)
    except FileRefusedError as error:
        return error.code


rest_of_a_file = st.binary(max_size=300) | st.text(max_size=300).map(str.encode)


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_for_a_reason(file: bytes) -> None:
    assert results_or_refusal(file) in list(Refusal)


@given(rest_of_a_file)
def test_any_bytes_after_a_header_are_rejections(rest: bytes) -> None:
    outcome = results_or_refusal(HEADER.encode() + rest)
    if isinstance(outcome, list):
        assert len(rejections(outcome)) == len(outcome) > 0
    else:
        assert outcome in (Refusal.NO_ROWS, Refusal.NOT_UTF8)


@given(rest_of_a_file)
def test_any_bytes_after_a_json_line_are_rejections(rest: bytes) -> None:
    outcome = results_or_refusal(json_lines(GOOD).encode() + rest)
    if isinstance(outcome, list):
        assert accepted_ids(outcome) == ["L000001"]
    else:
        assert outcome is Refusal.NOT_UTF8


@given(st.lists(st.text(st.sampled_from('a,"\r\n\0\ufeff银{}\\'), max_size=60), min_size=1, max_size=6))
def test_good_rows_survive_any_bad_neighbours(neighbours: list[str]) -> None:
    # A quote that a later neighbour closes may take the rows between them; here each line closes its own.
    file = HEADER
    for number, text in enumerate(neighbours):
        file += text.replace('"', '""' if number % 2 else "") + "\n" + line(good(loan_id=f"L{number}"))
    assert accepted_ids(results_of(file)) == [f"L{number}" for number in range(len(neighbours))]


@given(st.text(st.sampled_from('a, "银'), max_size=40), st.integers(0, 3))
def test_good_rows_survive_a_quote_that_nobody_closes(text: str, at: int) -> None:
    lines = [line(good(loan_id=f"L{number}")) for number in range(4)]
    lines.insert(at, f'{text.replace(chr(34), "")},"{text.replace(chr(34), "")}\n')
    assert accepted_ids(results_of(HEADER + "".join(lines))) == ["L0", "L1", "L2", "L3"]


def test_memory_does_not_grow_with_the_file() -> None:
    def rows(number_of_rows: int) -> Iterator[bytes]:
        yield HEADER.encode()
        for number in range(number_of_rows):
            yield line(good(loan_id=f"L{number}", phone="none")).encode()

    def peak_bytes(number_of_rows: int) -> int:
        tracemalloc.start()
        try:
            for _result in opened(rows(number_of_rows)).results:
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak_bytes(1_000)  # the caches of dates and counts fill once
    assert peak_bytes(8_000) < 1.2 * peak_bytes(1_000)


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    def endless() -> Iterator[bytes]:
        yield HEADER.encode() + line(GOOD).encode()
        for _ in range(400):
            yield b"x" * 100_000
        yield b"\n" + line(good(loan_id="L000002")).encode()

    tracemalloc.start()
    try:
        results = results_of(endless())
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert accepted_ids(results) == ["L000001", "L000002"]
    assert [rejected.code for rejected in rejections(results)] == [FaultCode.TOO_LONG]
    assert peak_bytes < 2_000_000


# --- Telling a file by its start


def test_the_columns_are_told_by_the_first_bytes() -> None:
    sample, rest = peek(io.BytesIO(TWO.encode("utf-8-sig")))
    assert column_names(sample) == tuple(GOOD)
    assert b"".join([sample, *rest]).decode("utf-8-sig") == TWO
    assert column_names(json_lines(GOOD).encode()) == tuple(GOOD)
