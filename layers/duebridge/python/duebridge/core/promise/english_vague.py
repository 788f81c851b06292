"""English phrases that name a time but no day: a week, an event, soon."""

from .english_words import MONTH, MONTH_CUES
from .mention import Kind, Wording
from .resolving import no_day

ENGLISH_VAGUE: tuple[Wording, ...] = (
    Wording(
        Kind.PERIOD,
        rf"\b(?:(?:early |later |late |end of |mid |some ?time |beginning of |start of |"
        rf"(?:the )?end of (?:the )?)?(?:next|nxt|this|the following|following|coming|the coming) (?:week|wk|weekend|"
        rf"wkend|month|mth)|(?:the )?week ?end|wkend|eow|(?:by )?(?:the )?end of (?:the |d )?(?:week|wk)|"
        rf"(?:the )?week after next|(?:the )?(?:beginning|start|first week|second week|middle|early part|1st week|"
        rf"2nd week|first half) of (?:the |next |this )*(?:month|mth|{MONTH}\b)|(?:early|mid|late)[ -](?:next month|"
        rf"month|{MONTH}\b)|(?:(?<=in )|(?<=by )|(?<=til )|(?<=till )|(?<=until )|(?<=before )){MONTH}\b(?! \d)|"
        rf"xia ?zhou|agle hafte|"
        r"(?:right )?(?:after |before )?(?:christmas|xmas|easter|diwali|eid|thanksgiving|new year))\b",
        no_day,
        MONTH_CUES + "|week|wk|month|mth|eow|zhou|hafte|christmas|xmas|easter|diwali|eid|thanks|year",
    ),
    Wording(
        Kind.EVENT,
        r"\b(?:(?:my |next |the )*pay ?days?|(?:next|my next) (?:pay ?(?:check|cheque|slip)|wages?|salary|check|"
        r"cheque)|(?:as soon as|when|once|after|whenever|soon as|wen)(?! (?:will|i can|can|do|did|are|is|you|u|your?|"
        r"possible|poss|im able|i'm able|i am able|that)\b)(?: (?!(?:i'?ll|i will|you'?(?:ll|re)?|u|ull|it'?ll|"
        r"we'?ll|will|then|its|it's|mate|bro|sir|pal|i got)\b)[a-z']{1,14}){1,8}|salary (?:aane par|aate hi|day|"
        r"date))(?![a-z])",
        no_day,
        "pay|wage|salar|check|cheque|soon|when|once|after|wen",
    ),
    Wording(
        Kind.SOON,
        r"\b(?:as soon as (?:possible|i can|im able|i am able|poss|i'm able)|asap|a\.s\.a\.p|soonest|soon|shortly|"
        r"in a bit|in a while|later|some ?time|eventually|immediately|straight ?away|right away|(?:when|wen|"
        r"whenever) i can|jaldi|jinkuai|in due course)\b",
        no_day,
        "soon|asap|a.s|short|bit|while|later|time|event|immed|away|can|jaldi|jin|due",
    ),
)
