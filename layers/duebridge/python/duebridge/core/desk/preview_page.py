"""An answer as the borrower would read it, what it costs, and whether it breaks a rule; sent only from here."""

from ..operator_request import Action
from .frame import notice, page, tag
from .html import Html, Node, button, element
from .model import Preview, TicketView
from .query import Filters, View
from .ticket_actions import parameters
from .words import Viewer

MICROS_A_CENT = 10_000


def preview_page(view: TicketView, preview: Preview, viewer: Viewer, style: str, filters: Filters | None = None) -> str:
    """Between writing and sending."""
    words, ticket = viewer.words, view.ticket
    locale = view.loans[0].loan.terms.locale if view.loans else ticket.locale
    back = {
        "view": str(View.TICKET),
        "ticket_id": ticket.ticket_id,
        "by": viewer.by,
        "action": str(Action.ANSWER),
        "request": preview.request,
        **(filters or Filters()).as_parameters(),
    }
    matter: list[Node] = [
        element(
            "header",
            element(
                "div",
                button(words("preview_back"), back, viewer.endpoint, class_="btn plain"),
                element("h2", words("preview")),
                class_="row",
            ),
            class_="bar",
        ),
        element(
            "section",
            element("p", words("preview_to", number=ticket.masked_phone, locale=locale)),
            element(
                "ol",
                element("li", element("div", preview.body, class_="bubble", dir="auto"), class_="us"),
                class_="chat",
            ),
            element("p", element("small", _size(preview, viewer))),
            class_="card",
            aria_label=words("preview"),
        ),
        _verdict(preview, viewer),
    ]
    if not preview.faults:
        matter.append(
            button(
                words.of("do", "send"),
                parameters(view, viewer, Action.ANSWER, preview.request),
                viewer.endpoint,
                confirmation=words.of("confirm", "answer"),
                class_="btn primary",
            )
        )
    return page(viewer, style, *matter)


def _size(preview: Preview, viewer: Viewer) -> str:
    size = {"encoding": preview.encoding, "units": preview.units, "parts": preview.segments}
    if not preview.price_micros:
        return viewer.words("preview_size_free", **size)
    cents = -(-preview.price_micros // MICROS_A_CENT)
    return viewer.words("preview_size", **size, price=f"${cents / 100:.2f}")


def _verdict(preview: Preview, viewer: Viewer) -> Html:
    words = viewer.words
    if not preview.faults:
        return notice("good", words("preview_good"))
    told = [
        element("li", tag(fault.code, "bad"), " ", words.known("lint", fault.code) or fault.message)
        for fault in preview.faults
    ]
    return notice("bad", element("strong", words("preview_bad")), element("ul", told, class_="plain-list"))
