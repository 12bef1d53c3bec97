"""Positions that claims state, and whether two of them can be the same place.

A position stands in columns of its own. The text of a claim is never read for one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import shapely

from geodata import boundaries
from geodata.bearings import distance_km
from geodata.extents import distance_range_km

# Claimants round their coordinates: what lies nearer than this is no other place.
SAME_PLACE_KM = 1.0
# Outlines of two sources overlap a little along a common border.
_SLIVER = 0.01
_DIGITS = 6


@dataclass(frozen=True)
class Spot:
    """A position as one claim states it: a point in a ring, or an area.

    Parameters
    ----------
    point
        Longitude and latitude in degrees, EPSG:4326; None for an area.
    ring_km
        Radius in which the claimant says that the place lies; 0 where none is given.
    area
        Boundary id; ``""`` for a point.
    """

    point: tuple[float, float] | None = None
    ring_km: float = 0.0
    area: str = ""

    @property
    def words(self) -> str:
        """The position in words: ``"26.971° N, 64.09° E, within 5 km"``, ``"somewhere in Panjgur, …"``."""
        if self.point is None:
            units = [self.area, *boundaries.ancestors(self.area)]
            return f"somewhere in {', '.join(boundaries.unit(unit_id).name for unit_id in units)}"
        lon, lat = self.point
        place = f"{_degrees(lat)}° {'S' if lat < 0 else 'N'}, {_degrees(lon)}° {'W' if lon < 0 else 'E'}"
        return f"{place}, within {self.ring_km:g} km" if self.ring_km else place


def spot_of(row: Mapping[str, object]) -> Spot | None:
    """Return the position of a claim's row, None where it states none."""
    lat, lon, ring = (_number(row, name) for name in ("latitude", "longitude", "location_uncertainty_km"))
    if not (math.isnan(lat) or math.isnan(lon)):
        return Spot((lon, lat), 0.0 if math.isnan(ring) else ring)
    area = str(row.get("area", ""))
    return Spot(area=area) if area else None


def lie_apart(first: Spot, second: Spot) -> bool:
    """Return whether two positions cannot be the same place, rings and rounding allowed for.

    Areas lie apart where they have nothing but a border in common, a point and an area
    where the point's ring does not reach the area.
    """
    if first.area and second.area:
        return _areas_apart(*sorted((first.area, second.area)))
    reach = max(first.ring_km + second.ring_km, SAME_PLACE_KM)
    if first.point and second.point:
        return distance_km(first.point, second.point) > reach
    point = first.point or second.point
    area = boundaries.unit_geometry(first.area or second.area)
    if point is None or shapely.intersects_xy(area, *point):
        return False
    return distance_range_km(point, area)[0] > reach


@lru_cache(maxsize=1024)
def _areas_apart(first: str, second: str) -> bool:
    if first == second or first in boundaries.ancestors(second) or second in boundaries.ancestors(first):
        return False
    one, other = (boundaries.unit_geometry(unit_id, resolution="screen") for unit_id in (first, second))
    return bool(shapely.intersection(one, other).area <= _SLIVER * min(one.area, other.area))


def _degrees(value: float) -> str:
    return f"{abs(value):.{_DIGITS}f}".rstrip("0").rstrip(".")


def _number(row: Mapping[str, object], name: str) -> float:
    """Return a number of a row; NaN for an empty cell, and for a table without the column."""
    value = row.get(name, "")
    return math.nan if value in ("", None) else float(str(value))
