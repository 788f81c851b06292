"""What stands against a number and for a person."""

from datetime import timedelta

import pytest

from duebridge.core.standing import MEMORY, Counted, Suppression
from tests.builders import NOW, a_number, a_person, the_content


def test_a_second_opt_out_changes_nothing() -> None:
    first = a_number().suppress(Suppression.OPTED_OUT, NOW, "answer-1")
    assert first.suppress(Suppression.WRONG_NUMBER, NOW + timedelta(days=1), "answer-2") == first


def test_a_suppressed_number_remembers_why_when_and_the_one_pass() -> None:
    number = a_number().suppress(Suppression.OPTED_OUT, NOW, "answer-1")
    assert (number.suppressed, number.suppressed_at, number.confirmation) == (Suppression.OPTED_OUT, NOW, "answer-1")


def test_a_number_that_opts_in_again_is_free_and_comes_off_the_providers_list() -> None:
    again = a_number().suppress(Suppression.OPTED_OUT, NOW, "answer-1").reinstated()
    assert (again.suppressed, again.suppressed_at, again.confirmation) == (None, None, "")
    assert again.carrier_told


@pytest.mark.parametrize("reason", [reason for reason in Suppression if reason is not Suppression.OPTED_OUT])
def test_no_text_of_its_own_frees_a_number_that_is_wrong_dead_or_blocked(reason: Suppression) -> None:
    number = a_number().suppress(reason, NOW)
    assert number.reinstated() == number
    assert a_number().reinstated() == a_number()


def test_a_contact_that_is_taken_back_was_never_counted() -> None:
    person = a_person().with_contact("c1", Counted(NOW, NOW))
    assert person.without("c1").counted == a_person().counted
    assert person.without("c2") == person


def test_counting_the_same_contact_again_counts_it_once() -> None:
    person = a_person().with_contact("c1", Counted(NOW, None)).with_contact("c1", Counted(NOW, None))
    assert person.contact_times() == [NOW]


def test_think_time_ends_with_the_latest_date_that_was_named() -> None:
    person = a_person().with_contact("c1", Counted(NOW, NOW + timedelta(days=9)))
    person = person.with_contact("c2", Counted(NOW, NOW + timedelta(days=3)))
    assert person.with_contact("c3", Counted(NOW, None)).quiet_until() == NOW + timedelta(days=9)


def test_a_person_who_was_only_reminded_has_no_think_time() -> None:
    assert a_person(counted={"c1": Counted(NOW, None)}).quiet_until() is None


def test_contacts_are_forgotten_when_no_cap_can_ask_for_them() -> None:
    person = a_person().with_contact("old", Counted(NOW - MEMORY, None))
    person = person.with_contact("young", Counted(NOW - MEMORY + timedelta(seconds=1), None))
    assert set(person.with_contact("new", Counted(NOW, None)).counted) == {"young", "new"}


def test_memory_is_longer_than_the_longest_cap() -> None:
    caps = [cap for policies in the_content().policies.values() for policy in policies for cap in policy.caps]
    assert timedelta(days=max(cap.days for cap in caps)) < MEMORY
