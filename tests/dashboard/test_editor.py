"""The editor without a browser: a private draft, judged as it is typed, and saved as a zip."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.views.editor_words import CHOICES, FIELDS, MEANINGS, field_help
from dashboard.workspace import Workspace
from geodata import schema
from geodata.cases import bundled_cases, load_case
from geodata.cases.edit import ID_COLUMNS, CaseDraft

CASE = "iran-pakistan-2024"


def script() -> None:
    # ruff: noqa: PLC0415 - a script that runs by itself
    import streamlit as st

    from dashboard.cache import record_of
    from dashboard.views import editor
    from dashboard.workspace import Workspace

    if "workspace" not in st.session_state:
        st.session_state.workspace, st.session_state.case = Workspace(), "iran-pakistan-2024"
    record = record_of("iran-pakistan-2024")
    if "clicked" in st.session_state:
        editor.take_point(*st.session_state.clicked)
        del st.session_state["clicked"]
    st.session_state.shown = editor.shown_record(record)
    editor.show_editor(record)


@pytest.fixture
def page() -> AppTest:
    found = AppTest.from_function(script, default_timeout=60)
    found.run()
    assert not found.exception and len(found.button) == 0
    found.toggle(key="edit_open").set_value(True).run()
    assert not found.exception
    return found


def field(page: AppTest, column: str) -> Any:
    """Return the widget of a column of the form."""
    kinds = (page.text_input, page.selectbox, page.multiselect, page.text_area)
    (found,) = (item for kind in kinds for item in kind if str(item.key).endswith(f"__{column}"))
    return found


def fill(page: AppTest, **cells: str) -> AppTest:
    for column, cell in cells.items():
        field(page, column).set_value(cell)
    page.run()
    assert not page.exception
    return page


def messages(page: AppTest) -> str:
    return "\n".join(item.value.replace("\\", "") for item in (*page.caption, *page.markdown))


def draft(page: AppTest) -> CaseDraft:
    return page.session_state["editing"].draft


def press(page: AppTest, key: str) -> AppTest:
    button = page.button(key=key)
    assert not button.disabled
    button.click().run()
    assert not page.exception
    return page


NEW = {"title": "Reported strike in Kech", "event_type": "strike", "start": "2024-01-20"}


def test_a_new_event_is_judged_as_it_is_typed_and_then_added(page: AppTest) -> None:
    assert page.button(key="edit_apply").disabled
    assert ":gray[Is empty. Fill in title.]" in messages(page)
    assert ":gray[Is not one of strike, attack" in messages(page) and field(page, "event_type").value == ""
    fill(page, title=NEW["title"], start="20 Jan 2024")
    assert ":red[Is neither a date like 2024-01-16" in messages(page)
    assert page.button(key="edit_apply").disabled
    fill(page, start="2024-01-20", latitude="95")
    assert ":red[Is not between -90 and 90." in messages(page)
    fill(page, latitude="", event_type="strike")
    press(page, "edit_apply")
    row = draft(page).row("events", "reported-strike-in-kech")
    assert (row["start"], row["event_type"], row["location_precision"]) == ("2024-01-20", "strike", "unknown")
    assert page.selectbox(key="edit_row_events").value == "reported-strike-in-kech"


def test_a_place_is_found_by_name_and_its_precision_asked_for(page: AppTest) -> None:
    page.text_input(key="edit_place_search").set_value("Kech").run()
    press(page, "edit_place_use")
    fill(page, **NEW)
    press(page, "edit_apply")
    row = draft(page).row("events", "reported-strike-in-kech")
    assert (row["area"], row["location_precision"], row["latitude"]) == ("PK-BA-kech", "admin2", "")
    page.text_input(key="edit_place_search").set_value("Nowhere at all").run()
    assert "No unit or place of this name" in messages(page)


def test_a_click_asks_how_it_is_known(page: AppTest) -> None:
    page.session_state["clicked"] = (26.0, 63.0)
    page.run()
    page.selectbox(key="edit_place_precision").set_value("exact").run()
    press(page, "edit_point_use")
    assert "Needs a claim on the place; not said is who geolocated the site" in messages(page)
    page.text_input(key="edit_geo_who").set_value("A named group")
    page.text_input(key="edit_geo_when").set_value("2024-01-21")
    page.text_input(key="edit_geo_how").set_value("Matched a video to imagery")
    page.selectbox(key="edit_geo_source").set_value("abna").run()
    press(page, "edit_point_use")
    fill(page, **NEW)
    press(page, "edit_apply")
    row = draft(page).row("events", "reported-strike-in-kech")
    assert (row["latitude"], row["longitude"], row["location_precision"]) == ("26", "63", "exact")
    (claim,) = (c for c in draft(page).tables["claims"].values() if c["event_id"] == row["event_id"])
    assert (claim["subject"], claim["claimant"], claim["source_id"]) == ("place", "A named group", "abna")


def choose(page: AppTest, table: str, row_id: str, event_id: str = "") -> AppTest:
    page.selectbox(key="edit_table").set_value(table).run()
    if event_id:
        page.selectbox(key="edit_event").set_value(event_id).run()
    page.selectbox(key=f"edit_row_{table}").set_value(row_id).run()
    assert not page.exception
    return page


def test_a_changed_figure_is_listed_and_its_correction_offered(page: AppTest) -> None:
    choose(page, "claims", "panjgur-killed-pakistan", "panjgur")
    fill(page, value_min="3")
    assert ":red[Is above value_max 2." in messages(page)
    fill(page, value_max="3")
    press(page, "edit_apply")
    (table,) = (item.value for item in page.dataframe if "New" in item.value)
    assert list(table["Column"]) == ["value_min", "value_max"] and list(table["New"]) == ["3", "3"]
    (text,) = (item for item in page.text_area if str(item.key).startswith("edit_correction"))
    assert "lowest figure was 2, is now 3" in text.value
    text.set_value(f"{text.value} The ministry corrected itself.").run()
    press(page, "edit_correct")
    meta = draft(page).meta
    assert meta.version == "1.1" and meta.corrections[0].text.endswith("The ministry corrected itself.")
    assert not [item for item in page.text_area if str(item.key).startswith("edit_correction")]
    press(page, "edit_undo")
    assert draft(page).meta.version == "1.0"
    assert [item for item in page.text_area if str(item.key).startswith("edit_correction")]


def test_an_event_goes_only_with_what_depends_on_it_named(page: AppTest) -> None:
    choose(page, "events", "panjgur")
    assert page.button(key="edit_remove").disabled
    (sure,) = page.checkbox
    assert "1 attack, 26 claims" in sure.label
    sure.check().run()
    press(page, "edit_remove")
    assert "panjgur" not in draft(page).tables["events"]
    assert page.selectbox(key="edit_row_events").value == ""


def test_the_draft_is_saved_as_a_zip_that_reads_back_and_no_file_changes(
    page: AppTest, tmp_path: Path
) -> None:
    folder = bundled_cases()[CASE]
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert not page.get("download_button")
    choose(page, "sources", "")
    fill(page, publisher="A paper", published="2024-01-20")
    press(page, "edit_apply")
    assert len(page.get("download_button")) == 1
    report, data = page.session_state["editing"].saved()
    assert report.rejected == 0 and zipfile.is_zipfile(io.BytesIO(data))
    path = tmp_path / "saved.zip"
    path.write_bytes(data)
    assert "a-paper-2024-01-20" in set(load_case(path).sources["source_id"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_map_shows_the_draft_only_when_told_to(page: AppTest) -> None:
    fill(page, **NEW)
    press(page, "edit_apply")
    assert "reported-strike-in-kech" not in set(page.session_state["shown"].events["event_id"])
    page.toggle(key="edit_show").set_value(True).run()
    assert "reported-strike-in-kech" in set(page.session_state["shown"].events["event_id"])
    press(page, "edit_undo")
    assert "reported-strike-in-kech" not in set(page.session_state["shown"].events["event_id"])


def test_hostile_text_is_shown_as_text(page: AppTest) -> None:
    fill(page, **{**NEW, "area": "![x](http://example.org/x)"})
    assert all("![x](http" not in item.value for item in (*page.caption, *page.markdown))
    assert "Is not a known boundary id" in messages(page)


def test_every_allowed_value_has_its_meaning_beside_its_field() -> None:
    for (table, column), values in CHOICES.items():
        assert set(MEANINGS[table, column]) == set(values)
        assert all(value in field_help(table, column) for value in values)
        assert {*values, ""} == {*_allowed(table, column), ""}
    for table, fields in FIELDS.items():
        kept = {ID_COLUMNS[table], "event_id", "extra"}
        assert set(schema.TABLES[table].columns) - kept == set(fields)


def _allowed(table: str, column: str) -> list[str]:
    """Return the values that the schema itself lists for a column."""
    return list(schema.TABLES[table].columns[column].allowed)


def test_candidates_say_where_they_are_and_each_stands_once(page: AppTest) -> None:
    page.text_input(key="edit_place_search").set_value("Saravan").run()
    words = page.selectbox(key="edit_place_which_Saravan").options
    assert words[0].startswith("Saravan county, Sistan and Baluchestan, Iran")
    assert any("Gilan" in item for item in words)
    assert len(set(words)) == len(words)
    page.text_input(key="edit_place_search").set_value("Qwxzptrk").run()
    assert "No unit or place of this name" in messages(page)


def test_a_draft_is_served_to_its_own_session_alone(page: AppTest) -> None:
    own = page.session_state["workspace"]
    published = own.published("iran-pakistan-2024")
    draft_of = CaseDraft.of(published.case)
    row = {**draft_of.tables["events"]["panjgur"], "event_id": "another"}
    own.draft = draft_of.put("events", row, new=True).to_case()
    assert own.stamp() == f"draft.{own.draft.data_hash}"
    assert len(own.record("iran-pakistan-2024").events) == len(published.events) + 1
    assert own.record("iran-pakistan-2024") is own.record("iran-pakistan-2024")
    assert own.published("iran-pakistan-2024") is published
    assert len(Workspace().record("iran-pakistan-2024").events) == len(published.events)


def test_a_direction_is_inferred_by_decision_and_taken_back(page: AppTest) -> None:
    # An event of the bundled case without an attack row, whose first actor holds no country's name.
    own = draft(page)
    event = {**own.tables["events"]["panjgur"], "event_id": "inferred-one", "title": "A strike"}
    changed = own.put("events", {**event, "actors": "Military Forces of Iran"}, new=True)
    page.session_state["editing"].take(changed)
    page.run()
    press(page, "edit_rule_decide")
    ruled = draft(page)
    assert "the first actor named is the attacker" in ruled.meta.inferred_rule
    assert ruled.tables["attacks"]["inferred-inferred-one"]["origin_area"] == "IRN"
    press(page, "edit_rule_withdraw")
    assert draft(page).meta.inferred_rule == ""
    assert "inferred-inferred-one" not in draft(page).tables["attacks"]


def test_a_claim_on_the_place_has_fields_for_a_position_and_one_on_the_dead_has_none(page: AppTest) -> None:
    page.selectbox(key="edit_table").set_value("claims").run()

    def offered() -> set[str]:
        return {str(item.key).rpartition("__")[2] for item in page.text_input} & set(schema.POSITION_COLUMNS)

    fill(page, claimant="Somebody", subject="killed")
    assert offered() == set()
    fill(page, subject="place")
    assert offered() == set(schema.POSITION_COLUMNS)
    fill(page, latitude="27.1")
    assert any("Give both coordinates or neither" in item.value for item in page.markdown)
    assert page.button(key="edit_apply").disabled
    fill(page, longitude="64.1")
    assert not page.button(key="edit_apply").disabled
    # What is filled in stays in sight, with what is wrong with it.
    fill(page, subject="killed")
    assert offered() == set(schema.POSITION_COLUMNS)
    assert any("Stands on a claim on killed" in item.value for item in page.markdown)
    fill(page, subject="place")
    page.button(key="edit_apply").click().run()
    assert not page.exception
    held = page.session_state["editing"].draft.tables["claims"]
    (row,) = [cells for cells in held.values() if cells["claimant"] == "Somebody"]
    assert (row["latitude"], row["longitude"], row["area"]) == ("27.1", "64.1", "")
