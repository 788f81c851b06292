"""Which text something is about that does not say so: the newest demand or reminder before it."""

from datetime import datetime

from ..core.contact import State
from ..core.strategy import ASKS_FOR_PAYMENT
from ..ports import ContactRow, Conversation

NEVER_SENT = frozenset({State.RELEASED, State.REJECTED, State.UNDELIVERED})


def newest_demand(conversation: Conversation, before: datetime, loan_id: str = "") -> ContactRow | None:
    """Of one loan, or of all that were spoken of with the number; None where none went out."""
    asked = [
        row
        for row in conversation.contacts
        if row.text.kind in ASKS_FOR_PAYMENT
        and row.state not in NEVER_SENT
        and row.claimed_at <= before
        and loan_id in ("", row.text.loan_id)
    ]
    return max(asked, key=lambda row: row.claimed_at, default=None)
