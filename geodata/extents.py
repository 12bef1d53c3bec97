"""What two extents see of each other: azimuths over all pairs of their points, and distances.

An extent is a point, a ring around a point, an area, or a line (a border). Coordinates are
EPSG:4326, azimuths degrees clockwise from true north at the target, distances kilometres
along the geodesic on WGS 84. ``docs/decisions/direction.md`` has the reasons.

For a fixed target point the extremes of the azimuth lie on the outline of the origin, since
nothing but turning the line of sight changes it; over the target they lie on its outline too,
since the azimuth towards a fixed point has no extreme inside an area (its gradient, see
:func:`_steepest_deg`, is nowhere zero within 90°).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geodata.bearings import (
    RING_INSET,
    LonLat,
    areas_touch,
    distance_km,
    initial_bearing_deg,
    outline_coordinates,
    ring_coordinates,
    target_area,
)
from geodata.intervals import Array, Interval
from geodata.vectors import (
    EARTH_RADIUS_KM,
    GEOD,
    Axes,
    Frames,
    axes_at,
    chord_azimuths,
    directions,
    frames,
    geodesics,
    gnomonic,
    half_wrapped,
    mean_point,
    moved,
    paired_azimuths,
    positions,
    wrapped,
)

# Edges are straight in degrees; cut at this length, a chord keeps within 3 m of them.
_STEP_DEG = 0.1
# Pairs of points that are looked at in one go, and for one interval at most.
_CHUNK = 1_000_000
_MOST_PAIRS = 6_000_000
# Opposite ends of the Earth: geodesics between them leave in every direction.
_OPPOSITE = float(np.cos(np.radians(179.0)))
_FULL = 2.0 * np.pi - 1e-9
_FARTHEST_KM = 20_003.9315  # half a meridian of WGS 84
# A ring is looked at from its two tangents where its centre is this many radii from the origin.
_RADII = 2.0
_NEAR_ENOUGH_KM = 9000.0
# What may touch goes the general way: 0.01° is 1.12 km at most, and an edge that is straight in
# degrees runs up to 3 m outside the hull of its ends.
_NEARLY_TOUCHING_KM = 1.2
_ROUNDS = 3  # of the search for a tangent: each squares what is left of the error
_RING_STEPS_DEG = np.arange(0.0, 360.0, 15.0)
_FINE_STEPS_DEG = np.arange(-15.0, 16.0, 1.5)

Index = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of a geometry: both ends in degrees, shape ``(n, 2)``, and what finds feet on them."""

    first: Array
    last: Array

    @cached_property
    def start(self) -> Array:
        """Where each edge begins."""
        return positions(self.first)

    @cached_property
    def along(self) -> Array:
        """From its beginning to its end."""
        return positions(self.last) - self.start

    @cached_property
    def along_2(self) -> Array:
        """Its length, squared."""
        return _dot(self.along, self.along)

    @cached_property
    def per_length_2(self) -> Array:
        """One over that; 0 for an edge of no length."""
        return np.divide(1.0, self.along_2, out=np.zeros_like(self.along_2), where=self.along_2 > 0.0)

    @cached_property
    def start_2(self) -> Array:
        """Where it begins, squared."""
        return _dot(self.start, self.start)

    @cached_property
    def start_along(self) -> Array:
        """How far along itself it begins, seen from the centre of the Earth."""
        return _dot(self.start, self.along)

    def place(self, edge: Index, share: Array) -> Array:
        """Return the places at shares of edges, in degrees."""
        first: Array = self.first[edge]
        return first + share[:, None] * (self.last[edge] - first)


def _dot(a: Array, b: Array) -> Array:
    return np.asarray(np.einsum("ij,ij->i", a, b), dtype=float)


class Hull(NamedTuple):
    """A convex hull in a gnomonic plane, and its vertices in degrees and as positions."""

    axes: Axes
    plane: BaseGeometry
    points: Array
    xyz: Array


@dataclass(frozen=True, eq=False)
class Extent:
    """A geometry with what is computed of it once and asked again and again.

    Parameters
    ----------
    geometry
        Point, line or area, EPSG:4326, not empty.
    """

    geometry: BaseGeometry

    def __post_init__(self) -> None:
        shapely.prepare(self.geometry)

    @cached_property
    def _outline(self) -> tuple[Array, tuple[slice, ...]]:
        parts = shapely.get_parts(shapely.segmentize(self.geometry, _STEP_DEG))
        rings = shapely.get_exterior_ring(parts)
        paths = np.where(rings == None, parts, rings)  # noqa: E711 - an array of objects
        coordinates, owner = shapely.get_coordinates(paths, return_index=True)
        bounds = np.searchsorted(owner, np.arange(len(paths) + 1))
        slices = tuple(slice(int(a), int(b)) for a, b in pairwise(bounds))
        return np.asarray(coordinates, dtype=float), slices

    @property
    def points(self) -> Array:
        """Vertices of the outer outlines, no two of an edge further apart than 0.1°, shape ``(n, 2)``."""
        return self._outline[0]

    @property
    def rings(self) -> tuple[slice, ...]:
        """Which of ``points`` belong to each outline."""
        return self._outline[1]

    @cached_property
    def frames(self) -> Frames:
        """The points as positions with their east and north."""
        return frames(self.points)

    @cached_property
    def edges(self) -> Edges:
        """All edges, those of holes too; a point is an edge of no length."""
        geometry = shapely.segmentize(self.geometry, _STEP_DEG)
        parts = shapely.get_parts(geometry)
        lines = shapely.get_parts(
            np.where(shapely.get_dimensions(parts) == 2, shapely.boundary(parts), parts)
        )
        coordinates, owner = shapely.get_coordinates(lines, return_index=True)
        begins = np.flatnonzero(owner[1:] == owner[:-1]) if len(owner) > 1 else np.array([], dtype=int)
        ends = begins + 1
        if not len(begins):
            begins = ends = np.arange(len(coordinates))
        return Edges(coordinates[begins], coordinates[ends])

    @cached_property
    def hull(self) -> Hull | None:
        """The convex hull, None where the extent reaches too far around the Earth for one."""
        axes = axes_at(self.points)
        plane, depth = gnomonic(self.points, axes)
        if depth.min() < 0.2:  # 78°: a hull wider than that is no help
            return None
        shape = shapely.convex_hull(shapely.multipoints(plane))
        wanted = shapely.get_coordinates(shape)
        order = np.lexsort(plane.T)
        ranked = plane[order]
        keys = ranked[:, 1] + 1j * ranked[:, 0]
        which = order[np.searchsorted(keys, wanted[:, 1] + 1j * wanted[:, 0])]
        return Hull(axes, shape, self.points[which], self.frames.xyz[which])

    @cached_property
    def holds_pole(self) -> bool:
        """Whether this is an area that reaches a pole."""
        _, south, _, north = self.geometry.bounds
        return bool((north >= 90.0 or south <= -90.0) and self.geometry.area > 0)


def bearing_interval(
    target: BaseGeometry | LonLat, origin: BaseGeometry | LonLat, *, ring_km: float = 0.0
) -> Interval:
    """Return the azimuths at the target towards the origin, over both extents.

    Every point of the target (its ring, or its area) is paired with every point of the
    origin; the interval is the smallest arc that holds all their azimuths.

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
        At the target, towards the origin; all round where the two touch, where the
        target contains a pole, or where one lies opposite the other on the Earth.
        Ends are those of geodesics; a ring is its circumscribed polygon of 180 sides,
        0.02 % wider than the circle. Between areas of more than 6 million pairs of
        vertices that cannot be told apart by a straight line (over 180°, that is)
        outlines are simplified first.
    """
    if _is_point(target) and _is_point(origin):
        return _ring_interval(_lonlat(target), ring_km, _lonlat(origin))
    return interval_between(Extent(target_area(target, ring_km / RING_INSET)), Extent(target_area(origin)))


def interval_between(place: Extent, source: Extent) -> Interval:
    """Return the azimuths over two extents, as :func:`bearing_interval`."""
    if place.holds_pole or areas_touch(place.geometry, source.geometry) or _opposite(place, source):
        return Interval.all_round()
    hull = _hull_apart(place, source)
    if hull is not None:
        return _union(_arcs(place, hull.points, hull.xyz, (slice(None),)))
    place, source = _within_budget(place, source)
    if areas_touch(place.geometry, source.geometry):
        return Interval.all_round()
    return _union(_arcs(place, source.points, source.frames.xyz, source.rings))


def _ring_interval(target: LonLat, ring_km: float, origin: LonLat) -> Interval:
    """Return the azimuths from a ring to a point, all round where the ring holds it or a pole."""
    if min(distance_km(target, place) for place in (origin, (0.0, 90.0), (0.0, -90.0))) <= ring_km:
        return Interval.all_round()
    if ring_km == 0:
        return Interval.covering([initial_bearing_deg(target, origin)])
    ring = ring_coordinates(*target, ring_km / RING_INSET)
    closed = np.vstack([ring, ring[:1]])
    return Interval.covering(geodesics(closed, np.broadcast_to(np.array(origin), closed.shape))[0])


def _is_point(place: BaseGeometry | LonLat) -> bool:
    return isinstance(place, (tuple, Point))


def _lonlat(place: BaseGeometry | LonLat) -> LonLat:
    return place if isinstance(place, tuple) else (place.x, place.y)


def _opposite(place: Extent, source: Extent) -> bool:
    middles = [directions(extent.points).mean(axis=0) for extent in (place, source)]
    if middles[0] @ middles[1] > -0.5 * np.linalg.norm(middles[0]) * np.linalg.norm(middles[1]):
        return False
    a, b = directions(place.points), directions(source.points)
    return any(bool((a[n : n + 256] @ b.T).min() < _OPPOSITE) for n in range(0, len(a), 256))


def _hull_apart(place: Extent, source: Extent) -> Hull | None:
    """Return the source's hull where the whole target lies outside it: from there it looks as the source."""
    hull = source.hull
    if hull is None:
        return None
    plane, depth = gnomonic(place.points, hull.axes)
    if np.isnan(plane).any():
        return hull if depth.max() < 0.0 else None
    paths = [plane[ring] for ring in place.rings]
    shapes = [shapely.linestrings(path) if len(path) > 1 else shapely.points(path[0]) for path in paths]
    return None if shapely.intersects(hull.plane, shapes).any() else hull


def _within_budget(place: Extent, source: Extent) -> tuple[Extent, Extent]:
    tolerance_deg = 0.005
    while len(place.points) * len(source.points) > _MOST_PAIRS:
        place, source = (Extent(shapely.simplify(e.geometry, tolerance_deg)) for e in (place, source))
        tolerance_deg *= 2.0
    return place, source


def _arcs(place: Extent, points: Array, xyz: Array, rings: tuple[slice, ...]) -> list[tuple[float, float]]:
    """Return an arc for each outline of the target and each of the origin, in degrees.

    Along an outline the azimuth changes without a jump, so the arc runs from the least to the
    greatest azimuth of the unrolled circle; an outline that goes round the other gives 360°.
    """
    arcs = []
    for ring in rings:
        towards = points[ring]
        every = np.unwrap(chord_azimuths(place.frames, xyz[ring]), axis=1)
        for at in place.rings:
            seen = every[at]
            seen = seen + (np.unwrap(seen[:, 0]) - seen[:, 0])[:, None]
            if seen.max() - seen.min() >= _FULL:
                return [(0.0, 360.0)]
            here = place.points[at]
            low, high = (divmod(int(n), seen.shape[1]) for n in (seen.argmin(), seen.argmax()))
            chords = np.degrees([seen[low], seen[high]])
            exact, _ = geodesics(here[[low[0], high[0]]], towards[[low[1], high[1]]])
            first, last = chords + half_wrapped(exact - chords)
            arcs.append((float(first), float(max(first, last))))
    return arcs


def _union(arcs: list[tuple[float, float]]) -> Interval:
    """Return the smallest arc over arcs: the circle without the widest gap between them."""
    if any(last - first >= 360.0 for first, last in arcs):
        return Interval.all_round()
    turned = sorted((first % 360.0, first % 360.0 + last - first) for first, last in arcs)
    reach = max(last for _, last in turned) - 360.0  # the arc that runs farthest past north
    gaps = []
    for first, last in turned:
        if first > reach:
            gaps.append((first - reach, first, reach))
        reach = max(reach, last)
    if not gaps:
        return Interval.all_round()
    _, first, last = max(gaps)
    ends = wrapped(np.array([first, last]))
    return Interval(float(ends[0]), float(ends[1]))


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
    if _is_point(target):
        middle = np.array([_lonlat(target)])
        least, greatest = (
            float(km[0]) for km in ring_distances_km(middle, np.array([ring_km]), Extent(target_area(origin)))
        )
        touching = (
            ring_km > 0
            and not _is_point(origin)
            and areas_touch(target_area(target, ring_km), target_area(origin))
        )
        return (0.0 if touching else least), greatest
    return distances_between_km(Extent(target_area(target)), Extent(target_area(origin)))


def distances_between_km(place: Extent, source: Extent) -> tuple[float, float]:
    """Return the least and greatest distance between two extents, as :func:`distance_range_km`."""
    touching = areas_touch(place.geometry, source.geometry)
    return (0.0 if touching else _apart_km(place, source)), _across_km(place, source)


def _apart_km(place: Extent, source: Extent) -> float:
    """Return the least distance of two outlines: one of the two nearest points is a vertex."""
    found = []
    for one, other in ((place, source), (source, place)):
        feet, squares = _feet(one.points, other.edges)
        nearest = int(squares.argmin())
        found.append((squares[nearest], one.points[[nearest]], feet[[nearest]]))
    _, point, foot = min(found, key=lambda entry: float(entry[0]))
    return float(geodesics(point, foot)[1][0])


def _across_km(place: Extent, source: Extent) -> float:
    ends = [extent.points if extent.hull is None else extent.hull.points for extent in (place, source)]
    return float(_farthest(*ends).max())


def nearest_km(points: Array, extent: Extent) -> Array:
    """Return the distance of each point to the nearest edge of an extent, also from inside it.

    Parameters
    ----------
    points
        Longitude and latitude, shape ``(n, 2)``.
    extent
        Point, line or area.

    Returns
    -------
    numpy.ndarray
        Kilometres, shape ``(n,)``: chords choose the edge and the foot on it, the geodesic to the
        foot is measured.
    """
    feet, _ = _feet(points, extent.edges)
    return geodesics(points, feet)[1]


def _feet(points: Array, edges: Edges) -> tuple[Array, Array]:
    """Return the nearest place on edges to each point, and the square of the chord to it."""
    feet, squares = np.empty((len(points), 2)), np.empty(len(points))
    block = max(_CHUNK // len(edges.start), 1)
    for begin in range(0, len(points), block):
        part = slice(begin, begin + block)
        place = positions(points[part])
        share, apart_2 = _shares(place, edges)
        edge = apart_2.argmin(axis=1)
        rows = np.arange(len(place))
        feet[part] = edges.place(edge, share[rows, edge])
        squares[part] = apart_2[rows, edge]
    return feet, squares


def _shares(place: Array, edges: Edges) -> tuple[Array, Array]:
    """Return where along each edge the foot of each position lies (0 to 1), and the chord's square."""
    reach = place @ edges.along.T
    reach -= edges.start_along
    share = np.clip(reach * edges.per_length_2, 0.0, 1.0)
    apart_2 = edges.start_2 - 2.0 * (place @ edges.start.T)
    apart_2 += np.einsum("ij,ij->i", place, place)[:, None]
    apart_2 -= share * (2.0 * reach - share * edges.along_2)
    return share, apart_2


def farthest_km(points: Array, extent: Extent) -> Array:
    """Return the distance of each point to the farthest point of an extent, kilometres."""
    return _farthest(points, extent.points if extent.hull is None else extent.hull.points)


def _farthest(points: Array, others: Array) -> Array:
    xyz = positions(others)
    squares = np.einsum("ij,ij->i", xyz, xyz)
    which = np.empty(len(points), dtype=np.intp)
    block = max(_CHUNK // len(others), 1)
    for begin in range(0, len(points), block):
        part = slice(begin, begin + block)
        which[part] = (squares - 2.0 * (positions(points[part]) @ xyz.T)).argmax(axis=1)
    return geodesics(points, others[which])[1]


def ring_distances_km(points: Array, ring_km: Array, origin: Extent) -> tuple[Array, Array]:
    """Return the least and greatest distance from rings to one origin.

    Parameters
    ----------
    points, ring_km
        Centres, shape ``(n, 2)``, and radii in kilometres, shape ``(n,)``.
    origin
        Point or area.

    Returns
    -------
    tuple of numpy.ndarray
        Kilometres, each of shape ``(n,)``; 0 where a ring meets the origin.
    """
    inside = shapely.intersects_xy(origin.geometry, points[:, 0], points[:, 1])
    least = np.where(inside, 0.0, np.maximum(nearest_km(points, origin) - ring_km, 0.0))
    return least, np.minimum(farthest_km(points, origin) + ring_km, _FARTHEST_KM)


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
    return border_distances_km(Extent(area), Extent(border))


def border_distances_km(place: Extent, border: Extent) -> tuple[float, float]:
    """Return the least and greatest distance of an extent to a border, as the function above."""
    farthest = float(nearest_km(_spread(place), border).max())
    if place.geometry.area == 0:
        return float(nearest_km(place.points, border).min()), farthest
    return (0.0 if areas_touch(place.geometry, border.geometry) else _apart_km(place, border)), farthest


def _spread(place: Extent) -> Array:
    """Return points over an area: its outline, and a grid inside it."""
    if place.geometry.area == 0:
        return place.points
    west, south, east, north = place.geometry.bounds
    x, y = np.meshgrid(np.linspace(west, east, 34)[1:-1], np.linspace(south, north, 34)[1:-1])
    inside = shapely.contains_xy(place.geometry, x.ravel(), y.ravel())
    return np.vstack(
        [outline_coordinates(place.geometry), np.column_stack([x.ravel()[inside], y.ravel()[inside]])]
    )


def ring_border_distances_km(points: Array, ring_km: Array, border: Extent) -> tuple[Array, Array]:
    """Return the least and greatest distance of rings to a border, kilometres.

    The greatest is taken over the centre and places of the ring's edge, 15° and around the farthest
    of them 1.5° apart: where the border bends around the ring it may be 1 % of the radius too small.
    """
    middle = nearest_km(points, border)
    greatest = middle.copy()
    rings = np.flatnonzero(ring_km > 0)
    block = max(_CHUNK // len(border.edges.start), 1)
    for begin in range(0, len(rings), block):
        rows = rings[begin : begin + block]
        around = _farthest_of_rings(points[rows], ring_km[rows], middle[rows], border.edges)
        greatest[rows] = np.maximum(middle[rows], around)
    return np.maximum(middle - ring_km, 0.0), greatest


def _farthest_of_rings(points: Array, ring_km: Array, middle_km: Array, edges: Edges) -> Array:
    """Return how far the farthest place of each ring's edge is from the nearest edge of a border.

    An edge farther from the centre than the nearest one by more than the diameter is nearest to no
    place of the ring: what is left are few pairs of a ring and an edge.
    """
    # The chord of a distance is a little shorter than it: 1 km and 1 % allow for that.
    reach = ((middle_km + 2.0 * ring_km) * 1.01 + 1.0) / (GEOD.a / 1000.0)
    pairs = np.nonzero(_shares(positions(points), edges)[1] <= (reach**2)[:, None])
    turns = np.broadcast_to(_RING_STEPS_DEG, (len(points), len(_RING_STEPS_DEG)))
    _, farthest = _around_rings(points, ring_km, turns, edges, pairs)
    turns = turns[np.arange(len(points)), farthest][:, None] + _FINE_STEPS_DEG
    return _around_rings(points, ring_km, turns, edges, pairs)[0]


def _around_rings(
    points: Array, ring_km: Array, turns: Array, edges: Edges, pairs: tuple[Index, ...]
) -> tuple[Array, Index]:
    """Return which of some places on each ring is farthest from the edges, and how far, kilometres first."""
    (ring, edge), (count, steps) = pairs, turns.shape
    which = np.repeat(np.arange(count), steps)
    places = moved(points[which], turns.ravel(), ring_km[which])
    xyz = positions(places).reshape(count, steps, 3)
    near = xyz[ring]
    reach = np.einsum("pkj,pj->pk", near, edges.along[edge]) - edges.start_along[edge][:, None]
    share = np.clip(reach * edges.per_length_2[edge][:, None], 0.0, 1.0)
    squares = np.einsum("nkj,nkj->nk", xyz, xyz)[ring] + edges.start_2[edge][:, None]
    squares -= 2.0 * np.einsum("pkj,pj->pk", near, edges.start[edge])
    squares -= share * (2.0 * reach - share * edges.along_2[edge][:, None])
    least = np.minimum.reduceat(squares, np.searchsorted(ring, np.arange(count)), axis=0)
    farthest = least.argmax(axis=1)
    is_foot = np.flatnonzero(squares[np.arange(len(ring)), farthest[ring]] == least[ring, farthest[ring]])
    _, first = np.unique(ring[is_foot], return_index=True)
    pair = is_foot[first]
    feet = edges.place(edge[pair], share[pair, farthest])
    return geodesics(places.reshape(count, steps, 2)[np.arange(count), farthest], feet)[1], farthest


# -- many targets at once: NaN where the general way must be gone ----------------------------------


def rings_to_points(points: Array, ring_km: Array, origins: Array) -> tuple[Array, Array, Array, Array]:
    """Return what each ring sees of the point of the same row.

    Parameters
    ----------
    points, ring_km
        Centres, shape ``(n, 2)``, and radii in kilometres, shape ``(n,)``.
    origins
        Shape ``(n, 2)``.

    Returns
    -------
    tuple of numpy.ndarray
        First and last azimuth, the azimuth at the centre (``[0, 360)``; 0 and 360 all round), and
        the distance of the centre in kilometres. The ends are those of the tangents: NaN where a
        ring is too near its origin for them (half the distance or more), or too far (9,000 km).
    """
    towards = positions(origins)
    azimuth, km = geodesics(points, origins)
    first, last = azimuth.copy(), azimuth.copy()
    holds = (km <= ring_km) | _reaches_pole(points, ring_km)
    easy = (ring_km > 0) & ~holds & (km >= _RADII * ring_km) & (km <= _NEAR_ENOUGH_KM)
    first[(ring_km > 0) & ~easy] = last[(ring_km > 0) & ~easy] = np.nan
    first[holds], last[holds] = 0.0, 360.0
    if easy.any():
        at, radius, goal = points[easy], ring_km[easy], towards[easy]
        # The chord's small error is nearly the same all over the ring: it is taken off at the centre.
        chord = np.degrees(paired_azimuths(frames(at), goal))
        error = half_wrapped(azimuth[easy] - chord)
        ends = []
        for sign in (-1.0, 1.0):
            seen, where, turn = chord, at, np.zeros(len(at))
            for _ in range(_ROUNDS):
                steepest = _steepest_deg(seen, where[:, 1], _angle(positions(where), goal), sign)
                where, turn = _on_ring(at, steepest - turn, radius)
                seen = np.degrees(paired_azimuths(frames(where), goal))
            ends.append(wrapped(seen + error))
        first[easy], last[easy] = ends
    return first, last, azimuth, km


def rings_to_area(points: Array, ring_km: Array, origin: Extent) -> tuple[Array, Array]:
    """Return the first and last azimuth from each ring to one area.

    Returns
    -------
    tuple of numpy.ndarray
        Degrees in ``[0, 360)``, shape ``(n,)``. NaN where a ring is not clearly outside the convex
        hull of the area (two radii and 1.2 km away): :func:`bearing_interval` then has the answer.
    """
    count = len(points)
    first, last = np.full(count, np.nan), np.full(count, np.nan)
    hull = origin.hull
    if hull is None:
        return first, last
    plane, depth = gnomonic(points, hull.axes)
    shown = ~np.isnan(plane).any(axis=1) & ~_reaches_pole(points, ring_km)
    away = np.zeros(count)
    away[shown] = shapely.distance(hull.plane, shapely.points(plane[shown]))
    # A gnomonic plane stretches, never by more than 1 / depth²: so far is it at least.
    clear_km = away * depth**2 * EARTH_RADIUS_KM
    easy = shown & (clear_km > np.maximum(_RADII * ring_km, ring_km + _NEARLY_TOUCHING_KM))
    chosen = np.flatnonzero(easy)
    middle = positions(mean_point(origin.points)[None])
    block = max(_CHUNK // len(hull.points), 1)
    for begin in range(0, len(chosen), block):
        rows = chosen[begin : begin + block]
        for sign, ends in ((-1.0, first), (1.0, last)):
            ends[rows] = _tangent_to_hull(points[rows], ring_km[rows], hull, middle, sign)
    return first, last


def _tangent_to_hull(at: Array, ring_km: Array, hull: Hull, middle: Array, sign: float) -> Array:
    """Return the least (−1) or greatest (1) azimuth from rings to a hull."""
    here = frames(at)
    reference = np.degrees(chord_azimuths(here, middle))[:, 0]
    vertex, seen = _outermost(here, hull, reference, sign)
    where, turn = at, np.zeros(len(at))
    for _ in range(_ROUNDS if (ring_km > 0).any() else 0):
        steepest = _steepest_deg(seen, where[:, 1], _angle(here.xyz, hull.xyz[vertex]), sign)
        where, turn = _on_ring(at, steepest - turn, ring_km)
        here = frames(where)
        vertex, seen = _outermost(here, hull, reference, sign)
    return geodesics(where, hull.points[vertex])[0]


def _outermost(here: Frames, hull: Hull, reference: Array, sign: float) -> tuple[Index, Array]:
    """Return the vertex seen farthest to the left (−1) or right (1) from each place, and its azimuth."""
    every = half_wrapped(np.degrees(chord_azimuths(here, hull.xyz)) - reference[:, None])
    vertex = (sign * every).argmax(axis=1)
    return vertex, reference + every[np.arange(len(vertex)), vertex]


def areas_to_points(place: Extent, origins: Array) -> tuple[Array, Array]:
    """Return the first and last azimuth from one area to each of many points.

    Returns
    -------
    tuple of numpy.ndarray
        Degrees, shape ``(n,)``; 0 and 360 where the point lies in the area or on its edge. NaN
        where the area sees the point over half the circle or more, or more than 90° away.
    """
    count = len(origins)
    first, last = np.full(count, np.nan), np.full(count, np.nan)
    if place.holds_pole:
        return np.zeros(count), np.full(count, 360.0)
    inside = shapely.intersects_xy(place.geometry, origins[:, 0], origins[:, 1])
    first[inside], last[inside] = 0.0, 360.0
    chosen = np.flatnonzero(~inside)
    block = max(_CHUNK // len(place.points), 1)
    for begin in range(0, len(chosen), block):
        rows = chosen[begin : begin + block]
        first[rows], last[rows] = _area_ends(place, origins[rows])
    return first, last


def _area_ends(place: Extent, origins: Array) -> tuple[Array, Array]:
    towards = positions(origins)
    far = (directions(origins) @ directions(place.points).T).min(axis=1) < 0.0
    seen = np.degrees(chord_azimuths(place.frames, towards))
    rows = np.arange(len(origins))
    low = np.full(len(origins), np.inf)
    high = np.full(len(origins), -np.inf)
    low_at, high_at = np.zeros(len(origins), dtype=int), np.zeros(len(origins), dtype=int)
    largest = max(place.rings, key=lambda ring: ring.stop - ring.start)
    reference = seen[largest.start].copy()
    for ring in place.rings:
        part = np.unwrap(seen[ring], axis=0, period=360.0)
        part = part + (reference + half_wrapped(part[0] - reference) - part[0])
        least, most = part.argmin(axis=0), part.argmax(axis=0)
        low_at = np.where(part[least, rows] < low, ring.start + least, low_at)
        high_at = np.where(part[most, rows] > high, ring.start + most, high_at)
        low, high = np.minimum(low, part[least, rows]), np.maximum(high, part[most, rows])
    wide = (high - low >= 180.0) | far
    first, _ = geodesics(place.points[low_at], origins)
    last, _ = geodesics(place.points[high_at], origins)
    return np.where(wide, np.nan, first), np.where(wide, np.nan, last)


def _reaches_pole(points: Array, ring_km: Array) -> npt.NDArray[np.bool_]:
    """Return which rings hold a pole; a degree of latitude is at least 110.5 km."""
    near = (90.0 - np.abs(points[:, 1])) * 110.5 <= ring_km
    holds = np.zeros(len(points), dtype=bool)
    for row in np.flatnonzero(near):
        lon, lat = points[row]
        holds[row] = distance_km((lon, lat), (lon, 90.0 if lat > 0 else -90.0)) <= ring_km[row]
    return holds


def _angle(a: Array, b: Array) -> Array:
    """Return the angle between positions of the same row, radians."""
    half: Array = np.linalg.norm(a - b, axis=1) / 2.0
    return np.asarray(2.0 * np.arcsin(np.minimum(half, 1.0)), dtype=float)


def _on_ring(centres: Array, azimuths_deg: Array, ring_km: Array) -> tuple[Array, Array]:
    """Return places on rings, and how much the way outward turns from the centre to there, degrees."""
    lon, lat, back = GEOD.fwd(centres[:, 0], centres[:, 1], azimuths_deg, ring_km * 1000.0)
    return np.column_stack([lon, lat]), half_wrapped(np.asarray(back) + 180.0 - azimuths_deg)


def _steepest_deg(azimuth_deg: Array, lat_deg: Array, angle: Array, sign: float) -> Array:
    """Return the direction in which the azimuth towards a fixed point grows fastest, or falls.

    On the sphere, a step along the line of sight turns the azimuth by ``tan φ · sin α`` (north turns),
    a step to its right by ``tan φ · cos α − cot δ`` (north turns, and the point falls behind), with
    latitude φ, azimuth α and distance δ: derived from the parallel transport of north.
    """
    azimuth, tangent = np.radians(azimuth_deg), np.tan(np.radians(lat_deg))
    ahead = tangent * np.sin(azimuth)
    aside = tangent * np.cos(azimuth) - 1.0 / np.tan(angle)
    return np.asarray(azimuth_deg + np.degrees(np.arctan2(sign * aside, sign * ahead)), dtype=float)
