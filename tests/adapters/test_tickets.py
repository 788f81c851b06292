"""What only the tickets in DynamoDB do, beside the contract."""

from datetime import timedelta

from duebridge.core.ticket import Status
from tests.adapters.conftest import AwsStores
from tests.builders import NOW, a_ticket


def test_open_and_late_tickets_are_listed_the_most_urgent_first(aws: AwsStores) -> None:
    aws.tickets.open(a_ticket(ticket_id="normal", priority=3))
    aws.tickets.open(a_ticket(ticket_id="soon", priority=3, answer_by=NOW + timedelta(hours=1)))
    aws.tickets.open(a_ticket(ticket_id="late", priority=3, answer_by=NOW))
    aws.tickets.escalate("late")
    listed = aws.tickets.all_open()
    assert [ticket.ticket_id for ticket in listed] == ["late", "soon", "normal"]
    assert (listed[0].status, listed[0].priority) == (Status.LATE, 1)


def test_a_ticket_is_read_back_as_it_was_opened(aws: AwsStores) -> None:
    aws.tickets.open(a_ticket())
    assert aws.tickets.all_open() == [a_ticket()]
