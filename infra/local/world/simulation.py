"""A simulated experiment from its question to its finding."""

from collections.abc import Mapping
from copy import replace
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from duebridge.core.content import Content
from duebridge.core.experiment import Arm, Experiment, Rail
from duebridge.core.outcome import DayCounts, OutcomeKind
from duebridge.core.report.building import report_of
from duebridge.core.report.model import Origin, Report
from duebridge.core.stop import arm_label
from duebridge.core.strategy import Strategy
from duebridge.core.trial.of_experiment import cohorts_of, plan_of, rails_of, window_days
from duebridge.core.trial.rail import Reading, contacts_to_know
from duebridge.core.trial.verdict import Verdict, verdicts
from infra.local.world.play import Played, World, play
from infra.local.world.population import SAMPLE_DATE, Sample
from infra.local.world.replies import DELIVERED, REPLIES, Manner

LABEL = "SIMULATED: made-up borrowers, no real person and no real text"
NAME, OWN, NEW = "simulated", "own", "new"
PRIMARY = "cure_7"
PUBLISHED_EFFECT = 0.044
"""The size that Bursztyn, Fiorin, Gottlieb and Kanz (JPE 127, 2019) found of one sentence in a text: 4.4 points."""
LEAST_WORTH_FINDING = 0.01
USED = 0.75
"""A lender with many loans plans to find less: what this part of them would show, in tenths of a point."""
SHARE_NEW = 0.5
RAILS = {"complaint": Rail(0.005, 200), "opt_out": Rail(0.015, 200), "wrong_number": Rail(0.01, 200)}
"""What the simulated lender allows: somewhat above the shares that its own texts cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the machine."""

    loans: int = 50_000
    days: int = 30
    effect: float = PUBLISHED_EFFECT
    """What the new texts add to the share of texted borrowers who have paid within a week."""
    harm: float = 1.0
    """How many times as often the new texts cause a complaint."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """What the machine says, and what it could not know."""

    question: Question
    experiment: Experiment
    today: date
    verdict: Verdict
    played: Played

    @property
    def days(self) -> tuple[DayCounts, ...]:
        """The counts, as a report reads them."""
        return self.played.days

    @property
    def rails(self) -> Mapping[str, Mapping[str, Reading]]:
        """By arm and outcome, over all days."""
        return rails_of(self.played.days, self.experiment)


def simulate(
    question: Question,
    content: Content,
    families: Mapping[str, Strategy],
    known: Sample,
) -> Finding:
    """The lender's own texts against those of the other family, on simulated borrowers."""
    experiment = experiment_for(question, content, known, families)
    world = World(
        content=content,
        families=families,
        experiment=experiment,
        manners={NEW: Manner(question.effect, {"complaint": question.harm})},
        window_days=window_days(PRIMARY),
        loans=question.loans,
        days=question.days,
        start=SAMPLE_DATE,
        seed=question.seed,
    )
    played = play(world, known)
    today = SAMPLE_DATE + timedelta(days=question.days)
    verdict = verdicts(cohorts_of(played.days, experiment), plan_of(experiment, stages(content)), today)[NEW]
    return Finding(question, experiment, today, verdict, played)


def report(finding: Finding, content: Content) -> Report:
    """As the station would make it on the last morning; every plot and table of it says that it is simulated."""
    return report_of(
        finding.days,
        (finding.experiment,),
        as_of=finding.today,
        since=finding.experiment.starts,
        lender=content.lender.names,
        stages=stages(content),
        origin=Origin.SIMULATED,
        stopped_arms=frozenset(arm_label(finding.experiment.name, each.arm) for each in finding.played.stopped),
    )


def stages(content: Content) -> tuple[str, ...]:
    """In the order of days past due."""
    steps = (step for scheme in content.strategy.schemes for step in scheme.steps)
    return tuple(dict.fromkeys(step.name for step in sorted(steps, key=lambda step: step.first_day)))


def rail_knows(finding: Finding, outcome: str) -> tuple[int, date | None] | None:
    """After how many texts, and on which day, a rail tells the harm put in from what is allowed, nine times in ten.

    None where no more harm was put in than is allowed.
    """
    times = finding.question.harm if outcome == "complaint" else 1.0
    rate = REPLIES[outcome] * DELIVERED * times
    if rate <= RAILS[outcome].most:
        return None
    rail, contacts = RAILS[outcome], 0
    needed = max(rail.least_contacts, contacts_to_know(rail.most, rate))
    for day in finding.days:
        contacts += sum(
            kinds.get(str(OutcomeKind.CONTACT), 0)
            for cell, kinds in day.cells.items()
            if cell.experiment == finding.experiment.name and cell.arm == NEW
        )
        if contacts >= needed:
            return needed, day.day
    return needed, None


def experiment_for(question: Question, content: Content, known: Sample, families: Mapping[str, Strategy]) -> Experiment:
    """Assigned until the last loan's week is over on the last day."""
    other = next(family for family in sorted(families) if family != content.strategy.name)
    window = window_days(PRIMARY)
    expected = sum(
        known.model.cures_within(row, (SAMPLE_DATE - row.due_date).days, window) for row in known.late
    ) / len(known.late)
    sketch = Experiment(
        name=NAME,
        layer="texts",
        segments=frozenset(),
        starts=SAMPLE_DATE,
        ends=SAMPLE_DATE + timedelta(days=max(0, question.days - window - 1)),
        arms=(Arm(name=OWN, share=50), Arm(name=NEW, share=round(100 * SHARE_NEW), family=other)),
        control=OWN,
        primary=PRIMARY,
        expected=round(expected, 2),
        worth_finding=PUBLISHED_EFFECT,
        guard_rails=RAILS,
    )
    plan = plan_of(sketch)
    found = plan.detectable(NEW, question.loans * USED * SHARE_NEW * (1 - SHARE_NEW))
    return replace(sketch, worth_finding=min(PUBLISHED_EFFECT, max(LEAST_WORTH_FINDING, ceil(found * 1000) / 1000)))


def summary(finding: Finding) -> dict[str, Any]:
    """As JSON. `simulated` is always true."""
    question, verdict, experiment = finding.question, finding.verdict, finding.experiment
    plan = plan_of(experiment)
    return {
        "simulated": True,
        "label": LABEL,
        "question": {
            "loans": question.loans,
            "days": question.days,
            "effect": question.effect,
            "harm": question.harm,
            "seed": question.seed,
        },
        "experiment": {
            "arms": {arm.name: {"share": arm.share, "family": arm.family} for arm in experiment.arms},
            "control": experiment.control,
            "primary": experiment.primary,
            "from": experiment.starts.isoformat(),
            "to": experiment.ends.isoformat(),
            "expected": experiment.expected,
            "worth_finding": experiment.worth_finding,
            "loans_planned": verdict.loans_planned,
            "power": plan.power,
            "alpha": plan.alpha,
        },
        "verdict": {
            "conclusion": str(verdict.conclusion),
            "difference": round(verdict.difference, 4),
            "low": round(verdict.low, 4),
            "high": round(verdict.high, 4),
            "decided_on": verdict.decided_on.isoformat() if verdict.decided_on else None,
            "looked_on": verdict.looked_on.isoformat() if verdict.looked_on else None,
            "share_of_planned": round(verdict.fraction, 3),
            "loans_needed": verdict.loans_needed,
            "detectable": round(verdict.detectable, 4),
            "arms": {
                OWN: {"loans": verdict.untreated.loans, "cured": verdict.untreated.outcomes},
                NEW: {"loans": verdict.treated.loans, "cured": verdict.treated.outcomes},
            },
            "strata": [
                {
                    "stage": each.name,
                    OWN: [each.pair.control.outcomes, each.pair.control.loans],
                    NEW: [each.pair.treated.outcomes, each.pair.treated.loans],
                    "low": round(each.low, 4),
                    "high": round(each.high, 4),
                }
                for each in verdict.strata
            ],
        },
        "rails": {
            arm: {
                outcome: {"rate": round(reading.rate, 5), "most": RAILS[outcome].most, "tripped": reading.is_tripped}
                for outcome, reading in by_outcome.items()
            }
            for arm, by_outcome in finding.rails.items()
        },
        "stopped": [
            {
                "arm": each.arm,
                "outcome": each.outcome,
                "at": each.at.isoformat(),
                "contacts": each.contacts,
                "events": each.events,
                "could_know": _could_know(finding, each.outcome),
            }
            for each in finding.played.stopped
        ],
        "events": finding.played.events,
    }


def _could_know(finding: Finding, outcome: str) -> dict[str, Any] | None:
    known = rail_knows(finding, outcome)
    return {"contacts": known[0], "on": known[1].isoformat() if known[1] else None} if known else None
