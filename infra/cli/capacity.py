"""`duebridge capacity`: when is a day's last text out, what holds it up, and what does it cost?"""

import json
from datetime import timedelta

import click

from infra.capacity import Capacity
from infra.capacity import capacity as capacity_of
from infra.stages import PROD


@click.command()
@click.option("--loans", type=click.IntRange(min=1), required=True, help="Loans in the book.")
@click.option("--due-share", type=click.FloatRange(0, 1), required=True, help="Of these, texted on the day: 0.05.")
@click.option("--mps", type=click.FloatRange(min=0, min_open=True), required=True, help="Message parts a second.")
@click.option("--parts", type=click.FloatRange(min=1), default=1.5, show_default=True, help="Parts of a text.")
@click.option("--part-price", type=click.FloatRange(min=0), default=0.0079, show_default=True, help="Dollars a part.")
@click.option("--senders", type=click.IntRange(min=1), help="At a time; by default as prod has them.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def capacity(
    loans: int, due_share: float, mps: float, parts: float, part_price: float, senders: int | None, as_json: bool
) -> None:
    """Says when the last text of a day leaves, what is the bottleneck, and what a thousand texts cost.

    From measured counts and list prices (infra/capacity.py). A price of a part is the carrier's; ask for yours.

    Example: duebridge capacity --loans 1000000 --due-share 0.05 --mps 100
    """
    found = capacity_of(
        loans=loans,
        due_share=due_share,
        parts_per_second=mps,
        parts_per_text=parts,
        part_price_micros=round(part_price * 1_000_000),
        senders=senders or PROD.bulk_concurrency,
    )
    click.echo(json.dumps(found.as_json(), indent=1) if as_json else _told(found))


def _told(found: Capacity) -> str:
    lines = [
        f"{found.texts:,} texts, {found.parts:,.0f} parts",
        f"the last one leaves after {_span(found.finish_seconds)}; the bottleneck is {_NAMED[found.bottleneck]}",
        f"  planning  {_span(found.planning_seconds)}",
        f"  senders   {_span(found.sending_seconds)}",
        f"  pace      {_span(found.pace_seconds)}",
        f"1,000 texts cost ${found.pipeline_cost + found.sms_cost:,.4f}",
        f"  Lambda    ${found.lambda_cost:,.4f}",
        f"  DynamoDB  ${found.dynamodb_cost:,.4f}",
        f"  SQS       ${found.sqs_cost:,.4f}",
        f"  SMS       ${found.sms_cost:,.4f}",
    ]
    return "\n".join(lines)


_NAMED = {
    "planning": "planning (more shards at once)",
    "senders": "the senders (bulk_concurrency in infra/stages.py)",
    "pace": "the pace that the numbers allow (lease more, or faster ones)",
}


def _span(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
