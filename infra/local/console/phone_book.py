"""The borrowers whose phones can be picked: found by name, number or loan, those who spoke last first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from duebridge.core import wording
from duebridge.core.loan import Loan

PAGE_LENGTH = 60
LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Said:
    """The last text on a phone, either way."""

    at: datetime
    body: str
    is_theirs: bool


@dataclass(frozen=True, slots=True)
class Borrower:
    """One phone and the loans that are texted about on it."""

    phone: str
    loans: tuple[Loan, ...]

    @property
    def name(self) -> str:
        """As the loan file has it; several where a number is shared."""
        return ", ".join(dict.fromkeys(loan.terms.full_name for loan in self.loans))

    @property
    def searched(self) -> str:
        """What a search looks into."""
        return f"{self.name} {self.phone} {' '.join(loan.loan_id for loan in self.loans)}".casefold()

    def as_json(self, now: datetime) -> dict[str, Any]:
        """For the page."""
        terms = self.loans[0].terms
        return {
            "phone": self.phone,
            "name": self.name,
            "country": terms.country,
            "locale": terms.locale,
            "zone": terms.time_zone,
            "loans": [
                {
                    "loan_id": loan.loan_id,
                    "product": loan.terms.product,
                    "arrears": wording.amount(loan.arrears, loan.terms.locale),
                    "arrears_decimal": loan.arrears.decimal_text,
                    "currency": loan.arrears.currency,
                    "days_late": loan.days_past_due(now),
                    "is_owed": loan.is_owed(),
                }
                for loan in self.loans
            ],
        }


@dataclass(frozen=True, slots=True)
class PhoneBook:
    """All borrowers of the book, as it was read."""

    borrowers: Mapping[str, Borrower] = field(default_factory=dict)
    """By number."""

    @classmethod
    def of(cls, loans: Iterable[Loan]) -> "PhoneBook":
        """Loans on one number share a phone."""
        by_phone: dict[str, list[Loan]] = {}
        for loan in sorted(loans, key=lambda loan: loan.loan_id):
            by_phone.setdefault(loan.terms.phone, []).append(loan)
        return cls({phone: Borrower(phone, tuple(found)) for phone, found in by_phone.items()})

    def find(self, words: str, said: Mapping[str, Said], *, only_talking: bool = False) -> list[Borrower]:
        """Whoever has all of the words, the latest talk first, then in the order of the book."""
        wanted = words.casefold().split()
        found = [
            borrower
            for phone, borrower in self.borrowers.items()
            if (phone in said or not only_talking) and all(word in borrower.searched for word in wanted)
        ]
        return sorted(found, key=lambda borrower: _last(borrower, said), reverse=True)


def _last(borrower: Borrower, said: Mapping[str, Said]) -> datetime:
    last = said.get(borrower.phone)
    return last.at if last else LONG_AGO
