"""Why a borrower is texted or not: each rule's answer, short enough to keep with every text, and in words again."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

OWED, LAW, CONSENT = "is anything owed", "is the law of this place known", "is there consent to be texted"
FILE, HELD, NUMBER = "is the loan in the newest full file", "is the loan held", "may this number be texted"
STEP, WORDING, HOURS = "which step is due", "may this wording be sent", "hours and caps"
THINK_TIME, PAUSE = "has the person had time to think", "is sending paused"
HOLD_OUT, ARM = "is the loan held out by an experiment", "is its arm of an experiment stopped"

SENTENCES = {
    "owed": (OWED, "yes"),
    "not_owed": (OWED, "no"),
    "text": ("the text", "still the right step and amount"),
    "late": ("the text's window", "its window has passed"),
    "other_step": ("the text's step", "another step is due now"),
    "other_sum": ("the text's amount", "another amount is owed now"),
    "filed": (FILE, "yes"),
    "not_filed": (FILE, "no: last seen as of {}"),
    "unpaused": (PAUSE, "no"),
    "paused": (PAUSE, "yes: {}"),
    "arm_goes_on": (ARM, "no"),
    "arm_stopped": (ARM, "yes: {}"),
    "other_arm": ("the text's arm of an experiment", "the loan is in another one"),
    "not_held_out": (HOLD_OUT, "no"),
    "held_out": (HOLD_OUT, "yes: {}"),
    "law_sends": (HOLD_OUT, "yes, but the law requires this text"),
    "law": (LAW, "{}"),
    "no_law": (LAW, "no policy in templates/policies covers it"),
    "consent": (CONSENT, "{}"),
    "declared": (CONSENT, "the lender's declared default"),
    "consent_free": (CONSENT, "not required here"),
    "no_consent": (CONSENT, "none on the row, and the lender declares no default"),
    "free": (HELD, "no"),
    "held": (HELD, "{}"),
    "number": (NUMBER, "yes"),
    "no_number": (NUMBER, "no: {}"),
    "step": (STEP, "{}"),
    "early": (STEP, "{} days past due"),
    "finished": (STEP, "{} days past due: the ladder is finished"),
    "done": (STEP, "{} was already planned"),
    "worded": (WORDING, "yes"),
    "refused": (WORDING, "no: a carrier refused {}"),
    "thought": (THINK_TIME, "yes"),
    "thinks": (THINK_TIME, "not before {}"),
    "open": (HOURS, "open until {}"),
    "shut": (HOURS, "{}"),
    "closing": (HOURS, "the window is about to close"),
    "never_open": (HOURS, "no opening in sight"),
}
"""Each answer's rule and words, by its code. Codes stand in rows for years: none is ever given another meaning."""


class Hold(Struct, frozen=True):
    """Do not text now. `until` None means that only an event or a person ends it."""

    reason: str
    until: datetime | None


class Answer(Struct, frozen=True):
    """One rule's answer."""

    code: str
    figure: str | datetime = ""
    """What varies in its words."""
    source: str = ""
    hold: Hold | None = None

    @property
    def rule(self) -> str:
        """The question."""
        return SENTENCES[self.code][0]

    @property
    def says(self) -> str:
        """The answer to it, for a reader."""
        figure = self.figure if isinstance(self.figure, str) else f"{self.figure:%Y-%m-%d %H:%M} UTC"
        return SENTENCES[self.code][1].format(figure)

    @property
    def note(self) -> str:
        """The answer as it is kept."""
        if isinstance(self.figure, datetime):
            return f"{self.code}={self.figure:%Y-%m-%dT%H:%MZ}"
        return f"{self.code}={self.figure}" if self.figure else self.code


def notes(answers: Iterable[Answer]) -> tuple[str, ...]:
    """Answers as they are kept with a contact or a decision."""
    return tuple(answer.note for answer in answers)


def in_full(note: str) -> str:
    """A kept answer for a reader. One of an unknown code comes as it is: a newer release may have written it."""
    code, _, figure = note.partition("=")
    if code not in SENTENCES:
        return note
    rule, words = SENTENCES[code]
    return f"{rule}: {words.format(readable(figure))}"


def readable(figure: str) -> str:
    """What varies in a kept answer, for a reader: an instant as `Answer.says` writes it, all else as it is."""
    try:
        return f"{datetime.strptime(figure, '%Y-%m-%dT%H:%M%z'):%Y-%m-%d %H:%M} UTC"
    except ValueError:
        return figure
