"""A lender's file enters the book once, in the order of its truth, whatever happens around it."""

from copy import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from duebridge.core.erasure import Case, emptied, held
from duebridge.core.file_encoding import FileRefusedError
from duebridge.core.file_results import FaultCode
from duebridge.core.loan import LastDecision, Loan, Pause
from duebridge.core.loan_file import REQUIRED_COLUMNS
from duebridge.core.money import Money
from duebridge.flows import import_loans
from duebridge.flows.booking import Booked
from duebridge.flows.import_loans import Report
from duebridge.ports import FileWork
from tests.builders import NOW, a_loan, a_payment_row, a_row
from tests.world import World

SIX = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


def a_file(*loan_ids: str, **cells: str) -> bytes:
    """A loan file whose rows are those of `a_row`, but for some cells."""
    lines = [",".join(REQUIRED_COLUMNS)]
    for loan_id in loan_ids or ("L1",):
        row = a_row(loan_id=loan_id)
        values: dict[str, Any] = {name: getattr(row, name) for name in REQUIRED_COLUMNS}
        values |= {name: value.decimal_text for name, value in values.items() if isinstance(value, Money)}
        lines.append(",".join(str((values | cells)[name]) for name in REQUIRED_COLUMNS))
    return "\n".join([*lines, ""]).encode()


def imports(world: World, content: bytes, key: str = "loans/loans-20260311T060000Z.csv", **facts: Any) -> Report:
    world.inbox.drop(key, content, **facts)
    return take_in(world, FileWork(key))


def take_in(world: World, work: FileWork, has_time: bool = True) -> Report:
    seen: dict[str, int] = {}

    def first_line_of(loan_id: str, line: int) -> int | None:
        first = seen.setdefault(loan_id, line)
        return None if first == line else first

    return world.importer.take_in(work, first_line_of, lambda: has_time)


def unversioned(loan: Loan) -> Loan:
    return replace(loan, version=0)


def test_a_new_loan_enters_the_book_and_is_looked_at_at_once(world: World) -> None:
    report = imports(world, a_file())
    assert (report.saved, report.unchanged, report.rejected) == (1, 0, 0)
    kept_until = int((SIX + timedelta(days=1096)).timestamp())
    assert unversioned(world.loan()) == a_loan(as_of=SIX, next_contact_at=NOW, forget_after=kept_until)
    assert world.loans.latest_files().any_as_of == SIX
    assert world.loans.latest_files().full_as_of is None


def test_a_loan_that_is_not_due_soon_sleeps_until_its_first_step(world: World) -> None:
    imports(world, a_file(due_date="2026-03-31"))
    assert world.loan().next_contact_at == datetime(2026, 3, 28, 13, 0, tzinfo=UTC)


def test_every_file_that_names_a_loan_moves_on_the_time_after_which_it_is_forgotten(world: World) -> None:
    imports(world, a_file())
    first = world.loan().forget_after
    imports(world, a_file(), key="loans/loans-20260313T060000Z.csv")
    assert world.loan().forget_after - first == timedelta(days=2).total_seconds()


def test_a_borrower_who_was_erased_is_not_brought_back_by_a_file(world: World) -> None:
    imports(world, a_file("L1", "L2"))
    world.loans.save(emptied(held(world.loan("L1"), Case("ER-1", "AB"), NOW)))
    before = world.loan("L1")
    report = imports(world, a_file("L1", "L2"), key="loans/loans-20260313T060000Z.csv")
    assert (report.saved, report.rejected) == (1, 1)
    assert world.loan("L1") == before
    (reject,) = world.inbox.rejects[-1][2]
    assert (reject.code, reject.column) == ("erased", "loan_id")
    assert "take the loan out of the export" in reject.reason


def test_a_loan_without_arrears_sleeps(world: World) -> None:
    imports(world, a_file(amount_due="0.00"))
    assert world.loan().next_contact_at is None


def test_the_same_file_twice_writes_nothing(world: World) -> None:
    imports(world, a_file("L1", "L2"))
    before, saves = dict(world.loans.loans), world.loans.saves
    report = imports(world, a_file("L1", "L2"))
    assert (report.saved, report.unchanged) == (0, 2)
    assert (world.loans.loans, world.loans.saves) == (before, saves)


def test_an_older_file_is_refused_whole_with_the_reason_beside_it(world: World) -> None:
    imports(world, a_file())
    with pytest.raises(FileRefusedError) as refusal:
        imports(world, a_file("L1", "L2"), key="loans/loans-20260310T060000Z.csv")
    assert refusal.value.code == "older_file"
    assert world.loans.get("L2") is None
    ((key, first_line, (reject,)),) = world.inbox.rejects
    assert (key, first_line, reject.column) == ("loans/loans-20260310T060000Z.csv", 0, "file")


def test_the_file_of_six_imported_at_eight_does_not_revive_a_debt_paid_at_seven(world: World) -> None:
    imports(world, a_file(), key="loans/loans-20260310T060000Z.csv")
    world.clock.at = SIX + timedelta(hours=1)
    assert world.cashier.record(a_payment_row(), world.clock.now()) is Booked.CURED
    world.clock.at = SIX + timedelta(hours=2)
    imports(world, a_file(), at=world.clock.now())
    assert (world.loan().arrears, world.loan().next_contact_at) == (Money(0, "USD"), None)
    assert world.plan().read == 0


def test_a_file_cut_after_the_payment_is_believed(world: World) -> None:
    imports(world, a_file(), key="loans/loans-20260310T060000Z.csv")
    world.cashier.record(a_payment_row(10_000), SIX - timedelta(hours=1))
    imports(world, a_file(amount_due="122.18"))
    assert world.loan().arrears == Money(12_218, "USD")


def test_a_newer_file_moves_the_arrears_and_keeps_the_conversation(world: World) -> None:
    imports(world, a_file())
    world.plan()
    pause = {"disputed": Pause(NOW, None, "ticket-1")}
    world.loans.save(replace(world.loan(), pauses=pause))
    before = world.loan()
    imports(world, a_file(amount_due="333.27"), key="loans/loans-20260312T060000Z.csv")
    loan = world.loan()
    assert loan.arrears == Money(33_327, "USD")
    assert (loan.episode, loan.steps, loan.pauses) == (before.episode, before.steps, pause)
    assert loan.next_contact_at == NOW


def test_a_newer_file_that_says_the_same_lets_the_loan_sleep_on(world: World) -> None:
    imports(world, a_file())
    world.plan()
    before = world.loan()
    imports(world, a_file(), key="loans/loans-20260312T060000Z.csv")
    assert world.loan().next_contact_at == before.next_contact_at
    assert world.loan().as_of == SIX + timedelta(days=1)
    assert world.plan().planned == 0


def test_a_loan_that_waits_for_people_is_not_woken_by_a_file_that_says_the_same(world: World) -> None:
    imports(world, a_file())
    world.loans.save(replace(world.loan(), silent=True, next_contact_at=None))
    imports(world, a_file(), key="loans/loans-20260312T060000Z.csv")
    assert (world.loan().silent, world.loan().next_contact_at) == (True, None)


def test_a_new_phone_number_brings_a_silent_loan_back(world: World) -> None:
    imports(world, a_file())
    world.loans.save(replace(world.loan(), silent=True, next_contact_at=None))
    imports(world, a_file(phone="+13125550199"), key="loans/loans-20260312T060000Z.csv")
    assert (world.loan().silent, world.loan().next_contact_at) == (False, NOW)


def test_a_loan_that_a_full_file_leaves_out_is_held_and_woken_when_it_reappears(world: World) -> None:
    imports(world, a_file("L1", "L2"))
    imports(world, a_file("L2"), key="loans/full-20260312T060000Z.csv")
    world.plan()
    last = world.loan().last_decision
    assert last == LastDecision(NOW, "not_in_latest_file", None)
    assert world.loan().next_contact_at is None
    imports(world, a_file("L1", "L2"), key="loans/full-20260313T060000Z.csv")
    assert world.plan().planned == 1


def test_the_dropper_may_state_truth_and_fullness_beside_the_file(world: World) -> None:
    imports(world, a_file(), key="loans/a.csv", as_of=SIX, is_full=True)
    assert world.loans.latest_files().full_as_of == SIX


def test_a_file_without_a_date_is_true_when_it_was_dropped(world: World) -> None:
    imports(world, a_file(), key="loans/a.csv", at=NOW)
    assert world.loan().as_of == NOW


def test_bad_rows_are_told_with_line_and_column_and_good_rows_go_on(world: World) -> None:
    good, bad = a_file("L1", "L3"), a_file("L2", amount_due="-1").split(b"\n")[1]
    lines = good.split(b"\n")
    report = imports(world, b"\n".join([lines[0], lines[1], bad, *lines[2:]]))
    assert (report.saved, report.rejected) == (2, 1)
    ((_, _, (reject,)),) = world.inbox.rejects
    assert (reject.line, reject.column) == (3, "amount_due")


def test_a_row_that_the_book_knows_from_a_newer_file_is_rejected_alone(world: World) -> None:
    world.knows(a_loan(as_of=NOW))
    report = imports(world, a_file("L1", "L2"))
    assert (report.saved, report.rejected) == (1, 1)
    assert world.inbox.rejects[0][2][0].code == "older_row"


def test_a_long_file_goes_on_in_another_run_with_the_truth_that_the_first_run_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_loans, "BATCH_ROWS", 2)
    key = "loans/a.csv"
    world.inbox.drop(key, a_file("L1", "L2", "L3", "L4", "L5"), at=SIX)
    report = take_in(world, FileWork(key), has_time=False)
    assert (report.saved, report.continued) == (2, True)
    assert world.loans.latest_files().any_as_of is None
    while world.continuations.work:
        take_in(world, world.continuations.work.pop(), has_time=False)
    assert sorted(world.loans.loans) == ["L1", "L2", "L3", "L4", "L5"]
    assert {loan.as_of for loan in world.loans.loans.values()} == {SIX}
    assert world.loans.latest_files().any_as_of == SIX


def test_a_repeated_id_is_noticed_also_by_a_later_run_over_the_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_loans, "BATCH_ROWS", 2)
    key = "loans/a.csv"
    repeated = a_file("L1", amount_due="7.77").splitlines(keepends=True)[1]
    world.inbox.drop(key, a_file("L1", "L2") + repeated, at=SIX)
    take_in(world, FileWork(key), has_time=False)
    kept = world.loan("L1")
    take_in(world, world.continuations.work.pop())
    assert world.loan("L1") == kept
    ((_, _, (reject,)),) = world.inbox.rejects
    assert (reject.line, reject.code) == (4, FaultCode.DUPLICATE_LOAN)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n"], ids=["empty", "no loan file"])
def test_what_is_no_loan_file_is_refused_with_the_reason_beside_it(world: World, content: bytes) -> None:
    with pytest.raises(FileRefusedError):
        imports(world, content)
    assert world.inbox.rejects[0][2][0].column == "file"
    assert world.loans.latest_files().any_as_of is None


def test_a_loan_that_changes_while_it_is_taken_in_keeps_both_changes(world: World) -> None:
    imports(world, a_file())

    class StaleReads:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.loans, name)

        def get_many(self, loan_ids: list[str]) -> dict[str, Loan]:
            known: dict[str, Loan] = world.loans.get_many(loan_ids)
            world.cashier.record(a_payment_row(10_000), SIX + timedelta(days=1, hours=1))
            return known

    world.inbox.drop("loans/loans-20260312T060000Z.csv", a_file(amount_due="333.27"))
    stale: Any = StaleReads()
    importer = replace(world.importer, loans=stale)
    importer.take_in(FileWork("loans/loans-20260312T060000Z.csv"), lambda *_: None, lambda: True)
    assert world.loan().arrears == Money(23_327, "USD")


# Payments that came before their loan.


def test_a_payment_that_came_before_its_loan_is_booked_when_the_loan_comes(world: World) -> None:
    assert world.cashier.record(a_payment_row(), NOW) is Booked.UNMATCHED
    report = imports(world, a_file("L1", "L2"))
    assert (report.saved, report.early_payments) == (2, 1)
    assert world.loan().arrears == Money(0, "USD")
    assert world.loan().next_contact_at is None
    assert world.cashier.record(a_payment_row(), NOW) is Booked.REPEATED


def test_an_early_payment_that_the_file_contains_is_kept_but_not_taken_off(world: World) -> None:
    world.cashier.record(a_payment_row(10_000), SIX)
    imports(world, a_file())
    assert world.loan().arrears == Money(22_218, "USD")
    assert world.cashier.record(a_payment_row(10_000), SIX) is Booked.REPEATED


def test_an_early_payment_in_another_currency_stays_with_people(world: World) -> None:
    world.cashier.record(a_payment_row(amount=Money(22_218, "EUR")), NOW)
    imports(world, a_file())
    assert world.loan().arrears == Money(22_218, "USD")
    assert len(world.open_tickets) == 1


def test_an_import_that_died_before_it_booked_an_early_payment_does_it_when_the_file_comes_again(world: World) -> None:
    world.cashier.record(a_payment_row(), NOW)
    save_payment = world.loans.save_payment

    def dies(*_: object) -> None:
        raise ConnectionError("the function was stopped")

    world.loans.save_payment = dies
    with pytest.raises(ConnectionError):
        imports(world, a_file())
    world.loans.save_payment = save_payment
    report = imports(world, a_file())
    assert (report.unchanged, report.early_payments) == (1, 1)
    assert world.loan().arrears == Money(0, "USD")


def test_the_next_days_file_counts_an_early_payment_no_second_time(world: World) -> None:
    world.cashier.record(a_payment_row(10_000), NOW)
    imports(world, a_file())
    report = imports(world, a_file(), key="loans/loans-20260312T060000Z.csv")
    assert report.early_payments == 0
    assert world.loan().arrears == Money(22_218, "USD")
