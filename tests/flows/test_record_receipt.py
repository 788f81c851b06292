"""Receipts move a contact forward, in any order and as often as they like."""

from dataclasses import replace
from itertools import permutations

import pytest

from duebridge.core.contact import FINAL, State, Text
from duebridge.core.standing import Suppression
from duebridge.core.ticket import Reason
from duebridge.flows.record_receipt import Recorded
from duebridge.flows.send_contact import Sent
from tests.builders import PHONE, a_receipt, an_answer
from tests.world import World


@pytest.fixture
def text(world: World) -> Text:
    """A demand that the carrier has accepted."""
    world.knows()
    text = world.plans()
    assert world.sender.send(text) is Sent.ACCEPTED
    return text


def test_a_delivered_text_is_final(world: World, text: Text) -> None:
    assert world.receipts.record(a_receipt()) is Recorded.MOVED
    assert world.receipts.record(a_receipt("TEXT_UNREACHABLE")) is Recorded.IGNORED
    assert world.state_of(text) is State.DELIVERED
    assert world.loan().retry == ""


@pytest.mark.parametrize("event_type", ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL"])
def test_what_is_not_final_is_not_written(world: World, text: Text, event_type: str) -> None:
    assert world.receipts.record(a_receipt(event_type, is_final=False)) is Recorded.IGNORED
    assert world.state_of(text) is State.ACCEPTED


def test_a_final_success_counts_as_delivered(world: World, text: Text) -> None:
    world.receipts.record(a_receipt("TEXT_SUCCESSFUL"))
    assert world.state_of(text) is State.DELIVERED


@pytest.mark.parametrize("contact_id", ["", "demand-of-another-stage"])
def test_an_unknown_contact_is_ignored(world: World, contact_id: str) -> None:
    assert world.receipts.record(a_receipt("TEXT_INVALID", contact_id=contact_id)) is Recorded.IGNORED
    assert world.conversations.number(PHONE).suppressed is None


EVENTS = ["TEXT_QUEUED", "TEXT_SUCCESSFUL", "TEXT_DELIVERED", "TEXT_DELIVERED"]


@pytest.mark.parametrize("order", sorted(set(permutations(EVENTS))), ids=">".join)
def test_events_in_any_order_and_twice_end_in_the_same_state(world: World, text: Text, order: tuple[str, ...]) -> None:
    for event_type in order:
        world.receipts.record(a_receipt(event_type, is_final=event_type == "TEXT_DELIVERED"))
    assert world.state_of(text) is State.DELIVERED


def test_a_text_that_provably_did_not_arrive_is_not_counted(world: World, text: Text) -> None:
    world.receipts.record(a_receipt("TEXT_TTL_EXPIRED"))
    assert text.contact_id not in world.conversations.person("B1").counted


@pytest.mark.parametrize("event_type", ["TEXT_UNREACHABLE", "TEXT_CARRIER_UNREACHABLE", "TEXT_TTL_EXPIRED"])
def test_an_unreachable_phone_gets_one_second_attempt(world: World, text: Text, event_type: str) -> None:
    world.receipts.record(a_receipt(event_type))
    second = world.plans()
    assert (second.step, second.attempt) == (text.step, 2)
    assert world.sender.send(second) is Sent.ACCEPTED
    world.receipts.record(a_receipt(event_type, contact_id=second.contact_id))
    assert world.state_of(second) is State.UNDELIVERED
    world.plan()
    assert len(world.outbox.queued) == 2


def test_a_repeated_failure_receipt_makes_no_further_attempt(world: World, text: Text) -> None:
    world.receipts.record(a_receipt("TEXT_UNREACHABLE"))
    world.plan()
    world.receipts.record(a_receipt("TEXT_UNREACHABLE"))
    world.plan()
    assert len(world.outbox.queued) == 2
    assert world.state_of(text) is State.UNDELIVERED


def test_a_crash_between_effects_and_state_repeats_the_effects_and_loses_none(world: World, text: Text) -> None:
    class Dies:
        def __getattr__(self, name: str) -> object:
            if name == "receive":
                raise ConnectionError("the function was stopped")
            return getattr(world.conversations, name)

    dying = replace(world.receipts, conversations=Dies())  # type: ignore[arg-type]
    with pytest.raises(ConnectionError):
        dying.record(a_receipt("TEXT_UNREACHABLE"))
    first = world.plans()
    assert world.receipts.record(a_receipt("TEXT_UNREACHABLE")) is Recorded.MOVED
    again = world.plans()
    assert first.contact_id == again.contact_id != text.contact_id
    assert world.sender.send(first) is Sent.ACCEPTED
    assert world.sender.send(again) is Sent.REPEATED


@pytest.mark.parametrize(
    ("event_type", "suppression"),
    [("TEXT_INVALID", Suppression.INVALID_NUMBER), ("TEXT_BLOCKED", Suppression.BLOCKED)],
)
def test_a_dead_number_is_suppressed_and_its_loan_goes_to_people(
    world: World, text: Text, event_type: str, suppression: Suppression
) -> None:
    world.receipts.record(a_receipt(event_type))
    assert world.state_of(text) is State.UNDELIVERED
    assert world.conversations.number(PHONE).suppressed is suppression
    world.plan()
    assert world.loan().silent
    world.clock.advance(days=1)
    assert world.broom.run().handed_over == 1


@pytest.mark.parametrize("event_type", ["TEXT_CARRIER_BLOCKED", "TEXT_SPAM", "TEXT_INVALID_MESSAGE"])
def test_wording_that_the_carrier_dislikes_goes_to_people_once(world: World, text: Text, event_type: str) -> None:
    world.receipts.record(a_receipt(event_type))
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.priority) == (Reason.CARRIER_BLOCK, 1)
    assert ticket.about == f"unified/days-1-3/en-US/{text.template_version}"
    assert world.loan().retry == ""


def test_an_answer_that_did_not_arrive_is_not_tried_again(world: World) -> None:
    world.knows()
    world.sender.send(an_answer())
    world.receipts.record(a_receipt("TEXT_UNREACHABLE", contact_id="answer-1"))
    assert world.state_of(an_answer()) is State.UNDELIVERED
    assert world.loan().retry == ""


def test_a_receipt_of_a_text_that_was_put_back_changes_nothing(world: World, text: Text) -> None:
    row = world.conversations.contacts[PHONE, text.contact_id]
    world.conversations.contacts[PHONE, text.contact_id] = replace(row, state=State.RELEASED)
    assert world.receipts.record(a_receipt("TEXT_INVALID")) is Recorded.IGNORED
    assert world.conversations.number(PHONE).suppressed is None


def test_a_paid_loan_is_not_woken_by_a_late_failure(world: World, text: Text) -> None:
    loan = world.loan()
    world.loans.save(replace(loan, arrears=replace(loan.arrears, minor=0), next_contact_at=None))
    world.receipts.record(a_receipt("TEXT_UNREACHABLE"))
    assert world.state_of(text) in FINAL
    assert world.loan().next_contact_at is None
