"""The level of detail in a real browser: what the map draws, and what stays in the address."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, TimeoutError, expect

from tests.browser.conftest import map_frame
from tests.browser.test_map import ids_of, open_map


def choose_detail(page: Page, option: str, said: str) -> None:
    """Choose a level; a list that closed because the fold was still unfolding is opened again."""
    box = page.locator(".st-key-detail").get_by_role("combobox")
    for last in (False, False, False, True):
        box.press("Escape")
        box.click()
        try:
            page.get_by_role("option", name=option).click(timeout=8_000)
            break
        except TimeoutError:
            if last:
                raise
    expect(page.locator(".st-key-filters")).to_contain_text(said)


def test_by_province_the_map_has_areas_alone_and_the_address_no_view_of_a_point(
    page: Page, app_url: str
) -> None:
    frame = open_map(page, app_url, "?event=erbil&lat=36.3050&lon=44.1322&zoom=12")
    assert "erbil" in ids_of(frame, ".event-point")
    page.locator(".st-key-more_filters summary").click()
    choose_detail(page, "By province", "every event is shown by province")
    page.wait_for_function("!new URL(location.href).searchParams.has('event')")
    frame = map_frame(page, ".leaflet-container[data-state=ready]")
    frame.wait_for_function("window.strikemap.scene && window.strikemap.scene.points.length === 0")
    frame.wait_for_function("map.getZoom() < 9")
    assert frame.locator(".event-point").count() == 0
    expect(frame.locator(".event-area").first).to_be_attached()
    assert parse_qs(urlsplit(page.url).query) == {"detail": ["province"]}
    expect(frame.locator("body")).to_contain_text("Generalised: shown by province")
