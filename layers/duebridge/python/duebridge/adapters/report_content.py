"""Loads what reports say, and how they look, from the content layer."""

from importlib import resources

from msgspec import json

from ..core.report.reader import ReportContent
from .content import CONTENT_PACKAGE


def load_reports() -> ReportContent:
    """From the content layer."""
    return parse_reports(resources.files(CONTENT_PACKAGE).joinpath("report.json").read_bytes())


def parse_reports(compiled: str | bytes) -> ReportContent:
    """From what the content compiler wrote."""
    return json.decode(compiled, type=ReportContent)
