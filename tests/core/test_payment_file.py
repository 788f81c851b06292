"""What a payments file may hold."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.file_encoding import FileRefusedError, Refusal
from duebridge.core.file_results import Accepted, FaultCode, Rejected, Result, summarise
from duebridge.core.loan_file import REQUIRED_COLUMNS as LOAN_COLUMNS
from duebridge.core.money import Money
from duebridge.core.payment_file import REQUIRED_COLUMNS, PaymentRow, looks_like, read_payments

HEADER = ",".join(REQUIRED_COLUMNS) + "\n"


def results_of(*rows: str) -> list[Result[PaymentRow]]:
    return list(read_payments([(HEADER + "".join(row + "\n" for row in rows)).encode()]).results)


def test_a_good_row_becomes_a_payment() -> None:
    (result,) = results_of("L000025,2026-03-12,877.26,CNY,P214806439")
    assert isinstance(result, Accepted)
    assert result.row == PaymentRow(
        loan_id="L000025", paid_on=date(2026, 3, 12), amount=Money(87726, "CNY"), reference="P214806439"
    )
    assert not result.row.is_reversal


def test_a_negative_amount_is_the_reversal_of_a_payment() -> None:
    (result,) = results_of("L000025,2026-03-12,-877.26,CNY,R1")
    assert isinstance(result, Accepted)
    assert result.row.is_reversal
    assert result.row.amount == Money(-87726, "CNY")


@pytest.mark.parametrize(
    ("row", "column", "code", "says"),
    [
        pytest.param("L1,2026-03-12,0.00,CNY,P1", "amount", FaultCode.WRONG_AMOUNT, "zero", id="zero"),
        pytest.param("L1,2026-03-12,-0,CNY,P1", "amount", FaultCode.WRONG_AMOUNT, "zero", id="minus zero"),
        pytest.param("L1,2026-03-12,--5,CNY,P1", "amount", FaultCode.WRONG_AMOUNT, "negative", id="two signs"),
        pytest.param("L1,2026-03-12,-,CNY,P1", "amount", FaultCode.MISSING_VALUE, "no value", id="sign alone"),
        pytest.param("L1,2026-03-12,ten,CNY,P1", "amount", FaultCode.WRONG_AMOUNT, "not a number", id="words"),
        pytest.param("L1,2026-03-12,1.005,CNY,P1", "amount", FaultCode.WRONG_AMOUNT, "3 decimals", id="decimals"),
        pytest.param("L1,12.03.2026,1.00,CNY,P1", "paid_on", FaultCode.WRONG_DATE, "dots", id="date"),
        pytest.param("L1,2026-03-12,1.00,RMB,P1", "currency", FaultCode.UNKNOWN_CURRENCY, "4217", id="currency"),
        pytest.param("L1,2026-03-12,1.00,CNY,", "reference", FaultCode.MISSING_VALUE, "fill", id="no reference"),
        pytest.param(",2026-03-12,1.00,CNY,P1", "loan_id", FaultCode.MISSING_VALUE, "fill", id="no loan"),
        pytest.param("L1,2026-03-12,1.00", "row", FaultCode.TOO_FEW_COLUMNS, "3 values", id="short row"),
    ],
)
def test_a_wrong_row_is_rejected_and_the_next_one_kept(row: str, column: str, code: FaultCode, says: str) -> None:
    wrong, kept = results_of(row, "L2,2026-03-12,1.00,CNY,P2")
    assert isinstance(wrong, Rejected)
    assert isinstance(kept, Accepted)
    assert (wrong.line, wrong.column, wrong.code) == (2, column, code)
    assert says in wrong.reason


def test_a_file_without_rows_is_a_day_without_payments() -> None:
    assert summarise(results_of()) == {"rows": 0, "accepted": 0, "rejected": []}


def test_the_payment_events_form_is_read_as_json_lines() -> None:
    event = {"loan_id": "L1", "amount": "5.00", "currency": "USD", "paid_on": "2026-03-11", "reference": "R"}
    (result,) = read_payments([json.dumps(event).encode()]).results
    assert isinstance(result, Accepted)
    assert result.row.amount == Money(500, "USD")


def test_a_loan_file_is_no_payments_file() -> None:
    with pytest.raises(FileRefusedError, match="paid_on, amount, reference") as caught:
        read_payments([(",".join(LOAN_COLUMNS) + "\n").encode()])
    assert caught.value.code is Refusal.MISSING_COLUMNS


def test_a_payments_file_is_told_from_a_loan_file_by_its_columns() -> None:
    assert looks_like(REQUIRED_COLUMNS)
    assert looks_like(("loan_id", "Tag", "amount", "currency", "reference"), {"paid_on": "Tag"})
    assert not looks_like(LOAN_COLUMNS)
    assert not looks_like((*LOAN_COLUMNS, "paid_on", "amount", "reference"))
    assert not looks_like(())


def results_or_refusal(rest: bytes) -> list[Result[PaymentRow]] | Refusal:
    """Whatever else is raised fails the test."""
    try:
        return list(read_payments([HEADER.encode() + rest]).results)
    except FileRefusedError as error:
        return error.code


@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_are_payments_or_rejections(rest: bytes) -> None:
    outcome = results_or_refusal(rest)
    assert isinstance(outcome, list) or outcome is Refusal.NOT_UTF8
