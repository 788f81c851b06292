"""The bounds of repeated looks, against published ones and against an independent integration."""

import pytest

from duebridge.core.trial.spending import drift_for, schedule, spent


@pytest.mark.parametrize(
    ("fractions", "bounds"),
    [
        ((0.2, 0.4, 0.6, 0.8, 1.0), (4.877, 3.357, 2.680, 2.290, 2.031)),
        ((0.25, 0.5, 0.75, 1.0), (4.333, 2.963, 2.359, 2.014)),
    ],
)
def test_evenly_spaced_looks_have_the_published_bounds(fractions: tuple[float, ...], bounds: tuple[float, ...]) -> None:
    """Those of the program of Reboussin, DeMets, Kim and Lan (Controlled Clinical Trials 21, 2000) at 5 %."""
    assert schedule(fractions, 0.05).bounds == pytest.approx(bounds, abs=6e-4)


@pytest.mark.parametrize(
    ("fractions", "alpha", "bounds"),
    [
        ((0.3, 0.55, 0.8, 1.0), 0.05, (3.92857, 2.80788, 2.27610, 2.02924)),
        ((0.5, 1.0), 0.035, (3.16373, 2.11442)),
    ],
)
def test_uneven_looks_have_the_bounds_of_scipys_multivariate_normal(
    fractions: tuple[float, ...], alpha: float, bounds: tuple[float, ...]
) -> None:
    assert schedule(fractions, alpha).bounds == pytest.approx(bounds, abs=2e-4)


def test_the_power_is_that_of_scipys_multivariate_normal() -> None:
    assert schedule((0.3, 0.55, 0.8, 1.0), 0.05).power(2.9) == pytest.approx(0.81769, abs=1e-4)


def test_one_look_is_the_ordinary_test() -> None:
    assert schedule((1.0,), 0.05).bounds == pytest.approx((1.95996,), abs=1e-5)
    assert drift_for(0.8, 0.05, 1) == pytest.approx(1.95996 + 0.84162, abs=1e-4)


@pytest.mark.parametrize("looks", [2, 7, 30, 60])
def test_all_looks_together_spend_the_allowed_error_and_no_more(looks: int) -> None:
    fractions = tuple((look + 1) / looks for look in range(looks))
    assert schedule(fractions, 0.05).power(0.0) == pytest.approx(0.05, abs=1e-5)


def test_a_trial_that_ends_early_spends_what_is_left_on_its_last_look() -> None:
    going_on, over = schedule((0.2, 0.4), 0.05), schedule((0.2, 0.4), 0.05, is_over=True)
    assert going_on.power(0.0) < 0.001
    assert over.power(0.0) == pytest.approx(0.05, abs=1e-5)
    assert over.bounds[0] == going_on.bounds[0]
    assert over.bounds[1] < going_on.bounds[1]


def test_a_very_early_look_spends_next_to_nothing() -> None:
    assert spent(0.05, 0.02) < 1e-12
    assert schedule((0.02, 1.0), 0.05).bounds[0] == float("inf")


def test_daily_looks_cost_a_twentieth_more_loans_than_one_look() -> None:
    assert (drift_for(0.8, 0.05, 30) / drift_for(0.8, 0.05, 1)) ** 2 == pytest.approx(1.05, abs=0.005)
