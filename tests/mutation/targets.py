"""What is mutated, and which tests are about it."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.builders import COMPARED, compared_content, the_content
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.tries import Tries

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = Path("layers/duebridge/python/duebridge")
OPTIONS = ("--assert=plain", "-p", "no:cacheprovider")


class FailingTestsError(Exception):
    """Tests that fail without any mutant tell nothing about one."""


@dataclass(frozen=True, slots=True)
class Target:
    """A module, the functions of it that keep people safe, and the tests that are about them."""

    module: str
    tests: tuple[str, ...]
    functions: frozenset[str] | None = None


FLOWS = ("tests/flows",)
DECIDING = (
    "tests/core/test_rule_answers.py",
    "tests/core/test_decision.py",
    "tests/core/test_pause.py",
    "tests/core/test_comparing.py",
)
ROWS = ("tests/contracts/test_conversations.py", "tests/adapters/test_conversations.py")
TARGETS = (
    Target("core/decision.py", (*DECIDING, *FLOWS)),
    Target("core/policy.py", ("tests/core/test_policy.py", *DECIDING)),
    Target("core/standing.py", ("tests/core/test_standing.py", *FLOWS)),
    Target("core/planning.py", ("tests/core/test_planning.py", *FLOWS)),
    Target("flows/send_contact.py", ("tests/core/test_pause.py", *FLOWS)),
    Target(
        "adapters/conversations.py",
        ROWS,
        frozenset({"claim", "_is_taken", "move", "receive", "_move", "watch"})
        | {"_claim_contact", "_put_standing", "_check"},
    ),
    Target("flows/record_receipt.py", FLOWS),
    Target("adapters/dynamo.py", ("tests/adapters/test_dynamo.py", *ROWS),
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


def try_target(target: Target, survivors: list[dict[str, object]] | None, workers: int) -> list[Outcome]:
    """Every mutant of one module; with `survivors` only these, the others are taken as killed."""
    source = (PROJECT / PACKAGE / target.module).read_text("utf-8")
    lines = source.splitlines()

    def outcome(mutant: Mutant, is_killed: bool) -> Outcome:
        return Outcome(target.module, mutant.line, mutant.change, lines[mutant.line - 1].strip(), is_killed)

    mutants = list(mutants_of(source, target.functions))
    lived = {(each["module"], each["change"], each["code"]) for each in survivors or ()}
    chosen = [
        number
        for number, mutant in enumerate(mutants)
        if survivors is None or (target.module, mutant.change, lines[mutant.line - 1].strip()) in lived
    ]
    name = "duebridge." + target.module.removesuffix(".py").replace("/", ".")
    tries = Tries(name, [mutants[number] for number in chosen], workers, _warm)
    os.chdir(PROJECT)
    _be_silent()
    pytest.main([*OPTIONS, *target.tests], plugins=[tries])
    if tries.failing:
        raise FailingTestsError(f"{target.module}: mend these first, they fail without any mutant: {tries.failing}")
    killed = {chosen[number]: is_killed for number, is_killed in tries.killed.items()}
    return [outcome(mutant, killed.get(number, True)) for number, mutant in enumerate(mutants)]


def _warm() -> None:
    for lender in COMPARED:
        the_content(lender)
        compared_content(lender)


def _be_silent() -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
