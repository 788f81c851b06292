"""`duebridge preview` prints what each loan would hear now, and sends nothing."""

import re
from pathlib import Path

import pytest

from infra.cli.preview import SAMPLE
from tests.cli.asking import answers, run

KEYS = ["loan_id", "country", "locale", "segment", "template", "text", "encoding", "segments", "price", "hold"]
NOW = ("--now", "2026-03-11T13:00Z")


def some_loans(tmp_path: Path, rows: int, *more: str) -> str:
    """The head of the sample as a file of its own."""
    file = tmp_path / "loan-book.csv"
    head = SAMPLE.read_text(encoding="utf-8-sig").splitlines()[: rows + 1]
    file.write_text("\n".join([*head, *more]) + "\n", encoding="utf-8")
    return str(file)


def test_json_gives_one_object_a_loan_with_the_keys_of_the_contract() -> None:
    result = run("preview", "--json")
    found = answers(result)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert len(found) == 1_000
    assert {tuple(each) for each in found} == {tuple(KEYS)}


def test_json_tells_a_text_with_its_cost_or_a_hold(tmp_path: Path) -> None:
    found = answers(run("preview", "--json", *NOW, "--loans", some_loans(tmp_path, 200)))
    texts = [each for each in found if each["text"]]
    held = [each for each in found if each["hold"]]
    assert texts
    assert held
    assert len(texts) + len(held) == len(found) == 200
    for each in texts:
        assert each["template"].startswith("unified/")
        assert each["encoding"] in ("GSM-7", "UCS-2")
        assert each["segments"] in (1, 2)
        assert each["price"] > 0
        assert each["hold"] is None
    for each in held:
        assert (each["template"], each["text"], each["encoding"]) == (None, None, None)
        assert (each["segments"], each["price"]) == (0, 0)


def test_chinese_is_written_as_it_is_read() -> None:
    first = run("preview", "--json").stdout.splitlines()[0]
    assert "海湾银行" in first


def test_another_lender_speaks_with_its_own_name_and_segments(tmp_path: Path) -> None:
    loans = some_loans(tmp_path, 50)
    found = answers(run("preview", "--json", *NOW, "--lender", "morning-finance", "--loans", loans))
    texts = [each for each in found if each["text"]]
    assert texts
    assert all("Morning Finance" in each["text"] or "晨光金融" in each["text"] for each in texts)
    assert {each["segment"] for each in found} > {"first-time"}


@pytest.mark.parametrize("lender", ["harbour-bank", "morning-finance"])
def test_the_totals_are_the_sums_of_the_lines(lender: str) -> None:
    texts = [each for each in answers(run("preview", "--json", *NOW, "--lender", lender)) if each["text"]]
    told = " ".join(run("preview", *NOW, "--lender", lender).stdout.split())
    for language in ("en", "zh"):
        spoken = [each for each in texts if each["locale"].startswith(language)]
        parts = sum(each["segments"] for each in spoken)
        dollars = sum(each["price"] for each in spoken)
        saved = sum(each["price"] / each["segments"] for each in spoken if each["segments"] > 1)
        assert (
            f"{language}: {len(spoken)} texts, {parts} parts, {parts / len(spoken):.2f} a text, USD {dollars:.2f}; "
            f"one part fewer in each longer text would save USD {saved:.2f}"
        ) in told


def test_the_table_has_a_row_for_each_text_and_each_reason(tmp_path: Path) -> None:
    loans = some_loans(tmp_path, 200)
    found = answers(run("preview", "--json", *NOW, "--loans", loans))
    told = run("preview", *NOW, "--loans", loans).stdout
    for template in {each["template"] for each in found if each["text"]}:
        number = sum(1 for each in found if each["template"] == template)
        assert re.search(rf"everyone\s+{template}\s+{number}\s", told)
    for reason in {each["hold"] for each in found if each["hold"]}:
        number = sum(1 for each in found if each["hold"] == reason)
        assert re.search(rf"{reason.replace('_', ' ')}\s+{number}\b", told)


def test_a_time_without_a_zone_is_utc(tmp_path: Path) -> None:
    loans = some_loans(tmp_path, 50)
    given = [run("preview", "--json", "--loans", loans, "--now", now).stdout for now in ("2026-03-11T13:00", NOW[1])]
    assert given[0] == given[1]


def test_a_wrong_row_is_told_on_stderr_and_costs_nobody_else_a_text(tmp_path: Path) -> None:
    loans = some_loans(tmp_path, 3, "L9,not a row")
    result = run("preview", "--json", *NOW, "--loans", loans)
    assert len(answers(result)) == 3
    assert result.stderr
    assert "1 rows of the file were rejected" in " ".join(run("preview", *NOW, "--loans", loans).stdout.split())


@pytest.mark.parametrize("content", [b"", b"name,amount\nWei,3\n", b"\x00\x01\x02"], ids=["empty", "columns", "binary"])
def test_a_file_that_is_no_loan_book_is_refused_with_a_message(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "book.csv"
    file.write_bytes(content)
    result = run("preview", "--json", "--loans", str(file))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")


def test_a_wrong_time_is_told_with_one_that_is_right() -> None:
    result = run("preview", "--now", "tomorrow")
    assert result.exit_code == 2
    assert "2026-03-11T09:00Z" in result.stderr


def test_an_unknown_lender_is_told_which_there_are() -> None:
    result = run("preview", "--lender", "nobody")
    assert result.exit_code == 1
    assert "harbour-bank, morning-finance" in result.stderr
