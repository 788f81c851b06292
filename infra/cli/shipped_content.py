"""The rules and texts that this project ships, compiled from templates/ as a deployment would get them."""

from datetime import date
from functools import cache

import click

from duebridge.adapters.content import parse
from duebridge.core.content import Content
from duebridge.core.errors import ContentError
from infra.content import compile_content
from infra.content import lenders as lenders_of
from infra.stages import PROD


@cache
def shipped_content(lender: str = PROD.lender, drafts_start: date | None = None) -> Content:
    """One lender's content, by default that of production. Ends the command if templates/ is wrong."""
    try:
        return parse(compile_content(lender, drafts_start=drafts_start))
    except ContentError as error:
        raise click.ClickException(f"{error}; `duebridge lint` tells all that is wrong in templates/") from error


def lenders() -> list[str]:
    """The names of the files in templates/lenders."""
    return lenders_of()
