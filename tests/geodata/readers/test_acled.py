"""ACLED's files of every edition, and what is kept from whoever has no right to their rows."""

from __future__ import annotations

import json
from datetime import date

import pandas as pd
import pytest
from provider_files import ACLED_ROW, acled_text, codes, read, reasons, table_text

from geodata.cases import load_case
from geodata.claims import provider_lines
from geodata.errors import InputError
from geodata.readers.acled_columns import COLUMNS, COLUMNS_2015, current_name
from geodata.readers.table_file import TableOptions
from geodata.record import build_record

UPPER = [
    {"assoc_actor_1": "ALLY_ACTOR_1", "assoc_actor_2": "ALLY_ACTOR_2"}.get(name, name.upper())
    for name in COLUMNS_2015
]


def only(case):
    assert len(case.events) == 1, reasons(case)
    return case.events.iloc[0]


def extra(case, at=0):
    return json.loads(case.events["extra"].iloc[at])


def test_a_current_file(tmp_path):
    case = read(tmp_path, acled_text({}))
    event = only(case)
    assert case.report.format == "acled" and case.report.events.rows_read == 1
    assert not case.report.events.warnings
    assert event[
        ["event_id", "event_type", "start", "end", "time_precision", "time_zone", "place_name"]
    ].tolist() == ["PAK90001", "strike", "2024-01-16", "", "day", "", "Panjgur"]
    assert event[["latitude", "longitude", "location_precision", "location_uncertainty_km"]].tolist() == [
        26.9644,
        64.0903,
        "place",
        5.0,
    ]
    assert event[["country_iso3", "admin1", "admin2", "summary"]].tolist() == [
        "PAK",
        "Balochistan",
        "Panjgur",
        "An invented strike.",
    ]
    assert event["actors"] == "Military Forces of A;Civilians (B)"
    assert event["title"] == "Air/drone strike, Panjgur"
    assert case.meta.time_zone == "UTC" and not case.meta.information_stated


def test_own_codes_stay_beside_ours(tmp_path):
    kept = extra(read(tmp_path, acled_text({"inter1": "8", "inter2": "Civilians"})))
    assert kept["geo_precision"] == "1" and kept["sub_event_type"] == "Air/drone strike"
    assert (kept["inter1"], kept["inter1_name"]) == ("8", "External/Other forces")
    assert kept["inter2"] == "Civilians" and "inter2_name" not in kept
    assert kept["source"] == "Paper One; Paper Two" and kept["country"] == "Pakistan"
    assert "latitude" not in kept and "notes" not in kept


def test_the_dead_are_a_claim_of_acleds_and_0_is_none_reported(tmp_path):
    case = read(tmp_path, acled_text({"fatalities": "3"}, {"fatalities": "0"}, {"fatalities": ""}))
    claims = case.claims.set_index("event_id")
    assert list(claims.index) == ["PAK90001", "PAK90002"]
    assert set(claims["claimant"]) == {"ACLED"} and set(claims["subject"]) == {"killed"}
    assert claims.loc["PAK90001", ["value_min", "value_max"]].tolist() == [3.0, 3.0]
    assert pd.isna(claims.loc["PAK90001", "value_best"])
    record = build_record(case)
    assert record.events["killed_high"].isna().all()  # never pooled with claims
    lines = provider_lines(case.claims, ["PAK90001", "PAK90002", "PAK90003"]).tolist()
    assert lines == ["ACLED: 3 killed", "ACLED: none reported", ""]


@pytest.mark.parametrize(
    ("event_type", "sub_event", "kind"),
    [
        ("Battles", "Armed clash", "clash"),
        ("Explosions/Remote violence", "Shelling/artillery/missile attack", "strike"),
        ("Explosions/Remote violence", "Suicide bomb", "bombing"),
        ("Explosions/Remote violence", "Remote explosive/landmine/IED", "bombing"),
        ("Explosions/Remote violence", "Chemical weapon", "attack"),
        ("Violence against civilians", "Attack", "attack"),
        ("Violence against civilians", "Abduction/forced disappearance", "other"),
        ("Protests", "Peaceful protest", "other"),
        ("Protests", "Excessive force against protesters", "attack"),
        ("Strategic developments", "Agreement", "diplomatic"),
        ("Battle-No change of territory", "", "clash"),
        ("BATTLES", "", "clash"),
    ],
)
def test_event_types(tmp_path, event_type, sub_event, kind):
    case = read(tmp_path, acled_text({"event_type": event_type, "sub_event_type": sub_event}))
    assert only(case)["event_type"] == kind
    assert "event_type_unknown" not in codes(case)


def test_an_event_type_that_acled_never_had(tmp_path):
    case = read(tmp_path, acled_text({"event_type": "Picnic", "sub_event_type": ""}))
    assert only(case)["event_type"] == "other" and codes(case)["event_type_unknown"] == (2,)
    assert extra(case)["event_type"] == "Picnic"


def test_precisions(tmp_path):
    case = read(
        tmp_path,
        acled_text(
            {"geo_precision": "2", "time_precision": "2"},
            {"geo_precision": "3", "time_precision": "3"},
            {"geo_precision": "7", "time_precision": "9"},
        ),
    )
    events = case.events
    assert events["location_precision"].tolist() == ["place", "admin1", "unknown"]
    assert events["time_precision"].tolist() == ["week", "month", "day"]
    assert events["location_uncertainty_km"].fillna(-1).tolist() == [25.0, -1, -1]
    rows = [w.rows for w in case.report.events.warnings if w.code == "precision_unknown"]
    assert rows == [(4,), (4,)]


def test_the_coordinates_of_a_provincial_capital_are_not_used(tmp_path):
    case = read(tmp_path, acled_text({"geo_precision": "3"}))
    event = only(case)
    assert pd.isna(event["latitude"]) and pd.isna(event["longitude"])
    assert extra(case)["latitude"] == "26.9644" and extra(case)["geo_precision"] == "3"
    assert codes(case)["coordinates_not_used"] == (2,) and "no_coordinates" not in codes(case)
    joined = build_record(case).events.iloc[0]
    assert (joined["drawn_as"], joined["drawn_area"]) == ("area", "PK-BA")


def test_0_0_is_no_position(tmp_path):
    case = read(
        tmp_path, acled_text({"latitude": "0", "longitude": "0.0"}, {"latitude": "", "longitude": ""})
    )
    assert case.events["latitude"].isna().all()
    assert case.events["location_precision"].tolist() == ["unknown", "unknown"]
    assert codes(case)["zero_coordinates"] == (2,) and codes(case)["no_coordinates"] == (2, 3)
    assert extra(case)["latitude"] == "0" and "latitude" not in extra(case, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-16",
        "16 January 2024",
        "16-January-2024",
        "16 Jan 2024",
        "16/01/2024",
        "16-01-24",
        "16.01.2024",
        "2024-01-16T00:00:00Z",
        "2024/01/16",
        "January 16, 2024",
    ],
)
def test_every_form_of_date(tmp_path, text):
    case = read(tmp_path, acled_text({"event_date": text}))
    assert only(case)["start"] == "2024-01-16" and not codes(case)


@pytest.mark.parametrize(
    ("dates", "days", "ambiguous"),
    [
        (["02/01/1997", "24/12/1997"], ["1997-01-02", "1997-12-24"], ()),
        (["02/01/1997", "12/24/1997"], ["1997-02-01", "1997-12-24"], ()),
        (["02/01/1997", "03/03/1997"], ["1997-01-02", "1997-03-03"], (2,)),
        (["03/03/1997", "04/04/1997"], ["1997-03-03", "1997-04-04"], ()),
    ],
)
def test_the_whole_column_decides_between_day_and_month(tmp_path, dates, days, ambiguous):
    case = read(tmp_path, acled_text(*({"event_date": date, "year": "1997"} for date in dates)))
    assert case.events["start"].tolist() == days
    assert codes(case).get("ambiguous_dates", ()) == ambiguous


def test_a_column_that_contradicts_itself_says_so(tmp_path):
    dates = ["13/02/2024", "14/02/2024", "02/15/2024", "03/04/2024"]
    case = read(tmp_path, acled_text(*({"event_date": date} for date in dates)))
    assert case.events["start"].tolist() == ["2024-02-13", "2024-02-14", "2024-04-03"]
    assert "is not a date (numbers are read day first)" in reasons(case)[4]
    assert codes(case)["ambiguous_dates"] == (5,)


def test_faults_name_the_providers_column_and_value(tmp_path):
    case = read(
        tmp_path,
        acled_text(
            {},
            {"event_date": "31 April 2024"},
            {"latitude": "97", "fatalities": "few"},
            {"longitude": ""},
            {"event_id_cnty": ""},
            {"fatalities": "-1"},
        ),
    )
    assert case.report.events.rows_read == 6 and len(case.events) == 1
    found = {row.row: (row.column, row.value) for row in case.report.events.rejected_rows}
    assert found == {
        3: ("event_date", "31 April 2024"),
        4: ("fatalities", "few"),
        5: ("longitude", ""),
        6: ("event_id_cnty", ""),
        7: ("fatalities", "-1"),
    }
    assert "latitude '97' is not between -90 and 90" in reasons(case)[4]
    assert all(row.remedy for row in case.report.events.rejected_rows)


def test_the_newest_of_a_repeated_id_is_kept(tmp_path):
    case = read(
        tmp_path,
        acled_text(
            {"event_id_cnty": "PAK1", "timestamp": "200", "fatalities": "5"},
            {"event_id_cnty": "PAK1", "timestamp": "100", "fatalities": "1"},
            {"event_id_cnty": "PAK2", "timestamp": ""},
            {"event_id_cnty": "PAK2", "timestamp": ""},
        ),
    )
    assert reasons(case) == {
        3: "event_id_cnty 'PAK1' is superseded by row 2",
        4: "event_id_cnty 'PAK2' is superseded by row 5",
    }
    assert case.claims["value_min"].tolist() == [5.0, 2.0]
    assert codes(case)["superseded"] == (3, 4)


def test_quirks_of_files_in_the_wild(tmp_path):
    """Index column without a name, alphabetical order, NA, padding, line breaks in cells, further columns."""
    names = sorted([*COLUMNS, "my_note", "population_best"])
    row = {
        **ACLED_ROW,
        "location": "  Panjgur ",
        "admin3": "NA",
        "notes": "Two\nlines, with a comma",
        "my_note": "mine",
        "population_best": "1200",
    }
    text = table_text([{**row, "": "0"}, {**row, "": "1", "event_id_cnty": "PAK90002"}], ["", *names])
    case = read(tmp_path, text)
    assert len(case.events) == 2 and not case.report.events.warnings
    assert case.events["place_name"].iloc[0] == "Panjgur"
    assert case.events["summary"].iloc[0] == "Two\nlines, with a comma"
    kept = extra(case)
    assert (kept["my_note"], kept["population_best"]) == ("mine", "1200") and "admin3" not in kept


def test_na_is_no_figure_and_no_name(tmp_path):
    event = only(case := read(tmp_path, acled_text({"fatalities": "NA", "actor2": "NA", "admin2": "NA"})))
    assert case.claims.empty
    assert event["actors"] == "Military Forces of A" and event["admin2"] == ""


def test_semicolons_and_decimal_commas(tmp_path):
    row = {**ACLED_ROW, "latitude": "26,9644", "longitude": "64,0903"}
    event = only(read(tmp_path, table_text([row], COLUMNS, mark=";")))
    assert event[["latitude", "longitude"]].tolist() == [26.9644, 64.0903]


def test_the_edition_of_2018(tmp_path):
    names = ["data_id", "iso", "event_id_cnty", "event_id_no_cnty", *COLUMNS[1:], "iso3"]
    names = [
        name for name in dict.fromkeys(names) if name not in ("disorder_type", "tags", "civilian_targeting")
    ]
    row = {**ACLED_ROW, "iso3": "PAK", "data_id": "7", "event_date": "16 January 2024", "inter1": "8"}
    event = only(case := read(tmp_path, table_text([row], names)))
    assert event["country_iso3"] == "PAK" and event["start"] == "2024-01-16"
    assert extra(case)["data_id"] == "7" and "iso3" not in extra(case)


def test_the_edition_of_2015_with_and_without_header(tmp_path):
    row = {
        **ACLED_ROW,
        "gwno": "770",
        "event_id_cnty": "1PAK",
        "event_date": "16/01/2015",
        "year": "2015",
        "event_type": "Remote violence",
        "assoc_actor_1": "Friends",
    }
    with_header = table_text([{UPPER[i]: row.get(n, "") for i, n in enumerate(COLUMNS_2015)}], UPPER)
    for text, number in ((with_header, 2), (with_header.split("\n", 1)[1], 1)):
        case = read(tmp_path, text)
        event = only(case)
        assert case.report.format == "acled" and event["start"] == "2015-01-16"
        assert event["event_type"] == "attack" and event["actors"].startswith("Military")
        assert extra(case)["assoc_actor_1"] == "Friends" and extra(case)["gwno"] == "770"
        broken = read(tmp_path, text + text.splitlines()[-1].replace("1PAK", "2PAK").replace("26.9", "x26.9"))
        assert list(reasons(broken)) == [number + 1]


def test_headers_cut_to_ten_characters(tmp_path):
    names = [name[:10] for name in COLUMNS]
    names[names.index("assoc_acto", 9)] = "assoc_ac_1"
    row = dict(zip(names, (ACLED_ROW.get(name, "") for name in COLUMNS), strict=True))
    header, *records = table_text([row], names).splitlines()
    case = read(tmp_path, "\n".join([header.upper(), *records]))
    event = only(case)
    assert case.report.format == "acled" and event["location_precision"] == "place"
    assert event["event_type"] == "strike" and extra(case)["assoc_actor_1"] == "Group of friends"


def test_cut_names_mean_whole_ones():
    for name in set(COLUMNS) - {"assoc_actor_2"}:
        assert current_name(name[:10].upper()) == name


def test_headerless_in_an_unknown_order_is_refused(tmp_path):
    text = acled_text({}).split("\n", 1)[1]
    with pytest.raises(InputError, match="without their header") as refused:
        read(tmp_path, text)
    assert "header row" in refused.value.remedy


def test_an_answer_of_the_api(tmp_path):
    records = [
        {name: ACLED_ROW.get(name, "") for name in COLUMNS},
        {**ACLED_ROW, "event_id_cnty": "PAK90002"},
    ]
    records[1]["latitude"] = "97"
    case = read(tmp_path, json.dumps({"status": 200, "count": 2, "data": records}), "answer.json")
    assert case.report.format == "acled" and len(case.events) == 1
    assert list(reasons(case)) == [2]  # the first record is row 1


def test_weekly_counts_are_refused(tmp_path):
    text = "WEEK,REGION,COUNTRY,ADMIN1,EVENT_TYPE,EVENTS,ID,CENTROID_LATITUDE,CENTROID_LONGITUDE\n"
    text += "2024-01-13,South Asia,Pakistan,Balochistan,Battles,3,2756,28.4,65.5\n"
    with pytest.raises(InputError, match="weekly aggregated download"):
        read(tmp_path, text)


def test_rows_longer_than_the_header_are_refused_not_shifted(tmp_path):
    header, row = acled_text({}).splitlines()
    with pytest.raises(InputError, match="every column shifts by one"):
        read(tmp_path, f"{header}\n1,{row}\n2,{row}\n")


def test_a_year_that_contradicts_the_date_is_told(tmp_path):
    case = read(tmp_path, acled_text({"year": "2023"}))
    assert codes(case)["year_mismatch"] == (2,)


def test_terms_and_citation_travel_with_the_rows(tmp_path):
    case = read(tmp_path, acled_text({}, {"event_date": "2024-02-01"}))
    assert "no one may be given direct access" in case.meta.licence
    assert case.meta.citation.endswith("Accessed: not stated.")
    assert "2024-01-16 to 2024-02-01" in case.meta.citation and "Pakistan" in case.meta.citation
    assert case.sources.iloc[0]["licence"] == case.meta.licence
    assert case.sources.iloc[0]["accessed"] == ""
    (path,) = tmp_path.glob("*.csv")
    got = load_case(path, options=TableOptions(accessed=date(2024, 3, 1)))
    assert got.meta.citation.endswith("Accessed: 1 Mar 2024.")
    assert got.sources.iloc[0]["accessed"] == "2024-03-01"
    assert set(case.events["source_ids"]) == {"acled"} == set(case.claims["source_id"])


def test_the_order_of_days_and_months_can_be_said(tmp_path):
    text = acled_text({"event_date": "02/01/2024"}, {"event_date": "03/01/2024", "event_id_cnty": "PAK2"})
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    guessed = load_case(path)
    assert [warning.code for warning in guessed.report.events.warnings] == ["ambiguous_dates"]
    for order, days in (("mdy", {"2024-02-01", "2024-03-01"}), ("dmy", {"2024-01-02", "2024-01-03"})):
        case = load_case(path, options=TableOptions(date_order=order))
        assert set(case.events["start"]) == days
        assert "ambiguous_dates" not in [warning.code for warning in case.report.events.warnings]
