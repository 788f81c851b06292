"""One answer for each line, in order, whatever the lines beside it hold."""

import json
import subprocess
import sys

import pytest

from infra.cli.json_lines import LINE_LIMIT_BYTES
from tests.cli.asking import answers, ids, lines, run

GOOD = '{"id": 1, "text": "hi"}\n'


def test_answers_come_in_the_order_of_the_lines() -> None:
    result = run("segments", stdin=lines(*({"id": number, "text": "hi"} for number in (3, 1, 2))))
    assert result.exit_code == 0
    assert ids(answers(result)) == [3, 1, 2]
    assert result.stderr == ""


def test_no_lines_are_no_answers() -> None:
    assert run("segments").output == ""


def test_blank_lines_are_passed_over_and_counted() -> None:
    result = run("segments", stdin="\n  \r\n" + GOOD + "oops\n")
    assert ids(answers(result)) == [1]
    assert result.stderr.startswith("line 4: ")


@pytest.mark.parametrize("identity", ["L1", 7, 1.5, None, True, ["a"], {"b": 1}, "贷款\u2028\ud800"])
def test_the_id_comes_back_as_it_was(identity: object) -> None:
    result = run("segments", stdin=lines({"id": identity, "text": "hi"}))
    assert ids(answers(result)) == [identity]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        pytest.param(b"oops", "not JSON", id="no JSON"),
        pytest.param(b'{"id": 1, "text": "hi"', "not JSON", id="cut short"),
        pytest.param(b"[1]", "no JSON object", id="a list"),
        pytest.param(b"null", "no JSON object", id="null"),
        pytest.param(b'{"text": "hi"}', "no id", id="no id"),
        pytest.param(b'{"id": 1}', "text: missing", id="no text"),
        pytest.param(b'{"id": 1, "text": null}', "text: another kind", id="null text"),
        pytest.param(b'{"id": 1, "text": 5}', "text: another kind", id="a number as text"),
        pytest.param(b'{"id": NaN, "text": "hi"}', "not JSON", id="NaN"),
        pytest.param(b'{"id": 1e999, "text": "hi"}', "id: ", id="infinite"),
        pytest.param(b'{"id": ' + b"9" * 5000 + b', "text": "hi"}', "not JSON", id="a number of 5,000 digits"),
        pytest.param(b"[" * 100_000, "not JSON", id="deep"),
        pytest.param(b'{"id": 1, "text": "\xd6\xd0"}', "not UTF-8", id="GB18030"),
        pytest.param(b'{"id": 1, "text": "' + b"x" * LINE_LIMIT_BYTES + b'"}', "longer than", id="too long"),
    ],
)
def test_a_wrong_line_is_told_and_costs_nobody_else_an_answer(wrong: bytes, reason: str) -> None:
    result = run("segments", stdin=GOOD.encode() + wrong + b"\n" + GOOD.encode())
    assert result.exit_code == 1
    assert ids(answers(result)) == [1, 1]
    assert result.stderr.startswith(f"line 2: {reason}")
    assert len(result.stderr.splitlines()) == 1


def test_an_error_repeats_nothing_of_the_text() -> None:
    result = run("segments", stdin='{"id": 1, "text": ["+13125550101"]}\n{"id": 2, "text": "+13125550101\n')
    assert "3125550101" not in result.output


def test_a_line_at_the_limit_is_answered() -> None:
    frame = len('{"id": 1, "text": ""}')
    result = run("segments", stdin='{"id": 1, "text": "' + "x" * (LINE_LIMIT_BYTES - frame) + '"}\n' + GOOD)
    assert ids(answers(result)) == [1, 1]


def test_a_last_line_without_an_end_is_answered() -> None:
    assert ids(answers(run("segments", stdin=GOOD.rstrip()))) == [1]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert ids(answers(run("segments", stdin=b"\xef\xbb\xbf" + GOOD.encode()))) == [1]


def duebridge(*arguments: str) -> subprocess.Popen[bytes]:
    """A process of its own, with pipes at both ends and a locale that is not UTF-8."""
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "infra.cli.main", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"},
    )


def test_text_is_utf8_whatever_the_locale() -> None:
    with duebridge("segments") as process:
        out, err = process.communicate('{"id": "一", "text": "还款"}\n'.encode())
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out) == {"id": "一", "encoding": "UCS-2", "units": 2, "segments": 1}


def test_an_answer_comes_before_the_next_line_is_written() -> None:
    with duebridge("segments") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(2):
            process.stdin.write(GOOD.encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == 1


def test_a_reader_that_leaves_early_is_no_error_message() -> None:
    with duebridge("segments") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        process.stdin.write(GOOD.encode())
        process.stdin.close()
        assert process.stderr.read() == b""
