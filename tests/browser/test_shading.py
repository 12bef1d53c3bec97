"""Events by unit in a real Chromium: switched on and off, kept while panning, taken into the export."""

from __future__ import annotations

from playwright.sync_api import Frame, Page, Request, expect

from tests.browser.conftest import map_frame

READY = ".leaflet-container[data-state=ready]"
FILLS = """() => [...document.querySelectorAll('.unit-shade')].map(
  n => [n.dataset.ids, n.dataset.count, n.getAttribute('fill')]).sort()"""


def switch(frame: Frame, *, on: bool) -> None:
    control = frame.locator(".leaflet-control-layers")
    control.hover()
    control.get_by_label("Events by unit").set_checked(on)


def legend(frame: Frame) -> str:
    return " ".join(frame.locator(".sm-legend li[data-symbol^=shad]").all_inner_texts())


def test_the_layer_is_off_until_it_is_switched_on_and_the_address_keeps_it(page: Page, app_url: str) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "units_count.json" in request.url:
            asked.append(request.url)

    page.on("request", note)
    page.goto(app_url)
    frame = map_frame(page, READY)
    assert frame.locator(".unit-shade").count() == 0 and not asked and not legend(frame)
    switch(frame, on=True)
    frame.wait_for_selector(".unit-shade[data-ids='PK-BA']", state="attached")
    page.wait_for_url("**show=shading**")
    assert "are known to a province" in legend(frame)
    before = frame.evaluate(FILLS)
    assert {fill[0] for fill in before} >= {"PK-BA", "IR-11"} and len(asked) == 1
    frame.evaluate("strikemap.map.panBy([60, 40], {animate: false})")
    assert frame.evaluate(FILLS) == before and len(asked) == 1
    switch(frame, on=False)
    expect(frame.locator(".unit-shade")).to_have_count(0)
    assert not legend(frame) and "show=" not in page.evaluate("location.search")


def test_each_zoom_has_its_level_and_is_asked_for_once(page: Page, app_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "units_count" in request.url else None)
    page.goto(f"{app_url}?show=shading&hide=events")
    frame = map_frame(page, READY)
    for zoom, level, unit in (
        (8, 2, "PK-BA-panjgur"),
        (4, 0, "PAK"),
        (6, 1, "PK-BA"),
        (8, 2, "PK-BA-panjgur"),
    ):
        frame.evaluate("zoom => strikemap.map.setView([27, 64], zoom, {animate: false})", zoom)
        frame.wait_for_selector(f".leaflet-container[data-shading='{level}']")
        frame.wait_for_selector(f".unit-shade[data-ids='{unit}']", state="attached")
        assert frame.locator(f".unit-shade[data-ids='{unit}']").get_attribute("aria-label")
    assert len(asked) == len(set(asked)) == 3


def test_a_filter_changes_the_shades(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}?show=shading&type=strike")
    frame = map_frame(page, READY)
    frame.wait_for_selector(".unit-shade[data-ids='IR-11'][data-count='1']", state="attached")
    page.locator(".st-key-event_types").get_by_role("button", name="Clear all").click()
    frame.wait_for_selector(".unit-shade[data-ids='IR-11'][data-count='3']", state="attached")


def test_a_word_over_a_unit_says_its_numbers_and_a_playback_does_not_show_it(
    page: Page, app_url: str
) -> None:
    page.goto(f"{app_url}?show=shading&hide=events&hide=directions")
    frame = map_frame(page, READY)
    unit = frame.wait_for_selector(".unit-shade[data-ids='PK-BA']", state="attached")
    assert unit is not None
    words = unit.get_attribute("aria-label") or ""
    assert (
        words.startswith("Balochistan province, Pakistan: 1 reported strike; ")
        and "killed as claimed" in words
    )
    frame.locator(".sm-play-start").click()
    frame.wait_for_selector(".leaflet-container.is-played")
    expect(frame.locator(".leaflet-shading-pane")).to_be_hidden()
    expect(frame.locator(".sm-legend li[data-symbol=shading]")).to_be_hidden()


def test_the_export_takes_the_layer(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}?show=shading")
    map_frame(page, ".unit-shade")
    page.locator(".st-key-export_format").scroll_into_view_if_needed()
    page.get_by_role("combobox", name="Format").click()
    page.get_by_role("option", name="Drawing with layers (SVG)").click()
    page.locator(".st-key-export_make button").click()
    with page.expect_download() as waited:
        page.locator(".st-key-export_download button").click()
    text = waited.value.path().read_text(encoding="utf-8")
    assert "Events by unit" in text and "show=shading" in text
