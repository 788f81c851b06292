"""What a lender's loan file may hold, and what is said of every row that it may not."""

from copy import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.account_state import AccountState
from duebridge.core.file_encoding import FileRefusedError, Refusal
from duebridge.core.file_results import Accepted, FaultCode, summarise
from duebridge.core.loan_file import REQUIRED_COLUMNS, Phone, as_of, is_full, read_loans
from duebridge.core.money import Money
from tests.core.loan_files import (
    GOOD,
    accepted_ids,
    checks,
    csv_text,
    good,
    opened,
    read_phone,
    rejection,
    rejections,
    results_of,
)


def test_a_good_row_becomes_a_loan() -> None:
    (result,) = results_of(csv_text([GOOD]))
    assert isinstance(result, Accepted)
    row = result.row
    assert result.line == 2
    assert (row.loan_id, row.full_name, row.phone) == ("L000001", "付桂英", "+8613800138001")
    assert row.number_zones == ("zone of CN",)
    assert row.amount_due == Money(82609, "CNY")
    assert row.currency == "CNY"
    assert (row.due_date, row.maturity_date) == (date(2026, 3, 3), date(2026, 7, 3))
    assert (row.instalments_total, row.instalments_paid, row.prior_delinquencies) == (6, 1, 3)
    assert (row.sub, row.consent_source, row.consent_at, row.state) == (None, None, None, None)


def test_the_optional_columns_are_read_when_they_are_there() -> None:
    row = good(
        country="US",
        currency="USD",
        sub="US-NY-NYC",
        consent_source="contract",
        consent_at="2026-01-03T09:30:00+08:00",
        state="DISPUTED",
    )
    (result,) = results_of(csv_text([row], row))
    assert isinstance(result, Accepted)
    assert result.row.sub == "US-NY-NYC"
    assert result.row.consent_source == "contract"
    assert result.row.consent_at == datetime(2026, 1, 3, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    assert result.row.state is AccountState.DISPUTED


WRONG_CELLS = [
    pytest.param("phone", "13800138001", FaultCode.WRONG_PHONE, "digits without +", id="phone"),
    pytest.param("country", "UK", FaultCode.UNKNOWN_COUNTRY, "ISO 3166-1", id="country"),
    pytest.param("locale", "fr-FR", FaultCode.UNKNOWN_LOCALE, "one of en-GB, en-US, zh-CN", id="locale"),
    pytest.param("time_zone", "CST", FaultCode.UNKNOWN_TIME_ZONE, "such as Asia/Shanghai", id="time zone"),
    pytest.param("currency", "RMB", FaultCode.UNKNOWN_CURRENCY, "ISO 4217", id="currency"),
    pytest.param("principal", "-1.00", FaultCode.WRONG_AMOUNT, "a negative amount", id="negative amount"),
    pytest.param("amount_due", "none", FaultCode.WRONG_AMOUNT, "not a number", id="amount in words"),
    pytest.param("amount_due", "826.095", FaultCode.WRONG_AMOUNT, "3 decimals", id="too many decimals"),
    pytest.param("outstanding_balance", "4,130.47", FaultCode.WRONG_AMOUNT, "thousands", id="thousands"),
    pytest.param("instalment_amount", "NaN", FaultCode.WRONG_AMOUNT, "not a number", id="NaN"),
    pytest.param("due_date", "03/03/2026", FaultCode.WRONG_DATE, "slashes or dots", id="date with slashes"),
    pytest.param("due_date", "20260303", FaultCode.WRONG_DATE, "without hyphens", id="date without hyphens"),
    pytest.param("due_date", "46084", FaultCode.WRONG_DATE, "a spreadsheet's day count", id="day count"),
    pytest.param("due_date", "2026-03-03T00:00:00", FaultCode.WRONG_DATE, "a date with a time", id="time"),
    pytest.param("due_date", "2026-W10-2", FaultCode.WRONG_DATE, "not a date", id="week date"),
    pytest.param("opened_on", "2026-02-30", FaultCode.WRONG_DATE, "not in the calendar", id="30 February"),
    pytest.param("opened_on", "0001-01-01", FaultCode.WRONG_DATE, "a year outside", id="year 1"),
    pytest.param("maturity_date", "soon", FaultCode.WRONG_DATE, "not a date", id="no date"),
    pytest.param("due_date", "2026-07-04", FaultCode.DUE_AFTER_MATURITY, "after maturity_date", id="due late"),
    pytest.param("opened_on", "2026-07-04", FaultCode.OPENED_AFTER_MATURITY, "after maturity_date", id="opened late"),
    pytest.param("instalments_paid", "7", FaultCode.PAID_ABOVE_TOTAL, "instalments_total", id="overpaid"),
    pytest.param("instalments_total", "six", FaultCode.WRONG_COUNT, "whole number", id="count in words"),
    pytest.param("instalments_total", "6.0", FaultCode.WRONG_COUNT, "whole number", id="broken count"),
    pytest.param("prior_delinquencies", "-1", FaultCode.WRONG_COUNT, "below zero", id="negative count"),
    pytest.param("prior_delinquencies", "²", FaultCode.WRONG_COUNT, "whole number", id="superscript"),
    pytest.param("full_name", "Wei\x07", FaultCode.CONTROL_CHARACTER, "hidden character", id="control"),
    pytest.param("full_name", "Wei\u202egro", FaultCode.CONTROL_CHARACTER, "hidden character", id="reversed"),
    pytest.param("full_name", "W" * 201, FaultCode.TEXT_TOO_LONG, "201 characters", id="long name"),
    pytest.param("loan_id", "L" * 65, FaultCode.TEXT_TOO_LONG, "65 characters", id="long id"),
    pytest.param("loan_id", "L\u200b1", FaultCode.CONTROL_CHARACTER, "in an id", id="hidden in id"),
    pytest.param("sub", "CA-ON", FaultCode.UNKNOWN_SUB, "not a part of CN", id="part of another country"),
    pytest.param("state", "ANGRY", FaultCode.UNKNOWN_STATE, "write one of OPTED_OUT_SMS", id="state"),
    pytest.param("consent_at", "2026-01-03T09:30:00", FaultCode.WRONG_TIME, "with its zone", id="no zone"),
]


@pytest.mark.parametrize(("column", "value", "code", "reason"), WRONG_CELLS)
def test_a_wrong_cell_rejects_its_row_and_says_where_and_why(
    column: str, value: str, code: FaultCode, reason: str
) -> None:
    rejected = rejection(**{column: value})
    assert (rejected.line, rejected.column, rejected.code) == (2, column, code)
    assert reason in rejected.reason
    assert rejected.more_faults == 0
    assert rejected.message.startswith(f"line 2, {column}: ")


@pytest.mark.parametrize(("column", "value"), [(case.values[0], case.values[1]) for case in WRONG_CELLS[:19]])
def test_a_rejection_does_not_repeat_the_value(column: str, value: str) -> None:
    assert f" {value}" not in rejection(**{column: value}).message.removeprefix(f"line 2, {column}:")


@pytest.mark.parametrize("column", [name for name in REQUIRED_COLUMNS if name != "salutation"])
def test_a_missing_value_rejects_its_row(column: str) -> None:
    rejected = rejection(**{column: "  "})
    assert (rejected.column, rejected.code) == (column, FaultCode.MISSING_VALUE)
    assert "fill it in" in rejected.reason


def test_an_unknown_salutation_loses_no_loan() -> None:
    assert accepted_ids(results_of(csv_text([good(salutation="")]))) == ["L000001"]


def test_the_first_of_many_faults_is_told_and_the_others_are_named() -> None:
    rejected = rejection(due_date="2026-08-01", phone="none", amount_due="x", full_name="")
    assert rejected.column == "full_name"
    assert rejected.more_faults == 3
    assert rejected.reason.endswith("; and 3 more wrong in this row: phone, amount_due, due_date")


def test_a_number_is_not_read_when_its_country_is_unknown() -> None:
    assert rejection(country="ZZ", phone="13800138001").more_faults == 0


def test_a_second_row_for_a_loan_is_rejected_and_names_the_line_of_the_first() -> None:
    results = results_of(csv_text([GOOD, good(loan_id="L000002"), good(amount_due="1.00")]))
    assert accepted_ids(results) == ["L000001", "L000002"]
    (rejected,) = rejections(results)
    assert (rejected.line, rejected.column, rejected.code) == (4, "loan_id", FaultCode.DUPLICATE_LOAN)
    assert "on line 2" in rejected.reason


def test_a_bad_row_does_not_cost_a_good_one_with_the_same_id() -> None:
    results = results_of(csv_text([good(phone="none"), GOOD]))
    assert accepted_ids(results) == ["L000001"]


def test_a_line_break_in_a_name_is_a_blank() -> None:
    (result,) = results_of(csv_text([good(full_name="Wei\r\nGarcía")]))
    assert isinstance(result, Accepted)
    assert result.row.full_name == "Wei García"


@pytest.mark.parametrize(
    "name", ["Priya क्‍ष", "\ue863某", "O'Brien", "Müller-Lüdenscheidt", "欧阳\u3000娜娜"], ids=ascii
)
def test_names_keep_the_characters_that_people_have_in_them(name: str) -> None:
    (result,) = results_of(csv_text([good(full_name=name)]))
    assert isinstance(result, Accepted)
    assert result.row.full_name == name


def test_the_lenders_own_headers_are_mapped() -> None:
    text = csv_text([GOOD]).replace("phone", "Mobilnummer").replace("due_date", "Fällig am")
    mapping = {"phone": "Mobilnummer", "due_date": "Fällig am"}
    assert accepted_ids(results_of(text, mapping)) == ["L000001"]


def test_a_fault_in_a_mapped_column_names_both_headers() -> None:
    text = csv_text([good(due_date="soon")]).replace("due_date", "Fällig am")
    (rejected,) = rejections(results_of(text, {"due_date": "Fällig am"}))
    assert rejected.column == "due_date"
    assert "(in the file: 'Fällig am')" in rejected.reason


def test_columns_that_mean_nothing_to_us_are_ignored_and_told_once() -> None:
    row = good(branch="Pudong", note="a, b")
    reading = opened(csv_text([row, good(loan_id="L000002", branch="", note="")], row))
    assert reading.ignored_columns == ("branch", "note")
    assert accepted_ids(reading.results) == ["L000001", "L000002"]


def test_missing_columns_refuse_the_file_and_are_named() -> None:
    row = {name: value for name, value in GOOD.items() if name not in ("phone", "due_date")}
    with pytest.raises(FileRefusedError, match="lacks 2 of 21 columns: phone, due_date; add them") as caught:
        opened(csv_text([row], row), {})
    assert caught.value.code is Refusal.MISSING_COLUMNS


def test_a_mapped_column_that_is_missing_is_named_as_the_lender_calls_it() -> None:
    with pytest.raises(FileRefusedError, match=r"phone \(mapped to 'Mobil'\)"):
        opened(csv_text([GOOD]), {"phone": "Mobil"})


def test_a_mapping_of_a_name_that_we_do_not_have_refuses_the_file() -> None:
    with pytest.raises(FileRefusedError, match="do not have: telephone;") as caught:
        opened(csv_text([GOOD]), {"telephone": "Mobil"})
    assert caught.value.code is Refusal.WRONG_MAPPING


def test_a_column_named_twice_refuses_the_file() -> None:
    text = csv_text([GOOD]).replace("salutation", "phone")
    with pytest.raises(FileRefusedError) as caught:
        opened(text, {"salutation": "agreement_number"})
    assert caught.value.code is Refusal.REPEATED_COLUMN


def test_a_file_without_rows_is_refused_since_as_a_full_file_it_would_hold_every_loan() -> None:
    with pytest.raises(FileRefusedError, match="a header and no rows") as caught:
        results_of(csv_text([]))
    assert caught.value.code is Refusal.NO_ROWS


def test_a_summary_counts_the_rows_and_lists_every_rejection() -> None:
    results = results_of(csv_text([GOOD, good(loan_id="L2", phone="1"), good(loan_id="L3", amount_due="x")]))
    assert summarise(results) == {
        "rows": 3,
        "accepted": 1,
        "rejected": [
            {"line": 3, "column": "phone", "reason": "1 digits without +; write it as E.164"},
            {
                "line": 4,
                "column": "amount_due",
                "reason": "not a number; write digits with a decimal point, such as 1234.50",
            },
        ],
    }


def test_a_number_is_read_once_with_the_country_of_its_row() -> None:
    asked: list[tuple[str, str]] = []

    def noting(text: str, country: str) -> Phone:
        asked.append((text, country))
        return read_phone(text, country)

    list(read_loans([csv_text([GOOD]).encode()], replace(checks(), read_phone=noting)).results)
    assert asked == [("+8613800138001", "CN")]


DROPPED = datetime(2026, 3, 11, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("loans-20260311T060000Z.csv", datetime(2026, 3, 11, 6, tzinfo=UTC)),
        ("loans_2026-03-11T06-00.csv", datetime(2026, 3, 11, 6, tzinfo=UTC)),
        ("loans 2026-03-11 06.00.30.csv", datetime(2026, 3, 11, 6, 0, 30, tzinfo=UTC)),
        ("20260311060000.csv", datetime(2026, 3, 11, 6, tzinfo=UTC)),
        ("loans_20260311_0600+0800_full.csv", datetime(2026, 3, 10, 22, tzinfo=UTC)),
        ("loans-2026-03-11T06:00:00-05:00.csv", datetime(2026, 3, 11, 11, tzinfo=UTC)),
        ("inbox/20250101T000000Z/loans-20260311T0600Z.csv", datetime(2026, 3, 11, 6, tzinfo=UTC)),
    ],
)
def test_a_file_is_true_as_of_the_date_time_in_its_name(name: str, moment: datetime) -> None:
    assert as_of(name, None, DROPPED) == moment


@pytest.mark.parametrize(
    "name",
    [
        "loans.csv",
        "loans-2026-03-11.csv",
        "loans-20261332T060000Z.csv",
        "20260311T0600Z/loans.csv",
        "L1234567890123456.csv",
    ],
)
def test_a_file_without_a_date_time_in_its_name_is_true_as_of_its_drop(name: str) -> None:
    assert as_of(name, None, DROPPED) == DROPPED


def test_the_instant_that_was_given_wins_over_the_name() -> None:
    given_at = datetime(2026, 3, 11, 5, tzinfo=UTC)
    assert as_of("loans-20260311T060000Z.csv", given_at, DROPPED) == given_at


@given(st.text(max_size=60))
def test_every_name_has_an_instant(name: str) -> None:
    assert as_of(name, None, DROPPED).tzinfo is not None


@pytest.mark.parametrize(
    "name", ["full.csv", "loans-full-20260311T0600Z.csv", "loans_FULL.jsonl", "a/20260311full.csv"]
)
def test_a_full_file_says_so_in_its_name(name: str) -> None:
    assert is_full(name)


@pytest.mark.parametrize("name", ["loans.csv", "carefully.csv", "fullerton.csv", "full/loans.csv"])
def test_other_names_say_nothing_of_the_kind(name: str) -> None:
    assert not is_full(name)
