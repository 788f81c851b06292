"""What each rule answers, in full: its code, what varies, its source, and when the loan is looked at again.

Codes and holds stand in rows for years and are what `explain`, the reports and the desk read.
"""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from duebridge.core import decision
from duebridge.core.content import Content
from duebridge.core.decision import Case, after_contact, decide, gate, next_window_opens, own_id
from duebridge.core.experiment import Enrolment
from duebridge.core.loan import Loan, Pause
from duebridge.core.money import Money
from duebridge.core.reasoning import Answer, Hold
from duebridge.core.standing import Counted, Suppression
from duebridge.core.stop import PAUSE_LOOK_AGAIN, WORDING_LOOK_AGAIN, arm_label, read_pause
from tests.builders import (
    FILE_AS_OF,
    NOW,
    a_case,
    a_chinese_loan,
    a_loan,
    a_number,
    a_person,
    a_policy,
    a_text,
    compared_content,
    days_late,
    the_content,
)

TODAY = NOW.date()
LADDER = "templates/strategies/unified.yaml, everyone"
FEDERAL = the_content().policies["US"][0]
MORNING, EVENING = datetime(2026, 3, 12, 13, tzinfo=UTC), datetime(2026, 3, 12, 2, tzinfo=UTC)
"""When contact hours open in Chicago on the day after NOW, and when they close before it."""
NEXT_STEP_OPENS = datetime(2026, 3, 13, 13, tzinfo=UTC)
REFUSED = frozenset({"unified/days-1-3/en"})


def without_declared_consent() -> Content:
    content = the_content()
    return replace(content, lender=replace(content.lender, consent_default=""))


def in_massachusetts() -> Case:
    return a_case(loan=a_loan(sub="US-MA"))


def enrolled(experiment: str, arm: str, **changes: Any) -> Loan:
    return a_loan(enrolments={experiment: Enrolment(arm, TODAY, "days-1-3")}, **changes)


def voiced(arm: str = "personal", **changes: Any) -> Case:
    """A loan whose texts an experiment chooses."""
    return a_case(loan=enrolled("voice", arm), content=compared_content(), **changes)


def held_out(content: Content | None = None, **changes: Any) -> Case:
    """A loan that an experiment leaves without texts."""
    return a_case(loan=enrolled("scheme", "none", **changes), content=content or compared_content("morning-finance"))


def required_by_law() -> Content:
    content = compared_content("morning-finance")
    lawful = tuple(replace(policy, always_sent=frozenset({"days-1-3"})) for policy in content.policies["US"])
    return replace(content, policies={**content.policies, "US": lawful})


def ending(day: date) -> Content:
    """The lender of the hold-out, whose experiment ends that day."""
    content = compared_content("morning-finance")
    return replace(content, experiments=tuple(replace(each, ends=day) for each in content.experiments))


PAUSED_LOAN = a_loan(pauses={"disputed": Pause(FILE_AS_OF, None, "ticket-1")})
QUIET = NOW + timedelta(days=2)
THINKING = a_person(counted={"other": Counted(NOW - timedelta(days=2), QUIET)})
IN_THE_LAST_MINUTES = EVENING - timedelta(minutes=5)
ARM = arm_label("voice", "personal")
STOPPED_ARM = Hold("arm_stopped", NOW + WORDING_LOOK_AGAIN)
WORDING_STOPPED = Answer(
    "refused", "unified/days-1-3 in en-US", "docs/runbook/stops.md", Hold("template_stopped", NOW + WORDING_LOOK_AGAIN)
)


def paused(name: str, look_again: timedelta) -> Answer:
    return Answer("paused", name, "docs/runbook/pause.md", Hold("paused", NOW + look_again))


ANSWERS = {
    "something is owed": (decision.is_owed, a_case(), Answer("owed")),
    "nothing is owed": (
        decision.is_owed,
        a_case(loan=a_loan(arrears=Money(0, "USD"))),
        Answer("not_owed", hold=Hold("nothing_owed", None)),
    ),
    "a known place": (
        decision.has_policy,
        a_case(),
        Answer("law", f"{FEDERAL.jurisdiction} {FEDERAL.version}", FEDERAL.source),
    ),
    "an unknown place": (
        decision.has_policy,
        a_case(loan=a_loan(country="FR")),
        Answer("no_law", hold=Hold("no_policy", None)),
    ),
    "consent on the row": (
        decision.has_consent,
        a_case(loan=a_loan(consent_source="web form")),
        Answer("consent", "web form"),
    ),
    "consent declared": (
        decision.has_consent,
        a_case(),
        Answer("declared", source=the_content().lender.consent_default),
    ),
    "consent not asked for": (
        decision.has_consent,
        a_case(loan=a_chinese_loan(), content=without_declared_consent()),
        Answer("consent_free"),
    ),
    "no consent": (
        decision.has_consent,
        a_case(content=without_declared_consent()),
        Answer("no_consent", hold=Hold("no_consent", None)),
    ),
    "before any full file": (decision.is_in_latest_file, a_case(), Answer("filed")),
    "in the newest file": (decision.is_in_latest_file, a_case(full_file_as_of=FILE_AS_OF), Answer("filed")),
    "left out of it": (
        decision.is_in_latest_file,
        a_case(full_file_as_of=NOW),
        Answer("not_filed", FILE_AS_OF, hold=Hold("not_in_latest_file", None)),
    ),
    "not held": (decision.has_no_pause, a_case(), Answer("free")),
    "held": (
        decision.has_no_pause,
        a_case(loan=PAUSED_LOAN),
        Answer("held", "disputed, set by ticket-1", "templates/policies/states.yaml", Hold("disputed", None)),
    ),
    "a number in use": (decision.may_use_number, a_case(), Answer("number")),
    "a number that opted out": (
        decision.may_use_number,
        a_case(number=a_number(suppressed=Suppression.OPTED_OUT)),
        Answer(
            "no_number",
            "opted_out",
            "what the borrower texted, or what the carrier reported",
            Hold("opted_out", None),
        ),
    ),
    "a step's day": (decision.has_step, a_case(), Answer("step", "2 days past due: days-1-3", LADDER)),
    "before the first step": (
        decision.has_step,
        a_case(loan=days_late(-10)),
        Answer("early", "-10", LADDER, Hold("not_due_yet", datetime(2026, 3, 18, 13, tzinfo=UTC))),
    ),
    "after the last step": (
        decision.has_step,
        a_case(loan=days_late(91)),
        Answer("finished", "91", LADDER, Hold("ladder_finished", None)),
    ),
    "a step that was planned": (
        decision.has_step,
        a_case(loan=a_loan(steps=("days-1-3",))),
        Answer("done", "2 days past due: days-1-3", LADDER, Hold("step_done", NEXT_STEP_OPENS)),
    ),
    "a wording in use": (decision.has_wording_in_use, a_case(), Answer("worded")),
    "another wording stopped": (
        decision.has_wording_in_use,
        a_case(stopped_wordings=frozenset({"unified/days-1-3/zh-CN"})),
        Answer("worded"),
    ),
    "no wording on a day without a step": (
        decision.has_wording_in_use,
        a_case(loan=days_late(-10), stopped_wordings=REFUSED),
        Answer("worded"),
    ),
    "a wording stopped": (decision.has_wording_in_use, a_case(stopped_wordings=REFUSED), WORDING_STOPPED),
    "nothing paused": (decision.is_not_paused, a_case(), Answer("unpaused")),
    "another country paused": (decision.is_not_paused, a_case(paused=read_pause("GB")), Answer("unpaused")),
    "everything paused": (
        decision.is_not_paused,
        a_case(paused=read_pause("everything")),
        paused("everything", PAUSE_LOOK_AGAIN),
    ),
    "the country paused": (
        decision.is_not_paused,
        a_case(paused=read_pause("US")),
        paused("US", WORDING_LOOK_AGAIN),
    ),
    "the country paused on a day without a step": (
        decision.is_not_paused,
        a_case(loan=days_late(-10), paused=read_pause("US")),
        paused("US", WORDING_LOOK_AGAIN),
    ),
    "the template paused": (
        decision.is_not_paused,
        a_case(paused=read_pause("unified/days-1-3")),
        paused("unified/days-1-3", WORDING_LOOK_AGAIN),
    ),
    "the arm paused": (decision.is_not_paused, voiced(paused=read_pause(ARM)), paused(ARM, WORDING_LOOK_AGAIN)),
    "the other arm paused": (
        decision.is_not_paused,
        voiced("unified", paused=read_pause(ARM)),
        Answer("unpaused"),
    ),
    "an arm that goes on": (decision.is_arm_going_on, voiced(), Answer("arm_goes_on")),
    "an arm that is stopped": (
        decision.is_arm_going_on,
        voiced(stopped_arms=frozenset({ARM})),
        Answer("arm_stopped", ARM, "docs/runbook/guard-rails.md", STOPPED_ARM),
    ),
    "not held out": (decision.is_not_held_out, voiced(), Answer("not_held_out")),
    "held out to the next step": (
        decision.is_not_held_out,
        held_out(),
        Answer("held_out", "scheme", "templates/strategies/experiments.yaml", Hold("hold_out", NEXT_STEP_OPENS)),
    ),
    "held out to the end of the experiment": (
        decision.is_not_held_out,
        held_out(ending(TODAY)),
        Answer("held_out", "scheme", "templates/strategies/experiments.yaml", Hold("hold_out", MORNING)),
    ),
    "held out on a day without a step": (
        decision.is_not_held_out,
        held_out(required_by_law(), due_date=TODAY + timedelta(days=10)),
        Answer(
            "held_out",
            "scheme",
            "templates/strategies/experiments.yaml",
            Hold("hold_out", datetime(2026, 3, 18, 13, tzinfo=UTC)),
        ),
    ),
    "held out of a step that the law does not require": (
        decision.is_not_held_out,
        held_out(required_by_law(), due_date=TODAY - timedelta(days=5)),
        Answer(
            "held_out",
            "scheme",
            "templates/strategies/experiments.yaml",
            Hold("hold_out", datetime(2026, 3, 22, 13, tzinfo=UTC)),
        ),
    ),
    "a text that the law requires": (
        decision.is_not_held_out,
        held_out(required_by_law()),
        Answer("law_sends", source=FEDERAL.source),
    ),
    "time to think is over": (decision.has_think_time, a_case(), Answer("thought")),
    "time to think": (
        decision.has_think_time,
        a_case(person=THINKING),
        Answer("thinks", QUIET, "the date that the last text named", Hold("think_time", QUIET)),
    ),
    "time to think on a day without a step": (
        decision.has_think_time,
        a_case(loan=days_late(-10), person=THINKING),
        Answer("thought"),
    ),
    "inside hours": (
        decision.is_inside_hours_and_caps,
        a_case(),
        Answer("open", IN_THE_LAST_MINUTES, FEDERAL.source),
    ),
    "outside hours": (
        decision.is_inside_hours_and_caps,
        a_case(now=EVENING),
        Answer("shut", "outside_hours until 2026-03-12 13:00 UTC", FEDERAL.source, Hold("outside_hours", MORNING)),
    ),
    "above a cap": (
        decision.is_inside_hours_and_caps,
        a_case(person=a_person(counted={"other": Counted(NOW - timedelta(hours=23), None)})),
        Answer(
            "shut",
            "cap_1d until 2026-03-11 17:00 UTC",
            FEDERAL.source,
            Hold("cap_1d", NOW + timedelta(hours=1)),
        ),
    ),
    "in the last minutes of a window": (
        decision.is_inside_hours_and_caps,
        a_case(now=IN_THE_LAST_MINUTES),
        Answer("closing", "", FEDERAL.source, Hold("outside_hours", MORNING)),
    ),
    "hours that never open": (
        decision.is_inside_hours_and_caps,
        a_case(loan=a_loan(country="FR")),
        Answer("never_open", hold=Hold("no_opening", None)),
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_a_rule_answers_in_full(case: str) -> None:
    rule, asked, answer = ANSWERS[case]
    assert rule(asked) == answer


def test_the_last_minutes_of_the_last_window_of_all_end_with_no_further_look() -> None:
    policy = a_policy(closed_on=frozenset(TODAY + timedelta(days=ahead) for ahead in range(1, 60)))
    content = replace(the_content(), policies={"US": (policy,)})
    answer = decision.is_inside_hours_and_caps(a_case(content=content, now=IN_THE_LAST_MINUTES))
    assert answer == Answer("closing", "", policy.source, Hold("outside_hours", None))


def test_where_several_laws_hold_each_is_named_with_its_source() -> None:
    federal, state = in_massachusetts().policies
    answer = decision.has_policy(in_massachusetts())
    assert answer.figure == f"US {federal.version}, US-MA {state.version}"
    assert answer.source == f"{federal.source}; {state.source}"


# The gate's own rule.

PLANNED = enrolled("voice", "personal", steps=("days-1-3",))

GATE_ANSWERS = {
    "still the text": (a_case(), a_text(), Answer("text")),
    "past its window": (a_case(), a_text(expires_at=NOW), Answer("late", hold=Hold("window_passed", NOW))),
    "another step": (a_case(), a_text(step="days-4-15"), Answer("other_step", hold=Hold("step_passed", NOW))),
    "a day without a step": (
        a_case(loan=days_late(-10)),
        a_text(episode=TODAY + timedelta(days=10)),
        Answer("other_step", hold=Hold("step_passed", NOW)),
    ),
    "another sum": (a_case(), a_text(amount_minor=1), Answer("other_sum", hold=Hold("amount_changed", NOW))),
    "everything paused": (
        a_case(paused=read_pause("everything")),
        a_text(),
        paused("everything", PAUSE_LOOK_AGAIN),
    ),
    "its own template paused": (
        a_case(paused=read_pause("unified/days-1-3")),
        a_text(),
        paused("unified/days-1-3", WORDING_LOOK_AGAIN),
    ),
    "another template paused": (a_case(paused=read_pause("care/")), a_text(), Answer("text")),
    "its arm stopped": (
        voiced(stopped_arms=frozenset({ARM})),
        a_text(arms={"voice": "personal"}),
        Answer("arm_stopped", ARM, "docs/runbook/guard-rails.md", STOPPED_ARM),
    ),
    "written for another arm": (
        voiced(),
        a_text(arms={"voice": "unified"}),
        Answer("other_arm", hold=Hold("step_passed", NOW)),
    ),
    "written before its arm was recorded": (
        a_case(content=compared_content()),
        a_text(arms={"voice": "unified"}),
        Answer("text"),
    ),
    "its wording stopped": (a_case(stopped_wordings=REFUSED), a_text(), WORDING_STOPPED),
}


@pytest.mark.parametrize("name", GATE_ANSWERS)
def test_the_gate_answers_in_full_whether_it_is_still_the_text(name: str) -> None:
    case, text, answer = GATE_ANSWERS[name]
    assert gate(case, text).trace[1] == answer


def test_a_text_that_is_too_late_at_night_is_planned_again_at_once_and_not_in_the_morning() -> None:
    late = gate(a_case(now=EVENING), a_text(expires_at=EVENING))
    assert late.outcome == Hold("window_passed", EVENING)


# Which questions are asked.

STANDING = ["filed", "law", "declared", "free", "number", "thought", "open"]
ASKED = ["owed", "filed", "unpaused", "law", "declared", "free", "number", "step", "worded", "thought", "open"]


def test_the_planner_asks_every_rule_of_a_text_that_goes() -> None:
    assert [answer.code for answer in decide(a_case()).trace] == ASKED


def test_the_planner_asks_two_more_where_an_experiment_treats_the_loan() -> None:
    asked = [answer.code for answer in decide(voiced()).trace]
    assert [code for code in asked if code not in ASKED] == ["arm_goes_on", "not_held_out"]
    assert [code for code in asked if code in ASKED] == ASKED


def test_the_gate_asks_again_all_that_may_have_changed() -> None:
    assert [answer.code for answer in gate(a_case(), a_text()).trace] == ["owed", "text", *STANDING]


# When a loan is looked at again, and under which id.


def test_a_day_without_a_step_has_no_text_and_no_id() -> None:
    assert own_id(a_case(loan=days_late(-10))) == ""
    assert own_id(a_case()) == a_text().contact_id


def test_a_pause_that_ends_at_night_ends_in_the_morning_and_one_in_a_place_unknown_as_it_says() -> None:
    until = EVENING + timedelta(hours=1)
    pauses = {"paid_claim": Pause(FILE_AS_OF, until, "inbound-1")}
    assert decide(a_case(loan=a_loan(pauses=pauses))).outcome == Hold("paid_claim", MORNING)
    unknown = a_case(loan=a_loan(pauses=pauses, country="FR"), paused=read_pause("FR"))
    assert decide(unknown).outcome == Hold("paused", NOW + WORDING_LOOK_AGAIN)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        pytest.param(NOW, MORNING, id="inside hours"),
        pytest.param(EVENING + timedelta(hours=1), MORNING, id="at night, before midnight"),
        pytest.param(MORNING - timedelta(hours=1), MORNING + timedelta(days=1), id="before the morning's opening"),
    ],
)
def test_a_phone_that_was_off_is_tried_when_hours_open_after_those_of_now(now: datetime, opens: datetime) -> None:
    assert next_window_opens(a_loan(), the_content(), now) == opens


def test_where_no_window_is_known_it_is_looked_at_without_one() -> None:
    assert next_window_opens(a_loan(country="FR"), the_content(), NOW) == NOW
    closed = a_policy(closed_on=frozenset(TODAY + timedelta(days=ahead) for ahead in range(60)))
    content = replace(the_content(), policies={"US": (closed,)})
    assert next_window_opens(a_loan(), content, NOW) == EVENING


def test_after_a_step_the_loan_is_looked_at_when_the_next_begins() -> None:
    assert after_contact(a_case()) == NEXT_STEP_OPENS
