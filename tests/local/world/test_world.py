"""The simulated world: fitted to the sample book, the same for the same seed, and judged by the real machine."""

import re
from functools import cache
from pathlib import Path

import pytest

from duebridge.core.outcome import OutcomeKind
from duebridge.core.strategy import Strategy
from duebridge.core.trial.verdict import Conclusion
from infra.cli.shipped_content import lenders, shipped_content
from infra.local.world.counting import merged
from infra.local.world.play import World, play_part
from infra.local.world.population import SAMPLE_DATE, Sample, sample
from infra.local.world.replies import Manner
from infra.local.world.simulation import (
    NEW,
    OWN,
    Finding,
    Question,
    experiment_for,
    rail_knows,
    simulate,
    summary,
)
from tests.cli.asking import run

HARMFUL_TIMES = 15.0
FITTED = (-0.28846, -0.04731, 0.17932, 0.80723, -0.75876)


def families() -> dict[str, Strategy]:
    return {each.strategy.name: each.strategy for each in map(shipped_content, lenders())}


@cache
def book() -> Sample:
    return sample(shipped_content())


@cache
def found(loans: int = 400, days: int = 20, effect: float = 0.0, harm: float = 1.0, seed: int = 1) -> Finding:
    question = Question(loans=loans, days=days, effect=effect, harm=harm, seed=seed)
    return simulate(question, shipped_content(), families(), book())


def counts(finding: Finding, arm: str, kind: OutcomeKind) -> dict[str, int]:
    """By day."""
    return {
        day.day.isoformat(): sum(kinds.get(str(kind), 0) for cell, kinds in day.cells.items() if cell.arm == arm)
        for day in finding.days
    }


def test_the_payments_are_fitted_to_the_sample_book() -> None:
    """Weights as statsmodels 0.15 finds them (Logit): base, log days, late before, electronics, long."""
    model = book().model
    chances = [model.chance(row, (SAMPLE_DATE - row.due_date).days) for row in book().late]
    assert len(chances) == 459
    assert sum(chances) == pytest.approx(209, abs=0.1)
    assert len(model.delays_days) == len(model.parts) == 209
    assert model.weights == pytest.approx(FITTED, abs=2e-3)


def test_the_same_seed_gives_the_same_world() -> None:
    again = simulate(found().question, shipped_content(), families(), book())
    assert again.days == found().days
    assert found(seed=2).days != found().days


def test_a_world_played_in_two_parts_is_the_same_world() -> None:
    question = Question(loans=200, days=12)
    experiment = experiment_for(question, shipped_content(), book(), families())
    world = World(
        content=shipped_content(),
        families=families(),
        experiment=experiment,
        manners={NEW: Manner(0.2, {"complaint": 3.0})},
        window_days=7,
        loans=question.loans,
        days=question.days,
        start=SAMPLE_DATE,
        seed=question.seed,
    )
    whole = play_part(world, book(), (), 0, 1)
    halves = [play_part(world, book(), (), part, 2) for part in (0, 1)]
    assert merged(half.days for half in halves) == whole.days
    assert sorted([*halves[0].watched, *halves[1].watched]) == sorted(whole.watched)


def test_every_loan_counts_once_in_the_arm_that_it_was_assigned_to() -> None:
    assigned = [counts for day in found().days for counts in day.groups.values()]
    last = found().experiment.ends
    assert 0 < sum(each.assigned for each in assigned) <= 400
    assert all(day.day <= last for day in found().days if day.groups)
    for each in assigned:
        assert all(reached.loans <= each.assigned for reached in each.outcomes.values())


def test_a_world_of_a_few_hundred_loans_is_told_to_be_too_small() -> None:
    verdict = found().verdict
    assert verdict.conclusion is Conclusion.NOT_ENOUGH
    assert verdict.loans_needed > 1_000


def test_a_large_effect_is_found() -> None:
    """Whether small ones are found as often as planned, and none where there is none, `make trials` asks."""
    assert found(loans=1_300, days=30, effect=0.25).verdict.is_better


def test_an_arm_that_people_complain_of_is_stopped_on_the_first_day_that_its_rail_can_know() -> None:
    finding = found(loans=800, days=12, harm=HARMFUL_TIMES)
    [stopped] = finding.played.stopped
    assert (stopped.arm, stopped.outcome) == (NEW, "complaint")
    known = rail_knows(finding, "complaint")
    assert known is not None
    day = stopped.at.date()
    assert known[1] is None or day <= known[1]
    later = {each: number for each, number in counts(finding, NEW, OutcomeKind.CONTACT).items() if each > str(day)}
    assert later
    assert set(later.values()) == {0}
    assert sum(counts(finding, OWN, OutcomeKind.CONTACT).values()) > stopped.contacts


def test_the_command_says_on_every_page_that_nothing_of_it_is_real() -> None:
    shown = run("simulate", "--loans", "200", "--days", "12")
    assert shown.exit_code == 0
    assert shown.stdout.count("SIMULATED") == 2
    assert "Inconclusive: too few loans" in shown.stdout
    assert summary(found())["simulated"] is True
    assert "SIMULATED" in summary(found())["label"]


@pytest.mark.parametrize(("locale", "mark"), [("en", "SIMULATED"), ("zh-CN", "模拟")])
def test_the_command_writes_the_report_page_and_every_figure_of_it_is_marked(
    tmp_path: Path, locale: str, mark: str
) -> None:
    file = tmp_path / "report.html"
    shown = run("simulate", "--loans", "400", "--days", "20", "--out", str(file), "--locale", locale)
    assert shown.exit_code == 0, shown.output
    written = file.read_text(encoding="utf-8")
    figures = re.findall(r"<(?:svg|table).*?</(?:svg|table)>", written, re.DOTALL)
    assert len(figures) > 5
    assert all(mark in figure for figure in figures)


def test_the_command_refuses_a_report_that_is_neither_page_nor_table(tmp_path: Path) -> None:
    shown = run("simulate", "--loans", "100", "--days", "10", "--out", str(tmp_path / "report.pdf"))
    assert shown.exit_code == 1
    assert "ends in .html or .csv" in shown.output
    assert not (tmp_path / "report.pdf").exists()


def test_the_command_writes_json() -> None:
    answer = run("simulate", "--loans", "200", "--days", "12", "--json")
    assert '"simulated": true' in answer.stdout
    assert '"conclusion": "not_enough"' in answer.stdout
