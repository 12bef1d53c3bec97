import io
import json
import sqlite3
import struct
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from geodata import boundaries
from geodata.boundaries import own_files
from geodata.boundaries.build_frames import area_km2, label_point
from geodata.boundaries.layer import LAYER_COLUMNS, slug_of, unique_ids
from geodata.boundaries.layer_clean import clean_polygons
from geodata.boundaries.layer_place import areas_km2, label_points
from geodata.boundaries.own import guess_columns, read_layer, read_table
from geodata.boundaries.own_columns import text_of
from geodata.errors import GeodataError, InputError, UsageError

# Two squares that share an edge, in Panjgur district, and one in Saravan county.
SQUARES = [
    shapely.box(64.0, 26.5, 64.5, 27.0),
    shapely.box(64.5, 26.5, 65.0, 27.0),
    shapely.box(62.25, 27.25, 62.5, 27.5),
]
BOW_TIE = shapely.Polygon([(64, 26.5), (65, 27.5), (65, 26.5), (64, 27.5), (64, 26.5)])


def frame(shapes=None, crs=4326, **columns):
    shapes = SQUARES if shapes is None else shapes
    table = {"code": [f"PK{at + 1:02}" for at in range(len(shapes))], "name": list("ABCDEFGH"[: len(shapes)])}
    return gpd.GeoDataFrame({**table, **columns}, geometry=list(shapes), crs=4326).to_crs(crs)


def geojson(shapes=None, **columns):
    return frame(shapes, **columns).to_json(drop_id=True).encode()


def collection(*geometries, **members):
    rows = [
        {"type": "Feature", "properties": {"name": f"Unit {at}"}, "geometry": geometry}
        for at, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows, **members}).encode()


def polygon(*corners):
    return {"type": "Polygon", "coordinates": [[*map(list, corners), list(corners[0])]]}


def shapefile(folder, given, *, leave_out=(), name="districts", within="", encoding="utf-8"):
    """Return the bytes of a zipped Shapefile, without the parts that are left out."""
    folder.mkdir(exist_ok=True)
    given.to_file(folder / f"{name}.shp", engine="pyogrio", encoding=encoding)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob(f"{name}.*")):
            if path.suffix not in leave_out:
                archive.write(path, within + path.name)
    return packed.getvalue()


def zipped(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return packed.getvalue()


def codes(layer):
    return {warning.code: warning for warning in layer.report.table.warnings}


# -- every format gives the same layer ----------------------------------------------------------


def as_bytes(kind, given, folder):
    if kind == "geojson":
        return given.to_crs(4326).to_json(drop_id=True).encode()
    if kind == "shapefile":
        return shapefile(folder / "shp", given)
    path = folder / f"layer.{kind}"
    if kind == "parquet":
        given.to_parquet(path)
    else:
        given.to_file(path, engine="pyogrio")
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["geojson", "shapefile", "gpkg", "parquet", "fgb"])
@pytest.mark.parametrize("crs", [4326, 32642, 3857])
def test_every_format_and_projection_gives_the_same_layer(tmp_path, kind, crs):
    # The name says nothing: what a file is follows from what is in it.
    layer = read_layer(as_bytes(kind, frame(crs=crs), tmp_path), file_name="upload.bin")
    units = layer.units
    assert layer.origin == "own" and layer.level == 2 and layer.key.startswith("own-")
    assert tuple(units.columns) == LAYER_COLUMNS and units.crs.to_epsg() == 4326
    units = units.sort_values("name")
    assert units["id"].tolist() == [f"{layer.key}:PK0{n}" for n in (1, 2, 3)]
    assert units["name"].tolist() == ["A", "B", "C"] and units["pcode"].tolist() == ["PK01", "PK02", "PK03"]
    assert units["parent_id"].tolist() == ["PK-BA", "PK-BA", "IR-11"]
    assert units["iso3"].tolist() == ["PAK", "PAK", "IRN"]
    for shape, square in zip(units.geometry, SQUARES, strict=True):
        assert shape.symmetric_difference(square).area < 1e-4 * square.area
    assert units["area_km2"].iloc[0] == pytest.approx(2755, rel=0.001)
    assert set(units["source"]) == {"own file upload.bin"} and set(units["licence"]) == {"licence not stated"}
    projected = crs != 4326 and kind != "geojson"
    assert (set(codes(layer)) == {"crs_transformed"}) is projected
    assert (f"EPSG:{crs}" in " ".join(layer.report.lines())) is projected


def test_a_path_is_read_as_its_bytes_are(tmp_path):
    path = tmp_path / "mine.geojson"
    path.write_bytes(geojson())
    by_path, by_bytes = read_layer(path), read_layer(path.read_bytes(), file_name="mine.geojson")
    assert by_path.key == by_bytes.key and by_path.units.equals(by_bytes.units)
    assert by_path.title == "mine.geojson, districts (own file)"
    assert read_layer(str(path), level=1).key != by_path.key


def test_the_licence_is_the_users_word_or_not_stated():
    silent = read_layer(geojson(), file_name="a.geojson").credit
    assert silent.text == "Boundaries: “a.geojson”, as supplied by the user; licence not stated"
    stated = read_layer(
        geojson(), file_name="a.geojson", licence="GADM,\n academic use", title="GADM 4.1"
    ).credit
    assert stated.licence == "GADM, academic use"
    assert "GADM 4.1" in stated.text and "licence as stated by them: GADM, academic use" in stated.text


@pytest.mark.parametrize(
    ("level", "parents"),
    [
        (0, ["", "", ""]),
        (1, ["PAK", "PAK", "IRN"]),
        (3, ["PK-BA-panjgur"] * 2 + ["IR-11-saravan"]),
        (None, [""] * 3),
    ],
)
def test_parents_are_the_units_of_the_level_above(level, parents):
    layer = read_layer(geojson(), level=level)
    assert layer.units.sort_values("name")["parent_id"].tolist() == parents
    assert layer.units.sort_values("name")["iso3"].tolist() == ["PAK", "PAK", "IRN"]
    assert set(layer.units["level"]) == {-1 if level is None else level}


def test_a_unit_of_two_provinces_belongs_to_the_one_with_most_of_it():
    across = shapely.box(63.5, 26.5, 61.9, 27.0)  # two thirds in Iran
    sea, elsewhere = shapely.box(63, 20, 63.5, 20.5), shapely.box(-60, -10, -59, -9)
    layer = read_layer(geojson([across, sea, elsewhere]))
    assert layer.units.sort_values("name")["parent_id"].tolist()[:2] == ["IR-11", ""]
    assert layer.units.sort_values("name")["iso3"].tolist() == ["IRN", "", "BRA"]


# -- coordinate systems -------------------------------------------------------------------------


def test_the_old_crs_member_is_honoured():
    flat = frame(crs=32642)
    old = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32642"}}
    rows = [shapely.geometry.mapping(shape) for shape in flat.geometry]
    layer = read_layer(collection(*rows, crs=old))
    assert "crs_transformed" in codes(layer)
    assert layer.units.geometry.iloc[0].symmetric_difference(SQUARES[0]).area < 1e-6
    assert not codes(read_layer(collection(shapely.geometry.mapping(SQUARES[0]), crs=None)))
    with pytest.raises(InputError, match="coordinate system"):
        read_layer(collection(rows[0], crs={"type": "link", "properties": {"href": "http://x"}}))
    with pytest.raises(InputError, match="cannot be read"):
        read_layer(collection(rows[0], crs={"type": "name", "properties": {"name": "moon"}}))


@pytest.mark.parametrize(("crs", "guess"), [(4326, "look like degrees"), (32642, "look like metres")])
def test_without_prj_the_crs_is_asked_for_with_a_guess(tmp_path, crs, guess):
    data = shapefile(tmp_path / "shp", frame(crs=crs), leave_out=[".prj"])
    with pytest.raises(InputError, match=r"districts\.prj") as caught:
        read_layer(data, file_name="d.zip")
    assert (
        guess in caught.value.remedy and 'crs="EPSG' in caught.value.remedy and caught.value.file == "d.zip"
    )
    layer = read_layer(data, crs=f"EPSG:{crs}")
    assert layer.units["parent_id"].tolist() == ["PK-BA", "PK-BA", "IR-11"]


def test_geoparquet_without_a_crs_is_degrees_and_with_null_is_not_known(tmp_path):
    path = tmp_path / "a.parquet"
    frame().to_parquet(path)
    table = pq.read_table(path)
    for crs, fits in (("absent", True), (None, False)):
        geo = json.loads(table.schema.metadata[b"geo"])
        column = geo["columns"]["geometry"]
        column.pop("crs")
        if crs is None:
            column["crs"] = None
        pq.write_table(
            table.replace_schema_metadata({**table.schema.metadata, b"geo": json.dumps(geo).encode()}), path
        )
        if fits:
            assert read_layer(path).units["parent_id"].iloc[0] == "PK-BA"
        else:
            with pytest.raises(InputError, match="not known"):
                read_layer(path)
            assert len(read_layer(path, crs=4326).units) == 3


def test_geopackage_without_a_crs_is_not_taken_for_degrees(tmp_path):
    path = tmp_path / "a.gpkg"
    with pytest.warns(UserWarning, match="crs"):
        frame().set_crs(None, allow_override=True).to_file(path, engine="pyogrio", crs=None)
    with pytest.raises(InputError, match="names no coordinate system"):
        read_layer(path)
    assert len(read_layer(path, crs="EPSG:4326").units) == 3


def test_a_crs_named_by_the_user_wins_and_is_said(tmp_path):
    path = tmp_path / "a.gpkg"
    frame(crs=32642).set_crs(32641, allow_override=True).to_file(path, engine="pyogrio")
    layer = read_layer(path, crs="EPSG:32642")
    assert {"crs_overridden", "crs_transformed"} == set(codes(layer))
    assert layer.units["parent_id"].iloc[0] == "PK-BA"
    with pytest.raises(InputError, match="no such coordinate system"):
        read_layer(path, crs="EPSG:99999999")


def test_metres_that_call_themselves_degrees_are_refused():
    with pytest.raises(InputError, match="no degrees") as caught:
        read_layer(collection(polygon((500000, 3000000), (510000, 3000000), (510000, 3010000))))
    assert caught.value.row == 1 and "crs=" in caught.value.remedy and "500000" in caught.value.value


# -- swapped axes, and the other side of the world ----------------------------------------------


def swapped(shape):
    return shapely.transform(shape, lambda xy: xy[:, ::-1])


def test_latitudes_beyond_90_are_refused_as_swapped_and_can_be_turned():
    far_east = shapely.box(140, 40, 141, 41)
    data = geojson([swapped(far_east)])
    with pytest.raises(InputError, match="swapped") as caught:
        read_layer(data)
    assert "swap_axes=True" in caught.value.remedy and caught.value.row == 1
    layer = read_layer(data, swap_axes=True)
    assert layer.units["iso3"].tolist() == ["JPN"] and "axes_swapped" in codes(layer)


def test_swapped_axes_are_told_by_names_and_left_alone():
    names = ["Panjgur", "Kech", "Gwadar"]
    places = [
        shapely.box(64, 26.9, 64.2, 27.1),
        shapely.box(63, 25.9, 63.2, 26.1),
        shapely.box(62.2, 25.1, 62.4, 25.3),
    ]
    right = read_layer(geojson(places, name=names))
    assert "axes_look_swapped" not in codes(right)
    data = geojson([swapped(shape) for shape in places], name=names)
    wrong = read_layer(data)
    assert "swap_axes=True" in codes(wrong)["axes_look_swapped"].message
    assert wrong.units.geometry.iloc[0].equals(swapped(places[0])), "reported, not repaired"
    assert "axes_look_swapped" not in codes(read_layer(data, swap_axes=False))
    assert read_layer(data, swap_axes=True).units["parent_id"].tolist() == ["PK-BA"] * 3


@pytest.mark.parametrize(
    "corners",
    [
        [(179, -17), (181, -17), (181, -16), (179, -16)],
        [(179, -17), (-179, -17), (-179, -16), (179, -16)],
        [(-181, -17), (-179, -17), (-179, -16), (-181, -16)],
    ],
    ids=["past 180", "a jump", "before -180"],
)
def test_an_outline_over_180_is_cut_there(corners):
    layer = read_layer(collection(polygon(*corners)))
    shape = layer.units.geometry.iloc[0]
    assert "crosses_180" in codes(layer)
    assert shape.bounds == pytest.approx((-180, -17, 180, -16)) and shape.area == pytest.approx(2)
    assert shape.contains(shapely.Point(179.5, -16.5)) and shape.contains(shapely.Point(-179.5, -16.5))


def test_a_hole_goes_with_its_outline_over_180():
    outer = [[178, -18], [-178, -18], [-178, -14], [178, -14], [178, -18]]
    hole = [[-179.5, -17], [-179.5, -16], [-178.5, -16], [-178.5, -17], [-179.5, -17]]
    shape = read_layer(collection({"type": "Polygon", "coordinates": [outer, hole]})).units.geometry.iloc[0]
    assert shape.area == pytest.approx(15) and not shape.intersects(shapely.Point(-179, -16.5))


def test_what_reaches_from_edge_to_edge_is_not_turned_inside_out():
    antarctic = polygon((-180, -90), (180, -90), (180, -80), (60, -75), (-60, -75), (-180, -80))
    layer = read_layer(collection(antarctic))
    assert "crosses_180" not in codes(layer)
    assert layer.units.geometry.iloc[0].contains(shapely.Point(0, -85))


def test_a_projection_across_180_comes_out_in_two_parts(tmp_path):
    path = tmp_path / "fiji.gpkg"
    given = gpd.GeoDataFrame({"name": ["Lau"]}, geometry=[shapely.box(178, -19, 182, -17)], crs=4326)
    given.to_crs(3832).to_file(path, engine="pyogrio")
    shape = read_layer(path).units.geometry.iloc[0]
    assert shape.area == pytest.approx(8, rel=1e-3) and not shape.intersects(shapely.Point(0, -18))


# -- polygons that are none, or are broken ------------------------------------------------------


def test_a_bow_tie_is_repaired_and_both_lobes_are_kept():
    layer = read_layer(geojson([BOW_TIE, SQUARES[2]]))
    (repair,) = layer.report.repairs
    assert repair.row == 1 and repair.name == "A" and "Self-intersection" in repair.reason
    assert repair.area_before_km2 < 100 and repair.area_after_km2 == pytest.approx(5500, rel=0.02)
    assert layer.units.geometry.is_valid.all() and layer.units[
        "area_km2"
    ].max() == repair.area_after_km2.__round__(2)
    assert "repaired row 1 (A)" in " ".join(layer.report.lines())


def test_parts_that_overlap_become_one_and_no_hole():
    twice = shapely.MultiPolygon([shapely.box(64, 26, 65, 27), shapely.box(64.5, 26, 65.5, 27)])
    assert read_layer(geojson([twice])).units.geometry.iloc[0].equals(shapely.box(64, 26, 65.5, 27))


def test_rows_without_a_polygon_are_rejected_each_with_its_reason():
    line = polygon((64, 26), (65, 27), (64, 26))
    data = collection(
        polygon((64, 26), (65, 26), (65, 27)),
        {"type": "Point", "coordinates": [64, 26]},
        None,
        line,
        {"type": "Polygon", "coordinates": [[[64, 26], [65, 26]]]},
        {"type": "Polygon", "coordinates": [[["x", 26], [65, 26], [65, 27], [64, 26]]]},
        {"type": "Circle", "coordinates": []},
        {"type": "Polygon"},
        polygon((64, 95), (65, 95), (65, 96)),
        {"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]},
        polygon((64.5, 26, 900.5), (65.5, 26, 900), (65.5, 27, 3)),
        polygon((10, 10), (None, 10), (11, 11)),
        {"type": "Polygon", "coordinates": []},
        polygon((62, 26), (63, 26), (63, 27)),
        polygon((62, 26), (63, 26), (63, 28)),
        "text",
        5,
    )
    layer = read_layer(data)
    table = layer.report.table
    assert table.accepted == 4 and table.rows_read == 17
    reasons = {row.row: row.reason for row in table.rejected_rows}
    assert sorted(reasons) == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 16, 17]
    expected = {
        2: "is a Point",
        3: "no geometry",
        4: "encloses nothing",
        5: "three corners",
        6: "cannot be read",
        7: "Circle",
        9: "±90",
        10: "no polygon",
        12: "no number",
        13: "no geometry",
    }
    for row, words in expected.items():
        assert words in reasons[row], row
    assert codes(layer)["z_dropped"].rows == (11,) and not layer.units.geometry.has_z.any()
    assert json.dumps(layer.report.as_dict())


def test_polygons_among_lines_are_kept_and_it_is_said():
    mixed = {
        "type": "GeometryCollection",
        "geometries": [{"type": "Point", "coordinates": [64, 26]}, polygon((64, 26), (65, 26), (65, 27))],
    }
    layer = read_layer(collection(mixed))
    assert codes(layer)["parts_dropped"].rows == (1,) and len(layer.units) == 1


def test_points_alone_are_refused_with_row_and_remedy():
    with pytest.raises(InputError, match="no polygon that can be used") as caught:
        read_layer(geojson([shapely.Point(64, 27), shapely.Point(65, 27)]), file_name="points.geojson")
    assert (caught.value.file, caught.value.row, caught.value.value) == ("points.geojson", 1, "Point")
    assert caught.value.remedy


def test_overlaps_are_counted_and_measured():
    shapes = [
        shapely.box(64, 26, 65, 27),
        shapely.box(64.9, 26, 66, 27),
        shapely.box(66, 26, 67, 27),
        shapely.box(64.2, 26.2, 64.3, 26.3),
    ]
    warning = codes(read_layer(geojson(shapes)))["overlaps"]
    # 0.1° by 1° and 0.1° by 0.1° at 26.5° N, measured on the ellipsoid: 1,104 and 111 km²
    assert warning.rows == (1, 2, 4) and "2 pairs of units overlap, together 1,21" in warning.message
    assert "overlaps" not in codes(read_layer(geojson(SQUARES)))
    twins = codes(read_layer(geojson([SQUARES[0], SQUARES[0]])))["overlaps"]
    assert twins.rows == (1, 2) and "1 pair of units overlaps" in twins.message


# -- ids and names ------------------------------------------------------------------------------


def test_repeated_ids_are_told_apart_and_reported():
    layer = read_layer(geojson(code=["X1", "X1", "X2"]), id_column="code")
    assert layer.units["id"].tolist() == [f"{layer.key}:X1", f"{layer.key}:X1-2", f"{layer.key}:X2"]
    assert codes(layer)["duplicate_id"].rows == (1, 2)


def test_ids_hold_nothing_that_an_address_or_attribute_minds():
    given = ["a b", "a/b?c=<d>", "", "", "", "PK.1_2-3"]
    names = ["", "", "Dera Ghāzi Khān", "پنجگور", "", ""]
    ids = unique_ids("own-1", given, names)
    assert ids[:3] == ["own-1:a-b", "own-1:a-b-c-d", "own-1:dera-ghazi-khan"]
    assert ids[3] == f"own-1:{slug_of('پنجگور')}" and ids[3].isascii()
    assert ids[4:] == ["own-1:unit", "own-1:PK.1_2-3"] and len(set(ids)) == 6
    assert slug_of("پنجگور") != slug_of("کیچ")


def test_the_user_chooses_columns_and_a_wrong_one_is_named():
    data = geojson(other=["u", "v", "w"])
    assert read_layer(data, name_column="other").units["name"].tolist() == ["u", "v", "w"]
    without = read_layer(data, id_column="")
    assert without.units["id"].tolist() == [f"{without.key}:{n}" for n in "abc"]
    with pytest.raises(UsageError, match="did you mean other") as caught:
        read_layer(data, name_column="othr")
    assert caught.value.column == "name_column"
    with pytest.raises(UsageError, match="no such level"):
        read_layer(data, level=4)


def test_names_are_cleaned_and_local_names_found():
    layer = read_layer(
        geojson(
            name=["Pan\x00jgur \n District", "", "C"],
            name_ur=["پنجگور", "کیچ", None],
            name_fa=[None, None, "سراوان"],
        )
    )
    units = layer.units.sort_values("id")
    assert units["name"].tolist() == ["Pan jgur District", "کیچ", "C"]
    assert units["name_local"].tolist() == ["پنجگور", "کیچ", "سراوان"]
    assert units["local_names"].tolist() == ["ur=پنجگور", "ur=کیچ", "fa=سراوان"]
    assert layer.report.columns["name_local"] == "name_ur, name_fa"


GUESSED = {
    "geoBoundaries": (
        {
            "shapeName": ["Kech", "Hub"],
            "shapeISO": ["", ""],
            "shapeID": ["1B1", "1B2"],
            "shapeGroup": ["PAK"] * 2,
        },
        ("shapeID", "shapeName", "", "PAK"),
    ),
    "COD-AB": (
        {
            "ADM2_EN": ["Kech", "Hub"],
            "ADM2_UR": ["کیچ", "حب"],
            "ADM2_PCODE": ["PK201", "PK202"],
            "ADM1_EN": ["Balochistan"] * 2,
            "ADM1_PCODE": ["PK2"] * 2,
            "ADM0_EN": ["Pakistan"] * 2,
        },
        ("ADM2_PCODE", "ADM2_EN", "ADM2_PCODE", ""),
    ),
    "COD-AB of 2024": (
        {
            "adm2_name": ["Kech", "Hub"],
            "adm2_pcode": ["PK201", "PK202"],
            "adm1_name": ["Balochistan"] * 2,
            "iso3": ["PAK"] * 2,
        },
        ("adm2_pcode", "adm2_name", "adm2_pcode", "PAK"),
    ),
    "GADM": (
        {
            "GID_0": ["PAK"] * 2,
            "NAME_0": ["Pakistan"] * 2,
            "GID_1": ["PAK.2_1"] * 2,
            "NAME_1": ["Balochistan"] * 2,
            "GID_2": ["PAK.2.1_1", "PAK.2.2_1"],
            "NAME_2": ["Kech", "Hub"],
            "VARNAME_2": ["Turbat|Makran", ""],
            "NL_NAME_2": ["کیچ", ""],
            "TYPE_2": ["District"] * 2,
        },
        ("GID_2", "NAME_2", "", "PAK"),
    ),
    "OpenStreetMap": (
        {
            "@id": ["relation/1", "relation/2"],
            "name": ["کیچ", "حب"],
            "name:en": ["Kech", "Hub"],
            "admin_level": ["6"] * 2,
            "wikidata": ["Q1", "Q2"],
        },
        ("@id", "name:en", "", ""),
    ),
    "a table of an office": (
        {
            "OBJECTID": [1.0, 2.0],
            "province_name": ["Balochistan"] * 2,
            "district_name": ["Kech", "Hub"],
            "district_code": ["PK201", "PK202"],
            "area_km2": [1.5, 2.5],
        },
        ("district_code", "district_name", "district_code", ""),
    ),
    "cut at ten letters": (
        {"district_n": ["Kech", "Hub"], "province_n": ["Balochistan"] * 2, "Shape_Area": [0.5, 0.75]},
        (None, "district_n", "", ""),
    ),
    "nothing but a local name": (
        {"ostan": ["فارس"] * 2, "shahrestan": ["شیراز", "جهرم"]},
        (None, "shahrestan", "", ""),
    ),
    "numbers only": ({"Shape_Area": [0.5, 0.75]}, (None, None, "", "")),
    "nothing": ({}, (None, None, "", "")),
}


@pytest.mark.parametrize("case", GUESSED)
def test_columns_are_guessed_as_the_publishers_name_them(case):
    columns, (wanted_id, wanted_name, pcode, iso3) = GUESSED[case]
    table = pd.DataFrame(columns, index=range(2))
    found = guess_columns(table, level=2)
    assert (found.id and found.id.column) == wanted_id and (found.name and found.name.column) == wanted_name
    assert found.pcode == pcode
    assert (table[found.iso3].iloc[0] if found.iso3 else "") == iso3
    if found.name:
        assert 0.25 <= found.name.confidence <= 1 and found.name.samples == tuple(table[wanted_name])
        assert found.names[0] == found.name


def test_guesses_follow_the_level_that_is_asked_for():
    table = pd.DataFrame(GUESSED["GADM"][0])
    found = guess_columns(table.iloc[:1], level=1)
    assert (found.id.column, found.name.column) == ("GID_1", "NAME_1")
    assert guess_columns(table).name.column == guess_columns(table, level=3).name.column == "NAME_2"
    assert guess_columns(table).aliases == "VARNAME_2" and guess_columns(table).local == (
        ("und", "NL_NAME_2"),
    )
    assert guess_columns(pd.DataFrame(GUESSED["COD-AB"][0])).local == (("ur", "ADM2_UR"),)


def test_a_gadm_file_gets_its_aliases_and_local_names():
    columns, _ = GUESSED["GADM"]
    layer = read_layer(geojson(SQUARES[:2], **columns))
    kech = layer.units.iloc[0]
    assert (kech["id"], kech["name"], kech["aliases"]) == (f"{layer.key}:PAK.2.1_1", "Kech", "Turbat;Makran")
    assert (kech["name_local"], kech["local_names"], kech["iso3"]) == ("کیچ", "und=کیچ", "PAK")


def test_text_of_values_as_tables_have_them():
    values = [None, float("nan"), pd.NA, pd.NaT, 7.0, 7, True, b"ab", "x" * 500, np.float64("nan")]
    assert [text_of(value) for value in values] == ["", "", "", "", "7", "7", "True", "ab", "x" * 200, ""]


def test_the_table_alone_for_the_choice_of_columns():
    assert list(read_table(geojson()).columns) == ["code", "name"]


# -- several layers -----------------------------------------------------------------------------


def test_a_geopackage_of_several_layers_asks_which(tmp_path):
    path = tmp_path / "two.gpkg"
    frame().to_file(path, layer="districts", engine="pyogrio")
    frame(SQUARES[:1]).to_file(path, layer="provinces", engine="pyogrio")
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE styles (id INTEGER)")
    database.close()
    with pytest.raises(UsageError, match="2 layers") as caught:
        read_layer(path)
    assert "districts, provinces" in caught.value.remedy and caught.value.column == "layer_name"
    assert len(read_layer(path, layer_name="provinces").units) == 1
    assert read_layer(path, layer_name="districts").report.layer == "districts"
    with pytest.raises(UsageError, match="did you mean provinces"):
        read_layer(path, layer_name="province")


def test_a_zip_of_several_shapefiles_asks_which(tmp_path):
    whole = io.BytesIO(shapefile(tmp_path / "a", frame(), name="districts", within="data/"))
    with (
        zipfile.ZipFile(whole, "a") as archive,
        zipfile.ZipFile(io.BytesIO(shapefile(tmp_path / "b", frame(SQUARES[:1]), name="provinces"))) as other,
    ):
        for name in other.namelist():
            archive.writestr(name, other.read(name))
        archive.writestr("__MACOSX/data/._districts.shp", b"x")
        archive.writestr("readme.txt", b"x")
    with pytest.raises(UsageError, match="2 Shapefiles") as caught:
        read_layer(whole.getvalue())
    assert "districts, provinces" in caught.value.remedy
    assert len(read_layer(whole.getvalue(), layer_name="data/districts.shp").units) == 3
    assert len(read_layer(whole.getvalue(), layer_name="provinces").units) == 1


# -- what a zip may not be ----------------------------------------------------------------------


@pytest.mark.parametrize(("part", "words"), [(".shx", "index"), (".dbf", "table of names")])
def test_a_missing_part_of_a_shapefile_is_named(tmp_path, part, words):
    with pytest.raises(InputError, match=rf"lacks districts\{part}, its {words}") as caught:
        read_layer(shapefile(tmp_path / "shp", frame(), leave_out=[part]))
    assert "zip .shp, .shx, .dbf and .prj" in caught.value.remedy


@pytest.mark.parametrize(
    "name", ["../evil.shp", "/etc/evil.shp", "a/../../evil.shp", "..\\evil.shp", "C:\\evil.shp"]
)
def test_a_zip_that_would_leave_its_folder_is_refused(tmp_path, name):
    data = io.BytesIO(shapefile(tmp_path / "shp", frame()))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr(name, b"x")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(InputError, match="outside its folder"):
        read_layer(data.getvalue())
    assert sorted(tmp_path.rglob("*")) == before


def test_bombs_locks_and_nests_are_refused(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="would unpack to"):
        read_layer(zipped(**{"a.shp": b"\0" * 30_000_000}))
    with pytest.raises(InputError, match="archive inside"):
        read_layer(zipped(**{"a.shp": b"x", "b.zip": b"x"}))
    with pytest.raises(InputError, match=r"without a \.shp"):
        read_layer(zipped(**{"xl/workbook.xml": b"x"}))
    with pytest.raises(InputError, match=r"without a \.shp"):
        read_layer(zipped())
    with pytest.raises(InputError, match="a zip of"):
        read_layer(zipped(**{f"{n}.txt": b"" for n in range(2_001)}))
    data = bytearray(shapefile(tmp_path / "shp", frame()))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of a member that is locked
    with pytest.raises(InputError, match="password"):
        read_layer(bytes(data))
    with pytest.raises(InputError, match="cannot be read"):
        read_layer(shapefile(tmp_path / "shp", frame())[:-40])
    monkeypatch.setattr(own_files, "MOST_BYTES", 100)
    with pytest.raises(InputError, match="up to 0 MB"):
        read_layer(geojson())


def test_a_member_larger_than_it_says_is_refused(tmp_path):
    data = bytearray(shapefile(tmp_path / "shp", frame()))
    # The size of the .shp in the directory at the end: a liar's.
    at = data.index(b".shp", data.index(b"PK\x01\x02")) - len("districts") - 46
    size = struct.unpack_from("<I", data, at + 24)[0]
    struct.pack_into("<I", data, at + 24, size - 10)
    with pytest.raises(InputError, match="zip that"):
        read_layer(bytes(data))


def test_old_encodings_of_a_shapefile(tmp_path):
    layer = read_layer(shapefile(tmp_path / "a", frame(name=["پنجگور", "ب", "ج"]), leave_out=[".cpg"]))
    assert layer.units["name"].iloc[0] == "پنجگور" and not codes(layer)
    latin = shapefile(tmp_path / "b", frame(name=["Región", "B", "C"]), leave_out=[".cpg"], encoding="cp1252")
    layer = read_layer(latin)
    assert layer.units["name"].iloc[0] == "Región" and "encoding_assumed" in codes(layer)


# -- files that are something else --------------------------------------------------------------

BAD = {
    "empty": (b"", "is empty"),
    "blank": (b" \n ", "is empty"),
    "NULs": (b"\0" * 5000, "zero bytes"),
    "text": (b"these are my boundaries", "none of the formats"),
    "a table": (b"name,wkt\nA,POLYGON", "none of the formats"),
    "UTF-16": ("{}".encode("utf-16"), "none of the formats"),
    "Latin letters": ('{"type": "Región"}'.encode("latin-1"), "not UTF-8"),
    "cut off": (geojson()[:-30], "too early"),
    "a page": (b"<!DOCTYPE html><html></html>", "web page"),
    "an empty KML": (b'<?xml version="1.0"?><kml xmlns="x"></kml>', "holds no row"),
    "a broken KML": (b'<?xml version="1.0"?><kml><Placemark>', "KML that cannot be read"),
    "a KML bomb": (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><kml>&a;</kml>', "entities"),
    "a VRT": (b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>", "XML"),
    "a number": (b"[1, 2]", "no GeoJSON"),
    "NaN": (b'{"type": "FeatureCollection", "features": [NaN]}', "not JSON"),
    "TopoJSON": (b'{"type": "Topology", "objects": {}}', "TopoJSON"),
    "no features": (b'{"type": "FeatureCollection"}', "no list of features"),
    "no feature": (b'{"type": "FeatureCollection", "features": []}', "holds no feature"),
    "features that are none": (b'{"type": "FeatureCollection", "features": [1, null]}', "no polygon"),
    "deep": (b"[" * 100_000, "deep"),
    "a long number": (b'{"type": ' + b"9" * 5000 + b"}", "not JSON"),
    "a far number": (collection(polygon((1e300, 1e300), (1e301, 1), (5, 5))), "no degrees"),
    "a bare .shp": (b"\0\0\x27\x0a" + b"\0" * 100, "one of the four files"),
    "gzip": (b"\x1f\x8b\x08" + b"\0" * 20, "gzip"),
    "a broken GeoPackage": (b"SQLite format 3\0" + b"\0" * 1000, "GeoPackage that cannot be read"),
    "a broken Parquet": (b"PAR1" + b"\0" * 1000, "GeoParquet that cannot be read"),
    "a broken FlatGeobuf": (b"fgb\x03fgb\x01" + b"\xff" * 1000, "FlatGeobuf that cannot be read"),
    "a broken zip": (b"PK\x03\x04" + b"\0" * 1000, "zip that cannot be read"),
    "a zip of rubbish": (
        zipped(**{f"a{e}": b"rubbish" * 30 for e in (".shp", ".shx", ".dbf", ".prj")}),
        "cannot be read",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_an_error_with_file_and_remedy(name):
    data, words = BAD[name]
    with pytest.raises(InputError, match=words) as caught:
        read_layer(data, file_name="bad.geojson")
    assert caught.value.file == "bad.geojson" and caught.value.remedy
    assert "/tmp" not in caught.value.message()


def test_kml_and_kmz_are_read():
    def ring(*corners):
        text = " ".join(f"{x},{y},0" for x, y in (*corners, corners[0]))
        return f"<LinearRing><coordinates>\n {text} </coordinates></LinearRing>"

    outer, hole = ring((64, 26), (65, 26), (65, 27), (64, 27)), ring((64.4, 26.4), (64.6, 26.4), (64.6, 26.6))
    inner = f"<innerBoundaryIs>{hole}</innerBoundaryIs>"
    polygon = f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{inner}</Polygon>"
    data = f"""<?xml version="1.0" encoding="UTF-8"?>
    <kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>http://x/</href></Link>
    </NetworkLink><Folder>
    <Placemark id="p1"><name>Panjgur</name><ExtendedData><Data name="code"><value>PK1</value></Data>
      </ExtendedData>
      <MultiGeometry>{polygon}<Point><coordinates>64,26</coordinates></Point></MultiGeometry></Placemark>
    <Placemark><name>پنجگور</name>
      <ExtendedData><SchemaData><SimpleData name="code">PK2</SimpleData></SchemaData>
      </ExtendedData>{polygon}</Placemark>
    <Placemark><name>town</name><Point><coordinates>64.1,26.9</coordinates></Point></Placemark>
    <Placemark><name>bad</name>{polygon.replace("26,0", "x,0")}</Placemark>
    <Placemark><name>nothing</name></Placemark>
    </Folder></Document></kml>""".encode()
    for given in (data, zipped(**{"doc.kml": data, "files/icon.png": b"x"})):
        layer = read_layer(given, file_name="places.kmz")
        assert layer.report.format == "KML" and set(layer.units["pcode"]) == {"PK1", "PK2"}
        assert sorted(layer.units["name"]) == ["Panjgur", "پنجگور"]
        assert shapely.area(layer.units.geometry.values).tolist() == pytest.approx([0.98, 0.98])
        assert [row.row for row in layer.report.table.rejected_rows] == [3, 4, 5]
        assert codes(layer)["parts_dropped"].rows == (1,)


def test_a_zip_of_one_other_file_is_read_and_of_two_refused():
    assert len(read_layer(zipped(**{"a/x.geojson": geojson(), "readme.txt": b"x"})).units) == 3
    with pytest.raises(InputError, match="2 files that could be meant"):
        read_layer(zipped(**{"a.geojson": geojson(), "b.geojson": geojson()}))
    with pytest.raises(InputError, match="archive inside"):
        read_layer(zipped(**{"a.geojson": zipped(**{"b.geojson": geojson()})}))


def test_a_plain_database_and_plain_parquet_are_told_apart(tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as database:
        database.execute("CREATE TABLE t (id INTEGER)")
    database.close()
    with pytest.raises(InputError, match=r"GeoPackage|no layer with geometries"):
        read_layer(tmp_path / "a.db")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match="Parquet without geometries"):
        read_layer(tmp_path / "a.parquet")


def test_files_that_cannot_be_opened(tmp_path):
    for path in (tmp_path, tmp_path / "none.geojson", "nul\0byte.geojson", ""):
        with pytest.raises(InputError):
            read_layer(path)


def test_limits_of_rows_and_corners(monkeypatch):
    monkeypatch.setattr(own_files, "MOST_ROWS", 2)
    with pytest.raises(InputError, match="holds 3 rows"):
        read_layer(geojson())
    monkeypatch.setattr(own_files, "MOST_ROWS", 10)
    monkeypatch.setattr(own_files, "MOST_CORNERS", 10)
    with pytest.raises(InputError, match="has 15 corners"):
        read_layer(geojson())


def test_flipped_bytes_never_give_anything_but_an_error_of_ours(tmp_path):
    """Every damaged file is either read or refused in words."""
    random = np.random.default_rng(7)
    for kind in ("geojson", "shapefile", "gpkg", "parquet", "fgb"):
        whole = np.frombuffer(as_bytes(kind, frame(), tmp_path), dtype=np.uint8)
        for _ in range(12):
            damaged = whole.copy()
            damaged[random.integers(0, len(whole), 8)] = random.integers(0, 256, 8)
            try:
                read_layer(damaged.tobytes(), file_name="damaged")
            except GeodataError as error:
                assert error.file == "damaged"


def test_many_at_once_are_measured_and_labelled_as_one_by_one():
    shapes = boundaries.load_units(1, iso3="PAK").geometry.to_numpy()
    holed = shapely.box(64, 26, 66, 28) - shapely.box(64.5, 26.5, 65.9, 27.9)
    shapes = np.array([*shapes, holed, shapely.MultiPolygon([SQUARES[0], SQUARES[2]])], dtype=object)
    assert areas_km2(shapes) == pytest.approx([area_km2(shape) for shape in shapes])
    assert label_points(shapes).tolist() == [list(label_point(shape)) for shape in shapes]


def test_cleaning_keeps_the_balance():
    shapes = [SQUARES[0], None, shapely.Point(1, 2), BOW_TIE]
    cleaned = clean_polygons(shapes, names=["a", "b", "c", "d"], file="f", faults={})
    assert cleaned.kept.tolist() == [0, 3] and [row.row for row in cleaned.rejected] == [2, 3]
