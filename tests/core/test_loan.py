"""What a file and a payment make of a loan."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.account_state import AccountState
from duebridge.core.loan import LOAN_FILE, LastDecision, Loan, Pause, after_payment, from_file, is_cure
from duebridge.core.money import Money
from tests.builders import FILE_AS_OF, NOW, a_loan, a_payment, a_row

NEXT_DAY = FILE_AS_OF + timedelta(days=1)


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def test_a_new_loan_starts_its_episode_on_its_due_date() -> None:
    loan = from_file(a_row(), FILE_AS_OF, None, [])
    assert (loan.episode, loan.steps, loan.arrears) == (date(2026, 3, 9), (), usd(22_218))


def test_a_payment_that_the_file_cannot_contain_is_taken_off_again() -> None:
    loan = from_file(a_row(), FILE_AS_OF, a_loan(), [a_payment(10_000)])
    assert (loan.arrears, loan.balance) == (usd(12_218), usd(123_306))


def test_a_payment_that_the_file_contains_is_not_taken_off_twice() -> None:
    loan = from_file(a_row(), FILE_AS_OF, a_loan(), [a_payment(10_000, known_at=FILE_AS_OF)])
    assert loan.arrears == usd(22_218)


@given(st.permutations([30_000, -30_000, 5_000]))
def test_a_payment_above_the_debt_and_its_reversal_cancel_out_in_any_order(amounts: list[int]) -> None:
    payments = [a_payment(minor, reference=f"P{n}") for n, minor in enumerate(amounts)]
    assert from_file(a_row(), FILE_AS_OF, a_loan(), payments).arrears == usd(17_218)


def test_a_newer_file_moves_the_arrears_and_keeps_the_episode_steps_and_holds() -> None:
    pause = Pause(NOW, None, "inbound-1")
    known = a_loan(
        steps=("days-1-3",),
        retry="days-1-3",
        pauses={"disputed": pause},
        version=7,
        paid_known_at=FILE_AS_OF,
        last_decision=LastDecision(NOW, "disputed", None),
    )
    loan = from_file(a_row(amount_due=usd(33_327)), NEXT_DAY, known, [])
    assert loan.arrears == usd(33_327)
    assert (loan.episode, loan.steps, loan.retry) == (known.episode, known.steps, known.retry)
    assert (loan.pauses, loan.version, loan.paid_known_at) == (known.pauses, 7, FILE_AS_OF)
    assert loan.last_decision == known.last_decision
    assert loan.as_of == NEXT_DAY


def test_a_part_payment_that_moves_the_due_date_does_not_restart_the_ladder() -> None:
    known = a_loan(due_date=date(2026, 1, 28), steps=("days-31-60",))
    loan = from_file(a_row(due_date=date(2026, 2, 28), amount_due=usd(11_109)), NEXT_DAY, known, [])
    assert (loan.episode, loan.steps) == (date(2026, 1, 28), ("days-31-60",))


def test_a_new_due_date_after_a_cure_begins_a_new_episode() -> None:
    known = a_loan(arrears=usd(0), steps=("days-1-3",), retry="days-1-3")
    loan = from_file(a_row(due_date=date(2026, 4, 9)), NEXT_DAY, known, [])
    assert (loan.episode, loan.steps, loan.retry) == (date(2026, 4, 9), (), "")


def test_the_next_instalment_of_a_loan_that_was_never_late_is_a_new_episode() -> None:
    known = a_loan(due_date=date(2026, 3, 20), steps=("reminder",))
    loan = from_file(a_row(due_date=date(2026, 4, 20)), NEXT_DAY, known, [])
    assert (loan.episode, loan.steps) == (date(2026, 4, 20), ())


def test_a_new_episode_forgets_what_belonged_to_the_old_one_and_keeps_a_hardship() -> None:
    known = a_loan(arrears=usd(0), marks=frozenset({"replied", "broken_promise", "hardship"}))
    assert from_file(a_row(due_date=date(2026, 4, 9)), NEXT_DAY, known, []).marks == {"hardship"}


def test_a_newer_file_of_the_same_episode_keeps_all_marks() -> None:
    known = a_loan(marks=frozenset({"replied", "broken_promise", "hardship"}))
    assert from_file(a_row(), NEXT_DAY, known, []).marks == known.marks


def test_a_state_in_the_file_holds_the_loan_until_a_file_lifts_it() -> None:
    held = from_file(a_row(state=AccountState.BANKRUPTCY), FILE_AS_OF, None, [])
    assert held.pauses == {"bankruptcy": Pause(FILE_AS_OF, None, LOAN_FILE)}
    lifted = from_file(a_row(), NEXT_DAY, held, [])
    assert lifted.pauses == {}


def test_a_file_never_lifts_a_hold_that_a_reply_put_on() -> None:
    known = a_loan(pauses={"disputed": Pause(NOW, None, "inbound-1")})
    assert from_file(a_row(), NEXT_DAY, known, []).pauses == known.pauses


def test_a_payment_in_full_cures_the_loan_and_lets_it_sleep() -> None:
    loan = a_loan(silent=True)
    paid = after_payment(loan, a_payment())
    assert (paid.arrears, paid.next_contact_at, paid.silent) == (usd(0), None, False)
    assert is_cure(loan, paid, NOW)


def test_a_payment_before_the_due_date_is_no_cure() -> None:
    loan = a_loan(due_date=date(2026, 3, 20))
    assert not is_cure(loan, after_payment(loan, a_payment()), NOW)


def test_a_part_payment_lowers_the_arrears_and_changes_nothing_else_that_is_planned() -> None:
    loan = a_loan(steps=("days-1-3",))
    paid = after_payment(loan, a_payment(10_000))
    assert (paid.arrears, paid.balance) == (usd(12_218), usd(123_306))
    assert (paid.episode, paid.steps, paid.next_contact_at) == (loan.episode, loan.steps, loan.next_contact_at)
    assert not is_cure(loan, paid, NOW)


def test_an_overpayment_leaves_nothing_owed_and_no_negative_debt() -> None:
    assert after_payment(a_loan(), a_payment(999_999)).arrears == usd(0)
    assert after_payment(a_loan(), a_payment(999_999)).balance == usd(0)


def test_a_reversal_makes_the_money_owed_again_and_wakes_the_loan() -> None:
    paid = after_payment(a_loan(), a_payment())
    back = after_payment(paid, a_payment(-22_218, reference="P2", known_at=NOW))
    assert (back.arrears, back.next_contact_at) == (usd(22_218), NOW)


def test_the_newest_payment_is_remembered_whatever_order_they_come_in() -> None:
    newest = after_payment(a_loan(), a_payment(1, known_at=NOW))
    assert after_payment(newest, a_payment(1, known_at=FILE_AS_OF)).paid_known_at == NOW


@pytest.mark.parametrize(("days", "expected"), [(-1, -1), (0, 0), (2, 2)])
def test_days_past_due_are_negative_before_the_due_date(days: int, expected: int) -> None:
    assert a_loan(due_date=date(2026, 3, 11) - timedelta(days=days)).days_past_due(NOW) == expected


def test_zones_are_those_of_the_address_and_of_the_number_each_once() -> None:
    loan = a_loan(time_zone="America/New_York", number_zones=("America/Chicago", "America/New_York"))
    assert loan.zones == ("America/New_York", "America/Chicago")


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**8), max_size=5))
def test_payments_never_make_more_owed(owed: int, amounts: list[int]) -> None:
    loan: Loan = a_loan(arrears=usd(owed))
    for n, minor in enumerate(amounts):
        paid = after_payment(loan, a_payment(minor, reference=f"P{n}"))
        assert 0 <= paid.arrears.minor <= loan.arrears.minor
        loan = paid
    assert loan.arrears.minor == max(0, owed - sum(amounts))


payments_of_one_loan = st.lists(st.integers(-(10**6), 10**6).filter(bool), max_size=8)


@given(st.integers(0, 10**6), st.integers(0, 10**6), payments_of_one_loan)
def test_after_any_payments_and_reversals_exactly_the_rest_is_owed_and_never_less_than_nothing(
    owed: int, rest: int, amounts: list[int]
) -> None:
    loan = a_loan(amount_due=usd(owed), outstanding_balance=usd(owed + rest))
    for number, amount in enumerate(amounts):
        loan = after_payment(loan, a_payment(amount, reference=f"P{number}"))
        assert loan.arrears.minor >= 0
    assert loan.arrears == usd(max(0, owed - sum(amounts)))
    assert loan.balance == usd(max(0, owed + rest - sum(amounts)))


@given(payments_of_one_loan, st.integers(-(10**6), 10**6).filter(bool))
def test_a_newer_file_and_the_payments_themselves_come_to_the_same_sums(amounts: list[int], last: int) -> None:
    row, loan = a_row(), a_loan()
    payments = [a_payment(amount, reference=f"P{number}") for number, amount in enumerate(amounts)]
    for payment in payments:
        loan = after_payment(loan, payment)
    refiled = from_file(row, FILE_AS_OF, loan, payments)
    for one in (loan, refiled):
        end = after_payment(one, a_payment(last, reference="last"))
        assert end.arrears == usd(max(0, row.amount_due.minor - sum(amounts) - last))
