"""docs/runbook/guard-rails.md: an arm that was stopped is let go on by taking its entry out of one item."""

import pytest

from duebridge.adapters.stops import DynamoStops
from duebridge.core.stop import StandingStops, Stop, arm_label
from tests.aws import LOAN_TABLE
from tests.builders import NOW, compared_content
from tests.fakes import FakeClock
from tests.functions.conftest import Deployment
from tests.runbook.conftest import ItemEditor
from tests.stores import aws_client
from tests.world import World

pytestmark = pytest.mark.usefixtures("five_seconds_pass")


@pytest.fixture
def world(deployment: Deployment) -> World:
    """A lender that compares two voices, with the stops and pauses of the real table."""
    world = World(deployment.loans, deployment.conversations, deployment.tickets, clock=FakeClock())
    world.content = compared_content()
    world.stops = DynamoStops(aws_client("dynamodb"), LOAN_TABLE)  # type: ignore[assignment]  # in place of the fake
    return world


def the_arm(world: World) -> str:
    """The arm of the one loan, which was planned a moment ago."""
    (name,) = (arm_label(experiment, arm) for experiment, arm in world.outbox.texts[-1].arms.items())
    return name


def test_an_arm_whose_entry_is_removed_goes_on_and_one_that_has_it_does_not(world: World, items: ItemEditor) -> None:
    world.knows()
    text = world.plans()
    arm = the_arm(world)
    assert isinstance(world.stops, DynamoStops)
    world.stops.save(StandingStops(by_name={arm: Stop(NOW, "complaints", None)}, version=0))
    world.sender.send(text)
    assert world.carrier.diary == []
    (item,) = items.query(LOAN_TABLE, "#stops")
    del item["stops"][arm]
    items.save(LOAN_TABLE, item)
    world.sender.send(text)
    assert len(world.carrier.diary) == 1


def test_an_arm_is_stopped_by_hand_with_the_pause_switch(world: World, items: ItemEditor) -> None:
    world.knows()
    text = world.plans()
    items.save(LOAN_TABLE, {"loan_id": "#pause", "entry": "pause", "paused": the_arm(world)})
    world.sender.send(text)
    assert world.carrier.diary == []
