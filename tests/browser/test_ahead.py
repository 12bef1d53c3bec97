"""The map follows the slider of dates by itself, and the page has the last word."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.test_map import ids_of, open_map

SLIDER = ".st-key-date_range input[type=range]"
SHOWN = "() => new URLSearchParams(window.strikemap.shownUrl.split('?')[1]).get('from')"


def count_scenes(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/scene.json" in one.url else None)
    return asked


def move(page: Page, key: str, times: int = 1) -> None:
    thumb = page.locator(SLIDER).first
    thumb.focus()
    for _ in range(times):
        thumb.press(key)


def test_a_moved_thumb_shows_its_scene_while_the_page_still_waits(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    # What the page sends is held back: the map changes all the same.
    page.evaluate(
        """() => { const send = WebSocket.prototype.send; window.held = [];
          WebSocket.prototype.send = function (data) { window.held.push([this, data]); };
          window.letGo = () => {
            WebSocket.prototype.send = send;
            held.forEach(([socket, data]) => send.call(socket, data)); }; }"""
    )
    asked = count_scenes(page)
    move(page, "ArrowRight")
    frame.wait_for_function("window.strikemap.scene && window.strikemap.container.dataset.state === 'ready'")
    frame.wait_for_function(f"({SHOWN})() === '2024-01-16'")
    expect(frame.locator(".attack-side")).to_have_count(2)
    assert page.evaluate("held.length") > 0
    assert "from" not in parse_qs(urlsplit(page.url).query)
    page.evaluate("letGo()")
    # The page comes to the same scene, which is not asked for again.
    page.wait_for_function("new URL(location.href).searchParams.get('from') === '2024-01-16'")
    expect(page.locator(".st-key-reset_filters button")).to_be_visible()
    assert len(asked) == 1


def test_a_run_that_is_behind_the_slider_does_not_take_the_map_back(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    frame.evaluate(
        """() => { window.seen = []; const draw = strikemap.drawScene;
          strikemap.drawScene = function () {
            seen.push(new URLSearchParams(strikemap.shownUrl.split('?')[1]).get('from'));
            return draw.apply(this, arguments); }; }"""
    )
    move(page, "ArrowRight", times=6)
    page.wait_for_function("new URL(location.href).searchParams.get('from') === '2024-01-21'")
    frame.wait_for_function(f"({SHOWN})() === '2024-01-21'")
    seen = frame.evaluate("seen")
    assert seen == sorted(seen), "an older date was shown again"
    assert seen[-1] == "2024-01-21"


def test_what_the_page_sets_itself_is_shown(page: Page, app_url: str) -> None:
    frame = open_map(page, app_url)
    move(page, "ArrowRight", times=2)
    frame.wait_for_function(f"({SHOWN})() === '2024-01-17'")
    reset = page.locator(".st-key-reset_filters button")
    reset.click()
    frame.wait_for_function(f"({SHOWN})() === null")
    expect(reset).to_have_count(0)
    assert {"panjgur", "saravan"} <= ids_of(frame, ".event-area")


@pytest.mark.parametrize("thumb", [0, 1])
def test_a_dragged_thumb_and_other_filters_end_at_the_same_scene(
    open_page: Callable[..., Page], app_url: str, thumb: int
) -> None:
    page = open_page()
    frame = open_map(page, app_url, "?type=strike&event=panjgur")
    box = (
        page.locator(SLIDER)
        .nth(thumb)
        .evaluate(
            """node => { const r = node.closest('[style*=left]').getBoundingClientRect();
              return [r.x, r.y, r.width, r.height]; }"""
        )
    )
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + (8 if thumb else -8), y, steps=4)
    page.mouse.up()
    key = ("from", "to")[thumb]
    page.wait_for_function(f"new URL(location.href).searchParams.has('{key}')")
    query = parse_qs(urlsplit(page.url).query)
    days = """values => Object.entries(values).every(([key, value]) =>
      value === new URLSearchParams(strikemap.shownUrl.split('?')[1]).get(key))"""
    frame.wait_for_function(
        days, arg={name: query[name][0] for name in ("from", "to", "type", "event") if name in query}
    )


def test_two_addresses_that_say_the_same_are_one_scene(page: Page, app_url: str) -> None:
    frame: Frame = open_map(page, app_url)
    same = "([one, other]) => Strikemap.sameScene(one, other)"
    assert frame.evaluate(same, ["a?actor=A+%7E", "a?actor=A%20~"])
    assert not frame.evaluate(same, ["a?actor=A", "a?actor=B"])
    assert not frame.evaluate(same, ["a?x=1", None])
    dated = """([settings, dates]) => Strikemap.withDates(settings, dates)"""
    days = {"from": "2024-01-15", "to": "2024-01-29", "frames": "frames.json", "set": 1}
    settings = {
        "scene": "scene.json?case=x&from=2024-01-16&to=2024-01-29&type=strike",
        "view": "view.json?case=x&from=2024-01-16&to=2024-01-29&type=strike",
        "card": "card.json?case=x&event=",
        "frames": "frames.json?case=x&from=2024-01-16&to=2024-01-29&type=strike",
        "days": days,
    }
    home = frame.evaluate(dated, [settings, ["2024-01-15", "2024-01-29"]])
    assert (home["scene"], home["card"]) == ("scene.json?case=x&type=strike", settings["card"])
    assert (
        home["view"] == "view.json?case=x&type=strike" and home["frames"] == "frames.json?case=x&type=strike"
    )
    one = frame.evaluate(dated, [settings, ["2024-01-20", "2024-01-20"]])
    assert one["scene"] == "scene.json?case=x&from=2024-01-20&to=2024-01-20&type=strike"
    assert one["frames"] == ""
    late = frame.evaluate(dated, [settings, ["2024-01-15", "2024-01-20"]])
    assert late["scene"] == "scene.json?case=x&to=2024-01-20&type=strike"
