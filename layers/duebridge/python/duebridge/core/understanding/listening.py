"""Everything that understanding replies goes by, compiled from templates/replies and opened when first needed."""

import base64
import zlib
from functools import cached_property
from typing import Any

from msgspec import json

from .phrases import PhraseBook, Saying
from .reading import Spelling, folding
from .weights import Weights


class Listening:
    """Packed content. Stations that read no reply never open it."""

    def __init__(self, packed: str) -> None:
        self._packed = packed

    @cached_property
    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.decode(zlib.decompress(base64.b64decode(self._packed)))
        return content

    @cached_property
    def spelling(self) -> Spelling:
        """How replies are written."""
        source = self._content["spelling"]
        return Spelling(
            letters=folding({ord(letter): usual for letter, usual in source["letters"].items()}),
            words=source["words"],
            pinyin=source["pinyin"],
            regional=source["regional"],
            known=frozenset(source.get("known", ())),
            watched=frozenset(source["watched"]),
        )

    @cached_property
    def book(self) -> PhraseBook:
        """What phrases mean."""
        content = self._content
        return PhraseBook(
            names=content["names"],
            sources=content["sources"],
            pieces=content["pieces"],
            needs=content["needs"],
            signs=content["signs"],
            begun_by={int(piece): phrases for piece, phrases in content["begun_by"].items()},
            sayings=[Saying(*saying) for saying in content["sayings"]],
            wholes=content["wholes"],
        )

    @cached_property
    def keywords(self) -> frozenset[str]:
        """Words of law that are an opt-out when they are the whole reply."""
        return frozenset(self._content["keywords"])

    @cached_property
    def weights(self) -> Weights:
        """What was learnt from examples."""
        return Weights.opened(self._content["weights"])
