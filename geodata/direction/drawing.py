"""What may be drawn of one attack's direction."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from geodata.bearings import (
    LonLat,
    clip_line_to_ring,
    distance_km,
    geodesic_line,
    side_azimuth_deg,
)
from geodata.direction.solve import Solved, solve, within_range
from geodata.direction.stated import Areas, stated_rows, target_geometry
from geodata.direction.table import DEGREES_MAX_DEG, DETERMINABLE_MAX_DEG, WIDTH_EPSILON_DEG
from geodata.extents import distance_range_km
from geodata.intervals import Interval
from geodata.schema import POINT_PRECISIONS
from geodata.vectors import GEOD

_LINE_STEP_KM = 10.0


@dataclass(frozen=True)
class AttackGeometry:
    """What may be drawn of one attack's direction; None where nothing was stated.

    Parameters
    ----------
    line
        Geodesic from the stated point, or from the edge of the stated area, to the
        edge of the target's ring (or area). Not a flight path.
    origin_area_id
        Boundary id of the stated area, to be tinted.
    interval
        Azimuths at the target towards the origin, where they can be told.
    wedge
        Whether the wedge glyph is drawn: target exact or place, interval at most 90°.
    side_azimuth_deg
        For the attacker's territory: the side of the target on which its mark stands,
        degrees clockwise from true north at the target's point or its area's label point.
    border
        For the attacker's territory: the whole border that the two countries share.
    origin_part
        The part of the stated area within the stated range of the weapon, to be tinted
        instead of the whole; None where the range cuts nothing off.
    """

    line: LineString | MultiLineString | None = None
    origin_area_id: str | None = None
    interval: Interval | None = None
    wedge: bool = False
    side_azimuth_deg: float | None = None
    border: BaseGeometry | None = None
    origin_part: BaseGeometry | None = None


def attack_geometry(
    attack: Mapping[str, object] | pd.Series,
    event: Mapping[str, object] | pd.Series,
    *,
    inferred_rule: str = "",
) -> AttackGeometry:
    """Return what may be drawn of one attack's direction.

    Parameters
    ----------
    attack, event
        A row of the attack table, and of the event table.
    inferred_rule
        As in :func:`attack_directions`.
    """
    attacks, events = pd.DataFrame([{"attack_id": "", **dict(attack)}]), pd.DataFrame([dict(event)])
    return attack_geometries(attacks, events, inferred_rule=inferred_rule)[0]


def attack_geometries(
    attacks: pd.DataFrame, events: pd.DataFrame, *, inferred_rule: str = ""
) -> list[AttackGeometry]:
    """Return what may be drawn of each attack's direction, in the order of the table.

    Attacks that state the same share one object.

    Parameters
    ----------
    attacks, events, inferred_rule
        As in :func:`attack_directions`.
    """
    rows, codes = stated_rows(attacks, events, inferred_rule=inferred_rule)
    areas = Areas()
    on_circle = rows["basis"].isin(("stated_point", "stated_area", "stated_direction"))
    positions = np.cumsum(on_circle) - 1
    solved = solve(rows[on_circle].reset_index(drop=True), areas)
    drawn = [
        _geometry(row, areas, solved, int(position))
        for row, position in zip(rows.itertuples(), positions, strict=True)
    ]
    return [drawn[code] for code in codes]


def _geometry(row: Any, areas: Areas, solved: Solved, at: int) -> AttackGeometry:
    area = str(row.origin_area) if row.basis == "stated_area" else None
    if row.basis == "unknown" or not row.target_kind:
        return AttackGeometry(origin_area_id=area)
    if row.basis == "attacker_territory":
        return _side_geometry(row, areas)
    first, last = float(solved.from_min_deg[at]), float(solved.from_max_deg[at])
    interval = None if math.isnan(first) else Interval(first, last)
    part = solved.cut.get(at)
    return AttackGeometry(
        line=_line(row, areas, interval, part),
        origin_area_id=area,
        interval=interval,
        wedge=_has_wedge(row, interval),
        origin_part=part,
    )


def _has_wedge(row: Any, interval: Interval | None) -> bool:
    return (
        row.basis in ("stated_area", "stated_direction")
        and interval is not None
        and interval.width_deg <= DEGREES_MAX_DEG + WIDTH_EPSILON_DEG
        and row.location_precision in POINT_PRECISIONS
    )


def _line(
    row: Any, areas: Areas, interval: Interval | None, part: BaseGeometry | None
) -> LineString | MultiLineString | None:
    if row.basis == "stated_direction" or interval is None or interval.width_deg > DETERMINABLE_MAX_DEG:
        return None
    extent, target = target_geometry(row, areas), (row.target_longitude, row.target_latitude)
    if row.basis == "stated_point":
        start: LonLat | None = (row.origin_longitude, row.origin_latitude)
    else:
        origin = areas.extent(row.origin_area).geometry if part is None else part
        start = _edge_point(target, origin, interval)
    if start is None:
        return None
    line = geodesic_line(start, target, step_km=_LINE_STEP_KM)
    return line if extent.area == 0 else clip_line_to_ring(line, extent)


def _edge_point(target: LonLat, area: BaseGeometry, interval: Interval) -> LonLat | None:
    """Return where the geodesic from the target enters an area, along the middle of the interval.

    Where the middle misses the area (it bends away), the way to a point inside it is taken.
    """
    inside = area.representative_point()
    reach_km = distance_range_km(target, area)[1] + 1.0
    lon, lat, _ = GEOD.fwd(*target, interval.middle_deg, reach_km * 1000.0)
    for end in ((lon, lat), (inside.x, inside.y)):
        met = geodesic_line(target, end, step_km=_LINE_STEP_KM).intersection(area)
        if not met.is_empty:
            return _nearest_end(target, met)
    return None


def _nearest_end(target: LonLat, met: BaseGeometry) -> LonLat:
    ends = [point for part in getattr(met, "geoms", [met]) for point in (part.coords[0], part.coords[-1])]
    lon, lat = min(ends, key=lambda point: distance_km(target, point))
    return lon, lat


def _side_geometry(row: Any, areas: Areas) -> AttackGeometry:
    """Return the side of a territory: of the border, else of the land, as far as the weapon reaches."""
    if not row.origin_area:
        return AttackGeometry()
    shared = areas.border(row.target_country, row.origin_area)
    border = None if shared is None else shared.geometry
    territory = areas.extent(row.origin_area).geometry
    point = (row.target_longitude, row.target_latitude)
    if shapely.intersects_xy(territory, *point):  # from inside, a territory lies on no side
        return AttackGeometry(border=border)
    near = [_within(row, areas, shape) for shape in (border, territory)]
    side = near[1] if near[0] is None else near[0]
    try:
        azimuth = side_azimuth_deg(point, side, territory=near[1])
    except ValueError:  # all around the target, as around an enclave: no side to mark
        azimuth = None
    return AttackGeometry(side_azimuth_deg=azimuth, border=border)


def _within(row: Any, areas: Areas, shape: BaseGeometry | None) -> BaseGeometry | None:
    if shape is None or pd.isna(row.weapon_range_km):
        return shape
    place = (
        areas.extent(row.target_area).geometry
        if row.target_area
        else (row.target_longitude, row.target_latitude)
    )
    part = within_range(place, shape, float(row.weapon_range_km), ring_km=float(row.ring_km))
    return shape if part is None else part
