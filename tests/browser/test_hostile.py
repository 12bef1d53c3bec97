"""Text of the data stays text: a case full of templates, tags and scripts, in the real app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Page, expect

from geodata.cases import bundled_cases
from tests.browser.conftest import map_frame, serve

TITLE = (
    "{{7*7}} {% raw %} ${1+1} <img src=x onerror=window.__hit=1>"
    "<script>window.__hit=1</script> **b** [l](javascript:1)"
)


@pytest.fixture(scope="module")
def hostile_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("cases")
    case = copytree(bundled_cases()["iran-pakistan-2024"], folder / "hostile")
    for name in ("events.csv", "claims.csv", "case.toml"):
        _poison(case / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIKEMAP_CASES", str(folder))
        with serve(tmp_path_factory.mktemp("hostile")) as server:
            yield f"{server.url}?case=hostile"


def _poison(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    text = text.replace("Reported strikes in Panjgur district", TITLE.replace('"', '""'))
    text = text.replace("Koh-e-Sabz", "{{7*7}}<b>Koh</b>")
    text = re.sub(r"Jaish al-Adl", "Jaish <i>{{7*7}}</i> al-Adl", text)
    path.write_text(text, encoding="utf-8")


def test_templates_and_tags_in_the_data_are_shown_as_they_are(page: Page, hostile_url: str) -> None:
    page.goto(hostile_url)
    frame = map_frame(page, ".leaflet-container[data-state=ready]")
    page.wait_for_selector(".st-key-daily_counts canvas, .st-key-daily_counts svg")
    page.locator(".st-key-export_make button").wait_for()
    frame.locator('.event-pill[data-ids="panjgur"]').click()
    expect(frame.locator(".sm-card h3")).to_have_text(TITLE)
    expect(frame.locator(".sm-card dl")).to_contain_text("{{7*7}}<b>Koh</b>")
    expect(page.locator(".sm-evidence h3")).to_have_text(TITLE)
    expect(page.locator(".sm-evidence dl")).to_contain_text("Jaish <i>{{7*7}}</i> al-Adl")
    for place in (page, frame):
        assert place.evaluate("window.__hit") is None
        assert "49" not in place.locator("body").inner_text()


def test_a_hostile_address_stays_text(page: Page, hostile_url: str) -> None:
    page.goto(
        f"{hostile_url}&actor=%7B%7B7*7%7D%7D&actor=%3C%2Fscript%3E%3Cscript%3Ewindow.__hit%3D1%3C%2Fscript%3E&type=%3Cb%3E"
    )
    frame = map_frame(page, ".leaflet-container[data-state=ready]")
    expect(page.get_by_text("Also filtered: actor {{7*7}}")).to_be_visible()
    assert frame.evaluate("window.__hit") is None
    assert frame.evaluate("window.strikemap.scene.areas.length") == 0


def test_a_notice_of_the_address_fetches_nothing(page: Page, app_url: str) -> None:
    page.goto(
        f"{app_url}?type=!%5B%5D(http%3A%2F%2Fexample.org%2Fx.png)&area=%3Cimg+src%3Dhttp%3A%2F%2Fexample.org%3E"
    )
    expect(page.get_by_text("![](http://example.org/x.png)")).to_be_visible()
    map_frame(page, ".leaflet-container[data-state=ready]")
