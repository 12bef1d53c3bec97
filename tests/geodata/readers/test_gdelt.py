"""GDELT's event files."""

from __future__ import annotations

import json

import pytest
from provider_files import codes, gdelt_text, read, reasons


@pytest.mark.parametrize("width", [61, 58, 57])
def test_files_of_every_width(tmp_path, width):
    case = read(tmp_path, gdelt_text({}, width=width), "20191024.export.CSV")
    event = case.events.iloc[0]
    assert case.report.format == "gdelt" and not case.report.events.warnings
    assert event[["event_id", "event_type", "start", "location_precision"]].tolist() == [
        "900001", "diplomatic", "2019-10-24", "place",
    ]  # fmt: skip
    assert event[["latitude", "longitude", "country_iso3"]].tolist() == [33.3386, 44.3939, "IRQ"]
    assert event["actors"] == 'THE "PAPER" CO;IRAN'
    assert json.loads(event["extra"])["EventCode"] == "057"
    assert case.claims.empty
    pages = case.sources.set_index("source_id")["url"]
    cited = [pages[name] for name in event["source_ids"].split(";")]
    assert cited[1:] == (["https://www.example.org/a"] if width > 57 else [])


def test_precisions_and_rows_without_a_place(tmp_path):
    case = read(
        tmp_path,
        gdelt_text(
            *({"ActionGeo_Type": str(n)} for n in range(1, 6)),
            {"ActionGeo_Type": "0", "ActionGeo_Lat": "", "ActionGeo_Long": "", "ActionGeo_CountryCode": ""},
            {"ActionGeo_CountryCode": "OS"},
        ),
        "a.csv",
    )
    assert case.events["location_precision"].tolist() == [
        "country", "admin1", "place", "place", "admin1", "unknown", "place",
    ]  # fmt: skip
    assert codes(case) == {"no_coordinates": (6,), "country_unknown": (7,)}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("010", "statement"),
        ("042", "diplomatic"),
        ("183", "bombing"),
        ("1831", "bombing"),
        ("195", "strike"),
        ("193", "clash"),
        ("180", "attack"),
        ("202", "attack"),
        ("145", "other"),
        ("xx", "other"),
    ],
)
def test_event_types(tmp_path, code, kind):
    case = read(tmp_path, gdelt_text({"EventCode": code}), "a.csv")
    assert case.events["event_type"].tolist() == [kind]
    assert ("event_type_unknown" in codes(case)) == (code == "xx")


def test_a_line_cut_off_is_rejected(tmp_path):
    text = gdelt_text({}, {})
    case = read(tmp_path, text + text.splitlines()[0][:80] + "\n", "a.csv")
    assert list(reasons(case)) == [3] and len(case.events) == 2
