"""`duebridge lint` finds what may not go out, with the longest values, before anybody is texted."""

from copy import replace

import pytest

from duebridge.core.content import Content
from duebridge.core.errors import ContentError
from duebridge.core.message import template_version
from infra.cli import lint
from infra.cli.lint import Finding, content_findings, lender_findings, word_findings
from infra.cli.worst_case import outgoing
from infra.content import lenders
from tests.builders import the_content
from tests.cli.asking import run

DEMAND, REMINDER, HELP = "unified/days-16-30", "unified/reminder", "answers/help"

BRIEF = {
    (REMINDER, "zh-CN"): "【{{ lender }}】{{ name }}{{ product }}{{ arrears }}{{ due }}{{ phone }}{{ stop }}",
    (DEMAND, "zh-CN"): (
        "【{{ lender }}】{{ name }}{{ product }}{{ principal }}{{ payments_left }}{{ arrears }}{{ pay_by }}"
        "{{ phone }}{{ stop }}"
    ),
    (REMINDER, "en"): "{{ lender }}: {{ name }} {{ product }} {{ arrears }} {{ due }} {{ phone }} {{ stop }}",
    (DEMAND, "en"): (
        "{{ lender }}: {{ name }} {{ product }} {{ principal }} {{ payments_left }} {{ arrears }} {{ pay_by }} "
        "{{ phone }} {{ stop }}"
    ),
    (HELP, "zh-CN"): "【{{ lender }}】{{ case }}{{ phone }}{{ hours }}{{ site }}{{ stop }}",
    (HELP, "en"): "{{ lender }}: {{ case }} {{ phone }} {{ hours }} {{ site }} {{ stop }}",
}


def content_with(texts: dict[tuple[str, str], str]) -> Content:
    """The shipped texts, but for a few brief ones that are right, and others that a test is about."""
    shipped = the_content()
    changed = {
        (name, locale): replace(shipped.templates[name, locale], source=source, version=template_version(source))
        for (name, locale), source in (BRIEF | texts).items()
    }
    return replace(shipped, templates={**shipped.templates, **changed})


def found(texts: dict[tuple[str, str], str]) -> list[Finding]:
    """What is wrong with them."""
    known = {(name, locale) for name, locale in BRIEF}
    files = {f"templates/sms/{locale}/{name}.txt" for name, locale in known}
    return [each for each in content_findings(content_with(texts), "templates/lenders/a.yaml") if each.file in files]


def codes(texts: dict[tuple[str, str], str]) -> set[str]:
    """The codes of the findings."""
    return {finding.code for finding in found(texts)}


def test_texts_that_are_right_have_no_findings() -> None:
    assert found({}) == []


def test_the_shipped_texts_have_no_error() -> None:
    assert [finding for name in lenders() for finding in lender_findings(name) if finding.is_error] == []


WRONG = [
    pytest.param(DEMAND, "en", "{{ lender }}: ", "", "no_lender", id="no lender"),
    pytest.param(DEMAND, "en", "{{ phone }} ", "", "no_phone", id="no phone"),
    pytest.param(DEMAND, "en", " {{ stop }}", "", "no_stop_line", id="no stop line"),
    pytest.param(REMINDER, "en", " {{ stop }}", "", "no_stop_line", id="no stop line before the due date"),
    pytest.param(HELP, "en", "{{ phone }}", "us", "no_phone", id="an answer without a phone"),
    pytest.param(DEMAND, "en", "{{ arrears }} ", "", "missing_clause", id="no amount"),
    pytest.param(
        DEMAND, "en", "{{ payments_left }} ", "", "missing_clause", id="no remaining term in the first demand"
    ),
    pytest.param(HELP, "en", "{{ stop }}", "{{ stop }} 😀", "not_gsm7", id="emoji"),
    pytest.param(HELP, "en", ": ", ":  ", "double_space", id="two spaces"),
    pytest.param(HELP, "en", "{{ stop }}", "{{ stop }} {{ pin }}", "unknown_variable", id="unknown variable"),
    pytest.param(HELP, "en", "{{ stop }}", "{{ stop }} {{ pay_by }}", "unknown_variable", id="not for answers"),
    pytest.param(HELP, "en", "{{ stop }}", "{{ stop", "render_error", id="a tag that does not close"),
    pytest.param(HELP, "en", "{{ stop }}", "{{ stop }}{% include 'x' %}", "render_error", id="no such template"),
    pytest.param(HELP, "en", "{{ stop }}", "{{ stop }}{{ 1 / 0 }}", "render_error", id="division by zero"),
    pytest.param(DEMAND, "zh-CN", "{{ stop }}", "{{ stop }}【急】", "brackets", id="brackets in the body"),
    pytest.param(HELP, "zh-CN", "{{ stop }}", "{{ stop }}【】", "brackets", id="brackets at the end"),
    pytest.param(
        DEMAND, "zh-CN", "{{ stop }}", "{{ stop }}" + "还" * 134, "too_many_segments", id="Chinese of 3 parts"
    ),
    pytest.param(DEMAND, "en", "{{ stop }}", "{{ stop }}" + "a" * 306, "too_many_segments", id="English of 3 parts"),
]


@pytest.mark.parametrize(("name", "locale", "part", "changed", "code"), WRONG)
def test_a_wrong_text_is_found(name: str, locale: str, part: str, changed: str, code: str) -> None:
    source = BRIEF[name, locale]
    assert part in source
    findings = found({(name, locale): source.replace(part, changed)})
    assert {finding.file for finding in findings} == {f"templates/sms/{locale}/{name}.txt"}
    assert code in {finding.code for finding in findings if finding.is_error}


def test_a_text_above_its_own_budget_is_a_warning() -> None:
    later = BRIEF[DEMAND, "en"] + "{% if not is_first %}" + "a" * 160 + "{% endif %}"
    assert codes({(DEMAND, "en"): BRIEF[DEMAND, "en"] + "{% if is_first %}" + "a" * 160 + "{% endif %}"}) == set()
    findings = found({(DEMAND, "en"): later})
    assert {finding.code for finding in findings} == {"not_brief"}
    assert not any(finding.is_error for finding in findings)


def test_a_missing_text_is_found() -> None:
    content = content_with({})
    templates = {key: each for key, each in content.templates.items() if key != (DEMAND, "zh-CN")}
    findings = content_findings(replace(content, templates=templates), "")
    assert ("templates/sms/zh-CN/unified/days-16-30.txt", "render_error") in {(f.file, f.code) for f in findings}


def test_an_office_that_cannot_be_measured_is_found() -> None:
    content = content_with({})
    elsewhere = replace(content.lender.offices["EU"], phone="01 23 45 67 89")
    content = replace(content, lender=replace(content.lender, offices={**content.lender.offices, "FR": elsewhere}))
    findings = [each for each in content_findings(content, "a.yaml") if each.code == "not_measured"]
    assert [finding.file for finding in findings] == ["a.yaml"]


def test_reply_is_not_asked_for_where_replies_do_not_arrive() -> None:
    asks = BRIEF[DEMAND, "en"].replace("{{ stop }}", "Reply with a day. {{ stop }}")
    found_words = {(each.code, each.text[:5]) for each in word_findings(content_with({(DEMAND, "en"): asks}))}
    assert ("unreachable_reply", "to IN") in found_words
    assert ("unreachable_reply", "to US") not in found_words


def test_every_text_of_a_lender_is_rendered_for_every_place_that_can_get_it() -> None:
    content = the_content()
    texts = list(outgoing(content))
    assert {text.country for text in texts} == {"CN", "US", "GB", "IN", "DE"}
    used = {step.template for scheme in content.strategy.schemes for step in scheme.steps}
    used |= {template.name for template in content.templates.values() if template.purpose == "answer"}
    assert {text.template for text in texts} == used


def test_a_demand_is_measured_with_all_that_it_ever_says() -> None:
    first = [text for text in outgoing(the_content()) if text.kind == "demand" and text.is_first]
    assert first
    for text in first:
        body = text.render().body
        assert any(left in body for left in ("60", "72", "48")), "payments left are named"


def test_content_that_does_not_compile_is_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_lender: str) -> str:
        raise ContentError("templates/policies/US.yaml: US has a policy already")

    monkeypatch.setattr(lint, "compile_content", refuse)
    assert list(lender_findings("a")) == [Finding("templates/policies/US.yaml", "content", "US has a policy already")]


def test_each_finding_is_a_line_and_an_error_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    error, warning = Finding("a.txt", "brackets", "no"), Finding("b.txt", "not_brief", "long", is_error=False)
    monkeypatch.setattr(lint, "lender_findings", lambda _lender: iter([error, warning, error]))
    result = run("lint")
    assert result.exit_code == 1
    assert result.stdout == "a.txt: brackets: no\nb.txt: not_brief: (warning) long\n"
    monkeypatch.setattr(lint, "lender_findings", lambda _lender: iter([warning]))
    assert run("lint").exit_code == 0
