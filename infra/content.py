"""Checks templates/ and compiles it into the one file that the stations load: no YAML on a cold start."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError

from duebridge.core.errors import ContentError
from duebridge.core.message import template_version
from infra.content_catalogue import compile_catalogue
from infra.content_lenders import compile_lender
from infra.content_policies import compile_policies, compile_states
from infra.content_source import TEMPLATES, read
from infra.content_strategies import compile_strategy

LANGUAGES = ("zh-CN", "en")
"""Both are first languages: a text in one must be there in the other. Further locales may override single texts."""


def write_content(folder: Path, lender: str) -> None:
    """Writes the package that a content layer holds into `folder`. Raises ContentError with file and mend."""
    (folder / "__init__.py").write_text('"""Compiled from templates/."""\n', encoding="utf-8")
    (folder / "content.json").write_text(compile_content(lender), encoding="utf-8")


def compile_content(lender: str, templates: Path = TEMPLATES) -> str:
    """One lender's content as the JSON that `duebridge.adapters.content` reads. Raises ContentError."""
    policies = compile_policies(templates)
    jurisdictions = {version["jurisdiction"] for versions in policies.values() for version in versions}
    speaker = compile_lender(templates, lender, jurisdictions)
    texts = list(_texts(templates))
    names = {language: {text["name"] for text in texts if text["locale"] == language} for language in LANGUAGES}
    _both_languages(names)
    catalogue = compile_catalogue(templates, names[LANGUAGES[0]])
    compiled = {
        "lender": speaker,
        "policies": policies,
        "states": compile_states(templates),
        "strategy": compile_strategy(templates, speaker["family"], names),
        "templates": [{**text, **catalogue[text["name"]]} for text in texts],
        "lexicons": list(_lexicons(templates)),
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


def _lexicons(templates: Path) -> Iterator[dict[str, Any]]:
    for language in ("en", "zh"):
        yield from read(templates / "replies" / f"{language}.yaml").need("intents")
