"""The `Payment Received` event that a lender's core system puts on the bus."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from ..core.errors import DueBridgeError
from ..core.money import Money
from ..core.payment_file import PaymentRow
from ..ports import Clock

FIELDS = ("loan_id", "amount", "currency", "paid_on", "reference")


class WrongPaymentEventError(DueBridgeError):
    """The event lacks a field; it goes to the dead letters, where a person finds it."""

    code = "wrong_payment_event"


def payment_of(envelope: Mapping[str, Any], clock: Clock) -> tuple[PaymentRow, datetime]:
    """`{"loan_id", "amount", "currency", "paid_on", "reference"}` in `detail`; known since the event's time."""
    detail = envelope["detail"]
    missing = [name for name in FIELDS if not detail.get(name)]
    if missing:
        raise WrongPaymentEventError(f"a Payment Received event lacks {', '.join(missing)}")
    text = str(detail["amount"])
    amount = Money.parse(text.removeprefix("-"), detail["currency"])
    row = PaymentRow(
        loan_id=detail["loan_id"],
        paid_on=date.fromisoformat(detail["paid_on"]),
        amount=Money(-amount.minor, amount.currency) if text.startswith("-") else amount,
        reference=detail["reference"],
    )
    return row, clock.from_aws(datetime.fromisoformat(envelope["time"]))
