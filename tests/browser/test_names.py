"""Names in English, local script or both: lettered anew on the same map, and kept in the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from geodata.cases import load_case
from geodata.display import Display
from geodata.record import build_record
from geodata.render.html_page import html_page
from tests.browser.conftest import map_frame
from tests.browser.test_map import loads, open_map, settled_address, view

LINES = """() => [...document.querySelectorAll('.sm-label')].map(label =>
  [...label.querySelectorAll('.sm-name')].map(line => line.textContent))"""
# Pairs of shown names that lie on each other: as wide as their letters, as high as their lines.
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll('.leaflet-baseLabels-pane .sm-label')].map(node => {
    const lines = [...node.querySelectorAll('.sm-name')].map(line => {
      const range = document.createRange();
      range.selectNodeContents(line);
      const wide = range.getBoundingClientRect(), high = line.getBoundingClientRect();
      return {left: wide.left, right: wide.right, top: high.top, bottom: high.bottom};
    });
    return [Math.min(...lines.map(r => r.left)), Math.min(...lines.map(r => r.top)),
            Math.max(...lines.map(r => r.right)), Math.max(...lines.map(r => r.bottom)), node.textContent];
  });
  return boxes.flatMap((a, i) => boxes.slice(0, i).filter(b =>
    Math.min(a[2], b[2]) - Math.max(a[0], b[0]) > 1 && Math.min(a[3], b[3]) - Math.max(a[1], b[1]) > 1
  ).map(b => a[4] + ' on ' + b[4]));
}"""
FONT_IS_THERE = "() => [...document.fonts].some(face => face.family.includes('Strikemap Names'))"


def choose(page: Page, label: str) -> None:
    page.locator(".st-key-map_names label", has_text=label).last.click()


def lines(frame: Frame) -> list[list[str]]:
    return frame.evaluate(LINES)


def test_names_change_on_the_same_map_and_stand_in_the_address(page: Page, app_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    frame = open_map(page, app_url)
    assert ["Quetta"] in lines(frame) and not frame.evaluate(FONT_IS_THERE)
    frame.evaluate("window.isTheSame = true")
    before, seen = loads(frame), view(frame)
    choose(page, "Local script")
    expect(frame.locator(".sm-label-town", has_text="کوئٹہ")).to_be_visible()
    settled_address(page, names="local")
    frame.wait_for_function(FONT_IS_THERE)
    assert ["Quetta"] not in lines(frame) and ["سیستان و بلوچستان (ایران)"] in lines(frame)
    choose(page, "Both")
    expect(frame.locator(".sm-label-town", has_text="Quetta")).to_be_visible()
    settled_address(page, names="both")
    assert ["Quetta", "کوئٹہ"] in lines(frame) and frame.evaluate(OVERLAPS) == []
    choose(page, "English")
    settled_address(page, names="")
    frame.wait_for_function(f"() => !({LINES})().flat().includes('کوئٹہ')")
    assert frame.evaluate("window.isTheSame") and view(frame) == seen and loads(frame) == before
    for name, times in (("base.json", 1), ("scene.json", 1), ("names.ttf", 1)):
        assert len([url for url in asked if f"/{name}?" in url]) == times, name


def test_the_address_brings_the_names_back_with_language_and_direction(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url, "?names=local")
    expect(page.locator(".st-key-map_names input:checked")).to_have_value("1")
    frame.wait_for_function(FONT_IS_THERE)
    town = frame.locator(".sm-label-town .sm-name", has_text="زاهدان")
    expect(town).to_have_attribute("lang", "fa")
    expect(town).to_have_attribute("dir", "rtl")
    assert town.evaluate("node => getComputedStyle(node).letterSpacing") in ("normal", "0px")
    expect(frame.locator('.sm-label-focus [lang="fa"]')).to_have_text("سیستان و بلوچستان (ایران)")
    # Sentences and seas stay English.
    expect(frame.locator(".sm-callout", has_text="Strike by Iran, 16 Jan 2024")).to_be_visible()
    assert ["Gulf of Oman"] in lines(frame)
    assert frame.evaluate(OVERLAPS) == []


def test_stated_launch_areas_are_lettered_too(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url, "?names=both&lat=34&lon=45&zoom=6")
    expect(frame.locator(".sm-label-note", has_text="کرمانشاه")).to_be_visible()
    notes = [shown for shown in lines(frame) if "کرمانشاه" in shown]
    assert ["Kermanshah province", "کرمانشاه"] in notes


def test_a_narrow_window_has_the_choice_below_the_map(open_page, app_url: str) -> None:  # type: ignore[no-untyped-def]
    page = open_page(width=390, height=844)
    page.goto(f"{app_url}?names=both")
    frame = map_frame(page, ".leaflet-container[data-state=ready]")
    frame.wait_for_function(FONT_IS_THERE)
    expect(page.locator(".st-key-map_names")).to_be_visible()
    assert frame.evaluate(OVERLAPS) == []
    box = page.locator(".st-key-map_names").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("names") / "case.html"
    record = build_record(load_case("iran-pakistan-2024"))
    target.write_bytes(html_page(record, record.default_filter, display=Display(names="both")))
    return target


def test_the_page_of_one_file_letters_them_without_a_request(browser: Browser, exported: Path) -> None:
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(exported.as_uri())
    page.wait_for_selector("#map[data-state=ready]")
    page.wait_for_function(FONT_IS_THERE)
    shown = page.evaluate(LINES)
    assert ["Quetta", "کوئٹہ"] in shown and [
        "Sistan and Baluchestan (Iran)",
        "سیستان و بلوچستان (ایران)",
    ] in shown
    assert (asked, faults) == ([exported.as_uri()], [])
    context.close()
