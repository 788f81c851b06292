"""What a loan's row remembers once its text is in the queue."""

from copy import replace

from duebridge.core.decision import Contact, decide
from duebridge.core.loan import DISSATISFIED, Loan
from duebridge.core.planning import planned
from tests.builders import a_case, a_loan


def after(loan: Loan, template: str = "unified/days-1-3", attempt: int = 1) -> Loan:
    contact = decide(a_case()).outcome
    assert isinstance(contact, Contact)
    step = replace(contact.step, template=template)
    return planned(a_case(loan=loan), replace(contact, step=step, attempt=attempt))


def test_one_text_of_the_care_family_is_enough_and_any_other_leaves_it_to_come() -> None:
    displeased = a_loan(marks=frozenset({DISSATISFIED, "replied"}))
    assert after(displeased, "care/days-1-3").marks == {"replied"}
    assert after(displeased).marks == {DISSATISFIED, "replied"}


def test_a_second_attempt_uses_up_its_permission_and_a_first_one_leaves_that_of_another_step() -> None:
    loan = a_loan(retry="days-4-15")
    assert after(loan).retry == "days-4-15"
    assert after(loan, attempt=2).retry == ""
