"""Whether a demand leaves the borrower at least three days."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from .code import Code
from .dates import dates_in, next_weekday
from .meaning import sentence_of
from .reading import Reading
from .rules import Deadlines, Phrase

FEWEST_DAYS = 3

_NUMBERS = {"one": 1, "two": 2, "three": 3, "a": 1, "an": 1, "six": 6, "twelve": 12, "twenty-four": 24}
_NUMBERS |= {"forty-eight": 48, "couple of": 2, "few": 3, "half an": 1}
_NUMBERS |= {"一": 1, "二": 2, "两": 2, "三": 3, "十二": 12, "二十四": 24, "四十八": 48, "半": 1}
_NUMBER = rf"\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}"
_SPAN = re.compile(
    r"(?<![a-z])(?:within|in|have|next|under|inside|only|got)\s+(?:the next\s+|only\s+|the\s+)?"
    rf"(?P<number>{_NUMBER})\s*-?(?:working |business |calendar |more )?"
    r"(?P<unit>minutes?|mins?|hours?|hrs?|h|days?)(?![a-z])"
    rf"|(?<![\d月年])(?P<count>{_NUMBER})个?(?P<measure>分钟|小时|钟头|工作日|[天日])[之以]?内"
)
_WEEKDAY_BEFORE_DATE = r"\W*(?:[a-z]{3,9},?\s+)?$"
_UNTIL_DATE = re.compile(rf"(?:by|before|until|till|than|latest|deadline){_WEEKDAY_BEFORE_DATE}")
_PAID_UNTIL_DATE = re.compile(rf"(?:paid|made|settled|payments?) (?:on or )?(?:before|until|by){_WEEKDAY_BEFORE_DATE}")
_DATE_ENDS = re.compile(r"\s*日?(?:\(.{0,12}?\))?(?:之前|以前|前|止|截止)(?!已|的|收到|我们)")
_BY_WEEKDAY = re.compile(
    r"(?:by|before|until|no later than)\s+(?:this\s+)?(?P<weekday>(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
    r"(?![a-z,]*\s+(?:\d|[a-z]{3,9}\s+\d))"
)
_CLAUSE = re.compile(r"[,，]")
_LOOK_BACK = 24


def too_short(
    reading: Reading, today: date | None, rules: Deadlines, *, is_stated: bool, month_first: bool
) -> Iterator[Code]:
    """`is_stated` says that today is known for sure: then a deadline in the past, or a weekday, is judged as well."""
    text = reading.folded.text
    if _says_short(reading, rules) or any(_is_short(match, text, rules) for match in _SPAN.finditer(text)):
        yield Code.SHORT_DEADLINE
        return
    if today is None:
        return
    days = list(_pay_by(text, today, month_first=month_first))
    if is_stated:
        days += [next_weekday(match["weekday"], today) for match in _BY_WEEKDAY.finditer(text)]
    if any(day - today < timedelta(days=FEWEST_DAYS) and (is_stated or day >= today) for day in days):
        yield Code.SHORT_DEADLINE


def _says_short(reading: Reading, rules: Deadlines) -> bool:
    text = reading.folded.text
    spans = (span for phrase in rules.phrases for span in phrase.spans(reading.folded))
    return any(not _says_any(rules.excuses, _clause(text, span)) for span in spans)


def _is_short(match: re.Match[str], text: str, rules: Deadlines) -> bool:
    said, unit = match["number"] or match["count"], match["unit"] or match["measure"]
    number = _NUMBERS.get(said) or int(said)
    is_in_days = unit.startswith(("day", "天", "日", "工作日"))
    if number >= (FEWEST_DAYS if is_in_days else FEWEST_DAYS * 24):
        return False
    clause = _clause(text, match.span())
    return _says_any(rules.paying, clause) and not _says_any(rules.excuses, clause)


def _clause(text: str, span: tuple[int, int]) -> str:
    start, end = sentence_of(text, span)
    before = max((match.end() for match in _CLAUSE.finditer(text, start, span[0])), default=start)
    after = _CLAUSE.search(text, span[1], end)
    return text[before : after.start() if after else end]


def _says_any(phrases: tuple[Phrase, ...], clause: str) -> bool:
    return any(phrase.pattern.search(clause) for phrase in phrases)


def _pay_by(text: str, today: date, *, month_first: bool) -> Iterator[date]:
    for start, end, day in dates_in(text, today, month_first=month_first):
        before = text[max(0, start - _LOOK_BACK) : start]
        ends_here = _DATE_ENDS.match(text, end) or _UNTIL_DATE.search(before)
        if ends_here and not _PAID_UNTIL_DATE.search(before):
            yield day
