"""Where the map of a case opens that says nothing of it: on its events."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata import boundaries
from geodata.filters import Bbox
from geodata.record import Record
from geodata.scene_build import view_of_extent

Floats = npt.NDArray[np.float64]

_WORLD = (25.0, 20.0, 2.0)
# The part of a page's map that is free of its controls, in pixels.
_WIDTH, _HEIGHT = 640, 440
_NEAREST, _FARTHEST = 9.0, 1.5
# Events are left out of the view, not of the map, where a few lie far from all others.
_OUTLIERS = 0.02
_MANY = 50
_HALF_ROUND = 180.0


@dataclass(frozen=True)
class Opening:
    """Where a map opens: the middle in degrees, Leaflet's zoom, and the box that a small map must hold."""

    latitude: float
    longitude: float
    zoom: float
    box: Bbox | None = None


def opening_view(record: Record) -> Opening:
    """Return the view that a case states, else one that holds its events.

    Of more than fifty events the two hundredth parts that lie farthest out are not asked for.
    East may be above 180 where events lie on both sides of that meridian.
    """
    view = record.meta.view
    if view:
        return Opening(view.latitude, view.longitude, view.zoom)
    events = record.events
    points = events[events["drawn_as"] == "point"]
    lon, lat = (points[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    return opening_around(lon, lat, set(events.loc[events["drawn_as"] == "area", "drawn_area"]))


def opening_around(lon: Floats, lat: Floats, unit_ids: Iterable[str]) -> Opening:
    """Return the view that holds places (degrees) and units, as :func:`opening_view` does."""
    for unit_id in unit_ids:
        west, south, east, north = boundaries.unit_geometry(unit_id, resolution="screen").bounds
        if east - west > _HALF_ROUND:  # it lies on both sides of 180°: its bounds say nothing
            unit = boundaries.unit(unit_id)
            west = east = unit.label_lon
            south = north = unit.label_lat
        lon, lat = np.append(lon, [west, east]), np.append(lat, [south, north])
    if not lon.size:
        return Opening(*_WORLD)
    west, east = _middle_part(_unwrapped(lon))
    south, north = _middle_part(lat)
    return opening_on((west, south, east, north))


def opening_on(box: Bbox) -> Opening:
    """Return the view that holds a box: west, south, east, north; west above east crosses 180°."""
    west, south, east, north = box
    latitude, longitude, zoom = view_of_extent(box, width=_WIDTH, height=_HEIGHT)
    zoom = math.floor(min(max(zoom, _FARTHEST), _NEAREST) * 2) / 2
    east += 360 if east < west else 0
    return Opening(round(latitude, 3), round(longitude, 3), zoom, (west, south, east, north))


def _middle_part(values: Floats) -> tuple[float, float]:
    share = _OUTLIERS / 2 if values.size > _MANY else 0.0
    low, high = np.quantile(values, [share, 1 - share])
    return float(low), float(high)


def _unwrapped(
    lon: Floats,
) -> Floats:
    """Return longitudes without the jump at 180° where the events lie on both sides of it."""
    other = np.where(lon < 0, lon + 360, lon)
    spans = [high - low for low, high in map(_middle_part, (other, lon))]
    return other if spans[0] < spans[1] - 1e-9 else lon
