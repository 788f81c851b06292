"""Payments count once, cure loans, and never revive a debt."""

from datetime import timedelta

import pytest

from duebridge.core.file_encoding import FileRefusedError
from duebridge.core.loan import Loan, Payment
from duebridge.core.money import Money
from duebridge.core.ticket import Reason
from duebridge.flows.changes import BusyError
from duebridge.flows.record_payment import Booked
from duebridge.ports import Saved
from tests.builders import FILE_AS_OF, NOW, a_loan, a_payment_row
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
    booked = world.cashier.record_file("payments/p.csv")
    assert booked == {Booked.CURED: 1, Booked.LOWERED: 1, Booked.REJECTED: 1, Booked.UNMATCHED: 1}
    ((key, _, rejects),) = world.inbox.rejects
    assert key == "payments/p.csv"
    assert [(reject.line, reject.column) for reject in rejects] == [(4, "paid_on")]


def test_the_same_payments_file_twice_books_nothing_more(world: World) -> None:
    world.knows()
    world.inbox.drop("payments/p.csv", HEADER + b"L1,2026-03-11,100.00,USD,P1\n")
    world.cashier.record_file("payments/p.csv")
    assert world.cashier.record_file("payments/p.csv") == {Booked.REPEATED: 1}
    assert world.loan().arrears == Money(12_218, "USD")


@pytest.mark.parametrize("content", [b"", b"this is no table\n1;2\n"], ids=["empty", "not a payments file"])
def test_a_file_that_is_no_payments_file_is_refused_with_the_reason_beside_it(world: World, content: bytes) -> None:
    world.inbox.drop("payments/p.csv", content)
    with pytest.raises(FileRefusedError):
        world.cashier.record_file("payments/p.csv")
    ((key, first_line, (reject,)),) = world.inbox.rejects
    assert (key, first_line, reject.column) == ("payments/p.csv", 0, "file")
