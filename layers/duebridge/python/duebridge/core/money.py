"""Amounts of money: whole minor units of one currency, so that no cent is ever lost to rounding."""

import re
from typing import Self

from msgspec import Struct

from .errors import DueBridgeError

_TWO_DECIMALS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW
CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF
IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK
MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP
SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG
YER ZAR ZMW ZWG
"""
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"

EXPONENTS = {
    code: exponent
    for exponent, codes in (
        (0, _NO_DECIMALS),
        (2, _TWO_DECIMALS),
        (3, _THREE_DECIMALS),
        (4, _FOUR_DECIMALS),
    )
    for code in codes.split()
}
"""The active ISO 4217 codes that money is owed in, with their decimals (metals, units of account and tests
are left out). Source: List One of
https://www.six-group.com/en/products-services/financial-information/data-standards.html, as of 2026-01-01."""

_WHOLE_DIGITS_LIMIT = 15


class UnknownCurrencyError(DueBridgeError):
    """The code is no active ISO 4217 currency. The text does not repeat it: it came from a file."""

    code = "unknown_currency"


class MixedCurrenciesError(DueBridgeError):
    """Two amounts of different currencies were added or compared: no exchange rate is ours to choose."""

    code = "mixed_currencies"


class WrongAmountError(DueBridgeError):
    """A text is no amount of its currency. The text says what class of value it is, and how to mend it."""

    code = "wrong_amount"


def exponent(currency: str) -> int:
    """How many decimals a currency has. Raises UnknownCurrencyError."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise UnknownCurrencyError("not an active ISO 4217 currency code; write one such as USD") from None


class Money(Struct, frozen=True):
    """An amount in minor units (cents, fen; whole yen), ordered only within its currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in EXPONENTS:
            exponent(self.currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Reads "1234.50" exactly. Raises WrongAmountError for anything that is not plain digits with at
        most the currency's decimals, because guessing at "1,234" would ask a borrower for the wrong sum."""
        whole, point, fraction = text.partition(".")
        is_plain = text.isascii() and whole.isdigit() and (fraction.isdigit() or not point)
        if not is_plain or len(whole) > _WHOLE_DIGITS_LIMIT:
            raise WrongAmountError(_why_not_plain(text))
        decimals = exponent(currency)
        if len(fraction) > decimals:
            raise WrongAmountError(f"{len(fraction)} decimals, but {currency} has {decimals}; drop the rest")
        return cls(int(whole + fraction.ljust(decimals, "0")), currency)

    @property
    def decimal_text(self) -> str:
        """The amount as files and events write it: "1234.50", "1234" in a currency without decimals."""
        decimals = exponent(self.currency)
        if not decimals:
            return str(self.minor)
        sign = "-" if self.minor < 0 else ""
        digits = str(abs(self.minor)).rjust(decimals + 1, "0")
        return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._minor_of(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._minor_of(other)

    def _minor_of(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise MixedCurrenciesError(f"{self.currency} and {other.currency} cannot be added or compared")
        return other.minor


def _why_not_plain(text: str) -> str:
    """The class of a text that is no amount, never the text itself."""
    example = "write digits with a decimal point, such as 1234.50"
    if re.fullmatch(r"-[0-9.,]+", text):
        return "a negative amount; write zero or more"
    if re.fullmatch(r"\+[0-9.,]+", text):
        return f"an amount with a plus sign; {example}"
    if re.fullmatch(r"[0-9]+,[0-9]{1,2}", text):
        return f"an amount with a decimal comma; {example}"
    if re.fullmatch(r"[0-9]{1,3}([,.' ][0-9]{2,3})+([.,][0-9]*)?", text):
        return f"an amount with thousands separators; {example}"
    if re.fullmatch(r"[+-]?[0-9.]+[eE][+-]?[0-9]+", text):
        return f"a number in exponent notation; {example}"
    if re.fullmatch(r"[0-9]{16,}(\.[0-9]*)?", text):
        return f"more than {_WHOLE_DIGITS_LIMIT} digits before the decimal point; is it an amount?"
    return f"not a number; {example}"
