"""The daily count, and the guard rails: the same figures from every run, and a harmful arm stops by itself."""

from copy import replace
from datetime import timedelta

import pytest

from duebridge.core.outcome import About, CohortNote, Group, Noted
from duebridge.core.stop import arm_label
from duebridge.core.ticket import Reason
from duebridge.flows.send_contact import Sent
from tests.builders import NOW, a_loan, compared_content
from tests.world import World

TODAY = NOW.date()


@pytest.fixture
def world() -> World:
    world = World.in_memory()
    world.content = compared_content()
    return world


def about(arm: str) -> About:
    return About(segment="everyone", template="unified/days-1-3", country="US", language="en", arms={"voice": arm})


def sent(world: World, arm: str, contacts: int, complaints: int, days_ago: int = 0) -> None:
    day = TODAY - timedelta(days=days_ago)
    facts = [Noted(f"{arm}-{day}-{n}/went", day, about(arm), {"contact": 1}) for n in range(contacts)]
    facts += [Noted(f"{arm}-{day}-{n}/complaint", day, about(arm), {"complaint": 1}) for n in range(complaints)]
    world.outcomes.note(facts, [], world.clock.now())


def run(world: World) -> tuple[int, int]:
    report = world.reporter.run(lambda: True)
    return report.days_counted, report.arms_stopped


def test_a_day_is_counted_again_only_when_its_facts_have_changed(world: World) -> None:
    sent(world, "unified", 3, 0)
    sent(world, "unified", 2, 0, days_ago=1)
    assert run(world) == (2, 0)
    assert run(world) == (0, 0)
    sent(world, "personal", 1, 0, days_ago=1)
    assert run(world) == (1, 0)


def test_a_day_counted_again_has_the_same_figures(world: World) -> None:
    sent(world, "unified", 5, 1)
    note = CohortNote(event_id="a", day=TODAY, group=Group("voice", "unified", "", "USD"), loan="m", kind="assigned")
    world.outcomes.note([], [note, note], NOW)
    run(world)
    (first,) = world.outcomes.days(TODAY, TODAY)
    sent(world, "unified", 5, 1)
    world.outcomes.note([], [note], NOW)
    assert run(world) == (1, 0)
    assert world.outcomes.days(TODAY, TODAY) == [first]


def test_when_time_is_short_the_rest_of_the_days_waits_for_the_next_run(world: World) -> None:
    sent(world, "unified", 1, 0)
    sent(world, "unified", 1, 0, days_ago=1)
    answers = iter([True, False])
    report = world.reporter.run(lambda: next(answers))
    assert (report.days_counted, report.continued) == (1, True)
    assert run(world) == (1, 0)


def test_an_arm_that_borrowers_mind_is_stopped_once_with_an_urgent_ticket_that_says_why(world: World) -> None:
    sent(world, "personal", 400, 16)
    sent(world, "unified", 400, 4)
    assert run(world) == (1, 1)
    assert world.stops.standing().arms == {arm_label("voice", "personal")}
    (ticket,) = world.all_tickets
    assert (ticket.reason, ticket.priority) == (Reason.GUARD_RAIL, 1)
    assert "4.00%" in ticket.note
    assert "complaint" in ticket.note
    sent(world, "personal", 1, 1, days_ago=1)
    assert run(world) == (1, 0)
    assert len(world.all_tickets) == 1


def test_a_rail_says_nothing_before_its_least_number_of_texts(world: World) -> None:
    sent(world, "personal", 49, 20)
    assert run(world) == (1, 0)
    sent(world, "personal", 60, 20)
    assert run(world) == (1, 1)


def test_texts_of_the_stopped_arm_cease_at_once_and_those_in_the_queue_too(world: World) -> None:
    for number in range(40):
        phone = f"+1312555{number:04d}"
        world.knows(a_loan(loan_id=f"L{number}", borrower_id=f"B{number}", phone=phone, number_zones=()))
        world.plan(f"L{number}")
    by_arm = {text.arms["voice"]: text for text in world.outbox.texts}
    sent(world, "personal", 400, 16)
    run(world)
    assert world.sender.send(by_arm["personal"]) is Sent.HELD
    assert world.sender.send(by_arm["unified"]) is Sent.ACCEPTED
    held = world.loan(by_arm["personal"].loan_id)
    assert held.last_decision is not None
    assert held.last_decision.outcome == "arm_stopped"
    assert by_arm["personal"].step not in held.steps


def test_a_person_who_releases_an_arm_lets_its_loans_be_texted_again(world: World) -> None:
    world.knows(a_loan())
    text = world.plans()
    arm = text.arms["voice"]
    sent(world, arm, 400, 40)
    run(world)
    assert world.sender.send(text) is Sent.HELD
    world.stops.save(world.stops.fresh().without([arm_label("voice", arm)]))
    world.clock.advance(hours=2)
    assert world.plans().arms == {"voice": arm}


def test_an_experiment_that_is_over_is_guarded_no_more(world: World) -> None:
    (experiment,) = world.content.experiments
    world.content = replace(
        world.content, experiments=(replace(experiment, starts=TODAY - timedelta(9), ends=TODAY - timedelta(5)),)
    )
    sent(world, "personal", 400, 40, days_ago=6)
    assert run(world) == (1, 0)


def test_a_hold_out_is_planned_as_a_hold_and_recorded_with_its_loan() -> None:
    world = World.in_memory()
    world.content = compared_content("morning-finance")
    found: set[str] = set()
    for number in range(60):
        world.knows(a_loan(loan_id=f"L{number}", borrower_id=f"B{number}", phone=f"+1312555{number:04d}"))
        report = world.plan(f"L{number}")
        arm = world.loan(f"L{number}").arms["scheme"]
        assert report.held == ({"hold_out": 1} if arm == "none" else {})
        found.add(arm)
    assert found == {"unified", "personal", "none"}
    assert all(text.arms["scheme"] != "none" for text in world.outbox.texts)
