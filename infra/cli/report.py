"""`duebridge report`: did the texts help, whom, at what cost, and did anyone mind?"""

from datetime import date, datetime
from pathlib import Path

import click

from duebridge.core.report.csv_file import csv_file
from duebridge.core.report.model import Origin
from infra.cli.kept_records import records_of
from infra.cli.shipped_content import lenders, shipped_content
from infra.content_desk import LANGUAGES
from infra.report_page import kept_report, lines, page
from infra.stages import PROD

DATE = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--since", type=DATE, help="First day whose texts are told; 28 days ago if left out.")
@click.option("--as-of", type=DATE, help="The morning that it tells of; this morning if left out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file: .html for the page, or .csv.")
@click.option("--locale", default=LANGUAGES[0], show_default=True, help="Language of page and lines: en or zh-CN.")
@click.option("--stage", help="A deployed stage; your own AWS credentials are used.")
@click.option("--lender", default=PROD.lender, show_default=True, help="A file in templates/lenders.")
@click.option("--drafts-start", type=DATE, help="Where experiments that are drafts run: the day on which they start.")
def report(
    since: datetime | None,
    as_of: datetime | None,
    out: Path | None,
    locale: str,
    stage: str | None,
    lender: str,
    drafts_start: datetime | None,
) -> None:
    """Makes the report of the outcomes, as the station makes it each day. Prints its first screen, or writes a file.

    Reads a stage in AWS, or the pipeline that `duebridge local` keeps up, or else the last `duebridge demo`, whose
    borrowers are made up: their report says so. It holds no personal data.

    \b
    Example:
      duebridge report --since 2026-03-11 --out report.html --locale zh-CN
    """
    if lender not in lenders():
        raise click.ClickException(f"there is no lender {lender}: write one of {', '.join(lenders())}")
    if out is not None and out.suffix not in (".html", ".csv"):
        raise click.ClickException(f"--out {out.name}: name a file that ends in .html or .csv")
    content = shipped_content(lender, _day(drafts_start))
    kept = records_of(stage)
    origin = Origin.REAL if stage else Origin.SIMULATED
    made = kept_report(kept.records, content, _day(as_of) or kept.now.date(), _day(since), origin)
    if out is None:
        for line in lines(made, locale):
            click.echo(line)
        return
    out.write_text(csv_file(made) if out.suffix == ".csv" else page(made, locale), encoding="utf-8", newline="")
    click.echo(f"{out} written, by {kept.where}", err=True)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
