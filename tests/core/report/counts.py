"""Days of counts for the tests of reports: an experiment with figures of a test's choice."""

from datetime import date, timedelta

from duebridge.core.experiment import Arm, Experiment, Rail
from duebridge.core.outcome import Cell, DayCounts, Group, GroupCounts, Reached
from duebridge.core.report.building import report_of
from duebridge.core.report.model import Origin, Report

START = date(2026, 3, 2)
EXPERIMENT = Experiment(
    name="scheme",
    layer="texts",
    segments=frozenset(),
    starts=START,
    ends=START + timedelta(days=27),
    arms=(Arm(name="unified", share=50), Arm(name="personal", share=50)),
    control="unified",
    primary="cure_7",
    expected=0.3,
    worth_finding=0.1,
    guard_rails={"complaint": Rail(0.01, 50)},
)
LENDER = {"en": "Harbour Bank", "zh-CN": "海港银行"}
STAGES = ("days-1-3", "days-4-15")


def a_cell(day: date = START, **changes: str) -> Cell:
    """Of all texts; `experiment` and `arm` make it one of an arm."""
    plain = {"experiment": "", "arm": "", "segment": "everyone", "template": "unified/days-1-3"}
    more = {"template_version": "9129dd3a", "country": "US", "language": "en", "days_past_due_stage": "days-1-3"}
    return Cell(day=day, **{**plain, **more, **changes})


def a_group(arm: str, assigned: int, cured: int, stage: str = "days-1-3") -> dict[Group, GroupCounts]:
    """Loans of one arm and stage: so many have paid all within a week, fifty dollars each."""
    reached = Reached(cured, cured * 5_000, cured * 5_000**2)
    outcomes = dict.fromkeys(("cure_7", "cure_14", "cure_30"), reached) if cured else {}
    return {Group("scheme", arm, stage, "USD"): GroupCounts(assigned, outcomes)}


def an_experiment(control: int, treated: int, assigned: int = 60, days: int = 14) -> list[DayCounts]:
    """Every day as many loans in each arm and two stages, of whom so many are cured."""
    found = []
    for number in range(days):
        groups = {
            **a_group("unified", assigned, control),
            **a_group("unified", assigned, control, "days-4-15"),
            **a_group("personal", assigned, treated),
            **a_group("personal", assigned, treated, "days-4-15"),
        }
        found.append(DayCounts(START + timedelta(days=number), {}, groups))
    return found


def a_report(days: list[DayCounts], as_of: date = START + timedelta(days=40), origin: Origin = Origin.REAL) -> Report:
    """With the experiment of these tests."""
    return report_of(days, (EXPERIMENT,), as_of=as_of, since=START, lender=LENDER, stages=STAGES, origin=origin)
