"""Contact ids are derived and stable, and a contact's state only moves forward."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.contact import FINAL, PREDECESSORS, State, answer_id, demand_id, ticket_id
from duebridge.core.strategy import Kind

EPISODE = date(2026, 3, 9)
words = st.text(min_size=1, max_size=20)


def test_the_same_demand_always_has_the_same_id() -> None:
    assert demand_id(Kind.DEMAND, "L1", EPISODE, "days-1-3", 1) == "demand-6f0330197b347cc0ae56caba"


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(demand_id(Kind.PRE_DUE, "L1", EPISODE, "days-1-3", 1), id="another kind"),
        pytest.param(demand_id(Kind.DEMAND, "L2", EPISODE, "days-1-3", 1), id="another loan"),
        pytest.param(demand_id(Kind.DEMAND, "L1", date(2026, 4, 9), "days-1-3", 1), id="another episode"),
        pytest.param(demand_id(Kind.DEMAND, "L1", EPISODE, "days-4-15", 1), id="another step"),
        pytest.param(demand_id(Kind.DEMAND, "L1", EPISODE, "days-1-3", 2), id="another attempt"),
    ],
)
def test_each_part_of_a_demand_changes_its_id(other: str) -> None:
    assert other != demand_id(Kind.DEMAND, "L1", EPISODE, "days-1-3", 1)


@given(words, words)
def test_different_inbound_texts_never_share_an_answer(one: str, other: str) -> None:
    assert (answer_id(one) == answer_id(other)) == (one == other)


@given(words, words, words, words)
def test_different_events_never_share_a_ticket(reason: str, source: str, reason2: str, source2: str) -> None:
    separator = "\x1f"
    if separator in reason + source + reason2 + source2:
        return
    assert (ticket_id(reason, source) == ticket_id(reason2, source2)) == ((reason, source) == (reason2, source2))


def test_every_state_says_from_where_it_may_be_entered() -> None:
    assert set(PREDECESSORS) == set(State)
    assert all(PREDECESSORS.values())


@pytest.mark.parametrize("final", [State.DELIVERED, State.UNDELIVERED, State.REJECTED])
def test_a_final_state_never_moves(final: State) -> None:
    assert final in FINAL
    assert not any(final in origins for origins in PREDECESSORS.values())


@pytest.mark.parametrize("final", [State.DELIVERED, State.UNDELIVERED])
@pytest.mark.parametrize("before", [State.SENDING, State.ACCEPTED, State.IN_DOUBT])
def test_a_receipt_may_overtake_our_own_record(before: State, final: State) -> None:
    assert before in PREDECESSORS[final]


def test_acceptance_is_written_only_over_a_running_send() -> None:
    assert PREDECESSORS[State.ACCEPTED] == {State.SENDING}


def test_only_a_released_contact_may_be_sent_again() -> None:
    assert PREDECESSORS[State.SENDING] == {State.RELEASED}


def test_every_state_can_be_reached_from_a_claim() -> None:
    reached = {State.SENDING}
    for _ in State:
        reached |= {state for state, origins in PREDECESSORS.items() if origins & reached}
    assert reached == set(State)
