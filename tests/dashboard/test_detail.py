"""The level of detail on the page: one choice for map, table, panel, address and take-away."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.routing import Match

from dashboard.cache import record_of
from dashboard.routes import ROOT, routes
from geodata.detail import DETAILS
from tests.dashboard.test_page import html, open_page, table

CASE = "iran-pakistan-2024"


def ask(name, *query):
    """Return status and text of a request to a route."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{ROOT}/{name}",
        "query_string": urlencode(query).encode(),
        "headers": [],
    }
    (route,) = [route for route in routes() if route.matches(scope)[0] is Match.FULL]
    response = route.endpoint(Request(scope))
    return response.status_code, response.body.decode()


def test_the_choice_changes_table_panel_and_address() -> None:
    page = open_page(event="erbil", lat="36.3051", lon="44.1323", zoom="14")
    assert "Erbil–Pirmam" in html(page)
    page.selectbox(key="detail").select("province").run()
    assert not page.exception
    assert "Reported strike in Balochistan province" in table(page)
    assert "Reported strikes in Panjgur district" not in table(page)
    assert "Pirmam" not in html(page)
    # Neither the chosen event nor a view that was set on its point stays in the address.
    assert dict(page.query_params) in ({"detail": "province"}, {"detail": ["province"]})
    page.selectbox(key="detail").select("").run()
    assert "Reported strikes in Panjgur district" in table(page)
    assert dict(page.query_params) == {}


def test_the_address_opens_at_its_level() -> None:
    page = open_page(detail="country", event="e04")
    assert "Reported strike in Iraq" in table(page)
    assert "Generalised: every event is shown by country" in html(page)
    assert page.session_state.chosen == "e04"
    assert page.query_params["detail"] == "country"


def test_an_id_of_the_case_as_recorded_is_no_id_of_a_level() -> None:
    page = open_page(detail="province", event="erbil")
    assert any("erbil" in warning.value for warning in page.warning)
    assert "event" not in page.query_params


def test_a_level_that_is_none_is_dropped_with_a_notice() -> None:
    page = open_page(detail="village")
    assert any("village" in warning.value for warning in page.warning)
    assert "Reported strikes in Panjgur district" in table(page)


def test_areas_finer_than_the_level_leave_the_filter() -> None:
    page = open_page(area=["PAK", "PK-BA-panjgur"])
    page.selectbox(key="detail").select("province").run()
    assert page.multiselect(key="areas").value == ["PAK"]
    assert any("finer than the level" in warning.value for warning in page.warning)
    page = open_page(detail="province", area="PK-BA-panjgur", actor=["Iran", "Panjgur Levies"])
    assert page.multiselect(key="areas").value == []
    assert page.session_state.actors == ("Iran",)
    assert "area" not in page.query_params and "Levies" not in str(dict(page.query_params))


def test_the_caption_to_copy_says_so() -> None:
    page = open_page(detail="district")
    assert any(DETAILS["district"].words in block.value for block in page.code)


@pytest.mark.parametrize("detail", DETAILS)
def test_routes_answer_at_the_level(detail: str) -> None:
    _, recorded = ask("scene.json", ("case", CASE))
    status, body = ask("scene.json", ("case", CASE), ("detail", detail))
    assert status == 200 and body != recorded
    scene = json.loads(body)
    assert scene["points"] == [] and "erbil" not in scene["titles"]
    levels = {"admin2": 2, "admin1": 1, "country": 0}
    assert max(levels[mark["precision"]] for mark in scene["areas"]) == DETAILS[detail].level
    event_id = next(iter(scene["titles"]))
    status, card = ask("card.json", ("case", CASE), ("detail", detail), ("event", event_id))
    assert status == 200 and json.loads(card)["precision"] == DETAILS[detail].words
    assert ask("card.json", ("case", CASE), ("detail", detail), ("event", "erbil"))[0] == 400
    assert ask("scene.json", ("case", CASE), ("detail", "village"))[0] == 400


def test_a_record_is_made_once_a_level() -> None:
    assert record_of(CASE, "province") is record_of(CASE, "province") is not record_of(CASE)


def test_the_editor_keeps_to_the_case_as_recorded() -> None:
    page = open_page(detail="province")
    page.session_state["edit_open"] = True
    page.run()
    assert not page.exception
    assert page.session_state.workspace.published(CASE) is record_of(CASE)
    draft = record_of(CASE).case
    page.session_state.workspace.draft = draft
    shown = page.session_state.workspace.record(CASE, "province")
    assert shown.meta.generalised == "admin1" and shown.case.data_hash != draft.data_hash
