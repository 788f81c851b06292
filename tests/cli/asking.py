"""Runs a command of the command line in process."""

import json
from collections.abc import Iterable
from typing import Any

from click.testing import CliRunner, Result

from infra.cli.main import main


def run(*arguments: str, stdin: bytes | str = b"") -> Result:
    """What `duebridge` answers; an error of ours that nobody caught is raised."""
    result = CliRunner().invoke(main, list(arguments), input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def lines(*entries: object) -> str:
    """JSON Lines."""
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def answers(result: Result) -> list[Any]:
    """What a command wrote on stdout."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def ids(found: Iterable[Any]) -> list[Any]:
    """In the order of the answers."""
    return [each["id"] for each in found]
