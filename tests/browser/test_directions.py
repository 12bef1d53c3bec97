"""Directions in a real Chromium: words for every mark, and glyphs that hide nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.test_map import open_map

WEST = "?lat=36.2&lon=42&zoom=6"
# The scene of the page once more, with its attacks as if others had stated them.
REDRAW = """change => {
  const drawn = (key, value) => key === 'latlngs' ? undefined : value;
  const scene = JSON.parse(JSON.stringify(window.strikemap.scene, drawn));
  new Function('scene', change)(scene);
  window.strikemap.drawScene(scene);
}"""
SPOT_ON_MARK = """([selector]) => {
  const path = document.querySelector(selector), half = path.getTotalLength() * 0.45;
  const at = path.getPointAtLength(half).matrixTransform(path.getScreenCTM());
  return [at.x, at.y];
}"""
BOXES = """selector => [...document.querySelectorAll(selector)].map(node => {
  const box = node.getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom];
})"""


@pytest.fixture
def west(page: Page, app_url: str) -> Iterator[Frame]:
    yield open_map(page, app_url, WEST)


def redraw(frame: Frame, change: str) -> None:
    frame.evaluate(REDRAW, change)


def apart(first: list[float], second: list[float]) -> bool:
    return first[2] <= second[0] or second[2] <= first[0] or first[3] <= second[1] or second[3] <= first[1]


@pytest.mark.parametrize(
    ("selector", "words"),
    [
        ('.attack-wedge[data-ids="taltita-mediterranean"]', "from between SW and NW (225°–315°)"),
        ('.attack-arrow[data-ids="erbil-kermanshah"]', "area stated by the Islamic Revolutionary Guard"),
        ('.attack-side[data-ids="panjgur"]', "launch and crossing points not reported"),
    ],
)
def test_every_mark_has_its_words_on_hover_focus_and_click(
    page: Page, app_url: str, selector: str, words: str
) -> None:
    frame = open_map(page, app_url, "" if "side" in selector else WEST)
    tip, mark = frame.locator(".sm-tip"), frame.locator(selector)
    assert words in (mark.get_attribute("aria-label") or "")
    x, y = frame.evaluate(SPOT_ON_MARK, [selector])
    outer = page.locator('iframe[title="streamlit_folium.st_folium"]').bounding_box()
    assert outer
    page.mouse.move(outer["x"] + x, outer["y"] + y)
    expect(tip).to_contain_text(words)
    page.mouse.move(outer["x"] + 3, outer["y"] + 3)
    expect(tip).to_have_count(0)
    mark.focus()
    expect(tip).to_contain_text(words)
    mark.press("Enter")
    expect(frame.locator(".sm-popup")).to_contain_text(words)
    frame.locator(".sm-close").click()
    page.mouse.click(outer["x"] + x, outer["y"] + y)
    expect(frame.locator(".sm-popup")).to_contain_text(words)


def test_claimed_assessed_and_inferred_are_told_apart_without_colour(west: Frame) -> None:
    looks = set()
    for status in ("claimed", "assessed", "inferred"):
        redraw(west, f"scene.wedges.forEach(mark => mark.status = '{status}')")
        node = west.locator(".attack-wedge").first
        looks.add((node.get_attribute("stroke-dasharray"), node.get_attribute("fill-opacity")))
    assert len(looks) == 3
    redraw(west, "scene.lines.forEach((mark, i) => mark.status = i ? 'assessed' : 'claimed')")
    dashes = west.eval_on_selector_all(
        ".attack-arrow", "nodes => nodes.map(n => n.getAttribute('stroke-dasharray'))"
    )
    assert len(set(dashes)) == 2


@pytest.mark.parametrize("zoom", [5, 6, 8, 10])
def test_glyphs_of_one_target_hide_neither_each_other_nor_the_point(west: Frame, zoom: int) -> None:
    redraw(
        west,
        """
        const mark = scene.wedges.find(one => one.ids[0] === 'taltita-mediterranean');
        scene.wedges = [0, 1, 2].map(tier => Object.assign({}, mark, {ids: ['w' + tier], tier: tier,
          from_min_deg: 260, from_max_deg: 280, alternative: true}));
        const side = Object.assign({}, mark, {ids: ['s'], tier: 3, azimuth_deg: 270, party: 'iran', area: '',
          territory: '', label: '', figures: '', words: 'from Iran'});
        scene.sides = [side];
        scene.lines = [];
        """,
    )
    west.evaluate(f"void map.setView([36.10889, 36.55361], {zoom}, {{animate: false}})")
    glyphs = west.evaluate(BOXES, ".attack-wedge, .attack-side, .attack-or")
    assert len(glyphs) == 3 + 1 + 4
    glyphs += west.evaluate(BOXES, '.event-point[data-ids~="taltita"]')
    for n, first in enumerate(glyphs):
        assert all(apart(first, second) for second in glyphs[n + 1 :]), n
    sizes = {round(box[2] - box[0]) for box in west.evaluate(BOXES, ".attack-wedge")}
    assert max(sizes) - min(sizes) <= 8, "constant on the screen; an arc farther out bends less"


def test_alternatives_carry_a_badge_and_the_legend_explains_it(west: Frame) -> None:
    expect(west.locator(".attack-or")).to_have_count(2)
    expect(west.locator('.sm-legend li[data-symbol="alternative"]')).to_be_visible()
    west.evaluate("void map.setView([27.5, 63], 6, {animate: false})")
    expect(west.locator('.sm-legend li[data-symbol="alternative"]')).to_have_count(0)


@pytest.mark.parametrize("zoom", [5, 8])
def test_the_same_line_twice_is_two_lines_with_two_heads(west: Frame, zoom: int) -> None:
    redraw(
        west,
        """
        const line = scene.lines.find(one => one.ids[0] === 'erbil-kermanshah');
        scene.lines = [-0.5, 0.5].map(fan => Object.assign({}, line, {ids: ['l' + fan], fan: fan,
          munitions: fan > 0 ? 4 : null, width: fan > 0 ? 2.4 : 1.2}));
        """,
    )
    west.evaluate(f"void map.setView([36.3, 44.1], {zoom}, {{animate: false}})")
    first, second = west.evaluate(BOXES, ".attack-head")
    assert abs(first[0] - second[0]) + abs(first[1] - second[1]) >= 8
    widths = west.eval_on_selector_all(
        ".attack-arrow", "nodes => nodes.map(n => n.getAttribute('stroke-width'))"
    )
    assert sorted(widths) == ["1.2", "2.4"]
    expect(west.locator(".attack-head.is-open")).to_have_count(1)
