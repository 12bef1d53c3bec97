"""A projection suited to an extent, and the view that puts degrees on paper.

Degrees are ``(longitude, latitude)`` on WGS 84. Page coordinates are points of 1/72
inch from the lower left corner of the sheet, x to the right, y upwards.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import Geod, Proj

Floats = npt.NDArray[np.float64]
Extent = tuple[float, float, float, float]

MM_PER_POINT = 25.4 / 72
WORLD_SPAN_DEG = 150.0
LARGE_SPAN_DEG = 60.0
LOW_LATITUDE_DEG = 15.0
HIGH_LATITUDE_DEG = 72.0
SMALLEST_SPAN_DEG = 0.2
WEB_MERCATOR_LATITUDE_DEG = 85.0
HALF_TURN_DEG = 179.999  # an edge at 180° itself would wrap to the other side


@dataclass(frozen=True)
class Projection:
    """A map projection on WGS 84.

    Parameters
    ----------
    definition
        PROJ string.
    words
        Name and parameters for the reader.
    longitude_deg
        Central meridian.
    whole_world
        Whether the outline of the globe can lie inside a frame.
    most_latitude_deg
        Beyond it, north or south, nothing is shown.
    """

    definition: str
    words: str
    longitude_deg: float
    whole_world: bool = False
    most_latitude_deg: float = 90.0

    @cached_property
    def proj(self) -> Any:
        """Return the pyproj object; each drawing makes its own."""
        return Proj(self.definition)


def degrees_text(value: float, positive: str, negative: str) -> str:
    """Return a parallel or meridian as a map prints it, ``26.5° N``."""
    rounded = round(abs(value), 1)
    letter = "" if rounded == 0 else f" {positive if value > 0 else negative}"
    return f"{rounded:g}°{letter}"


def span_deg(extent: Extent) -> tuple[float, float]:
    """Return width and height of an extent in degrees; ``west > east`` crosses 180°."""
    west, south, east, north = extent
    return (east - west) % 360 if west > east else east - west, north - south


def suited_projection(extent: Extent) -> Projection:
    """Choose the projection that distorts an extent least, by latitude and size.

    Mid latitudes take Lambert's conformal conic with standard parallels at 1/6 and
    5/6 of the latitude range; low ones Mercator, or its transverse where the extent
    is tall; large extents and the poles Lambert's azimuthal equal-area; the world
    Equal Earth.
    """
    west, south, _, north = extent
    width, height = span_deg(extent)
    lat = (south + north) / 2
    lon = (west + width / 2 + 180) % 360 - 180
    on_ground = width * math.cos(math.radians(lat))
    meridian = f"central meridian {degrees_text(lon, 'E', 'W')}"
    if width >= WORLD_SPAN_DEG:
        return Projection(f"+proj=eqearth +lon_0={lon} +datum=WGS84", f"Equal Earth, {meridian}", lon, True)
    if max(on_ground, height) > LARGE_SPAN_DEG or abs(lat) > HIGH_LATITUDE_DEG:
        centre = f"centre {degrees_text(lat, 'N', 'S')}, {degrees_text(lon, 'E', 'W')}"
        words = f"Lambert azimuthal equal-area, {centre}"
        return Projection(f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84", words, lon)
    if abs(lat) >= LOW_LATITUDE_DEG:
        first, second = south + height / 6, north - height / 6
        parallels = f"{degrees_text(first, 'N', 'S')} and {degrees_text(second, 'N', 'S')}"
        return Projection(
            f"+proj=lcc +lat_1={first} +lat_2={second} +lat_0={lat} +lon_0={lon} +datum=WGS84",
            f"Lambert conformal conic, standard parallels {parallels}, {meridian}",
            lon,
        )
    if on_ground >= height:
        words = f"Mercator, true scale at {degrees_text(lat, 'N', 'S')}, {meridian}"
        return Projection(f"+proj=merc +lat_ts={lat} +lon_0={lon} +datum=WGS84", words, lon)
    words = f"Transverse Mercator, {meridian}"
    return Projection(f"+proj=tmerc +lat_0={lat} +lon_0={lon} +datum=WGS84", words, lon)


def web_mercator(extent: Extent) -> Projection:
    """Return Web Mercator (EPSG:3857), as on screen, cut opposite the middle of an extent.

    Its scale grows with the latitude, so that a bar is true at its own latitude only.
    """
    west = extent[0]
    lon = (west + span_deg(extent)[0] / 2 + 180) % 360 - 180
    return Projection(
        f"+proj=webmerc +lon_0={lon} +datum=WGS84",
        "Web Mercator, as on screen; areas far from the equator look larger than they are",
        lon,
        most_latitude_deg=WEB_MERCATOR_LATITUDE_DEG,
    )


@dataclass(frozen=True)
class Frame:
    """A rectangle on the sheet, in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, bottom, right, top."""
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True)
class Window:
    """Longitudes and latitudes that a frame can show; longitudes may pass ±180°."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class MapView:
    """A projection, scaled and moved so that an extent fills a frame.

    Parameters
    ----------
    centre_m
        Projected metres at the frame's centre.
    metres_per_point
        Projected metres to one point of paper.
    """

    projection: Projection
    frame: Frame
    centre_m: tuple[float, float]
    metres_per_point: float

    @property
    def centre_page(self) -> tuple[float, float]:
        """Return the frame's centre on the page."""
        return self.frame.x + self.frame.width / 2, self.frame.y + self.frame.height / 2

    def page(self, lonlat: npt.ArrayLike) -> Floats:
        """Return page coordinates of ``(n, 2)`` degrees; nan beyond the projection."""
        degrees = np.asarray(lonlat, dtype=float).reshape(-1, 2)
        x, y = self.projection.proj(degrees[:, 0], degrees[:, 1])
        metres = np.column_stack([x, y])
        metres[~np.isfinite(metres)] = np.nan
        return (metres - self.centre_m) / self.metres_per_point + self.centre_page

    def degrees(self, page: npt.ArrayLike) -> Floats:
        """Return degrees of ``(n, 2)`` page coordinates; nan off the globe."""
        points = np.asarray(page, dtype=float).reshape(-1, 2)
        metres = (points - self.centre_page) * self.metres_per_point + self.centre_m
        lon, lat = self.projection.proj(metres[:, 0], metres[:, 1], inverse=True)
        degrees = np.column_stack([lon, lat])
        # Off the globe an inverse may still answer; only what leads back is a place.
        away = np.abs(self.page(degrees) - points).max(axis=1)
        degrees[~(away < 1.0)] = np.nan
        return degrees

    def direction(self, lon: float, lat: float, azimuth_deg: npt.ArrayLike) -> Floats:
        """Return unit vectors on the page of true azimuths at a place, ``(n, 2)``."""
        azimuths = np.atleast_1d(np.asarray(azimuth_deg, dtype=float))
        step_m = max(self.metres_per_point, 100.0)
        lons, lats, _ = _geod().fwd(
            np.full(azimuths.shape, lon),
            np.full(azimuths.shape, lat),
            azimuths,
            np.full(azimuths.shape, step_m),
        )
        steps = self.page(np.column_stack([lons, lats])) - self.page([(lon, lat)])
        return np.asarray(steps / np.linalg.norm(steps, axis=1, keepdims=True), dtype=float)

    def north_deg(self, lon: float, lat: float) -> float:
        """Return where true north points on the page, degrees clockwise from up."""
        dx, dy = self.direction(lon, lat, 0.0)[0]
        return math.degrees(math.atan2(dx, dy))

    def circle(self, lon: float, lat: float, radius_km: float, count: int = 96) -> Floats:
        """Return the page outline of a geodesic circle, ``(count, 2)``."""
        azimuths = np.linspace(0, 360, count, endpoint=False)
        full = np.full(count, 1.0)
        lons, lats, _ = _geod().fwd(lon * full, lat * full, azimuths, radius_km * 1000 * full)
        return self.page(np.column_stack([lons, lats]))

    @cached_property
    def window(self) -> Window:
        """Return the degrees that the frame can show, with a little more around."""
        lon0 = self.projection.longitude_deg
        if self.projection.whole_world:
            return Window(lon0 - HALF_TURN_DEG, -90, lon0 + HALF_TURN_DEG, 90)
        left, bottom, right, top = self.frame.box
        xs, ys = np.meshgrid(np.linspace(left, right, 41), np.linspace(bottom, top, 41))
        seen = self.degrees(np.column_stack([xs.ravel(), ys.ravel()]))
        seen = seen[~np.isnan(seen).any(axis=1)]
        lons = (seen[:, 0] - lon0 + 180) % 360 - 180 + lon0
        pad = 0.02 * max(float(np.ptp(lons)), float(np.ptp(seen[:, 1]))) + 0.05
        west, east = float(lons.min()) - pad, float(lons.max()) + pad
        south, north = float(seen[:, 1].min()) - pad, float(seen[:, 1].max()) + pad
        if poles := [pole for pole in (-90.0, 90.0) if self._shows(lon0, pole)]:
            return Window(
                lon0 - HALF_TURN_DEG, min([south, *poles]), lon0 + HALF_TURN_DEG, max([north, *poles])
            )
        west, east = max(west, lon0 - HALF_TURN_DEG), min(east, lon0 + HALF_TURN_DEG)
        return Window(west, max(south, -90), east, min(north, 90))

    def _shows(self, lon: float, lat: float) -> bool:
        left, bottom, right, top = self.frame.box
        x, y = self.page([(lon, lat)])[0]
        return bool(left <= x <= right and bottom <= y <= top)


def fit_view(
    extent: Extent, frame: Frame, *, projection: Projection | None = None, pad: float = 0.01
) -> MapView:
    """Return the view in which an extent fills a frame; the shorter side shows more.

    Parameters
    ----------
    extent
        West, south, east, north in degrees; ``west > east`` crosses 180°.
    pad
        Room left around the extent, as a share of the frame.
    """
    extent = _with_area(extent)
    chosen = projection or suited_projection(extent)
    west, south, _, north = extent
    most = chosen.most_latitude_deg
    south, north = max(south, -most), min(north, most)
    width, _ = span_deg(extent)
    lons, lats = np.meshgrid(np.linspace(west, west + width, 33), np.linspace(south, north, 33))
    x, y = chosen.proj(lons.ravel(), lats.ravel())
    x, y = np.asarray(x)[np.isfinite(x)], np.asarray(y)[np.isfinite(y)]
    across = max(np.ptp(x) / frame.width, np.ptp(y) / frame.height)
    centre = (float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2)
    return MapView(chosen, frame, centre, float(across) / (1 - 2 * pad))


def _with_area(extent: Extent) -> Extent:
    """Return an extent of some area, inside the latitudes that can be drawn."""
    west, south, _, north = extent
    width, height = span_deg(extent)
    if width < SMALLEST_SPAN_DEG:
        west, width = west - (SMALLEST_SPAN_DEG - width) / 2, SMALLEST_SPAN_DEG
    if height < SMALLEST_SPAN_DEG:
        south, north = south - (SMALLEST_SPAN_DEG - height) / 2, north + (SMALLEST_SPAN_DEG - height) / 2
    return west, max(south, -90.0), west + width, min(north, 90.0)


@dataclass(frozen=True)
class ScaleBar:
    """A round distance and its length on paper at the map's centre.

    Parameters
    ----------
    distance_km
        Geodesic distance.
    length
        Points on the page.
    latitude_deg
        Latitude at which it is true.
    """

    distance_km: float
    length: float
    latitude_deg: float


def scale_bar(view: MapView, longest: float) -> ScaleBar:
    """Return the longest round bar of at most ``longest`` points, true at the centre.

    The bar is measured as the geodesic that runs level through the centre, half of
    it to either side.
    """
    lon, lat = view.degrees([view.centre_page])[0]
    per_km = _length(view, lon, lat, view.metres_per_point * longest / 2000) / (
        view.metres_per_point * longest / 2000
    )
    room_km = longest / per_km
    magnitude = 10.0 ** math.floor(math.log10(room_km))
    distance = max(step * magnitude for step in (1, 2, 5) if step * magnitude <= room_km)
    return ScaleBar(distance, _length(view, lon, lat, distance), lat)


def _length(view: MapView, lon: float, lat: float, distance_km: float) -> float:
    level_deg = 90 - view.north_deg(lon, lat)
    half = distance_km * 500
    lons, lats, _ = _geod().fwd([lon, lon], [lat, lat], [level_deg, level_deg + 180], [half, half])
    ends = view.page(np.column_stack([lons, lats]))
    return float(np.linalg.norm(ends[0] - ends[1]))


def scale_denominator(view: MapView) -> float:
    """Return ``n`` of the scale 1 : n at the map's centre, to two figures."""
    bar = scale_bar(view, 100.0)
    exact = bar.distance_km * 1e6 / (bar.length * MM_PER_POINT)
    digits = 1 - math.floor(math.log10(exact))
    return round(exact, digits)


def _geod() -> Any:
    return Geod(ellps="WGS84")
