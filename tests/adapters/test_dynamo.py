"""The DynamoDB calls that the tables share: what fails quietly, and what must be heard."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from duebridge.adapters import dynamo
from duebridge.core.contact import State


def cancelled(*codes: str | None, code: str = "TransactionCanceledException") -> ClientError:
    reasons = [{"Code": each} if each else {} for each in codes]
    response: Any = {"Error": {"Code": code}, "CancellationReasons": reasons}
    return ClientError(response, "TransactWriteItems")


words = st.text(max_size=9)
numbers = st.integers(-(10**37), 10**37) | st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-9999)
values = st.recursive(
    words | numbers.filter(lambda number: abs(number) < 10**37) | st.booleans() | st.none() | st.sampled_from(State),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=9,
)


@given(st.dictionaries(words, values, max_size=4))
def test_rows_go_over_the_wire_and_come_back_as_the_sdk_would_have_it(row: dict[str, Any]) -> None:
    on_the_wire = dynamo.wired(row)
    assert on_the_wire == {name: TypeSerializer().serialize(value) for name, value in row.items()}
    assert dynamo.plain(on_the_wire) == {
        name: TypeDeserializer().deserialize(value) for name, value in on_the_wire.items()
    }


def test_whole_numbers_come_back_whole_and_others_exact() -> None:
    row = dynamo.plain({"whole": {"N": "-12"}, "part": {"N": "1.50"}, "set": {"SS": ["a"]}, "raw": {"B": b"x"}})
    assert row == {"whole": -12, "part": Decimal("1.50"), "set": {"a"}, "raw": b"x"}
    assert isinstance(row["whole"], int)
    with pytest.raises(TypeError):
        dynamo.plain({"raw": {"B": "as a stream tells it"}})


@pytest.mark.parametrize("value", [1.5, {"a"}, b"x", date(2026, 3, 11)], ids=["float", "set", "bytes", "date"])
def test_what_a_row_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="a row cannot hold"):
        dynamo.wired({"any": value})


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
