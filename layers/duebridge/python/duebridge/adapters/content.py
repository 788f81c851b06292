"""Loads the compiled content of the one lender that this deployment serves."""

import json
from collections.abc import Mapping
from datetime import date, time
from importlib import resources
from typing import Any

from ..core.content import Content, Lender, Lexicon, Office, Template
from ..core.policy import Cap, Policy
from ..core.strategy import Condition, Kind, Scheme, Step, Strategy, Trait

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
        templates={(t["name"], t["locale"]): _template(t) for t in content["templates"]},
        lexicons=tuple(
            Lexicon(
                intent=lexicon["intent"],
                whole=frozenset(lexicon["whole"]),
                anywhere=tuple(lexicon["anywhere"]),
            )
            for lexicon in content["lexicons"]
        ),
        pause_working_days=content["states"],
    )


def _template(template: Mapping[str, Any]) -> Template:
    lists = {name: tuple(template[name]) for name in ("required", "required_first", "countries")}
    return Template(**{**template, **lists})


def _lender(lender: Mapping[str, Any]) -> Lender:
    return Lender(
        name=lender["name"],
        names=lender["names"],
        offices={country: _office(office) for country, office in lender["offices"].items()},
        consent_default=lender["consent_default"],
        family=lender["family"],
        columns=lender["columns"],
        answers_a_day=lender["answers_a_day"],
    )


def _office(office: Mapping[str, Any]) -> Office:
    desk, consequence = office["desk"], office["consequence"] or {"words": {}, "on_day": 0}
    return Office(
        phone=office["phone"],
        hours=office["hours"],
        stop_line=office["stop_line"],
        site=office["site"],
        reply_to=office["reply_to"],
        complaint_body=office["complaint_body"],
        crisis_line=office["crisis_line"],
        price_micros=office["price_micros"],
        registered_entity=office["registered_entity"] or "",
        consequence_words=consequence["words"],
        consequence_day=consequence["on_day"],
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
        effective_from=date.fromisoformat(policy["effective_from"]),
        effective_to=date.fromisoformat(policy["effective_to"]) if policy["effective_to"] else None,
        opt_out_covers_person=policy["opt_out_covers_person"],
        required={purpose: tuple(clauses) for purpose, clauses in policy["required"].items()},
        registered_texts=policy["registered_texts"],
    )


def _strategy(strategy: Mapping[str, Any]) -> Strategy:
    return Strategy(strategy["name"], tuple(map(_scheme, strategy["schemes"])))


def _scheme(scheme: Mapping[str, Any]) -> Scheme:
    return Scheme(
        segment=scheme["segment"],
        conditions=tuple(
            Condition(
                trait=Trait(condition["trait"]),
                at_least=condition.get("at_least"),
                at_most=condition.get("at_most"),
                at_least_by_currency=condition.get("at_least_by_currency", {}),
            )
            for condition in scheme["conditions"]
        ),
        marks=frozenset(scheme["marks"]),
        steps=tuple(
            Step(
                name=step["name"],
                kind=Kind(step["kind"]),
                first_day=step["days"][0],
                last_day=step["days"][1],
                template=step["template"],
                answer_working_days=step.get("answer_working_days", 0),
            )
            for step in scheme["steps"]
        ),
    )
