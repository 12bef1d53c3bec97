"""Many attacks at once: every origin on every target, against the functions of one pair and pyproj."""

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point

from geodata.bearings import GEOD, azimuths_deg, outline_coordinates, ring_coordinates
from geodata.boundaries import shared_border, unit_geometry
from geodata.direction import (
    attack_directions,
    attack_geometries,
    attack_geometry,
    bearing_interval,
    border_distance_range_km,
    distance_range_km,
    solve,
)
from geodata.direction.solve import within_range
from geodata.errors import InputError
from geodata.extents import Extent, nearest_km
from geodata.intervals import Interval
from geodata.schema import DIRECTION_COLUMNS
from geodata.vectors import half_wrapped

TARGETS = {
    "exact": {"latitude": 26.3, "longitude": 64.2, "location_precision": "exact"},
    "exact in a ring": {
        "latitude": 29.1,
        "longitude": 66.4,
        "location_precision": "exact",
        "location_uncertainty_km": 12.0,
    },
    "place": {"latitude": 27.9, "longitude": 62.9, "location_precision": "place"},
    "area": {"location_precision": "admin2", "area": "PK-BA-kalat"},
    "centroid": {
        "latitude": 30.2,
        "longitude": 67.0,
        "location_precision": "admin2",
        "adm2_id": "PK-BA-quetta",
    },
    "nowhere": {},
}
ORIGINS = {
    "point": {"origin_basis": "stated_point", "origin_latitude": 31.5, "origin_longitude": 55.2},
    "near point": {"origin_basis": "stated_point", "origin_latitude": 27.95, "origin_longitude": 63.0},
    "area": {"origin_basis": "stated_area", "origin_area": "IR-06"},
    "next area": {"origin_basis": "stated_area", "origin_area": "IR-11"},
    "azimuth": {
        "origin_basis": "stated_direction",
        "origin_azimuth_deg": 355.0,
        "origin_azimuth_tolerance_deg": 10.0,
    },
    "territory": {"origin_basis": "attacker_territory", "origin_area": "IRN"},
    "territory in range": {
        "origin_basis": "attacker_territory",
        "origin_area": "IRN",
        "weapon_range_km": 700.0,
    },
    "unknown": {"origin_basis": "unknown"},
}


def table_of(pairs):
    """Return attacks and events, an event a target and an attack a pair."""
    events = [
        {"event_id": name, "country_iso3": "PAK", "location_precision": "unknown", **target}
        for name, target in TARGETS.items()
    ]
    attacks = [
        {"attack_id": f"{n}", "event_id": target, **ORIGINS[origin]}
        for n, (origin, target) in enumerate(pairs)
    ]
    return pd.DataFrame(attacks), pd.DataFrame(events)


PAIRS = [(origin, target) for origin in ORIGINS for target in TARGETS]


@pytest.fixture(scope="module")
def every():
    """Return the direction of every origin on every target, by their names."""
    found = attack_directions(*table_of(PAIRS))
    found.index = pd.MultiIndex.from_tuples(PAIRS)
    return found


def shapes(origin, target):
    """Return target, ring and origin for the functions of one pair."""
    at, stated = TARGETS[target], ORIGINS[origin]
    area = at.get("area") or at.get("adm2_id")
    place = unit_geometry(area) if area else (at["longitude"], at["latitude"])
    ring = at.get("location_uncertainty_km", 5.0 if target == "place" else 0.0)
    if "origin_area" in stated:
        return place, ring, unit_geometry(stated["origin_area"])
    return place, ring, (stated["origin_longitude"], stated["origin_latitude"])


PLACED = [name for name in TARGETS if name != "nowhere"]
WITH_EXTENT = ["point", "near point", "area", "next area"]


@pytest.mark.parametrize("target", PLACED)
@pytest.mark.parametrize("origin", WITH_EXTENT)
def test_many_together_are_as_one_by_one(every, origin, target):
    place, ring, source = shapes(origin, target)
    row = every.loc[(origin, target)]
    seen = bearing_interval(place, source, ring_km=ring)
    got, expected = (np.array([one.from_min_deg, one.from_max_deg]) for one in (row, seen))
    # One by one a ring is its circumscribed polygon, together it is its tangents.
    assert np.abs(half_wrapped(got - expected)).max() < 5e-3
    assert (row.from_max_deg == 360) == (seen.from_max_deg == 360)
    km = distance_range_km(place, source, ring_km=ring)
    assert (row.distance_min_km, row.distance_max_km) == pytest.approx(km, abs=0.01)
    is_single = origin.endswith("point") and not isinstance(place, shapely.Geometry)
    assert np.isnan(row.from_deg) == (not is_single or row.direction_status == "not_determinable")
    assert (row.direction_status == "determined") == (is_single and seen.width_deg <= 45)
    assert (row.from_compass != "") == (seen.width_deg <= 45)
    assert row[["border_distance_min_km", "border_distance_max_km"]].isna().all()


@pytest.mark.parametrize("target", PLACED)
def test_territories_have_border_distances_and_no_degrees(every, target):
    place, ring, _ = shapes("area", target)
    extent = place if isinstance(place, shapely.Geometry) else Point(place)
    middle = border_distance_range_km(extent, shared_border("PAK", "IRN"))
    for origin in ("territory", "territory in range"):
        row = every.loc[(origin, target)]
        assert row.border_distance_min_km == pytest.approx(max(middle[0] - ring, 0), abs=0.1)
        assert middle[1] <= row.border_distance_max_km <= middle[1] + ring + 1e-6
        assert row.direction_status == "side_only"
        assert row[[name for name in DIRECTION_COLUMNS if name.endswith("_deg")]].isna().all()


@pytest.mark.parametrize("target", TARGETS)
def test_a_stated_azimuth_needs_no_place(every, target):
    row = every.loc[("azimuth", target)]
    assert (row.from_min_deg, row.from_deg, row.from_max_deg) == (345, 355, 5)
    assert (row.from_compass, row.from_text) == ("N", "from the north (345°–5°)")
    assert (row.direction_status, np.isnan(row.distance_min_km)) == ("determined", True)


def test_the_position_of_the_target_must_be_known(every):
    for origin in WITH_EXTENT:
        row = every.loc[(origin, "nowhere")]
        assert row.direction_status == "not_determinable"
        assert row.from_text.endswith("the target's position is not known")
        assert np.isnan(row.from_min_deg) and np.isnan(row.distance_min_km)
    assert every.loc[("territory", "nowhere")].direction_status == "side_only"


def test_rows_keep_their_order_and_repeated_statements_are_solved_once(monkeypatch):
    asked = []
    original = solve.interval_between
    monkeypatch.setattr(
        solve, "interval_between", lambda place, origin: asked.append(1) or original(place, origin)
    )
    pairs = [("area", "area"), ("unknown", "exact"), ("next area", "area")] * 40
    attacks, events = table_of(pairs)
    attacks["origin_claimant"] = [f"Outlet {n}" for n in range(len(pairs))]
    table = attack_directions(attacks, events)
    assert len(asked) == 2
    assert all(text.endswith(f" by Outlet {n}") for n, text in enumerate(table["from_text"]) if n % 3 != 1)
    assert list(table["direction_status"].iloc[:3]) == ["range", "unknown", "range"]
    shuffled = attacks.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(attack_directions(shuffled, events), table.loc[shuffled.index])


def test_what_is_drawn_of_many_is_what_is_drawn_of_each():
    attacks, events = table_of(PAIRS)
    together = attack_geometries(attacks, events)
    by_id = {row["event_id"]: row for row in events.to_dict("records")}
    for row, shown in zip(attacks.to_dict("records"), together, strict=True):
        alone = attack_geometry(row, by_id[row["event_id"]])
        assert (shown.interval, shown.wedge, shown.side_azimuth_deg) == (
            alone.interval,
            alone.wedge,
            alone.side_azimuth_deg,
        )
        assert (shown.line is None) == (alone.line is None)
        assert shown.line is None or shown.line.equals(alone.line)


# -- widths and statuses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("azimuth", "tolerance", "status", "wind", "words"),
    [
        (0.1, 22.5, "determined", "N", "from the north (337°–23°)"),
        (10.1, 22.5, "determined", "N", "from the north (347°–33°)"),
        (10.1, 22.51, "range", "", "from between NNW and NNE (347°–33°)"),
        (270.3, 45.0, "range", "", "from between SW and NW (225°–316°)"),
        (270.3, 45.01, "range", "", "from between SW and NW"),
        (5.7, 90.0, "range", "", "from between W and E"),
        (5.7, 90.01, "not_determinable", "", "from a stated origin; direction not determinable"),
        (5.7, 180.0, "not_determinable", "", "from a stated origin; direction not determinable"),
        (360.0, 0.0, "determined", "N", "from the north (0°)"),
    ],
)
def test_widths_decide_status_and_words(azimuth, tolerance, status, wind, words):
    attack = {
        "attack_id": "a",
        "event_id": "exact",
        "origin_basis": "stated_direction",
        "origin_azimuth_deg": azimuth,
        "origin_azimuth_tolerance_deg": tolerance,
    }
    row = attack_directions(pd.DataFrame([attack]), table_of([])[1]).iloc[0]
    assert (row.direction_status, row.from_compass, row.from_text) == (status, wind, words)
    assert row.from_deg == azimuth % 360


# -- weapon ranges ---------------------------------------------------------------------------------


def ranged(origin, target, km):
    attacks, events = table_of([(origin, target)])
    attacks["weapon_range_km"] = km
    return attacks, events


def test_a_range_cuts_the_stated_area():
    target = (TARGETS["exact"]["longitude"], TARGETS["exact"]["latitude"])
    whole, cut = (attack_directions(*ranged("area", "exact", km)).iloc[0] for km in (np.nan, 1450.0))
    assert whole.distance_min_km < 1450 < whole.distance_max_km
    assert cut.distance_min_km == whole.distance_min_km
    assert cut.distance_max_km == 1450
    assert cut.from_text.endswith("–1,450 km (within the stated weapon range)")
    # Independently: the area's points, by a fine grid, that are within the range.
    west, south, east, north = unit_geometry("IR-06").bounds
    x, y = (
        axis.ravel() for axis in np.meshgrid(np.linspace(west, east, 300), np.linspace(south, north, 300))
    )
    inside = shapely.contains_xy(unit_geometry("IR-06"), x, y)
    azimuth, _, metres = GEOD.inv(
        np.full(inside.sum(), target[0]), np.full(inside.sum(), target[1]), x[inside], y[inside]
    )
    near = np.asarray(azimuth)[np.asarray(metres) <= 1_450_000] % 360
    assert cut.from_min_deg == pytest.approx(near.min(), abs=0.2)
    assert cut.from_max_deg == pytest.approx(near.max(), abs=0.2)
    assert cut.from_min_deg <= near.min() and cut.from_max_deg >= near.max()
    assert whole.from_max_deg - whole.from_min_deg > cut.from_max_deg - cut.from_min_deg + 1


def test_what_is_drawn_of_a_range_is_the_part_within_it():
    attacks, events = ranged("area", "place", 1450.0)
    shown = attack_geometries(attacks, events)[0]
    assert shown.origin_area_id == "IR-06"
    assert shown.origin_part.area < unit_geometry("IR-06").area
    start = np.array([shown.line.coords[0]])
    assert nearest_km(start, Extent(shown.origin_part))[0] < 0.01
    assert attack_geometries(*ranged("area", "place", 5000.0))[0].origin_part is None


@pytest.mark.parametrize("target", PLACED)
def test_a_range_that_reaches_everything_changes_nothing(every, target):
    row = attack_directions(*ranged("area", target, 12_000.0)).iloc[0]
    pd.testing.assert_series_equal(row, every.loc[("area", target)], check_names=False)


def test_a_range_narrows_a_territory_in_distance_and_side_only():
    plain = attack_directions(*ranged("territory", "place", np.nan)).iloc[0]
    near = attack_directions(*ranged("territory", "place", 300.0)).iloc[0]
    assert np.isnan(plain.distance_max_km)
    assert (near.direction_status, near.distance_max_km) == ("side_only", 300)
    assert near.distance_min_km == pytest.approx(plain.border_distance_min_km, abs=3)
    assert near.from_text == (
        "from Iran, within the stated weapon range of 300 km; launch and crossing points not reported"
    )
    far = attack_directions(*ranged("territory", "place", 9_000.0)).iloc[0]
    assert far.distance_max_km < 3000
    assert far.from_text == plain.from_text
    # Most of Iran lies north-west of the place; what is within 60 km lies to its south-west.
    sides = [attack_geometries(*ranged("territory", "place", km))[0] for km in (np.nan, 60.0)]
    assert sides[0].border.equals(sides[1].border)
    assert abs(float(half_wrapped(np.array(sides[0].side_azimuth_deg - sides[1].side_azimuth_deg)))) > 5


def test_a_contradiction_is_said_and_nothing_is_bent_to_fit():
    for origin, target in (("point", "place"), ("area", "area"), ("point", "area")):
        whole = attack_directions(*ranged(origin, target, np.nan)).iloc[0]
        short = attack_directions(*ranged(origin, target, 80.0)).iloc[0]
        assert short.from_text == f"{whole.from_text}, beyond the stated weapon range of 80 km"
        same = [name for name in DIRECTION_COLUMNS if name != "from_text"]
        pd.testing.assert_series_equal(short[same], whole[same], check_names=False)
    row = attack_directions(*ranged("territory", "area", 12.5)).iloc[0]
    assert "all of it beyond the stated weapon range of 12.5 km" in row.from_text


def test_the_part_within_a_range_holds_all_that_is_and_little_more():
    for place, ring in ((unit_geometry("PK-BA-kalat"), 0.0), ((66.0, 29.0), 25.0), ((66.0, 29.0), 0.0)):
        area = unit_geometry("IRN")
        part = within_range(place, area, 500.0, ring_km=ring)
        x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(58, 64, 60), np.linspace(25, 34, 60)))
        inside = shapely.contains_xy(area, x, y)
        points = np.column_stack([x[inside], y[inside]])
        target = Extent(place if isinstance(place, shapely.Geometry) else Point(place))
        km = nearest_km(points, target) - ring
        kept = shapely.intersects_xy(part, points[:, 0], points[:, 1])
        assert kept[km <= 500].all()
        assert not kept[km > 500 + 12].any()
        assert 0 < kept.sum() < len(kept)
    assert within_range((66.0, 29.0), unit_geometry("SYR"), 500.0) is None


# -- faults, and the bundled case ------------------------------------------------------------------


def test_one_attack_without_its_data_names_itself():
    attacks, events = table_of([("point", "exact"), ("area", "exact")])
    attacks.loc[1, "origin_area"] = None
    with pytest.raises(InputError, match=r"attack '1' has the origin basis 'stated_area'") as refused:
        attack_directions(attacks, events)
    assert (refused.value.column, bool(refused.value.remedy)) == ("origin_area", True)


def test_the_case_by_dense_sampling_with_pyproj_alone(bundled):
    checked = 0
    events = bundled.events.set_index("event_id")
    for attack in bundled.attacks.itertuples():
        event = events.loc[attack.event_id]
        if attack.origin_basis == "stated_area":
            ring = ring_coordinates(event.longitude, event.latitude, event.location_uncertainty_km, points=90)
            outline = outline_coordinates(unit_geometry(attack.origin_area), step_deg=0.01)
            dense = Interval.covering(azimuths_deg(ring, outline))
            assert attack.from_min_deg == pytest.approx(dense.from_min_deg, abs=0.01)
            assert attack.from_max_deg == pytest.approx(dense.from_max_deg, abs=0.01)
            lon, lat = np.repeat(ring, len(outline), axis=0).T
            other_lon, other_lat = np.tile(outline, (len(ring), 1)).T
            km = np.asarray(GEOD.inv(lon, lat, other_lon, other_lat)[2]) / 1000
            assert attack.distance_min_km == pytest.approx(km.min(), abs=0.05)
            assert attack.distance_max_km == pytest.approx(km.max(), abs=0.05)
            checked += 1
        elif attack.origin_basis == "attacker_territory":
            border = outline_coordinates(
                shared_border(unit_country(event.area), attack.origin_area), step_deg=0.01
            )
            outline = outline_coordinates(unit_geometry(event.area), step_deg=0.02)
            lon, lat = np.repeat(outline, len(border), axis=0).T
            other_lon, other_lat = np.tile(border, (len(outline), 1)).T
            km = np.asarray(GEOD.inv(lon, lat, other_lon, other_lat)[2]).reshape(len(outline), -1) / 1000
            assert attack.border_distance_min_km == pytest.approx(0, abs=1)
            assert attack.border_distance_max_km == pytest.approx(km.min(axis=1).max(), abs=0.3)
            checked += 1
    assert checked == 5


def unit_country(unit_id):
    return {"PK": "PAK", "IR": "IRN"}[unit_id[:2]]
