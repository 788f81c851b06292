"""One ticket: what was said, what is owed, what the rules say, and what can be done."""

from .. import arrangement, wording
from ..decision import Contact
from ..loan import reason_of
from ..money import Money
from ..reasoning import Answer
from ..undertaking import ArrangementStatus
from .frame import due_tag, moment, notice, page, pauses, priority_tag, said, tag
from .html import Html, Node, button, element
from .model import Bubble, LoanView, Notice, TicketView
from .query import Filters, View
from .ticket_actions import actions
from .words import Viewer

STATE_TONES = {"delivered": "good", "undelivered": "bad", "rejected": "bad", "in_doubt": "warn"}
CASE_LETTERS = 6


def ticket_page(
    view: TicketView, viewer: Viewer, style: str, filters: Filters | None = None, news: Notice | None = None
) -> str:
    """Where a person answers."""
    words, ticket = viewer.words, view.ticket
    return page(
        viewer,
        style,
        _head(view, viewer, filters or Filters()),
        said(news),
        notice("calm", words("busy")) if view.is_busy else None,
        notice("bad", words("fault", why=ticket.fault)) if ticket.fault and not view.is_busy else None,
        pauses(viewer, view.paused),
        element(
            "div",
            element(
                "div",
                _conversation(view, viewer),
                [_loan(loan, view, viewer) for loan in view.loans],
                _history(view, viewer),
            ),
            element("div", _facts(view, viewer), actions(view, viewer)),
            class_="columns",
        ),
    )


def _head(view: TicketView, viewer: Viewer, filters: Filters) -> Html:
    words, ticket = viewer.words, view.ticket
    back = {"view": str(View.QUEUE), "by": viewer.by, **filters.as_parameters()}
    again = {**back, "view": str(View.TICKET), "ticket_id": ticket.ticket_id}
    return element(
        "header",
        element(
            "div",
            button(words("back"), back, viewer.endpoint, class_="btn plain"),
            element("h2", words.of("reason", ticket.reason)),
            priority_tag(viewer, ticket),
            due_tag(viewer, ticket, view.now),
            tag(words("displeased"), "warn") if ticket.is_displeased else None,
            class_="row",
        ),
        element(
            "div",
            element("small", words("times_in", zone=viewer.zone)),
            button(words("refresh"), again, viewer.endpoint, class_="btn"),
            class_="row",
        ),
        class_="bar",
    )


def _facts(view: TicketView, viewer: Viewer) -> Html:
    words, ticket = viewer.words, view.ticket
    suppressed = view.number.suppressed if view.number else None
    loans = [loan.loan for loan in view.loans]
    name = wording.addressed(loans[0].terms) if loans else ""
    borrower = f"{name} ({ticket.borrower_id})" if name else ticket.borrower_id
    facts: list[tuple[str, Node]] = [
        ("borrower", borrower),
        ("number", ticket.masked_phone),
        ("number_state", words("fact.no_texts", reason=words.of("hold", suppressed)) if suppressed else ""),
        ("owner", ticket.owner or words("nobody")),
        ("answer_by", moment(viewer, ticket.answer_by) if ticket.is_open else ""),
        ("opened", moment(viewer, ticket.opened_at)),
        ("labels", ", ".join(words.of("label", label) for label in ticket.labels)),
        ("note", ticket.note),
        ("outcome", words.of("outcome", ticket.outcome) if ticket.outcome else ""),
        ("root_cause", words.of("root_cause", ticket.root_cause) if ticket.root_cause else ""),
        ("case", ticket.ticket_id[-CASE_LETTERS:].upper()),
        ("ticket", ticket.ticket_id),
    ]
    return element(
        "section",
        element("h3", words("facts")),
        _list([(words.of("fact", name), value) for name, value in facts if value]),
        class_="card",
        aria_label=words("facts"),
    )


def _conversation(view: TicketView, viewer: Viewer) -> Html:
    words = viewer.words
    items = [_bubble(bubble, viewer) for bubble in view.bubbles]
    return element(
        "section",
        element("h3", words("conversation")),
        element("p", words("conversation_long", count=len(items)), class_="quiet") if view.is_long else None,
        element("ol", items, class_="chat") if items else element("p", words("conversation_empty"), class_="quiet"),
        class_="card",
        aria_label=words("conversation"),
    )


def _bubble(bubble: Bubble, viewer: Viewer) -> Html:
    words = viewer.words
    who = words("us") if bubble.is_ours else words("them")
    parts: list[Node] = [who]
    if bubble.kind:
        parts += [" · ", words.of("kind", bubble.kind)]
    parts += [" · ", moment(viewer, bubble.at)]
    if bubble.state:
        state = words.of("state", bubble.state)
        reason = f" ({words.of('hold', bubble.reason)})" if bubble.reason else ""
        parts += [" · ", element("strong", f"{_tick(bubble)}{state}{reason}")]
    if bubble.labels:
        labels = ", ".join(words.of("label", label) for label in bubble.labels)
        parts += [" · ", words("understood", labels=labels)]
    return element(
        "li",
        element("div", bubble.body, class_="bubble", dir="auto"),
        element("small", parts),
        class_="us" if bubble.is_ours else "them",
    )


def _tick(bubble: Bubble) -> str:
    return {"accepted": "✓ ", "delivered": "✓✓ "}.get(str(bubble.state), "")


def _history(view: TicketView, viewer: Viewer) -> Html:
    words = viewer.words
    lines = [element("li", line) for line in view.ticket.history]
    return element(
        "section",
        element("h3", words("history")),
        element("ul", lines, class_="plain-list") if lines else element("p", words("history_empty"), class_="quiet"),
        class_="card",
        aria_label=words("history"),
    )


def _loan(view: LoanView, ticket: TicketView, viewer: Viewer) -> Html:
    words, loan = viewer.words, view.loan
    terms = loan.terms
    locale = words.language
    title = f"{words('loan')} {loan.loan_id}"
    facts: list[tuple[str, Node]] = [
        ("product", terms.product),
        ("agreement", f"…{terms.agreement_number[-4:]}"),
        ("country", terms.sub or terms.country),
        ("arrears", wording.amount(loan.arrears, locale)),
        ("due", viewer.day(terms.due_date)),
        ("days_late", str(max(0, loan.days_past_due(ticket.now)))),
        ("balance", wording.amount(loan.balance, locale)),
        ("instalments", words("loan_fact.paid_of", paid=terms.instalments_paid, total=terms.instalments_total)),
        ("promise", _promise(view, viewer)),
        ("arrangement", _arrangement(view, viewer)),
        ("holds", _holds(view, viewer)),
    ]
    return element(
        "section",
        element("h3", title),
        _list([(words.of("loan_fact", name), value) for name, value in facts if value]),
        _rules(view, viewer),
        class_="card",
        aria_label=title,
    )


def _promise(view: LoanView, viewer: Viewer) -> str:
    words, promised = viewer.words, view.loan.promised
    if promised is None:
        return ""
    day = viewer.day(promised.pay_on)
    kept = f" ({words('loan_fact.kept')})" if promised.kept else ""
    if not promised.amount_minor:
        return words("loan_fact.promise_any", day=day) + kept
    amount = wording.amount(Money(promised.amount_minor, view.loan.arrears.currency), words.language)
    return words("loan_fact.promise_of", amount=amount, day=day) + kept


def _arrangement(view: LoanView, viewer: Viewer) -> str:
    agreed = view.loan.arrangement
    if agreed is None:
        return ""
    plan = arrangement.plan(agreed.parts, view.loan.arrears.currency, viewer.words.language)
    is_agreed = agreed.status is ArrangementStatus.AGREED
    return viewer.words("loan_fact.arrangement_agreed" if is_agreed else "loan_fact.arrangement_proposed", plan=plan)


def _holds(view: LoanView, viewer: Viewer) -> str:
    words = viewer.words
    holds = []
    for name, pause in sorted(view.loan.pauses.items()):
        hold = words.of("hold", reason_of(name))
        until = viewer.moment(pause.until) if pause.until else ""
        holds.append(words("loan_fact.hold_until", hold=hold, day=until) if until else hold)
    return ", ".join(holds) or words("loan_fact.no_holds")


def _rules(view: LoanView, viewer: Viewer) -> Html:
    """The very trace that the planner goes by."""
    words, outcome = viewer.words, view.decision.outcome
    if isinstance(outcome, Contact):
        verdict = words("rules_yes")
    elif outcome.until:
        reason = words.of("hold", outcome.reason)
        verdict = words("rules_no_until", until=viewer.moment(outcome.until), reason=reason)
    else:
        verdict = words("rules_no", reason=words.of("hold", outcome.reason))
    return element(
        "details",
        element("summary", words("rules")),
        element(
            "div",
            element("p", element("strong", verdict)),
            element("ul", [_rule(answer, viewer) for answer in view.decision.trace], class_="rules"),
            class_="inside",
        ),
    )


def _rule(answer: Answer, viewer: Viewer) -> Html:
    words = viewer.words
    if answer.hold:
        mark, says = tag(words("rule_holds"), "warn"), words.of("hold", answer.hold.reason)
    else:
        # What a rule found is told in English only; its question and its verdict are in every language.
        mark, says = tag(words("rule_passes"), "good"), answer.says if words.language == "en" else ""
    said_more = says if says not in ("yes", "no") else ""
    asked = words.of("rule", answer.rule.replace(" ", "_"))
    source = element("small", answer.source) if answer.source else None
    return element("li", mark, element("span", element("strong", asked), " ", said_more, " ", source))


def _list(facts: list[tuple[str, Node]]) -> Html:
    return element("dl", [[element("dt", name), element("dd", value)] for name, value in facts])
