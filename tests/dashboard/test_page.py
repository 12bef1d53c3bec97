"""The page as Streamlit runs it, without a browser: widgets, address, panel, take-away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

PAGE = str(Path(__file__).resolve().parents[2] / "dashboard" / "page.py")


def open_page(**query: str | list[str]) -> AppTest:
    page = AppTest.from_file(PAGE, default_timeout=60)
    for key, value in query.items():
        page.query_params["from" if key == "from_" else key] = value
    page.run()
    assert not page.exception
    return page


def table(page: AppTest) -> list[str]:
    frames = [frame.value for frame in page.dataframe if "Event" in frame.value]
    return list(frames[0]["Event"]) if frames else []


def html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def test_opens_on_the_case_and_its_opening_dates() -> None:
    page = open_page()
    slider = page.slider(key="date_range")
    assert slider.value == (date(2024, 1, 15), date(2024, 1, 29))
    window = [datetime.fromtimestamp(edge / 1e6, UTC).date() for edge in (slider.min, slider.max)]
    assert window == [date(2023, 12, 15), date(2024, 4, 24)]
    assert "Reported strikes in Panjgur district" in table(page)
    assert "What is not known" in html(page)
    assert dict(page.query_params) == {}


def test_dates_leave_one_core_strike_and_stand_in_the_address() -> None:
    page = open_page()
    page.slider(key="date_range").set_value((date(2024, 1, 17), date(2024, 1, 18))).run()
    assert "Reported strikes in Saravan county" in table(page)
    assert "Reported strikes in Panjgur district" not in table(page)
    assert page.query_params["from"] == "2024-01-17"
    assert page.query_params["to"] == "2024-01-18"


def test_address_restores_filters_and_choice() -> None:
    page = open_page(from_="2024-01-16", to="2024-01-16", type="strike", area="PAK", event="panjgur")
    assert page.slider(key="date_range").value == (date(2024, 1, 16), date(2024, 1, 16))
    assert page.multiselect(key="event_types").value == ["strike"]
    assert page.multiselect(key="areas").value == ["PAK"]
    assert table(page) == ["Reported strikes in Panjgur district"]
    assert "2 killed (3 claimants)" in html(page)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"from_": "2024-13-40"}, "2024-13-40"),
        ({"type": "tornado"}, "tornado"),
        ({"area": "PK-XX"}, "PK-XX"),
        ({"min_killed": "many"}, "many"),
        ({"min_killed": "\u00b2"}, "\u00b2"),
        ({"min_claimants": "9" * 5000}, "999"),
        ({"case": "nowhere"}, "nowhere"),
        ({"event": "nothing"}, "nothing"),
        ({"lat": "north"}, "north"),
        ({"zoom": "99"}, "99"),
    ],
)
def test_a_bad_value_in_the_address_is_dropped_with_a_notice(query: dict[str, str], named: str) -> None:
    page = open_page(**query)
    assert any(named in warning.value.replace("\\", "") for warning in page.warning)
    assert "Reported strikes in Panjgur district" in table(page)
    assert dict(page.query_params) == {}


def test_filters_that_match_nothing_say_so_and_can_be_reset() -> None:
    page = open_page()
    page.multiselect(key="areas").set_value(["SYR"]).run()
    page.multiselect(key="event_types").set_value(["diplomatic"]).run()
    assert table(page) == []
    assert any("No event matches" in info.value for info in page.info)
    page.button(key="reset_filters").click().run()
    assert len(table(page)) > 10


def test_evidence_lays_claimants_side_by_side() -> None:
    page = open_page()
    page.selectbox(key="event_choice").set_value("saravan").run()
    shown = html(page)
    assert "9 to 10 or more killed (4 claimants)" in shown
    assert "Superseded, replaced by 9 of Iran&#x27;s Interior Ministry (Vahidi)" in shown
    assert "claimants contradict each other" in shown
    assert "claimants differ: graded disputed" in shown
    assert page.query_params["event"] == "saravan"


def test_actors_and_killed_of_the_address_filter_and_stay() -> None:
    page = open_page(actor="jaish al-adl", min_killed="1")
    assert "Reported strikes in Panjgur district" in table(page)
    assert "Reported missile strike in Erbil" not in table(page)
    assert page.query_params["actor"] == "jaish al-adl"


def test_claimants_of_the_address_filter_stay_and_are_reset() -> None:
    page = open_page(min_claimants="4")
    assert "Reported strikes in Saravan county" in table(page)
    assert not any("ministers" in title for title in table(page))
    assert page.query_params["min_claimants"] == "4"
    page.button(key="reset_filters").click().run()
    assert "min_claimants" not in dict(page.query_params)
    assert len(table(page)) > 10


@pytest.mark.parametrize("key", ["min_claimants", "min_killed"])
def test_least_numbers_filter_stand_in_the_address_and_are_reset(key: str) -> None:
    page = open_page(**{key: "2"})
    assert page.number_input(key=key).value == 2
    page.number_input(key=key).set_value(4).run()
    shown = table(page)
    assert 0 < len(shown) < 10
    assert "Reported strikes in Saravan county" in shown
    assert page.query_params[key] == "4"
    page.number_input(key=key).set_value(0).run()
    assert dict(page.query_params) == {}
    page.number_input(key=key).set_value(10**9).run()
    assert table(page) == []
    page.button(key="reset_filters").click().run()
    assert page.number_input(key=key).value == 0
    assert dict(page.query_params) == {}


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        ("png", b"\x89PNG"),
        ("svg", b"<?xml"),
        ("pdf", b"%PDF-"),
        ("html", b"<!doctype html>"),
        ("csv", b"event_id"),
        ("xlsx", b"PK"),
        ("geojson", b"{"),
        ("gpkg", b"SQLite format 3"),
        ("parquet", b"PAR1"),
        ("kml", b"<?xml"),
        ("zip", b"PK"),
    ],
)
def test_take_away_makes_the_file(kind: str, start: bytes) -> None:
    page = open_page()
    page.selectbox(key="export_format").set_value(kind).run()
    page.button(key="export_make").click().run()
    assert not page.exception
    assert not page.error
    made = page.session_state["made_export"]
    assert made[1].lstrip(b"\xef\xbb\xbf").startswith(start)
    assert made[2].endswith(f".{kind}")
    assert "irn-pak" in made[2]
    # A picture has a small one to look at; a table has none.
    assert made[3].startswith(b"\x89PNG") == (kind in ("png", "svg", "pdf"))


def test_looks_of_a_picture_are_asked_for_and_a_changed_choice_offers_no_old_file() -> None:
    page = open_page()
    page.selectbox(key="export_format").set_value("svg").run()
    page.selectbox(key="export_projection").set_value("mercator").run()
    page.checkbox(key="export_graticule").check().run()
    page.checkbox(key="export_plain").check().run()
    page.button(key="export_make").click().run()
    made = page.session_state["made_export"][1].decode()
    assert "layer-graticule" in made and "layer-credits" in made and "layer-legend" not in made
    page.checkbox(key="export_plain").uncheck().run()
    assert "has changed since the last file" in " ".join(each.value for each in page.caption)


def test_the_choice_of_names_stands_in_the_address_and_comes_back() -> None:
    page = open_page()
    assert page.radio(key="map_names").value == "english"
    page.radio(key="map_names").set_value("both").run()
    assert page.query_params["names"] == "both"
    page = open_page(names="local", hide="provinces")
    assert page.radio(key="map_names").value == "local"
    assert (page.query_params["names"], page.query_params["hide"]) == ("local", "provinces")
    page.radio(key="map_names").set_value("english").run()
    assert "names" not in page.query_params


def test_a_bad_choice_of_names_is_dropped_with_a_notice() -> None:
    page = open_page(names="klingon")
    assert page.radio(key="map_names").value == "english"
    assert any("klingon" in warning.value for warning in page.warning)
    assert dict(page.query_params) == {}


def test_a_filter_put_back_leaves_the_names() -> None:
    page = open_page(names="both", type="strike")
    page.button(key="reset_filters").click().run()
    assert dict(page.query_params) == {"names": "both"}
