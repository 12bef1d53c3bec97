"""The line that two units share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import geopandas as gpd
import shapely

from geodata.boundaries.packs import DATA, ancestors, unit, unit_geometry


@lru_cache(maxsize=1)
def _edges() -> gpd.GeoDataFrame:
    return gpd.read_parquet(DATA / "geoboundaries-odbl" / "edges_join.parquet")


@lru_cache(maxsize=256)
def shared_border(a: str, b: str) -> Any:
    """Return the line between two units at join resolution, EPSG:4326.

    Around Iran and Pakistan the line comes from one coverage in which the overlap of
    the two sources is resolved and their gap closed, so it may run up to a few
    kilometres inside either source's outline; elsewhere it is where the outlines meet.

    Parameters
    ----------
    a, b
        Ids of any level; the order does not matter.

    Returns
    -------
    LineString or MultiLineString
        Empty when the units share no line, or when one holds the other.
    """
    for unit_id in (a, b):
        unit(unit_id)
    if a == b or a in ancestors(b) or b in ancestors(a):
        return shapely.LineString()
    edges = _edges()
    left, right = _inside(edges["a"], a), _inside(edges["b"], b)
    turned, back = _inside(edges["a"], b), _inside(edges["b"], a)
    chosen = edges[(left & right) | (turned & back)]
    lines = list(shapely.get_parts(chosen.geometry.values))
    if not lines and not {"IRN", "PAK"} & {unit(a).iso3, unit(b).iso3}:
        common = shapely.boundary(unit_geometry(a)) & shapely.boundary(unit_geometry(b))
        lines = [part for part in shapely.get_parts(common) if part.geom_type == "LineString"]
    if not lines:
        return shapely.LineString()
    return shapely.line_merge(shapely.MultiLineString(lines))


def _inside(ids: Any, unit_id: str) -> Any:
    found = {item: item == unit_id or unit_id in ancestors(item) for item in set(ids)}
    return ids.map(found)
