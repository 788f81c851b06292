"""`duebridge explain` tells a loan's whole story, a text in doubt included."""

from copy import replace
from datetime import date, timedelta

import pytest

from duebridge.adapters.stops import DynamoStops
from duebridge.core.contact import Misconfigured, Text, Unknown
from duebridge.core.undertaking import Promised
from infra.explanation import explain
from infra.records import read_all
from tests.aws import CONVERSATION_TABLE, LOAN_TABLE, TICKET_TABLE
from tests.builders import NOW, PHONE, a_payment_row, a_receipt, the_content
from tests.stores import aws_client
from tests.world import World


@pytest.fixture
def text(world: World) -> Text:
    world.knows()
    return world.plans()


def story(world: World) -> str:
    names = {"LoanTable": LOAN_TABLE, "ConversationTable": CONVERSATION_TABLE, "TicketTable": TICKET_TABLE}
    found = explain(read_all(aws_client("dynamodb"), names), the_content(), "L1", world.clock.now())
    assert found is not None
    assert [h.at for h in found.happenings] == sorted(h.at for h in found.happenings)
    return "\n".join(happening.what for happening in found.happenings)


def stops_of() -> DynamoStops:
    return DynamoStops(aws_client("dynamodb"), LOAN_TABLE)


def put_in_doubt(world: World, text: Text) -> None:
    world.carrier.outcomes = [Unknown("ReadTimeoutError")]
    world.sender.send(text)
    world.clock.advance(minutes=1)


def test_a_text_in_doubt_says_why_and_until_when_a_receipt_may_settle_it(world: World, text: Text) -> None:
    put_in_doubt(world, text)
    told = story(world)
    assert f"text {text.contact_id}: the SMS service did not say whether it took it (ReadTimeoutError)" in told
    assert "a receipt may settle it until 14 Mar 2026 16:00 UTC; then a person is asked" in told


def test_a_doubt_that_a_receipt_settled_tells_both(world: World, text: Text) -> None:
    put_in_doubt(world, text)
    world.receipts.record(a_receipt(at=NOW + timedelta(minutes=5)))
    told = story(world)
    assert "in doubt, and never sent again" in told
    assert "the carrier reports TEXT_DELIVERED: it arrived, which settles the doubt" in told
    assert "may settle it" not in told


def test_a_doubt_that_nothing_settled_names_the_ticket_that_asks_a_person(world: World, text: Text) -> None:
    put_in_doubt(world, text)
    world.clock.advance(hours=72)
    world.broom.run()
    (ticket,) = world.open_tickets
    assert f"ticket {ticket.ticket_id} asks a person whether it arrived, to be answered by" in story(world)


def test_a_text_that_went_tells_that_it_was_taken_and_that_it_arrived(world: World, text: Text) -> None:
    world.sender.send(text)
    world.receipts.record(a_receipt())
    told = story(world)
    assert "taken by the SMS service" in told
    assert "the carrier reports TEXT_DELIVERED: it arrived" in told
    assert "doubt" not in told


def test_a_stop_of_sending_and_the_text_that_it_put_back_are_told(world: World, text: Text) -> None:
    world.carrier.outcomes = [Misconfigured("MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT")]
    stopping = replace(world.stopping, stops=stops_of())
    world.sender_with(stopping=stopping).send(text)
    told = story(world)
    assert "sending is stopped (everything): MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT" in told
    assert f"text {text.contact_id}: put back: MONTHLY SPEND LIMIT REACHED FOR TEXT" in told


def test_a_stopped_wording_is_one_of_the_rules_that_are_asked_now(world: World) -> None:
    world.knows()
    replace(world.stopping, stops=stops_of()).stop_wording(world.plans(), "TEXT_SPAM")
    world.loans.save(replace(world.loan(), steps=()))
    names = {"LoanTable": LOAN_TABLE, "ConversationTable": CONVERSATION_TABLE, "TicketTable": TICKET_TABLE}
    found = explain(read_all(aws_client("dynamodb"), names), the_content(), "L1", NOW)
    assert found is not None
    assert "a carrier refused this wording" in found.headline


def test_payments_promises_and_what_people_did_are_told(world: World, text: Text) -> None:
    world.cashier.record(a_payment_row(10_000), NOW)
    promise = Promised(pay_on=date(2026, 3, 20), amount_minor=5_000, noted_at=NOW, by="reply-1")
    world.loans.save(replace(world.loan(), promised=promise))
    world.loans.record_audit("L1", NOW, "ticket-1#1", "2026-03-11 16:00 UTC, AB: held as disputed", 0)
    told = story(world)
    assert "payment P1 of 100.00 booked" in told
    assert "50.00 promised by 20 Mar 2026 (reply-1), 0.00 paid" in told
    assert "AB: held as disputed (ticket-1#1)" in told
    for personal in (PHONE, "Garcia", text.body):
        assert personal not in told
