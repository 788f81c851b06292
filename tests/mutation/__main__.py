"""`python -m tests.mutation [--json FILE]`: mutates the gate, the claim, deciding and the moves of states.

Each mutant runs the tests that are about its module and run its line, the fastest first, until one of them fails.
"""

import json
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

import click

from tests.mutation.targets import TARGETS, FailingTestsError, Outcome, try_target

AGAIN = "The JSON of an earlier run: tries only what survived it, and takes the others as killed."


@click.command()
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Writes the outcomes here.")
@click.option("--only", multiple=True, help="Modules, such as core/decision.py; by default all.")
@click.option("--again", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=AGAIN)
@click.option("--workers", default=2, show_default=True, help="Mutants at a time.")
def mutate(json_file: Path | None, only: tuple[str, ...], again: Path | None, workers: int) -> None:
    """Mutates what keeps borrowers safe, and tells which changes no test noticed."""
    earlier = json.loads(again.read_text("utf-8")) if again else None
    outcomes: list[Outcome] = []
    for target in TARGETS:
        if (only and target.module not in only) or (earlier and target.module not in earlier["modules"]):
            continue
        began = time.monotonic()
        # A process for each: a module that another target has mutated or a test has changed is not there.
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            try:
                here = process.submit(try_target, target, earlier and earlier["survivors"], workers).result()
            except FailingTestsError as failing:
                raise click.ClickException(str(failing)) from failing
        _tell(target.module, here, time.monotonic() - began)
        outcomes += here
    _tell("all", outcomes, None)
    if json_file:
        json_file.write_text(json.dumps(_told(outcomes), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _tell(name: str, outcomes: list[Outcome], seconds: float | None) -> None:
    killed = sum(outcome.is_killed for outcome in outcomes)
    took = f", {seconds:.0f} s" if seconds is not None else ""
    click.echo(f"{name}: {killed} of {len(outcomes)} killed, {100 * killed / max(1, len(outcomes)):.1f} %{took}")
    if seconds is not None:
        for outcome in outcomes:
            if not outcome.is_killed:
                click.echo(f"  survived: line {outcome.line}, {outcome.change}: {outcome.code}")


def _told(outcomes: list[Outcome]) -> dict[str, object]:
    """Figures by module, and every survivor, as `--again` reads them."""
    made = Counter(outcome.module for outcome in outcomes)
    killed = Counter(outcome.module for outcome in outcomes if outcome.is_killed)
    return {
        "modules": {module: {"mutants": count, "killed": killed[module]} for module, count in made.items()},
        "survivors": [asdict(outcome) for outcome in outcomes if not outcome.is_killed],
    }


if __name__ == "__main__":
    mutate()
