"""What the page says in each language: its own words, and the desk's names for reasons, holds, labels and states."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from infra.local.assembly import PROJECT

DESK_WORDS = PROJECT / "templates" / "desk"
SHARED = ("hold", "reason", "label", "state", "kind")


def with_the_desks(language: str, own: bytes) -> bytes:
    """The page's file of words as the browser gets it. A name of its own holds over the desk's."""
    desk = yaml.safe_load((DESK_WORDS / f"{language}.yaml").read_text(encoding="utf-8"))
    return json.dumps(dict(_flat(desk)) | json.loads(own), ensure_ascii=False).encode()


def _flat(desk: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for group in SHARED:
        for code, words in desk[group].items():
            yield f"{group}.{code}", words
