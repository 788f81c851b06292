"""Days of a simulated world, event by event: nothing happens to a loan between its events, so nothing is computed."""

from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from copy import replace
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import chain, count, islice
from multiprocessing import get_context
from random import Random

from duebridge.core.content import Content
from duebridge.core.decision import Case, Contact, wake_at
from duebridge.core.errors import ContentError
from duebridge.core.experiment import Experiment, treatments
from duebridge.core.loan import from_file, is_cure
from duebridge.core.message import Renderer
from duebridge.core.outcome import About, DayCounts
from duebridge.core.standing import NumberStanding, PersonStanding
from duebridge.core.stop import arm_label
from duebridge.core.strategy import Strategy
from infra.local.world.counting import Counting, Stopped, Watched, first_stop, merged
from infra.local.world.life import Life
from infra.local.world.population import Newcomer, Sample, newcomers
from infra.local.world.replies import DELIVERED, Manner

REPLIES_AFTER_HOURS = (0.05, 8.0)
PAYS_AFTER_HOURS = (2.0, 60.0)
"""How long a text that moves somebody takes to do so."""
ANSWERED_AFTER = timedelta(hours=26)
"""How soon a person answers a ticket."""
NOBODY_RELEASES = "arm_stopped"
"""A hold that only a person ends; nobody does here."""
CORES = 2
LOANS_WORTH_A_CORE = 20_000
"""Fewer loans are played faster than another process starts."""
PLANNER_RUNS_EVERY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is simulated."""

    content: Content
    families: Mapping[str, Strategy]
    experiment: Experiment
    manners: Mapping[str, Manner]
    """By arm."""
    window_days: int
    """Within which the primary outcome counts, and an arm's effect shows."""
    loans: int
    days: int
    start: date
    seed: int


@dataclass(frozen=True, slots=True)
class Played:
    """What came of it."""

    days: tuple[DayCounts, ...]
    stopped: tuple[Stopped, ...]
    events: int


def play(world: World, sample: Sample) -> Played:
    """The same seed gives the same world, on however many cores.

    Loans meet each other only in the guard rails. So all are played apart; if a rail then trips, they are played
    again with that arm stopped at that instant, which changes nothing before it.
    """
    stopped: tuple[Stopped, ...] = ()
    while True:
        parts = _played(world, sample, stopped)
        stop = first_stop(world.experiment, chain.from_iterable(part.watched for part in parts), stopped)
        if stop is None:
            return Played(merged(part.days for part in parts), stopped, sum(part.events for part in parts))
        stopped = (*stopped, stop)


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a part of the loans."""

    days: tuple[DayCounts, ...]
    watched: tuple[Watched, ...]
    events: int


def _played(world: World, sample: Sample, stopped: tuple[Stopped, ...]) -> list[Part]:
    if world.loans < LOANS_WORTH_A_CORE:
        return [play_part(world, sample, stopped, 0, 1)]
    with ProcessPoolExecutor(CORES, get_context("spawn")) as cores:
        waiting = [cores.submit(play_part, world, sample, stopped, part, CORES) for part in range(CORES)]
        return [each.result() for each in waiting]


def play_part(world: World, sample: Sample, stopped: tuple[Stopped, ...], part: int, parts: int) -> Part:
    """Every so-many-th loan."""
    return _Play(world, sample, stopped).run(part, parts)


class _Play:
    def __init__(self, world: World, sample: Sample, stopped: tuple[Stopped, ...]) -> None:
        self._world, self._sample, self._stopped = world, sample, stopped
        compared = treatments((world.experiment,), world.content.strategy, world.families)
        self._content = replace(world.content, experiments=(world.experiment,), treatments=compared)
        self._renderer = Renderer(self._content)
        self._counting = Counting(world.experiment)
        self._parts: dict[tuple[str, str], tuple[str, int] | None] = {}
        self._abouts: dict[tuple[str, ...], About] = {}
        self._queue: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = count()

    def run(self, part: int, parts: int) -> Part:
        world, events = self._world, 0
        random = Random(world.seed)  # noqa: S311 - a simulation, which must be repeatable
        everybody = newcomers(self._sample, world.loans, world.days, world.start, random)
        for newcomer in islice(everybody, part, None, parts):
            self._at(newcomer.enters_at, self._entering(newcomer))
        end = datetime.combine(world.start + timedelta(days=world.days), time.min, UTC)
        while self._queue and self._queue[0][0] < end:
            now, _, happen = heappop(self._queue)
            happen(now)
            events += 1
        return Part(self._counting.days(), tuple(self._counting.watched), events)

    def _stopped_arms(self, now: datetime) -> frozenset[str]:
        name = self._world.experiment.name
        return frozenset(arm_label(name, stopped.arm) for stopped in self._stopped if stopped.at <= now)

    def _at(self, at: datetime, happen: Callable[[datetime], None]) -> None:
        heappush(self._queue, (at, next(self._order), happen))

    def _entering(self, newcomer: Newcomer) -> Callable[[datetime], None]:
        def enter(now: datetime) -> None:
            row = newcomer.row
            loan = from_file(row, now, None, ())
            life = Life(
                loan=loan,
                number=NumberStanding(phone=row.phone),
                person=PersonStanding(borrower_id=row.borrower_id),
                random=Random(f"{self._world.seed} {row.loan_id}"),  # noqa: S311 - repeatable
                days_past_due=loan.days_past_due(now),
            )
            drawn = self._sample.model.drawn(row, life.days_past_due, life.random)
            if drawn:
                days, life.pays_part = drawn
                life.pays_at = life.pay_day(now, days)
            self._expect_payment(life)
            life.loan = replace(loan, next_contact_at=wake_at(loan, self._content, now))
            self._plan_when_due(life, now)

        return enter

    def _plan_when_due(self, life: Life, earliest: datetime) -> None:
        """At the loan's next contact, unless something moves it first."""
        due = life.loan.next_contact_at
        if due is None or life.loan.silent:
            return

        def plan(now: datetime) -> None:
            if life.loan.next_contact_at == due and not life.loan.silent:
                self._plan(life, now)

        self._at(max(due, earliest), plan)

    def _plan(self, life: Life, now: datetime) -> None:
        was_in = life.loan.enrolments
        said = life.plan(self._content, now, self._stopped_arms(now))
        if life.loan.enrolments != was_in:
            self._counting.assigned(life.loan)
        if said:
            self._text(life, *said)
        decided = life.loan.last_decision
        if decided is None or decided.outcome != NOBODY_RELEASES:
            self._plan_when_due(life, now + PLANNER_RUNS_EVERY)

    def _text(self, life: Life, case: Case, contact: Contact) -> None:
        rendered = self._rendered(case, contact)
        if rendered is None:
            return
        day, random = case.loan.today(case.now), life.random
        version, segments = rendered
        about = self._about(case, contact, version)
        price_micros = segments * self._content.office(case.loan.terms.country).price_micros
        self._counting.contact(contact.contact_id, case.now, day, about, segments, price_micros)
        is_delivered = random.random() < DELIVERED
        self._counting.arrived(contact.contact_id, day, about, is_delivered=is_delivered)
        life.last_text = (day, about)
        if is_delivered:
            manner = self._world.manners.get(case.arms.get(self._world.experiment.name, ""), Manner())
            self._move(life, manner, case.now)
            intent = manner.reply(random)
            if intent:
                at = case.now + timedelta(hours=random.uniform(*REPLIES_AFTER_HOURS))
                self._at(at, self._replying(life, contact.contact_id, about, intent))

    def _rendered(self, case: Case, contact: Contact) -> tuple[str, int] | None:
        """The text's version and parts; worked out once for each loan of the sample, whose names and sums it has."""
        key = (case.loan.terms.agreement_number, contact.step.template)
        if key not in self._parts:
            try:
                rendered = self._renderer.demand(case, contact)
            except ContentError:
                self._parts[key] = None
            else:
                self._parts[key] = (rendered.template.version, rendered.segments)
        return self._parts[key]

    def _move(self, life: Life, manner: Manner, now: datetime) -> None:
        """The first text of an arm that reaches a borrower moves a share of them, one way or the other."""
        if life.is_moved or not manner.effect:
            return
        life.is_moved = True
        window_days = self._world.window_days
        own = self._sample.model.cures_within(life.loan.terms, life.days_past_due, window_days)
        is_own_cure = life.pays_at is not None and life.pays_part >= 1 and life.pays_at < life.pay_day(now, window_days)
        drawn, hours = life.random.random(), life.random.uniform(*PAYS_AFTER_HOURS)
        if manner.effect > 0 and not is_own_cure and drawn < manner.effect / (1 - own):
            life.pays_at, life.pays_part = now + timedelta(hours=hours), 1.0
            self._expect_payment(life)
        elif manner.effect < 0 and is_own_cure and life.pays_at and drawn < -manner.effect / own:
            life.pays_at += timedelta(days=window_days + 1)
            self._expect_payment(life)

    def _replying(self, life: Life, contact_id: str, about: About, intent: str) -> Callable[[datetime], None]:
        def reply(now: datetime) -> None:
            due = life.loan.next_contact_at
            self._counting.reply(contact_id, now, about, life.loan, intent)
            ticket_id = life.reply(contact_id, intent, self._content, now).ticket_id
            if life.loan.next_contact_at != due:
                self._plan_when_due(life, now)
            if ticket_id:
                self._at(now + ANSWERED_AFTER, self._answering(life, ticket_id))

        return reply

    def _answering(self, life: Life, ticket_id: str) -> Callable[[datetime], None]:
        def answer(now: datetime) -> None:
            life.answer(ticket_id, self._content, now)
            self._plan_when_due(life, now)

        return answer

    def _expect_payment(self, life: Life) -> None:
        due = life.pays_at
        if due is None:
            return

        def pay(now: datetime) -> None:
            if life.pays_at == due and life.loan.is_owed():
                self._pay(life, now)

        self._at(due, pay)

    def _pay(self, life: Life, now: datetime) -> None:
        before = life.pay(now)
        if is_cure(before, life.loan, now):
            day = before.today(now)
            texted_on, about = life.last_text or (None, About())
            self._counting.cured(before, about, day, (day - texted_on).days if texted_on else None)
        if life.loan.next_contact_at != before.next_contact_at:
            self._plan_when_due(life, now)

    def _about(self, case: Case, contact: Contact, version: str) -> About:
        """One value for many texts."""
        terms = case.loan.terms
        segment = self._content.strategy.scheme_for(case.loan.traits).segment
        step, arm = contact.step, case.arms.get(self._world.experiment.name, "")
        key = (segment, step.template, version, terms.country, terms.locale, step.name, arm)
        if key not in self._abouts:
            self._abouts[key] = About(
                segment=segment,
                template=step.template,
                template_version=version,
                country=terms.country,
                language=terms.locale.split("-")[0],
                stage=step.name,
                arms=case.arms,
            )
        return self._abouts[key]
