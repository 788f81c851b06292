"""Whether a borrower is texted now: every rule, its edges, and the whole against an independent judge."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duebridge.core.contact import Text
from duebridge.core.decision import WINDOW_MARGIN, Case, Contact, Decision, after_contact, decide, gate, wake_at
from duebridge.core.loan import Loan, Pause
from duebridge.core.money import Money
from duebridge.core.reasoning import Hold
from duebridge.core.standing import Counted, PersonStanding, Suppression
from duebridge.core.strategy import Kind
from tests.builders import (
    CHICAGO,
    FILE_AS_OF,
    NOW,
    a_case,
    a_chinese_loan,
    a_loan,
    a_number,
    a_person,
    a_text,
    days_late,
    the_content,
)
from tests.core.naive_hours import ZONES, allowed, inside_hours


def contacted(decision: Decision) -> Contact:
    assert isinstance(decision.outcome, Contact), decision.outcome
    return decision.outcome


def hold_of(decision: Decision) -> Hold:
    assert isinstance(decision.outcome, Hold), decision.outcome
    return decision.outcome


def chicago(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(CHICAGO)).astimezone(UTC)


def counted(*hours_ago: float) -> PersonStanding:
    """A person who was texted so long ago, each time without think time."""
    times = [NOW - timedelta(hours=hours) for hours in hours_ago]
    return a_person(counted={f"c{n}": Counted(at, None) for n, at in enumerate(times)})


def test_a_late_loan_that_nothing_speaks_against_is_contacted() -> None:
    contact = contacted(decide(a_case()))
    assert contact.step.name == "days-1-3"
    assert contact.attempt == 1
    assert contact.contact_id == a_text().contact_id


def test_a_paid_loan_is_not_contacted() -> None:
    assert hold_of(decide(a_case(loan=a_loan(arrears=Money(0, "USD"))))) == Hold("nothing_owed", None)


def test_an_overpaid_loan_is_not_contacted() -> None:
    assert hold_of(decide(a_case(loan=a_loan(arrears=Money(-1, "USD"))))).reason == "nothing_owed"


def test_a_held_loan_is_not_contacted_until_a_person_lifts_it() -> None:
    loan = a_loan(pauses={"disputed": Pause(FILE_AS_OF, None, "loan file")})
    assert hold_of(decide(a_case(loan=loan))) == Hold("disputed", None)


def test_a_pause_that_is_over_no_longer_holds() -> None:
    loan = a_loan(pauses={"paid_claim": Pause(FILE_AS_OF, NOW, "inbound-1")})
    assert contacted(decide(a_case(loan=loan)))


def test_a_pause_holds_to_its_last_instant() -> None:
    loan = a_loan(pauses={"paid_claim": Pause(FILE_AS_OF, NOW + timedelta(seconds=1), "inbound-1")})
    assert hold_of(decide(a_case(loan=loan))) == Hold("paid_claim", NOW + timedelta(seconds=1))


def test_a_us_loan_without_any_consent_is_held() -> None:
    content = the_content()
    silent_lender = replace(content, lender=replace(content.lender, consent_default=""))
    assert hold_of(decide(a_case(content=silent_lender))) == Hold("no_consent", None)
    with_source = a_loan(consent_source="web form")
    assert contacted(decide(a_case(content=silent_lender, loan=with_source)))


def test_a_chinese_loan_needs_no_stated_consent() -> None:
    content = the_content()
    silent_lender = replace(content, lender=replace(content.lender, consent_default=""))
    case = a_case(content=silent_lender, loan=a_chinese_loan(), now=datetime(2026, 3, 11, 2, tzinfo=UTC))
    assert contacted(decide(case))


@pytest.mark.parametrize(
    ("country", "sub"),
    [
        pytest.param("FR", None, id="a country that nobody has entered"),
        pytest.param("US", "US-WV", id="a state that nobody has entered"),
    ],
)
def test_an_unknown_jurisdiction_blocks(country: str, sub: str | None) -> None:
    assert hold_of(decide(a_case(loan=a_loan(country=country, sub=sub)))) == Hold("no_policy", None)


@pytest.mark.parametrize("reason", list(Suppression))
def test_a_suppressed_number_is_not_contacted(reason: Suppression) -> None:
    number = a_number(suppressed=reason, suppressed_at=NOW)
    assert hold_of(decide(a_case(number=number))) == Hold(str(reason), None)


def test_a_loan_that_a_newer_full_file_left_out_is_held() -> None:
    later = a_case(full_file_as_of=FILE_AS_OF + timedelta(seconds=1))
    assert hold_of(decide(later)) == Hold("not_in_latest_file", None)
    assert contacted(decide(a_case(full_file_as_of=FILE_AS_OF)))


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (-3, "reminder"),
        (0, "reminder"),
        (1, "days-1-3"),
        (3, "days-1-3"),
        (4, "days-4-15"),
        (15, "days-4-15"),
        (16, "days-16-30"),
        (30, "days-16-30"),
        (31, "days-31-60"),
        (60, "days-31-60"),
        (61, "days-61-90"),
        (90, "days-61-90"),
    ],
)
def test_each_step_holds_from_its_first_to_its_last_day(days: int, step: str) -> None:
    assert contacted(decide(a_case(loan=days_late(days)))).step.name == step


def test_a_loan_far_from_its_due_date_sleeps_until_its_first_step_opens() -> None:
    hold = hold_of(decide(a_case(loan=days_late(-10))))
    assert hold == Hold("not_due_yet", chicago("2026-03-18T08:00"))


def test_after_the_last_day_the_ladder_is_finished() -> None:
    assert hold_of(decide(a_case(loan=days_late(91)))) == Hold("ladder_finished", None)


def test_days_past_due_are_counted_by_the_borrowers_own_calendar() -> None:
    loan = a_loan(due_date=date(2026, 3, 10))
    just_before_midnight = chicago("2026-03-10T23:59")
    assert loan.days_past_due(just_before_midnight) == 0
    assert loan.days_past_due(just_before_midnight + timedelta(minutes=1)) == 1


def test_a_step_that_was_planned_is_not_planned_again() -> None:
    hold = hold_of(decide(a_case(loan=a_loan(steps=("days-1-3",)))))
    assert hold == Hold("step_done", chicago("2026-03-13T08:00"))


def test_a_step_that_may_be_retried_gets_attempt_two_with_an_id_of_its_own() -> None:
    contact = contacted(decide(a_case(loan=a_loan(steps=("days-1-3",), retry="days-1-3"))))
    assert contact.attempt == 2
    assert contact.contact_id != a_text().contact_id


def test_the_last_step_done_sleeps_until_the_ladder_is_over() -> None:
    loan = days_late(70, steps=("days-61-90",))
    assert hold_of(decide(a_case(loan=loan))) == Hold("step_done", chicago("2026-04-01T08:00"))


def test_a_demand_gives_its_working_days_and_then_the_whole_last_day() -> None:
    contact = contacted(decide(a_case()))
    # Seven working days after Wednesday the eleventh is Friday the twentieth.
    assert contact.last_day == date(2026, 3, 20)
    assert contact.quiet_until == chicago("2026-03-21T00:00")


def test_no_further_demand_before_the_date_that_the_last_one_named() -> None:
    quiet = chicago("2026-03-21T00:00")
    person = a_person(counted={"other": Counted(NOW - timedelta(days=2), quiet)})
    assert hold_of(decide(a_case(person=person))) == Hold("think_time", chicago("2026-03-21T08:00"))
    assert contacted(decide(a_case(person=person, now=quiet + timedelta(hours=8), loan=a_loan())))


def test_a_reminder_before_the_due_date_needs_no_think_time() -> None:
    person = a_person(counted={"other": Counted(NOW - timedelta(days=2), NOW + timedelta(days=5))})
    contact = contacted(decide(a_case(person=person, loan=days_late(-1))))
    assert (contact.step.kind, contact.last_day, contact.quiet_until) == (Kind.PRE_DUE, None, None)


@pytest.mark.parametrize(
    ("hours_ago", "reason", "free_in_hours"),
    [
        pytest.param([23], "cap_1d", 1, id="one in 24 hours"),
        pytest.param([25, 50, 167], "cap_7d", 1, id="three in seven days"),
        pytest.param([170, 200, 300, 400, 500, 600, 700, 719], "cap_30d", 1, id="eight in thirty days"),
    ],
)
def test_each_cap_counts_rolling_hours_over_all_loans(hours_ago: list[float], reason: str, free_in_hours: int) -> None:
    case = a_case(person=counted(*hours_ago))
    assert hold_of(decide(case)) == Hold(reason, NOW + timedelta(hours=free_in_hours))
    assert contacted(decide(replace(case, now=NOW + timedelta(hours=free_in_hours))))


def test_massachusetts_allows_only_two_in_seven_days() -> None:
    loan = a_loan(sub="US-MA")
    assert hold_of(decide(a_case(loan=loan, person=counted(30, 60)))).reason == "cap_7d"
    assert contacted(decide(a_case(person=counted(30, 60))))


def test_a_new_york_number_at_a_los_angeles_address_is_not_contacted_after_nine_in_new_york() -> None:
    loan = a_loan(phone="+12125550101", number_zones=("America/New_York",), time_zone="America/Los_Angeles")
    evening = datetime(2026, 3, 11, 18, 30, tzinfo=ZoneInfo("America/Los_Angeles"))
    hold = hold_of(decide(a_case(loan=loan, now=evening.astimezone(UTC))))
    morning = datetime(2026, 3, 12, 8, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert hold == Hold("outside_hours", morning.astimezone(UTC))


def test_a_british_loan_is_not_contacted_on_a_bank_holiday_or_a_sunday() -> None:
    loan = a_loan(country="GB", locale="en-GB", time_zone="Europe/London", number_zones=(), due_date=date(2026, 4, 1))
    good_friday = datetime(2026, 4, 3, 11, 0, tzinfo=UTC)
    hold = hold_of(decide(a_case(loan=loan, now=good_friday)))
    assert hold == Hold("outside_hours", datetime(2026, 4, 4, 7, 0, tzinfo=UTC))
    easter_sunday = datetime(2026, 4, 5, 11, 0, tzinfo=UTC)
    hold = hold_of(decide(a_case(loan=loan, now=easter_sunday)))
    assert hold.until is not None
    assert hold.until.date() > date(2026, 4, 5)


def test_on_the_day_of_summer_time_hours_follow_the_wall_clock() -> None:
    early = chicago("2026-03-08T07:59")
    loan = a_loan(due_date=date(2026, 3, 6))
    assert hold_of(decide(a_case(loan=loan, now=early))) == Hold("outside_hours", datetime(2026, 3, 8, 13, tzinfo=UTC))
    assert contacted(decide(a_case(loan=loan, now=early + timedelta(minutes=1))))


def test_nothing_leaves_in_the_last_minutes_of_a_window() -> None:
    closing = chicago("2026-03-11T21:00")
    last_moment = closing - WINDOW_MARGIN
    assert contacted(decide(a_case(now=last_moment - timedelta(seconds=1)))).closes_at == last_moment
    assert hold_of(decide(a_case(now=last_moment))) == Hold("outside_hours", chicago("2026-03-12T08:00"))


def test_asking_for_all_gives_every_reason_and_the_first_one_decides() -> None:
    loan = a_loan(
        arrears=Money(0, "USD"), steps=("days-1-3",), pauses={"disputed": Pause(FILE_AS_OF, None, "ticket-1")}
    )
    case = a_case(
        loan=loan,
        number=a_number(suppressed=Suppression.OPTED_OUT),
        person=counted(1),
        full_file_as_of=NOW,
    )
    decision = decide(case, ask_all=True)
    reasons = [answer.hold.reason for answer in decision.trace if answer.hold]
    assert reasons == ["nothing_owed", "not_in_latest_file", "disputed", "opted_out", "step_done", "cap_1d"]
    assert hold_of(decision).reason == "nothing_owed"
    assert len(decide(case).trace) == 1


def test_every_hour_and_cap_rule_names_its_source() -> None:
    asked = {answer.rule: answer.source for answer in decide(a_case(), ask_all=True).trace}
    assert "12 CFR 1006.6(b)(1)" in asked["hours and caps"]


def test_a_hold_whose_end_has_no_opening_is_told_as_such_so_that_people_hear_of_it() -> None:
    loan = days_late(-30, number_zones=("Asia/Kolkata",), country="DE", time_zone="America/Los_Angeles")
    assert hold_of(decide(a_case(loan=loan))) == Hold("no_opening", None)


# The gate: from fresh rows, just before the claim.


def the_gate_says(text: Text | None = None, **changes: object) -> Decision:
    loan = changes.pop("loan", None) or a_loan(steps=("days-1-3",))
    return gate(a_case(loan=loan, **changes), text or a_text())


def test_the_gate_lets_the_planned_text_pass() -> None:
    assert contacted(the_gate_says()).step.name == "days-1-3"


def test_the_gate_stops_a_text_whose_debt_was_paid() -> None:
    assert hold_of(the_gate_says(loan=a_loan(arrears=Money(0, "USD")))).reason == "nothing_owed"


def test_the_gate_stops_a_text_that_names_another_amount() -> None:
    hold = hold_of(the_gate_says(loan=a_loan(steps=("days-1-3",), arrears=Money(100, "USD"))))
    assert hold == Hold("amount_changed", NOW)


def test_the_gate_stops_a_text_at_the_end_of_its_window() -> None:
    assert hold_of(the_gate_says(a_text(expires_at=NOW))).reason == "window_passed"
    assert contacted(the_gate_says(a_text(expires_at=NOW + timedelta(seconds=1))))


def test_the_gate_stops_a_text_of_a_step_that_has_passed() -> None:
    assert hold_of(the_gate_says(loan=days_late(4, steps=("days-1-3",)))).reason == "step_passed"


def test_the_gate_stops_a_text_of_an_earlier_delinquency() -> None:
    assert hold_of(the_gate_says(loan=a_loan(episode=date(2026, 2, 9)))).reason == "step_passed"


def test_the_gate_stops_a_text_to_a_number_that_opted_out() -> None:
    assert hold_of(the_gate_says(number=a_number(suppressed=Suppression.OPTED_OUT))).reason == "opted_out"


def test_the_gate_stops_a_text_that_a_hold_overtook() -> None:
    loan = a_loan(steps=("days-1-3",), pauses={"reply_waits": Pause(NOW, None, "inbound-1")})
    assert hold_of(the_gate_says(loan=loan)).reason == "reply_waits"


def test_the_gate_stops_a_second_text_to_one_person() -> None:
    assert hold_of(the_gate_says(person=counted(1))).reason == "cap_1d"


# When a loan is looked at again.


def test_a_loan_wakes_when_the_day_of_its_next_step_opens() -> None:
    assert wake_at(days_late(-10), the_content(), NOW) == chicago("2026-03-18T08:00")


def test_a_loan_whose_next_step_begins_on_a_closed_day_wakes_on_the_next_open_one() -> None:
    british = {"country": "GB", "locale": "en-GB", "time_zone": "Europe/London", "number_zones": ()}
    loan = a_loan(due_date=date(2026, 4, 6), **british)
    # Three days before the due date is Good Friday.
    assert wake_at(loan, the_content(), NOW) == datetime(2026, 4, 4, 7, 0, tzinfo=UTC)


def test_a_loan_whose_hours_never_open_is_looked_at_anyway() -> None:
    loan = days_late(-10, country="FR")
    assert wake_at(loan, the_content(), NOW) == chicago("2026-03-18T00:00")


def test_a_loan_inside_a_step_or_past_the_ladder_is_looked_at_at_once() -> None:
    assert wake_at(days_late(2), the_content(), NOW) == NOW
    assert wake_at(days_late(200), the_content(), NOW) == NOW


def test_a_loan_that_owes_nothing_sleeps() -> None:
    assert wake_at(a_loan(arrears=Money(0, "USD")), the_content(), NOW) is None


def test_after_the_last_step_the_loan_is_looked_at_once_more() -> None:
    assert after_contact(a_case(loan=days_late(70))) == chicago("2026-04-01T08:00")


# The whole, for any loan at any time.

PLACES = [("US", None), ("US", "US-MA"), ("US", "US-NY-NYC"), ("CN", None), ("GB", None), ("IN", None), ("DE", None)]
instants = st.integers(0, 700 * 86_400).map(lambda n: datetime(2026, 1, 2, tzinfo=UTC) + timedelta(seconds=n))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any place, any zones, any history."""
    now = draw(instants)
    country, sub = draw(st.sampled_from(PLACES))
    days = draw(st.integers(-8, 95))
    steps = draw(st.lists(st.sampled_from(["reminder", "days-1-3", "days-4-15", "days-16-30"]), unique=True))
    until = draw(st.none() | st.integers(-100, 100).map(lambda hours: now + timedelta(hours=hours)))
    loan: Loan = a_loan(
        country=country,
        sub=sub,
        time_zone=draw(st.sampled_from(ZONES)),
        number_zones=tuple(draw(st.lists(st.sampled_from(ZONES), max_size=2))),
        due_date=now.date() - timedelta(days=days),
        steps=tuple(steps),
        retry=draw(st.sampled_from(["", *steps])),
        arrears=Money(draw(st.sampled_from([0, 1, 22_218])), "USD"),
        pauses=draw(st.sampled_from([{}, {}, {"paid_claim": Pause(now - timedelta(days=1), until, "inbound-1")}])),
    )
    history = draw(st.lists(st.tuples(st.integers(0, 40 * 1440), st.none() | st.integers(-9, 9)), max_size=9))
    person = a_person(
        counted={
            f"c{n}": Counted(
                now - timedelta(minutes=minutes), now + timedelta(days=quiet) if quiet is not None else None
            )
            for n, (minutes, quiet) in enumerate(history)
        }
    )
    return a_case(loan=loan, person=person, now=now)


@settings(max_examples=300, deadline=None)
@given(cases())
def test_an_allowed_contact_is_inside_all_hours_and_below_all_caps(case: Case) -> None:
    outcome = decide(case).outcome
    if not isinstance(outcome, Contact):
        return
    times = [counted.at for counted in case.person.counted.values()]
    assert case.loan.arrears.minor > 0
    assert allowed(case.now, case.policies, case.loan.zones, times)
    assert inside_hours(outcome.closes_at, case.policies, case.loan.zones)
    assert outcome.closes_at > case.now
    assert outcome.step.name not in case.loan.steps or outcome.attempt == 2


@settings(max_examples=300, deadline=None)
@given(cases())
def test_a_hold_ends_at_an_opening(case: Case) -> None:
    outcome = decide(case).outcome
    if isinstance(outcome, Contact) or outcome.until is None:
        return
    times = [counted.at for counted in case.person.counted.values()]
    assert outcome.until > case.now
    assert allowed(outcome.until, case.policies, case.loan.zones, times)


@settings(max_examples=200, deadline=None)
@given(cases())
def test_asking_for_all_never_changes_the_outcome(case: Case) -> None:
    assert decide(case, ask_all=True).outcome == decide(case).outcome
