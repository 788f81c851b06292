"""Gathers what the last weeks teach, for the daily report: from counts that stand, and the replies nobody understood.

Its cost follows what happened: a query a day, one for the replies' keys, and their rows a hundred a call.
"""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from ..core.content import Content
from ..core.lessons import Lesson, lessons
from ..ports import Conversations, Outcomes

LOOKS_BACK = timedelta(days=30)
MOST_REPLIES = 1_000
"""The newest; a lexicon that misses more than that is not mended by a longer list."""


class Learn(Struct, frozen=True, kw_only=True):
    """Reads only."""

    outcomes: Outcomes
    conversations: Conversations
    content: Content

    def lessons(self, today: date) -> tuple[Lesson, ...]:
        """What thirty days taught, the given one included. Days that are not counted yet are left out."""
        since = today - LOOKS_BACK
        unread = self.conversations.not_understood(datetime.combine(since, time.min, UTC), MOST_REPLIES)
        return lessons(self.outcomes.days(since, today), self.content, unread)
