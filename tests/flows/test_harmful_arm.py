"""An arm whose texts are complained of three times as often as is allowed, from its first texts to its last."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest

from duebridge.core.contact import Text
from duebridge.core.outcome import OutcomeKind
from duebridge.core.shard import SHARDS
from duebridge.core.stop import arm_label
from duebridge.core.ticket import Reason
from duebridge.core.trial.rail import contacts_to_know
from duebridge.flows.publish_report import gathered
from duebridge.flows.send_contact import Sent
from duebridge.ports import ContactChange, ReplyUnderstood
from tests.builders import NOW, a_loan, a_receipt, an_inbound, compared_content
from tests.world import World

COMPLAINS = "I want to file a complaint about you"
ALLOWED, TRIPLED = 0.01, 0.03
HARMFUL, OTHER = "personal", "unified"
FIRST_DAY = {HARMFUL: 960, OTHER: 100}
"""Loans by arm: enough of the one for its rail to know by the end of a day, and enough of the other to be read."""
LATER = {HARMFUL: 20, OTHER: 20}
"""Those whose texts are still in the queue when the report is made."""
LOAN_NUMBERS = count()


@dataclass(frozen=True)
class Day:
    """The first day until its report, and what was on its way then."""

    world: World
    queued: list[Text]


def texted(world: World) -> list[Text]:
    """A run of the planner over the book; what was queued by it."""
    before = len(world.outbox.texts)
    for shard in SHARDS:
        world.planner.plan(shard, "", lambda: True)
    return world.outbox.texts[before:]


def send(world: World, text: Text) -> Sent:
    """With its receipt, and with what the streams tell of it."""
    sent = world.sender.send(text)
    if sent is Sent.ACCEPTED:
        world.receipts.record(a_receipt(contact_id=text.contact_id, phone=text.phone))
        row = world.conversations.contact(text.phone, text.contact_id)
        world.observer.note([ContactChange(None, row)])
    return sent


def complain(world: World, text: Text) -> None:
    inbound = an_inbound(COMPLAINS, inbound_id=f"about {text.contact_id}", phone=text.phone)
    world.listener.receive(inbound)
    (reply,) = world.conversations.conversation(text.phone).replies
    world.observer.note([ReplyUnderstood(text.phone, reply)])


def late_loans(world: World, wanted: Mapping[str, int]) -> None:
    """So many of each arm become late."""
    (experiment,) = world.content.experiments
    left = Counter(wanted)
    while left.total():
        number = next(LOAN_NUMBERS)
        arm = experiment.arm_for(f"L{number}")
        if arm and left[arm.name]:
            left[arm.name] -= 1
            phone = f"+1312{number:07d}"
            world.knows(a_loan(loan_id=f"L{number}", borrower_id=f"B{number}", phone=phone, number_zones=()))


@pytest.fixture(scope="module")
def day() -> Day:
    """Every 33rd text of the one arm is complained of, and every 100th of the other."""
    world = World.in_memory()
    world.content = compared_content()
    late_loans(world, FIRST_DAY)
    seen: Counter[str] = Counter()
    for text in texted(world):
        arm = text.arms["voice"]
        assert send(world, text) is Sent.ACCEPTED
        seen[arm] += 1
        if seen[arm] % round(1 / (TRIPLED if arm == HARMFUL else ALLOWED)) == 0:
            complain(world, text)
    assert seen[HARMFUL] >= contacts_to_know(ALLOWED, TRIPLED)
    late_loans(world, LATER)
    queued = texted(world)
    world.clock.advance(hours=1)
    world.reporter.run(lambda: True)
    return Day(world, queued)


def test_it_is_stopped_by_the_report_of_the_first_day_that_can_know_and_the_other_is_not(day: Day) -> None:
    assert day.world.stops.fresh().arms == {arm_label("voice", HARMFUL)}
    (ticket,) = [each for each in day.world.all_tickets if each.reason is Reason.GUARD_RAIL]
    assert "complaint" in ticket.note
    assert ticket.priority == 1


def test_within_a_minute_no_text_of_it_leaves_any_more_and_those_of_the_other_arm_go_on(day: Day) -> None:
    world = day.world
    world.clock.advance(minutes=1)
    sent = Counter((text.arms["voice"], send(world, text)) for text in day.queued)
    assert sent == {(HARMFUL, Sent.HELD): LATER[HARMFUL], (OTHER, Sent.ACCEPTED): LATER[OTHER]}
    for _ in range(3):
        world.clock.advance(days=1)
        late_loans(world, {HARMFUL: 1, OTHER: 1})
        assert {text.arms["voice"] for text in texted(world)} == {OTHER}


def test_the_report_says_which_arm_is_stopped(day: Day) -> None:
    world = day.world
    tomorrow = NOW.date() + timedelta(days=1)
    report = gathered(world.outcomes, world.content, as_of=tomorrow, stopped_arms=world.stops.fresh().arms)
    (trial,) = report.trials
    assert {line.arm: line.is_stopped for line in trial.arms} == {HARMFUL: True, OTHER: False}
    assert trial.arms[0].rails[OutcomeKind.COMPLAINT].reading.is_tripped
