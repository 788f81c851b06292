"""The files of the page, known by name when the console starts: nothing else on this machine can be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from infra.local.console.words import with_the_desks

STATIC = Path(__file__).resolve().parent / "static"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
INDEX = "index.html"
WORDS = "words/"


@dataclass(frozen=True, slots=True)
class Page:
    """A file as the browser gets it."""

    content_type: str
    content: bytes


def pages(token: str, lender: str) -> Mapping[str, Page]:
    """By path. The first page carries the run's token and the lender's name; words come with those of the desk."""
    found = {}
    for file in sorted(STATIC.rglob("*")):
        if file.is_file():
            name = file.relative_to(STATIC).as_posix()
            content = file.read_bytes()
            if name == INDEX:
                told = content.decode().replace("{{token}}", escape(token)).replace("{{lender}}", escape(lender))
                content = told.encode()
            if name.startswith(WORDS):
                content = with_the_desks(file.stem, content)
            found["/" if name == INDEX else f"/{name}"] = Page(TYPES[file.suffix], content)
    return found
