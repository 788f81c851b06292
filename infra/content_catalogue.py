"""Checks the catalogue of texts: what each is for, what it must say, and how long it may be."""

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from duebridge.core.countries import COUNTRIES
from infra.content_source import Entry, read

PURPOSES = ("pre_due", "demand", "answer")
EVERYWHERE = "all"
ENTRY = (
    "name",
    "purpose",
    "required",
    "first",
    "budget_segments",
    "later_budget_segments",
    "countries",
    "registered",
    "note",
)
CLAUSES = frozenset(
    {
        *("lender", "name", "product", "arrears", "due", "pay_by", "basis", "phone", "stop"),
        *("principal", "payments_left", "case", "hours", "site", "crisis_line"),
        *("options", "plan", "answer_day", "promise_day", "complaint_body"),
        *("amount", "day", "next_amount", "next_day", "words"),
    }
)
"""`basis` is words, not a variable: the agreement that the demand rests on."""


def compile_catalogue(templates: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By template name. The first entry whose pattern fits counts. Raises ContentError."""
    source = read(templates / "sms" / "catalogue.yaml")
    source.only(("texts",))
    entries: list[Entry] = source.need("texts")
    known = sorted(names)
    for entry in entries:
        entry.only(ENTRY)
        if entry.need("purpose") not in PURPOSES:
            raise entry.wrong(f"{entry['purpose']} is no purpose", f"write one of {', '.join(PURPOSES)}")
        if entry.need("budget_segments") not in (1, 2):
            raise entry.wrong("a text of more than two parts", "write 1 or 2: parts are the bill")
        for clause in (*entry.need("required"), *entry.get("first", [])):
            if clause not in CLAUSES:
                raise entry.wrong(f"no variable {clause}", f"write one of {', '.join(sorted(CLAUSES))}")
        for country in _countries(entry):
            if country not in COUNTRIES:
                raise entry.wrong(f"{country} is no country", "write `all`, or a list of ISO 3166-1 codes")
        if not any(fnmatch(name, entry.need("name")) for name in known):
            raise entry.wrong(f"no text is called {entry['name']}", "correct the name, or add the text")
    catalogue = {}
    for name in known:
        fitting = [entry for entry in entries if fnmatch(name, entry["name"])]
        if not fitting:
            raise (entries[-1] if entries else source).wrong(f"{name} is in no entry", "add one below")
        entry = fitting[0]
        catalogue[name] = {
            "purpose": entry["purpose"],
            "required": list(entry["required"]),
            "required_first": list(entry.get("first", [])),
            "segments": entry["budget_segments"],
            "later_segments": entry.get("later_budget_segments", entry["budget_segments"]),
            "countries": _countries(entry),
            "registered": {country: known_as for country, known_as in entry.need("registered").items() if known_as},
        }
    return catalogue


def _countries(entry: Entry) -> list[str]:
    """Empty for a text that may go wherever there is a policy and an office."""
    wanted = entry.need("countries")
    return [] if wanted == EVERYWHERE else list(wanted)
