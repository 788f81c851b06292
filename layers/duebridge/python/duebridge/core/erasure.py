"""What is left of a borrower whose data was erased on request, and what stands in the way of erasing it.

Ids, sums and dates stay: they say nothing without the lender's own books, and they keep a loan from being texted.
"""

import re
from collections.abc import Iterable, Mapping
from copy import replace
from datetime import datetime
from typing import Any

from msgspec import Struct

from .account_state import AccountState
from .contact import State
from .errors import DueBridgeError
from .loan import Loan, Pause, reason_of
from .standing import NumberStanding
from .strategy import ASKS_FOR_PAYMENT
from .ticket import Status, Ticket

ERASED = "erased"
"""The hold on a loan whose borrower's data was erased. No station and no operator lifts it."""
CONTESTED = frozenset(str(state).lower() for state in (AccountState.DISPUTED, AccountState.ATTORNEY))
"""Holds that say that somebody may still have to prove what was said (GDPR Article 17(3)(e))."""
ON_ITS_WAY = frozenset({State.SENDING, State.IN_DOUBT})
MOST_DIGITS_IN_A_ROW = 6
"""Of a case's reference or of initials: a telephone number has more."""
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_INITIALS = re.compile(r"[^\W_][\w .-]{0,19}")


class ErasureRefusedError(DueBridgeError):
    """Erasing now would do harm; the text says what has to be done first."""

    code = "erasure_refused"


class Case(Struct, frozen=True):
    """The lender's own file on a request for erasure. It outlives what is erased, so it must name nobody."""

    reference: str
    by: str
    """Initials as somebody wrote them of themselves."""

    @property
    def source(self) -> str:
        """What an audit line and the hold name."""
        return f"erasure#{self.reference}"


def read_case(reference: str, by: str) -> Case:
    """Raises ErasureRefusedError for words that may themselves be personal data."""
    digits = f"[0-9]{{{MOST_DIGITS_IN_A_ROW + 1}}}"
    if not _REFERENCE.fullmatch(reference) or re.search(digits, re.sub(r"[._-]", "", reference)):
        raise ErasureRefusedError(
            "the reference of the case stays for good: letters, digits, dots and dashes, with no more than "
            f"{MOST_DIGITS_IN_A_ROW} digits in a row, such as ER-2026-17, and never a number or a name"
        )
    if not _INITIALS.fullmatch(by) or re.search(digits, by):
        raise ErasureRefusedError("the initials of whoever erases are missing or odd: write letters, such as AB")
    return Case(reference, by)


def is_erased(loan: Loan) -> bool:
    """Whether this loan's borrower was forgotten: a file that still names them must not bring them back."""
    return ERASED in loan.pauses


def held(loan: Loan, case: Case, now: datetime) -> Loan:
    """First of all, so that nothing more is planned or sent while the rest goes."""
    return replace(loan, pauses={**loan.pauses, ERASED: Pause(now, None, case.source)}, next_contact_at=None)


def emptied(loan: Loan) -> Loan:
    """Without name, number and agreement, and without what the conversation left behind, health among it.

    The sums stay as they are: a loan that suddenly owed nothing would be counted as cured.
    """
    terms = replace(
        loan.terms,
        agreement_number="",
        full_name="",
        salutation="",
        phone="",
        number_zones=(),
        consent_source=None,
        consent_at=None,
        state=None,
    )
    return replace(
        loan,
        terms=terms,
        pauses={ERASED: loan.pauses[ERASED]},
        next_contact_at=None,
        silent=False,
        marks=frozenset(),
        promised=None,
        offer=None,
    )


def emptied_ticket(ticket: Ticket) -> Ticket:
    """Closed, and of nobody: why it was opened, when and how it ended stays for the figures."""
    return replace(
        ticket,
        status=Status.CLOSED,
        borrower_id="",
        loan_ids=(),
        phone="",
        masked_phone="",
        note="",
        labels=(),
        request={},
        doing={},
        fault="",
        history=(),
    )


def emptied_number(standing: NumberStanding) -> NumberStanding | None:
    """What must outlive the erasure: that this number gets no texts, or must first be taken off the provider's list.

    None when nothing of it has to stay.
    """
    if standing.suppressed is None and not standing.carrier_told:
        return None
    return replace(standing, answers=(), confirmation="")


def what_is_open(
    loans: Iterable[Loan],
    tickets: Iterable[Ticket],
    contacts: Mapping[str, State],
    waiting: Iterable[str],
    now: datetime,
) -> tuple[str, ...]:
    """Why it is too early, in words without personal data; empty when nothing stands in the way."""
    found = [f"ticket {ticket.ticket_id} ({ticket.reason}) is open" for ticket in tickets if ticket.is_open]
    found += [
        f"loan {loan.loan_id} is held as {reason_of(name)}: what was said may have to be proved"
        for loan in loans
        for name, pause in sorted(loan.pauses.items())
        if reason_of(name) in CONTESTED and pause.stands_at(now)
    ]
    found += [
        f"text {contact} is {state.replace('_', ' ')}" for contact, state in contacts.items() if state in ON_ITS_WAY
    ]
    return (*found, *(f"text {contact} waits for contact hours" for contact in waiting))


def proof_of(contact: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a demand's row, under the loan: when which wording went and by which rules, never to whom or
    in which words. Of an answer nothing: which one it was may tell of illness or hardship."""
    if contact["kind"] not in ASKS_FOR_PAYMENT:
        return {}
    return {name: contact[name] for name in PROOF if name in contact}


PROOF = (
    "kind",
    "status",
    "claimed_at",
    "moved_at",
    "receipt",
    "template",
    "wording",
    "step",
    "try",
    "episode",
    "parts",
    "cc",
    "rules",
    "reason",
    "forget_after",
)
"""Attributes of a contact's row (adapters/rows.py)."""
