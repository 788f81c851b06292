"""A treatment strategy: which text at which days past due. Data in templates/strategies/."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a text is; each kind has its own rules for hours, holds and caps."""

    PRE_DUE = "pre_due"
    DEMAND = "demand"
    ANSWER = "answer"
    OPERATOR = "operator"
    REMINDER = "reminder"
    SATISFACTION = "satisfaction"


ASKS_FOR_PAYMENT = frozenset({Kind.PRE_DUE, Kind.DEMAND})


@dataclass(frozen=True, slots=True)
class Step:
    """One treatment: from `first_day` to `last_day` past due, at most one text."""

    name: str
    kind: Kind
    first_day: int
    """Days past due; negative before the due date."""
    last_day: int
    template: str
    answer_working_days: int
    """Working days that the text gives; no further demand before they are over."""


@dataclass(frozen=True, slots=True)
class Strategy:
    """The ladder of one kind of borrower; after its last step people take over."""

    name: str
    steps: tuple[Step, ...]

    def step_at(self, days_past_due: int) -> Step | None:
        """The step whose days these are."""
        return next((step for step in self.steps if step.first_day <= days_past_due <= step.last_day), None)

    def step_after(self, days_past_due: int) -> Step | None:
        """The first step that begins later."""
        return next((step for step in self.steps if step.first_day > days_past_due), None)
