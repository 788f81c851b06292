"""The page's own elements and drawings as values: text is escaped, and nothing that acts or loads can be built."""

from html import escape

from ..desk.html import Html, Node, WrongMarkupError, rendered, shown

ELEMENTS = frozenset({
    "a", "article", "body", "caption", "dd", "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2",
    "h3", "head", "header", "html", "li", "main", "meta", "nav", "ol", "p", "section", "small", "span", "strong",
    "table", "tbody", "td", "th", "thead", "time", "title", "tr", "ul",
    "circle", "desc", "g", "line", "path", "polygon", "polyline", "rect", "svg", "text",
})  # fmt: skip
VOID = frozenset({"meta"})
ATTRIBUTES = frozenset({
    "aria-hidden", "aria-label", "aria-labelledby", "charset", "class", "colspan", "content", "cx", "cy", "d",
    "datetime", "fill", "height", "href", "id", "lang", "name", "points", "r", "rel", "role", "rowspan", "rx", "scope",
    "style", "tabindex", "target", "text-anchor", "transform", "viewBox", "width", "x", "x1", "x2", "y", "y1", "y2",
})  # fmt: skip
CAPITALS = {"view-box": "viewBox"}
LINKS = ("#", "https://")


def tag(name: str, /, *children: Node, **attributes: str | float | None) -> Html:
    """`tag("p", "1 < 2", class_="note")`. A trailing `_` is dropped and `_` is written `-`; None leaves an attribute
    out. Raises WrongMarkupError."""
    if name not in ELEMENTS:
        raise WrongMarkupError(f"<{name}> is not among the elements of the report (core/report/markup.py)")
    opening = f"<{name}{''.join(map(_written, attributes.items()))}>"
    return Html(opening if name in VOID else f"{opening}{rendered(children)}</{name}>")


def placed(value: float) -> str:
    """A place in a drawing, to a tenth: the same on every machine."""
    return f"{value:.1f}".removesuffix(".0")


def _written(attribute: tuple[str, str | float | None]) -> str:
    name, value = attribute
    written = name.rstrip("_").replace("_", "-")
    written = CAPITALS.get(written, written)
    if written not in ATTRIBUTES:
        raise WrongMarkupError(f"the attribute {written} is not among those of the report (core/report/markup.py)")
    if value is None:
        return ""
    told = value if isinstance(value, str) else placed(value)
    if written == "href" and not told.startswith(LINKS):
        raise WrongMarkupError("a link of the report leads to its own parts, or to https://")
    return f' {written}="{escape(shown(told))}"'
