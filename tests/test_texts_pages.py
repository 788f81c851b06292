"""The pages of all texts are what templates/ gives."""

from pathlib import Path

import pytest

from infra.texts_page import pages


@pytest.mark.parametrize("page", sorted(pages().items()), ids=lambda page: page[0].name)
def test_the_page_of_all_texts_is_up_to_date(page: tuple[Path, str]) -> None:
    path, text = page
    assert path.read_text(encoding="utf-8") == text, "run python -m infra.texts_page"
