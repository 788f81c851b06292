"""When and how often a borrower may be asked for money: contact hours, and caps per person over all loans."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.checker.evidence import Loan, Run, Text, read_rows
from tests.checker.verdict import ASKING_KINDS, Promise, Violation, against

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

# The zones of the sample book's numbers, by prefix. China, Britain, India and Germany keep one time.
_NUMBER_ZONES = {
    "+86": ("Asia/Shanghai",),
    "+44": ("Europe/London",),
    "+91": ("Asia/Kolkata",),
    "+49": ("Europe/Berlin",),
    "+1212": ("America/New_York",),
    "+1312": ("America/Chicago",),
    "+1303": ("America/Denver",),
    "+1602": ("America/Phoenix",),
    "+1213": ("America/Los_Angeles",),
    "+1808": ("Pacific/Honolulu",),
}


@dataclass(frozen=True, slots=True)
class CountryRule:
    """The contact hours and caps of one country; the closing instant itself is already outside."""

    country: str
    opens: time
    closes: time
    days: frozenset[str]
    texts_per_7_days: int
    texts_per_30_days: int

    def allows(self, local: datetime) -> bool:
        """Whether a borrower may be asked for money at this local time."""
        return _DAYS[local.weekday()] in self.days and self.opens <= local.time() < self.closes


def read_country_rules() -> dict[str, CountryRule]:
    """The hand-written table beside this module, by country."""
    table = Path(__file__).with_name("contact_hours.csv")
    return {rule.country: rule for rule in read_rows(table, _country_rule)}


def _country_rule(row: dict[str, str]) -> CountryRule:
    return CountryRule(
        country=row["country"],
        opens=time.fromisoformat(row["opens"]),
        closes=time.fromisoformat(row["closes"]),
        days=frozenset(row["days"].split()),
        texts_per_7_days=int(row["texts_per_7_days"]),
        texts_per_30_days=int(row["texts_per_30_days"]),
    )


def check_contact_hours(run: Run, rules: dict[str, CountryRule]) -> Iterator[Violation]:
    """Each demand must be inside hours by the clock of every address and of every zone of the number."""
    for text in run.texts:
        if text.kind not in ASKING_KINDS:
            continue
        loans = [loan for loan in run.loan_file.loans if loan.phone == text.to]
        number_zones = _zones_of(text.to)
        if not number_zones:
            yield against(Promise.CONTACT_HOURS, text, "no zone is known for this prefix; add it to timing.py")
        zones = {str(loan.time_zone) for loan in loans}.union(number_zones)
        for country in sorted({loan.country for loan in loans}):
            yield from _outside_hours(text, country, sorted(zones), rules)


def _outside_hours(text: Text, country: str, zones: list[str], rules: dict[str, CountryRule]) -> Iterator[Violation]:
    rule = rules.get(country)
    if rule is None:
        yield against(Promise.CONTACT_HOURS, text, f"no contact hours are known for {country}")
        return
    for zone in zones:
        local = text.at.astimezone(ZoneInfo(zone))
        if not rule.allows(local):
            yield against(Promise.CONTACT_HOURS, text, f"{local:%a %H:%M:%S} in {zone}, by the hours of {country}")


def _zones_of(number: str) -> tuple[str, ...]:
    known = [zones for prefix, zones in _NUMBER_ZONES.items() if number.startswith(prefix)]
    return known[0] if known else ()


def check_caps(run: Run, rules: dict[str, CountryRule]) -> Iterator[Violation]:
    """Each person's demands, over all loans and numbers: one a local day, few in any 7 and 30 days."""
    loans_by_person: dict[str, list[Loan]] = {}
    for loan in run.loan_file.loans:
        loans_by_person.setdefault(loan.borrower_id, []).append(loan)
    asking = [text for text in run.texts if text.kind in ASKING_KINDS]
    for loans in loans_by_person.values():
        numbers = {loan.phone for loan in loans}
        texts = [text for text in asking if text.to in numbers]
        yield from _above_one_a_day(texts, {loan.time_zone for loan in loans})
        known = [rules[loan.country] for loan in loans if loan.country in rules]
        if known:
            yield from _above_cap(texts, 7, min(rule.texts_per_7_days for rule in known))
            yield from _above_cap(texts, 30, min(rule.texts_per_30_days for rule in known))


def _above_one_a_day(texts: list[Text], zones: set[ZoneInfo]) -> Iterator[Violation]:
    for zone in zones:
        texts_of_day: Counter[str] = Counter()
        for text in texts:
            day = text.at.astimezone(zone).date().isoformat()
            texts_of_day[day] += 1
            if texts_of_day[day] > 1:
                yield against(Promise.CAPS, text, f"demand {texts_of_day[day]} to one person on {day} in {zone}")


def _above_cap(texts: list[Text], days: int, cap: int) -> Iterator[Violation]:
    for last in texts:
        since = last.at - timedelta(days=days)
        number = sum(since < text.at <= last.at for text in texts)
        if number > cap:
            yield against(Promise.CAPS, last, f"{number} demands to one person in {days} days, the cap is {cap}")
