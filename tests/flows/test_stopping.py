"""A fault of our own set-up stops sending, loses no text, and ends by itself; a refused wording waits for a person."""

from collections.abc import Callable
from copy import replace
from datetime import UTC, datetime, timedelta

import pytest

from duebridge.core.contact import Misconfigured, Outcome, Reach, Rejected, State, Text, Throttled, Unknown
from duebridge.core.errors import SetUpError
from duebridge.core.stop import EVERYTHING, PROBE_EVERY, StandingStops
from duebridge.core.ticket import URGENT, Reason
from duebridge.flows.send_contact import Sent
from duebridge.ports import Saved
from tests.builders import NOW, PHONE, a_chinese_loan, a_loan, a_number, a_payment_row, a_receipt, an_answer
from tests.world import World

SPEND_LIMIT = Misconfigured("MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT")
NO_NUMBER_THERE = Misconfigured("NO_ORIGINATION_IDENTITIES_FOUND", Reach.COUNTRY)


@pytest.fixture
def book(world: World) -> list[Text]:
    """Twenty demands to twenty borrowers, queued."""
    for number in range(20):
        world.knows(a_loan(loan_id=f"L{number}", borrower_id=f"B{number}", phone=f"+131255501{number:02}"))
    for number in range(20):
        world.plan(f"L{number}")
    texts = list({text.contact_id: text for text in world.outbox.texts}.values())
    assert len(texts) == 20
    world.outbox.queued.clear()
    return texts


def drained(world: World) -> list[Sent]:
    """What becomes of everything that is queued by now, once."""
    queued, world.outbox.queued = world.outbox.queued, []
    return [world.sender.send(text) for text, _ in queued]


# A fault of our own set-up.


def test_a_fault_of_our_own_set_up_costs_one_call_and_no_text(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT] * 99
    sent = [world.sender.send(text) for text in book]
    assert sent == [Sent.MISCONFIGURED] + [Sent.STOPPED] * 19
    assert len(world.carrier.sent) == 1
    assert {text.contact_id for text in world.outbox.texts} == {text.contact_id for text in book}


def test_the_text_that_met_the_fault_is_released_and_uncounted(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT]
    world.sender.send(book[0])
    row = world.conversations.contact(book[0].phone, book[0].contact_id)
    assert (row.state, row.reason) == (State.RELEASED, SPEND_LIMIT.reason)
    assert world.conversations.person(book[0].borrower_id).counted == {}


def test_a_stopped_text_is_not_even_claimed_and_waits_longer_than_the_next_probe(
    world: World, book: list[Text]
) -> None:
    world.carrier.outcomes = [SPEND_LIMIT]
    for text in book:
        world.sender.send(text)
    assert all(world.state_of(text) is None for text in book[1:])
    delays = [delay_seconds for _, delay_seconds in world.outbox.queued[1:]]
    assert min(delays) >= PROBE_EVERY.total_seconds()
    assert len(set(delays)) > 5


def test_people_hear_of_it_once_and_at_once(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT] * 99
    for text in book:
        world.sender.send(text)
    for _ in range(5):
        world.clock.advance(minutes=6)
        drained(world)
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.priority) == (Reason.CONFIGURATION, URGENT)
    assert SPEND_LIMIT.reason in ticket.note


def test_senders_that_meet_the_fault_at_the_same_time_open_one_ticket(world: World, book: list[Text]) -> None:
    for text in book[:5]:
        world.stopping.stop_sending(text, SPEND_LIMIT)
    assert len(world.open_tickets) == 1
    assert list(world.stops.stops.by_name) == [EVERYTHING]


def test_answers_wait_too(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT]
    world.sender.send(book[0])
    assert world.sender.send(an_answer()) is Sent.STOPPED
    assert world.outbox.texts[-1] == an_answer()


def test_every_few_minutes_one_text_asks_again_and_only_one(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT] * 99
    for text in book:
        world.sender.send(text)
    for asked in range(2, 6):
        world.clock.advance(minutes=5)
        sent = drained(world)
        assert sent.count(Sent.MISCONFIGURED) == 1
        assert len(world.carrier.sent) == asked


def test_once_a_text_is_accepted_sending_goes_on_by_itself(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT]
    for text in book:
        world.sender.send(text)
    world.clock.advance(minutes=5)
    assert drained(world) == [Sent.ACCEPTED] * 20
    assert world.stops.stops.by_name == {}
    assert sorted(world.carrier.sent[1:]) == sorted(text.contact_id for text in book)


@pytest.mark.parametrize("outcome", [Throttled("busy"), Rejected("blocked"), Unknown("timeout")])
def test_only_an_acceptance_ends_a_stop(world: World, book: list[Text], outcome: Outcome) -> None:
    world.carrier.outcomes = [SPEND_LIMIT, outcome]
    for text in book[:3]:
        world.sender.send(text)
    world.clock.advance(minutes=5)
    assert Sent.ACCEPTED not in drained(world)
    assert world.stops.stops.has(EVERYTHING)


def test_a_fault_that_comes_back_after_it_was_mended_is_told_again(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT]
    world.sender.send(book[0])
    world.clock.advance(minutes=5)
    drained(world)
    world.carrier.outcomes = [SPEND_LIMIT]
    world.sender.send(book[1])
    assert len(world.open_tickets) == 2


def test_a_text_whose_window_passed_while_sending_was_stopped_is_planned_again(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT] * 2
    for text in book[:2]:
        world.sender.send(text)
    world.clock.at = book[1].expires_at
    assert drained(world) == [Sent.HELD] * 2
    assert world.loan(book[1].loan_id).steps == ()
    assert world.loan(book[1].loan_id).next_contact_at is not None


def test_a_payment_that_arrives_while_sending_is_stopped_still_stops_its_text(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT]
    for text in book[:2]:
        world.sender.send(text)
    world.cashier.record(a_payment_row(loan_id=book[1].loan_id), NOW)
    world.clock.advance(minutes=5)
    assert drained(world) == [Sent.ACCEPTED, Sent.HELD]


def test_a_fault_of_one_country_leaves_the_others_alone(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [NO_NUMBER_THERE]
    british = an_answer(phone="+447700900123", contact_id="answer-gb")
    assert world.sender.send(british) is Sent.MISCONFIGURED
    assert world.sender.send(replace(british, contact_id="answer-gb-2")) is Sent.STOPPED
    assert [world.sender.send(text) for text in book] == [Sent.ACCEPTED] * 20
    assert world.stops.stops.has("+44")


def test_a_text_under_two_stops_asks_about_both(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [NO_NUMBER_THERE]
    world.sender.send(book[0])
    world.stopping.stop_sending(book[1], SPEND_LIMIT)
    world.clock.advance(minutes=5)
    assert drained(world) == [Sent.ACCEPTED]
    assert world.stops.stops.by_name == {}


def test_a_sender_that_loses_the_race_for_the_probe_waits(world: World, book: list[Text]) -> None:
    world.stopping.stop_sending(book[0], SPEND_LIMIT)
    world.clock.advance(minutes=5)

    class Raced:
        def standing(self) -> StandingStops:
            return world.stops.stops

        fresh = standing

        def save(self, stops: StandingStops) -> Saved:
            del stops
            return Saved.RACED

    sender = world.sender_with(stopping=replace(world.stopping, stops=Raced()))
    assert sender.send(book[0]) is Sent.STOPPED
    assert world.carrier.sent == []


def test_a_crash_after_the_release_loses_neither_the_text_nor_the_stop(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT, SPEND_LIMIT]
    saved = world.stops.save

    def dies(stops: StandingStops) -> Saved:
        del stops
        raise ConnectionError("the function was stopped")

    world.stops.save = dies  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        world.sender.send(book[0])
    world.stops.save = saved  # type: ignore[method-assign]
    assert world.state_of(book[0]) is State.RELEASED
    # The queue brings the original again, beside the copy that was put back.
    assert world.sender.send(book[0]) is Sent.MISCONFIGURED
    assert world.stops.stops.has(EVERYTHING)
    assert len(world.open_tickets) == 1


def test_an_opted_in_number_that_cannot_be_taken_off_the_providers_list_waits_alone(
    world: World, book: list[Text]
) -> None:
    world.conversations.save_number(a_number(carrier_told=True))

    def denied(phone: str) -> bool:
        del phone
        raise SetUpError("AccessDeniedException")

    world.carrier.unlist_opt_out = denied  # type: ignore[method-assign]
    assert world.sender.send(an_answer()) is Sent.MISCONFIGURED
    assert world.outbox.texts == [an_answer()]
    assert [ticket.reason for ticket in world.open_tickets] == [Reason.CONFIGURATION]
    assert world.sender.send(book[0]) is Sent.ACCEPTED


# A wording that a carrier refuses.


@pytest.fixture
def refuse(world: World) -> Callable[[str], Text]:
    """The carrier reports this of the one loan's first demand."""

    def refused(event_type: str) -> Text:
        world.knows()
        text = world.plans()
        world.sender.send(text)
        world.receipts.record(a_receipt(event_type))
        return text

    return refused


@pytest.mark.parametrize("event_type", ["TEXT_CARRIER_BLOCKED", "TEXT_SPAM", "TEXT_INVALID_MESSAGE"])
def test_a_refused_wording_is_sent_to_nobody_else(world: World, refuse: Callable[[str], Text], event_type: str) -> None:
    world.knows(a_loan(loan_id="L2", borrower_id="B2", phone="+13125550102"))
    queued = world.plans("L2")
    refuse(event_type)
    assert world.sender.send(queued) is Sent.HELD
    assert world.loans.decisions[-1][2].outcome == "template_stopped"
    assert world.loan("L2").steps == ()
    world.clock.advance(hours=1)
    assert world.plan("L2").held == {"template_stopped": 1}


def test_the_same_words_in_another_locale_are_stopped_and_other_words_go(
    world: World, refuse: Callable[[str], Text]
) -> None:
    refuse("TEXT_SPAM")
    world.knows(a_loan(loan_id="L2", borrower_id="B2", phone="+13125550102", locale="en-GB"))
    assert world.plan("L2").held == {"template_stopped": 1}
    world.knows(a_chinese_loan(loan_id="L3", borrower_id="B3"))
    world.clock.at = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
    assert world.sender.send(world.plans("L3")) is Sent.ACCEPTED


def test_a_released_wording_goes_again_within_the_hour(world: World, refuse: Callable[[str], Text]) -> None:
    text = refuse("TEXT_SPAM")
    world.knows(a_loan(loan_id="L2", borrower_id="B2", phone="+13125550102"))
    assert world.plan("L2").held == {"template_stopped": 1}
    world.stops.stops = StandingStops(version=world.stops.stops.version)
    world.clock.advance(hours=1)
    assert world.plan("L2").planned == 1
    assert world.sender.send(world.outbox.texts[-1]) is Sent.ACCEPTED
    assert world.outbox.texts[-1].template == text.template


def test_no_text_asks_whether_a_refused_wording_may_go_again(world: World, refuse: Callable[[str], Text]) -> None:
    refuse("TEXT_SPAM")
    world.clock.advance(days=20)
    assert world.stops.stops.wordings == {"unified/days-1-3/en"}


def test_an_answer_in_a_refused_wording_goes_to_a_person_instead(world: World) -> None:
    world.knows()
    world.sender.send(an_answer())
    world.receipts.record(a_receipt("TEXT_CARRIER_BLOCKED", contact_id="answer-1"))
    assert world.sender.send(an_answer(contact_id="answer-2")) is Sent.HELD
    assert Reason.REPLY in [ticket.reason for ticket in world.open_tickets]


def test_a_demand_passes_when_only_an_answers_wording_is_stopped(world: World) -> None:
    world.knows()
    world.stopping.stop_wording(an_answer(), "TEXT_SPAM")
    assert world.sender.send(world.plans()) is Sent.ACCEPTED
    assert world.conversations.number(PHONE).suppressed is None


def test_a_stop_outlasts_days_without_texts_and_ends_with_the_first_that_goes(world: World, book: list[Text]) -> None:
    world.carrier.outcomes = [SPEND_LIMIT]
    answer = an_answer(expires_at=NOW + timedelta(days=9), inbound_at=None)
    world.sender.send(book[0])
    world.clock.advance(days=2)
    world.knows()
    assert world.sender.send(answer) is Sent.ACCEPTED
    assert world.stops.stops.by_name == {}
