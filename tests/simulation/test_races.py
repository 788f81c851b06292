"""Two things at one instant: each race that was thought of, or found, has its test."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from duebridge.core.contact import State, Text, Throttled
from duebridge.core.loan import Pause, reason_of
from duebridge.core.money import Money
from duebridge.core.shard import shard_of
from duebridge.core.standing import Suppression
from duebridge.core.strategy import Kind
from duebridge.core.ticket import Reason, Status
from duebridge.core.undertaking import ArrangementStatus
from duebridge.flows.send_contact import Sent
from tests.builders import NOW, PHONE, a_loan, a_payment_row, an_inbound
from tests.simulation.checks import broken_always, broken_at_the_end
from tests.simulation.faults import Faults, Side
from tests.simulation.scenarios import OWED_MINOR, a_file, operator, says, texted
from tests.simulation.simulated import Simulation


@pytest.fixture
def sim() -> Simulation:
    return Simulation()


def queued(sim: Simulation, loan_id: str = "L1") -> Text:
    """The loan's text, planned and not yet delivered."""
    sim.lanes.work.put([(shard_of(loan_id), "")], sim.clock.now())
    sim.deliver("work")
    return next(text for text in sim.asked.values() if text.loan_id == loan_id)


def just_before(sim: Simulation, call: str, meanwhile: Callable[[], object]) -> None:
    """Somebody else acts just before the next call of this name."""
    count, waiting = sim.faults.call, [meanwhile]

    def watched(name: str, do: Callable[..., object], *arguments: object, **named: object) -> object:
        if name == call and sim.faults.is_counting and waiting:
            sim.faults.is_counting = False
            waiting.pop()()
            sim.faults.is_counting = True
        return count(name, do, *arguments, **named)

    sim.faults.call = watched  # type: ignore[method-assign]


def pays(sim: Simulation) -> None:
    sim.rows.cashier.record(a_payment_row(OWED_MINOR), sim.clock.now())


def kept(sim: Simulation) -> None:
    """Nothing is broken now, and nothing once all is drained."""
    assert broken_always(sim) == []
    sim.end()
    assert broken_at_the_end(sim) == []


# Two senders.


def test_two_loans_of_one_person_claimed_at_one_instant_give_one_demand(sim: Simulation) -> None:
    sim.knows(a_loan(), a_loan(loan_id="L2"))
    first, second = queued(sim), queued(sim, "L2")
    just_before(sim, "conversations.claim", lambda: sim.rows.sender.send(second))
    assert sim.world.sender.send(first) is Sent.HELD
    assert [accepted.text.loan_id for accepted in sim.carrier.log] == ["L2"]
    kept(sim)


def test_one_text_claimed_by_two_senders_at_one_instant_goes_once(sim: Simulation) -> None:
    sim.knows(a_loan())
    text = queued(sim)
    just_before(sim, "conversations.claim", lambda: sim.rows.sender.send(text))
    assert sim.world.sender.send(text) is Sent.REPEATED
    assert len(sim.carrier.log) == 1
    kept(sim)


def test_a_copy_that_is_sent_while_the_first_is_put_back_still_counts_for_caps(sim: Simulation) -> None:
    sim.knows(a_loan())
    text = queued(sim)
    sim.carrier.outcomes = [Throttled("no room")]

    def copy_goes() -> None:
        sim.clock.advance(seconds=1)
        assert sim.rows.sender.send(text) is Sent.ACCEPTED

    just_before(sim, "conversations.person", copy_goes)
    sim.world.sender.send(text)
    assert list(sim.talk.person("B1").counted) == [text.contact_id]
    kept(sim)


def test_a_copy_of_an_answer_that_is_sent_while_the_first_is_put_back_still_counts(sim: Simulation) -> None:
    texted(sim)
    sim.carrier.outcomes = [Throttled("no room")]
    sim.reply("HELP", "in-1")
    sim.deliver("inbound")
    text = next(text for text in sim.asked.values() if text.kind is Kind.ANSWER)

    def copy_goes() -> None:
        sim.clock.advance(seconds=1)
        assert sim.rows.sender.send(text) is Sent.ACCEPTED

    just_before(sim, "conversations.save_number", copy_goes)
    sim.world.sender.send(text)
    assert len(sim.talk.number(PHONE).answers) == 1
    kept(sim)


# A fact before the claim.


@pytest.mark.parametrize("call", ["loans.get", "conversations.standings", "loans.latest_files", "conversations.claim"])
def test_a_payment_between_gate_and_claim_stops_the_text(sim: Simulation, call: str) -> None:
    sim.knows(a_loan())
    text = queued(sim)
    just_before(sim, call, lambda: pays(sim))
    assert sim.world.sender.send(text) is Sent.HELD
    assert sim.carrier.log == []
    kept(sim)


@pytest.mark.parametrize("call", ["loans.get", "conversations.standings", "loans.latest_files", "conversations.claim"])
def test_a_stop_between_queue_and_claim_stops_the_text(sim: Simulation, call: str) -> None:
    texted(sim)
    sim.pass_time(NOW + timedelta(days=12))
    sim.carrier.log.clear()
    later = a_loan(loan_id="L2", borrower_id="B2")
    sim.knows(later)
    text = queued(sim, "L2")
    just_before(sim, call, lambda: sim.rows.listener.receive(an_inbound("STOP", at=sim.clock.now())))
    sim.world.sender.send(text)
    assert [accepted.text.kind for accepted in sim.carrier.log if accepted.text.kind is Kind.DEMAND] == []
    kept(sim)


@pytest.mark.parametrize("call", ["loans.get", "conversations.standings", "conversations.claim"])
def test_a_hold_between_gate_and_claim_stops_the_text(sim: Simulation, call: str) -> None:
    sim.knows(a_loan())
    text = queued(sim)
    just_before(sim, call, lambda: sim.book.save(sim.loan().paused("disputed", Pause(NOW, None, "loan file"))))
    assert sim.world.sender.send(text) is Sent.HELD
    kept(sim)


def test_a_newer_sum_between_gate_and_claim_is_asked_for_instead(sim: Simulation) -> None:
    sim.knows(a_loan())
    text = queued(sim)
    just_before(sim, "conversations.claim", lambda: sim.rows.cashier.record(a_payment_row(100), sim.clock.now()))
    assert sim.world.sender.send(text) is Sent.HELD
    sim.plan()
    assert [accepted.text.amount_minor for accepted in sim.carrier.log] == [OWED_MINOR - 100]
    kept(sim)


def test_a_payment_after_the_claim_is_thanked_for_and_not_asked_again(sim: Simulation) -> None:
    sim.knows(a_loan())
    text = queued(sim)
    just_before(sim, "carrier.send", lambda: pays(sim))
    assert sim.world.sender.send(text) is Sent.ACCEPTED
    kept(sim)
    assert len(sim.carrier.log) == 1


# Files and the planner.


def test_a_stale_file_after_a_payment_does_not_make_the_money_owed_again(sim: Simulation) -> None:
    sim.drop("loans/loans-20260310T060000Z.csv", a_file("L1"))
    sim.settle()
    sim.pay(OWED_MINOR, "P1")
    sim.settle()
    sim.drop("loans/loans-20260311T060000Z.csv", a_file("L1"))
    sim.settle()
    assert not sim.loan().is_owed()
    sim.plan()
    assert sim.carrier.log == []
    kept(sim)


def test_the_planners_advance_against_a_cure_leaves_the_loan_cured(sim: Simulation) -> None:
    sim.knows(a_loan())
    just_before(sim, "loans.save", lambda: pays(sim))
    sim.plan()
    assert not sim.loan().is_owed()
    assert sim.loan().next_contact_at is None
    assert sim.carrier.log == []
    kept(sim)


def test_the_planners_advance_against_a_reply_leaves_the_hold(sim: Simulation) -> None:
    texted(sim)
    sim.clock.at = NOW + timedelta(days=10)
    sim.carrier.log.clear()
    just_before(
        sim,
        "loans.save",
        lambda: sim.rows.listener.receive(an_inbound("I dispute this debt", at=sim.clock.now())),
    )
    sim.plan()
    assert [accepted.text.kind for accepted in sim.carrier.log] == [Kind.ANSWER]
    assert "disputed" in {reason_of(name) for name in sim.loan().pauses}
    kept(sim)


def test_a_planner_that_died_after_queueing_still_advances_its_loan() -> None:
    """Found by a fault at the save: the text made its own loan wait for the date that it named."""
    sim = Simulation(Faults({7: Side.FAILS}))
    sim.knows(a_loan())
    sim.plan()
    assert sim.faults.happened == [("loans.save", Side.FAILS)]
    assert len(sim.carrier.log) == 1
    assert sim.loan().steps == ("days-1-3",)
    kept(sim)


# Receipts, windows, digits.


def test_a_receipt_before_the_record_of_the_acceptance_is_final(sim: Simulation) -> None:
    sim.knows(a_loan())
    text = queued(sim)
    just_before(sim, "conversations.move", lambda: sim.deliver("receipts"))
    assert sim.world.sender.send(text) is Sent.ACCEPTED
    assert sim.rows.state_of(text) is State.DELIVERED
    kept(sim)


def test_a_failed_receipt_before_the_record_of_the_acceptance_is_final(sim: Simulation) -> None:
    sim.knows(a_loan())
    sim.carrier.receipt_types = ["TEXT_UNREACHABLE"]
    text = queued(sim)
    just_before(sim, "conversations.move", lambda: sim.deliver("receipts"))
    sim.world.sender.send(text)
    assert sim.rows.state_of(text) is State.UNDELIVERED
    assert sim.talk.person("B1").counted == {}
    kept(sim)


def test_a_message_that_outlived_its_window_is_not_sent_and_the_loan_is_planned_again(sim: Simulation) -> None:
    sim.knows(a_loan())
    text = queued(sim)
    sim.clock.at = text.expires_at
    assert sim.world.sender.send(text) is Sent.HELD
    assert sim.carrier.log == []
    kept(sim)
    assert [accepted.text.contact_id for accepted in sim.carrier.log] == [text.contact_id]


def test_a_menu_digit_against_a_payment_agrees_to_nothing_that_is_not_owed(sim: Simulation) -> None:
    texted(sim)
    says(sim, "I lost my job and cannot pay")
    just_before(sim, "tickets.open", lambda: pays(sim))
    says(sim, "2", "in-2")
    assert sim.loan().promised is None
    kept(sim)


def test_a_menu_digit_against_a_payment_waits_for_a_person_even_below_the_bound(sim: Simulation) -> None:
    texted(sim, a_loan(amount_due=Money(9_001, "USD"), outstanding_balance=Money(50_000, "USD")))
    says(sim, "I lost my job and cannot pay")
    just_before(sim, "loans.save", lambda: sim.rows.cashier.record(a_payment_row(5_000), sim.clock.now()))
    says(sim, "2", "in-2")
    loan = sim.loan()
    assert loan.arrangement is not None
    assert loan.arrangement.status is ArrangementStatus.PROPOSED
    assert loan.promised is None
    kept(sim)


def test_an_answer_that_waits_in_its_queue_while_the_number_opts_out_is_not_sent(sim: Simulation) -> None:
    texted(sim)
    sim.reply("HELP", "in-1")
    sim.deliver("inbound")
    sim.clock.advance(minutes=1)
    sim.rows.listener.receive(an_inbound("STOP", inbound_id="in-2", at=sim.clock.now()))
    sim.settle()
    assert [accepted.text.template for accepted in sim.carrier.log[1:]] == ["answers/opted_out"]
    kept(sim)


# Operators.


def test_an_operators_release_against_a_new_hold_leaves_the_new_one(sim: Simulation) -> None:
    texted(sim)
    says(sim, "I dispute this debt")
    just_before(
        sim,
        "loans.save",
        lambda: sim.rows.listener.receive(an_inbound("talk to my lawyer", inbound_id="in-2", at=sim.clock.now())),
    )
    operator(sim, Reason.DISPUTE, action="release", hold="disputed")
    assert {"legal", "attorney"} <= {reason_of(name) for name in sim.loan().pauses}
    assert "disputed" not in {reason_of(name) for name in sim.loan().pauses}
    kept(sim)


def test_an_answer_to_a_number_that_opts_out_meanwhile_ends_without_a_text(sim: Simulation) -> None:
    """Found by reading: a request that no longer fitted when it was carried out was tried again for ever."""
    texted(sim)
    says(sim, "what is my balance?")
    ticket = sim.ticket(Reason.QUESTION)
    sim.writes(ticket.ticket_id, {"by": "JD", "action": "answer", "text": "You owe what the last text said."})
    taken_up = sim.rows.tickets.tickets[ticket.ticket_id]
    sim.rows.tickets.take_up(taken_up)
    sim.rows.listener.receive(an_inbound("STOP", inbound_id="in-2", at=sim.clock.now()))
    sim.settle()
    after = sim.ticket(Reason.QUESTION)
    assert not after.doing
    assert after.is_open
    assert sim.talk.number(PHONE).suppressed is Suppression.OPTED_OUT
    kept(sim)


def test_a_borrower_who_is_not_content_while_an_operator_acts_still_reopens_the_ticket(sim: Simulation) -> None:
    texted(sim)
    says(sim, "what is my balance?")
    operator(sim, Reason.QUESTION, action="close", outcome="answered")
    ticket = sim.ticket(Reason.QUESTION)
    assert ticket.status is Status.CLOSED
    just_before(
        sim,
        "tickets.finish",
        lambda: sim.rows.listener.receive(an_inbound("no", inbound_id="in-2", at=sim.clock.now())),
    )
    operator(sim, Reason.QUESTION, action="call", outcome="reached")
    assert sim.ticket(Reason.QUESTION).is_open
    kept(sim)


# The order of a number's own words.


def test_an_opt_in_that_comes_late_does_not_undo_a_later_opt_out(sim: Simulation) -> None:
    texted(sim)
    says(sim, "STOP")
    start = an_inbound("START", inbound_id="in-2", at=sim.clock.now())
    sim.clock.advance(minutes=1)
    says(sim, "stop", "in-3")
    sim.lanes.inbound.put([start], sim.clock.now())
    sim.settle()
    assert sim.talk.number(PHONE).suppressed is Suppression.OPTED_OUT
    kept(sim)


def test_an_opt_in_after_a_death_between_telling_the_provider_and_saying_so_holds() -> None:
    """Found by faults after `list_opt_out`: the provider's list kept a number that had opted in again."""
    sim = Simulation()
    texted(sim)
    just_before(sim, "carrier.list_opt_out", lambda: sim.faults.planned.update({len(sim.faults.calls): Side.KILLED}))
    sim.reply("STOP", "in-1")
    sim.deliver("inbound")
    sim.deliver("answers")
    assert sim.faults.happened == [("carrier.list_opt_out", Side.KILLED)]
    sim.clock.advance(minutes=1)
    says(sim, "START", "in-2")
    assert sim.talk.number(PHONE).suppressed is None
    kept(sim)


def test_a_borrower_who_wants_no_contact_at_all_is_in_peoples_hands(sim: Simulation) -> None:
    """Found by the check of silent loans: the hold of these words had no ticket."""
    texted(sim)
    says(sim, "Stop contacting me at all")
    assert sim.ticket(Reason.LEGAL).loan_ids == ("L1",)
    kept(sim)


@pytest.mark.parametrize("side", [Side.KILLED, Side.TIMES_OUT])
def test_a_borrower_is_told_of_a_declined_plan_whatever_breaks(side: Side) -> None:
    """Found by faults after the loan's save: the choice was gone, and with it the words about it."""
    sim = Simulation()
    texted(sim)
    says(sim, "I lost my job and cannot pay")
    says(sim, "2", "in-2")
    just_before(sim, "loans.save", lambda: sim.faults.planned.update({len(sim.faults.calls): side}))
    operator(sim, Reason.ARRANGEMENT, action="arrangement", decision="decline")
    assert sim.faults.happened == [("loans.save", side)]
    kept(sim)
    assert "answers/arrangement_declined" in [accepted.text.template for accepted in sim.carrier.log]
