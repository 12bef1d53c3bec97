"""A user's own file in a real Chromium: opened, many events as cells, saved; nothing leaves the machine."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from playwright.sync_api import Error, Frame, Page, expect

from geodata.cases.read import case_of_bytes
from geodata.store.store import CELLS_FROM
from tests.browser.test_map import map_frame, open_map

COUNT = CELLS_FROM + 300
SHOWN = """window.strikemap && window.strikemap.scene && window.strikemap.scene.case !== 'iran-pakistan-2024'
  && document.querySelector('.leaflet-container[data-state=ready]')"""
IN_VIEW = """() => [...document.querySelectorAll('.sm-cell-count')]
  .reduce((n, one) => n + Number(one.textContent.replace(',', '')), 0)
  + document.querySelectorAll('.event-point').length"""


def many(path: Path) -> Path:
    random = np.random.default_rng(3)
    lines = ["event_id,title,event_type,start,latitude,longitude,location_precision,location_uncertainty_km"]
    for number in range(COUNT):
        lat, lon = 30 + random.normal(0, 1.5), 69 + random.normal(0, 1.5)
        lines.append(
            f"e{number},Event {number},clash,2024-01-{1 + number % 28:02},{lat:.3f},{lon:.3f},place,5"
        )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def open_file(page: Page, path: Path) -> Frame:
    page.locator(".st-key-own_events summary").first.click()
    page.locator(".st-key-upload input[type=file]").set_input_files(path)
    page.locator(".st-key-own_use button").click()
    # The section closes by itself, and the map shows the file: another opening view is another frame.
    expect(page.locator(".sm-head h1")).to_have_text(path.stem)
    for _ in range(5):
        frame = map_frame(page, ".leaflet-container")
        try:
            frame.wait_for_function(SHOWN)
            return frame
        except Error:  # the frame of the case before went while it was asked
            continue
    raise AssertionError("the map does not show the file")


def test_many_events_are_cells_that_part_where_one_looks_closer(
    page: Page, app_url: str, tmp_path: Path
) -> None:
    open_map(page, app_url)
    answers: list[int] = []
    page.on(
        "response",
        lambda answer: answers.append(len(answer.body())) if "/view.json?" in answer.url else None,
    )
    frame = open_file(page, many(tmp_path / "many.csv"))
    frame.wait_for_selector(".event-cell")
    frame.evaluate("void map.setView([30, 69], 4.5, {animate: false})")
    frame.wait_for_function(f"({IN_VIEW})() === {COUNT}")
    loads = frame.evaluate("window.strikemap.loads")
    before = frame.locator(".event-cell").count()
    frame.evaluate("void map.setView([30, 69], 9, {animate: false})")
    frame.wait_for_function(f"document.querySelectorAll('.event-cell').length !== {before}")
    frame.wait_for_function(f"0 < ({IN_VIEW})() && ({IN_VIEW})() < {COUNT}")
    assert frame.evaluate("window.strikemap.loads") == loads, "panning and zooming ask for no new scene"
    assert answers and max(answers) < 200_000
    # A single event opens its card; the table of the page follows.
    frame.evaluate("void map.setView([30, 69], 13, {animate: false})")
    frame.wait_for_function("!document.querySelector('.event-cell')")


def test_a_file_is_saved_as_a_case_that_holds_the_same(page: Page, app_url: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "Date;Lat;Long;Dead\n16.01.2024;26,96;64,09;2\n17.01.2024;27,37;62,33;9\n", encoding="utf-8"
    )
    open_map(page, app_url)
    frame = open_file(page, path)
    expect(frame.locator(".event-point")).to_have_count(2)
    page.locator(".st-key-own_events summary").first.click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save as a case").click()
    data = Path(waiting.value.path()).read_bytes()
    assert "mapping.json" in zipfile.ZipFile(io.BytesIO(data)).namelist()
    case = case_of_bytes(data, "mine.zip")
    assert list(case.events["start"]) == ["2024-01-16", "2024-01-17"]
    assert list(case.claims["value_best"].fillna(case.claims["value_min"])) == [2, 9]
