"""Loads what only the desk needs of the content layer: its words and style, and the rules that judge a text."""

import re
from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from typing import Any, get_args, get_origin, get_type_hints

from msgspec import Struct, json

from ..core.desk.words import DeskContent
from ..core.lint import LintRules
from .content import CONTENT_PACKAGE


def load_desk() -> DeskContent:
    """From the content layer."""
    return parse_desk(_read("desk.json"))


def parse_desk(compiled: str | bytes) -> DeskContent:
    """From what the content compiler wrote."""
    desk = json.decode(compiled)
    return DeskContent(words=desk["words"], style=desk["style"], describe=desk["describe"])


def load_lint_rules() -> LintRules:
    """From the content layer; takes some tenths of a second, so that only who judges a text should ask for them."""
    return parse_lint_rules(_read("lint.json"))


def parse_lint_rules(compiled: str | bytes) -> LintRules:
    """From what `written_lint_rules` wrote."""
    rules: LintRules = _made(LintRules, json.decode(compiled))
    return rules


def written_lint_rules(rules: LintRules) -> str:
    """Rules as JSON: patterns by their source, values in their fields' order."""
    return json.encode(_plain(rules)).decode()


def _read(name: str) -> bytes:
    return resources.files(CONTENT_PACKAGE).joinpath(name).read_bytes()


def _plain(value: Any) -> Any:
    if isinstance(value, re.Pattern):
        return [value.pattern, value.flags & ~re.UNICODE]
    if isinstance(value, Struct):
        return [_plain(getattr(value, name)) for name in value.__struct_fields__]
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(each)] for key, each in value.items()]
    if isinstance(value, tuple):
        return list(map(_plain, value))
    return value


def _made(kind: Any, value: Any) -> Any:
    """A value of this type, from its plain form."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is re.Pattern:
        return re.compile(value[0], value[1])
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints = get_type_hints(kind)
        return kind(*(_made(hints[name], each) for name, each in zip(kind.__struct_fields__, value, strict=True)))
    if origin is frozenset:
        return frozenset(_made(parts[0], each) for each in value)
    if origin is tuple:
        return tuple(_made(parts[0], each) for each in value)
    if origin is Mapping:
        return {_made(parts[0], key): _made(parts[1], each) for key, each in value}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    return value
