"""A place looked up, and boundaries of one's own, on the map in a real Chromium."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.test_map import go, ids_of, open_map, settled_address, view
from tests.dashboard.test_boundaries_view import own_file


def find(page: Page, name: str, choice: str) -> None:
    page.locator(".st-key-find button").first.click()
    box = page.get_by_role("textbox", name="Name of a place")
    box.fill(name)
    box.press("Enter")
    page.get_by_role("button", name=choice).first.click()


def test_a_town_looked_up_is_marked_and_is_no_event(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    marks = frame.locator(".event-area, .event-point, .event-pill").count()
    find(page, "Khash", "Khash, Sistan and Baluchestan, Iran, town")
    expect(frame.locator(".sm-found")).to_have_count(1)
    expect(frame.locator(".sm-found-name")).to_contain_text("خاش")
    assert frame.locator(".event-area, .event-point, .event-pill").count() == marks
    lat, lon, zoom = view(frame)
    assert abs(lat - 28.22) < 0.1 and abs(lon - 61.21) < 0.1 and zoom >= 9
    settled_address(page, zoom=f"{zoom:g}")
    expect(page.get_by_role("textbox", name="Name of a place")).to_have_count(0)  # off the map
    page.locator(".st-key-find button").first.click()
    page.locator(".st-key-find_clear button").click()
    expect(frame.locator(".sm-found")).to_have_count(0)
    assert view(frame) == [lat, lon, zoom]


def test_a_unit_looked_up_is_outlined_though_its_country_was_not_loaded(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    find(page, "Antioquia", "Antioquia")
    expect(frame.locator('.sm-found-unit[data-ids="CO-ANT"]')).to_have_count(1)
    assert frame.evaluate("map.getBounds().contains(window.strikemap.units['CO-ANT'].bounds)")


def test_own_boundaries_are_drawn_named_and_credited(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url, "?lat=36.2&lon=44&zoom=7")
    page.locator(".st-key-boundaries summary").click()
    page.locator(".st-key-boundary_file input[type=file]").set_input_files(
        {"name": "zones.geojson", "mimeType": "application/geo+json", "buffer": own_file()}
    )
    page.locator(".st-key-boundary_use button").click()
    expect(frame.locator(".boundary-focus[data-ids$=':z0']")).to_have_count(1)
    expect(frame.locator(".sm-credits")).to_contain_text("zones.geojson")
    go(frame, 36.3, 104, 7.5)  # the other zone: no mark hides its name
    expect(frame.locator(".sm-label-box", has_text="Zone B")).to_be_visible()
    page.get_by_role("button", name="Remove").click()
    expect(frame.locator(".boundary-focus[data-ids$=':z0']")).to_have_count(0)
    assert not any(":" in one for one in ids_of(frame, ".boundary-focus"))
    expect(frame.locator(".sm-credits")).not_to_contain_text("zones.geojson")


def test_no_name_is_cut_by_the_edge_of_the_map(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    for lat, lon, zoom in ((27.5, 62.5, 6), (30, 66, 6.5), (35, 45, 6), (27.4, 62.5, 9)):
        go(frame, lat, lon, zoom)
        cut = frame.evaluate(
            """() => {
              const map = document.querySelector('.leaflet-container').getBoundingClientRect();
              return [...document.querySelectorAll('.sm-label-box')].filter(node => {
                const box = node.getBoundingClientRect();
                return box.left < map.left - 1 || box.right > map.right + 1 ||
                  box.top < map.top - 1 || box.bottom > map.bottom + 1;
              }).map(node => node.textContent);
            }"""
        )
        assert cut == [], (lat, lon, zoom)
        assert frame.locator(".sm-label-box").count() >= 5, "names are drawn at all"


def test_a_layers_outlines_are_not_kept_by_the_browser(page: Page, app_url: str) -> None:
    kept: list[str] = []
    page.on(
        "response",
        lambda answer: (
            re.search(r"units\.json.*own-", answer.url) and kept.append(answer.headers["cache-control"])
        ),
    )
    frame = open_map(page, app_url)
    page.locator(".st-key-boundaries summary").click()
    page.locator(".st-key-boundary_file input[type=file]").set_input_files(
        {"name": "zones.geojson", "mimeType": "application/geo+json", "buffer": own_file()}
    )
    page.locator(".st-key-boundary_use button").click()
    expect(frame.locator(".boundary-focus[data-ids$=':z0']")).to_have_count(1)
    assert kept and set(kept) == {"no-store"}
