"""Where the units of a layer lie: in which bundled units, and whether their axes look swapped."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from geodata.boundaries.build_frames import GEOD
from geodata.boundaries.names import find_unit
from geodata.boundaries.packs import load_units
from geodata.errors import BoundaryError

_EQUAL_AREA = 6933  # a cylinder with true areas on WGS 84: x follows longitude, y latitude
_LEAST_SHARE = 0.05  # of a unit's area; less is the noise of two sources along a border
_NAMES_ASKED = 300


def equal_area(shapes: Any) -> npt.NDArray[Any]:
    """Return polygons of EPSG:4326 on a plane where areas are true, in metres."""
    project = Transformer.from_crs(4326, _EQUAL_AREA, always_xy=True).transform

    def plane(lonlat: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.column_stack(project(lonlat[:, 0], np.clip(lonlat[:, 1], -89.99, 89.99)))

    return np.asarray(shapely.transform(np.asarray(shapes, dtype=object), plane))


def areas_km2(shapes: Any) -> npt.NDArray[np.float64]:
    """Return geodesic areas as ``build_frames.area_km2`` gives them, for many polygons at once."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    areas = np.zeros(len(shapes))
    for part, at in zip(parts, owner, strict=True):
        for order, ring in enumerate(shapely.get_rings(part)):
            xy = shapely.get_coordinates(ring)
            area = abs(GEOD.polygon_area_perimeter(xy[:, 0], xy[:, 1])[0])
            areas[at] += -area if order else area
    return areas / 1e6


def label_points(shapes: Any) -> npt.NDArray[np.float64]:
    """Return label points as ``build_frames.label_point`` gives them, one row (lon, lat) a polygon."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    largest = parts[order[np.unique(owner[order], return_index=True)[1]]]
    bounds = shapely.bounds(largest)
    squeeze = np.maximum(np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2)), 0.05)
    xy, at = shapely.get_coordinates(largest, return_index=True)
    flat = shapely.set_coordinates(largest, np.column_stack([xy[:, 0] * squeeze[at], xy[:, 1]]))
    middle = shapely.get_coordinates(
        shapely.get_point(shapely.maximum_inscribed_circle(flat, tolerance=0.005), 0)
    )
    return np.round(np.column_stack([middle[:, 0] / squeeze, middle[:, 1]]), 4)


def parents_of(shapes: Any, *, level: int | None, iso3: str = "") -> list[str]:
    """Return for each polygon the bundled unit of the level above that holds most of it.

    More than half of what lies in any unit of that level must lie in the one, and that
    at least a twentieth of the polygon (a county with its sea lies mostly in none).
    Empty where there is none, for a country, and where ``level`` is None.

    Parameters
    ----------
    shapes
        Valid polygons, EPSG:4326.
    iso3
        Only units of this country can be parents.
    """
    if not level or not len(shapes):
        return [""] * len(shapes)
    try:
        above = load_units(level - 1, iso3=iso3 or None)
    except BoundaryError:  # a level or country that the packs do not have
        return [""] * len(shapes)
    return _mostly_in(shapes, above)


def country_of(shapes: Any) -> list[str]:
    """Return for each polygon the ISO3 of the country that holds most of it, else empty."""
    return _mostly_in(shapes, load_units(0))


def _mostly_in(shapes: Any, above: Any) -> list[str]:
    if not len(above):
        return [""] * len(shapes)
    plane, holders = equal_area(shapes), equal_area(above.geometry.to_numpy())
    ids = above["id"].to_numpy()
    areas = shapely.area(plane)
    rows, columns = shapely.STRtree(holders).query(plane, predicate="intersects")
    shapely.prepare(holders)
    inside = shapely.covers(holders[columns], plane[rows])
    shared = np.where(inside, areas[rows], 0.0)
    for at in np.flatnonzero(~inside):
        shared[at] = _common_area(plane[rows[at]], holders[columns[at]])
    covered = np.bincount(rows, weights=shared, minlength=len(plane))
    order = np.lexsort((-shared, rows))  # each row's largest share first
    firsts = order[np.unique(rows[order], return_index=True)[1]]
    found = [""] * len(plane)
    for at in firsts:
        row = rows[at]
        if shared[at] > max(covered[row] / 2, areas[row] * _LEAST_SHARE):
            found[int(row)] = str(ids[columns[at]])
    return found


def _common_area(shape: Any, holder: Any) -> float:
    try:
        # Only the part of a large outline that is near matters, and cutting a box out is cheap.
        near = shapely.clip_by_rect(holder, *shape.bounds)
        return float(shapely.area(shapely.intersection(shape, near)))
    except shapely.GEOSException:
        return float(shapely.area(shapely.intersection(shapely.make_valid(shape), holder)))


def looks_swapped(shapes: Any, names: list[str]) -> bool:
    """Tell whether longitude and latitude seem to stand for each other.

    The units' names are looked up in the packs. Where several of them, and far more
    than not, lie near their namesakes only with the axes exchanged, they are swapped.
    Coordinates that cannot be degrees at all are found elsewhere.
    """
    straight = swapped = 0
    step = max(len(names) // _NAMES_ASKED, 1)
    for shape, name in list(zip(shapes, names, strict=True))[::step]:
        if not name:
            continue
        west, south, east, north = shape.bounds
        x, y = (west + east) / 2, (south + north) / 2
        spots = [(item.label_lon, item.label_lat) for item in find_unit(name)]
        straight += any(abs(x - lon) < 3 and abs(y - lat) < 3 for lon, lat in spots)
        swapped += any(abs(y - lon) < 3 and abs(x - lat) < 3 for lon, lat in spots)
    return swapped >= 2 and swapped > 3 * straight
