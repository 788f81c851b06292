"""The examples that understanding replies is trained on: whole replies, and clauses under the labels they mean."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.content_source import TEMPLATES

EXAMPLES = TEMPLATES / "replies" / "examples"
SAMPLE = TEMPLATES.parent / "infra" / "local" / "sample" / "replies.jsonl"
_HEADING = re.compile(r"\[([a-z_+]+)\]")


@dataclass(frozen=True, slots=True)
class Example:
    """A reply and what a person said that it means."""

    source: str
    """The name of its file."""
    text: str
    labels: frozenset[str]
    is_dissatisfied: bool


def examples() -> list[Example]:
    """All of them, in a fixed order."""
    return [*clauses(), *replies()]


def replies() -> list[Example]:
    """Whole replies: the development sample, and batches that were scored before anybody looked at them."""
    return [example for file in reply_files() for example in _replies_of(file)]


def reply_files() -> list[Path]:
    """The files of whole replies."""
    return [SAMPLE, *sorted(EXAMPLES.glob("*.jsonl"))]


def clauses() -> list[Example]:
    """Short ways to say one thing."""
    return [example for file in sorted(EXAMPLES.glob("*.txt")) for example in _clauses_of(file)]


def fingerprint() -> str:
    """Changes with any example."""
    digest = hashlib.sha256()
    for example in examples():
        digest.update(repr((example.text, sorted(example.labels), example.is_dissatisfied)).encode())
    return digest.hexdigest()


def _replies_of(file: Path) -> Iterator[Example]:
    for line in file.read_text(encoding="utf-8").splitlines():
        reply = json.loads(line)
        yield Example(file.name, reply["text"], frozenset(reply["labels"]), reply["dissatisfied"])


def _clauses_of(file: Path) -> Iterator[Example]:
    labels: frozenset[str] = frozenset()
    for line in map(str.strip, file.read_text(encoding="utf-8").splitlines()):
        if heading := _HEADING.fullmatch(line):
            labels = frozenset(heading[1].split("+"))
        elif line and not line.startswith("#"):
            yield Example(file.name, line.removeprefix("!"), labels, line.startswith("!"))
