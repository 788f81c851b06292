"""A world in memory for each test."""

import pytest

from tests.world import World


@pytest.fixture
def world() -> World:
    return World.in_memory()
