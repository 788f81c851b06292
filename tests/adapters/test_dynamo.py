"""The DynamoDB calls that the tables share: what fails quietly, and what must be heard."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from duebridge.adapters import dynamo


def cancelled(*codes: str | None, code: str = "TransactionCanceledException") -> ClientError:
    reasons = [{"Code": each} if each else {} for each in codes]
    response: Any = {"Error": {"Code": code}, "CancellationReasons": reasons}
    return ClientError(response, "TransactWriteItems")


def test_the_parts_of_a_transaction_that_lost_are_told_apart() -> None:
    error = cancelled("None", "ConditionalCheckFailed", None)
    assert dynamo.failed_conditions(error) == [False, True, False]


def test_a_conflict_with_another_transaction_counts_as_a_changed_row() -> None:
    assert dynamo.failed_conditions(cancelled("TransactionConflict", "None")) == [True, False]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(cancelled("ThrottlingError", "None"), id="throttled"),
        pytest.param(cancelled("ConditionalCheckFailed", "ValidationError"), id="broken request"),
        pytest.param(cancelled(code="ProvisionedThroughputExceededException"), id="no reasons"),
        pytest.param(cancelled("None", code="TransactionInProgressException"), id="still running"),
    ],
)
def test_any_other_failure_of_a_transaction_is_raised(error: ClientError) -> None:
    with pytest.raises(ClientError):
        dynamo.failed_conditions(error)


class LeavesOver:
    """A client that answers one key a call, and leaves the others over."""

    def __init__(self) -> None:
        self.calls = 0

    def batch_get_item(self, RequestItems: Any) -> Any:  # noqa: N803 - botocore's own name
        self.calls += 1
        ((table, request),) = RequestItems.items()
        first, *rest = request["Keys"]
        left = {table: {**request, "Keys": rest}} if rest else {}
        return {"Responses": {table: [first]}, "UnprocessedKeys": left}


def test_what_dynamodb_leaves_over_is_asked_again_and_consistently() -> None:
    client: Any = LeavesOver()
    keys = [{"loan_id": f"L{n}"} for n in range(3)]
    assert list(dynamo.get_many(client, "loans", keys)) == keys
    assert client.calls == 3


class Refuses:
    def put_item(self, **_: Any) -> Any:
        response: Any = {"Error": {"Code": "ThrottlingException"}}
        raise ClientError(response, "PutItem")


def test_a_write_that_failed_for_another_reason_than_its_condition_is_raised() -> None:
    client: Any = Refuses()
    with pytest.raises(ClientError):
        dynamo.put_over(client, "loans", {"loan_id": "L1"}, 0)
