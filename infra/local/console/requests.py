"""What the page sends, read: everything that is not understood is refused with words."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from infra.local.console.desk import LOCALES, THEMES, Viewer
from infra.local.console.server import AskedWronglyError

LONGEST_SEARCH = 80
LONGEST_TEXT = 1_600
"""Characters of a borrower's text: what the service takes at most."""
LONGEST_FORM_VALUE = 4_000
MOST_FIELDS = 100
SPANS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


def text(asked: Mapping[str, Any], name: str, longest: int, *, otherwise: str | None = None) -> str:
    """A string that is not too long. Raises AskedWronglyError."""
    value = asked.get(name, otherwise)
    if not isinstance(value, str) or len(value) > longest:
        raise AskedWronglyError(f"{name}: send a text of at most {longest} characters")
    return value


def number(asked: Mapping[str, Any], name: str, most: int, *, otherwise: int = 0) -> int:
    """A whole number, from 0. In an address it comes as text."""
    value = asked.get(name, otherwise)
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise AskedWronglyError(f"{name}: send a whole number from 0 to {most}")
    return value


def one_of(asked: Mapping[str, Any], name: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    """One of some words."""
    value = asked.get(name)
    if value not in known:
        raise AskedWronglyError(f"{name}: send one of {', '.join(known)}")
    return str(value)


def mapping(asked: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A JSON object."""
    value = asked.get(name, {})
    if not isinstance(value, dict) or len(value) > MOST_FIELDS:
        raise AskedWronglyError(f"{name}: send an object of at most {MOST_FIELDS} members")
    return value


def forms(asked: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields of a widget, by the field's name."""
    given = mapping(asked, "forms")
    return {str(name): text(given, name, LONGEST_FORM_VALUE) for name in given}


def viewer(asked: Mapping[str, Any]) -> Viewer:
    """Who looks at a widget."""
    return Viewer(
        locale=one_of(asked, "locale", LOCALES),
        theme=one_of(asked, "theme", THEMES),
        width_pixels=number(asked, "width", 10_000),
        height_pixels=number(asked, "height", 10_000),
    )
