"""`duebridge lint`: whether the shipped texts, or texts from elsewhere, may go out as they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import click
from jinja2 import UndefinedError

from duebridge.adapters.content import parse
from duebridge.core import segments
from duebridge.core.content import Content, Template
from duebridge.core.errors import ContentError
from duebridge.core.lint import Code, LintRules, Purpose, Speaker, Text, speaker_of
from duebridge.core.lint import lint as judge
from duebridge.core.message import Rendered
from duebridge.core.strategy import ASKS_FOR_PAYMENT
from infra.cli.json_lines import Entry, WrongEntryError, answer_lines, optional_text_of, text_of, texts_of
from infra.cli.shipped_content import lenders, shipped_content
from infra.cli.worst_case import Outgoing, outgoing
from infra.content import compile_content
from infra.lint_rules import lint_rules

MOST_SEGMENTS = 2
MEASURED_HERE = frozenset(
    {
        Code.NO_LENDER,
        Code.NO_CONTACT,
        Code.NO_STOP_LINE,
        Code.BRACKETS,
        Code.NOT_GSM7,
        Code.DOUBLE_SPACE,
        Code.TOO_MANY_SEGMENTS,
    }
)
"""For shipped texts these are judged with the longest values, and told with the variable that mends them."""


CLAUSES = {
    "amount": Code.NO_AMOUNT,
    "date": Code.NO_DATE,
    "basis": Code.NO_BASIS,
    "contact": Code.NO_CONTACT,
    "opt_out": Code.NO_STOP_LINE,
}
"""A policy's clause -> the fault of a text without it. The lender is always named."""


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
@click.option("--stdin", is_flag=True, help="Judge the texts on stdin instead of the shipped ones.")
def lint(stdin: bool) -> None:
    """Checks the shipped texts of every lender with the longest values of the sample loan book.

    One line for each finding: file, code, what is wrong and how to mend it. Exit 1 if one of them is an error; a
    warning names a text that costs more message parts than it should.

    With --stdin, reads JSON Lines {"id", "country", "locale", "purpose", "text", "lender", "today"} and writes
    {"id", "errors": [{"code", "message"}]}; no errors mean that the text may go out. The purpose is pre_due, demand
    or answer. lender is {"name", "phones", "domains"}, by default the shipped one; today, such as 2026-03-11, is the
    day of sending, by default the real one. Exit 1 if a line could not be answered; stderr says which and why.

    \b
    Example:
      duebridge lint
      templates/sms/en/demand.txt: no_stop_line: to US as en-US: add {{ stop }}
    """
    if stdin:
        answer_lines(judged)
        return
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
    yield from word_findings(content)


def content_findings(content: Content, lender_file: str) -> Iterator[Finding]:
    """What is wrong with content that compiles."""
    for template in content.templates.values():
        if "  " in template.source:
            file = f"templates/sms/{template.locale}/{template.name}.txt"
            yield Finding(file, "double_space", "two spaces in a row; leave one")
        for clause in template.required + template.required_first:
            if clause != "basis" and not re.search(rf"\b{clause}\b", template.source):
                file = f"templates/sms/{template.locale}/{template.name}.txt"
                yield Finding(file, "missing_clause", f"{{{{ {clause} }}}} is missing, which the catalogue asks for")
    texts = list(outgoing(content))
    measured = [content.office(text.country) for text in texts]
    for name, office in sorted(content.lender.offices.items()):
        if office not in measured:
            yield Finding(
                lender_file, "not_measured", f"no sample loan is from {name}; add one to the sample loan book"
            )
    for text in texts:
        yield from _text_findings(text, content)


def word_findings(content: Content) -> Iterator[Finding]:
    """What the texts must not say, and what a demand forgets to say, whoever wrote them."""
    rules = _rules()
    speakers = {takes_replies: _speaker(content, takes_replies=takes_replies) for takes_replies in (True, False)}
    for outgoing_text in outgoing(content):
        try:
            body = outgoing_text.render().body
        except ContentError:
            continue  # told by content_findings
        text = Text(
            body=body,
            country=outgoing_text.country,
            locale=outgoing_text.locale,
            purpose=Purpose(outgoing_text.kind),
            speaker=speakers[content.office(outgoing_text.country).reply_to == "same"],
            today=None,
            waived=_waived(content, outgoing_text.country, Purpose(outgoing_text.kind)),
        )
        file = f"templates/sms/{_template_locale(outgoing_text, content)}/{outgoing_text.template}.txt"
        for fault in judge(text, rules):
            if fault.code not in MEASURED_HERE:
                yield Finding(file, fault.code, f"to {text.country} as {text.locale}: {fault.message}")


def judged(entry: Entry) -> dict[str, object]:
    """The answer to one text on stdin. Raises WrongEntryError."""
    today = optional_text_of(entry, "today")
    text = Text(
        body=text_of(entry, "text"),
        country=text_of(entry, "country"),
        locale=text_of(entry, "locale"),
        purpose=_purpose(text_of(entry, "purpose")),
        speaker=_stated_speaker(entry),
        today=_day(today) if today else datetime.now(UTC).date(),
        is_today_stated=bool(today),
        waived=_waived(shipped_content(), text_of(entry, "country"), _purpose(text_of(entry, "purpose"))),
    )
    return {"errors": [{"code": fault.code, "message": fault.message} for fault in judge(text, _rules())]}


@cache
def _rules() -> LintRules:
    policies = shipped_content().policies
    return lint_rules(country for country in policies if "-" not in country)


def _waived(content: Content, country: str, purpose: Purpose) -> frozenset[Code]:
    """Clauses that no policy of the country asks of this purpose; an unknown country is a fault of its own."""
    policies = content.policies_for(country, None, datetime.now(UTC))
    asked = {clause for policy in policies for clause in policy.required.get(purpose, ())}
    return frozenset(code for clause, code in CLAUSES.items() if policies and clause not in asked)


def _speaker(content: Content, *, takes_replies: bool = True) -> Speaker:
    """Its own numbers, where replies go, and the helplines that it names."""
    lender = content.lender
    phones: list[str] = []
    for office in lender.offices.values():
        phones += [office.phone, office.reply_to, *office.complaint_body.values(), *office.crisis_line.values()]
    return speaker_of(
        [lender.name, *lender.names.values()],
        phones,
        [office.site for office in lender.offices.values()],
        takes_replies=takes_replies,
    )


@cache
def _shipped_speaker() -> Speaker:
    return _speaker(shipped_content())


def _stated_speaker(entry: Entry) -> Speaker:
    lender = entry.get("lender")
    if lender is None:
        return _shipped_speaker()
    if not isinstance(lender, dict):
        raise WrongEntryError('lender: another kind of value; write {"name": "...", "phones": [...], "domains": [...]}')
    return speaker_of([text_of(lender, "name")], texts_of(lender, "phones"), texts_of(lender, "domains"))


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(text)
    except ValueError:
        raise WrongEntryError(f"purpose: not known; write one of {', '.join(Purpose)}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongEntryError("today: no date; write it as in 2026-03-11") from None


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
    template = content.template(text.template, text.locale)
    faults = _faults(rendered.body, text, content, template)
    yield from (Finding(file, code, f"{where}: {what}") for code, what in faults)
    yield from _cost(file, where, rendered, template.segments if text.is_first else template.later_segments)


def _template_locale(text: Outgoing, content: Content) -> str:
    try:
        return content.template(text.template, text.locale).locale
    except ContentError:
        return text.locale


def _faults(body: str, text: Outgoing, content: Content, template: Template) -> Iterator[tuple[str, str]]:
    """Codes, with what is wrong and how to mend it."""
    office = content.office(text.country)
    name = _spoken(content.lender.names, text.locale)
    if name not in body:
        yield "no_lender", "the lender is not named; add {{ lender }}"
    if "phone" in template.required and office.phone not in body:
        yield "no_phone", "no way to reach a person; add {{ phone }}"
    if text.kind in ASKS_FOR_PAYMENT and _spoken(office.stop_line, text.locale) not in body:
        yield "no_stop_line", "it does not say how to stop; add {{ stop }}"
    if text.locale.startswith("zh"):
        if any(bracket in body.removeprefix(f"【{name}】") for bracket in "【】"):
            yield "brackets", "【】 belong to the signature at the head alone; write other brackets in the text"
    elif misfits := segments.misfits(body):
        listed = " ".join(f"U+{ord(character):04X}" for character in misfits)
        yield "not_gsm7", f"{listed} more than doubles the bill of an English text; write another character"


def _cost(file: str, where: str, rendered: Rendered, budget: int) -> Iterator[Finding]:
    bill = segments.count(rendered.body)
    what = f"{where}: {bill.segments} message parts ({bill.units} units of {bill.encoding}) with the longest values"
    if bill.segments > MOST_SEGMENTS:
        yield Finding(file, "too_many_segments", f"{what}; shorten it to {budget}")
    elif bill.segments > budget:
        mend = f"{what}; shorten it to {budget}, or give it more in templates/sms/catalogue.yaml"
        yield Finding(file, "not_brief", mend, is_error=False)


def _spoken(by_locale: Mapping[str, str], locale: str) -> str:
    """As the text was rendered, which has found words for the locale or failed."""
    return segments.fold(by_locale.get(locale) or by_locale[locale.split("-")[0]])
