"""The forms of a ticket's page. Nothing here has an effect: a click carries a request, and the request is checked."""

from collections.abc import Mapping

from ..loan import reason_of
from ..operator_request import (
    ALL,
    BY_OPERATOR,
    HOLDS,
    LONGEST_INITIALS,
    LONGEST_TEXT,
    ROOT_CAUSES,
    Action,
    CallOutcome,
    Outcome,
)
from ..undertaking import ArrangementStatus
from .frame import field, labelled, select
from .html import Html, Node, button, element
from .model import Canned, TicketView
from .query import View
from .words import Viewer

LONGEST_AMOUNT, LONGEST_DAY, LONGEST_INSTANT = 20, 10, 32


def actions(view: TicketView, viewer: Viewer) -> Html:
    """In the order in which a person works: take, answer, the rest, close."""
    words, ticket = viewer.words, view.ticket
    initials = labelled(
        "by",
        words("by"),
        field("by", viewer.by, longest=LONGEST_INITIALS, has_help=True),
        words("by_help"),
        "wide",
    )
    if ticket.is_open:
        panels: list[Node] = [
            _panel(Action.TAKE, _act(Action.TAKE, view, viewer, "take"), viewer) if not ticket.owner else None,
            _answer(view, viewer),
            _arrangement(view, viewer),
            _hold(view, viewer),
            _release(view, viewer),
            _call(view, viewer),
            _opt_out(view, viewer),
            _close(view, viewer),
        ]
    else:
        panels = [
            element("p", words("closed_note"), class_="quiet"),
            _panel(Action.REOPEN, _act(Action.REOPEN, view, viewer, "reopen"), viewer),
        ]
    form = element("form", element("div", initials, class_="fields"), panels, aria_label=words("actions"))
    return element("section", element("h3", words("actions")), form, class_="card", aria_label=words("actions"))


def parameters(
    view: TicketView, viewer: Viewer, action: Action, request: Mapping[str, str], asks: View = View.ASK
) -> dict[str, object]:
    """What a click on an action carries: the number that makes it count once, and what it states itself."""
    return {
        "view": str(asks),
        "ticket_id": view.ticket.ticket_id,
        "actions": view.ticket.actions,
        "action": str(action),
        "by": viewer.by,
        "request": dict(request),
    }


def _act(action: Action, view: TicketView, viewer: Viewer, does: str, *, is_main: bool = True, **request: str) -> Html:
    return button(
        viewer.words.of("do", does),
        parameters(view, viewer, action, request),
        viewer.endpoint,
        confirmation=viewer.words.of("confirm", does),
        class_="btn primary" if is_main else "btn",
    )


def _panel(action: Action, inside: Node, viewer: Viewer, *, is_open: bool = False) -> Html:
    summary = element("summary", viewer.words.of("action", action))
    return element("details", summary, element("div", inside, class_="inside"), open=is_open)


def _answer(view: TicketView, viewer: Viewer) -> Html:
    words = viewer.words
    suppressed = view.number.suppressed if view.number else None
    if suppressed:
        return _panel(
            Action.ANSWER, element("p", words("answer.suppressed", reason=words.of("hold", suppressed))), viewer
        )
    if not view.loans or not view.ticket.phone:
        return _panel(Action.ANSWER, element("p", words("answer.nobody")), viewer)
    options = [("", words("answer.choose")), *((each.name, _canned_name(each, viewer)) for each in view.canned)]
    own_words: Html = element("p", words("answer.registered"), class_="quiet wide")
    if view.takes_own_words:
        area = element(
            "textarea",
            view.draft.get("text", ""),
            id="answer_text",
            name="answer_text",
            maxlength=LONGEST_TEXT,
            rows=3,
            aria_describedby="answer_text-help",
        )
        own_words = labelled("answer_text", words("answer.text"), area, words("answer.own_words_help"), "wide")
    inside = (
        element(
            "div",
            labelled(
                "answer_template",
                words("answer.template"),
                select("answer_template", options, view.draft.get("template", "")),
                class_="wide",
            ),
            labelled(
                "answer_amount",
                words("answer.amount"),
                field("answer_amount", view.draft.get("amount", ""), longest=LONGEST_AMOUNT, has_help=True),
                words("answer.amount_help"),
            ),
            labelled(
                "answer_day",
                words("answer.day"),
                field("answer_day", view.draft.get("day", ""), longest=LONGEST_DAY, has_help=True),
                words("answer.day_help"),
            ),
            own_words,
            class_="fields",
        ),
        button(
            words.of("do", "preview"),
            parameters(view, viewer, Action.ANSWER, {}, View.PREVIEW),
            viewer.endpoint,
            class_="btn primary",
        ),
        _samples(view, viewer),
    )
    return _panel(Action.ANSWER, inside, viewer, is_open=True)


def _canned_name(canned: Canned, viewer: Viewer) -> str:
    words = viewer.words
    name = words.of("template", canned.name)
    wants = ", ".join(words(f"answer.wants_{each}") for each in canned.wants)
    return words("answer.wants", name=name, wants=wants) if wants else name


def _samples(view: TicketView, viewer: Viewer) -> Html:
    lines = [
        element("li", element("strong", viewer.words.of("template", each.name)), element("div", each.sample))
        for each in view.canned
    ]
    return element(
        "details",
        element("summary", viewer.words("answer.samples")),
        element("ul", lines, class_="plain-list inside"),
    )


def _arrangement(view: TicketView, viewer: Viewer) -> Html | None:
    words = viewer.words
    waiting = [
        each
        for each in view.loans
        if each.choice and each.loan.arrangement and each.loan.arrangement.status is ArrangementStatus.PROPOSED
    ]
    menu = next((each.menu for each in view.loans if each.menu), ())
    if not waiting and not menu:
        return None
    inside: list[Node] = []
    if waiting:
        inside += [
            element("p", words("arrangement_form.choice", plan=waiting[0].choice)),
            element(
                "div",
                _act(Action.ARRANGEMENT, view, viewer, "agree", decision="agree"),
                _act(Action.ARRANGEMENT, view, viewer, "decline", is_main=False, decision="decline"),
                class_="row",
            ),
        ]
    if menu and not waiting:
        numbered = [(str(number), line) for number, line in enumerate(menu, 1)]
        options = select("arrangement_option", [("", words("answer.choose")), *numbered])
        inside += [
            element(
                "div",
                labelled("arrangement_option", words("arrangement_form.option"), options, class_="wide"),
                class_="fields",
            ),
            _act(Action.ARRANGEMENT, view, viewer, "option"),
        ]
    return _panel(Action.ARRANGEMENT, inside, viewer, is_open=bool(waiting))


def _hold(view: TicketView, viewer: Viewer) -> Html:
    words = viewer.words
    options = [(name, words.of("hold", name)) for name in (BY_OPERATOR, *sorted(HOLDS - {BY_OPERATOR}))]
    inside = (
        element(
            "div",
            labelled("hold_hold", words("hold_form.hold"), select("hold_hold", options)),
            labelled(
                "hold_until",
                words("hold_form.until"),
                field("hold_until", longest=LONGEST_DAY, has_help=True),
                words("hold_form.until_help"),
            ),
            class_="fields",
        ),
        _act(Action.HOLD, view, viewer, "hold"),
    )
    return _panel(Action.HOLD, inside, viewer)


def _release(view: TicketView, viewer: Viewer) -> Html | None:
    """Only where something is held."""
    if not view.standing_holds:
        return None
    options = _holds_to_release(view, viewer)
    choice = labelled("release_hold", viewer.words("release_form.hold"), select("release_hold", options))
    return _panel(
        Action.RELEASE, (element("div", choice, class_="fields"), _act(Action.RELEASE, view, viewer, "release")), viewer
    )


def _holds_to_release(view: TicketView, viewer: Viewer) -> list[tuple[str, str]]:
    reasons = dict.fromkeys(reason_of(name) for name in view.standing_holds)
    named = [(reason, viewer.words.of("hold", reason)) for reason in reasons]
    return [(ALL, viewer.words("hold_form.all")), *named]


def _call(view: TicketView, viewer: Viewer) -> Html:
    words = viewer.words
    outcomes = [(str(each), words.of("call_outcome", each)) for each in CallOutcome]
    inside = (
        element(
            "div",
            labelled("call_outcome", words("call_form.outcome"), select("call_outcome", outcomes)),
            labelled(
                "call_at",
                words("call_form.at"),
                field("call_at", longest=LONGEST_INSTANT, has_help=True),
                words("call_form.at_help"),
            ),
            class_="fields",
        ),
        _act(Action.CALL, view, viewer, "call"),
    )
    return _panel(Action.CALL, inside, viewer)


def _opt_out(view: TicketView, viewer: Viewer) -> Html | None:
    if not view.ticket.phone or (view.number and view.number.suppressed):
        return None
    return _panel(Action.OPT_OUT, _act(Action.OPT_OUT, view, viewer, "opt_out", is_main=False), viewer)


def _close(view: TicketView, viewer: Viewer) -> Html:
    words = viewer.words
    outcomes = [(str(each), words.of("outcome", each)) for each in Outcome]
    causes = [("", words("answer.choose")), *((each, words.of("root_cause", each)) for each in sorted(ROOT_CAUSES))]
    needed = words("close_form.root_cause_needed") if view.ticket.is_displeased else ""
    fields = [
        labelled("close_outcome", words("close_form.outcome"), select("close_outcome", outcomes)),
        labelled("close_root_cause", words("close_form.root_cause"), select("close_root_cause", causes), needed),
    ]
    if view.standing_holds:
        releasing = [("", words("answer.choose")), *_holds_to_release(view, viewer)]
        fields.append(labelled("close_release", words("close_form.release"), select("close_release", releasing)))
    inside = (element("div", *fields, class_="fields"), _act(Action.CLOSE, view, viewer, "close"))
    return _panel(Action.CLOSE, inside, viewer)
