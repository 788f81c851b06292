"""The console as people use it: a real browser, the deployed pipeline, and the deployed desk."""

import csv
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Locator, Page, expect

from duebridge.core.wording import masked
from infra.browser import chromium
from infra.cli.local import SAMPLE
from infra.local.console.console import Console
from infra.local.console.pages import STATIC
from infra.local.console.words import DESK_WORDS
from infra.local.laptop import Laptop

pytestmark = [pytest.mark.emulator, pytest.mark.enable_socket]

START = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
"""Contact hours in China and Britain."""
LANGUAGES = ("en", "zh-CN")
COUNTRY = {"en": "GB", "zh-CN": "CN"}
LOANS_OF_A_COUNTRY = 5
PATIENCE_MILLISECONDS = 30_000
CALL_ME = {"en": "Call me please", "zh-CN": "请给我打电话"}
NOT_CONTENT = "2"
HOSTILE = "<img src=x onerror=\"alert(1)\"><script>alert(2)</script>{{7*7}}</textarea><svg onload='alert(3)'>"
INITIALS = "QZ"


@dataclass(frozen=True, slots=True)
class Borrower:
    """Whom a test plays; each test takes one of its own."""

    loan_id: str
    name: str
    phone: str


def borrowers(country: str) -> list[dict[str, str]]:
    """Rows of the sample that are some days late, each with a number that is told apart even masked."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] == country]
    late = [row for row in rows if "2026-02-25" < row["due_date"] < "2026-03-10"]
    return list({masked(row["phone"]): row for row in late}.values())[:LOANS_OF_A_COUNTRY]


BOOK = {language: borrowers(country) for language, country in COUNTRY.items()}


def borrower(language: str, place: int) -> Borrower:
    row = BOOK[language][place]
    return Borrower(row["loan_id"], row["full_name"], row["phone"])


def as_csv() -> bytes:
    rows = [row for found in BOOK.values() for row in found]
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows), ""]).encode()


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Up, with a small book of which every loan is texted."""
    with Laptop(START, folder=tmp_path_factory.mktemp("run")) as laptop:
        laptop.drop(as_csv(), "loans/loan-book-20260311T090000Z.csv")
        running = Console(laptop)
        running.server.start()
        keeping = threading.Thread(target=running.timekeeper.keep, name="timekeeper")
        keeping.start()
        yield running
        running.timekeeper.stop()
        keeping.join()
        running.server.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with chromium() as started:
        yield started


class Visit:
    """One open page, in one language, and what went wrong on it."""

    def __init__(self, page: Page, console: Console, language: str, **asked: str) -> None:
        self.page = page
        self.language = language
        self.faults: list[str] = []
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda told: self.faults.append(told.text) if told.type == "error" else None)
        query = "&".join(f"{name}={value}" for name, value in {"lang": language, "theme": "light", **asked}.items())
        page.goto(f"{console.server.url}?{query}")
        self.own: dict[str, Any] = json.loads((STATIC / "words" / f"{language}.json").read_text(encoding="utf-8"))
        self.desks: dict[str, Any] = yaml.safe_load((DESK_WORDS / f"{language}.yaml").read_text(encoding="utf-8"))

    @property
    def desk(self) -> Locator:
        return self.page.locator("#widget-body")

    @property
    def talk(self) -> Locator:
        return self.page.locator("#talk .said")

    def pick(self, who: Borrower) -> None:
        """By a search, as a person would."""
        self.page.get_by_role("searchbox").fill(who.phone)
        self.page.locator(f'.pick[data-phone="{who.phone}"]').click()
        expect(self.page.locator("#handset-name")).to_have_text(who.name)

    def write(self, words: str) -> None:
        """On the borrower's phone."""
        self.page.get_by_label(self.own["reply"], exact=True).fill(words)
        self.page.get_by_role("button", name=self.own["send"], exact=True).click()

    def hears(self, kind: str) -> None:
        """The newest text on the phone is of this kind, and the carrier said that it arrived."""
        newest = self.talk.last
        expect(newest).to_contain_text(self.desks["kind"][kind])
        expect(newest.locator('[data-state="delivered"]')).to_be_visible()

    def row(self, who: Borrower) -> Locator:
        """Of the queue."""
        return self.desk.get_by_role("row").filter(has_text=masked(who.phone))

    def open_ticket(self, who: Borrower) -> None:
        self.row(who).get_by_role("button").click()
        expect(self.desk.get_by_role("heading", name=self.desks["conversation"], exact=True)).to_be_visible()

    def press(self, name: str, *, sure: bool = False) -> None:
        """A button of the desk; `sure` answers its question."""
        self.desk.get_by_role("button", name=name, exact=True).click()
        if sure:
            self.page.get_by_role("dialog").get_by_role("button", name=self.own["go_on"], exact=True).click()

    def look_again(self, for_words: str) -> None:
        """Until the ticket tells of it."""
        refresh = self.page.get_by_role("button", name=self.own["refresh"], exact=True)
        for _ in range(40):
            refresh.click()
            expect(self.page.locator("#widget")).not_to_have_attribute("aria-busy", "true")
            if self.desk.get_by_text(for_words).count():
                return
            self.page.wait_for_timeout(250)
        raise AssertionError(f"the ticket never told of {for_words}")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_operator_answers_a_borrower_who_is_asked_and_whose_no_brings_the_ticket_back(
    console: Console, page: Page, language: str
) -> None:
    who, visit = borrower(language, 0), Visit(page, console, language)
    desks = visit.desks

    visit.pick(who)
    visit.hears("demand")
    visit.write(CALL_ME[language])
    expect(visit.page.locator("#talk .theirs")).to_contain_text(desks["label"]["callback"])
    visit.hears("answer")

    expect(visit.row(who)).to_contain_text(desks["reason"]["callback"])
    expect(visit.row(who)).not_to_contain_text(desks["priority"]["1"])
    visit.open_ticket(who)
    visit.desk.get_by_label(desks["by"], exact=True).fill(INITIALS)
    visit.desk.get_by_label(desks["answer"]["template"], exact=True).select_option("operator/general_apology")
    visit.press(desks["do"]["preview"])
    visit.press(desks["do"]["send"], sure=True)
    visit.hears("operator")

    visit.look_again(INITIALS)
    visit.desk.get_by_label(desks["by"], exact=True).fill(INITIALS)
    closing = visit.desk.locator("details").filter(has=page.get_by_text(desks["action"]["close"], exact=True))
    closing.locator("summary").click()
    closing.get_by_label(desks["close_form"]["outcome"], exact=True).select_option("answered")
    visit.press(desks["do"]["close"], sure=True)
    visit.hears("satisfaction")
    visit.press(desks["back"])
    expect(visit.row(who)).to_have_count(0)

    visit.write(NOT_CONTENT)
    expect(visit.row(who)).to_contain_text(desks["priority"]["1"])
    assert visit.faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_borrower_writes_is_shown_as_text_wherever_it_is_shown(
    console: Console, page: Page, language: str
) -> None:
    who, visit = borrower(language, 1), Visit(page, console, language)
    visit.pick(who)
    visit.hears("demand")
    words = f"{HOSTILE} {CALL_ME[language]}"
    visit.write(words)
    expect(visit.page.locator("#talk .theirs .bubble")).to_have_text(words)
    visit.hears("answer")
    visit.open_ticket(who)
    expect(visit.desk.get_by_text(words, exact=True)).to_be_visible()
    assert page.locator("img[src=x], svg[onload], #widget-body script").count() == 0
    assert visit.faults == []


def test_a_widget_is_cleaned_as_the_cloud_console_cleans_it(console: Console, page: Page) -> None:
    visit = Visit(page, console, "en")
    page.route(
        "**/api/desk",
        lambda route: route.fulfill(
            json={
                "html": "<p id=kept style='color:red' onclick='alert(1)'>Kept</p><script>alert(2)</script>"
                "<iframe src=/></iframe><img src=x onerror='alert(3)'><a href='javascript:alert(4)'>link</a>"
                "<svg><use href='#a'/></svg>"
            }
        ),
    )
    page.get_by_role("button", name=visit.own["refresh"], exact=True).click()
    visit.desk.locator("#kept").click()
    visit.desk.get_by_text("link").click()
    kept = visit.desk.locator("#kept").evaluate("each => each.outerHTML")
    assert kept == '<p id="kept" style="color:red">Kept</p>'
    assert visit.desk.locator("script, iframe, use").count() == 0
    # What the policy of the page blocked besides is reported too; nothing of it ran.
    assert [fault for fault in visit.faults if fault.startswith("dialog")] == []


def test_a_payment_is_known_on_the_phone_at_once(console: Console, page: Page) -> None:
    who, visit = borrower("en", 2), Visit(page, console, "en")
    visit.pick(who)
    page.get_by_role("button", name=visit.own["pay_loan"].format(loan=who.loan_id)).click()
    expect(page.locator("#handset-loans")).to_contain_text(visit.own["nothing_owed"])
    assert visit.faults == []


def test_the_clock_is_advanced_by_an_hour_and_the_page_says_so(console: Console, page: Page) -> None:
    visit = Visit(page, console, "en")
    before = datetime.fromisoformat(str(page.locator("#now").get_attribute("datetime")))
    page.get_by_role("button", name=visit.own["step_hour"], exact=True).click()
    page.wait_for_function(
        "before => (new Date(document.querySelector('#now').dateTime) - new Date(before)) >= 3_600_000",
        arg=before.isoformat(),
        timeout=PATIENCE_MILLISECONDS,
    )
    assert console.timekeeper.trouble == ""
    assert visit.faults == []


def test_the_language_is_changed_without_loading_the_page_anew(console: Console, page: Page) -> None:
    visit = Visit(page, console, "en")
    expect(visit.desk).to_contain_text("Follow-up desk")
    page.get_by_role("button", name="中文").click()
    expect(visit.desk).to_contain_text("跟进台")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#phones-title")).to_have_text("手机")
    assert visit.faults == []


def test_on_a_phone_the_page_shows_one_thing_at_a_time(console: Console, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    who, visit = borrower("en", 3), Visit(page, console, "en")
    expect(visit.desk).not_to_be_visible()
    visit.pick(who)
    expect(page.locator("#book")).not_to_be_visible()
    page.get_by_role("button", name=visit.own["back_to_phones"]).click()
    expect(page.locator("#book")).to_be_visible()
    page.locator(".panes").get_by_role("button", name=visit.own["desk"]).click()
    expect(visit.desk).to_be_visible()
    page.locator(".panes").get_by_role("button", name=visit.own["today"]).click()
    expect(page.locator("#view-today .steps")).to_be_visible()
    widest = page.evaluate("document.documentElement.scrollWidth")
    assert widest <= 390
    assert visit.faults == []


AXE = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def grave_faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical, also inside the widget."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{fault['id']}: {node['target']}: {node['failureSummary']}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_no_grave_fault_on_the_phones_the_desk_and_the_day(
    console: Console, page: Page, language: str, theme: str
) -> None:
    who, visit = borrower(language, 4), Visit(page, console, language, theme=theme)
    visit.pick(who)
    visit.write(CALL_ME[language])
    expect(visit.row(who).first).to_be_visible()
    visit.hears("answer")
    assert grave_faults(page) == []
    visit.row(who).first.get_by_role("button").click()
    expect(visit.desk.get_by_label(visit.desks["by"], exact=True)).to_be_visible()
    visit.desk.locator("details").evaluate_all("all => all.forEach(each => { each.open = true })")
    assert grave_faults(page) == []
    page.get_by_role("tab", name=visit.own["today"], exact=True).click()
    expect(page.locator("#view-today .steps")).to_be_visible()
    assert grave_faults(page) == []
