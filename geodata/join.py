"""Join events to administrative units: one event in, one row out.

The unit of a point is found level by level, each inside the one above, so that
``adm2`` is a child of ``adm1`` and ``adm1`` of ``adm0``. ``docs/decisions/join.md``
has the rules for overlaps, gaps, borders and coarse positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.atlas import (
    BORDER_KM,
    EDGE_KM,
    LEVELS,
    NO_EDGE,
    SEVERAL_EDGES,
    WHOLE,
    Atlas,
    Indices,
    Mask,
    Sheet,
    frames_atlas,
    pack_atlas,
    require_wgs84,
    with_layers,
)
from geodata.errors import BoundaryError, InputError
from geodata.intervals import Array
from geodata.readers.distinct import cells_at, distinct_numbers, distinct_rows
from geodata.schema import JOIN_COLUMNS, SEPARATOR

Column = Array | pd.api.extensions.ExtensionArray
Frame = TypeVar("Frame", pd.DataFrame, gpd.GeoDataFrame)

# A child is filled when it lies no further off than its parent and this: levels of one source
# nest but for slivers, and a unit that nobody could assign must stay empty.
SLIVER_KM = 0.5

STATED_MISMATCH = "stated_mismatch"
BORDER_UNCERTAIN = "border_uncertain"
PRECISION_TOO_COARSE = "precision_too_coarse"
OUTSIDE_BOUNDARIES = "outside_boundaries"
SEVERAL_CANDIDATES = "several_candidates"
METHODS = ("within", "nearest", "name", "code", "none")
_WITHIN, _NEAREST, _NAME, _CODE, _NONE = range(len(METHODS))
FLAGS = (
    STATED_MISMATCH,
    BORDER_UNCERTAIN,
    PRECISION_TOO_COARSE,
    OUTSIDE_BOUNDARIES,
    SEVERAL_CANDIDATES,
)

# The deepest level that a precision can tell; what is not named here reaches adm2.
_DEEPEST = {"admin1": 1, "country": 0, "region": 0, "sea_or_air": 0}
# An unknown precision may be any: its point is joined, and the row says that it may be too coarse.
_COARSE = (*_DEEPEST, "unknown")
_STATED = ("country_iso3", "admin1", "admin2")
_TEXTS = ("area", "location_precision", *_STATED)


def assign_admin(
    events: Frame,
    *,
    tolerance_km: float = 10.0,
    units: Mapping[int, gpd.GeoDataFrame] | None = None,
    layers: Sequence[tuple[int, gpd.GeoDataFrame]] = (),
) -> Frame:
    """Return ``events`` with the administrative units that each belongs to.

    Parameters
    ----------
    events
        Event table with ``longitude`` and ``latitude`` in decimal degrees (EPSG:4326,
        NaN where there are none), or a GeoDataFrame of points in that CRS. ``area``,
        ``location_precision``, ``country_iso3``, ``admin1`` and ``admin2`` are used
        where they exist. Not modified.
    tolerance_km
        How far outside all units a point may lie and still get the nearest, in
        geodesic kilometres; 0 turns this off.
    units
        Units by level (0, 1, 2) with ``id``, ``name``, ``parent_id`` and geometry in
        EPSG:4326; ``aliases`` (``;``-separated) where they exist. Default: the packs.
    layers
        Pairs of a level (1, 2) and units that go before those: fetched boundaries or a
        user's own; of two of one level the later one goes first. A point in one of them
        gets it at that level, the other levels stay; where its parent is not the unit
        found above, the row is flagged ``several_candidates``.

    Returns
    -------
    DataFrame or GeoDataFrame
        The type given, same index and order, one row an event, with the columns
        ``schema.JOIN_COLUMNS`` added or replaced. ``join_distance_km`` is 0 inside a
        unit, and NaN where the row has no unit by position.

    Raises
    ------
    CrsError
        If a frame has no CRS or another one than EPSG:4326.
    InputError
        If coordinates are missing as columns, or out of range.
    BoundaryError
        If an event's ``area`` is no unit.
    """
    atlas = pack_atlas() if units is None else frames_atlas(units)
    if layers:
        atlas = with_layers(atlas, layers)
    asked = _Asked.of(events)
    rows = _Rows.empty(len(asked.lon))
    stated = _stated_units(asked, atlas)
    _join_points(rows, asked, atlas, stated, tolerance_km=tolerance_km)
    _join_areas(rows, asked, atlas)
    _join_names(rows, asked, atlas, stated)
    _compare_stated(rows, atlas, stated)
    _prefer_layers(rows, asked, atlas, stated)
    joined = events.copy()
    for name, values in rows.columns(atlas).items():
        joined[name] = asked.spread(values)
    return joined


# -- what is joined -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """What the join reads of the rows, once for all rows that are alike in it.

    ``lon``, ``lat`` (NaN where there are none) and ``words`` (a row of ``texts``) have one entry
    a distinct combination, in the order of the first rows, whose index ``labels`` has.
    ``entry_of_row`` is None where each row of the table is an entry of its own.
    """

    lon: Array
    lat: Array
    words: Indices
    labels: pd.Index
    entry_of_row: Indices | None
    texts: pd.DataFrame  # distinct combinations of _TEXTS, "" where the column or the cell is missing
    has_precision: bool

    @classmethod
    def of(cls, events: pd.DataFrame) -> _Asked:
        lon, lat = _coordinates(events)
        texts, words = _texts(events)
        first, which = distinct_numbers([lon, lat, words] if len(texts) > 1 else [lon, lat])
        return cls(
            lon[first],
            lat[first],
            words[first],
            events.index[first],
            which if len(first) < len(which) else None,
            texts,
            "location_precision" in events,
        )

    @cached_property
    def located(self) -> Mask:
        return ~np.isnan(self.lon) & ~np.isnan(self.lat)

    def spread(self, values: Column) -> Column:
        """Return for each row of the table what is known for each entry."""
        return values if self.entry_of_row is None else values.take(self.entry_of_row)


def _texts(events: pd.DataFrame) -> tuple[pd.DataFrame, Indices]:
    """Return the distinct combinations of the texts that the join reads, and that of each row."""
    given = {name: _text_of(events[name]) for name in _TEXTS if name in events}
    first, which = np.arange(min(1, len(events))), np.zeros(len(events), dtype=np.intp)
    if given:
        first, which = distinct_rows(list(given.values()))
    cells = {
        name: given[name].iloc[first].fillna("").str.strip().to_numpy() if name in given else ""
        for name in _TEXTS
    }
    return pd.DataFrame(cells, index=range(len(first)), dtype="str"), which


def _text_of(cells: pd.Series) -> pd.Series:
    if isinstance(cells.dtype, pd.StringDtype):
        return cells
    return cells.where(cells.notna(), "").astype("str")


@dataclass
class _Rows:
    """The answer being built: unit positions by level, and how each row came to them."""

    units: Indices  # shape (3, rows), -1 for none
    method: Indices  # position in METHODS
    distance_km: Array
    flags: dict[str, Mask]

    @classmethod
    def empty(cls, count: int) -> _Rows:
        return cls(
            np.full((3, count), -1, dtype=np.intp),
            np.full(count, _NONE, dtype=np.intp),
            np.full(count, np.nan),
            {flag: np.zeros(count, dtype=bool) for flag in FLAGS},
        )

    def columns(self, atlas: Atlas) -> dict[str, Column]:
        values: dict[str, Column] = {}
        for level, layer in enumerate(atlas.levels):
            found = self.units[level]
            for name, labels in (("id", layer.ids), ("name", layer.names)):
                values[f"adm{level}_{name}"] = _text([*labels, ""], found)
        values["join_method"] = _text(METHODS, self.method)
        values["join_distance_km"] = self.distance_km
        values["join_flags"] = self._flag_cells()
        return {name: values[name] for name in JOIN_COLUMNS}

    def _flag_cells(self) -> Column:
        code = np.zeros(len(self.method), dtype=np.intp)
        for bit, flag in enumerate(FLAGS):
            code |= self.flags[flag].astype(np.intp) << bit
        cells = [
            SEPARATOR.join(flag for bit, flag in enumerate(FLAGS) if number >> bit & 1)
            for number in range(1 << len(FLAGS))
        ]
        return _text(cells, code)


def _text(values: Sequence[str], which: Indices) -> Column:
    """Return a text column that repeats few values; -1 is the last of them."""
    return pd.array(list(values), dtype="str").take(which)


def _coordinates(events: pd.DataFrame) -> tuple[Array, Array]:
    if isinstance(events, gpd.GeoDataFrame) and events.active_geometry_name is not None:
        return _point_coordinates(events)
    for name in ("longitude", "latitude"):
        if name not in events:
            raise InputError(
                f"the event table has no column {name!r}",
                column=name,
                remedy="Add longitude and latitude; leave the cells empty where an event has none.",
            )
    lon, lat = (events[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    for name, values, limit in (("longitude", lon, 180.0), ("latitude", lat, 90.0)):
        wrong = np.flatnonzero(np.abs(values) > limit)
        if wrong.size:
            raise InputError(
                f"{name} is not between -{limit:g} and {limit:g} (index {events.index[wrong[0]]!r})",
                column=name,
                value=float(values[wrong[0]]),
                remedy="Give decimal degrees, EPSG:4326; check whether the two are exchanged.",
            )
    return lon, lat


def _point_coordinates(events: gpd.GeoDataFrame) -> tuple[Array, Array]:
    require_wgs84(events, "the events")
    geometry = np.asarray(events.geometry.array, dtype=object)
    kinds = shapely.get_type_id(geometry)
    wrong = np.flatnonzero((kinds > 0) & ~shapely.is_empty(geometry))
    if wrong.size:
        raise InputError(
            f"the geometry at index {events.index[wrong[0]]!r} is no point",
            column=str(events.active_geometry_name),
            value=geometry[wrong[0]].geom_type,
            remedy="Give points; name the unit of an area event in the column area.",
        )
    filled = (kinds == 0) & ~shapely.is_empty(geometry)
    lonlat = np.full((len(geometry), 2), np.nan)
    lonlat[filled] = shapely.get_coordinates(geometry[filled])
    return lonlat[:, 0], lonlat[:, 1]


@dataclass(frozen=True)
class _Stated:
    """What the entries state: one statement a distinct combination, and the statement of each entry."""

    statement: Indices
    cells: list[tuple[str, ...]]
    candidates: list[tuple[list[str], ...]]  # unit ids by level

    def country(self, atlas: Atlas) -> Indices:
        """Return the position of the one country that each entry states, else -1."""
        of_statement = [
            atlas.positions[by_level[0][0]][1] if len(by_level[0]) == 1 else -1
            for by_level in self.candidates
        ]
        return np.array(of_statement, dtype=np.intp)[self.statement]


def _stated_units(asked: _Asked, atlas: Atlas) -> _Stated:
    columns = [asked.texts[name] for name in _STATED]
    first, statement = distinct_rows(columns)
    cells = [tuple(str(cell) for cell in row) for row in cells_at(columns, first)]
    find = cache(partial(_find, atlas))
    candidates = [tuple(map(find, row, LEVELS)) for row in cells]
    return _Stated(statement[asked.words], cells, candidates)


def _find(atlas: Atlas, text: str, level: int) -> list[str]:
    if not text:
        return []
    if atlas.positions.get(text, (-1, -1))[0] == level:
        return [text]
    return [unit for unit in atlas.find(text, level) if unit in atlas.positions]


# -- by position --------------------------------------------------------------------------------


def _join_points(rows: _Rows, asked: _Asked, atlas: Atlas, stated: _Stated, *, tolerance_km: float) -> None:
    at = np.flatnonzero(asked.located)
    if not at.size:
        return
    x, y, country = asked.lon[at], asked.lat[at], stated.country(atlas)[at]
    first, place = _places(x, y, country)
    found = _Places(atlas, x[first], y[first], country[first])
    found.assign(tolerance_km)
    rows.units[:, at] = found.units[:, place]
    rows.distance_km[at] = found.distance_km[place]
    outside = found.units.max(axis=0) < 0
    method = np.where(outside, _NONE, np.where(found.distance_km > 0, _NEAREST, _WITHIN))
    rows.method[at] = method[place]
    rows.flags[SEVERAL_CANDIDATES][at] = found.several[place]
    rows.flags[OUTSIDE_BOUNDARIES][at] = (method != _WITHIN)[place]
    rows.flags[BORDER_UNCERTAIN][at] = found.border_uncertain()[place]
    _withhold(rows, asked)


def _places(x: Array, y: Array, country: Indices) -> tuple[Indices, Indices]:
    """Return the first of each distinct place from west to east, and the place of each entry."""
    first, place = distinct_numbers([x, y, country])
    order = np.argsort(x[first])
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order))
    return first[order], rank[place]


def _withhold(rows: _Rows, asked: _Asked) -> None:
    """Empty the levels that a point's precision does not reach."""
    if not asked.has_precision:
        return
    precision = asked.texts["location_precision"]
    given = precision.mask(precision == "", "unknown")
    deepest = _deepest(given)[asked.words]
    for level in LEVELS:
        rows.units[level, asked.located & (deepest < level)] = -1
    rows.flags[PRECISION_TOO_COARSE] |= asked.located & given.isin(_COARSE).to_numpy()[asked.words]


def _deepest(precision: pd.Series) -> Indices:
    return np.array([_DEEPEST.get(word, LEVELS[-1]) for word in precision], dtype=np.intp)


@dataclass
class _Places:
    """Distinct points with the country that their rows state, and the units found for them."""

    atlas: Atlas
    x: Array
    y: Array
    country: Indices
    units: Indices = field(init=False)
    distance_km: Array = field(init=False)
    several: Mask = field(init=False)
    _edge_owner: Indices = field(init=False)
    _countries: tuple[Indices, Indices] = field(init=False)

    def __post_init__(self) -> None:
        self.units = np.full((3, len(self.x)), -1, dtype=np.intp)
        self.distance_km = np.full(len(self.x), np.nan)
        self.several = np.zeros(len(self.x), dtype=bool)

    def assign(self, tolerance_km: float) -> None:
        """Fill the levels from the top, each inside the unit found above it."""
        top = next((level for level in LEVELS if len(self.atlas.levels[level].ids)), None)
        if top is None:
            return
        for level in range(top, len(LEVELS)):
            self._assign_level(level, top, tolerance_km)
        self.distance_km[self.units[top] < 0] = np.nan

    def _assign_level(self, level: int, top: int, tolerance_km: float) -> None:
        if not len(self.atlas.levels[level].ids):
            return
        point, unit = self._in_countries() if level == 0 else self._containing(level)
        nested = self._nested(level, top, point, unit)
        point, unit = point[nested], unit[nested]
        inside = np.bincount(point, minlength=len(self.x))
        self.several |= inside > 1
        self._choose(level, point, unit, np.zeros(len(point)), inside)
        missing = np.flatnonzero((inside == 0) & self._may_be_near(level, top, tolerance_km))
        if not missing.size:
            return
        reach = np.full(missing.size, tolerance_km) if level == top else self.distance_km[missing] + SLIVER_KM
        near_point, near_unit, km = self._near(level, missing, reach)
        nested = self._nested(level, top, near_point, near_unit)
        self._choose(level, near_point[nested], near_unit[nested], km[nested], inside, by_distance=True)

    def _sheets(self, level: int, at: Indices) -> Iterator[tuple[Sheet, Indices]]:
        """Yield the sheets that points may lie in, and which of the points ``at`` ask for it."""
        layer, countries = self.atlas.levels[level], self.atlas.levels[0].ids
        if layer.in_one_sheet:
            yield layer.sheet(WHOLE), at
            return
        country = self.units[0, at]
        # Numbers of two bytes are sorted by their digits, which is many times as quick.
        order = np.argsort(country.astype(np.min_scalar_type(-len(countries) - 1)), kind="stable")
        starts = np.flatnonzero(np.diff(country[order], prepend=-1))
        for of_country in np.split(at[order], starts)[1:]:
            yield layer.sheet(countries[self.units[0, of_country[0]]]), of_country

    def _in_countries(self) -> tuple[Indices, Indices]:
        sheet = self.atlas.levels[0].sheet(WHOLE)
        self._edge_owner = sheet.edge_owner(self.x, self.y)
        self._countries = sheet.containing_by_cell(self.x, self.y, self._edge_owner)
        return self._countries

    def _containing(self, level: int) -> tuple[Indices, Indices]:
        found = []
        for sheet, at in self._sheets(level, np.arange(len(self.x))):
            point, unit = sheet.containing(self.x[at], self.y[at])
            found.append((at[point], unit))
        return _joined(found)

    def _near(self, level: int, at: Indices, reach: Array) -> tuple[Indices, Indices, Array]:
        reach_of = np.zeros(len(self.x))
        reach_of[at] = reach
        found, distances = [], [np.empty(0)]
        for sheet, of_sheet in self._sheets(level, at):
            point, unit, km = sheet.near(self.x[of_sheet], self.y[of_sheet], reach_of[of_sheet])
            found.append((of_sheet[point], unit))
            distances.append(km)
        return *_joined(found), np.concatenate(distances)

    def _depth(self, level: int, point: Indices, unit: Indices) -> Array:
        """Return how deep points lie inside units: comparable for one and the same point."""
        layer, depth = self.atlas.levels[level], np.zeros(len(point))
        sheets = layer.sheet_of[unit] if len(unit) else np.empty(0, dtype=object)
        for key in set(sheets):
            at = np.flatnonzero(sheets == key)
            depth[at] = layer.sheet(key).depth(unit[at], self.x[point[at]], self.y[point[at]])
        return depth

    def _nested(self, level: int, top: int, point: Indices, unit: Indices) -> Mask:
        if level == top:
            return np.ones(len(point), dtype=bool)
        parent = self.atlas.levels[level].parents[unit]
        return np.asarray((parent >= 0) & (parent == self.units[level - 1, point]))

    def _may_be_near(self, level: int, top: int, tolerance_km: float) -> Mask:
        if level == top == 0 and tolerance_km <= EDGE_KM:
            return np.asarray(self._edge_owner != NO_EDGE)
        if level == top:
            return np.ones(len(self.x), dtype=bool)
        parents = np.unique(self.atlas.levels[level].parents)
        above = self.units[level - 1]
        return np.asarray((above >= 0) & np.isin(above, parents))

    def _choose(
        self,
        level: int,
        point: Indices,
        unit: Indices,
        km: Array,
        inside: Indices,
        *,
        by_distance: bool = False,
    ) -> None:
        """Give each point its stated country, else the unit it lies deepest in, else the nearest."""
        if not by_distance:
            alone = inside[point] == 1
            self._set(level, point[alone], unit[alone], km[alone])
            point, unit, km = point[~alone], unit[~alone], km[~alone]
        preferred = np.zeros(len(point), dtype=bool)
        depth = np.zeros(len(point))
        if not by_distance:
            preferred = (unit == self.country[point]) & (level == 0)
            depth = self._depth(level, point, unit)
        order = np.lexsort((unit, -depth, km, ~preferred, point))
        _, first = np.unique(point[order], return_index=True)
        best = order[first]
        self._set(level, point[best], unit[best], km[best])

    def _set(self, level: int, point: Indices, unit: Indices, km: Array) -> None:
        self.units[level, point] = unit
        unset = np.isnan(self.distance_km[point])
        self.distance_km[point[unset]] = km[unset]

    def border_uncertain(self) -> Mask:
        """Return which points have two countries within 5 km, themselves inside one or not."""
        layer = self.atlas.levels[0]
        if not len(layer.ids):
            return np.zeros(len(self.x), dtype=bool)
        inside_point, inside_unit = self._countries
        own = np.full(len(self.x), -1, dtype=np.intp)
        own[inside_point] = inside_unit
        # The country that a point lies in needs no distance: only another one makes it uncertain.
        owner = self._edge_owner
        at = np.flatnonzero((owner == SEVERAL_EDGES) | ((owner != NO_EDGE) & (own >= 0) & (own != owner)))
        reach = np.full(at.size, BORDER_KM)
        near_point, near_unit, _ = layer.sheet(WHOLE).near(self.x[at], self.y[at], reach, but=own[at])
        near_point = at[near_point]
        relevant = np.isin(inside_point, near_point) | self.several[inside_point]
        pair = np.append(inside_point[relevant], near_point) * len(layer.ids)
        distinct = np.unique(pair + np.append(inside_unit[relevant], near_unit))
        return np.asarray(np.bincount(distinct // len(layer.ids), minlength=len(self.x)) > 1)


def _joined(pairs: Sequence[tuple[Indices, Indices]]) -> tuple[Indices, Indices]:
    nothing = np.empty(0, dtype=np.intp)
    points, units = zip((nothing, nothing), *pairs, strict=True)
    return np.concatenate(points), np.concatenate(units)


def _prefer_layers(rows: _Rows, asked: _Asked, atlas: Atlas, stated: _Stated) -> None:
    """Give points that lie in a unit of a layer that unit, at the layer's level."""
    if not atlas.own:
        return
    at = np.flatnonzero(asked.located)
    mismatch = rows.flags[STATED_MISMATCH].copy()
    for level, sheet in atlas.own:
        point, unit = sheet.containing(asked.lon[at], asked.lat[at])
        if not point.size:
            continue
        depth = sheet.depth(unit, asked.lon[at[point]], asked.lat[at[point]])
        best = np.lexsort((unit, -depth, point))
        _, first, count = np.unique(point[best], return_index=True, return_counts=True)
        row, unit = at[point[best[first]]], unit[best[first]]
        above = rows.units[level - 1, row]
        is_elsewhere = (above >= 0) & (above != atlas.levels[level].parents[unit])
        rows.flags[SEVERAL_CANDIDATES][row] |= (count > 1) | is_elsewhere
        rows.units[level, row] = unit
        unplaced = rows.method[row] == _NONE
        rows.method[row[unplaced]] = _WITHIN
        rows.distance_km[row[unplaced]] = 0.0
    _withhold(rows, asked)
    # What a row states may name the unit of the packs or that of a layer: either is no mismatch.
    rows.flags[STATED_MISMATCH][:] = False
    _compare_stated(rows, atlas, stated)
    rows.flags[STATED_MISMATCH] &= mismatch


# -- by area and by name --------------------------------------------------------------------------


def _join_areas(rows: _Rows, asked: _Asked, atlas: Atlas) -> None:
    area = asked.texts["area"].to_numpy(dtype=object)
    at = np.flatnonzero(~asked.located & (area != "")[asked.words])
    codes, distinct = pd.factorize(area[asked.words[at]])
    paths = np.empty((len(distinct), len(LEVELS)), dtype=np.intp)
    for number, unit_id in enumerate(distinct):
        try:
            paths[number] = atlas.path(unit_id)
        except KeyError:
            index = asked.labels[at[int(np.flatnonzero(codes == number)[0])]]
            raise BoundaryError(
                f"no boundary pack holds this unit (event at index {index!r})",
                column="area",
                value=unit_id,
                remedy="List the units with: python -m geodata boundaries list",
            ) from None
    if at.size:
        rows.units[:, at] = paths[codes].T
        rows.method[at] = _CODE


def _join_names(rows: _Rows, asked: _Asked, atlas: Atlas, stated: _Stated) -> None:
    """Join what has neither coordinates nor area by the names or codes that it states."""
    at = np.flatnonzero(~asked.located & (rows.method == _NONE))
    statement = stated.statement[at]
    deepest = _deepest(asked.texts["location_precision"])[asked.words[at]]
    first, number = distinct_numbers([statement, deepest])
    for which, (one, limit) in enumerate(zip(statement[first], deepest[first], strict=True)):
        path, method, is_ambiguous = _stated_path(atlas, stated, int(one), int(limit))
        members = at[number == which]
        rows.units[:, members] = np.array(path, dtype=np.intp)[:, None]
        rows.method[members] = method
        rows.flags[SEVERAL_CANDIDATES][members] = is_ambiguous


def _stated_path(
    atlas: Atlas, stated: _Stated, statement: int, deepest: int
) -> tuple[tuple[int, int, int], int, bool]:
    """Return the units that stated names mean, the method, and whether they mean several."""
    path: tuple[int, int, int] = (-1, -1, -1)
    method, is_ambiguous = _NONE, False
    for level in range(deepest + 1):
        units = stated.candidates[statement][level]
        fitting = [found for found in map(atlas.path, units) if _agree(found, path)]
        # Where a layer and the packs have a unit of that name, the layer goes first.
        fitting = [found for found in fitting if atlas.is_own(level, found[level])] or fitting
        if len(fitting) > 1:
            is_ambiguous = True
        if len(fitting) == 1:
            path = fitting[0]
            by_code = units == [stated.cells[statement][level]]
            method = _CODE if by_code and method != _NAME else _NAME
    return path, method, is_ambiguous


def _agree(one: Sequence[int], other: Sequence[int]) -> bool:
    return all(a == b or a < 0 or b < 0 for a, b in zip(one, other, strict=True))


def _compare_stated(rows: _Rows, atlas: Atlas, stated: _Stated) -> None:
    """Flag rows whose stated names mean other units than those that they were given.

    A name that means nothing known says nothing, and is not a mismatch.
    """
    if not any(units for by_level in stated.candidates for units in by_level):
        return
    first, combination = distinct_numbers([stated.statement, *rows.units])
    verdicts = [
        any(
            units and not any(_agree(atlas.path(unit), path) for unit in units)
            for units in stated.candidates[statement]
        )
        for statement, *path in zip(stated.statement[first], *rows.units[:, first], strict=True)
    ]
    if verdicts:
        rows.flags[STATED_MISMATCH] |= np.array(verdicts, dtype=bool)[combination]
