"""The Chromium of this machine, for the browser tests and for the pictures of the docs: none is downloaded."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ON_A_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


class NoBrowserError(Exception):
    """There is no Chromium here; the text says how to get one."""


def executable() -> str:
    """What the variable CHROMIUM names, or the first browser found. Raises NoBrowserError."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    found = named or (str(ON_A_MAC) if ON_A_MAC.exists() else "")
    if not found or not Path(found).exists():
        raise NoBrowserError(
            "this needs Chromium or Chrome: `apt-get install chromium`, or name yours in the variable CHROMIUM"
        )
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable())
        try:
            yield browser
        finally:
            browser.close()
