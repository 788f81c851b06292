"""What the outcomes teach, with the file to change; nothing that singles anybody out."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from duebridge.core.lessons import FEWEST, Lesson, LessonKind, lessons
from duebridge.core.operator_request import ROOT_CAUSES
from duebridge.core.outcome import Cell, DayCounts
from duebridge.core.unread import Unread
from tests.builders import the_content

TODAY = date(2026, 3, 11)
LATE = "unified/days-4-15"


def a_cell(**changes: str) -> Cell:
    values = {
        "experiment": "",
        "arm": "",
        "segment": "everyone",
        "template": LATE,
        "template_version": "a1b2c3d4",
        "country": "US",
        "language": "en",
        "days_past_due_stage": "days-4-15",
    }
    return Cell(day=TODAY, **(values | changes))


def learnt(
    *cells: tuple[Cell, Mapping[str, int]], unread: tuple[Unread, ...] = (), kind: LessonKind | None = None
) -> list[Lesson]:
    found = lessons([DayCounts(TODAY, dict(cells), {})], the_content(), unread)
    return [lesson for lesson in found if kind in (None, lesson.kind)]


def test_a_cause_that_came_often_after_one_text_names_the_file_of_that_text() -> None:
    found = learnt((a_cell(), {"root_cause_unclear_text": 12, "root_cause_conduct": 3}))
    values = {"cause": "unclear_text", "template": LATE, "language": "en"}
    file = f"templates/sms/en-US/{LATE}.txt"
    assert found == [Lesson(LessonKind.ROOT_CAUSE, values, 12, 15, file)]


@pytest.mark.parametrize(
    ("cause", "file"),
    [
        ("too_many_texts", "templates/strategies/unified.yaml"),
        ("payment_delay", "templates/strategies/unified.yaml"),
        ("hardship", "templates/strategies/unified.yaml"),
        ("wrong_data", "templates/lenders/harbour-bank.yaml"),
    ],
)
def test_a_cause_that_no_wording_mends_names_another_file(cause: str, file: str) -> None:
    (found,) = learnt((a_cell(), {f"root_cause_{cause}": FEWEST}))
    assert found.file == file
    assert Path(file).exists()


def test_what_is_rare_after_single_texts_is_told_over_all_of_them_or_not_at_all() -> None:
    rare = [(a_cell(template=name), {"displeased": 4, "contact": 50}) for name in (LATE, "unified/days-16-30")]
    assert learnt(*rare) == []
    (found,) = learnt(*rare, (a_cell(template="unified/days-31-60"), {"displeased": 4, "contact": 50}))
    assert found == Lesson(LessonKind.DISPLEASED, {"template": "", "language": "en"}, 12, 150, "templates/sms")


def test_displeasure_is_told_by_text_with_all_that_went_the_most_often_first() -> None:
    found = learnt(
        (a_cell(), {"displeased": 10, "contact": 900}),
        (a_cell(template="unified/days-16-30"), {"displeased": 40, "contact": 100}),
        kind=LessonKind.DISPLEASED,
    )
    assert [(each.values["template"], each.count, each.of) for each in found] == [
        ("unified/days-16-30", 40, 100),
        (LATE, 10, 900),
    ]


def test_an_arm_of_an_experiment_is_not_counted_twice() -> None:
    counts = {"displeased": 10, "contact": 100}
    (found,) = learnt((a_cell(), counts), (a_cell(experiment="voice", arm="personal"), counts))
    assert (found.count, found.of) == (10, 100)


def test_a_country_with_words_of_its_own_is_told_apart_and_others_are_not() -> None:
    cells = [(a_cell(country=country), {"displeased": 10}) for country in ("US", "GB", "IN")]
    found = learnt(*cells)
    assert [(each.count, each.file) for each in found] == [
        (20, f"templates/sms/en/{LATE}.txt"),
        (10, f"templates/sms/en-US/{LATE}.txt"),
    ]


def test_a_text_that_is_not_there_any_more_is_told_over_all_texts() -> None:
    (found,) = learnt((a_cell(template="plain/gone"), {"displeased": 10}))
    assert (found.values["template"], found.file) == ("", "templates/sms")


def test_texts_that_may_cost_two_parts_are_told_by_what_they_were_billed() -> None:
    found = learnt(
        (a_cell(), {"segments": 500}),
        (a_cell(template="unified/reminder", days_past_due_stage="reminder"), {"segments": 900}),
        (a_cell(template=LATE, language="zh", country="CN"), {"segments": 700}),
        (a_cell(template="unified/days-61-90"), {"segments": 9}),
    )
    assert [(each.values["template"], each.values["locale"], each.values["parts"], each.count) for each in found] == [
        (LATE, "zh-CN", "2", 700),
        (LATE, "en-US", "2", 500),
    ]
    assert {each.of for each in found} == {2_109}


def test_how_many_borrowers_had_how_many_texts_is_a_distribution_and_names_the_caps() -> None:
    counts = {"text_in_31_days_1": 400, "text_in_31_days_4": 30, "text_in_31_days_5": 11, "text_in_31_days_6": 9}
    found = learnt((a_cell(country="DE"), counts))
    assert [(each.values, each.count, each.of) for each in found] == [
        ({"texts": "5", "country": "DE"}, 11, 400),
        ({"texts": "4", "country": "DE"}, 30, 400),
    ]
    assert {each.file for each in found} == {"templates/policies/EU.yaml"}


def test_words_that_ten_numbers_wrote_name_the_lexicon_of_their_language() -> None:
    unread = tuple(Unread(f"+86138000000{number:02}", "走绿色通道") for number in range(FEWEST))
    (found,) = learnt(unread=(*unread, Unread("+13125550101", "do the needful")))
    values = {"words": "走绿色通道", "language": "zh"}
    assert found == Lesson(LessonKind.NOT_UNDERSTOOD, values, 10, 10, "templates/replies/zh.yaml")


def test_choices_from_a_menu_and_figures_are_no_replies_that_nobody_understood() -> None:
    words = [Unread(f"+1312555{number:04}", "do the needful") for number in range(10)]
    choices = [Unread(f"+1312555{1000 + number}", body) for number, body in enumerate(["2", "yes", "不满意", "77.50"])]
    (found,) = learnt(unread=(*words, *choices))
    assert (found.count, found.of) == (10, 10)


def test_nine_of_anything_teach_nothing() -> None:
    counts = {f"root_cause_{cause}": 1 for cause in ROOT_CAUSES}
    nine = {**counts, "displeased": 9, "segments": 9, "text_in_31_days_4": 9}
    unread = tuple(Unread(f"+1312555{number:04}", "do the needful") for number in range(9))
    assert learnt((a_cell(), nine), unread=unread) == []


def test_every_file_that_a_lesson_names_is_there() -> None:
    content = the_content()
    cells = [
        (a_cell(template=name, language=locale.split("-")[0], country=country), {"displeased": 10, "segments": 20})
        for name, locale in content.templates
        for country in ("US", "GB", "IN", "CN", "DE")
    ]
    counts = {f"root_cause_{cause}": 10 for cause in ROOT_CAUSES} | {"text_in_31_days_9": 10}
    cells += [(a_cell(country=country), counts) for country in ("US", "GB", "IN", "CN", "DE")]
    found = learnt(*cells)
    assert len({lesson.kind for lesson in found}) == 4
    assert [lesson.file for lesson in found if not Path(lesson.file).exists()] == []
