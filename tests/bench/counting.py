"""How fast the billed parts of a text are counted, beside a plain count and a well-known package."""

import importlib
import random
from collections.abc import Callable
from functools import partial
from typing import Any

from duebridge.core.segments import count
from tests.bench.figures import Figure, cpu_seconds_per_call
from tests.core.segment_reference import parts_of

BUDGET_RATIO = 20
CALLS = 500
RANDOM_TEXTS = 1_000_000
ALPHABETS = ("abc 1.", "ab€[|~", "abé款", "a🏦款", "@£ΔΩèÖ€")
LENGTHS = (0, 1, 66, 67, 68, 70, 71, 133, 134, 135, 152, 153, 154, 160, 161, 305, 306, 307, 459)
ENGLISH = (
    "Harbour Bank: Hi Wei, $222.18 for your Education loan ..5044 was due Mon Mar 9. Please pay by Fri Mar 20. " * 2
)[:160]
CHINESE = (
    "【海湾银行】王芳女士，您的数码分期（尾号8184）3月9日应还826.09元未到账。请按合同于3月20日前还款，已还请忽略。" * 3
)[:125]


def figures() -> list[Figure]:
    """A full English part, and a Chinese text of two."""
    package = _package()
    found = [_exactness()]
    for language, text in (("English, 160", ENGLISH), ("Chinese, 125", CHINESE)):
        assert parts_of(text)[2] == count(text).segments
        variants: dict[str, Callable[[], object]] = {"ours": partial(count, text), "plain": partial(parts_of, text)}
        if package:
            variants["package"] = partial(package.split, text)
        seconds = cpu_seconds_per_call(variants, CALLS)
        found.append(_figure(f"{language}: plain count / ours", seconds, "plain", None))
        if package:
            found.append(_figure(f"{language}: smsutil / ours", seconds, "package", BUDGET_RATIO))
        else:
            note = "smsutil is not installed; `uv pip install smsutil` to compare"
            found.append(
                Figure(
                    area="count",
                    what=f"{language}: smsutil / ours",
                    measured=None,
                    unit="x",
                    budget=BUDGET_RATIO,
                    is_floor=True,
                    note=note,
                )
            )
    return found


def _exactness() -> Figure:
    """Against a plain count that walks the text, on texts of all alphabets, lengths and pairs."""
    chance = random.Random(1)  # noqa: S311 - no secret
    wrong = 0
    for _ in range(RANDOM_TEXTS):
        alphabet = chance.choice(ALPHABETS)
        text = "".join(chance.choices(alphabet, k=chance.choice(LENGTHS)))
        counted = count(text)
        wrong += (counted.encoding, counted.units, counted.segments) != parts_of(text)
    return Figure(
        area="count",
        what=f"wrong counts of {RANDOM_TEXTS:,} random texts",
        measured=wrong,
        unit="texts",
        budget=0,
    )


def _figure(what: str, seconds: dict[str, float], other: str, budget: float | None) -> Figure:
    return Figure(
        area="count",
        what=what,
        measured=seconds[other] / seconds["ours"],
        unit="x",
        budget=budget,
        is_floor=True,
        note=f"{seconds[other] * 1e6:.1f} us / {seconds['ours'] * 1e6:.2f} us",
    )


def _package() -> Any:
    """None where it is not installed: the project does not depend on it."""
    try:
        return importlib.import_module("smsutil")
    except ImportError:
        return None
