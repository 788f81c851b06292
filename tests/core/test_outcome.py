"""The count of a day from its facts: repeats count once, in whatever order they come."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.outcome import About, CohortNote, Group, Noted, Reached, counted, loan_mark

TODAY = date(2026, 3, 11)
GROUP = Group("voice", "unified", "days-1-3", "USD")

facts = st.builds(
    Noted,
    st.integers(0, 30).map(str),
    st.just(TODAY),
    st.just(About(arms={"voice": "unified"})),
    st.just({"contact": 1}),
)


def note(kind: str, event_id: str, after_days: int = 0, amount_minor: int = 0, loan: str = "m") -> CohortNote:
    return CohortNote(
        event_id=event_id,
        day=TODAY,
        group=GROUP,
        loan=loan,
        kind=kind,
        after_days=after_days,
        amount_minor=amount_minor,
    )


def outcomes(*notes: CohortNote) -> dict[str, Reached]:
    (counts,) = counted(TODAY, [], [note("assigned", "a"), *notes]).groups.values()
    assert counts.assigned == 1
    return dict(counts.outcomes)


@given(st.lists(facts), st.randoms(use_true_random=False))
def test_repeats_count_once_in_any_order(found: list[Noted], chance: Random) -> None:
    mixed = [*found, *found]
    chance.shuffle(mixed)
    counts = counted(TODAY, mixed, [])
    assert counts == counted(TODAY, found, [])
    for cell, kinds in counts.cells.items():
        assert kinds == {"contact": len({fact.event_id for fact in found})}, cell


def test_a_fact_of_several_arms_counts_in_each_and_once_for_everybody() -> None:
    fact = Noted("1", TODAY, About(arms={"voice": "unified", "hours": "late"}), {"contact": 1})
    found = {(cell.experiment, cell.arm): dict(kinds) for cell, kinds in counted(TODAY, [fact], []).cells.items()}
    assert found == {key: {"contact": 1} for key in (("", ""), ("voice", "unified"), ("hours", "late"))}


def test_a_cure_counts_within_its_days_and_with_its_sum() -> None:
    assert outcomes(note("cured", "c", 7, 100)) == dict.fromkeys(
        ["cure_7", "cure_14", "cure_30"], Reached(1, 100, 10_000)
    )
    assert outcomes(note("cured", "c", 31, 100)) == {}
    assert outcomes(note("cured", "c", -1, 100)) == {}


def test_a_cure_that_is_taken_back_later_is_none_and_one_after_that_is_one() -> None:
    cured, undone = note("cured", "c", 2, 100), note("uncured", "u", 40, 100)
    assert outcomes(cured, undone) == {}
    assert outcomes(cured, note("uncured", "u", 9, 100), note("cured", "d", 12, 100)).keys() == {"cure_14", "cure_30"}


def test_a_loan_counts_once_however_many_replies_it_has_and_only_in_its_time() -> None:
    assert outcomes(note("reply", "1", 1), note("reply", "2", 2), note("opt_out", "3", 31)) == {"reply": Reached(1)}


def test_loans_add_up_to_a_sum_and_a_sum_of_squares() -> None:
    notes = [note("assigned", f"a{loan}", loan=loan) for loan in "xyz"]
    notes += [note("cured", f"c{loan}", 1, amount, loan) for loan, amount in (("x", 3), ("y", 4))]
    (counts,) = counted(TODAY, [], notes).groups.values()
    assert (counts.assigned, counts.outcomes["cure_3"]) == (3, Reached(2, 7, 25))


def test_a_loan_of_which_no_assignment_is_known_is_not_counted() -> None:
    assert counted(TODAY, [], [note("cured", "c", 1, 100)]).groups == {}


def test_a_loan_has_one_mark_that_does_not_name_it() -> None:
    assert loan_mark("L1") == loan_mark("L1") != loan_mark("L2")
    assert "L1" not in loan_mark("L1")
