"""Whether a closed matter was settled to the borrower's liking, by their answer to the one question about it."""

from .menu import chosen
from .reply import normalised

HAPPY, UNHAPPY = 1, 2
"""As the question numbers them."""

YES = frozenset(
    {
        "yes",
        "y",
        "yes thanks",
        "yes thank you",
        "happy",
        "satisfied",
        "good",
        "满意",
        "满意谢谢",
        "是",
        "是的",
        "好",
        "滿意",
        "很满意",
    }
)
NO = frozenset(
    {
        "no",
        "n",
        "nope",
        "not happy",
        "unhappy",
        "not satisfied",
        "不满意",
        "不滿意",
        "不",
        "不是",
        "没有",
        "没解决",
        "沒解決",
    }
)


def verdict(body: str) -> bool | None:
    """True, False, or None for anything that is no plain answer to the question."""
    number = chosen(body, 2)
    if number is not None:
        return number == HAPPY
    said = normalised(body)
    if said in YES:
        return True
    return False if said in NO else None
