"""What every ticket desk does."""

from copy import replace
from datetime import timedelta

from duebridge.core.ticket import Status, Ticket
from duebridge.ports import Tickets
from tests.builders import NOW, a_ticket


def test_the_same_event_opens_one_ticket(tickets: Tickets) -> None:
    assert tickets.open(a_ticket())
    assert not tickets.open(a_ticket(note="again"))


def test_a_ticket_is_late_when_its_time_is_over(tickets: Tickets) -> None:
    tickets.open(a_ticket(answer_by=NOW))
    assert tickets.late(NOW - timedelta(seconds=1), 9) == []
    assert tickets.late(NOW, 9) == ["ticket-1"]


def test_a_late_ticket_is_escalated_once(tickets: Tickets) -> None:
    tickets.open(a_ticket(answer_by=NOW))
    tickets.escalate("ticket-1")
    assert tickets.late(NOW, 9) == []
    tickets.escalate("ticket-1")
    assert tickets.late(NOW, 9) == []


def test_the_longest_overdue_come_first_and_no_more_than_asked_for(tickets: Tickets) -> None:
    for hours, ticket_id in ((2, "b"), (3, "a"), (1, "c")):
        tickets.open(a_ticket(ticket_id=ticket_id, answer_by=NOW - timedelta(hours=hours)))
    assert tickets.late(NOW, 2) == ["a", "b"]


def test_a_repeat_of_an_escalated_ticket_does_not_open_it_again(tickets: Tickets) -> None:
    tickets.open(a_ticket(answer_by=NOW))
    tickets.escalate("ticket-1")
    assert not tickets.open(a_ticket(answer_by=NOW))
    assert tickets.late(NOW, 9) == []


REQUEST = {"by": "AB", "action": "take"}


def kept(tickets: Tickets) -> Ticket:
    ticket = tickets.get("ticket-1")
    assert ticket is not None
    return ticket


def test_a_ticket_comes_back_as_it_was_opened(tickets: Tickets) -> None:
    ticket = a_ticket(labels=("dispute", "help"), is_displeased=True, owner="AB", history=("opened",), request=REQUEST)
    tickets.open(ticket)
    assert tickets.get("ticket-1") == ticket
    assert tickets.get("ticket-2") is None


def test_a_request_is_taken_up_once_under_the_next_number(tickets: Tickets) -> None:
    tickets.open(a_ticket(request=REQUEST))
    before = kept(tickets)
    assert tickets.take_up(before)
    assert not tickets.take_up(before)
    assert (kept(tickets).request, kept(tickets).doing, kept(tickets).actions) == ({}, REQUEST, 1)


def test_a_request_that_was_corrected_meanwhile_is_not_taken_up(tickets: Tickets) -> None:
    tickets.open(a_ticket(request=REQUEST))
    assert not tickets.take_up(replace(kept(tickets), request={"by": "AB", "action": "close"}))
    assert not tickets.refuse(replace(kept(tickets), request={"by": "AB", "action": "close"}), "why")
    assert kept(tickets).request == REQUEST


def test_a_refused_request_is_gone_and_the_fault_is_told_until_one_is_taken_up(tickets: Tickets) -> None:
    tickets.open(a_ticket(request=REQUEST, fault="old"))
    assert tickets.refuse(kept(tickets), "write it so")
    assert (kept(tickets).request, kept(tickets).fault) == ({}, "write it so")


def test_what_is_no_map_can_be_refused_too(tickets: Tickets) -> None:
    tickets.open(a_ticket(request={"not_a_map": "close it"}))
    assert tickets.refuse(kept(tickets), "write a map")
    assert kept(tickets).request == {}


def test_an_action_is_finished_once_with_what_it_made_of_the_ticket(tickets: Tickets) -> None:
    tickets.open(a_ticket(request=REQUEST))
    tickets.take_up(kept(tickets))
    read = kept(tickets)
    done = replace(read, owner="AB", status=Status.CLOSED, closings=1, history=("took it",))
    assert tickets.finish(done, read)
    assert not tickets.finish(done, read)
    after = kept(tickets)
    assert (after.owner, after.status, after.closings, after.history) == ("AB", Status.CLOSED, 1, ("took it",))
    assert after.doing == {}


def test_a_closing_is_reopened_once(tickets: Tickets) -> None:
    tickets.open(a_ticket(status=Status.CLOSED, closings=1))
    again = replace(kept(tickets), status=Status.OPEN, priority=1, answer_by=NOW)
    assert tickets.reopen(again)
    assert not tickets.reopen(again)
    assert (kept(tickets).status, kept(tickets).priority) == (Status.OPEN, 1)
    assert tickets.late(NOW, 9) == ["ticket-1"]


def test_an_outcome_is_noted_once_and_for_its_own_closing_only(tickets: Tickets) -> None:
    tickets.open(a_ticket(status=Status.CLOSED, closings=2, history=("closed",)))
    tickets.note_outcome("ticket-1", 2, "content")
    tickets.note_outcome("ticket-1", 2, "content")
    tickets.note_outcome("ticket-1", 1, "other")
    tickets.note_outcome("ticket-9", 1, "unknown")
    assert kept(tickets).history == ("closed", "content")


def test_an_action_does_not_write_over_a_ticket_that_became_late_meanwhile(tickets: Tickets) -> None:
    tickets.open(a_ticket(request=REQUEST))
    tickets.take_up(kept(tickets))
    read = kept(tickets)
    tickets.escalate("ticket-1")
    assert not tickets.finish(replace(read, owner="AB"), read)
    assert tickets.finish(replace(kept(tickets), owner="AB"), kept(tickets))
    assert (kept(tickets).owner, kept(tickets).status) == ("AB", Status.LATE)
