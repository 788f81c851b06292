"""Deciding for a loan that an experiment treats: its own texts, a hold-out, and an arm that is stopped."""

from copy import replace
from datetime import date, timedelta
from typing import Any

import pytest

from duebridge.core.decision import Case, Decision, decide, gate
from duebridge.core.experiment import Enrolment
from duebridge.core.loan import Loan
from duebridge.core.reasoning import Hold
from duebridge.core.stop import arm_label, paused_by, read_pause
from tests.builders import NOW, a_case, a_loan, a_text, compared_content, days_late

TODAY = date(2026, 3, 11)
FINANCE = "morning-finance"


def enrolled_in(experiment: str, arm: str, loan: Loan | None = None) -> Loan:
    return replace(loan or a_loan(), enrolments={experiment: Enrolment(arm, TODAY, "days-1-3")})


def compared(experiment: str, arm: str, loan: Loan | None = None, lender: str = "harbour-bank", **changes: Any) -> Case:
    return a_case(loan=enrolled_in(experiment, arm, loan), content=compared_content(lender), **changes)


def template_of(decision: Decision) -> str:
    assert not isinstance(decision.outcome, Hold)
    return decision.outcome.step.template


def hold_of(decision: Decision) -> Hold:
    assert isinstance(decision.outcome, Hold)
    return decision.outcome


def test_each_arm_hears_its_own_family() -> None:
    loan = days_late(5, prior_delinquencies=0)
    assert template_of(decide(compared("voice", "unified", loan))) == "unified/days-4-15"
    assert template_of(decide(compared("voice", "personal", loan))) == "personal/first-time/days-4-15"


def test_a_loan_that_is_held_out_hears_nothing_and_is_looked_at_again_when_its_next_step_begins() -> None:
    decision = decide(compared("scheme", "none", lender=FINANCE))
    hold = hold_of(decision)
    assert hold.reason == "hold_out"
    assert hold.until is not None
    assert NOW < hold.until <= NOW + timedelta(days=3)
    assert [answer.rule for answer in decision.trace][-1] == "is the loan held out by an experiment"


def test_a_hold_out_ends_with_its_experiment() -> None:
    content = compared_content(FINANCE)
    after = replace(a_loan(), enrolments={"scheme": Enrolment("none", TODAY, "days-1-3")})
    (experiment,) = content.experiments
    over = replace(content, experiments=(replace(experiment, ends=TODAY - timedelta(days=1)),))
    assert not isinstance(decide(a_case(loan=after, content=over)).outcome, Hold)


def test_a_text_that_the_law_requires_is_never_withheld() -> None:
    content = compared_content(FINANCE)
    lawful = tuple(replace(policy, always_sent=frozenset({"days-1-3"})) for policy in content.policies["US"])
    required = replace(content, policies={**content.policies, "US": lawful})
    case = a_case(loan=enrolled_in("scheme", "none"), content=required)
    decision = decide(case)
    assert not isinstance(decision.outcome, Hold)
    assert "law_sends" in {answer.code for answer in decision.trace}


def test_a_loan_without_an_arm_is_asked_no_question_about_experiments() -> None:
    codes = {answer.code for answer in decide(a_case(content=compared_content())).trace}
    assert codes.isdisjoint({"arm_goes_on", "not_held_out"})


STOPPED = frozenset({arm_label("voice", "personal")})


def test_an_arm_that_is_stopped_is_held_and_the_other_goes_on() -> None:
    assert hold_of(decide(compared("voice", "personal", stopped_arms=STOPPED))).reason == "arm_stopped"
    assert not isinstance(decide(compared("voice", "unified", stopped_arms=STOPPED)).outcome, Hold)


def test_a_text_of_an_arm_that_was_stopped_after_it_was_queued_does_not_go() -> None:
    text = a_text(arms={"voice": "personal"})
    assert hold_of(gate(compared("voice", "personal", stopped_arms=STOPPED), text)).reason == "arm_stopped"
    assert not isinstance(gate(compared("voice", "personal"), text).outcome, Hold)
    assert not isinstance(gate(compared("voice", "unified", stopped_arms=STOPPED), a_text()).outcome, Hold)


def test_a_text_that_was_written_for_another_arm_than_the_one_recorded_is_planned_anew() -> None:
    text = a_text(arms={"voice": "unified"})
    assert hold_of(gate(compared("voice", "personal"), text)) == Hold("step_passed", NOW)
    assert not isinstance(gate(a_case(content=compared_content()), text).outcome, Hold)


def test_a_person_pauses_an_arm_like_anything_else() -> None:
    paused = read_pause("arm:voice/personal")
    assert hold_of(decide(compared("voice", "personal", paused=paused))).reason == "paused"
    assert not isinstance(decide(compared("voice", "unified", paused=paused)).outcome, Hold)
    text = a_text(arms={"voice": "personal"})
    assert hold_of(gate(compared("voice", "personal", paused=paused), text)).reason == "paused"
    assert paused_by(paused, "US", "personal/days-1-3", "personal/days-1-3/en") == ""


@pytest.mark.parametrize("code", ["arm_stopped", "held_out"])
def test_what_an_experiment_decides_is_told_in_full_with_its_page(code: str) -> None:
    case = (
        compared("voice", "personal", stopped_arms=STOPPED)
        if code == "arm_stopped"
        else compared("scheme", "none", lender=FINANCE)
    )
    (answer,) = [answer for answer in decide(case).trace if answer.code == code]
    assert answer.says.startswith("yes: ")
    assert answer.source.startswith(("docs/runbook/", "templates/strategies/"))
