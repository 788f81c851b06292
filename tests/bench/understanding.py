"""How long a reply takes to be understood."""

import json
from functools import partial

from duebridge.core.reply import understand
from infra.local.borrowers import SAMPLE
from tests.bench.figures import Figure, cpu_seconds_per_call
from tests.builders import the_content

BUDGET_MILLISECONDS = 5
CALLS = 20
LONGEST = 1_600
"""Characters of a reply that are read at all."""


def figures() -> list[Figure]:
    """The sample replies, and the longest text that is read."""
    lines = (SAMPLE / "replies.jsonl").read_text(encoding="utf-8").splitlines()
    replies = [json.loads(line)["text"] for line in lines]
    longest = (" ".join(replies) * 10)[:LONGEST]
    lexicons = the_content().lexicons
    variants = {str(number): partial(understand, reply, lexicons) for number, reply in enumerate(replies)}
    seconds = cpu_seconds_per_call(variants, CALLS, repetitions=3)
    taken = cpu_seconds_per_call({"longest": partial(understand, longest, lexicons)}, CALLS)["longest"]
    return [
        _figure(f"a sample reply, on average of {len(replies)}", sum(seconds.values()) / len(seconds)),
        _figure("the slowest sample reply", max(seconds.values())),
        _figure(f"a reply of {LONGEST} characters", taken),
    ]


def _figure(what: str, seconds: float) -> Figure:
    return Figure(area="understand", what=what, measured=seconds * 1e3, unit="ms", budget=BUDGET_MILLISECONDS)
