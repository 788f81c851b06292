"""Whether a loan's borrower is texted now, and why. The planner, the gate and `explain` ask the same rules."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from msgspec import Struct

from .contact import Text, demand_id
from .content import Content
from .loan import Loan, reason_of
from .policy import Opening, Policy, next_opening, window_end, working_days_after
from .reasoning import Answer, Hold
from .standing import NumberStanding, PersonStanding
from .stop import EVERYTHING, PAUSE_LOOK_AGAIN, WORDING_LOOK_AGAIN, arm_in, paused_by
from .strategy import Kind, Scheme, Step, Strategy

WINDOW_MARGIN = timedelta(minutes=5)
"""A text leaves at the latest this long before its window closes, so that queueing never crosses the bound."""

EXPERIMENTS, GUARD_RAILS = "templates/strategies/experiments.yaml", "docs/runbook/guard-rails.md"

SILENT = frozenset(
    {
        "opted_out",
        "wrong_number",
        "invalid_number",
        "blocked_by_carrier",
        "ladder_finished",
        "no_consent",
        "no_policy",
        "no_wording",
    }
)
"""Holds that no later text can end: people take the loan over."""


class Contact(Struct, frozen=True):
    """Text this borrower now."""

    contact_id: str
    step: Step
    attempt: int
    closes_at: datetime
    last_day: date | None
    """For a demand: the day that its text names as the last, by the borrower's calendar."""
    quiet_until: datetime | None
    """The end of that day."""


class Decision(Struct, frozen=True):
    """The outcome, and every rule asked on the way to it."""

    outcome: Contact | Hold
    trace: tuple[Answer, ...]


class Case(Struct, frozen=True, kw_only=True, dict=True):
    """All that a decision may depend on. Without slots: what several rules ask is worked out once."""

    loan: Loan
    number: NumberStanding
    person: PersonStanding
    content: Content
    now: datetime
    full_file_as_of: datetime | None = None
    """The newest full loan file; a loan that it does not name is no longer the lender's to text."""
    stopped_wordings: frozenset[str] = frozenset()
    """Templates and locales that a carrier refused and nobody has released."""
    paused: frozenset[str] = frozenset()
    """What a person has paused."""
    stopped_arms: frozenset[str] = frozenset()
    """Arms of experiments that a guard rail stopped."""

    @cached_property
    def arms(self) -> Mapping[str, str]:
        """Experiment -> arm, of those that treat the loan today."""
        if not self.loan.enrolments:
            return {}
        return self.content.running_arms(self.loan.arms, self.loan.today(self.now))

    @cached_property
    def strategy(self) -> Strategy:
        """The lender's own, or what the loan's arms make of it."""
        if not self.arms:
            return self.content.strategy
        return self.content.strategy_for(self.arms, self.loan.today(self.now))

    @cached_property
    def policies(self) -> tuple[Policy, ...]:
        """The policies of the borrower's country, state and city."""
        return self.content.policies_for(self.loan.terms.country, self.loan.terms.sub, self.now)

    @cached_property
    def days_past_due(self) -> int:
        """By the borrower's calendar."""
        return self.loan.days_past_due(self.now)

    @cached_property
    def step(self) -> Step | None:
        """The step of today's days past due."""
        return self.scheme.step_at(self.days_past_due)

    @cached_property
    def scheme(self) -> Scheme:
        """The ladder of the segment that the loan belongs to today."""
        return self.strategy.scheme_for(self.loan.traits)

    @cached_property
    def closes_at(self) -> datetime:
        """The last instant at which a text may leave in the window that is open now."""
        return window_end(self.now, self.policies, self.loan.zones) - WINDOW_MARGIN


Rule = Callable[[Case], Answer]


def decide(case: Case, *, ask_all: bool = False) -> Decision:
    """The planner's question. `ask_all` goes on after the first hold, for a reader who wants every reason."""
    return _decide(case, COMPARING_RULES if case.arms else PLANNING_RULES, ask_all)


def gate(case: Case, text: Text) -> Decision:
    """The sender's question, from fresh rows just before it claims: may exactly this demand still go?"""

    def is_still_the_text(case: Case) -> Answer:
        step = case.step
        if case.now >= text.expires_at:
            return Answer("late", hold=Hold("window_passed", case.now))
        if step is None or step.name != text.step or case.loan.episode != text.episode:
            return Answer("other_step", hold=Hold("step_passed", case.now))
        if case.loan.arrears.minor != text.amount_minor:
            return Answer("other_sum", hold=Hold("amount_changed", case.now))
        if case.paused and (name := _pausing(case, text.template, text.arms)):
            return _paused(case, name)
        if text.arms and (objection := _against_its_arm(case, text.arms)):
            return objection
        if case.content.wording(text.template, text.locale) in case.stopped_wordings:
            return _refused_wording(case, text.template)
        return Answer("text")

    return _decide(case, (is_owed, is_still_the_text, *STANDING_RULES), ask_all=False)


def own_id(case: Case) -> str:
    """The id of the text that today's step asks for; empty on a day without one."""
    step, loan = case.step, case.loan
    if step is None:
        return ""
    return demand_id(step.kind, loan.loan_id, loan.episode, step.name, _attempt(loan, step))


def wake_at(loan: Loan, content: Content, now: datetime) -> datetime | None:
    """When a loan is next worth deciding: now, or the day its next step begins; None while nothing is owed."""
    if not loan.is_owed():
        return None
    strategy = content.strategy_for(loan.arms, loan.today(now))
    days, scheme = loan.days_past_due(now), strategy.scheme_for(loan.traits)
    if scheme.step_at(days) or not (step := scheme.step_after(days)):
        return now
    return _day_past_due_opens(loan, step.first_day, content)


def after_contact(case: Case) -> datetime:
    """When a loan is looked at again after its step was planned: the day its next step begins."""
    following = case.scheme.step_after(case.days_past_due)
    first_day = following.first_day if following else case.scheme.steps[-1].last_day + 1
    return _day_past_due_opens(case.loan, first_day, case.content)


def is_owed(case: Case) -> Answer:
    """Nothing owed, nothing said."""
    return Answer("owed") if case.loan.is_owed() else Answer("not_owed", hold=Hold("nothing_owed", None))


def has_policy(case: Case) -> Answer:
    """An unknown jurisdiction blocks."""
    policies = case.policies
    if not policies:
        return Answer("no_law", hold=Hold("no_policy", None))
    named = ", ".join([f"{policy.jurisdiction} {policy.version}" for policy in policies])
    return Answer("law", named, _sources(policies))


def has_consent(case: Case) -> Answer:
    """Consent to be texted: the row's own, or the lender's declared default."""
    if case.loan.terms.consent_source:
        return Answer("consent", case.loan.terms.consent_source)
    if case.content.lender.consent_default:
        return Answer("declared", source=case.content.lender.consent_default)
    if not any(policy.consent_required for policy in case.policies):
        return Answer("consent_free")
    return Answer("no_consent", hold=Hold("no_consent", None))


def is_in_latest_file(case: Case) -> Answer:
    """A loan that a later full file left out was sold, paid off or withdrawn."""
    if case.full_file_as_of is None or case.loan.as_of >= case.full_file_as_of:
        return Answer("filed")
    return Answer("not_filed", case.loan.as_of, hold=Hold("not_in_latest_file", None))


def has_no_pause(case: Case) -> Answer:
    """A hold that a reply, an operator or the loan file put on the loan."""
    for name, pause in sorted(case.loan.pauses.items()):
        if pause.stands_at(case.now):
            hold = Hold(reason_of(name), pause.until)
            return Answer("held", f"{name}, set by {pause.by}", "templates/policies/states.yaml", hold)
    return Answer("free")


def may_use_number(case: Case) -> Answer:
    """Opt-outs, wrong numbers and dead numbers, over all loans and lenders' files."""
    suppressed = case.number.suppressed
    if suppressed is None:
        return Answer("number")
    source = "what the borrower texted, or what the carrier reported"
    return Answer("no_number", str(suppressed), source, Hold(str(suppressed), None))


def has_step(case: Case) -> Answer:
    """Whether today belongs to a step of the strategy, and whether that step was already planned."""
    days = case.days_past_due
    step, source = case.step, f"templates/strategies/{case.strategy.name}.yaml, {case.scheme.segment}"
    if step is None:
        following = case.scheme.step_after(days)
        if following is None:
            return Answer("finished", str(days), source, Hold("ladder_finished", None))
        opens = _day_past_due_opens(case.loan, following.first_day, case.content)
        return Answer("early", str(days), source, Hold("not_due_yet", opens))
    says = f"{days} days past due: {step.name}"
    if step.name in case.loan.steps and case.loan.retry != step.name:
        return Answer("done", says, source, Hold("step_done", after_contact(case)))
    return Answer("step", says, source)


def has_wording_in_use(case: Case) -> Answer:
    """A wording that a carrier took for abuse is not sent again before a person has looked."""
    step = case.step
    if step is None or case.content.wording(step.template, case.loan.terms.locale) not in case.stopped_wordings:
        return Answer("worded")
    return _refused_wording(case, step.template)


def is_not_paused(case: Case) -> Answer:
    """One parameter stops demands to everybody, to a country, or by a template; answers go on."""
    if case.paused and (name := _pausing(case, case.step.template if case.step else "", case.arms)):
        return _paused(case, name)
    return Answer("unpaused")


def is_arm_going_on(case: Case) -> Answer:
    """A guard rail stops an arm that borrowers mind; a person looks before it goes on."""
    return _against_its_arm(case, case.arms) or Answer("arm_goes_on")


def is_not_held_out(case: Case) -> Answer:
    """Some loans hear nothing, so that it can be seen what the texts do; but never where the law requires a text."""
    for experiment, name in case.arms.items():
        arm = case.content.arm(experiment, name)
        if arm is None or not arm.is_hold_out:
            continue
        if case.step and any(case.step.name in policy.always_sent for policy in case.policies):
            return Answer("law_sends", source=_sources(case.policies))
        hold = Hold("hold_out", min(after_contact(case), _day_after(case, experiment)))
        return Answer("held_out", experiment, EXPERIMENTS, hold)
    return Answer("not_held_out")


def has_think_time(case: Case) -> Answer:
    """After a demand, no further demand to this person before the date that it named."""
    quiet_until = case.person.quiet_until()
    is_demand = case.step is not None and case.step.kind is Kind.DEMAND
    if is_demand and quiet_until and case.now < quiet_until:
        return Answer("thinks", quiet_until, "the date that the last text named", Hold("think_time", quiet_until))
    return Answer("thought")


def is_inside_hours_and_caps(case: Case) -> Answer:
    """Contact hours in every zone that the borrower may be in, and caps over all their loans."""
    source = _sources(case.policies)
    opening = _opening(case, case.now)
    if opening is None:
        return Answer("never_open", "", source, Hold("no_opening", None))
    if opening.at > case.now:
        says = f"{opening.kept_by} until {opening.at:%Y-%m-%d %H:%M} UTC"
        return Answer("shut", says, source, Hold(opening.kept_by, opening.at))
    if case.closes_at <= case.now:
        after = _opening(case, case.now + WINDOW_MARGIN)
        return Answer("closing", "", source, Hold("outside_hours", after.at if after else None))
    return Answer("open", case.closes_at, source)


STANDING_RULES: tuple[Rule, ...] = (
    is_in_latest_file,
    has_policy,
    has_consent,
    has_no_pause,
    may_use_number,
    has_think_time,
    is_inside_hours_and_caps,
)

PLANNING_RULES: tuple[Rule, ...] = (
    is_owed,
    is_in_latest_file,
    is_not_paused,
    has_policy,
    has_consent,
    has_no_pause,
    may_use_number,
    has_step,
    has_wording_in_use,
    has_think_time,
    is_inside_hours_and_caps,
)


COMPARING_RULES: tuple[Rule, ...] = (
    is_owed,
    is_in_latest_file,
    is_not_paused,
    is_arm_going_on,
    has_policy,
    has_consent,
    has_no_pause,
    may_use_number,
    has_step,
    is_not_held_out,
    has_wording_in_use,
    has_think_time,
    is_inside_hours_and_caps,
)
"""For a loan that an experiment treats; a loan in none pays for none of its questions."""


def _decide(case: Case, rules: tuple[Rule, ...], ask_all: bool) -> Decision:
    trace = tuple(_ask(case, rules, ask_all))
    hold = next((answer.hold for answer in trace if answer.hold), None)
    return Decision(_at_an_opening(case, hold) if hold else _contact(case), trace)


def _ask(case: Case, rules: tuple[Rule, ...], ask_all: bool) -> Iterator[Answer]:
    for rule in rules:
        answer = rule(case)
        yield answer
        if answer.hold and not ask_all:
            return


def _contact(case: Case) -> Contact:
    step, loan = case.step, case.loan
    assert step is not None  # noqa: S101 - has_step or the gate's own rule said so
    last_day, quiet_until = None, None
    if step.kind is Kind.DEMAND:
        today = case.now.astimezone(ZoneInfo(loan.terms.time_zone)).date()
        last_day = working_days_after(today, step.answer_working_days, case.policies)
        quiet_until = datetime.combine(last_day + timedelta(days=1), time.min, ZoneInfo(loan.terms.time_zone))
    return Contact(
        contact_id=own_id(case),
        step=step,
        attempt=_attempt(loan, step),
        closes_at=case.closes_at,
        last_day=last_day,
        quiet_until=quiet_until.astimezone(UTC) if quiet_until else None,
    )


def _attempt(loan: Loan, step: Step) -> int:
    return 2 if loan.retry == step.name else 1


def _at_an_opening(case: Case, hold: Hold) -> Hold:
    """A hold that ends at night ends at the next opening, so that the planner need not look twice."""
    if hold.until is None or hold.until <= case.now or not case.policies:
        return hold
    opening = _opening(case, hold.until)
    return Hold(hold.reason, opening.at) if opening else Hold("no_opening", None)


def _opening(case: Case, at: datetime) -> Opening | None:
    return next_opening(at, case.policies, case.loan.zones, case.person.contact_times())


def _day_past_due_opens(loan: Loan, days_past_due: int, content: Content) -> datetime:
    return day_opens(loan, loan.terms.due_date + timedelta(days=days_past_due), content)


def next_window_opens(loan: Loan, content: Content, now: datetime) -> datetime:
    """When contact hours open after those of now have closed: a phone that was off has had time to come back."""
    policies = content.policies_for(loan.terms.country, loan.terms.sub, now)
    if not policies:
        return now
    closed = max(now, window_end(now, policies, loan.zones))
    opening = next_opening(closed, policies, loan.zones)
    return opening.at if opening else closed


def day_opens(loan: Loan, day: date, content: Content) -> datetime:
    """When contact hours first open on a day of the borrower's calendar or after it: looking earlier is idle."""
    midnight = datetime.combine(day, time.min, ZoneInfo(loan.terms.time_zone)).astimezone(UTC)
    opening = next_opening(midnight, content.policies_for(loan.terms.country, loan.terms.sub, midnight), loan.zones)
    return opening.at if opening else midnight


def _pausing(case: Case, template: str, arms: Mapping[str, str]) -> str:
    terms = case.loan.terms
    name = paused_by(case.paused, terms.country, template, case.content.wording(template, terms.locale))
    return name or arm_in(case.paused, arms)


def _against_its_arm(case: Case, arms: Mapping[str, str]) -> Answer | None:
    """A text is written before its loan's arm is recorded, so that a deployment in between may have moved it."""
    recorded = case.loan.arms
    if any(recorded.get(experiment, arm) != arm for experiment, arm in arms.items()):
        return Answer("other_arm", hold=Hold("step_passed", case.now))
    name = arm_in(case.stopped_arms, arms)
    if not name:
        return None
    return Answer("arm_stopped", name, GUARD_RAILS, Hold("arm_stopped", case.now + WORDING_LOOK_AGAIN))


def _day_after(case: Case, experiment: str) -> datetime:
    """When contact hours open after an experiment has ended."""
    ends = next(each.ends for each in case.content.experiments if each.name == experiment)
    return day_opens(case.loan, ends + timedelta(days=1), case.content)


def _paused(case: Case, name: str) -> Answer:
    look_again = PAUSE_LOOK_AGAIN if name == EVERYTHING else WORDING_LOOK_AGAIN
    return Answer("paused", name, "docs/runbook/pause.md", Hold("paused", case.now + look_again))


def _refused_wording(case: Case, template: str) -> Answer:
    hold = Hold("template_stopped", case.now + WORDING_LOOK_AGAIN)
    return Answer("refused", f"{template} in {case.loan.terms.locale}", "docs/runbook/stops.md", hold)


def _sources(policies: tuple[Policy, ...]) -> str:
    return "; ".join([policy.source for policy in policies])
