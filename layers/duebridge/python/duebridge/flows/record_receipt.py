"""Moves a contact forward by the carrier's word, and does what follows for the number and the loan."""

from copy import replace
from enum import StrEnum

from msgspec import Struct

from ..core.calling_code import calling_code
from ..core.contact import PREDECESSORS, State
from ..core.content import Content
from ..core.decision import next_window_opens
from ..core.loan import Loan
from ..core.receipt import Meaning, Receipt, meaning
from ..core.strategy import ASKS_FOR_PAYMENT
from ..core.ticket import Reason
from ..ports import Clock, ContactRow, Conversations, LoanBook
from .changes import change_loan, suppress, uncount
from .follow_up import FollowUp
from .stopping import Stopping


class Recorded(StrEnum):
    """What became of one delivery event."""

    MOVED = "moved"
    WORDING_STOPPED = "wording_stopped"
    """Moved, and no more texts of its wording go out."""
    IGNORED = "ignored"
    """Not final, of an unknown contact, or of one that is final already."""


class RecordReceipt(Struct, frozen=True, kw_only=True):
    """Events are unordered and repeatable; a final state never moves."""

    loans: LoanBook
    conversations: Conversations
    follow_up: FollowUp
    stopping: Stopping
    content: Content
    clock: Clock

    def record(self, receipt: Receipt) -> Recorded:
        """The effects come before the state, so that a crash in between repeats them and loses none."""
        meant = meaning(receipt)
        if meant.state is None:
            return Recorded.IGNORED
        if meant.state is State.DELIVERED:
            # The common end has no effects, so there is nothing to read first.
            moved = self.conversations.receive(receipt, meant.state)
            return Recorded.MOVED if moved else Recorded.IGNORED
        row = self.conversations.contact(receipt.phone, receipt.contact_id)
        if row is None or row.state not in PREDECESSORS[meant.state]:
            return Recorded.IGNORED
        self._follow(row, meant, receipt)
        moved = self.conversations.receive(receipt, meant.state)
        if meant.stops_template:
            return Recorded.WORDING_STOPPED
        return Recorded.MOVED if moved else Recorded.IGNORED

    def _follow(self, row: ContactRow, meant: Meaning, receipt: Receipt) -> None:
        text = row.text
        if meant.state is State.UNDELIVERED and text.kind in ASKS_FOR_PAYMENT:
            uncount(self.conversations, text.borrower_id, text.contact_id, row.claimed_at)
        if meant.suppresses:
            suppress(self.conversations, text.phone, meant.suppresses, self.clock.now())
        if meant.stops_template:
            self.stopping.stop_wording(text, receipt.event_type)
        if meant.reviews_set_up:
            place = calling_code(text.phone)
            self.follow_up.open(
                Reason.CONFIGURATION,
                about=f"{receipt.event_type}/{place}/{self.clock.now():%Y-%m-%d}",
                note=f"our own protect configuration blocks texts to {place}: look whether it should",
            )
        if text.kind in ASKS_FOR_PAYMENT and (meant.suppresses or (meant.try_again and text.attempt == 1)):
            self._look_again(text.loan_id, text.step, retry=meant.try_again)

    def _look_again(self, loan_id: str, step: str, retry: bool) -> None:
        """The planner decides anew: a second attempt in the next window, or the hand-over of a number that is dead."""
        now = self.clock.now()

        def woken(loan: Loan) -> Loan | None:
            if not loan.is_owed() or loan.silent or step not in loan.steps:
                return None
            if retry:
                return replace(loan, next_contact_at=next_window_opens(loan, self.content, now), retry=step)
            return replace(loan, next_contact_at=now)

        change_loan(self.loans, loan_id, woken)
