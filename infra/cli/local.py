"""`duebridge local`: keeps the pipeline up on this machine."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from infra.local.laptop import Laptop
from infra.local.running import LOCAL_RUN, Running

RUN_EVERY_SECONDS = 15
SAMPLE = Path(__file__).resolve().parent.parent / "local" / "sample" / "loan-book.csv"
SAMPLE_DATE = datetime(2026, 3, 11, 9, tzinfo=UTC)


@click.command()
@click.option("--now", "start", default=SAMPLE_DATE.isoformat(), show_default=True, help="Where its clock begins.")
@click.option("--empty", is_flag=True, help="Without the sample loan book.")
@click.option("--strict", is_flag=True, help="With the emulator's IAM and TLS enforcement on.")
def local(start: str, empty: bool, strict: bool) -> None:
    """Deploys the templates on this machine and keeps them running until Ctrl-C.

    The planner and the sweep run every 15 seconds. Endpoint and resource names stand in .duebridge/local.json;
    `duebridge import` and `duebridge explain` find them there.

    Example: duebridge local
    """
    console = Console(stderr=True)
    begins = datetime.fromisoformat(start)
    with (
        console.status("starting the emulator and deploying the templates"),
        Laptop(begins if begins.tzinfo else begins.replace(tzinfo=UTC), strict=strict) as laptop,
    ):
        running = Running.announce(laptop)
        try:
            console.print(f"Up at {running.endpoint}. Names: {LOCAL_RUN}. Stop with Ctrl-C.")
            if not empty:
                laptop.drop(SAMPLE.read_bytes(), f"loans/loan-book-{laptop.clock.now():%Y%m%dT%H%M%SZ}.csv")
            _run(laptop, console)
        except KeyboardInterrupt:
            console.print("stopping")
        finally:
            LOCAL_RUN.unlink(missing_ok=True)


def _run(laptop: Laptop, console: Console) -> None:
    """What the scheduled rules do in AWS."""
    seen = 0
    while True:
        laptop.settle()
        laptop.plan()
        laptop.sweep()
        texts = len(laptop.phones.carrier_log)
        if texts != seen:
            console.print(f"{laptop.clock.now():%d %b %H:%M} UTC  {texts - seen} texts went out, {texts} in all")
            seen = texts
        time.sleep(RUN_EVERY_SECONDS)
