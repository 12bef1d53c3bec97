"""The editor in a real browser: typed, placed by a click on the map, shown, saved."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_map import ids_of, open_map


def test_an_event_is_typed_placed_shown_and_saved(page: Page, app_url: str, tmp_path: Path) -> None:
    frame = open_map(page, app_url)
    page.locator(".st-key-edit_open label").click()
    title = page.get_by_label("Title", exact=True)
    title.fill("Reported strike somewhere")
    title.press("Enter")
    start = page.get_by_label("Start", exact=True)
    start.fill("20 Jan 2024")
    start.press("Enter")
    expect(page.get_by_text("Is neither a date like 2024-01-16")).to_be_visible()
    expect(page.locator(".st-key-edit_apply button")).to_be_disabled()
    start.fill("2024-01-20")
    start.press("Enter")
    expect(page.get_by_text("Is neither a date like 2024-01-16")).to_be_hidden()
    frame.wait_for_function("window.strikemap.wanted.placing === true")
    for place in ({"x": 300, "y": 120}, {"x": 345, "y": 460}):  # outside every event's area, and inside one
        before = page.get_by_text("Point on the map:").all_inner_texts()
        # The page below the map grows with the first point; a press while it moves can miss the map.
        for patience in (6_000, 12_000, 30_000):
            frame.locator(".leaflet-container").click(position=place)
            try:
                expect(page.get_by_text("Point on the map:")).not_to_have_text(
                    before[0] if before else "", timeout=patience
                )
                break
            except AssertionError:
                if patience == 30_000:
                    raise
    expect(frame.locator(".sm-popup")).to_be_hidden()
    expect(page.get_by_text("Point on the map:")).to_be_visible()
    page.locator(".st-key-edit_point_use button").click()
    area = page.get_by_label("Area", exact=True)
    expect(area).not_to_have_value("")
    expect(page.get_by_label("Latitude", exact=True)).to_have_value("")
    kind = page.get_by_role("combobox", name="Kind", exact=True)
    kind.fill("strike")
    page.get_by_role("option", name="strike", exact=True).click()
    page.locator(".st-key-edit_apply button").click()
    page.locator(".st-key-edit_show label").click()
    frame.wait_for_function(
        "id => [...document.querySelectorAll('[data-ids]')].some(n => n.dataset.ids.includes(id))",
        arg="reported-strike-somewhere",
    )
    assert "reported-strike-somewhere" in ids_of(frame, ".event-area")
    with page.expect_download() as download:
        page.locator(".st-key-edit_save button").click()
    path = tmp_path / "saved.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        assert b"reported-strike-somewhere" in archive.read("events.csv")
