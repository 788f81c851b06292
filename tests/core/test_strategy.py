"""Every shipped scheme has at most one text a stage, and every loan has the one scheme that was meant for it."""

from collections import Counter
from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from duebridge.core.strategy import Condition, Kind, Scheme, Strategy, Trait, Traits
from infra.content import lenders
from tests.builders import a_chinese_loan, a_loan, the_content

STAGES = {
    "reminder": (-3, 0),
    "days-1-3": (1, 3),
    "days-4-15": (4, 15),
    "days-16-30": (16, 30),
    "days-31-60": (31, 60),
    "days-61-90": (61, 90),
}
LARGE = {"CNY": 30_000, "USD": 5_000, "GBP": 4_000, "INR": 400_000, "EUR": 4_000}
MARKS = ("dissatisfied", "hardship", "broken_promise", "replied")
STRATEGIES = {lender: the_content(lender).strategy for lender in lenders()}
SCHEMES = [
    pytest.param(scheme, id=f"{lender}, {scheme.segment}")
    for lender, strategy in STRATEGIES.items()
    for scheme in strategy.schemes
]
every_scheme = pytest.mark.parametrize("scheme", SCHEMES)
every_strategy = pytest.mark.parametrize("strategy", [pytest.param(s, id=lender) for lender, s in STRATEGIES.items()])


def traits(currency: str = "USD", marks: tuple[str, ...] = (), **values: int) -> Traits:
    """A loan that was late once, a quarter paid, with a small balance and one text unanswered."""
    usual = {"prior_delinquencies": 1, "paid_percent": 25, "balance": 1_000, "texts_unanswered": 1}
    return Traits({Trait(name): value for name, value in (usual | values).items()}, currency, frozenset(marks))


any_traits = st.builds(
    traits,
    currency=st.sampled_from([*LARGE, "JPY", "XXX"]),
    marks=st.sets(st.sampled_from(MARKS)).map(tuple),
    prior_delinquencies=st.integers(0, 6),
    paid_percent=st.integers(0, 100),
    balance=st.one_of(st.integers(0, 10_000), st.integers(0, 1_000_000)),
    texts_unanswered=st.integers(0, 6),
)


def segment_told_plainly(loan: Traits) -> str:
    """The segments of the personal family once more, as a sentence each."""
    if "dissatisfied" in loan.marks:
        return "care"
    if "hardship" in loan.marks:
        return "hardship"
    if "broken_promise" in loan.marks:
        return "broken-promise"
    if loan.values[Trait.TEXTS_UNANSWERED] >= 3:
        return "silent"
    if loan.currency in LARGE and loan.values[Trait.BALANCE] >= LARGE[loan.currency]:
        return "large-balance"
    if loan.values[Trait.PRIOR_DELINQUENCIES] >= 3:
        return "repeatedly-late"
    if loan.values[Trait.PRIOR_DELINQUENCIES] >= 1 and loan.values[Trait.PAID_PERCENT] >= 50:
        return "forgetful"
    return "first-time" if loan.values[Trait.PRIOR_DELINQUENCIES] == 0 else "default"


def test_both_lenders_are_judged() -> None:
    assert {lender: strategy.name for lender, strategy in STRATEGIES.items()} == {
        "harbour-bank": "unified",
        "morning-finance": "personal",
    }


@every_scheme
def test_a_stage_has_at_most_one_step(scheme: Scheme) -> None:
    stages = Counter(
        name
        for step in scheme.steps
        for name, (first, last) in STAGES.items()
        if step.first_day <= last and first <= step.last_day
    )
    assert set(stages.values()) == {1}
    assert sum(stages.values()) == len(scheme.steps), "a step lies across two stages, or in none"


@every_scheme
def test_only_the_reminder_comes_before_the_money_is_late(scheme: Scheme) -> None:
    for step in scheme.steps:
        assert (step.kind is Kind.PRE_DUE) == (step.last_day <= 0)
        assert step.kind in (Kind.PRE_DUE, Kind.DEMAND)


@every_scheme
def test_a_demand_gives_time_to_answer_it(scheme: Scheme) -> None:
    assert all(step.answer_working_days >= 3 for step in scheme.steps if step.kind is Kind.DEMAND)


@every_scheme
def test_step_names_are_unique_because_ids_are_derived_from_them(scheme: Scheme) -> None:
    assert len({step.name for step in scheme.steps}) == len(scheme.steps)


def test_a_step_of_one_stage_has_the_same_name_in_every_scheme() -> None:
    """Else a loan that changes its segment in the middle of a stage would be texted twice in it."""
    for strategy in STRATEGIES.values():
        for scheme in strategy.schemes:
            for step in scheme.steps:
                first, last = STAGES[step.name]
                assert first <= step.first_day <= step.last_day <= last


@every_scheme
def test_a_day_belongs_to_the_one_step_that_holds_it(scheme: Scheme) -> None:
    for day in range(-400, 401):
        holding = [step for step in scheme.steps if step.first_day <= day <= step.last_day]
        assert len(holding) <= 1
        assert scheme.step_at(day) == (holding[0] if holding else None)


@every_scheme
def test_the_step_after_a_day_is_the_next_to_begin(scheme: Scheme) -> None:
    for day in range(-400, 401):
        later = sorted((step for step in scheme.steps if step.first_day > day), key=lambda step: step.first_day)
        assert scheme.step_after(day) == (later[0] if later else None)


@every_strategy
def test_every_segment_has_a_loan_that_belongs_to_it(strategy: Strategy) -> None:
    sets_of_marks = chain.from_iterable(combinations(MARKS, size) for size in range(len(MARKS) + 1))
    reached = {
        strategy.scheme_for(
            traits(
                marks=marks, prior_delinquencies=late, paid_percent=paid, balance=balance, texts_unanswered=unanswered
            )
        ).segment
        for marks, late, paid, balance, unanswered in product(
            list(sets_of_marks), range(5), (0, 50, 100), (0, 100_000), range(5)
        )
    }
    assert reached == {scheme.segment for scheme in strategy.schemes}


@every_strategy
@given(loan=any_traits)
def test_the_first_segment_that_fits_takes_the_loan(strategy: Strategy, loan: Traits) -> None:
    fitting = [scheme for scheme in strategy.schemes if scheme.fits(loan)]
    assert strategy.scheme_for(loan) is fitting[0]
    assert fitting[-1] is strategy.schemes[-1], "the last segment takes every loan"


@given(any_traits)
def test_a_personal_segment_is_the_one_that_its_sentence_says(loan: Traits) -> None:
    assert STRATEGIES["morning-finance"].scheme_for(loan).segment == segment_told_plainly(loan)


@given(any_traits)
def test_everyone_who_is_not_displeased_hears_the_unified_family_from_harbour_bank(loan: Traits) -> None:
    segment = "care" if "dissatisfied" in loan.marks else "everyone"
    assert STRATEGIES["harbour-bank"].scheme_for(loan).segment == segment


@pytest.mark.parametrize("currency", sorted(LARGE))
def test_a_balance_is_large_from_the_bound_of_its_own_currency(currency: str) -> None:
    scheme_for = STRATEGIES["morning-finance"].scheme_for
    assert scheme_for(traits(currency, balance=LARGE[currency])).segment == "large-balance"
    assert scheme_for(traits(currency, balance=LARGE[currency] - 1)).segment != "large-balance"


@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=3, max_size=3).filter(lambda name: name not in LARGE),
    st.integers(0, 10**15),
)
def test_a_balance_in_an_unknown_currency_is_never_large(currency: str, balance: int) -> None:
    assert STRATEGIES["morning-finance"].scheme_for(traits(currency, balance=balance)).segment != "large-balance"


@pytest.mark.parametrize(
    ("condition", "value", "fits"),
    [
        pytest.param(Condition(Trait.BALANCE, at_least=3), 2, False, id="below the least"),
        pytest.param(Condition(Trait.BALANCE, at_least=3), 3, True, id="the least"),
        pytest.param(Condition(Trait.BALANCE, at_most=3), 3, True, id="the most"),
        pytest.param(Condition(Trait.BALANCE, at_most=3), 4, False, id="above the most"),
        pytest.param(Condition(Trait.BALANCE, at_least=0), 0, True, id="a least of nothing"),
        pytest.param(Condition(Trait.BALANCE, at_most=0), 1, False, id="a most of nothing"),
        pytest.param(Condition(Trait.BALANCE, at_least_by_currency={"USD": 3}), 3, True, id="its currency's least"),
        pytest.param(Condition(Trait.BALANCE, at_least_by_currency={"CNY": 3}), 9, False, id="another currency's"),
    ],
)
def test_a_bound_holds_the_values_at_its_ends(condition: Condition, value: int, fits: bool) -> None:
    assert condition.fits(value, "USD") is fits


def test_a_balance_is_compared_in_whole_units_of_its_currency() -> None:
    assert a_loan().traits.values[Trait.BALANCE] == 1_333
    assert a_chinese_loan().traits.values[Trait.BALANCE] == 4_130


def test_a_borrower_who_replied_has_left_no_text_unanswered() -> None:
    steps = ("days-1-3", "days-4-15", "days-16-30")
    assert a_loan(steps=steps).traits.values[Trait.TEXTS_UNANSWERED] == 3
    assert a_loan(steps=steps, marks=frozenset({"replied"})).traits.values[Trait.TEXTS_UNANSWERED] == 0
