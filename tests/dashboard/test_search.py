"""The place search of the page: candidates, where the map goes, the filter."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboard.test_page import open_page, table


def search(query: str) -> AppTest:
    page = open_page()
    page.session_state["find"] = True
    page.run()
    page.text_input(key="find_query").set_value(query)
    # A test has no popover to press: what is open stays so only when told again.
    page.session_state["find"] = True
    page.run()
    assert not page.exception
    return page


def labels(page: AppTest) -> list[str]:
    return [button.label.replace("\\", "") for button in page.button if (button.key or "").startswith("go_")]


@pytest.mark.parametrize("query", ["Panjgoor", "پنجگور", "PANJGUR district"])
def test_spellings_and_scripts_lead_to_the_district(query: str) -> None:
    found = labels(search(query))
    assert found[0].startswith("Panjgur district, Balochistan, Pakistan")
    assert "پنجگور" in found[0]


def test_an_ambiguous_name_says_so_and_lists_each_place() -> None:
    page = search("Sham-e-sar")
    assert any("different places" in caption.value for caption in page.caption)
    assert {text.split(" (")[0] for text in labels(page)} == {
        "Sham-e-sar, Sistan and Baluchestan, Iran",
        "Sham-e-sar, Balochistan, Pakistan",
    }


def test_nothing_found_says_so() -> None:
    page = search("Qwxzptrk")
    assert labels(page) == []
    assert any("Qwxzptrk" in caption.value.replace("\\", "") for caption in page.caption)


def test_a_choice_moves_the_map_and_filters_nothing() -> None:
    page = search("Fars")
    before = table(page)
    page.button(key="go_IR-07").click().run()
    found = page.session_state["found"]
    assert found["unit"] == "IR-07"
    west, south, east, north = found["box"]
    assert 50 < west < east < 56 and 27 < south < north < 32
    assert table(page) == before
    assert page.multiselect(key="areas").value == []


def test_a_place_without_a_position_shows_the_unit_that_it_lies_in() -> None:
    page = search("Koh-e-Sabz")
    page.button(key="go_place:koh-e-sabz").click().run()
    assert page.session_state["found"]["unit"].startswith("PK-BA-panjgur")
    assert "at" not in page.session_state["found"]


def test_only_here_filters_to_the_unit() -> None:
    page = search("Panjgur")
    page.button(key="only_PK-BA-panjgur").click().run()
    assert page.multiselect(key="areas").value == ["PK-BA-panjgur"]
    assert table(page) == ["Reported strikes in Panjgur district"]
    assert page.query_params["area"] == "PK-BA-panjgur"
