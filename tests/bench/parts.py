"""How many parts the texts of a whole loan book cost: the carriers' bill."""

from infra.cli.preview import SAMPLE, SAMPLE_DATE
from infra.rehearsal import Heard, parts_by_language, rehearse
from tests.bench.figures import Figure
from tests.builders import the_content

BUDGET_PARTS = 1.5
LANGUAGES = {"en": "English", "zh": "Chinese"}


def figures() -> list[Figure]:
    """Every loan of the sample book that would be texted at its date."""
    with SAMPLE.open("rb") as stream:
        heard = [each for each in rehearse(stream, the_content(), SAMPLE_DATE) if isinstance(each, Heard)]
    return [
        Figure(
            area="parts",
            what=f"{LANGUAGES[language]}: parts a text on the sample loan book",
            measured=parts / texts,
            unit="parts",
            budget=BUDGET_PARTS,
            note=f"{parts:,} parts, {texts:,} texts",
        )
        for language, (texts, parts) in sorted(parts_by_language(heard).items())
    ]
