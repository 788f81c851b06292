"""Names, amounts and dates as a reader of each language writes them."""

from datetime import date

from .loan_file import LoanRow
from .money import Money

SYMBOLS = {"CNY": "¥", "USD": "$", "GBP": "£", "INR": "Rs ", "EUR": "EUR "}
"""The euro and rupee signs would cost slots or turn an English text into UCS-2."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def amount(money: Money, locale: str) -> str:
    """`$1,234.50`, `Rs 1,23,456.00` in India, `1,234.50元` in Chinese."""
    whole, _, decimals = money.decimal_text.partition(".")
    grouped = _indian(whole) if locale == "en-IN" else f"{int(whole):,}"
    digits = f"{grouped}.{decimals}" if decimals else grouped
    if locale.startswith("zh"):
        return f"{digits}元" if money.currency == "CNY" else f"{digits}{money.currency}"
    return f"{SYMBOLS.get(money.currency, money.currency + ' ')}{digits}"


def rounded(money: Money, locale: str) -> str:
    """Without the cents where there are none: `$1,250`."""
    return amount(money, locale).replace(".00", "")


def day(value: date, locale: str) -> str:
    """`3月20日`, or `Fri 20 Mar`, in the United States `Fri Mar 20`."""
    if locale.startswith("zh"):
        return f"{value.month}月{value.day}日"
    weekday, month = WEEKDAYS[value.weekday()], MONTHS[value.month - 1]
    return f"{weekday} {month} {value.day}" if locale == "en-US" else f"{weekday} {value.day} {month}"


def addressed(row: LoanRow) -> str:
    """How the borrower is spoken to: `王芳女士`, `Ana`."""
    if row.locale.startswith("zh"):
        return f"{row.full_name}{row.salutation}"
    return row.full_name.split()[0]


def masked(phone: str) -> str:
    """A number for operators' eyes: enough to recognise, not enough to call."""
    return f"{phone[:3]}***{phone[-2:]}"


def _indian(whole: str) -> str:
    """Groups of two above the thousand: 12,34,567."""
    head, tail = whole[:-3], whole[-3:]
    groups = [tail]
    while head:
        head, group = head[:-2], head[-2:]
        groups.insert(0, group)
    return ",".join(groups)
