"""`duebridge classify`: what borrowers' replies mean, as the pipeline would understand them."""

from datetime import UTC, date, datetime

import click

from duebridge.core.understanding import understand
from infra.cli.json_lines import Entry, answer_lines, text_of
from infra.cli.shipped_content import shipped_content


@click.command()
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=lambda _context, _option, value: value.date() if value else datetime.now(UTC).date(),
    help="The day on which the replies were written, such as 2026-03-11, from which a promised date counts; "
    "without it, today.",
)
def classify(today: date) -> None:
    """Understands borrowers' replies in Chinese and English.

    Reads JSON Lines {"id", "text", "lang"} (lang may be left out) and writes {"id", "labels", "dissatisfied",
    "promise_date", "promise_amount"}, the strictest label first. The date and the amount are null unless the reply
    promises them. Exit 1 if a line could not be answered; stderr says which and why.

    \b
    Example:
      echo '{"id": 1, "text": "can pay 120 on Friday"}' | duebridge classify --today 2026-03-11
      {"id": 1, "labels": ["promise_to_pay"], "dissatisfied": false, "promise_date": "2026-03-13",
       "promise_amount": "120.00"}
    """
    listening = shipped_content().listening

    def understood(entry: Entry) -> dict[str, object]:
        reply = understand(text_of(entry, "text"), listening, today)
        pay_on = reply.promise.pay_on if reply.promise else None
        amount = reply.promise.amount if reply.promise else None
        return {
            "labels": reply.labels,
            "dissatisfied": reply.is_dissatisfied,
            "promise_date": pay_on.isoformat() if pay_on else None,
            "promise_amount": f"{amount:.2f}" if amount is not None else None,
        }

    answer_lines(understood)
