"""Guard rails: exact, whenever one looks."""

from math import comb
from random import Random

import pytest

from duebridge.core.trial.rail import RAIL_ALPHA, contacts_to_know, read_rail

ALLOWED = 0.02


def highest_evidence(rate: float, contacts: int, random: Random) -> float:
    """Over every contact, as somebody sees it who never looks away."""
    events, highest = 0, 0.0
    for contact in range(1, contacts + 1):
        events += random.random() < rate
        highest = max(highest, read_rail(contact, events, ALLOWED).evidence)
    return highest


def test_a_text_that_harms_as_much_as_allowed_is_seldom_stopped_by_looking_at_every_contact() -> None:
    random = Random(7)  # noqa: S311 - chance that repeats
    stopped = sum(highest_evidence(ALLOWED, 400, random) >= 1 / RAIL_ALPHA for _ in range(300))
    assert stopped <= 300 * RAIL_ALPHA


def test_the_evidence_is_one_on_average_at_the_allowed_rate_and_less_below() -> None:
    """What makes it right at any look: summed exactly over all that can happen in 60 contacts."""

    def average(rate: float) -> float:
        return sum(
            comb(60, events) * rate**events * (1 - rate) ** (60 - events) * read_rail(60, events, ALLOWED).evidence
            for events in range(61)
        )

    assert average(ALLOWED) == pytest.approx(1.0)
    assert average(ALLOWED / 2) < 1.0


def test_a_rail_trips_on_clear_harm_and_not_on_what_is_allowed() -> None:
    assert read_rail(1000, 60, ALLOWED).is_tripped
    assert not read_rail(1000, 20, ALLOWED).is_tripped
    assert not read_rail(0, 0, ALLOWED).is_tripped


def test_a_rail_says_nothing_before_its_least_contacts() -> None:
    assert read_rail(99, 50, ALLOWED, least_contacts=100).is_tripped is False
    assert read_rail(100, 50, ALLOWED, least_contacts=100).is_tripped is True


def test_tripled_harm_is_known_after_as_many_contacts_as_told() -> None:
    needed = contacts_to_know(0.005, 0.015)
    assert 1_500 < needed < 2_500
    random = Random(3)  # noqa: S311 - chance that repeats
    known = sum(read_rail(needed, random.binomialvariate(needed, 0.015), 0.005).is_tripped for _ in range(400))
    assert known / 400 == pytest.approx(0.9, abs=0.04)


def test_harm_that_is_allowed_is_never_known() -> None:
    with pytest.raises(ValueError, match="is allowed"):
        contacts_to_know(0.01, 0.01)
    with pytest.raises(ValueError, match="too near"):
        contacts_to_know(0.01, 0.01001)


@pytest.mark.parametrize("most", [0.0, 1.0, 5.0])
def test_a_rate_that_is_no_share_is_refused(most: float) -> None:
    with pytest.raises(ValueError, match="write a share"):
        read_rail(10, 1, most)


def test_more_events_than_contacts_are_refused() -> None:
    with pytest.raises(ValueError, match="count each contact once"):
        read_rail(3, 4, ALLOWED)


def test_enormous_harm_is_no_overflow() -> None:
    assert read_rail(1_000_000, 900_000, 0.001).is_tripped
