"""Checks the strategies of templates/strategies: no gap, no overlap, no segment that nobody is in."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, combinations, pairwise, product
from pathlib import Path
from typing import Any

from duebridge.core.money import EXPONENTS
from duebridge.core.strategy import Condition, Kind, Trait, Traits
from infra.content_lenders import check_limits
from infra.content_source import Entry, read

MARKS = frozenset({"dissatisfied", "hardship", "broken_promise", "replied"})
NO_STRATEGIES = frozenset({"stages", "experiments"})
"""Files of the folder that hold something else."""
SHORTEST_WEEK_DAYS = 5
ROOM_FOR_HOLIDAYS_DAYS = 2


def compile_strategy(templates: Path, family: str, texts: Mapping[str, Any]) -> dict[str, Any]:
    """One family's schemes. `texts` are the names of all templates. Raises ContentError with file and line."""
    file = templates / "strategies" / f"{family}.yaml"
    source = read(file)
    source.only(("schemes",))
    stages = _stages(templates)
    schemes = [_scheme(entry, stages, texts) for entry in source.need("schemes")]
    _everyone_is_somewhere(schemes)
    return {"name": family, "schemes": [_plain(scheme) for scheme in schemes]}


def compile_families(templates: Path, texts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """All strategies by name, also those that no lender follows: an experiment's arm may."""
    names = sorted({file.stem for file in (templates / "strategies").glob("*.yaml")} - NO_STRATEGIES)
    return {name: compile_strategy(templates, name, texts) for name in names}


def _stages(templates: Path) -> dict[str, Entry]:
    """The stages of a delinquency: no day may be in two, and none may be in none."""
    source = read(templates / "strategies" / "stages.yaml")
    source.only(("stages",))
    stages: list[Entry] = source.need("stages")
    for stage in stages:
        stage.only(("name", "kind", "days"))
        if not _are_two_days(stage.need("days")):
            raise stage.wrong(f"`days` is {stage['days']}", "write the first and the last, such as [4, 15]")
        first, last = stage["days"]
        if first > last:
            raise stage.wrong(f"{stage['name']} ends on day {last} before it begins on {first}", "swap them")
    for before, after in pairwise(stages):
        last, first = before["days"][1], after["days"][0]
        if first <= last:
            raise after.wrong(
                f"{after['name']} overlaps {before['name']} on day {first}", f"let it begin on {last + 1}"
            )
        if first > last + 1:
            raise after.wrong(f"a gap: nobody is texted on day {last + 1}", f"let {after['name']} begin on {last + 1}")
    return {stage.need("name"): stage for stage in stages}


def _scheme(entry: Entry, stages: Mapping[str, Entry], texts: Mapping[str, Any]) -> dict[str, Any]:
    entry.only(("segment", "when", "steps", "leaves_out", "arrangements"))
    marks, conditions = _conditions(entry.get("when"))
    steps = [_step(step, stages, texts) for step in entry.need("steps")]
    _steps_fit(entry, steps, stages)
    return {
        "entry": entry,
        "segment": entry.need("segment"),
        "marks": marks,
        "conditions": conditions,
        "arrangements": check_limits(entry.entry("arrangements")) if "arrangements" in entry else None,
        "steps": steps,
    }


def _conditions(when: Entry | None) -> tuple[list[str], list[dict[str, Any]]]:
    if when is None:
        return [], []
    when.only(("marks", *Trait))
    marks = list(when.get("marks", []))
    for mark in marks:
        if mark not in MARKS:
            raise when.wrong(f"no loan ever has the mark {mark}", f"write one of {', '.join(sorted(MARKS))}")
    conditions = []
    for trait in Trait:
        if trait in when:
            bound = when.entry(trait)
            bound.only(("at_least", "at_most"))
            lower: Any = bound.get("at_least")
            is_by_currency = isinstance(lower, dict)
            for currency in lower if is_by_currency else ():
                if currency not in EXPONENTS:
                    raise bound.wrong(f"no currency {currency}", "write its ISO 4217 code of three capitals")
            conditions.append(
                {
                    "trait": str(trait),
                    "at_least": None if is_by_currency else lower,
                    "at_most": bound.get("at_most"),
                    "at_least_by_currency": dict(lower) if is_by_currency else {},
                }
            )
    return marks, conditions


def _step(step: Entry, stages: Mapping[str, Entry], texts: Mapping[str, Any]) -> dict[str, Any]:
    step.only(("stage", "days", "template", "answer_working_days"))
    name = step.need("stage")
    if name not in stages:
        raise step.wrong(f"no stage {name}", f"write one of {', '.join(stages)}")
    stage = stages[name]
    days = step.get("days", stage["days"])
    if not _are_two_days(days):
        raise step.wrong(f"`days` is {days}", "write the first and the last, such as [4, 15]")
    first, last = days
    if not stage["days"][0] <= first <= last <= stage["days"][1]:
        raise step.wrong(f"days {first} to {last} are outside {name}", f"stay within {stage['days']}")
    template = step.need("template")
    for locale in ("zh-CN", "en"):
        if template not in texts[locale]:
            raise step.wrong(f"no text {template}", f"add templates/sms/{locale}/{template}.txt")
    kind = Kind(stage["kind"])
    given = step.get("answer_working_days", 0)
    if kind is Kind.DEMAND and given < 3:
        raise step.wrong("a demand gives fewer than three working days", "give at least 3; we suggest 7")
    return {
        "entry": step,
        "name": name,
        "kind": str(kind),
        "days": [first, last],
        "stage_days": stage["days"],
        "template": template,
        "answer_working_days": given,
    }


def _are_two_days(days: Any) -> bool:
    return isinstance(days, list) and len(days) == 2 and all(isinstance(day, int) for day in days)


def _steps_fit(entry: Entry, steps: Sequence[Mapping[str, Any]], stages: Mapping[str, Entry]) -> None:
    """One step a stage, in order; a stage without one is named; think time leaves room for the next."""
    order = list(stages)
    names = [step["name"] for step in steps]
    for before, after in pairwise(steps):
        if order.index(after["name"]) <= order.index(before["name"]):
            raise after["entry"].wrong(
                f"{after['name']} stands behind {before['name']}", "one demand a stage, in the order of stages.yaml"
            )
        latest = before["days"][1] + _calendar_days(before["answer_working_days"])
        if before["answer_working_days"] and latest > after["days"][1]:
            raise after["entry"].wrong(
                f"the time that {before['name']} gives may run to day {latest}, past the end of {after['name']}",
                "give fewer working days, or let the step begin earlier",
            )
    left_out = entry.get("leaves_out", [])
    for name in order:
        if (name in names) == (name in left_out):
            raise entry.wrong(
                f"a gap: segment {entry['segment']} has no step for {name}"
                if name not in names
                else f"{name} has a step and is left out",
                f"add a step, or name it in `leaves_out: [{name}]`",
            )


def _calendar_days(working_days: int) -> int:
    """How long so many working days may last, weekends and a holiday or two included."""
    return working_days * 7 // SHORTEST_WEEK_DAYS + ROOM_FOR_HOLIDAYS_DAYS


def _everyone_is_somewhere(schemes: Sequence[Mapping[str, Any]]) -> None:
    if schemes[-1]["marks"] or schemes[-1]["conditions"]:
        raise schemes[-1]["entry"].wrong(
            "the last segment has conditions, so some loans are in none", "end with one that has no `when`"
        )
    names = [scheme["segment"] for scheme in schemes]
    for scheme in schemes:
        if names.count(scheme["segment"]) > 1:
            raise scheme["entry"].wrong(f"segment {scheme['segment']} stands twice", "give each its own name")
    tests = [(frozenset(scheme["marks"]), list(map(_condition, scheme["conditions"]))) for scheme in schemes]
    empty = set(range(len(schemes)))
    for traits in _witnesses(schemes):
        empty.discard(_first_fit(tests, traits))
        if not empty:
            return
    scheme = schemes[min(empty)]
    raise scheme["entry"].wrong(
        f"segment {scheme['segment']} is unreachable: earlier segments take all of its loans",
        "move it up, or change its conditions",
    )


def _witnesses(schemes: Sequence[Mapping[str, Any]]) -> Iterator[Traits]:
    """Loans at, below and above every bound, in every currency named and one that is not, with all marks."""
    conditions = [condition for scheme in schemes for condition in scheme["conditions"]]
    currencies = {"XXX", *chain.from_iterable(c["at_least_by_currency"] for c in conditions)}
    marks = sorted({mark for scheme in schemes for mark in scheme["marks"]})
    sets = chain.from_iterable(combinations(marks, size) for size in range(len(marks) + 1))
    choices = {trait: _values(trait, conditions) for trait in Trait}
    for carried, currency, values in product(list(sets), sorted(currencies), product(*choices.values())):
        yield Traits(dict(zip(choices, values, strict=True)), currency, frozenset(carried))


def _values(trait: Trait, conditions: Sequence[Mapping[str, Any]]) -> list[int]:
    bounds = {0}
    for condition in conditions:
        if condition["trait"] == trait:
            given = [condition["at_least"], condition["at_most"], *condition["at_least_by_currency"].values()]
            bounds |= {bound for bound in given if bound is not None}
    return sorted({max(0, bound + step) for bound in bounds for step in (-1, 0, 1)})


def _condition(given: Mapping[str, Any]) -> Condition:
    return Condition(Trait(given["trait"]), given["at_least"], given["at_most"], given["at_least_by_currency"])


def _first_fit(tests: Sequence[tuple[frozenset[str], Sequence[Condition]]], traits: Traits) -> int:
    return next(
        place
        for place, (marks, conditions) in enumerate(tests)
        if marks <= traits.marks
        and all(condition.fits(traits.values[condition.trait], traits.currency) for condition in conditions)
    )


def _plain(scheme: Mapping[str, Any]) -> dict[str, Any]:
    steps = [{key: value for key, value in step.items() if key != "entry"} for step in scheme["steps"]]
    return {**{key: scheme[key] for key in ("segment", "marks", "conditions", "arrangements")}, "steps": steps}
