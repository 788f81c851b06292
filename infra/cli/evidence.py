"""`duebridge evidence LOAN_ID`: everything that is known about one loan, for a complaint, an auditor or a court."""

import re
from pathlib import Path

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from infra.cli.kept_records import Kept, records_of
from infra.content_desk import LANGUAGES
from infra.evidence import chain
from infra.evidence.gathering import gathered
from infra.evidence.page import language_of, page
from infra.evidence.vault import Vault

JSON, HTML = ".json", ".html"


@click.command()
@click.argument("loan_id", required=False)
@click.option("--out", type=click.Path(path_type=Path), help="A folder for both files, or one file: .json or .html.")
@click.option("--json", "as_json", is_flag=True, help="Prints the pack, for programs; writes no file.")
@click.option("--locale", default=LANGUAGES[0], show_default=True, help="Language of the page: en or zh-CN.")
@click.option("--stage", help="A deployed stage; your own AWS credentials are used.")
@click.option("--store", is_flag=True, help="Puts both into the stage's evidence bucket, where they are locked.")
@click.option(
    "--verify", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Checks a pack's .json file."
)
def evidence(
    loan_id: str | None,
    out: Path | None,
    as_json: bool,
    locale: str,
    stage: str | None,
    store: bool,
    verify: Path | None,
) -> None:
    """Writes all texts, replies, receipts, decisions, tickets, acts and payments of a loan: one page and one JSON file.

    A hash chain over the entries shows accidental change, and --verify finds the first entry that does not fit. What it
    does not show stands on the page. The same history gives the same bytes. Reads a stage in AWS, or the pipeline that
    `duebridge local` keeps up, or else the last `duebridge demo`. The files hold personal data.

    \b
    Example:
      duebridge evidence L000015 --out evidence --locale zh-CN
      duebridge evidence --verify evidence/evidence-L000015.json
    """
    if (loan_id is None) == (verify is None):
        raise click.UsageError("name a loan, or --verify with a pack's .json file")
    if verify is not None:
        _verify(verify)
        return
    if store and not stage:
        raise click.UsageError("--store needs --stage: only a deployed stage locks what it stores")
    kept = records_of(stage)
    pack = gathered(kept.records, loan_id or "")
    if pack is None:
        raise click.ClickException(f"{kept.where} has no loan {loan_id}: check the id against the loan file")
    files = {JSON: chain.written(pack), HTML: page(pack, language_of(locale))}
    if as_json:
        click.echo(files[JSON], nl=False)
    elif out is not None or not store:
        _write(files, out or Path(), f"evidence-{_safe(pack['loan_id'])}")
    if store:
        _store(kept, files, pack)
    if not as_json:
        click.echo(f"{pack['end']['entries']} entries, last hash {pack['end']['hash']}")


def _verify(file: Path) -> None:
    try:
        pack = chain.read(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, chain.NoPackError) as error:
        raise click.ClickException(f"{file.name}: {error}") from error
    wrong = chain.misfit(pack)
    if wrong:
        raise click.ClickException(f"{file.name}: {wrong.where}: {wrong.what}")
    end = pack["end"]
    click.echo(f"The chain is whole: {end['entries']} entries, last hash {end['hash']}")
    click.echo("That shows no accidental change. Compare the last hash with a copy that nobody could change.")


def _write(files: dict[str, str], out: Path, name: str) -> None:
    """One file where one is named, else both in the folder."""
    try:
        if out.suffix in files:
            wanted = {out: files[out.suffix]}
        else:
            wanted = {out / f"{name}{suffix}": content for suffix, content in files.items()}
        for file, content in wanted.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8", newline="\n")
            click.echo(f"Written: {file}")
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error}") from error


def _store(kept: Kept, files: dict[str, str], pack: dict[str, object]) -> None:
    bucket = kept.outputs.get("EvidenceBucket")
    if not bucket:
        raise click.ClickException(f"{kept.where} has no evidence bucket: deploy it again")
    try:
        stored = Vault(boto3.client("s3"), bucket).store(_safe(str(pack["loan_id"])), files)
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(f"{bucket} did not take the pack: {error}; may you write there?") from error
    for line in stored:
        click.echo(line)


def _safe(loan_id: str) -> str:
    """As a part of a file's name, whatever the lender calls its loans."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", loan_id)
