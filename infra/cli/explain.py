"""`duebridge explain LOAN_ID`: why was this loan texted, or why not?"""

import json

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.cli.kept_records import records_of
from infra.cli.shipped_content import shipped_content
from infra.explanation import Explanation, is_yes
from infra.explanation import explain as explanation_of


@click.command()
@click.argument("loan_id")
@click.option("--stage", help="A deployed stage; your own AWS credentials are used.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def explain(loan_id: str, stage: str | None, as_json: bool) -> None:
    """Prints every decision about a loan, then and now.

    Reads a stage in AWS, or the pipeline that `duebridge local` keeps up, or else the last `duebridge demo`.

    Example: duebridge explain L000003
    """
    kept = records_of(stage)
    explanation = explanation_of(kept.records, shipped_content(), loan_id, kept.now)
    if explanation is None:
        raise click.ClickException(f"{kept.where} has no loan {loan_id}: check the id against the loan file")
    if as_json:
        click.echo(json.dumps(explanation.as_json(), ensure_ascii=False, indent=1))
    else:
        _show(Console(highlight=False), explanation, kept.where)


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
