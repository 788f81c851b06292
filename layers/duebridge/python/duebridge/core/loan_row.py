"""A loan as the lender's file states it. Apart from what reads files, which only the import station loads."""

from datetime import date, datetime

from msgspec import Struct

from .account_state import AccountState
from .money import Money


class LoanRow(Struct, frozen=True, kw_only=True):
    """One loan as the lender's file states it, fully checked."""

    loan_id: str
    agreement_number: str
    borrower_id: str
    full_name: str
    salutation: str
    """May be empty: an unknown salutation is no reason to lose a loan."""
    phone: str
    """E.164."""
    number_zones: tuple[str, ...]
    """Time zones that the number may be in; empty when the number does not tell."""
    country: str
    locale: str
    time_zone: str
    product: str
    principal: Money
    outstanding_balance: Money
    amount_due: Money
    due_date: date
    instalment_amount: Money
    instalments_total: int
    instalments_paid: int
    opened_on: date
    maturity_date: date
    prior_delinquencies: int
    sub: str | None = None
    """State or city whose own rules hold, such as US-MA or US-NY-NYC."""
    consent_source: str | None = None
    consent_at: datetime | None = None
    state: AccountState | None = None

    @property
    def currency(self) -> str:
        """The one currency of all the loan's amounts."""
        return self.amount_due.currency
