"""Scripted borrowers: a fixed share of them answers what they were sent, in words of the sample replies."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

from infra.local.sms_fake.texts import AcceptedText
from infra.local.world.replies import Manner

SAMPLE = Path(__file__).resolve().parent / "sample"
SHARE = 0.16
"""Of the demands and reminders that get an answer."""
ANSWERS_AFTER = timedelta(minutes=40)
ON_THE = timedelta(minutes=30)
"""Answers come at full half hours, so that a played day has few instants."""


@dataclass(frozen=True, slots=True, order=True)
class PlannedReply:
    """What a borrower is going to text, and when."""

    at: datetime
    phone: str
    body: str
    answering_message_id: str


class Borrowers:
    """Draws by the contact's id, so that the same run has the same replies."""

    def __init__(self, replies: Path = SAMPLE / "replies.jsonl") -> None:
        rows = [json.loads(line) for line in replies.read_text(encoding="utf-8").splitlines()]
        self._replies: dict[str, list[Any]] = {
            language: [row for row in rows if row["lang"] == language] for language in ("zh", "en")
        }

    def answer_to(self, text: AcceptedText, manner: Manner | None = None) -> PlannedReply | None:
        """None for the borrowers who say nothing, and for texts that ask for nothing.

        With a manner they answer as often by each intent as in the simulated world; without one, a fixed share of
        them, and each of the sample's replies as often as any other.
        """
        if text.context.get("kind") not in ("demand", "pre_due"):
            return None
        if manner:
            return self._in_a_manner(text, manner)
        drawn = int.from_bytes(sha256(f"borrower {text.context['contact_id']}".encode()).digest()[:6])
        if drawn % 10_000 >= SHARE * 10_000:
            return None
        said = self._replies[_language(text)]
        return _planned(text, said[drawn // 10_000 % len(said)])

    def _in_a_manner(self, text: AcceptedText, manner: Manner) -> PlannedReply | None:
        random = Random(f"borrower {text.context['contact_id']}")  # noqa: S311 - a play, which must be repeatable
        intent = manner.reply(random)
        said = [reply for reply in self._replies[_language(text)] if reply["labels"][:1] == [intent]]
        return _planned(text, random.choice(said)) if said else None


def _language(text: AcceptedText) -> str:
    return "zh" if text.to.startswith("+86") else "en"


def _planned(text: AcceptedText, reply: Any) -> PlannedReply:
    return PlannedReply(_next(text.at + ANSWERS_AFTER), text.to, reply["text"], text.message_id)


def _next(instant: datetime) -> datetime:
    step = ON_THE.total_seconds()
    return instant + timedelta(seconds=step - instant.timestamp() % step)
