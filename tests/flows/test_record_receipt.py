"""Receipts move a contact forward, in any order and as often as they like."""

from copy import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import permutations, product

import pytest

from duebridge.core.contact import FINAL, State, Text, Unknown
from duebridge.core.receipt import Receipt
from duebridge.core.standing import Suppression
from duebridge.core.ticket import Reason
from duebridge.flows.record_receipt import Recorded
from duebridge.flows.send_contact import Sent
from tests.builders import PHONE, a_receipt, an_answer
from tests.world import World

NEXT_WINDOW = datetime(2026, 3, 12, 13, 0, tzinfo=UTC)
"""Eight in the morning in Chicago, on the day after NOW."""


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
def test_an_unreachable_phone_gets_one_second_attempt_in_the_next_window(
    world: World, text: Text, event_type: str
) -> None:
    world.receipts.record(a_receipt(event_type))
    assert world.plan().read == 0
    world.clock.at = NEXT_WINDOW - timedelta(seconds=1)
    assert world.plan().read == 0
    world.clock.at = NEXT_WINDOW
    second = world.plans()
    assert (second.step, second.attempt) == (text.step, 2)
    assert world.sender.send(second) is Sent.ACCEPTED
    before = world.loan()
    world.receipts.record(a_receipt(event_type, contact_id=second.contact_id))
    assert world.state_of(second) is State.UNDELIVERED
    assert world.loan() == before
    world.plan()
    assert len(world.outbox.queued) == 2


def test_a_repeated_failure_receipt_makes_no_further_attempt(world: World, text: Text) -> None:
    world.receipts.record(a_receipt("TEXT_UNREACHABLE"))
    world.clock.at = NEXT_WINDOW
    world.plan()
    world.receipts.record(a_receipt("TEXT_UNREACHABLE"))
    world.clock.advance(hours=1)
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
    world.clock.at = NEXT_WINDOW
    first = world.plans()
    assert world.receipts.record(a_receipt("TEXT_UNREACHABLE")) is Recorded.MOVED
    # The repeated effect asks for the second attempt once more.
    world.loans.save(replace(world.loan(), next_contact_at=NEXT_WINDOW))
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
    assert ticket.about == f"unified/days-1-3/en/{event_type}/0"
    assert text.template_version in ticket.note
    assert world.loan().retry == ""
    world.receipts.record(a_receipt(event_type))
    assert len(world.open_tickets) == 1


@pytest.mark.parametrize("event_type", ["TEXT_CARRIER_BLOCKED", "TEXT_SPAM", "TEXT_PROTECT_BLOCKED"])
def test_what_says_nothing_of_the_phone_leaves_number_and_loan_as_they_are(
    world: World, text: Text, event_type: str
) -> None:
    loan, number = world.loan(), world.conversations.number(PHONE)
    recorded = world.receipts.record(a_receipt(event_type))
    assert recorded is (Recorded.MOVED if event_type == "TEXT_PROTECT_BLOCKED" else Recorded.WORDING_STOPPED)
    assert world.state_of(text) is State.UNDELIVERED
    assert (world.loan(), world.conversations.number(PHONE)) == (loan, number)


def test_of_two_receipts_at_the_same_instant_only_the_one_that_moved_the_contact_says_so(
    world: World, text: Text
) -> None:
    class Late:
        def __getattr__(self, name: str) -> object:
            return getattr(world.conversations, name)

        def receive(self, receipt: Receipt, state: State) -> object:
            world.conversations.receive(a_receipt(), State.DELIVERED)
            return world.conversations.receive(receipt, state)

    late = replace(world.receipts, conversations=Late())  # type: ignore[arg-type]
    assert late.record(a_receipt("TEXT_UNREACHABLE")) is Recorded.IGNORED
    assert world.state_of(text) is State.DELIVERED


def test_a_delivery_is_written_without_reading_anything_first(world: World, text: Text) -> None:
    class WritesOnly:
        def receive(self, receipt: Receipt, state: State) -> object:
            return world.conversations.receive(receipt, state)

    writing = replace(world.receipts, conversations=WritesOnly())  # type: ignore[arg-type]
    assert writing.record(a_receipt()) is Recorded.MOVED
    assert world.state_of(text) is State.DELIVERED


def test_a_text_that_our_own_protect_configuration_blocked_goes_to_people_once_a_day(world: World, text: Text) -> None:
    assert world.receipts.record(a_receipt("TEXT_PROTECT_BLOCKED")) is Recorded.MOVED
    world.sender.send(an_answer())
    world.receipts.record(a_receipt("TEXT_PROTECT_BLOCKED", contact_id="answer-1"))
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.priority) == (Reason.CONFIGURATION, 1)
    assert world.state_of(text) is State.UNDELIVERED
    assert text.contact_id not in world.conversations.person("B1").counted
    assert (world.loan().retry, world.conversations.number(PHONE).suppressed) == ("", None)


def test_an_unknown_end_counts_as_a_contact_and_is_not_tried_again(world: World, text: Text) -> None:
    assert world.receipts.record(a_receipt("TEXT_UNKNOWN")) is Recorded.IGNORED
    assert world.state_of(text) is State.ACCEPTED
    assert text.contact_id in world.conversations.person("B1").counted
    assert world.loan().retry == ""


# Every type, in every order, late, twice, and before our own record of the acceptance.

FINAL_STATE = {
    "TEXT_SUCCESSFUL": State.DELIVERED,
    "TEXT_DELIVERED": State.DELIVERED,
    "TEXT_CARRIER_UNREACHABLE": State.UNDELIVERED,
    "TEXT_UNREACHABLE": State.UNDELIVERED,
    "TEXT_TTL_EXPIRED": State.UNDELIVERED,
    "TEXT_INVALID": State.UNDELIVERED,
    "TEXT_INVALID_MESSAGE": State.UNDELIVERED,
    "TEXT_BLOCKED": State.UNDELIVERED,
    "TEXT_CARRIER_BLOCKED": State.UNDELIVERED,
    "TEXT_SPAM": State.UNDELIVERED,
    "TEXT_PROTECT_BLOCKED": State.UNDELIVERED,
}
SETTLES_NOTHING = ("TEXT_UNKNOWN", "TEXT_OF_NEXT_YEAR")
NOT_FINAL = ("TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_SENT")
ALL_EVENTS = [
    *((event_type, True) for event_type in (*FINAL_STATE, *SETTLES_NOTHING)),
    *((event_type, False) for event_type in NOT_FINAL),
]
"""With whether they are final."""
ONE_OF_EACH_MEANING = [
    ("TEXT_DELIVERED", True),
    ("TEXT_UNREACHABLE", True),
    ("TEXT_INVALID", True),
    ("TEXT_BLOCKED", True),
    ("TEXT_SPAM", True),
    ("TEXT_PROTECT_BLOCKED", True),
    ("TEXT_UNKNOWN", True),
    ("TEXT_SUCCESSFUL", False),
]


def standing_after(world: World, text: Text) -> tuple[object, ...]:
    """All that receipts can change."""
    loan = world.loan()
    return (
        world.state_of(text),
        loan.retry,
        loan.next_contact_at,
        loan.silent,
        world.conversations.number(PHONE).suppressed,
        set(world.conversations.person("B1").counted),
        world.stops.stops.wordings,
        {(ticket.reason, ticket.about) for ticket in world.open_tickets},
    )


def heard(events: tuple[tuple[str, bool], ...], before: State) -> tuple[object, ...]:
    """What a fresh world looks like after these events about a text in this state."""
    world = World.in_memory()
    world.knows()
    text = world.plans()
    world.carrier.outcomes = [Unknown("ReadTimeoutError")] if before is State.IN_DOUBT else []
    world.sender.send(text)
    if before is State.SENDING:
        row = world.conversations.contacts[PHONE, text.contact_id]
        world.conversations.contacts[PHONE, text.contact_id] = replace(row, state=State.SENDING, message_id="")
    for event_type, is_final in events:
        world.receipts.record(a_receipt(event_type, is_final=is_final))
        stranger = a_receipt(event_type, is_final=is_final, contact_id="demand-of-nobody", message_id="message-9")
        assert world.receipts.record(stranger) is Recorded.IGNORED
    return standing_after(world, text)


@cache
def heard_alone(event_type: str, before: State) -> tuple[object, ...]:
    return heard(((event_type, True),), before)


@pytest.mark.parametrize("before", [State.SENDING, State.ACCEPTED, State.IN_DOUBT])
def test_events_in_any_order_and_repeated_leave_what_the_first_final_one_alone_leaves(before: State) -> None:
    tried = 0
    for events in (*product(ALL_EVENTS, repeat=2), *product(ONE_OF_EACH_MEANING, repeat=3)):
        first = next((event_type for event_type, is_final in events if is_final and event_type in FINAL_STATE), "")
        expected = heard_alone(first, before) if first else heard((), before)
        assert heard(events, before) == expected, events
        tried += 1
    assert tried == 17**2 + 8**3


@pytest.mark.parametrize("event_type", FINAL_STATE)
def test_each_final_event_settles_a_doubt(event_type: str) -> None:
    assert heard_alone(event_type, State.IN_DOUBT)[0] is FINAL_STATE[event_type]
    assert heard_alone(event_type, State.IN_DOUBT) == heard_alone(event_type, State.ACCEPTED)


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
