"""Rows that repeat a place are joined once, and shortcuts over cells change no row."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geodata import atlas
from geodata.atlas import BORDER_KM, EDGE_KM, NO_EDGE, WHOLE, frames_atlas, pack_atlas
from geodata.errors import BoundaryError
from geodata.join import assign_admin


def frame(*rows):
    columns = ("id", "name", "parent_id", "geometry")
    return gpd.GeoDataFrame([dict(zip(columns, row, strict=True)) for row in rows], crs=4326)


# A and B overlap from 0.9° to 1° east, C begins after a gap; the equator and the meridian are edges.
UNITS = {
    0: frame(
        ("AAA", "Aland", "", box(0, 0, 1, 1)),
        ("BBB", "Bland", "", box(0.9, 0, 2, 1)),
        ("CCC", "Cland", "", box(2.02, 0, 3, 1)),
    ),
    1: frame(
        ("AA-1", "First", "AAA", box(0, 0, 0.5, 1)),
        ("AA-2", "Twin", "AAA", box(0.5, 0, 1, 1)),
        ("BB-1", "Twin", "BBB", box(0.9, 0, 2, 1)),
    ),
    2: frame(("AA-1-x", "Ix", "AA-1", box(0, 0, 0.5, 0.5))),
}
ZONE = frame(("own-z", "Zone", "AA-1", box(0.4, 0.2, 0.6, 0.4)))
NAN = float("nan")

longitudes = st.sampled_from([0.0, -0.0, -0.05, 0.45, 0.5, 0.94, 0.96, 1.0, 2.01, 2.5, NAN])
latitudes = st.sampled_from([0.0, -0.0, 0.3, 0.5, 1.05, NAN])
TEXTS = {
    "country_iso3": ["", "AAA", " BBB ", "Cland", "?", None],
    "admin1": ["", "First", "Twin", "BB-1"],
    "admin2": ["", "Ix", "Zone"],
    "area": ["", "", "AA-1-x", "CCC"],
    "location_precision": ["", "exact", "admin1", "country", "unknown", None],
}
cells = st.tuples(longitudes, latitudes, *map(st.sampled_from, TEXTS.values()))
kept = st.sets(st.sampled_from(sorted(TEXTS)))


def table_of(made, names=tuple(TEXTS)):
    table = pd.DataFrame(made, columns=["longitude", "latitude", *TEXTS])
    table = table.astype({"longitude": float, "latitude": float} | dict.fromkeys(TEXTS, "str"))
    return table[["longitude", "latitude", *names]]


@settings(max_examples=40, deadline=None)
@given(st.lists(cells, min_size=1, max_size=12), kept, st.sampled_from([0.0, 5.0, 10.0, 20.0]), st.booleans())
def test_each_row_has_what_it_has_alone(made, names, tolerance_km, has_layer):
    table = table_of(made * 2, sorted(names))
    options = {"units": UNITS, "tolerance_km": tolerance_km, "layers": [(2, ZONE)] if has_layer else []}
    together = assign_admin(table, **options)
    alone = pd.concat([assign_admin(table.iloc[[at]], **options) for at in range(len(made))])
    pd.testing.assert_frame_equal(together.iloc[: len(made)], alone)
    pd.testing.assert_frame_equal(together.iloc[len(made) :].reset_index(drop=True), alone)


def test_one_place_with_different_statements_stays_as_many():
    table = pd.DataFrame({"longitude": 0.95, "latitude": 0.5, "country_iso3": ["BBB", "AAA", "CCC", "BBB"]})
    joined = assign_admin(table, units=UNITS)
    assert list(joined["adm0_id"]) == ["BBB", "AAA", joined["adm0_id"][2], "BBB"]
    assert ["stated_mismatch" in flags for flags in joined["join_flags"]] == [False, False, True, False]


@pytest.mark.parametrize(
    ("tolerance_km", "methods"),
    [(5, ["none", "none"]), (10, ["nearest", "none"]), (20, ["nearest", "nearest"])],
)
def test_the_tolerance_may_reach_beyond_the_cells_that_know_an_edge(tolerance_km, methods):
    table = pd.DataFrame({"longitude": [-0.08, -0.15], "latitude": [0.5, 0.5]})  # 8.9 and 16.7 km off
    joined = assign_admin(table, units=UNITS, tolerance_km=tolerance_km)
    assert list(joined["join_method"]) == methods


def test_both_zeros_are_one_place():
    table = pd.DataFrame({"longitude": [0.0, -0.0, 0.0, -0.0], "latitude": [0.0, 0.0, -0.0, -0.0]})
    joined = assign_admin(table, units=UNITS).drop(columns=["longitude", "latitude"])
    assert set(joined["adm2_id"]) == {"AA-1-x"}
    assert len(joined.drop_duplicates()) == 1


def test_cells_that_are_no_text_are_read_as_they_are_written():
    places = {"longitude": [NAN] * 4, "latitude": [NAN] * 4}
    units = {0: frame(("1", "One", "", box(0, 0, 1, 1)), ("1.0", "Float", "", box(2, 0, 3, 1)))}
    table = pd.DataFrame({**places, "country_iso3": pd.Series([1, 1.0, None, "1 "], dtype=object)})
    assert list(assign_admin(table, units=units)["adm0_id"]) == ["1", "1.0", "", "1"]
    table = table.assign(country_iso3=pd.Series(["1", None, " 1", "1.0"], dtype="string"))
    assert list(assign_admin(table, units=units)["adm0_id"]) == ["1", "", "1", "1.0"]


def test_an_unknown_area_is_named_with_its_first_row():
    table = table_of([(NAN, NAN, "", "", "", area, "") for area in ("CCC", "CCC", "ZZ-9", "YY", "ZZ-9")])
    with pytest.raises(BoundaryError, match=r"'ZZ-9'.*index 'c'"):
        assign_admin(table.set_axis(list("abcde")), units=UNITS)


# -- cells ------------------------------------------------------------------------------------------


def sheets():
    return {"made": frames_atlas(UNITS).levels[0].sheet(WHOLE), "packs": pack_atlas().levels[0].sheet(WHOLE)}


def points_of(sheet_name):
    """Return points all over, on edges of cells and of the world, and a few in one cell each."""
    random = np.random.default_rng(4)
    box_of = (-0.5, -0.5, 3.5, 1.5) if sheet_name == "made" else (-180.0, -90.0, 180.0, 90.0)
    x = random.uniform(box_of[0], box_of[2], 6_000)
    y = random.uniform(box_of[1], box_of[3], 6_000)
    x[:1_000], y[:1_000] = x[:1_000].round(1), y[:1_000].round(1)
    x[-2_000:], y[-2_000:] = x[:2_000] + 0.003, np.minimum(y[:2_000] + 0.003, 90.0)
    return np.clip([*x, -180.0, 180.0, 180.0], -180, 180), np.array([*y, -90.0, 90.0, 0.0])


@pytest.fixture(autouse=True)
def grid_for_few_points_too(monkeypatch):
    """Ask the grid of edges also where so few points are joined that the exact test is cheaper."""
    monkeypatch.setattr(atlas, "_FEW_POINTS", -1)


def pairs(found):
    return sorted(zip(found[0].tolist(), found[1].tolist(), strict=True))


@pytest.mark.parametrize("name", ["made", "packs"])
def test_points_tested_by_cell_lie_where_they_lie(name):
    sheet, (x, y) = sheets()[name], points_of(name)
    owner = sheet.edge_owner(x, y)
    assert (owner == NO_EDGE).any() and (owner != NO_EDGE).any()
    assert pairs(sheet.containing_by_cell(x, y, owner)) == pairs(sheet.containing(x, y))


@pytest.mark.parametrize("name", ["made", "packs"])
def test_a_cell_knows_every_edge_that_comes_near_a_point(name):
    sheet, (x, y) = sheets()[name], points_of(name)
    owner = sheet.edge_owner(x, y)
    point, unit, km = sheet.near(x, y, np.full(len(x), EDGE_KM))
    assert point.size and (km <= EDGE_KM).all()
    assert ((owner[point] == unit) | (owner[point] < NO_EDGE)).all()


@pytest.mark.parametrize("name", ["made", "packs"])
def test_a_border_is_uncertain_where_two_countries_are_within_its_distance(name):
    sheet, (x, y) = sheets()[name], points_of(name)
    found = [*pairs(sheet.containing(x, y)), *pairs(sheet.near(x, y, np.full(len(x), BORDER_KM)))]
    expected = np.bincount([point for point, _ in set(found)], minlength=len(x)) > 1
    table = pd.DataFrame({"longitude": x, "latitude": y})
    flags = assign_admin(table, units=UNITS if name == "made" else None)["join_flags"]
    assert expected.any()
    assert flags.str.contains("border_uncertain").tolist() == expected.tolist()


def test_a_country_deep_inside_another_makes_its_surroundings_uncertain():
    units = {0: frame(("AAA", "A", "", box(-20, -20, 20, 20)), ("DDD", "D", "", box(-1, -1, 1, 1)))}
    x = np.array([1.03, 1.06, 0.97, 5.0, 20.03, 19.97])
    edge_owner = frames_atlas(units).levels[0].sheet(WHOLE).edge_owner(x, np.zeros(6))
    assert edge_owner.tolist() == [1, 1, 1, NO_EDGE, 0, 0]  # no cell there has both edges near
    flags = assign_admin(pd.DataFrame({"longitude": x, "latitude": 0.0}), units=units)["join_flags"]
    expected = [True, False, True, False, False, False]
    assert flags.str.contains("border_uncertain").tolist() == expected


def test_units_without_an_outline_shift_no_edge():
    nothing = [(f"N{number}", "", "", box(0, 0, 0, 0).boundary.buffer(0)) for number in range(300)]
    units = {0: frame(*nothing, ("AAA", "A", "", box(0, 0, 1, 1)), ("BBB", "B", "", box(1, 0, 2, 1)))}
    sheet = frames_atlas(units).levels[0].sheet(WHOLE)
    assert sheet.edge_owner(np.array([0.05, 1.95]), np.array([0.5, 0.5])).tolist() == [300, 301]


def test_an_edge_that_is_not_asked_for_is_left_out():
    sheet = sheets()["made"]
    x, y, reach = np.array([0.95, 0.95]), np.array([0.5, 0.5]), np.full(2, 10.0)
    assert pairs(sheet.near(x, y, reach)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert pairs(sheet.near(x, y, reach, but=np.array([1, -1]))) == [(0, 0), (1, 0), (1, 1)]
