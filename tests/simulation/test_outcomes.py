"""Assignments and outcomes survive crashes and repeats: a story is played with a fault at each of its calls."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from duebridge.core.contact import State
from duebridge.core.money import Money
from duebridge.core.outcome import About, DayCounts, Noted, counted
from duebridge.core.payment_file import PaymentRow
from duebridge.core.report.model import Report
from duebridge.core.stop import arm_label
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from duebridge.core.ticket import Reason
from duebridge.flows.note_outcomes import WENT
from duebridge.flows.publish_report import gathered
from duebridge.ports import ContactChange, LoanChange, ReplyUnderstood, RowChange
from tests.builders import NOW, a_loan, compared_content
from tests.fakes import FakeOutcomes
from tests.simulation.faults import Faults, Faulty, Queue, Side, sides_of
from tests.simulation.simulated import Simulation
from tests.world import World

OWED_MINOR = 22_218
COMPLAINS = "I want to file a complaint about you"
DAYS = [NOW.date() + timedelta(days=days) for days in range(-1, 8)]


class Rows(dict[Any, Any]):
    """Rows whose every change is told to a stream."""

    def __init__(self, told: Callable[[Any, Any], None]) -> None:
        super().__init__()
        self._told = told

    def __setitem__(self, key: Any, after: Any) -> None:
        before = self.get(key)
        super().__setitem__(key, after)
        if before != after:
            self._told(before, after)


class Observed(Simulation):
    """The whole product with an experiment running, and its outcomes noted from the streams of its rows."""

    def __init__(self, faults: Faults | None = None) -> None:
        super().__init__(faults)
        self.changes = self.lanes.changes = Queue()  # type: ignore[attr-defined]  # one queue more than its others
        self.outcomes = FakeOutcomes()
        self.told: list[RowChange] = []
        self._faulty["outcomes"] = Faulty(self.outcomes, "outcomes", self.faults)
        self.book.loans = Rows(lambda before, after: self._tell(before and LoanChange(before, after)))
        self.talk.contacts = Rows(
            lambda before, after: self._tell(ContactChange(before.state if before else None, after))
        )
        self.talk.replies = Rows(lambda before, after: self._tell(self._understood(before, after)))

    def _understood(self, before: Any, after: Any) -> RowChange | None:
        is_new = after.labels and not (before and before.labels)
        phone = next(phone for (phone, inbound_id) in self.talk.replies if inbound_id == after.inbound_id)
        return ReplyUnderstood(phone, after) if is_new else None

    def _tell(self, change: RowChange | None) -> None:
        if change:
            self.told.append(change)
            self.changes.put([change], self.clock.now())

    @property
    def world(self) -> World:
        return World(clock=self.clock, content=compared_content(), **self._faulty)  # type: ignore[arg-type]

    def stations(self) -> dict[str, Callable[[Any], object]]:
        return {**super().stations(), "changes": lambda change: self.world.observer.note([change])}

    def report(self) -> None:
        """The daily run, called again when it does not come to its end."""
        while not self._try("report", lambda: self.world.reporter.run(lambda: True)):
            pass


def play(sim: Observed) -> Observed:
    """Two borrowers are texted; one complains and pays, and takes the payment back."""
    sim.knows(a_loan(), a_loan(loan_id="L2", borrower_id="B2", phone="+13125550102"))
    sim.plan()
    sim.clock.advance(minutes=1)
    sim.reply(COMPLAINS, "in-1")
    sim.settle()
    sim.pay(OWED_MINOR, "P1")
    sim.settle()
    sim.pay(OWED_MINOR, "P2", loan_id="L2")
    sim.settle()
    sim.clock.advance(days=1)
    sim.report()
    sim.pay(-OWED_MINOR, "R1", loan_id="L2")
    sim.settle()
    sim.end(4)
    sim.report()
    return sim


def told(sim: Observed) -> dict[str, int]:
    """What the counts that the report reads say, over all days."""
    found: Counter[str] = Counter()
    for counts in days_of(sim.outcomes):
        for cell, kinds in counts.cells.items():
            if cell.experiment == "voice":
                found.update(kinds)
        for group in counts.groups.values():
            found.update({"assigned": group.assigned})
    return {name: found[name] for name in ("contact", "delivered", "complaint", "assigned", "cured", "uncured")}


def stands(sim: Observed) -> dict[str, int]:
    """What the rows say."""
    rows = [row for row in sim.talk.contacts.values() if row.text.arms and row.text.step]
    labels = [label for row in sim.talk.replies.values() if row.about_contact for label in row.labels]
    paid = Counter(payment.amount.minor > 0 for payment in sim.book.payments)
    return {
        "contact": sum(row.state in WENT for row in rows),
        "delivered": sum(row.state is State.DELIVERED for row in rows),
        "complaint": labels.count("complaint"),
        "assigned": sum(bool(loan.enrolments) for loan in sim.book.loans.values()),
        "cured": paid[True],
        "uncured": paid[False],
    }


def days_of(outcomes: FakeOutcomes) -> list[DayCounts]:
    """What every report is made of."""
    return outcomes.days(DAYS[0], DAYS[-1])


def report_of(outcomes: FakeOutcomes) -> Report:
    return gathered(outcomes, compared_content(), as_of=DAYS[-1])


def counted_anew(sim: Observed) -> FakeOutcomes:
    """Every day counted from all of its facts, as if none had ever been counted."""
    fresh = FakeOutcomes()
    for day in sim.outcomes.changes:
        fresh.save(counted(day, *sim.outcomes.facts(day)), 1)
    return fresh


def moved_arms(sim: Observed) -> list[object]:
    """Where a loan's part in an experiment changed or was lost, and texts of an arm that is not their loan's."""
    changes = [change for change in sim.told if isinstance(change, LoanChange)]
    moved = [each for each in changes if not each.before.enrolments.items() <= each.after.enrolments.items()]
    asked = [text for text in sim.asked.values() if text.kind in ASKS_FOR_PAYMENT]
    return [*moved, *(text for text in asked if text.arms != sim.book.loans[text.loan_id].arms)]


def fault_points() -> Iterator[tuple[int, str, Side]]:
    sim = play(Observed())
    assert told(sim) == stands(sim)
    assert told(sim) == {"contact": 2, "delivered": 2, "complaint": 1, "assigned": 2, "cured": 2, "uncured": 1}
    for number, call in enumerate(sim.faults.calls):
        for side in sides_of(call):
            yield number, call, side


def test_outcomes_are_what_the_rows_say_whichever_call_went_wrong() -> None:
    tried = 0
    for number, call, side in fault_points():
        sim = play(Observed(Faults({number: side})))
        assert told(sim) == stands(sim), f"call {number} {call} {side}"
        assert not moved_arms(sim), f"call {number} {call} {side}"
        assert days_of(sim.outcomes) == days_of(counted_anew(sim)), f"call {number} {call} {side}"
        tried += 1
    assert tried > 100


@pytest.mark.parametrize("times", [2, 3])
def test_changes_that_are_told_again_and_out_of_order_count_once(times: int) -> None:
    sim = play(Observed())
    before, report = told(sim), report_of(sim.outcomes)
    assert len(sim.told) > 10
    for _ in range(times):
        for change in reversed(sim.told):
            sim.world.observer.note([change])
        sim.report()
    assert told(sim) == before
    assert report_of(sim.outcomes) == report


def cures(counts: DayCounts) -> int:
    """Loans assigned on a day that owed nothing within three days of it."""
    return sum(group.outcomes["cure_3"].loans for group in counts.groups.values() if "cure_3" in group.outcomes)


def test_a_payment_that_becomes_known_late_corrects_its_day_and_no_other() -> None:
    sim = play(Observed())
    before = {counts.day: counts for counts in days_of(sim.outcomes)}
    paid_on = NOW.date() + timedelta(days=2)
    row = PaymentRow(loan_id="L2", paid_on=paid_on, amount=Money(OWED_MINOR, "USD"), reference="late")
    sim.lanes.payments.put([(row, sim.clock.now())], sim.clock.now())
    sim.settle()
    sim.report()
    after = {counts.day: counts for counts in days_of(sim.outcomes)}
    changed = {day for day, counts in after.items() if before.get(day) != counts}
    assigned_on = sim.book.loans["L2"].enrolments["voice"].on
    assert changed == {assigned_on, paid_on}
    assert cures(before[assigned_on]) == 1
    assert cures(after[assigned_on]) == 2


def harmful(faults: Faults) -> Observed:
    """Texts of one arm were complained of far too often, and the report of their day is made."""
    sim = Observed(faults)
    whose = About(
        segment="everyone", template="unified/days-1-3", country="US", language="en", arms={"voice": "unified"}
    )
    facts = [Noted(f"{n}/went", NOW.date(), whose, {"contact": 1}) for n in range(100)]
    facts += [Noted(f"{n}/complaint", NOW.date(), whose, {"complaint": 1}) for n in range(20)]
    sim.outcomes.note(facts, [], NOW)
    sim.report()
    return sim


def test_a_harmful_arm_is_stopped_once_with_one_ticket_whichever_call_of_the_report_goes_wrong() -> None:
    calls = harmful(Faults()).faults.calls
    assert {"outcomes.save", "stops.save", "tickets.open"} <= set(calls)
    for number, call in enumerate(calls):
        for side in sides_of(call):
            sim = harmful(Faults({number: side}))
            assert sim.rows.stops.fresh().arms == {arm_label("voice", "unified")}, f"call {number} {call} {side}"
            assert [ticket.reason for ticket in sim.tickets] == [Reason.GUARD_RAIL], f"call {number} {call} {side}"


def test_an_arm_is_the_same_for_the_loan_and_each_of_its_texts() -> None:
    sim = play(Observed())
    for row in sim.talk.contacts.values():
        assert row.text.arms == sim.book.loans[row.text.loan_id].arms
