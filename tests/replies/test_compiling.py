"""The phrase lists are checked when they are compiled, and what they say counts at once."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from duebridge.core.errors import ContentError
from duebridge.core.understanding import Listening, understand
from infra.content_replies import compile_replies, compiled
from infra.content_source import TEMPLATES


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    shutil.copytree(TEMPLATES / "replies", tmp_path / "replies", ignore=shutil.ignore_patterns("examples"))
    return tmp_path


def edit(templates: Path, old: str, new: str) -> None:
    file = templates / "replies" / "en.yaml"
    written = file.read_text(encoding="utf-8")
    assert old in written
    file.write_text(written.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("whole: [yes, stop please", "True in `whole` is no text: write it in quotes"),
        ("wole: [stop please", "`wole` is not known here"),
    ],
)
def test_a_slip_in_the_lists_is_told_with_its_place(templates: Path, new: str, words: str) -> None:
    edit(templates, "whole: [stop please", new)
    with pytest.raises(ContentError, match=r"^templates/replies/en\.yaml:\d+: .*") as error:
        compile_replies(templates)
    assert words in str(error.value)


def test_a_phrase_over_an_unknown_group_is_told_with_the_groups_there_are(templates: Path) -> None:
    edit(templates, "      - <stop> .. <texting>\n", "      - <stop> .. <chatting>\n")
    with pytest.raises(ContentError, match="<chatting> is no group"):
        compile_replies(templates)


def test_a_whole_reply_that_is_added_counts_without_training(templates: Path) -> None:
    edit(templates, "whole: [stop please", "whole: [zap me off, stop please")
    listening = Listening(compile_replies(templates))
    assert understand("Zap me off!", listening, date(2026, 3, 11)).labels == ("opt_out",)


def test_every_pattern_compiles_and_no_gap_is_unbounded() -> None:
    content = compiled(TEMPLATES)
    assert len(content["sources"]) > 1_000
    for source in content["sources"]:
        whole = re.sub(r"<(\d+)>", lambda match: content["pieces"][int(match[1])], source)
        re.compile(whole)
        assert ".*" not in whole
        assert ".+" not in whole
