"""Counts of days -> a report: put together by what tells texts apart, and spared where people are few."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct, field

from ..experiment import Experiment
from ..lessons import Lesson
from ..money import Money
from ..outcome import CURE_DAYS, REPLY, Cell, DayCounts, OutcomeKind
from .currencies import CURRENCY_OF
from .model import Breakdown, DayLine, Dimension, Line, Origin, Report
from .sparing import FEWEST, Share, is_few, share, shares, told_counts
from .trials import trial_of

INTENT = f"{REPLY}_"
LINES_AT_MOST = 24
"""Of one breakdown, the largest; all others are put together."""
DAYS_TOLD = 28
"""Of texts, where nobody asks for more."""
KIND = OutcomeKind
ALL = ("",)
"""The name of the line of all texts."""


class Measure(Struct, frozen=True):
    """A share that is told of a group of texts."""

    name: str
    counted: KIND
    of: tuple[KIND, ...]

    def of_rows(self, rows: "Iterable[Counts]") -> tuple[list[int], list[int]]:
        """How many had it in each row, and how many could have had it."""
        kinds = [row.kinds for row in rows]
        return [each[self.counted] for each in kinds], [sum(each[kind] for kind in self.of) for each in kinds]


MEASURES = (
    Measure("delivered", KIND.DELIVERED, (KIND.DELIVERED, KIND.UNDELIVERED)),
    Measure("reply", KIND.REPLY, (KIND.CONTACT,)),
    *(Measure(f"cure_{days}", KIND(f"cure_{days}"), (KIND.CONTACT,)) for days in CURE_DAYS),
    Measure("rolled", KIND.ROLLED, (KIND.CONTACT,)),
    Measure("promise_noted", KIND.PROMISE_NOTED, (KIND.CONTACT,)),
    Measure("promise_kept", KIND.PROMISE_KEPT, (KIND.PROMISE_KEPT, KIND.PROMISE_BROKEN)),
    Measure("arrangement_kept", KIND.ARRANGEMENT_KEPT, (KIND.ARRANGEMENT_KEPT, KIND.ARRANGEMENT_BROKEN)),
    Measure("dispute", KIND.DISPUTE, (KIND.CONTACT,)),
    Measure("complaint", KIND.COMPLAINT, (KIND.CONTACT,)),
    Measure("displeased", KIND.DISPLEASED, (KIND.CONTACT,)),
    Measure("opt_out", KIND.OPT_OUT, (KIND.CONTACT,)),
    Measure("wrong_number", KIND.WRONG_NUMBER, (KIND.CONTACT,)),
    Measure("satisfied", KIND.SATISFIED, (KIND.SATISFIED, KIND.UNSATISFIED)),
)
"""Of texts, demands and reminders only; answers to replies are no texts here."""

TOLD_APART: Mapping[Dimension, Callable[[Cell], tuple[str, ...]]] = {
    Dimension.SEGMENT: lambda cell: (cell.segment,),
    Dimension.TEMPLATE: lambda cell: (cell.template, cell.template_version, cell.language),
    Dimension.COUNTRY: lambda cell: (cell.country,),
    Dimension.LANGUAGE: lambda cell: (cell.language,),
    Dimension.STAGE: lambda cell: (cell.days_past_due_stage,),
}


class Counts(Struct):
    """What was counted of one group."""

    kinds: Counter[str] = field(default_factory=Counter)
    amounts: Counter[str] = field(default_factory=Counter)
    """Cured, in minor units by currency."""

    @property
    def texts(self) -> int:
        """Demands and reminders that went out."""
        return self.kinds[KIND.CONTACT]

    def add(self, country: str, kinds: Mapping[str, int]) -> None:
        """A cell of one country."""
        self.kinds.update(kinds)
        if country in CURRENCY_OF:
            self.amounts[CURRENCY_OF[country]] += kinds.get(KIND.AMOUNT_CURED, 0)

    def join(self, other: "Counts") -> None:
        """Another group's counts."""
        self.kinds.update(other.kinds)
        self.amounts.update(other.amounts)


def report_of(
    days: Iterable[DayCounts],
    experiments: Sequence[Experiment],
    *,
    as_of: date,
    lender: Mapping[str, str],
    stages: tuple[str, ...] = (),
    since: date | None = None,
    origin: Origin = Origin.REAL,
    stopped_arms: frozenset[str] = frozenset(),
    lessons: Iterable[Lesson] = (),
) -> Report:
    """As of the morning of a day. `days` begin where the first experiment begins, or at `since`; `stages` are in the
    order of days past due, and `stopped_arms` are labels of core/stop.py."""
    known = sorted((day for day in days if day.day < as_of), key=lambda day: day.day)
    first = since or as_of - timedelta(days=DAYS_TOLD)
    told = [day for day in known if day.day >= first]
    every = (_plain(day) for day in told)
    total = Counts()
    for cells in every:
        for cell, kinds in cells:
            total.add(cell.country, kinds)
    return Report(
        lender=lender,
        as_of=as_of,
        since=first,
        origin=origin,
        trials=tuple(trial_of(known, each, stages, as_of, stopped_arms) for each in experiments),
        total=_lines({ALL: total}, ())[0],
        breakdowns=(
            *_by_arm(known, experiments),
            *(Breakdown(dimension=each, lines=_by(told, each, stages)) for each in TOLD_APART),
        ),
        days=_day_lines(told),
        lessons=tuple(lessons),
    )


def _plain(day: DayCounts) -> list[tuple[Cell, Mapping[str, int]]]:
    """Every fact stands once without an experiment, and again in each of its own."""
    return [(cell, kinds) for cell, kinds in day.cells.items() if not cell.experiment]


def _by(days: Iterable[DayCounts], dimension: Dimension, stages: tuple[str, ...]) -> tuple[Line, ...]:
    groups: dict[tuple[str, ...], Counts] = {}
    for day in days:
        for cell, kinds in _plain(day):
            groups.setdefault(TOLD_APART[dimension](cell), Counts()).add(cell.country, kinds)
    return _lines(groups, stages)


def _by_arm(days: Iterable[DayCounts], experiments: Sequence[Experiment]) -> Iterable[Breakdown]:
    """Of each experiment since its first day: what its arms' texts did is told whole."""
    for experiment in experiments:
        groups: dict[tuple[str, ...], Counts] = {}
        for day in days:
            for cell, kinds in day.cells.items():
                if cell.experiment == experiment.name:
                    groups.setdefault((experiment.name, cell.arm), Counts()).add(cell.country, kinds)
        yield Breakdown(dimension=Dimension.ARM, lines=_lines(groups, (), is_sum_told=False))


def _lines(
    groups: Mapping[tuple[str, ...], Counts], stages: tuple[str, ...], *, is_sum_told: bool = True
) -> tuple[Line, ...]:
    """Those with the most texts first, stages in their own order; groups of a few are put together at the end."""
    names, counts = _gathered(groups, stages)

    def told(of_rows: Sequence[int], wholes: Sequence[int]) -> tuple[Share, ...]:
        if is_sum_told:
            return shares(of_rows, wholes)
        return tuple(share(count, whole) for count, whole in zip(of_rows, wholes, strict=True))

    measured = {measure.name: told(*measure.of_rows(counts)) for measure in MEASURES}
    replies = [each.kinds[KIND.REPLY] for each in counts]
    intents = sorted({kind for each in counts for kind in each.kinds if kind.startswith(INTENT)})
    answered = {kind: told([each.kinds[kind] for each in counts], replies) for kind in intents}
    cured = told_counts([each.kinds[KIND.CURED] for each in counts])
    return tuple(
        Line(
            names=names[row],
            texts=each.texts,
            parts=each.kinds[KIND.SEGMENTS],
            cost_micros=each.kinds[KIND.PRICE_MICROS],
            cured=cured[row],
            amounts=_amounts(each) if cured[row] else (),
            shares={name: of_rows[row] for name, of_rows in measured.items()},
            intents={kind.removeprefix(INTENT): of_rows[row] for kind, of_rows in answered.items()},
            ticket_minutes=_minutes(each.kinds),
        )
        for row, each in enumerate(counts)
    )


def _gathered(
    groups: Mapping[tuple[str, ...], Counts], stages: tuple[str, ...]
) -> tuple[list[tuple[str, ...]], list[Counts]]:
    """If all that is left over together were still a few, the smallest group joins them."""

    def place(name: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
        return (stages.index(name[0]) if name and name[0] in stages else len(stages), -groups[name].texts, name)

    if tuple(groups) == (ALL,):
        return [ALL], [groups[ALL]]
    named = [name for name, counts in groups.items() if counts.texts >= FEWEST and any(name)]
    largest = sorted(named, key=lambda name: (-groups[name].texts, name))[:LINES_AT_MOST]
    large = sorted(largest, key=place)
    small = [name for name in groups if name not in large]
    if is_few(sum(groups[name].texts for name in small)) and large:
        smallest = min(large, key=lambda name: (groups[name].texts, name))
        large.remove(smallest)
        small.append(smallest)
    rest = Counts()
    for name in sorted(small):
        rest.join(groups[name])
    counts = [groups[name] for name in large]
    return ([*large, ()], [*counts, rest]) if +rest.kinds else (large, counts)


def _amounts(counts: Counts) -> tuple[Money, ...]:
    return tuple(Money(minor, currency) for currency, minor in sorted(counts.amounts.items()) if minor > 0)


def _minutes(kinds: Mapping[str, int]) -> int | None:
    closed = kinds.get(KIND.TICKETS_CLOSED, 0)
    return kinds.get(KIND.TICKET_MINUTES, 0) // closed if closed >= FEWEST else None


def _day_lines(days: Sequence[DayCounts]) -> tuple[DayLine, ...]:
    sums: list[Counter[str]] = []
    for day in days:
        of_day: Counter[str] = Counter()
        for _, kinds in _plain(day):
            of_day.update(kinds)
        sums.append(of_day)
    texts, replies, cured = (
        told_counts([of_day[kind] for of_day in sums]) for kind in (KIND.CONTACT, KIND.REPLY, KIND.CURED)
    )
    return tuple(DayLine(day.day, *row) for day, *row in zip(days, texts, replies, cured, strict=True))
