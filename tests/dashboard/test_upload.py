"""A user's own events in the page: read, judged, mapped, opened, updated, saved; private to the session."""

from __future__ import annotations

import io
import json
import time
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from geodata.cases.write import case_zip
from tests.dashboard.test_page import html, open_page, table

OWN = b"""Incident ID;Date of incident;Lat;Long;Killed;Type of attack;District
a1;16.01.2024;26,96;64,09;2;Air strike;Panjgur
a2;17.01.2024;27,37;62,33;9;Air strike;Saravan
a3;40.01.2024;27,37;62,33;1;Air strike;Saravan
"""
ACLED = (
    "event_id_cnty,event_date,time_precision,event_type,sub_event_type,actor1,actor2,country,admin1,admin2,"
    "location,latitude,longitude,geo_precision,notes,fatalities\n"
)
ACLED_ROW = (
    "PAK1,2024-01-16,1,Explosions/Remote violence,Air/drone strike,A,B,Pakistan,Balochistan,Panjgur,Panjgur,"
    "26.96,64.09,1,Invented,{dead}\n"
)


def texts(page: AppTest) -> str:
    parts = [*page.caption, *page.markdown, *page.error, *page.warning, *page.info]
    return "\n".join(part.value for part in parts).replace("\\", "")


def upload(page: AppTest, data: bytes, name: str) -> AppTest:
    return read_through(page.file_uploader(key="upload").upload(name, data, "application/octet-stream").run())


def read_through(page: AppTest) -> AppTest:
    for _ in range(60):  # a busy machine needs longer than the page waits before it shows how far it is
        assert not page.exception
        if not any(button.key == "own_cancel" for button in page.button):
            return page
        time.sleep(0.5)
        page.run()
    raise AssertionError("the file was not read")


def submit_mapping(page: AppTest) -> AppTest:
    (submit,) = [button for button in page.button if button.label == "Read again with these columns"]
    return read_through(submit.click().run())


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def opened(data: bytes, name: str) -> AppTest:
    return press(upload(open_page(), data, name), "own_use")


def own_case(page: AppTest) -> object:
    (own,) = page.session_state["workspace"].cases.values()
    return own


def test_a_table_of_ones_own_is_read_reported_and_shown() -> None:
    page = upload(open_page(), OWN, "incidents.csv")
    assert "3 rows read, **2 accepted, 1 rejected**" in texts(page)
    (rejected,) = [frame.value for frame in page.dataframe if "Rejected row" in frame.value]
    assert list(rejected["Rejected row"]) == [4] and rejected["Value"][0] == "40.01.2024"
    assert not page.session_state["workspace"].cases
    press(page, "own_use")
    assert page.selectbox(key="case").value == "~1"
    assert "incidents (your file)" in page.selectbox(key="case").options
    assert len(table(page)) == 2
    assert "incidents" in html(page)
    assert page.query_params["case"] == "~1"
    assert own_case(page).case.mapping


def test_the_mapping_is_changed_by_the_user_and_saved_with_the_case() -> None:
    page = upload(open_page(), OWN, "incidents.csv")
    assert page.selectbox(key="own_field_start").value == "Date of incident"
    page.selectbox(key="own_field_killed").set_value("")
    press(submit_mapping(page), "own_use")
    case = own_case(page).case
    assert case.claims.empty
    assert "killed" not in json.loads(case.mapping)["columns"]


def test_a_date_order_that_no_date_decides_is_asked_for_and_taken() -> None:
    text = b"id,date,lat,lon\n1,02/01/2024,26.9,64.1\n2,03/01/2024,26.8,64.0\n"
    page = upload(open_page(), text, "t.csv")
    assert page.error and "02/01/2024" in texts(page)
    assert not any(button.key == "own_use" for button in page.button)
    page.selectbox(key="own_date_order").set_value("dmy")
    press(submit_mapping(page), "own_use")
    assert set(own_case(page).case.events["start"]) == {"2024-01-02", "2024-01-03"}


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("empty.csv", b"", "empty"),
        ("t.xlsx", b"PK\x03\x04 cut off", "zip that cannot be read"),
        ("t.csv", b"\x00\x01\x02\xff\xfe\x00binary", "is no text"),
        ("p.pdf", b"%PDF-1.4", "is a PDF"),
        ("case.zip", None, "there is no case.toml"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(name: str, data: bytes | None, says: str) -> None:
    if data is None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("events.csv", "event_id,title,event_type,start\n")
        data = out.getvalue()
    page = upload(open_page(), data, name)
    assert page.error and says in texts(page) and name in texts(page)
    assert not any(button.key == "own_use" for button in page.button)
    assert len(table(page)) > 5  # the case that was shown still is


def test_two_sessions_do_not_see_each_others_files() -> None:
    one, other = opened(OWN, "incidents.csv"), open_page()
    assert "~1" in one.session_state["workspace"].cases
    assert not any("incidents" in option for option in other.selectbox(key="case").options)
    late = open_page(case="~1")
    assert "open in another session" in texts(late)
    assert "Reported strikes in Panjgur district" in table(late)


def test_a_file_is_closed_and_the_first_case_is_back() -> None:
    page = press(opened(OWN, "incidents.csv"), "own_close_~1")
    assert page.selectbox(key="case").value == "iran-pakistan-2024"
    assert not page.session_state["workspace"].cases
    assert "Reported strikes in Panjgur district" in table(page)


def test_a_newer_file_is_read_over_an_open_one() -> None:
    page = opened((ACLED + ACLED_ROW.format(dead=1)).encode(), "old.csv")
    newer = ACLED + ACLED_ROW.format(dead=4) + ACLED_ROW.format(dead=2).replace("PAK1", "PAK2")
    upload(page, newer.encode(), "new.csv")
    page.selectbox(key="own_target").set_value("~1").run()
    press(page, "own_use")
    own = own_case(page)
    assert own.update is not None and own.update.added == ("PAK2",) and own.update.changed_ids == ("PAK1",)
    assert "1 events added, 1 changed" in texts(page)
    assert len(table(page)) == 2


def test_acleds_rows_leave_in_files_only_by_a_stated_right_that_is_recorded() -> None:
    page = opened((ACLED + ACLED_ROW.format(dead=1)).encode(), "acled.csv")
    assert "Accessed: " in own_case(page).case.meta.citation
    assert "not stated" not in own_case(page).case.meta.citation
    page.selectbox(key="export_format").set_value("csv")
    press(page, "export_make")
    assert any("raw data" in error.value for error in page.error)
    page.text_input(key="own_right_~1").set_value("licence of an office").run()
    press(page, "own_state_~1")
    assert "licence of an office" in own_case(page).case.meta.licence
    press(page, "export_make")
    made = page.session_state["made_export"][1]
    assert b"PAK1" in made and b"licence of an office" in made


def test_what_is_saved_opens_again_to_the_same() -> None:
    page = opened(OWN, "incidents.csv")
    case = own_case(page).case
    again = opened(case_zip(case), "incidents.zip")
    other = own_case(again).case
    for name in ("events", "attacks", "claims", "sources"):
        assert getattr(other, name).equals(getattr(case, name)), name
    assert (other.mapping, other.meta) == (case.mapping, case.meta)
    assert table(again) == table(page)


def test_a_draft_of_acleds_rows_is_not_saved_without_a_stated_right() -> None:
    page = edited(opened((ACLED + ACLED_ROW.format(dead=1)).encode(), "acled.csv"))
    assert "raw data" in texts(page)
    assert not can_save(page)
    page.text_input(key="own_right_~1").set_value("licence of an office").run()
    assert can_save(press(page, "own_state_~1"))


def edited(page: AppTest) -> AppTest:
    page.toggle(key="edit_open").set_value(True).run()
    editing = page.session_state["editing"]
    editing.take(editing.draft.put("sources", {"source_id": "own", "publisher": "A paper"}, new=True))
    return page.run()


def can_save(page: AppTest) -> bool:
    return any(button.label.startswith("Save as case zip") for button in page.get("download_button"))
