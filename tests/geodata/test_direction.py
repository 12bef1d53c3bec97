import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from geodata import direction
from geodata.bearings import GEOD, azimuths_deg, distance_km, outline_coordinates, ring_coordinates
from geodata.boundaries import shared_border, unit_geometry
from geodata.direction import (
    Interval,
    attack_directions,
    attack_geometry,
    bearing_interval,
    border_distance_range_km,
    clip_line_to_ring,
    distance_range_km,
    geodesic_line,
    geodesic_ring,
    initial_bearing_deg,
    side_azimuth_deg,
    stated,
    words,
)
from geodata.errors import BoundaryError, InputError
from geodata.schema import DIRECTION_COLUMNS

# -- bearings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "target", "bearing"),
    [
        ((10, 0), (10, 5), 0),  # along a meridian
        ((10, 5), (10, 0), 180),
        ((10, 0), (20, 0), 90),  # along the equator
        ((20, 0), (10, 0), 270),
        ((179, 0), (-179, 0), 90),  # over the antimeridian
        ((-179, 0), (179, 0), 270),
        ((30, 80), (-150, 80), 0),  # over the north pole
        ((30, -80), (-150, -80), 180),
        ((40, 60), (0, 90), 0),  # to a pole
    ],
)
def test_analytic_bearings(origin, target, bearing):
    assert initial_bearing_deg(origin, target) == pytest.approx(bearing, abs=1e-6)


@pytest.mark.parametrize("azimuth", np.arange(16) * 22.5)
def test_one_bearing_a_compass_direction(azimuth):
    lon, lat, _ = GEOD.fwd(62.3, 27.4, azimuth, 50_000)
    assert initial_bearing_deg((62.3, 27.4), (lon, lat)) == pytest.approx(azimuth, abs=1e-6)


def test_a_bearing_to_oneself_has_no_meaning():
    with pytest.raises(ValueError, match="same point"):
        initial_bearing_deg((1, 2), (1, 2))
    with pytest.raises(ValueError, match="same point"):
        geodesic_line((1, 2), (1, 2))


# -- lines and rings --------------------------------------------------------------------------------


def test_a_line_has_small_steps_and_its_own_ends():
    line = geodesic_line((44.1, 36.3), (62.3, 27.4), step_km=50)
    assert line.coords[0] == (44.1, 36.3)
    assert line.coords[-1] == (62.3, 27.4)
    steps = [distance_km(a, b) for a, b in zip(line.coords, line.coords[1:], strict=False)]
    assert max(steps) <= 50
    assert sum(steps) == pytest.approx(distance_km((44.1, 36.3), (62.3, 27.4)), rel=1e-9)


@pytest.mark.parametrize(("west", "east"), [((179, 0), (-178, 2)), ((-178, 2), (179, 0))])
def test_a_line_is_cut_at_the_antimeridian_and_keeps_its_order(west, east):
    line = geodesic_line(west, east, step_km=20)
    assert len(line.geoms) == 2
    assert line.geoms[0].coords[0] == pytest.approx(west)
    assert line.geoms[1].coords[-1] == pytest.approx(east)
    assert abs(line.geoms[0].coords[-1][0]) == abs(line.geoms[1].coords[0][0]) == 180
    assert line.length < 5


@pytest.mark.parametrize("start", [180, -180])
def test_a_line_that_begins_on_the_antimeridian_is_one_line(start):
    assert geodesic_line((start, 0), (179, 1)).geom_type == "LineString"


def test_a_ring_keeps_its_distance():
    ring = geodesic_ring(62.3, 60, 40)
    assert [distance_km((62.3, 60), point) for point in ring.exterior.coords] == pytest.approx([40] * 181)


@pytest.mark.parametrize(
    ("lon", "lat", "inside", "outside"),
    [
        (179.9, 10, Point(-179.9, 10), Point(0, 10)),
        (-179.9, 10, Point(179.9, 10), Point(0, 10)),
        (20, 89.9, Point(-160, 89.95), Point(20, 89)),
        (20, -89.9, Point(-160, -89.95), Point(20, -89)),
    ],
)
def test_a_ring_over_antimeridian_or_pole_is_valid_and_whole(lon, lat, inside, outside):
    ring = geodesic_ring(lon, lat, 50)
    assert ring.is_valid
    assert ring.contains(inside)
    assert not ring.contains(outside)
    assert ring.bounds[0] >= -180
    assert ring.bounds[2] <= 180


def test_a_line_is_clipped_to_the_rings_edge():
    ring = geodesic_ring(0, 0, 100)
    clipped = clip_line_to_ring(geodesic_line((5, 0), (0, 0)), ring)
    assert clipped.coords[0] == (5, 0)
    assert distance_km((0, 0), clipped.coords[-1]) == pytest.approx(100, abs=0.1)
    assert clip_line_to_ring(LineString([(0, 0), (0.1, 0)]), ring) is None


# -- intervals and distances ----------------------------------------------------------------------


def test_the_interval_of_a_box_runs_from_corner_to_corner():
    seen = bearing_interval((0, 0), box(1, -1, 2, 1))
    assert seen.from_min_deg == pytest.approx(initial_bearing_deg((0, 0), (1, 1)), abs=1e-6)
    assert seen.from_max_deg == pytest.approx(initial_bearing_deg((0, 0), (1, -1)), abs=1e-6)
    north = bearing_interval((0, 0), box(-1, 5, 1, 6), ring_km=10)
    assert north.wraps
    assert north.width_deg == pytest.approx(2 * 12.369, abs=0.01)
    over_the_line = bearing_interval((179.9, 0), box(-179, -1, -178, 1))
    assert over_the_line.middle_deg == pytest.approx(90)


def test_a_ring_widens_the_interval_by_its_angle():
    seen = bearing_interval((0, 0), (0, 1), ring_km=20)
    assert seen.middle_deg == pytest.approx(0, abs=1e-6)
    assert seen.width_deg == pytest.approx(
        2 * math.degrees(math.asin(20 / distance_km((0, 0), (0, 1)))), rel=1e-3
    )
    assert bearing_interval((0, 0), (0, 1)).width_deg == 0


@pytest.mark.parametrize(
    "origin",
    [box(-1, -1, 1, 1), box(0.5, -1, 2, 1), box(0.505, -1, 2, 1), Polygon(box(-3, -3, 3, 3).exterior)],
)
def test_areas_that_overlap_or_touch_are_seen_all_round(origin):
    assert bearing_interval(box(-0.5, -0.5, 0.5, 0.5), origin) == Interval.all_round()


def test_points_touch_only_where_they_are():
    assert bearing_interval((0, 0), (0.005, 0)).middle_deg == pytest.approx(90)
    assert bearing_interval((0, 0), (0, 0)) == Interval.all_round()


def test_a_bay_around_the_target_is_more_than_half_the_circle():
    horseshoe = box(-3, -3, 3, 3).difference(box(-1, -1, 1, 4))
    assert 180 < bearing_interval((0, 0), horseshoe).width_deg < 360


def test_a_target_over_the_pole_has_no_direction():
    assert bearing_interval((0, 90), box(0, 70, 1, 71), ring_km=50) == Interval.all_round()


shapes = st.builds(
    lambda lon, lat, width, height: box(lon, lat, lon + width, lat + height),
    st.floats(-179, 170),
    st.floats(-70, 65),
    st.floats(0.05, 8),
    st.floats(0.05, 4),
)
shares = st.tuples(st.floats(0, 1), st.floats(0, 1))


def _inside(shape, share):
    west, south, east, north = shape.bounds
    return west + share[0] * (east - west), south + share[1] * (north - south)


@settings(max_examples=60, deadline=None)
@given(shapes, shapes, st.lists(st.tuples(shares, shares), min_size=1, max_size=20))
def test_the_interval_holds_the_azimuth_of_every_pair(target, origin, pairs):
    seen = bearing_interval(target, origin)
    least, greatest = distance_range_km(target, origin)
    for at, towards in pairs:
        a, b = _inside(target, at), _inside(origin, towards)
        if distance_km(a, b) < 1e-3:
            continue
        azimuth = initial_bearing_deg(a, b)
        # 0.05°: great circles of the sphere stand for geodesics in the hull.
        near = any(seen.contains((azimuth + slack) % 360) for slack in (-0.05, 0, 0.05))
        assert near or seen.width_deg > 180
        assert least * 0.995 - 2 <= distance_km(a, b) <= greatest * 1.005 + 2


@settings(max_examples=30, deadline=None)
@given(st.floats(-170, 170), st.floats(-60, 60), st.floats(1, 60), st.floats(0, 360), st.floats(100, 3000))
def test_the_interval_of_a_ring_is_no_wider_than_sampling_shows(lon, lat, ring_km, azimuth, far_km):
    origin = GEOD.fwd(lon, lat, azimuth, far_km * 1000)[:2]
    seen = bearing_interval((lon, lat), origin, ring_km=ring_km)
    sampled = azimuths_deg(ring_coordinates(lon, lat, ring_km, points=720), np.array([origin]))
    assert all(seen.contains(value) for value in sampled.ravel())
    assert seen.width_deg <= Interval.covering(sampled).width_deg * 1.01 + 0.05


@settings(max_examples=30, deadline=None)
@given(shapes, shapes, st.floats(-180, 180))
def test_turning_the_globe_changes_no_interval(target, origin, turn):
    def turned(shape):
        west, south, east, north = shape.bounds
        shifted = (west + turn + 180) % 360 - 180
        return box(shifted, south, shifted + east - west, north)

    pair = turned(target), turned(origin)
    if max(shape.bounds[2] for shape in pair) > 180:
        return  # a box over the antimeridian is two boxes: another shape
    before, after = bearing_interval(target, origin), bearing_interval(*pair)
    if max(before.width_deg, after.width_deg) < 180 and target.distance(origin) > 0.1 < pair[0].distance(
        pair[1]
    ):
        assert after.width_deg == pytest.approx(before.width_deg, abs=0.05)


def test_distances_of_ring_and_area():
    least, greatest = distance_range_km((0, 0), box(-1, 5, 1, 6), ring_km=10)
    assert least == pytest.approx(distance_km((0, 0), (0, 5)) - 10, abs=0.1)
    assert greatest == pytest.approx(distance_km((0, 0), (1, 6)) + 10, abs=0.1)
    assert distance_range_km(box(0, 0, 1, 1), box(1, 0, 2, 1))[0] == 0
    assert distance_range_km((0, 0), (0, 1)) == pytest.approx((110.574, 110.574), abs=1e-3)


def test_border_distances_run_over_the_area():
    border = LineString([(1, -3), (1, 3)])
    least, greatest = border_distance_range_km(box(0, 0, 0.5, 0.5), border)
    assert least == pytest.approx(distance_km((0.5, 0.5), (1, 0.5)), abs=0.1)
    assert greatest == pytest.approx(distance_km((0, 0), (1, 0)), abs=0.1)
    assert border_distance_range_km(box(0, 0, 1, 1), border)[0] == 0
    assert border_distance_range_km(Point(0, 0), border) == pytest.approx((111.32, 111.32), abs=0.01)


def test_the_side_of_a_border_is_its_mean_direction():
    assert side_azimuth_deg((0, 0), LineString([(1, -2), (1, 2)])) == pytest.approx(90, abs=0.1)
    assert side_azimuth_deg((0, 0), LineString([(-2, 1), (2, 1)])) % 360 == pytest.approx(0, abs=0.1)
    assert side_azimuth_deg((0, 0), box(-2, -9, 2, -5)) == pytest.approx(180, abs=0.1)
    bent = LineString([(-1, 1), (1, 1), (1, -1), (-1, -1)])  # on three sides of the target
    assert side_azimuth_deg((0, 0), bent) == pytest.approx(90, abs=0.1)
    assert side_azimuth_deg((0, 0), bent, territory=box(-1, -9, 1, -1)) == pytest.approx(180, abs=0.1)
    with pytest.raises(ValueError, match="all around"):
        side_azimuth_deg((0, 0), Point(0, 0).buffer(1).boundary)
    with pytest.raises(ValueError, match="no side"):
        side_azimuth_deg((0, 0), LineString())


# -- attacks, on hand-made countries --------------------------------------------------------------


@dataclass(frozen=True)
class FakeUnit:
    name: str
    label_lon: float
    label_lat: float
    iso3: str


GEOMETRIES = {
    "AAA": box(0, 0, 10, 10),
    "A-1": box(0, 4, 2, 6),  # within A, away from B
    "A-2": box(8, 0, 10, 10),  # along B
    "BBB": box(10, 0, 20, 10),
    "B-1": box(15, 4, 16, 6),
    "CCC": box(40, 0, 50, 10),  # shares no border
}


def _no_unit(unit_id):
    if unit_id not in GEOMETRIES:
        raise BoundaryError("no such unit", value=unit_id)


def _fake_unit(unit_id):
    _no_unit(unit_id)
    middle = GEOMETRIES[unit_id].centroid
    return FakeUnit(f"Unit {unit_id}", middle.x, middle.y, unit_id[0] * 3)


def _fake_geometry(unit_id):
    _no_unit(unit_id)
    return GEOMETRIES[unit_id]


def _fake_border(first, second):
    meets = {first, second} == {"AAA", "BBB"}
    return LineString([(10, 0), (10, 10)]) if meets else LineString()


@pytest.fixture
def fake_units(monkeypatch):
    fake = SimpleNamespace(
        unit=_fake_unit,
        unit_geometry=_fake_geometry,
        is_unit=GEOMETRIES.__contains__,
        ancestors=lambda unit_id: (unit_id[0] * 3,) if "-" in unit_id else (),
        shared_border=_fake_border,
    )
    for module in (stated, words):
        monkeypatch.setattr(module, "boundaries", fake)


POINT = {
    "event_id": "e",
    "latitude": 5.0,
    "longitude": 5.0,
    "location_precision": "exact",
    "country_iso3": "AAA",
}
PLACE = {**POINT, "location_precision": "place"}
AREA = {"event_id": "e", "location_precision": "admin1", "area": "A-1"}


def one(event, **attack):
    row = {"attack_id": "a", "event_id": "e", **attack}
    return attack_directions(pd.DataFrame([row]), pd.DataFrame([event])).iloc[0]


def drawn(event, **attack):
    return attack_geometry({"attack_id": "a", "event_id": "e", **attack}, event)


STATED_POINT = {"origin_basis": "stated_point", "origin_longitude": 7.0, "origin_latitude": 5.0}


@pytest.mark.usefixtures("fake_units")
class TestBases:
    def test_stated_point_on_an_exact_target(self):
        row = one(POINT, **STATED_POINT, origin_claimant="IRGC")
        assert row.from_deg == pytest.approx(90, abs=0.2)
        assert row.arrival_bearing_deg == pytest.approx(row.from_deg + 180)
        assert row.bearing_deg == pytest.approx(270, abs=0.2)
        assert row.from_min_deg == row.from_max_deg == row.from_deg
        assert row.distance_min_km == row.distance_max_km == pytest.approx(distance_km((5, 5), (7, 5)))
        assert (row.from_compass, row.direction_status) == ("E", "determined")
        assert row.from_text == "from the east (90°), 220 km; launch point stated by the IRGC"

    @pytest.mark.parametrize("azimuth", np.arange(16) * 22.5)
    def test_one_stated_point_a_compass_direction(self, azimuth):
        lon, lat, _ = GEOD.fwd(5, 5, azimuth, 90_000)
        row = one(PLACE, origin_basis="stated_point", origin_longitude=lon, origin_latitude=lat)
        assert row.from_deg == pytest.approx(azimuth, abs=1e-6)
        assert row.from_compass == direction.compass_point(azimuth)
        assert Interval(row.from_min_deg, row.from_max_deg).contains(azimuth)
        assert row.distance_max_km - row.distance_min_km == pytest.approx(10, abs=0.1)

    def test_a_place_without_a_ring_gets_five_kilometres(self):
        stated = one({**PLACE, "location_uncertainty_km": 5.0}, **STATED_POINT)
        pd.testing.assert_series_equal(one(PLACE, **STATED_POINT), stated)
        assert (
            one({**PLACE, "location_uncertainty_km": 50.0}, **STATED_POINT).from_min_deg < stated.from_min_deg
        )

    def test_a_launch_point_inside_the_ring_tells_no_direction(self):
        row = one({**PLACE, "location_uncertainty_km": 300.0}, **STATED_POINT)
        assert row.direction_status == "not_determinable"
        assert (row.from_min_deg, row.from_max_deg) == (0, 360)
        assert np.isnan(row.from_deg)
        assert row.from_compass == ""
        assert row.distance_min_km == 0

    def test_stated_area_is_a_range(self):
        row = one(
            POINT, origin_basis="stated_area", origin_area="B-1", origin_claimant="X", origin_name="B one"
        )
        assert (row.from_compass, row.direction_status) == ("E", "range")
        assert np.isnan(row.from_deg)
        assert np.isnan(row.bearing_deg)
        assert row.from_text.startswith("from the east (83°–96°), 1,100–1,230 km; area stated by X")

    @pytest.mark.parametrize(
        ("longitude", "text"),
        [
            (14.2, "from between NE and SE, 80–230 km"),
            (13.4, "from between ENE and ESE (57°–122°), "),
        ],
    )
    def test_over_45_degrees_two_winds_and_over_90_words_only(self, longitude, text):
        row = one({**POINT, "longitude": longitude}, origin_basis="stated_area", origin_area="B-1")
        assert row.direction_status == "range"
        assert row.from_compass == ""
        assert row.from_text.startswith(text)

    def test_an_origin_area_that_touches_the_target_area_tells_no_direction(self):
        row = one({**AREA, "area": "A-2"}, origin_basis="stated_area", origin_area="BBB")
        assert row.direction_status == "not_determinable"
        assert (row.from_min_deg, row.from_max_deg) == (0, 360)
        assert row.from_text == "from Unit BBB; direction not determinable"

    @pytest.mark.parametrize(
        ("tolerance", "ends", "wind", "status"),
        [
            (20.0, (350, 30), "N", "determined"),
            (22.5, (347.5, 32.5), "N", "determined"),
            (23.0, (347, 33), "", "range"),
            (60.0, (310, 70), "", "range"),
            (120.0, (250, 130), "", "not_determinable"),
            (math.nan, (math.nan, math.nan), "N", "determined"),
        ],
    )
    def test_stated_direction(self, tolerance, ends, wind, status):
        row = one(
            POINT,
            origin_basis="stated_direction",
            origin_azimuth_deg=10.0,
            origin_azimuth_tolerance_deg=tolerance,
        )
        assert row.from_deg == 10
        assert (row.from_min_deg, row.from_max_deg) == pytest.approx(ends, nan_ok=True)
        assert (row.from_compass, row.direction_status) == (wind, status)
        assert np.isnan(row.distance_min_km)

    def test_the_attackers_territory_gives_a_side_and_no_degree(self):
        row = one(AREA, origin_basis="attacker_territory", origin_area="BBB")
        assert row.from_text == "from Unit BBB; launch and crossing points not reported"
        assert row.direction_status == "side_only"
        assert row.border_distance_min_km == pytest.approx(distance_km((2, 6), (10, 6)), abs=0.2)
        assert row.border_distance_max_km == pytest.approx(distance_km((0, 4), (10, 4)), abs=0.2)
        degrees = [name for name in DIRECTION_COLUMNS if name.endswith("_deg")]
        assert row[degrees].isna().all()

    def test_a_territory_without_a_common_border_has_no_border_distance(self):
        row = one(AREA, origin_basis="attacker_territory", origin_area="CCC")
        assert row.direction_status == "side_only"
        assert np.isnan(row.border_distance_min_km)
        assert drawn(
            AREA, origin_basis="attacker_territory", origin_area="CCC"
        ).side_azimuth_deg == pytest.approx(90, abs=3)

    def test_a_claimant_is_named_with_the_territory(self):
        row = one(
            AREA, origin_basis="attacker_territory", origin_area="BBB", origin_claimant="Unnamed source"
        )
        assert row.from_text.endswith("not reported; territory stated by an unnamed source")

    @pytest.mark.parametrize("basis", ["unknown", "inferred", ""])
    def test_what_nobody_stated_stays_empty(self, basis):
        data = {"origin_basis": basis, "origin_longitude": 7.0, "origin_latitude": 5.0, "origin_area": "B-1"}
        row = one(POINT, **data)
        assert (row.from_text, row.direction_status, row.from_compass) == (
            "direction not reported",
            "unknown",
            "",
        )
        assert row[[name for name in DIRECTION_COLUMNS if name.endswith(("_deg", "_km"))]].isna().all()
        shown = drawn(POINT, **data)
        assert shown == direction.AttackGeometry()

    def test_an_inferred_origin_counts_only_with_the_rule(self):
        attack = {"attack_id": "a", "event_id": "e", **STATED_POINT, "origin_basis": "inferred"}
        table = attack_directions(
            pd.DataFrame([attack]), pd.DataFrame([POINT]), inferred_rule="actor 1 attacks"
        )
        assert table["from_text"].item() == "from the east (90°), 220 km; inferred: actor 1 attacks"
        assert attack_geometry(attack, POINT, inferred_rule="actor 1 attacks").line is not None

    def test_an_event_without_a_place_has_no_direction(self):
        row = one({"event_id": "e"}, **STATED_POINT)
        assert row.direction_status == "not_determinable"
        assert drawn({"event_id": "e"}, **STATED_POINT).line is None

    @pytest.mark.parametrize(
        ("basis", "column"),
        [
            ("stated_point", "origin_longitude"),
            ("stated_area", "origin_area"),
            ("stated_direction", "origin_azimuth_deg"),
        ],
    )
    def test_a_basis_without_its_data_is_refused(self, basis, column):
        with pytest.raises(InputError, match=f"column {column}.*attack 'a'"):
            one(POINT, origin_basis=basis)

    def test_an_unknown_area_or_event_is_refused(self):
        with pytest.raises(BoundaryError, match="ZZ-9"):
            one(POINT, origin_basis="stated_area", origin_area="ZZ-9")
        with pytest.raises(InputError, match="belongs to no event"):
            one(POINT, event_id="other")

    def test_rows_keep_index_order_and_types(self):
        attacks = pd.DataFrame(
            [
                {"attack_id": "a", "event_id": "e", "origin_basis": "unknown"},
                {"attack_id": "b", "event_id": "e", **STATED_POINT},
                {"attack_id": "c", "event_id": "e", "origin_basis": "unknown"},
            ],
            index=[7, 3, 7],
        )
        table = attack_directions(attacks, pd.DataFrame([POINT]))
        assert list(table.index) == [7, 3, 7]
        assert tuple(table.columns) == DIRECTION_COLUMNS
        assert list(table["direction_status"]) == ["unknown", "determined", "unknown"]
        empty = attack_directions(attacks.iloc[:0], pd.DataFrame([POINT]))
        assert tuple(empty.columns) == DIRECTION_COLUMNS
        assert empty.dtypes.equals(table.dtypes)

    def test_a_line_runs_from_the_areas_edge_to_the_ring(self):
        shown = drawn(PLACE, origin_basis="stated_area", origin_area="B-1")
        start, end = shown.line.coords[0], shown.line.coords[-1]
        assert Point(start).distance(GEOMETRIES["B-1"].boundary) < 1e-6
        assert start[0] == pytest.approx(15)
        assert distance_km((5, 5), end) == pytest.approx(5, abs=0.01)
        assert shown.wedge
        assert shown.origin_area_id == "B-1"
        assert shown.side_azimuth_deg is None
        assert shown.border is None

    def test_no_wedge_for_an_area_target_or_a_wide_interval(self):
        assert not drawn(AREA, origin_basis="stated_area", origin_area="B-1").wedge
        assert not drawn({**POINT, "longitude": 14.3}, origin_basis="stated_area", origin_area="B-1").wedge
        assert not drawn(POINT, **STATED_POINT).wedge

    def test_touching_areas_are_tinted_without_a_line(self):
        shown = drawn({**AREA, "area": "A-2"}, origin_basis="stated_area", origin_area="BBB")
        assert shown.line is None
        assert shown.origin_area_id == "BBB"

    def test_a_territory_draws_a_side_mark_and_the_whole_border(self):
        shown = drawn(AREA, origin_basis="attacker_territory", origin_area="BBB")
        assert shown.line is None
        assert shown.interval is None
        assert shown.side_azimuth_deg == pytest.approx(90, abs=1)
        assert shown.border.equals(LineString([(10, 0), (10, 10)]))


# -- the case, on the real packs -------------------------------------------------------------------

ERBIL = (44.13222, 36.30500)
TALTITA = (36.55361, 36.10889)


@pytest.mark.parametrize(
    ("target", "unit_id", "ends"),
    [(ERBIL, "IR-05", (112, 155)), (ERBIL, "IR-03", (19, 78)), (TALTITA, "IR-06", (103, 118))],
)
def test_provinces_as_seen_from_the_targets(target, unit_id, ends):
    area = unit_geometry(unit_id)
    seen = bearing_interval(target, area)
    assert (seen.from_min_deg, seen.from_max_deg) == pytest.approx(ends, abs=2)
    dense = Interval.covering(azimuths_deg(np.array([target]), outline_coordinates(area, step_deg=0.005)))
    assert seen.from_min_deg == pytest.approx(dense.from_min_deg, abs=0.05)
    assert seen.from_max_deg == pytest.approx(dense.from_max_deg, abs=0.05)


def test_iran_seen_from_panjgur_is_a_side_and_the_border_runs_up_to_it():
    assert bearing_interval(unit_geometry("PK-BA-panjgur"), unit_geometry("IRN")).width_deg > 180
    event = {"event_id": "e", "location_precision": "admin2", "area": "PK-BA-panjgur"}
    row = one(event, origin_basis="attacker_territory", origin_area="IRN")
    assert row.from_text == "from Iran; launch and crossing points not reported"
    assert row.border_distance_min_km == 0
    assert row.border_distance_max_km == pytest.approx(200, abs=10)
    shown = drawn(event, origin_basis="attacker_territory", origin_area="IRN")
    assert 225 < shown.side_azimuth_deg < 315
    assert shown.border.length > 5
    assert shapely.get_type_id(shown.border) in (1, 5)


def test_pakistan_lies_east_of_saravan_although_the_border_bends_around_it():
    event = {"event_id": "e", "location_precision": "admin2", "area": "IR-11-saravan"}
    shown = drawn(event, origin_basis="attacker_territory", origin_area="PAK")
    assert 45 < shown.side_azimuth_deg < 135


def test_distances_to_the_border_of_the_facts_page():
    border = shared_border("PAK", "IRN")
    for lon, lat, km in [(64.09, 26.97, 77.0), (62.334, 27.371, 46.6), (64.267, 27.167, 93)]:
        assert border_distance_range_km(Point(lon, lat), border) == pytest.approx((km, km), abs=1)


class TestWordsAreNeverNarrowerThanTheData:
    @pytest.mark.parametrize(
        ("least", "greatest", "text"),
        [
            (205.3, 420.7, "200–430 km"),
            (8.2, 42.1, "8–43 km"),
            (1114.0, 1461.0, "1,110–1,470 km"),
            (210.0, 420.0000000001, "210–420 km"),
            (1234.0, 1234.0, "1,230 km"),
        ],
    )
    def test_distances_are_rounded_outwards(self, least, greatest, text):
        assert words.kilometres(least, greatest) == text

    @pytest.mark.parametrize(
        ("first", "last", "text"),
        [
            (111.4, 155.6, "111°–156°"),
            (350.9, 9.1, "350°–10°"),
            (225.0, 315.0, "225°–315°"),
            (7.4, 7.4, "7°"),
        ],
    )
    def test_degrees_are_rounded_outwards(self, first, last, text):
        assert words.ends_text(first, last) == text
