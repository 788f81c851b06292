"""How long a reply takes to be understood."""

import json
import time
from datetime import date
from functools import partial

from duebridge.core.understanding import Listening, understand
from infra.content_replies import compile_replies
from infra.content_source import TEMPLATES
from infra.local.borrowers import SAMPLE
from tests.bench.figures import Figure, cpu_seconds_per_call
from tests.builders import the_content

BUDGET_MILLISECONDS = 5
CALLS = 20
LONGEST = 1_600
"""Characters of a reply that are read at all."""
TODAY = date(2026, 3, 11)


def figures() -> list[Figure]:
    """The sample replies, the longest text that is read, and the first reply after a cold start."""
    lines = (SAMPLE / "replies.jsonl").read_text(encoding="utf-8").splitlines()
    replies = [json.loads(line)["text"] for line in lines]
    longest = (" ".join(replies) * 10)[:LONGEST]
    listening = the_content().listening
    variants = {str(number): partial(understand, reply, listening, TODAY) for number, reply in enumerate(replies)}
    seconds = cpu_seconds_per_call(variants, CALLS, repetitions=3)
    taken = cpu_seconds_per_call({"longest": partial(understand, longest, listening, TODAY)}, CALLS)["longest"]
    return [
        _figure(f"a sample reply, on average of {len(replies)}", sum(seconds.values()) / len(seconds)),
        _figure("the slowest sample reply", max(seconds.values())),
        _figure(f"a reply of {LONGEST} characters", taken),
        Figure(area="understand", what="the first reply of a process", measured=_first(replies[0]) * 1e3, unit="ms"),
    ]


def _first(reply: str) -> float:
    listening = Listening(compile_replies(TEMPLATES))
    began = time.process_time()
    understand(reply, listening, TODAY)
    return time.process_time() - began


def _figure(what: str, seconds: float) -> Figure:
    return Figure(area="understand", what=what, measured=seconds * 1e3, unit="ms", budget=BUDGET_MILLISECONDS)
