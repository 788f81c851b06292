"""What the CloudWatch console lets through of a custom widget, as a check.

Scripts are stripped, `iframe` and `use` removed, and what acts is a `cwdb-action` right after its element.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

FORBIDDEN = {"script", "iframe", "use", "object", "embed", "link", "meta", "base", "html", "head", "body", "img", "svg"}
KNOWN = {
    "style", "main", "header", "footer", "section", "nav", "article", "aside", "div", "span", "p", "h2", "h3", "h4",
    "strong", "em", "small", "time", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td",
    "form", "fieldset", "legend", "label", "input", "select", "option", "textarea", "button", "details", "summary",
    "cwdb-action",
}  # fmt: skip
VOID = {"input"}
ACTION_ATTRIBUTES = {"action", "confirmation", "display", "endpoint", "event"}
FIELDS = {"input", "select", "textarea"}
DISPLAYS = {"popup", "widget"}


@dataclass
class Click:
    """A `cwdb-action` and the element that it acts on."""

    words: str
    endpoint: str
    confirmation: str
    parameters: dict[str, Any]


@dataclass
class Page:
    """What a page was found to hold."""

    faults: list[str] = field(default_factory=list)
    clicks: list[Click] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    """By name: what a form would send as it stands."""
    text: str = ""

    def click(self, words: str, number: int = 0) -> Click:
        """The click on a button with these words."""
        return [click for click in self.clicks if click.words == words][number]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[str] = []
        self._before = ""
        self._before_words = ""
        self._words = ""
        self._action: dict[str, str] | None = None
        self._json = ""
        self._ids: Counter[str] = Counter()
        self._labels: set[str] = set()
        self._described: set[str] = set()
        self._field_ids: set[str] = set()
        self._headings: list[str] = []
        self._select, self._is_chosen = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        fault = self.page.faults.append
        if tag in FORBIDDEN or tag not in KNOWN:
            fault(f"<{tag}> is not let through")
        for name, value in given.items():
            if name.startswith("on") or value.strip().lower().startswith(("javascript:", "data:")):
                fault(f"<{tag} {name}> is a script")
            if name in ("href", "src", "style", "srcdoc", "formaction"):
                fault(f"<{tag} {name}> leads out of the widget")
        if self._action is not None:
            fault(f"<{tag}> stands in the parameters of an action")
        if tag == "cwdb-action":
            self._start_action(given)
        if "id" in given:
            self._ids[given["id"]] += 1
        if tag == "label":
            self._labels.add(given.get("for", ""))
        if "aria-describedby" in given:
            self._described.add(given["aria-describedby"])
        if tag in FIELDS:
            self._field_ids.add(given.get("id", ""))
            self.page.fields[given.get("name", "")] = given.get("value", "")
            self._select, self._is_chosen = (given.get("name", "") if tag == "select" else ""), False
        if tag == "option" and self._select and ("selected" in given or not self._is_chosen):
            # A browser sends the first option where none is selected.
            self.page.fields[self._select], self._is_chosen = given.get("value", ""), True
        if tag == "button" and given.get("type") != "button":
            fault("a button without type=button would send its form")
        if tag in ("h2", "h3", "h4"):
            self._headings.append(tag)
        if tag not in VOID:
            self._open.append(tag)
        self._words = ""

    def _start_action(self, given: dict[str, str]) -> None:
        fault = self.page.faults.append
        if not self._before:
            fault("an action without an element just before it")
        if set(given) - ACTION_ATTRIBUTES:
            fault(f"an action has unknown attributes: {sorted(set(given) - ACTION_ATTRIBUTES)}")
        if given.get("action") != "call" or not given.get("endpoint", "").startswith("arn:"):
            fault("an action calls no function")
        if given.get("display", "widget") not in DISPLAYS:
            fault("an action is displayed nowhere")
        self._action, self._json = given, ""

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.page.faults.append(f"</{tag}> closes something else")
        if tag == "cwdb-action" and self._action is not None:
            self._end_action(self._action)
            self._action = None
        self._before, self._before_words = tag, self._words

    def _end_action(self, given: dict[str, str]) -> None:
        try:
            parameters = json.loads(self._json)
        except ValueError:
            self.page.faults.append("an action's parameters are no JSON")
            return
        self.page.clicks.append(
            Click(self._before_words, given.get("endpoint", ""), given.get("confirmation", ""), parameters)
        )

    def handle_data(self, data: str) -> None:
        if self._action is not None:
            self._json += data
            return
        if data.strip():
            self._before = ""
        self._words += data
        if "style" not in self._open:
            self.page.text += data

    def handle_comment(self, _data: str) -> None:
        self.page.faults.append("a comment, which may hide something")

    def close(self) -> None:
        super().close()
        fault = self.page.faults.append
        if self._open:
            fault(f"never closed: {self._open}")
        for name, count in self._ids.items():
            if count > 1:
                fault(f"id {name} stands {count} times")
        if missing := self._field_ids - self._labels:
            fault(f"fields without a label: {sorted(missing)}")
        if missing := self._described - set(self._ids):
            fault(f"descriptions that are not there: {sorted(missing)}")
        if not self._headings or self._headings[0] != "h2":
            fault("the first heading is not the page's")


def read_page(html: str) -> Page:
    """What a page holds, and everything in it that the console or a screen reader would not take."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page
