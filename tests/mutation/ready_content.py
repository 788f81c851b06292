"""A pytest plugin: the project's own content, compiled once for all mutants; none of them is about compiling it."""

import os
from pathlib import Path

import infra.content

FOLDER = "READY_CONTENT"
"""Names the variable that tells where each lender's content lies."""


def _ready(lender: str) -> str:
    return (Path(os.environ[FOLDER]) / f"{lender}.json").read_text(encoding="utf-8")


def pytest_configure() -> None:
    """Before any test module takes the name."""
    infra.content.compile_content = _ready
