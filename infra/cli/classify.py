"""`duebridge classify`: what borrowers' replies mean, as the pipeline would understand them."""

import click

from duebridge.core.reply import understand
from infra.cli.json_lines import Entry, answer_lines, text_of
from infra.cli.shipped_content import shipped_content


@click.command()
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    # Promised dates are not read out of replies so far; callers may state the day of the reply all the same.
    expose_value=False,
    help="The day on which the replies were written, such as 2026-03-11; a promised date counts from it.",
)
def classify() -> None:
    """Understands borrowers' replies by the shipped word lists.

    Reads JSON Lines {"id", "text", "lang"} (lang may be left out) and writes {"id", "labels", "dissatisfied",
    "promise_date", "promise_amount"}, the strictest label first. Tone and promises are not read so far: false and
    null. Exit 1 if a line could not be answered; stderr says which and why.

    \b
    Example:
      echo '{"id": 1, "text": "STOP"}' | duebridge classify --today 2026-03-11
      {"id": 1, "labels": ["opt_out"], "dissatisfied": false, "promise_date": null, "promise_amount": null}
    """
    lexicons = shipped_content().lexicons

    def understood(entry: Entry) -> dict[str, object]:
        labels = understand(text_of(entry, "text"), lexicons).labels
        return {"labels": labels, "dissatisfied": False, "promise_date": None, "promise_amount": None}

    answer_lines(understood)
