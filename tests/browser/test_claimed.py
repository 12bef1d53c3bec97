"""Competing positions in a real Chromium: drawn as claims, in a layer of their own, never as the event's."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import serve
from tests.browser.test_map import ids_of, open_map
from tests.geodata.competing_case import ASIDE, STANDING, write_competing_case

POINTS = (STANDING | ASIDE) - {"west"}


@pytest.fixture(scope="module")
def claims_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("cases")
    write_competing_case(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIKEMAP_CASES", str(folder))
        with serve(tmp_path_factory.mktemp("claims")) as server:
            yield f"{server.url}"


def test_claimed_positions_are_drawn_named_and_opened_as_claims(page: Page, claims_url: str) -> None:
    frame = open_map(page, claims_url, "?case=competing")
    assert ids_of(frame, ".claim-point") == POINTS
    assert ids_of(frame, ".claim-point.is-aside") == ASIDE
    assert ids_of(frame, ".claim-area") == {"west"}
    assert ids_of(frame, ".event-point") == {"town"}
    expect(frame.locator(".sm-label-note", has_text="place, says Agency South")).to_be_visible()
    # The dashes of claims, and no fill in any party's hue.
    looks = frame.eval_on_selector_all(
        ".claim-point:not(.is-aside)",
        "nodes => nodes.map(n => ['stroke-dasharray', 'stroke', 'fill'].map(name => n.getAttribute(name)))",
    )
    assert {tuple(look) for look in looks} == {("3 2", "#5B6570", "#FFFFFF")}
    mark = frame.locator('.claim-point[data-ids="south"]')
    words = "Position claimed by Agency South (single source); another claimant says otherwise"
    assert words in str(mark.get_attribute("aria-label"))
    mark.focus()
    expect(frame.locator(".sm-tip")).to_have_text(words)
    mark.press("Enter")
    card = frame.locator(".sm-card")
    expect(card.locator("h3")).to_have_text("Invented strike in Panjgur district")
    expect(card.locator("summary").first).to_have_text("Claims (8), 5 claimants")
    card.locator("summary").first.click()
    for told in ("claimed positions lie apart", "26.55° N, 63.6° E", "not counted: A misprint", "superseded"):
        expect(card).to_contain_text(told)
    expect(page.locator(".sm-evidence h3")).to_have_text("Invented strike in Panjgur district")


def test_the_layer_is_switched_and_filtered_like_the_events(page: Page, claims_url: str) -> None:
    frame = open_map(page, claims_url, "?case=competing")
    legend = frame.locator('.sm-legend li[data-symbol^="claim"]')
    assert legend.count() == 5
    box = frame.locator(".leaflet-control-layers")
    box.hover()
    toggle = box.get_by_label("Claimed positions")
    expect(toggle).to_be_checked()
    toggle.uncheck()
    expect(frame.locator(".claim-point")).to_have_count(0)
    expect(frame.locator(".claim-leader")).to_have_count(0)
    expect(legend).to_have_count(0)
    toggle.check()
    expect(frame.locator(".claim-point")).to_have_count(len(POINTS) - 2)  # two claims share a mark, twice
    # Drawn anew, a mark can still be reached and opened by the keyboard.
    mark = frame.locator('.claim-point[data-ids="misread"]')
    expect(mark).to_have_attribute("tabindex", "0")
    mark.press("Enter")
    expect(frame.locator(".sm-card h3")).to_have_text("Invented strike in Panjgur district")
    page.keyboard.press("Escape")
    page.locator(".st-key-more_filters summary").click()
    least = page.locator(".st-key-min_claimants input")
    least.fill("4")
    least.press("Enter")
    frame.wait_for_function("document.querySelectorAll('.claim-point[data-ids=coded]').length === 0")
    assert ids_of(frame, ".claim-point") == {"north", "new", "south", "old", "misread"}
    page.wait_for_url("**min_claimants=4**")


def test_a_case_without_claimed_positions_offers_no_such_layer(page: Page, claims_url: str) -> None:
    frame = open_map(page, claims_url)
    frame.locator(".leaflet-control-layers").hover()
    expect(frame.get_by_label("Directions")).to_be_visible()
    expect(frame.get_by_label("Claimed positions")).to_have_count(0)
    assert ids_of(frame, ".claim-point, .claim-area") == set()


def test_a_phone_shows_claimed_positions_and_the_least_numbers(
    open_page: Callable[..., Page], claims_url: str
) -> None:
    page = open_page(width=390, height=844)
    frame = open_map(page, claims_url, "?case=competing")
    assert ids_of(frame, ".claim-point") == POINTS
    page.locator(".st-key-more_filters summary").click()
    page.locator(".st-key-min_killed").wait_for()
    boxes = [page.locator(f".st-key-{key}").bounding_box() for key in ("min_claimants", "min_killed")]
    assert boxes[0] and boxes[1] and boxes[0]["y"] == boxes[1]["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
