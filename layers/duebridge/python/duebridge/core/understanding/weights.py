"""What was learnt from examples: how much each feature speaks for each label."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

RARITY_STEPS = 16
SHAPES = "LNS"
"""First letters of features that tell how long a reply is, and nothing of what it says."""


class Weights(Struct, frozen=True):
    """A linear model with one column a label; a weight is a byte around 128.

    A feature counts more the rarer it is, and a long reply's features count less each.
    """

    labels: tuple[str, ...]
    thresholds: Mapping[str, float]
    """The score from which a reply has the label: lower for labels that must not be missed."""
    biases: tuple[float, ...]
    steps: tuple[float, ...]
    """What one step of a label's byte is worth."""
    rows: Mapping[str, int]
    rarities: bytes
    """In sixteenths, by row."""
    cells: bytes

    @classmethod
    def opened(cls, source: Mapping[str, Any]) -> Weights:
        """From what the compiler packed."""
        return cls(
            labels=tuple(source["labels"]),
            thresholds=source["thresholds"],
            biases=tuple(source["biases"]),
            steps=tuple(source["steps"]),
            rows={feature: row for row, feature in enumerate(str(source["features"]).split("\n"))},
            rarities=base64.b64decode(str(source["rarities"])),
            cells=base64.b64decode(str(source["cells"])),
        )

    def scores(self, features: Iterable[str]) -> dict[str, float]:
        """How much a reply with these features speaks for each label; above 0 is likelier than not."""
        found = [row for row in map(self.rows.get, features) if row is not None]
        if not found:
            return dict(zip(self.labels, self.biases, strict=True))
        width = len(self.labels)
        columns = zip(*(self.cells[row * width : row * width + width] for row in found), strict=True)
        length = math.hypot(*(self.rarities[row] / RARITY_STEPS for row in found))
        return {
            label: bias + step * (sum(column) - 128 * len(found)) / length
            for label, bias, step, column in zip(self.labels, self.biases, self.steps, columns, strict=True)
        }

    def know_words_of(self, features: Iterable[str]) -> bool:
        """Whether anything in a reply was ever seen besides its mere shape, such as its length."""
        return any(feature in self.rows and feature[0] not in SHAPES for feature in features)

    def weight(self, feature: str, label: str) -> int:
        """How much one feature speaks for a label, in steps."""
        row = self.rows.get(feature)
        return 0 if row is None else self.cells[row * len(self.labels) + self.labels.index(label)] - 128


def probability(score: float) -> float:
    """Between 0 and 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
