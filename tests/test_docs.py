"""The docs keep true: what they name exists, and the two READMEs say the same."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest

from duebridge.core.contact import State
from infra.cli.main import COMMANDS, main

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "layers" / "duebridge" / "python" / "duebridge"
ENGLISH, CHINESE = PROJECT / "README.md", PROJECT / "README.zh-CN.md"
RECORDS = sorted((PROJECT / "docs" / "adr").glob("[0-9]*.md"))
DOCUMENTS = [
    ENGLISH,
    CHINESE,
    PROJECT / "CONTRIBUTING.md",
    PROJECT / "CHANGELOG.md",
    PROJECT / "docs" / "adr" / "README.md",
    *RECORDS,
    *(PROJECT / "docs" / name for name in ("deploy.md", "operations.md", "flow.md", "security.md")),
    *sorted((PROJECT / "docs" / "runbook").glob("*.md")),
]
PAGES = sorted({*DOCUMENTS, *(PROJECT / "docs").glob("*.md")})

MADE_BY_A_RUN = (".duebridge/", ".venv/", "build/", "cdk.out/")
KEYS_OF_THE_INBOX = ("loans/", "payments/", "rejects/")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"[\w.<>-]+(/[\w.<>-]*)+|[\w.-]+\.(py|md|yaml|csv|json|jsonl|toml|txt|lock|svg)")
MAKE = re.compile(r"\bmake ([a-z]+)\b")
COMMAND = re.compile(r"\bduebridge ([a-z]+(?:-[a-z]+)*)")
OPTION = re.compile(r"(?<!\S)--[a-z]+(?:-[a-z]+)*")


def blocks(text: str, language: str) -> list[str]:
    return [block for found, block in FENCE.findall(text) if found == language]


def code_of(document: Path) -> Iterator[str]:
    """What a reader may type or look for: code within sentences, and the lines of shell blocks."""
    text = document.read_text(encoding="utf-8")
    for block in blocks(text, "sh"):
        yield from block.splitlines()
    yield from CODE.findall(FENCE.sub("", text))


def paths_in(document: Path) -> list[str]:
    return [
        code
        for code in code_of(document)
        if PATH.fullmatch(code) and not code.startswith(MADE_BY_A_RUN) and not code.startswith(KEYS_OF_THE_INBOX)
    ]


def is_there(path: str) -> bool:
    pattern = re.sub(r"<\w+>", "*", path).rstrip("/")
    return is_wording(pattern) or any(list(root.glob(pattern)) for root in (PROJECT, PACKAGE))


def is_wording(name: str) -> bool:
    """A family of texts, one text, or one text in one locale, as the pause switch takes them."""
    texts = PROJECT / "templates" / "sms"
    family, _, locale = name.rpartition("/")
    return any(
        (texts / spoken / folder).with_suffix(suffix).exists()
        for spoken, folder in (("en", name), (locale, family))
        for suffix in ("", ".txt")
    )


def targets() -> set[str]:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def options_of(command: str) -> set[str]:
    found = main.get_command(click.Context(main), command)
    assert found is not None
    options = [parameter for parameter in found.params if isinstance(parameter, click.Option)]
    return {name for option in options for name in option.opts} | {"--help"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_path_that_a_page_names_exists(document: Path) -> None:
    assert [path for path in paths_in(document) if not is_there(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_make_target_that_a_page_names_exists(document: Path) -> None:
    named = {target for code in code_of(document) for target in MAKE.findall(code)}
    assert named <= targets()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_command_that_a_page_names_exists_with_its_options(document: Path) -> None:
    for code in code_of(document):
        for command in COMMAND.findall(code):
            assert command in COMMANDS
            assert set(OPTION.findall(code.partition(f"duebridge {command}")[2])) <= options_of(command)


def leads_somewhere(document: Path, link: str) -> bool:
    """To a file, and to a heading of it where one is named."""
    path, _, heading = link.partition("#")
    target = document.parent / path if path else document
    return target.exists() and (not heading or heading in headings_of(target))


def headings_of(document: Path) -> set[str]:
    """As a viewer names them in links: small letters, without marks, dashes for spaces."""
    titles = re.findall(r"^#+ (.*)$", FENCE.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", PAGES, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_link_within_the_project_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(FENCE.sub("", document.read_text(encoding="utf-8"))) if "://" not in link]
    assert [link for link in links if not leads_somewhere(document, link)] == []


def test_every_picture_is_shown_on_some_page() -> None:
    shown = {link.rpartition("/")[2] for page in PAGES for link in LINK.findall(page.read_text(encoding="utf-8"))}
    pictures = {file.name for kind in ("png", "svg") for file in (PROJECT / "docs").rglob(f"*.{kind}")}
    assert "pipeline.svg" in pictures
    assert {name for name in pictures if "-zh-" not in name} <= shown


def test_a_drawing_of_the_flow_fits_the_page() -> None:
    drawings = blocks((PROJECT / "docs" / "flow.md").read_text(encoding="utf-8"), "text")
    assert len(drawings) == 10
    assert [line for drawing in drawings for line in drawing.splitlines() if len(line) > 120] == []


def test_the_flow_speaks_of_every_station_and_of_every_state() -> None:
    told = (PROJECT / "docs" / "flow.md").read_text(encoding="utf-8")
    stations = {folder.parent.name for folder in PROJECT.glob("functions/*/handler.py")} - {"report_outcomes"}
    assert {name for name in {*stations, *map(str, State)} if name not in told} == set()


@pytest.mark.parametrize("readme", [ENGLISH, CHINESE], ids=lambda path: path.name)
def test_each_readme_tells_of_every_command_station_and_option(readme: Path) -> None:
    rows = re.findall(r"^\| `duebridge ([a-z-]+)[^|]*\| (.*) \|$", readme.read_text(encoding="utf-8"), re.MULTILINE)
    told = {command: set(CODE.findall(says)) for command, says in rows}
    assert set(told) == set(COMMANDS)
    for command, says in told.items():
        assert {option for option in says if option.startswith("--")} == options_of(command) - {"--help"}
    stations = {folder.parent.name for folder in PROJECT.glob("functions/*/handler.py")}
    assert stations <= set(code_of(readme))


def test_the_two_readmes_have_the_same_headings_blocks_tables_and_links() -> None:
    shapes = []
    for readme in (ENGLISH, CHINESE):
        text = readme.read_text(encoding="utf-8")
        prose = FENCE.sub("", text)
        shapes.append(
            {
                "headings": [len(marks) for marks in re.findall(r"^(#+) ", prose, re.MULTILINE)],
                "shell": blocks(text, "sh"),
                "outputs": len(blocks(text, "text")),
                "rows": [row.count("|") for row in prose.splitlines() if row.startswith("|")],
                "points": len(re.findall(r"^- ", prose, re.MULTILINE)),
                "links": sorted(link for link in LINK.findall(prose) if not link.startswith("README")),
                "paths": sorted(set(paths_in(readme))),
            }
        )
    assert shapes[0] == shapes[1]


def test_the_english_and_the_chinese_readme_lead_to_each_other() -> None:
    assert "(README.zh-CN.md)" in ENGLISH.read_text(encoding="utf-8")
    assert "(README.md)" in CHINESE.read_text(encoding="utf-8")


def test_chinese_sentences_are_not_punctuated_by_half() -> None:
    prose = LINK.sub("]", CODE.sub("`", FENCE.sub("", CHINESE.read_text(encoding="utf-8"))))
    assert re.findall(r"[\u4e00-\u9fff`][,;:?!(][^\n]{0,8}", prose) == []


def test_every_decision_is_in_the_index_and_has_its_three_parts() -> None:
    assert RECORDS
    listed = LINK.findall((PROJECT / "docs" / "adr" / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == [record.name for record in RECORDS]
    for record in RECORDS:
        text = record.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(record.name[:4])}. ")
        assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_picture_is_drawn_for_light_and_dark_and_names_every_station() -> None:
    file = PROJECT / "docs" / "pipeline.svg"
    drawn = ElementTree.parse(file).getroot()  # noqa: S314 - our own file
    words = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {folder.parent.name for folder in PROJECT.glob("functions/*/handler.py")} <= words
    assert "prefers-color-scheme: dark" in file.read_text(encoding="utf-8")


def test_the_checks_find_what_they_look_for() -> None:
    assert "infra/stages.py" in paths_in(ENGLISH)
    assert not is_there("infra/no_such_file.py")
    assert is_there("functions/<name>/handler.py")
    assert {"demo", "test", "synth"} <= {target for code in code_of(ENGLISH) for target in MAKE.findall(code)}
    assert "--faults" in options_of("demo")
    assert leads_somewhere(ENGLISH, "docs/security.md#erasure")
    assert not leads_somewhere(ENGLISH, "docs/security.md#no-such-heading")
    assert not leads_somewhere(ENGLISH, "docs/no-such-page.md")
