"""What follows from each intent of a reply: which hold, which ticket, which answer."""

from collections.abc import Iterable

from msgspec import Struct

from .ticket import Reason

NOBODY_BUT_PEOPLE = ""
"""No machine answers: a person writes or calls."""


class Treatment(Struct, frozen=True):
    """One row of the table. `answer` None leaves it to the next intent of the same reply."""

    answer: str | None
    reason: Reason | None = None
    holds: str = ""
    """Why demands are paused on every loan of the borrower, until the ticket is answered or a person lifts it."""


TREATMENTS = {
    "vulnerable": Treatment("answers/crisis", Reason.VULNERABLE, "vulnerable"),
    "deceased": Treatment(NOBODY_BUT_PEOPLE, Reason.DECEASED, "deceased"),
    "opt_out": Treatment("answers/opted_out"),
    "legal": Treatment(NOBODY_BUT_PEOPLE, Reason.LEGAL, "legal"),
    "dispute": Treatment("answers/dispute_received", Reason.DISPUTE, "disputed"),
    "complaint": Treatment("answers/complaint_received", Reason.COMPLAINT, "complaint"),
    "hardship": Treatment("answers/arrangement_offer", Reason.HARDSHIP, "hardship"),
    "plan_request": Treatment("answers/arrangement_offer", Reason.PLAN_REQUEST, "plan_request"),
    "promise_to_pay": Treatment("answers/promise_noted"),
    "paid": Treatment("answers/paid_check", Reason.PAID_CLAIM),
    "callback": Treatment("answers/callback_noted", Reason.CALLBACK, "callback"),
    "help": Treatment("answers/question_received", Reason.QUESTION, "question"),
    "opt_in": Treatment("answers/opted_in"),
    "acknowledge": Treatment(None),
    "other": Treatment("answers/received", Reason.REPLY, "reply_waits"),
}
"""The strictest first. `wrong_number` is not here: whoever says it is not the borrower, so nothing that they say
besides touches the borrower's loans."""

HARD_HOLDS = frozenset(
    {
        "vulnerable",
        "deceased",
        "legal",
        "attorney",
        "bankruptcy",
        "cease_all",
        "disputed",
        "breathing_space",
        "minor",
        "third_party",
    }
)
"""Closing a ticket does not lift these: a person must say so (`release`)."""

WAITS_FOR_WORDS = frozenset({"question", "reply_waits", "callback", "complaint", "reopened"})
"""An answer in words lifts these."""

CONTACT_PERSON = Treatment("answers/received", Reason.REPLY, "reply_waits")
"""What a reply gets that nothing above takes care of."""


def treatments(labels: Iterable[str]) -> list[Treatment]:
    """The rows that a reply's intents ask for, in their order."""
    return [TREATMENTS[label] for label in labels if label in TREATMENTS]


def reason_for(found: Iterable[Treatment]) -> Reason | None:
    """One ticket a reply, for the strictest of its intents that needs a person."""
    return next((treatment.reason for treatment in found if treatment.reason), None)


def answer_for(found: Iterable[Treatment]) -> str:
    """One answer a reply, for the strictest of its intents that has one; empty where only people may answer."""
    return next((treatment.answer for treatment in found if treatment.answer is not None), NOBODY_BUT_PEOPLE)
