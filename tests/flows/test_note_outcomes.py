"""What came of the texts: each fact once, on its day, for its text, its arm and its loan."""

from collections import Counter
from collections.abc import Mapping
from copy import replace
from datetime import date, timedelta
from typing import Any

import pytest

from duebridge.core.contact import Accepted, State
from duebridge.core.experiment import Enrolment
from duebridge.core.loan import BROKEN_PROMISE, LastDecision, Loan
from duebridge.core.outcome import DayCounts, counted, loan_mark
from duebridge.core.ticket import CONTENT, NOT_CONTENT, Status, TicketChange
from duebridge.core.undertaking import Arrangement, ArrangementKind, ArrangementStatus, Part, Promised
from duebridge.ports import ContactChange, LoanChange, ReplyUnderstood, RowChange, TicketMoved
from tests.builders import NOW, PHONE, a_loan, a_payment_row, a_receipt, a_ticket, an_inbound, compared_content
from tests.world import World

TODAY = date(2026, 3, 11)


@pytest.fixture
def world() -> World:
    """The loan is in the arm `personal` since today."""
    world = World.in_memory()
    world.content = compared_content()
    world.knows(replace(a_loan(), enrolments={"voice": Enrolment("personal", TODAY, "days-1-3")}))
    return world


def texted(world: World) -> Any:
    """Sends the demand, and tells what the stream tells of it."""
    text = world.plans()
    world.sender.send(text)
    row = world.conversations.contact(text.phone, text.contact_id)
    observe(world, ContactChange(None, replace(row, state=State.SENDING)), ContactChange(State.SENDING, row))
    return row


def observe(world: World, *changes: RowChange) -> Counter[str]:
    return world.observer.note(changes)


def day_of(world: World, day: date = TODAY) -> DayCounts:
    return counted(day, *world.outcomes.facts(day))


def totals(world: World, day: date = TODAY, experiment: str = "") -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for cell, counts in day_of(world, day).cells.items():
        if cell.experiment == experiment:
            found.update(counts)
    return found


def in_book(world: World, **changes: Any) -> LoanChange:
    """The loan's row before and after a change."""
    before = world.loan()
    world.loans.save(replace(before, **changes))
    return LoanChange(before, world.loan())


def paid(world: World, minor: int = 22_218, **changes: Any) -> LoanChange:
    before = world.loan()
    world.cashier.record(a_payment_row(minor, **changes), world.clock.now())
    return LoanChange(before, world.loan())


def test_a_text_is_counted_when_it_went_out_with_its_arm_segment_and_parts(world: World) -> None:
    row = texted(world)
    (cell,) = [cell for cell in day_of(world).cells if cell.experiment == "voice"]
    assert (cell.arm, cell.segment, cell.template) == ("personal", "everyone", row.text.template)
    assert (cell.country, cell.language, cell.days_past_due_stage) == ("US", "en", "days-1-3")
    assert cell.template_version == row.text.template_version
    assert (
        totals(world)
        == totals(world, experiment="voice")
        == {
            "contact": 1,
            "text_in_31_days_1": 1,
            "segments": row.text.segments,
        }
    )


def test_a_receipt_belongs_to_the_day_of_its_text_and_brings_the_price(world: World) -> None:
    row = texted(world)
    world.clock.advance(days=2)
    world.receipts.record(a_receipt(contact_id=row.text.contact_id))
    after = world.conversations.contact(PHONE, row.text.contact_id)
    observe(world, ContactChange(State.ACCEPTED, after))
    assert totals(world)["delivered"] == 1
    assert totals(world)["price_micros"] == 8_810
    assert not totals(world, TODAY + timedelta(days=2))


def test_a_receipt_that_overtakes_the_record_counts_the_text_and_its_delivery(world: World) -> None:
    text = world.plans()
    world.carrier.outcomes = [Accepted("message-1")]
    world.carrier.while_sending = lambda sent: world.receipts.record(a_receipt(contact_id=sent.contact_id))
    world.sender.send(text)
    row = world.conversations.contact(text.phone, text.contact_id)
    observe(world, ContactChange(State.SENDING, row))
    assert (totals(world)["contact"], totals(world)["delivered"]) == (1, 1)


@pytest.mark.parametrize("state", [State.RELEASED, State.REJECTED])
def test_a_text_that_did_not_go_is_not_counted(world: World, state: State) -> None:
    text = world.plans()
    world.sender.send(text)
    row = world.conversations.contact(text.phone, text.contact_id)
    observe(world, ContactChange(State.SENDING, replace(row, state=state)))
    assert not totals(world)


def test_every_change_may_be_told_again_in_any_batch(world: World) -> None:
    row = texted(world)
    once = dict(totals(world))
    observe(world, ContactChange(State.SENDING, row), ContactChange(State.SENDING, row))
    change = paid(world)
    observe(world, change)
    cured = dict(totals(world))
    observe(world, change, ContactChange(State.SENDING, row))
    assert totals(world) == cured
    assert cured["contact"] == once["contact"] == 1


def says(world: World, body: str, inbound_id: str = "inbound-1") -> ReplyUnderstood:
    world.listener.receive(an_inbound(body, inbound_id=inbound_id, at=world.clock.now()))
    return ReplyUnderstood(PHONE, world.conversations.replies[PHONE, inbound_id])


def test_a_reply_counts_by_its_intents_for_the_demand_before_it_and_for_its_loan(world: World) -> None:
    row = texted(world)
    world.clock.advance(days=1)
    observe(world, says(world, "STOP"))
    counts = totals(world, experiment="voice")
    assert (counts["reply"], counts["reply_opt_out"], counts["opt_out"]) == (1, 1, 1)
    cells = [cell for cell, kinds in day_of(world).cells.items() if "reply" in kinds]
    assert {cell.template for cell in cells} == {row.text.template}


def test_two_complaints_about_one_text_are_one_text_that_was_complained_about(world: World) -> None:
    texted(world)
    for number in range(2):
        observe(world, says(world, "I want to file a complaint about you", f"inbound-{number}"))
    assert totals(world)["complaint"] == 1
    assert totals(world)["reply"] == 2


def test_a_reply_that_answers_no_demand_is_counted_by_itself(world: World) -> None:
    observe(world, says(world, "hello"))
    assert totals(world)["reply"] == 1
    assert not totals(world, experiment="voice")


def test_an_assignment_is_counted_on_its_day_whether_or_not_a_text_follows() -> None:
    world = World.in_memory()
    before = a_loan()
    after = replace(before, enrolments={"voice": Enrolment("unified", TODAY, "days-1-3")})
    world.content = compared_content()
    observe(world, LoanChange(before, after))
    ((group, counts),) = day_of(world).groups.items()
    assert (group.experiment, group.arm, group.stratum, group.currency) == ("voice", "unified", "days-1-3", "USD")
    assert (counts.assigned, counts.outcomes) == (1, {})


def assign(world: World) -> None:
    loan = world.loan()
    observe(world, LoanChange(replace(loan, enrolments={}), loan))


def reached(world: World) -> Mapping[str, int]:
    (counts,) = day_of(world).groups.values()
    return {kind: outcome.loans for kind, outcome in counts.outcomes.items()}


def test_a_late_payment_corrects_the_day_on_which_it_was_made_and_the_day_of_the_assignment(world: World) -> None:
    assign(world)
    texted(world)
    world.clock.advance(days=9)
    observe(world, paid(world, paid_on=TODAY + timedelta(days=4)))
    late = totals(world, TODAY + timedelta(days=4), "voice")
    assert dict(late) == {"cured": 1, "cure_7": 1, "cure_14": 1, "cure_30": 1, "amount_cured": 22_218}
    assert reached(world) == {"cure_7": 1, "cure_14": 1, "cure_30": 1}


def test_a_part_payment_is_no_cure(world: World) -> None:
    assign(world)
    texted(world)
    observe(world, paid(world, 100))
    assert "cured" not in totals(world)


def test_a_payment_that_is_taken_back_undoes_the_cure_of_its_loan(world: World) -> None:
    assign(world)
    texted(world)
    observe(world, paid(world))
    assert reached(world)["cure_3"] == 1
    world.clock.advance(days=2)
    observe(world, paid(world, -22_218, reference="R1"))
    assert "cure_3" not in reached(world)
    assert totals(world)["amount_cured"] == 0
    observe(world, paid(world, reference="P2", paid_on=TODAY + timedelta(days=5)))
    assert reached(world) == {"cure_7": 1, "cure_14": 1, "cure_30": 1}


def test_a_loan_that_cures_by_itself_is_counted_without_a_text() -> None:
    world = World.in_memory()
    world.knows()
    observe(world, paid(world))
    (cell,) = day_of(world).cells
    assert cell.template == ""
    assert totals(world) == {"cured": 1, "amount_cured": 22_218}


def test_a_loan_that_is_due_again_is_no_payment_taken_back(world: World) -> None:
    before = replace(world.loan(), arrears=replace(world.loan().arrears, minor=0))
    after = replace(world.loan(), terms=replace(before.terms, due_date=TODAY))
    observe(world, LoanChange(before, after))
    assert "uncured" not in totals(world)


def test_a_loan_rolls_on_the_day_on_which_the_next_bucket_begins(world: World) -> None:
    due = world.loan().terms.due_date

    def looked_at(days: int) -> Loan:
        at = NOW + timedelta(days=days - 2)
        return replace(world.loan(), last_decision=LastDecision(at, "think_time", None))

    observe(world, LoanChange(looked_at(29), looked_at(33)))
    observe(world, LoanChange(looked_at(33), looked_at(40)))
    assert totals(world, due + timedelta(days=31))["rolled"] == 1


def promise(**changes: Any) -> Promised:
    return Promised(**({"pay_on": TODAY, "amount_minor": 100, "noted_at": NOW, "by": "inbound-1"} | changes))


def test_a_promise_is_noted_once_and_kept_or_broken(world: World) -> None:
    observe(world, in_book(world, promised=promise()))
    observe(world, in_book(world, promised=promise(reminded=True)))
    observe(world, in_book(world, promised=promise(kept=True)))
    observe(world, in_book(world, promised=None))
    observe(world, in_book(world, promised=promise(by="inbound-2")))
    observe(world, in_book(world, promised=None, marks=frozenset({BROKEN_PROMISE})))
    counts = totals(world)
    assert (counts["promise_noted"], counts["promise_kept"]) == (2, 1)
    assert totals(world, TODAY + timedelta(days=1))["promise_broken"] == 1


@pytest.mark.parametrize("is_broken", [True, False])
def test_an_arrangement_is_agreed_and_then_kept_or_broken(world: World, is_broken: bool) -> None:
    parts = (Part(TODAY, 100),)
    agreed = Arrangement(
        status=ArrangementStatus.AGREED,
        kind=ArrangementKind.INSTALMENTS,
        parts=parts,
        chosen_at=NOW,
        by="inbound-1",
    )
    observe(world, in_book(world, arrangement=agreed, promised=promise(kept=not is_broken)))
    marks = frozenset({BROKEN_PROMISE}) if is_broken else frozenset[str]()
    observe(world, in_book(world, arrangement=None, promised=None, marks=marks))
    found = totals(world) | totals(world, TODAY + timedelta(days=1))
    assert found["arrangement_agreed"] == 1
    assert found["arrangement_broken" if is_broken else "arrangement_kept"] == 1


def test_a_ticket_that_is_closed_tells_its_time_and_what_the_borrower_thought_of_it(world: World) -> None:
    texted(world)
    opened = a_ticket()
    closed = replace(opened, status=Status.CLOSED, closings=1)
    content = replace(closed, history=(f"2026-03-11, borrower: {CONTENT}",))
    unhappy = replace(content, status=Status.OPEN, history=(*content.history, f"x: {NOT_CONTENT}"))
    at = NOW + timedelta(hours=3)
    for before, after in ((None, opened), (opened, closed), (closed, content), (content, unhappy)):
        observe(world, TicketMoved(TicketChange("ticket-1", before, after), at))
    counts = totals(world, experiment="voice")
    assert (counts["tickets_closed"], counts["ticket_minutes"]) == (1, 180)
    assert (counts["satisfied"], counts["unsatisfied"]) == (1, 1)


@pytest.mark.parametrize(("cause", "counted"), [("unclear_text", 1), ("Maria's own words", 0)])
def test_a_root_cause_counts_for_the_text_before_the_ticket_and_words_written_by_hand_do_not(
    world: World, cause: str, counted: int
) -> None:
    row = texted(world)
    closed = replace(a_ticket(), status=Status.CLOSED, closings=1, root_cause=cause)
    observe(world, TicketMoved(TicketChange("ticket-1", a_ticket(), closed), NOW))
    (template,) = {cell.template for cell, counts in day_of(world).cells.items() if "tickets_closed" in counts}
    assert template == row.text.template
    assert sum(number for kind, number in totals(world).items() if kind.startswith("root_cause_")) == counted
    assert "Maria" not in repr(world.outcomes.noted)


def test_what_comes_after_its_day_was_closed_is_told_and_not_counted(world: World) -> None:
    world.clock.advance(days=120)
    noted = observe(world, paid(world, paid_on=TODAY))
    assert (noted["facts"], noted["too_late"]) == (0, 2)


def test_a_fact_names_neither_loan_nor_borrower(world: World) -> None:
    assign(world)
    texted(world)
    observe(world, paid(world))
    observe(world, says(world, "STOP"))
    told = repr(world.outcomes.noted)
    loan = world.loan()
    for personal in (loan.terms.phone, loan.terms.full_name, loan.terms.borrower_id, repr(loan.loan_id)):
        assert personal not in told
    assert loan_mark(loan.loan_id) in told
