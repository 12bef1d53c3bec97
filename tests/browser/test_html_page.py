"""The exported page in a real Chromium, from disk, with the network cut."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from geodata.cases import load_case
from geodata.filters import EventFilter
from geodata.record import build_record
from geodata.render.html_page import html_page

READY = "#map[data-state=ready]"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "case.html"
    record = build_record(load_case("iran-pakistan-2024"))
    wanted = EventFilter(date_from=date(2024, 1, 14), date_to=date(2024, 1, 20))
    target.write_bytes(html_page(record, wanted))
    return target


@pytest.fixture
def opened(browser: Browser, path: Path) -> Iterator[Page]:
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    requests: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector(READY)
    yield page
    assert requests == [path.as_uri()]
    assert not faults  # a breach of the policy is one
    context.close()


def slide(page: Page, which: str, day: int) -> None:
    page.locator(f"#{which}").evaluate(
        "(slider, day) => { slider.value = day; slider.dispatchEvent(new Event('input')); }", day
    )
    page.wait_for_selector(READY)


def listed(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".page-events > li:not(.is-out) b").all_inner_texts()]


def test_the_slider_changes_marks_list_and_words(opened: Page) -> None:
    assert opened.locator('.event-area[data-ids~="panjgur"]').count()
    assert "Reported strikes in Panjgur district" in listed(opened)
    slide(opened, "from", 3)  # 17 January
    assert opened.locator("#from-day").inner_text() == "17 Jan 2024"
    opened.wait_for_function("!document.querySelector('.event-area[data-ids~=\"panjgur\"]')")
    assert opened.locator('.event-area[data-ids~="saravan"]').count()
    assert "Reported strikes in Panjgur district" not in listed(opened)
    assert "strike" in opened.locator("#counts").inner_text()
    # The last day follows a first day that passes it.
    slide(opened, "from", 6)
    slide(opened, "to", 4)
    assert opened.locator("#from-day").inner_text() == opened.locator("#to-day").inner_text() == "18 Jan 2024"


def test_a_mark_opens_its_card_and_a_row_its_evidence(opened: Page) -> None:
    opened.locator(".event-pill").first.click()
    opened.wait_for_selector(".sm-card, .sm-chooser, .sm-dock")
    row = opened.locator('.page-events > li[data-event="panjgur"]')
    row.locator("summary").click()
    assert row.locator("article").is_visible()
    assert "2 killed" in row.inner_text()
    opened.wait_for_selector(".event-area.is-chosen, .event-pill.is-chosen")


def test_on_a_phone_nothing_is_wider_than_the_window(browser: Browser, path: Path) -> None:
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector(READY)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
