"""One parameter pauses bulk sending: everything, a country, or a wording; answers go on."""

from typing import Any

import pytest

from duebridge.core.contact import State
from duebridge.core.decision import Hold, decide
from duebridge.core.stop import EVERYTHING, read_pause
from duebridge.core.strategy import Kind
from duebridge.flows.send_contact import Sent
from tests.builders import NOW, PHONE, a_case, a_loan, a_text, an_answer, the_content
from tests.world import World


@pytest.mark.parametrize(
    ("written", "paused"),
    [
        (None, set()),
        ("", set()),
        (" off ", set()),
        ("none", set()),
        ("everything", {EVERYTHING}),
        ("in", {"IN"}),
        ("IN, GB；unified/days-1-3", {"IN", "GB", "unified/days-1-3"}),
        (["care/", "US"], {"care/", "US"}),
        ({"unified/days-1-3/en-GB"}, {"unified/days-1-3/en-GB"}),
        ("evrything", {EVERYTHING}),
        ("暂停", {EVERYTHING}),
        (True, {EVERYTHING}),
        ({"a": 1}, {EVERYTHING}),
    ],
)
def test_what_a_person_writes_pauses_what_it_names_and_what_means_nothing_pauses_everything(
    written: object, paused: set[str]
) -> None:
    assert read_pause(written) == paused


CASES = [("everything", True), ("US", True), ("GB", False), ("unified/", True), ("unified/days-1-3", True)]
CASES += [("unified/days-1-3/en", True), ("unified/days-1-3/zh-CN", False), ("unified/days-4-15", False), ("", False)]


@pytest.mark.parametrize(("written", "is_paused"), CASES)
def test_the_planner_holds_what_is_paused(written: str, is_paused: bool) -> None:
    outcome = decide(a_case(paused=read_pause(written))).outcome
    assert (isinstance(outcome, Hold) and outcome.reason == "paused") is is_paused


@pytest.mark.parametrize(("written", "is_paused"), CASES)
def test_the_gate_stops_a_demand_that_was_queued_before_the_pause(written: str, is_paused: bool) -> None:
    world = paused_world(written)
    sent = world.sender.send(a_text(template="unified/days-1-3"))
    assert (sent is Sent.HELD) is is_paused
    assert bool(world.carrier.diary) is not is_paused
    if is_paused:
        loan = world.loans.loans["L1"]
        assert "days-1-3" not in loan.steps
        assert loan.next_contact_at > NOW


@pytest.mark.parametrize("kind", [Kind.ANSWER, Kind.OPERATOR, Kind.SATISFACTION])
def test_answers_go_on_while_everything_is_paused(kind: Kind) -> None:
    world = paused_world("everything")
    assert world.sender.send(an_answer(kind=kind)) is Sent.ACCEPTED
    assert world.conversations.contacts[PHONE, "answer-1"].state is State.ACCEPTED


def test_a_paused_planner_looks_at_no_loan() -> None:
    world = paused_world("everything")
    assert not world.planner.start(("a", "b"))
    assert world.shards.work == []
    world.stops.stops = type(world.stops.stops)(paused=read_pause("IN"))
    assert world.planner.start(("a", "b"))
    assert len(world.shards.work) == 2


def paused_world(written: object) -> World:
    world = World.in_memory()
    world.loans.loans["L1"] = a_loan(steps=("days-1-3",), last_decision=None)
    world.stops.stops = type(world.stops.stops)(paused=read_pause(written))
    assert the_content().strategy
    return world


def test_every_pause_is_answered_with_its_page_of_the_runbook() -> None:
    trace: Any = decide(a_case(paused=read_pause("US")), ask_all=True).trace
    (answer,) = [each for each in trace if each.code == "paused"]
    assert (answer.says, answer.source) == ("yes: US", "docs/runbook/pause.md")
