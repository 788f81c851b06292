"""The provider's opt-out list and ours agree again within a day, whichever of them knew."""

from collections.abc import Callable
from copy import replace
from datetime import timedelta

import pytest

from duebridge.core.drift import Phase
from duebridge.core.standing import Suppression
from duebridge.flows import compare_opt_outs
from duebridge.flows.compare_opt_outs import Drift
from duebridge.flows.send_contact import Sent
from duebridge.ports import ListedPage
from tests.builders import NOW, PHONE, a_number
from tests.world import World

MOST_RUNS = 99
MANY = [f"+13125{number:06}" for number in range(5_000)]


def opted_out(world: World, *phones: str) -> None:
    """Ours and theirs, as after an opt-out that went all its way."""
    for phone in phones:
        world.conversations.save_number(
            replace(a_number(phone=phone).suppress(Suppression.OPTED_OUT, NOW), carrier_told=True)
        )
    world.carrier.opted_out += phones


def the_one_page(*phones: str) -> Callable[[str], ListedPage]:
    """A page as it was when it was read, whatever became of the list since."""

    def listed_page(token: str) -> ListedPage:
        del token
        return ListedPage(phones, "")

    return listed_page


def compare_whole(world: World) -> Drift:
    """All runs of one day's comparison."""
    total = Drift()
    for _ in range(MOST_RUNS):
        drift = world.comparer.run()
        total = Drift(total.compared + drift.compared, total.suppressed + drift.suppressed, total.listed + drift.listed)
        world.clock.advance(minutes=5)
        if world.comparison.progress.phase is Phase.DONE:
            return total
    raise AssertionError("the comparison does not end")


def test_lists_that_agree_are_left_as_they_are(world: World) -> None:
    opted_out(world, *MANY[:20])
    assert compare_whole(world) == Drift(compared=20)
    assert world.carrier.listed == []


def test_a_number_that_opted_out_with_the_provider_alone_is_suppressed_here(world: World) -> None:
    world.knows()
    world.carrier.opted_out = [PHONE]
    text = world.plans()
    assert compare_whole(world) == Drift(compared=1, suppressed=1)
    number = world.conversations.number(PHONE)
    assert (number.suppressed, number.carrier_told) == (Suppression.OPTED_OUT, True)
    assert world.sender.send(text) is Sent.HELD
    assert world.broom.run().opt_outs_told == 0


def test_a_number_that_the_provider_has_lost_is_listed_there_again(world: World) -> None:
    opted_out(world, PHONE, MANY[0])
    world.carrier.opted_out.remove(PHONE)
    world.clock.advance(days=1)
    assert compare_whole(world).listed == 1
    assert world.carrier.listed == [PHONE]
    world.clock.advance(days=1)
    assert compare_whole(world).listed == 0


def test_a_wrong_number_is_compared_like_an_opt_out(world: World) -> None:
    wrong = a_number().suppress(Suppression.WRONG_NUMBER, NOW)
    world.conversations.save_number(replace(wrong, carrier_told=True))
    world.clock.advance(days=1)
    assert compare_whole(world).listed == 1


@pytest.mark.parametrize("suppression", [Suppression.INVALID_NUMBER, Suppression.BLOCKED])
def test_a_number_that_the_carrier_gave_up_needs_no_place_on_the_list(world: World, suppression: Suppression) -> None:
    world.conversations.save_number(a_number().suppress(suppression, NOW))
    world.clock.advance(days=1)
    assert compare_whole(world) == Drift()


def test_a_number_that_opted_in_again_is_not_suppressed_because_their_list_still_has_it(world: World) -> None:
    world.conversations.save_number(a_number(carrier_told=True))
    world.carrier.opted_out = [PHONE]
    assert compare_whole(world) == Drift(compared=1)
    assert world.conversations.number(PHONE).suppressed is None


def test_a_number_that_came_off_their_list_after_the_page_was_read_is_left_alone(world: World) -> None:
    world.carrier.listed_page = the_one_page(PHONE)  # type: ignore[assignment,method-assign]
    assert compare_whole(world) == Drift(compared=1)
    assert world.conversations.number(PHONE).suppressed is None


def test_a_number_that_was_listed_after_its_page_was_read_is_not_listed_twice(world: World) -> None:
    opted_out(world, PHONE)
    world.clock.advance(days=1)
    world.carrier.listed_page = the_one_page()  # type: ignore[assignment,method-assign]
    assert compare_whole(world) == Drift(compared=1)
    assert world.carrier.listed == []


def test_an_opt_out_that_their_list_has_already_needs_no_telling(world: World) -> None:
    world.conversations.save_number(a_number().suppress(Suppression.OPTED_OUT, NOW))
    world.carrier.opted_out = [PHONE]
    compare_whole(world)
    assert world.conversations.number(PHONE).carrier_told
    assert world.carrier.listed == []


def test_a_comparison_begins_once_a_day(world: World) -> None:
    opted_out(world, PHONE)
    assert world.comparer.run().compared == 1
    world.clock.at = NOW + timedelta(hours=23, minutes=59)
    assert world.comparer.run() == Drift()
    world.clock.at = NOW + timedelta(days=1)
    assert world.comparer.run().compared == 1


def test_a_long_list_is_read_a_few_pages_a_run_and_every_number_once(world: World) -> None:
    opted_out(world, *MANY)
    world.clock.advance(days=1)
    runs = list[int]()
    while world.comparison.progress.phase is not Phase.DONE or not runs:
        runs.append(world.comparer.run().compared)
        world.clock.advance(minutes=5)
    assert max(runs) <= compare_opt_outs.PAGES_A_RUN * compare_opt_outs.NUMBERS_A_PAGE
    assert sum(runs) == len(MANY)
    assert len(runs) >= 3


def test_many_numbers_that_differ_on_both_sides_all_agree_in_the_end(world: World) -> None:
    opted_out(world, *MANY[:1_500])
    world.carrier.opted_out = [*MANY[700:1_500], *MANY[3_000:3_400]]
    world.clock.advance(days=1)
    drift = compare_whole(world)
    assert (drift.suppressed, drift.listed) == (400, 700)
    assert set(world.carrier.opted_out) == {
        phone for phone, number in world.conversations.numbers.items() if number.suppressed
    }


def test_a_provider_that_gives_up_half_way_is_asked_on_from_there(world: World) -> None:
    opted_out(world, *MANY[:350])
    world.clock.advance(days=1)
    listed_page, asked = world.carrier.listed_page, list[str]()

    def gives_up(token: str) -> ListedPage | None:
        if len(asked) == 2:
            raise ConnectionError("the provider is away")
        asked.append(token)
        return listed_page(token)

    world.carrier.listed_page = gives_up  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        world.comparer.run()
    world.carrier.listed_page = listed_page  # type: ignore[method-assign]
    assert compare_whole(world).compared == 150


def test_a_token_that_the_provider_no_longer_knows_begins_the_comparison_anew(world: World) -> None:
    opted_out(world, *MANY[:2_500])
    world.clock.advance(days=1)
    world.comparer.run()
    world.carrier.stale_tokens = frozenset({world.comparison.progress.token})
    world.clock.advance(minutes=5)
    world.comparer.run()
    assert world.comparison.progress.phase is Phase.THEIRS
    world.carrier.stale_tokens = frozenset()
    assert compare_whole(world).listed == 0
    assert world.carrier.listed == []


def test_a_crash_before_the_progress_is_kept_repeats_a_page_without_harm(world: World) -> None:
    opted_out(world, PHONE)
    world.carrier.opted_out.append(MANY[0])
    world.clock.advance(days=1)
    save = world.comparison.save

    def dies(*_: object) -> None:
        raise ConnectionError("the function was stopped")

    world.comparison.save = dies  # type: ignore[assignment,method-assign]
    with pytest.raises(ConnectionError):
        world.comparer.run()
    world.comparison.save = save  # type: ignore[method-assign]
    assert compare_whole(world) == Drift(compared=2)
    assert world.conversations.number(MANY[0]).suppressed is Suppression.OPTED_OUT


def test_the_sweep_compares_and_says_what_differed(world: World) -> None:
    world.carrier.opted_out = [PHONE]
    report = world.broom.run()
    assert (report.opt_outs_compared, report.opt_outs_found, report.opt_outs_relisted) == (1, 1, 0)
