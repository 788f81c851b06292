"""The promised sum: not what is owed, was paid, or belongs to a later payment."""

import re
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice

from .letters import pattern
from .mention import SOFT, Kind, Mention
from .numbers import ENGLISH_SCALES, chinese_number, english_number, written_number
from .speech import PAYING, REFUSING, REMAINDER, is_done, last_sentence
from .sum_words import (
    ALONE,
    ANY_NUMBER,
    ASKED,
    INEXACT_BEFORE,
    LEAST_SUM_SCORE,
    NO_MONEY,
    NUMBER,
    OWED,
    OWED_BEHIND,
    PAYING_BEHIND,
    PAYING_JUST_BEFORE,
    SUM,
    SUM_CLAUSE_END,
    TIME,
)  # fmt: skip

_LARGEST_AMOUNT = Decimal(10**9)
_MOST_SUMS = 8


def promised_sum(said: str, mentions: list[Mention], promised: list[Mention], chosen: Mention | None) -> Decimal | None:
    """The sum of the promised payment: not what is owed, was paid, or belongs to a later payment."""
    if not pattern(ANY_NUMBER).search(said):
        return None
    plain = _without_other_numbers(said, mentions)
    others = [m for m in promised if chosen and m.kind not in SOFT and m.pay_on != chosen.pay_on]
    sums: list[tuple[float, Decimal]] = []
    for match in islice(pattern(SUM).finditer(plain), _MOST_SUMS):
        value = _value(match)
        if value is not None and 0 < value < _LARGEST_AMOUNT and not _is_beside(match, plain, others):
            sums.append((_sum_score(match, plain, mentions, promised, chosen), value))
    best = max(sums, key=lambda each: each[0], default=None)
    if best and best[0] < LEAST_SUM_SCORE:
        # Nothing speaks for any sum: one alone against which nothing speaks either is the one that is meant.
        possible = [each for each in sums if each[0] > 0]
        best = possible[0] if chosen and len(possible) == 1 else None
    return best[1].quantize(Decimal("0.01")) if best else None


def _without_other_numbers(said: str, mentions: list[Mention]) -> str:
    """The text with a mark for each letter of a time, and of a number that is no money."""
    letters = list(said)
    for mention in mentions:
        if mention.kind is not Kind.EVENT:
            letters[mention.start : mention.end] = TIME * (mention.end - mention.start)
    return pattern(NO_MONEY).sub(lambda m: NUMBER * len(m[0]), "".join(letters))


def _value(match: re.Match[str]) -> Decimal | None:
    if match["chinese"]:
        has_unit = pattern("[百千万w]").search(match["chinese"]) or match["before"] or match["behind"]
        return chinese_number(match["chinese"]) if has_unit else None
    if match["english"]:
        has_unit = pattern("hundred|thousand|grand|lakh").search(match["english"]) or match["behind"]
        return english_number(match["english"]) if has_unit else None
    if len(match["digits"]) > 14:
        return None
    value = written_number(match["digits"])
    return value * ENGLISH_SCALES[match["scale"].strip()] if match["scale"] else value


def _sum_score(
    match: re.Match[str], plain: str, mentions: list[Mention], promised: list[Mention], chosen: Mention | None
) -> float:
    start, end = match.span()
    before, after = plain[max(0, start - 40) : start], plain[end : end + 24]
    if after[:1] in {"多", "几", "来", "余"} or pattern(INEXACT_BEFORE).search(before):
        return 0.0
    left = pattern(SUM_CLAUSE_END).split(before)[-1]
    right = pattern(SUM_CLAUSE_END).split(after)[0]
    predicate = last_sentence(left)
    has_mark = any(match[name] for name in ("before", "behind", "scale", "chinese", "english"))
    is_paid_before = bool(pattern(PAYING_JUST_BEFORE).search(left)) and not pattern(REFUSING).search(predicate)
    is_paid_behind = bool(pattern(PAYING_BEHIND).match(after))
    is_paid_out = is_paid_before or is_paid_behind
    is_alone = not left.strip() and bool(pattern(ALONE).match(right))
    is_timed = _beside_time_behind(after) or bool(
        pattern(rf"{TIME}(?:之内|以内|内|之前|前|先)?[ :,–-]{{0,3}}$").search(before)
    )
    least_digits = 3 if pattern("[还转付]").match(after) else 2  # "22还" may be the 22nd
    if not has_mark and not (least_digits <= len(match["digits"]) <= 7 or (is_paid_before and is_paid_behind)):
        return 0.0
    score = 1.0 if has_mark else 0.0
    is_for_then = chosen is not None and chosen.start >= end and not plain[end : chosen.start].strip(" ,的")
    is_owed = pattern(OWED).search(predicate) and not is_paid_before
    is_owed = is_owed and not (is_for_then and pattern(REMAINDER).search(predicate))
    if is_owed or pattern(OWED_BEHIND).match(after) or pattern(ASKED).search(left):
        score -= 4.0
    elif is_done(left) and not is_paid_out:
        score -= 5.0
    elif is_paid_out or (has_mark and pattern(PAYING).search(predicate)):
        score += 3.0
    elif is_alone or is_timed or (has_mark and pattern(PAYING).search(left + right)):
        score += 2.0
    if len(promised) > 1 and pattern(REMAINDER).search(left):
        score -= 2.0
    others = (m for m in mentions if m is not chosen and m.kind not in SOFT)
    if chosen and not any(_between(m, match, chosen) for m in others):
        score += 1.0
    return score


def _beside_time_behind(after: str) -> bool:
    return bool(
        pattern(rf"[ ,]{{0,2}}(?:on |by |at |this |for |in |- |come )?{TIME}| (?:when|once|after|as soon) ").match(
            after
        )
    )


def _between(mention: Mention, match: re.Match[str], chosen: Mention) -> bool:
    return min(match.end(), chosen.end) <= mention.start < max(match.start(), chosen.start)


def _is_beside(match: re.Match[str], plain: str, others: Iterable[Mention]) -> bool:
    """ "Half on Friday and 200 on the 20th": the 200 are another payment's."""
    after = plain[match.end() : match.end() + 12]
    if pattern(rf" ?(?:on |by |at |this |for |in |come )?{TIME}").match(after):
        time_start = match.end() + after.index(TIME)
        return any(m.start == time_start for m in others)
    return any(m.end <= match.start() and not plain[m.end : match.start()].strip(" :还先付转再") for m in others)
