"""Links, mailboxes, phone numbers and long numbers: only the lender's own may stand in a text."""

import re
from collections.abc import Iterator

from .code import Code
from .dates import without_dates
from .reading import Reading
from .rules import Addresses, LintRules
from .speaker import Speaker

_SPELT_DOT = re.compile(r"\s*[\[({]\s*(?:dot|\.)\s*[\])}]\s*|\s+dot\s+(?=[a-z]{2,6}\b)|\s+\.\s*(?=[a-z]{2,6}\b)", re.I)
_SPELT_AT = re.compile(r"\s*[\[({]\s*at\s*[\])}]\s*", re.I)
_MAY_SPELL = re.compile(r"dot\b|[\s\[({]\.|[\[({]\s*at\b", re.I)
_EMAIL = re.compile(r"[a-z0-9._%+-]+@((?:[a-z0-9-]+\.)+[a-z]{2,24})", re.I)
_DOMAIN = re.compile(
    r"(?P<scheme>h(?:tt|xx)ps?://|www\.)?"
    r"(?<![a-z0-9_-])(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,62})\.)+(?P<ending>[a-z]{2,24}|xn--[a-z0-9]+))(?![a-z0-9-])"
    r"(?P<path>[/?#][\x21-\x7e]*)?",
    re.I,
)
_CHINESE_DOMAIN = re.compile(r"[\w-]+\.(?:中国|公司|网络|网址|商城|在线)")
_ADDRESS_OF_DIGITS = re.compile(r"https?://\d{1,3}(?:\.\d{1,3}){3}\S*", re.I)
_SENTENCE_JOIN = re.compile(r"[a-z]\.[A-Z]")

_FIGURES = re.compile(
    r"\d{1,3}(?:,\d{2,3})+(?:\.\d+)?(?!\d)|(?<![\d.])\d+[.,]\d{2}(?![\d.])|\d{1,2}:\d{2}(?!\d)|\*+\d{1,4}(?!\d)|\d+(?:\.\d+)?%"
)
_RUN = re.compile(r"(?<![\d])\+?\(?\d(?:[\s.()\-/·]{0,2}\d){4,}(?:x(?![a-z]))?", re.I)
_GROUPED = re.compile(r"\d[\s.()-]+\d")
_PHONE_SHAPES = re.compile(
    r"\+\d{8,15}|1[3-9]\d{9}|86 ?1[3-9]\d{9}|[48]00\d{7}|0\d{9,11}|1800\d{6,7}|[6-9]\d{9}|1?[2-9]\d{2}[2-9]\d{6}"
)
_LOOK_BACK = 24
_FEWEST_OF_AN_ACCOUNT = 8
_MOST_OF_A_PHONE = 12


def foreign(reading: Reading, speaker: Speaker, rules: LintRules) -> Iterator[Code]:
    """A code for each address or number that is not the lender's own or a public body's."""
    addresses = rules.addresses
    text = reading.wide
    if _MAY_SPELL.search(text):
        text = _SPELT_AT.sub("@", _SPELT_DOT.sub(".", text))
    for host in (match[1].casefold() for match in _EMAIL.finditer(text)):
        if not _is_own(host, speaker, addresses):
            yield Code.FOREIGN_EMAIL
    text = _EMAIL.sub(" ", text)
    yield from _foreign_links(text, speaker, addresses)
    text = _DOMAIN.sub(lambda match: " " if _is_link(match, addresses) else match.group(), text)
    yield from _foreign_numbers(text, speaker, rules)


def _is_own(host: str, speaker: Speaker, addresses: Addresses) -> bool:
    own = speaker.domains | addresses.public_domains
    return any(host == domain or host.endswith(f".{domain}") for domain in own)


def _foreign_links(text: str, speaker: Speaker, addresses: Addresses) -> Iterator[Code]:
    for match in _DOMAIN.finditer(text):
        host = match["host"].casefold().removeprefix("www.")
        if _is_link(match, addresses) and not _is_own(host, speaker, addresses):
            is_short = any(host == each or host.endswith(f".{each}") for each in addresses.shorteners)
            yield Code.SHORT_LINK if is_short else Code.FOREIGN_DOMAIN
    if _CHINESE_DOMAIN.search(text) or _ADDRESS_OF_DIGITS.search(text):
        yield Code.FOREIGN_DOMAIN


def _is_link(match: re.Match[str], addresses: Addresses) -> bool:
    if match["scheme"] or match["path"]:
        return True
    return match["ending"].casefold() in addresses.endings and not _SENTENCE_JOIN.search(match["host"])


def _foreign_numbers(text: str, speaker: Speaker, rules: LintRules) -> Iterator[Code]:
    addresses = rules.addresses
    known = addresses.public_phones.sub(" ", speaker.phones.sub(" ", addresses.references.sub(" ", text.casefold())))
    left = without_dates(_FIGURES.sub(" ", rules.amount.sub(" ", known)))
    for match in _RUN.finditer(left):
        before = left[max(0, match.start() - _LOOK_BACK) : match.start()]
        code = _kind_of_number(match.group().strip(), before, addresses)
        if code:
            yield code


def _kind_of_number(number: str, before: str, addresses: Addresses) -> Code | None:
    digits = re.sub(r"[^\d+]", "", number)
    length = len(digits.removeprefix("+"))
    is_called = bool(addresses.call_words.search(before))
    if length < _FEWEST_OF_AN_ACCOUNT:
        return Code.FOREIGN_PHONE if is_called else None
    if number.endswith("x") or (length > _MOST_OF_A_PHONE and not digits.startswith("+")):
        return Code.FULL_NUMBER
    if addresses.account_words.search(before) and not is_called:
        return Code.FULL_NUMBER
    looks_like_phone = _PHONE_SHAPES.fullmatch(digits) or (_GROUPED.search(number) and length <= _MOST_OF_A_PHONE)
    return Code.FOREIGN_PHONE if is_called or looks_like_phone else Code.FULL_NUMBER
