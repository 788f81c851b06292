"""What a click in the console asks for. Nothing in it is trusted: it is text of some length, or it is left out."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from ..operator_request import NAMES, Action

LONGEST_VALUE = 400
ZONE = re.compile(r"([+-])([01]\d):([0-5]\d)")
"""`+08:00`: the console tells it in minutes too, but their sign is not documented."""
MOST_ACTIONS = 10**6


class View(StrEnum):
    """What is shown."""

    QUEUE = "queue"
    TICKET = "ticket"
    PREVIEW = "preview"
    """An answer as it would be sent, before it is."""
    ASK = "ask"
    """Carries a request to a ticket, and shows the ticket."""
    REPORT = "report"
    """The newest report's first screen: a widget of its own."""


class Show(StrEnum):
    """Which tickets a queue lists."""

    OPEN = "open"
    """The late ones first."""
    LATE = "late"
    CLOSED = "closed"
    """The newest first."""


class Filters(Struct, frozen=True, kw_only=True):
    """Which of them; empty takes all."""

    show: Show = Show.OPEN
    reason: str = ""
    owner: str = ""
    language: str = ""
    """`zh`, `en`."""

    @property
    def narrows(self) -> bool:
        """Whether rows have to be read to know whether they are listed."""
        return bool(self.reason or self.owner or self.language)

    def as_parameters(self) -> dict[str, object]:
        """For the next click."""
        return {
            "filter_show": str(self.show),
            "filter_reason": self.reason,
            "filter_owner": self.owner,
            "filter_language": self.language,
        }


class Query(Struct, frozen=True, kw_only=True):
    """One call of the widget."""

    view: View = View.QUEUE
    ticket_id: str = ""
    actions: int = -1
    """The number of the ticket's actions that the form was made with."""
    action: Action | None = None
    request: Mapping[str, str] = field(default_factory=dict)
    """The details of what is asked for, by the names of `operator_request`."""
    by: str = ""
    filters: Filters = field(default_factory=Filters)
    cursor: str = ""
    locale: str = ""
    theme: str = ""
    offset_minutes: int = 0


def read_query(event: Mapping[str, Any]) -> Query:
    """From a widget's event: a click's parameters, the widget's own, and `widgetContext` with what the forms hold.

    A form's value holds over a parameter of the same name; `ask` and `preview` take `<action>_<name>` of the form.
    """
    context = _map(event.get("widgetContext"))
    form = _texts(_map(_map(context.get("forms")).get("all")))
    clicked = _texts(event)
    given = {**clicked, **form}
    action = clicked.get("action", "")
    known = Action(action) if action in set(Action) else None
    return Query(
        view=_one_of(View, clicked.get("view", ""), View.QUEUE),
        # A click on a row names its ticket; only the form for finding one does not.
        ticket_id=clicked.get("ticket_id", "") or form.get("find_ticket", "").strip(),
        actions=_number(event.get("actions"), 0, MOST_ACTIONS, -1),
        action=known,
        request=_request(known, form, _texts(_map(event.get("request")))),
        by=given.get("by", "").strip(),
        filters=Filters(
            show=_one_of(Show, given.get("filter_show", ""), Show.OPEN),
            reason=given.get("filter_reason", "").strip(),
            owner=given.get("filter_owner", "").strip(),
            language=given.get("filter_language", "").strip(),
        ),
        cursor=clicked.get("cursor", ""),
        locale=_text(context.get("locale")),
        theme=_text(context.get("theme")),
        offset_minutes=_offset_minutes(_text(_map(context.get("timezone")).get("offsetISO"))),
    )


def _request(action: Action | None, form: Mapping[str, str], stated: Mapping[str, str]) -> dict[str, str]:
    """What a click states itself, as a previewed answer does, holds over what stands in a form."""
    if action is None:
        return {}
    filled = {name: form.get(f"{action}_{name}", "").strip() for name in sorted(NAMES[action])}
    both = {**filled, **{name: value for name, value in stated.items() if name in NAMES[action]}}
    return {name: value for name, value in both.items() if value}


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): _text(value) for name, value in values.items() if isinstance(value, str)}


def _text(value: object) -> str:
    return value[:LONGEST_VALUE] if isinstance(value, str) else ""


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _offset_minutes(iso: str) -> int:
    found = ZONE.fullmatch(iso)
    if found is None:
        return 0
    minutes = int(found[2]) * 60 + int(found[3])
    return -minutes if found[1] == "-" else minutes


def _number(value: object, least: int, most: int, otherwise: int) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return value
    return otherwise


def _one_of[Choice: StrEnum](choices: type[Choice], value: str, otherwise: Choice) -> Choice:
    return choices(value) if value in set(choices) else otherwise
