"""What a delivery event means. AWS End User Messaging SMS user guide, "Event types for SMS"."""

from datetime import datetime

from msgspec import Struct

from .contact import State
from .standing import Suppression


class Receipt(Struct, frozen=True, kw_only=True):
    """One delivery event. Events come late, twice and in any order."""

    event_type: str
    is_final: bool
    contact_id: str
    message_id: str
    phone: str
    at: datetime
    segments: int
    price_micros: int
    """Micro-dollars, carrier fee included."""


class Meaning(Struct, frozen=True):
    """The contact's new state, and what follows for the number and the loan."""

    state: State | None
    """None: nothing is written."""
    suppresses: Suppression | None = None
    try_again: bool = False
    """The text provably did not arrive, and one more try is worth it."""
    stops_template: bool = False
    """The carrier dislikes the wording: people must look."""
    reviews_set_up: bool = False
    """Our own protect configuration kept it from going: people must look."""


NOTHING = Meaning(None)

MEANINGS = {
    "TEXT_DELIVERED": Meaning(State.DELIVERED),
    "TEXT_CARRIER_UNREACHABLE": Meaning(State.UNDELIVERED, try_again=True),
    "TEXT_UNREACHABLE": Meaning(State.UNDELIVERED, try_again=True),
    "TEXT_TTL_EXPIRED": Meaning(State.UNDELIVERED, try_again=True),
    "TEXT_UNKNOWN": NOTHING,
    "TEXT_INVALID": Meaning(State.UNDELIVERED, suppresses=Suppression.INVALID_NUMBER),
    "TEXT_INVALID_MESSAGE": Meaning(State.UNDELIVERED, stops_template=True),
    "TEXT_BLOCKED": Meaning(State.UNDELIVERED, suppresses=Suppression.BLOCKED),
    "TEXT_CARRIER_BLOCKED": Meaning(State.UNDELIVERED, stops_template=True),
    "TEXT_SPAM": Meaning(State.UNDELIVERED, stops_template=True),
    "TEXT_PROTECT_BLOCKED": Meaning(State.UNDELIVERED, reviews_set_up=True),
}


def meaning(receipt: Receipt) -> Meaning:
    """A final SUCCESSFUL counts as delivered; what is not final is not written; an unknown type changes nothing."""
    if not receipt.is_final:
        return NOTHING
    if receipt.event_type == "TEXT_SUCCESSFUL":
        return Meaning(State.DELIVERED)
    return MEANINGS.get(receipt.event_type, NOTHING)
