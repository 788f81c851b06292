"""Each scenario, once for every call to the outside and every way in which it can go wrong."""

import pytest

from tests.simulation.crash_points import broken_by, calls_of, fault_points
from tests.simulation.faults import READS, sides_of
from tests.simulation.scenarios import SCENARIOS, Scenario

NAMES = [scenario.name for scenario in SCENARIOS]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_no_single_fault_breaks_a_promise(scenario: Scenario) -> None:
    points = list(fault_points(scenario))
    assert points
    broken = [what for number, side in points for what in broken_by(scenario, {number: side})]
    assert not broken, "\n".join([f"{len(broken)} of {len(points)}", *broken[:20]])


@pytest.mark.parametrize("scenario", SCENARIOS, ids=NAMES)
def test_a_scenario_without_faults_keeps_every_promise(scenario: Scenario) -> None:
    assert broken_by(scenario, {}) == []


def test_the_scenarios_reach_every_write_of_every_flow() -> None:
    # A claim is watched only once its sender has died.
    reached = {call for scenario in SCENARIOS for call in calls_of(scenario)} | {"conversations.watch"}
    writes = {
        *(f"loans.{name}" for name in ("save", "save_payment", "save_early_payments", "save_latest_files")),
        *(f"loans.{name}" for name in ("record_decision", "record_audit")),
        *(f"conversations.{name}" for name in ("save_number", "save_person", "claim", "move", "receive", "watch")),
        *(f"conversations.{name}" for name in ("leave_to_people", "store_reply", "wait", "note_understood")),
        *(f"tickets.{name}" for name in ("open", "escalate", "take_up", "finish", "refuse", "reopen")),
        *("outbox.put", "shards.put", "stops.save", "comparison.save", "alerts.urgent", "inbox.write_rejects"),
        *("carrier.send", "carrier.list_opt_out", "carrier.unlist_opt_out"),
    }
    assert writes - reached == set()
    assert all(len(sides_of(call)) > 2 for call in writes)
    assert not writes & READS
