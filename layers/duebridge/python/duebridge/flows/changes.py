"""Changes that several stations make: read, change, write over the version read, and again when somebody was faster."""

from collections.abc import Callable
from copy import replace
from datetime import datetime

from ..core.loan import Loan
from ..core.standing import NumberStanding, PersonStanding, Suppression
from ..ports import Conversations, LoanBook, Saved

TRIES = 10


class BusyError(Exception):
    """Rows kept changing under a writer; the queue brings the work again."""


def change[Row](read: Callable[[], Row], changed: Callable[[Row], Row | None], save: Callable[[Row], Saved]) -> Row:
    """The row as it stands afterwards; `changed` answers None when there is nothing to do."""
    for _ in range(TRIES):
        row = read()
        new = changed(row)
        if new is None:
            return row
        if save(new) is not Saved.RACED:
            return new
    raise BusyError(f"a row changed {TRIES} times while it was being written")


def change_loan(loans: LoanBook, loan_id: str, changed: Callable[[Loan], Loan | None]) -> None:
    """As `change`, for a loan that may not exist."""
    for _ in range(TRIES):
        loan = loans.get(loan_id)
        new = changed(loan) if loan else None
        if new is None or loans.save(new) is not Saved.RACED:
            return
    raise BusyError(f"loan {loan_id} changed {TRIES} times while it was being written")


def wake(loans: LoanBook, loan_id: str, now: datetime) -> None:
    """The planner looks at a loan again at once, if anything is owed on it and it is not with people yet."""

    def woken(loan: Loan) -> Loan | None:
        return replace(loan, next_contact_at=now) if loan.is_owed() and not loan.silent else None

    change_loan(loans, loan_id, woken)


def suppress(
    conversations: Conversations, phone: str, reason: Suppression, at: datetime, confirmation: str = ""
) -> NumberStanding:
    """Stops every further text to a number; the first reason stays."""

    def stopped(number: NumberStanding) -> NumberStanding | None:
        return None if number.suppressed else number.suppress(reason, at, confirmation)

    return change(lambda: conversations.number(phone), stopped, conversations.save_number)


def uncount(conversations: Conversations, borrower_id: str, contact_id: str, claimed_at: datetime) -> None:
    """Takes a contact that surely did not arrive back out of a person's count; a later claim of it stays counted."""

    def without(person: PersonStanding) -> PersonStanding | None:
        counted = person.counted.get(contact_id)
        return person.without(contact_id) if counted and counted.at == claimed_at else None

    change(lambda: conversations.person(borrower_id), without, conversations.save_person)


def uncount_answer(conversations: Conversations, phone: str, claimed_at: datetime) -> None:
    """Takes an answer that was surely not sent back out of a number's count."""

    def without(number: NumberStanding) -> NumberStanding | None:
        if claimed_at not in number.answers:
            return None
        return replace(number, answers=tuple(at for at in number.answers if at != claimed_at))

    change(lambda: conversations.number(phone), without, conversations.save_number)


def tell_carrier(conversations: Conversations, list_opt_out: Callable[[str], None], phone: str) -> None:
    """Puts a suppressed number on the provider's own list, and remembers that it is there."""

    def told(number: NumberStanding) -> NumberStanding | None:
        return None if number.carrier_told else replace(number, carrier_told=True)

    list_opt_out(phone)
    change(lambda: conversations.number(phone), told, conversations.save_number)


def untell_carrier(conversations: Conversations, unlist_opt_out: Callable[[str], bool], phone: str) -> None:
    """Takes a number that opted in again off the provider's own list, and remembers that it is off.

    Where the provider will not, its refusal of the next text suppresses the number anew.
    """

    def untold(number: NumberStanding) -> NumberStanding | None:
        return replace(number, carrier_told=False) if number.carrier_told and not number.suppressed else None

    if unlist_opt_out(phone):
        change(lambda: conversations.number(phone), untold, conversations.save_number)
