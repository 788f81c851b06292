"""A hash chain over what happened: a change, a gap or another order of its entries shows, wherever it is.

It shows what happened to the file by accident. Whoever changes it on purpose can write all hashes anew; only a copy of
the last hash that they cannot reach (a locked object, a printed page) shows that.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FORMAT = "duebridge-evidence-1"
HEADING = ("format", "loan_id", "loan", "limits")
LINK = ("number", "at", "kind", "source", "facts", "previous")
PACK = frozenset({*HEADING, "entries", "end"})


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that was recorded, in words of the program; pages put it into words of a language."""

    at: datetime
    kind: str
    source: str
    """The row that says so."""
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Misfit:
    """Where a pack stops being what was written."""

    where: str
    what: str


class NoPackError(ValueError):
    """A file is no evidence pack at all."""


def chained(loan_id: str, loan: Mapping[str, Any], limits: Iterable[str], happenings: Iterable[Happening]) -> Any:
    """The pack as JSON values. The same happenings give the same pack, in whatever order they come."""
    heading = {"format": FORMAT, "loan_id": loan_id, "loan": dict(loan), "limits": list(limits)}
    previous = _hash(heading)
    entries = []
    ordered = sorted(happenings, key=lambda each: (each.at, each.kind, each.source))
    for number, each in enumerate(ordered, start=1):
        link = {
            "number": number,
            "at": _instant(each.at),
            "kind": each.kind,
            "source": each.source,
            "facts": dict(each.facts),
            "previous": previous,
        }
        previous = _hash(link)
        entries.append({**link, "hash": previous})
    return {**heading, "entries": entries, "end": {"entries": len(entries), "hash": previous}}


def written(pack: Any) -> str:
    """The pack as a file, which people can read too."""
    return json.dumps(pack, ensure_ascii=False, indent=1) + "\n"


def read(text: str) -> Any:
    """Raises NoPackError for what is no pack of this format."""
    try:
        pack = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refused)
    except ValueError as error:
        raise NoPackError(f"this is no JSON file of an evidence pack: {error}") from error
    if not isinstance(pack, dict) or pack.get("format") != FORMAT:
        raise NoPackError(f"this is no evidence pack of the format {FORMAT}: take the .json file, not the page")
    return pack


def misfit(pack: Mapping[str, Any]) -> Misfit | None:
    """The first place that does not fit what stands before it; None for a pack that is whole."""
    if set(pack) != PACK or not isinstance(pack["entries"], list):
        return Misfit("heading", "parts are missing or were added")
    previous = _hash({name: pack[name] for name in HEADING})
    for number, entry in enumerate(pack["entries"], start=1):
        wrong = _misfit_of(entry, number, previous)
        if wrong:
            is_heading = number == 1 and wrong == _BROKEN
            where = "heading, or entry 1" if is_heading else f"entry {number}"
            return Misfit(where, wrong)
        previous = entry["hash"]
    if pack["end"] != {"entries": len(pack["entries"]), "hash": previous}:
        return Misfit("end", "entries are missing after the last one, or the end was changed")
    return None


_BROKEN = "it does not follow what stands before it: something was changed, taken out, put in or moved there"


def _misfit_of(entry: Any, number: int, previous: str) -> str:
    if not isinstance(entry, dict) or set(entry) != {*LINK, "hash"}:
        return "parts of it are missing or were added"
    if entry["previous"] != previous:
        return _BROKEN
    if entry["number"] != number:
        return f"it is numbered {entry['number']}"
    if entry["hash"] != _hash({name: entry[name] for name in LINK}):
        return "its words are not those that its hash was made of"
    return ""


def _hash(value: Any) -> str:
    """SHA-256 of the value's one canonical form: sorted names, no spaces, ASCII."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice would hide one of its values."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no value of a pack")
