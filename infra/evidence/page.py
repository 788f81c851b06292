"""An evidence pack as one page to read and to print, in English or Chinese: no script, nothing from elsewhere.

Everything in it was written by borrowers, operators or lenders, and shows as text, whatever it is.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from duebridge.core.desk.html import Html, Node, element, rendered, styled
from duebridge.core.desk.words import Words
from duebridge.core.money import Money
from duebridge.core.reasoning import SENTENCES, in_full, readable
from infra.content_desk import LANGUAGES, compile_desk
from infra.content_source import TEMPLATES

FOLDER = TEMPLATES / "evidence"
MICROS = 1_000_000
CODED = {
    "hold": "hold",
    "state": "state",
    "text_kind": "kind",
    "reason": "reason",
    "priority": "priority",
    "status": "status",
    "outcome": "outcome",
    "root_cause": "root_cause",
    "account_state": "hold",
}
"""Facts that the desk has words for -> the group of its words."""
APART = frozenset({"body", "body_sha256", "rules", "is_self_declared"})
"""Facts that are shown in their own way."""
IDS = frozenset({"about", "answers_reply", "by", "message", "of_text", "ticket"})
COUNTED = {"text": "texts", "reply": "replies", "ticket": "tickets", "act": "acts", "payment": "payments"}
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""No browser runs or loads anything, even if a mistake let something in."""


def page(pack: Mapping[str, Any], language: str) -> str:
    """The same pack gives the same bytes."""
    writer = _Writer(pack, language)
    title = writer.own("page.title", loan=pack["loan_id"])
    style = (FOLDER / "evidence.css").read_text(encoding="utf-8")
    return "".join(
        [
            f'<!doctype html>\n<html lang="{writer.own.language}">\n<head>\n<meta charset="utf-8">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n',
            f"<title>{rendered(title)}</title>\n{rendered(styled(style))}\n</head>\n<body>\n",
            rendered(writer.whole(title)),
            "\n</body>\n</html>\n",
        ]
    )


def language_of(locale: str) -> str:
    """The page's language for a locale: English where there is no other."""
    return next((each for each in LANGUAGES if each.partition("-")[0] == locale.partition("-")[0]), LANGUAGES[0])


@cache
def words_of(language: str) -> Words:
    """The pack's own words."""
    groups = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return Words(language, {f"{group}.{code}": words for group, of in groups.items() for code, words in of.items()})


@cache
def _desk_words(language: str) -> Words:
    return Words(language, json.loads(compile_desk())["words"][language])


class _Writer:
    """One pack in one language."""

    def __init__(self, pack: Mapping[str, Any], language: str) -> None:
        self.pack = pack
        self.own = words_of(language)
        self.desk = _desk_words(language)
        loan = pack["loan"]
        self.currency = str(loan.get("currency", ""))
        self.zone = ZoneInfo(loan["time_zone"]) if "time_zone" in loan else UTC

    def whole(self, title: str) -> Html:
        """From the loan to the last hash."""
        entries, end = self.pack["entries"], self.pack["end"]
        counts = Counter(entry["kind"] for entry in entries)
        counted = {name: counts[kind] for kind, name in COUNTED.items()}
        limits = [element("li", self.own.of("limit", limit)) for limit in self.pack["limits"]]
        story: Node = [self._entry(entry) for entry in entries]
        return element(
            "main",
            Html(f"<h1>{rendered(title)}</h1>"),
            element("p", self.own("page.counted", **counted), class_="quiet"),
            self._section("about", self._facts(self.pack["loan"]), class_="card about"),
            self._section("limits", element("ul", limits), class_="card limits"),
            element("h2", self.own("page.story")),
            element("ol", story, class_="story") if entries else element("p", self.own("page.nothing")),
            self._section(
                "chain",
                element("p", self.own("page.chain_how")),
                element("p", self.own("page.version_how")),
                self._list(
                    [
                        (self.own("page.entries"), str(end["entries"])),
                        (self.own("page.last_hash"), element("span", end["hash"], class_="hash")),
                    ]
                ),
                class_="card chain",
            ),
        )

    def _section(self, name: str, *inside: Node, class_: str) -> list[Html]:
        heading = self.own(f"page.{name}")
        return [element("h2", heading), element("section", *inside, class_=class_, aria_label=heading)]

    def _entry(self, entry: Mapping[str, Any]) -> Html:
        facts = entry["facts"]
        return element(
            "li",
            element(
                "div",
                element("span", f"{entry['number']}", class_="number"),
                element("h3", self.own.of("entry", entry["kind"])),
                self._when(entry),
                class_="head",
            ),
            self._words(facts),
            self._facts(facts),
            self._trace(entry["kind"], facts.get("rules", [])),
            element("div", f"{entry['source']} · {entry['hash']}", class_="hash link"),
            class_=entry["kind"],
        )

    def _words(self, facts: Mapping[str, Any]) -> list[Html]:
        """Exactly what was said, and its hash."""
        if "body" not in facts:
            return []
        hashed = element("div", f"SHA-256 {facts['body_sha256']}", class_="hash link")
        return [element("div", facts["body"], class_="words", dir="auto"), hashed]

    def _when(self, entry: Mapping[str, Any]) -> Html:
        at = datetime.fromisoformat(entry["at"])
        if entry["kind"] == "experiment":
            return element("small", f"{at:%Y-%m-%d}")
        local = self.own("page.local", time=f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}")
        return element("small", element("time", f"{at:%Y-%m-%d %H:%M:%S} UTC", datetime=entry["at"]), f" · {local}")

    def _trace(self, kind: str, rules: list[str]) -> Html | None:
        if not rules:
            return None
        heading = self.own("page.trace" if kind == "text" else "page.trace_held")
        lines = [element("li", self._rule(note)) for note in rules]
        return element("div", element("small", heading), element("ul", lines, class_="trace"))

    def _rule(self, note: str) -> str:
        """A kept answer; one of an unknown code comes as it is."""
        code, _, figure = note.partition("=")
        words = self.own.known("trace", code)
        if words is None or code not in SENTENCES:
            return in_full(note)
        return words.replace("{figure}", self.desk.known("hold", figure) or readable(figure))

    def _facts(self, facts: Mapping[str, Any]) -> Html:
        shown = [
            (self.own.of("fact", name), self._value(name, value, facts))
            for name, value in facts.items()
            if name not in APART
        ]
        return self._list(shown)

    def _list(self, facts: list[tuple[str, Node]]) -> Html:
        return element("dl", [[element("dt", name), element("dd", value)] for name, value in facts])

    def _value(self, name: str, value: Any, facts: Mapping[str, Any]) -> Node:
        if name in IDS:
            return element("span", str(value), class_="hash")
        if name == "who":
            return self._who(str(value), is_self_declared=facts.get("is_self_declared", False))
        if name == "labels":
            return ", ".join(self.desk.of("label", label) for label in value)
        if name == "options":
            return element("ol", [element("li", "; ".join(self._parts(parts))) for parts in value], class_="options")
        if name == "price_micros":
            return f"USD {value / MICROS:.4f}"
        if name == "arrangement_status":
            return self.own.of(name, str(value))
        if name in CODED:
            return self._coded(name, str(value))
        if name.endswith("_minor"):
            return self._money(value)
        if name.endswith("_at"):
            return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M} UTC"
        if isinstance(value, bool):
            return self.own("page.yes")
        return "; ".join(map(str, value)) if isinstance(value, list) else str(value)

    def _who(self, who: str, *, is_self_declared: bool) -> str:
        if is_self_declared:
            return self.own("page.self_declared", who=who)
        return self.own("page.borrower")

    def _coded(self, name: str, code: str) -> str:
        """The code stands beside its words: it is what the row says."""
        words = self.desk.known(CODED[name], code.lower())
        return f"{words} ({code})" if words and words != code else code

    def _parts(self, parts: list[Mapping[str, Any]]) -> Iterator[str]:
        for part in parts:
            yield self.own("page.part", amount=self._money(part["amount_minor"]), day=part["pay_on"])

    def _money(self, minor: int) -> str:
        return f"{Money(minor, self.currency).decimal_text} {self.currency}"
