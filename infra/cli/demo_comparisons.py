"""How a laptop run shows what was compared: the report's first screen, and the differences so far with intervals."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from duebridge.core.report.model import Compared, Report, Trial
from infra.content_desk import LANGUAGES
from infra.local.compared import TRUTH
from infra.local.last_run import RunFiles
from infra.report_page import lines

READ = ("cure_3", "cure_7", "cure_14", "reply", "displeased", "complaint")
"""Outcomes of which a play of some days can show anything."""


def comparisons(report: Report, files: RunFiles) -> Panel:
    """All of it, for a reader."""
    starts = min(trial.experiment.starts for trial in report.trials)
    parts: tuple[RenderableType, ...] = (
        Text("\n".join(lines(report, "en"))),
        *map(_differences, report.trials),
        Text(f"The truth put in: {'; '.join(_truths())}. No other text changes what its borrowers would have done."),
        Text(f"The station's own pages: {', '.join(str(files.report(each)) for each in LANGUAGES)}"),
        Text(f"Ask again: duebridge report --drafts-start {starts}"),
    )
    return Panel(Group(*parts), title="what the comparisons say", title_align="left", border_style="yellow")


def _differences(trial: Trial) -> Table:
    name = trial.experiment.name
    table = Table(
        title=f"{name}, so far: to read while one waits, not to conclude from", title_justify="left", box=None
    )
    for heading in ("arm", "against", "outcome", "difference, points", "95 % interval of one look"):
        table.add_column(heading, justify="left" if heading in ("arm", "against", "outcome") else "right")
    for each in trial.comparisons:
        primary, others = each.so_far, [other for other in each.others if other.outcome in READ]
        for compared in (primary, *others):
            is_primary = " (decides)" if compared is primary else ""
            difference, interval = _told(compared)
            table.add_row(
                each.verdict.arm,
                each.verdict.control,
                f"{compared.outcome.replace('_', ' ')}{is_primary}",
                difference,
                interval,
            )
    return table


def _told(compared: Compared) -> tuple[str, str]:
    """A handful of loans points at people, and shows nothing."""
    if not compared.is_told:
        return "too few", "-"
    return f"{100 * compared.difference:+.1f}", f"{100 * compared.low:+.1f} to {100 * compared.high:+.1f}"


def _truths() -> Iterator[str]:
    for experiment, arms in TRUTH.items():
        for arm, manner in arms.items():
            effects = [f"{intent} {times:g} times as often" for intent, times in (manner.times or {}).items()]
            if manner.effect:
                effects.append(f"{100 * manner.effect:+.1f} points paid within a week")
            yield f"{experiment}, {arm}: {', '.join(effects)}"
