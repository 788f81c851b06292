"""A mutant is put into the functions that are loaded, wherever they are kept; and what counts as one."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.live_module import LiveModule
from tests.mutation.mutants import mutants_of

SOURCE = '''
"""Nobody decides by this."""
from functools import cached_property

def may_text(hours):
    """Nor by this."""
    def inside(hour):
        return 8 <= hour < 21
    return all(inside(hour) for hour in hours)

class Loan:
    arrears = 1

    @cached_property
    def is_owed(self):
        return self.arrears > 0
'''


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The source above, loaded."""
    (tmp_path / "rules_to_mutate.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield import_module("rules_to_mutate")
    del sys.modules["rules_to_mutate"]


def test_functions_inside_functions_and_behind_descriptors_change_where_they_are(rules: ModuleType) -> None:
    may_text, loan = rules.may_text, rules.Loan
    live = LiveModule("rules_to_mutate")
    assert (may_text([8, 20]), may_text([21]), loan().is_owed) == (True, False, True)
    live.become(SOURCE.replace("hour < 21", "hour <= 21").replace("> 0", "> 1"))
    assert (may_text([8, 20]), may_text([21]), loan().is_owed) == (True, True, False)


def test_every_rule_gets_its_mistakes_and_no_words_or_constants_of_classes_do(rules: ModuleType) -> None:
    assert rules.__doc__
    made = {(mutant.line, mutant.change) for mutant in mutants_of(SOURCE.lstrip(), None)}
    assert made == {
        (7, "LtE -> Lt"),
        (7, "Lt -> LtE"),
        (7, "8 -> 9"),
        (7, "21 -> 22"),
        (7, "returns None"),
        (8, "returns None"),
        (15, "Gt -> GtE"),
        (15, "0 -> 1"),
        (15, "returns None"),
    }


def test_a_mutant_names_the_lines_without_which_no_test_can_notice_it() -> None:
    source = "def f(a):\n    if a:\n        return (a +\n            1)\n    return 0\n"
    lines = {mutant.change: (mutant.first_line, mutant.last_line) for mutant in mutants_of(source, None)}
    assert lines["Add -> Sub"] == lines["1 -> 2"] == (3, 4)
    assert lines["condition is never true"] == (2, 4)
    assert lines["0 -> 1"] == (5, 5)
