"""`duebridge preview`: a rehearsal of a full run that sends nothing."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from duebridge.core.file_encoding import FileRefusedError
from duebridge.core.file_results import Rejected
from infra.cli.shipped_content import shipped_content
from infra.rehearsal import Heard, parts_by_language, rehearse

SAMPLE = Path(__file__).resolve().parent.parent / "local" / "sample" / "loan-book.csv"
SAMPLE_DATE = datetime(2026, 3, 11, 13, tzinfo=UTC)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHOWN = 12


@click.command()
@click.option("--loans", type=FILE, help="Loan file; the sample book if none.")
@click.option("--now", "given", help="When, ISO 8601; the sample's date at 13:00 UTC, or for other files now.")
@click.option("--lender", help="A file of templates/lenders; else the one that production serves.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line a loan.")
def preview(loans: Path | None, given: str | None, lender: str | None, as_json: bool) -> None:
    """Prints what each loan would hear now: its text with encoding, parts and price, or its hold and reason.

    Example: duebridge preview --loans book.csv --now 2026-03-11T09:00Z --json
    """
    now = _instant(given) if given else SAMPLE_DATE if loans is None else datetime.now(UTC)
    content = shipped_content(lender) if lender else shipped_content()
    heard: list[Heard] = []
    rejected = 0
    with (loans or SAMPLE).open("rb") as stream:
        try:
            for each in rehearse(stream, content, now):
                if isinstance(each, Rejected):
                    rejected += 1
                    click.echo(each.message, err=True)
                elif as_json:
                    click.echo(json.dumps(each.as_json(), ensure_ascii=False))
                else:
                    heard.append(each)
        except FileRefusedError as error:
            raise click.ClickException(str(error)) from error
    if not as_json:
        _show(Console(), heard, rejected, now)


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        mend = f"{text!r} is no ISO 8601 date or time; write one such as 2026-03-11T09:00Z"
        raise click.BadParameter(mend, param_hint="--now") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _show(console: Console, heard: list[Heard], rejected: int, now: datetime) -> None:
    texts = [each for each in heard if each.text]
    for each in texts[:SHOWN]:
        console.print(f"[bold]{each.loan_id}[/] [dim]{each.segment}, {each.template}, {each.segments} parts[/]")
        console.print(f"  {each.text}", highlight=False)
    console.print(f"[dim]... and {max(0, len(texts) - SHOWN)} more; --json prints all.[/]\n")
    console.print(_totals(f"Texts at {now:%d %b %Y %H:%M} UTC", texts))
    held = Table(title="Held", title_justify="left", box=None)
    held.add_column("reason")
    held.add_column("loans", justify="right")
    for reason, number in Counter(each.hold for each in heard if each.hold).most_common():
        held.add_row(reason.replace("_", " "), str(number))
    console.print(held)
    for language, (number, parts) in sorted(parts_by_language(heard).items()):
        spoken = [each for each in texts if each.locale.startswith(language)]
        dollars = sum(each.price_micros for each in spoken) / 1_000_000
        saved = sum(each.price_micros // each.segments for each in spoken if each.segments > 1)
        console.print(
            f"{language}: {number} texts, {parts} parts, {parts / number:.2f} a text, USD {dollars:.2f}; "
            f"one part fewer in each longer text would save USD {saved / 1_000_000:.2f}"
        )
    if rejected:
        console.print(f"{rejected} rows of the file were rejected: see above")


def _totals(title: str, texts: list[Heard]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    for name in ("segment", "template", "texts", "parts a text", "USD"):
        table.add_column(name, justify="left" if name in ("segment", "template") else "right")
    groups: dict[tuple[str, str], list[Heard]] = {}
    for each in texts:
        groups.setdefault((each.segment, each.template), []).append(each)
    for (segment, template), group in sorted(groups.items()):
        parts = sum(each.segments for each in group)
        dollars = sum(each.price_micros for each in group) / 1_000_000
        table.add_row(segment, template, str(len(group)), f"{parts / len(group):.2f}", f"{dollars:.2f}")
    return table
