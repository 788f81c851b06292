"""The sweep finds what was left half-way, and does each thing once."""

from datetime import timedelta

import pytest

from duebridge.core.contact import State, Text
from duebridge.core.shard import SILENT
from duebridge.core.standing import Counted, Suppression
from duebridge.core.ticket import Reason, Status
from duebridge.flows.record_receipt import Recorded
from duebridge.flows.send_contact import Sent
from tests.builders import NOW, PHONE, a_loan, a_number, a_receipt, a_text, a_ticket
from tests.world import World


@pytest.fixture
def claimed(world: World) -> Text:
    """A sender claimed this text and died; its message came again."""
    text = a_text()
    person = world.conversations.person("B1").with_contact(text.contact_id, Counted(NOW, text.quiet_until))
    world.conversations.claim(text, NOW, world.conversations.number(PHONE), person, None, ())
    world.conversations.watch(PHONE, text.contact_id)
    return text


def test_a_claim_whose_sender_died_becomes_a_doubt_and_is_not_sent(world: World, claimed: Text) -> None:
    world.knows(a_loan(steps=("days-1-3",)))
    world.clock.advance(minutes=10)
    assert world.broom.run().lapsed_claims == 1
    assert world.state_of(claimed) is State.IN_DOUBT
    assert world.broom.run().lapsed_claims == 0
    assert world.sender.send(claimed) is Sent.REPEATED
    assert world.carrier.sent == []


def test_a_claim_whose_sender_may_still_live_is_left_alone(world: World, claimed: Text) -> None:
    world.clock.advance(minutes=9, seconds=59)
    assert world.broom.run().lapsed_claims == 0
    assert world.state_of(claimed) is State.SENDING


def test_a_doubt_is_asked_about_once_after_seventy_two_hours(world: World, claimed: Text) -> None:
    world.conversations.move(PHONE, claimed.contact_id, State.IN_DOUBT, NOW)
    world.clock.advance(hours=71, minutes=59)
    assert world.broom.run().doubts_for_people == 0
    world.clock.advance(minutes=1)
    assert world.broom.run().doubts_for_people == 1
    assert world.broom.run().doubts_for_people == 0
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.about) == (Reason.IN_DOUBT, claimed.contact_id)


def test_a_late_receipt_still_settles_a_doubt_that_a_person_has(world: World, claimed: Text) -> None:
    world.conversations.move(PHONE, claimed.contact_id, State.IN_DOUBT, NOW)
    world.clock.advance(hours=73)
    world.broom.run()
    assert world.receipts.record(a_receipt()) is Recorded.MOVED
    assert world.state_of(claimed) is State.DELIVERED


def test_the_carrier_hears_of_an_opt_out_within_minutes_whatever_became_of_the_confirmation(world: World) -> None:
    world.conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW, "answer-1"))
    world.clock.advance(minutes=4)
    assert world.broom.run().opt_outs_told == 0
    world.clock.advance(minutes=1)
    assert world.broom.run().opt_outs_told == 1
    assert world.broom.run().opt_outs_told == 0
    assert world.carrier.listed == [PHONE]


def test_an_opt_out_that_the_carrier_did_not_take_is_told_again(world: World) -> None:
    world.conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW))
    world.clock.advance(minutes=5)

    class Away:
        def list_opt_out(self, *_: str) -> None:
            raise ConnectionError("the provider is away")

    real, world.carrier = world.carrier, Away()  # type: ignore[assignment]
    with pytest.raises(ExceptionGroup):
        world.broom.run()
    world.carrier = real
    assert world.broom.run().opt_outs_told == 1


def test_one_part_that_fails_does_not_stop_the_others(world: World) -> None:
    world.conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW))
    world.tickets.open(a_ticket(answer_by=NOW))
    world.clock.advance(minutes=5)

    class Away:
        def list_opt_out(self, *_: str) -> None:
            raise ConnectionError("the provider is away")

    world.carrier = Away()  # type: ignore[assignment]
    with pytest.raises(ExceptionGroup):
        world.broom.run()
    (ticket,) = world.open_tickets
    assert ticket.status is Status.LATE


def test_a_late_ticket_is_escalated_once(world: World) -> None:
    world.tickets.open(a_ticket(answer_by=NOW))
    assert world.broom.run().late_tickets == 1
    assert world.broom.run().late_tickets == 0
    (ticket,) = world.open_tickets
    assert (ticket.status, ticket.priority) == (Status.LATE, 1)


def test_loans_that_no_text_reaches_are_handed_over_once_together(world: World) -> None:
    world.knows(a_loan(loan_id="L1", silent=True), a_loan(loan_id="L2", silent=True), a_loan(loan_id="L3"))
    world.clock.advance(days=1)
    assert world.broom.run().handed_over == 2
    assert world.broom.run().handed_over == 0
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.loan_ids) == (Reason.NOT_REACHABLE, ("L1", "L2"))
    assert world.loans.due(SILENT, NOW, "", 9).loans == ()
    assert world.loan("L1").silent
    assert world.loan("L3").next_contact_at == NOW


def test_a_loan_that_went_silent_during_the_day_waits_for_the_next_opening_of_the_desk(world: World) -> None:
    opened = world.broom.follow_up.desk_opened_at(NOW)
    world.knows(a_loan(silent=True, next_contact_at=opened + timedelta(seconds=1)))
    assert world.broom.run().handed_over == 0
    world.clock.advance(days=1)
    assert world.broom.run().handed_over == 1


def test_a_later_hand_over_of_the_same_day_is_not_lost_behind_the_first(world: World) -> None:
    world.knows(a_loan(loan_id="L1", silent=True))
    world.clock.advance(days=1)
    world.broom.run()
    world.knows(a_loan(loan_id="L2", silent=True))
    world.broom.run()
    handed_over = [loan_id for ticket in world.open_tickets for loan_id in ticket.loan_ids]
    assert sorted(handed_over) == ["L1", "L2"]


def test_a_crash_after_the_hand_over_ticket_opens_no_second_one(world: World) -> None:
    world.knows(a_loan(silent=True))
    world.clock.advance(days=1)
    saved = world.loans.save

    def dies(*_: object) -> None:
        raise ConnectionError("the function was stopped")

    world.loans.save = dies
    with pytest.raises(ExceptionGroup):
        world.broom.run()
    world.loans.save = saved
    world.broom.run()
    assert len(world.open_tickets) == 1


def test_with_nothing_left_half_way_nothing_is_done(world: World) -> None:
    world.knows()
    world.clock.advance(days=3)
    report = world.broom.run()
    assert not any((report.lapsed_claims, report.doubts_for_people, report.opt_outs_told, report.late_tickets))
    assert world.open_tickets == []


def test_a_claim_that_lapsed_is_not_yet_a_persons_work(world: World, claimed: Text) -> None:
    world.clock.at = NOW + timedelta(hours=2)
    world.broom.run()
    assert world.state_of(claimed) is State.IN_DOUBT
    assert world.open_tickets == []
