"""HTML as values: text is always escaped, and only what the CloudWatch console lets through can be built.

The console strips scripts and removes `iframe` and `use`; what acts is a `cwdb-action` after the element it acts on.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from html import escape

from msgspec import Struct

ELEMENTS = frozenset({
    "article", "aside", "button", "dd", "details", "div", "dl", "dt", "em", "fieldset", "footer", "form", "h2",
    "h3", "h4", "header", "input", "label", "legend", "li", "main", "nav", "ol", "option", "p", "section", "select",
    "small", "span", "strong", "summary", "table", "tbody", "td", "textarea", "th", "thead", "time", "tr", "ul",
})  # fmt: skip
VOID = frozenset({"input"})
ATTRIBUTES = frozenset({
    "action", "aria-describedby", "aria-label", "aria-labelledby", "aria-live", "checked", "class", "colspan",
    "confirmation", "datetime", "dir", "display", "endpoint", "for", "id", "lang", "maxlength", "name", "open",
    "placeholder", "required", "role", "rows", "scope", "selected", "title", "type", "value",
})  # fmt: skip
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Characters that nobody sees: some of them would turn the reading direction of everything after them."""
JOINERS = "\u200c\u200d"
"""Needed by some scripts and by emoji; they cannot do harm."""


class WrongMarkupError(ValueError):
    """A page asks for an element or attribute that the console would strip."""


class Html(Struct, frozen=True):
    """Markup that is known to be safe."""

    text: str


Node = Html | str | None | Iterable["Node"]


def element(name: str, /, *children: Node, **attributes: str | int | bool | None) -> Html:
    """`element("p", "1 < 2", class_="note")`. A trailing `_` is dropped and `_` is written `-`; None and False leave an
    attribute out. Raises WrongMarkupError."""
    if name not in ELEMENTS:
        raise WrongMarkupError(f"<{name}> is not among the elements of the desk (core/desk/html.py)")
    opening = f"<{name}{_written(attributes)}>"
    return Html(opening if name in VOID else f"{opening}{rendered(children)}</{name}>")


def rendered(node: Node) -> str:
    """Plain strings are escaped, whatever they are."""
    if node is None:
        return ""
    if isinstance(node, Html):
        return node.text
    if isinstance(node, str):
        return escape(shown(node))
    return "".join(map(rendered, node))


def styled(css: str) -> Html:
    """Our own style sheet, which is no borrower's text."""
    if "<" in css:
        raise WrongMarkupError("the desk's style sheet has a `<`, which could end it")
    return Html(f"<style>{css}</style>")


def button(
    label: Node,
    parameters: Mapping[str, object],
    endpoint: str,
    *,
    confirmation: str = "",
    class_: str = "btn",
    name: str = "",
) -> Html:
    """Calls the desk again with these parameters and whatever the forms hold; `name` says more to a screen reader."""
    # Neither a reader of markup nor a reader of text can take these signs for anything else.
    asked = json.dumps(parameters, ensure_ascii=True, sort_keys=True)
    for sign in "<>&":
        asked = asked.replace(sign, f"\\u{ord(sign):04x}")
    call = _written({"action": "call", "display": "widget", "endpoint": endpoint, "confirmation": confirmation or None})
    return Html(
        element("button", label, type="button", class_=class_, aria_label=name or None).text
        + f"<cwdb-action{call}>{asked}</cwdb-action>"
    )


def shown(text: str) -> str:
    """Without what cannot be seen: each such character becomes a mark, so that nothing is hidden either."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c in "\n\t" + JOINERS or unicodedata.category(c) not in UNSEEN else "\ufffd" for c in text)


def _written(attributes: Mapping[str, str | int | bool | None]) -> str:
    parts = []
    for name, value in attributes.items():
        written = name.rstrip("_").replace("_", "-")
        if written not in ATTRIBUTES:
            raise WrongMarkupError(f"the attribute {written} is not among those of the desk (core/desk/html.py)")
        if value is None or value is False:
            continue
        parts.append(f" {written}" if value is True else f' {written}="{escape(shown(str(value)))}"')
    return "".join(parts)
