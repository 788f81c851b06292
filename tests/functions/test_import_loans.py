"""A file dropped in the bucket becomes loans in the book."""

import json

from functions.import_loans.handler import handler
from tests.builders import NOW
from tests.flows.test_import_loans import a_file
from tests.functions.conftest import INBOX, Context, Deployment, sqs_event

KEY = "loans/loans-20260311T060000Z.csv"


def test_a_dropped_file_fills_the_book(deployment: Deployment) -> None:
    handler(sqs_event(deployment.drop(KEY, a_file("L1", "L2"))), Context())
    assert set(deployment.loans.get_many(["L1", "L2"])) == {"L1", "L2"}


def test_the_same_event_twice_writes_nothing_more(deployment: Deployment) -> None:
    event = sqs_event(deployment.drop(KEY, a_file()))
    handler(event, Context())
    before = deployment.loans.get("L1")
    handler(event, Context())
    assert deployment.loans.get("L1") == before


def test_numbers_are_read_by_the_numbering_plans_and_their_zones_kept(deployment: Deployment) -> None:
    handler(sqs_event(deployment.drop(KEY, a_file(phone="(312) 555-0101"))), Context())
    loan = deployment.loans.get("L1")
    assert loan is not None
    assert (loan.terms.phone, loan.terms.number_zones) == ("+13125550101", ("America/Chicago",))


def test_rejects_stand_beside_the_file(deployment: Deployment) -> None:
    handler(sqs_event(deployment.drop(KEY, a_file("L1", "L1"))), Context())
    body = deployment.s3.get_object(Bucket=INBOX, Key=f"rejects/{KEY}/000000002.jsonl")["Body"].read()
    assert json.loads(body)["line"] == 3


def test_a_refused_file_is_no_failure_that_would_come_again(deployment: Deployment) -> None:
    handler(sqs_event(deployment.drop(KEY, b"not a loan file")), Context())
    body = deployment.s3.get_object(Bucket=INBOX, Key=f"rejects/{KEY}/000000000.jsonl")["Body"].read()
    assert json.loads(body)["column"] == "file"


def test_a_run_that_is_nearly_over_queues_the_rest_and_the_next_run_takes_it_in(deployment: Deployment) -> None:
    ids = [f"L{number}" for number in range(130)]
    handler(sqs_event(deployment.drop("loans/a.csv", a_file(*ids))), Context(remaining_milliseconds=1_000))
    (rest,) = deployment.queued("import")
    handler(sqs_event(rest), Context())
    loans = deployment.loans.get_many(ids)
    assert len(loans) == 130
    assert len({loan.as_of for loan in loans.values()}) == 1
    assert abs((next(iter(loans.values())).as_of - NOW).total_seconds()) < 60
