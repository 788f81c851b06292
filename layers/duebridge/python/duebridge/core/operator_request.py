"""What an operator may write on a ticket as `operator_request`, and how a wrong one is mended."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from .account_state import AccountState
from .errors import DueBridgeError


class Action(StrEnum):
    """What is asked for."""

    TAKE = "take"
    """`by` looks after it."""
    ANSWER = "answer"
    """A text to the borrower: `template` of operator/, with `amount` and `day` where it needs them, or `text`."""
    HOLD = "hold"
    """No demands: `hold` says why, `until` (a date) till when; without it until it is released."""
    RELEASE = "release"
    """Ends holds: `hold` names one, or `all` of this ticket's."""
    ARRANGEMENT = "arrangement"
    """`decision` agree or decline on what the borrower chose, or `option` of the menu chosen on the phone."""
    CALL = "call"
    """A call made outside counts for caps: `outcome`, and `at` if it was not just now."""
    OPT_OUT = "opt_out"
    """The borrower asked for no more texts, on the phone or in a letter."""
    CLOSE = "close"
    """`outcome`, and `root_cause` where the borrower was displeased; `release` as above."""
    REOPEN = "reopen"


class Outcome(StrEnum):
    """How a matter ended."""

    ANSWERED = "answered"
    PAYMENT_FOUND = "payment_found"
    PAYMENT_NOT_FOUND = "payment_not_found"
    DISPUTE_UPHELD = "dispute_upheld"
    DISPUTE_NOT_UPHELD = "dispute_not_upheld"
    ARRANGED = "arranged"
    NOT_ARRANGED = "not_arranged"
    CORRECTED = "corrected"
    REFERRED = "referred"
    """To debt advice, legal, the estate's contact, or another department."""
    NO_ACTION = "no_action"
    NOT_REACHED = "not_reached"


class CallOutcome(StrEnum):
    """What came of a call."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    VOICEMAIL = "voicemail"


class RequestError(DueBridgeError):
    """A request cannot be carried out; the text says what to write instead."""

    code = "operator_request"

    def __init__(self, text: str, kind: str = "") -> None:
        super().__init__(text)
        self.kind = kind
        """Which situation it is, for a reader in another language."""


ROOT_CAUSES = frozenset(
    {
        "our_error",
        "unclear_text",
        "too_many_texts",
        "wrong_data",
        "payment_delay",
        "product",
        "conduct",
        "hardship",
        "other",
    }
)
"""Why a borrower was displeased: few, so that they can be counted."""

NAMES: Mapping[Action, frozenset[str]] = {
    Action.TAKE: frozenset(),
    Action.ANSWER: frozenset({"template", "text", "amount", "day"}),
    Action.HOLD: frozenset({"hold", "until"}),
    Action.RELEASE: frozenset({"hold"}),
    Action.ARRANGEMENT: frozenset({"decision", "option"}),
    Action.CALL: frozenset({"outcome", "at"}),
    Action.OPT_OUT: frozenset(),
    Action.CLOSE: frozenset({"outcome", "root_cause", "release"}),
    Action.REOPEN: frozenset(),
}
LONGEST_TEXT = 300
LONGEST_INITIALS = 20
ALL = "all"
BY_OPERATOR = "by_operator"
HOLDS = frozenset({str(state).lower() for state in AccountState} | {BY_OPERATOR})
"""Which holds an operator may set."""


class OperatorRequest(Struct, frozen=True, kw_only=True):
    """A request that reads well; whether it fits the ticket is for the flow to say."""

    action: Action
    by: str
    """Initials as the operator wrote them: self-declared, the cloud's own trail says the rest."""
    template: str = ""
    text: str = ""
    amount: str = ""
    day: date | None = None
    hold: str = ""
    until: date | None = None
    decision: str = ""
    option: int = 0
    outcome: str = ""
    at: datetime | None = None
    root_cause: str = ""
    release: str = ""


def read_request(written: Mapping[str, object]) -> OperatorRequest:
    """From the map on a ticket. Raises RequestError for anything that it does not fully understand."""
    values = {str(name).strip(): str(value).strip() for name, value in written.items()}
    by = values.get("by", "")
    if not by or len(by) > LONGEST_INITIALS or not all(c.isalnum() or c in " .-" for c in by):
        raise RequestError("`by` is missing or odd: write your initials, letters and digits only")
    action = _one_of(values, "action", Action)
    for name in values.keys() - NAMES[Action(action)] - {"action", "by"}:
        known = ", ".join(sorted(NAMES[Action(action)])) or "nothing else"
        raise RequestError(f"`{name[:30]}` is not known for {action}: it takes {known}")
    return OperatorRequest(action=Action(action), by=by, **_details(Action(action), values))


def _details(action: Action, values: Mapping[str, str]) -> dict[str, Any]:
    match action:
        case Action.ANSWER:
            return _answer(values)
        case Action.HOLD:
            return {"hold": _word(values, "hold"), "until": _day(values, "until")}
        case Action.RELEASE:
            return {"hold": _word(values, "hold")}
        case Action.ARRANGEMENT:
            if "option" in values:
                return {"option": _number(values, "option")}
            return {"decision": _one_of(values, "decision", ("agree", "decline"))}
        case Action.CALL:
            return {"outcome": _one_of(values, "outcome", CallOutcome), "at": _instant(values, "at")}
        case Action.CLOSE:
            cause = _one_of(values, "root_cause", sorted(ROOT_CAUSES)) if "root_cause" in values else ""
            return {
                "outcome": _one_of(values, "outcome", Outcome),
                "root_cause": cause,
                "release": _word(values, "release") if "release" in values else "",
            }
        case _:
            return {}


def _answer(values: Mapping[str, str]) -> dict[str, Any]:
    if ("template" in values) == ("text" in values):
        raise RequestError("an answer takes `template` (one of operator/...) or `text`, not both")
    text = values.get("text", "")
    if "text" in values and not 0 < len(text) <= LONGEST_TEXT:
        raise RequestError(f"`text` has {len(text)} characters: write 1 to {LONGEST_TEXT}")
    return {
        "template": values.get("template", ""),
        "text": text,
        "amount": values.get("amount", ""),
        "day": _day(values, "day"),
    }


def _one_of(values: Mapping[str, str], name: str, known: Any) -> str:
    words = [str(word) for word in known]
    if values.get(name) not in words:
        raise RequestError(f"`{name}` is missing or unknown: write one of {', '.join(words)}")
    return values[name]


def _word(values: Mapping[str, str], name: str) -> str:
    word = values.get(name, "").lower()
    if not word or len(word) > LONGEST_INITIALS or not all(c.isalpha() or c == "_" for c in word):
        raise RequestError(f"`{name}` is missing or odd: write one word such as disputed, or {ALL}")
    return word


def _number(values: Mapping[str, str], name: str) -> int:
    if not values[name].isascii() or not values[name].isdigit() or int(values[name]) not in range(1, 10):
        raise RequestError(f"`{name}` is no number from 1 to 9: write the number of the menu's line")
    return int(values[name])


def _day(values: Mapping[str, str], name: str) -> date | None:
    if name not in values:
        return None
    try:
        return date.fromisoformat(values[name])
    except ValueError:
        raise RequestError(f"`{name}` is no date: write it as 2026-03-31") from None


def _instant(values: Mapping[str, str], name: str) -> datetime | None:
    if name not in values:
        return None
    try:
        at = datetime.fromisoformat(values[name])
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise RequestError(f"`{name}` is no instant: write it with its zone, as 2026-03-31T15:20+08:00")
    return at
