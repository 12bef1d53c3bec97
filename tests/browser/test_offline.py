"""Neither page nor server asks another host for anything."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, map_frame, serve


@pytest.fixture(params=["", "conf/dash"], ids=["root", "prefix"])
def fresh_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """Serve the app anew, so that its first start is seen too."""
    with serve(tmp_path, prefix=request.param) as server:
        yield server


def test_server_and_page_stay_on_this_machine(fresh_server: Server, page: Page) -> None:
    page.goto(fresh_server.url)
    map_frame(page, ".attack-side")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)

    assert ("socket.bind", "127.0.0.1") in fresh_server.network(), "the record of sockets is not live"
    assert fresh_server.outside() == []
    assert page.problems == []


def test_a_page_of_another_origin_is_turned_away_without_a_look_up(fresh_server: Server) -> None:
    # Streamlit would ask outside for its own address here, to compare it with the origin.
    address = urlsplit(fresh_server.url)
    connection = http.client.HTTPConnection(address.netloc, timeout=60)
    headers = {
        "Origin": "http://other.example",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    connection.request("GET", f"{address.path}_stcore/stream", headers=headers)
    status = connection.getresponse().status
    connection.close()

    assert status == http.client.FORBIDDEN
    assert fresh_server.outside() == []
