"""`duebridge demo`: the whole pipeline on the laptop, in a minute."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from infra.cli import demo_report
from infra.local.assembly import is_ready
from infra.local.demo import Demo, play
from infra.local.sms_fake.faults import MEANINGS, Faults, FaultsError

SAMPLE = Path(__file__).resolve().parent.parent / "local" / "sample"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SAMPLE_DATE = datetime(2026, 3, 11, tzinfo=UTC)


def _faults_told() -> str:
    """A paragraph that click leaves as it is."""
    lines = [f"  {name:<20} {meaning}" for name, meaning in MEANINGS.items()]
    return "\b\n" + "\n".join(["Faults:", *lines])


@click.command(epilog=_faults_told())
@click.option(
    "--loans", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Loan file; default: sample."
)
@click.option("--payments", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Payments file.")
@click.option("--now", "start", help="When the play begins, ISO 8601; the sample's date, or for other files now.")
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=2,
    show_default=True,
    help="How many days to play; a week or more compares texts too.",
)
@click.option("--faults", default="", help="What goes wrong, e.g. throttle=0.2,kill=5,seed=7; see Faults below.")
@click.option("--strict", is_flag=True, help="With the emulator's IAM and TLS enforcement on.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False), help="Writes the summary here; - for stdout.")
@click.option("--carrier-log", type=click.Path(dir_okay=False), help="Writes every accepted text here, as JSON Lines.")
def demo(
    loans: Path | None,
    payments: Path | None,
    start: str | None,
    days: int,
    faults: str,
    strict: bool,
    json_file: str | None,
    carrier_log: str | None,
) -> None:
    """Imports a loan book, plays days of its life on the deployed templates, and shows what happened.

    Exits with 0 only if every invariant held, by a checker that knows nothing of the product. A play of a week or
    more runs the comparisons of templates/strategies/experiments.yaml and ends with the report of what they say.

    Example: duebridge demo --faults throttle=0.2,timeout=0.05,seed=7
    """
    told = Console(stderr=True)
    wanted = Demo(
        loans=loans or SAMPLE / "loan-book.csv",
        payments=payments or SAMPLE / "payments.csv",
        start=_start(start, is_sample=loans is None),
        days=days,
        faults=_faults(faults),
        strict=strict,
    )
    began = time.monotonic()
    if not is_ready(drafts_start=str(wanted.compared_from or "")):
        told.print("Synthesising the templates; only the first run does.")
    with told.status("starting") as status:

        def say(what: str) -> None:
            if told.is_terminal:
                status.update(f"[bold]{what}[/]  [dim]{time.monotonic() - began:.0f} s[/]")
            else:
                told.print(f"{time.monotonic() - began:6.1f} s  {what}", highlight=False)

        result = play(wanted, say)
    if json_file:
        _write(json_file, json.dumps(result.summary, ensure_ascii=False, indent=1) + "\n")
    if carrier_log:
        _write(carrier_log, result.files.carrier_log.read_text(encoding="utf-8"))
    if json_file != "-":
        demo_report.show(Console(), result, wanted, seconds=time.monotonic() - began)
    sys.exit(0 if result.is_kept else 1)


def _start(text: str | None, *, is_sample: bool) -> datetime:
    if text is None:
        return SAMPLE_DATE if is_sample else datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is no ISO 8601 date or time, such as 2026-03-11", param_hint="--now"
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _faults(text: str) -> Faults:
    try:
        return Faults.parse(text) if text else Faults()
    except FaultsError as error:
        raise click.BadParameter(str(error), param_hint="--faults") from None


def _write(file: str, content: str) -> None:
    if file == "-":
        click.echo(content, nl=False)
    else:
        Path(file).write_text(content, encoding="utf-8")
