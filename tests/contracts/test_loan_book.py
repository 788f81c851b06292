"""What every loan book does."""

from copy import replace
from datetime import timedelta

from duebridge.core.loan import EarlyPayments, LastDecision, after_payment
from duebridge.core.money import Money
from duebridge.core.shard import SILENT, shard_of
from duebridge.ports import LatestFiles, LoanBook, Saved
from tests.builders import FILE_AS_OF, NOW, a_loan, a_payment

SHARD = shard_of("L1")
SAME_SHARD = [f"L{n}" for n in range(1, 200) if shard_of(f"L{n}") == SHARD]


def test_an_unknown_loan_is_none(loans: LoanBook) -> None:
    assert loans.get("L1") is None


def test_a_saved_loan_is_read_back_with_the_next_version(loans: LoanBook) -> None:
    assert loans.save(a_loan()) is Saved.DONE
    assert loans.get("L1") == a_loan(version=1)


def test_a_loan_is_saved_only_over_the_version_that_was_read(loans: LoanBook) -> None:
    loans.save(a_loan())
    read = loans.get("L1")
    assert read is not None
    assert loans.save(replace(read, retry="days-1-3")) is Saved.DONE
    assert loans.save(replace(read, retry="days-4-15")) is Saved.RACED
    assert loans.get("L1") == replace(read, retry="days-1-3", version=2)


def test_a_new_loan_is_not_saved_over_one_that_exists(loans: LoanBook) -> None:
    loans.save(a_loan())
    assert loans.save(a_loan(retry="days-1-3")) is Saved.RACED


def test_a_loan_that_is_gone_from_the_book_is_not_written_back(loans: LoanBook) -> None:
    assert loans.save(a_loan(version=3)) is Saved.RACED


def test_many_loans_are_read_at_once_and_unknown_ones_are_absent(loans: LoanBook) -> None:
    for loan_id in ("L1", "L2"):
        loans.save(a_loan(loan_id=loan_id))
    assert set(loans.get_many(["L1", "L2", "L3", "L1"])) == {"L1", "L2"}
    assert loans.get_many([]) == {}


def test_more_loans_than_one_call_holds_are_all_read(loans: LoanBook) -> None:
    ids = [f"L{n}" for n in range(130)]
    for loan_id in ids:
        loans.save(a_loan(loan_id=loan_id))
    assert set(loans.get_many(ids)) == set(ids)


def test_all_loans_of_a_borrower_are_found(loans: LoanBook) -> None:
    loans.save(a_loan(loan_id="L1"))
    loans.save(a_loan(loan_id="L2"))
    loans.save(a_loan(loan_id="L3", borrower_id="B2"))
    assert sorted(loans.loans_of("B1")) == ["L1", "L2"]
    assert loans.loans_of("B9") == []


def test_loans_that_are_due_come_oldest_first_and_later_ones_wait(loans: LoanBook) -> None:
    one, two, three, four = SAME_SHARD[:4]
    loans.save(a_loan(loan_id=one, next_contact_at=NOW))
    loans.save(a_loan(loan_id=two, next_contact_at=NOW - timedelta(hours=1)))
    loans.save(a_loan(loan_id=three, next_contact_at=NOW + timedelta(seconds=1)))
    loans.save(a_loan(loan_id=four, next_contact_at=None))
    page = loans.due(SHARD, NOW, "", 100)
    assert [loan.loan_id for loan in page.loans] == [two, one]
    assert page.cursor == ""


def test_other_shards_and_silent_loans_are_not_in_a_shard(loans: LoanBook) -> None:
    elsewhere = next(f"L{n}" for n in range(99) if shard_of(f"L{n}") != SHARD)
    loans.save(a_loan(loan_id=elsewhere))
    loans.save(a_loan(loan_id=SAME_SHARD[1], silent=True))
    assert loans.due(SHARD, NOW, "", 100).loans == ()
    assert [loan.loan_id for loan in loans.due(SILENT, NOW, "", 100).loans] == [SAME_SHARD[1]]


def test_pages_follow_one_another_without_gap_or_repeat(loans: LoanBook) -> None:
    ids = SAME_SHARD[:7]
    for number, loan_id in enumerate(ids):
        loans.save(a_loan(loan_id=loan_id, next_contact_at=NOW - timedelta(hours=7 - number // 3)))
    seen: list[str] = []
    cursor = ""
    for _ in range(9):
        page = loans.due(SHARD, NOW, cursor, 3)
        seen += [loan.loan_id for loan in page.loans]
        cursor = page.cursor
        if not cursor:
            break
    assert sorted(seen) == sorted(ids)


def test_a_page_goes_on_where_it_stopped_although_its_loans_have_moved_meanwhile(loans: LoanBook) -> None:
    ids = SAME_SHARD[:4]
    for number, loan_id in enumerate(ids):
        loans.save(a_loan(loan_id=loan_id, next_contact_at=NOW - timedelta(hours=9 - number)))
    first = loans.due(SHARD, NOW, "", 2)
    for loan in first.loans:
        loans.save(replace(loan, next_contact_at=NOW + timedelta(days=1)))
    second = loans.due(SHARD, NOW, first.cursor, 2)
    assert [loan.loan_id for loan in (*first.loans, *second.loans)] == ids


def test_a_payment_is_written_with_its_loan_and_once_for_its_reference(loans: LoanBook) -> None:
    loans.save(a_loan())
    loan = a_loan(version=1, arrears=Money(0, "USD"))
    assert loans.save_payment(loan, a_payment()) is Saved.DONE
    assert loans.save_payment(replace(loan, version=2), a_payment()) is Saved.REPEATED
    assert loans.get("L1") == replace(loan, version=2)
    assert loans.payments_after("L1", FILE_AS_OF) == [a_payment()]


def test_a_payment_that_lost_the_race_leaves_nothing_behind(loans: LoanBook) -> None:
    loans.save(a_loan())
    assert loans.save_payment(a_loan(version=9), a_payment()) is Saved.RACED
    assert loans.payments_after("L1", FILE_AS_OF) == []


def test_a_repeated_payment_is_told_as_such_even_when_the_loan_has_moved_on(loans: LoanBook) -> None:
    loans.save(a_loan())
    loans.save_payment(a_loan(version=1), a_payment())
    assert loans.save_payment(a_loan(version=1), a_payment()) is Saved.REPEATED


def test_the_same_reference_on_another_loan_is_another_payment(loans: LoanBook) -> None:
    loans.save(a_loan())
    loans.save(a_loan(loan_id="L2"))
    loans.save_payment(a_loan(version=1), a_payment())
    other = a_payment(loan_id="L2")
    assert loans.save_payment(a_loan(loan_id="L2", version=1), other) is Saved.DONE


def test_only_payments_known_after_an_instant_are_given(loans: LoanBook) -> None:
    loans.save(a_loan())
    loans.save_payment(a_loan(version=1), a_payment(reference="P1", known_at=FILE_AS_OF))
    loans.save_payment(a_loan(version=2), a_payment(reference="P2", known_at=FILE_AS_OF + timedelta(microseconds=1)))
    assert [payment.reference for payment in loans.payments_after("L1", FILE_AS_OF)] == ["P2"]


def test_the_latest_files_are_remembered(loans: LoanBook) -> None:
    assert loans.latest_files() == LatestFiles()
    loans.save_latest_files(LatestFiles(NOW, FILE_AS_OF))
    assert loans.latest_files() == LatestFiles(NOW, FILE_AS_OF)
    loans.save_latest_files(LatestFiles(NOW + timedelta(days=1), None))
    assert loans.latest_files() == LatestFiles(NOW + timedelta(days=1), None)


def test_a_recorded_decision_changes_no_loan(loans: LoanBook) -> None:
    loans.save(a_loan())
    loans.record_decision("L1", "demand-1", LastDecision(NOW, "opted_out", None), ["may this number be texted: no"], 0)
    assert loans.get("L1") == a_loan(version=1)
    assert loans.payments_after("L1", FILE_AS_OF) == []


def test_payments_that_come_before_their_loan_are_kept_over_the_version_that_was_read(loans: LoanBook) -> None:
    assert loans.early_payments(["L1"]) == {}
    early = EarlyPayments("L1").with_payment(a_payment()).with_payment(a_payment(-5, reference="P2"))
    assert loans.save_early_payments(early) is Saved.DONE
    assert loans.save_early_payments(early) is Saved.RACED
    assert loans.early_payments(["L1", "L2"]) == {"L1": replace(early, version=1)}


def test_an_early_payment_is_neither_a_loan_nor_a_payment_that_was_booked(loans: LoanBook) -> None:
    loans.save_early_payments(EarlyPayments("L1").with_payment(a_payment()))
    assert loans.get("L1") is None
    loans.save(a_loan())
    assert loans.payments_after("L1", FILE_AS_OF - timedelta(days=9)) == []
    loan = loans.get("L1")
    assert loan is not None
    assert loans.save_payment(loan, a_payment()) is Saved.DONE


def test_a_credit_is_kept_with_the_loan(loans: LoanBook) -> None:
    overpaid = after_payment(a_loan(), a_payment(500_000))
    loans.save(overpaid)
    assert loans.get("L1") == replace(overpaid, version=1)
    assert (overpaid.credit_minor, overpaid.balance_credit_minor) == (500_000 - 22_218, 500_000 - 133_306)
