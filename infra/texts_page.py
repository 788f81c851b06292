"""Writes two pages of all outgoing texts for review, one Chinese, one English: `python -m infra.texts_page`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from duebridge.adapters.content import parse
from duebridge.core.content import Content
from duebridge.core.segments import count
from infra.cli.worst_case import Outgoing, outgoing
from infra.content import compile_content, lenders

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES = {
    "zh": (
        DOCS / "texts.zh-CN.md",
        "# 全部对外短信",
        "由 `python -m infra.texts_page` 根据 `templates/` 生成，请勿手改。每条均以样本中最长的取值渲染，"
        "因此条数是上限；价格为每条的数量级，实际以 AWS 价目表为准。",
        "计费条数",
        "首次提醒",
        "后续提醒",
    ),
    "en": (
        DOCS / "texts.en.md",
        "# All outgoing texts",
        "Written by `python -m infra.texts_page` from `templates/`; do not edit. Each text is shown with the longest "
        "values of the sample, so its parts are a bound; prices are orders of magnitude until AWS's own list was read.",
        "parts",
        "first demand of an episode",
        "later demand",
    ),
}


def main() -> None:
    """With `--check`, writes nothing and exits with 1 when a page is not what templates/ would give."""
    is_check = "--check" in sys.argv[1:]
    stale = [path for path, page in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != page]
    if is_check and stale:
        raise SystemExit(f"{', '.join(path.name for path in stale)}: run python -m infra.texts_page")
    if not is_check:
        for path, page in pages().items():
            path.write_text(page, encoding="utf-8")


def pages() -> dict[Path, str]:
    """Path -> page."""
    contents = [parse(compile_content(lender)) for lender in lenders()]
    return {PAGES[language][0]: "\n".join(_page(language, contents)) + "\n" for language in PAGES}


def _page(language: str, contents: list[Content]) -> Iterator[str]:
    _, title, note, _, _, _ = PAGES[language]
    yield from (title, "", note)
    for content in contents:
        spoken = content.lender.names["zh-CN" if language == "zh" else "en"]
        yield from ("", f"## {spoken} ({content.lender.family})")
        shown = ""
        for text in sorted(outgoing(content), key=lambda text: (text.template, not text.is_first, text.country)):
            if not text.locale.startswith(language) or _is_told_already(text, content):
                continue
            if text.template != shown:
                shown = text.template
                yield from ("", f"### {shown}")
            yield from ("", *_entry(text, content, language))


def _is_told_already(text: Outgoing, content: Content) -> bool:
    """English is shown as the United States read it, and elsewhere only where the words differ."""
    return (
        text.locale.startswith("en-")
        and text.country != "US"
        and content.template(text.template, text.locale).locale == "en"
    )


def _entry(text: Outgoing, content: Content, language: str) -> Iterator[str]:
    _, _, _, parts, first, later = PAGES[language]
    rendered = text.render()
    bill = count(rendered.body)
    price = bill.segments * content.office(text.country).price_micros / 1_000_000
    kind = f", {first if text.is_first else later}" if text.kind == "demand" else ""
    yield f"> {rendered.body}"
    yield ""
    yield (
        f"{text.country}{kind}: {bill.segments} {parts} ({bill.units} {bill.encoding}), USD {price:.3f}, "
        f"`{rendered.template.locale}/{rendered.template.name}` {rendered.template.version}"
    )


if __name__ == "__main__":
    main()
