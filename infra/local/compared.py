"""The essay's two comparisons on the laptop: what the texts of each arm truly do to borrowers who are made up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from duebridge.core.strategy import Kind
from duebridge.ports import ContactRow
from infra.local.sms_fake.texts import AcceptedText
from infra.local.world.play import PAYS_AFTER_HOURS
from infra.local.world.replies import Manner
from infra.local.world.simulation import PUBLISHED_EFFECT

COMPARED_FROM_DAYS = 7
"""A shorter play compares nothing: not one loan's first week would be over."""
TRUTH: Mapping[str, Mapping[str, Manner]] = {
    "voice": {"personal": Manner(times={"complaint": 2.0, "dispute": 2.0})},
    "scheme": {"personal": Manner(effect=PUBLISHED_EFFECT)},
}
"""By experiment and arm; texts of all others do nothing to what their borrowers would have done anyway."""
MOST_PAYERS = 0.9
"""A book whose borrowers nearly all pay anyway has hardly anybody left to be moved."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A text has moved its borrower to pay all that is owed."""

    loan_id: str
    pays_at: datetime


class Compared:
    """How borrowers take the texts of their arms, as in the simulated world; the same play has the same borrowers."""

    def __init__(self, contact_of: Callable[[AcceptedText], ContactRow | None], share_of_payers: float) -> None:
        """`share_of_payers`: of the late loans those that are paid whatever is texted. No text moves these."""
        self._contact_of = contact_of
        self._unmoved_share = 1 - min(share_of_payers, MOST_PAYERS)
        self._met: set[str] = set()

    def taken(self, text: AcceptedText, *, is_paying_anyway: bool) -> tuple[Manner, Moved | None]:
        """How a text is answered, and whether it moves: a loan's first demand in its arm does or does not."""
        row = self._contact_of(text)
        if row is None:
            return Manner(), None
        found = (TRUTH.get(experiment, {}).get(arm) for experiment, arm in row.text.arms.items())
        manner = next((manner for manner in found if manner), Manner())
        is_first = row.text.kind is Kind.DEMAND and row.text.loan_id not in self._met
        if not is_first:
            return manner, None
        self._met.add(row.text.loan_id)
        random = Random(f"moved {row.text.loan_id}")  # noqa: S311 - a play, which must be repeatable
        drawn, hours = random.random(), random.uniform(*PAYS_AFTER_HOURS)
        if is_paying_anyway or drawn >= manner.effect / self._unmoved_share:
            return manner, None
        return manner, Moved(row.text.loan_id, text.at + timedelta(hours=hours))
