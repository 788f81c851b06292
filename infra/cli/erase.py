"""`duebridge erase LOAN_ID`: a borrower asked to be forgotten."""

import json
import re
import sys
from datetime import UTC, datetime

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from duebridge.core.erasure import ErasureRefusedError, read_case
from infra.erasure import Erasure, Found
from infra.local.running import Running
from infra.records import TABLES

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
NEEDED = "--yes needs --case and --by: they stay as the only record of what was erased, and for whom"


@click.command()
@click.argument("loan_id", required=False)
@click.option("--number", "by_number", is_flag=True, help="A number that no loan names; asked for, or read from stdin.")
@click.option("--yes", is_flag=True, help="Erases. Without it nothing is written.")
@click.option("--dry-run", is_flag=True, help="Says what would go; this is what happens without --yes.")
@click.option("--case", "reference", help="The lender's own reference of the request; names nobody.")
@click.option("--by", help="Your initials.")
@click.option("--despite-open", is_flag=True, help="Also where a ticket, a dispute or a text is still open.")
@click.option("--stage", help="A deployed stage; your own AWS credentials are used.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def erase(
    loan_id: str | None,
    by_number: bool,
    yes: bool,
    dry_run: bool,
    reference: str | None,
    by: str | None,
    despite_open: bool,
    stage: str | None,
    as_json: bool,
) -> None:
    """Forgets a borrower: name, numbers, texts, replies, and the words of tickets.

    LOAN_ID is any loan of the borrower's; all of their loans and numbers are found from it. What stays is told in
    docs/security.md: that a number gets no texts, ids, sums, dates, and when which wording went. The same command
    again goes on where it stopped.

    Example: duebridge erase L000001 --case ER-2026-17 --by AB --yes
    """
    if bool(loan_id) == by_number:
        raise click.UsageError("name a loan, or --number for a number that no loan names")
    if yes and dry_run:
        raise click.UsageError("--yes erases and --dry-run does not: take one")
    if yes and not (reference and by):
        raise click.UsageError(NEEDED)
    tables, now = _tables(stage)
    try:
        case = read_case(reference or "", by or "") if yes else None
        found = _find(tables, loan_id)
        open_matters = found.what_is_open(now)
        is_erased = case is not None and not found.is_nothing()
        if case and is_erased:
            if open_matters and not despite_open:
                raise ErasureRefusedError(f"{'; '.join(open_matters)}. End that first, or add --despite-open")
            tables.begin(found, case, now)
            tables.carry_out(found, case, now)
    except ErasureRefusedError as refused:
        raise click.ClickException(str(refused)) from refused
    except (BotoCoreError, ClientError) as error:
        raise click.ClickException(f"the tables gave no answer: {error}; give the same command again") from error
    _tell(found, open_matters, is_erased=is_erased, as_json=as_json)


def _tables(stage: str | None) -> tuple[Erasure, datetime]:
    if stage is None:
        running = Running.find()
        if running is None:
            raise click.ClickException("nothing runs here: start `duebridge local`, or name a deployed --stage")
        return Erasure(running.records().client, running.outputs), running.now()
    try:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=f"duebridge-{stage}-data")["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])}
        return Erasure(boto3.client("dynamodb"), {name: outputs[name] for name in TABLES}), datetime.now(UTC)
    except (BotoCoreError, ClientError, KeyError) as error:
        raise click.ClickException(f"stage {stage} cannot be read: {error}") from error


def _find(tables: Erasure, loan_id: str | None) -> Found:
    if loan_id is None:
        return tables.of_number(_asked_number())
    found = tables.of_loan(loan_id)
    if found is None:
        raise ErasureRefusedError(f"the book has no loan {loan_id}: check the id against the lender's file")
    return found


def _asked_number() -> str:
    """Never an argument: a shell keeps those in its history, and every user of the machine may list them."""
    written = click.prompt("Number", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    phone = re.sub(r"[ ()./-]", "", written.strip())
    if not NUMBER.fullmatch(phone):
        raise click.ClickException("that is no number: write it with a plus and its country code")
    return phone


def _tell(found: Found, open_matters: tuple[str, ...], *, is_erased: bool, as_json: bool) -> None:
    kept_until = found.kept_until()
    told = {
        "erased": is_erased,
        "loans": [loan.loan_id for loan in found.loans],
        "numbers": len(found.words),
        "texts": found.texts,
        "replies": found.replies,
        "tickets": len(found.tickets),
        "suppressed_numbers_kept": found.suppressed,
        "replies_left_at_shared_numbers": found.left,
        "kept_by_law_until": kept_until.date().isoformat() if kept_until else None,
        "open": list(open_matters),
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if found.is_nothing():
        click.echo("Nothing is left to erase.")
        return
    click.echo("Erased:" if is_erased else "Would be erased:")
    for what in ("numbers", "texts", "replies", "tickets"):
        click.echo(f"{told[what]:>7}  {what}")
    ids = ", ".join(loan.loan_id for loan in found.loans)
    click.echo(f"{len(found.loans):>7}  loans without name and number{f': {ids}' if ids else ''}")
    click.echo(f"{found.suppressed:>7}  numbers stay on the list of those who get no texts")
    if found.left:
        click.echo(f"{found.left:>7}  replies stay at a number that another borrower shares: read and judge them")
    if kept_until:
        click.echo(
            f"Records of these texts are otherwise kept until {kept_until:%d %b %Y}, as the law of the place wants."
        )
    for matter in open_matters:
        click.echo(f"Open: {matter}.")
    if not is_erased:
        click.echo("Nothing was written. Add --case, --by and --yes to erase.")
