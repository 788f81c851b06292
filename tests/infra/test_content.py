"""Whatever is wrong in templates/ stops the compilation with its file, its line, and how to mend it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from duebridge.adapters.content import parse
from duebridge.core.errors import ContentError
from infra.content import compile_content, lenders
from infra.content_source import TEMPLATES

type Edit = Callable[[str, str, str], None]

STAGES = "strategies/stages.yaml"
PERSONAL = "strategies/personal.yaml"
UNIFIED = "strategies/unified.yaml"
CATALOGUE = "sms/catalogue.yaml"
FINANCE = "lenders/morning-finance.yaml"
HARDSHIP_4_15 = "{stage: days-4-15, template: personal/hardship/days-4-15, answer_working_days: 7}"
ANSWERS_ENTRY = """  - name: answers/*
    purpose: answer
    required: [lender, phone, stop]
    budget_segments: 1
    countries: *all
    registered: *unregistered
"""
LAST_SEGMENT = "  - segment: default\n"


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


@pytest.fixture
def edit(templates: Path) -> Edit:
    """Changes the one place where a text stands in a file."""

    def replace(name: str, old: str, new: str) -> None:
        file = templates / name
        written = file.read_text(encoding="utf-8")
        assert old in written, "the seeded defect has no place to stand"
        file.write_text(written.replace(old, new, 1), encoding="utf-8")

    return replace


def complaint(templates: Path, lender: str = "morning-finance") -> str:
    with pytest.raises(ContentError) as raised:
        compile_content(lender, templates)
    return str(raised.value)


def assert_is_placed(said: str, templates: Path, name: str, line: str, words: str) -> None:
    """`templates/FILE:LINE: what: mend`, and the line is one on which a reader finds the place."""
    match = re.fullmatch(rf"templates/{re.escape(name)}:(\d+): (.+): (.+)", said, re.DOTALL)
    assert match, said
    written = (templates / name).read_text(encoding="utf-8").splitlines()
    assert line in written[int(match[1]) - 1], said
    assert words in match[2], said


@pytest.mark.parametrize("lender", lenders())
def test_the_shipped_templates_compile(templates: Path, lender: str) -> None:
    assert compile_content(lender, templates) == compile_content(lender)


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "words"),
    [
        pytest.param(
            PERSONAL,
            "personal/hardship/days-4-15,",
            "personal/hardship/days-5-14,",
            "days-5-14",
            "no text personal/hardship/days-5-14",
            id="an unknown template",
        ),
        pytest.param(
            STAGES, "[4, 15]", "[5, 15]", "days-4-15", "a gap: nobody is texted on day 4", id="a gap between stages"
        ),
        pytest.param(
            STAGES, "[4, 15]", "[3, 15]", "days-4-15", "overlaps days-1-3 on day 3", id="an overlap of stages"
        ),
        pytest.param(
            STAGES,
            "[4, 15]",
            "[15, 4]",
            "days-4-15",
            "ends on day 4 before it begins",
            id="a stage that runs backwards",
        ),
        pytest.param(
            STAGES, "kind: pre_due, days", "sort: pre_due, days", "reminder", "`sort` is not known", id="an unknown key"
        ),
        pytest.param(
            PERSONAL,
            "days: [2, 3]",
            "days: [2, 4]",
            "[2, 4]",
            "days 2 to 4 are outside days-1-3",
            id="a step outside its stage",
        ),
        pytest.param(
            PERSONAL,
            "days: [2, 3]",
            "days: [3, 2]",
            "[3, 2]",
            "days 3 to 2 are outside days-1-3",
            id="a step that runs backwards",
        ),
        pytest.param(
            PERSONAL, "stage: days-4-15,", "stage: days-4-16,", "days-4-16", "no stage days-4-16", id="an unknown stage"
        ),
        pytest.param(
            PERSONAL,
            "    leaves_out: [days-1-3]\n",
            "",
            "segment: care",
            "a gap: segment care has no step for days-1-3",
            id="a stage without a step that is not left out",
        ),
        pytest.param(
            PERSONAL,
            "leaves_out: [days-1-3]",
            "leaves_out: [days-1-3, days-4-15]",
            "segment: care",
            "days-4-15 has a step and is left out",
            id="a step that is left out",
        ),
        pytest.param(
            PERSONAL,
            f"      - {HARDSHIP_4_15}\n",
            f"      - {HARDSHIP_4_15}\n      - {HARDSHIP_4_15}\n",
            "personal/hardship/days-4-15",
            "stands behind days-4-15",
            id="two demands in one stage",
        ),
        pytest.param(
            PERSONAL,
            HARDSHIP_4_15,
            HARDSHIP_4_15.replace("days: 7", "days: 20"),
            "personal/hardship/days-16-30",
            "the time that days-4-15 gives may run to day 45",
            id="think time past the end of the next step",
        ),
        pytest.param(
            PERSONAL,
            HARDSHIP_4_15,
            HARDSHIP_4_15.replace("days: 7", "days: 2"),
            "personal/hardship/days-4-15",
            "fewer than three working days",
            id="hardly any time to think",
        ),
        pytest.param(
            PERSONAL,
            "when: {marks: [broken_promise]}",
            "when: {marks: [hardship]}",
            "segment: broken-promise",
            "segment broken-promise is unreachable",
            id="a segment that an earlier one swallows",
        ),
        pytest.param(
            PERSONAL,
            "when: {prior_delinquencies: {at_least: 1}, paid_percent: {at_least: 50}}",
            "when: {prior_delinquencies: {at_least: 4}}",
            "segment: forgetful",
            "segment forgetful is unreachable",
            id="a segment that an earlier one swallows by a bound",
        ),
        pytest.param(
            PERSONAL,
            LAST_SEGMENT,
            LAST_SEGMENT + "    when: {paid_percent: {at_most: 90}}\n",
            "segment: default",
            "the last segment has conditions",
            id="a last segment with conditions",
        ),
        pytest.param(
            PERSONAL,
            "segment: forgetful",
            "segment: first-time",
            "segment: first-time",
            "segment first-time stands twice",
            id="a segment twice",
        ),
        pytest.param(
            PERSONAL, "marks: [hardship]", "marks: [poor]", "when: {marks", "has the mark poor", id="an unknown mark"
        ),
        pytest.param(
            PERSONAL,
            "paid_percent: {at_least: 50}",
            "paid_share: {at_least: 50}",
            "paid_share",
            "`paid_share` is not known",
            id="an unknown trait",
        ),
        pytest.param(
            PERSONAL,
            "prior_delinquencies: {at_most: 0}",
            "prior_delinquencies: {most: 0}",
            "most: 0",
            "`most` is not known",
            id="an unknown bound",
        ),
        pytest.param("policies/GB.yaml", '"20:00"', "20:00", "hours:", "1200 is no time of day", id="a bare clock"),
        pytest.param(
            "policies/GB.yaml", '"20:00"', '"25:00"', "hours:", "'25:00' is no time of day", id="an impossible clock"
        ),
        pytest.param(
            "policies/GB.yaml",
            '"20:00"',
            '"07:00"',
            "hours:",
            "contact hours end before they begin",
            id="hours that run backwards",
        ),
        pytest.param(
            "policies/GB.yaml",
            "countries: [GB]",
            "countries: [GB, DE]",
            "jurisdiction: GB",
            "DE has a policy already",
            id="a country in two policies",
        ),
        pytest.param(
            "policies/GB.yaml",
            "countries: [GB]",
            "countries: [UK]",
            "jurisdiction: GB",
            "UK is no country",
            id="an unknown country",
        ),
        pytest.param(
            "policies/GB.yaml",
            "{days: 7, most: 2}",
            "{days: 7, most: 0}",
            "most: 0",
            "`most` is 0",
            id="a cap of zero",
        ),
        pytest.param(
            "policies/GB.yaml",
            "{days: 7, most: 2}",
            "{days: 0, most: 2}",
            "days: 0",
            "`days` is 0",
            id="a cap of no days",
        ),
        pytest.param(
            "policies/GB.yaml",
            "country: GB, part: ENG",
            "country: GB, part: XYZ",
            "part: XYZ",
            "no calendar for GB XYZ",
            id="an unknown calendar",
        ),
        pytest.param(
            "policies/GB.yaml",
            "answer: [lender, contact]",
            "answer: [lender, fax]",
            "pre_due:",
            "no clause fax",
            id="an unknown clause of a policy",
        ),
        pytest.param(
            "policies/GB.yaml",
            "2023-07-31",
            "soon",
            'version: "2026-11"',
            "`effective_from` is no date",
            id="a rule that holds from no date",
        ),
        pytest.param(
            "policies/GB.yaml",
            "2023-07-31",
            "2023-07-32",
            "2023-07-32",
            "no such value",
            id="a rule that holds from an impossible date",
        ),
        pytest.param(
            "policies/US.yaml",
            'based_on: "2026-11"',
            'based_on: "2026-10"',
            'version: "2027-01"',
            "no earlier version 2026-10",
            id="a version that changes an unknown one",
        ),
        pytest.param(
            "policies/states.yaml", "ends: ledger", "ends: luck", "PROMISE", "luck ends no state", id="an unknown end"
        ),
        pytest.param(
            "policies/states.yaml",
            "  MINOR:",
            "  MINORS:",
            "OPTED_OUT_SMS",
            "`MINORS` is not known",
            id="an unknown state of an account",
        ),
        pytest.param(
            FINANCE,
            '"{date}仍未还将依规报送征信。"',
            '"仍未还将依规报送征信。"',
            "on_day: 90",
            "a consequence without its date",
            id="a consequence without its date",
        ),
        pytest.param(
            FINANCE,
            "reply_to: same",
            "reply_to: none",
            'phone: "95011"',
            "the stop line says reply",
            id="a stop line that says reply where none arrives",
        ),
        pytest.param(
            FINANCE,
            'reply_to: "56262"',
            'reply_to: "56263"',
            "phone: 1800",
            "does not name the number where replies arrive",
            id="a stop line without the number",
        ),
        pytest.param(
            FINANCE,
            "hours: {zh-CN: 每日8:00-20:00, en: daily 8am-8pm}",
            "hours: {en: daily 8am-8pm}",
            'phone: "95011"',
            "`hours` lacks zh-CN",
            id="words that are missing in a language",
        ),
        pytest.param(
            FINANCE,
            "site: morning-finance.example",
            "web: morning-finance.example",
            'phone: "95011"',
            "`web` is not known",
            id="an unknown key of an office",
        ),
        pytest.param(FINANCE, "  GB:", "  UK:", "phone: 0300", "UK is no country", id="an office of no country"),
        pytest.param(FINANCE, "family: personal\n", "", "name:", "`family` is missing", id="a key that is missing"),
        pytest.param(
            CATALOGUE,
            "name: answers/crisis",
            "name: answers/crises",
            "answers/crises",
            "no text is called answers/crises",
            id="a catalogue entry that fits nothing",
        ),
        pytest.param(
            CATALOGUE,
            ANSWERS_ENTRY,
            "",
            "operator/*",
            "answers/callback_noted is in no entry",
            id="a text in no entry",
        ),
        pytest.param(
            CATALOGUE,
            "required: [lender, name, case, stop]",
            "required: [lender, nickname, case, stop]",
            "answers/satisfaction",
            "no variable nickname",
            id="an unknown clause of a text",
        ),
        pytest.param(
            CATALOGUE,
            "purpose: pre_due",
            "purpose: greeting",
            "unified/reminder",
            "greeting is no purpose",
            id="an unknown purpose",
        ),
        pytest.param(
            CATALOGUE,
            "budget_segments: 2",
            "budget_segments: 3",
            "care/reminder",
            "more than two parts",
            id="a text of three parts",
        ),
        pytest.param(STAGES, "[4, 15]", "4", "days-4-15", "`days` is 4", id="a stage of one number"),
        pytest.param(
            PERSONAL, "days: [2, 3]", "days: [2]", "days: [2]", "`days` is [2]", id="a step without a last day"
        ),
        pytest.param("policies/GB.yaml", "most: 2}", "most: two}", "most: two", "`most` is 'two'", id="a cap in words"),
        pytest.param(
            "policies/GB.yaml", "[1, 2, 3, 4, 5, 6]", "[0, 8]", "hours:", "`weekdays` is [0, 8]", id="unknown weekdays"
        ),
        pytest.param(
            "policies/GB.yaml",
            "scope: number",
            "scope: house",
            "scope: house",
            "house is no scope",
            id="an opt-out that covers nobody knows what",
        ),
        pytest.param(
            "policies/states.yaml",
            "working_days: 3, ",
            "",
            "PAID_CLAIM",
            "`working_days` is missing",
            id="a pause of no length",
        ),
        pytest.param(
            "policies/states.yaml",
            "PROMISE: {ends: ledger,",
            "PROMISE: {ends: ledger, working_days: 3,",
            "PROMISE",
            "PROMISE is not ended by working days",
            id="a length of a pause that the ledger ends",
        ),
        pytest.param(
            PERSONAL, "{CNY: 30000,", "{RMB: 30000,", "RMB", "no currency RMB", id="a bound in an unknown currency"
        ),
        pytest.param(
            PERSONAL,
            "{texts_unanswered: {at_least: 3}}",
            "{texts_unanswered: 3}",
            "texts_unanswered: 3",
            "`texts_unanswered` is 3",
            id="a bound without its direction",
        ),
        pytest.param(
            FINANCE, "    price_micros: 30000\n", "", 'phone: "95011"', "`price_micros` is missing", id="no price"
        ),
        pytest.param(
            FINANCE,
            "zone: Asia/Shanghai",
            "zone: Asia/Peking",
            "Asia/Peking",
            "Asia/Peking is no time zone",
            id="a desk in no zone",
        ),
        pytest.param(
            FINANCE,
            'opens: "09:00"',
            'opens: "19:00"',
            "19:00",
            "the desk closes before it opens",
            id="a desk that runs backwards",
        ),
        pytest.param(
            CATALOGUE,
            "&all all",
            "&all [CN, US, UK]",
            "unified/reminder",
            "UK is no country",
            id="a text for no country",
        ),
        pytest.param(
            UNIFIED, "unified/reminder}", "unified/reminder", "days-1-3", "expected ',' or '}'", id="broken YAML"
        ),
    ],
)
def test_a_defect_is_told_with_its_place_and_its_mend(
    templates: Path, edit: Edit, name: str, old: str, new: str, line: str, words: str
) -> None:
    edit(name, old, new)
    lender = "harbour-bank" if name == UNIFIED else "morning-finance"
    assert_is_placed(complaint(templates, lender), templates, name, line, words)


def test_ids_that_carriers_gave_reach_the_text_and_the_office(templates: Path, edit: Edit) -> None:
    edit(
        CATALOGUE, "registered: &unregistered {CN: null, IN: null}", "registered: &unregistered {CN: null, IN: '1107'}"
    )
    edit(FINANCE, 'reply_to: "56262"', 'reply_to: "56262"\n    registered_entity: "1101"')
    content = parse(compile_content("morning-finance", templates))
    assert content.template("unified/reminder", "en-IN").registered == {"IN": "1107"}
    assert content.office("IN").registered_entity == "1101"
    assert content.office("US").registered_entity == ""


@pytest.mark.parametrize(("missing", "there"), [("zh-CN", "en"), ("en", "zh-CN")])
def test_a_text_that_one_language_lacks_is_named_with_the_file_to_write(
    templates: Path, missing: str, there: str
) -> None:
    (templates / "sms" / missing / "answers" / "help.txt").unlink()
    assert complaint(templates) == (
        f"templates/sms/{missing}/answers/help.txt:1: missing, and {there} has it: write it"
    )


def test_a_syntax_error_in_a_text_is_told_with_its_line(templates: Path) -> None:
    text = templates / "sms" / "en" / "answers" / "help.txt"
    text.write_text("\n{{ lender }}: hello\n{% if name %}{{ name }}\n{% endfi %}\n", encoding="utf-8")
    said = complaint(templates)
    assert said.startswith("templates/sms/en/answers/help.txt:4: ")
    assert said.endswith(": correct the template")
    assert "endfi" in said


def test_a_name_that_stands_twice_is_not_silently_the_last_one(templates: Path, edit: Edit) -> None:
    edit(FINANCE, "answers_a_day: 5", "answers_a_day: 5\nanswers_a_day: 50")
    assert re.fullmatch(r"templates/lenders/morning-finance\.yaml:\d+: a name stands twice: .+", complaint(templates))


def test_an_unknown_lender_is_told_which_there_are(templates: Path) -> None:
    assert "name one of harbour-bank, morning-finance" in complaint(templates, "morning-bank")


def test_a_file_that_is_missing_is_named(templates: Path) -> None:
    (templates / CATALOGUE).unlink()
    assert complaint(templates).startswith("templates/sms/catalogue.yaml: cannot be read")
