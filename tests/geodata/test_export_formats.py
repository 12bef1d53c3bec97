"""Every format out and in again: the same events, or the same case; and what other programs see."""

import dataclasses
import io
import json
import re
import sqlite3
import zipfile
from xml.etree import ElementTree

import geopandas as gpd
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st

from geodata import boundaries
from geodata.cases import load_case
from geodata.cases.read import case_of_bytes, case_of_files
from geodata.cases.write import case_files
from geodata.errors import InputError, UsageError
from geodata.exports import FORMATS, export_bytes, join_bytes
from geodata.filters import EventFilter
from geodata.readers.acled import LICENCE
from geodata.readers.cells import neutralised
from geodata.readers.xml_text import xml_coded, xml_decoded
from geodata.record import build_record
from geodata.rights import release
from geodata.schema import EVENT_TYPES, split
from tests.geodata import nasty_case
from tests.geodata.conftest import head_text, table_text
from tests.geodata.export_text import text_of

ALL = EventFilter()
KEYS = {"events": "event_id", "attacks": "attack_id", "claims": "claim_id", "sources": "source_id"}
WHOLE = ("zip", "xlsx", "gpkg")
FLAT = ("csv", "geojson", "parquet", "kml")
ACLED_SOURCE = {"source_id": "s", "publisher": "ACLED"}
POINT = {"latitude": "26.9", "longitude": "64.1", "location_precision": "exact"}


@pytest.fixture
def nasty(make_record):
    record = make_record(nasty_case.EVENTS, **nasty_case.PARTS)
    assert record.case.report.rejected == 0, record.case.report.lines()
    return record


@pytest.fixture
def bare(make_record):
    """Return the record of an event without a place, and of empty tables."""
    return make_record([{}])


@pytest.fixture(params=["bundled", "nasty", "bare"])
def record(request):
    return request.getfixturevalue(request.param)


def read_back(record, fmt, tmp_path, wanted=ALL):
    path = tmp_path / f"export.{fmt}"
    path.write_bytes(export_bytes(record, wanted, fmt))
    return load_case(path)


def ordered(frame, key):
    return frame.sort_values(key).reset_index(drop=True)


# -- out and in again ----------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", FLAT)
def test_what_a_flat_format_holds_reads_back_the_same(record, fmt, tmp_path):
    case = read_back(record, fmt, tmp_path)
    assert case.report.rejected == 0 and case.report.format == ("table" if fmt == "csv" else "geo")
    assert case.report.events.rows_read == len(record.events)
    # A row leaves its case, and takes the case's time zone along.
    events = record.case.events
    events = events.assign(time_zone=events["time_zone"].replace("", record.meta.time_zone))
    mine = {"events": events, "attacks": record.case.attacks, "claims": record.case.claims}
    if fmt == "csv":  # an attack's columns of one's own come back as its event's
        mine["attacks"] = mine["attacks"].drop(columns=["own"], errors="ignore")
    for name, frame in mine.items():
        other = getattr(case, name)
        assert set(frame.columns) <= set(other.columns)
        pd.testing.assert_frame_equal(
            ordered(other[list(frame.columns)], KEYS[name]), ordered(frame, KEYS[name])
        )
    cited = record.case.sources[record.case.sources["source_id"].isin(case.sources["source_id"])]
    pd.testing.assert_frame_equal(ordered(case.sources, "source_id"), ordered(cited, "source_id"))
    assert (case.meta.licence, case.meta.citation) == (record.meta.licence, record.meta.citation)
    assert export_bytes(build_record(case), ALL, "csv") == export_bytes(record, ALL, "csv")


@pytest.mark.parametrize("fmt", WHOLE)
def test_a_case_reads_back_the_same_table_by_table(record, fmt, tmp_path):
    case = read_back(record, fmt, tmp_path)
    assert (case.report.format, case.report.rejected) == ("case", 0)
    assert case.meta == record.meta
    for name in KEYS:
        # Cells, columns and the order of both.
        pd.testing.assert_frame_equal(getattr(case, name), getattr(record.case, name))
    again = read_back(build_record(case), fmt, tmp_path)
    assert case_files(again) == case_files(record.case)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)


@settings(max_examples=8, deadline=None)
@given(title=CELLS, summary=CELLS, own=CELLS, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_any_text_and_number_comes_back_from_every_format(title, summary, own, lat, lon):
    row = {"event_id": "e", "title": f"t{title}", "event_type": "strike", "start": "2024-01-16", "own": own}
    row |= {"summary": summary, "latitude": repr(lat), "longitude": repr(lon), "location_precision": "exact"}
    case = case_of_files({"case.toml": head_text().encode(), "events.csv": table_text([row]).encode()})
    record = build_record(case)
    for fmt in FORMATS:
        again = case_of_bytes(export_bytes(record, ALL, fmt), f"x.{fmt}")
        for name in ("event_id", "title", "summary", "own", "latitude", "longitude"):
            assert again.events.loc[0, name] == case.events.loc[0, name], (fmt, name)


@pytest.mark.parametrize("fmt", WHOLE)
def test_a_mapping_stays_with_the_case(fmt, tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_text("Date,Place,Lat,Lon\n2024-01-16,Panjgur,26.96,64.09\n", encoding="utf-8")
    case = load_case(path)
    assert case.mapping
    assert read_back(build_record(case), fmt, tmp_path).mapping == case.mapping


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_input_gives_the_same_bytes(nasty, fmt):
    assert export_bytes(build_record(nasty.case), ALL, fmt) == export_bytes(nasty, ALL, fmt)


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_filter_keeps_the_same_events_in_every_format(bundled, fmt, tmp_path):
    wanted = EventFilter(types=("strike",), areas=("PAK", "IRN"))
    case = read_back(bundled, fmt, tmp_path, wanted)
    assert set(case.events["event_id"]) == {"panjgur", "saravan"} == set(case.attacks["event_id"])
    assert set(case.claims["event_id"]) == {"panjgur", "saravan"}
    cited = {
        name for cell in (*case.events["source_ids"], *case.attacks["source_ids"]) for name in split(cell)
    }
    cited |= set(case.claims["source_id"]) - {""}
    assert cited <= set(case.sources["source_id"]) < set(bundled.case.sources["source_id"])
    if fmt in WHOLE:
        assert case.meta.excerpt == "2 of 20 events: type strike; in Pakistan or Iran"
        assert dataclasses.replace(case.meta, excerpt="") == bundled.meta


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_filter_that_keeps_nothing_gives_a_file_without_events(bundled, fmt, tmp_path):
    path = tmp_path / f"nothing.{fmt}"
    path.write_bytes(export_bytes(bundled, EventFilter(bbox=(-10, 0, 5, 5)), fmt))
    assert "Reported strikes in Saravan county" in text_of(export_bytes(bundled, ALL, fmt), fmt)
    assert "Reported strikes in Saravan county" not in text_of(path.read_bytes(), fmt)
    with pytest.raises(InputError):
        load_case(path)


# -- GeoJSON -------------------------------------------------------------------------------------


def test_geojson_is_rfc_7946(nasty):
    collection = json.loads(export_bytes(nasty, ALL, "geojson"))
    assert "crs" not in collection
    shapes = {f["id"]: f["geometry"] for f in collection["features"]}
    shapes = {name: shape and shapely.from_geojson(json.dumps(shape)) for name, shape in shapes.items()}
    polygons = [shape for shape in shapes.values() if shape and "Polygon" in shape.geom_type]
    assert polygons
    for part in shapely.get_parts(polygons):
        assert part.exterior.is_ccw and not any(ring.is_ccw for ring in part.interiors)
    assert (shapes["event/0012"].x, shapes["event/0012"].y) == (180, -90)
    assert shapes["event/nowhere"] is None


# -- GeoParquet ----------------------------------------------------------------------------------


def test_geoparquet_is_read_by_geopandas_with_types_and_terms(bundled, nasty):
    data = export_bytes(bundled, ALL, "parquet")
    frame = gpd.read_parquet(io.BytesIO(data))
    assert frame.crs == "OGC:CRS84"
    assert frame["feature"].value_counts().to_dict() == {
        "event": len(bundled.events),
        "attack": len(bundled.attacks),
    }
    events = frame[frame["feature"] == "event"].set_index("event_id")
    assert events.loc["saravan", "killed_high"] == 10 and events.loc["saravan", "killed_open"]
    assert events.geometry["erbil"].equals(shapely.Point(44.13222, 36.305))
    assert events.geometry["davos-meeting"] is None
    assert frame.loc[frame["feature"] == "attack"].geometry.isna().all()
    said = pq.read_metadata(io.BytesIO(data)).metadata
    assert said[b"licence"].decode() == bundled.meta.licence
    assert json.loads(said[b"strikemap"])["citation"] == bundled.meta.citation
    geo = json.loads(said[b"geo"])
    assert geo["version"] == "1.1.0" and "crs" not in geo["columns"]["geometry"]
    # Types do not hang on what the rows happen to hold.
    kinds = [
        pq.read_schema(io.BytesIO(export_bytes(bundled, wanted, "parquet")))
        for wanted in (ALL, EventFilter(areas=("IRQ",)))
    ]
    assert kinds[1].field("killed_low").type == kinds[0].field("killed_low").type == "double"
    assert gpd.read_parquet(io.BytesIO(export_bytes(nasty, ALL, "parquet"))).geometry.notna().sum() == 7


# -- KML -----------------------------------------------------------------------------------------


def test_kml_is_opened_by_gdal(nasty, tmp_path):
    path = tmp_path / "export.kml"
    path.write_bytes(export_bytes(nasty, ALL, "kml"))
    layers = {name: pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)}
    assert {name: len(frame) for name, frame in layers.items()} == {
        "Events": 6,
        "Attacks": 2,
        "Claimed positions": 2,
    }
    events = layers["Events"].set_index("event_id")
    kinds = {name: getattr(shape, "geom_type", None) for name, shape in events.geometry.items()}
    assert kinds == {
        "=1+1": "Point",
        "0012": "Point",
        "1e5": "Polygon",
        "centroid": "MultiPolygon",
        "nowhere": None,
        "talks": None,
    }
    assert (events.geometry["0012"].x, events.geometry["0012"].y) == (180, -90)
    assert events.loc["=1+1", "place_name"] == "پنجگور، بلوچستان"
    attacks = layers["Attacks"].set_index("attack_id").geometry
    assert attacks["a1"].geom_type == "LineString" and attacks["a2"] is None


def test_kml_asks_no_other_host_and_has_a_style_for_every_placemark(nasty):
    text = export_bytes(nasty, ALL, "kml").decode()
    hosts = set(re.findall(r'(?:href|src|url)>?="?(https?://[^"<]+)', text)) | set(
        re.findall(r"<href>(.*?)</href>", text)
    )
    assert not hosts
    assert set(re.findall(r"<styleUrl>#(.*?)</styleUrl>", text)) <= set(
        re.findall(r'<Style id="(.*?)"', text)
    )
    assert boundaries.DISCLAIMER[:40] in text


def test_points_of_somebody_elses_kml_are_a_table(tmp_path):
    path = tmp_path / "theirs.kml"
    path.write_text(
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
        "<name>Panjgur</name><ExtendedData><Data name='Date'><value>2024-01-16</value></Data>"
        "</ExtendedData><Point><coordinates>64.09,26.96,0</coordinates></Point></Placemark></Document></kml>",
        encoding="utf-8",
    )
    (event,) = load_case(path).events.to_dict("records")
    assert (event["start"], event["longitude"], event["latitude"]) == ("2024-01-16", 64.09, 26.96)


# -- XLSX ----------------------------------------------------------------------------------------


def test_no_cell_of_a_workbook_is_a_formula_and_numbers_are_numbers(nasty):
    book = openpyxl.load_workbook(io.BytesIO(export_bytes(nasty, ALL, "xlsx")))
    assert book.sheetnames == ["case", "events", "attacks", "claims", "sources"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "b"}
    marked = [cell.value for cell in cells if cell.data_type == "s" and cell.value.startswith("'")]
    assert "'=1+1" in marked and "''=already marked" in marked and "'-1;@SUM(A1)" in marked
    texts = [cell for cell in cells if cell.data_type == "s"]
    # A text that begins as a formula does is none: a coordinate of more digits than a spreadsheet keeps.
    assert [
        cell.value for cell in texts if neutralised(cell.value) != cell.value and cell.value[0] != "'"
    ] == []
    assert {cell.number_format for cell in texts} == {"@"}
    rows = list(book["events"].iter_rows(values_only=True))
    events = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert events["0012"]["latitude"] == -90 and events["1e5"]["start"] == "1883-08-26"
    assert events["'=1+1"]["latitude"] == "26.123456789012344"


def test_a_workbook_names_what_it_computed_and_tells_its_terms(bundled):
    data = export_bytes(bundled, EventFilter(areas=("PK-BA",)), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(data))
    head = dict(book["case"].iter_rows(values_only=True))
    assert head["licence"] == bundled.meta.licence and head["citation"] == bundled.meta.citation
    assert "in Balochistan" in head["export.filters"] and head["export.disclaimer"]
    assert "geoBoundaries" in head["export.credits.1"]
    names = [cell.value for cell in book["events"][1]]
    assert names[-len(split(head["export.computed.events"])) :] == list(split(head["export.computed.events"]))
    assert {"adm2_name", "killed_text"} <= set(names)
    assert "from_text" in [cell.value for cell in book["attacks"][1]]
    assert book.properties.title == bundled.meta.title and bundled.meta.licence in book.properties.description


def test_a_workbook_saved_by_another_program_reads_back_the_same(nasty, tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(export_bytes(nasty, ALL, "xlsx")))
    path = tmp_path / "saved.xlsx"
    book.save(path)
    assert case_files(load_case(path)) == case_files(nasty.case)


def test_a_cell_that_excel_would_cut_is_refused(make_record):
    record = make_record([{"summary": "x" * 32_768}])
    with pytest.raises(InputError, match=r"sheet events, row 2.*32,767"):
        export_bytes(record, ALL, "xlsx")
    assert export_bytes(make_record([{"summary": "x" * 32_767}], name="b"), ALL, "xlsx")


@given(st.text(st.characters(codec="utf-8"), max_size=20))
@example("_x000D_")
@example("_x0041_x0042_")
@example("_x0041\x01")
@example("_x0041\r_x0042\ufffe")
def test_any_text_stands_in_xml_and_comes_back(text):
    coded = xml_coded(text)
    escaped = coded.replace("&", "&amp;").replace("<", "&lt;")
    assert xml_decoded(ElementTree.fromstring(f"<t>{escaped}</t>").text or "") == text


# -- GeoPackage ----------------------------------------------------------------------------------


def layers_of(data, folder):
    path = folder / "export.gpkg"
    path.write_bytes(data)
    return {str(name): pyogrio.read_dataframe(path, layer=name) for name, _ in pyogrio.list_layers(path)}


def test_a_geopackage_is_opened_by_gdal_with_its_layers(nasty, tmp_path):
    layers = layers_of(export_bytes(nasty, ALL, "gpkg"), tmp_path)
    counts = {"events": 6, "attacks": 2, "claims": 5, "sources": 3, "areas": 3, "layer_styles": 4}
    assert {name: len(frame) for name, frame in layers.items()} == counts
    events = layers["events"].set_index("event_id").geometry
    assert [name for name, shape in events.items() if shape] == ["=1+1", "0012"]
    assert (events["0012"].x, events["0012"].y) == (180, -90)
    assert layers["events"].crs == "EPSG:4326" == layers["areas"].crs
    areas = layers["areas"].set_index("area")
    assert set(areas.index) == {"PK-BA-panjgur", "IR-11", "PK-BA"}
    assert (areas["events"]["IR-11"], areas["claims"]["PK-BA"], areas["events"]["PK-BA"]) == (1, 1, 0)
    assert areas.geometry["PK-BA-panjgur"].symmetric_difference(
        boundaries.unit_geometry("PK-BA-panjgur")
    ).area == pytest.approx(0)
    claims = layers["claims"].set_index("claim_id").geometry
    assert claims["c3"].equals(shapely.Point(64.5, 26.5)) and claims.notna().sum() == 1
    attacks = layers["attacks"].set_index("attack_id").geometry
    assert attacks["a1"].geom_type == "MultiLineString" and attacks["a2"] is None


def test_a_geopackage_says_its_terms_and_is_one_by_the_standard(bundled, tmp_path):
    data = export_bytes(bundled, ALL, "gpkg")
    path = tmp_path / "x.gpkg"
    path.write_bytes(data)
    info = pyogrio.read_info(path, layer="events")
    assert json.loads(info["dataset_metadata"]["GPKG_METADATA_ITEM_1"])["licence"] == bundled.meta.licence
    assert bundled.meta.citation in info["layer_metadata"]["DESCRIPTION"]
    base = sqlite3.connect(path)
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert base.execute("PRAGMA foreign_key_check").fetchall() == []
    assert base.execute("PRAGMA application_id").fetchone() == (int.from_bytes(b"GPKG", "big"),)
    base.close()


def test_every_layer_with_geometries_has_a_style_that_qgis_takes_by_default(nasty, tmp_path):
    styles = layers_of(export_bytes(nasty, ALL, "gpkg"), tmp_path)["layer_styles"]
    assert set(styles["f_table_name"]) == {"events", "attacks", "claims", "areas"}
    # QGIS asks for the empty schema, the column of the geometry and the default.
    assert set(styles["f_table_schema"]) == {""} and set(styles["f_geometry_column"]) == {"geom"}
    assert styles["useAsDefault"].all()
    for name, qml in zip(styles["f_table_name"], styles["styleQML"], strict=True):
        renderer = ElementTree.fromstring(qml).find("renderer-v2")
        symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
        assert symbols and {part.get("symbol") for part in renderer.iter("category")} <= symbols, name
        if name == "events":
            assert {part.get("value") for part in renderer.iter("category")} == {*EVENT_TYPES}
        root = ElementTree.fromstring(qml)
        letters = [style.get("fieldName") for style in root.iter("text-style")]
        assert root.get("labelsEnabled") == str(int(name == "areas")) == str(len(letters))
        assert all('"name"' in words and '"events"' in words for words in letters)


def test_a_column_added_in_qgis_is_kept_and_a_moved_point_changes_nothing(nasty, tmp_path):
    path = tmp_path / "edited.gpkg"
    path.write_bytes(export_bytes(nasty, ALL, "gpkg"))
    base = sqlite3.connect(path)
    base.execute("ALTER TABLE events ADD COLUMN checked_by TEXT")
    base.execute("UPDATE events SET checked_by = 'me', geom = NULL, adm0_id = 'XXX'")
    base.commit()
    base.close()
    case = load_case(path)
    assert list(case.events.pop("checked_by")) == ["me"] * len(case.events)
    pd.testing.assert_frame_equal(case.events, nasty.case.events)


def test_a_geopackage_whose_tables_are_gone_is_refused(nasty, tmp_path):
    path = tmp_path / "broken.gpkg"
    path.write_bytes(export_bytes(nasty, ALL, "gpkg"))
    base = sqlite3.connect(path)
    base.execute("DROP TABLE events")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS event_id FROM n"
    base.execute(f"CREATE VIEW events AS {endless}")
    base.commit()
    base.close()
    with pytest.raises(InputError, match="there is no layer events"):
        load_case(path)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(InputError, match="cannot be read"):
        load_case(path)


# -- the zip of a case ---------------------------------------------------------------------------


def test_a_zip_of_joined_events_has_the_units_beside_the_case(bundled):
    with zipfile.ZipFile(io.BytesIO(join_bytes(bundled, "zip"))) as archive:
        assert archive.read("joined.csv") == join_bytes(bundled, "csv")
        assert archive.read("case.toml") == case_files(bundled.case)["case.toml"]


# -- joins, refusals -----------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_joined_file_reads_back_with_the_same_events(bundled, fmt, tmp_path):
    path = tmp_path / f"joined.{fmt}"
    path.write_bytes(join_bytes(bundled, fmt))
    assert sorted(load_case(path).events["event_id"]) == sorted(bundled.events["event_id"])
    assert "PK-BA-panjgur" in text_of(path.read_bytes(), fmt)


@pytest.mark.parametrize("write", [lambda record, fmt: export_bytes(record, ALL, fmt), join_bytes])
@pytest.mark.parametrize("fmt", FORMATS)
def test_rows_of_acled_leave_in_no_format_without_a_word_on_the_right(make_record, fmt, write):
    record = make_record([{**POINT, "source_ids": "s"}], sources=[{**ACLED_SOURCE, "licence": LICENCE}])
    with pytest.raises(UsageError, match="ACLED's raw data"):
        write(record, fmt)
    released = build_record(release(record.case, "licence of our office, 2024"))
    assert "licence of our office, 2024" in text_of(write(released, fmt), fmt)


@pytest.mark.parametrize("fmt", WHOLE)
def test_what_could_not_stand_in_a_case_is_refused_with_its_row(fmt, tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text(
        "event_id,title,event_type,start,country_iso3,source_ids\ne,T,strike,2024-01-16,PAK,unlisted\n",
        encoding="utf-8",
    )
    record = build_record(load_case(path))
    with pytest.raises(InputError, match=r"events\.csv, row 2, column source_ids.*unlisted"):
        export_bytes(record, ALL, fmt)


def test_a_format_that_is_not_built_names_the_built_ones(bundled):
    listed = r"Built are \.csv, \.xlsx, \.geojson, \.gpkg, \.parquet, \.kml, \.zip"
    with pytest.raises(UsageError, match=listed):
        export_bytes(bundled, ALL, "shp")
