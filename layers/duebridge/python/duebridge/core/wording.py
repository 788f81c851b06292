"""Names, amounts and dates as a reader of each language writes them."""

import unicodedata
from datetime import date

from .loan_row import LoanRow
from .money import Money, exponent

SYMBOLS = {"CNY": "¥", "USD": "$", "GBP": "£", "INR": "Rs ", "EUR": "EUR "}
"""The euro and rupee signs would cost slots or turn an English text into UCS-2."""

LONGEST_CHINESE, LONGEST_LATIN = 6, 24
"""Of a name or product, in characters: so that no book can make a text cost more parts than it was made for."""

INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of characters that a reader does not see."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def amount(money: Money, locale: str) -> str:
    """`$1,234.50`, `Rs 1,23,456.00` in India, `1,234.50元` in Chinese."""
    return _written(money, locale, shows_cents=True)


def rounded(money: Money, locale: str) -> str:
    """Without the cents where there are none: `$1,250`."""
    return _written(money, locale, shows_cents=money.minor % 10 ** exponent(money.currency) != 0)


def day(value: date, locale: str) -> str:
    """`3月20日`, or `Fri 20 Mar`, in the United States `Fri Mar 20`."""
    if locale.startswith("zh"):
        return f"{value.month}月{value.day}日"
    weekday, month = WEEKDAYS[value.weekday()], MONTHS[value.month - 1]
    return f"{weekday} {month} {value.day}" if locale == "en-US" else f"{weekday} {value.day} {month}"


def addressed(row: LoanRow) -> str:
    """How the borrower is spoken to: `王芳女士`, `Ana`."""
    if row.locale.startswith("zh"):
        name = inline(row.full_name)
        return f"{name}{inline(row.salutation)}" if 0 < len(name) <= LONGEST_CHINESE else "客户"
    first = inline(row.full_name).split(" ")[0]
    return first if 0 < len(first) <= LONGEST_LATIN // 2 else "customer"


def product(row: LoanRow) -> str:
    """What the loan is called; one that is long, or foreign to the reader, is simply a loan."""
    called = inline(row.product)
    if row.locale.startswith("zh"):
        is_readable = len(called) <= LONGEST_CHINESE and any("\u4e00" <= character <= "\u9fff" for character in called)
        return called if is_readable else "贷款"
    return called if 0 < len(called) <= LONGEST_LATIN else "loan"


def inline(text: str) -> str:
    """A borrower's or product's name as it may stand in a sentence: it can neither sign a text nor break a line."""
    # Printable, as nearly every name is, means that all of it can be seen.
    visible = text if text.isprintable() else _without_invisible(text)
    return " ".join(visible.replace("【", "(").replace("】", ")").split())


def _without_invisible(text: str) -> str:
    return "".join(c if unicodedata.category(c) not in INVISIBLE else " " for c in text)


def masked(phone: str) -> str:
    """A number for operators' eyes: enough to recognise, not enough to call."""
    return f"{phone[:3]}***{phone[-2:]}"


def _written(money: Money, locale: str, *, shows_cents: bool) -> str:
    decimals = exponent(money.currency)
    whole, cents = divmod(money.minor, 10**decimals)
    grouped = _indian(str(whole)) if locale == "en-IN" else f"{whole:,}"
    digits = f"{grouped}.{cents:0{decimals}d}" if decimals and shows_cents else grouped
    if locale.startswith("zh"):
        return f"{digits}元" if money.currency == "CNY" else f"{digits}{money.currency}"
    return f"{SYMBOLS.get(money.currency, money.currency + ' ')}{digits}"


def _indian(whole: str) -> str:
    """Groups of two above the thousand: 12,34,567."""
    head, tail = whole[:-3], whole[-3:]
    groups = [tail]
    while head:
        head, group = head[:-2], head[-2:]
        groups.insert(0, group)
    return ",".join(groups)
