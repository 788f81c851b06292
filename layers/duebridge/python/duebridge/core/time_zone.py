"""Names of time zones, as IANA gives them: https://www.iana.org/time-zones"""

from zoneinfo import ZoneInfo


def is_time_zone(name: str) -> bool:
    """Whether the world knows a zone of this name. It is asked for alone: to list them all takes some 600 files."""
    if not name[:1].isupper():
        # `localtime` and `posixrules` lie there too, and mean the zone of the machine.
        return False
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, no such path, or a folder of zones
        return False
    return True
