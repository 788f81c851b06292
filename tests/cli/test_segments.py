"""`duebridge segments` tells a text's bill."""

import pytest

from tests.cli.asking import answers, lines, run


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        pytest.param("", "GSM-7", 0, 1, id="empty"),
        pytest.param("a" * 160, "GSM-7", 160, 1, id="one full part"),
        pytest.param("a" * 161, "GSM-7", 161, 2, id="one more"),
        pytest.param("€", "GSM-7", 2, 1, id="an escaped character"),
        pytest.param("还" * 71, "UCS-2", 71, 2, id="Chinese"),
        pytest.param("😀", "UCS-2", 2, 1, id="emoji"),
        pytest.param("\ud800", "UCS-2", 1, 1, id="half a character"),
    ],
)
def test_a_text_is_counted(text: str, encoding: str, units: int, segments: int) -> None:
    result = run("segments", stdin=lines({"id": "a", "text": text}))
    assert answers(result) == [{"id": "a", "encoding": encoding, "units": units, "segments": segments}]
