"""The lender whose text is judged: its names, its numbers and its sites are lawful, others are not."""

import re
import unicodedata
from collections.abc import Iterable

from msgspec import Struct

_LEGAL_FORMS = re.compile(
    r"(?:股份)?有限(?:责任)?公司|[\s,]+(?:inc|llc|ltd|limited|plc|corp|corporation|gmbh|ag|pvt|private|n\.?a)\b\.?",
)
_NOT_IN_NAMES = re.compile(r"[\W_]+")
_SEPARATOR = r"[\s.()\-/]{0,3}"
_COUNTRY_CODE = rf"(?:\+\d{{1,3}}{_SEPARATOR}|\d{{1,3}}[\s.()\-]{{1,3}})?"
_COUNTRY_CODES = ("1", "44", "49", "86", "91")
_NEVER = re.compile(r"(?!)")


class Speaker(Struct, frozen=True):
    """Who speaks, made ready for searching; `speaker_of` makes one."""

    names: tuple[str, ...]
    """Without case, spaces and legal form."""
    written: re.Pattern[str]
    """A name as it stands in a folded text."""
    phones: re.Pattern[str]
    domains: frozenset[str]
    takes_replies: bool

    def is_named_in(self, text: str) -> bool:
        """Whether the text says who speaks."""
        said = bare_name(text)
        return any(name in said for name in self.names)

    def signs_as(self, signature: str) -> bool:
        """Whether a signature is the lender's name, or a usual short form of it."""
        signed = bare_name(signature)
        return len(signed) > 1 and any(name in signed or signed in name for name in self.names)


def speaker_of(
    names: Iterable[str], phones: Iterable[str], domains: Iterable[str], *, takes_replies: bool = True
) -> Speaker:
    """`takes_replies` is false where a sender id cannot receive: no text may ask for a reply there."""
    given = [unicodedata.normalize("NFKC", name).casefold() for name in names]
    written = {re.escape(_LEGAL_FORMS.sub("", name).strip()) for name in given if name.strip()}
    return Speaker(
        names=tuple(filter(None, dict.fromkeys(map(bare_name, given)))),
        written=re.compile("|".join(sorted(written, key=len, reverse=True))) if written else _NEVER,
        phones=phones_pattern(phones),
        domains=frozenset(map(_host, domains)),
        takes_replies=takes_replies,
    )


def bare_name(text: str) -> str:
    """Without case, spaces, punctuation and legal form."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOT_IN_NAMES.sub("", _LEGAL_FORMS.sub("", folded))


def phones_pattern(phones: Iterable[str]) -> re.Pattern[str]:
    """Finds these numbers however they are grouped, with or without country code or leading zero."""
    nationals = sorted({_national(phone) for phone in phones} - {""}, key=len, reverse=True)
    if not nationals:
        return _NEVER
    grouped = "|".join(_SEPARATOR.join(national) for national in nationals)
    return re.compile(rf"(?<!\d)(?<!\d[-.]){_COUNTRY_CODE}\(?0?{_SEPARATOR}(?:{grouped})(?![-.]?\d)")


def _national(phone: str) -> str:
    digits = "".join(re.findall(r"[0-9]", unicodedata.normalize("NFKC", phone)))
    if phone.strip().startswith("+"):
        code = next((code for code in _COUNTRY_CODES if digits.startswith(code)), "")
        digits = digits.removeprefix(code)
    return digits.lstrip("0")


def _host(domain: str) -> str:
    return domain.strip().casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.").split("/")[0]
