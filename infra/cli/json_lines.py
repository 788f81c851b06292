"""The shell of the small commands: JSON Lines in, JSON Lines out, in the same order, always UTF-8.

A wrong line costs nobody else an answer: it is told on stderr with its number, and the exit code is 1 in the end.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NoReturn

import click

LINE_LIMIT_BYTES = 1024 * 1024

type Entry = Mapping[str, Any]


class WrongEntryError(Exception):
    """One line cannot be answered. The text says why and how to mend it, and repeats none of its values."""


def answer_lines(answer: Callable[[Entry], Mapping[str, object]]) -> None:
    """Answers each object on stdin with one on stdout, as soon as it is read. `answer` raises WrongEntryError."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    any_wrong = False
    for number, raw in enumerate(_lines(source), start=1):
        if raw is not None and not raw.strip():
            continue
        try:
            entry = _entry(raw)
            answered = _encoded({"id": entry["id"], **answer(entry)})
        except WrongEntryError as error:
            any_wrong = True
            click.echo(f"line {number}: {error}", err=True)
            continue
        target.write(answered)
        target.flush()
    if any_wrong:
        raise click.exceptions.Exit(1)


def text_of(entry: Entry, name: str) -> str:
    """A value that must be a text. Raises WrongEntryError."""
    value = entry.get(name)
    if not isinstance(value, str):
        raise WrongEntryError(f'{name}: {_lack(entry, name)}; write a text in double quotes, as in "{name}": "..."')
    return value


def optional_text_of(entry: Entry, name: str) -> str | None:
    """A value that may be left out or null. Raises WrongEntryError."""
    return None if entry.get(name) is None else text_of(entry, name)


def texts_of(entry: Entry, name: str) -> tuple[str, ...]:
    """A value that must be a list of texts; it may be empty. Raises WrongEntryError."""
    value = entry.get(name)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise WrongEntryError(f'{name}: {_lack(entry, name)}; write a list of texts, as in "{name}": ["..."] or []')
    return tuple(value)


def _lines(source: BinaryIO) -> Iterator[bytes | None]:
    """Physical lines; None stands for one above the limit, which is passed over and never held."""
    while raw := source.readline(LINE_LIMIT_BYTES + 1):
        if len(raw) <= LINE_LIMIT_BYTES or raw.endswith(b"\n"):
            yield raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = source.readline(LINE_LIMIT_BYTES)
        yield None


def _entry(raw: bytes | None) -> Entry:
    if raw is None:
        raise WrongEntryError(f"longer than {LINE_LIMIT_BYTES} bytes; write one object on each line")
    try:
        entry = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise WrongEntryError("not UTF-8; save the input as UTF-8") from None
    except (ValueError, RecursionError):
        raise WrongEntryError('not JSON; write one object on each line, such as {"id": 1, ...}') from None
    if not isinstance(entry, dict):
        raise WrongEntryError('no JSON object; write {"id": 1, ...}')
    if "id" not in entry:
        raise WrongEntryError('no id; add "id", which the answer repeats')
    return entry


def _encoded(answer: Mapping[str, object]) -> bytes:
    """As ASCII, which is UTF-8 too: half a character, or a line separator within a text, passes any pipe."""
    try:
        return json.dumps(answer, allow_nan=False).encode() + b"\n"
    except (ValueError, RecursionError):
        raise WrongEntryError("id: a number beyond all bounds, or lists within lists; write a plain id") from None


def _refuse_constant(_constant: str) -> NoReturn:
    raise ValueError("NaN and Infinity are no JSON")


def _lack(entry: Entry, name: str) -> str:
    return "another kind of value" if name in entry else "missing"
