"""Reads the YAML of templates/ with the line of each mapping, so that an error can name the place."""

from collections.abc import Iterable, Mapping
from datetime import time
from pathlib import Path
from typing import Any

import yaml

from duebridge.core.errors import ContentError

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class Entry(dict[str, Any]):
    """A mapping of a content file, and where it stands."""

    def __init__(self, values: Mapping[str, Any], file: str, line: int) -> None:
        super().__init__(values)
        self.file = file
        self.line = line

    def wrong(self, what: str, mend: str) -> ContentError:
        """An error that names file and line, what is wrong, and how to mend it."""
        return ContentError(f"{self.file}:{self.line}: {what}: {mend}")

    def need(self, name: str) -> Any:
        """A value that must be there."""
        if name not in self:
            raise self.wrong(f"`{name}` is missing", f"add it; there is {', '.join(self) or 'nothing'}")
        return self[name]

    def number(self, name: str, at_least: int = 0) -> int:
        """A whole number that must be there."""
        value = self.need(name)
        if not isinstance(value, int) or value < at_least:
            raise self.wrong(f"`{name}` is {value!r}", f"write a whole number of at least {at_least}")
        return value

    def entry(self, name: str) -> "Entry":
        """A mapping that must be there."""
        value = self.need(name)
        if not isinstance(value, Entry):
            raise self.wrong(f"`{name}` is {value!r}", f"write {name}: {{...}}")
        return value

    def only(self, names: Iterable[str]) -> None:
        """A misspelt name would be a rule that nobody obeys."""
        known = set(names)
        for name in self:
            if name not in known:
                raise self.wrong(f"`{name}` is not known here", f"write one of {', '.join(sorted(known))}")


def clock(entry: Entry, name: str) -> time:
    """A time of day. Raises ContentError."""
    text = entry.need(name)
    try:
        return time.fromisoformat(text)
    except (TypeError, ValueError):
        raise entry.wrong(f"{text!r} is no time of day", 'write one in quotes, such as "08:00"') from None


def read(file: Path) -> Entry:
    """A content file, whose top must be a mapping. Raises ContentError."""
    shown = f"templates/{file.relative_to(file.parent.parent)}"
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise ContentError(f"{shown}: cannot be read ({error.strerror}): add the file") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ContentError(f"{shown}:{line}: {error.problem}: correct the YAML") from error
    value = _value(node, shown) if node else None
    if not isinstance(value, Entry):
        raise ContentError(f"{shown}:1: not a mapping: write `name: value` lines")
    return value


def _value(node: yaml.Node, file: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        pairs = {str(_value(key, file)): _value(value, file) for key, value in node.value}
        if len(pairs) < len(node.value):
            raise ContentError(f"{file}:{node.start_mark.line + 1}: a name stands twice: keep one of them")
        return Entry(pairs, file, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, file) for item in node.value]
    try:
        return yaml.SafeLoader("").construct_object(node)
    except (ValueError, yaml.YAMLError) as error:
        raise ContentError(f"{file}:{node.start_mark.line + 1}: no such value ({error}): correct it") from error
