"""Questions that one block answers: who we are, how to reach us, and how to tell our texts from a fraud."""

from collections.abc import Collection

from .reply import normalised


def is_answered_by(phrases: Collection[str], body: str) -> bool:
    """Whether a question is one of these, and nothing that a person must answer. `phrases` come normalised."""
    said = normalised(body)
    return any(phrase == said or (len(phrase) > LEAST_INSIDE and phrase in said) for phrase in phrases)


LEAST_INSIDE = 3
"""Characters from which a phrase may stand inside a longer question; a shorter one must be all of it."""
