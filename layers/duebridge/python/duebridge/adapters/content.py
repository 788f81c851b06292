"""Loads the compiled content of the one lender that this deployment serves."""

from collections.abc import Mapping
from datetime import date, time
from importlib import resources
from typing import Any

from msgspec import json

from ..core.content import Content, Lender, Office, Template
from ..core.experiment import Arm, Experiment, Rail, treatments
from ..core.policy import Cap, Policy
from ..core.strategy import Condition, Kind, Scheme, Step, Strategy, Trait
from ..core.undertaking import ArrangementLimits

CONTENT_PACKAGE = "duebridge_content"


def load() -> Content:
    """From the content layer."""
    return parse(resources.files(CONTENT_PACKAGE).joinpath("content.json").read_bytes())


def parse(compiled: str | bytes) -> Content:
    """From what the content compiler wrote; it has checked everything."""
    content = json.decode(compiled)
    own = _strategy(content["strategy"])
    experiments = tuple(map(_experiment, content["experiments"]))
    families = {own.name: own, **{name: _strategy(family) for name, family in content["families"].items()}}
    return Content(
        lender=_lender(content["lender"]),
        policies={name: tuple(map(_policy, policies)) for name, policies in content["policies"].items()},
        strategy=own,
        experiments=experiments,
        treatments=treatments(experiments, own, families) if experiments else {},
        templates={(t["name"], t["locale"]): _template(t) for t in content["templates"]},
        replies=content["listening"],
        pause_working_days=content["states"],
        help_block=frozenset(content["help_block"]),
    )


def _template(template: Mapping[str, Any]) -> Template:
    lists = {name: tuple(template[name]) for name in ("required", "required_first", "countries")}
    return Template(**{**template, **lists})


def _lender(lender: Mapping[str, Any]) -> Lender:
    return Lender(
        name=lender["name"],
        file=lender["file"],
        names=lender["names"],
        offices={country: _office(office) for country, office in lender["offices"].items()},
        consent_default=lender["consent_default"],
        family=lender["family"],
        columns=lender["columns"],
        answers_a_day=lender["answers_a_day"],
        promise_days_at_most=lender["promise_days_at_most"],
        vague_promise_working_days=lender["vague_promise_working_days"],
        resume_after_working_days=lender["resume_after_working_days"],
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
        arrangements=_limits(office["arrangements"] or {}),
    )


def _limits(limits: Mapping[str, Any]) -> ArrangementLimits:
    return ArrangementLimits(
        instalments_at_most=limits.get("instalments_at_most", 0),
        extension_days_at_most=limits.get("extension_days_at_most", 0),
        agreed_at_once_below=limits.get("agreed_at_once_below"),
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
        opt_in_by_text=policy["opt_in_by_text"],
        required={purpose: tuple(clauses) for purpose, clauses in policy["required"].items()},
        registered_texts=policy["registered_texts"],
        always_sent=frozenset(policy["always_sent"]),
    )


def _strategy(strategy: Mapping[str, Any]) -> Strategy:
    return Strategy(strategy["name"], tuple(map(_scheme, strategy["schemes"])))


def _experiment(experiment: Mapping[str, Any]) -> Experiment:
    return Experiment(
        name=experiment["name"],
        layer=experiment["layer"],
        segments=frozenset(experiment["segments"]),
        starts=date.fromisoformat(experiment["starts"]),
        ends=date.fromisoformat(experiment["ends"]),
        arms=tuple(
            Arm(**{**arm, "days": {stage: (first, last) for stage, (first, last) in arm["days"].items()}})
            for arm in experiment["arms"]
        ),
        control=experiment["control"],
        primary=experiment["primary"],
        expected=experiment["expected"],
        worth_finding=experiment["worth_finding"],
        guard_rails={outcome: Rail(**rail) for outcome, rail in experiment["guard_rails"].items()},
    )


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
        arrangements=_limits(scheme["arrangements"]) if scheme.get("arrangements") else None,
    )
