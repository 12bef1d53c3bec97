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
from pyproj import Geod, Transformer
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from geodata.intervals import Array, Interval

LonLat = tuple[float, float]

GEOD = Geod(ellps="WGS84")

# Two areas nearer than this touch: layers of different sources leave gaps of that size.
TOUCHING_DEG = 0.01
_COINCIDENT_M = 1e-3
_RING_POINTS = 180
# The polygon of a ring lies inside its circle: widened by this, the circle lies inside the polygon.
_RING_INSET = math.cos(math.pi / _RING_POINTS)
_OUTLINE_STEP_DEG = 0.02
_HULL_EDGES = 40
_NEAREST_REFINED = 64
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
    if Point in (type(first), type(second)):
        return bool(shapely.intersects(first, second))
    return bool(shapely.dwithin(first, second, TOUCHING_DEG))


def target_area(target: BaseGeometry | LonLat, ring_km: float = 0.0) -> BaseGeometry:
    """Return the extent of a target: its area, the ring around its point, or the point."""
    if isinstance(target, BaseGeometry) and not isinstance(target, Point):
        return target
    lon, lat = (target.x, target.y) if isinstance(target, Point) else target
    return geodesic_ring(lon, lat, ring_km) if ring_km > 0 else Point(lon, lat)


def bearing_interval(
    target: BaseGeometry | LonLat, origin: BaseGeometry | LonLat, *, ring_km: float = 0.0
) -> Interval:
    """Return the azimuths at the target towards the origin, over both extents.

    Every point of the target (its ring, or its area) is paired with every point of
    the origin. The interval is that of the convex hulls, taken where geodesics are
    straight (a gnomonic plane): never narrower than the truth, and no wider for
    areas that can be told apart. Where the hulls overlap, outlines are sampled.

    Parameters
    ----------
    target
        Point (with ``ring_km``) or area.
    origin
        Point or area.
    ring_km
        Radius around a target point in kilometres; 0 is the point itself.

    Returns
    -------
    Interval
        At the target, towards the origin; all round where the two touch, or where
        the target contains a pole.
    """
    if _is_point(target) and _is_point(origin):
        return _ring_interval(_lonlat(target), ring_km, _lonlat(origin))
    place, source = target_area(target, ring_km / _RING_INSET), target_area(origin)
    if areas_touch(place, source) or _holds_pole(place):
        return Interval.all_round()
    hulls = _separate_hulls(place, source)
    if hulls is None:
        hulls = _thinned(outline_coordinates(place), 200), _thinned(outline_coordinates(source), 4000)
    return Interval.covering(azimuths_deg(*hulls))


def _ring_interval(target: LonLat, ring_km: float, origin: LonLat) -> Interval:
    """Return the azimuths from a ring to a point, all round where the ring holds it or a pole."""
    if min(distance_km(target, place) for place in (origin, (0.0, 90.0), (0.0, -90.0))) <= ring_km:
        return Interval.all_round()
    if ring_km == 0:
        return Interval.covering([initial_bearing_deg(target, origin)])
    ring = ring_coordinates(*target, ring_km / _RING_INSET)
    return Interval.covering(azimuths_deg(ring, np.array([origin])))


def _is_point(place: BaseGeometry | LonLat) -> bool:
    return isinstance(place, (tuple, Point))


def _lonlat(place: BaseGeometry | LonLat) -> LonLat:
    return place if isinstance(place, tuple) else (place.x, place.y)


def _thinned(points: Array, limit: int) -> Array:
    return points[:: math.ceil(len(points) / limit)]


def _holds_pole(place: BaseGeometry) -> bool:
    return bool(place.bounds[3] >= 90.0 or place.bounds[1] <= -90.0) and place.area > 0


def _separate_hulls(place: BaseGeometry, source: BaseGeometry) -> tuple[Array, Array] | None:
    """Return points on the two hulls, or None where the hulls meet or the plane ends."""
    outlines = [outline_coordinates(place, step_deg=0.1), outline_coordinates(source, step_deg=0.1)]
    centre = _mean_point(np.vstack([_mean_point(outlines[0]), _mean_point(outlines[1])]))
    planes = [_gnomonic(outline, centre) for outline in outlines]
    if planes[0] is None or planes[1] is None:
        return None
    hulls = [shapely.convex_hull(shapely.multipoints(plane)) for plane in planes]
    if shapely.intersects(hulls[0], hulls[1]):
        return None
    dense = [shapely.segmentize(hull, max(hull.length / _HULL_EDGES, 1e-9)) for hull in hulls]
    return (
        _from_gnomonic(shapely.get_coordinates(dense[0]), centre),
        _from_gnomonic(shapely.get_coordinates(dense[1]), centre),
    )


def _vectors(points: Array) -> Array:
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _from_vectors(vectors: Array) -> Array:
    x, y, z = vectors.T
    lon, lat = np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))
    return np.asarray(np.degrees(np.column_stack([lon, lat])), dtype=float)


def _mean_point(points: Array) -> Array:
    """Return the middle of points on the sphere, shape ``(2,)``, the antimeridian and poles included."""
    middle = _vectors(np.atleast_2d(points)).mean(axis=0, keepdims=True)
    return np.asarray(_from_vectors(middle)[0], dtype=float)


def _axes(centre: Array) -> tuple[Array, Array, Array]:
    lon, lat = np.radians(centre)
    outward = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    return outward, east, np.cross(outward, east)


def _gnomonic(points: Array, centre: Array) -> Array | None:
    """Return plane coordinates in which great circles are straight, None beyond 80° (Snyder 1987, 165)."""
    outward, east, north = _axes(centre)
    vectors = _vectors(points)
    depth = vectors @ outward
    if depth.min() < np.cos(np.radians(80.0)):
        return None
    return np.column_stack([vectors @ east / depth, vectors @ north / depth])


def _from_gnomonic(plane: Array, centre: Array) -> Array:
    outward, east, north = _axes(centre)
    return _from_vectors(outward + plane[:, :1] * east + plane[:, 1:] * north)


def distance_range_km(
    target: BaseGeometry | LonLat, origin: BaseGeometry | LonLat, *, ring_km: float = 0.0
) -> tuple[float, float]:
    """Return the least and greatest geodesic distance between two extents.

    Parameters
    ----------
    target, origin, ring_km
        As in :func:`bearing_interval`.

    Returns
    -------
    tuple of float
        Kilometres. The first is 0 where the two touch.
    """
    if _is_point(target) and _is_point(origin):
        between = distance_km(_lonlat(target), _lonlat(origin))
        return max(between - ring_km, 0.0), between + ring_km
    place, source = target_area(target, ring_km), target_area(origin)
    a, b = outline_coordinates(place), outline_coordinates(source)
    least = 0.0 if areas_touch(place, source) else _extreme_km(a, b, nearest=True)
    return least, _extreme_km(a, b, nearest=False)


def _extreme_km(a: Array, b: Array, *, nearest: bool) -> float:
    """Return the shortest or longest geodesic between two point sets.

    Chords through the sphere choose the likely pairs, the ellipsoid decides among them.
    """
    sign = 1.0 if nearest else -1.0
    va, vb = _vectors(a), _vectors(b)
    best_of_row = np.empty(len(a), dtype=np.intp)
    score = np.empty(len(a))
    for first in range(0, len(a), 256):
        closeness = sign * (va[first : first + 256] @ vb.T)
        best_of_row[first : first + 256] = closeness.argmax(axis=1)
        score[first : first + 256] = closeness.max(axis=1)
    rows = np.argsort(-score)[:_NEAREST_REFINED]
    ends = b[best_of_row[rows]]
    metres = np.asarray(GEOD.inv(a[rows, 0], a[rows, 1], ends[:, 0], ends[:, 1])[2])
    return float(metres.min() if nearest else metres.max()) / 1000.0


def border_distance_range_km(area: BaseGeometry, border: BaseGeometry) -> tuple[float, float]:
    """Return the least and greatest distance of an area's points to a border.

    Parameters
    ----------
    area
        Polygon or point.
    border
        Line.

    Returns
    -------
    tuple of float
        Kilometres; the first is 0 where the area touches the border (or comes within
        0.01° of it). The second is the distance of the area's farthest point.
    """
    points = _spread(area)
    nearest_km = _to_line_km(points, border)
    least = 0.0 if areas_touch(area, border) else float(nearest_km.min())
    return least, float(nearest_km.max())


def _spread(area: BaseGeometry) -> Array:
    """Return points over an area: its outline, and a grid inside it."""
    outline = outline_coordinates(area)
    if area.area == 0:
        return outline
    west, south, east, north = area.bounds
    x, y = np.meshgrid(np.linspace(west, east, 34)[1:-1], np.linspace(south, north, 34)[1:-1])
    inside = shapely.contains_xy(area, x.ravel(), y.ravel())
    return np.vstack([outline, np.column_stack([x.ravel()[inside], y.ravel()[inside]])])


def _to_line_km(points: Array, line: BaseGeometry) -> Array:
    """Return the distance of each point to a line: nearest in a local equidistant plane, then geodesic."""
    lon, lat = _mean_point(points)
    to_plane = Transformer.from_crs("EPSG:4326", f"+proj=aeqd +lat_0={lat} +lon_0={lon}", always_xy=True)
    flat = shapely.transform(
        shapely.segmentize(line, 0.1), lambda c: np.column_stack(to_plane.transform(c[:, 0], c[:, 1]))
    )
    shapely.prepare(flat)
    x, y = to_plane.transform(points[:, 0], points[:, 1])
    feet = shapely.get_point(shapely.shortest_line(shapely.points(x, y), flat), 1)
    foot_lon, foot_lat = to_plane.transform(shapely.get_x(feet), shapely.get_y(feet), direction="INVERSE")
    metres = GEOD.inv(points[:, 0], points[:, 1], foot_lon, foot_lat)[2]
    return np.asarray(metres, dtype=float) / 1000.0


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
