"""`duebridge local`: keeps the pipeline up on this machine, with a page to try it on."""

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console as Terminal

from infra.local.assembly import PROJECT
from infra.local.console.console import Console
from infra.local.laptop import LENDER, Laptop
from infra.local.running import LOCAL_RUN, Running

SAMPLE = Path(__file__).resolve().parent.parent / "local" / "sample" / "loan-book.csv"
SAMPLE_DATE = datetime(2026, 3, 11, 9, tzinfo=UTC)
PORT = 8800
LENDERS = sorted(file.stem for file in (PROJECT / "templates" / "lenders").glob("*.yaml"))


@click.command()
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Of the page; 0: any.")
@click.option("--now", "start", default=SAMPLE_DATE.isoformat(), show_default=True, help="Where its clock begins.")
@click.option("--lender", default=LENDER, show_default=True, type=click.Choice(LENDERS), help="Who speaks.")
@click.option("--empty", is_flag=True, help="Without the sample loan book.")
@click.option("--strict", is_flag=True, help="With the emulator's IAM and TLS enforcement on.")
def local(port: int, start: str, lender: str, empty: bool, strict: bool) -> None:
    """Deploys the templates on this machine and keeps them running until Ctrl-C.

    A page shows borrowers' phones, the operator's desk, the day's figures and a clock to advance. The planner and the
    sweep run every 15 seconds. Endpoint and resource names stand in .duebridge/local.json; `duebridge import` and
    `duebridge explain` find them there.

    Example: duebridge local
    """
    terminal = Terminal(stderr=True)
    begins = datetime.fromisoformat(start)
    begins = begins if begins.tzinfo else begins.replace(tzinfo=UTC)
    with (
        terminal.status("starting the emulator and deploying the templates") as status,
        Laptop(begins, strict=strict, lender=lender) as laptop,
    ):
        console = _console(laptop, port)
        running = Running.announce(laptop)
        console.server.start()
        try:
            status.stop()
            terminal.print(f"Open [bold]{console.server.url}[/] in a browser. Stop with Ctrl-C.")
            terminal.print(f"AWS is emulated at {running.endpoint}. Names: {LOCAL_RUN}", style="dim")
            if not empty:
                laptop.drop(SAMPLE.read_bytes(), f"loans/loan-book-{laptop.clock.now():%Y%m%dT%H%M%SZ}.csv")
            console.timekeeper.keep()
        except KeyboardInterrupt:
            terminal.print("stopping")
        finally:
            LOCAL_RUN.unlink(missing_ok=True)
            console.server.stop()


def _console(laptop: Laptop, port: int) -> Console:
    try:
        return Console(laptop, port=port)
    except OSError as error:
        raise click.ClickException(f"port {port} is taken: choose another with --port, or 0 for any") from error
