"""Layers that go before the packs in the join, and outlines read country by country."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from geodata import atlas as atlas_module
from geodata.atlas import frames_atlas, pack_atlas, with_layers
from geodata.errors import CrsError
from geodata.join import assign_admin

COLUMNS = ("id", "name", "parent_id", "aliases", "geometry")


def frame(*rows, crs=4326):
    return gpd.GeoDataFrame([dict(zip(COLUMNS, row, strict=True)) for row in rows], crs=crs)


UNITS = {
    0: frame(("AAA", "Aland", "", "", box(0, 0, 10, 10))),
    1: frame(
        ("AA-1", "First", "AAA", "", box(0, 0, 5, 10)), ("AA-2", "Second", "AAA", "", box(5, 0, 10, 10))
    ),
    2: frame(
        ("AA-1-x", "Ix", "AA-1", "", box(0, 0, 5, 10)), ("AA-2-y", "Wye", "AA-2", "", box(5, 0, 10, 10))
    ),
}
# One zone lies inside the first province, one across both and into the sea.
ZONES = frame(
    ("own-z:1", "Inner", "AA-1", "Innermost", box(1, 1, 3, 3)),
    ("own-z:2", "Across", "AA-2", "", box(4, 4, 12, 6)),
)


def joined(*places, level=2, zones=ZONES, **columns):
    table = pd.DataFrame(places, columns=["longitude", "latitude"], dtype=float).assign(**columns)
    return assign_admin(table, units=UNITS, layers=[(level, zones)])


def ids(row):
    return row.adm0_id, row.adm1_id, row.adm2_id


def test_a_point_in_a_zone_gets_it_and_others_stay():
    inner, outside = joined((2, 2), (4.5, 2)).itertuples()
    assert ids(inner) == ("AAA", "AA-1", "own-z:1")
    assert (inner.adm2_name, inner.join_method, inner.join_flags) == ("Inner", "within", "")
    assert ids(outside) == ("AAA", "AA-1", "AA-1-x")


def test_a_zone_under_another_parent_is_given_and_flagged():
    row = joined((4.5, 5)).iloc[0]
    assert ids(row) == ("AAA", "AA-1", "own-z:2")
    assert row.join_flags == "several_candidates"


def test_a_point_at_sea_in_a_zone_has_the_zone_alone():
    row = joined((11.5, 5)).iloc[0]
    assert ids(row) == ("", "", "own-z:2")
    assert (row.join_method, row.join_distance_km) == ("within", 0.0)
    assert row.join_flags == "outside_boundaries"


def test_overlapping_zones_give_the_deeper_one_and_say_so():
    zones = frame(
        ("own-z:a", "A", "AA-1", "", box(0, 0, 3, 3)), ("own-z:b", "B", "AA-1", "", box(2, 0, 5, 5))
    )
    row = joined((2.9, 1.5), zones=zones).iloc[0]
    assert row.adm2_id == "own-z:b"
    assert row.join_flags == "several_candidates"


def test_a_coarse_point_gets_no_zone():
    row = joined((2, 2), location_precision=["admin1"]).iloc[0]
    assert ids(row) == ("AAA", "AA-1", "")


def test_provinces_may_come_from_a_layer():
    row = joined((2, 2), level=1, zones=frame(("own-p:1", "Duchy", "AAA", "", box(1, 1, 3, 3)))).iloc[0]
    assert ids(row) == ("AAA", "own-p:1", "AA-1-x")


@pytest.mark.parametrize(
    ("stated", "flag"), [("Inner", ""), ("Innermost", ""), ("Ix", ""), ("Wye", "stated_mismatch")]
)
def test_a_row_may_state_the_zone_or_the_unit_of_the_packs(stated, flag):
    row = joined((2, 2), admin2=[stated]).iloc[0]
    assert (row.adm2_id, row.join_flags) == ("own-z:1", flag)


def test_names_and_areas_find_zones_and_units_of_the_packs():
    nowhere = (np.nan, np.nan)
    by_name = joined(nowhere, admin2=["innermost"]).iloc[0]
    assert (*ids(by_name), by_name.join_method) == ("AAA", "AA-1", "own-z:1", "name")
    by_area = joined(nowhere, nowhere, area=["own-z:2", "AA-1-x"])
    assert [ids(row) for row in by_area.itertuples()] == [
        ("AAA", "AA-2", "own-z:2"),
        ("AAA", "AA-1", "AA-1-x"),
    ]


def test_a_name_of_both_means_the_zone():
    zones = frame(("own-z:1", "Ix", "AA-1", "", box(1, 1, 3, 3)))
    row = joined((np.nan, np.nan), zones=zones, admin2=["Ix"]).iloc[0]
    assert (row.adm2_id, row.join_flags) == ("own-z:1", "")


def test_the_later_of_two_layers_goes_first():
    second = frame(("own-y:1", "Second", "AA-1", "", box(0, 0, 3, 3)))
    table = pd.DataFrame({"longitude": [2.0, 4.5], "latitude": [2.0, 5.0]})
    rows = assign_admin(table, units=UNITS, layers=[(2, ZONES), (2, second)])
    assert list(rows["adm2_id"]) == ["own-y:1", "own-z:2"]


def test_a_layer_in_another_crs_is_refused():
    with pytest.raises(CrsError, match="layer of level 2"):
        joined((2, 2), zones=ZONES.to_crs(3857))


def test_the_atlas_beneath_does_not_change():
    beneath = frames_atlas(UNITS)
    before = len(beneath.levels[2].ids), len(beneath.positions)
    with_layers(beneath, [(2, ZONES)])
    assert (len(beneath.levels[2].ids), len(beneath.positions)) == before


def test_outlines_are_read_for_the_countries_that_points_lie_in(monkeypatch):
    read = []
    load = atlas_module.boundaries.load_units

    def watched(level, **options):
        read.append((level, options["iso3"]))
        return load(level, **options)

    monkeypatch.setattr(atlas_module.boundaries, "load_units", watched)
    pack_atlas.cache_clear()
    try:
        table = pd.DataFrame({"longitude": [64.09, 66.99], "latitude": [26.96, 30.18]})
        assert list(assign_admin(table)["adm2_id"]) == ["PK-BA-panjgur", "PK-BA-quetta"]
        assert read == [(0, None), (1, "PAK"), (2, "PAK")]
    finally:
        pack_atlas.cache_clear()
