"""`duebridge lint` finds what may not go out, with the longest values, before anybody is texted."""

from dataclasses import replace

import pytest

from duebridge.core.content import Content, Template
from duebridge.core.errors import ContentError
from duebridge.core.message import template_version
from infra.cli import lint
from infra.cli.lint import Finding, content_findings, lender_findings
from infra.cli.worst_case import outgoing
from tests.builders import the_content
from tests.cli.asking import run

BRIEF = {
    ("reminder", "zh-CN"): "【{{ lender }}】{{ arrears }}将到期{{ phone }}{{ stop }}",
    ("demand", "zh-CN"): "【{{ lender }}】{{ name }}{{ arrears }}{{ phone }}{{ stop }}",
    ("demand-firm", "zh-CN"): "【{{ lender }}】{{ name }}{{ arrears }}{{ phone }}{{ stop }}",
    ("reminder", "en"): "{{ lender }}: {{ arrears }} {{ phone }} {{ stop }}",
    ("demand", "en"): "{{ lender }}: {{ arrears }} {{ phone }} {{ stop }}",
    ("demand-firm", "en"): "{{ lender }}: {{ arrears }} {{ phone }} {{ stop }}",
    ("help", "zh-CN"): "【{{ lender }}】{{ phone }}",
    ("help", "en"): "{{ lender }}: {{ phone }}",
}


def content_with(texts: dict[tuple[str, str], str]) -> Content:
    """The project's own rules with a few brief texts that are right, and others that a test is about."""
    templates = {
        (name, locale): Template(name, locale, template_version(source), source)
        for (name, locale), source in (BRIEF | texts).items()
    }
    return replace(the_content(), templates=templates)


def found(texts: dict[tuple[str, str], str]) -> list[Finding]:
    """What is wrong with them."""
    return list(content_findings(content_with(texts), "templates/lenders/a.yaml"))


def codes(texts: dict[tuple[str, str], str]) -> set[tuple[str, str]]:
    """File and code of each finding."""
    return {(finding.file, finding.code) for finding in found(texts)}


def test_texts_that_are_right_have_no_findings() -> None:
    assert found({}) == []


WRONG = [
    pytest.param("demand", "en", "{{ arrears }} {{ phone }} {{ stop }}", "no_lender", id="no lender"),
    pytest.param("demand", "en", "{{ lender }}: {{ arrears }} {{ stop }}", "no_phone", id="no phone"),
    pytest.param("demand", "en", "{{ lender }}: {{ arrears }} {{ phone }}", "no_stop_line", id="no stop line"),
    pytest.param("reminder", "en", "{{ lender }}: {{ phone }}", "no_stop_line", id="no stop line before the due date"),
    pytest.param("help", "en", "{{ lender }}: call us", "no_phone", id="an answer without a phone"),
    pytest.param("help", "en", "{{ lender }}: {{ phone }} 😀", "not_gsm7", id="emoji"),
    pytest.param("help", "en", "{{ lender }}:  {{ phone }}", "double_space", id="two spaces"),
    pytest.param("help", "en", "{{ lender }}: {{ phone }} {{ pin }}", "unknown_variable", id="unknown variable"),
    pytest.param("help", "en", "{{ lender }}: {{ phone }} {{ pay_by }}", "unknown_variable", id="not for answers"),
    pytest.param("help", "en", "{{ lender }}: {{ phone", "render_error", id="a tag that does not close"),
    pytest.param("help", "en", "{{ lender }}: {{ phone }} {% include 'x' %}", "render_error", id="no such template"),
    pytest.param("help", "en", "{{ lender }}: {{ phone }} {{ 1 / 0 }}", "render_error", id="division by zero"),
    pytest.param("demand", "zh-CN", BRIEF["demand", "zh-CN"] + "【急】", "brackets", id="brackets in the body"),
    pytest.param("help", "zh-CN", "请看{{ phone }}【{{ lender }}】", "brackets", id="a signature at the end"),
    pytest.param(
        "demand", "zh-CN", BRIEF["demand", "zh-CN"] + "还" * 134, "too_many_segments", id="Chinese of 3 parts"
    ),
    pytest.param("demand", "en", BRIEF["demand", "en"] + "a" * 306, "too_many_segments", id="English of 3 parts"),
]


@pytest.mark.parametrize(("name", "locale", "source", "code"), WRONG)
def test_a_wrong_text_is_found(name: str, locale: str, source: str, code: str) -> None:
    findings = found({(name, locale): source})
    assert {(finding.file, finding.code) for finding in findings} == {(f"templates/sms/{locale}/{name}.txt", code)}
    assert all(finding.is_error for finding in findings)


def test_an_answer_of_two_parts_is_a_warning_and_a_demand_of_two_is_not() -> None:
    assert codes({("demand", "en"): BRIEF["demand", "en"] + "a" * 160}) == set()
    findings = found({("help", "en"): BRIEF["help", "en"] + "a" * 160})
    assert {finding.code for finding in findings} == {"not_brief"}
    assert not any(finding.is_error for finding in findings)


def test_a_missing_text_is_found() -> None:
    content = content_with({})
    templates = {key: each for key, each in content.templates.items() if key != ("help", "zh-CN")}
    findings = list(content_findings(replace(content, templates=templates), ""))
    assert [(finding.file, finding.code) for finding in findings] == [("templates/sms/zh-CN/help.txt", "render_error")]


def test_a_country_that_cannot_be_measured_is_found() -> None:
    content = content_with({})
    offices = {**content.lender.offices, "FR": content.lender.offices["DE"]}
    content = replace(content, lender=replace(content.lender, offices=offices))
    (finding,) = content_findings(content, "templates/lenders/a.yaml")
    assert (finding.file, finding.code) == ("templates/lenders/a.yaml", "not_measured")


def test_every_template_is_rendered_for_every_country_that_can_get_it() -> None:
    content = the_content()
    texts = list(outgoing(content))
    assert {text.country for text in texts} == set(content.lender.offices)
    assert {(text.template, content.template(text.template, text.locale).locale) for text in texts} == set(
        content.templates
    )


def test_a_demand_is_measured_with_all_that_it_ever_says() -> None:
    demands = [text.render().body for text in outgoing(the_content()) if text.template == "demand"]
    assert demands
    assert all("60" in body or "72" in body or "48" in body for body in demands), "payments left are named"


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
