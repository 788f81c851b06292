"""`duebridge segments`: what each text would cost to carry."""

import click

from duebridge.core.segments import count
from infra.cli.json_lines import Entry, answer_lines, text_of


@click.command()
def segments() -> None:
    """Counts the billed parts of texts.

    Reads JSON Lines {"id", "text"} and writes {"id", "encoding", "units", "segments"}: the encoding is GSM-7 or
    UCS-2, units are septets or UTF-16 units. Exit 1 if a line could not be answered; stderr says which and why.

    \b
    Example:
      echo '{"id": 1, "text": "Your loan is late."}' | duebridge segments
      {"id": 1, "encoding": "GSM-7", "units": 18, "segments": 1}
    """
    answer_lines(_segments)


def _segments(entry: Entry) -> dict[str, object]:
    bill = count(text_of(entry, "text"))
    return {"encoding": bill.encoding, "units": bill.units, "segments": bill.segments}
