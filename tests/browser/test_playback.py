"""The filtered period played in a real Chromium: counts, no rerun, and the same map afterwards."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from playwright.sync_api import Frame, Page, expect

from geodata.cases import load_case
from geodata.cases.read import case_of_bytes
from geodata.filters import EventFilter
from geodata.record import build_record
from tests.browser.test_map import loads, open_map, set_dates
from tests.browser.test_own_events import COUNT, many, open_file
from tests.geodata.store.test_flows import many_attacks

# What the map tells of events: sums in discs and pills, single points, all in sight as far as not hidden.
SHOWN = """() => {
  const seen = one => getComputedStyle(one).display !== 'none';
  const sum = (selector) => [...document.querySelectorAll(selector)].filter(seen)
    .reduce((n, one) => n + Number(one.textContent.replaceAll(',', '')), 0);
  return sum('.sm-cell-count') + sum('.event-pill')
    + [...document.querySelectorAll('.event-point')].filter(seen).length;
}"""
# All that the map holds of events; outlines and names of units come when they come.
PICTURE = """() => ['claimAreas', 'areas', 'origins', 'wedges', 'shafts', 'sides', 'claims', 'sites', 'marks',
  'callouts']
  .map(name => document.querySelector(`.leaflet-${name}-pane`).innerHTML).join()
  + document.querySelector('.sm-legend').innerHTML + document.querySelector('.sm-outside').outerHTML"""


def start(frame: Frame) -> None:
    frame.click(".sm-play-start")
    frame.wait_for_selector(".is-played[data-frame]", state="attached")


def go_to(frame: Frame, number: int) -> str:
    """Move the range to a frame and return what is said of it."""
    frame.locator(".sm-play input[type=range]").fill(str(number))
    frame.wait_for_selector(f".is-played[data-frame='{number}']", state="attached")
    return frame.inner_text(".sm-play p")


def test_each_frame_shows_the_events_of_its_day_and_the_map_is_as_before_afterwards(
    page: Page, app_url: str
) -> None:
    frame = open_map(page, app_url)
    record = build_record(load_case("iran-pakistan-2024"))
    frame.wait_for_selector(".sm-callout")
    page.wait_for_timeout(300)  # names are placed a last time
    before, address, count = frame.evaluate(PICTURE), page.url, loads(frame)
    start(frame)
    for number in range(15):
        said = go_to(frame, number)
        day = date(2024, 1, 15 + number)
        events = record.select(EventFilter(date_from=day, date_to=day)).events
        drawn = int((events["drawn_as"] != "").sum())
        assert frame.evaluate(SHOWN) == drawn, said
        assert said.startswith(f"{day.day} January 2024\n{len(events)} event")
    go_to(frame, 0)
    assert set(frame.eval_on_selector_all(".attack-arrow", "all => all.map(n => n.style.display)")) == {""}
    go_to(frame, 1)
    assert set(frame.eval_on_selector_all(".attack-arrow", "all => all.map(n => n.style.display)")) == {
        "none"
    }
    expect(frame.locator(".sm-callout:visible")).to_have_count(1)
    frame.click(".sm-play-stop")
    assert frame.evaluate(PICTURE) == before
    assert (page.url, loads(frame)) == (address, count)
    expect(frame.locator(".sm-play-start")).to_be_focused()


def test_it_plays_by_itself_to_the_end_and_stops_when_the_filter_changes(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    frame.locator(".sm-play-start").focus()
    page.keyboard.press("Enter")
    frame.wait_for_selector(".is-played[data-frame]", state="attached")
    expect(frame.locator(".sm-play-toggle")).to_be_focused()
    frame.select_option(".sm-play select", "20")
    frame.wait_for_selector(".is-played[data-frame='14']", state="attached")
    expect(frame.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert frame.get_attribute(".sm-play input", "aria-valuetext").startswith("29 January 2024: ")
    frame.locator(".sm-play-toggle").click()  # once more from the first
    frame.wait_for_function("strikemap.playback.isPlaying && strikemap.playback.frame < 14")
    set_dates(page, frame, (1, 0))
    expect(frame.locator(".sm-play")).to_have_count(0)
    assert frame.locator(".is-played").count() == 0


def test_a_small_window_has_room_for_the_control(open_page, app_url: str) -> None:
    page = open_page(width=390, height=844)
    frame = open_map(page, app_url)
    start(frame)
    frame.locator(".sm-play-toggle").click()
    panel, whole = (frame.locator(one).bounding_box() for one in (".sm-play", ".leaflet-container"))
    assert panel and whole
    assert panel["x"] >= whole["x"] and panel["x"] + panel["width"] <= whole["x"] + whole["width"]
    for other in (".leaflet-control-zoom", ".leaflet-control-layers"):
        box = frame.locator(other).bounding_box()
        assert box and (box["x"] + box["width"] <= panel["x"] or box["x"] >= panel["x"] + panel["width"])
    page.keyboard.press("Escape")
    expect(frame.locator(".sm-play")).to_have_count(0)


def test_very_many_events_are_played_as_counts_of_cells(page: Page, app_url: str, tmp_path: Path) -> None:
    path = many(tmp_path / "many.csv")
    record = build_record(case_of_bytes(path.read_bytes(), path.name))
    open_map(page, app_url)
    frame = open_file(page, path)
    frame.evaluate("void map.setView([30, 69], 4.5, {animate: false})")
    frame.wait_for_function(f"({SHOWN})() === {COUNT}")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "units.json?" not in one.url else None)
    before, count = frame.evaluate(PICTURE), loads(frame)
    start(frame)
    frame.locator(".sm-play-toggle").click()
    for number in (0, 9, 27):
        go_to(frame, number)
        day = date(2024, 1, 1 + number)
        assert frame.evaluate(SHOWN) == len(record.select(EventFilter(date_from=day, date_to=day)).events)
    assert len(asked) == 1 and "/frames.json?" in asked[0], "one answer is all that is played"
    frame.click(".sm-play-stop")
    assert frame.evaluate(PICTURE) == before and loads(frame) == count
    # Nearer, some stand for themselves, and another part of the map has another answer.
    start(frame)
    frame.locator(".sm-play-toggle").click()
    with page.expect_response(lambda answer: "/frames.json?" in answer.url and "zoom=8" in answer.url):
        frame.evaluate("void map.setView([30, 69], 8, {animate: false})")
    frame.wait_for_selector(".event-point", state="attached")
    said = go_to(frame, 4)
    frame.wait_for_function(f"0 < ({SHOWN})() && ({SHOWN})() < {COUNT // 28 + 2}")
    assert said.startswith("5 January 2024")


def test_many_attacks_are_flows_that_are_counted_in_each_frame(
    page: Page, app_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "Made-up attacks.zip"
    path.write_bytes(many_attacks())
    open_map(page, app_url)
    frame = open_file(page, path)
    frame.evaluate("void map.setView([31, 64], 5, {animate: false})")
    frame.wait_for_function("map.getZoom() === 5 && document.querySelectorAll('.attack-flow').length > 20")
    assert frame.locator(".attack-arrow, .attack-wedge").count() == 0
    flows = frame.evaluate("strikemap.scene.flows")
    assert frame.locator(".attack-flow").count() == frame.locator(".attack-flow-head").count() == len(flows)
    words = frame.eval_on_selector_all(".attack-flow", "all => all.map(n => n.getAttribute('aria-label'))")
    assert all("lines are not flight paths" in text for text in words)
    expect(frame.locator(".sm-legend li[data-symbol=flow]")).to_have_count(3)
    assert all(
        n.isdecimal() for n in (t.split()[-1] for t in frame.locator(".sm-flow-count").all_inner_texts())
    )
    page.wait_for_timeout(300)
    before = frame.evaluate(PICTURE)
    start(frame)
    frame.locator(".sm-play-toggle").click()
    go_to(frame, 12)
    shown = "all => all.filter(n => n.style.display !== 'none').length"
    assert 0 < frame.eval_on_selector_all(".attack-flow", shown) < len(flows)
    frame.click(".sm-play-stop")
    assert frame.evaluate(PICTURE) == before
