"""The shipped ladder has at most one text a stage, and no day belongs to two steps."""

from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.strategy import Kind
from tests.builders import the_content

STAGES = [(1, 3), (4, 15), (16, 30), (31, 60), (61, 90)]
STEPS = the_content().strategy.steps


def test_there_is_exactly_one_demand_a_stage() -> None:
    assert [(step.first_day, step.last_day) for step in STEPS if step.kind is Kind.DEMAND] == STAGES


def test_step_names_are_unique_because_ids_are_derived_from_them() -> None:
    assert len({step.name for step in STEPS}) == len(STEPS)


@given(st.integers(-400, 400))
def test_a_day_belongs_to_the_one_step_that_holds_it(day: int) -> None:
    holding = [step for step in STEPS if step.first_day <= day <= step.last_day]
    assert len(holding) <= 1
    assert the_content().strategy.step_at(day) == (holding[0] if holding else None)


@given(st.integers(-400, 400))
def test_the_step_after_a_day_is_the_next_to_begin(day: int) -> None:
    later = sorted((step for step in STEPS if step.first_day > day), key=lambda step: step.first_day)
    assert the_content().strategy.step_after(day) == (later[0] if later else None)
