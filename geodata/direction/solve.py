"""Azimuths and distances of many attacks: grouped by extents, each distinct pair solved once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geodata.bearings import RING_INSET, LonLat, geodesic_ring, outline_coordinates, target_area
from geodata.direction.stated import Areas, Mask
from geodata.extents import (
    Extent,
    areas_to_points,
    bearing_interval,
    border_distances_km,
    distances_between_km,
    interval_between,
    nearest_km,
    ring_border_distances_km,
    ring_distances_km,
    rings_to_area,
    rings_to_points,
)
from geodata.intervals import Array, Interval
from geodata.vectors import geodesics, wrapped

Rows = npt.NDArray[np.intp]

# Farther than this no ring is drawn on the globe; no range is cut with one.
_LARGEST_RING_KM = 8999.0
_CUT_STEPS = 64
_HALF_STEP_KM = 1.2  # half of the 0.02° between two points of an outline


@dataclass
class Solved:
    """Degrees and kilometres of each row, NaN where nothing is stated or it cannot be told.

    ``beyond`` marks rows whose origin lies wholly beyond the stated range of the weapon;
    ``cut`` holds the part of an origin area within it, where that is less than the whole.
    """

    bearing_deg: Array
    arrival_bearing_deg: Array
    from_deg: Array
    from_min_deg: Array
    from_max_deg: Array
    distance_min_km: Array
    distance_max_km: Array
    border_distance_min_km: Array
    border_distance_max_km: Array
    beyond: Mask
    cut: dict[int, BaseGeometry] = field(default_factory=dict)

    @classmethod
    def empty(cls, count: int) -> Solved:
        """Return rows without any value."""
        numbers: dict[str, Any] = {
            one.name: np.full(count, np.nan) for one in fields(cls) if one.name.endswith(("_deg", "_km"))
        }
        return cls(**numbers, beyond=np.zeros(count, dtype=bool))

    @property
    def width_deg(self) -> Array:
        """Width of each interval; NaN without one, 360 all round."""
        width = wrapped(self.from_max_deg - self.from_min_deg)
        return np.where((self.from_min_deg == 0.0) & (self.from_max_deg == 360.0), 360.0, width)


def solve(rows: pd.DataFrame, areas: Areas) -> Solved:
    """Return azimuths and distances of the rows of :func:`~geodata.direction.stated.stated_rows`."""
    solved = Solved.empty(len(rows))
    basis, kind = rows["basis"].to_numpy(), rows["target_kind"].to_numpy()
    _from_azimuths(solved, rows, basis == "stated_direction")
    _point_to_point(solved, rows, np.flatnonzero((basis == "stated_point") & (kind == "point")))
    points, stated = kind == "point", basis == "stated_area"
    for area, chosen in _groups(rows, "target_area", (basis == "stated_point") & (kind == "area")):
        _point_to_area(solved, rows, areas, area, chosen)
    for area, chosen in _groups(rows, "origin_area", stated & points):
        _area_to_points(solved, rows, areas, area, chosen)
    for (origin, area), chosen in _groups(rows, ["origin_area", "target_area"], stated & (kind == "area")):
        _area_to_area(solved, areas, origin, area, chosen)
    territory = (basis == "attacker_territory") & (rows["origin_area"].to_numpy() != "")
    _borders(solved, rows, areas, territory)
    _territories(solved, rows, areas, territory & ~rows["weapon_range_km"].isna().to_numpy())
    _apply_ranges(solved, rows, areas)
    return solved


def _groups(rows: pd.DataFrame, by: str | list[str], wanted: Mask) -> Iterator[tuple[Any, Rows]]:
    chosen = np.flatnonzero(wanted)
    for key, part in rows.iloc[chosen].groupby(by, sort=False):
        yield key, part.index.to_numpy(dtype=np.intp)


def _places(rows: pd.DataFrame, chosen: Rows) -> tuple[Array, Array]:
    part = rows.iloc[chosen]
    return part[["target_longitude", "target_latitude"]].to_numpy(), part["ring_km"].to_numpy()


def _origins(rows: pd.DataFrame, chosen: Rows) -> Array:
    found: Array = rows.iloc[chosen][["origin_longitude", "origin_latitude"]].to_numpy()
    return found


def _from_azimuths(solved: Solved, rows: pd.DataFrame, chosen: Mask) -> None:
    azimuth = rows["origin_azimuth_deg"].to_numpy()[chosen]
    tolerance = rows["origin_azimuth_tolerance_deg"].to_numpy()[chosen]
    all_round = tolerance >= 180.0
    solved.from_deg[chosen] = wrapped(azimuth)
    solved.from_min_deg[chosen] = np.where(all_round, 0.0, wrapped(azimuth - tolerance))
    solved.from_max_deg[chosen] = np.where(all_round, 360.0, wrapped(azimuth + tolerance))


def _point_to_point(solved: Solved, rows: pd.DataFrame, chosen: Rows) -> None:
    if not len(chosen):
        return
    targets, ring_km = _places(rows, chosen)
    origins = _origins(rows, chosen)
    first, last, azimuth, km = rings_to_points(targets, ring_km, origins)
    for row in np.flatnonzero(np.isnan(first)):
        place, origin = tuple(targets[row]), tuple(origins[row])
        seen = bearing_interval(place, origin, ring_km=float(ring_km[row]))
        first[row], last[row] = seen.from_min_deg, seen.from_max_deg
    solved.from_min_deg[chosen], solved.from_max_deg[chosen] = first, last
    solved.distance_min_km[chosen] = np.maximum(km - ring_km, 0.0)
    solved.distance_max_km[chosen] = km + ring_km
    # Over half the circle an azimuth from the middle of the ring would say more than is known.
    told = chosen[solved.width_deg[chosen] <= 180.0]
    solved.from_deg[told] = azimuth[np.isin(chosen, told)]
    solved.arrival_bearing_deg[told] = wrapped(solved.from_deg[told] + 180.0)
    solved.bearing_deg[told] = geodesics(_origins(rows, told), _places(rows, told)[0])[0]


def _point_to_area(solved: Solved, rows: pd.DataFrame, areas: Areas, area: str, chosen: Rows) -> None:
    place, origins = areas.extent(area), _origins(rows, chosen)
    first, last = areas_to_points(place, origins)
    for row in np.flatnonzero(np.isnan(first)):
        seen = interval_between(place, Extent(shapely.points(origins[row])))
        first[row], last[row] = seen.from_min_deg, seen.from_max_deg
    solved.from_min_deg[chosen], solved.from_max_deg[chosen] = first, last
    least, greatest = ring_distances_km(origins, np.zeros(len(chosen)), place)
    solved.distance_min_km[chosen], solved.distance_max_km[chosen] = least, greatest


def _area_to_points(solved: Solved, rows: pd.DataFrame, areas: Areas, area: str, chosen: Rows) -> None:
    origin = areas.extent(area)
    targets, ring_km = _places(rows, chosen)
    first, last = rings_to_area(targets, ring_km, origin)
    least, greatest = ring_distances_km(targets, ring_km, origin)
    for row in np.flatnonzero(np.isnan(first)):
        seen = _seen(targets[row], float(ring_km[row]), origin)
        first[row], last[row] = seen.from_min_deg, seen.from_max_deg
        if ring_km[row] and seen == Interval.all_round() and least[row] < 2.0:
            least[row] = 0.0  # a ring within 0.01° of the area touches it
    solved.from_min_deg[chosen], solved.from_max_deg[chosen] = first, last
    solved.distance_min_km[chosen], solved.distance_max_km[chosen] = least, greatest


def _seen(target: Array, ring_km: float, origin: Extent) -> Interval:
    place = target_area((float(target[0]), float(target[1])), ring_km / RING_INSET)
    return interval_between(Extent(place), origin)


def _area_to_area(solved: Solved, areas: Areas, origin_area: str, area: str, chosen: Rows) -> None:
    place, origin = areas.extent(area), areas.extent(origin_area)
    seen = interval_between(place, origin)
    solved.from_min_deg[chosen], solved.from_max_deg[chosen] = seen.from_min_deg, seen.from_max_deg
    least, greatest = distances_between_km(place, origin)
    solved.distance_min_km[chosen], solved.distance_max_km[chosen] = least, greatest


def _borders(solved: Solved, rows: pd.DataFrame, areas: Areas, territory: Mask) -> None:
    by = ["target_kind", "target_area", "target_country", "origin_area"]
    for (kind, area, country, origin_area), chosen in _groups(rows, by, territory):
        border = areas.border(country, origin_area)
        if border is None or not kind:
            continue
        if kind == "area":
            pair = border_distances_km(areas.extent(area), border)
            least, greatest = np.array(pair[:1]), np.array(pair[1:])
        else:
            least, greatest = ring_border_distances_km(*_places(rows, chosen), border)
        solved.border_distance_min_km[chosen], solved.border_distance_max_km[chosen] = least, greatest


def _territories(solved: Solved, rows: pd.DataFrame, areas: Areas, ranged: Mask) -> None:
    """Measure the way to a territory, where the range of the weapon bounds it."""
    by = ["target_kind", "target_area", "origin_area"]
    for (kind, area, origin_area), chosen in _groups(rows, by, ranged):
        if not kind:
            continue
        territory = areas.extent(origin_area)
        if kind == "area":
            pair = distances_between_km(areas.extent(area), territory)
            least, greatest = np.array(pair[:1]), np.array(pair[1:])
        else:
            least, greatest = ring_distances_km(*_places(rows, chosen), territory)
        solved.distance_min_km[chosen], solved.distance_max_km[chosen] = least, greatest


def _apply_ranges(solved: Solved, rows: pd.DataFrame, areas: Areas) -> None:
    """Let no origin lie farther away than its weapon reaches, where both are stated."""
    reach = rows["weapon_range_km"].to_numpy()
    solved.beyond = solved.distance_min_km > reach  # NaN is beyond nothing
    shorter = (solved.distance_max_km > reach) & ~solved.beyond
    done: dict[tuple[object, ...], tuple[Interval, BaseGeometry] | None] = {}
    for row in np.flatnonzero(shorter & (rows["basis"] == "stated_area").to_numpy()):
        one = rows.iloc[row]
        key = (
            one.target_longitude,
            one.target_latitude,
            one.ring_km,
            one.target_area,
            one.origin_area,
            reach[row],
        )
        if key not in done:
            done[key] = _seen_within(one, areas)
        found = done[key]
        if found is not None:
            seen, solved.cut[int(row)] = found
            solved.from_min_deg[row], solved.from_max_deg[row] = seen.from_min_deg, seen.from_max_deg
    solved.distance_max_km[shorter] = reach[shorter]


def _seen_within(row: Any, areas: Areas) -> tuple[Interval, BaseGeometry] | None:
    origin = areas.extent(row.origin_area).geometry
    place: BaseGeometry | LonLat = (float(row.target_longitude), float(row.target_latitude))
    if row.target_area:
        place = areas.extent(row.target_area).geometry
    ring_km = float(row.ring_km)
    part = within_range(place, origin, float(row.weapon_range_km), ring_km=ring_km)
    return None if part is None else (bearing_interval(place, part, ring_km=ring_km), part)


def within_range(
    target: BaseGeometry | LonLat, origin: BaseGeometry, range_km: float, *, ring_km: float = 0.0
) -> BaseGeometry | None:
    """Return the part of an origin within a distance of a target, None where that cuts nothing off.

    Parameters
    ----------
    target
        Point (with ``ring_km``) or area.
    origin
        Area, or a border line.
    range_km
        Kilometres from the nearest point of the target, above 0. From 8,999 km on nothing is cut.
    ring_km
        Radius around a target point in kilometres.

    Returns
    -------
    BaseGeometry or None
        Never less than the true part. Discs around places along the target's outline stand for its
        surroundings: they reach too far by at most the step between them, about 1 % of the outline.
        None, too, where nothing is within reach.
    """
    if isinstance(target, BaseGeometry) and target.area > 0:
        places, slack_km = _steps_along(target)
        discs = [target]
    else:
        point = target if isinstance(target, BaseGeometry) else Point(target)
        places, slack_km = np.array([[point.x, point.y]]), ring_km
        discs = []
    radius = (range_km + slack_km) / RING_INSET
    if radius > _LARGEST_RING_KM:
        return None
    discs += [geodesic_ring(float(lon), float(lat), radius) for lon, lat in places]
    reach = shapely.union_all(discs)
    if shapely.covers(reach, origin):
        return None
    dimension = shapely.get_dimensions(origin)
    parts = shapely.get_parts(shapely.intersection(origin, reach))
    kept = parts[(shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)]
    return shapely.union_all(kept) if len(kept) else None


def _steps_along(area: BaseGeometry) -> tuple[Array, float]:
    """Return some places along an outline, and how far at most a point of it is from one of them."""
    points = outline_coordinates(area)
    places = points[:: math.ceil(len(points) / _CUT_STEPS)]
    return places, float(nearest_km(points, Extent(shapely.multipoints(places))).max()) + _HALF_STEP_KM
