"""A desk over a world in memory, and what a console would send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest

from duebridge.adapters.desk_content import parse_desk
from duebridge.core.desk.words import DeskContent
from duebridge.core.lint import LintRules
from duebridge.core.message import Renderer
from duebridge.flows.ticket_desk import TicketDesk
from infra.content_desk import compile_desk
from infra.lint_rules import lint_rules
from tests.builders import the_content
from tests.desk.console_rules import Page, read_page
from tests.world import World

ENDPOINT = "arn:aws:lambda:us-east-1:000000000000:function:duebridge-local-ticket_desk"


@cache
def desk_content() -> DeskContent:
    return parse_desk(compile_desk())


@cache
def rules() -> LintRules:
    return lint_rules(country for country in the_content().policies if "-" not in country)


def desk_over(world: World) -> TicketDesk:
    return TicketDesk(
        loans=world.loans,
        conversations=world.conversations,
        tickets=world.tickets,
        stops=world.stops,
        content=the_content(),
        renderer=Renderer(the_content()),
        clock=world.clock,
        desk=desk_content(),
        lint_rules=rules,
    )


@dataclass
class Console:
    """Shows the widget as CloudWatch does; every page is held against the console's rules."""

    desk: TicketDesk
    locale: str = "en"
    theme: str = "light"
    page: Page = field(default_factory=Page)
    html: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    def show(self, forms: Mapping[str, str] | None = None, **parameters: Any) -> Page:
        event = {
            **parameters,
            "widgetContext": {
                "locale": self.locale,
                "theme": self.theme,
                "timezone": {"label": "UTC", "offsetISO": "+00:00", "offsetInMinutes": 0},
                "forms": {"all": dict(forms or {})},
            },
        }
        shown = self.desk.show(event, ENDPOINT)
        self.html, self.counts = shown.html, shown.counts
        self.page = read_page(shown.html)
        assert self.page.faults == []
        return self.page

    def open(self, ticket_id: str = "ticket-1") -> Page:
        return self.show(view="ticket", ticket_id=ticket_id)

    def press(self, words: str, number: int = 0, **filled: str) -> Page:
        """Clicks a button of the page as it stands, with these fields filled in."""
        click = self.page.click(words, number)
        return self.show({**self.page.fields, **filled}, **click.parameters)


@pytest.fixture
def world() -> World:
    return World.in_memory()


@pytest.fixture
def console(world: World) -> Console:
    return Console(desk_over(world))
