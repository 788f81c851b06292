"""A rehearsal over the sample book: every overdue loan hears a text within its budget, or has a reason why not."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from duebridge.core.file_results import Rejected
from duebridge.core.segments import count
from duebridge.core.strategy import Kind
from infra.cli.preview import SAMPLE
from infra.content import lenders
from infra.rehearsal import Heard, parts_by_language, rehearse
from tests.builders import the_content
from tests.core.naive_hours import inside_hours

MORNING, AFTERNOON = datetime(2026, 3, 11, 9, tzinfo=UTC), datetime(2026, 3, 11, 13, tzinfo=UTC)
"""China, India and Europe may be written to at the first; China, Britain and North America at the second."""
every_lender = pytest.mark.parametrize("lender", lenders())
every_hour = pytest.mark.parametrize("now", [MORNING, AFTERNOON], ids=["09:00Z", "13:00Z"])


@cache
def heard(lender: str, now: datetime) -> Sequence[Heard]:
    """What each loan of the sample would hear; none of its rows is wrong."""
    with SAMPLE.open("rb") as stream:
        results = list(rehearse(stream, the_content(lender), now))
    assert not any(isinstance(result, Rejected) for result in results)
    return [result for result in results if isinstance(result, Heard)]


@cache
def rows() -> Mapping[str, Mapping[str, str]]:
    with SAMPLE.open(encoding="utf-8-sig", newline="") as stream:
        return {row["loan_id"]: row for row in csv.DictReader(stream)}


@every_hour
@every_lender
def test_every_loan_of_the_file_has_one_answer_in_the_order_of_the_file(lender: str, now: datetime) -> None:
    assert [each.loan_id for each in heard(lender, now)] == list(rows())


@every_hour
@every_lender
def test_every_overdue_loan_hears_a_text_or_is_held_for_a_reason(lender: str, now: datetime) -> None:
    overdue = [each for each in heard(lender, now) if each.is_overdue]
    assert len(overdue) > 400, "the sample shows what it is for"
    for each in overdue:
        assert bool(each.text) != bool(each.hold), each.loan_id
        assert each.hold in ("", "outside_hours", "ladder_finished", "not_due_yet"), each.loan_id


@every_hour
@every_lender
def test_a_loan_is_overdue_when_its_due_date_is_past_where_the_borrower_lives(lender: str, now: datetime) -> None:
    for each in heard(lender, now):
        row = rows()[each.loan_id]
        today = now.astimezone(ZoneInfo(row["time_zone"])).date()
        is_late = date.fromisoformat(row["due_date"]) < today and float(row["amount_due"]) > 0
        assert each.is_overdue is is_late, each.loan_id


@every_hour
@every_lender
def test_nobody_hears_anything_outside_contact_hours(lender: str, now: datetime) -> None:
    content = the_content(lender)
    for each in heard(lender, now):
        zone = rows()[each.loan_id]["time_zone"]
        policies = content.policies_for(each.country, None, now)
        assert not each.text or inside_hours(now, policies, [zone]), each.loan_id


@every_hour
@every_lender
def test_a_text_costs_what_its_parts_cost_and_keeps_its_budget(lender: str, now: datetime) -> None:
    content = the_content(lender)
    reminders = 0
    for each in heard(lender, now):
        if not each.text:
            assert (each.template, each.encoding, each.segments, each.price_micros) == ("", "", 0, 0)
            continue
        counted = count(each.text)
        assert (each.encoding, each.segments) == (counted.encoding, counted.segments)
        assert each.price_micros == each.segments * content.office(each.country).price_micros
        is_reminder = content.template(each.template, each.locale).purpose == Kind.PRE_DUE
        reminders += is_reminder
        assert each.segments <= (1 if is_reminder else 2), each.loan_id
    assert reminders > 0


@every_hour
@every_lender
def test_a_text_costs_at_most_one_and_a_half_parts_on_average_in_each_language(lender: str, now: datetime) -> None:
    totals = parts_by_language(heard(lender, now))
    assert set(totals) == {"en", "zh"}
    for language, (texts, parts) in totals.items():
        assert texts > 100
        assert parts / texts <= 1.5, language


@every_hour
@every_lender
def test_the_totals_of_the_languages_are_those_of_all_texts(lender: str, now: datetime) -> None:
    texts = [each for each in heard(lender, now) if each.text]
    totals = parts_by_language(heard(lender, now)).values()
    assert sum(number for number, _ in totals) == len(texts)
    assert sum(parts for _, parts in totals) == sum(each.segments for each in texts)


def test_two_hours_together_reach_every_country() -> None:
    countries = {each.country for now in (MORNING, AFTERNOON) for each in heard("harbour-bank", now) if each.text}
    assert countries == {"CN", "US", "GB", "IN", "DE"}


def test_the_personal_family_speaks_to_each_kind_of_borrower_by_its_own_texts() -> None:
    spoken: dict[str, Counter[str]] = {}
    for each in heard("morning-finance", AFTERNOON):
        if each.text:
            spoken.setdefault(each.segment, Counter())[each.template.rsplit("/", 1)[0]] += 1
    assert set(spoken) == {"first-time", "repeatedly-late", "forgetful", "default", "large-balance"}
    for segment, folders in spoken.items():
        assert set(folders) == {"unified" if segment == "default" else f"personal/{segment}"}


def test_only_a_scheme_that_leaves_a_stage_out_lets_an_overdue_loan_wait() -> None:
    def waiting(lender: str) -> set[str]:
        return {each.segment for each in heard(lender, AFTERNOON) if each.is_overdue and each.hold == "not_due_yet"}

    assert waiting("harbour-bank") == set()
    assert waiting("morning-finance") == {"forgetful", "first-time"}


def test_a_loan_without_words_in_its_language_is_held_and_told() -> None:
    american = next(row for row in rows().values() if row["time_zone"] == "America/New_York")
    written = StringIO()
    writer = csv.DictWriter(written, list(american))
    writer.writeheader()
    writer.writerow({**american, "locale": "zh-CN", "due_date": "2026-03-09"})
    (result,) = rehearse([written.getvalue().encode()], the_content(), AFTERNOON)
    assert isinstance(result, Heard)
    assert (result.hold, result.text) == ("no_wording", "")
