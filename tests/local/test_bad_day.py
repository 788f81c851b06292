"""Workers die, messages come twice, the carrier throttles and falls silent: a bad day on the deployed pipeline.

One seed here; `make soak` plays ten.
"""

import pytest

from tests.local.bad_days import BadDay, bad_day

pytestmark = [pytest.mark.emulator, pytest.mark.enable_socket]

SEED = 3


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> BadDay:
    return bad_day(SEED, tmp_path_factory.mktemp("bad-day"))


def test_on_a_bad_day_nobody_is_texted_twice_and_nobody_is_lost(day: BadDay) -> None:
    assert day.broken == []


def test_each_killed_worker_was_in_the_middle_of_an_event_as_its_own_log_tells(day: BadDay) -> None:
    assert sum(day.dead_invocations.values()) == day.faults.kill
    assert day.dead_invocations["send_contact"] == 3


def test_every_fault_that_was_asked_for_struck(day: BadDay) -> None:
    assert day.played.keys() == day.faults.asked.keys()
