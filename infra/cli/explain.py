"""`duebridge explain LOAN_ID`: why was this loan texted, or why not?"""

import json
from datetime import UTC, datetime

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.cli.shipped_content import shipped_content
from infra.explanation import Explanation, is_yes
from infra.explanation import explain as explanation_of
from infra.local.last_run import RunFiles
from infra.local.running import Running
from infra.records import TABLES, LiveRecords, Records


@click.command()
@click.argument("loan_id")
@click.option("--stage", help="A deployed stage; your own AWS credentials are used.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(loan_id: str, stage: str | None, as_json: bool) -> None:
    """Prints every decision about a loan, then and now.

    Reads a stage in AWS, or the pipeline that `duebridge local` keeps up, or else the last `duebridge demo`.

    Example: duebridge explain L000003
    """
    records, now, where = _records(stage)
    explanation = explanation_of(records, shipped_content(), loan_id, now)
    if explanation is None:
        raise click.ClickException(f"{where} has no loan {loan_id}: check the id against the loan file")
    if as_json:
        click.echo(json.dumps(explanation.as_json(), ensure_ascii=False, indent=1))
    else:
        _show(Console(highlight=False), explanation, where)


def _records(stage: str | None) -> tuple[Records, datetime, str]:
    if stage:
        return _in_aws(stage), datetime.now(UTC), f"stage {stage}"
    running = Running.find()
    if running:
        return running.records(), running.now(), "the running pipeline"
    files = RunFiles()
    saved = files.records()
    if saved is None:
        raise click.ClickException("nothing to explain yet: run `duebridge demo` first, or name a --stage")
    at = json.loads(files.summary.read_text(encoding="utf-8"))["at"]
    return saved, datetime.fromisoformat(at), "the last demo"


def _in_aws(stage: str) -> LiveRecords:
    try:
        stacks = boto3.client("cloudformation").describe_stacks(StackName=f"duebridge-{stage}-data")["Stacks"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stacks[0].get("Outputs", [])}
        return LiveRecords(boto3.client("dynamodb"), {name: outputs[name] for name in TABLES})
    except (BotoCoreError, ClientError, KeyError) as error:
        raise click.ClickException(f"stage {stage} cannot be read: {error}") from error


def _show(console: Console, explanation: Explanation, where: str) -> None:
    terms = explanation.loan.terms
    owed = f"{explanation.loan.arrears.decimal_text} {terms.currency}"
    console.print(f"[bold]{explanation.loan.loan_id}[/]  {terms.product}, {terms.country}, {owed} owed now")
    console.print(f"[bold]{explanation.headline}[/]")
    console.print(f"[dim]By {where}, as of {explanation.now:%d %b %Y %H:%M} UTC.[/]\n")
    rules = Table(title="The rules, asked now", title_justify="left", box=None, padding=(0, 1))
    for name in ("", "rule", "answer", "source"):
        rules.add_column(name)
    for answer in explanation.decision.trace:
        mark = Text("yes", style="green") if is_yes(answer) else Text("no", style="red")
        rules.add_row(mark, answer.rule, answer.says, Text(answer.source, style="dim"))
    console.print(rules)
    console.print("\n[bold]What happened[/]")
    for happening in explanation.happenings:
        console.print(f"{happening.at:%d %b %Y %H:%M} UTC  {happening.what}")
        for rule in happening.because:
            console.print(Text(f"                      {rule}", style="dim"))
