"""Checks the experiments of templates/strategies: nothing may be compared that cannot be told apart afterwards."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

from duebridge.core.outcome import OF_A_LOAN, RAILS
from infra.content_source import Entry, read

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_PAIR = 16
"""Letters of an experiment's and an arm's name together: a text's row has room for no more."""
MOST_MIXTURES = 64
EXPERIMENT = (
    *("name", "layer", "lenders", "segments", "starts", "ends", "days", "arms", "control", "primary"),
    *("expected_percent", "worth_finding_percent", "guard_rails"),
)
ARM = ("name", "share", "family", "templates", "days", "hold_out")


def compile_experiments(
    templates: Path,
    lender: str,
    lenders: Collection[str],
    families: Mapping[str, Any],
    own: str,
    *,
    texts: Mapping[str, Any],
    drafts_start: date | None = None,
) -> list[dict[str, Any]]:
    """The lender's own; drafts only where a day is given on which they start. All are checked, whoever's they are.

    `families` are all compiled strategies, `own` is the lender's; `texts` are the names of all templates.
    Raises ContentError with file and line.
    """
    source = read(templates / "strategies" / "experiments.yaml")
    source.only(("experiments",))
    entries: list[Entry] = source.need("experiments")
    compiled = []
    for entry in entries:
        one = _experiment(entry, lenders, families, texts)
        if [each.get("name") for each in entries].count(one["name"]) > 1:
            raise entry.wrong(f"experiment {one['name']} stands twice", "give each its own name")
        is_own = lender in entry["lenders"]
        if is_own:
            _segments(entry, families[own])
        if is_own and one["starts"] is None and drafts_start:
            ends = drafts_start + timedelta(days=entry["days"] - 1)
            one |= {"starts": drafts_start.isoformat(), "ends": ends.isoformat()}
        if is_own and one["starts"]:
            compiled.append((entry, one))
    _layers_apart(compiled)
    return [one for _, one in compiled]


def _experiment(
    entry: Entry, lenders: Collection[str], families: Mapping[str, Any], texts: Mapping[str, Any]
) -> dict[str, Any]:
    entry.only(EXPERIMENT)
    name = _name(entry)
    for lender in entry.need("lenders"):
        if lender not in lenders:
            raise entry.wrong(f"no lender {lender}", f"write some of {', '.join(sorted(lenders))}")
    starts, ends = _days(entry)
    arms = [_arm(arm, name, families, texts) for arm in entry.need("arms")]
    names = [arm["name"] for arm in arms]
    if len(set(names)) < 2 or len(set(names)) < len(names):
        raise entry.wrong("fewer than two arms, or two of one name", "write two or more, each with its own name")
    if sum(arm["share"] for arm in arms) > 100:
        raise entry.wrong("the shares are more than 100 percent", "lower some of them")
    if entry.need("control") not in names:
        raise entry.wrong(f"no arm {entry['control']}", f"name one of {', '.join(names)} as the control")
    if entry.need("primary") not in OF_A_LOAN:
        raise entry.wrong(f"{entry['primary']} decides nothing", f"write one of {', '.join(sorted(OF_A_LOAN))}")
    return {
        "name": name,
        "layer": entry.need("layer"),
        "segments": list(entry.get("segments", [])),
        "starts": starts,
        "ends": ends,
        "arms": arms,
        "control": entry["control"],
        "primary": entry["primary"],
        "expected": _share(entry, "expected_percent"),
        "worth_finding": _share(entry, "worth_finding_percent"),
        "guard_rails": _rails(entry),
    }


def _days(entry: Entry) -> tuple[str | None, str | None]:
    starts = entry.need("starts")
    if starts is None:
        entry.number("days", at_least=1)
        if "ends" in entry:
            raise entry.wrong("a draft has no end", "write how many `days` it will last, or give it a start")
        return None, None
    ends = entry.need("ends")
    if "days" in entry or not isinstance(starts, date) or not isinstance(ends, date):
        raise entry.wrong("`starts` and `ends` are no two dates", "write both such as 2026-09-01, and no `days`")
    if ends < starts:
        raise entry.wrong("it ends before it starts", "swap the dates")
    return starts.isoformat(), ends.isoformat()


def _arm(arm: Entry, experiment: str, families: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    arm.only(ARM)
    name = _name(arm)
    if len(experiment) + len(name) > LONGEST_PAIR:
        raise arm.wrong(
            f"{experiment} and {name} are longer than {LONGEST_PAIR} letters together", "shorten one of the names"
        )
    is_hold_out = bool(arm.get("hold_out", False))
    changes = [key for key in ("family", "templates", "days") if key in arm]
    if is_hold_out and changes:
        raise arm.wrong(f"it hears nothing, and has {changes[0]}", "take one of them out")
    family = arm.get("family")
    if family is not None and family not in families:
        raise arm.wrong(f"no strategy {family}", f"write one of {', '.join(sorted(families))}")
    steps = [step for each in families.values() for scheme in each["schemes"] for step in scheme["steps"]]
    return {
        "name": name,
        "share": arm.number("share", at_least=1),
        "family": family,
        "templates": _variants(arm, {step["template"] for step in steps}, texts),
        "days": _timing(arm, steps),
        "is_hold_out": is_hold_out,
    }


def _variants(arm: Entry, used: Collection[str], texts: Mapping[str, Any]) -> dict[str, str]:
    """A text may stand only for one of the same stage: it is written for those days."""
    variants: Entry | dict[str, str] = arm.get("templates", {})
    for written, other in variants.items():
        if written not in used:
            raise arm.wrong(f"no strategy sends {written}", "name a text of a strategy on the left")
        if written.rpartition("/")[2] not in other.rpartition("/")[2]:
            raise arm.wrong(f"{other} is no text for the stage of {written}", "name a text of the same stage")
        for locale in ("zh-CN", "en"):
            if other not in texts[locale]:
                raise arm.wrong(f"no text {other}", f"add templates/sms/{locale}/{other}.txt")
    return dict(variants)


def _timing(arm: Entry, steps: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Other days must stay within the stage: no day may be in two."""
    timing: Entry | dict[str, Any] = arm.get("days", {})
    for stage, days in timing.items():
        widest = [step["stage_days"] for step in steps if step["name"] == stage]
        if not widest:
            raise arm.wrong(f"no stage {stage}", "write one of templates/strategies/stages.yaml")
        are_two = isinstance(days, list) and len(days) == 2 and all(isinstance(day, int) for day in days)
        if not are_two or not widest[0][0] <= days[0] <= days[1] <= widest[0][1]:
            raise arm.wrong(f"days {days} are not within {stage}", f"stay within {widest[0]}")
    return dict(timing)


def _rails(entry: Entry) -> dict[str, dict[str, Any]]:
    rails: Entry | None = entry.entry("guard_rails") if "guard_rails" in entry else None
    found = {}
    for outcome in rails or ():
        if rails is None or outcome not in RAILS:
            raise entry.wrong(f"no guard rail watches {outcome}", f"write some of {', '.join(sorted(RAILS))}")
        rail = rails.entry(outcome)
        rail.only(("most_percent", "least_contacts"))
        found[outcome] = {"most": _share(rail, "most_percent"), "least_contacts": rail.number("least_contacts", 1)}
    return found


def _share(entry: Entry, name: str) -> float:
    percent = entry.need(name)
    if isinstance(percent, bool) or not isinstance(percent, int | float) or not 0 < percent < 100:
        raise entry.wrong(f"`{name}` is {percent!r}", "write a percentage between 0 and 100")
    return round(percent / 100, 6)


def _name(entry: Entry) -> str:
    name = entry.need("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise entry.wrong(f"{name!r} is no name", "write small letters, digits and hyphens")
    return name


def _segments(entry: Entry, own: Mapping[str, Any]) -> None:
    known = {scheme["segment"] for scheme in own["schemes"]}
    for segment in entry.get("segments", []):
        if segment not in known:
            raise entry.wrong(f"the lender's strategy has no segment {segment}", f"write some of {sorted(known)}")


def _layers_apart(compiled: Sequence[tuple[Entry, Mapping[str, Any]]]) -> None:
    """Two that change a loan's family would each undo the other; a loan in many at once is told by nobody."""
    for (_, one), (entry, other) in combinations(compiled, 2):
        families = [any(arm["family"] for arm in each["arms"]) for each in (one, other)]
        if one["layer"] != other["layer"] and all(families):
            raise entry.wrong(f"{one['name']} changes the family too, in another layer", "put them into the same layer")
    mixtures = 1
    for layer in {one["layer"] for _, one in compiled}:
        mixtures *= 1 + sum(len(one["arms"]) for _, one in compiled if one["layer"] == layer)
    if mixtures > MOST_MIXTURES:
        entry = compiled[-1][0]
        raise entry.wrong(f"loans could be in {mixtures} mixtures of arms", f"compare less: {MOST_MIXTURES} at most")
