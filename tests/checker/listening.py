"""What a borrower's reply binds the lender to: an opt-out stops the texts, and a reply gets one answer."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date

from tests.checker.evidence import Reply, Run, Text
from tests.checker.verdict import Promise, Violation, against

ANSWERS_PER_DAY = 5

# Only whole messages that nobody can read otherwise. Freer wording is the product's own task.
_OPT_OUTS = frozenset(
    {"stop", "stopall", "stop all", "end", "quit", "cancel", "unsubscribe", "revoke", "optout", "opt out"}
    | {"opt-out", "t", "td", "r", "n", "退订", "拒收"}
)
_OPT_INS = frozenset({"start", "unstop", "恢复"})


def is_opt_out(body: str) -> bool:
    """Whether the whole message is one of the unmistakable opt-out words."""
    return _bare(body) in _OPT_OUTS


def is_opt_in(body: str) -> bool:
    """Whether the whole message is one of the unmistakable words that lift an opt-out."""
    return _bare(body) in _OPT_INS


def _bare(body: str) -> str:
    """The message without case, width, and the marks and spaces around it."""
    folded = unicodedata.normalize("NFKC", body).casefold()
    return folded.strip(" \t\r\n.,!?;:'\"。、")


def _first_arrivals(replies: list[Reply]) -> list[Reply]:
    """The replies without redelivered copies."""
    return list({reply.inbound_message_id: reply for reply in reversed(replies)}.values())[::-1]


def check_opt_outs(run: Run) -> Iterator[Violation]:
    """After an opt-out a number gets one confirmation and nothing else, until it opts in again."""
    texts_by_number: defaultdict[str, list[Text]] = defaultdict(list)
    for text in run.texts:
        texts_by_number[text.to].append(text)
    all_replies = _first_arrivals(run.replies)
    for number, texts in texts_by_number.items():
        replies = [reply for reply in all_replies if reply.sender == number]
        answers_since: Counter[Reply] = Counter()
        for text in texts:
            opt_out = _standing_opt_out(replies, text)
            if opt_out is None:
                continue
            if text.kind != "answer":
                yield against(Promise.OPT_OUT, text, f"{text.kind} after the opt-out of {opt_out.at.isoformat()}")
                continue
            answers_since[opt_out] += 1
            if answers_since[opt_out] > 1:
                yield against(
                    Promise.OPT_OUT,
                    text,
                    f"answer {answers_since[opt_out]} to the opt-out of {opt_out.at.isoformat()}",
                )


def _standing_opt_out(replies: list[Reply], text: Text) -> Reply | None:
    """The opt-out that binds this text: the first one since the last opt-in, if it came before the text."""
    standing: Reply | None = None
    for reply in replies:
        if reply.at >= text.at:
            break
        if is_opt_in(reply.body):
            standing = None
        elif standing is None and is_opt_out(reply.body):
            standing = reply
    return standing


def check_answers(run: Run) -> Iterator[Violation]:
    """No more answers to a number than it has sent replies, and few on one of its local days."""
    zone_of_number = {loan.phone: loan.time_zone for loan in run.loan_file.loans}
    replies = _first_arrivals(run.replies)
    answers: Counter[str] = Counter()
    answers_of_day: Counter[tuple[str, date]] = Counter()
    for text in run.texts:
        if text.kind != "answer":
            continue
        answers[text.to] += 1
        received = sum(reply.sender == text.to and reply.at <= text.at for reply in replies)
        if answers[text.to] > received:
            yield against(Promise.ANSWERS, text, f"answer {answers[text.to]} after {received} replies")
        day = text.at.astimezone(zone_of_number.get(text.to, UTC)).date()
        answers_of_day[text.to, day] += 1
        if answers_of_day[text.to, day] > ANSWERS_PER_DAY:
            yield against(Promise.ANSWERS, text, f"answer {answers_of_day[text.to, day]} on {day}")
