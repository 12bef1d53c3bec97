"""Any file becomes the same rows: written with the libraries, read by its content."""

import csv
import io
import json
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon

from geodata.cases import load_case
from geodata.errors import InputError, UsageError
from geodata.readers.rows import read_rows
from geodata.readers.table_file import TableOptions, open_table

HEADER = ("Date", "Place", "Lat", "Lon")
RECORDS = [("2024-01-16", "Panjgur", 26.964, 64.09), ("2024-01-18", "Saravan", 27.37, 62.33)]
FRAME = gpd.GeoDataFrame(
    {"Date": [row[0] for row in RECORDS], "Place": [row[1] for row in RECORDS]},
    geometry=[Point(row[3], row[2]) for row in RECORDS],
    crs=4326,
)


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(rows_xml, name="Events"):
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{space}:office:1.0" '
        f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="{name}">{rows_xml}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


def ods_row(*cells, attributes=""):
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def ods_cell(text="", kind="string", value="", attributes=""):
    stated = f' office:value-type="{kind}"' if kind else ""
    name = {"float": "value", "date": "date-value"}.get(kind)
    stated += f' office:{name}="{value}"' if name else ""
    return f"<table:table-cell{stated} {attributes}><text:p>{text}</text:p></table:table-cell>"


def vector(driver, frame=FRAME, name="events"):
    with tempfile.TemporaryDirectory() as folder:
        if driver == "ESRI Shapefile":
            frame.to_file(Path(folder) / f"{name}.shp", driver=driver)
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as archive:
                for part in sorted(Path(folder).iterdir()):
                    archive.write(part, part.name)
            return out.getvalue()
        path = Path(folder) / f"{name}.{'gpkg' if driver == 'GPKG' else 'fgb'}"
        frame.to_file(path, driver=driver)
        return path.read_bytes()


def geoparquet(frame=FRAME):
    out = io.BytesIO()
    frame.to_parquet(out)
    return out.getvalue()


def parquet():
    out = io.BytesIO()
    pd.DataFrame(RECORDS, columns=HEADER).assign(Date=lambda f: pd.to_datetime(f["Date"])).to_parquet(out)
    return out.getvalue()


TEXT = "\n".join(",".join(map(str, line)) for line in [HEADER, *RECORDS])
PLAIN = {
    "csv": TEXT.encode(),
    "csv utf-16": TEXT.encode("utf-16"),
    "csv utf-16 without a mark": TEXT.encode("utf-16-le"),
    "csv sep=": ("sep=;\n" + TEXT.replace(",", ";")).encode("cp1252"),
    "xlsx": workbook(Notes=[("Licence text",)], Data=[HEADER, *RECORDS]),
    "parquet": parquet(),
    "json": json.dumps([dict(zip(HEADER, row, strict=True)) for row in RECORDS]).encode(),
    "json in an object": json.dumps(
        {"count": 2, "data": [dict(zip(HEADER, row, strict=True)) for row in RECORDS]}
    ).encode("utf-8-sig"),
    "json lines": "\n".join(json.dumps(dict(zip(HEADER, r, strict=True))) for r in RECORDS).encode(),
    "ods": ods(
        ods_row(*(ods_cell(name) for name in HEADER))
        + "".join(
            ods_row(
                ods_cell("16.01.24", "date", f"{row[0]}T00:00:00"),
                ods_cell(row[1]),
                ods_cell("26,9", "float", row[2]),
                ods_cell("64,1", "float", row[3]),
            )
            for row in RECORDS
        )
    ),
}
VECTORS = {
    "geojson": FRAME.to_json().encode(),
    "gpkg": vector("GPKG"),
    "zipped shapefile": vector("ESRI Shapefile"),
    "flatgeobuf": vector("FlatGeobuf"),
    "geoparquet": geoparquet(),
    "geojson lines": "\n".join(
        json.dumps(feature) for feature in json.loads(FRAME.to_json())["features"]
    ).encode(),
    "gpkg in metres": vector("GPKG", FRAME.to_crs(32641)),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_every_format_gives_the_same_rows_whatever_its_name(kind):
    rows = open_table(PLAIN[kind], "whatever.dat")
    assert rows.header == HEADER
    assert [cells for _, cells in rows.records] == [tuple(map(str, row)) for row in RECORDS]
    first = {"csv sep=": 3}.get(kind, 1 if "json" in kind or kind == "parquet" else 2)
    assert [number for number, _ in rows.records] == [first, first + 1]


@pytest.mark.parametrize("kind", VECTORS)
def test_points_become_columns_and_the_first_feature_is_row_1(kind):
    rows = open_table(VECTORS[kind], "whatever")
    records = {number: dict(zip(rows.header, cells, strict=True)) for number, cells in rows.records}
    assert sorted(records) == [1, 2]
    by_place = {row["Place"]: row for row in records.values()}  # FlatGeobuf has an order of its own
    for day, place, latitude, longitude in RECORDS:
        row = by_place[place]
        assert row["Date"] == day
        assert float(row["latitude"]) == pytest.approx(latitude, abs=1e-6)
        assert float(row["longitude"]) == pytest.approx(longitude, abs=1e-6)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "json", "gpkg", "geoparquet", "zipped shapefile", "parquet"])
def test_every_format_is_read_as_events(tmp_path, kind):
    path = tmp_path / "events.bin"
    path.write_bytes({**PLAIN, **VECTORS}[kind])
    case = load_case(path)
    assert list(case.events["place_name"]) == ["Panjgur", "Saravan"]
    assert list(case.events["start"]) == ["2024-01-16", "2024-01-18"]
    assert case.report.rejected == 0
    assert case.report.format == ("geo" if kind in VECTORS else "table")


def test_a_workbook_shows_what_a_person_sees_under_its_own_row_numbers():
    data = workbook(
        Sheet=[
            ("Incidents of the year",),
            (),
            ("Date", "When", "Lat", "Id", "Note"),
            ("#date", "#x", "#geo+lat", "#id", "#n"),
            (date(2024, 1, 16), datetime(2024, 1, 16, 18, 5), 36.300000000004, 12345678901234, True),
            (),
            (datetime(2024, 1, 17), None, 0.1 + 0.2, 7.0, "#N/A"),
        ]
    )
    rows = open_table(data, "t.xlsx")
    assert rows.header_row == 3
    assert rows.records == (
        (5, ("2024-01-16", "2024-01-16T18:05", "36.3", "12345678901234", "true")),
        (7, ("2024-01-17", "", "0.3", "7", "#N/A")),
    )
    assert [note.code for note in rows.notes] == ["title_lines"]


def test_the_sheet_with_most_rows_is_taken_or_the_one_named():
    small, large = [HEADER, RECORDS[0]], [HEADER, *RECORDS]
    text = [(f"A long text on the licence, line {n}",) for n in range(50)]
    data = workbook(About=text, Small=small, Large=large)
    rows = open_table(data, "t.xlsx")
    assert len(rows.records) == 2 and "'Large' was read" in rows.notes[0].message
    assert len(open_table(data, "t.xlsx", options=TableOptions(sheet="small")).records) == 1
    with pytest.raises(UsageError, match="It has: About, Small, Large"):
        open_table(data, "t.xlsx", options=TableOptions(sheet="none"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_arabic_words_in_any_encoding(encoding):
    text = "التاريخ;المكان;ملاحظات\n2024-01-16;كوه سبز;غارة جوية على القرية\n"
    rows = read_rows(text.encode(encoding), "t.csv")
    assert rows.header == ("التاريخ", "المكان", "ملاحظات")
    assert rows.records[0][1][2] == "غارة جوية على القرية"
    assert [note.code for note in rows.notes] == (["encoding_assumed"] if encoding == "cp1256" else [])


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_western_letters_without_utf_8(encoding):
    rows = read_rows("Région;Décès\nÎle-de-France;3\nFrêne à Évian;1\n".encode(encoding), "t.csv")
    assert rows.header == ("Région", "Décès") and rows.records[1][1] == ("Frêne à Évian", "1")


WORD = st.text("abcXYZ09 .;,|\t\"'é", max_size=8).map(str.strip)


@given(
    cells=st.lists(st.tuples(WORD, WORD, st.integers(-89, 89)), min_size=3, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n"]),
    mark=st.sampled_from(".,"),
)
def test_a_table_in_any_separator_encoding_and_decimal_sign_reads_back(cells, delimiter, encoding, end, mark):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(["one", "two", "latitude", "x"])
    # A cell in quotes, so that every record has as many cells under this separator alone.
    lines = [(one, two, f"{number}{mark}5", "x") for one, two, number in cells]
    writer.writerows(lines)
    known = frozenset({"one", "two", "latitude", "x"})
    rows = read_rows(out.getvalue().encode(encoding), "t.csv", known=known)
    assert [line for _, line in rows.records] == lines


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 cut off", "is a zip that cannot be read"),
        (PLAIN["xlsx"][:-200], "is a zip that cannot be read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a workbook of the old kind"),
        (b"<html><table></table></html>", "is a web page or XML"),
        (b'[{"a": 1}, ', "is JSON that breaks"),
        (b'[{"a": NaN}]', "NaN is no number"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": [{"b": 1}], "c": [{"d": 1}]}', "holds 2 arrays: a, c"),
        (b"[]", "holds no record"),
        (b'["a", "b"]', "is no record with named values"),
        (b'{"type": "FeatureCollection", "features": []}', "holds no feature"),
        (b"PAR1 no parquet PAR1", "is Parquet that cannot be read"),
        (b"SQLite format 3\0" + b"\0" * 200, "is a GeoPackage that cannot be read"),
        (workbook(Empty=[]), "no sheet holds a table"),
        (b"\x1f\x8b\x08", "is packed with gzip"),
    ],
)
def test_what_is_broken_or_empty_is_refused_with_a_remedy(data, words):
    with pytest.raises(InputError, match=words) as refused:
        open_table(data, "t.bin")
    assert refused.value.file == "t.bin" and refused.value.remedy
    assert "/tmp" not in refused.value.message()


def test_areas_are_no_positions():
    square = Polygon([(64, 26), (65, 26), (65, 27)])
    bare = gpd.GeoDataFrame({"Date": ["2024-01-16"]}, geometry=[square], crs=4326)
    with pytest.raises(InputError, match="holds lines or areas and no points"):
        open_table(bare.to_json().encode(), "t.geojson")
    rows = open_table(bare.assign(admin1="Balochistan").to_json().encode(), "t.geojson")
    assert "latitude" not in rows.header and rows.notes[0].code == "no_point"


def test_columns_that_state_another_place_than_the_geometry_are_told():
    frame = FRAME.assign(latitude=[26.964, 30.0], longitude=[64.09, 62.33])
    rows = open_table(frame.to_json().encode(), "t.geojson")
    assert rows.records[1][1][rows.header.index("latitude")] == "30"
    assert [(note.code, note.rows) for note in rows.notes] == [("geometry_differs", (2,))]


def test_a_bomb_is_refused_before_it_unpacks():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/sharedStrings.xml", b"A" * 60_000_000)
    with pytest.raises(InputError, match="would unpack to 60 MB"):
        open_table(out.getvalue(), "t.xlsx")


def test_entities_in_a_workbook_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "x")
        archive.writestr("content.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(InputError, match="has entities of its own"):
        open_table(out.getvalue(), "t.ods")


def test_a_sheet_of_repeated_rows_to_its_edge_costs_nothing_and_full_ones_are_refused():
    head = ods_row(ods_cell("Date"), ods_cell("Place"))
    row = ods_row(
        ods_cell("2024-01-16"),
        ods_cell("Panjgur"),
        ods_cell("", attributes='table:number-columns-repeated="16000"'),
    )
    edge = ods_row(ods_cell(""), attributes='table:number-rows-repeated="1048000"')
    assert len(open_table(ods(head + row + edge), "t.ods").records) == 1
    full = ods_row(ods_cell("a"), ods_cell("b"), attributes='table:number-rows-repeated="99000000"')
    with pytest.raises(InputError, match="has a sheet of more than"):
        open_table(ods(head + full), "t.ods")


def test_a_cell_at_the_far_corner_does_not_fill_the_memory():
    book = openpyxl.Workbook()
    book.active.append(["Date", "Place"])
    book.active.append(["2024-01-16", "Panjgur"])
    book.active["XFD1048576"] = "far"
    out = io.BytesIO()
    book.save(out)
    rows = open_table(out.getvalue(), "t.xlsx")
    assert [number for number, _ in rows.records] == [2, 1_048_576]


@given(
    st.binary(max_size=80)
    | st.sampled_from([v[:200] for v in PLAIN.values()]).flatmap(
        lambda d: st.integers(0, len(d)).map(lambda n: d[:n] + b"\xff" + d[n + 1 :])
    )
)
def test_any_bytes_are_rows_or_an_error_with_a_remedy(data):
    try:
        open_table(data, "t.bin")
    except InputError as refused:
        assert refused.remedy and refused.file == "t.bin"


def test_a_case_in_one_workbook(tmp_path):
    head = [
        ("key", "value"),
        ("id", "small"),
        ("title", "A small case"),
        ("time_zone", "Asia/Karachi"),
        ("date_from", date(2024, 1, 1)),
        ("date_to", date(2024, 1, 31)),
        ("focus", "PK-BA; IR-11"),
        ("view.latitude", 27.0),
        ("view.longitude", 63.5),
        ("view.zoom", 6),
        ("corrections.1.date", "2024-02-01"),
        ("corrections.1.text", "A number"),
    ]
    events = [
        ("event_id", "title", "event_type", "start"),
        ("e", "Strike", "strike", date(2024, 1, 16)),
        ("f", "", "strike", "x"),
    ]
    claims = [("claim_id", "event_id", "claimant", "subject", "value_min"), ("c", "e", "A", "killed", 4)]
    path = tmp_path / "case.xlsx"
    path.write_bytes(workbook(case=head, events=events, attacks=[], claims=claims))
    case = load_case(path)
    assert (case.report.format, case.meta.focus, case.meta.view.zoom) == ("case", ("PK-BA", "IR-11"), 6)
    assert case.meta.corrections[0].text == "A number"
    assert list(case.claims["value_min"]) == [4.0]
    assert [row.row for row in case.report.events.rejected_rows] == [3]
    with pytest.raises(UsageError, match="belongs to a table, and this is a case"):
        load_case(path, options=TableOptions(date_order="dmy"))
