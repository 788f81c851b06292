"""What a borrower has undertaken: a promised payment, a choice that we offered, an arrangement and its parts."""

from collections.abc import Mapping
from copy import replace
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class Promised(Struct, frozen=True, kw_only=True):
    """A payment that a borrower said would come, or the coming part of an arrangement. No demand before it is due."""

    pay_on: date
    """By the borrower's calendar."""
    amount_minor: int
    """In the loan's currency; 0 when the borrower named no amount, so that any payment keeps the word."""
    noted_at: datetime
    by: str
    """The reply or ticket that it came from."""
    paid_minor: int = 0
    """Payments since then, less reversals."""
    reminded: bool = False
    kept: bool = False
    """The money came; the thanks are still to be said."""

    def with_payment(self, minor: int) -> "Promised":
        """After a payment, or after a reversal with a negative sum."""
        paid = self.paid_minor + minor
        return replace(self, paid_minor=paid, kept=paid > 0 and paid >= self.amount_minor)


class Part(Struct, frozen=True):
    """One payment of an arrangement."""

    pay_on: date
    amount_minor: int


class ArrangementKind(StrEnum):
    """What a borrower can be offered."""

    EXTENSION = "extension"
    """Everything, on a later day."""
    INSTALMENTS = "instalments"
    """In equal parts, a month apart."""


class Option(Struct, frozen=True):
    """One line of the menu. Its parts add up to the arrears to the cent."""

    kind: ArrangementKind
    parts: tuple[Part, ...]


class Offer(Struct, frozen=True):
    """The menu as it was sent: a digit means what the borrower read, whatever is owed by then."""

    offered_at: datetime
    by: str
    """The reply that asked for it."""
    ticket_id: str
    options: tuple[Option, ...]


class ArrangementStatus(StrEnum):
    """Where an arrangement stands."""

    PROPOSED = "proposed"
    """Chosen by the borrower; a person decides."""
    AGREED = "agreed"


class Arrangement(Struct, frozen=True, kw_only=True):
    """What the borrower chose; once agreed its parts become promises, one after the other."""

    status: ArrangementStatus
    kind: ArrangementKind
    parts: tuple[Part, ...]
    """Those still to come, the next one first."""
    chosen_at: datetime
    by: str


class ArrangementLimits(Struct, frozen=True):
    """How far a lender goes without asking anybody. Zero offers nothing of that kind."""

    instalments_at_most: int = 0
    extension_days_at_most: int = 0
    agreed_at_once_below: Mapping[str, int] | None = None
    """Minor units by currency: a choice of less is agreed at once, any other is a proposal for a person."""

    def narrowed(self, other: "ArrangementLimits | None") -> "ArrangementLimits":
        """The stricter of two in every respect."""
        if other is None:
            return self
        mine, theirs = self.agreed_at_once_below or {}, other.agreed_at_once_below
        return ArrangementLimits(
            min(self.instalments_at_most, other.instalments_at_most),
            min(self.extension_days_at_most, other.extension_days_at_most),
            mine if theirs is None else {c: min(mine.get(c, 0), theirs.get(c, 0)) for c in mine},
        )

    def agrees_at_once(self, amount_minor: int, currency: str) -> bool:
        """Whether no person need look at a choice of this size."""
        return amount_minor < (self.agreed_at_once_below or {}).get(currency, 0)
