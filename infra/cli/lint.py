"""`duebridge lint`: whether the shipped texts may go out as they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import click
from jinja2 import UndefinedError

from duebridge.adapters.content import parse
from duebridge.core import segments
from duebridge.core.content import Content, Lender
from duebridge.core.errors import ContentError
from duebridge.core.message import Rendered
from duebridge.core.strategy import ASKS_FOR_PAYMENT, Kind
from infra.cli.shipped_content import lenders
from infra.cli.worst_case import Outgoing, outgoing
from infra.content import compile_content

MOST_SEGMENTS = 2
BRIEF_SEGMENTS = 1
"""What a reminder before the due date and an answer should cost."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in templates/ that is wrong, or that costs more than it should."""

    file: str
    code: str
    text: str
    is_error: bool = True

    def __str__(self) -> str:
        return f"{self.file}: {self.code}: {'' if self.is_error else '(warning) '}{self.text}"


@click.command()
def lint() -> None:
    """Checks the shipped texts of every lender with the longest values of the sample loan book.

    One line for each finding: file, code, what is wrong and how to mend it. Exit 1 if one of them is an error; a
    warning names a text that costs more message parts than it should.

    \b
    Example:
      duebridge lint
      templates/sms/en/demand.txt: no_stop_line: to US as en-US: add {{ stop }}
    """
    found = list(dict.fromkeys(finding for lender in lenders() for finding in lender_findings(lender)))
    for finding in found:
        click.echo(str(finding))
    errors = sum(finding.is_error for finding in found)
    click.echo(f"{len(lenders())} lenders: {errors} errors, {len(found) - errors} warnings", err=True)
    if errors:
        raise click.exceptions.Exit(1)


def lender_findings(lender: str) -> Iterator[Finding]:
    """All that is wrong with one lender's content."""
    try:
        content = parse(compile_content(lender))
    except ContentError as error:
        file, _, what = str(error).partition(": ")
        yield Finding(file, "content", what)
        return
    yield from content_findings(content, f"templates/lenders/{lender}.yaml")


def content_findings(content: Content, lender_file: str) -> Iterator[Finding]:
    """What is wrong with content that compiles."""
    for template in content.templates.values():
        if "  " in template.source:
            file = f"templates/sms/{template.locale}/{template.name}.txt"
            yield Finding(file, "double_space", "two spaces in a row; leave one")
    texts = list(outgoing(content))
    for country in sorted(set(content.lender.offices) - {text.country for text in texts}):
        yield Finding(lender_file, "not_measured", f"no sample loan is from {country}; add one to the sample loan book")
    for text in texts:
        yield from _text_findings(text, content)


def _text_findings(text: Outgoing, content: Content) -> Iterator[Finding]:
    file = f"templates/sms/{_template_locale(text, content)}/{text.template}.txt"
    where = f"to {text.country} as {text.locale}"
    try:
        rendered = text.render()
    except ContentError as error:
        if isinstance(error.__cause__, UndefinedError):
            yield Finding(file, "unknown_variable", f"{where}: {error}; use only the variables of the other texts")
        else:
            yield Finding(file, "render_error", f"{where}: {error}; correct the template or the lender's file")
        return
    yield from (Finding(file, code, f"{where}: {what}") for code, what in _faults(rendered.body, text, content.lender))
    yield from _cost(file, where, rendered, text.kind)


def _template_locale(text: Outgoing, content: Content) -> str:
    try:
        return content.template(text.template, text.locale).locale
    except ContentError:
        return text.locale


def _faults(body: str, text: Outgoing, lender: Lender) -> Iterator[tuple[str, str]]:
    """Codes, with what is wrong and how to mend it."""
    office = lender.offices[text.country]
    name = _spoken(lender.names, text.locale)
    if name not in body:
        yield "no_lender", "the lender is not named; add {{ lender }}"
    if office.phone not in body:
        yield "no_phone", "no way to reach a person; add {{ phone }}"
    if text.kind in ASKS_FOR_PAYMENT and _spoken(office.stop_line, text.locale) not in body:
        yield "no_stop_line", "it does not say how to stop; add {{ stop }}"
    if text.locale.startswith("zh"):
        if any(bracket in body.removeprefix(f"【{name}】") for bracket in "【】"):
            yield "brackets", "【】 belong to the signature at the head alone; write other brackets in the text"
    elif misfits := segments.misfits(body):
        listed = " ".join(f"U+{ord(character):04X}" for character in misfits)
        yield "not_gsm7", f"{listed} more than doubles the bill of an English text; write another character"


def _cost(file: str, where: str, rendered: Rendered, kind: Kind) -> Iterator[Finding]:
    bill = segments.count(rendered.body)
    what = f"{where}: {bill.segments} message parts ({bill.units} units of {bill.encoding}) with the longest values"
    if bill.segments > MOST_SEGMENTS:
        yield Finding(file, "too_many_segments", f"{what}; shorten it to {MOST_SEGMENTS}")
    elif kind is not Kind.DEMAND and bill.segments > BRIEF_SEGMENTS:
        yield Finding(file, "not_brief", f"{what}; shorten it to {BRIEF_SEGMENTS}", is_error=False)


def _spoken(by_locale: Mapping[str, str], locale: str) -> str:
    """As the text was rendered, which has found words for the locale or failed."""
    return segments.fold(by_locale.get(locale) or by_locale[locale.split("-")[0]])
