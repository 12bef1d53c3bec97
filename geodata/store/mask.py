"""Which rows of a store a filter wants: the rules of ``geodata.filters``, over plain arrays."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries, schema
from geodata.filters import EPOCH, Bbox, EventFilter, area_meets, is_joined_to
from geodata.store.columns import Columns

Mask = npt.NDArray[np.bool_]
Part = slice | npt.NDArray[np.integer]


def has_only_days_and_kinds(wanted: EventFilter) -> bool:
    """Return whether a filter asks for nothing but dates and kinds: what counts are kept of."""
    return not (wanted.areas or wanted.actors or wanted.min_killed or wanted.min_claimants)


def kinds_wanted(wanted: EventFilter) -> npt.NDArray[np.int64]:
    """Return the numbers of the kinds of event that a filter wants."""
    return np.array(
        [n for n, kind in enumerate(schema.EVENT_TYPES) if not wanted.types or kind in wanted.types]
    )


def days_wanted(wanted: EventFilter) -> tuple[int, int]:
    """Return the first and the last day that a filter wants, counted from 1970-01-01."""
    info = np.iinfo(np.int32)
    first = (wanted.date_from - EPOCH).days if wanted.date_from else int(info.min) // 2
    last = (wanted.date_to - EPOCH).days if wanted.date_to else int(info.max) // 2
    return first, last


def in_period(columns: Columns, wanted: EventFilter, part: Part) -> Mask:
    """Return which rows of a part are of the days and kinds that a filter wants."""
    first, last = days_wanted(wanted)
    keep: Mask = (columns.last_day[part] >= first) & (columns.first_day[part] <= last)
    if wanted.types:
        is_kind = np.zeros(len(schema.EVENT_TYPES), dtype=bool)
        is_kind[kinds_wanted(wanted)] = True
        keep &= is_kind[columns.kind[part]]
    return keep


def wanted_rows(columns: Columns, wanted: EventFilter, part: Part) -> Mask:
    """Return which rows of a part are wanted; a box in the filter is not asked."""
    keep = in_period(columns, wanted, part)
    if wanted.areas:
        keep &= _in_areas(columns, wanted.areas, part)
    if wanted.actors:
        keep &= _has(columns.actors[part], _cells_with(columns.names, wanted.actors))
    if wanted.min_killed:
        keep &= columns.high[part] >= wanted.min_killed
    if wanted.min_claimants:
        keep &= columns.claimants[part] >= wanted.min_claimants
    return keep


def meets_box(columns: Columns, box: Bbox, rows: npt.NDArray[np.integer]) -> Mask:
    """Return which rows have their point or their unit in a box; those without a place are not in it."""
    west, south, east, north = box
    lon, lat, code = columns.lon[rows], columns.lat[rows], columns.area[rows]
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    found: Mask = across & (lat >= south) & (lat <= north) & (code == 0)
    # A point that is not drawn serves the join alone.
    found &= columns.drawn[rows] == 1
    meets = np.zeros(len(columns.units), dtype=bool)
    for number in np.unique(code[code > 0]).tolist():
        meets[number] = area_meets(columns.units[number], box)
    found |= meets[code]
    return found


def _has(codes: npt.NDArray[np.int32], among: npt.NDArray[np.bool_]) -> Mask:
    return np.asarray(among[codes])


def names_one(names: tuple[str, ...], actor: str) -> bool:
    """Return whether a cell of a vocabulary names an actor."""
    return bool(_cells_with(names, (actor,)).any())


@lru_cache(maxsize=16)
def _cells_with(names: tuple[str, ...], actors: tuple[str, ...]) -> Mask:
    """Return which cells of a vocabulary name one of the actors."""
    asked = {actor.strip().casefold() for actor in actors}
    return np.array([any(one.casefold() in asked for one in schema.split(cell)) for cell in names])


def _in_areas(columns: Columns, areas: tuple[str, ...], part: Part) -> Mask:
    among = np.isin(np.array(columns.units, dtype=object), np.array(areas, dtype=object))
    # A unit that an event is drawn as may lie inside a wanted one.
    inside = among | np.array([bool(unit) and _is_inside(unit, areas) for unit in columns.units], dtype=bool)
    found = _has(columns.area[part], inside)
    for level in ("adm0", "adm1", "adm2"):
        found |= _has(getattr(columns, level)[part], among)
    for area in areas:
        if not is_joined_to(area):
            lon, lat = columns.lon[part], columns.lat[part]
            shape = boundaries.unit_geometry(area)
            west, south, east, north = shape.bounds
            near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
            found[near] |= shapely.intersects_xy(shape, lon[near], lat[near])
    return found


@lru_cache(maxsize=65536)
def _is_inside(unit: str, areas: tuple[str, ...]) -> bool:
    return boundaries.is_unit(unit) and not set(areas).isdisjoint(boundaries.ancestors(unit))
