"""How many message parts may go out in a second: slots of aligned real seconds, some of them kept for answers.

Carriers count parts, not texts: https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-mps.html
"""

from collections.abc import Sequence
from hashlib import sha256
from itertools import accumulate

from msgspec import Struct

OPENS_AFTER_SECONDS = 0.03
"""Into its second before a text may start: the clocks of two senders differ a little."""
CLOSES_BEFORE_SECONDS = 0.15
"""Of its second's end after which no text may start: the provider counts what arrives, and the way takes time."""
LOOK_AHEAD_SECONDS = 8
"""A text whose turn is later than that goes back to its queue instead of keeping a sender waiting."""
SPREAD_SECONDS = 20
"""Texts put back at one moment come again within so long a time, not all at once."""
LARGEST_SHARE_PERCENT = 90


class Limit(Struct, frozen=True):
    """What one origination identity may send. Raises ValueError when it makes no sense."""

    parts_per_second: int
    """0: no pace of our own."""
    answers_share_percent: int = 0
    """Kept for answers in each second: bulk texts never take it, answers may take everything."""

    def __post_init__(self) -> None:
        if self.parts_per_second < 0:
            raise ValueError("parts_per_second is below 0: give the parts a second of the number, or 0 for no pace")
        if not 0 <= self.answers_share_percent <= LARGEST_SHARE_PERCENT:
            raise ValueError(f"answers_share_percent is outside 0 to {LARGEST_SHARE_PERCENT}")

    def most(self, second: int, is_answer: bool) -> int:
        """Parts of this kind that the second can carry in all."""
        kept = -(-self.parts_per_second * self.answers_share_percent // 100)
        if is_answer or kept == 0:
            return self.parts_per_second
        if kept < self.parts_per_second:
            return self.parts_per_second - kept
        # So slow a number has no part to spare within a second: bulk leaves out whole seconds instead.
        for_bulk_percent = 100 - self.answers_share_percent
        is_for_bulk = (second + 1) * for_bulk_percent // 100 > second * for_bulk_percent // 100
        return self.parts_per_second if is_for_bulk else 0

    def room(self, second: int, is_answer: bool, taken: int, taken_by_bulk: int) -> int:
        """Parts of this kind that still fit into a second of which so much is taken."""
        of_all = self.parts_per_second - taken
        return max(0, of_all if is_answer else min(of_all, self.most(second, is_answer=False) - taken_by_bulk))


class Turn(Struct, frozen=True):
    """A text of at most so many parts may start in this second."""

    second: int
    """Whole seconds since 1970, in real time."""
    parts: int

    @property
    def opens_at(self) -> float:
        """Not before."""
        return self.second + OPENS_AFTER_SECONDS

    @property
    def closes_at(self) -> float:
        """Not after."""
        return self.second + 1 - CLOSES_BEFORE_SECONDS

    def is_open(self, now: float) -> bool:
        """Whether a text may start at this moment."""
        return self.opens_at <= now <= self.closes_at


def starts_within(second: int, now: float, seconds_per_text: float) -> int:
    """How many texts one sender can start in a second, one after the other; a second to come has room for one."""
    turn = Turn(second, 0)
    left = int((turn.closes_at - max(now, turn.opens_at)) / seconds_per_text)
    return max(left, 1 if now <= turn.opens_at else 0)


def fitting(parts: Sequence[int], room: int) -> int:
    """How many texts from the front fit into the room as wholes: no text is torn between two seconds."""
    return sum(1 for together in accumulate(parts) if together <= room)


def shares_of(parts: int, second: int, limit: Limit, is_answer: bool) -> dict[int, int]:
    """What one text takes of its second, and of those after it when it is larger than the second's room for its
    kind: they pay back what it borrowed from the answers, or from a second that is too short for it."""
    shares = {second: min(parts, limit.parts_per_second)}
    rest = parts - limit.most(second, is_answer)
    while rest > 0:
        second += 1
        share = min(rest, limit.most(second, is_answer))
        if share:
            shares[second] = share
        rest -= share
    return shares


def delay_seconds(contact_id: str, now: float) -> int:
    """When a text without a turn comes again: after what is taken, and not together with its neighbours."""
    drawn = int.from_bytes(sha256(f"{contact_id} {int(now)}".encode()).digest()[:4])
    return LOOK_AHEAD_SECONDS + drawn % SPREAD_SECONDS
