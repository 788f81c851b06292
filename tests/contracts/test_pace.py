"""What every shared count of message parts does."""

from collections.abc import Callable, Iterator

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws

from duebridge.adapters.pace import FORGOTTEN_AFTER_SECONDS, DynamoPace
from duebridge.core.pace import Limit
from duebridge.ports import Pace, Took
from tests.aws import CONVERSATION_TABLE, create_tables, rows_of
from tests.fakes import FakePace, FakeSeconds
from tests.stores import aws_client

SECOND = 1_795_521_600
TEN = Limit(10, 20)

Senders = Callable[[Limit], Pace]


@pytest.fixture(params=["fake", "dynamodb"])
def sender(request: pytest.FixtureRequest) -> Iterator[Senders]:
    """Each call is one more sender of the same origination identity."""
    if request.param == "fake":
        seconds = FakeSeconds()
        yield lambda limit: FakePace(limit, seconds)
        return
    with mock_aws():
        client = aws_client("dynamodb")
        create_tables(client)
        yield lambda limit: DynamoPace(client, CONVERSATION_TABLE, "a-pool", limit)


def test_two_senders_share_one_second(sender: Senders) -> None:
    one, two = sender(TEN), sender(TEN)
    assert one.take({SECOND: 6}, is_answer=True) == Took(done=True)
    assert two.take({SECOND: 5}, is_answer=True) == Took(done=False, room=4)
    assert two.take({SECOND: 4}, is_answer=True) == Took(done=True)
    assert one.take({SECOND: 1}, is_answer=True) == Took(done=False, room=0)


def test_another_second_is_another_count(sender: Senders) -> None:
    pace = sender(TEN)
    assert pace.take({SECOND: 10}, is_answer=True).done
    assert pace.take({SECOND + 1: 10}, is_answer=True).done


def test_bulk_leaves_the_share_of_answers(sender: Senders) -> None:
    pace = sender(TEN)
    assert pace.take({SECOND: 7}, is_answer=False).done
    assert pace.take({SECOND: 2}, is_answer=False) == Took(done=False, room=1)
    assert pace.take({SECOND: 1}, is_answer=False).done
    assert pace.take({SECOND: 1}, is_answer=False) == Took(done=False, room=0)
    assert pace.take({SECOND: 2}, is_answer=True).done
    assert pace.take({SECOND: 1}, is_answer=True) == Took(done=False, room=0)


def test_answers_may_take_everything_and_bulk_then_nothing(sender: Senders) -> None:
    pace = sender(TEN)
    assert pace.take({SECOND: 9}, is_answer=True).done
    assert pace.take({SECOND: 2}, is_answer=False) == Took(done=False, room=1)
    assert pace.take({SECOND: 1}, is_answer=False).done


def test_a_text_larger_than_bulks_second_needs_one_without_bulk(sender: Senders) -> None:
    pace = sender(Limit(2, 20))
    assert pace.take({SECOND: 1}, is_answer=False).done
    assert not pace.take({SECOND: 2, SECOND + 1: 1}, is_answer=False).done
    assert pace.take({SECOND + 1: 2, SECOND + 2: 1}, is_answer=False).done
    assert not pace.take({SECOND + 2: 1}, is_answer=False).done
    assert pace.take({SECOND + 2: 1}, is_answer=True).done


def test_seconds_that_are_not_all_free_are_all_left_alone(sender: Senders) -> None:
    pace = sender(Limit(2, 0))
    assert pace.take({SECOND + 1: 2}, is_answer=True).done
    assert pace.take({SECOND: 2, SECOND + 1: 1}, is_answer=True) == Took(done=False, room=0)
    assert pace.take({SECOND: 2}, is_answer=True).done


# DynamoDB's own part.


@pytest.fixture
def dynamodb() -> Iterator[object]:
    with mock_aws():
        client = aws_client("dynamodb")
        create_tables(client)
        yield client


def test_another_identity_is_another_count(dynamodb: object) -> None:
    for identity in ("a-pool", "another-pool"):
        pace = DynamoPace(dynamodb, CONVERSATION_TABLE, identity, TEN)  # type: ignore[arg-type]
        assert pace.take({SECOND: 10}, is_answer=True).done


def test_a_second_is_forgotten_soon_by_the_real_clock(dynamodb: object) -> None:
    pace = DynamoPace(dynamodb, CONVERSATION_TABLE, "a-pool", TEN)  # type: ignore[arg-type]
    pace.take({SECOND: 3}, is_answer=False)
    pace.take({SECOND: 2}, is_answer=True)
    (row,) = rows_of(dynamodb, CONVERSATION_TABLE)
    assert row == {
        "party": {"S": "pace#a-pool"},
        "entry": {"S": f"second#{SECOND}"},
        "taken": {"N": "5"},
        "by_bulk": {"N": "3"},
        "forget_after": {"N": str(SECOND + FORGOTTEN_AFTER_SECONDS)},
    }


class Failing:
    """A client whose every call ends in one error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def update_item(self, **_: object) -> None:
        raise self._error

    transact_write_items = update_item


def refused(code: str, *reasons: str) -> ClientError:
    response = {
        "Error": {"Code": code, "Message": ""},
        "CancellationReasons": [{"Code": reason} for reason in reasons],
    }
    return ClientError(response, "UpdateItem")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (refused("ProvisionedThroughputExceededException"), "ProvisionedThroughputExceededException"),
        (refused("ThrottlingException"), "ThrottlingException"),
        (refused("InternalServerError"), "InternalServerError"),
        (refused("TransactionConflictException"), "TransactionConflictException"),
        (refused("TransactionCanceledException", "None", "ThrottlingError"), "TransactionCanceledException"),
        (ReadTimeoutError(endpoint_url="https://dynamodb"), "ReadTimeoutError"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_count_that_cannot_be_asked_is_told_and_nothing_is_taken(error: Exception, fault: str) -> None:
    pace = DynamoPace(Failing(error), CONVERSATION_TABLE, "a-pool", TEN)  # type: ignore[arg-type]
    assert pace.take({SECOND: 1}, is_answer=True) == Took(done=False, fault=fault)
    assert pace.take({SECOND: 10, SECOND + 1: 1}, is_answer=True) == Took(done=False, fault=fault)


def test_a_missing_right_is_a_fault_of_ours_and_not_hidden() -> None:
    pace = DynamoPace(Failing(refused("AccessDeniedException")), CONVERSATION_TABLE, "a-pool", TEN)  # type: ignore[arg-type]
    with pytest.raises(ClientError):
        pace.take({SECOND: 1}, is_answer=True)


def test_the_pace_sleeps_in_real_time_and_never_backwards() -> None:
    slept: list[float] = []
    pace = DynamoPace(
        Failing(ValueError()),  # type: ignore[arg-type]
        CONVERSATION_TABLE,
        "a-pool",
        TEN,
        now_seconds=lambda: 7.5,
        sleep=slept.append,
    )
    pace.sleep(0.25)
    pace.sleep(-1)
    assert (pace.now(), slept) == (7.5, [0.25])
