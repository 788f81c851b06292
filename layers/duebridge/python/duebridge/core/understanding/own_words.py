"""Only the borrower's own words count: a reminder that is quoted in a reply says nothing about them."""

import re

_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.M)
_HEADER_LINE = re.compile(r"^(?:on .{0,60} wrote:|-{2,} ?(?:original|forwarded).*|(?:from|sent|subject):.*)$", re.M)
_QUOTED = re.compile(
    r"\"[^\"\n]{2,400}\"|(?<![a-z])'[^'\n]{8,400}'(?![a-z])"
    r"|「[^」\n]{1,400}」|『[^』\n]{1,400}』|«[^»\n]{2,400}»"
)
_OUR_VOICE = re.compile(
    r"(?:reply|text|txt|send|回复?|回覆|发送?) ?[:\"'“]?"
    r"(?:stop|help|quit|end|unsubscribe|t|td|r|n|1|2|退订)(?![a-z])"
    r"|opt[ -]?out|past due|overdue|is due|your (?:a/c|account|loan|payment|instal)"
    r"|msg ?& ?data|dear (?:customer|sir|borrower|mr|ms)"
    r"|您的|您已|逾期|退订|请及时|请尽快|尊敬的|回t|拒收|起诉|还款日"
)
_TOLD = re.compile(
    r"(?:\b(?:says?|said|saying|wrote|reads?|got|text(?:ed)?|msg|message|sent|told)|写|说|发|收到|内容|短信|什么)"
    r"[ :,\w]{0,14}$"
)
_MARKUP = re.compile(
    r"<(script|style)\b[^>]{0,200}>.{0,400}?(?:</\1>|$)|</?[a-z!][^>\n]{0,200}>?|\{\{.{0,200}?(?:\}\}|$)|\{%.{0,200}?(?:%\}|$)",
    re.S,
)
"""Tags and template code: nobody says anything with them, whatever words they are made of."""
_OUR_SENTENCES = (
    re.compile(r"^[ \t]*【[^】\n]{1,20}】[^\n]*(?:您|逾期|回t|回复|退订)[^\n]*$", re.M),
    re.compile(
        r"(?:please )?(?:reply|text|txt|send) [\"']?(?:stop|end|quit|unsubscribe)[\"']? (?:to|for|2) "
        r"[^.!?\n]{0,40}(?:[.!?]|$)",
        re.M,
    ),
    re.compile(
        r"(?:拒收|退订)请?(?:回复?|回覆|发送?)[ :\"']?(?:td?|r|n|退订)(?![a-z])"
        r"|(?:回复?|回覆)[ :\"']?(?:td|t|r|n) ?(?:即可)?(?:退订|拒收)"
    ),
    re.compile(
        r"^[ \t]*(?:hi|dear|hello)? ?[^\n.]{0,30}your (?:a/c|account|loan|payment|emi|instal\w{0,6})"
        r"[^\n.]{0,40}(?:overdue|past due|is due)[^\n]*(?:reply|call|pay)[^\n]*$",
        re.M,
    ),
)


def without_quotes(text: str) -> str:
    """The text at the same length, with quotations of our reminders and mark-up blanked."""
    if "<" in text or "{" in text:
        text = _MARKUP.sub(_blank, text)
    if ">" in text or ":" in text or "--" in text:
        text = _HEADER_LINE.sub(_blank, _QUOTED_LINE.sub(_blank, text))
    text = _QUOTED.sub(lambda match: _blank(match) if _is_ours(match) else match.group(), text)
    for sentence in _OUR_SENTENCES:
        text = sentence.sub(_blank, text)
    return text


def _is_ours(match: re.Match[str]) -> bool:
    inner = match.group()[1:-1]
    if _OUR_VOICE.search(inner):
        return True
    return bool(_TOLD.search(match.string[max(0, match.start() - 30) : match.start()])) and "stop" in inner


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())
