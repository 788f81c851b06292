"""What the simulated world counts: the same facts, under the same names, as the stations note them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain

from duebridge.core.experiment import Experiment
from duebridge.core.loan import Loan
from duebridge.core.outcome import (
    ASSIGNED,
    CURE_DAYS,
    MINDED,
    About,
    Cell,
    CohortNote,
    DayCounts,
    Group,
    GroupCounts,
    Noted,
    OutcomeKind,
    Reached,
    counted,
)
from duebridge.core.trial.rail import Reading, read_rail


@dataclass(frozen=True, slots=True)
class Stopped:
    """A guard rail stopped an arm."""

    arm: str
    outcome: str
    at: datetime
    contacts: int
    events: int
    reading: Reading


PROMISE = "promise_to_pay"
"""The intent that the product takes for a promise."""
Watched = tuple[datetime, str, str]
"""When, in which arm, and what a guard rail counts: a contact, or an outcome that it watches."""


@dataclass(slots=True)
class Counting:
    """Notes of all that happens."""

    experiment: Experiment
    noted: dict[date, list[Noted]] = field(default_factory=dict)
    cohorts: dict[date, list[CohortNote]] = field(default_factory=dict)
    watched: list[Watched] = field(default_factory=list)

    def days(self) -> tuple[DayCounts, ...]:
        """Each day's count."""
        every = sorted({*self.noted, *self.cohorts})
        return tuple(counted(day, self.noted.get(day, ()), self.cohorts.get(day, ())) for day in every)

    def assigned(self, loan: Loan) -> None:
        """A loan has become part of the experiment."""
        self._of_loan(loan, ASSIGNED, 0)

    def contact(self, text_id: str, at: datetime, day: date, about: About, segments: int, price_micros: int) -> None:
        """A demand or reminder went out."""
        self._watch(about, str(OutcomeKind.CONTACT), at)
        counts = {
            OutcomeKind.CONTACT: 1,
            OutcomeKind.SEGMENTS: segments,
            OutcomeKind.PRICE_MICROS: price_micros,
        }
        self._note(f"{text_id}/contact", day, about, {str(kind): number for kind, number in counts.items()})

    def arrived(self, text_id: str, day: date, about: About, *, is_delivered: bool) -> None:
        """The receipt."""
        kind = OutcomeKind.DELIVERED if is_delivered else OutcomeKind.UNDELIVERED
        self._note(f"{text_id}/receipt", day, about, {str(kind): 1})

    def reply(self, text_id: str, at: datetime, about: About, loan: Loan, intent: str) -> None:
        """A reply; where it minds the text, the guard rails see it."""
        counts = {str(OutcomeKind.REPLY): 1, f"{OutcomeKind.REPLY}_{intent}": 1}
        self._of_loan(loan, str(OutcomeKind.REPLY), self._since(loan, loan.today(at)))
        if intent == PROMISE:
            counts[str(OutcomeKind.PROMISE_NOTED)] = 1
            self._of_loan(loan, str(OutcomeKind.PROMISE_NOTED), self._since(loan, loan.today(at)))
        if intent in MINDED:
            counts[intent] = 1
            self._watch(about, intent, at)
            self._of_loan(loan, intent, self._since(loan, loan.today(at)))
        self._note(f"{text_id}/reply", loan.today(at), about, counts)

    def cured(self, before: Loan, about: About, day: date, days_since_text: int | None) -> None:
        """Nothing is owed any more."""
        counts = {str(OutcomeKind.CURED): 1, str(OutcomeKind.AMOUNT_CURED): before.arrears.minor}
        if days_since_text is not None:
            counts |= {f"cure_{days}": 1 for days in CURE_DAYS if days_since_text <= days}
        self._note(f"{before.loan_id}/cured", day, about, counts)
        self._of_loan(before, str(OutcomeKind.CURED), self._since(before, day), before.arrears.minor)

    def _note(self, event_id: str, day: date, about: About, counts: dict[str, int]) -> None:
        self.noted.setdefault(day, []).append(Noted(event_id, day, about, counts))

    def _of_loan(self, loan: Loan, kind: str, after_days: int, amount_minor: int = 0) -> None:
        enrolment = loan.enrolments.get(self.experiment.name)
        if enrolment is None:
            return
        note = CohortNote(
            event_id=f"{loan.loan_id}/{kind}",
            day=enrolment.on,
            group=Group(self.experiment.name, enrolment.arm, enrolment.stratum, loan.terms.currency),
            loan=loan.loan_id,
            kind=kind,
            after_days=after_days,
            amount_minor=amount_minor,
        )
        self.cohorts.setdefault(enrolment.on, []).append(note)

    def _since(self, loan: Loan, day: date) -> int:
        enrolment = loan.enrolments.get(self.experiment.name)
        return (day - enrolment.on).days if enrolment else 0

    def _watch(self, about: About, kind: str, at: datetime) -> None:
        arm = about.arms.get(self.experiment.name)
        if arm:
            self.watched.append((at, arm, kind))


def first_stop(experiment: Experiment, watched: Iterable[Watched], known: Iterable[Stopped]) -> Stopped | None:
    """The first rail that trips, read at every event, of an arm that was not stopped before."""
    counts: Counter[tuple[str, str]] = Counter()
    over = {stopped.arm for stopped in known}
    for at, arm, kind in sorted(watched):
        counts[arm, kind] += 1
        rail = experiment.guard_rails.get(kind)
        if rail is None or arm in over:
            continue
        contacts, events = counts[arm, str(OutcomeKind.CONTACT)], counts[arm, kind]
        reading = read_rail(contacts, events, rail.most, rail.least_contacts)
        if reading.is_tripped:
            return Stopped(arm, kind, at, contacts, events, reading)
    return None


def merged(parts: Iterable[Iterable[DayCounts]]) -> tuple[DayCounts, ...]:
    """One count of each day, of parts that have no loan in common."""
    cells: dict[date, dict[Cell, Counter[str]]] = {}
    groups: dict[date, dict[Group, GroupCounts]] = {}
    for day in chain.from_iterable(parts):
        for cell, counts in day.cells.items():
            cells.setdefault(day.day, {}).setdefault(cell, Counter()).update(counts)
        of_day = groups.setdefault(day.day, {})
        for group, count in day.groups.items():
            of_day[group] = _both(of_day[group], count) if group in of_day else count
    return tuple(DayCounts(day, cells.get(day, {}), groups.get(day, {})) for day in sorted({*cells, *groups}))


def _both(one: GroupCounts, other: GroupCounts) -> GroupCounts:
    nothing = Reached()
    outcomes = {}
    for kind in {*one.outcomes, *other.outcomes}:
        first, second = one.outcomes.get(kind, nothing), other.outcomes.get(kind, nothing)
        outcomes[kind] = Reached(
            first.loans + second.loans,
            first.amount_minor + second.amount_minor,
            first.amount_squares + second.amount_squares,
        )
    return GroupCounts(one.assigned + other.assigned, outcomes)
