"""From counts to what a report says."""

from datetime import timedelta

import pytest

from duebridge.core.money import Money
from duebridge.core.outcome import DayCounts
from duebridge.core.report.building import LINES_AT_MOST
from duebridge.core.report.figures import figures
from duebridge.core.report.model import Answer, Dimension, Line, Report
from duebridge.core.report.sparing import Told
from duebridge.core.trial.verdict import Conclusion
from tests.core.report.counts import EXPERIMENT, START, a_cell, a_report, an_experiment

NEXT_DAY = START + timedelta(days=1)


def lines(report: Report, dimension: Dimension) -> dict[tuple[str, ...], Line]:
    (found,) = [each for each in report.breakdowns if each.dimension is dimension]
    return {line.names: line for line in found.lines}


def one_day(*cells: tuple[dict[str, str], dict[str, int]]) -> Report:
    day = DayCounts(START, {a_cell(**names): kinds for names, kinds in cells}, {})
    return a_report([day], as_of=NEXT_DAY)


def test_an_effect_that_is_there_helped() -> None:
    report = a_report(an_experiment(control=15, treated=27))
    (comparison,) = report.trials[0].comparisons
    assert comparison.answer is Answer.HELPED
    assert comparison.verdict.conclusion is Conclusion.CONCLUSIVE
    assert comparison.grown[0].low < comparison.grown[0].difference < comparison.grown[0].high
    assert [each.day for each in comparison.grown] == sorted(each.day for each in comparison.grown)


def test_less_of_what_is_wished_for_did_worse_and_less_of_what_is_not_helped() -> None:
    days = an_experiment(control=27, treated=15)
    assert a_report(days).trials[0].comparisons[0].answer is Answer.DID_WORSE


def test_no_difference_is_inconclusive_and_says_what_could_not_have_been_seen() -> None:
    (comparison,) = a_report(an_experiment(control=18, treated=18)).trials[0].comparisons
    assert comparison.answer is Answer.INCONCLUSIVE
    assert comparison.verdict.detectable < EXPERIMENT.worth_finding * 1.2


def test_few_loans_are_not_enough_and_the_so_far_is_told_without_a_verdict() -> None:
    as_of = START + timedelta(days=3)
    (comparison,) = a_report(an_experiment(control=15, treated=27, days=3), as_of).trials[0].comparisons
    assert comparison.answer is Answer.NOT_ENOUGH
    assert comparison.verdict.loans_needed > 0
    assert comparison.so_far.is_told
    assert (comparison.so_far.treated.count, comparison.so_far.treated.of) == (27 * 6, 60 * 6)


def test_an_experiment_without_a_loan_has_not_begun() -> None:
    report = a_report([], as_of=START)
    assert report.trials[0].comparisons[0].answer is Answer.NOT_BEGUN
    assert not report.trials[0].has_begun
    assert figures(report) == {}


def test_the_day_of_the_report_itself_is_not_counted() -> None:
    day = DayCounts(NEXT_DAY, {a_cell(NEXT_DAY): {"contact": 50}}, {})
    assert a_report([day], as_of=NEXT_DAY).total.texts == 0


def test_cured_amounts_are_averages_of_all_loans_assigned_in_each_currency() -> None:
    (comparison,) = a_report(an_experiment(control=15, treated=30)).trials[0].comparisons
    (amount,) = comparison.amounts
    assert (amount.currency, amount.control_minor, amount.treated_minor) == ("USD", 1_250, 2_500)
    assert amount.low_minor < amount.difference_minor == 1_250 < amount.high_minor


def test_curves_take_only_loans_that_have_had_their_days() -> None:
    as_of = START + timedelta(days=10)
    arms = {line.arm: line for line in a_report(an_experiment(control=15, treated=27), as_of).trials[0].arms}
    assert arms["unified"].cured[7].of == 3 * 2 * 60
    assert arms["unified"].cured[14].told is Told.NOTHING
    assert arms["unified"].is_control


def test_facts_of_an_arm_count_once_among_all_texts() -> None:
    counts = {"contact": 40, "delivered": 38, "undelivered": 2, "cured": 12, "amount_cured": 6_000, "cure_7": 12}
    report = one_day(({}, counts), ({"experiment": "scheme", "arm": "personal"}, counts))
    assert report.total.texts == 40
    assert report.total.amounts == (Money(6_000, "USD"),)
    assert lines(report, Dimension.ARM)["scheme", "personal"].texts == 40


def test_small_groups_stand_together_and_never_alone() -> None:
    report = one_day(
        ({"segment": "silent"}, {"contact": 300}),
        ({"segment": "forgetful"}, {"contact": 9}),
        ({"segment": "hardship"}, {"contact": 8}),
    )
    found = lines(report, Dimension.SEGMENT)
    assert {names: line.texts for names, line in found.items()} == {("silent",): 300, (): 17}


def test_what_would_still_be_a_few_together_takes_the_smallest_group_with_it() -> None:
    report = one_day(
        ({"segment": "silent"}, {"contact": 300}),
        ({"segment": "forgetful"}, {"contact": 20}),
        ({"segment": "hardship"}, {"contact": 3}),
    )
    assert {names: line.texts for names, line in lines(report, Dimension.SEGMENT).items()} == {("silent",): 300, (): 23}


def test_no_breakdown_is_longer_than_a_reader_reads() -> None:
    cells = [({"template": f"personal/{number}"}, {"contact": 20 + number}) for number in range(60)]
    found = lines(one_day(*cells), Dimension.TEMPLATE)
    assert len(found) == LINES_AT_MOST + 1
    assert sum(line.texts for line in found.values()) == sum(20 + number for number in range(60))


def test_stages_keep_their_order_whatever_their_size() -> None:
    report = one_day(
        ({"days_past_due_stage": "days-4-15"}, {"contact": 300}), ({"days_past_due_stage": "days-1-3"}, {"contact": 20})
    )
    assert list(lines(report, Dimension.STAGE)) == [("days-1-3",), ("days-4-15",)]


@pytest.mark.parametrize(
    ("name", "counts", "of"),
    [
        pytest.param("delivered", {"delivered": 30, "undelivered": 20}, 50, id="receipts"),
        pytest.param("promise_kept", {"promise_kept": 20, "promise_broken": 30}, 50, id="promises that came due"),
        pytest.param("arrangement_kept", {"arrangement_kept": 20, "arrangement_broken": 11}, 31, id="plans that ended"),
        pytest.param("satisfied", {"satisfied": 20, "unsatisfied": 12}, 32, id="answers to the question"),
        pytest.param("complaint", {"complaint": 20}, 100, id="texts"),
    ],
)
def test_each_share_is_of_those_that_could_have_had_it(name: str, counts: dict[str, int], of: int) -> None:
    assert one_day(({}, {"contact": 100, **counts})).total.shares[name].of == of


def test_a_ticket_takes_its_average_time_where_enough_were_closed() -> None:
    enough = {"contact": 100, "tickets_closed": 10, "ticket_minutes": 1_205}
    assert one_day(({}, enough)).total.ticket_minutes == 120
    assert one_day(({}, {**enough, "tickets_closed": 9})).total.ticket_minutes is None


def test_a_late_payment_corrects_its_day_and_counted_again_the_report_is_the_same() -> None:
    days = an_experiment(control=15, treated=27)
    assert a_report(days) == a_report(list(reversed(days)))
    corrected = [*an_experiment(control=15, treated=28)[:1], *days[1:]]
    (before,), (after,) = a_report(days).trials[0].comparisons, a_report(corrected).trials[0].comparisons
    assert after.so_far.treated.count == before.so_far.treated.count + 2


def test_the_headline_figures_are_percent_and_only_what_is_told_exactly() -> None:
    day = DayCounts(
        START, {a_cell(): {"contact": 200, "complaint": 3, "cure_7": 50, "cured": 50, "price_micros": 10**6}}, {}
    )
    found = figures(a_report([day, *an_experiment(control=15, treated=27)]))
    assert found["all", "all"] == {"cure_7_percent": 25.0, "opt_out_percent": 0.0, "wrong_number_percent": 0.0,
                                   "dollars_a_cure": 0.02, "reply_percent": 0.0}  # fmt: skip
    of_arm = found["scheme", "personal"]
    assert of_arm["difference_low_percent"] > 0
    assert of_arm["loans_needed"] == 0
