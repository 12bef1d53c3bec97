"""The line that two units share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import geopandas as gpd
import shapely

from geodata.boundaries.packs import ancestors, read_frame, unit, unit_geometry

_EDGE_LEVEL = 2  # the deepest level that the pack of edges names
_NEAR_DEG = 0.03  # between a third-level unit's outline and the line that resolves overlaps


@lru_cache(maxsize=1)
def _edges() -> gpd.GeoDataFrame:
    return read_frame("geoboundaries-odbl/edges_join.parquet")


@lru_cache(maxsize=256)
def shared_border(a: str, b: str) -> Any:
    """Return the line between two units at join resolution, EPSG:4326.

    Around Iran and Pakistan the line comes from one coverage in which the overlap of
    the two sources is resolved and their gap closed, so it may run up to a few
    kilometres inside either source's outline; elsewhere it is where the outlines meet.

    Parameters
    ----------
    a, b
        Ids of any level; the order does not matter. Of third-level units in different
        countries the line is the one of the unit above, as far as it runs beside them.

    Returns
    -------
    LineString or MultiLineString
        Empty when the units share no line, or when one holds the other.
    """
    one, other = unit(a), unit(b)
    if a == b or a in ancestors(b) or b in ancestors(a):
        return shapely.LineString()
    deepest = max(one.level, other.level)
    regional = bool({"IRN", "PAK"} & {one.iso3, other.iso3})
    if not regional or (deepest > _EDGE_LEVEL and one.iso3 == other.iso3):
        lines = _parts(shapely.boundary(unit_geometry(a)) & shapely.boundary(unit_geometry(b)))
    else:
        lines = _edge_lines(_edge_unit(a), _edge_unit(b))
        for unit_id in (a, b):
            if unit(unit_id).level > _EDGE_LEVEL:
                beside = shapely.buffer(shapely.boundary(unit_geometry(unit_id)), _NEAR_DEG)
                lines = [piece for line in lines for piece in _parts(line & beside)]
    return shapely.line_merge(shapely.MultiLineString(lines)) if lines else shapely.LineString()


def _edge_lines(a: str, b: str) -> list[Any]:
    edges = _edges()
    left, right = _inside(edges["a"], a), _inside(edges["b"], b)
    turned, back = _inside(edges["a"], b), _inside(edges["b"], a)
    return list(shapely.get_parts(edges[(left & right) | (turned & back)].geometry.values))


def _edge_unit(unit_id: str) -> str:
    item = unit(unit_id)
    return item.id if item.level <= _EDGE_LEVEL else item.parent_id


def _parts(geometry: Any) -> list[Any]:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in parts if part.geom_type == "LineString" and not part.is_empty]


def _inside(ids: Any, unit_id: str) -> Any:
    found = {item: item == unit_id or unit_id in ancestors(item) for item in set(ids)}
    return ids.map(found)
