"""What an operator writes on a ticket becomes gated effects, once, with an audit line."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from duebridge.core.contact import State, Text, operator_id, satisfaction_id
from duebridge.core.erasure import Case, held
from duebridge.core.loan import Loan, Pause, pause_name, reason_of
from duebridge.core.standing import Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason, Status, Ticket, TicketChange
from duebridge.core.undertaking import Arrangement, ArrangementKind, ArrangementStatus, Offer, Option, Part
from duebridge.flows.send_contact import Sent
from tests.builders import NOW, PHONE, a_loan, a_ticket, registered_content
from tests.world import World

PART = Part(date(2026, 3, 31), 22_218)


@pytest.fixture
def asked(world: World) -> World:
    """The borrower of L1 asked a question, and a ticket holds the loan."""
    world.knows()
    ticket_id = world.follow_up.open(Reason.QUESTION, about="inbound-1", phone=PHONE, loan_id="L1")
    loan = world.loan()
    world.loans.save(loan.paused(pause_name("question", ticket_id), Pause(NOW, None, ticket_id)))
    return world


def the_ticket(world: World) -> Ticket:
    (ticket,) = world.all_tickets
    return ticket


def writes(world: World, **request: Any) -> Ticket:
    """An operator's edit in the console, and what the stream makes of it."""
    before = the_ticket(world)
    world.edit_ticket(before.ticket_id, {"by": "AB", **request})
    after = the_ticket(world)
    world.desk.follow(TicketChange(before.ticket_id, before, after))
    return the_ticket(world)


def texts(world: World, kind: Kind) -> list[Text]:
    return [text for text in world.outbox.texts if text.kind is kind]


def test_taking_a_ticket_names_its_owner_and_leaves_a_line(asked: World) -> None:
    ticket = writes(asked, action="take")
    assert ticket.owner == "AB"
    assert ticket.history == ("2026-03-11 16:00 UTC, AB: took it",)
    assert not ticket.request
    assert not ticket.doing


def test_an_answer_goes_out_as_an_operators_text_and_ends_what_waited_for_it(asked: World) -> None:
    ticket = writes(asked, action="answer", text="Your balance is right as it stands.")
    (text,) = texts(asked, Kind.OPERATOR)
    assert text.contact_id == operator_id(ticket.ticket_id, 1)
    assert "Your balance is right as it stands." in text.body
    assert "Harbour Bank" in text.body
    assert asked.sender.send(text) is Sent.ACCEPTED
    assert {reason_of(name) for name in asked.loan().pauses} == {"answered"}


def test_after_an_answer_the_ladder_rests_for_two_working_days(asked: World) -> None:
    writes(asked, action="answer", template="operator/call_attempted")
    loan = asked.loan()
    assert loan.next_contact_at == loan.pauses["answered"].until == datetime(2026, 3, 14, 5, tzinfo=UTC)


def test_the_same_change_seen_twice_acts_once(asked: World) -> None:
    before = the_ticket(asked)
    asked.edit_ticket(before.ticket_id, {"by": "AB", "action": "answer", "text": "Hello"})
    change = TicketChange(before.ticket_id, before, the_ticket(asked))
    asked.desk.follow(change)
    asked.desk.follow(change)
    assert len(texts(asked, Kind.OPERATOR)) == 1
    assert len(the_ticket(asked).history) == 1


def test_a_request_whose_first_try_died_half_way_is_ended_with_the_same_ids(asked: World) -> None:
    before = the_ticket(asked)
    asked.edit_ticket(before.ticket_id, {"by": "AB", "action": "answer", "text": "Hello"})
    asked.outbox.fails = True
    change = TicketChange(before.ticket_id, before, the_ticket(asked))
    with pytest.raises(ConnectionError):
        asked.desk.follow(change)
    asked.outbox.fails = False
    asked.desk.follow(change)
    asked.desk.follow(change)
    assert {text.contact_id for text in texts(asked, Kind.OPERATOR)} == {operator_id(before.ticket_id, 1)}
    assert the_ticket(asked).actions == 1


def test_a_second_request_written_while_the_first_is_done_is_not_lost(asked: World) -> None:
    before = the_ticket(asked)
    asked.edit_ticket(before.ticket_id, {"by": "AB", "action": "answer", "text": "First"})
    asked.outbox.fails = True
    with pytest.raises(ConnectionError):
        asked.desk.follow(TicketChange(before.ticket_id, before, the_ticket(asked)))
    asked.edit_ticket(before.ticket_id, {"by": "CD", "action": "answer", "text": "Second"})
    asked.outbox.fails = False
    asked.desk.follow(TicketChange(before.ticket_id, before, the_ticket(asked)))
    assert [text.contact_id for text in texts(asked, Kind.OPERATOR)] == [
        operator_id(before.ticket_id, number) for number in (1, 2)
    ]


def test_a_request_that_does_not_read_is_taken_off_and_told_how_to_mend(asked: World) -> None:
    ticket = writes(asked, action="anser", text="Hello")
    assert "write one of take, answer" in ticket.fault
    assert not ticket.request
    assert not asked.outbox.texts
    assert writes(asked, action="take").fault == ""


@pytest.mark.parametrize("written", ["close it", 7, ["close"], {"deep": {"er": 1}}])
def test_anything_at_all_written_by_hand_is_refused_and_breaks_nothing(asked: World, written: Any) -> None:
    before = the_ticket(asked)
    asked.edit_ticket(before.ticket_id, written)
    asked.desk.follow(TicketChange(before.ticket_id, before, the_ticket(asked)))
    assert the_ticket(asked).fault
    assert not the_ticket(asked).request


@pytest.mark.parametrize("text", ["see https://evil.example/x", "go to www.pay-now.biz", "pay at evil.com today"])
def test_an_operators_words_may_not_send_borrowers_to_foreign_addresses(asked: World, text: str) -> None:
    assert "address" in writes(asked, action="answer", text=text).fault


def test_the_lenders_own_site_may_be_named(asked: World) -> None:
    assert writes(asked, action="answer", text="See harbour-bank.example for the form").fault == ""


def test_free_words_are_refused_where_texts_must_be_registered(asked: World) -> None:
    content = registered_content()
    policies = tuple(replace(policy, registered_texts=True) for policy in content.policies["US"])
    content = replace(content, policies={**content.policies, "US": policies})
    before = the_ticket(asked)
    asked.edit_ticket(before.ticket_id, {"by": "AB", "action": "answer", "text": "Hello"})
    replace(asked.desk, content=content).follow(TicketChange(before.ticket_id, before, the_ticket(asked)))
    assert "registered texts only" in the_ticket(asked).fault


def test_braces_in_an_operators_words_are_words(asked: World) -> None:
    writes(asked, action="answer", text="{{ phone }} {% if x %}")
    assert "{{ phone }} {% if x %}" in texts(asked, Kind.OPERATOR)[0].body


def test_no_text_is_written_to_a_number_that_opted_out(asked: World) -> None:
    asked.conversations.save_number(
        replace(asked.conversations.number(PHONE), suppressed=Suppression.OPTED_OUT, suppressed_at=NOW)
    )
    assert "opted_out" in writes(asked, action="answer", text="Hello").fault


def test_an_answer_written_at_night_waits_for_the_morning_and_then_goes_once(asked: World) -> None:
    asked.clock.at = datetime(2026, 3, 12, 4, tzinfo=UTC)
    writes(asked, action="answer", text="Good news")
    (text,) = texts(asked, Kind.OPERATOR)
    assert asked.sender.send(text) is Sent.HELD
    asked.outbox.queued.clear()
    asked.broom.run()
    assert not asked.outbox.texts
    asked.clock.at = datetime(2026, 3, 12, 14, tzinfo=UTC)
    asked.broom.run()
    asked.broom.run()
    assert [asked.sender.send(text) for text in texts(asked, Kind.OPERATOR)] == [Sent.ACCEPTED]


def test_a_hold_by_hand_stands_until_its_day_is_over(asked: World) -> None:
    writes(asked, action="hold", hold="breathing_space", until="2026-05-10")
    assert asked.loan().pauses["breathing_space"].until == datetime(2026, 5, 11, 5, tzinfo=UTC)


def test_an_unknown_hold_is_refused_with_the_known_ones(asked: World) -> None:
    assert "by_operator" in writes(asked, action="hold", hold="holiday").fault


def test_a_hold_of_law_is_lifted_by_release_and_not_by_closing(asked: World) -> None:
    ticket = the_ticket(asked)
    loan = asked.loan()
    asked.loans.save(loan.paused(pause_name("disputed", ticket.ticket_id), Pause(NOW, None, ticket.ticket_id)))
    writes(asked, action="close", outcome="dispute_upheld")
    assert {reason_of(name) for name in asked.loan().pauses} == {"disputed", "answered"}
    writes(asked, action="reopen")
    writes(asked, action="release", hold="disputed")
    assert {reason_of(name) for name in asked.loan().pauses} == {"answered"}


def test_closing_may_release_in_the_same_edit(asked: World) -> None:
    ticket = the_ticket(asked)
    asked.loans.save(asked.loan().paused(pause_name("disputed", ticket.ticket_id), Pause(NOW, None, ticket.ticket_id)))
    closed = writes(asked, action="close", outcome="dispute_not_upheld", release="all")
    assert closed.status is Status.CLOSED
    assert {reason_of(name) for name in asked.loan().pauses} == {"answered"}


def test_a_release_of_what_does_not_stand_is_refused(asked: World) -> None:
    assert "no such hold" in writes(asked, action="release", hold="disputed").fault


def test_no_operator_lifts_the_hold_of_an_erased_borrower(asked: World) -> None:
    asked.loans.save(held(asked.loan(), Case("ER-1", "AB"), NOW))
    assert "no such hold" in writes(asked, action="release", hold="erased").fault
    writes(asked, action="release", hold="all")
    assert "erased" in asked.loan().pauses


def test_a_closed_ticket_is_forgotten_in_time_and_an_open_one_never(asked: World) -> None:
    assert the_ticket(asked).forget_after == 0
    closed = writes(asked, action="close", outcome="answered")
    assert closed.forget_after == int((NOW + timedelta(days=1096)).timestamp())
    assert writes(asked, action="reopen").forget_after == 0


def test_a_ticket_of_no_loan_is_kept_as_long_as_the_strictest_country_asks(asked: World) -> None:
    asked.tickets.tickets["ticket-2"] = a_ticket(ticket_id="ticket-2", loan_ids=(), borrower_id="", phone="")
    asked.edit_ticket("ticket-2", {"by": "AB", "action": "close", "outcome": "no_action"})
    asked.desk.follow(TicketChange("ticket-2", None, asked.tickets.get("ticket-2")))
    longest = max(policy.keep_days for each in asked.content.policies.values() for policy in each)
    assert asked.tickets.get("ticket-2").forget_after == int((NOW + timedelta(days=longest)).timestamp())


def test_closing_asks_once_whether_the_borrower_is_content(asked: World) -> None:
    ticket = writes(asked, action="close", outcome="answered")
    (question,) = texts(asked, Kind.SATISFACTION)
    assert question.contact_id == satisfaction_id(ticket.ticket_id, 1)
    assert (question.ticket_id, question.attempt) == (ticket.ticket_id, 1)
    assert "1" in question.body
    assert "2" in question.body


def test_a_closed_ticket_is_not_closed_again(asked: World) -> None:
    writes(asked, action="close", outcome="answered")
    assert "closed already" in writes(asked, action="close", outcome="answered").fault
    assert len(texts(asked, Kind.SATISFACTION)) == 1


def test_displeasure_is_closed_only_with_its_root_cause(world: World) -> None:
    world.knows()
    world.follow_up.open(Reason.COMPLAINT, about="i", phone=PHONE, loan_id="L1", is_displeased=True)
    assert "root_cause" in writes(world, action="close", outcome="corrected").fault
    closed = writes(world, action="close", outcome="corrected", root_cause="our_error")
    assert (closed.status, closed.root_cause) == (Status.CLOSED, "our_error")


@pytest.mark.parametrize("reason", [Reason.DECEASED, Reason.LEGAL, Reason.VULNERABLE])
def test_nobody_is_asked_whether_they_liked_how_a_death_was_handled(world: World, reason: Reason) -> None:
    world.knows()
    world.follow_up.open(reason, about="i", phone=PHONE, loan_id="L1")
    assert writes(world, action="close", outcome="referred").status is Status.CLOSED
    assert not world.outbox.texts


def test_a_call_made_outside_counts_for_the_persons_caps_once(asked: World) -> None:
    writes(asked, action="call", outcome="reached", at="2026-03-11T09:30-05:00")
    assert asked.conversations.person("B1").contact_times() == [datetime(2026, 3, 11, 14, 30, tzinfo=UTC)]


def test_a_call_cannot_have_been_made_tomorrow(asked: World) -> None:
    assert "future" in writes(asked, action="call", outcome="reached", at="2026-03-12T09:30-05:00").fault


def test_an_opt_out_on_the_phone_is_as_good_as_one_by_text(asked: World) -> None:
    writes(asked, action="opt_out")
    assert asked.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT


# Arrangements.


def with_choice(world: World, status: ArrangementStatus = ArrangementStatus.PROPOSED) -> Ticket:
    choice = Arrangement(status=status, kind=ArrangementKind.EXTENSION, parts=(PART,), chosen_at=NOW, by="inbound-1")
    world.knows(a_loan(arrangement=choice))
    ticket = world.follow_up.open(Reason.ARRANGEMENT, about="inbound-1", phone=PHONE, loan_id="L1")
    world.loans.save(world.loan().paused(pause_name("arrangement", ticket), Pause(NOW, None, ticket)))
    return the_ticket(world)


def test_an_agreed_arrangement_becomes_a_promise_and_the_borrower_reads_it(world: World) -> None:
    with_choice(world)
    writes(world, action="arrangement", decision="agree")
    loan = world.loan()
    assert loan.arrangement is not None
    assert loan.arrangement.status is ArrangementStatus.AGREED
    assert loan.promised is not None
    assert loan.promised.pay_on == PART.pay_on
    assert set(loan.pauses) == {"promise"}
    (text,) = texts(world, Kind.OPERATOR)
    assert "$222.18" in text.body


def test_a_declined_one_is_gone_and_the_hold_stays_until_the_ticket_is_closed(world: World) -> None:
    with_choice(world)
    writes(world, action="arrangement", decision="decline")
    assert world.loan().arrangement is None
    assert {reason_of(name) for name in world.loan().pauses} == {"arrangement"}
    writes(world, action="close", outcome="not_arranged")
    assert {reason_of(name) for name in world.loan().pauses} == {"answered"}


def test_a_choice_is_decided_before_its_ticket_closes(world: World) -> None:
    with_choice(world)
    assert "decision" in writes(world, action="close", outcome="arranged").fault


@pytest.mark.parametrize("decision", ["agree", "decline"])
def test_what_was_agreed_at_once_is_not_decided_a_second_time(world: World, decision: str) -> None:
    with_choice(world, ArrangementStatus.AGREED)
    assert "already" in writes(world, action="arrangement", decision=decision).fault
    assert not world.outbox.texts


def test_an_option_chosen_on_the_phone_is_agreed_by_its_number(world: World) -> None:
    offer = Offer(NOW, "inbound-1", "ticket-0", (Option(ArrangementKind.EXTENSION, (PART,)),))
    world.knows(a_loan(offer=offer))
    world.follow_up.open(Reason.HARDSHIP, about="inbound-1", phone=PHONE, loan_id="L1")
    assert "menu" in writes(world, action="arrangement", option=2).fault
    writes(world, action="arrangement", option=1)
    assert world.loan().promised is not None


def test_a_decision_that_died_after_its_effect_tells_the_borrower_on_the_second_try(world: World) -> None:
    before = with_choice(world)
    world.edit_ticket(before.ticket_id, {"by": "AB", "action": "arrangement", "decision": "agree"})
    world.outbox.fails = True
    change = TicketChange(before.ticket_id, before, the_ticket(world))
    with pytest.raises(ConnectionError):
        world.desk.follow(change)
    world.outbox.fails = False
    world.desk.follow(change)
    assert len(texts(world, Kind.OPERATOR)) == 1


# Audit and alerts.


def test_every_action_is_kept_with_each_loan_under_its_own_number(asked: World) -> None:
    ticket = the_ticket(asked)
    writes(asked, action="take")
    writes(asked, action="close", outcome="answered")
    assert asked.audits("L1") == {
        f"{ticket.ticket_id}#1": "2026-03-11 16:00 UTC, AB: took it",
        f"{ticket.ticket_id}#2": "2026-03-11 16:00 UTC, AB: closed: answered",
    }


def test_who_did_what_is_forgotten_as_late_as_the_law_of_the_borrowers_place_says(asked: World) -> None:
    ticket = the_ticket(asked)
    writes(asked, action="take")
    terms = asked.loan().terms
    days = asked.content.keep_days(terms.country, terms.sub, NOW)
    ends = datetime.fromtimestamp(asked.loans.ends["L1", f"{ticket.ticket_id}#1"], UTC)
    assert days > 0
    assert ends == NOW + timedelta(days=days)


def a_change(before: Ticket | None, after: Ticket) -> TicketChange:
    return TicketChange(after.ticket_id, before, after)


def test_people_are_called_for_an_urgent_ticket_and_for_a_late_one(world: World) -> None:
    world.knows()
    world.follow_up.open(Reason.VULNERABLE, about="i", phone=PHONE, loan_id="L1")
    urgent = the_ticket(world)
    world.desk.follow(a_change(None, urgent))
    world.desk.follow(a_change(urgent, replace(urgent, owner="AB")))
    late = replace(urgent, status=Status.LATE)
    world.desk.follow(a_change(urgent, late))
    world.desk.follow(a_change(late, replace(late, owner="AB")))
    assert [why for _, why in world.alerts.calls] == ["new", "late: its time to be answered is over"]


def test_nobody_is_called_for_an_ordinary_ticket(asked: World) -> None:
    asked.desk.follow(a_change(None, the_ticket(asked)))
    assert asked.alerts.calls == []


def test_the_operators_text_is_in_the_conversation_like_any_other(asked: World) -> None:
    writes(asked, action="answer", text="Hello")
    asked.sender.send(texts(asked, Kind.OPERATOR)[0])
    (row,) = asked.conversations.conversation(PHONE).contacts
    assert (row.text.kind, row.state) == (Kind.OPERATOR, State.ACCEPTED)


def test_a_loan_that_was_cured_meanwhile_stays_asleep_after_the_answer(asked: World) -> None:
    loan: Loan = asked.loan()
    asked.loans.save(replace(loan, arrears=replace(loan.arrears, minor=0), next_contact_at=None))
    writes(asked, action="close", outcome="payment_found")
    assert asked.loan().next_contact_at is None


def test_an_answer_late_in_the_week_waits_over_the_weekend_and_no_longer_than_three_days(asked: World) -> None:
    writes(asked, action="answer", text="Hello")
    (text,) = texts(asked, Kind.OPERATOR)
    assert text.expires_at == NOW + timedelta(hours=72)
