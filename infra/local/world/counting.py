"""What the simulated world counts: the same facts, under the same names, as the stations note them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from duebridge.core.experiment import Experiment
from duebridge.core.loan import Loan
from duebridge.core.outcome import (
    ASSIGNED,
    CURE_DAYS,
    MINDED,
    About,
    CohortNote,
    DayCounts,
    Group,
    Noted,
    OutcomeKind,
    counted,
)
from duebridge.core.stop import arm_label
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


@dataclass(slots=True)
class Counting:
    """Notes of all that happens, and the rails over them."""

    experiment: Experiment
    noted: dict[date, list[Noted]] = field(default_factory=dict)
    cohorts: dict[date, list[CohortNote]] = field(default_factory=dict)
    stopped: list[Stopped] = field(default_factory=list)
    _by_arm: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def stopped_arms(self) -> frozenset[str]:
        """As the planner asks for them."""
        return frozenset(arm_label(self.experiment.name, each.arm) for each in self.stopped)

    def days(self) -> tuple[DayCounts, ...]:
        """Each day's count."""
        every = sorted({*self.noted, *self.cohorts})
        return tuple(counted(day, self.noted.get(day, ()), self.cohorts.get(day, ())) for day in every)

    def assigned(self, loan: Loan) -> None:
        """A loan has become part of the experiment."""
        self._of_loan(loan, ASSIGNED, 0)

    def contact(self, text_id: str, day: date, about: About, segments: int, price_micros: int) -> None:
        """A demand or reminder went out."""
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
        """A reply, which may be one too many for its arm."""
        counts = {str(OutcomeKind.REPLY): 1, f"{OutcomeKind.REPLY}_{intent}": 1}
        if intent in MINDED:
            counts[intent] = 1
            self._of_loan(loan, intent, self._since(loan, loan.today(at)))
        self._note(f"{text_id}/reply", loan.today(at), about, counts)
        self._watch(about, intent, at)

    def cured(self, before: Loan, about: About, day: date, days_since_text: int | None) -> None:
        """Nothing is owed any more."""
        counts = {str(OutcomeKind.CURED): 1, str(OutcomeKind.AMOUNT_CURED): before.arrears.minor}
        if days_since_text is not None:
            counts |= {f"cure_{days}": 1 for days in CURE_DAYS if days_since_text <= days}
        self._note(f"{before.loan_id}/cured", day, about, counts)
        self._of_loan(before, str(OutcomeKind.CURED), self._since(before, day), before.arrears.minor)

    def _note(self, event_id: str, day: date, about: About, counts: dict[str, int]) -> None:
        self.noted.setdefault(day, []).append(Noted(event_id, day, about, counts))
        for arm in about.arms.values():
            for kind, number in counts.items():
                self._by_arm[arm, kind] += number

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

    def _watch(self, about: About, intent: str, at: datetime) -> None:
        rail = self.experiment.guard_rails.get(intent)
        arm = about.arms.get(self.experiment.name)
        if rail is None or arm is None or any(each.arm == arm for each in self.stopped):
            return
        contacts, events = self._by_arm[arm, str(OutcomeKind.CONTACT)], self._by_arm[arm, intent]
        reading = read_rail(contacts, events, rail.most, rail.least_contacts)
        if reading.is_tripped:
            self.stopped.append(Stopped(arm, intent, at, contacts, events, reading))
