"""What a report says, before it is put into the words of a language."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from ..experiment import Experiment, Rail
from ..lessons import Lesson
from ..money import Money
from ..trial.rail import Reading
from ..trial.verdict import Verdict
from .sparing import Share


class Origin(StrEnum):
    """Whose days they were."""

    REAL = "real"
    SIMULATED = "simulated"
    """Made-up borrowers of a simulation or of a run on a laptop: every plot and table says so."""


class Answer(StrEnum):
    """Did it help? The first thing that is read."""

    NOT_BEGUN = "not_begun"
    NOT_ENOUGH = "not_enough"
    INCONCLUSIVE = "inconclusive"
    HELPED = "helped"
    DID_WORSE = "did_worse"


class Compared(Struct, frozen=True, kw_only=True):
    """One outcome of an arm against the control: for reading, without a verdict."""

    outcome: str
    days: int
    """After the assignment, within which it counted."""
    treated: Share
    control: Share
    difference: float
    low: float
    high: float
    """Of one look at one outcome, with 95 % confidence."""
    is_told: bool
    """Enough loans with and without it in both arms."""


class CuredAmount(Struct, frozen=True, kw_only=True):
    """What was cured of a loan assigned, on average, in one currency."""

    currency: str
    loans: int
    """Of both arms."""
    treated_minor: float
    control_minor: float
    difference_minor: float
    low_minor: float
    high_minor: float


class Grown(Struct, frozen=True, kw_only=True):
    """What could be read on the morning of one day, with an interval that is good for all days together."""

    day: date
    fraction: float
    """Of the planned sample."""
    treated: Share
    control: Share
    difference: float
    low: float
    high: float


class Comparison(Struct, frozen=True, kw_only=True):
    """One arm against the control."""

    verdict: Verdict
    answer: Answer
    so_far: Compared
    """Of all loans assigned, also those whose days are not over: to read while one waits."""
    others: tuple[Compared, ...]
    amounts: tuple[CuredAmount, ...]
    grown: tuple[Grown, ...]
    """Day by day, the oldest first."""


class ArmLine(Struct, frozen=True, kw_only=True):
    """What came of the loans of one arm so far, and of its texts."""

    arm: str
    is_control: bool
    is_hold_out: bool
    is_stopped: bool
    """By a guard rail or a person."""
    assigned: int
    cured: Mapping[int, Share]
    """By days after the assignment: of the loans whose days are over."""
    stations: Mapping[str, Share]
    """Of all loans assigned so far: those that replied, promised, kept it, and owe nothing."""
    rails: Mapping[str, "RailLine"]


class RailLine(Struct, frozen=True):
    """One guard rail of one arm."""

    rail: Rail
    reading: Reading
    share: Share
    """Of its texts."""


class Trial(Struct, frozen=True, kw_only=True):
    """An experiment, as of one morning."""

    experiment: Experiment
    is_more_better: bool
    """Whether the lender wishes for more of the primary outcome: of cures, not of complaints."""
    window_days: int
    has_begun: bool
    comparisons: tuple[Comparison, ...]
    arms: tuple[ArmLine, ...]
    """In their order in the experiment, the control first."""


class Line(Struct, frozen=True, kw_only=True):
    """What came of the texts of one group."""

    names: tuple[str, ...]
    """Codes that tell the group from others; none for all groups that are too small to stand alone."""
    texts: int
    parts: int
    cost_micros: int
    cured: int | None
    amounts: tuple[Money, ...]
    shares: Mapping[str, Share]
    """By name of a measure."""
    intents: Mapping[str, Share]
    """Of its replies."""
    ticket_minutes: int | None
    """A ticket, on average."""

    @property
    def micros_a_cure(self) -> int | None:
        """What the texts of a cured loan cost."""
        return self.cost_micros // self.cured if self.cured and self.texts else None


class Dimension(StrEnum):
    """By what texts are told apart."""

    ARM = "arm"
    SEGMENT = "segment"
    TEMPLATE = "template"
    COUNTRY = "country"
    LANGUAGE = "language"
    STAGE = "stage"


class Breakdown(Struct, frozen=True, kw_only=True):
    """The texts of the days, told apart by one thing."""

    dimension: Dimension
    lines: tuple[Line, ...]


class DayLine(Struct, frozen=True):
    """One day's texts, replies and cures; None where they were few."""

    day: date
    texts: int | None
    replies: int | None
    cured: int | None


class Report(Struct, frozen=True, kw_only=True):
    """What came of the texts up to one morning. The same counts make the same report."""

    lender: Mapping[str, str]
    """Its name by locale."""
    as_of: date
    """The day whose morning it is; this day itself is not counted."""
    since: date
    """The first day whose texts are counted; experiments are told from their own beginning."""
    origin: Origin
    trials: tuple[Trial, ...]
    total: Line
    breakdowns: tuple[Breakdown, ...]
    days: tuple[DayLine, ...]
    lessons: tuple[Lesson, ...]
