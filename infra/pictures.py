"""Takes the pictures of the docs from the running product: `python -m infra.pictures`.

The day is that of the sample book; a part of its borrowers answers in the words of the sample replies. The pictures are
made with the fonts of this machine: Debian's fonts-inter and fonts-noto-cjk are those of the pictures in the docs.
"""

import argparse
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from duebridge.core.wording import masked
from infra.browser import chromium
from infra.cli.local import SAMPLE
from infra.local.assembly import PROJECT
from infra.local.borrowers import Borrowers
from infra.local.console.console import Console
from infra.local.laptop import Laptop

FOLDER = PROJECT / "docs" / "pictures"
START = datetime(2026, 3, 11, 9, 5, tzinfo=UTC)
"""A Wednesday with open contact hours in China, India and Europe."""
TALKERS = {"zh-CN": ("+86", "请给我打电话"), "en": ("+44", "Please call me, I lost my job last week")}
WIDE, NARROW = (1440, 900), (390, 844)
PATIENCE_MILLISECONDS = 60_000


def main() -> None:
    """Writes every picture anew."""
    parser = argparse.ArgumentParser(description="Takes the pictures of the docs from the running product.")
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder, docs/pictures if not given")
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with _a_day() as (laptop, console), chromium() as browser:
        phones = {language: _talk(laptop, prefix, words) for language, (prefix, words) in TALKERS.items()}
        laptop.settle()
        _take(browser, console, phones, folder)


@contextmanager
def _a_day() -> Iterator[tuple[Laptop, Console]]:
    """The sample book, texted, with the first answers."""
    with tempfile.TemporaryDirectory() as scratch, Laptop(START, folder=Path(scratch)) as laptop:
        console = Console(laptop)
        console.server.start()
        laptop.drop(SAMPLE.read_bytes(), f"loans/loan-book-{START:%Y%m%dT%H%M%SZ}.csv")
        while not laptop.phones.carrier_log:
            laptop.settle()
            laptop.plan()
        borrowers = Borrowers()
        for text in laptop.phones.carrier_log:
            reply = borrowers.answer_to(text)
            if reply:
                laptop.phones.reply(reply.phone, reply.body, answering_message_id=reply.answering_message_id)
        laptop.settle()
        keeping = threading.Thread(target=console.timekeeper.keep, name="timekeeper")
        keeping.start()
        try:
            yield laptop, console
        finally:
            console.timekeeper.stop()
            keeping.join()
            console.server.stop()


def _talk(laptop: Laptop, prefix: str, words: str) -> str:
    """The first texted number of a country that has said nothing yet says this."""
    spoken = {text.sender for text in laptop.phones.inbound_log}
    texted = (text for text in laptop.phones.carrier_log if text.to.startswith(prefix) and text.to not in spoken)
    text = next(text for text in texted if text.context["kind"] == "demand")
    laptop.phones.reply(text.to, words, answering_message_id=text.message_id)
    return text.to


def _take(browser: Browser, console: Console, phones: dict[str, str], folder: Path) -> None:
    for language, theme in (("en", "light"), ("zh-CN", "dark")):
        page = _opened(browser, console, WIDE, lang=language, theme=theme, phone=phones[language])
        _shoot(page, folder / f"console-{language}-{theme}.png")
        _open_ticket(page, phones[language])
        _shoot(page, folder / f"desk-{language}-{theme}.png")
        page.locator("#tab-today").click()
        expect(page.locator("#view-today .steps")).to_be_visible()
        _shoot(page, folder / f"today-{language}-{theme}.png")
        page.close()
        page = _opened(browser, console, NARROW, lang=language, theme=theme, phone=phones[language])
        _shoot(page, folder / f"phone-{language}-{theme}.png")
        page.close()


def _opened(browser: Browser, console: Console, size: tuple[int, int], **asked: str) -> Page:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    query = "&".join(f"{name}={value.replace('+', '%2B')}" for name, value in asked.items())
    page.goto(f"{console.server.url}?{query}")
    expect(page.locator("#talk [data-state='delivered']").nth(1)).to_be_visible()
    expect(page.locator("#widget")).not_to_have_attribute("aria-busy", "true")
    return page


def _open_ticket(page: Page, phone: str) -> None:
    desk = page.locator("#widget-body")
    desk.locator("#filter_language").select_option("zh" if phone.startswith("+86") else "en")
    desk.locator(".filters button.primary").click()
    desk.get_by_role("row").filter(has_text=masked(phone)).first.get_by_role("button").click()
    expect(desk.locator(".chat")).to_be_visible()
    page.locator("#view-desk").evaluate("view => view.scrollTo(0, 0)")


def _shoot(page: Page, file: Path) -> None:
    page.mouse.move(0, 0)
    page.screenshot(path=file, animations="disabled")


if __name__ == "__main__":
    main()
