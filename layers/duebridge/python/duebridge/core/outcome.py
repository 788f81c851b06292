"""What came of the texts: the facts that are counted, and the count of a day from the facts noted for it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from hashlib import sha256

from msgspec import Struct, field

CURE_DAYS = (3, 7, 14, 30)
FOLLOWED_DAYS = max(CURE_DAYS)
"""How long after its assignment an outcome of a loan counts for its experiment."""
REPLY = "reply"
ROOT_CAUSE = "root_cause_"
"""Before a cause that an operator gave on closing a ticket, in the name of what is counted."""
NTH_TEXT = "text_in_31_days_"
"""Before a figure: a demand or reminder was the so-manieth to its borrower within 31 days."""


class OutcomeKind(StrEnum):
    """Names of what is counted. A reply counts as `reply`, and again by each of its intents as `reply_paid`."""

    CONTACT = "contact"
    """A demand or a reminder before the due date that went out."""
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    REPLY = "reply"
    CURE_3 = "cure_3"
    """Nothing was owed any more within so many days after the newest demand or reminder."""
    CURE_7 = "cure_7"
    CURE_14 = "cure_14"
    CURE_30 = "cure_30"
    CURED = "cured"
    """Whenever it was."""
    UNCURED = "uncured"
    """The payment that had cured a loan was taken back."""
    AMOUNT_CURED = "amount_cured"
    """What was owed before the payment that cured, in minor units of the country's currency."""
    ROLLED = "rolled"
    """Into the next bucket of days past due."""
    PROMISE_NOTED = "promise_noted"
    PROMISE_KEPT = "promise_kept"
    PROMISE_BROKEN = "promise_broken"
    ARRANGEMENT_AGREED = "arrangement_agreed"
    ARRANGEMENT_KEPT = "arrangement_kept"
    ARRANGEMENT_BROKEN = "arrangement_broken"
    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    DISPLEASED = "displeased"
    """By the tone of a reply, whatever it asked for."""
    OPT_OUT = "opt_out"
    WRONG_NUMBER = "wrong_number"
    SATISFIED = "satisfied"
    UNSATISFIED = "unsatisfied"
    TICKETS_CLOSED = "tickets_closed"
    TICKET_MINUTES = "ticket_minutes"
    """From the opening of a ticket to its closing."""
    SEGMENTS = "segments"
    """Billed parts of all texts, answers too."""
    PRICE_MICROS = "price_micros"


MINDED = frozenset({OutcomeKind.DISPUTE, OutcomeKind.COMPLAINT, OutcomeKind.OPT_OUT, OutcomeKind.WRONG_NUMBER})
"""Intents of replies that are outcomes by themselves, and called alike."""

OF_A_LOAN = frozenset(
    {
        *(OutcomeKind(f"cure_{days}") for days in CURE_DAYS),
        *MINDED,
        OutcomeKind.DISPLEASED,
        OutcomeKind.REPLY,
        OutcomeKind.PROMISE_NOTED,
        OutcomeKind.PROMISE_KEPT,
    }
)
"""What an experiment may be decided by: counted for each loan assigned, whether or not it was texted."""

RAILS = frozenset({*MINDED, OutcomeKind.DISPLEASED})
"""What a guard rail may watch."""


class About(Struct, frozen=True, kw_only=True):
    """Which text an outcome belongs to: the newest demand or reminder before it. Empty words where there was none."""

    segment: str = ""
    template: str = ""
    template_version: str = ""
    country: str = ""
    language: str = ""
    stage: str = ""
    """Of days past due."""
    arms: Mapping[str, str] = field(default_factory=dict)
    """Experiment -> arm."""


class Noted(Struct, frozen=True):
    """A fact about a text, on the day that it belongs to. However often it is noted, it counts once, by its id."""

    event_id: str
    day: date
    about: About
    counts: Mapping[str, int]


class CohortNote(Struct, frozen=True, kw_only=True):
    """A fact about one loan in one experiment, on the day of its assignment."""

    event_id: str
    day: date
    group: "Group"
    loan: str
    """Its mark: no id of the lender's."""
    kind: str
    """`assigned`, or an outcome."""
    after_days: int = 0
    """Since the assignment."""
    amount_minor: int = 0


class Cell(Struct, frozen=True):
    """Facts that are counted together. Every fact counts once with an empty experiment, and once in each of its own."""

    day: date
    experiment: str
    arm: str
    segment: str
    template: str
    template_version: str
    country: str
    language: str
    days_past_due_stage: str


class Group(Struct, frozen=True):
    """Loans assigned on one day to one arm, at one stage of days past due, owing in one currency."""

    experiment: str
    arm: str
    stratum: str
    currency: str


class Reached(Struct, frozen=True):
    """Loans of a group with an outcome, and what was cured: enough for a mean and its variance."""

    loans: int = 0
    amount_minor: int = 0
    amount_squares: int = 0

    def with_loan(self, amount_minor: int) -> "Reached":
        """One more."""
        return Reached(self.loans + 1, self.amount_minor + amount_minor, self.amount_squares + amount_minor**2)


class GroupCounts(Struct, frozen=True):
    """Intention to treat: every loan assigned counts, texted or not."""

    assigned: int
    outcomes: Mapping[str, Reached]
    """By name, each within its days after the assignment; all but cures within `FOLLOWED_DAYS`."""


class DayCounts(Struct, frozen=True):
    """All counts of one day. Cells of a later day belong to it, groups to the day of their assignment."""

    day: date
    cells: Mapping[Cell, Mapping[str, int]]
    groups: Mapping[Group, GroupCounts]


ASSIGNED = "assigned"


def loan_mark(loan_id: str) -> str:
    """What tells a loan's facts apart without naming it."""
    return sha256(f"outcome of {loan_id}".encode()).hexdigest()[:12]


def counted(day: date, noted: Iterable[Noted], cohorts: Iterable[CohortNote]) -> DayCounts:
    """The day's count, from all facts noted for it in their order: of repeats the first counts."""
    cells: dict[Cell, Counter[str]] = {}
    seen: set[str] = set()
    for fact in noted:
        if fact.event_id not in seen:
            seen.add(fact.event_id)
            for experiment, arm in (("", ""), *fact.about.arms.items()):
                cells.setdefault(_cell(day, fact.about, experiment, arm), Counter()).update(fact.counts)
    return DayCounts(day, cells, _groups(cohorts))


def _cell(day: date, about: About, experiment: str, arm: str) -> Cell:
    return Cell(
        day=day,
        experiment=experiment,
        arm=arm,
        segment=about.segment,
        template=about.template,
        template_version=about.template_version,
        country=about.country,
        language=about.language,
        days_past_due_stage=about.stage,
    )


def _groups(cohorts: Iterable[CohortNote]) -> dict[Group, GroupCounts]:
    by_id: dict[str, CohortNote] = {}
    for note in cohorts:
        by_id.setdefault(note.event_id, note)
    by_loan: dict[tuple[str, str], list[CohortNote]] = {}
    for note in by_id.values():
        by_loan.setdefault((note.group.experiment, note.loan), []).append(note)
    assigned: Counter[Group] = Counter()
    reached: dict[Group, dict[str, Reached]] = {}
    for notes in by_loan.values():
        group = next((note.group for note in notes if note.kind == ASSIGNED), None)
        if group is None:
            continue
        assigned[group] += 1
        outcomes = reached.setdefault(group, {})
        for kind, amount_minor in _reached_by(notes).items():
            outcomes[kind] = outcomes.get(kind, Reached()).with_loan(amount_minor)
    return {group: GroupCounts(number, reached[group]) for group, number in assigned.items()}


def _reached_by(notes: list[CohortNote]) -> dict[str, int]:
    """One loan's outcomes, each with what was cured: a cure that was taken back is none, whenever that was."""
    within = [note for note in notes if 0 <= note.after_days <= FOLLOWED_DAYS and note.kind != ASSIGNED]
    reached = {str(note.kind): 0 for note in within if note.kind not in (OutcomeKind.CURED, OutcomeKind.UNCURED)}
    undone = [note for note in notes if note.kind == OutcomeKind.UNCURED]
    for days in CURE_DAYS:
        cures = [note for note in within if note.kind == OutcomeKind.CURED and note.after_days <= days]
        if len(cures) > len(undone):
            taken_back_minor = sum(note.amount_minor for note in undone)
            reached[f"cure_{days}"] = max(0, sum(note.amount_minor for note in cures) - taken_back_minor)
    return reached
