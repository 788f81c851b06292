"""What every keeper of stops does."""

from collections.abc import Iterator
from copy import replace

import pytest

from duebridge.adapters.stops import BELIEVED_SECONDS, DynamoStops
from duebridge.core.stop import EVERYTHING, PROBE_EVERY, StandingStops, Stop
from duebridge.ports import Saved, Stops
from tests.aws import LOAN_TABLE
from tests.builders import NOW
from tests.fakes import FakeClock, FakeStops
from tests.stores import aws_client, aws_stores

STOPPED = (
    StandingStops()
    .stopped(EVERYTHING, Stop(NOW, "ACCOUNT_DISABLED", NOW + PROBE_EVERY))
    .stopped("unified/days-1-3/en", Stop(NOW, "TEXT_SPAM", None))
)


@pytest.fixture(params=["fake", "dynamodb"])
def stops(request: pytest.FixtureRequest) -> Iterator[Stops]:
    if request.param == "fake":
        yield FakeStops()
        return
    with aws_stores(FakeClock()):
        yield DynamoStops(aws_client("dynamodb"), LOAN_TABLE)


def test_nothing_is_stopped_at_first(stops: Stops) -> None:
    assert stops.standing() == stops.fresh() == StandingStops()


def test_what_was_stopped_is_read_back_with_the_next_version(stops: Stops) -> None:
    assert stops.save(STOPPED) is Saved.DONE
    assert stops.fresh() == stops.standing() == replace(STOPPED, version=1)


def test_stops_are_saved_only_over_the_version_that_was_read(stops: Stops) -> None:
    stops.save(STOPPED)
    assert stops.save(STOPPED.without([EVERYTHING])) is Saved.RACED
    assert stops.save(stops.fresh().without([EVERYTHING])) is Saved.DONE
    assert list(stops.fresh().by_name) == ["unified/days-1-3/en"]


def test_all_stops_can_end(stops: Stops) -> None:
    stops.save(STOPPED)
    stops.save(stops.fresh().without(STOPPED.by_name))
    assert stops.fresh().by_name == {}


def test_another_senders_stop_is_obeyed_within_seconds_and_not_asked_for_before_every_text() -> None:
    seconds = 0.0
    with aws_stores(FakeClock()):
        client = aws_client("dynamodb")
        ours = DynamoStops(client, LOAN_TABLE, monotonic_seconds=lambda: seconds)
        theirs = DynamoStops(client, LOAN_TABLE)
        assert not ours.standing().has(EVERYTHING)
        theirs.save(STOPPED)
        seconds = BELIEVED_SECONDS
        assert not ours.standing().has(EVERYTHING)
        seconds = BELIEVED_SECONDS + 0.1
        assert ours.standing().has(EVERYTHING)


def test_a_stop_that_an_operator_takes_out_of_the_row_is_gone() -> None:
    with aws_stores(FakeClock()):
        client = aws_client("dynamodb")
        stops = DynamoStops(client, LOAN_TABLE)
        stops.save(STOPPED)
        client.update_item(
            TableName=LOAN_TABLE,
            Key={"loan_id": {"S": "#stops"}, "entry": {"S": "stops"}},
            UpdateExpression="REMOVE stops.#name",
            ExpressionAttributeNames={"#name": "unified/days-1-3/en"},
        )
        assert list(stops.fresh().by_name) == [EVERYTHING]
