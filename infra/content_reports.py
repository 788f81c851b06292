"""The words of reports in each language, and their style sheet."""

import json
from pathlib import Path

from infra.content_desk import compile_words
from infra.content_source import TEMPLATES


def compile_reports(templates: Path = TEMPLATES) -> str:
    """As JSON for `duebridge.adapters.report_content`. Raises ContentError with file and mend."""
    folder = templates / "reports"
    reports = {"words": compile_words(folder), "style": (folder / "report.css").read_text(encoding="utf-8")}
    return json.dumps(reports, ensure_ascii=False, sort_keys=True)
