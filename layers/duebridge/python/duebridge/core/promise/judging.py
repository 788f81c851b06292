"""Which mention of time is the promise: what the words around each say about paying then."""

from bisect import bisect_right
from copy import replace

from .letters import is_chinese, pattern
from .mention import EXACT, SOFT, Kind, Mention
from .speech import (
    AGAINST,
    AT_LATEST,
    CLAUSE_END,
    CORRECTING,
    DUE,
    ESTIMATING,
    MONEY_COMES,
    OUR_SAVINGS,
    PAYING,
    PAYS,
    REMAINDER,
    SAID,
    SILENT,
    TENTATIVE,
    WEAKLY_AGAINST,
    last_sentence,
    signal,
)  # fmt: skip

_LEAST_SCORE = -2.0
_SCORE_BY_KIND = {Kind.PERIOD: -0.5, Kind.PART_OF_DAY: -1.0, Kind.EVENT: -1.5, Kind.SOON: -1.8}


_PARTICLE = 3
"""Letters beside a day that say nothing: 吧, "ok"."""
_NAMED_APART = 1.5
"""What a day has that stands alone in the clause beside the one that pays."""
_REACH = 120
"""Characters over which words speak of a time."""
_ANOTHER_SENTENCE = r"\b(?:and|then|n|&) (?:i|we|u|you)? ?(?:'?ll|will|can|gonna|ill|going to|pay)\b"
_Clause = tuple[int, int]


def promised_among(mentions: list[Mention], said: str) -> list[Mention]:
    """The mentions at which a payment may be promised, each with its score; in the order of the text."""
    judged = _judged([m for m in mentions if m.kind is not Kind.PAST], mentions, said)
    return [m for m in judged if m.score > _LEAST_SCORE]


def likeliest(promised: list[Mention]) -> Mention | None:
    """The promise itself: "mid-month, the 15th" is the 15th, though the first word was beside the verb."""
    best = max(promised, key=lambda m: m.score, default=None)
    if best is None or best.pay_on:
        return best
    days = [m for m in promised if m.pay_on and m.kind in EXACT and m.score >= _NAMED_APART]
    return max(days, key=lambda m: m.score, default=best)


def _judged(mentions: list[Mention], bounds: list[Mention], said: str) -> list[Mention]:
    """Each mention with how much the words around it speak for a payment then; soft ones only where no day stands."""
    clauses = _clauses(said, bounds)
    firm_bounds = [b for b in bounds if b.kind not in SOFT]
    firm = [replace(m, score=_score(m, firm_bounds, clauses, said)) for m in mentions if m.kind not in SOFT]
    firm = _without_refused(firm)
    if any(_names_a_day(m) for m in firm):
        return firm
    soft = [m for m in mentions if m.kind in SOFT]
    timed = {_clause_of(m, clauses) for m in soft if m.kind is not Kind.PART_OF_DAY}
    soft = [m for m in soft if m.kind is not Kind.PART_OF_DAY or _clause_of(m, clauses) not in timed]
    soft_bounds = sorted([*firm_bounds, *soft], key=lambda m: m.start)
    judged = [*firm, *(replace(m, score=_score(m, soft_bounds, clauses, said)) for m in soft)]
    return sorted(judged, key=lambda m: m.start)


def _without_refused(firm: list[Mention]) -> list[Mention]:
    """ "Not the 15th but the 16th, the 15th is a Sunday": a day that was refused is not meant when named again."""
    refused = {m.pay_on for m in firm if m.pay_on and m.score <= AGAINST}
    return [replace(m, score=AGAINST) if m.pay_on in refused and m.score < PAYS - 1 else m for m in firm]


def _names_a_day(mention: Mention) -> bool:
    """A day that something speaks for; a day in passing does not stand in the way of "soon"."""
    return mention.kind in EXACT and mention.score > 0


def _clauses(said: str, bounds: list[Mention]) -> list[_Clause]:
    """The text at its commas and conjunctions, but not within or beside a phrase of time."""
    within = {place for b in bounds for place in range(b.start, b.end)}
    beside = within | {place for b in bounds for place in (b.start - 1, b.end)}
    ends = [
        (m.start(), m.end())
        for m in pattern(CLAUSE_END).finditer(said)
        if m.start() not in (beside if m[0] == " " else within)
    ]
    return list(zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(said)], strict=True))


def _clause_of(mention: Mention, clauses: list[_Clause]) -> int:
    return bisect_right(clauses, mention.start, key=lambda clause: clause[0]) - 1


def _score(mention: Mention, bounds: list[Mention], clauses: list[_Clause], said: str) -> float:
    """What the words beside it say, those of the next clause where they are silent, and how sure they sound."""
    number = _clause_of(mention, clauses)
    later = [b for b in bounds if b.start >= mention.end]
    left, right = _beside(mention, bounds, later, clauses[number], said)
    is_bare = len((left + right).strip()) <= _PARTICLE
    weight = _words_say(mention, left, right, said)
    if SILENT <= weight <= MONEY_COMES and _pays_in_the_next_clause(number, clauses, bounds, said):
        is_last = not any(b.start < clauses[number][1] for b in later)
        weight += 1.5 if is_bare else 0.8 if is_last else 0.6
    if weight == SILENT and (is_bare or pattern(ESTIMATING).search(left)):
        weight = 0.5
    score = _SCORE_BY_KIND.get(mention.kind, 0.0) + weight
    if pattern(REMAINDER).search(left if left.strip() else right):
        score -= 1.5
    if pattern(TENTATIVE).search(left):
        score -= 0.4
    if weight >= SILENT and pattern(AT_LATEST).search(said, *clauses[number]):
        score += max(PAYS - weight, 0.0) + 0.3
    if later and pattern(CORRECTING).search(said, mention.end, mention.end + 20):
        score -= 3
    return score


def _pays_in_the_next_clause(number: int, clauses: list[_Clause], bounds: list[Mention], said: str) -> bool:
    """ "Payday is the 25th, will pay then": the clause on either side, if it has no day of its own."""
    around = [clauses[n] for n in (number + 1, number - 1) if 0 <= n < len(clauses)]
    return any(signal(said[start:end][:_REACH]) >= PAYS for start, end in around if not _has_day((start, end), bounds))


def _beside(
    mention: Mention, bounds: list[Mention], later: list[Mention], clause: _Clause, said: str
) -> tuple[str, str]:
    """The words before and behind a mention, up to the next mention or the end of its clause."""
    before = max([clause[0], *(b.end for b in bounds if b.end <= mention.start)])
    clause_end = max(clause[1], mention.end)
    right = said[mention.end : min([clause_end, *(b.start for b in later)])]
    if later and pattern(r" ?(?:(?:和|跟|及|and|&) ?(?:the )?)?").fullmatch(right):
        right = said[later[0].end : clause_end]
    elif (
        later
        and (another := pattern(_ANOTHER_SENTENCE).search(right))
        and not pattern(PAYING).search(right, 0, another.start())
    ):
        right = right[: another.start()]
    return said[max(before, mention.start - _REACH) : mention.start], right[:_REACH]


def _has_day(clause: _Clause, bounds: list[Mention]) -> bool:
    return any(clause[0] <= b.start < clause[1] and b.kind is not Kind.PERIOD for b in bounds)


def _words_say(mention: Mention, left: str, right: str, said: str) -> float:
    """English puts the verb before the time, Chinese behind it; the other side counts where that one is silent."""
    predicate = last_sentence(left)
    if is_chinese(said[mention.start : mention.end] + right[:12]):
        if pattern(DUE + r"|(?:不是|唔系|别|不)$").search(left[-8:]):
            return MONEY_COMES if pattern(r"改|到$|延").search(left) else AGAINST
        behind = signal(right)
        if behind == AGAINST and pattern(r"(?:之|以)?前").match(right):
            return WEAKLY_AGAINST
        if pattern(SAID).search(left):
            return WEAKLY_AGAINST
        if pattern(OUR_SAVINGS).search(left):
            return MONEY_COMES
        return behind or signal(predicate)
    ahead = signal(predicate) or max(SILENT, signal(left) - 1)
    if ahead == AGAINST and pattern(r"\b(?:until|untill|till|til|before|unless|b4)(?: the)?\s*$").search(predicate):
        return 1.5
    if pattern(SAID).search(left) and not ahead:
        return WEAKLY_AGAINST
    behind = signal(right)
    return behind if ahead in {SILENT, MONEY_COMES} and behind else ahead
