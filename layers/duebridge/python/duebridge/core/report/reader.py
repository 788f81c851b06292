"""Figures and codes as a reader of one language reads them."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from .. import wording
from ..desk.words import DEFAULT_LANGUAGE, MONTHS, Words
from ..money import Money, exponent
from .model import Origin
from .sparing import Share, Told

MICROS = 1_000_000
MINUS = "\u2212"
MINUTES_AN_HOUR = 60


class ReportContent(Struct, frozen=True):
    """What reports say, and how they look; compiled from templates/reports."""

    words: Mapping[str, Mapping[str, str]]
    """By language."""
    style: str

    def reader(self, locale: str, origin: Origin) -> "Reader":
        """Of this locale's language, or of English."""
        language = next((each for each in self.words if each.partition("-")[0] == locale.partition("-")[0]), "")
        language = language or DEFAULT_LANGUAGE
        return Reader(Words(language, self.words[language]), origin)


class Reader(Struct, frozen=True):
    """Somebody who reads a report."""

    words: Words
    origin: Origin

    @property
    def is_chinese(self) -> bool:
        """Dates and amounts are written differently."""
        return self.words.language.startswith("zh")

    @property
    def mark(self) -> str:
        """Stands on every plot and table of made-up borrowers."""
        return self.words("simulated") if self.origin is Origin.SIMULATED else ""

    def joined(self, sentences: Iterable[str]) -> str:
        """One after the other, as this language sets them."""
        return ("" if self.is_chinese else " ").join(sentences)

    def count(self, number: int | None) -> str:
        """With groups of three; a few are not told."""
        return self.words("few") if number is None else f"{number:,}"

    def percent(self, rate: float) -> str:
        """`41.2%`, and `0.08%` where a tenth would say too little."""
        return f"{100 * rate:.{1 if rate >= 0.01 or rate == 0 else 2}f}%"

    def share(self, share: Share) -> str:
        """As far as it may be told."""
        match share.told:
            case Told.EXACTLY:
                return self.percent(share.rate)
            case Told.ABOUT:
                return self.words("about", rate=f"{100 * share.rate:.{0 if share.rate >= 0.01 else 1}f}%")
            case Told.BELOW:
                return self.words("below", rate=self.percent(share.rate))
            case Told.ABOVE:
                return self.words("above", rate=self.percent(share.rate))
            case Told.NOT:
                return self.words("untold")
        return self.words("none_of")

    def points(self, difference: float) -> str:
        """`+3.8`, with a true minus sign."""
        return f"{100 * difference:+.1f}".replace("-", MINUS).replace("+0.0", "0.0").replace(f"{MINUS}0.0", "0.0")

    def interval(self, low: float, high: float) -> str:
        """`+1.2 to +6.4`."""
        return self.words("to", low=self.points(low), high=self.points(high))

    def day(self, value: date) -> str:
        """`11 Mar 2026`, `2026年3月11日`."""
        if self.is_chinese:
            return f"{value.year}年{value.month}月{value.day}日"
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"

    def short_day(self, value: date) -> str:
        """`11 Mar`, `3/11`."""
        return f"{value.month}/{value.day}" if self.is_chinese else f"{value.day} {MONTHS[value.month - 1]}"

    def dollars(self, micros: int) -> str:
        """Carriers are paid in US dollars; a text costs a few cents, so that small sums have three decimals."""
        amount = micros / MICROS
        digits = f"{amount:,.3f}" if amount < 1 else f"{amount:,.2f}"
        return f"{digits}美元" if self.is_chinese else f"${digits}"

    def money(self, amount: Money) -> str:
        """Whole units; a report needs no cents."""
        decimals = 10 ** exponent(amount.currency)
        whole = Money(amount.minor // decimals * decimals, amount.currency)
        return wording.rounded(whole, "zh-CN" if self.is_chinese else "en")

    def duration(self, minutes: int | None) -> str:
        """`3 h`, `40 min`."""
        if minutes is None:
            return self.words("none_of")
        if minutes < 2 * MINUTES_AN_HOUR:
            return self.words("duration.minutes", count=minutes)
        return self.words("duration.hours", count=round(minutes / MINUTES_AN_HOUR))

    def stage(self, code: str) -> str:
        """A stage of days past due."""
        return self.words.of("stage", code) if code else self.words("none_of")

    def template(self, code: str) -> str:
        """`personal/silent/days-1-3` as `Personal, silent, 1-3 days late`; what is not known stays as it is."""
        family, _, rest = code.partition("/")
        segment, _, stage = rest.rpartition("/")
        known = self.words.known("family", family), self.words.known("stage", stage)
        if None in known:
            return code
        comma = "，" if self.is_chinese else ", "
        parts = (known[0], self.words.of("segment", segment) if segment else "", known[1])
        return comma.join(part for part in parts if part)
