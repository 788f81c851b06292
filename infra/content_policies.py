"""Checks the policies of templates/policies and writes them out by country, with their holidays."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import holidays

from duebridge.core.account_state import AccountState
from duebridge.core.countries import COUNTRIES
from infra.content_source import Entry, clock, read

FIRST_YEAR, LAST_YEAR = 2025, 2030
"""Public holidays are compiled for these years; content is compiled anew with every deployment."""
PURPOSES = ("pre_due", "demand", "answer")
CLAUSES = frozenset({"lender", "product", "amount", "date", "basis", "contact", "opt_out"})
VERSION = (
    "version",
    "effective_from",
    "effective_to",
    "sources",
    "hours",
    "holidays",
    "caps",
    "consent_required",
    "opt_out",
    "keep_days",
    "required",
    "registered_texts",
    "always_sent",
)
STATES_FILE = "states.yaml"


def compile_policies(templates: Path) -> dict[str, list[dict[str, Any]]]:
    """By country and by overlay, each with all its versions. Raises ContentError with file and line."""
    compiled: dict[str, list[dict[str, Any]]] = {}
    stages = [stage["name"] for stage in read(templates / "strategies" / "stages.yaml").get("stages", [])]
    for file in sorted((templates / "policies").glob("*.yaml")):
        if file.name == STATES_FILE:
            continue
        source = read(file)
        source.only(("jurisdiction", "countries", "versions", "overlays"))
        versions: list[Entry] = source.need("versions")
        for country in source.need("countries"):
            if country not in COUNTRIES:
                raise source.wrong(f"{country} is no country", "write its ISO 3166-1 code of two capitals")
            if country in compiled:
                raise source.wrong(f"{country} has a policy already", "take it out of one of the two files")
            compiled[country] = [_version(each, source.need("jurisdiction"), stages) for each in _whole(versions)]
        for name, overlay in source.get("overlays", {}).items():
            compiled[name] = [_overlay(each, versions[0], name, stages) for each in overlay]
    return compiled


def compile_states(templates: Path) -> dict[str, int | None]:
    """By state: the working days that it pauses demands, or null where a person or the ledger ends it."""
    source = read(templates / "policies" / STATES_FILE)
    states: Entry = source.need("states")
    states.only(AccountState)
    for state in AccountState:
        entry: Entry = states.need(state)
        entry.only(("ends", "working_days", "note"))
        if entry.need("ends") not in ("person", "ledger", "working_days"):
            raise entry.wrong(f"{entry['ends']} ends no state", "write person, ledger or working_days")
        if entry["ends"] == "working_days":
            entry.number("working_days", at_least=1)
        elif "working_days" in entry:
            raise entry.wrong(f"{state} is not ended by working days", "take working_days out, or let them end it")
    return {state: states[state].get("working_days") for state in AccountState}


def _whole(versions: list[Entry]) -> list[Entry]:
    """A version may name an earlier one that it changes, so that only the change is written."""
    whole: dict[str, Entry] = {}
    for version in versions:
        values = dict(version)
        base = values.pop("based_on", None)
        if base is not None and base not in whole:
            raise version.wrong(f"there is no earlier version {base}", "name one that stands above, or none")
        merged = {**whole[base], **values} if base else values
        whole[version.need("version")] = Entry(merged, version.file, version.line)
    return list(whole.values())


def _overlay(overlay: Entry, base: Entry, name: str, stages: Collection[str]) -> dict[str, Any]:
    """What a state or city adds; the country's own rules hold beside it, so nothing can be loosened here."""
    merged = Entry({**base, "effective_to": None, **overlay}, overlay.file, overlay.line)
    return _version(merged, name, stages)


def _version(version: Entry, jurisdiction: str, stages: Collection[str]) -> dict[str, Any]:
    version.only(VERSION)
    hours: Entry = version.need("hours")
    hours.only(("opens", "closes", "weekdays"))
    opens, closes = clock(hours, "opens"), clock(hours, "closes")
    if opens >= closes:
        raise hours.wrong("contact hours end before they begin", "write opens before closes")
    if not hours.need("weekdays") or not set(hours["weekdays"]) <= set(range(1, 8)):
        raise hours.wrong(f"`weekdays` is {hours['weekdays']}", "write some of 1 (Monday) to 7 (Sunday)")
    opt_out = version.entry("opt_out")
    opt_out.only(("confirm", "scope", "opt_in_by_text"))
    if opt_out.need("scope") not in ("number", "person"):
        raise opt_out.wrong(f"{opt_out['scope']} is no scope of an opt-out", "write number or person")
    days = _holidays(version.need("holidays"))
    required: Entry = version.need("required")
    required.only(PURPOSES)
    for purpose in PURPOSES:
        for clause in required.need(purpose):
            if clause not in CLAUSES:
                raise required.wrong(f"no clause {clause}", f"write one of {', '.join(sorted(CLAUSES))}")
    return {
        "jurisdiction": jurisdiction,
        "version": version.need("version"),
        "effective_from": _day(version, "effective_from"),
        "effective_to": _day(version, "effective_to") if version.get("effective_to") else None,
        **_sources(version.need("sources")),
        "opens": hours["opens"],
        "closes": hours["closes"],
        "weekdays": hours.need("weekdays"),
        "holidays": days,
        "closed_on": days if version["holidays"].need("closed") else [],
        "caps": [_cap(cap) for cap in version.need("caps")],
        "consent_required": version.need("consent_required"),
        "keep_days": version.need("keep_days"),
        "confirms_opt_out": opt_out.need("confirm"),
        "opt_out_covers_person": opt_out["scope"] == "person",
        "opt_in_by_text": bool(opt_out.get("opt_in_by_text", True)),
        "required": {purpose: required[purpose] for purpose in PURPOSES},
        "registered_texts": version.need("registered_texts"),
        "always_sent": _always_sent(version, stages),
    }


def _sources(sources: list[Entry]) -> dict[str, Any]:
    """What `explain` quotes; an unverified rule says so wherever it is quoted."""
    told = []
    for source in sources:
        source.only(("rule", "source", "verified"))
        mark = "" if source.need("verified") else " [not verified]"
        told.append(f"{source.need('source')}: {source.need('rule')}{mark}")
    return {"source": "; ".join(told), "verified": all(source["verified"] for source in sources)}


def _cap(cap: Entry) -> dict[str, int]:
    cap.only(("days", "most"))
    return {"days": cap.number("days", at_least=1), "most": cap.number("most", at_least=1)}


def _always_sent(version: Entry, stages: Collection[str]) -> list[str]:
    """Stages whose text the law requires: no experiment holds it back."""
    for stage in version.get("always_sent", []):
        if stage not in stages:
            raise version.wrong(f"no stage {stage}", f"write some of {', '.join(stages)}")
    return list(version.get("always_sent", []))


def _day(version: Entry, name: str) -> str:
    day = version.need(name)
    if not isinstance(day, date):
        raise version.wrong(f"`{name}` is no date", "write one such as 2026-09-01")
    return day.isoformat()


def _holidays(wanted: Entry) -> list[str]:
    wanted.only(("country", "part", "closed"))
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    try:
        calendar: Mapping[date, str] = holidays.country_holidays(
            wanted.need("country"), subdiv=wanted.get("part"), years=years
        )
    except NotImplementedError:
        raise wanted.wrong(
            f"no calendar for {wanted['country']} {wanted.get('part', '')}", "name a country of the holidays package"
        ) from None
    return [day.isoformat() for day in sorted(calendar)]
