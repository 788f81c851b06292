"""Who is in which arm: stable, balanced, once for ever, and one experiment a layer."""

from collections import Counter
from copy import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.enrolling import enrolled
from duebridge.core.experiment import Arm, Enrolment, Experiment, assigned, treatments
from duebridge.core.loan import Loan, Pause
from duebridge.core.standing import Suppression
from tests.builders import NOW, a_case, a_loan, a_number, compared_content, the_content

TODAY = date(2026, 3, 11)


def an_experiment(**changes: Any) -> Experiment:
    """Two arms and a hold-out, running now."""
    values: dict[str, Any] = {
        "name": "texts",
        "layer": "texts",
        "segments": frozenset(),
        "starts": TODAY,
        "ends": TODAY + timedelta(days=27),
        "arms": (
            Arm(name="own", share=45),
            Arm(name="other", share=45, family="personal"),
            Arm(name="none", share=10, is_hold_out=True),
        ),
        "control": "own",
        "primary": "cure_14",
        "expected": 0.4,
        "worth_finding": 0.04,
    }
    return Experiment(**(values | changes))


def arms_of(experiment: Experiment, loans: int = 20_000) -> Counter[str]:
    return Counter(
        assigned([experiment], f"L{number}", "everyone", TODAY, {}).get(experiment.name, "") for number in range(loans)
    )


def test_the_arms_get_their_shares_of_the_book() -> None:
    counts = arms_of(an_experiment())
    for arm, share in (("own", 0.45), ("other", 0.45), ("none", 0.10)):
        spread = (share * (1 - share) * 20_000) ** 0.5
        assert abs(counts[arm] - share * 20_000) < 4 * spread


def test_what_the_shares_leave_over_takes_no_part() -> None:
    counts = arms_of(an_experiment(arms=(Arm(name="own", share=5), Arm(name="other", share=5))))
    assert 17_500 < counts[""] < 18_500


def test_two_experiments_share_the_book_out_independently_of_each_other() -> None:
    one, other = an_experiment(), an_experiment(name="hours", layer="hours")
    both = [assigned([one, other], f"L{number}", "everyone", TODAY, {}) for number in range(20_000)]
    of_own = Counter(arms["hours"] for arms in both if arms["texts"] == "own")
    assert abs(of_own["own"] / of_own.total() - 0.45) < 0.02


@given(st.text(min_size=1), st.permutations(["texts", "words", "hours"]))
def test_an_assignment_does_not_depend_on_the_order_of_the_file(loan_id: str, names: list[str]) -> None:
    experiments = [an_experiment(name=name, layer="hours" if name == "hours" else "texts") for name in names]
    arms = assigned(experiments, loan_id, "everyone", TODAY, {})
    assert arms == assigned(sorted(experiments, key=lambda each: each.name), loan_id, "everyone", TODAY, {})
    assert len(arms.keys() & {"texts", "words"}) <= 1


@pytest.mark.parametrize("arm", ["own", "other", "none", "one that is gone"])
def test_what_was_assigned_once_is_never_changed_whatever_a_deployment_makes_of_the_shares(arm: str) -> None:
    changed = an_experiment(arms=(Arm(name="own", share=1), Arm(name="other", share=99)))
    assert assigned([changed], "L1", "everyone", TODAY, {"texts": arm}) == {"texts": arm}


def test_an_experiment_assigns_from_its_first_day_to_its_last() -> None:
    one = an_experiment()
    for day, is_open in ((one.starts, True), (one.ends, True)):
        assert bool(assigned([one], "L1", "everyone", day, {})) is is_open
    assert not assigned([one], "L1", "everyone", one.starts - timedelta(days=1), {})
    assert not assigned([one], "L1", "everyone", one.ends + timedelta(days=1), {})


def test_only_loans_of_its_segments_are_compared() -> None:
    one = an_experiment(segments=frozenset({"care"}))
    assert not assigned([one], "L1", "everyone", TODAY, {})
    assert assigned([one], "L1", "care", TODAY, {})


def test_the_next_experiment_of_a_layer_takes_loans_once_the_first_is_over() -> None:
    over = an_experiment(ends=TODAY - timedelta(days=1), starts=TODAY - timedelta(days=9))
    arms = assigned([over, an_experiment(name="words")], "L1", "everyone", TODAY, {"texts": "own"})
    assert arms.keys() == {"texts", "words"}
    assert arms["texts"] == "own"


def test_an_arm_follows_another_strategy_other_texts_and_other_days() -> None:
    content = compared_content()
    timing = an_experiment(
        name="hours",
        layer="hours",
        arms=(
            Arm(name="late", share=50, days={"days-1-3": (3, 3)}),
            Arm(name="word", share=50, templates={"unified/days-1-3": "personal/first-time/days-1-3"}),
        ),
    )
    families = {"unified": content.strategy, "personal": content.treatments[frozenset({("voice", "personal")})]}
    found = treatments([an_experiment(), timing], content.strategy, families)
    assert len(found) == 4 * 3

    def first_step(*arms: tuple[str, str]) -> Any:
        return next(step for step in found[frozenset(arms)].schemes[-1].steps if step.name == "days-1-3")

    assert found[frozenset()] == content.strategy
    assert found[frozenset({("texts", "other")})].name == "personal"
    assert first_step(("hours", "late")).first_day == 3
    assert first_step(("hours", "word"), ("texts", "own")).template == "personal/first-time/days-1-3"


def enrol(loan: Loan | None = None, **changes: Any) -> Loan:
    return enrolled(a_case(loan=loan or a_loan(), content=compared_content(), **changes))


def test_a_loan_that_may_be_texted_is_enrolled_with_its_day_and_its_stage() -> None:
    part = enrol().enrolments["voice"]
    assert (part.on, part.stratum) == (TODAY, "days-1-3")
    assert part.arm in {"unified", "personal"}


def test_a_loan_that_is_enrolled_stays_as_it_is() -> None:
    loan = replace(a_loan(), enrolments={"voice": Enrolment("personal", date(2026, 3, 1), "reminder")})
    assert enrol(loan) is loan


def test_a_loan_that_no_text_may_reach_takes_no_part_yet() -> None:
    pause = Pause(NOW, None, "ticket-1")
    assert not enrol(replace(a_loan(), pauses={"disputed": pause})).enrolments
    assert not enrol(number=a_number(suppressed=Suppression.OPTED_OUT)).enrolments
    assert not enrol(a_loan(country="FR")).enrolments
    assert not enrol(a_loan(due_date=date(2025, 10, 1))).enrolments


def test_without_an_experiment_nothing_is_compared() -> None:
    assert the_content().experiments == ()
    assert the_content().strategy_for({"voice": "personal"}, TODAY) is the_content().strategy


def test_an_experiment_that_is_over_leaves_a_loan_as_the_lender_would() -> None:
    content = compared_content()
    ends = content.experiments[0].ends
    arms = {"voice": "personal"}
    assert content.strategy_for(arms, ends).name == "personal"
    assert content.strategy_for(arms, ends + timedelta(days=1)) is content.strategy
    assert content.running_arms({"voice": "an arm that is gone", "other": "own"}, ends) == {}
