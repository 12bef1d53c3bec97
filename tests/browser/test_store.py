"""A store in a real Chromium: seen, filtered, listed, and asked badly."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geodata.store.ingest import Wish
from tests.browser.conftest import Server, map_frame, serve
from tests.geodata.store.store_files import made, ucdp_rows, ucdp_text, write

COUNT = 2_600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for cases."""
    return tmp_path_factory.mktemp("cases")


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the app with a store among its cases."""
    file = write(tmp_path_factory.mktemp("files") / "ged.csv", ucdp_text(ucdp_rows(COUNT)))
    made(folder / "ged", file, wish=Wish())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIKEMAP_CASES", str(folder))
        with serve(tmp_path_factory.mktemp("served")) as running:
            yield running


def test_a_store_is_seen_listed_and_its_events_are_opened(server: Server, page: Page) -> None:
    page.goto(f"{server.url}?case=ged")
    frame = map_frame(page, ".leaflet-container[data-views]")
    assert frame.evaluate("strikemap.scene.live") > 1_000
    short = "[7, 99999, 100000, 800019, 999499, 999500, 1522411].map(Strikemap.shortCount)"
    assert frame.evaluate(short) == ["7", "99,999", "100k", "800k", "999k", "1.0M", "1.5M"]
    expect(page.get_by_role("heading", name=f"Events ({COUNT:,} of {COUNT:,})")).to_be_visible()
    expect(page.locator(".st-key-events_page")).to_be_visible()
    expect(page.get_by_text("A store is not edited here")).to_be_visible()
    loads = frame.evaluate("strikemap.loads")
    page.locator(".st-key-date_range input[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    frame.wait_for_function("before => strikemap.loads > before", arg=loads)
    # Where the view stays, one answer has the scene and what the view holds of it.
    assert frame.evaluate("Boolean(strikemap.scene.view)")
    chooser = page.get_by_role("combobox", name="Evidence")
    chooser.click()
    page.get_by_role("option").first.click()
    expect(page.locator(".sm-evidence h3")).to_be_visible()
    page.wait_for_url("**event=**")


def test_what_is_asked_badly_is_refused_in_words(server: Server) -> None:
    box = "&bbox=60,20,80,40&zoom=5"
    bad = {
        "view.json?case=ged": "four numbers",
        "view.json?case=ged&bbox=1,2,3,4": "zoom",
        "view.json?case=ged&bbox=0,50,10,40&zoom=5": "not a box",
        "view.json?case=ged&bbox=nan,0,1,inf&zoom=5": "not a box",
        "view.json?case=ged&bbox=60,20,80,40&zoom=1e99": "zoom",
        f"view.json?case=../../etc{box}": "no such case",
        f"view.json?case=ged&session=guess{box}": "session is over",
        f"scene.json?case=~1&session=guess{box}": "session is over",
        "card.json?case=ged&event=none": "no event",
        "view.json?case=iran-pakistan-2024" + box: "drawn whole",
    }
    for address, words in bad.items():
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{server.url}strikemap/{address}")
        told = caught.value.read().decode()
        assert caught.value.code == 400 and words in told and "Traceback" not in told, address
    with urllib.request.urlopen(f"{server.url}strikemap/view.json?case=ged{box}") as answer:
        assert answer.status == 200 and int(answer.headers["Content-Length"]) < 100_000


def test_a_store_of_another_version_is_told_on_the_page(server: Server, page: Page, folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    (other / "case.toml").write_text((folder / "ged" / "case.toml").read_text(encoding="utf-8"))
    (other / "store.json").write_text('{"format": "strikemap-store", "version": 2, "rows": 1, "parts": []}')
    page.goto(f"{server.url}?case=other")
    expect(page.get_by_text("is a store of version 2")).to_be_visible()
