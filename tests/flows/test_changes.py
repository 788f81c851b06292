"""Changes over the version read, and again when somebody was faster."""

from copy import replace

import pytest

from duebridge.core.money import Money
from duebridge.core.standing import Counted, Suppression
from duebridge.flows.changes import TRIES, BusyError, change, suppress, uncount, uncount_answer, wake
from duebridge.ports import Saved
from tests.builders import NOW, PHONE, a_loan, a_number, a_person
from tests.world import World


def test_a_change_is_tried_again_on_the_newer_row() -> None:
    rows, answers = iter([1, 2]), iter([Saved.RACED, Saved.DONE])
    assert change(lambda: next(rows), lambda row: row * 10, lambda _: next(answers)) == 20


def test_a_row_that_never_rests_is_given_up_with_its_work_to_come_again() -> None:
    with pytest.raises(BusyError, match=str(TRIES)):
        change(lambda: 1, lambda row: row, lambda _: Saved.RACED)


def test_nothing_is_written_when_nothing_is_to_change(world: World) -> None:
    world.conversations.save_number(a_number(suppressed=Suppression.WRONG_NUMBER))
    number = suppress(world.conversations, PHONE, Suppression.OPTED_OUT, NOW)
    assert (number.suppressed, number.version) == (Suppression.WRONG_NUMBER, 1)
    assert world.conversations.number(PHONE).version == 1


@pytest.mark.parametrize(
    "loan", [a_loan(arrears=Money(0, "USD"), next_contact_at=None), a_loan(silent=True, next_contact_at=None)]
)
def test_a_loan_that_owes_nothing_or_is_with_people_is_not_woken(world: World, loan: object) -> None:
    world.knows(loan)  # type: ignore[arg-type]
    wake(world.loans, "L1", NOW)
    assert world.loan().next_contact_at is None


def test_an_unknown_loan_is_not_woken(world: World) -> None:
    wake(world.loans, "L1", NOW)
    assert world.loans.get("L1") is None


def test_only_the_named_contact_is_taken_out_of_the_count(world: World) -> None:
    world.conversations.save_person(a_person(counted={"a": Counted(NOW, None), "b": Counted(NOW, None)}))
    uncount(world.conversations, "B1", "a", NOW)
    uncount(world.conversations, "B1", "unknown", NOW)
    uncount(world.conversations, "B1", "b", NOW.replace(hour=9))
    assert set(world.conversations.person("B1").counted) == {"b"}
    assert world.conversations.person("B1").version == 2


def test_only_the_answer_of_that_instant_is_taken_out_of_the_count(world: World) -> None:
    earlier = NOW.replace(hour=9)
    world.conversations.save_number(replace(a_number(), answers=(earlier, NOW)))
    uncount_answer(world.conversations, PHONE, NOW)
    uncount_answer(world.conversations, PHONE, NOW)
    assert world.conversations.number(PHONE).answers == (earlier,)
