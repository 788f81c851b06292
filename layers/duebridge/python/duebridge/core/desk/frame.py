"""What every page of the desk has around its own matter."""

from collections.abc import Sequence
from datetime import datetime

from ..ticket import Status, Ticket
from .html import Html, Node, element, rendered, styled
from .model import Notice
from .words import Viewer, stamp

MINUTES_AN_HOUR, HOURS_A_DAY = 60, 24
PRIORITY_TONES = {1: "bad", 2: "warn", 3: ""}


def page(viewer: Viewer, style: str, *matter: Node) -> str:
    """The whole answer to the console. Its own styles are off: ours know both themes."""
    root = element(
        "main",
        *matter,
        class_=f"dbd cwdb-no-default-styles{' dbd-dark' if viewer.theme == 'dark' else ''}",
        lang=viewer.words.language,
        aria_label=viewer.words("title"),
    )
    return rendered([styled(style), root])


def notice(tone: str, *paragraphs: Node) -> Html:
    """Something that should be read before the rest."""
    is_bad = tone == "bad"
    inside = [element("p", paragraph) for paragraph in paragraphs if paragraph]
    return element("div", inside, class_=f"notice {tone}".strip(), role="alert" if is_bad else "status")


def said(news: Notice | None) -> Html | None:
    """What became of the last click."""
    return notice(news.tone, news.text) if news else None


def pauses(viewer: Viewer, paused: Sequence[str]) -> Html | None:
    """Nobody should wonder why no text goes out."""
    if not paused:
        return None
    words = viewer.words
    return notice("warn", element("strong", words("paused")), words("paused_help", names=", ".join(paused)))


def tag(text: str, tone: str = "") -> Html:
    """A short word that stands out."""
    return element("span", text, class_=f"tag {tone}".strip())


def priority_tag(viewer: Viewer, ticket: Ticket) -> Html:
    """In words, not by its colour alone."""
    return tag(viewer.words.of("priority", str(ticket.priority)), PRIORITY_TONES.get(ticket.priority, ""))


def due_words(viewer: Viewer, ticket: Ticket, now: datetime) -> str:
    """`in 40 min`, `late by 2 h`."""
    if not ticket.is_open:
        return viewer.words("due.closed")
    minutes = int((ticket.answer_by - now).total_seconds() // 60)
    is_late = minutes < 0 or ticket.status is Status.LATE
    return viewer.words("due.late" if is_late else "due.left", time=_span(viewer, abs(minutes)))


def due_tag(viewer: Viewer, ticket: Ticket, now: datetime) -> Html:
    """The clock, red once it is over."""
    is_late = ticket.is_open and (ticket.status is Status.LATE or ticket.answer_by <= now)
    return tag(due_words(viewer, ticket, now), "bad" if is_late else "")


def moment(viewer: Viewer, at: datetime) -> Html:
    """An instant, for readers and for their machines."""
    return element("time", viewer.moment(at), datetime=stamp(at))


def labelled(name: str, label: str, control: Html, help_text: str = "", class_: str = "") -> Html:
    """A field with its label, and what to write."""
    note = element("small", help_text, id=f"{name}-help") if help_text else None
    return element("div", element("label", label, for_=name), control, note, class_=class_ or None)


def select(name: str, options: Sequence[tuple[str, str]], chosen: str = "") -> Html:
    """Pairs of value and words."""
    return element(
        "select",
        [element("option", words, value=value, selected=value == chosen) for value, words in options],
        id=name,
        name=name,
    )


def field(name: str, value: str = "", *, longest: int, placeholder: str = "", has_help: bool = False) -> Html:
    """One line of text."""
    return element(
        "input",
        type="text",
        id=name,
        name=name,
        value=value or None,
        maxlength=longest,
        placeholder=placeholder or None,
        aria_describedby=f"{name}-help" if has_help else None,
    )


def _span(viewer: Viewer, minutes: int) -> str:
    if minutes < MINUTES_AN_HOUR:
        return viewer.words("time.minutes", count=minutes)
    hours = minutes // MINUTES_AN_HOUR
    if hours < 2 * HOURS_A_DAY:
        return viewer.words("time.hours", count=hours)
    return viewer.words("time.days", count=hours // HOURS_A_DAY)
