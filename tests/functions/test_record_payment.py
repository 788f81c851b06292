"""Payments from the bus and from files."""

from typing import Any

import pytest

from duebridge.core.money import Money
from duebridge.core.ticket import Reason
from functions.import_loans import handler as import_loans
from functions.record_payment.handler import handler
from tests.builders import a_loan
from tests.flows.test_import_loans import a_file
from tests.functions.conftest import INBOX, Context, Deployment, failures_of, sqs_event


def a_payment_event(**changes: Any) -> dict[str, Any]:
    detail = {"loan_id": "L1", "amount": "222.18", "currency": "USD", "paid_on": "2026-03-11", "reference": "P1"}
    return {
        "version": "0",
        "id": "c1ff9a1c-6f1e-4b21-9a2c-8a1e1c1d2b3a",
        "detail-type": "Payment Received",
        "source": "lender.core",
        "account": "000000000000",
        "time": "2026-11-24T12:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail | changes,
    }


def arrears(deployment: Deployment) -> Money:
    loan = deployment.loans.get("L1")
    assert loan is not None
    return loan.arrears


def test_a_payment_event_cures_its_loan_once(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    answer = handler(sqs_event(a_payment_event(), a_payment_event()), Context())
    assert failures_of(answer) == []
    assert arrears(deployment) == Money(0, "USD")


def test_a_payments_file_in_the_inbox_is_booked(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    content = b"loan_id,paid_on,amount,currency,reference\nL1,2026-03-11,100.00,USD,P1\n"
    handler(sqs_event(deployment.drop("payments/p.csv", content)), Context())
    assert arrears(deployment) == Money(12_218, "USD")


def test_a_refused_file_tells_its_reason_beside_it_and_does_not_come_again(deployment: Deployment) -> None:
    answer = handler(sqs_event(deployment.drop("payments/p.csv", b"nothing")), Context())
    assert failures_of(answer) == []
    assert deployment.s3.get_object(Bucket=INBOX, Key="rejects/payments/p.csv/000000000.jsonl")["Body"].read()


@pytest.mark.parametrize("changes", [{"amount": "many"}, {"reference": ""}, {"paid_on": "today"}])
def test_an_event_that_is_no_payment_comes_again_alone(deployment: Deployment, changes: dict[str, str]) -> None:
    deployment.loans.save(a_loan())
    answer = handler(sqs_event(a_payment_event(**changes), a_payment_event(reference="P2")), Context())
    assert failures_of(answer) == ["message-0"]
    assert arrears(deployment) == Money(0, "USD")


def test_a_payment_for_a_loan_that_nobody_knows_goes_to_a_person(deployment: Deployment) -> None:
    handler(sqs_event(a_payment_event(loan_id="L9")), Context())
    assert [ticket.reason for ticket in deployment.tickets.all_open()] == [Reason.PAYMENT_UNMATCHED]


def test_a_payments_file_that_takes_too_long_goes_on_in_another_run(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    rows = "".join(f"L1,2026-03-11,0.01,USD,P{number}\n" for number in range(130))
    event = deployment.drop("payments/p.csv", b"loan_id,paid_on,amount,currency,reference\n" + rows.encode())
    assert failures_of(handler(sqs_event(event), Context(remaining_milliseconds=1_000))) == []
    assert arrears(deployment) == Money(22_118, "USD")
    (rest,) = deployment.queued("payment")
    assert failures_of(handler(sqs_event(rest), Context())) == []
    assert arrears(deployment) == Money(22_218 - 130, "USD")
    assert deployment.queued("payment") == []


def test_a_payment_that_comes_before_its_loan_is_booked_with_the_loans_file(deployment: Deployment) -> None:
    handler(sqs_event(a_payment_event()), Context())
    import_loans.handler(sqs_event(deployment.drop("loans/loans-20260311T060000Z.csv", a_file())), Context())
    assert arrears(deployment) == Money(0, "USD")
    assert [ticket.reason for ticket in deployment.tickets.all_open()] == [Reason.PAYMENT_UNMATCHED]
