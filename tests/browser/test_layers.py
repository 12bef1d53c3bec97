"""Layers that are switched off: in the address, after a reload, and in what is exported."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from tests.browser.test_map import open_map


def test_a_layer_that_is_switched_off_stays_off_in_address_and_picture(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    assert frame.locator(".attack-side").count() == 2
    control = frame.locator(".leaflet-control-layers")
    control.hover()
    control.get_by_label("Directions").uncheck()
    control.get_by_label("Provinces").uncheck()
    page.wait_for_function("new URL(location.href).searchParams.getAll('hide').length === 2")
    assert parse_qs(urlsplit(page.url).query)["hide"] == ["directions", "provinces"]
    expect(frame.locator(".attack-side")).to_have_count(0)
    # The picture is of what is seen: its words name what was left out.
    page.locator(".st-key-export_make button").click()
    expect(page.locator(".st-key-export_download")).to_be_visible()
    page.get_by_text("Caption, citation and alt text to copy").click()
    expect(page.locator("code", has_text="hide=directions").first).to_be_attached()

    frame = open_map(page, page.url)
    expect(frame.locator(".event-area").first).to_be_attached()
    assert frame.locator(".attack-side").count() == 0
    assert frame.locator(".boundary-adm1").count() == 0
    control = frame.locator(".leaflet-control-layers")
    control.hover()
    expect(control.get_by_label("Directions")).not_to_be_checked()
    control.get_by_label("Directions").check()
    expect(frame.locator(".attack-side")).to_have_count(2)
    page.wait_for_function("new URL(location.href).searchParams.getAll('hide').join() === 'provinces'")


def test_an_unknown_layer_in_the_address_is_told_and_dropped(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url, "?hide=roads&hide=names")
    expect(page.locator(".st-key-head")).to_contain_text("hide='roads', which is not a layer of the map")
    assert frame.evaluate("window.strikemap.hidden()") == ["names"]
    page.wait_for_function("new URL(location.href).searchParams.getAll('hide').join() === 'names'")
