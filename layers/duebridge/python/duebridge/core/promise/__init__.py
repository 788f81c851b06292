"""What a borrower promises to pay, and when: the day and the sum, read from their own words in Chinese or English.

A reply names many days (when it was due, when wages come, when to call). Each mention of time is found by tables of
phrases, then judged by the words around it: paying speaks for it; past, refusal, due dates and calls speak against it.

Choices where words alone do not decide:
- A day is never before `today`: a month and day that passed less than half a year ago was meant as past.
- The 31st in a shorter month is its last day.
- A range or an alternative ("15th to 20th", "Friday or Monday") is kept by its last day: only then is it broken.
- Of several promised payments the first named counts; "the rest" waits for its turn. "I mean", 不对 let the later win.
- Ambiguous numbers (4/5) are the nearer day; beside Chinese words the month stands first if that is within 100 days.
- Of a text longer than 480 characters the beginning and the end are read: the story stands between them.
- The first 8 mentions of time and the first 8 sums are weighed; no borrower promises more in one reply.
"""

from datetime import date
from decimal import Decimal

from msgspec import Struct

from .judging import likeliest, promised_among
from .letters import folded
from .mentions import mentions_in
from .spelling import spelt
from .sums import promised_sum

__all__ = ["Promise", "promise_in"]


class Promise(Struct, frozen=True):
    """One promised payment: the words that name its time ("" if none), its day (None if vague), its sum (if any)."""

    date_words: str
    pay_on: date | None
    amount: Decimal | None


def promise_in(text: str, today: date) -> Promise:
    """The first promised payment in a reply that promises one. Never raises; never a day before `today`."""
    said, places = spelt(*folded(text))
    mentions = mentions_in(said, today)
    promised = promised_among(mentions, said)
    chosen = likeliest(promised)
    amount = promised_sum(said, mentions, promised, chosen)
    if chosen is None:
        return Promise("", None, amount)
    return Promise(text[places[chosen.start] : places[chosen.end - 1] + 1], chosen.pay_on, amount)
