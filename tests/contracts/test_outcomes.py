"""What every store of outcomes does."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from moto import mock_aws

from duebridge.adapters import outcomes as adapter
from duebridge.adapters.outcomes import DynamoOutcomes
from duebridge.core.outcome import (
    About,
    Cell,
    CohortNote,
    DayCounts,
    Group,
    GroupCounts,
    Noted,
    Reached,
    counted,
)
from duebridge.ports import ChangedDay, Outcomes
from tests.aws import LOAN_TABLE, create_tables, rows_of
from tests.builders import NOW
from tests.fakes import FakeClock, FakeOutcomes
from tests.stores import aws_client

TODAY, YESTERDAY = date(2026, 3, 11), date(2026, 3, 10)
ABOUT = About(
    segment="everyone",
    template="unified/days-1-3",
    template_version="12345678",
    country="CN",
    language="zh",
    stage="days-1-3",
    arms={"voice": "unified", "hours": "late"},
)
GROUP = Group("voice", "unified", "days-1-3", "CNY")


@pytest.fixture(params=["fake", "dynamodb"])
def outcomes(request: pytest.FixtureRequest) -> Iterator[Outcomes]:
    if request.param == "fake":
        yield FakeOutcomes()
        return
    with mock_aws():
        client = aws_client("dynamodb")
        create_tables(client)
        yield DynamoOutcomes(client, LOAN_TABLE, FakeClock())


def a_fact(event_id: str = "contact-1/went", day: date = TODAY, **counts: int) -> Noted:
    return Noted(event_id, day, ABOUT, counts or {"contact": 1, "segments": 2})


def a_note(event_id: str = "voice/mark/once/assigned", kind: str = "assigned", **changes: int) -> CohortNote:
    return CohortNote(event_id=event_id, day=TODAY, group=GROUP, loan="mark", kind=kind, **changes)


def at(second: int) -> datetime:
    return NOW + timedelta(seconds=second)


def test_facts_come_back_as_they_were_noted_and_in_that_order(outcomes: Outcomes) -> None:
    later, cured = a_fact("contact-2/went"), a_note("b", "cured", after_days=3, amount_minor=12_345)
    outcomes.note([a_fact()], [a_note()], at(0))
    outcomes.note([later], [cured], at(1))
    assert outcomes.facts(TODAY) == ([a_fact(), later], [a_note(), cured])


def test_each_fact_is_kept_under_its_own_day(outcomes: Outcomes) -> None:
    outcomes.note([a_fact(), a_fact("x", YESTERDAY)], [], at(0))
    assert outcomes.facts(YESTERDAY) == ([a_fact("x", YESTERDAY)], [])
    assert outcomes.facts(date(2026, 3, 9)) == ([], [])


def test_a_day_is_changed_until_it_was_counted_as_of_its_newest_fact(outcomes: Outcomes) -> None:
    outcomes.note([a_fact(day=YESTERDAY)], [], at(0))
    outcomes.note([a_fact()], [a_note()], at(1))
    assert outcomes.changed_days() == [ChangedDay(YESTERDAY, 1), ChangedDay(TODAY, 1)]
    outcomes.save(counted(TODAY, *outcomes.facts(TODAY)), 1)
    assert outcomes.changed_days() == [ChangedDay(YESTERDAY, 1)]
    outcomes.note([a_fact("late")], [], at(2))
    assert outcomes.changed_days() == [ChangedDay(YESTERDAY, 1), ChangedDay(TODAY, 2)]


def test_a_fact_that_is_noted_while_its_day_is_being_counted_makes_it_a_changed_day_again(outcomes: Outcomes) -> None:
    outcomes.note([a_fact()], [], at(0))
    (changed,) = outcomes.changed_days()
    facts = outcomes.facts(TODAY)
    outcomes.note([a_fact("meanwhile")], [], at(1))
    outcomes.save(counted(TODAY, *facts), changed.changes)
    assert outcomes.changed_days() == [ChangedDay(TODAY, 2)]


def a_count(day: date = TODAY, contacts: int = 3) -> DayCounts:
    cell = Cell(day, "voice", "unified", "everyone", "unified/days-1-3", "12345678", "CN", "zh", "days-1-3")
    group = GroupCounts(7, {"cure_14": Reached(2, 300, 50_000)})
    return DayCounts(day, {cell: {"contact": contacts}}, {GROUP: group})


def test_counts_come_back_as_they_were_saved(outcomes: Outcomes) -> None:
    outcomes.note([a_fact()], [], at(0))
    outcomes.save(a_count(), 1)
    assert list(outcomes.days(YESTERDAY, TODAY)) == [a_count()]


def test_a_day_counted_anew_replaces_what_stood_there(outcomes: Outcomes) -> None:
    outcomes.note([a_fact()], [], at(0))
    for contacts in (3, 5):
        outcomes.save(a_count(contacts=contacts), 1)
    assert list(outcomes.days(TODAY, TODAY)) == [a_count(contacts=5)]


def test_days_are_told_in_order_from_the_first_to_the_last_asked_for(outcomes: Outcomes) -> None:
    for day in (TODAY, YESTERDAY, date(2026, 3, 9)):
        outcomes.note([a_fact(day=day)], [], at(0))
        outcomes.save(a_count(day), 1)
    assert [day.day for day in outcomes.days(YESTERDAY, TODAY)] == [YESTERDAY, TODAY]
    assert list(outcomes.days(date(2027, 1, 1), date(2027, 1, 2))) == []


def test_a_day_that_was_not_counted_yet_has_no_counts(outcomes: Outcomes) -> None:
    outcomes.note([a_fact()], [], at(0))
    assert list(outcomes.days(TODAY, TODAY)) == []


# DynamoDB's own part.


@pytest.fixture
def store() -> Iterator[tuple[DynamoOutcomes, object]]:
    with mock_aws():
        client = aws_client("dynamodb")
        create_tables(client)
        yield DynamoOutcomes(client, LOAN_TABLE, FakeClock()), client


def test_many_facts_are_a_few_rows_and_many_cells_a_few_pages(
    store: tuple[DynamoOutcomes, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes, client = store
    monkeypatch.setattr(adapter, "CELLS_A_PAGE", 40)
    monkeypatch.setattr(adapter, "FACTS_A_ROW", 60)
    facts = [
        Noted(f"c{n}/went", TODAY, About(template=f"unified/{n}", arms={"voice": "unified"}), {"contact": 1})
        for n in range(100)
    ]
    outcomes.note(facts, [], at(0))
    count = counted(TODAY, facts, [])
    outcomes.save(count, 1)
    assert len(count.cells) == 200
    assert list(outcomes.days(TODAY, TODAY)) == [count]
    entries = [row["entry"]["S"].partition("#")[0] for row in rows_of(client, LOAN_TABLE)]
    assert {name: entries.count(name) for name in entries} == {"fact": 2, "counts": 5, "day": 1}


def test_the_same_counts_are_the_same_rows(store: tuple[DynamoOutcomes, object]) -> None:
    outcomes, client = store
    outcomes.note([a_fact()], [a_note()], at(0))
    outcomes.save(a_count(), 1)
    before = rows_of(client, LOAN_TABLE)
    outcomes.save(a_count(), 1)
    assert rows_of(client, LOAN_TABLE) == before


def test_facts_are_forgotten_after_a_season_and_counts_after_years(store: tuple[DynamoOutcomes, object]) -> None:
    outcomes, client = store
    outcomes.note([a_fact()], [], at(0))
    outcomes.save(a_count(), 1)
    midnight = datetime.combine(TODAY, datetime.min.time(), NOW.tzinfo).timestamp()
    lasting = {
        row["entry"]["S"].partition("#")[0]: (float(row["forget_after"]["N"]) - midnight) / 86_400
        for row in rows_of(client, LOAN_TABLE)
    }
    assert lasting == {"fact": 100, "counts": 1_830, "day": 1_830}
