"""The demo's scenes show what their names say."""

from datetime import date

import pytest
import yaml

from duebridge.core.understanding import understand
from infra.local.scenes import SCENES
from tests.builders import the_content

TODAY = date(2026, 3, 11)
PLAYED = [
    pytest.param(scene["means"], scene[language][0]["say"], id=f"{scene['name']} ({language})")
    for scene in yaml.safe_load(SCENES.read_text(encoding="utf-8"))["scenes"]
    for language in ("en", "zh")
]


@pytest.mark.parametrize(("means", "said"), PLAYED)
def test_the_first_reply_of_a_scene_is_understood_as_the_scene_needs_it(means: str, said: str) -> None:
    assert understand(said, the_content().listening, TODAY).primary == means
