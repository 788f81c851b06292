"""What a sender leaves behind: each refusal with its reason and its end, each ticket in full, each edge of time."""

from collections.abc import Callable
from copy import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from duebridge.core.contact import (
    Misconfigured,
    Outcome,
    Rejected,
    State,
    Text,
    Throttled,
    Unknown,
    reminder_id,
)
from duebridge.core.errors import SetUpError
from duebridge.core.loan import DISSATISFIED, LastDecision, Loan, Pause
from duebridge.core.money import Money
from duebridge.core.promise_keeping import PROMISE_REMINDER
from duebridge.core.standing import Counted, Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason
from duebridge.core.undertaking import Promised
from duebridge.flows.send_contact import Sent
from duebridge.ports import Claim, LatestFiles
from tests.builders import FILE_AS_OF, NOW, PHONE, a_loan, a_number, a_payment_row, a_person, a_text, an_answer
from tests.world import World

NIGHT = datetime(2026, 3, 12, 5, tzinfo=UTC)
"""Midnight in Chicago, after NOW."""
MORNING = datetime(2026, 3, 12, 13, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def demand(world: World) -> Text:
    """A demand that the planner has just queued."""
    world.knows()
    return world.plans()


def late_answer(**changes: Any) -> Text:
    """An answer that comes to its turn at midnight, half an hour after the reply."""
    values: dict[str, Any] = {"inbound_at": NIGHT - timedelta(minutes=30), "expires_at": NIGHT + DAY}
    return an_answer(**(values | changes))


# Texts that ask for no money and do not go.


def opted_out(world: World) -> None:
    world.conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW, "another-answer"))


def wording_stopped(world: World) -> None:
    world.stopping.stop_wording(an_answer(), "TEXT_SPAM")
    world.tickets.tickets.clear()


def four_answers(world: World) -> None:
    world.conversations.save_number(a_number(answers=(NIGHT - DAY + SECOND,) * 4))


def no_loan(world: World) -> None:
    world.loans.loans.clear()


def no_law(world: World) -> None:
    world.loans.loans["L1"] = a_loan(country="FR")


def nothing(world: World) -> None:
    assert world.loan()


REFUSED: dict[str, tuple[Callable[[World], None], dict[str, Any], str, datetime | None, str | None]] = {
    "the number opted out": (opted_out, {}, "opted_out", None, None),
    "its day has passed": (nothing, {"expires_at": NIGHT}, "window_passed", None, "answer-1"),
    "its wording is stopped": (wording_stopped, {}, "template_stopped", None, "answer-1"),
    "the promise was settled": (
        nothing,
        {"kind": Kind.REMINDER, "step": PROMISE_REMINDER},
        "promise_settled",
        None,
        None,
    ),
    "the day's answers are used up": (four_answers, {}, "answers_a_day", None, "B1/2026-03-12/answers_a_day"),
    "nobody knows where the borrower lives": (no_loan, {}, "late_answer_to_unknown_place", None, "answer-1"),
    "hours open when its day is over": (nothing, {"expires_at": MORNING}, "outside_hours", MORNING, "answer-1"),
    "hours never open": (no_law, {}, "outside_hours", None, "answer-1"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_text_that_asks_for_no_money_and_does_not_go_leaves_its_reason_and_asks_a_person(
    world: World, why: str
) -> None:
    arrange, changes, reason, until, about = REFUSED[why]
    world.knows()
    arrange(world)
    before = world.loans.get("L1")
    world.clock.at = NIGHT
    assert world.sender.send(late_answer(**changes)) is Sent.HELD
    assert world.loans.decisions == [("L1", "answer-1", LastDecision(NIGHT, reason, until), ())]
    told = [(each.reason, each.about, each.phone, each.loan_ids, each.note) for each in world.open_tickets]
    note = f"a text that asks for no money did not go: {reason}"
    assert told == ([(Reason.REPLY, about, PHONE, ("L1",), note)] if about else [])
    assert (world.carrier.diary, world.outbox.texts) == ([], [])
    assert world.loans.get("L1") == before


def test_a_text_of_no_loan_that_does_not_go_is_told_of_without_one(world: World) -> None:
    class OfLoansOnly:
        def get(self, loan_id: str) -> Loan:
            raise AssertionError(f"a table is not asked for an empty key: {loan_id}")

    sender = world.sender_with(loans=OfLoansOnly())
    assert sender.send(an_answer(loan_id="", expires_at=NOW)) is Sent.HELD
    assert world.loans.decisions == []
    assert [each.loan_ids for each in world.open_tickets] == [()]


def test_a_late_answer_waits_for_the_instant_at_which_hours_open(world: World) -> None:
    world.knows()
    world.clock.at = NIGHT
    assert world.sender.send(late_answer(expires_at=MORNING + SECOND)) is Sent.HELD
    row = world.conversations.contacts[PHONE, "answer-1"]
    assert (row.state, row.reason) == (State.RELEASED, "outside_hours")
    assert world.conversations.waiting_since[PHONE, "answer-1"] == ("waiting", MORNING)
    assert (world.loans.decisions, world.open_tickets) == ([], [])


def test_a_late_answer_that_waited_and_still_comes_too_early_waits_on(world: World) -> None:
    world.knows()
    world.clock.at = NIGHT
    for _ in range(2):
        assert world.sender.send(late_answer()) is Sent.HELD
    world.clock.at = MORNING
    assert world.sender.send(late_answer()) is Sent.ACCEPTED


def test_an_answer_is_fresh_for_ten_minutes_to_the_second(world: World) -> None:
    world.knows()
    world.clock.at = NIGHT
    fresh = late_answer(inbound_at=NIGHT - timedelta(minutes=10))
    late = late_answer(inbound_at=NIGHT - timedelta(minutes=10, seconds=1), contact_id="answer-2")
    assert [world.sender.send(fresh), world.sender.send(late)] == [Sent.ACCEPTED, Sent.HELD]


@pytest.mark.parametrize("kind", [Kind.OPERATOR, Kind.SATISFACTION, Kind.ANSWER])
def test_what_answers_no_text_of_now_keeps_to_contact_hours(world: World, kind: Kind) -> None:
    world.knows()
    world.clock.at = NIGHT
    inbound_at = None if kind is Kind.ANSWER else NIGHT
    assert world.sender.send(late_answer(kind=kind, inbound_at=inbound_at)) is Sent.HELD


def test_the_days_answers_are_those_of_the_last_24_hours_and_older_ones_are_forgotten(world: World) -> None:
    world.conversations.save_number(a_number(answers=(NOW - DAY - SECOND, NOW - DAY, *(NOW - DAY + SECOND,) * 3)))
    assert world.sender.send(an_answer()) is Sent.ACCEPTED
    assert world.conversations.number(PHONE).answers == (*(NOW - DAY + SECOND,) * 3, NOW)


def test_an_answer_goes_whatever_changes_about_the_loan_at_that_moment(world: World) -> None:
    world.knows()
    racing = changing(world, lambda: world.loans.save(world.loan()))
    assert world.sender_with(conversations=racing).send(an_answer()) is Sent.ACCEPTED


# Reminders of a promise.

PAY_ON = NOW.date() + DAY
A_REMINDER = late_answer(
    kind=Kind.REMINDER,
    step=PROMISE_REMINDER,
    contact_id=reminder_id(PROMISE_REMINDER, "L1", PAY_ON),
    inbound_at=None,
)


def promised(**changes: Any) -> Loan:
    """A loan whose borrower promised to pay tomorrow, and whose demands pause until then."""
    values: dict[str, Any] = {"pay_on": PAY_ON, "amount_minor": 5_000, "noted_at": NOW - 5 * DAY, "by": "inbound-1"}
    promise = Promised(**(values | changes))
    return a_loan(promised=promise, pauses={"promise": Pause(NOW - 5 * DAY, NOW + 2 * DAY, "inbound-1")})


def test_a_promise_that_stands_is_reminded_of(world: World) -> None:
    world.knows(promised())
    assert world.sender.send(A_REMINDER) is Sent.ACCEPTED


@pytest.mark.parametrize(
    "loan",
    [
        pytest.param(promised(kept=True), id="kept"),
        pytest.param(promised(pay_on=PAY_ON + DAY), id="moved"),
        pytest.param(a_loan(), id="gone"),
        pytest.param(None, id="with its loan"),
    ],
)
def test_a_promise_that_no_longer_stands_is_not_reminded_of(world: World, loan: Loan | None) -> None:
    if loan:
        world.knows(loan)
    assert world.sender.send(A_REMINDER) is Sent.HELD
    assert world.loans.decisions[-1][2] == LastDecision(NOW, "promise_settled", None)
    assert (world.carrier.diary, world.open_tickets) == ([], [])


def test_a_promise_that_is_kept_at_that_very_moment_is_not_reminded_of(world: World) -> None:
    world.knows(promised())

    def pays() -> None:
        if not world.loans.payments:
            world.cashier.record(a_payment_row(5_000), NOW)

    assert world.sender_with(conversations=changing(world, pays)).send(A_REMINDER) is Sent.HELD
    assert world.carrier.diary == []


def changing(world: World, changes: Callable[[], object]) -> Any:
    """Conversations in which something happens before every claim."""

    class Changing:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.conversations, name)

        def claim(self, *args: Any) -> Claim:
            changes()
            claim: Claim = world.conversations.claim(*args)
            return claim

    return Changing()


# Demands that do not go.


def stopped_decision(world: World, text: Text) -> LastDecision:
    assert world.sender.send(text) is Sent.HELD
    assert world.carrier.diary == []
    decision: LastDecision
    loan_id, contact_id, decision, _ = world.loans.decisions[-1]
    assert (loan_id, contact_id) == ("L1", text.contact_id)
    return decision


def test_a_demand_to_a_number_that_is_no_longer_the_loans_is_planned_again_at_once(world: World, demand: Text) -> None:
    loan = world.loan()
    world.loans.save(replace(loan, terms=replace(loan.terms, phone="+13125550199")))
    assert stopped_decision(world, demand) == LastDecision(NOW, "number_changed", NOW)
    assert (world.loan().steps, world.loan().next_contact_at) == ((), NOW)
    assert world.loans.decisions[-1][3] == ()


def test_a_demand_for_a_loan_that_is_gone_leaves_its_reason(world: World, demand: Text) -> None:
    world.loans.loans.clear()
    assert stopped_decision(world, demand) == LastDecision(NOW, "unknown_loan", None)
    assert world.loans.loans == {}
    assert world.open_tickets == []


def test_a_demand_for_a_loan_that_a_newer_full_file_left_out_does_not_go(world: World, demand: Text) -> None:
    world.loans.latest = LatestFiles(full_as_of=FILE_AS_OF + SECOND)
    assert stopped_decision(world, demand).outcome == "not_in_latest_file"


def test_a_demand_that_does_not_go_is_remembered_as_long_as_the_law_wants(world: World, demand: Text) -> None:
    kept: list[int] = []

    class Noting:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.loans, name)

        def record_decision(self, *args: Any) -> None:
            kept.append(args[-1])

    world.clock.at = demand.expires_at
    assert world.sender_with(loans=Noting()).send(replace(demand, keep_days=10)) is Sent.HELD
    assert kept == [int((demand.expires_at + timedelta(days=10)).timestamp())]


def test_a_demand_goes_to_a_provider_with_receipts_until_its_window_ends(world: World, demand: Text) -> None:
    world.clock.at = demand.expires_at - SECOND
    assert world.sender.send(demand) is Sent.ACCEPTED


def test_at_the_last_instant_of_its_window_a_demand_is_held_and_not_put_off_by_a_stop(
    world: World, demand: Text
) -> None:
    world.stopping.stop_sending(demand, Misconfigured("MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"))
    world.clock.at = demand.expires_at - SECOND
    world.stops.stops = world.stops.stops.probed(world.stops.stops.by_name, world.clock.at)
    assert world.sender.send(demand) is Sent.STOPPED
    world.clock.at = demand.expires_at
    assert world.sender.send(demand) is Sent.HELD


CHANGED_LOANS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]] = {
    "planned again": ({}, {}, {"steps": ("reminder",), "retry": "", "marks": frozenset()}),
    "a second attempt": (
        {"attempt": 2},
        {},
        {"steps": ("reminder", "days-1-3"), "retry": "days-1-3", "marks": frozenset()},
    ),
    "of the care family": (
        {"template": "care/days-1-3"},
        {},
        {"steps": ("reminder",), "retry": "", "marks": frozenset({DISSATISFIED})},
    ),
    "paid meanwhile": ({}, {"arrears": Money(0, "USD")}, None),
    "planned by nobody": ({}, {"steps": ("reminder",)}, None),
    "of an earlier delinquency": ({"episode": NOW.date()}, {}, None),
}


@pytest.mark.parametrize("case", CHANGED_LOANS)
def test_a_loan_whose_demand_is_held_is_as_if_that_had_not_been_planned(world: World, case: str) -> None:
    of_text, of_loan, expected = CHANGED_LOANS[case]
    values: dict[str, Any] = {"steps": ("reminder", "days-1-3"), "next_contact_at": NOW + 9 * DAY}
    loan: Loan = a_loan(**(values | of_loan))
    world.loans.save(loan)
    before = world.loan()
    assert world.sender.send(a_text(expires_at=NOW, **of_text)) is Sent.HELD
    after = world.loan()
    if expected is None:
        assert after == before
        return
    assert {name: getattr(after, name) for name in expected} == expected
    assert after.last_decision is not None
    assert after.next_contact_at == after.last_decision.until


# Tickets, and what comes back to the queue.


@pytest.mark.parametrize("of_loan", ["L1", ""])
def test_a_doubt_that_no_receipt_will_settle_is_told_in_full(world: World, of_loan: str) -> None:
    world.knows()
    world.carrier.outcomes = [Unknown("ReadTimeoutError")]
    assert world.sender_with(gives_receipts=False).send(an_answer(loan_id=of_loan)) is Sent.IN_DOUBT
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.about, ticket.phone) == (Reason.IN_DOUBT, "answer-1", PHONE)
    assert ticket.loan_ids == ((of_loan,) if of_loan else ())
    assert ticket.note == "the provider did not answer and gives no receipts: did the text arrive?"
    assert world.conversations.contacts[PHONE, "answer-1"].reason == "ReadTimeoutError"


def test_a_refused_demand_is_told_in_full(world: World, demand: Text) -> None:
    world.carrier.outcomes = [Rejected("DESTINATION_COUNTRY_BLOCKED")]
    world.sender.send(demand)
    (ticket,) = world.open_tickets
    assert (ticket.about, ticket.phone, ticket.loan_ids) == (demand.contact_id, PHONE, ("L1",))
    assert ticket.note == "the provider refused the text: DESTINATION_COUNTRY_BLOCKED"


def test_a_refused_answer_ends_without_a_ticket_and_is_not_one_of_the_days(world: World) -> None:
    world.knows()
    world.carrier.outcomes = [Rejected("DESTINATION_COUNTRY_BLOCKED")]
    assert world.sender.send(an_answer()) is Sent.REJECTED
    assert world.open_tickets == []
    assert world.conversations.number(PHONE).answers == ()


def test_a_number_that_cannot_be_taken_off_the_providers_list_is_told_in_full_and_its_text_waits(
    world: World,
) -> None:
    def denied(phone: str) -> bool:
        del phone
        raise SetUpError("AccessDeniedException")

    world.conversations.save_number(a_number(carrier_told=True))
    world.carrier.unlist_opt_out = denied  # type: ignore[method-assign]
    assert world.sender.send(an_answer()) is Sent.MISCONFIGURED
    assert world.outbox.queued == [(an_answer(), 300)]
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.about) == (Reason.CONFIGURATION, "opt-out list/AccessDeniedException/2026-03-11")
    assert ticket.note == "numbers that opted in again cannot be taken off the provider's list: AccessDeniedException"


def test_a_text_without_time_left_to_ask_goes_back_as_it_is_and_at_once(world: World, demand: Text) -> None:
    world.outbox.queued.clear()
    assert world.sender.put_back_unasked(demand) is Sent.PUT_BACK
    assert world.outbox.queued == [(demand, 0)]
    assert (world.carrier.diary, world.state_of(demand)) == ([], None)


@pytest.mark.parametrize("outcome", [Throttled("busy"), Misconfigured("NO_ORIGINATION_IDENTITIES_FOUND")])
def test_a_text_whose_receipt_overtook_the_refusal_is_not_queued_again(
    world: World, demand: Text, outcome: Outcome
) -> None:
    def lapse(text: Text) -> None:
        world.conversations.move(text.phone, text.contact_id, State.IN_DOUBT, NOW, reason="lapsed")

    queued = len(world.outbox.queued)
    world.carrier.outcomes = [outcome]
    world.carrier.while_sending = lapse
    assert world.sender.send(demand) is Sent.OVERTAKEN
    assert len(world.outbox.queued) == queued


def test_an_earlier_claim_of_another_sender_stays_counted_when_a_throttled_one_is_put_back(
    world: World, demand: Text
) -> None:
    other = Counted(NOW - timedelta(days=40), None)
    world.conversations.save_person(a_person(counted={"of-long-ago": other}))
    world.carrier.outcomes = [Throttled("busy")]
    assert world.sender.send(demand) is Sent.PUT_BACK
    row = world.conversations.contacts[PHONE, demand.contact_id]
    assert (row.state, row.reason) == (State.RELEASED, "busy")
    assert demand.contact_id not in world.conversations.person("B1").counted


# The provider's own opt-out list.


def test_an_ordinary_answer_puts_nobody_on_the_providers_list(world: World) -> None:
    assert world.sender.send(an_answer()) is Sent.ACCEPTED
    assert world.carrier.diary == [("send", "answer-1")]


def test_a_confirmation_of_a_number_that_is_on_the_list_asks_the_provider_nothing_more(world: World) -> None:
    number = a_number().suppress(Suppression.OPTED_OUT, NOW, "answer-1")
    world.conversations.save_number(replace(number, carrier_told=True))
    assert world.sender.send(an_answer()) is Sent.ACCEPTED
    assert world.carrier.diary == [("send", "answer-1")]
    assert world.conversations.number(PHONE).carrier_told


@pytest.mark.parametrize("kind", [Kind.DEMAND, Kind.ANSWER])
def test_a_number_that_opted_in_again_is_taken_off_the_list_before_its_next_text(world: World, kind: Kind) -> None:
    world.knows()
    text = world.plans() if kind is Kind.DEMAND else an_answer()
    world.conversations.save_number(a_number(carrier_told=True))
    world.carrier.opted_out.append(PHONE)
    assert world.sender.send(text) is Sent.ACCEPTED
    assert [what for what, _ in world.carrier.diary] == ["unlist", "send"]
    assert not world.conversations.number(PHONE).carrier_told
