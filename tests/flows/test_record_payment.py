"""Payments count once, cure loans, and never revive a debt."""

from collections import Counter
from datetime import timedelta

import pytest

from duebridge.core.file_encoding import FileRefusedError
from duebridge.core.loan import EarlyPayments, Loan, Payment
from duebridge.core.money import Money
from duebridge.core.ticket import Reason
from duebridge.flows.booking import Booked
from duebridge.flows.changes import BusyError
from duebridge.ports import FileWork, Saved
from tests.builders import FILE_AS_OF, NOW, a_loan, a_payment, a_payment_row
from tests.fakes import FakeLoanBook
from tests.world import World

HEADER = b"loan_id,paid_on,amount,currency,reference\n"


def test_a_payment_in_full_cures_the_loan_and_stops_its_contacts(world: World) -> None:
    world.knows()
    assert world.cashier.record(a_payment_row(), NOW) is Booked.CURED
    assert (world.loan().arrears, world.loan().next_contact_at) == (Money(0, "USD"), None)
    assert world.plan().read == 0


def test_a_payment_counts_once_for_its_reference(world: World) -> None:
    world.knows()
    assert world.cashier.record(a_payment_row(10_000), NOW) is Booked.LOWERED
    assert world.cashier.record(a_payment_row(10_000), NOW) is Booked.REPEATED
    assert world.loan().arrears == Money(12_218, "USD")


def test_a_part_payment_lowers_the_arrears_and_is_no_cure(world: World) -> None:
    world.knows()
    assert world.cashier.record(a_payment_row(22_217), NOW) is Booked.LOWERED
    assert world.loan().arrears == Money(1, "USD")


def test_an_overpayment_cures_and_leaves_nothing_owed(world: World) -> None:
    world.knows()
    assert world.cashier.record(a_payment_row(50_000), NOW) is Booked.CURED
    assert world.loan().arrears == Money(0, "USD")


def test_a_payment_for_a_loan_that_is_not_late_yet_is_no_cure(world: World) -> None:
    world.knows(a_loan(due_date=NOW.date() + timedelta(days=3)))
    assert world.cashier.record(a_payment_row(), NOW) is Booked.LOWERED


def test_a_payment_in_another_currency_goes_to_a_person(world: World) -> None:
    world.knows()
    row = a_payment_row(amount=Money(22_218, "EUR"))
    assert world.cashier.record(row, NOW) is Booked.UNMATCHED
    assert world.loan().arrears == Money(22_218, "USD")
    assert [ticket.reason for ticket in world.open_tickets] == [Reason.PAYMENT_UNMATCHED]


def test_a_payment_for_an_unknown_loan_goes_to_a_person_once(world: World) -> None:
    assert world.cashier.record(a_payment_row(), NOW) is Booked.UNMATCHED
    assert world.cashier.record(a_payment_row(), NOW) is Booked.UNMATCHED
    (ticket,) = world.open_tickets
    assert (ticket.reason, ticket.about) == (Reason.PAYMENT_UNMATCHED, "L1/P1")


def test_a_payment_that_the_newest_file_contains_is_kept_but_not_taken_off(world: World) -> None:
    world.knows()
    assert world.cashier.record(a_payment_row(10_000), FILE_AS_OF) is Booked.LOWERED
    assert world.loan().arrears == Money(22_218, "USD")
    assert [payment.reference for payment in world.loans.payments] == ["P1"]


def test_a_reversal_makes_the_money_owed_again_and_the_planner_looks(world: World) -> None:
    world.knows()
    world.cashier.record(a_payment_row(), NOW)
    world.cashier.record(a_payment_row(-22_218, reference="P2"), NOW)
    assert world.loan().arrears == Money(22_218, "USD")
    assert world.plan().planned == 1


def test_a_payment_wins_over_whoever_writes_the_loan_at_the_same_time(world: World) -> None:
    world.knows()

    class Races(FakeLoanBook):
        races = 3

        def save_payment(self, loan: Loan, payment: Payment) -> Saved:
            if self.races:
                self.races -= 1
                world.loans.save(world.loan())
            return FakeLoanBook.save_payment(world.loans, loan, payment)

    world.loans, real = Races(world.loans.loans), world.loans
    cashier = world.cashier
    world.loans = real
    assert cashier.record(a_payment_row(), NOW) is Booked.CURED


def test_a_loan_that_never_rests_brings_the_payment_back(world: World) -> None:
    class Races(FakeLoanBook):
        def save_payment(self, loan: Loan, payment: Payment) -> Saved:
            del loan, payment
            return Saved.RACED

    world.knows()
    world.loans = Races(world.loans.loans)
    with pytest.raises(BusyError, match="L1"):
        world.cashier.record(a_payment_row(), NOW)


def test_a_payments_file_books_good_rows_and_tells_of_bad_ones(world: World) -> None:
    world.knows(a_loan(), a_loan(loan_id="L2"))
    world.inbox.drop(
        "payments/p.csv",
        HEADER
        + b"L1,2026-03-11,222.18,USD,P1\nL2,2026-03-11,1.00,USD,P2\nL2,yesterday,1.00,USD,P3\nL9,2026-03-11,1,USD,P4\n",
    )
    booked = world.cashier.record_file(FileWork("payments/p.csv"), lambda: True)
    assert booked == {Booked.CURED: 1, Booked.LOWERED: 1, Booked.REJECTED: 1, Booked.UNMATCHED: 1}
    ((key, _, rejects),) = world.inbox.rejects
    assert key == "payments/p.csv"
    assert [(reject.line, reject.column) for reject in rejects] == [(4, "paid_on")]


def test_the_same_payments_file_twice_books_nothing_more(world: World) -> None:
    world.knows()
    world.inbox.drop("payments/p.csv", HEADER + b"L1,2026-03-11,100.00,USD,P1\n")
    world.cashier.record_file(FileWork("payments/p.csv"), lambda: True)
    assert world.cashier.record_file(FileWork("payments/p.csv"), lambda: True) == {Booked.REPEATED: 1}
    assert world.loan().arrears == Money(12_218, "USD")


@pytest.mark.parametrize("content", [b"", b"this is no table\n1;2\n"], ids=["empty", "not a payments file"])
def test_a_file_that_is_no_payments_file_is_refused_with_the_reason_beside_it(world: World, content: bytes) -> None:
    world.inbox.drop("payments/p.csv", content)
    with pytest.raises(FileRefusedError):
        world.cashier.record_file(FileWork("payments/p.csv"), lambda: True)
    ((key, first_line, (reject,)),) = world.inbox.rejects
    assert (key, first_line, reject.column) == ("payments/p.csv", 0, "file")


# Sums stay right, whatever is overpaid and taken back.


def test_a_reversed_overpayment_leaves_exactly_what_was_owed_before(world: World) -> None:
    world.knows()
    world.cashier.record(a_payment_row(50_000), NOW)
    assert world.loan().arrears == Money(0, "USD")
    world.cashier.record(a_payment_row(-50_000, reference="P2"), NOW)
    assert (world.loan().arrears, world.loan().balance) == (Money(22_218, "USD"), Money(133_306, "USD"))
    assert world.plan().planned == 1


def test_an_overpayment_stays_as_credit_until_it_is_taken_back(world: World) -> None:
    world.knows()
    world.cashier.record(a_payment_row(30_000), NOW)
    world.cashier.record(a_payment_row(-5_000, reference="P2"), NOW)
    assert world.loan().arrears == Money(0, "USD")
    assert world.loan().next_contact_at is None
    world.cashier.record(a_payment_row(-5_000, reference="P3"), NOW)
    assert world.loan().arrears == Money(2_218, "USD")


def test_a_loan_that_is_overpaid_beyond_its_balance_is_right_again_after_the_reversal(world: World) -> None:
    world.knows()
    world.cashier.record(a_payment_row(200_000), NOW)
    assert world.loan().balance == Money(0, "USD")
    world.cashier.record(a_payment_row(-200_000, reference="P2"), NOW)
    assert world.loan().balance == Money(133_306, "USD")


# Money for a loan that the book does not know yet.


def test_a_payment_that_comes_before_its_loan_is_kept_once_beside_its_ticket(world: World) -> None:
    for _ in range(2):
        assert world.cashier.record(a_payment_row(), NOW) is Booked.UNMATCHED
    world.cashier.record(a_payment_row(reference="P2"), NOW)
    (early,) = world.loans.early_payments(["L1"]).values()
    assert [payment.reference for payment in early.payments] == ["P1", "P2"]
    assert len(world.open_tickets) == 2


def test_a_payment_in_another_currency_is_not_kept_for_later(world: World) -> None:
    world.knows()
    world.cashier.record(a_payment_row(amount=Money(1, "EUR")), NOW)
    assert world.loans.early_payments(["L1"]) == {}


def test_a_loan_that_comes_while_its_payment_is_being_kept_is_paid(world: World) -> None:
    class ComesMeanwhile(FakeLoanBook):
        def save_early_payments(self, early: EarlyPayments) -> Saved:
            saved = super().save_early_payments(early)
            self.save(a_loan())
            return saved

    world.loans = ComesMeanwhile()
    assert world.cashier.record(a_payment_row(), NOW) is Booked.CURED
    assert world.open_tickets == []
    assert world.loan().arrears == Money(0, "USD")


def test_two_early_payments_at_the_same_moment_are_both_kept(world: World) -> None:
    class Races(FakeLoanBook):
        raced = False

        def save_early_payments(self, early: EarlyPayments) -> Saved:
            if not self.raced:
                self.raced = True
                super().save_early_payments(EarlyPayments("L1", (a_payment(reference="P9"),)))
            return super().save_early_payments(early)

    world.loans = Races()
    world.cashier.record(a_payment_row(), NOW)
    (early,) = world.loans.early_payments(["L1"]).values()
    assert [payment.reference for payment in early.payments] == ["P9", "P1"]


# Files of any size.


def test_a_large_payments_file_goes_on_where_its_time_ran_out(world: World) -> None:
    world.knows()
    rows = "".join(f"L1,2026-03-11,0.01,USD,P{number}\n" for number in range(250))
    world.inbox.drop("payments/p.csv", HEADER + rows.encode() + b"L1,yesterday,1,USD,P999\n")
    work, booked, runs = FileWork("payments/p.csv"), Counter[Booked](), 0
    while True:
        booked += world.cashier.record_file(work, lambda: False)
        runs += 1
        if not world.continuations.work:
            break
        (work,) = world.continuations.work
        world.continuations.work.clear()
    # The last of them finds the end of the file.
    assert runs == 4
    assert booked == {Booked.LOWERED: 250, Booked.REJECTED: 1}
    assert world.loan().arrears == Money(22_218 - 250, "USD")
    assert [(key, first_line) for key, first_line, _ in world.inbox.rejects] == [("payments/p.csv", 202)]


def test_the_rest_of_a_payments_file_is_true_as_of_the_same_instant_as_its_beginning(world: World) -> None:
    world.knows()
    world.inbox.drop("payments/p.csv", HEADER + b"L1,2026-03-11,1,USD,P1\n", as_of=FILE_AS_OF + timedelta(hours=2))
    world.cashier.record_file(FileWork("payments/p.csv"), lambda: False)
    (rest,) = world.continuations.work
    assert rest.as_of == FILE_AS_OF + timedelta(hours=2)


def test_a_payments_file_that_is_taken_up_again_after_a_crash_books_nothing_twice(world: World) -> None:
    world.knows()
    rows = "".join(f"L1,2026-03-11,0.01,USD,P{number}\n" for number in range(150))
    world.inbox.drop("payments/p.csv", HEADER + rows.encode())
    world.cashier.record_file(FileWork("payments/p.csv"), lambda: False)
    assert world.cashier.record_file(FileWork("payments/p.csv"), lambda: True) == {
        Booked.REPEATED: 100,
        Booked.LOWERED: 50,
    }
    assert world.loan().arrears == Money(22_218 - 150, "USD")
