"""Making the daily report from the counts that stand."""

from copy import replace
from datetime import date, timedelta

from msgspec import Struct, field

from duebridge.core.outcome import CohortNote, DayCounts, Group
from duebridge.core.report.building import DAYS_TOLD
from duebridge.core.report.model import Answer, Origin
from duebridge.core.stop import StandingStops, arm_label
from duebridge.flows.learn import Learn
from duebridge.flows.publish_report import LONGEST, PublishReport, gathered, stages_of
from infra.report_page import shipped_words
from tests.builders import NOW, compared_content
from tests.world import World

TODAY = NOW.date()


class Shelf(Struct):
    """Files in memory."""

    files: dict[str, str] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)

    def put(self, key: str, body: str, content_type: str) -> None:
        self.files[key] = body
        self.kinds.add(content_type.partition(";")[0])

    def get(self, key: str) -> str | None:
        return self.files.get(key)

    def link(self, key: str) -> str:
        return f"https://shelf.example/{key}"


class Asked(Struct):
    """Which days were asked for."""

    spans: list[tuple[date, date]] = field(default_factory=list)

    def days(self, since: date, until: date) -> list[DayCounts]:
        self.spans.append((since, until))
        return []


def a_world() -> World:
    world = World.in_memory()
    world.content = compared_content()
    return world


def publisher(world: World, shelf: Shelf) -> PublishReport:
    return PublishReport(
        outcomes=world.outcomes,
        stops=world.stops,
        reports=shelf,
        learn=Learn(outcomes=world.outcomes, conversations=world.conversations, content=world.content),
        content=world.content,
        says=shipped_words(),
        clock=world.clock,
        origin=Origin.REAL,
    )


def assigned(world: World, arm: str, loans: int, cured: int, days_ago: int) -> None:
    day, group = TODAY - timedelta(days=days_ago), Group("voice", arm, "days-1-3", "USD")
    notes = [
        CohortNote(event_id=f"{arm}{day}{n}{kind}", day=day, group=group, loan=f"{arm}{n}", kind=kind, after_days=2)
        for n in range(loans)
        for kind in ("assigned", "displeased")[: 2 if n < cured else 1]
    ]
    world.outcomes.note([], notes, world.clock.now())


def test_no_day_before_the_told_ones_is_read_unless_an_experiment_began_there() -> None:
    asked, content = Asked(), compared_content()
    (experiment,) = content.experiments
    early = TODAY - timedelta(days=90)
    gathered(asked, replace(content, experiments=()), as_of=TODAY)
    gathered(asked, replace(content, experiments=(replace(experiment, starts=early),)), as_of=TODAY)
    gathered(asked, replace(content, experiments=(replace(experiment, starts=early - LONGEST),)), as_of=TODAY)
    yesterday = TODAY - timedelta(days=1)
    assert asked.spans == [
        (TODAY - timedelta(days=DAYS_TOLD), yesterday),
        (early - timedelta(days=1), yesterday),
        (TODAY - LONGEST, yesterday),
    ]


def test_stages_are_told_in_the_order_of_days_past_due() -> None:
    assert stages_of(compared_content())[:3] == ("reminder", "days-1-3", "days-4-15")


def test_a_day_made_again_has_the_same_files_and_a_late_fact_corrects_them() -> None:
    world, shelf = a_world(), Shelf()
    world.clock.advance(days=3)
    assigned(world, "personal", 40, 12, days_ago=0)
    assigned(world, "unified", 40, 12, days_ago=0)
    world.reporter.run(lambda: True)
    publisher(world, shelf).make()
    first = dict(shelf.files)
    assert "Not enough yet" in first["latest/report.en.html"]
    assert shelf.kinds == {"text/html", "text/csv"}
    world.reporter.run(lambda: True)
    publisher(world, shelf).make()
    assert shelf.files == first
    late = Group("voice", "unified", "days-1-3", "USD")
    note = CohortNote(event_id="late", day=TODAY, group=late, loan="unified30", kind="displeased", after_days=3)
    world.outcomes.note([], [note], world.clock.now())
    world.reporter.run(lambda: True)
    publisher(world, shelf).make()
    assert shelf.files.keys() == first.keys()
    assert shelf.files["latest/outcomes.csv"] != first["latest/outcomes.csv"]


def test_less_displeasure_is_what_helps() -> None:
    world = a_world()
    (experiment,) = world.content.experiments
    shorter = replace(experiment, starts=TODAY, ends=TODAY + timedelta(days=1), expected=0.3, worth_finding=0.1)
    world.content = replace(world.content, experiments=(shorter,))
    assigned(world, "personal", 900, 300, days_ago=0)
    assigned(world, "unified", 900, 150, days_ago=0)
    world.reporter.run(lambda: True)
    report = gathered(world.outcomes, world.content, as_of=TODAY + timedelta(days=60))
    (comparison,) = report.trials[0].comparisons
    assert comparison.answer is Answer.HELPED
    assert comparison.verdict.difference < 0


def test_a_stopped_arm_is_told() -> None:
    world, shelf = a_world(), Shelf()
    assigned(world, "unified", 20, 0, days_ago=1)
    world.reporter.run(lambda: True)
    label = arm_label("voice", "unified")
    report = gathered(world.outcomes, world.content, as_of=TODAY, stopped_arms=frozenset({label}))
    assert [line.is_stopped for line in report.trials[0].arms] == [False, True]
    assert StandingStops().arms == frozenset()
    publisher(world, shelf).make()
    assert "Stopped" not in shelf.files["latest/headline.en.html"]
