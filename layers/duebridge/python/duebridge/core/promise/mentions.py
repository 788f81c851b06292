"""Every mention of time in a reply, two phrases for one time joined."""

from copy import replace
from datetime import date
from itertools import islice

from .chinese_times import CHINESE_TIMES
from .english_dates import ENGLISH_DATES
from .english_spans import ENGLISH_SPANS
from .english_vague import ENGLISH_VAGUE
from .letters import is_chinese, pattern
from .mention import EXACT, Kind, Mention, Wording
from .numeric_dates import NUMERIC_DATES

_DAYS = frozenset({Kind.WEEKDAY, Kind.RELATIVE, Kind.PART_OF_DAY})
_MOST_MENTIONS = 8
_ENGLISH_TIMES = (*ENGLISH_DATES, *ENGLISH_SPANS, *ENGLISH_VAGUE)


def mentions_in(said: str, today: date) -> list[Mention]:
    """The first mentions of time, in the order of the text."""
    found = _found(said, today)[:_MOST_MENTIONS]
    return _joined([m for m in found if not _is_a_clock_time(m, found, said)], said)


def _wordings(said: str) -> list[Wording]:
    """The rows that can match: those of the scripts in which the reply is written, with a cue in it."""
    rows: list[Wording] = []
    if is_chinese(said):
        rows += CHINESE_TIMES
    if pattern("[a-z]").search(said):
        rows += _ENGLISH_TIMES
    if pattern(r"\d[-/.]\d").search(said):
        rows += NUMERIC_DATES
    return [row for row in rows if any(cue in said for cue in row.cues.split("|"))]


def _found(said: str, today: date) -> list[Mention]:
    """What an earlier row of the table took is not read again."""
    found: list[Mention] = []
    taken = bytearray(len(said))
    for row in _wordings(said):
        for match in islice(pattern(row.pattern).finditer(said), _MOST_MENTIONS):
            start, end = match.span()
            if start == end or any(taken[start:end]):
                continue
            try:
                day = row.resolver(match, today)
            except (ValueError, OverflowError):
                continue
            is_past = row.kind is Kind.PAST or (day is not None and day < today)
            found.append(Mention(start, end, Kind.PAST if is_past else row.kind, None if is_past else day))
            taken[start:end] = b"\x01" * (end - start)
    return sorted(found, key=lambda m: m.start)


def _is_a_clock_time(mention: Mention, found: list[Mention], said: str) -> bool:
    """ "Tonight after 9", "Friday by 5": a small number beside a day is an hour."""
    words = said[mention.start : mention.end]
    if not words.isdigit() or int(words) > 12 or mention.kind is not Kind.CALENDAR:
        return False
    if pattern(r"\b(?:after|till|until|around) $").search(said, 0, mention.start) and len(found) > 1:
        return True
    gaps = (said[min(m.end, mention.end) : max(m.start, mention.start)] for m in found if m.kind in _DAYS)
    return any(len(gap) <= 24 and not pattern(r"[,.;!?]|\bbut\b").search(gap) for gap in gaps)


_OR = (
    r"[ ]*(?:-|–|—|~|到|至|或者?(?:是)?|要么|要不|还是|或是|/|or(?: maybe| perhaps| on| by| possibly| latest| else|"
    r" at worst| at the latest| even)*|to|and|n|&)[ ]*(?:the )?"
)
_BESIDE = r"[ ,(（，]{0,3}(?:the |on |of |的|就是|也就是|i\.?e\.? |that is )?"


def _joined(mentions: list[Mention], said: str) -> list[Mention]:
    """Two phrases that name one time are one: "Friday the 13th", "next week, Monday", "between the 15th and 20th"."""
    joined: list[Mention] = []
    for mention in mentions:
        before = joined[-1] if joined else None
        one = _as_one(before, mention, said) if before else None
        if one:
            joined[-1] = one
        else:
            joined.append(mention)
    return joined


def _as_one(a: Mention, b: Mention, said: str) -> Mention | None:
    gap = said[a.end : b.start]
    if Kind.PAST in {a.kind, b.kind} or len(gap) > 16:
        return None
    if a.kind in EXACT and b.kind in EXACT and pattern(_OR).fullmatch(gap):
        opening = said[max(0, a.start - 9) : a.start]
        is_pair = pattern(r" *(?:and|n|&) *(?:the )?").fullmatch(gap) and "between" not in opening
        is_plain_to = pattern(r" *to *(?:the )?").fullmatch(gap) and not pattern("between|from|frm").search(opening)
        if is_pair or is_plain_to or a.pay_on is None or b.pay_on is None:
            return None
        return replace(a, end=b.end, pay_on=max(a.pay_on, b.pay_on))
    if a.kind is b.kind and a.kind in EXACT and gap in {"", "、"} and a.pay_on and b.pay_on:
        # 周一周二 and 30号31号 are either day.
        if a.kind is Kind.WEEKDAY or (b.pay_on - a.pay_on).days == 1:
            return replace(a, end=b.end, pay_on=max(a.pay_on, b.pay_on))
        return None
    if not pattern(_BESIDE).fullmatch(gap):
        return None
    if {a.kind, b.kind} == {Kind.WEEKDAY, Kind.CALENDAR}:
        calendar = a if a.kind is Kind.CALENDAR else b
        return replace(calendar, start=a.start, end=b.end)
    if a.kind in EXACT and b.kind in EXACT and a.pay_on == b.pay_on:
        return replace(a, end=b.end)
    if b.kind is Kind.PART_OF_DAY and a.kind in EXACT | {Kind.PERIOD, Kind.PART_OF_DAY}:
        return a
    return None
