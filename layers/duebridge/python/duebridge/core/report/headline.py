"""The first screen alone, for a dashboard: made with the report, framed when somebody looks."""

from ..desk.html import Html, rendered, styled
from .markup import tag
from .model import Origin, Report
from .page import answers, lender_name, overview
from .reader import Reader, ReportContent


def headline(report: Report, content: ReportContent, locale: str) -> str:
    """In the language of a locale, without its frame: that depends on who looks."""
    reader = content.reader(locale, report.origin)
    words = reader.words
    until = tag("p", words("footer", as_of=reader.day(report.as_of)), " ", _mark(reader), class_="quiet")
    title = tag("header", tag("p", lender_name(report, reader), class_="lender"), tag("h2", words("title")), until)
    return rendered((title, answers(report, reader), overview(report, reader)))


def framed(made: str | None, content: ReportContent, locale: str, *, is_dark: bool, link: str) -> str:
    """What a CloudWatch custom widget shows. Its own styles are off: ours know both themes."""
    reader = content.reader(locale, Origin.REAL)
    words = reader.words
    inside = Html(made) if made is not None else tag("p", words("widget.nothing"))
    opens = tag("p", tag("a", words("widget.open"), href=link, target="_blank", rel="noopener"))
    look = f"dbr dbr-{'dark' if is_dark else 'light'} cwdb-no-default-styles"
    box = tag(
        "div", inside, opens if made is not None else None, class_=look, style="padding:16px", lang=words.language
    )
    return rendered((styled(content.style), box))


def _mark(reader: Reader) -> Html | None:
    return tag("span", reader.mark, class_="mark-word") if reader.mark else None
