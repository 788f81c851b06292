"""`Payment Received`, as a lender's core system puts it on the bus."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from duebridge.adapters.payment_events import WrongPaymentEventError, payment_of
from duebridge.core.money import Money, WrongAmountError
from duebridge.core.payment_file import PaymentRow
from tests.fakes import FakeClock


def an_event(**changes: Any) -> dict[str, Any]:
    detail = {
        "loan_id": "L1",
        "amount": "222.18",
        "currency": "USD",
        "paid_on": "2026-03-11",
        "reference": "P1",
    }
    return {
        "version": "0",
        "detail-type": "Payment Received",
        "source": "lender.core",
        "time": "2026-03-11T07:00:00Z",
        "detail": {name: value for name, value in (detail | changes).items() if value is not ...},
    }


def test_a_payment_event_is_known_since_the_events_own_time() -> None:
    row, known_at = payment_of(an_event(), FakeClock())
    assert row == PaymentRow(loan_id="L1", paid_on=date(2026, 3, 11), amount=Money(22_218, "USD"), reference="P1")
    assert known_at == datetime(2026, 3, 11, 7, tzinfo=UTC)


@pytest.mark.parametrize(("amount", "minor"), [("-222.18", -22_218), (222.18, 22_218), (5, 500), ("0.05", 5)])
def test_amounts_come_as_texts_or_numbers_and_a_minus_is_a_reversal(amount: Any, minor: int) -> None:
    row, _ = payment_of(an_event(amount=amount), FakeClock())
    assert row.amount == Money(minor, "USD")
    assert row.is_reversal == (minor < 0)


def test_all_missing_fields_are_named_at_once() -> None:
    with pytest.raises(WrongPaymentEventError, match="lacks loan_id, reference"):
        payment_of(an_event(loan_id=..., reference=""), FakeClock())


@pytest.mark.parametrize("amount", ["1,234.50", "12.345", "many", "--5", "1e3"])
def test_an_amount_that_is_none_is_refused_and_not_guessed(amount: str) -> None:
    with pytest.raises(WrongAmountError):
        payment_of(an_event(amount=amount), FakeClock())
