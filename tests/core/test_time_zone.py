"""Names of time zones: those of the world, and what only looks like one."""

import pytest

from duebridge.core.time_zone import is_time_zone


@pytest.mark.parametrize("name", ["Asia/Shanghai", "America/Argentina/Buenos_Aires", "UTC", "GB"])
def test_a_name_that_the_world_knows_is_a_time_zone(name: str) -> None:
    assert is_time_zone(name)


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "America", "asia/shanghai", "localtime", "posixrules", "/etc/passwd", "../x", "A\x00B"]
)
def test_a_place_a_folder_and_the_machines_own_zone_are_none(name: str) -> None:
    assert not is_time_zone(name)
