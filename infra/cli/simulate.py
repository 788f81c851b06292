"""`duebridge simulate`: an experiment on made-up borrowers, to see what the machine finds."""

import json
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from duebridge.core.report.csv_file import csv_file
from infra.cli.shipped_content import lenders, shipped_content
from infra.content_desk import LANGUAGES
from infra.local.world.counting import Stopped
from infra.local.world.population import sample
from infra.local.world.replies import MINDED
from infra.local.world.simulation import (
    LABEL,
    NEW,
    OWN,
    PUBLISHED_EFFECT,
    RAILS,
    Finding,
    Question,
    rail_knows,
    report,
    summary,
)
from infra.local.world.simulation import (
    simulate as simulated,
)
from infra.report_page import page


@click.command()
@click.option("--loans", type=click.IntRange(100, 1_000_000), default=50_000, show_default=True, help="Late loans.")
@click.option("--days", type=click.IntRange(10, 120), default=30, show_default=True, help="Days to play.")
@click.option(
    "--effect",
    type=click.FloatRange(-0.2, 0.4),
    default=PUBLISHED_EFFECT,
    show_default=True,
    help="What the new texts truly add to the share of texted borrowers who have paid all within a week.",
)
@click.option(
    "--harm",
    type=click.FloatRange(0, 20),
    default=1.0,
    show_default=True,
    help="How many times as many complaints the new texts truly cause.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same world.")
@click.option("--json", "as_json", is_flag=True, help="Writes one JSON object.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Writes the report here too, as a page (.html) or as a table (.csv).",
)
@click.option("--locale", default=LANGUAGES[0], show_default=True, help="Language of the page: en or zh-CN.")
def simulate(
    loans: int, days: int, effect: float, harm: float, seed: int, as_json: bool, out: Path | None, locale: str
) -> None:
    """Plays an experiment on simulated borrowers, decided by the real rules, and prints what the machine finds.

    Nothing is sent and nothing is deployed. The borrowers are fitted to the sample book; what it finds is about
    this program, never about real borrowers.

    Example: duebridge simulate --loans 50000 --days 30 --effect 0.044 --seed 1 --out report.html
    """
    if out is not None and out.suffix not in (".html", ".csv"):
        raise click.ClickException(f"--out {out.name}: name a file that ends in .html or .csv")
    told = Console(stderr=True)
    content = shipped_content()
    families = {each.strategy.name: each.strategy for each in map(shipped_content, lenders())}
    question = Question(loans=loans, days=days, effect=effect, harm=harm, seed=seed)
    with told.status(f"playing {days} days of {loans:,} loans"):
        finding = simulated(question, content, families, sample(content))
    if out is not None:
        made = report(finding, content)
        out.write_text(csv_file(made) if out.suffix == ".csv" else page(made, locale), encoding="utf-8", newline="")
        click.echo(f"{out} written", err=True)
    if as_json:
        json.dump(summary(finding), sys.stdout, ensure_ascii=False, indent=1)
        click.echo()
    else:
        _show(Console(), finding)


def _show(console: Console, finding: Finding) -> None:
    question, verdict, experiment = finding.question, finding.verdict, finding.experiment
    console.print(f"[bold]{LABEL}[/]")
    console.print(
        f"Seed {question.seed}: {question.loans:,} late loans, {question.days} days. The truth put in: the new texts "
        f"add {_points(question.effect)} points to those they reach, and cause {question.harm:g} times as many "
        "complaints.\n"
    )
    for stopped in finding.played.stopped:
        _tell_stop(console, finding, stopped)
    console.print(_answer(finding))
    console.print(
        f"Planned: {verdict.loans_planned:,} loans to find {100 * experiment.worth_finding:.1f} points over an "
        f"expected {experiment.expected:.0%} with 80 % power, a look a day; {verdict.fraction:.0%} of it reached.\n"
    )
    console.print(_arms(finding))
    console.print(_strata(finding))
    console.print(_rails(finding))
    console.print(f"[bold]{LABEL}[/]")


def _tell_stop(console: Console, finding: Finding, stopped: Stopped) -> None:
    words = stopped.outcome.replace("_", " ")
    console.print(
        f"[bold]A guard rail stopped arm {stopped.arm}[/] at {stopped.at:%Y-%m-%d %H:%M} UTC: {stopped.events} times "
        f"{words} in {stopped.contacts:,} texts. What follows counts what those texts did."
    )
    known = rail_knows(finding, stopped.outcome)
    if known:
        console.print(f"So much harm can be known after {known[0]:,} texts, which were out on {known[1] or 'no day'}.")
    console.print()


def _answer(finding: Finding) -> str:
    """The first thing to read."""
    verdict = finding.verdict
    interval = (
        f"{_points(verdict.difference)} points (95 % interval, good for all looks together: "
        f"{_points(verdict.low)} to {_points(verdict.high)})"
    )
    if verdict.is_better:
        return f"[bold]Conclusive: the new texts helped[/], {interval}; decided on {verdict.decided_on}."
    if verdict.is_worse:
        return f"[bold]Conclusive: the new texts did worse[/], {interval}; decided on {verdict.decided_on}."
    needed = f"{verdict.loans_needed:,} more loans are needed" if verdict.loans_needed else "the sample is complete"
    if verdict.looked_on is None or verdict.high - verdict.low >= 1:
        return f"[bold]Inconclusive: too few loans to say anything[/]; {needed}."
    return f"[bold]Inconclusive[/]: {interval}; {needed}. This does not show that there is no difference."


def _points(share: float) -> str:
    """A difference of shares, in points of a hundred."""
    return f"{100 * share:+.1f}"


def _arms(finding: Finding) -> Table:
    table = Table(title="Paid all within 7 days, of all loans assigned", title_justify="left", box=None)
    for name in ("arm", "loans", "paid", "share"):
        table.add_column(name, justify="left" if name == "arm" else "right")
    for arm, tally in ((OWN, finding.verdict.untreated), (NEW, finding.verdict.treated)):
        table.add_row(arm, f"{tally.loans:,}", f"{tally.outcomes:,}", f"{tally.rate:.1%}")
    return table


def _strata(finding: Finding) -> Table:
    table = Table(
        title="By stage on the day of assignment (to read, not to conclude from)", title_justify="left", box=None
    )
    for name in ("stage", "loans", OWN, NEW, "difference", "95 % interval of one look"):
        table.add_column(name, justify="left" if name == "stage" else "right")
    for each in finding.verdict.strata:
        treated, control = each.pair.treated, each.pair.control
        table.add_row(
            each.name,
            f"{treated.loans + control.loans:,}",
            f"{control.rate:.1%}",
            f"{treated.rate:.1%}",
            _points(treated.rate - control.rate),
            f"{_points(each.low)} to {_points(each.high)}",
        )
    return table


def _rails(finding: Finding) -> Table:
    table = Table(title="Did anyone mind: of texts sent", title_justify="left", box=None)
    for name in ("outcome", "most allowed", OWN, NEW):
        table.add_column(name, justify="left" if name == "outcome" else "right")
    for outcome in MINDED:
        own, new = (finding.rails[arm][outcome].rate for arm in (OWN, NEW))
        table.add_row(outcome.replace("_", " "), f"{RAILS[outcome].most:.2%}", f"{own:.2%}", f"{new:.2%}")
    return table
