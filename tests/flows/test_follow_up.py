"""Tickets are derived from what gave rise to them and run by the borrower's own desk."""

from datetime import timedelta

from duebridge.core.ticket import Reason
from tests.builders import NOW, PHONE, a_chinese_loan
from tests.world import World


def test_the_same_event_opens_the_same_ticket_once(world: World) -> None:
    first = world.follow_up.open(Reason.REPLY, about="inbound-1")
    assert world.follow_up.open(Reason.REPLY, about="inbound-1") == first
    assert world.follow_up.open(Reason.REPLY, about="inbound-2") != first
    assert len(world.open_tickets) == 2


def test_a_ticket_is_due_by_the_working_hours_of_the_loans_country(world: World) -> None:
    world.knows()
    world.follow_up.open(Reason.IN_DOUBT, about="c1", loan_id="L1")
    assert world.open_tickets[0].answer_by == NOW + timedelta(hours=4)
    world.knows(a_chinese_loan(loan_id="L2"))
    world.follow_up.open(Reason.IN_DOUBT, about="c2", loan_id="L2")
    # Midnight in Shanghai: the four hours begin at nine.
    assert world.open_tickets[1].answer_by == NOW + timedelta(hours=13)


def test_a_raised_ticket_is_more_urgent_and_never_beyond_the_most_urgent(world: World) -> None:
    world.follow_up.open(Reason.REPLY, about="a", raised=1)
    world.follow_up.open(Reason.CARRIER_BLOCK, about="b", raised=5)
    assert sorted(ticket.priority for ticket in world.open_tickets) == [1, 2]


def test_a_ticket_shows_a_number_only_masked(world: World) -> None:
    world.follow_up.open(Reason.REPLY, about="a", phone=PHONE)
    (ticket,) = world.open_tickets
    assert PHONE[3:-2] not in f"{ticket.masked_phone} {ticket.note} {ticket.about}"


def test_a_loan_that_nobody_knows_still_gets_its_ticket(world: World) -> None:
    world.follow_up.open(Reason.PAYMENT_UNMATCHED, about="L9/P1", loan_id="L9")
    assert world.open_tickets[0].loan_ids == ("L9",)
