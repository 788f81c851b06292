"""What an erasure may be called, and what it leaves of a value."""

import pytest

from duebridge.core import erasure
from duebridge.core.erasure import ErasureRefusedError, read_case
from duebridge.core.standing import Suppression
from duebridge.core.ticket import Status
from tests.builders import NOW, a_loan, a_number, a_ticket


@pytest.mark.parametrize("reference", ["ER-2026-17", "a", "GDPR.44_2"])
def test_a_reference_that_names_nobody_is_taken(reference: str) -> None:
    assert read_case(reference, "AB").source == f"erasure#{reference}"


@pytest.mark.parametrize(
    "reference", ["", "+13125550101", "13125550101", "1312-555-0101", "Wei Garcia", "王芳", "a" * 41, "a\nb"]
)
def test_a_reference_that_may_be_a_number_or_a_name_is_refused(reference: str) -> None:
    with pytest.raises(ErasureRefusedError, match="reference of the case"):
        read_case(reference, "AB")


@pytest.mark.parametrize("by", ["", " ", "13125550101", "<b>", "x" * 21])
def test_odd_initials_are_refused(by: str) -> None:
    with pytest.raises(ErasureRefusedError, match="initials"):
        read_case("ER-1", by)


def test_an_emptied_loan_says_nothing_of_health_or_promises() -> None:
    case = read_case("ER-1", "AB")
    loan = a_loan(marks=frozenset({"hardship"}), silent=True)
    emptied = erasure.emptied(erasure.held(loan, case, NOW))
    assert erasure.is_erased(emptied)
    assert (emptied.marks, emptied.silent, emptied.promised, emptied.offer) == (frozenset(), False, None, None)
    assert emptied.arrears == loan.arrears
    assert not erasure.is_erased(loan)


def test_an_emptied_ticket_is_closed_and_of_nobody_but_keeps_its_figures() -> None:
    ticket = a_ticket(history=("AB: called",), request={"action": "take"}, labels=("hardship",), outcome="answered")
    emptied = erasure.emptied_ticket(ticket)
    assert (emptied.status, emptied.outcome, emptied.reason) == (Status.CLOSED, "answered", ticket.reason)
    assert not any(
        (emptied.borrower_id, emptied.loan_ids, emptied.phone, emptied.masked_phone, emptied.note, emptied.labels)
    )
    assert not any((emptied.request, emptied.history, emptied.fault))


def test_a_number_without_a_reason_to_stay_goes_whole() -> None:
    assert erasure.emptied_number(a_number(answers=(NOW,))) is None


@pytest.mark.parametrize("why", list(Suppression))
def test_a_suppressed_number_stays_suppressed(why: Suppression) -> None:
    left = erasure.emptied_number(a_number(answers=(NOW,), version=3).suppress(why, NOW, confirmation="answer-1"))
    assert left == a_number(suppressed=why, suppressed_at=NOW, version=3)
