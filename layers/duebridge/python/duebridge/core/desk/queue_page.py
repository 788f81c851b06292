"""The list of tickets: what must be answered first stands first."""

from ..operator_request import LONGEST_INITIALS
from ..ticket import Reason, Ticket
from .frame import due_tag, due_words, field, labelled, notice, page, pauses, priority_tag, said, select, tag
from .html import Html, button, element
from .model import Notice, QueueView
from .query import LONGEST_VALUE, Show, View
from .words import Viewer

COLUMNS = ("due", "reason", "number", "owner", "language", "labels", "open")
LANGUAGES = ("zh", "en")


def queue_page(view: QueueView, viewer: Viewer, style: str, news: Notice | None = None) -> str:
    """The desk's first page."""
    words = viewer.words
    unreadable = ", ".join(view.unreadable)
    return page(
        viewer,
        style,
        _head(view, viewer),
        said(news),
        pauses(viewer, view.paused),
        notice("bad", words("unreadable", ids=unreadable)) if unreadable else None,
        _filters(view, viewer),
        _list(view, viewer),
        _foot(view, viewer),
    )


def _parameters(view: QueueView, viewer: Viewer, **more: object) -> dict[str, object]:
    return {"view": str(View.QUEUE), "by": viewer.by, **view.filters.as_parameters(), **more}


def _head(view: QueueView, viewer: Viewer) -> Html:
    words = viewer.words
    return element(
        "header",
        element("h2", words("title")),
        element(
            "div",
            element("small", words("times_in", zone=viewer.zone)),
            button(words("refresh"), _parameters(view, viewer), viewer.endpoint, class_="btn"),
            class_="row",
        ),
        class_="bar",
    )


def _filters(view: QueueView, viewer: Viewer) -> Html:
    """All in one form, and two lines of text in it: the enter key then sends nothing by itself."""
    words, filters = viewer.words, view.filters
    reasons = sorted(((str(each), words.of("reason", each)) for each in Reason), key=lambda pair: pair[1])
    languages = [(each, words.of("language", each)) for each in LANGUAGES]
    everything = ("", words("any"))
    controls = (
        labelled(
            "filter_show",
            words("filter.show"),
            select("filter_show", [(str(each), words.of("show", each)) for each in Show], filters.show),
        ),
        labelled(
            "filter_reason", words("filter.reason"), select("filter_reason", [everything, *reasons], filters.reason)
        ),
        labelled(
            "filter_language",
            words("filter.language"),
            select("filter_language", [everything, *languages], filters.language),
        ),
        labelled("filter_owner", words("filter.owner"), field("filter_owner", filters.owner, longest=LONGEST_INITIALS)),
        element(
            "div",
            button(words("apply"), {"view": str(View.QUEUE), "by": viewer.by}, viewer.endpoint, class_="btn primary"),
            class_="push",
        ),
        labelled("find_ticket", words("find_ticket"), field("find_ticket", longest=LONGEST_VALUE)),
        element(
            "div", button(words("find"), {"view": str(View.TICKET), "by": viewer.by}, viewer.endpoint), class_="push"
        ),
    )
    return element(
        "section",
        element("form", element("div", *controls, class_="fields"), aria_label=words("filters")),
        class_="card filters",
        aria_label=words("filters"),
    )


def _list(view: QueueView, viewer: Viewer) -> Html:
    words = viewer.words
    if not view.tickets:
        nothing = words("no_match", looked=view.looked_at) if view.filters.narrows else words("no_tickets")
        return element("section", element("p", nothing), class_="card", aria_label=words("list_of"))
    head = element("tr", [element("th", words.of("column", name), scope="col") for name in COLUMNS])
    body = [_row(ticket, view, viewer) for ticket in view.tickets]
    table = element("table", element("thead", head), element("tbody", body), aria_label=words("list_of"))
    return element("section", table, class_="card wide-table", aria_label=words("list_of"))


def _row(ticket: Ticket, view: QueueView, viewer: Viewer) -> Html:
    words = viewer.words
    language = ticket.locale.partition("-")[0]
    labels = ", ".join(words.of("label", label) for label in ticket.labels)
    due = due_words(viewer, ticket, view.now)
    reason = words.of("reason", ticket.reason)
    named = words("of_ticket", reason=reason, due=due, number=ticket.masked_phone or ticket.ticket_id)
    opens = {**_parameters(view, viewer), "view": str(View.TICKET), "ticket_id": ticket.ticket_id}
    cells = (
        element("div", due_tag(viewer, ticket, view.now), priority_tag(viewer, ticket), class_="row"),
        element(
            "div",
            element("strong", reason),
            tag(words("displeased"), "warn") if ticket.is_displeased else None,
            class_="row",
        ),
        element("span", ticket.masked_phone or "-", class_="number"),
        ticket.owner or element("span", words("nobody"), class_="quiet"),
        words.of("language", language) if language else "-",
        labels or "-",
        button(words("open_ticket"), opens, viewer.endpoint, class_="btn", name=f"{words('open_ticket')}: {named}"),
    )
    return element("tr", [element("td", cell) for cell in cells])


def _foot(view: QueueView, viewer: Viewer) -> Html | None:
    words = viewer.words
    first = button(words("first_page"), _parameters(view, viewer), viewer.endpoint)
    onwards = words("look_further") if view.filters.narrows else words("more")
    further = button(onwards, _parameters(view, viewer, cursor=view.cursor), viewer.endpoint)
    looked = words("looked_further", looked=view.looked_at) if view.filters.narrows else ""
    shown = (
        None if view.is_first else first,
        further if view.cursor else None,
        element("small", looked) if looked else None,
    )
    return element("footer", element("nav", *shown, class_="row", aria_label=words("more"))) if any(shown) else None
