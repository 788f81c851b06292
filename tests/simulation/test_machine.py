"""The machine of machine.py, for a bounded time; `make soak` runs it long."""

from hypothesis import HealthCheck, settings

from tests.simulation.machine import DueBridgeMachine

TestMachine = DueBridgeMachine.TestCase
TestMachine.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
