"""A loan once something was decided about it: when it is looked at again, and what its row remembers."""

from copy import replace
from datetime import datetime, timedelta

from .decision import SILENT, Case, Contact, after_contact
from .loan import DISSATISFIED, LastDecision, Loan
from .reasoning import Hold

CARE_FAMILY = "care/"
"""Texts to a borrower who was displeased."""
NO_OPENING_LOOK_AGAIN = timedelta(days=2)


def planned(case: Case, contact: Contact) -> Loan:
    """The loan once its step is in the queue: it sleeps until its next step begins."""
    loan = case.loan
    return replace(
        loan,
        steps=tuple(dict.fromkeys((*loan.steps, contact.step.name))),
        # One text of the care family; after it the loan is treated like any other of its kind.
        marks=loan.marks - {DISSATISFIED} if contact.step.template.startswith(CARE_FAMILY) else loan.marks,
        retry="" if contact.attempt > 1 else loan.retry,
        next_contact_at=after_contact(case),
        last_decision=LastDecision(case.now, "contact", None),
    )


def held(loan: Loan, hold: Hold, now: datetime) -> Loan:
    """The loan once it is held: it sleeps until the hold ends, or waits for people."""
    is_closed_for_long = loan.last_decision is not None and loan.last_decision.outcome == hold.reason == "no_opening"
    silent = hold.reason in SILENT or is_closed_for_long
    until = hold.until
    if hold.reason == "no_opening":
        until = now + NO_OPENING_LOOK_AGAIN
    return replace(
        loan,
        next_contact_at=now if silent else until,
        silent=silent,
        last_decision=LastDecision(now, hold.reason, hold.until),
    )
