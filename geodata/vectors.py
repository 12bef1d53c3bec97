"""Points of the ellipsoid as vectors, for azimuths and distances of very many pairs at once.

Positions are geocentric, in units of the semi-major axis of WGS 84. The azimuth of the
chord between two points (a normal section) differs from that of their geodesic by less than
0.002° up to 1,500 km and 0.02° up to 4,000 km, measured against pyproj; so chords find the
extreme pair among thousands, and the geodesic is then solved for that one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from pyproj import Geod

from geodata.intervals import Array

GEOD = Geod(ellps="WGS84")
EARTH_RADIUS_KM = 6371.0088  # mean radius (Moritz 2000), for angles that only steer a search

# Beyond this from the centre of a gnomonic plane its coordinates run away.
_GNOMONIC_REACH = float(np.cos(np.radians(80.0)))


class Frames(NamedTuple):
    """Places on the ellipsoid with their own east and north, each of shape ``(n, 3)``."""

    xyz: Array
    east: Array
    north: Array


class Axes(NamedTuple):
    """The axes of a gnomonic plane: outward at its centre, east and north in it."""

    outward: Array
    east: Array
    north: Array


def positions(points: Array) -> Array:
    """Return longitude and latitude in degrees, shape ``(n, 2)``, as positions, shape ``(n, 3)``."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    normal = 1.0 / np.sqrt(1.0 - GEOD.es * np.sin(lat) ** 2)
    across = normal * np.cos(lat)
    return np.column_stack([across * np.cos(lon), across * np.sin(lon), normal * (1 - GEOD.es) * np.sin(lat)])


def frames(points: Array) -> Frames:
    """Return positions with the directions of east and north at each of them."""
    lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
    east = np.column_stack([-np.sin(lon), np.cos(lon), np.zeros_like(lon)])
    north = np.column_stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
    return Frames(positions(points), east, north)


def chord_azimuths(at: Frames, towards: Array) -> Array:
    """Return the azimuth at each place of the chord to each position, radians, shape ``(m, n)``."""
    east = at.east @ towards.T - np.einsum("ij,ij->i", at.east, at.xyz)[:, None]
    north = at.north @ towards.T - np.einsum("ij,ij->i", at.north, at.xyz)[:, None]
    return np.asarray(np.arctan2(east, north), dtype=float)


def paired_azimuths(at: Frames, towards: Array) -> Array:
    """Return the azimuth at each place of the chord to the position of the same row, radians."""
    chord = towards - at.xyz
    east, north = (np.einsum("ij,ij->i", axis, chord) for axis in (at.east, at.north))
    return np.asarray(np.arctan2(east, north), dtype=float)


def mean_point(points: Array) -> Array:
    """Return the middle of points as ``(longitude, latitude)``, the antimeridian and poles included."""
    x, y, z = directions(np.atleast_2d(points)).mean(axis=0)
    return np.asarray(np.degrees([np.arctan2(y, x), np.arctan2(z, np.hypot(x, y))]), dtype=float)


def directions(points: Array) -> Array:
    """Return the unit vectors from the centre of the Earth towards points, shape ``(n, 3)``."""
    place = positions(points)
    return np.asarray(place / np.linalg.norm(place, axis=1, keepdims=True), dtype=float)


def axes_at(points: Array) -> Axes:
    """Return the axes of the gnomonic plane that touches the Earth in the middle of points."""
    outward = directions(points).mean(axis=0)
    length = float(np.linalg.norm(outward))
    outward = outward / length if length > 0 else np.array([1.0, 0.0, 0.0])
    east = np.cross([0.0, 0.0, 1.0], outward)
    size = float(np.linalg.norm(east))
    east = east / size if size > 1e-12 else np.array([0.0, 1.0, 0.0])
    return Axes(outward, east, np.cross(outward, east))


def gnomonic(points: Array, axes: Axes) -> tuple[Array, Array]:
    """Return plane coordinates in which great circles are straight, and the depth of each point.

    Formulas: Snyder 1987, Map Projections (USGS 1395), 165. The depth is the cosine of the angle
    from the centre of the plane; where it is under ``cos 80°`` the coordinates are NaN.
    """
    unit = directions(points)
    depth = unit @ axes.outward
    safe = np.where(depth < _GNOMONIC_REACH, np.nan, depth)
    return np.column_stack([unit @ axes.east / safe, unit @ axes.north / safe]), depth


def geodesics(at: Array, towards: Array) -> tuple[Array, Array]:
    """Return azimuth and length of the geodesics between the points of each row.

    Returns
    -------
    tuple of numpy.ndarray
        Degrees in ``[0, 360)`` at ``at``, and kilometres, each of shape ``(n,)``.
    """
    azimuth, _, metres = GEOD.inv(at[:, 0], at[:, 1], towards[:, 0], towards[:, 1])
    return wrapped(np.asarray(azimuth, dtype=float)), np.asarray(metres, dtype=float) / 1000.0


def moved(points: Array, azimuths_deg: Array, km: Array) -> Array:
    """Return the points that lie ``km`` from others in a direction, shape ``(n, 2)``."""
    lon, lat, _ = GEOD.fwd(points[:, 0], points[:, 1], azimuths_deg, km * 1000.0)
    return np.column_stack([lon, lat])


def wrapped(angles_deg: Array) -> Array:
    """Return angles in ``[0, 360)``."""
    turned = np.mod(angles_deg, 360.0)
    return np.asarray(np.where(turned == 360.0, 0.0, turned), dtype=float)


def half_wrapped(angles_deg: Array) -> Array:
    """Return angles in ``[-180, 180)``."""
    return np.asarray(np.mod(angles_deg + 180.0, 360.0) - 180.0, dtype=float)
