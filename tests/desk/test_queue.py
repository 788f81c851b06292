"""The list of tickets: what is urgent stands first, and a page costs the same however many there are."""

from datetime import timedelta
from typing import Any

import pytest

from duebridge.core.stop import read_pause
from duebridge.core.ticket import Reason, Status
from duebridge.flows.ticket_desk import PAGE_TICKETS
from tests.builders import NOW, a_ticket
from tests.desk.conftest import Console, desk_over
from tests.world import World


def listed(console: Console) -> list[str]:
    return [click.parameters["ticket_id"] for click in console.page.clicks if click.words == "Open"]


def fill(world: World, count: int, **changes: Any) -> None:
    for number in range(count):
        due = NOW + timedelta(minutes=number)
        world.tickets.open(a_ticket(**{"ticket_id": f"ticket-{number:05}", "answer_by": due} | changes))


def test_late_tickets_stand_first_and_then_what_is_due_first(world: World, console: Console) -> None:
    world.tickets.open(a_ticket(ticket_id="soon", answer_by=NOW + timedelta(hours=1)))
    world.tickets.open(a_ticket(ticket_id="later", answer_by=NOW + timedelta(hours=3)))
    world.tickets.open(a_ticket(ticket_id="late", answer_by=NOW - timedelta(minutes=5), status=Status.LATE))
    world.tickets.open(a_ticket(ticket_id="done", status=Status.CLOSED))
    console.show()
    assert listed(console) == ["late", "soon", "later"]
    assert "late by 5 min" in console.page.text


def test_every_ticket_is_met_once_on_the_way_through_the_pages(world: World, console: Console) -> None:
    fill(world, 2 * PAGE_TICKETS + 3)
    fill_late = [a_ticket(ticket_id=f"late-{n}", status=Status.LATE) for n in range(PAGE_TICKETS + 2)]
    for ticket in fill_late:
        world.tickets.open(ticket)
    console.show()
    met = listed(console)
    while any(click.words == "Next page" for click in console.page.clicks):
        console.press("Next page")
        met += listed(console)
    assert sorted(met) == sorted(world.tickets.tickets)
    assert met[0].startswith("late-")


@pytest.mark.parametrize(
    ("filled", "expected"),
    [
        ({"filter_reason": "dispute"}, ["dispute"]),
        ({"filter_owner": "ab"}, ["owned"]),
        ({"filter_language": "zh"}, ["chinese"]),
        ({"filter_show": "late"}, ["late"]),
        ({"filter_show": "closed"}, ["closed"]),
        ({"filter_reason": "dispute", "filter_language": "zh"}, []),
    ],
)
def test_the_list_is_narrowed(world: World, console: Console, filled: dict[str, str], expected: list[str]) -> None:
    for ticket in (
        a_ticket(ticket_id="dispute", reason=Reason.DISPUTE, locale="en-US"),
        a_ticket(ticket_id="owned", owner="AB", locale="en-US"),
        a_ticket(ticket_id="chinese", locale="zh-CN"),
        a_ticket(ticket_id="late", status=Status.LATE),
        a_ticket(ticket_id="closed", status=Status.CLOSED),
    ):
        world.tickets.open(ticket)
    console.show()
    console.press("Apply", **filled)
    assert listed(console) == expected


def test_the_filters_are_kept_on_a_ticket_and_back(world: World, console: Console) -> None:
    world.tickets.open(a_ticket(reason=Reason.DISPUTE))
    console.show()
    console.press("Apply", filter_reason="dispute")
    console.press("Open")
    console.press("All tickets")
    assert console.page.fields["filter_reason"] == "dispute"


class CountingTickets:
    """Counts what is asked of the tickets."""

    def __init__(self, tickets: Any) -> None:
        self.tickets, self.asked, self.rows = tickets, 0, 0

    def waiting(self, *args: Any, **kwargs: Any) -> Any:
        page = self.tickets.waiting(*args, **kwargs)
        self.asked, self.rows = self.asked + 1, self.rows + len(page.tickets)
        return page

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the list must not ask for {name}")


@pytest.mark.parametrize(
    ("filters", "most_asked", "most_rows"), [({}, 2, PAGE_TICKETS), ({"filter_owner": "nobody"}, 5, 500)]
)
def test_a_page_of_ten_thousand_tickets_takes_a_few_reads(
    world: World, filters: dict[str, str], most_asked: int, most_rows: int
) -> None:
    fill(world, 10_000)
    world.tickets = CountingTickets(world.tickets)
    console = Console(desk_over(world))
    console.show(**filters)
    assert world.tickets.asked <= most_asked
    assert world.tickets.rows <= most_rows
    assert any(click.words in ("Next page", "Look further") for click in console.page.clicks)


def test_a_list_that_finds_nothing_says_how_far_it_looked(world: World, console: Console) -> None:
    fill(world, 700)
    console.show(filter_owner="ZZ")
    assert "None of the 400 tickets looked at" in console.page.text
    console.press("Look further")
    assert "None of the 300 tickets looked at" in console.page.text


def test_what_is_paused_stands_at_the_head_of_the_list(world: World, console: Console) -> None:
    world.stops.stops = type(world.stops.stops)(paused=read_pause("IN, unified/days-1-3"))
    console.show()
    assert "Paused: IN, unified/days-1-3. Answers still go out." in console.page.text


def test_an_unknown_ticket_is_told_and_the_list_shown(console: Console) -> None:
    console.show()
    console.press("Find", find_ticket="<b>nope</b>")
    assert "There is no ticket <b>nope</b>." in console.page.text


@pytest.mark.parametrize("cursor", ["", "x", "open", "open x y z", "closed 1", "late <script>", "open " + "x" * 999])
def test_a_cursor_that_somebody_made_up_does_no_harm(world: World, console: Console, cursor: str) -> None:
    fill(world, 3)
    console.show(cursor=cursor)


def test_the_list_is_in_the_language_of_the_viewer_and_in_both_themes(world: World, console: Console) -> None:
    world.tickets.open(a_ticket(reason=Reason.DISPUTE))
    console.locale, console.theme = "zh-CN", "dark"
    console.show()
    assert "异议" in console.page.text
    assert "dbd-dark" in console.html
    console.locale, console.theme = "pt-BR", ""
    console.show()
    assert "Dispute" in console.page.text
