"""What can be wrong with an outgoing text: stable codes, which other programs rely on."""

from enum import StrEnum

from msgspec import Struct


class Purpose(StrEnum):
    """What a text is for; a demand has the most to say and the least freedom."""

    PRE_DUE = "pre_due"
    DEMAND = "demand"
    ANSWER = "answer"


class Code(StrEnum):
    """One kind of fault. A name never changes its meaning; new faults get new names."""

    UNKNOWN_COUNTRY = "unknown_country"
    EMPTY_TEXT = "empty_text"

    NO_LENDER = "no_lender"
    NO_SIGNATURE = "no_signature"
    NO_CONTACT = "no_contact"
    NO_STOP_LINE = "no_stop_line"
    NO_AMOUNT = "no_amount"
    NO_DATE = "no_date"
    NO_BASIS = "no_basis"
    UNREACHABLE_REPLY = "unreachable_reply"

    LEGAL_THREAT = "legal_threat"
    VAGUE_THREAT = "vague_threat"
    CREDIT_THREAT = "credit_threat"
    UNDATED_CONSEQUENCE = "undated_consequence"
    VISIT = "visit"
    THIRD_PARTY = "third_party"
    SHAME = "shame"
    FALSE_URGENCY = "false_urgency"
    SHORT_DEADLINE = "short_deadline"
    FAKE_AUTHORITY = "fake_authority"
    INVENTED_PROMISE = "invented_promise"
    PRESSURE_TO_BORROW = "pressure_to_borrow"
    SECRET_REQUEST = "secret_request"  # noqa: S105 (a code, no secret)
    UNOFFICIAL_CHANNEL = "unofficial_channel"

    SHORT_LINK = "short_link"
    FOREIGN_DOMAIN = "foreign_domain"
    FOREIGN_EMAIL = "foreign_email"
    FOREIGN_PHONE = "foreign_phone"
    FULL_NUMBER = "full_number"
    LOOK_ALIKE = "look_alike"

    BRACKETS = "brackets"
    CAPITALS = "capitals"
    EXCLAMATION = "exclamation"
    EMOJI = "emoji"
    UNKNOWN_VARIABLE = "unknown_variable"
    CONTROL_CHARACTER = "control_character"
    DOUBLE_SPACE = "double_space"
    NOT_GSM7 = "not_gsm7"
    TOO_MANY_SEGMENTS = "too_many_segments"


class Fault(Struct, frozen=True):
    """Something in a text that keeps it from going out, and how to mend it."""

    code: Code
    message: str
