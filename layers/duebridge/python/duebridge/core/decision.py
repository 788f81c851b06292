"""Whether a loan's borrower is texted now, and why. The planner, the gate and `explain` ask the same rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .contact import Text, demand_id
from .content import Content
from .loan import Loan
from .policy import Opening, Policy, next_opening, window_end, working_days_after
from .standing import NumberStanding, PersonStanding
from .strategy import Kind, Scheme, Step

WINDOW_MARGIN = timedelta(minutes=5)
"""A text leaves at the latest this long before its window closes, so that queueing never crosses the bound."""

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


@dataclass(frozen=True, slots=True)
class Contact:
    """Text this borrower now."""

    contact_id: str
    step: Step
    attempt: int
    closes_at: datetime
    quiet_until: datetime | None
    """For a demand: the end of the day that its text names as the last."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Do not text now. `until` None means that only an event or a person ends it."""

    reason: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One rule's answer, for a reader."""

    rule: str
    says: str
    source: str
    hold: Hold | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome, and every rule asked on the way to it."""

    outcome: Contact | Hold
    trace: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that a decision may depend on."""

    loan: Loan
    number: NumberStanding
    person: PersonStanding
    content: Content
    now: datetime
    full_file_as_of: datetime | None = None
    """The newest full loan file; a loan that it does not name is no longer the lender's to text."""

    @property
    def policies(self) -> tuple[Policy, ...]:
        """The policies of the borrower's country, state and city."""
        return self.content.policies_for(self.loan.terms.country, self.loan.terms.sub, self.now)

    @property
    def step(self) -> Step | None:
        """The step of today's days past due."""
        return self.scheme.step_at(self.loan.days_past_due(self.now))

    @property
    def scheme(self) -> Scheme:
        """The ladder of the segment that the loan belongs to today."""
        return self.content.strategy.scheme_for(self.loan.traits)


Rule = Callable[[Case], Answer]


def decide(case: Case, *, ask_all: bool = False) -> Decision:
    """The planner's question. `ask_all` goes on after the first hold, for a reader who wants every reason."""
    return _decide(case, PLANNING_RULES, ask_all)


def gate(case: Case, text: Text) -> Decision:
    """The sender's question, from fresh rows just before it claims: may exactly this demand still go?"""

    def is_still_the_text(case: Case) -> Answer:
        step = case.step
        if case.now >= text.expires_at:
            return _no("the text's window", "its window has passed", "", "window_passed", case.now)
        if step is None or step.name != text.step or case.loan.episode != text.episode:
            return _no("the text's step", "another step is due now", "", "step_passed", case.now)
        if case.loan.arrears.minor != text.amount_minor:
            return _no("the text's amount", "another amount is owed now", "", "amount_changed", case.now)
        return _yes("the text", "still the right step and amount")

    return _decide(case, (is_owed, is_still_the_text, *STANDING_RULES), ask_all=False)


def wake_at(loan: Loan, content: Content, now: datetime) -> datetime | None:
    """When a loan is next worth deciding: now, or the day its next step begins; None while nothing is owed."""
    if not loan.is_owed():
        return None
    days, scheme = loan.days_past_due(now), content.strategy.scheme_for(loan.traits)
    if scheme.step_at(days) or not (step := scheme.step_after(days)):
        return now
    return _day_opens(loan, step.first_day, content)


def after_contact(case: Case) -> datetime:
    """When a loan is looked at again after its step was planned: the day its next step begins."""
    following = case.scheme.step_after(case.loan.days_past_due(case.now))
    first_day = following.first_day if following else case.scheme.steps[-1].last_day + 1
    return _day_opens(case.loan, first_day, case.content)


def is_owed(case: Case) -> Answer:
    """Nothing owed, nothing said."""
    if case.loan.is_owed():
        return _yes("is anything owed", "yes")
    return _no("is anything owed", "no", "", "nothing_owed", None)


def has_policy(case: Case) -> Answer:
    """An unknown jurisdiction blocks."""
    rule = "is the law of this place known"
    if case.policies:
        named = ", ".join(f"{p.jurisdiction} {p.version}" for p in case.policies)
        return _yes(rule, named, "; ".join(p.source for p in case.policies))
    return _no(rule, "no policy in templates/policies covers it", "", "no_policy", None)


def has_consent(case: Case) -> Answer:
    """Consent to be texted: the row's own, or the lender's declared default."""
    rule = "is there consent to be texted"
    source = case.loan.terms.consent_source or case.content.lender.consent_default
    if source or not any(policy.consent_required for policy in case.policies):
        return _yes(rule, source or "not required here")
    return _no(rule, "none on the row, and the lender declares no default", "", "no_consent", None)


def is_in_latest_file(case: Case) -> Answer:
    """A loan that a later full file left out was sold, paid off or withdrawn."""
    rule = "is the loan in the newest full file"
    if case.full_file_as_of is None or case.loan.as_of >= case.full_file_as_of:
        return _yes(rule, "yes")
    return _no(rule, f"no: last seen as of {case.loan.as_of:%Y-%m-%d %H:%M} UTC", "", "not_in_latest_file", None)


def has_no_pause(case: Case) -> Answer:
    """A hold that a reply, an operator or the loan file put on the loan."""
    for name, pause in sorted(case.loan.pauses.items()):
        if pause.stands_at(case.now):
            says = f"{name}, set by {pause.by}"
            return _no("is the loan held", says, "templates/policies/states.yaml", name, pause.until)
    return _yes("is the loan held", "no")


def may_use_number(case: Case) -> Answer:
    """Opt-outs, wrong numbers and dead numbers, over all loans and lenders' files."""
    rule = "may this number be texted"
    if case.number.suppressed is None:
        return _yes(rule, "yes")
    source = "what the borrower texted, or what the carrier reported"
    return _no(rule, f"no: {case.number.suppressed}", source, str(case.number.suppressed), None)


def has_step(case: Case) -> Answer:
    """Whether today belongs to a step of the strategy, and whether that step was already planned."""
    rule = "which step is due"
    days = case.loan.days_past_due(case.now)
    says = f"{days} days past due"
    step, source = case.step, f"templates/strategies/{case.content.strategy.name}.yaml, {case.scheme.segment}"
    if step is None:
        following = case.scheme.step_after(days)
        if following is None:
            return _no(rule, f"{says}: the ladder is finished", source, "ladder_finished", None)
        return _no(rule, says, source, "not_due_yet", _day_opens(case.loan, following.first_day, case.content))
    if step.name in case.loan.steps and case.loan.retry != step.name:
        return _no(rule, f"{says}: {step.name} was already planned", source, "step_done", after_contact(case))
    return _yes(rule, f"{says}: {step.name}", source)


def has_think_time(case: Case) -> Answer:
    """After a demand, no further demand to this person before the date that it named."""
    quiet_until = case.person.quiet_until()
    is_demand = case.step is not None and case.step.kind is Kind.DEMAND
    if is_demand and quiet_until and case.now < quiet_until:
        says = f"not before {quiet_until:%Y-%m-%d %H:%M} UTC"
        return _no(
            "has the person had time to think", says, "the date that the last text named", "think_time", quiet_until
        )
    return _yes("has the person had time to think", "yes")


def is_inside_hours_and_caps(case: Case) -> Answer:
    """Contact hours in every zone that the borrower may be in, and caps over all their loans."""
    rule, source = "hours and caps", "; ".join(policy.source for policy in case.policies)
    opening = _opening(case, case.now)
    if opening is None:
        return _no(rule, "no opening in sight", source, "no_opening", None)
    if opening.at > case.now:
        return _no(
            rule,
            f"{opening.kept_by} until {opening.at:%Y-%m-%d %H:%M} UTC",
            source,
            opening.kept_by,
            opening.at,
        )
    if _closes_at(case) <= case.now:
        after = _opening(case, case.now + WINDOW_MARGIN)
        return _no(rule, "the window is about to close", source, "outside_hours", after.at if after else None)
    return _yes(rule, f"open until {_closes_at(case):%Y-%m-%d %H:%M} UTC", source)


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
    has_policy,
    has_consent,
    has_no_pause,
    may_use_number,
    has_step,
    has_think_time,
    is_inside_hours_and_caps,
)


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
    attempt = 2 if loan.retry == step.name else 1
    quiet_until = None
    if step.kind is Kind.DEMAND:
        today = case.now.astimezone(ZoneInfo(loan.terms.time_zone)).date()
        last_day = working_days_after(today, step.answer_working_days, case.policies)
        quiet_until = datetime.combine(last_day + timedelta(days=1), time.min, ZoneInfo(loan.terms.time_zone))
    return Contact(
        contact_id=demand_id(step.kind, loan.loan_id, loan.episode, step.name, attempt),
        step=step,
        attempt=attempt,
        closes_at=_closes_at(case),
        quiet_until=quiet_until.astimezone(UTC) if quiet_until else None,
    )


def _at_an_opening(case: Case, hold: Hold) -> Hold:
    """A hold that ends at night ends at the next opening, so that the planner need not look twice."""
    if hold.until is None or hold.until <= case.now or not case.policies:
        return hold
    opening = _opening(case, hold.until)
    return Hold(hold.reason, opening.at) if opening else Hold("no_opening", None)


def _opening(case: Case, at: datetime) -> Opening | None:
    return next_opening(at, case.policies, case.loan.zones, case.person.contact_times())


def _closes_at(case: Case) -> datetime:
    return window_end(case.now, case.policies, case.loan.zones) - WINDOW_MARGIN


def _day_opens(loan: Loan, days_past_due: int, content: Content) -> datetime:
    """When contact hours first open on a day of the borrower's calendar or after it: looking earlier is idle."""
    day = loan.terms.due_date + timedelta(days=days_past_due)
    midnight = datetime.combine(day, time.min, ZoneInfo(loan.terms.time_zone)).astimezone(UTC)
    opening = next_opening(midnight, content.policies_for(loan.terms.country, loan.terms.sub, midnight), loan.zones)
    return opening.at if opening else midnight


def _yes(rule: str, says: str, source: str = "") -> Answer:
    return Answer(rule, says, source, None)


def _no(rule: str, says: str, source: str, reason: str, until: datetime | None) -> Answer:
    return Answer(rule, says, source, Hold(reason, until))
