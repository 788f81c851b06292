"""Checks templates/ and compiles it into the one file that the stations load: no YAML on a cold start."""

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import holidays
import yaml

from duebridge.core.errors import ContentError
from duebridge.core.message import template_version

LENDER_KEYS = ("name", "names", "offices", "consent_default", "columns", "answers_a_day")
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
FIRST_YEAR, LAST_YEAR = 2025, 2030
"""Public holidays are compiled for these years; content is compiled anew with every deployment."""


def write_content(folder: Path, lender: str) -> None:
    """Writes the package that a content layer holds into `folder`. Raises ContentError with file and mend."""
    (folder / "__init__.py").write_text('"""Compiled from templates/."""\n', encoding="utf-8")
    (folder / "content.json").write_text(compile_content(lender), encoding="utf-8")


def compile_content(lender: str, templates: Path = TEMPLATES) -> str:
    """One lender's content as the JSON that `duebridge.adapters.content` reads."""
    source = _lender(templates, lender)
    compiled = {
        "lender": {key: source[key] for key in LENDER_KEYS},
        "prices": source["prices"],
        "policies": _policies(templates),
        "strategy": _read(templates / "strategies" / "standard.yaml"),
        "templates": list(_texts(templates)),
        "lexicons": [entry for language in ("en", "zh") for entry in _read(templates / "replies" / f"{language}.yaml")],
    }
    _every_step_has_a_text(compiled)
    return json.dumps(compiled, ensure_ascii=False, sort_keys=True, indent=1)


def _read(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(f"{file.relative_to(file.parent.parent.parent)}: {error}") from error


def _lender(templates: Path, lender: str) -> Any:
    file = templates / "lenders" / f"{lender}.yaml"
    if not file.exists():
        known = ", ".join(sorted(path.stem for path in file.parent.glob("*.yaml")))
        raise ContentError(f"templates/lenders: no {lender}.yaml; there is {known}")
    return _read(file)


def _policies(templates: Path) -> dict[str, list[dict[str, Any]]]:
    """By country and by overlay, with the holidays of the country written out."""
    compiled: dict[str, list[dict[str, Any]]] = {}
    for file in sorted((templates / "policies").glob("*.yaml")):
        policy = _read(file)
        for country in policy["countries"]:
            if country in compiled:
                raise ContentError(f"templates/policies/{file.name}: {country} has a policy already")
            compiled[country] = [_policy(policy)]
        for name, overlay in policy.get("overlays", {}).items():
            compiled[name] = [_policy({**policy, **overlay, "jurisdiction": name})]
    return compiled


def _policy(policy: dict[str, Any]) -> dict[str, Any]:
    days = _holidays(policy["holidays"])
    return {
        **{key: policy[key] for key in ("jurisdiction", "version", "source", "verified", "caps", "keep_days")},
        **{key: policy[key] for key in ("consent_required", "confirms_opt_out")},
        **policy["hours"],
        "holidays": days,
        "closed_on": days if policy["closed_on_holidays"] else [],
    }


def _holidays(country: str) -> list[str]:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return [day.isoformat() for day in sorted(_dates(holidays.country_holidays(country, years=years)))]


def _dates(found: Iterable[Any]) -> Iterable[date]:
    yield from found


def _texts(templates: Path) -> Iterable[dict[str, str]]:
    for file in sorted((templates / "sms").glob("*/*.txt")):
        source = file.read_text(encoding="utf-8").strip()
        yield {
            "name": file.stem,
            "locale": file.parent.name,
            "source": source,
            "version": template_version(source),
        }


def _every_step_has_a_text(compiled: dict[str, Any]) -> None:
    there = {(text["locale"], text["name"]) for text in compiled["templates"]}
    for locale in ("zh-CN", "en"):
        for step in compiled["strategy"]["steps"]:
            if (locale, step["template"]) not in there:
                raise ContentError(
                    f"templates/strategies/standard.yaml: step {step['name']} wants {step['template']}: "
                    f"add templates/sms/{locale}/{step['template']}.txt"
                )
