"""Checks templates/ and compiles it into the one file that the stations load: no YAML on a cold start."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

from duebridge.adapters.desk_content import written_lint_rules
from duebridge.core.errors import ContentError
from duebridge.core.message import template_version
from duebridge.core.reply import normalised
from infra.content_catalogue import compile_catalogue
from infra.content_desk import compile_desk
from infra.content_experiments import compile_experiments
from infra.content_lenders import compile_lender
from infra.content_policies import compile_policies, compile_states
from infra.content_replies import compile_replies
from infra.content_reports import compile_reports
from infra.content_source import TEMPLATES, read
from infra.content_strategies import compile_families, compile_strategy
from infra.lint_rules import lint_rules

LANGUAGES = ("zh-CN", "en")
"""Both are first languages: a text in one must be there in the other. Further locales may override single texts."""


def write_content(folder: Path, lender: str, drafts_start: date | None = None) -> None:
    """Writes the package that a content layer holds into `folder`. Raises ContentError with file and mend."""
    (folder / "__init__.py").write_text('"""Compiled from templates/."""\n', encoding="utf-8")
    content = compile_content(lender, drafts_start=drafts_start)
    (folder / "content.json").write_text(content, encoding="utf-8")
    (folder / "desk.json").write_text(compile_desk(), encoding="utf-8")
    (folder / "report.json").write_text(compile_reports(), encoding="utf-8")
    countries = [country for country in json.loads(content)["policies"] if "-" not in country]
    (folder / "lint.json").write_text(written_lint_rules(lint_rules(countries)), encoding="utf-8")


def compile_content(lender: str, templates: Path = TEMPLATES, *, drafts_start: date | None = None) -> str:
    """One lender's content as the JSON that `duebridge.adapters.content` reads. Raises ContentError.

    `drafts_start` is the day on which experiments that are drafts start; without one they run nowhere.
    """
    policies = compile_policies(templates)
    jurisdictions = {version["jurisdiction"] for versions in policies.values() for version in versions}
    speaker = compile_lender(templates, lender, jurisdictions)
    texts = list(_texts(templates))
    names = {language: {text["name"] for text in texts if text["locale"] == language} for language in LANGUAGES}
    _both_languages(names)
    catalogue = compile_catalogue(templates, names[LANGUAGES[0]])
    families = compile_families(templates, names)
    experiments = compile_experiments(
        templates, lender, lenders(templates), families, speaker["family"], texts=names, drafts_start=drafts_start
    )
    compiled = {
        "experiments": experiments,
        "families": {name: family for name, family in families.items() if experiments and name != speaker["family"]},
        "lender": speaker,
        "policies": policies,
        "states": compile_states(templates),
        "strategy": families.get(speaker["family"]) or compile_strategy(templates, speaker["family"], names),
        "templates": [{**text, **catalogue[text["name"]]} for text in texts],
        "listening": compile_replies(templates),
        "help_block": sorted(map(normalised, read(templates / "replies" / "help_block.yaml").need("phrases"))),
    }
    return json.dumps(compiled, ensure_ascii=False, sort_keys=True, indent=1)


def lenders(templates: Path = TEMPLATES) -> list[str]:
    """The lenders that there are files of."""
    return sorted(file.stem for file in (templates / "lenders").glob("*.yaml"))


def _texts(templates: Path) -> Iterator[dict[str, str]]:
    folder = templates / "sms"
    for file in sorted(folder.rglob("*.txt")):
        locale, *path = file.relative_to(folder).with_suffix("").parts
        written = file.read_text(encoding="utf-8")
        try:
            Environment(autoescape=False).parse(written)  # noqa: S701 - only parsed, to name a wrong line
        except TemplateSyntaxError as error:
            shown = file.relative_to(templates.parent).as_posix()
            raise ContentError(f"{shown}:{error.lineno}: {error.message}: correct the template") from error
        source = written.strip()
        yield {"name": "/".join(path), "locale": locale, "source": source, "version": template_version(source)}


def _both_languages(names: dict[str, set[str]]) -> None:
    for language, other in (LANGUAGES, LANGUAGES[::-1]):
        for name in sorted(names[other] - names[language]):
            raise ContentError(f"templates/sms/{language}/{name}.txt:1: missing, and {other} has it: write it")
