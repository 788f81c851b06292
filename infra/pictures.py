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
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from duebridge.core.wording import masked
from infra.browser import chromium
from infra.cli.local import SAMPLE
from infra.cli.shipped_content import lenders, shipped_content
from infra.local.assembly import PROJECT
from infra.local.borrowers import Borrowers
from infra.local.console.console import Console
from infra.local.laptop import Laptop
from infra.local.world.population import sample
from infra.local.world.simulation import Question, report, simulate
from infra.report_page import page as report_page

FOLDER = PROJECT / "docs" / "pictures"
START = datetime(2026, 3, 11, 9, 5, tzinfo=UTC)
"""A Wednesday with open contact hours in China, India and Europe."""
TALKERS = {"zh-CN": ("+86", "请给我打电话"), "en": ("+44", "Please call me, I lost my job last week")}
WIDE, NARROW, REPORT = (1440, 900), (390, 844), (1180, 810)
Theme = Literal["light", "dark"]
THEMES: dict[str, Theme] = {"en": "light", "zh-CN": "dark"}
"""In which colours each language is shown, so that both are seen."""
PATIENCE_MILLISECONDS = 60_000


def main() -> None:
    """Writes every picture anew."""
    parser = argparse.ArgumentParser(description="Takes the pictures of the docs from the running product.")
    parser.add_argument("--output", type=Path, default=FOLDER, help="folder, docs/pictures if not given")
    parser.add_argument("--only", choices=("console", "report"), help="one of the two sets of pictures")
    asked = parser.parse_args()
    folder = asked.output
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    if asked.only != "report":
        _take_the_console(folder)
    if asked.only != "console":
        _take_the_report(folder)


def _take_the_console(folder: Path) -> None:
    with _a_day() as (laptop, console), chromium() as browser:
        phones = {language: _talk(laptop, prefix, words) for language, (prefix, words) in TALKERS.items()}
        laptop.settle()
        _take(browser, console, phones, folder)


def _take_the_report(folder: Path) -> None:
    """Of simulated loans, so many that something is shown; the pictures say on every plot what they are of."""
    content = shipped_content()
    families = {each.strategy.name: each.strategy for each in map(shipped_content, lenders())}
    made = report(simulate(Question(), content, families, sample(content)), content)
    with chromium() as browser:
        for language, theme in THEMES.items():
            take_report(browser, report_page(made, language), language, theme, folder)


def take_report(browser: Browser, written: str, language: str, theme: Theme, folder: Path) -> None:
    """Its first screen, and its first comparison by stage."""
    page = browser.new_page(
        viewport={"width": REPORT[0], "height": REPORT[1]}, color_scheme=theme, reduced_motion="reduce"
    )
    page.set_content(written)
    _shoot(page, folder / f"report-{language}-{theme}.png")
    page.locator("section.part figure").first.screenshot(path=folder / f"report-stages-{language}-{theme}.png")
    page.close()


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
    for language, theme in THEMES.items():
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
