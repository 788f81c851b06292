"""docs/runbook/files.md: a file put into the bucket is taken in, and what is rejected stands beside it."""

import json
from typing import Any

import pytest

from duebridge.core.money import Money
from functions.import_loans import handler as import_loans
from functions.plan_contacts import handler as plan_contacts
from functions.record_payment import handler as record_payment
from tests.builders import a_loan
from tests.flows.test_import_loans import a_file
from tests.functions.conftest import INBOX, Context, Deployment, sqs_event
from tests.functions.test_plan_contacts import WORK
from tests.runbook.conftest import page

KEY = "loans/loans-20260311T060000Z.csv"
PAYMENTS = b"loan_id,paid_on,amount,currency,reference\nL1,2026-03-11,100.00,USD,P1\nL1,2026-03-11,lots,USD,P2\n"


def uploads(deployment: Deployment, key: str, content: bytes, **metadata: str) -> None:
    """As the S3 console does; EventBridge tells the station."""
    station = import_loans if key.startswith("loans/") else record_payment
    station.handler(sqs_event(deployment.drop(key, content, **metadata)), Context())


def rejects(deployment: Deployment, key: str) -> list[dict[str, Any]]:
    """The page's fourth step: what the folder beside the file holds."""
    found = deployment.s3.list_objects_v2(Bucket=INBOX, Prefix=f"rejects/{key}/").get("Contents", [])
    bodies = (deployment.s3.get_object(Bucket=INBOX, Key=each["Key"])["Body"].read() for each in found)
    return [json.loads(line) for body in bodies for line in body.decode().splitlines()]


def test_a_good_file_leaves_nothing_beside_it(deployment: Deployment) -> None:
    uploads(deployment, KEY, a_file("L1", "L2"))
    assert rejects(deployment, KEY) == []
    assert len(deployment.loans.get_many(["L1", "L2"])) == 2


def test_a_wrong_row_is_told_as_the_page_shows_it_and_the_good_rows_go_on(deployment: Deployment) -> None:
    good, wrong = a_file("L1"), a_file("L2", due_date="9 March")
    uploads(deployment, KEY, good + wrong.splitlines(keepends=True)[1])
    (reject,) = rejects(deployment, KEY)
    assert json.dumps(reject, ensure_ascii=False) in page("files")
    assert set(deployment.loans.get_many(["L1", "L2"])) == {"L1"}


def test_a_mended_file_takes_in_the_rest_and_writes_the_others_no_second_time(deployment: Deployment) -> None:
    uploads(deployment, KEY, a_file("L1") + a_file("L2", due_date="9 March").splitlines(keepends=True)[1])
    before = deployment.loans.get("L1")
    uploads(deployment, KEY, a_file("L1", "L2"))
    assert deployment.loans.get("L1") == before
    assert deployment.loans.get("L2") is not None


def test_a_file_that_is_refused_as_a_whole_says_so_on_line_0(deployment: Deployment) -> None:
    uploads(deployment, KEY, b"this is no loan file")
    (reject,) = rejects(deployment, KEY)
    assert (reject["line"], reject["column"]) == (0, "file")


def test_an_older_file_is_refused_unless_its_metadata_say_that_it_is_newer(deployment: Deployment) -> None:
    older = "loans/loans-20260301T060000Z.csv"
    uploads(deployment, KEY, a_file("L1"))
    uploads(deployment, older, a_file("L2"))
    (reject,) = rejects(deployment, older)
    assert reject["column"] == "file"
    uploads(deployment, "loans/book.csv", a_file("L2"), **{"as-of": "2026-03-11T07:00:00Z"})
    assert deployment.loans.get("L2") is not None


@pytest.mark.parametrize(
    ("key", "metadata"),
    [("loans/full-20260311T080000Z.csv", {}), ("loans/b.csv", {"as-of": "2026-03-11T08:00:00Z", "full": "yes"})],
)
def test_a_loan_that_a_full_file_leaves_out_is_held(deployment: Deployment, key: str, metadata: dict[str, str]) -> None:
    deployment.loans.save(a_loan())
    uploads(deployment, key, a_file("L2"), **metadata)
    plan_contacts.handler(sqs_event(WORK), Context())
    loan = deployment.loans.get("L1")
    assert loan is not None
    assert loan.last_decision is not None
    assert loan.last_decision.outcome == "not_in_latest_file"


def test_a_payments_file_books_each_reference_once_and_tells_its_wrong_rows(deployment: Deployment) -> None:
    deployment.loans.save(a_loan())
    for key in ("payments/p.csv", "payments/again.csv"):
        uploads(deployment, key, PAYMENTS)
    loan = deployment.loans.get("L1")
    assert loan is not None
    assert loan.arrears == Money(12_218, "USD")
    assert [reject["line"] for reject in rejects(deployment, "payments/p.csv")] == [3]
