"""What is known about a borrower or number that limits or ends our texts to them."""

from enum import StrEnum


class AccountState(StrEnum):
    """A state that a reply, an operator or the loan file gives to an account."""

    OPTED_OUT_SMS = "OPTED_OUT_SMS"
    CEASE_ALL = "CEASE_ALL"
    DISPUTED = "DISPUTED"
    WRONG_NUMBER = "WRONG_NUMBER"
    ATTORNEY = "ATTORNEY"
    BANKRUPTCY = "BANKRUPTCY"
    DECEASED = "DECEASED"
    BREATHING_SPACE = "BREATHING_SPACE"
    VULNERABLE = "VULNERABLE"
    HARDSHIP = "HARDSHIP"
    PROMISE = "PROMISE"
    PAID_CLAIM = "PAID_CLAIM"
    MINOR = "MINOR"
    THIRD_PARTY = "THIRD_PARTY"
