"""The words of the operator's desk in each language, its style sheet, and what it says of itself."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from duebridge.core.errors import ContentError
from infra.content_source import TEMPLATES

LANGUAGES = ("en", "zh-CN")
ONLY_IN_CHINESE = "lint."
"""In English the linter's own messages serve."""


def compile_desk(templates: Path = TEMPLATES) -> str:
    """As JSON for `duebridge.adapters.desk_content`. Raises ContentError with file and mend."""
    folder = templates / "desk"
    desk = {
        "words": compile_words(folder),
        "style": (folder / "desk.css").read_text(encoding="utf-8"),
        "describe": (folder / "describe.md").read_text(encoding="utf-8"),
    }
    return json.dumps(desk, ensure_ascii=False, sort_keys=True)


def compile_words(folder: Path) -> dict[str, dict[str, str]]:
    """What a folder's pages say, by language. Raises ContentError where one language has what the other lacks."""
    words = {language: _words(folder / f"{language}.yaml") for language in LANGUAGES}
    _alike(words, folder.name)
    return words


def _words(file: Path) -> dict[str, str]:
    try:
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ContentError(f"templates/{file.parent.name}/{file.name}: {error}") from error
    return dict(_flat(written, file, ""))


def _flat(node: Mapping[str, Any], file: Path, above: str) -> Iterator[tuple[str, str]]:
    for name, value in node.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, file, f"{key}.")
        elif isinstance(value, str):
            yield key, value.strip()
        else:
            raise ContentError(f"templates/{file.parent.name}/{file.name}: {key} is no text: put it in double quotes")


def _alike(words: Mapping[str, Mapping[str, str]], folder: str) -> None:
    """A word in one language only would show as its key in the other."""
    english, chinese = (
        {key for key in words[language] if not key.startswith(ONLY_IN_CHINESE)} for language in LANGUAGES
    )
    for missing, language in ((chinese - english, "en"), (english - chinese, "zh-CN")):
        if missing:
            raise ContentError(f"templates/{folder}/{language}.yaml: {sorted(missing)[0]} is missing: add it")
