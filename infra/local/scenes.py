"""Borrowers with a script, and somebody at the desk: each kind of conversation from its text to its end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from infra.local.sms_fake.texts import AcceptedText

SCENES = Path(__file__).resolve().parent / "sample" / "scenes.yaml"
SPOKEN = {"+86": "zh", "+1": "en"}
"""Where scenes play: one country for each language, whose hours leave a day for the whole of one."""
ASKING = frozenset({"demand", "pre_due"})
TAKES = timedelta(minutes=20)
"""From a text to what it makes somebody do."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What somebody does next."""

    at: datetime
    scene: str
    phone: str
    answering_message_id: str
    step: Mapping[str, Any]


@dataclass(slots=True)
class _Part:
    """One borrower in one scene, and how far it has come."""

    scene: str
    steps: list[Mapping[str, Any]]


class Scenes:
    """Gives each scene to one borrower of each language, in the order in which texts come."""

    def __init__(self, never_cast: Iterable[str], file: Path = SCENES) -> None:
        """`never_cast`: numbers of borrowers whose own payments would spoil a scene."""
        scenes = yaml.safe_load(file.read_text(encoding="utf-8"))["scenes"]
        self._open = {spoken: [(scene["name"], scene[spoken]) for scene in scenes] for spoken in ("zh", "en")}
        self._never_cast = frozenset(never_cast)
        self._parts: dict[str, _Part] = {}

    @property
    def cast(self) -> Mapping[str, str]:
        """The scene of each number."""
        return {phone: part.scene for phone, part in self._parts.items()}

    def is_cast(self, phone: str) -> bool:
        """Whether this borrower follows a script."""
        return phone in self._parts

    def after(self, text: AcceptedText) -> Cue | None:
        """What a text makes its reader, or the desk, do."""
        kind = text.context.get("kind", "")
        if text.to not in self._parts and not (kind in ASKING and self._cast(text.to)):
            return None
        part = self._parts[text.to]
        awaited = "demand" if kind in ASKING else kind
        if not part.steps or part.steps[0].get("after") != awaited:
            return None
        return Cue(text.at + TAKES, part.scene, text.to, text.message_id, part.steps.pop(0))

    def _cast(self, phone: str) -> bool:
        spoken = next((language for prefix, language in SPOKEN.items() if phone.startswith(prefix)), None)
        if spoken is None or phone in self._never_cast or not self._open[spoken]:
            return False
        name, steps = self._open[spoken].pop(0)
        self._parts[phone] = _Part(name, list(steps))
        return True
