"""What every ticket desk does."""

from datetime import timedelta

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
