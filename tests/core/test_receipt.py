"""What each delivery event means."""

import pytest

from duebridge.core.contact import State
from duebridge.core.receipt import NOTHING, Meaning, meaning
from duebridge.core.standing import Suppression
from tests.builders import a_receipt

TYPES = [
    ("TEXT_SUCCESSFUL", Meaning(State.DELIVERED)),
    ("TEXT_DELIVERED", Meaning(State.DELIVERED)),
    ("TEXT_CARRIER_UNREACHABLE", Meaning(State.UNDELIVERED, try_again=True)),
    ("TEXT_UNREACHABLE", Meaning(State.UNDELIVERED, try_again=True)),
    ("TEXT_TTL_EXPIRED", Meaning(State.UNDELIVERED, try_again=True)),
    ("TEXT_INVALID", Meaning(State.UNDELIVERED, suppresses=Suppression.INVALID_NUMBER)),
    ("TEXT_INVALID_MESSAGE", Meaning(State.UNDELIVERED, stops_template=True)),
    ("TEXT_BLOCKED", Meaning(State.UNDELIVERED, suppresses=Suppression.BLOCKED)),
    ("TEXT_CARRIER_BLOCKED", Meaning(State.UNDELIVERED, stops_template=True)),
    ("TEXT_SPAM", Meaning(State.UNDELIVERED, stops_template=True)),
    ("TEXT_PROTECT_BLOCKED", Meaning(State.UNDELIVERED, reviews_set_up=True)),
    ("TEXT_UNKNOWN", NOTHING),
    ("TEXT_OF_NEXT_YEAR", NOTHING),
]


@pytest.mark.parametrize(("event_type", "expected"), TYPES, ids=[name for name, _ in TYPES])
def test_a_final_event_has_one_meaning(event_type: str, expected: Meaning) -> None:
    assert meaning(a_receipt(event_type)) == expected


@pytest.mark.parametrize("event_type", ["TEXT_QUEUED", "TEXT_PENDING", "TEXT_SUCCESSFUL", "TEXT_INVALID"])
def test_what_is_not_final_means_nothing_yet(event_type: str) -> None:
    assert meaning(a_receipt(event_type, is_final=False)) == NOTHING
