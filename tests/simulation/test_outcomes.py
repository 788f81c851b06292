"""Assignments and outcomes survive crashes and repeats: a story is played with a fault at each of its calls."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from duebridge.core.contact import State
from duebridge.core.outcome import counted
from duebridge.flows.note_outcomes import WENT
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
    sim.pay(-OWED_MINOR, "R1", loan_id="L2")
    sim.settle()
    sim.end(4)
    return sim


def told(sim: Observed) -> dict[str, int]:
    """What the counts say, over all days."""
    found: Counter[str] = Counter()
    for day in DAYS:
        counts = counted(day, *sim.outcomes.facts(day))
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
        tried += 1
    assert tried > 100


@pytest.mark.parametrize("times", [2, 3])
def test_changes_that_are_told_again_and_out_of_order_count_once(times: int) -> None:
    sim = play(Observed())
    before = told(sim)
    assert len(sim.told) > 10
    for _ in range(times):
        for change in reversed(sim.told):
            sim.world.observer.note([change])
    assert told(sim) == before


def test_an_arm_is_the_same_for_the_loan_and_each_of_its_texts() -> None:
    sim = play(Observed())
    for row in sim.talk.contacts.values():
        assert row.text.arms == sim.book.loans[row.text.loan_id].arms
