"""`python -m tests.trials [--experiments N] [--worlds N]`: the long proofs of docs/experiments.md, as its table."""

import sys
import time
from collections.abc import Iterator
from itertools import chain
from math import sqrt
from random import Random

import click

from duebridge.core.trial.rail import RAIL_ALPHA, contacts_to_know, read_rail
from infra.cli.shipped_content import lenders, shipped_content
from infra.local.world.population import sample
from infra.local.world.simulation import PUBLISHED_EFFECT, Finding, Question, rail_knows, simulate
from tests.trials.streams import (
    EFFECT,
    NULL,
    NULL_CUT_SHORT,
    NULL_OF_A_HOLD_OUT,
    NULL_OF_THREE,
    TRUE_EFFECT,
    WORSE,
    Stream,
)

Row = tuple[str, str, str, bool]
"""What was tried, what was promised, what came of it, and whether that is kept."""
ALLOWED = 0.005
HARM_TIMES = 3.0
RAIL_CONTACTS = 4_000
THREE_ERRORS = 3
WORLD_LOANS = 8_000


@click.command()
@click.option("--experiments", default=2_000, show_default=True, help="Streams of each kind; 0 for none.")
@click.option("--worlds", default=6, show_default=True, help="Simulated worlds of each kind; 0 for none.")
def trials(experiments: int, worlds: int) -> None:
    """Tries the verdicts and the rails on experiments whose truth is known. Exit 1 if a promise is not kept."""
    began, is_kept = time.monotonic(), True
    click.echo("| Simulated | Promised | Found | Kept |\n|---|---|---|---|")
    for name, promised, found, kept in chain(_streams(experiments), _rails(experiments), _worlds(worlds)):
        click.echo(f"| {name} | {promised} | {found} | {'yes' if kept else 'NO'} |")
        is_kept = is_kept and kept
    click.echo(f"\nin {time.monotonic() - began:.0f} s", err=True)
    sys.exit(0 if is_kept else 1)


def _streams(experiments: int) -> Iterator[Row]:
    if not experiments:
        return
    nulls = {
        "two arms": NULL,
        "three arms": NULL_OF_THREE,
        "a hold-out of 10 %": NULL_OF_A_HOLD_OUT,
        "two arms, ended at half the sample": NULL_CUT_SHORT,
    }
    for name, stream in nulls.items():
        share = stream.decided(experiments)
        yield (
            f"no effect, {name}, {experiments} experiments, a look a day",
            "conclusive in at most 5 %",
            _share(share, experiments),
            share <= 0.05,
        )
    yield _power("a true effect of +4.4 points", TRUE_EFFECT, experiments, EFFECT)
    yield _power("a true effect of -4.4 points", WORSE, experiments, -EFFECT)


def _power(name: str, stream: Stream, experiments: int, truth: float) -> Row:
    judged = [stream.judged(seed)["new"] for seed in range(experiments)]
    found = sum(verdict.is_better if truth > 0 else verdict.is_worse for verdict in judged) / experiments
    covered = sum(verdict.low <= truth <= verdict.high for verdict in judged) / experiments
    used = sum(verdict.treated.loans + verdict.untreated.loans for verdict in judged) / experiments
    planned = stream.plan().power
    return (
        f"{name}, {experiments} experiments, a look a day",
        f"found in {planned:.0%}; interval covers it in at least 95 %",
        f"{_share(found, experiments)}; covers {covered:.1%}; {used:,.0f} of {judged[0].loans_planned:,} loans used",
        abs(found - planned) <= THREE_ERRORS * sqrt(planned * (1 - planned) / experiments) and covered >= 0.95,
    )


def _rails(experiments: int) -> Iterator[Row]:
    if not experiments:
        return
    tripped = sum(_trips(ALLOWED, RAIL_CONTACTS, seed) is not None for seed in range(experiments)) / experiments
    yield (
        f"complaints just at the allowed rate, {experiments} arms of {RAIL_CONTACTS:,} texts, a look a complaint",
        f"stopped in at most {RAIL_ALPHA:.0%}",
        _share(tripped, experiments),
        tripped <= RAIL_ALPHA,
    )
    needed = contacts_to_know(ALLOWED, HARM_TIMES * ALLOWED)
    stops = [_trips(HARM_TIMES * ALLOWED, needed, seed) for seed in range(experiments)]
    seen = sorted(stop for stop in stops if stop is not None)
    known = len(seen) / experiments
    yield (
        f"complaints at three times the allowed rate, {experiments} arms",
        f"stopped within {needed:,} texts in at least 90 %",
        f"{_share(known, experiments)}; half of them within {seen[len(seen) // 2]:,}",
        known >= 0.9,
    )


def _trips(rate: float, contacts: int, seed: int) -> int | None:
    """The contact at which a rail first trips that is read at every complaint."""
    random, events = Random(seed), 0  # noqa: S311 - chance that repeats
    for contact in range(1, contacts + 1):
        if random.random() < rate:
            events += 1
            if read_rail(contact, events, ALLOWED).is_tripped:
                return contact
    return None


def _worlds(worlds: int) -> Iterator[Row]:
    if not worlds:
        return
    content = shipped_content()
    known, families = sample(content), {each.strategy.name: each.strategy for each in map(shipped_content, lenders())}

    def found(effect: float, harm: float = 1.0) -> list[Finding]:
        questions = [Question(loans=WORLD_LOANS, effect=effect, harm=harm, seed=seed) for seed in range(worlds)]
        return [simulate(question, content, families, known) for question in questions]

    world = f"{worlds} worlds of {WORLD_LOANS:,} loans on the decision core"
    wrong = [finding for finding in found(0.0) if finding.verdict.decided_on]
    yield f"no effect of the words, {world}", "conclusive in at most one", str(len(wrong)), len(wrong) <= 1
    helped = found(3 * PUBLISHED_EFFECT)
    seen = [finding for finding in helped if finding.verdict.is_better]
    yield (
        f"texts that move {3 * PUBLISHED_EFFECT:.1%} of those they reach, {world}",
        "better in all",
        str(len(seen)),
        len(seen) == worlds,
    )
    stops = [_stop(finding) for finding in found(0.0, HARM_TIMES)]
    yield (
        f"complaints tripled, {world}",
        "stopped by the day on which its texts suffice to know, nine times in ten",
        ", ".join(stops),
        sum("late" in stop for stop in stops) <= max(1, worlds // 5),
    )


def _stop(finding: Finding) -> str:
    known = rail_knows(finding, "complaint")
    day = known[1] if known else None
    stop = next(iter(finding.played.stopped), None)
    if stop is None:
        return "never, and never to be known" if day is None else "never (late)"
    on_time = day is None or stop.at.date() <= day
    number = (stop.at.date() - finding.experiment.starts).days + 1
    return f"day {number}" + ("" if on_time else " (late)")


def _share(share: float, number: int) -> str:
    return f"{share:.1%} (+- {1.96 * sqrt(share * (1 - share) / number):.1%})"


if __name__ == "__main__":
    trials()
