"""What a borrower of the simulated world texts back. Assumed shares: nobody publishes them by intent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from duebridge.core.promise import Promise
from duebridge.core.understanding import Understood

DELIVERED = 0.97
REPLIES = {
    "promise_to_pay": 0.035,
    "paid": 0.02,
    "help": 0.02,
    "acknowledge": 0.02,
    "hardship": 0.015,
    "callback": 0.008,
    "opt_out": 0.008,
    "dispute": 0.006,
    "other": 0.01,
    "complaint": 0.004,
    "wrong_number": 0.004,
}
"""Of delivered demands and reminders, by intent; about 15 in 100 get a reply, as in the demo."""
PROMISED_WITHIN_DAYS = 10
MINDED = ("complaint", "opt_out", "wrong_number")
"""What a guard rail watches."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How an arm's texts change what borrowers do; nothing, for the lender's own."""

    effect: float = 0.0
    """Added to the share of texted borrowers who have paid everything within the window."""
    times: Mapping[str, float] | None = None
    """How many times as often an intent is texted back."""

    def reply(self, random: Random) -> str:
        """The intent; empty for most texts, which get no answer."""
        drawn = random.random()
        for intent, share in REPLIES.items():
            drawn -= share * (self.times or {}).get(intent, 1.0)
            if drawn < 0:
                return intent
        return ""


def understood(intent: str, today: date, pays_on: date | None, random: Random) -> Understood:
    """A reply that was understood rightly: reading words is measured elsewhere (docs/understanding.md).

    Who is going to pay names that day; the word of all others will be broken.
    """
    promise = None
    if intent == "promise_to_pay":
        someday = today + timedelta(days=random.randint(1, PROMISED_WITHIN_DAYS))
        promise = Promise("", pays_on or someday, None)
    return Understood(
        labels=(intent,),
        is_dissatisfied=intent == "complaint",
        promise=promise,
        states=frozenset(),
        confidence=1.0,
        evidence=(),
    )
