"""A user's own boundaries in the page, and a download from a provider on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views.boundaries import PROVIDER_VARIABLE
from tests.dashboard.test_page import open_page, table
from tests.geodata.boundaries.fetch_provider import Provider, features


def own_file() -> bytes:
    """Return two zones: one around Erbil, where the case has a point, and one far from all."""
    ring = [[43.5, 35.5], [44.5, 35.5], [44.5, 37.0], [43.5, 37.0], [43.5, 35.5]]
    rows = [("Zone A", ring), ("Zone B", [[x + 60, y] for x, y in ring])]
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"zone_id": f"z{number}", "zone_name": label},
                    "geometry": {"type": "Polygon", "coordinates": [shape]},
                }
                for number, (label, shape) in enumerate(rows)
            ],
        }
    ).encode()


def use_own(page: AppTest, data: bytes, file_name: str = "zones.geojson") -> AppTest:
    number = page.session_state["boundary_files_used"]
    page.file_uploader(key=f"boundary_file_{number}").upload(file_name, data, "application/json").run()
    if any(button.key == "boundary_use" for button in page.button):
        page.button(key="boundary_use").click().run()
    assert not page.exception
    return page


def texts(page: AppTest) -> str:
    parts = [*page.caption, *page.markdown, *page.error, *page.warning]
    return "\n".join(part.value for part in parts).replace("\\", "")


def test_an_own_layer_is_joined_filtered_credited_and_taken_away() -> None:
    page = use_own(open_page(), own_file())
    (key,) = page.session_state["workspace"].layers
    assert "2 units" in texts(page)
    assert "zones.geojson" in texts(page)
    assert any("zones.geojson" in block.value for block in page.code)  # the caption to copy
    for kind in ("csv", "geojson", "png"):
        page.selectbox(key="export_format").set_value(kind)
        page.button(key="export_make").click().run()
        assert not page.exception
        assert b"zones.geojson" in page.session_state["made_export"][1], kind
    assert "Zone A" in " ".join(page.multiselect(key="areas").options)
    page.multiselect(key="areas").set_value([f"{key}:z0"]).run()
    assert len(table(page)) == 1
    assert "Erbil" in table(page)[0]
    page.button(key=f"remove_{key}").click().run()
    assert not page.session_state["workspace"].layers
    assert page.multiselect(key="areas").value == []
    assert "Reported strikes in Saravan county" in table(page)


def test_two_sessions_do_not_see_each_others_layers() -> None:
    one, other = use_own(open_page(), own_file()), open_page()
    assert one.session_state["workspace"].layers
    assert not other.session_state["workspace"].layers
    assert "zones.geojson" not in texts(other)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("zones.geojson", b"", "empty"),
        ("zones.geojson", b'{"type": "FeatureCollection"', "zones.geojson"),
        ("zones.docx", b"PK\x03\x04 nothing", "zones.docx"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name: str, data: bytes, says: str) -> None:
    page = use_own(open_page(), data, name)
    assert page.error
    assert says in texts(page)
    assert not page.session_state["workspace"].layers


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Provider]:
    served = Provider()
    served.serve(features("Panjgur", "Kech", "Gwadar"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv(PROVIDER_VARIABLE, served.base_url)
    monkeypatch.setenv("STRIKEMAP_CACHE", str(tmp_path / "cache"))
    yield served
    served.close()


def ask(page: AppTest) -> AppTest:
    page.selectbox(key="fetch_level").set_value(2)
    page.button(key="fetch_make").click().run()
    assert not page.exception
    return page


def test_a_download_is_asked_for_once_used_and_kept(provider: Provider) -> None:
    page = open_page()
    assert provider.asked == []
    ask(page)
    assert len(provider.asked) == 2  # the answer that describes the layer, and the layer
    assert list(page.session_state["workspace"].layers) == ["gbopen-PAK-ADM2"]
    assert "3 units" in texts(page)
    later = open_page()
    assert [box.key for box in later.selectbox if box.key == "kept_layer"]
    later.button(key="kept_use").click().run()
    assert list(later.session_state["workspace"].layers) == ["gbopen-PAK-ADM2"]
    assert len(provider.asked) == 2


def test_without_a_provider_the_page_says_what_serves_instead(provider: Provider) -> None:
    provider.close()
    page = ask(open_page())
    assert "bundled" in texts(page)
    assert table(page)
