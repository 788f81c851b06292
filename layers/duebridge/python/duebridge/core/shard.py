"""The planner's partitions of the book."""

from hashlib import sha256

SHARDS = tuple(f"{number:02d}" for number in range(8))
"""Changing their number needs a full import."""

SILENT = "silent"
"""Loans that no text can reach any more wait here for the daily hand-over ticket."""


def shard_of(loan_id: str) -> str:
    """The same for a loan for ever, and even over the book."""
    return SHARDS[int.from_bytes(sha256(loan_id.encode()).digest()[:4]) % len(SHARDS)]
