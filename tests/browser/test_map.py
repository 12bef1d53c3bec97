"""The map in a real Chromium: what is drawn, what a click and a date do, what must not move."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import map_frame

CORE = ("panjgur", "saravan")

# For each side mark, how many points of drawn borders lie in its box; borders are walked in steps of 2 px.
BORDER_POINTS_IN_SIDE_MARKS = """() => {
  const points = [...document.querySelectorAll('.boundary-adm0, .disputed')].flatMap(line => {
    const toScreen = line.getScreenCTM(), found = [], length = line.getTotalLength();
    for (let d = 0; d < length; d += 2) found.push(line.getPointAtLength(d).matrixTransform(toScreen));
    return found;
  });
  return [...document.querySelectorAll('.attack-side')].map(mark => {
    const box = mark.getBoundingClientRect();
    return points.filter(p => p.x > box.left && p.x < box.right && p.y > box.top && p.y < box.bottom).length;
  });
}"""
ALL_FOCUS_IN_VIEW = """() => window.strikemap.scene.focus.every(
  focus => map.getBounds().contains(window.strikemap.units[focus.id].bounds))"""


def open_map(page: Page, url: str, query: str = "") -> Frame:
    page.goto(f"{url}{query}")
    frame = map_frame(page, ".leaflet-container[data-state=ready]")
    if page.viewport_size and page.viewport_size["width"] > 640:  # the chart above the map comes late
        page.wait_for_selector(".st-key-daily_counts canvas, .st-key-daily_counts svg")
    page.locator(".st-key-export_make button").wait_for()
    return frame


def view(frame: Frame) -> list[float]:
    return frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")


def loads(frame: Frame) -> int:
    return int(frame.evaluate("window.strikemap.loads"))


def ids_of(frame: Frame, selector: str) -> set[str]:
    found = frame.eval_on_selector_all(selector, "nodes => nodes.map(n => n.dataset.ids)")
    return {one for ids in found for one in ids.split()}


def set_dates(page: Page, frame: Frame, steps: tuple[int, int]) -> None:
    """Move the slider's two thumbs by days with the keyboard and wait for the new scene."""
    before = loads(frame)
    thumbs = page.locator(".st-key-date_range [role=slider]")
    if not thumbs.count():
        thumbs = page.locator(".st-key-date_range input[type=range]")
    for number, step in enumerate(steps):
        thumbs.nth(number).focus()
        for _ in range(abs(step)):
            page.keyboard.press("ArrowRight" if step > 0 else "ArrowLeft")
    frame.wait_for_function(f"window.strikemap.loads > {before}")


def settled_address(page: Page, **wanted: str) -> None:
    """Wait until the address carries the values; an empty one means that it is absent."""

    def holds(url: str) -> bool:
        query = parse_qs(urlsplit(url).query)
        return all(query.get(key, [""])[0] == value for key, value in wanted.items())

    page.wait_for_url(holds)


def test_the_opening_view_draws_each_strike_as_precisely_as_it_is_known(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    for event_id in CORE:
        expect(frame.locator(f'.event-area[data-ids~="{event_id}"]')).to_have_count(1)
        expect(frame.locator(f'.event-pill[data-ids~="{event_id}"]')).to_be_visible()
        expect(frame.locator(f'.attack-side[data-ids~="{event_id}"]')).to_be_visible()
        assert event_id not in ids_of(frame, ".event-point"), "an area has no point"
    assert ids_of(frame, ".event-point") == {"erbil", "taltita"}
    assert ids_of(frame, ".attack-arrow") == {
        "erbil-kermanshah",
        "erbil-east-azerbaijan",
        "taltita-khuzestan",
    }
    dashes = frame.eval_on_selector_all(
        ".attack-arrow", "nodes => nodes.map(n => n.getAttribute('stroke-dasharray'))"
    )
    assert all(dashes), "an origin known to an area is dashed"
    assert "taltita-mediterranean" in ids_of(frame, ".attack-wedge")
    assert ids_of(frame, ".boundary-focus") == {"PK-BA", "IR-11", "PK-BA-panjgur"}
    expect(frame.locator(".disputed").first).to_be_attached()


def test_first_sight_says_who_from_which_side_and_that_launch_is_unknown(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    plates = frame.locator(".sm-callout:visible")
    texts = plates.all_inner_texts()
    for party in ("Iran", "Pakistan"):
        assert any(
            f"Strike by {party}" in text and f"From {party}; launch and crossing points not reported" in text
            for text in texts
        )
    boxes = [plates.nth(n).bounding_box() for n in range(plates.count())]
    frame_box = page.locator('iframe[title="streamlit_folium.st_folium"]').bounding_box()
    assert frame_box
    for text, box in zip(texts, boxes, strict=True):
        if "launch and crossing" in text:
            assert (
                box
                and box["x"] >= frame_box["x"]
                and box["x"] + box["width"] <= frame_box["x"] + frame_box["width"]
            )


def test_side_marks_stand_on_no_border(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    touching = frame.evaluate(BORDER_POINTS_IN_SIDE_MARKS)
    assert touching == [0, 0]


def test_dates_change_what_is_drawn_and_nothing_else(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    frame.evaluate("window.__sameMap = true; void map.setView([27.5, 62.5], 6.5, {animate: false})")
    before = view(frame)
    set_dates(page, frame, (2, -11))
    settled_address(page, **{"from": "2024-01-17", "to": "2024-01-18"})
    frame.wait_for_function("document.querySelectorAll('.event-pill[data-ids~=panjgur]').length === 0")
    assert "saravan" in ids_of(frame, ".event-area")
    assert "panjgur" not in ids_of(frame, ".event-area") | ids_of(frame, ".attack-side")
    assert view(frame) == before
    assert frame.evaluate("window.__sameMap") is True
    assert frame.evaluate("window.feature_group.length") == 1


def test_an_address_restores_filters_view_and_event(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url, "?from=2024-01-17&to=2024-01-18&lat=27.1&lon=62.2&zoom=7&event=saravan")
    assert view(frame) == pytest.approx([27.1, 62.2, 7], abs=0.01)
    assert ids_of(frame, ".attack-side") == {"saravan"}
    expect(page.locator(".sm-evidence h3")).to_have_text("Reported strikes in Saravan county")
    expect(frame.locator(".attack-border")).to_have_count(1)


def test_panning_goes_into_the_address_and_reruns_no_script(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    runs: list[str] = []
    page.on("websocket", lambda socket: runs.append(socket.url))
    asked: list[str] = []
    # Boundaries of a country that comes into view are the map's own business.
    page.on("request", lambda request: "/units.json?" in request.url or asked.append(request.url))
    page.evaluate("""() => {
      window.__reruns = 0;
      new MutationObserver(() => { window.__reruns += 1; }).observe(
        document.querySelector('.stApp'), {attributes: true, attributeFilter: ['data-test-script-state']});
    }""")
    frame.evaluate("void map.panBy([120, 40], {animate: false})")
    page.wait_for_url(re.compile("lat=.*lon=.*zoom="))
    frame.evaluate("void map.setZoom(7, {animate: false})")
    page.wait_for_url(re.compile("zoom=7"))
    # The component reports a view 250 ms late: only then can a rerun be ruled out.
    frame.evaluate("new Promise(done => setTimeout(done, 600))")
    assert page.evaluate("window.__reruns") == 0
    assert asked == []
    assert runs == []


def test_a_click_opens_popup_and_panel(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    frame.locator('.event-pill[data-ids="panjgur"]').click()
    card = frame.locator(".sm-card")
    expect(card.locator("h3")).to_have_text("Reported strikes in Panjgur district")
    for words in (
        "Asia/Karachi",
        "UTC",
        "2 killed (3 claimants)",
        "launch and crossing points not reported",
        "Sources",
    ):
        expect(card).to_contain_text(words)
    expect(page.locator(".sm-evidence h3")).to_have_text("Reported strikes in Panjgur district")
    settled_address(page, event="panjgur")
    expect(frame.locator(".sm-popup")).to_be_visible()
    page.keyboard.press("Escape")
    expect(frame.locator(".sm-popup")).to_be_hidden()


def test_a_pill_of_several_events_lets_choose(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    pill = frame.locator('.event-pill[data-ids~="sirkan"]')
    expect(pill).to_have_text("2")
    pill.click()
    frame.locator(".sm-choice", has_text="Sirkan").click()
    expect(page.locator(".sm-evidence h3")).to_contain_text("Sirkan")


def test_the_keyboard_alone_opens_chooses_and_goes_back(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    focused = "document.activeElement.textContent || document.activeElement.getAttribute('data-ids')"
    frame.locator('.event-area[data-ids~="sirkan"]').focus()
    page.keyboard.press("Enter")
    expect(frame.locator(".sm-popup .sm-choice")).to_have_count(2)
    while frame.evaluate(focused) != "Reported strikes in Saravan county":
        page.keyboard.press("Tab")
        assert frame.evaluate("document.querySelector('.sm-popup').contains(document.activeElement)")
    page.keyboard.press("Enter")
    expect(page.locator(".sm-evidence h3")).to_have_text("Reported strikes in Saravan county")
    frame.wait_for_function("document.querySelector('.sm-card dl')")
    page.keyboard.press("Escape")
    assert frame.evaluate("document.activeElement.getAttribute('data-ids')") == "saravan sirkan"


def test_what_is_out_of_sight_is_not_on_the_way_of_the_tab_key(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    reachable = frame.eval_on_selector_all("path[tabindex='0']", "nodes => nodes.map(n => n.dataset.ids)")
    assert "panjgur" in reachable
    assert not {"erbil", "taltita", "erbil-kermanshah"} & set(reachable)


def test_a_press_inside_a_district_is_a_press_on_it(page: Page, app_url: str) -> None:
    # The province and the whole country have events of their own then; the smallest unit lies on top.
    frame = open_map(page, app_url, "?from=2023-12-15&to=2024-04-24")
    hit = frame.evaluate(
        """() => ['IR-11-rask', 'PK-BA-panjgur', 'IR-11-saravan-2024'].map(id => {
          const layer = window.strikemap, unit = layer.units[id], found = new Set();
          const box = unit.bounds, n = 14;
          for (let i = 1; i < n; i++) for (let j = 1; j < n; j++) {
            const at = L.latLng(box.getSouth() + (box.getNorth() - box.getSouth()) * i / n,
                                box.getWest() + (box.getEast() - box.getWest()) * j / n);
            const p = map.latLngToContainerPoint(at);
            const node = Strikemap.holds(unit, at) && document.elementFromPoint(p.x, p.y);
            if (node && node.matches('path.event-area')) found.add(node.dataset.ids);
          }
          return [...found];
        })"""
    )
    assert hit == [["rask-2023-12-15 rask-2024-01-10"], ["panjgur"], ["saravan sirkan"]]


def test_events_out_of_sight_are_announced_and_shown_on_demand(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url, "?from=2024-01-15&to=2024-01-15")
    notice = frame.locator(".sm-outside")
    expect(notice).to_contain_text("2 events lie west of this view")
    notice.get_by_role("button").click()
    expect(notice).to_be_hidden()
    expect(frame.locator('.event-point[data-ids="taltita"]')).to_be_visible()


def test_chevrons_are_the_same_for_both_parties_at_every_zoom(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    seen = set()
    for zoom in (4, 5, 5.5, 6, 6.5, 7):
        frame.evaluate(f"void map.setView([27.2, 63.2], {zoom}, {{animate: false}})")
        strokes = frame.eval_on_selector_all(
            ".attack-side", "nodes => nodes.map(n => n.getAttribute('d').split('M').length - 1)"
        )
        drawn = {count if count > 1 else 0 for count in strokes}
        assert len(drawn) == 1 and drawn <= {0, 3}
        seen |= drawn
        if drawn == {0}:
            assert frame.locator(".sm-callout .sm-chevrons").count() == 2
    assert seen == {0, 3}


def test_on_a_phone_the_card_can_be_read_and_closed(open_page: Callable[..., Page], app_url: str) -> None:
    page = open_page(width=390, height=844)
    frame = open_map(page, app_url)
    frame.locator('.event-pill[data-ids="panjgur"]').click()
    expect(frame.locator(".sm-card h3")).to_be_visible()
    frame.get_by_role("button", name="Close").click()
    expect(frame.locator(".sm-popup")).to_be_hidden()


def test_the_legend_names_what_is_in_view_and_nothing_else(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    symbols = lambda: frame.eval_on_selector_all(".sm-legend li", "nodes => nodes.map(n => n.dataset.symbol)")  # noqa: E731
    assert {"area", "side", "focus"} <= set(symbols())
    assert not {"point", "ring", "line", "wedge"} & set(symbols())
    frame.evaluate("void map.setView([36, 42], 6, {animate: false})")
    assert {"point", "ring", "line", "wedge"} <= set(symbols())
    assert not {"side", "focus"} & set(symbols())


def test_twenty_date_changes_leave_the_heap_where_it_was(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {item["name"]: item["value"] for item in metrics}["JSHeapUsedSize"] / 1e6

    def nodes() -> int:
        return int(frame.evaluate("document.querySelectorAll('*').length"))

    for step in (1, -1):
        set_dates(page, frame, (step, 0))
    first_heap, first_nodes = heap(), nodes()
    for _ in range(10):
        set_dates(page, frame, (1, 0))
        set_dates(page, frame, (-1, 0))
    assert nodes() <= first_nodes + 20
    assert heap() <= first_heap * 1.25 + 3
    assert frame.evaluate("window.feature_group.length") == 1


def test_a_narrow_window_shows_both_provinces(open_page: Callable[..., Page], app_url: str) -> None:
    page = open_page(width=390, height=844)
    frame = open_map(page, app_url)
    assert frame.evaluate(ALL_FOCUS_IN_VIEW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    texts = frame.locator(".sm-callout:visible").all_inner_texts()
    assert sum("launch and crossing points not reported" in text for text in texts) == 2


def test_below_a_base_path_the_map_is_the_same(page: Page, prefixed_app_url: str) -> None:
    frame = open_map(page, prefixed_app_url)
    assert set(CORE) <= ids_of(frame, ".attack-side")
    frame.locator('.event-pill[data-ids="panjgur"]').click()
    expect(frame.locator(".sm-card h3")).to_have_text("Reported strikes in Panjgur district")


def test_online_tiles_are_asked_for_only_when_switched_on(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    assert page.problems == []
    page.route(re.compile(r"^https://tile\\.openstreetmap\\.org/"), lambda route: route.abort())
    # Waited for from before the press: on a slow machine the request fails before the page is asked again.
    with page.expect_event(
        "requestfailed", predicate=lambda request: "tile.openstreetmap.org" in request.url
    ):
        page.locator(".st-key-online_tiles label").click()
    frame.wait_for_function("window.strikemap.tileLayer")
    expect(frame.locator(".leaflet-control-attribution")).to_contain_text("OpenStreetMap contributors")
    page.locator(".st-key-online_tiles label").click()
    frame.wait_for_function("!window.strikemap.tileLayer")
    assert all("tile.openstreetmap.org" in problem or "ERR_" in problem for problem in page.problems)
    page.problems.clear()


def test_take_away_makes_a_picture_and_leaves_the_map_alone(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    frame.evaluate("window.__sameMap = true")
    page.locator(".st-key-export_make button").click()
    with page.expect_download() as started:
        page.locator(".st-key-export_download button").click()
    path = started.value.path()
    assert path.read_bytes().startswith(b"\x89PNG")
    assert re.fullmatch(r"irn-pak_.*_a4-landscape_\d{8}\.png", started.value.suggested_filename)
    assert frame.evaluate("window.__sameMap") is True


def idle(frame: Frame) -> None:
    frame.wait_for_function("window.strikemap.loader.isIdle()")


def go(frame: Frame, lat: float, lon: float, zoom: float) -> None:
    frame.evaluate(f"void map.setView([{lat}, {lon}], {zoom}, {{animate: false}})")
    idle(frame)


def test_provinces_and_districts_come_when_in_view_and_nothing_twice(page: Page, app_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: "/units.json?" in request.url and asked.append(request.url))
    frame = open_map(page, app_url, "?lat=27.5&lon=62.5&zoom=3")
    idle(frame)
    assert frame.locator(".boundary-adm1, .boundary-adm2").count() == 0
    assert [url for url in asked if "country=" in url] == []
    go(frame, 27.5, 62.5, 5)
    assert {"PK-BA", "IR-11"} <= ids_of(frame, ".boundary-adm1")
    assert frame.locator('.boundary-adm1[data-ids="PK-BA"]').count() == 1
    assert frame.locator(".boundary-adm2").count() == 0
    go(frame, 27.5, 62.5, 7.5)
    assert {"PK-BA-panjgur", "IR-11-saravan"} <= ids_of(frame, ".boundary-adm2")
    count = len(asked)
    for zoom in (5, 7.5, 3, 7.5):
        go(frame, 27.5, 62.5, zoom)
    assert len(asked) == count == len(set(asked))
    go(frame, 27.5, 62.5, 3)
    assert frame.locator(".boundary-adm1, .boundary-adm2").count() == 0


def test_a_mark_is_drawn_though_its_country_is_not_in_view(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url, "?lat=-25&lon=-60&zoom=7")
    idle(frame)
    assert set(CORE) <= ids_of(frame, ".event-area")
    assert {"PK-BA", "IR-11", "PK-BA-panjgur"} == ids_of(frame, ".boundary-focus")
    assert not {"PK-BA", "IR-11"} & ids_of(frame, ".boundary-adm1")


def test_without_units_the_marks_stay_and_the_map_says_so(page: Page, app_url: str) -> None:
    page.route(re.compile(r"/units\.json"), lambda route: route.abort())
    frame = open_map(page, app_url)
    expect(frame.locator('.event-pill[data-ids="panjgur"]')).to_be_visible()
    expect(frame.locator(".sm-notice")).to_contain_text("Some boundaries could not be loaded")
    assert frame.locator(".event-area").count() == 0
    page.unroute(re.compile(r"/units\.json"))
    set_dates(page, frame, (0, 1))
    expect(frame.locator('.event-area[data-ids~="panjgur"]')).to_have_count(1)
    expect(frame.locator(".sm-notice")).to_have_count(0)
    assert all("/units.json" in problem or "ERR_FAILED" in problem for problem in page.problems)
    page.problems.clear()


def test_small_towns_are_named_from_near(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    assert "Jalq" not in frame.locator(".sm-label-town").all_inner_texts()
    go(frame, 27.4, 62.5, 10)
    expect(frame.locator(".sm-label-town", has_text="Jalq")).to_be_visible()
    assert 3 <= frame.locator(".sm-label-town").count() <= 60


def test_plates_are_small_from_far_and_hide_little_of_the_focus(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    widths = "nodes => nodes.map(n => n.getBoundingClientRect().width)"
    assert max(frame.eval_on_selector_all(".sm-callout", widths)) > 220
    go(frame, 29, 55, 4)
    assert max(frame.eval_on_selector_all(".sm-callout", widths)) <= 190
    plates = frame.locator(".sm-callout", has_text="launch and crossing points not reported")
    assert plates.count() == 2
    hidden = frame.evaluate(
        "window.strikemap.callouts._placed.map(one => window.strikemap.hiddenBorder(one.box)).slice(0, 2)"
    )
    assert max(hidden) <= 200


def test_the_credits_are_those_of_the_scene(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    frame.evaluate(
        """() => {
          const layer = window.strikemap;
          layer.scene.credits = ['Districts: Some Office (2020), from a survey, CC BY 4.0'];
          layer.map.attributionControl.getContainer().textContent = '';
          layer.credits();
        }"""
    )
    expect(frame.locator(".sm-credits summary")).to_have_text("Boundaries and names: Some Office")
