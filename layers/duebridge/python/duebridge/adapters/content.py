"""Loads the compiled content of the one lender that this deployment serves."""

import json
from collections.abc import Mapping
from datetime import date, time
from importlib import resources
from typing import Any

from ..core.content import Content, Lender, Lexicon, Office, Template
from ..core.policy import Cap, Policy
from ..core.strategy import Kind, Step, Strategy

CONTENT_PACKAGE = "duebridge_content"


def load() -> Content:
    """From the content layer."""
    return parse(resources.files(CONTENT_PACKAGE).joinpath("content.json").read_text(encoding="utf-8"))


def parse(compiled: str) -> Content:
    """From what the content compiler wrote; it has checked everything."""
    content = json.loads(compiled)
    return Content(
        lender=_lender(content["lender"]),
        policies={name: tuple(map(_policy, policies)) for name, policies in content["policies"].items()},
        strategy=_strategy(content["strategy"]),
        templates={(t["name"], t["locale"]): Template(**t) for t in content["templates"]},
        lexicons=tuple(
            Lexicon(
                intent=lexicon["intent"],
                whole=frozenset(lexicon["whole"]),
                anywhere=tuple(lexicon["anywhere"]),
            )
            for lexicon in content["lexicons"]
        ),
        prices=content["prices"],
    )


def _lender(lender: Mapping[str, Any]) -> Lender:
    return Lender(
        name=lender["name"],
        names=lender["names"],
        offices={country: _office(office) for country, office in lender["offices"].items()},
        consent_default=lender["consent_default"],
        columns=lender["columns"],
        answers_a_day=lender["answers_a_day"],
    )


def _office(office: Mapping[str, Any]) -> Office:
    desk = office["desk"]
    return Office(
        phone=office["phone"],
        hours=office["hours"],
        stop_line=office["stop_line"],
        site=office["site"],
        desk_opens=time.fromisoformat(desk["opens"]),
        desk_closes=time.fromisoformat(desk["closes"]),
        desk_zone=desk["zone"],
    )


def _policy(policy: Mapping[str, Any]) -> Policy:
    return Policy(
        jurisdiction=policy["jurisdiction"],
        version=policy["version"],
        source=policy["source"],
        verified=policy["verified"],
        opens=time.fromisoformat(policy["opens"]),
        closes=time.fromisoformat(policy["closes"]),
        weekdays=frozenset(policy["weekdays"]),
        closed_on=frozenset(map(date.fromisoformat, policy["closed_on"])),
        holidays=frozenset(map(date.fromisoformat, policy["holidays"])),
        caps=tuple(Cap(**cap) for cap in policy["caps"]),
        consent_required=policy["consent_required"],
        keep_days=policy["keep_days"],
        confirms_opt_out=policy["confirms_opt_out"],
    )


def _strategy(strategy: Mapping[str, Any]) -> Strategy:
    steps = (
        Step(
            name=step["name"],
            kind=Kind(step["kind"]),
            first_day=step["days"][0],
            last_day=step["days"][1],
            template=step["template"],
            answer_working_days=step.get("answer_working_days", 0),
        )
        for step in strategy["steps"]
    )
    return Strategy(strategy["name"], tuple(steps))
