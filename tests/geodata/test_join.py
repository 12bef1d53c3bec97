import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geodata import boundaries
from geodata.bearings import GEOD
from geodata.errors import BoundaryError, CrsError, InputError
from geodata.join import assign_admin
from geodata.schema import JOIN_COLUMNS


def frame(*rows, crs=4326):
    columns = ("id", "name", "parent_id", "aliases", "geometry")
    return gpd.GeoDataFrame([dict(zip(columns, row, strict=True)) for row in rows], crs=crs)


# A and B overlap between 9.9° and 10° east; A-1 has two districts and a part that nobody assigned;
# between B and C there is a gap.
UNITS = {
    0: frame(
        ("AAA", "Aland", "", "", box(0, 0, 10, 10)),
        ("BBB", "Bland", "", "", box(9.9, 0, 20, 10)),
        ("CCC", "Cland", "", "", box(20.02, 0, 30, 10)),
    ),
    1: frame(
        ("AA-1", "First", "AAA", "Uno;یک", box(0, 0, 5, 10)),
        ("AA-2", "Second", "AAA", "", box(5, 0, 10, 10)),
        ("BB-1", "Third", "BBB", "Twin", box(9.9, 0, 20, 10)),
        ("CC-1", "Fourth", "CCC", "Twin", box(20.02, 0, 30, 10)),
    ),
    2: frame(
        ("AA-1-x", "Ix", "AA-1", "", box(0, 0, 5, 4)),
        ("AA-1-y", "Ypsilon", "AA-1", "", box(0, 4, 5, 8)),
    ),
}


def events(*places, **columns):
    table = pd.DataFrame(places, columns=["longitude", "latitude"], dtype=float)
    return table.assign(**columns)


def join(*places, tolerance_km=10.0, **columns):
    return assign_admin(events(*places, **columns), tolerance_km=tolerance_km, units=UNITS)


def joined(lon, lat, tolerance_km=10.0, **columns):
    return join((lon, lat), tolerance_km=tolerance_km, **columns).iloc[0]


NOWHERE = (np.nan, np.nan)


def ids(row):
    return row.adm0_id, row.adm1_id, row.adm2_id


def test_a_point_gets_the_units_that_it_lies_in():
    row = joined(1, 1)
    assert ids(row) == ("AAA", "AA-1", "AA-1-x")
    assert (row.adm0_name, row.adm1_name, row.adm2_name) == ("Aland", "First", "Ix")
    assert (row.join_method, row.join_distance_km, row.join_flags) == ("within", 0, "")


def test_a_district_that_nobody_assigned_stays_empty():
    assert ids(joined(1, 9)) == ("AAA", "AA-1", "")
    assert ids(joined(1, 8.05)) == ("AAA", "AA-1", "")  # 5 km from a district is not in it


def test_a_point_on_a_shared_edge_is_kept_once():
    row = joined(5, 1)
    assert row.adm1_id in ("AA-1", "AA-2")
    assert row.join_flags == "several_candidates"


@pytest.mark.parametrize(
    ("lon", "stated", "country"),
    [(9.94, "", "AAA"), (9.96, "", "BBB"), (9.94, "BBB", "BBB"), (9.96, "AAA", "AAA"), (9.94, "CCC", "AAA")],
)
def test_an_overlap_goes_to_the_stated_country_else_to_the_deeper(lon, stated, country):
    row = joined(lon, 5, country_iso3=stated)
    assert row.adm0_id == country
    assert row.adm1_id[0] == country[0]  # levels nest
    flags = row.join_flags.split(";")
    assert "several_candidates" in flags
    assert "border_uncertain" in flags
    assert ("stated_mismatch" in flags) == (stated == "CCC")


def test_outside_the_nearest_within_the_tolerance_is_taken_and_flagged():
    row = joined(-0.05, 5)
    assert ids(row) == ("AAA", "AA-1", "AA-1-y")
    assert row.join_method == "nearest"
    assert row.join_distance_km == pytest.approx(GEOD.inv(-0.05, 5, 0, 5)[2] / 1000, abs=0.01)
    assert row.join_flags == "outside_boundaries"
    far = joined(-0.05, 5, tolerance_km=5)
    assert ids(far) == ("", "", "")
    assert (far.join_method, far.join_flags) == ("none", "outside_boundaries")
    assert np.isnan(far.join_distance_km)


@pytest.mark.parametrize("lat", [0, 45, 70])
def test_the_distance_is_geodesic_at_every_latitude(lat):
    units = {0: frame(("AAA", "A", "", "", box(0, lat - 3, 10, lat + 3)))}
    lon, at, _ = GEOD.fwd(0, lat, 270, 9_900)
    row = assign_admin(events((lon, at), (*GEOD.fwd(0, lat, 270, 10_100)[:2],)), units=units)
    assert list(row["join_method"]) == ["nearest", "none"]
    assert row["join_distance_km"].iloc[0] == pytest.approx(9.9, abs=0.02)


@pytest.mark.parametrize(
    ("lon", "lat", "is_uncertain"),
    [
        (9.86, 5, True),
        (9.84, 5, False),
        (20.01, 5, True),
        (19.97, 5, False),
        (0.01, 5, False),
        (5.01, 5, False),
    ],
)
def test_within_five_km_of_another_country_the_row_is_uncertain(lon, lat, is_uncertain):
    assert ("border_uncertain" in joined(lon, lat).join_flags) == is_uncertain


@pytest.mark.parametrize(
    ("precision", "found", "is_coarse"),
    [
        ("exact", ("AAA", "AA-1", "AA-1-x"), False),
        ("place", ("AAA", "AA-1", "AA-1-x"), False),
        ("admin2", ("AAA", "AA-1", "AA-1-x"), False),
        ("admin1", ("AAA", "AA-1", ""), True),
        ("country", ("AAA", "", ""), True),
        ("region", ("AAA", "", ""), True),
        ("sea_or_air", ("AAA", "", ""), True),
        ("unknown", ("AAA", "AA-1", "AA-1-x"), True),
        ("", ("AAA", "AA-1", "AA-1-x"), True),
    ],
)
def test_a_coarse_position_is_not_over_joined(precision, found, is_coarse):
    row = joined(1, 1, location_precision=precision)
    assert ids(row) == found
    assert (row.join_flags == "precision_too_coarse") == is_coarse


@pytest.mark.parametrize(
    ("area", "found"),
    [("AAA", ("AAA", "", "")), ("AA-1", ("AAA", "AA-1", "")), ("AA-1-x", ("AAA", "AA-1", "AA-1-x"))],
)
def test_an_area_event_is_joined_by_its_area(area, found):
    row = joined(*NOWHERE, area=area)
    assert ids(row) == found
    assert (row.join_method, row.join_flags) == ("code", "")
    assert np.isnan(row.join_distance_km)


def test_an_unknown_area_is_refused_with_its_place():
    with pytest.raises(BoundaryError, match=r"column area, value 'ZZ-9'.*index 1.*boundaries list"):
        join(NOWHERE, NOWHERE, area=["AA-1", "ZZ-9"])


@pytest.mark.parametrize(
    ("stated", "found", "method"),
    [
        ({"country_iso3": "AAA"}, ("AAA", "", ""), "code"),
        ({"admin1": "AA-1"}, ("AAA", "AA-1", ""), "code"),
        ({"country_iso3": "AAA", "admin1": " uno "}, ("AAA", "AA-1", ""), "name"),
        ({"admin1": "یک", "admin2": "Ix"}, ("AAA", "AA-1", "AA-1-x"), "name"),
        ({"country_iso3": "BBB", "admin1": "Twin"}, ("BBB", "BB-1", ""), "name"),
        ({"admin1": "Nowhere"}, ("", "", ""), "none"),
        (
            {"country_iso3": "AAA", "admin1": "First", "location_precision": "country"},
            ("AAA", "", ""),
            "code",
        ),
        ({}, ("", "", ""), "none"),
    ],
)
def test_without_a_position_stated_names_and_codes_decide(stated, found, method):
    row = joined(*NOWHERE, **stated)
    assert ids(row) == found
    assert (row.join_method, row.join_flags) == (method, "")


def test_a_name_of_two_units_decides_nothing():
    row = joined(*NOWHERE, admin1="Twin")
    assert ids(row) == ("", "", "")
    assert row.join_flags == "several_candidates"


@pytest.mark.parametrize(
    ("stated", "is_mismatch"),
    [
        ({"country_iso3": "AAA", "admin1": "UNO", "admin2": "Ix"}, False),
        ({"country_iso3": "BBB"}, True),
        ({"admin1": "Second"}, True),
        ({"admin2": "Ypsilon"}, True),
        ({"admin1": "Never heard of"}, False),
    ],
)
def test_what_is_stated_is_compared_with_where_the_point_lies(stated, is_mismatch):
    assert ("stated_mismatch" in joined(1, 1, **stated).join_flags) == is_mismatch
    assert ("stated_mismatch" in joined(*NOWHERE, area="AA-1-x", **stated).join_flags) == is_mismatch


def test_a_stated_district_elsewhere_is_a_mismatch_where_there_are_no_districts():
    assert joined(7, 1, admin2="Ix").join_flags == "stated_mismatch"


def test_type_index_order_and_input_are_kept():
    table = events((1, 1), (15, 5), NOWHERE).set_index(pd.Index([5, 2, 5]))
    before = table.copy()
    result = assign_admin(table, units=UNITS)
    pd.testing.assert_frame_equal(table, before)
    assert type(result) is pd.DataFrame
    assert list(result.index) == [5, 2, 5]
    assert tuple(result.columns[-len(JOIN_COLUMNS) :]) == JOIN_COLUMNS
    assert list(result["adm0_id"]) == ["AAA", "BBB", ""]
    empty = assign_admin(table.iloc[:0], units=UNITS)
    assert empty.dtypes.equals(result.dtypes)


def test_a_geodataframe_stays_one_and_needs_no_columns():
    points = gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=[Point(1, 1), None, Point()], crs="OGC:CRS84")
    result = assign_admin(points, units=UNITS)
    assert isinstance(result, gpd.GeoDataFrame)
    assert result.crs == points.crs
    assert list(result["adm1_id"]) == ["AA-1", "", ""]


@pytest.mark.parametrize(("crs", "says"), [(None, "no CRS.*set_crs"), (3857, "EPSG:3857.*EPSG:4326.*to_crs")])
def test_another_crs_is_refused(crs, says):
    with pytest.raises(CrsError, match=says):
        assign_admin(gpd.GeoDataFrame(geometry=[Point(1, 1)], crs=crs), units=UNITS)
    with pytest.raises(CrsError, match=says):
        assign_admin(events((1, 1)), units={0: frame(("AAA", "A", "", "", box(0, 0, 1, 1)), crs=crs)})


def test_bad_coordinates_are_refused():
    with pytest.raises(InputError, match=r"column latitude, value '95\.0'"):
        join((1, 1), (1, 95))
    with pytest.raises(InputError, match="no column 'longitude'"):
        assign_admin(pd.DataFrame({"latitude": [1.0]}), units=UNITS)
    with pytest.raises(InputError, match="no point"):
        assign_admin(gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)], crs=4326), units=UNITS)


places = st.tuples(st.floats(-1, 31), st.floats(-1, 11)) | st.just(NOWHERE)
countries = st.sampled_from(["", "AAA", "BBB", "CCC", "?"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(places, countries), max_size=8))
def test_one_event_in_one_row_out_and_joining_again_changes_nothing(rows):
    table = events(*[place for place, _ in rows], country_iso3=[country for _, country in rows])
    once = assign_admin(table, units=UNITS)
    assert len(once) == len(table)
    pd.testing.assert_frame_equal(assign_admin(once, units=UNITS), once)
    for row in once.itertuples():
        assert row.adm1_id[:1] in ("", row.adm0_id[:1])
        assert row.adm2_id.startswith(row.adm1_id) or row.adm2_id == ""
    alone = [assign_admin(table.iloc[[place]], units=UNITS) for place in range(len(table))]
    if alone:
        pd.testing.assert_frame_equal(pd.concat(alone), once)


# -- the real packs -------------------------------------------------------------------------------

TOWNS = [
    ("Panjgur", 64.09, 26.97, "PK-BA-panjgur"),
    ("Turbat", 63.05, 26.003, "PK-BA-kech"),
    ("Quetta", 67.0125, 30.1872, "PK-BA-quetta"),
    ("Gwadar", 62.3254, 25.1216, "PK-BA-gwadar"),
    ("Saravan", 62.33, 27.37, "IR-11-saravan"),
    ("Zahedan", 60.863, 29.496, "IR-11-zahedan"),
    ("Khash", 61.2158, 28.221, "IR-11-khash"),
    ("Rask", 61.399, 26.2368, "IR-11-sarbaz"),
    ("Chabahar", 60.643, 25.292, "IR-11-chabahar"),
]


@pytest.mark.parametrize(("name", "lon", "lat", "unit"), TOWNS)
def test_towns_fall_in_their_units(name, lon, lat, unit):
    row = assign_admin(events((lon, lat), place_name=name)).iloc[0]
    assert ids(row) == ({"PK": "PAK", "IR": "IRN"}[unit[:2]], unit[:5], unit)
    assert row.join_method == "within"


@pytest.mark.parametrize(
    ("area", "names"),
    [
        ("PK-BA-panjgur", ("Pakistan", "Balochistan", "Panjgur")),
        ("IR-11-saravan", ("Iran", "Sistan and Baluchestan", "Saravan")),
    ],
)
def test_the_core_strikes_join_by_their_areas(area, names):
    row = assign_admin(events(NOWHERE, area=area)).iloc[0]
    assert (row.adm0_name, row.adm1_name, row.adm2_name) == names


@pytest.mark.parametrize(
    "stated",
    [
        {"country_iso3": "PAK", "admin1": "Baluchistan", "admin2": "Panjgoor"},
        {"country_iso3": "PAK", "admin1": "Balochistan province", "admin2": "Panjgur district"},
        {"country_iso3": "PAK", "admin1": "بلوچستان", "admin2": "پنجگور"},
        {"country_iso3": "PAK", "admin1": "PK-BA", "admin2": "PK-BA-panjgur"},
    ],
)
def test_spellings_and_scripts_are_one_place(stated):
    assert joined_real(64.09, 26.97, **stated).join_flags == ""
    assert joined_real(*NOWHERE, **stated).adm2_id == "PK-BA-panjgur"
    assert joined_real(62.33, 27.37, **stated).join_flags == "stated_mismatch"


def joined_real(lon, lat, **columns):
    return assign_admin(events((lon, lat), **columns)).iloc[0]


def test_a_unit_of_many_parts_has_edges_too():
    # Pakistan is a multipolygon: off Gwadar the nearest unit counts, beside the border the row is uncertain.
    off_gwadar = joined_real(62.30, 25.05)
    assert (off_gwadar.adm2_id, off_gwadar.join_method) == ("PK-BA-gwadar", "nearest")
    assert 4.5 < off_gwadar.join_distance_km < 5.5
    border = boundaries.shared_border("PAK", "IRN").interpolate(0.4, normalized=True)
    beside = joined_real(border.x + 0.02, border.y)
    assert {beside.adm0_id, *beside.join_flags.split(";")} >= {"PAK", "border_uncertain"}
