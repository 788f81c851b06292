"""The planner queues what is due, once, and moves every loan it looked at forward."""

from copy import replace
from datetime import datetime, timedelta

import pytest

from duebridge.core.loan import LastDecision, Loan, Pause
from duebridge.core.message import Renderer
from duebridge.core.money import Money
from duebridge.core.shard import SHARDS, SILENT, shard_of
from duebridge.core.standing import Counted, Suppression
from duebridge.flows import plan_contacts
from duebridge.ports import DuePage, LatestFiles, Saved
from tests.builders import NOW, PHONE, a_loan, a_number, a_person, a_text, days_late, registered_content
from tests.fakes import FakeLoanBook, FakeShards
from tests.world import World

SHARD = shard_of("L1")
SAME_SHARD = [f"L{n}" for n in range(1, 200) if shard_of(f"L{n}") == SHARD]


def test_a_late_loan_is_texted_and_sleeps_until_its_next_step(world: World) -> None:
    world.knows()
    text = world.plans()
    assert text.contact_id == a_text().contact_id
    assert (text.phone, text.loan_id, text.step, text.attempt) == (PHONE, "L1", "days-1-3", 1)
    assert (text.amount_minor, text.currency, text.episode) == (22_218, "USD", a_loan().episode)
    assert text.expires_at == NOW + timedelta(hours=9, minutes=55)
    assert text.keep_days == 1096
    loan = world.loan()
    assert loan.steps == ("days-1-3",)
    assert loan.next_contact_at == NOW + timedelta(days=1, hours=21)
    assert loan.last_decision == LastDecision(NOW, "contact", None)


def test_a_text_carries_the_ids_by_which_its_carriers_know_it(world: World) -> None:
    world.knows()
    content = registered_content()
    planner = replace(world.planner, content=content, renderer=Renderer(content))
    planner.plan(SHARD, "", lambda: True)
    (text,) = world.outbox.texts
    assert (text.registered_template, text.registered_entity) == ("id of unified/days-1-3", "entity-1")


def test_a_text_that_no_carrier_registered_carries_no_id(world: World) -> None:
    world.knows()
    text = world.plans()
    assert (text.registered_template, text.registered_entity) == ("", "")


def test_a_loan_is_not_planned_twice(world: World) -> None:
    world.knows()
    assert world.plan().planned == 1
    assert world.plan().read == 0


def test_a_held_loan_sleeps_until_the_hold_ends(world: World) -> None:
    until = NOW + timedelta(hours=2)
    world.knows(a_loan(pauses={"paid_claim": Pause(NOW, until, "inbound-1")}))
    report = world.plan()
    assert (report.planned, dict(report.held)) == (0, {"paid_claim": 1})
    assert world.loan().next_contact_at == until
    assert world.loan().last_decision == LastDecision(NOW, "paid_claim", until)


def test_a_loan_that_only_a_person_can_free_sleeps_without_end(world: World) -> None:
    world.knows(a_loan(pauses={"disputed": Pause(NOW, None, "ticket-1")}))
    world.plan()
    assert world.loan().next_contact_at is None
    assert not world.loan().silent


@pytest.mark.parametrize("reason", list(Suppression))
def test_a_number_that_is_lost_sends_its_loan_to_people(world: World, reason: Suppression) -> None:
    world.knows()
    world.conversations.save_number(a_number(suppressed=reason, suppressed_at=NOW))
    world.plan()
    assert world.loan().silent
    assert [loan.loan_id for loan in world.loans.due(SILENT, NOW, "", 9).loans] == ["L1"]


def test_a_finished_ladder_goes_to_people(world: World) -> None:
    world.knows(days_late(91))
    world.plan()
    assert world.loan().silent


def test_a_borrower_whose_window_stays_shut_goes_to_people_after_two_days(world: World) -> None:
    world.knows(a_loan(country="DE", time_zone="America/Los_Angeles", number_zones=("Asia/Kolkata",)))
    world.plan()
    assert (world.loan().silent, world.loan().next_contact_at) == (False, NOW + timedelta(days=2))
    world.clock.advance(days=2)
    world.plan()
    assert world.loan().silent


def test_a_loan_that_the_full_file_left_out_is_held(world: World) -> None:
    world.knows()
    world.loans.save_latest_files(LatestFiles(NOW, NOW))
    assert dict(world.plan().held) == {"not_in_latest_file": 1}


def test_a_loan_nobody_has_words_for_goes_to_people_and_does_not_stop_its_neighbours(world: World) -> None:
    mute, spoken = SAME_SHARD[:2]
    world.knows(a_loan(loan_id=mute, locale="fr-FR"), a_loan(loan_id=spoken, borrower_id="B2"))
    report = world.plan(mute)
    assert (report.planned, dict(report.held)) == (1, {"no_wording": 1})
    assert world.outbox.texts[0].loan_id == spoken
    assert world.loan(mute).silent


def test_a_crash_after_queueing_repeats_the_same_id(world: World) -> None:
    world.knows()

    class Dies(FakeLoanBook):
        def save(self, loan: Loan) -> Saved:
            raise ConnectionError(f"the function was stopped before {loan.loan_id} was saved")

    dying = Dies(world.loans.loans)
    with pytest.raises(ConnectionError):
        replace(world.planner, loans=dying).plan(SHARD, "", lambda: True)
    world.plan()
    assert [text.contact_id for text in world.outbox.texts] == [a_text().contact_id] * 2
    assert world.outbox.texts[0] == world.outbox.texts[1]


def test_nothing_advances_when_the_queue_is_away(world: World) -> None:
    world.knows()
    world.outbox.fails = True
    with pytest.raises(ConnectionError):
        world.plan()
    assert world.loan() == a_loan(version=1)


def test_a_loan_that_changed_meanwhile_is_left_alone_silently(world: World) -> None:
    world.knows()
    stale = FakeLoanBook(dict(world.loans.loans))
    world.loans.save(replace(world.loan(), arrears=Money(1, "USD")))

    class ReadsOld(FakeLoanBook):
        def due(self, shard: str, now: datetime, cursor: str, most: int) -> DuePage:
            return stale.due(shard, now, cursor, most)

    report = replace(world.planner, loans=ReadsOld(world.loans.loans)).plan(SHARD, "", lambda: True)
    assert report.raced == 1
    assert world.loan().arrears == Money(1, "USD")
    assert world.loan().steps == ()


def test_a_step_is_tried_a_second_time_once(world: World) -> None:
    world.knows(a_loan(steps=("days-1-3",), retry="days-1-3"))
    text = world.plans()
    assert text.attempt == 2
    assert text.contact_id != a_text().contact_id
    assert (world.loan().retry, world.loan().steps) == ("", ("days-1-3",))
    world.loans.save(replace(world.loan(), next_contact_at=NOW))
    assert world.plan().planned == 0


def test_a_text_that_was_texted_to_the_person_lately_waits_for_the_cap(world: World) -> None:
    world.knows()
    world.conversations.save_person(a_person(counted={"other": Counted(NOW - timedelta(hours=23), None)}))
    assert dict(world.plan().held) == {"cap_1d": 1}
    assert world.loan().next_contact_at == NOW + timedelta(hours=1)


def test_all_pages_of_a_shard_are_planned(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_contacts, "PAGE_LOANS", 3)
    world.knows(*(a_loan(loan_id=loan_id, borrower_id=loan_id) for loan_id in SAME_SHARD[:8]))
    report = world.plan()
    assert (report.read, report.planned, report.continued) == (8, 8, False)


def test_a_shard_that_takes_too_long_goes_on_in_another_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_contacts, "PAGE_LOANS", 3)
    world.knows(*(a_loan(loan_id=loan_id, borrower_id=loan_id) for loan_id in SAME_SHARD[:8]))
    report = world.planner.plan(SHARD, "", lambda: False)
    assert (report.planned, report.continued) == (3, True)
    while world.shards.work:
        world.planner.plan(*world.shards.work.pop(), lambda: False)
    assert sorted(text.loan_id for text in world.outbox.texts) == sorted(SAME_SHARD[:8])


def test_the_schedule_spreads_all_shards(world: World) -> None:
    world.planner.start(SHARDS)
    assert world.shards.work == [(shard, "") for shard in SHARDS]
    assert isinstance(world.shards, FakeShards)
