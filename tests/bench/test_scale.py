"""The planner reads what is due and no more, in a book of any size, and goes on wherever it stopped."""

from duebridge.core.shard import SHARDS
from tests.bench.scale import BUDGET_GROWTH, BUDGET_READS, book_of, planned, planner_over

FEW, MORE, DUE = 300, 3_000, 250


def test_each_loan_that_is_due_is_read_once_from_the_index() -> None:
    run = planned(FEW, DUE)
    assert (run.decided, run.texts) == (DUE, DUE)
    assert run.index_items / run.decided <= BUDGET_READS


def test_a_larger_book_with_the_same_due_loans_costs_nothing_more() -> None:
    small, large = planned(FEW, DUE), planned(MORE, DUE)
    assert large.index_items / small.index_items <= BUDGET_GROWTH
    assert large.rows_read / small.rows_read <= BUDGET_GROWTH
    assert large.calls / small.calls <= BUDGET_GROWTH


def test_a_run_that_is_cut_after_every_page_plans_the_same_texts_once() -> None:
    whole, cut = book_of(MORE, MORE), book_of(MORE, MORE)
    for shard in SHARDS:
        planner_over(whole).plan(shard, "", lambda: True)
    planner = planner_over(cut)
    planner.start(SHARDS)
    invocations = 0
    while work := next((message for message in cut.queued if "shard" in message), None):
        cut.queued.remove(work)
        planner.plan(work["shard"], work["cursor"], lambda: False)
        invocations += 1
    assert invocations > 2 * len(SHARDS)
    assert sorted(text["contact_id"] for text in cut.queued) == sorted(text["contact_id"] for text in whole.queued)
    assert len({text["contact_id"] for text in cut.queued}) == MORE
