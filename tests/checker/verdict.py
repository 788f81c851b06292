"""One broken promise, told so that a reader can find it: what, where, and the evidence."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tests.checker.evidence import Text

# Texts that ask for money: the ones that hours, caps and payments bind.
ASKING_KINDS = frozenset({"pre_due", "demand"})


class Promise(StrEnum):
    """What a run must keep."""

    ONE_TEXT_PER_CONTACT = "no contact is texted twice"
    CONTACT_HOURS = "no demand outside contact hours"
    CAPS = "no more demands than the caps allow"
    OPT_OUT = "no text after an opt-out but one confirmation"
    PAID = "no demand after the arrears were paid"
    AMOUNT = "a demand names the amount still owed"
    ANSWERS = "one answer per reply, few per day"
    ACCOUNTED = "every loan is texted, or held with a reason"
    KNOWN_NUMBER = "texts go only to numbers of the loan file"
    BODY = "a text is whole, clean and short"
    FUNNEL = "the funnel adds up"
    RECORDS = "the records of the run agree with its files"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken promise; `number` is masked, and no text of a message is ever quoted."""

    promise: Promise
    what: str
    contact_id: str = ""
    number: str = ""
    at: datetime | None = None

    def line(self) -> str:
        """The violation on one line, for a terminal."""
        where = [
            self.at.isoformat() if self.at else "",
            f"contact {self.contact_id}" if self.contact_id else "",
            f"number {self.number}" if self.number else "",
        ]
        place = ", ".join(part for part in where if part)
        return f"{self.promise}: {self.what}" + (f" ({place})" if place else "")


def against(promise: Promise, text: Text, what: str) -> Violation:
    """A violation by one text."""
    return Violation(promise, what, text.contact_id, mask(text.to), text.at)


def mask(number: str) -> str:
    """Enough of a number to find it in the files by its country and end, too little to call it."""
    return f"{number[:3]}***{number[-2:]}"
