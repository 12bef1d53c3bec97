"""Azimuths and distances over two extents, against analytic cases and dense sampling with pyproj."""

import math
from itertools import pairwise, permutations

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.affinity import translate
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from geodata.bearings import GEOD, azimuths_deg, geodesic_ring, outline_coordinates
from geodata.extents import (
    Extent,
    _union,
    areas_to_points,
    bearing_interval,
    border_distance_range_km,
    distance_range_km,
    ring_border_distances_km,
    ring_distances_km,
    rings_to_area,
    rings_to_points,
)
from geodata.intervals import Interval
from geodata.vectors import frames, geodesics, half_wrapped, moved, paired_azimuths, positions

# Sampled outlines miss an extreme between two samples by less than this, here and below.
SAMPLING_DEG = 0.05


def sampled(target, origin, *, most=150):
    """Return the interval over many points of two outlines, by pyproj alone."""
    outlines = [outline_coordinates(shape, step_deg=0.05) for shape in (target, origin)]
    at, towards = (points[:: max(len(points) // most, 1)] for points in outlines)
    at, towards = (
        np.vstack([points, shapely.get_coordinates(shape)])
        for points, shape in zip((at, towards), (target, origin), strict=True)
    )
    return Interval.covering(azimuths_deg(at, towards))


def assert_same(seen, expected, *, within=SAMPLING_DEG):
    for end in ("from_min_deg", "from_max_deg"):
        apart = half_wrapped(np.array(getattr(seen, end) - getattr(expected, end)))
        assert abs(float(apart)) <= within, (seen, expected)


def star(lon, lat, radii):
    """Return a jagged polygon around a point, with bays, its longitudes not wrapped."""
    turns = np.linspace(0, 2 * math.pi, len(radii), endpoint=False)
    widen = 1 / math.cos(math.radians(lat))
    return Polygon(
        [(lon + r * math.sin(t) * widen, lat + r * math.cos(t)) for r, t in zip(radii, turns, strict=True)]
    )


def cut(shape):
    """Return a shape whose longitudes run past 180° as the packs have it: in two parts."""
    parts = []
    for turn in (-360, 0, 360):
        part = translate(shape, turn).intersection(box(-180, -90, 180, 90))
        parts += [one for one in shapely.get_parts(part) if one.area > 0]
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


radii = st.lists(st.floats(0.2, 2.5), min_size=5, max_size=14)
latitudes = st.floats(-68, 68)
scenes = st.tuples(latitudes, radii, radii, st.floats(-25, 25), st.floats(-20, 20))


def pair_of(scene):
    lat, ours, theirs, east, north = scene
    target = star(0, lat, ours)
    origin = star(east, max(min(lat + north, 72), -72), theirs)
    assume(target.distance(origin) > 0.05)
    return target, origin


# -- analytic cases --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "origin", "ends"),
    [
        (Point(10, 0), box(9.99, 5, 10.01, 6), (359.88, 0.12)),  # along a meridian, over north
        (Point(10, 0), box(9.99, -6, 10.01, -5), (179.88, 180.12)),
        (Point(10, 0), box(15, -0.01, 16, 0.01), (89.88, 90.12)),  # along the equator
        (Point(179, 0), box(-179.5, -0.01, -179, 0.01), (89.62, 90.38)),  # over the antimeridian
        (Point(-179, 0), box(179, -0.01, 179.5, 0.01), (269.62, 270.38)),
        (Point(30, 89), box(-150.01, 88, -149.99, 88.5), (359.99, 0.01)),  # over the north pole
        (Point(30, -89), box(-150.01, -88.5, -149.99, -88), (179.99, 180.01)),
    ],
)
def test_small_areas_along_a_line_that_is_known(target, origin, ends):
    seen = bearing_interval(target, origin)
    assert (seen.from_min_deg, seen.from_max_deg) == pytest.approx(ends, abs=0.02)


@pytest.mark.parametrize("azimuth", np.arange(16) * 22.5)
def test_one_area_a_compass_direction(azimuth):
    lon, lat = moved(np.array([[62.3, 27.4]]), np.array([azimuth]), np.array([300.0]))[0]
    seen = bearing_interval((62.3, 27.4), geodesic_ring(lon, lat, 20), ring_km=10)
    assert half_wrapped(np.array(seen.middle_deg - azimuth)) == pytest.approx(0, abs=0.02)
    # Two circles of 20 and 10 km, 300 km apart, are seen within twice asin(30 / 300).
    assert seen.width_deg == pytest.approx(2 * math.degrees(math.asin(30 / 300)), rel=0.01)  # north turns


def test_a_ring_of_355_to_5_degrees():
    seen = bearing_interval((0, 0), (0, 1), ring_km=110.574 * math.sin(math.radians(5)))
    assert (seen.from_min_deg, seen.from_max_deg) == pytest.approx((355, 5), abs=0.02)
    assert seen.wraps and seen.contains(0) and not seen.contains(180)


def test_parts_on_both_sides_are_seen_over_the_smaller_arc():
    islands = MultiPolygon([box(5, -1, 6, 1), box(-1, 5, 1, 6)])
    seen = bearing_interval((0, 0), islands)
    assert_same(seen, sampled(Point(0, 0), islands))
    assert 100 < seen.width_deg < 120
    around = MultiPolygon([box(5, -1, 6, 1), box(-1, 5, 1, 6), box(-6, -1, -5, 1), box(-1, -6, 1, -5)])
    # Nothing is known to be between the islands: the arc leaves out only the widest gap.
    assert 180 < bearing_interval((0, 0), around).width_deg < 300


@pytest.mark.parametrize(
    ("arcs", "ends"),
    [
        ([(78, 96), (-6, 171)], (354, 171)),  # one within the other, which passes north
        ([(350, 370), (5, 20)], (350, 20)),
        ([(350, 370), (30, 40), (340, 345)], (340, 40)),
        ([(10, 20), (100, 110), (200, 210)], (10, 210)),
        ([(355, 365)], (355, 5)),
        ([(0, 180), (180, 360)], (0, 360)),
        ([(0, 200), (150, 355), (350, 364)], (0, 360)),
        ([(30, 390)], (0, 360)),
    ],
)
def test_the_union_of_arcs_leaves_out_the_widest_gap(arcs, ends):
    for order in permutations(arcs):
        assert _union(list(order)) == Interval(*ends)


def test_who_is_encircled_is_seen_all_round():
    wall = box(-3, -3, 3, 3).difference(box(-2, -2, 2, 2))
    assert bearing_interval((0, 0), wall) == Interval.all_round()
    assert bearing_interval(wall, (0, 0)) == Interval.all_round()
    assert bearing_interval(box(-1, -1, 1, 1), wall) == Interval.all_round()


def test_areas_touch_over_the_antimeridian():
    west, east = box(178, 0, 180, 2), box(-180, 0, -178, 2)
    assert bearing_interval(west, east) == Interval.all_round()
    assert distance_range_km(west, east)[0] == 0
    assert bearing_interval(west, translate(east, 0.1)).width_deg < 180


def test_opposite_ends_of_the_earth_have_no_direction():
    assert bearing_interval(box(0, -0.5, 1, 0.5), box(-180, -0.5, -179, 0.5)) == Interval.all_round()
    assert bearing_interval(box(0, 10, 1, 11), box(150, 10, 151, 11)).width_deg < 180


def test_an_area_in_the_bay_of_a_target_is_not_determinable_by_a_straight_line():
    bay = box(0, 0, 10, 10).difference(box(2, 2, 10, 8))
    origin = box(4, 4, 5, 5)
    seen = bearing_interval(bay, origin)
    assert seen.width_deg > 180
    assert_same(seen, sampled(bay, origin), within=0.3)


def test_outlines_of_very_many_vertices_are_simplified_and_still_judged():
    turns = np.linspace(0, 2 * np.pi, 6001)
    jagged = 3 + 0.02 * np.sin(400 * turns)
    ring = Polygon(np.column_stack([jagged * np.cos(turns), jagged * np.sin(turns)]))
    bay = ring.difference(box(-1.5, -1.5, 4, 1.5))
    origin = star(0.0, 0.0, 0.5 + 0.01 * np.sin(np.arange(2000)))
    assert len(Extent(bay).points) * len(Extent(origin).points) > 6_000_000
    assert bearing_interval(bay, origin).width_deg > 180


@pytest.mark.parametrize(("km", "most"), [(500, 0.0005), (1500, 0.002), (4000, 0.02)])
def test_chords_are_as_near_to_geodesics_as_their_module_says(km, most):
    random = np.random.default_rng(4)
    lat = np.degrees(np.arcsin(random.uniform(-1, 1, 5000)))
    places = np.column_stack([random.uniform(-180, 180, 5000), lat])
    others = moved(places, random.uniform(0, 360, 5000), np.full(5000, float(km)))
    chords = np.degrees(paired_azimuths(frames(places), positions(others)))
    apart = np.abs(half_wrapped(geodesics(places, others)[0] - chords)).max()
    assert most / 10 < apart < most


# -- properties ------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(scenes)
def test_the_interval_is_that_of_dense_sampling(scene):
    target, origin = pair_of(scene)
    seen, dense = bearing_interval(target, origin), sampled(target, origin)
    if max(seen.width_deg, dense.width_deg) < 180:
        # Never narrower than any sampled pair (0.001°: chords choose the extreme pair), hardly wider.
        azimuths = np.array([dense.from_min_deg, dense.from_max_deg])
        past = half_wrapped(azimuths - seen.from_min_deg), half_wrapped(azimuths - seen.from_max_deg)
        assert past[0].min() > -1e-3 and past[1].max() < 1e-3
        assert seen.width_deg <= dense.width_deg + SAMPLING_DEG
    else:
        assert min(seen.width_deg, dense.width_deg) > 179


@settings(max_examples=40, deadline=None)
@given(scenes, st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=30))
def test_the_interval_holds_pairs_inside_the_areas(scene, shares):
    target, origin = pair_of(scene)
    seen = bearing_interval(target, origin)
    least, greatest = distance_range_km(target, origin)
    for (x, y), (u, v) in pairwise(shares):
        places = []
        for shape, a, b in ((target, x, y), (origin, u, v)):
            west, south, east, north = shape.bounds
            place = Point(west + a * (east - west), south + b * (north - south))
            places.append(place if shape.contains(place) else shape.representative_point())
        (azimuth,), (km,) = geodesics(*(np.array([[place.x, place.y]]) for place in places))
        assert any(seen.contains((azimuth + slack) % 360) for slack in (-1e-3, 0, 1e-3))
        assert least - 0.01 <= km <= greatest + 0.01


@settings(max_examples=40, deadline=None)
@given(scenes, st.floats(-180, 180))
def test_shifting_all_longitudes_changes_nothing(scene, shift):
    target, origin = pair_of(scene)
    there = [cut(translate(shape, shift)) for shape in (target, origin)]
    before, after = bearing_interval(target, origin), bearing_interval(*there)
    if before.width_deg == 360:
        assert after.width_deg == 360
    else:
        assert_same(after, before, within=2e-3)
    assert distance_range_km(*there) == pytest.approx(distance_range_km(target, origin), abs=0.01)


@settings(max_examples=30, deadline=None)
@given(scenes)
def test_a_mirrored_scene_has_the_mirrored_interval(scene):
    target, origin = pair_of(scene)
    seen = bearing_interval(target, origin)
    assume(seen.width_deg < 360)
    flipped = [shapely.transform(shape, lambda c: c * [-1, 1]) for shape in (target, origin)]
    mirrored = bearing_interval(*flipped)
    assert_same(Interval(-mirrored.from_max_deg % 360, -mirrored.from_min_deg % 360), seen, within=1e-6)
    upside_down = [shapely.transform(shape, lambda c: c * [1, -1]) for shape in (target, origin)]
    turned = bearing_interval(*upside_down)
    assert_same(
        Interval((180 - turned.from_max_deg) % 360, (180 - turned.from_min_deg) % 360), seen, within=1e-6
    )


@settings(max_examples=40, deadline=None)
@given(st.floats(-180, 180), st.floats(-85, 85), st.floats(0, 360), st.floats(1, 8000))
def test_reversal_leads_back(lon, lat, azimuth, km):
    target = np.array([[lon, lat]])
    origin = moved(target, np.array([azimuth]), np.array([km]))
    first, last, seen, away = rings_to_points(target, np.zeros(1), origin)
    assert first == last == seen
    back, same = geodesics(origin, target)
    assert same == pytest.approx(away)
    assert geodesics(moved(origin, back, away), target)[1] < 1e-6
    assert geodesics(moved(target, seen, away), origin)[1] < 1e-6


def test_distances_do_not_depend_on_who_shoots():
    pairs = [(box(0, 0, 2, 1), box(5, 3, 9, 4)), (star(0, 50, [1, 2, 1, 2, 1]), box(9, 40, 12, 45))]
    for a, b in pairs:
        assert distance_range_km(a, b) == pytest.approx(distance_range_km(b, a), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(scenes)
def test_distances_are_those_of_dense_sampling(scene):
    target, origin = pair_of(scene)
    least, greatest = distance_range_km(target, origin)
    a, b = (outline_coordinates(shape, step_deg=0.05) for shape in (target, origin))
    a, b = a[:: max(len(a) // 200, 1)], b[:: max(len(b) // 200, 1)]
    lon, lat = np.repeat(a, len(b), axis=0).T
    other_lon, other_lat = np.tile(b, (len(a), 1)).T
    km = np.asarray(GEOD.inv(lon, lat, other_lon, other_lat)[2]) / 1000
    assert least <= km.min() + 0.005 and greatest >= km.max() - 0.005  # chords of edges: 3 m
    assert km.min() - least < 15 and greatest - km.max() < 15  # the samples' own steps


# -- many at once ----------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.floats(-180, 180), st.floats(-82, 82), st.floats(1, 60), st.floats(0, 360), st.floats(2.01, 100))
def test_tangents_of_a_ring_are_its_widest_azimuths(lon, lat, ring_km, azimuth, radii_away):
    centre, radius = np.array([[lon, lat]]), np.array([ring_km])
    origin = moved(centre, np.array([azimuth]), radius * radii_away)
    first, last, middle, _ = rings_to_points(centre, radius, origin)
    steps = np.arange(0, 360, 0.5)
    ring = moved(np.repeat(centre, len(steps), axis=0), steps, np.full(len(steps), ring_km))
    around = geodesics(ring, np.repeat(origin, len(steps), axis=0))[0]
    if (first[0], last[0]) == (0, 360):
        assert abs(lat) > 80  # a ring that holds a pole
        return
    seen = half_wrapped(around - middle)
    assert half_wrapped(first - middle)[0] == pytest.approx(seen.min(), abs=5e-3)
    assert half_wrapped(last - middle)[0] == pytest.approx(seen.max(), abs=5e-3)


def test_tangents_near_a_pole_and_the_ring():
    centre, origin, ring_km = np.array([[62.83, -74.597]]), np.array([[63.46, -73.474]]), 55.93
    first, last, _, _ = rings_to_points(centre, np.array([ring_km]), origin)
    steps = np.arange(0, 360, 0.05)
    ring = moved(np.repeat(centre, len(steps), axis=0), steps, np.full(len(steps), ring_km))
    around = half_wrapped(geodesics(ring, np.repeat(origin, len(steps), axis=0))[0])
    ends = half_wrapped(np.concatenate([first, last]))
    assert ends == pytest.approx([around.min(), around.max()], abs=1e-3)


@pytest.mark.parametrize("azimuth", [20.0, 70.0, 160.0, 245.0])
def test_tangents_from_far_away_are_those_of_geodesics(azimuth):
    # At 6,000 km a chord is off by some 0.05°: more than a test may let pass.
    centre = np.array([[20.0, 35.0]])
    origin = moved(centre, np.array([azimuth]), np.array([6000.0]))
    first, last, middle, _ = rings_to_points(centre, np.array([100.0]), origin)
    steps = np.arange(0, 360, 0.05)
    ring = moved(np.repeat(centre, len(steps), axis=0), steps, np.full(len(steps), 100.0))
    seen = half_wrapped(geodesics(ring, np.repeat(origin, len(steps), axis=0))[0] - middle)
    ends = half_wrapped(np.concatenate([first, last]) - middle)
    assert ends == pytest.approx([seen.min(), seen.max()], abs=2e-3)


def test_a_target_with_a_pole_on_its_edge_is_seen_all_round():
    assert bearing_interval(box(-30, 80, 40, 90), (0, 0)) == Interval.all_round()
    assert bearing_interval(box(-30, -90, 40, -80), box(0, 0, 1, 1)) == Interval.all_round()


def test_extents_opposite_each_other_are_seen_all_round():
    place = box(-0.2, -0.2, 0.2, 0.2)
    assert bearing_interval(place, box(179.3, 0.1, 179.5, 0.3)) == Interval.all_round()
    assert bearing_interval(place, box(170.3, 0.1, 170.5, 0.3)) != Interval.all_round()


def test_rings_too_near_too_far_or_around_something_are_said_to_be_so():
    centres = np.array([[0, 0], [0, 0], [0, 0], [10, 89.9], [0, 0]], dtype=float)
    origins = np.array([[0.15, 0], [0.05, 0], [120, 0], [10, 80], [3, 0]], dtype=float)
    first, last, _, km = rings_to_points(centres, np.array([10.0, 10, 10, 20, 10]), origins)
    assert np.isnan(first).tolist() == [True, False, True, False, False]
    assert (first[1], last[1]) == (first[3], last[3]) == (0, 360)
    assert km[4] == pytest.approx(333.96, abs=0.01)


@settings(max_examples=30, deadline=None)
@given(scenes, st.floats(0, 40))
def test_rings_and_an_area_together_are_as_one_by_one(scene, ring_km):
    _, origin = pair_of(scene)
    places = np.array([[0.0, scene[0]], [5.0, scene[0] / 2], [-30.0, 10.0]])
    rings = np.full(3, ring_km)
    first, last = rings_to_area(places, rings, Extent(origin))
    least, greatest = ring_distances_km(places, rings, Extent(origin))
    for row, (lon, lat) in enumerate(places):
        alone = bearing_interval((lon, lat), origin, ring_km=ring_km)
        if not np.isnan(first[row]):
            assert_same(Interval(first[row], last[row]), alone, within=5e-3)
        near, far = distance_range_km((lon, lat), origin, ring_km=ring_km)
        assert greatest[row] == pytest.approx(far)
        assert least[row] == pytest.approx(near, abs=1.2)  # within 0.01° a ring touches


@settings(max_examples=30, deadline=None)
@given(scenes, st.lists(st.tuples(st.floats(-40, 40), st.floats(-60, 60)), min_size=1, max_size=8))
def test_an_area_and_points_together_are_as_one_by_one(scene, points):
    target, _ = pair_of(scene)
    target = MultiPolygon([target, translate(target, 8)])
    first, last = areas_to_points(Extent(target), np.array(points))
    for row, (lon, lat) in enumerate(points):
        alone = bearing_interval(target, (lon, lat))
        if np.isnan(first[row]):
            assert alone.width_deg > 179.9 or distance_range_km(target, (lon, lat))[1] > 9_900
        else:
            assert_same(Interval(first[row], last[row]), alone, within=1e-6)


def test_a_ring_of_almost_nothing_is_its_point():
    area = box(1, -1, 2, 1)
    assert bearing_interval((0, 0), area, ring_km=1e-12) == bearing_interval((0, 0), area)


@pytest.mark.parametrize("ring_km", [0.0, 0.3])
def test_what_touches_an_area_is_left_to_the_general_way(ring_km):
    origin = box(60, 30, 62, 32)
    # On the south edge, which runs outside the geodesic of its ends; on a corner; 0.8 km away.
    places = np.array([[61.05, 30.0], [62.0, 32.0], [61.0, 30 - 0.8 / 111]])
    first, _ = rings_to_area(places, np.full(3, ring_km), Extent(origin))
    assert np.isnan(first).all()
    seen = [bearing_interval((lon, lat), origin, ring_km=ring_km) for lon, lat in places.tolist()]
    assert [one == Interval.all_round() for one in seen] == [True, True, ring_km > 0]


def test_no_ring_is_looked_at_from_within_the_hull_of_an_area():
    bay = box(0, 0, 10, 10).difference(box(2, 2, 10, 8))
    first, _ = rings_to_area(np.array([[5.0, 5.0], [-5.0, 5.0]]), np.array([5.0, 5.0]), Extent(bay))
    assert np.isnan(first).tolist() == [True, False]


# -- borders ---------------------------------------------------------------------------------------


def test_rings_along_a_bent_border():
    border = Extent(LineString([(0, -5), (0, 5), (3, 5)]))
    places, rings = np.array([[1.0, 0.0], [1.0, 4.0], [-2.0, 0.0]]), np.array([20.0, 20.0, 0.0])
    least, greatest = ring_border_distances_km(places, rings, border)
    for row, (lon, lat) in enumerate(places):
        ring = geodesic_ring(lon, lat, rings[row]) if rings[row] else Point(lon, lat)
        expected = border_distance_range_km(ring, border.geometry)
        assert (least[row], greatest[row]) == pytest.approx(expected, abs=0.2)
    assert greatest[0] == pytest.approx(111.32 + 20, abs=0.1)
    assert greatest[1] < 111.32 + 20  # away from one side it comes nearer to the other


def test_a_border_through_a_ring_is_no_distance_away():
    border = Extent(LineString([(0, -5), (0, 5)]))
    least, greatest = ring_border_distances_km(np.array([[0.1, 0.0]]), np.array([20.0]), border)
    assert (least[0], greatest[0]) == pytest.approx((0, 20 + 11.13), abs=0.1)
