"""Geodesic bearings, distances and shapes on WGS 84.

Points are ``(longitude, latitude)`` in decimal degrees, EPSG:4326; azimuths are
degrees clockwise from true north; distances are kilometres along the geodesic.
Geodesics are solved by pyproj's ``Geod`` (Karney 2013, doi:10.1007/s00190-012-0578-z).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.intervals import Array
from geodata.vectors import GEOD

__all__ = [
    "GEOD",
    "RING_INSET",
    "LonLat",
    "areas_touch",
    "azimuths_deg",
    "clip_line_to_ring",
    "distance_km",
    "geodesic_line",
    "geodesic_ring",
    "initial_bearing_deg",
    "outline_coordinates",
    "ring_coordinates",
    "side_azimuth_deg",
    "target_area",
]

LonLat = tuple[float, float]

# Two areas nearer than this touch: layers of different sources leave gaps of that size.
TOUCHING_DEG = 0.01
_COINCIDENT_M = 1e-3
_RING_POINTS = 180
# The polygon of a ring lies inside its circle: widened by this, the circle lies inside the polygon.
RING_INSET = math.cos(math.pi / _RING_POINTS)
_OUTLINE_STEP_DEG = 0.02
_SIDE_STEPS = 400
_SIDE_LENGTH = 0.5


def initial_bearing_deg(origin: LonLat, target: LonLat) -> float:
    """Return the azimuth at ``origin`` of the geodesic to ``target``.

    It says where the line between the two points leads, not who fired.

    Parameters
    ----------
    origin, target
        ``(longitude, latitude)`` in decimal degrees, EPSG:4326.

    Returns
    -------
    float
        Degrees clockwise from true north, in ``[0, 360)``. At a pole, as
        GeographicLib has it, north is where the point's own longitude says.

    Raises
    ------
    ValueError
        If the points coincide: a bearing then has no meaning.
    """
    azimuth, _, metres = GEOD.inv(*origin, *target)
    if metres < _COINCIDENT_M:
        raise ValueError(f"origin and target are the same point {origin}: a bearing has no meaning")
    return float(np.mod(azimuth, 360.0))


def distance_km(origin: LonLat, target: LonLat) -> float:
    """Return the geodesic distance between two points in kilometres."""
    return float(GEOD.inv(*origin, *target)[2]) / 1000.0


def azimuths_deg(at: Array, towards: Array) -> Array:
    """Return the azimuth at each point of ``at`` to each of ``towards``.

    Parameters
    ----------
    at, towards
        Coordinates, shapes ``(m, 2)`` and ``(n, 2)``.

    Returns
    -------
    numpy.ndarray
        Shape ``(m, n)``, degrees in ``[0, 360)``.
    """
    rows, columns = len(at), len(towards)
    start = np.repeat(at, columns, axis=0)
    end = np.tile(towards, (rows, 1))
    azimuth, _, _ = GEOD.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return np.asarray(np.mod(azimuth, 360.0), dtype=float).reshape(rows, columns)


def geodesic_line(origin: LonLat, target: LonLat, *, step_km: float = 10.0) -> LineString | MultiLineString:
    """Return the geodesic from ``origin`` to ``target`` as a line.

    Parameters
    ----------
    origin, target
        ``(longitude, latitude)``.
    step_km
        Largest distance between two vertices, above 0.

    Returns
    -------
    LineString or MultiLineString
        From origin to target. Where it crosses the antimeridian it is cut there, in
        two parts that end at 180° and −180°.

    Raises
    ------
    ValueError
        If the points coincide or ``step_km`` is not positive.
    """
    if not step_km > 0:
        raise ValueError(f"step_km must be above 0: {step_km}")
    length_km = distance_km(origin, target)
    if length_km * 1000.0 < _COINCIDENT_M:
        raise ValueError(f"origin and target are the same point {origin}: there is no line")
    between = GEOD.npts(*origin, *target, max(math.ceil(length_km / step_km) - 1, 0))
    return _cut_line(np.array([origin, *between, target], dtype=float))


def _cut_line(path: Array) -> LineString | MultiLineString:
    x = np.unwrap(path[:, 0], period=360.0)
    pieces = [part for part in _in_strips(LineString(np.column_stack([x, path[:, 1]]))) if part.length > 0]
    in_order = pieces if x[-1] >= x[0] else pieces[::-1]
    return in_order[0] if len(in_order) == 1 else MultiLineString(in_order)


def _in_strips(unwrapped: BaseGeometry) -> list[BaseGeometry]:
    """Return the pieces of a geometry whose longitudes run past ±180°, each moved back inside."""
    west, _, east, _ = unwrapped.bounds
    if west >= -180.0 and east <= 180.0:
        return [unwrapped]
    pieces = []
    for turn in range(math.floor((west + 180.0) / 360.0), math.floor((east + 180.0) / 360.0) + 1):
        strip = box(360.0 * turn - 180.0, -90.0, 360.0 * turn + 180.0, 90.0)
        pieces.append(shapely.transform(unwrapped.intersection(strip), _shift(-360.0 * turn)))
    return pieces


def _shift(degrees: float) -> Callable[[Array], Array]:
    return lambda coordinates: coordinates + np.array([degrees, 0.0])


def ring_coordinates(lon: float, lat: float, km: float, *, points: int = _RING_POINTS) -> Array:
    """Return ``points`` places at ``km`` from a point, clockwise from north, shape ``(points, 2)``."""
    bearings = np.arange(points) * (360.0 / points)
    x, y, _ = GEOD.fwd(np.full(points, lon), np.full(points, lat), bearings, np.full(points, km * 1000.0))
    return np.column_stack([x, y])


def geodesic_ring(lon: float, lat: float, km: float) -> Polygon | MultiPolygon:
    """Return the disc of radius ``km`` around a point.

    Parameters
    ----------
    lon, lat
        Centre in decimal degrees.
    km
        Radius along the geodesic, above 0 and below 9,000.

    Returns
    -------
    Polygon or MultiPolygon
        180 vertices, each ``km`` from the centre; cut at the antimeridian where it
        crosses it, closed over the pole where it contains one.

    Raises
    ------
    ValueError
        If the radius is out of range.
    """
    if not 0 < km < 9000:
        raise ValueError(f"ring radius must lie between 0 and 9,000 km: {km}")
    path = ring_coordinates(lon, lat, km)
    closed = np.vstack([path, path[:1]])
    x = np.unwrap(closed[:, 0], period=360.0)
    outline = np.column_stack([x, closed[:, 1]])
    if abs(x[-1] - x[0]) > 180.0:
        pole = 90.0 if lat > 0 else -90.0
        outline = np.vstack([outline, [x[-1], pole], [x[0], pole]])
    # The halves of a cap over the pole share an edge: unite them.
    return shapely.union_all(_in_strips(Polygon(outline)))


def outline_coordinates(geometry: BaseGeometry, *, step_deg: float = _OUTLINE_STEP_DEG) -> Array:
    """Return the vertices of a geometry's edges, no two further apart than ``step_deg``."""
    return np.asarray(shapely.get_coordinates(shapely.segmentize(geometry, step_deg)), dtype=float)


def areas_touch(first: BaseGeometry, second: BaseGeometry) -> bool:
    """Return whether two extents overlap or touch.

    An area also touches what lies within 0.01° of it, since layers of different sources
    leave gaps of that size along one and the same border. A point touches only what
    it lies in or on.
    """
    reach = 0.0 if Point in (type(first), type(second)) else TOUCHING_DEG
    west, east = shapely.bounds([first, second])[:, [0, 2]].T
    turns = [0.0]
    if max(east) >= 180.0 - reach and min(west) <= -180.0 + reach:  # 180° and −180° are one meridian
        turns += [-360.0, 360.0]
    return any(
        bool(shapely.dwithin(shapely.transform(first, _shift(turn)) if turn else first, second, reach))
        for turn in turns
    )


def target_area(target: BaseGeometry | LonLat, ring_km: float = 0.0) -> BaseGeometry:
    """Return the extent of a target: its area, the ring around its point, or the point (rings under 1 mm)."""
    if isinstance(target, BaseGeometry) and not isinstance(target, Point):
        return target
    lon, lat = (target.x, target.y) if isinstance(target, Point) else target
    return geodesic_ring(lon, lat, ring_km) if ring_km * 1000.0 > _COINCIDENT_M else Point(lon, lat)


def side_azimuth_deg(target: LonLat, side: BaseGeometry, *, territory: BaseGeometry | None = None) -> float:
    """Return the mean direction of a border, or of a territory, seen from a point.

    The mean is that of the unit vectors towards places at equal steps along the
    border, or the territory's outline (circular mean: Fisher 1993, 31).

    Parameters
    ----------
    target
        ``(longitude, latitude)``.
    side
        Border line or territory.
    territory
        Taken instead where the border bends around the target, so that its mean
        direction says little: mean vector shorter than 0.5 (of 1, all in one direction).

    Returns
    -------
    float
        Degrees clockwise from true north, in ``[0, 360)``. Schematic: a side, not a
        direction of attack.

    Raises
    ------
    ValueError
        If the side is empty, or lies evenly all around.
    """
    azimuth, length = _mean_azimuth(target, side)
    if territory is not None and length < _SIDE_LENGTH:
        azimuth, length = _mean_azimuth(target, territory)
    if length < 0.05:
        raise ValueError("the border or territory lies evenly all around the point")
    return azimuth


def _mean_azimuth(target: LonLat, side: BaseGeometry) -> tuple[float, float]:
    if side.is_empty:
        raise ValueError("an empty border or territory lies on no side")
    bearings = np.radians(azimuths_deg(np.array([target]), _even_steps(side))[0])
    east, north = float(np.sin(bearings).mean()), float(np.cos(bearings).mean())
    return math.degrees(math.atan2(east, north)) % 360.0, math.hypot(east, north)


def _even_steps(side: BaseGeometry) -> Array:
    lines = side.boundary if side.area > 0 else side
    if lines.length == 0:
        return np.asarray(shapely.get_coordinates(lines), dtype=float)
    step = lines.length / _SIDE_STEPS
    places = []
    for part in shapely.get_parts(lines):
        count = max(round(part.length / step), 1)
        shares = (np.arange(count) + 0.5) / count
        places.append(shapely.line_interpolate_point(part, shares, normalized=True))
    return np.asarray(shapely.get_coordinates(np.concatenate(places)), dtype=float)


def clip_line_to_ring(
    line: LineString | MultiLineString, ring: BaseGeometry
) -> LineString | MultiLineString | None:
    """Return the part of a line outside a ring, so that its head ends at the ring's edge.

    None where nothing of the line is outside.
    """
    outside = line.difference(ring)
    parts = [part for part in shapely.get_parts(outside) if part.length > 0]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else MultiLineString(parts)
