"""What is not sent for now, and for how long a text waits."""

from datetime import timedelta

from duebridge.core.contact import Reach
from duebridge.core.stop import (
    EVERYTHING,
    LONGEST_WAIT_SECONDS,
    PROBE_EVERY,
    SPREAD_SECONDS,
    StandingStops,
    Stop,
    may_probe,
    sending_name,
    wait_seconds,
)
from tests.builders import NOW, a_text

STOP = Stop(NOW, "SPEND_LIMIT", NOW + PROBE_EVERY)
WORDING = Stop(NOW, "TEXT_SPAM", None)


def test_a_stop_of_everything_is_over_every_text() -> None:
    stops = StandingStops().stopped(EVERYTHING, STOP)
    assert stops.over(a_text()) == {EVERYTHING: STOP}
    assert stops.over(a_text(phone="+447700900123")) == {EVERYTHING: STOP}


def test_a_stop_of_one_country_is_over_its_own_texts_only() -> None:
    stops = StandingStops().stopped(sending_name(a_text(), Reach.COUNTRY), STOP)
    assert stops.over(a_text()) == {"+1": STOP}
    assert stops.over(a_text(phone="+447700900123")) == {}


def test_a_stopped_wording_stops_no_sending() -> None:
    stops = StandingStops().stopped("unified/days-1-3/en", WORDING)
    assert stops.over(a_text()) == {}
    assert stops.wordings == {"unified/days-1-3/en"}


def test_no_stop_of_sending_is_taken_for_a_wording() -> None:
    assert StandingStops().stopped(EVERYTHING, STOP).stopped("+1", STOP).wordings == frozenset()


def test_the_first_reason_stays() -> None:
    stops = StandingStops().stopped(EVERYTHING, STOP)
    assert stops.stopped(EVERYTHING, Stop(NOW, "OTHER", None)) == stops


def test_a_probe_is_due_when_its_time_has_come_and_then_not_again_for_a_while() -> None:
    stops = StandingStops().stopped(EVERYTHING, STOP)
    now = NOW + PROBE_EVERY
    assert not may_probe(STOP, now - timedelta(microseconds=1))
    assert may_probe(STOP, now)
    assert not may_probe(stops.probed([EVERYTHING], now).by_name[EVERYTHING], now + timedelta(minutes=4))


def test_what_only_a_person_ends_is_never_probed() -> None:
    assert not may_probe(WORDING, NOW + timedelta(days=365))


def test_a_stopped_text_comes_back_just_after_the_next_probe_and_not_with_all_its_neighbours() -> None:
    waits = [wait_seconds([STOP], a_text(contact_id=f"demand-{number}"), NOW) for number in range(500)]
    least = int(PROBE_EVERY.total_seconds())
    assert min(waits) >= least
    assert max(waits) < least + SPREAD_SECONDS
    assert len(set(waits)) == SPREAD_SECONDS


def test_the_wait_is_never_none_and_never_longer_than_a_queue_can_keep() -> None:
    overdue = Stop(NOW, "X", NOW - timedelta(hours=1))
    far = Stop(NOW, "X", NOW + timedelta(days=1))
    for number in range(200):
        text = a_text(contact_id=f"demand-{number}")
        assert 1 <= wait_seconds([overdue], text, NOW) <= SPREAD_SECONDS
        assert wait_seconds([far], text, NOW) <= LONGEST_WAIT_SECONDS
