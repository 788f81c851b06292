"""A reply is stored first, understood, acted on once, and answered at most once."""

from copy import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duebridge.core.contact import Text, answer_id
from duebridge.core.loan import Pause, reason_of
from duebridge.core.message import Renderer
from duebridge.core.money import Money
from duebridge.core.standing import Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason
from duebridge.flows.receive_reply import Report
from duebridge.flows.send_contact import Sent
from tests.builders import NOW, PHONE, a_chinese_loan, a_loan, an_inbound, registered_content, the_content
from tests.fakes import FakeClock
from tests.world import World

CASE = answer_id("inbound-1")[-6:].upper()


@pytest.fixture
def texted(world: World) -> World:
    """The borrower of L1 was texted a minute ago."""
    return a_texted_world(world)


def a_texted_world(world: World) -> World:
    world.knows()
    assert world.sender.send(world.plans()) is Sent.ACCEPTED
    world.clock.advance(minutes=1)
    world.outbox.queued.clear()
    return world


class StoppedBefore:
    """Conversations of a function that is stopped before one of its calls."""

    def __init__(self, conversations: Any, call: str) -> None:
        self._conversations, self._call = conversations, call

    def __getattr__(self, name: str) -> Any:
        if name == self._call:
            raise ConnectionError("the function was stopped")
        return getattr(self._conversations, name)


def says(world: World, body: str, **changes: Any) -> Report:
    return world.listener.receive(an_inbound(body, **({"at": world.clock.now()} | changes)))


def answers(world: World) -> list[Text]:
    return [text for text in world.outbox.texts if text.kind is Kind.ANSWER]


# Before anything else.


def test_a_reply_is_stored_before_anything_else_is_done(texted: World) -> None:
    class Broken:
        def __getattr__(self, name: str) -> object:
            if name == "store_reply":
                return texted.conversations.store_reply
            raise ConnectionError("the function was stopped")

    with pytest.raises(ConnectionError):
        replace(texted.listener, conversations=Broken()).receive(an_inbound("STOP"))  # type: ignore[arg-type]
    assert [reply.body for reply in texted.conversations.conversation(PHONE).replies] == ["STOP"]


def test_a_reply_whose_first_try_died_after_storing_still_has_its_effects(texted: World) -> None:
    texted.conversations.store_reply(PHONE, "inbound-1", "STOP", NOW, 400)
    report = says(texted, "STOP")
    assert report.is_repeated
    assert texted.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT


@pytest.mark.parametrize("body", ["STOP", "HELP", "already paid", "I will pay on Friday"])
def test_a_redelivered_reply_has_its_effects_once(texted: World, body: str) -> None:
    first = says(texted, body)
    loan, number = texted.loan(), texted.conversations.number(PHONE)
    again = says(texted, body)
    assert not first.is_repeated
    assert again.is_repeated
    assert replace(texted.loan(), version=0) == replace(loan, version=0)
    assert texted.conversations.number(PHONE) == number
    assert len(texted.open_tickets) == bool(first.ticket_id)
    assert [texted.sender.send(text) for text in answers(texted)] == [Sent.ACCEPTED]


@pytest.mark.parametrize(
    "body", ["STOP", "HELP", "already paid", "I will pay on Friday", "I lost my job", "wrong number"]
)
def test_a_reply_that_died_before_it_was_noted_repeats_no_effect(texted: World, body: str) -> None:
    dies = StoppedBefore(texted.conversations, "note_understood")
    with pytest.raises(ConnectionError):
        replace(texted.listener, conversations=dies).receive(an_inbound(body, at=texted.clock.now()))  # type: ignore[arg-type]
    loan, tickets = texted.loan(), texted.open_tickets
    again = says(texted, body)
    assert again.is_repeated
    assert replace(texted.loan(), version=0) == replace(loan, version=0)
    assert texted.open_tickets == tickets
    assert [texted.sender.send(text) for text in answers(texted)] == [Sent.ACCEPTED, Sent.REPEATED]


def test_a_stop_that_comes_again_after_start_does_not_stop_again(texted: World) -> None:
    says(texted, "STOP")
    texted.clock.advance(minutes=5)
    says(texted, "START", inbound_id="inbound-2")
    assert texted.conversations.number(PHONE).suppressed is None
    says(texted, "STOP")
    assert texted.conversations.number(PHONE).suppressed is None


def test_what_was_understood_is_noted_with_how_long_it_is_kept(texted: World) -> None:
    says(texted, "already paid")
    assert texted.conversations.conversation(PHONE).replies[0].labels == ("paid",)
    assert texted.conversations.kept_days[PHONE, "inbound-1"] == 1096


# Stop.


@pytest.mark.parametrize("body", ["STOP", "stop!", "Unsubscribe", "退订", "please stop texting me", "STOP\u200b"])
def test_stop_suppresses_the_number_and_is_confirmed_once(texted: World, body: str) -> None:
    report = says(texted, body)
    number = texted.conversations.number(PHONE)
    assert number.suppressed is Suppression.OPTED_OUT
    assert number.confirmation == answer_id("inbound-1")
    (confirmation,) = answers(texted)
    assert "opted out" in confirmation.body
    assert report.ticket_id == ""
    assert texted.sender.send(confirmation) is Sent.ACCEPTED
    assert texted.carrier.diary[-2:] == [("send", answer_id("inbound-1")), ("list", PHONE)]


def test_stop_stands_in_our_table_before_the_confirmation_is_even_queued(texted: World) -> None:
    texted.outbox.fails = True
    with pytest.raises(ConnectionError):
        says(texted, "STOP")
    assert texted.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT
    texted.outbox.fails = False
    says(texted, "STOP")
    assert len(answers(texted)) == 1


def test_a_second_stop_is_not_confirmed_again(texted: World) -> None:
    says(texted, "STOP")
    report = says(texted, "STOP", inbound_id="inbound-2")
    assert not report.is_answered
    assert len(answers(texted)) == 1


def test_after_stop_the_loans_go_to_people(texted: World) -> None:
    says(texted, "STOP")
    texted.plan()
    assert texted.loan().silent


def test_a_stop_among_other_words_stops_and_the_other_words_are_heard_too(texted: World) -> None:
    report = says(texted, "I already paid, take me off your list")
    assert report.intents == ("opt_out", "paid")
    assert texted.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT
    assert [answer.template for answer in answers(texted)] == ["answers/opted_out"]
    assert [ticket.reason for ticket in texted.open_tickets] == [Reason.PAID_CLAIM]


def test_a_strangers_stop_is_obeyed_and_nothing_is_said(world: World) -> None:
    report = says(world, "STOP")
    assert world.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT
    assert world.conversations.number(PHONE).confirmation == ""
    assert not report.is_answered
    assert world.outbox.queued == []
    assert world.open_tickets == []


def test_where_the_carrier_confirms_by_itself_we_do_not(texted: World) -> None:
    content = the_content()
    policies = {**content.policies, "US": tuple(replace(p, confirms_opt_out=False) for p in content.policies["US"])}
    listener = replace(texted.listener, content=replace(content, policies=policies))
    report = listener.receive(an_inbound("STOP"))
    assert not report.is_answered
    assert texted.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT


@pytest.mark.parametrize(
    ("day", "covers_person"),
    [
        pytest.param(datetime(2027, 1, 30, 16, tzinfo=UTC), False, id="the day before the rule"),
        pytest.param(datetime(2027, 1, 31, 16, tzinfo=UTC), True, id="the day from which it holds"),
    ],
)
def test_one_opt_out_ends_texts_to_all_numbers_of_the_person_where_the_law_says_so(
    texted: World, day: datetime, covers_person: bool
) -> None:
    other, strangers = "+13125550102", "+13125550103"
    texted.knows(
        a_loan(loan_id="L2", phone=other),
        a_loan(loan_id="L3", borrower_id="B2", phone=strangers),
    )
    report = replace(texted.listener, clock=FakeClock(day)).receive(an_inbound("STOP", at=day))
    assert texted.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT
    assert (texted.conversations.number(other).suppressed is Suppression.OPTED_OUT) is covers_person
    assert texted.conversations.number(strangers).suppressed is None
    assert report.is_answered
    assert [answer.phone for answer in answers(texted)] == [PHONE], "one confirmation, to the number that asked"


def test_after_stop_a_question_goes_to_a_person_but_no_text_goes_out(texted: World) -> None:
    says(texted, "STOP")
    report = says(texted, "what do I owe?", inbound_id="inbound-2")
    assert report.ticket_id
    assert texted.sender.send(answers(texted)[0]) is Sent.ACCEPTED
    assert texted.sender.send(answers(texted)[1]) is Sent.HELD


# Help, paid, everything else.


def test_an_answer_carries_the_ids_by_which_its_carriers_know_it(texted: World) -> None:
    content = registered_content()
    replace(texted.listener, content=content, renderer=Renderer(content)).receive(an_inbound("HELP"))
    (answer,) = answers(texted)
    assert (answer.registered_template, answer.registered_entity) == ("id of answers/help", "entity-1")


def test_help_tells_who_we_are_and_holds_nothing(texted: World) -> None:
    report = says(texted, "HELP")
    (answer,) = answers(texted)
    assert (answer.template, answer.inbound_id) == ("answers/help", "inbound-1")
    assert CASE in answer.body
    assert report.ticket_id == ""
    assert texted.loan().pauses == {}


def test_paid_pauses_three_working_days_and_asks_a_person(texted: World) -> None:
    report = says(texted, "already paid")
    # Three working days after Wednesday the eleventh is Monday the sixteenth, in Chicago.
    until = datetime(2026, 3, 17, 5, 0, tzinfo=UTC)
    assert texted.loan().pauses == {"paid_claim": Pause(texted.clock.now(), until, report.ticket_id)}
    assert texted.loan().next_contact_at == until
    (ticket,) = texted.open_tickets
    assert (ticket.reason, ticket.ticket_id, ticket.loan_ids) == (Reason.PAID_CLAIM, report.ticket_id, ("L1",))
    assert answers(texted)[0].template == "answers/paid_check"


def test_a_second_claim_of_payment_weeks_later_pauses_again(texted: World) -> None:
    says(texted, "already paid")
    texted.clock.advance(days=20)
    report = says(texted, "already paid", inbound_id="inbound-2")
    pause = texted.loan().pauses["paid_claim"]
    assert pause.by == report.ticket_id
    assert pause.stands_at(texted.clock.now())


def test_a_claim_of_payment_never_shortens_a_hold_from_the_file(texted: World) -> None:
    standing = {"paid_claim": Pause(NOW, None, "loan file")}
    texted.loans.save(replace(texted.loan(), pauses=standing))
    says(texted, "already paid")
    assert texted.loan().pauses == standing


def test_anything_else_asks_a_person_and_pauses_all_loans_of_the_borrower(texted: World) -> None:
    texted.knows(a_loan(loan_id="L2"), a_loan(loan_id="L3", borrower_id="B2"))
    report = says(texted, "the purple elephant sings")
    assert report.intents == ("other",)
    for loan_id in ("L1", "L2"):
        assert [reason_of(name) for name in texted.loan(loan_id).pauses] == ["reply_waits"]
        assert texted.loan(loan_id).next_contact_at is None
    assert texted.loan("L3").pauses == {}
    (ticket,) = texted.open_tickets
    assert (ticket.reason, set(ticket.loan_ids), ticket.borrower_id) == (Reason.REPLY, {"L1", "L2"}, "B1")
    assert (ticket.phone, ticket.masked_phone, ticket.about) == (PHONE, "+13***01", "inbound-1")
    assert answers(texted)[0].template == "answers/menu"


@pytest.mark.parametrize("body", ["HELP", "already paid", "hello"])
def test_a_borrower_who_answers_is_marked_as_one_who_replied_on_every_loan(texted: World, body: str) -> None:
    texted.knows(a_loan(loan_id="L2"), a_loan(loan_id="L3", borrower_id="B2"))
    says(texted, body)
    assert texted.loan("L1").marks == {"replied"}
    assert texted.loan("L2").marks == {"replied"}
    assert texted.loan("L3").marks == set()


def test_a_ticket_never_repeats_the_borrowers_words_or_number(texted: World) -> None:
    says(texted, "my secret words 5550101")
    (ticket,) = texted.open_tickets
    assert "secret" not in ticket.note
    assert PHONE not in ticket.note


def test_an_open_pause_is_not_shortened_by_a_later_claim_of_payment(texted: World) -> None:
    says(texted, "I lost my job")
    says(texted, "already paid", inbound_id="inbound-2")
    texted.clock.advance(days=7)
    texted.plan()
    last = texted.loan().last_decision
    assert last is not None
    assert last.outcome == "hardship"


def test_a_reply_about_a_paid_loan_wakes_nothing(texted: World) -> None:
    texted.loans.save(replace(texted.loan(), arrears=Money(0, "USD"), next_contact_at=None))
    says(texted, "already paid")
    assert texted.loan().next_contact_at is None


# Who writes, and about what.


def test_a_stranger_is_told_nothing_and_a_person_looks(world: World) -> None:
    report = says(world, "what do I owe you?")
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.ticket_id, ticket.loan_ids) == (Reason.UNKNOWN_SENDER, report.ticket_id, ())
    assert not report.is_answered
    assert world.outbox.queued == []


def test_an_answer_tells_of_the_loan_that_was_texted_about(texted: World) -> None:
    says(texted, "hello")
    assert answers(texted)[0].loan_id == "L1"


def test_the_text_that_is_answered_decides_among_several_loans_on_one_number(world: World) -> None:
    two_loans_on_one_number(world)
    answered = world.conversations.conversation(PHONE).contacts[0]
    says(world, "already paid", answering_message_id=answered.message_id)
    assert answers(world)[-1].loan_id == answered.text.loan_id
    assert world.open_tickets[0].loan_ids == ("L1", "L2")


def test_a_reply_to_no_text_in_particular_concerns_all_loans_of_the_newest_borrower(world: World) -> None:
    two_loans_on_one_number(world)
    report = says(world, "hello")
    assert report.is_answered
    (ticket,) = world.open_tickets
    assert (ticket.loan_ids, ticket.borrower_id) == (("L1", "L2"), "B1")
    assert all(world.loan(loan_id).pauses for loan_id in ("L1", "L2"))


def test_a_ticket_for_several_loans_runs_by_the_borrowers_own_desk(world: World) -> None:
    two_loans_on_one_number(world)
    says(world, "already paid")
    (ticket,) = world.open_tickets
    # Four working hours in New York, not in Shanghai.
    assert ticket.answer_by == world.clock.now() + timedelta(hours=4)


def two_loans_on_one_number(world: World) -> None:
    """Both of one borrower, texted a day apart."""
    world.knows(a_loan(loan_id="L1"), a_loan(loan_id="L2", next_contact_at=NOW + timedelta(days=1)))
    assert world.sender.send(world.plans("L1")) is Sent.ACCEPTED
    person = world.conversations.person("B1")
    world.conversations.save_person(replace(person, counted={}))
    world.clock.advance(days=1)
    assert world.sender.send(world.plans("L2")) is Sent.ACCEPTED
    world.clock.advance(minutes=1)


def test_two_borrowers_who_share_a_number_are_kept_apart(world: World) -> None:
    world.knows(a_loan(loan_id="L1"), a_loan(loan_id="L2", borrower_id="B2"))
    assert world.sender.send(world.plans("L1")) is Sent.ACCEPTED
    world.clock.advance(minutes=1)
    assert world.sender.send(world.plans("L2")) is Sent.ACCEPTED
    first = world.conversations.conversation(PHONE).contacts[0]
    says(world, "hello", answering_message_id=first.message_id)
    assert world.loan("L1").pauses
    assert world.loan("L2").pauses == {}


def test_a_chinese_borrower_is_answered_in_chinese(world: World) -> None:
    loan = a_chinese_loan()
    world.clock.at = datetime(2026, 3, 11, 2, tzinfo=UTC)
    world.knows(replace(loan, next_contact_at=world.clock.at))
    assert world.sender.send(world.plans()) is Sent.ACCEPTED
    says(world, "客服", phone=loan.terms.phone)
    assert answers(world)[-1].body.startswith("【海湾银行】")


def test_each_inbound_text_is_answered_at_most_once_and_a_few_a_day(texted: World) -> None:
    for number in range(6):
        says(texted, "HELP", inbound_id=f"inbound-{number}")
    sent = [texted.sender.send(text) for text in answers(texted)]
    assert sent == [Sent.ACCEPTED] * 4 + [Sent.HELD] * 2
    assert len({text.contact_id for text in answers(texted)}) == 6


def test_an_answer_expires_a_day_after_the_inbound_text(texted: World) -> None:
    says(texted, "HELP")
    (answer,) = answers(texted)
    assert answer.inbound_at == texted.clock.now()
    assert answer.expires_at == texted.clock.now() + timedelta(days=1)


# Hostile words.


@pytest.mark.parametrize(
    "body",
    ["", "\x00\x1b[31m", "x" * 1601, "👍" * 2000, "\ud83d", "{{ lender.__class__ }}", "{% for %}", "=1+1", "<script>"],
)
def test_hostile_words_are_kept_for_a_person_and_never_run_or_repeated(texted: World, body: str) -> None:
    report = says(texted, body)
    assert report.intents in {("other",), ("acknowledge",), ("help",)}
    (kept,) = texted.conversations.conversation(PHONE).replies
    assert len(kept.body) <= 1600
    assert kept.body.encode("utf-8") is not None
    assert {answer.template for answer in answers(texted)} <= {
        "answers/menu",
        "answers/language",
        "answers/question_received",
    }
    assert not any(body.strip("\x00 ") and body in answer.body for answer in answers(texted))


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=200))
def test_any_words_lead_to_a_person_or_an_action_and_never_to_a_crash(body: str) -> None:
    world = a_texted_world(World.in_memory())
    report = says(world, body)
    is_stopped = world.conversations.number(PHONE).suppressed is not None
    assert report.ticket_id or is_stopped or answers(world) or report.intents == ("acknowledge",)
    assert len(answers(world)) <= 1
