"""Checks a lender's file: who speaks, from where, and how a borrower reaches a person."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from duebridge.core.countries import COUNTRIES
from duebridge.core.errors import ContentError
from duebridge.core.money import EXPONENTS
from duebridge.core.time_zone import is_time_zone
from infra.content_source import Entry, clock, read

LENDER = (
    "name",
    "names",
    "family",
    "consent_default",
    "columns",
    "answers_a_day",
    "promise_days_at_most",
    "vague_promise_working_days",
    "resume_after_working_days",
    "offices",
)
OFFICE = (
    "phone",
    "hours",
    "reply_to",
    "stop_line",
    "site",
    "complaint_body",
    "crisis_line",
    "desk",
    "consequence",
    "price_micros",
    "arrangements",
    "registered_entity",
)


def compile_lender(templates: Path, lender: str, jurisdictions: Collection[str]) -> dict[str, Any]:
    """An office is of a country, or of a jurisdiction of several. Raises ContentError with file and line."""
    file = templates / "lenders" / f"{lender}.yaml"
    if not file.exists():
        known = ", ".join(sorted(path.stem for path in file.parent.glob("*.yaml")))
        raise ContentError(f"templates/lenders: no {lender}.yaml: name one of {known} in infra/stages.py")
    source = read(file)
    source.only(LENDER)
    compiled = {name: source.need(name) for name in LENDER} | {"file": file.name}
    offices: Entry = source["offices"]
    compiled["offices"] = {name: _office(offices.need(name)) for name in offices}
    for name in offices:
        if name not in COUNTRIES and name not in jurisdictions:
            raise offices[name].wrong(f"{name} is no country", "write a code of two capitals, or a jurisdiction")
    return compiled


def _office(office: Entry) -> dict[str, Any]:
    office.only(OFFICE)
    for name in ("phone", "hours", "reply_to", "stop_line", "site", "complaint_body", "crisis_line", "desk"):
        office.need(name)
    spoken = set(office["stop_line"])
    for name in ("hours", "complaint_body", "crisis_line"):
        if missing := spoken - set(office[name]):
            raise office.wrong(f"`{name}` lacks {', '.join(sorted(missing))}", "say it in every language of stop_line")
    if office["reply_to"] == "none":
        for words in office["stop_line"].values():
            if "reply" in words.casefold() or "回" in words:
                raise office.wrong("the stop line says reply, but replies do not arrive", "give a phone or a site")
    elif office["reply_to"] != "same":
        _names_the_number(office)
    consequence: Entry | None = office.get("consequence")
    if consequence is not None:
        consequence.only(("on_day", "words"))
        for words in consequence.need("words").values():
            if "{date}" not in words:
                raise consequence.wrong("a consequence without its date is a threat", "write {date} where it belongs")
    office.number("price_micros")
    _desk(office.entry("desk"))
    arrangements = check_limits(office.entry("arrangements")) if "arrangements" in office else None
    return {**{name: office.get(name) for name in OFFICE}, "arrangements": arrangements}


def check_limits(limits: Entry) -> dict[str, Any]:
    """The menu of arrangements. Sums to agree at once are whole units by currency; compiled to minor units."""
    limits.only(("instalments_at_most", "extension_days_at_most", "agreed_at_once_below"))
    for name in ("instalments_at_most", "extension_days_at_most"):
        if name in limits:
            limits.number(name)
    if limits.get("instalments_at_most", 0) == 1:
        raise limits.wrong("one instalment is no plan", "write 2 or more, or 0 to offer none")
    below: dict[str, int] | None = None
    if "agreed_at_once_below" in limits:
        sums = limits.entry("agreed_at_once_below")
        for currency in sums:
            if currency not in EXPONENTS:
                raise sums.wrong(f"no currency {currency}", "write its ISO 4217 code of three capitals")
        below = {currency: sums.number(currency) * 10 ** EXPONENTS[currency] for currency in sums}
    return {
        "instalments_at_most": limits.get("instalments_at_most", 0),
        "extension_days_at_most": limits.get("extension_days_at_most", 0),
        "agreed_at_once_below": below,
    }


def _desk(desk: Entry) -> None:
    """When a person is there to answer; tickets run by it."""
    desk.only(("opens", "closes", "zone"))
    if clock(desk, "opens") >= clock(desk, "closes"):
        raise desk.wrong("the desk closes before it opens", "write opens before closes")
    if not is_time_zone(desk.need("zone")):
        raise desk.wrong(f"{desk['zone']} is no time zone", "write one such as Europe/Berlin")


def _names_the_number(office: Entry) -> None:
    """Where replies go elsewhere, a borrower must be told where."""
    for words in office["stop_line"].values():
        if office["reply_to"] not in words:
            raise office.wrong("the stop line does not name the number where replies arrive", "name reply_to in it")
