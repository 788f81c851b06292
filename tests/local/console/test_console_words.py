"""The page says the same in both languages, and has a word for all that it asks for."""

import json
import re
from pathlib import Path

import pytest

from infra.local.console.pages import pages

STATIC = Path("infra/local/console/static")
LANGUAGES = ("en", "zh-CN")
NAMED = re.compile(r'data-(?:words|label|hint)="([a-z_]+)"')
SAID = re.compile(r'\bsay\((?:[^"()]*\? )?"([a-z_]+)"(?: : "([a-z_]+)")?')
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def words_of(language: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(pages("t", "l")[f"/words/{language}.json"].content)
    return found


def own_words_of(language: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((STATIC / "words" / f"{language}.json").read_text(encoding="utf-8"))
    return found


def test_both_languages_have_the_same_names_and_slots() -> None:
    english, chinese = (own_words_of(language) for language in LANGUAGES)
    assert list(english) == list(chinese)
    for name, words in english.items():
        assert set(re.findall(r"{\w+}", str(words))) == set(re.findall(r"{\w+}", str(chinese[name]))), name


def test_chinese_is_chinese() -> None:
    chinese = own_words_of("zh-CN")
    assert [name for name, words in chinese.items() if name != "quick.en" and not CHINESE.search(str(words))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_the_page_asks_for_is_there(language: str) -> None:
    asked = set(NAMED.findall((STATIC / "index.html").read_text(encoding="utf-8")))
    for file in (STATIC / "js").glob("*.js"):
        asked |= {name for found in SAID.findall(file.read_text(encoding="utf-8")) for name in found if name}
    assert len(asked) > 60
    assert asked <= set(words_of(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_holds_and_states_are_called_as_the_desk_calls_them(language: str) -> None:
    known = words_of(language)
    for name in ("reason.dispute", "hold.think_time", "label.promise_to_pay", "state.delivered", "kind.demand"):
        assert name in known
