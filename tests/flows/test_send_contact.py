"""Sending: at most once, and never lost."""

from collections.abc import Callable
from copy import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from duebridge.core.contact import Accepted, Outcome, Rejected, State, Text, Throttled, Unknown
from duebridge.core.loan import Pause
from duebridge.core.money import Money
from duebridge.core.pace import LOOK_AHEAD_SECONDS, SPREAD_SECONDS, Limit
from duebridge.core.reasoning import in_full
from duebridge.core.standing import Counted, Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason
from duebridge.flows.changes import BusyError
from duebridge.flows.pacing import Batch, Stride, Turns
from duebridge.flows.record_receipt import Recorded
from duebridge.flows.send_contact import SendContact, Sent
from duebridge.ports import Claim
from tests.builders import NOW, PHONE, a_loan, a_number, a_payment_row, a_person, a_receipt, an_answer, days_late
from tests.fakes import FakePace, FakeSeconds
from tests.world import World


@pytest.fixture
def text(world: World) -> Text:
    """A demand that the planner has just queued."""
    world.knows()
    return world.plans()


def replanned(world: World) -> Text | None:
    """What the planner makes of the loan now."""
    before = len(world.outbox.queued)
    world.plan()
    return world.outbox.texts[-1] if len(world.outbox.queued) > before else None


class BeforeClaim:
    """Conversations in which something happens between the gate and the claim, so many times."""

    def __init__(self, inner: Any, happens: Callable[[], object], times: int = 1) -> None:
        self._inner, self._happens, self._times = inner, happens, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def claim(self, *args: Any) -> Claim:
        if self._times:
            self._times -= 1
            self._happens()
        claim: Claim = self._inner.claim(*args)
        return claim


# What becomes of a send.


def test_an_accepted_text_is_sent_once_and_counted(world: World, text: Text) -> None:
    assert world.sender.send(text) is Sent.ACCEPTED
    row = world.conversations.contact(PHONE, text.contact_id)
    assert (row.state, row.message_id) == (State.ACCEPTED, "message-1")
    assert world.conversations.person("B1").counted == {text.contact_id: Counted(NOW, text.quiet_until)}
    assert [in_full(note) for note in row.rules][-1] == "hours and caps: open until 2026-03-12 01:55 UTC"


def test_a_text_whose_sender_died_is_seen_by_the_sweep_once_its_message_came_again(world: World, text: Text) -> None:
    loan = world.loan()
    world.conversations.claim(text, NOW, world.conversations.number(PHONE), world.conversations.person("B1"), loan, ())
    world.clock.advance(minutes=6)
    assert world.sender.send(text) is Sent.REPEATED
    world.clock.advance(minutes=4)
    assert world.broom.run().lapsed_claims == 1
    assert world.state_of(text) is State.IN_DOUBT
    assert world.carrier.sent == []


@pytest.mark.parametrize("hours_later", [0, 30], ids=["in its window", "after its window"])
def test_an_answer_whose_sender_died_is_seen_by_the_sweep_too(world: World, hours_later: int) -> None:
    world.knows()
    answer = an_answer(inbound_at=NOW - timedelta(minutes=9))
    world.conversations.claim(answer, NOW, world.conversations.number(PHONE), None, None, ())
    # Late now, and outside contact hours: it may not be put off as if nobody had sent it.
    world.clock.at = NOW + timedelta(hours=13 + hours_later)
    assert world.sender.send(answer) is Sent.REPEATED
    assert world.broom.run().lapsed_claims == 1


def test_a_redelivered_text_is_not_sent_again(world: World, text: Text) -> None:
    world.sender.send(text)
    assert world.sender.send(text) is Sent.REPEATED
    assert world.carrier.sent == [text.contact_id]


@pytest.mark.parametrize(
    "outcome", [Accepted("m"), Rejected("X"), Unknown("X")], ids=["accepted", "rejected", "in doubt"]
)
def test_a_redelivered_text_is_dropped_even_when_the_gate_would_now_say_no(
    world: World, text: Text, outcome: Outcome
) -> None:
    world.carrier.outcomes = [outcome]
    world.sender.send(text)
    before = world.loan()
    world.clock.advance(days=3)
    assert world.sender.send(text) is Sent.REPEATED
    assert world.loan() == before
    assert world.loans.decisions == []


def test_a_throttled_text_is_released_uncounted_and_queued_again_with_the_same_id(world: World, text: Text) -> None:
    world.carrier.outcomes = [Throttled("ThrottlingException")]
    assert world.sender.send(text) is Sent.PUT_BACK
    assert world.state_of(text) is State.RELEASED
    assert world.conversations.person("B1").counted == {}
    again, delay_seconds = world.outbox.queued[-1]
    assert again == replace(text, releases=1)
    assert delay_seconds == 1


def test_a_released_text_can_be_claimed_again(world: World, text: Text) -> None:
    world.carrier.outcomes = [Throttled("busy")]
    world.sender.send(text)
    assert world.sender.send(world.outbox.texts[-1]) is Sent.ACCEPTED
    assert world.carrier.sent == [text.contact_id] * 2
    assert set(world.conversations.person("B1").counted) == {text.contact_id}


def test_a_released_text_whose_next_try_is_held_tells_why_it_rests(world: World, text: Text) -> None:
    world.carrier.outcomes = [Throttled("busy")]
    world.sender.send(text)
    world.cashier.record(a_payment_row(), NOW)
    assert world.sender.send(world.outbox.texts[-1]) is Sent.HELD
    row = world.conversations.contact(PHONE, text.contact_id)
    assert (row.state, row.reason) == (State.RELEASED, "nothing_owed")
    assert world.carrier.sent == [text.contact_id]


def test_the_wait_doubles_with_each_release_up_to_a_bound(world: World, text: Text) -> None:
    delays = []
    for _ in range(11):
        world.carrier.outcomes = [Throttled("busy")]
        world.sender.send(text)
        text, delay_seconds = world.outbox.queued[-1]
        delays.append(delay_seconds)
    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 256, 256, 256]


def test_a_crash_between_release_and_queue_leaves_the_original_claimable(world: World, text: Text) -> None:
    world.carrier.outcomes = [Throttled("busy")]
    world.outbox.fails = True
    with pytest.raises(ConnectionError):
        world.sender.send(text)
    world.outbox.fails = False
    assert world.sender.send(text) is Sent.ACCEPTED


def test_a_text_counted_for_its_person_does_not_block_itself(world: World, text: Text) -> None:
    # As after a crash between the release and the uncounting.
    world.carrier.outcomes = [Throttled("busy")]
    world.sender.send(text)
    person = world.conversations.person("B1")
    world.conversations.save_person(person.with_contact(text.contact_id, Counted(NOW, text.quiet_until)))
    assert world.sender.send(text) is Sent.ACCEPTED


def test_a_rejected_text_ends_uncounted_and_goes_to_a_person(world: World, text: Text) -> None:
    world.carrier.outcomes = [Rejected("DESTINATION_COUNTRY_BLOCKED")]
    assert world.sender.send(text) is Sent.REJECTED
    row = world.conversations.contact(PHONE, text.contact_id)
    assert (row.state, row.reason) == (State.REJECTED, "DESTINATION_COUNTRY_BLOCKED")
    assert world.conversations.person("B1").counted == {}
    assert world.conversations.number(PHONE).suppressed is None
    assert [ticket.reason for ticket in world.open_tickets] == [Reason.NOT_REACHABLE]


def test_a_number_on_the_providers_own_opt_out_list_is_suppressed(world: World, text: Text) -> None:
    world.carrier.outcomes = [Rejected("DESTINATION_PHONE_NUMBER_OPTED_OUT", opted_out=True)]
    assert world.sender.send(text) is Sent.REJECTED
    assert world.conversations.number(PHONE).suppressed is Suppression.OPTED_OUT


def test_an_unknown_outcome_is_in_doubt_counted_and_never_sent_again(world: World, text: Text) -> None:
    world.carrier.outcomes = [Unknown("ReadTimeoutError")]
    assert world.sender.send(text) is Sent.IN_DOUBT
    assert world.state_of(text) is State.IN_DOUBT
    assert set(world.conversations.person("B1").counted) == {text.contact_id}
    assert world.sender.send(text) is Sent.REPEATED
    assert world.carrier.sent == [text.contact_id]
    assert world.open_tickets == []


@pytest.mark.parametrize(
    ("event_type", "state"),
    [("TEXT_DELIVERED", State.DELIVERED), ("TEXT_UNREACHABLE", State.UNDELIVERED)],
)
def test_a_receipt_settles_a_doubt(world: World, text: Text, event_type: str, state: State) -> None:
    world.carrier.outcomes = [Unknown("ReadTimeoutError")]
    world.sender.send(text)
    assert world.receipts.record(a_receipt(event_type)) is Recorded.MOVED
    assert world.state_of(text) is state


def test_a_receipt_that_is_faster_than_our_own_record_stands(world: World, text: Text) -> None:
    def hear(_: Text) -> None:
        world.receipts.record(a_receipt(message_id="message-1"))

    world.carrier.while_sending = hear
    assert world.sender.send(text) is Sent.ACCEPTED
    assert world.state_of(text) is State.DELIVERED


def test_a_doubt_with_a_provider_that_gives_no_receipts_goes_to_a_person_at_once(world: World, text: Text) -> None:
    world.carrier.outcomes = [Unknown("ReadTimeoutError")]
    assert world.sender_with(gives_receipts=False).send(text) is Sent.IN_DOUBT
    assert [(ticket.reason, ticket.about) for ticket in world.open_tickets] == [(Reason.IN_DOUBT, text.contact_id)]


def test_a_provider_without_expiry_is_not_asked_in_the_last_half_hour_of_a_window(world: World, text: Text) -> None:
    window_closes = NOW + timedelta(hours=10)
    world.clock.at = window_closes - timedelta(minutes=30)
    assert world.sender_with(gives_receipts=False).send(text) is Sent.HELD
    assert world.carrier.sent == []
    assert world.loans.decisions[-1][2].outcome == "window_passed"


def test_a_provider_without_expiry_is_asked_before_that(world: World, text: Text) -> None:
    world.clock.at = NOW + timedelta(hours=9, minutes=29)
    assert world.sender_with(gives_receipts=False).send(text) is Sent.ACCEPTED


def test_a_text_lives_no_longer_than_its_window_and_at_least_a_minute(world: World, text: Text) -> None:
    world.sender.send(text)
    assert world.carrier.times_to_live == [int((text.expires_at - NOW).total_seconds())]
    answer = an_answer(expires_at=NOW + timedelta(seconds=5))
    world.sender.send(answer)
    assert world.carrier.times_to_live[-1] == 60


# The gate.


def test_a_payment_between_queue_and_claim_stops_the_text(world: World, text: Text) -> None:
    world.cashier.record(a_payment_row(), NOW)
    assert world.sender.send(text) is Sent.HELD
    assert world.carrier.sent == []
    assert world.state_of(text) is None
    assert [(entry[1], entry[2].outcome) for entry in world.loans.decisions] == [(text.contact_id, "nothing_owed")]
    assert world.loan().next_contact_at is None


def test_why_a_text_was_held_is_forgotten_when_its_words_would_be(world: World, text: Text) -> None:
    world.cashier.record(a_payment_row(), NOW)
    world.sender.send(text)
    ends = datetime.fromtimestamp(world.loans.ends["L1", text.contact_id], UTC)
    assert text.keep_days > 0
    assert ends == NOW + timedelta(days=text.keep_days)


def test_a_part_payment_replans_the_same_step_with_the_new_amount(world: World, text: Text) -> None:
    world.cashier.record(a_payment_row(10_000), NOW)
    assert world.sender.send(text) is Sent.HELD
    again = replanned(world)
    assert again is not None
    assert (again.contact_id, again.amount_minor) == (text.contact_id, 12_218)
    assert world.sender.send(again) is Sent.ACCEPTED


def test_a_text_that_waited_too_long_is_planned_again(world: World, text: Text) -> None:
    world.clock.at = text.expires_at
    assert world.sender.send(text) is Sent.HELD
    assert replanned(world) is None
    world.clock.advance(hours=12)
    again = replanned(world)
    assert again is not None
    assert again.contact_id == text.contact_id


def test_a_number_that_changed_in_the_book_gets_the_text_and_the_old_one_does_not(world: World, text: Text) -> None:
    loan = world.loan()
    world.loans.save(replace(loan, terms=replace(loan.terms, phone="+13125550199")))
    assert world.sender.send(text) is Sent.HELD
    again = replanned(world)
    assert again is not None
    assert again.phone == "+13125550199"


def test_a_text_for_a_loan_that_nobody_knows_is_held(world: World, text: Text) -> None:
    world.loans.loans.clear()
    assert world.sender.send(text) is Sent.HELD
    assert world.loans.decisions[-1][2].outcome == "unknown_loan"


def test_a_hold_between_queue_and_claim_stops_the_text_and_keeps_the_reason(world: World, text: Text) -> None:
    world.loans.save(replace(world.loan(), pauses={"disputed": Pause(NOW, None, "ticket-1")}))
    assert world.sender.send(text) is Sent.HELD
    _, contact_id, decision, rules = world.loans.decisions[-1]
    assert (contact_id, decision.outcome) == (text.contact_id, "disputed")
    assert in_full(rules[-1]) == "is the loan held: disputed, set by ticket-1"


def test_a_person_who_was_texted_about_another_loan_waits(world: World, text: Text) -> None:
    world.conversations.save_person(a_person(counted={"other": Counted(NOW, None)}))
    assert world.sender.send(text) is Sent.HELD
    assert world.loan().next_contact_at == NOW + timedelta(days=1)
    assert world.loan().steps == ()


def test_a_step_that_was_overtaken_by_the_calendar_is_not_sent(world: World, text: Text) -> None:
    world.clock.advance(days=2)
    late_text = replace(text, expires_at=text.expires_at + timedelta(days=2))
    assert world.sender.send(late_text) is Sent.HELD
    again = replanned(world)
    assert again is not None
    assert again.step == "days-4-15"


def test_a_text_of_an_earlier_delinquency_leaves_the_loan_as_it_is(world: World, text: Text) -> None:
    before = world.loan()
    assert world.sender.send(replace(text, episode=date(2026, 1, 1))) is Sent.HELD
    assert world.loan() == before


def test_a_second_attempt_that_is_held_stays_a_second_attempt(world: World) -> None:
    world.knows(a_loan(steps=("days-1-3",), retry="days-1-3"))
    text = world.plans()
    world.clock.at = text.expires_at
    assert world.sender.send(text) is Sent.HELD
    world.clock.advance(hours=12)
    again = replanned(world)
    assert again is not None
    assert (again.attempt, again.contact_id) == (2, text.contact_id)


def test_a_hold_is_written_although_the_loan_changes_at_that_moment(world: World, text: Text) -> None:
    world.clock.at = text.expires_at

    def part_payment() -> None:
        world.cashier.record(a_payment_row(10_000), NOW)

    class PaysAfterTheGate:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.loans, name)

        def record_decision(self, *args: Any) -> None:
            world.loans.record_decision(*args)
            part_payment()

    assert world.sender_with(loans=PaysAfterTheGate()).send(text) is Sent.HELD
    assert world.loan().steps == ()
    assert world.loan().arrears == Money(12_218, "USD")


# Between the gate and the claim.


def test_a_payment_between_gate_and_claim_stops_the_text(world: World, text: Text) -> None:
    racing = BeforeClaim(world.conversations, lambda: world.cashier.record(a_payment_row(), NOW))
    assert world.sender_with(conversations=racing).send(text) is Sent.HELD
    assert world.carrier.sent == []


def test_an_opt_out_between_gate_and_claim_stops_the_text(world: World, text: Text) -> None:
    def stop() -> None:
        world.conversations.save_number(world.conversations.number(PHONE).suppress(Suppression.OPTED_OUT, NOW))

    racing = BeforeClaim(world.conversations, stop)
    assert world.sender_with(conversations=racing).send(text) is Sent.HELD
    assert world.carrier.sent == []
    assert world.loan().silent


def test_a_harmless_change_between_gate_and_claim_lets_the_text_go(world: World, text: Text) -> None:
    racing = BeforeClaim(world.conversations, lambda: world.loans.save(world.loan()))
    assert world.sender_with(conversations=racing).send(text) is Sent.ACCEPTED


def test_rows_that_never_rest_bring_the_text_back_later_unclaimed(world: World, text: Text) -> None:
    racing = BeforeClaim(world.conversations, lambda: world.loans.save(world.loan()), times=99)
    with pytest.raises(BusyError):
        world.sender_with(conversations=racing).send(text)
    assert world.state_of(text) is None
    assert world.carrier.sent == []


def test_of_two_loans_of_one_person_only_one_is_texted(world: World) -> None:
    world.knows(a_loan(loan_id="L1"), a_loan(loan_id="L2"))
    first, second = world.plans("L1"), world.plans("L2")
    assert world.sender.send(first) is Sent.ACCEPTED
    assert world.sender.send(second) is Sent.HELD
    next_contact_at = world.loan("L2").next_contact_at
    assert next_contact_at is not None
    assert next_contact_at > NOW + timedelta(hours=23)


# Answers.


def test_a_fresh_answer_goes_at_any_hour(world: World) -> None:
    world.clock.at = NOW + timedelta(hours=13)
    answer = an_answer(inbound_at=world.clock.at, expires_at=world.clock.at + timedelta(hours=1))
    assert world.sender.send(answer) is Sent.ACCEPTED
    assert world.conversations.number(PHONE).answers == (world.clock.at,)


def test_a_late_answer_waits_for_contact_hours(world: World) -> None:
    world.knows()
    world.clock.at = NOW + timedelta(hours=13)
    answer = an_answer(inbound_at=world.clock.at - timedelta(minutes=11))
    assert world.sender.send(answer) is Sent.HELD
    assert world.open_tickets == []
    world.clock.at = datetime(2026, 3, 12, 13, 0, tzinfo=UTC)
    world.broom.run()
    assert world.outbox.texts == [answer]
    assert world.sender.send(answer) is Sent.ACCEPTED


def test_a_late_answer_whose_day_ends_before_contact_hours_open_goes_to_a_person(world: World) -> None:
    world.knows()
    world.clock.at = NOW + timedelta(hours=13)
    answer = an_answer(
        inbound_at=world.clock.at - timedelta(minutes=11), expires_at=world.clock.at + timedelta(hours=1)
    )
    assert world.sender.send(answer) is Sent.HELD
    assert [(ticket.reason, ticket.note) for ticket in world.open_tickets] == [
        (Reason.REPLY, "a text that asks for no money did not go: outside_hours")
    ]


def test_a_late_answer_inside_contact_hours_goes(world: World) -> None:
    world.knows()
    assert world.sender.send(an_answer(inbound_at=NOW - timedelta(minutes=11))) is Sent.ACCEPTED


def test_an_answer_after_its_day_is_not_sent(world: World) -> None:
    assert world.sender.send(an_answer(expires_at=NOW)) is Sent.HELD


def test_a_few_answers_a_day_and_no_more(world: World) -> None:
    for number in range(4):
        assert world.sender.send(an_answer(contact_id=f"answer-{number}")) is Sent.ACCEPTED
        world.clock.advance(minutes=1)
    assert world.sender.send(an_answer(contact_id="answer-5")) is Sent.HELD
    world.clock.at = NOW + timedelta(days=1)
    fresh = an_answer(contact_id="answer-6", inbound_at=world.clock.at, expires_at=NOW + timedelta(days=2))
    assert world.sender.send(fresh) is Sent.ACCEPTED


def test_an_answer_that_was_throttled_does_not_use_up_the_days_answers(world: World) -> None:
    answer = an_answer()
    for _ in range(6):
        world.carrier.outcomes = [Throttled("busy")]
        assert world.sender.send(answer) is Sent.PUT_BACK
        assert world.conversations.number(PHONE).answers == ()
    assert world.sender.send(answer) is Sent.ACCEPTED


def test_a_redelivered_answer_is_dropped_quietly_when_the_days_answers_are_used_up(world: World) -> None:
    for number in range(4):
        world.sender.send(an_answer(contact_id=f"answer-{number}"))
    assert world.sender.send(an_answer(contact_id="answer-3")) is Sent.REPEATED
    assert world.open_tickets == []


def test_an_answer_counts_for_no_cap_of_demands(world: World, text: Text) -> None:
    world.sender.send(an_answer())
    assert world.sender.send(text) is Sent.ACCEPTED


def test_a_suppressed_number_gets_no_answer(world: World) -> None:
    world.conversations.save_number(a_number(suppressed=Suppression.OPTED_OUT, suppressed_at=NOW))
    assert world.sender.send(an_answer()) is Sent.HELD
    assert world.carrier.sent == []
    assert world.open_tickets == []


def test_the_one_confirmation_passes_and_then_the_carriers_list_has_the_number(world: World) -> None:
    number = a_number().suppress(Suppression.OPTED_OUT, NOW, "answer-1")
    world.conversations.save_number(number)
    assert world.sender.send(an_answer()) is Sent.ACCEPTED
    assert world.carrier.diary == [("send", "answer-1"), ("list", PHONE)]
    assert world.conversations.number(PHONE).carrier_told
    assert world.sender.send(an_answer(contact_id="answer-2")) is Sent.HELD


@pytest.mark.parametrize("outcome", [Unknown("timeout"), Rejected("blocked")])
def test_a_confirmation_that_did_not_surely_go_leaves_the_list_to_the_sweep(world: World, outcome: Outcome) -> None:
    world.conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW, "answer-1"))
    world.carrier.outcomes = [outcome]
    world.sender.send(an_answer())
    assert world.carrier.listed == []
    world.clock.advance(minutes=6)
    assert world.broom.run().opt_outs_told == 1
    assert world.carrier.listed == [PHONE]


def test_an_operators_text_keeps_to_contact_hours(world: World) -> None:
    world.knows()
    world.clock.at = NOW + timedelta(hours=13)
    operator = an_answer(kind=Kind.OPERATOR, inbound_at=world.clock.at, contact_id="operator-1")
    assert world.sender.send(operator) is Sent.HELD


def test_a_reminder_before_the_due_date_is_sent_like_a_demand(world: World) -> None:
    world.knows(days_late(-1))
    text = world.plans()
    assert text.kind is Kind.PRE_DUE
    assert world.sender.send(text) is Sent.ACCEPTED
    assert world.conversations.person("B1").quiet_until() is None


# The pace.


def paced(world: World, limit: Limit, taken: dict[int, tuple[int, int]] | None = None, **pace: Any) -> SendContact:
    """A sender whose number may carry so much; `taken` by others already."""
    shared = FakePace(limit, FakeSeconds(taken or {}), **pace)
    batch = Batch(is_answer=False, parts=(1,), seconds_to_wait=lambda: 60)
    return world.sender_with(turns=Turns(shared, limit, batch, Stride()))


SECOND = int(FakePace(Limit(1)).at)
FULL = dict.fromkeys(range(SECOND, SECOND + 20), (3, 2))


def test_a_text_waits_for_its_turn_before_the_gate_is_asked(world: World, text: Text) -> None:
    sender = paced(world, Limit(3, 20), {SECOND: (3, 2)})
    assert sender.turns is not None
    pace: Any = sender.turns.pace
    real_sleep = pace.sleep

    def sleep(seconds: float) -> None:
        real_sleep(seconds)
        if seconds > 0.5:
            world.cashier.record(a_payment_row(), NOW)

    pace.sleep = sleep
    assert sender.send(text) is Sent.HELD
    assert world.carrier.sent == []


def test_a_text_whose_turn_is_too_far_ahead_goes_back_with_the_same_id_and_is_not_claimed(
    world: World, text: Text
) -> None:
    assert paced(world, Limit(3, 20), FULL).send(text) is Sent.OUT_OF_PACE
    again, delay_seconds = world.outbox.queued[-1]
    assert again == text
    assert LOOK_AHEAD_SECONDS <= delay_seconds < LOOK_AHEAD_SECONDS + SPREAD_SECONDS
    assert (world.state_of(text), world.carrier.sent) == (None, [])
    assert world.sender.send(again) is Sent.ACCEPTED


def test_a_queue_that_cannot_take_a_text_back_brings_the_original_again(world: World, text: Text) -> None:
    world.outbox.fails = True
    with pytest.raises(ConnectionError):
        paced(world, Limit(3, 20), FULL).send(text)


def test_nothing_goes_out_unpaced_when_the_count_cannot_be_asked(world: World, text: Text) -> None:
    assert paced(world, Limit(3, 20), fault="ThrottlingException").send(text) is Sent.PACE_UNKNOWN
    assert (world.outbox.texts[-1], world.carrier.sent) == (text, [])


def test_a_text_that_missed_its_turn_at_the_gate_is_released_and_comes_again(world: World, text: Text) -> None:
    sender = paced(world, Limit(3, 20))
    assert sender.turns is not None
    pace: Any = sender.turns.pace

    def slow() -> None:
        pace.at += 1.5

    sender = replace(sender, conversations=BeforeClaim(world.conversations, slow))
    assert sender.send(text) is Sent.PUT_BACK
    assert (world.state_of(text), world.carrier.sent) == (State.RELEASED, [])
    assert world.conversations.contact(PHONE, text.contact_id).reason == "turn_missed"
    assert world.conversations.person("B1").counted == {}
    assert world.sender.send(world.outbox.texts[-1]) is Sent.ACCEPTED


def test_a_held_text_leaves_its_turn_to_the_next_text_of_its_batch(world: World, text: Text) -> None:
    sender = paced(world, Limit(3, 20))
    assert sender.turns is not None
    assert sender.send(replace(text, contact_id="demand-held", loan_id="nobody's")) is Sent.HELD
    assert sender.send(text) is Sent.ACCEPTED
    pace: Any = sender.turns.pace
    assert pace.seconds.taken == {SECOND: (1, 1)}


# What was put back and yet went out.


@pytest.mark.parametrize(
    ("meanwhile", "state"),
    [("a receipt", State.DELIVERED), ("the sweep", State.IN_DOUBT)],
)
def test_a_throttled_text_whose_row_has_moved_on_is_not_queued_again(
    world: World, text: Text, meanwhile: str, state: State
) -> None:
    def move_on(sending: Text) -> None:
        if meanwhile == "a receipt":
            world.receipts.record(a_receipt(message_id="message-1"))
        else:
            world.conversations.move(sending.phone, sending.contact_id, State.IN_DOUBT, NOW, reason="lapsed")

    queued = len(world.outbox.queued)
    world.carrier.outcomes = [Throttled("busy")]
    world.carrier.while_sending = move_on
    assert world.sender.send(text) is Sent.OVERTAKEN
    assert len(world.outbox.queued) == queued
    assert world.state_of(text) is state
    assert set(world.conversations.person("B1").counted) == {text.contact_id}
