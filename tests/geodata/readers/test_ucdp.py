"""UCDP's files of every vintage."""

from __future__ import annotations

import json

import pytest
from provider_files import UCDP_ROW, codes, read, reasons, ucdp_text

from geodata.claims import provider_lines
from geodata.errors import InputError
from geodata.readers.ucdp import COLUMNS


def extra(case, at=0):
    return json.loads(case.events["extra"].iloc[at])


def test_a_file(tmp_path):
    case = read(tmp_path, ucdp_text({}))
    event = case.events.iloc[0]
    assert case.report.format == "ucdp" and not case.report.events.warnings
    assert event[["event_id", "event_type", "start", "end", "time_precision"]].tolist() == [
        "900001", "clash", "2021-12-29", "", "day",
    ]  # fmt: skip
    assert event[["latitude", "location_precision", "location_uncertainty_km"]].tolist() == [
        26.004167,
        "place",
        5,
    ]
    assert event[["country_iso3", "admin1", "admin2"]].tolist() == [
        "PAK",
        "Balochistan province",
        "Kech district",
    ]
    assert event["actors"] == "Side One;Side Two" and event["source_ids"] == "ucdp"
    assert extra(case)["where_prec"] == "1" and extra(case)["dyad_name"] == "Side One - Side Two"
    claim = case.claims.iloc[0]
    assert claim[["claimant", "subject", "value_min", "value_best", "value_max"]].tolist() == [
        "UCDP",
        "killed",
        1,
        2,
        3,
    ]
    assert "Sundberg" in case.meta.citation and "Davies" in case.meta.citation
    assert case.meta.licence.startswith("as the source of the file states")


def test_precisions_and_intervals(tmp_path):
    case = read(
        tmp_path,
        ucdp_text(
            *(
                {"where_prec": str(n), "date_prec": str(min(n, 5)), "date_end": "2021-12-31"}
                for n in range(1, 9)
            )
        ),
    )
    assert case.events["location_precision"].tolist() == [
        "place", "place", "admin2", "admin1", "region", "country", "sea_or_air", "unknown",
    ]  # fmt: skip
    assert case.events["time_precision"].tolist() == ["day", "week", "week", "month", *["year"] * 4]
    assert set(case.events["end"]) == {"2021-12-31"}
    assert codes(case)["precision_unknown"] == (9,)


def test_figures_out_of_order_are_kept_and_told(tmp_path):
    case = read(
        tmp_path,
        ucdp_text({"low": "3", "best": "3", "high": "2"}, {"low": "0", "best": "4", "high": "0"}, {}),
    )
    assert len(case.events) == 3 and codes(case)["figures_out_of_order"] == (2, 3)
    figures = case.claims[["value_min", "value_best", "value_max"]].to_numpy().tolist()
    assert figures == [[2, 3, 3], [0, 4, 0], [1, 2, 3]]
    assert case.claims["text"].tolist() == [
        "coded as low 3, best 3, high 2",
        "coded as low 0, best 4, high 0",
        "",
    ]
    assert provider_lines(case.claims, ["900002"]).item() == "UCDP: 0 killed (best estimate 4)"


def test_hxl_row_and_a_foreign_column_in_the_middle(tmp_path):
    names = [*COLUMNS]
    names.insert(names.index("longitude"), "iso3")
    header, row = ucdp_text({"iso3": "PAK"}, columns=names).splitlines()
    tags = ",".join("#geo+lat" if name == "latitude" else "" for name in names)
    case = read(
        tmp_path, f"{header}\n{tags}\n{row}\n{row.replace('900001', '').replace('26.004167', '9x')}\n"
    )
    assert case.report.events.rows_read == 2 and len(case.events) == 1
    assert list(reasons(case)) == [4]
    assert case.events.iloc[0][["latitude", "longitude", "country_iso3"]].tolist() == [
        26.004167,
        63.060556,
        "PAK",
    ]


def test_older_names_of_the_estimates(tmp_path):
    text = ucdp_text({}).replace("best,high,low", "best_est,high_est,low_est", 1)
    assert read(tmp_path, text).claims.iloc[0][["value_min", "value_best", "value_max"]].tolist() == [1, 2, 3]


def test_a_candidate_file_without_header(tmp_path):
    case = read(tmp_path, ucdp_text({}, {"latitude": "x"}, header=False).replace("26.0", "26.0"))
    assert case.report.format == "ucdp" and list(reasons(case)) == [2]


@pytest.mark.parametrize(
    "text", ["2021-12-29", "12/29/2021 00:00:00", "2021-12-29T00:00:00", "2021-12-29 00:00:00.000"]
)
def test_forms_of_dates(tmp_path, text):
    case = read(tmp_path, ucdp_text({"date_start": text, "date_end": text}))
    assert case.events["start"].tolist() == ["2021-12-29"] and not case.report.events.warnings
    assert "date_start" not in extra(case)


def test_an_end_before_the_start_is_rejected(tmp_path):
    case = read(tmp_path, ucdp_text({}, {"date_end": "2021-12-01"}))
    assert reasons(case) == {3: "date_end '2021-12-01' is before date_start"}


def test_the_newest_revision_wins(tmp_path):
    case = read(tmp_path, ucdp_text({"id": "7", "best": "1"}, {"id": "7", "best": "2"}))
    assert reasons(case) == {2: "id '7' is superseded by row 3"} and case.claims["value_best"].tolist() == [2]


def test_a_comma_too_many_is_refused_with_what_would_go_wrong(tmp_path):
    header, row = ucdp_text({}).splitlines()
    with pytest.raises(InputError, match="'country' becomes '770'"):
        read(tmp_path, f"{header}\n{row},\n")
    assert len(read(tmp_path, f"{header},\n{row},\n").events) == 1  # both have it: nothing is shifted


def test_pages_of_the_api(tmp_path):
    record = {**UCDP_ROW, "id": 900001, "latitude": 26.004167, "where_prec": 1, "adm_2": None}
    page = {"TotalCount": 3, "TotalPages": 2, "Result": [record, {**record, "id": 900002}]}
    case = read(tmp_path, json.dumps(page), "page.json")
    assert case.report.format == "ucdp" and len(case.events) == 2 and "incomplete" in codes(case)
    last = {"TotalCount": 3, "TotalPages": 2, "Result": [{**record, "id": 900003}]}
    assert "incomplete" not in codes(read(tmp_path, json.dumps([page, last]), "pages.json"))
