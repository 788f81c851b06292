"""Plays a scenario once for each of its calls and each way in which that call can go wrong."""

from collections.abc import Iterator, Mapping

from tests.simulation.checks import broken_at_the_end
from tests.simulation.faults import Faults, Side, sides_of
from tests.simulation.scenarios import Scenario
from tests.simulation.simulated import Simulation

DAYS_DRAINED = 4
"""Longer than a doubt lasts."""


def calls_of(scenario: Scenario) -> list[str]:
    """Of the story as it goes without faults."""
    sim = Simulation()
    scenario.play(sim)
    return sim.faults.calls


def fault_points(scenario: Scenario) -> Iterator[tuple[int, Side]]:
    """Every call, and every way that differs."""
    for number, call in enumerate(calls_of(scenario)):
        for side in sides_of(call):
            yield number, side


def broken_by(scenario: Scenario, planned: Mapping[int, Side]) -> list[str]:
    """What does not hold after the story was played with these faults, restarted and drained."""
    sim = Simulation(Faults(dict(planned)))
    try:
        scenario.play(sim)
        sim.end(DAYS_DRAINED)
        found = broken_at_the_end(sim)
        # A text that the provider refuses for good ends its story early.
        if Side.REFUSED not in planned.values():
            found += [f"missing: {what}" for what in scenario.missing(sim)]
    except Exception as error:
        error.add_note(f"{scenario.name}, {told(sim, planned)}")
        raise
    return [f"{scenario.name}, {told(sim, planned)}: {what}" for what in found]


def told(sim: Simulation, planned: Mapping[int, Side]) -> str:
    """Which faults those were."""
    numbers = zip(sorted(planned), sim.faults.happened, strict=False)
    return "; ".join(f"call {number} {name} {side}" for number, (name, side) in numbers)
