"""`python -m tests.bench [--json FILE]`: measures, tells what was missed, and judges nobody: it always exits with 0."""

import json
import platform
from pathlib import Path

import click

from tests.bench import cold_start, counting, pacing, parts, planning, rendering, scale, table_costs, understanding
from tests.bench.figures import Figure, show

AREAS = {
    "render": rendering.figures,
    "count": counting.figures,
    "understand": understanding.figures,
    "parts": parts.figures,
    "tables": table_costs.figures,
    "plan": planning.figures,
    "scale": scale.figures,
    "cold-start": cold_start.figures,
    "pace": pacing.figures,
}


@click.command()
@click.option(
    "--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Writes the figures here too."
)
@click.option("--only", type=click.Choice(list(AREAS)), multiple=True, help="These areas; by default all.")
def bench(json_file: Path | None, only: tuple[str, ...]) -> None:
    """Measures speed and cost against their budgets in one run, and prints a table."""
    figures = [figure for area in only or AREAS for figure in _measured(area)]
    show(figures)
    if json_file:
        told = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            "figures": [figure.record() for figure in figures],
        }
        json_file.write_text(json.dumps(told, indent=1), encoding="utf-8")


def _measured(area: str) -> list[Figure]:
    """What an area that cannot be measured says of itself, so that the others are not lost."""
    try:
        return AREAS[area]()
    except Exception as fault:
        note = f"{type(fault).__name__}: {fault}".splitlines()[0]
        return [Figure(area=area, what="could not be measured", measured=None, unit="", note=note)]


if __name__ == "__main__":
    bench()
