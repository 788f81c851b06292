"""The commands are there, and each loads only what it needs."""

import json
import subprocess
import sys
from importlib.metadata import version

import pytest

from infra.cli.main import COMMANDS
from tests.cli.asking import run

HEAVY = ("boto3", "botocore", "aws_cdk", "rich", "jinja2", "holidays", "yaml", "phonenumbers")
_LOADED = """
import json, sys
from infra.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print(json.dumps([name for name in {heavy!r} if name in sys.modules]))
"""


def heavy_imports(*arguments: str) -> list[str]:
    """What a fresh interpreter has loaded after a command."""
    script = _LOADED.format(heavy=HEAVY)
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script, *arguments], input="", capture_output=True, text=True, check=True
    )
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded


@pytest.mark.parametrize(
    "arguments", [("segments",), ("--help",), ("segments", "--help"), ("--version",)], ids=" ".join
)
def test_counting_segments_and_asking_for_help_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert heavy_imports(*arguments) == []


def test_understanding_replies_loads_neither_the_aws_client_nor_the_cdk_nor_the_terminal() -> None:
    assert not {"boto3", "aws_cdk", "rich", "phonenumbers"} & set(heavy_imports("classify"))


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version").stdout == f"duebridge, version {version('duebridge')}\n"


def test_the_overview_names_every_command() -> None:
    shown = run("--help").stdout
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_an_unknown_command_is_refused() -> None:
    result = run("textall")
    assert result.exit_code == 2
    assert "No such command 'textall'" in result.stderr


@pytest.mark.parametrize("name", ["segments", "classify", "check-contact", "import", "lint"])
def test_the_help_of_a_command_gives_an_example(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"duebridge {name}" in result.stdout
