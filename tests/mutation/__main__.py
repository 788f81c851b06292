"""`python -m tests.mutation [--json FILE]`: mutates the gate, the claim, deciding and the moves of states.

Each mutant runs the tests that are about its module, in a copy of the project, until the first of them fails.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from compileall import compile_dir
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path

import aws_lambda_powertools  # noqa: F401 - loaded once for all mutants
import boto3  # noqa: F401
import click
import hypothesis  # noqa: F401
import jinja2  # noqa: F401
import moto  # noqa: F401
import pytest

from infra.content import compile_content
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.ready_content import FOLDER

LENDERS = ("harbour-bank", "morning-finance")

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = Path("layers/duebridge/python/duebridge")
PLUGINS = ("-p", "no:cacheprovider", "-p", "tests.mutation.ready_content")
OURS = ("duebridge", "infra", "tests", "functions")
SECONDS_AT_MOST = 180
"""A mutant that takes longer goes round in circles, which a test would notice as well."""
COPIED = ("functions", "infra", "layers", "templates", "tests", "pyproject.toml", "cdk.json", "docs", "README.md")


@dataclass(frozen=True, slots=True)
class Target:
    """A module, the functions of it that keep people safe, and the tests that are about them."""

    module: str
    tests: tuple[str, ...]
    functions: frozenset[str] | None = None


FLOW_TESTS = ("tests/flows/test_send_contact.py", "tests/flows/test_sweep.py", "tests/flows/test_record_receipt.py")
TARGETS = (
    Target("core/decision.py", ("tests/core/test_decision.py", "tests/flows/test_plan_contacts.py", *FLOW_TESTS)),
    Target("core/policy.py", ("tests/core/test_policy.py", "tests/core/test_decision.py")),
    Target("core/standing.py", ("tests/core/test_standing.py", *FLOW_TESTS)),
    Target("core/planning.py", ("tests/core/test_planning.py", "tests/flows/test_plan_contacts.py", *FLOW_TESTS)),
    Target("flows/send_contact.py", (*FLOW_TESTS, "tests/flows/test_stopping.py", "tests/flows/test_pacing.py")),
    Target(
        "adapters/conversations.py",
        ("tests/contracts/test_conversations.py", "tests/adapters/test_conversations.py"),
        frozenset({"claim", "_is_taken", "move", "receive", "_move", "watch"})
        | {"_claim_contact", "_put_standing", "_check"},
    ),
    Target("flows/record_receipt.py", ("tests/flows/test_record_receipt.py", *FLOW_TESTS)),
    Target("adapters/dynamo.py", ("tests/adapters/test_dynamo.py", "tests/contracts/test_conversations.py"),
           frozenset({"over_version", "put_over", "failed_conditions"})),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mutant."""

    module: str
    line: int
    change: str
    code: str
    is_killed: bool


@click.command()
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Writes the outcomes here.")
@click.option("--only", multiple=True, help="Modules, such as core/decision.py; by default all.")
@click.option("--workers", default=2, show_default=True, help="Mutants at a time.")
def mutate(json_file: Path | None, only: tuple[str, ...], workers: int) -> None:
    """Mutates what keeps borrowers safe, and tells which changes no test noticed."""
    targets = [target for target in TARGETS if not only or target.module in only]
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor(workers, get_context("fork")) as pool:
        copies = [_copy(Path(scratch) / str(number)) for number in range(workers)]
        for copy, lender in product(copies, LENDERS):
            (copy / f"{lender}.json").write_text(compile_content(lender), encoding="utf-8")
        outcomes: list[Outcome] = []
        for target in targets:
            if not _passes(copies[0], target.tests):
                raise click.ClickException(f"the tests of {target.module} fail without any mutant: mend them first")
            mutants = list(mutants_of((PROJECT / PACKAGE / target.module).read_text("utf-8"), target.functions))
            began = time.monotonic()
            shares = [mutants[number::workers] for number in range(workers)]
            tries = [pool.submit(_tried, copy, share, target) for copy, share in zip(copies, shares, strict=True)]
            here = sorted((each for done in tries for each in done.result()), key=lambda outcome: outcome.line)
            outcomes += here
            _tell(target.module, here, time.monotonic() - began)
    _tell("all", outcomes, None)
    if json_file:
        told = {"mutants": len(outcomes), "killed": sum(o.is_killed for o in outcomes),
                "survivors": [asdict(outcome) for outcome in outcomes if not outcome.is_killed]}  # fmt: skip
        json_file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _tell(name: str, outcomes: list[Outcome], seconds: float | None) -> None:
    killed = sum(outcome.is_killed for outcome in outcomes)
    took = f", {seconds:.0f} s" if seconds is not None else ""
    click.echo(f"{name}: {killed} of {len(outcomes)} killed, {100 * killed / max(1, len(outcomes)):.1f} %{took}")
    if seconds is not None:
        for outcome in outcomes:
            if not outcome.is_killed:
                click.echo(f"  survived: line {outcome.line}, {outcome.change}: {outcome.code}")


def _tried(copy: Path, mutants: list[Mutant], target: Target) -> list[Outcome]:
    module = copy / PACKAGE / target.module
    original = module.read_text("utf-8")
    lines, outcomes = original.splitlines(), []
    for mutant in mutants:
        # The others' bytecode was made with the copy; that of a mutant would be taken for the next one's.
        module.write_text(mutant.source, encoding="utf-8")
        is_killed = not _passes(copy, target.tests)
        code = lines[mutant.line - 1].strip()
        outcomes.append(Outcome(target.module, mutant.line, mutant.change, code, is_killed))
    module.write_text(original, encoding="utf-8")
    return outcomes


def _passes(copy: Path, tests: tuple[str, ...]) -> bool:
    """In a fork of this process, which has the packages of others loaded already: most of a short run."""
    child = os.fork()
    if child == 0:
        os._exit(_run_in(copy, tests))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _run_in(copy: Path, tests: tuple[str, ...]) -> int:
    """The tests of a copy, with nothing of this project loaded from elsewhere. The alarm ends what goes round."""
    signal.alarm(SECONDS_AT_MOST)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.chdir(copy)
    os.environ[FOLDER] = str(copy)
    sys.path[:0] = [str(copy), str(copy / PACKAGE.parent)]
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    try:
        return int(pytest.main(["-x", "-q", "--assert=plain", *PLUGINS, *tests]))
    except BaseException:
        return 1


def _copy(folder: Path) -> Path:
    folder.mkdir()
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        elif source.exists():
            shutil.copy(source, folder / name)
    for name in OURS:
        compile_dir(folder / (PACKAGE if name == "duebridge" else name), quiet=2)
    for target in TARGETS:
        for stale in (folder / PACKAGE / target.module).parent.glob(f"__pycache__/{Path(target.module).stem}.*"):
            stale.unlink()
    return folder


if __name__ == "__main__":
    mutate()
