"""Join events to administrative units: one event in, one row out.

The unit of a point is found level by level, each inside the one above, so that
``adm2`` is a child of ``adm1`` and ``adm1`` of ``adm0``. ``docs/decisions/join.md``
has the rules for overlaps, gaps, borders and coarse positions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TypeVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geodata import boundaries
from geodata.bearings import GEOD
from geodata.errors import BoundaryError, CrsError, InputError
from geodata.intervals import Array
from geodata.schema import JOIN_COLUMNS, SEPARATOR

Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.object_]
Column = Array | pd.api.extensions.ExtensionArray
Frame = TypeVar("Frame", pd.DataFrame, gpd.GeoDataFrame)
FindUnit = Callable[[str, int], "list[str]"]

LEVELS = (0, 1, 2)
BORDER_KM = 5.0
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
_WGS84 = CRS.from_epsg(4326)
_PIECE_VERTICES = 32
_STEP_DEG = 0.25
_CELL_DEG = 0.1
_ECCENTRICITY = np.sqrt(GEOD.es)


def assign_admin(
    events: Frame,
    *,
    tolerance_km: float = 10.0,
    units: Mapping[int, gpd.GeoDataFrame] | None = None,
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
    atlas = _pack_atlas() if units is None else _atlas_of(units)
    points = _Points(*_coordinates(events))
    rows = _Rows.empty(len(events))
    stated = _stated_units(events, atlas)
    _join_points(rows, events, atlas, stated, points, tolerance_km=tolerance_km)
    _join_areas(rows, events, atlas, ~points.located)
    _join_names(rows, events, atlas, stated, ~points.located)
    _compare_stated(rows, atlas, stated)
    joined = events.copy()
    for name, values in rows.columns(atlas).items():
        joined[name] = values
    return joined


# -- what is joined to ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Layer:
    """The units of one level, with what a fast join needs."""

    ids: Labels
    names: Labels
    geometries: Labels
    parents: Indices  # position in the level above, -1 where there is none

    @cached_property
    def _pieces(self) -> tuple[shapely.STRtree, Indices]:
        """Return a tree over short pieces of all edges in Mercator, and the unit of each piece."""
        # get_rings passes over a MultiPolygon: take its parts first.
        parts, unit_of_part = shapely.get_parts(self.geometries, return_index=True)
        rings, part_of_ring = shapely.get_rings(parts, return_index=True)
        unit_of_ring = unit_of_part[part_of_ring]
        pieces: list[shapely.LineString] = []
        owners: list[int] = []
        for ring, owner in zip(shapely.segmentize(rings, _STEP_DEG), unit_of_ring, strict=True):
            plane = _mercator(shapely.get_coordinates(ring))
            for start in range(0, len(plane) - 1, _PIECE_VERTICES):
                pieces.append(shapely.linestrings(plane[start : start + _PIECE_VERTICES + 1]))
                owners.append(int(owner))
        return shapely.STRtree(pieces), np.asarray(owners, dtype=np.intp)

    def containing(self, x: Array, y: Array) -> tuple[Indices, Indices]:
        """Return pairs (point, unit) of the units that contain or touch each point.

        Points are sorted by longitude, each polygon tests only those inside its box.
        """
        order = np.argsort(x, kind="stable")
        xs, ys = x[order], y[order]
        west, south, east, north = shapely.bounds(self.geometries).T
        points, owners = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
        for unit, geometry in enumerate(self.geometries):
            span = slice(np.searchsorted(xs, west[unit]), np.searchsorted(xs, east[unit], side="right"))
            near = np.flatnonzero((ys[span] >= south[unit]) & (ys[span] <= north[unit])) + span.start
            if not near.size:
                continue
            hit = order[near[shapely.intersects_xy(geometry, xs[near], ys[near])]]
            points.append(hit)
            owners.append(np.full(hit.size, unit, dtype=np.intp))
        return np.concatenate(points), np.concatenate(owners)

    def near(self, x: Array, y: Array, within_km: Array) -> tuple[Indices, Indices, Array]:
        """Return (point, unit, km) for the units whose edge lies within a distance of each point.

        The nearest place is found in Mercator, which is true to shape and so finds the
        nearest at these distances; the kilometres are geodesic.
        """
        tree, owners = self._pieces
        plane = _mercator(np.column_stack([x, y]))
        points = shapely.points(plane)
        # 2 % wider: the scale changes a little on the way to the edge.
        reach = np.radians(1.02 * within_km / 111.0) / np.cos(np.radians(np.clip(np.abs(y) + 0.2, 0, 89.9)))
        which, piece = tree.query(points, predicate="dwithin", distance=reach)
        feet = shapely.get_point(shapely.shortest_line(points[which], tree.geometries[piece]), 1)
        lon, lat = _from_mercator(shapely.get_coordinates(feet)).T
        km = np.asarray(GEOD.inv(x[which], y[which], lon, lat)[2], dtype=float) / 1000.0
        pairs = pd.DataFrame({"point": which, "unit": owners[piece], "km": km})
        pairs = pairs[km <= within_km[which]].groupby(["point", "unit"], as_index=False)["km"].min()
        return pairs["point"].to_numpy(), pairs["unit"].to_numpy(), pairs["km"].to_numpy()

    @cached_property
    def _edge_cells(self) -> Mask:
        """Return which cells of a grid over the world come within 5 km of an edge."""
        tree, _ = self._pieces
        cells = np.zeros((round(180 / _CELL_DEG), round(360 / _CELL_DEG)), dtype=bool)
        west, south, east, north = shapely.bounds(tree.geometries).T
        south, north = (_from_mercator(np.column_stack([west, edge]))[:, 1] for edge in (south, north))
        reach = 1.05 * BORDER_KM / 111.0
        sideways = reach / np.cos(np.radians(np.clip(np.abs([south, north]).max(axis=0) + reach, 0, 89.9)))
        rows = _cell_of(np.column_stack([south - reach, north + reach]) + 90.0, cells.shape[0])
        columns = _cell_of(
            np.column_stack([np.degrees(west) - sideways, np.degrees(east) + sideways]) + 180.0,
            cells.shape[1],
        )
        for (bottom, top), (left, right) in zip(rows, columns, strict=True):
            cells[bottom : top + 1, left : right + 1] = True
        return cells

    def may_be_at_edge(self, x: Array, y: Array) -> Mask:
        """Return which points lie in a cell that comes within 5 km of an edge: a cheap first test."""
        cells = self._edge_cells
        return np.asarray(cells[_cell_of(y + 90.0, cells.shape[0]), _cell_of(x + 180.0, cells.shape[1])])

    def depth(self, units: Indices, x: Array, y: Array) -> Array:
        """Return how deep each point lies inside its unit, comparable for one and the same point."""
        depth = np.zeros(len(units))
        tree, owners = self._pieces
        points = shapely.points(_mercator(np.column_stack([x, y])))
        for unit in np.unique(units):
            of_unit = units == unit
            edge = shapely.STRtree(tree.geometries[owners == unit])
            (at, _), distance = edge.query_nearest(points[of_unit], all_matches=False, return_distance=True)
            depth[np.flatnonzero(of_unit)[at]] = distance
        return depth


@dataclass(frozen=True)
class _Atlas:
    """The layers of all levels, and how a stated name finds its unit."""

    layers: tuple[_Layer, ...]
    find: FindUnit
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)

    def path(self, unit_id: str) -> tuple[int, int, int]:
        """Return the positions of a unit and its ancestors by level, -1 below it.

        Raises
        ------
        KeyError
            If there is no such unit.
        """
        level, position = self.positions[unit_id]
        path = [-1, -1, -1]
        while level >= 0 and position >= 0:
            path[level] = position
            position, level = int(self.layers[level].parents[position]), level - 1
        return path[0], path[1], path[2]


@lru_cache(maxsize=1)
def _pack_atlas() -> _Atlas:
    frames = {level: boundaries.load_units(level) for level in LEVELS}
    return _build_atlas(frames, lambda name, level: [u.id for u in boundaries.find_unit(name, level=level)])


def _atlas_of(units: Mapping[int, gpd.GeoDataFrame]) -> _Atlas:
    for level, frame in units.items():
        _require_wgs84(frame, f"the units of level {level}")
    return _build_atlas(units, _name_finder(units))


def _build_atlas(frames: Mapping[int, gpd.GeoDataFrame], find: FindUnit) -> _Atlas:
    layers: list[_Layer] = []
    positions: dict[str, tuple[int, int]] = {}
    for level in LEVELS:
        layers.append(
            _layer(frames.get(level), {k: p for k, (at, p) in positions.items() if at == level - 1})
        )
        positions.update({unit: (level, place) for place, unit in enumerate(layers[-1].ids)})
    return _Atlas(tuple(layers), find, positions)


def _layer(frame: gpd.GeoDataFrame | None, above: Mapping[str, int]) -> _Layer:
    if frame is None or frame.empty:
        nothing = np.empty(0, dtype=object)
        return _Layer(nothing, nothing, nothing, np.empty(0, dtype=np.intp))
    parents = frame["parent_id"] if "parent_id" in frame else pd.Series("", index=frame.index)
    geometries = np.asarray(frame.geometry.array, dtype=object).copy()
    shapely.prepare(geometries)
    # GEOS completes a prepared polygon on its first question: ask it here, not in two threads at once.
    shapely.intersects_xy(geometries, 0.0, 0.0)
    return _Layer(
        frame["id"].to_numpy(dtype=object),
        frame["name"].to_numpy(dtype=object),
        geometries,
        np.array([above.get(parent, -1) for parent in parents], dtype=np.intp),
    )


def _name_finder(units: Mapping[int, gpd.GeoDataFrame]) -> FindUnit:
    """Return a finder over the names and aliases of given units, blind to case."""
    known: dict[tuple[int, str], list[str]] = {}
    for level, frame in units.items():
        aliases = frame["aliases"] if "aliases" in frame else [""] * len(frame)
        for unit, name, others in zip(frame["id"], frame["name"], aliases, strict=True):
            spellings = {str(name), *(str(others) if isinstance(others, str) else "").split(SEPARATOR)}
            for spelling in {text.strip().casefold() for text in spellings} - {""}:
                known.setdefault((level, spelling), []).append(unit)
    return lambda name, level: known.get((level, name.strip().casefold()), [])


def _cell_of(degrees: Array, count: int) -> Indices:
    return np.asarray(np.clip(np.floor(degrees / _CELL_DEG), 0, count - 1), dtype=np.intp)


def _mercator(lonlat: Array) -> Array:
    """Return Mercator coordinates on WGS 84 in radians of the equator (Snyder 1987, 44)."""
    lon, lat = np.radians(lonlat[:, 0]), np.radians(np.clip(lonlat[:, 1], -89.9, 89.9))
    north = np.arctanh(np.sin(lat)) - _ECCENTRICITY * np.arctanh(_ECCENTRICITY * np.sin(lat))
    return np.column_stack([lon, north])


def _from_mercator(plane: Array) -> Array:
    """Return longitude and latitude in degrees; three rounds reach 1e-9° (Snyder 1987, 45)."""
    sine = np.tanh(plane[:, 1])
    for _ in range(3):
        sine = np.tanh(plane[:, 1] + _ECCENTRICITY * np.arctanh(_ECCENTRICITY * sine))
    return np.asarray(np.degrees(np.column_stack([plane[:, 0], np.arcsin(sine)])), dtype=float)


# -- what is joined -----------------------------------------------------------------------------


@dataclass
class _Points:
    """Coordinates of the rows, NaN where a row has none."""

    lon: Array
    lat: Array

    @cached_property
    def located(self) -> Mask:
        return ~np.isnan(self.lon) & ~np.isnan(self.lat)


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

    def columns(self, atlas: _Atlas) -> dict[str, Column]:
        values: dict[str, Column] = {}
        for level, layer in enumerate(atlas.layers):
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


def _require_wgs84(frame: gpd.GeoDataFrame, what: str) -> None:
    if frame.crs is not None and CRS.from_user_input(frame.crs).equals(_WGS84, ignore_axis_order=True):
        return
    has = "no CRS" if frame.crs is None else f"the CRS {frame.crs.to_string()}"
    remedy = "frame.set_crs(4326) if they are degrees" if frame.crs is None else "frame.to_crs(4326)"
    raise CrsError(f"{what} have {has}, but the join needs EPSG:4326", remedy=f"Call {remedy}.")


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
    _require_wgs84(events, "the events")
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


def _cells(events: pd.DataFrame, name: str) -> pd.Series:
    """Return a text column, ``""`` where it or its cell is missing."""
    if name not in events:
        return pd.Series("", index=events.index, dtype="str")
    values = events[name]
    return values.where(values.notna(), "").astype("str").str.strip()


@dataclass(frozen=True)
class _Stated:
    """What the rows state: one entry a distinct combination, and the entry of each row."""

    entry_of_row: Indices
    cells: list[tuple[str, ...]]
    candidates: list[tuple[list[str], ...]]  # unit ids by level

    def country_of_row(self, atlas: _Atlas) -> Indices:
        of_entry = [
            atlas.positions[by_level[0][0]][1] if len(by_level[0]) == 1 else -1
            for by_level in self.candidates
        ]
        return np.append(np.array(of_entry, dtype=np.intp), -1)[self.entry_of_row]


def _stated_units(events: pd.DataFrame, atlas: _Atlas) -> _Stated:
    columns = pd.DataFrame({name: _cells(events, name).to_numpy() for name in _STATED})
    entry_of_row = np.asarray(columns.groupby(list(_STATED), sort=False).ngroup(), dtype=np.intp)
    cells = [tuple(row) for row in columns.drop_duplicates().to_numpy(dtype=object)]
    candidates = [
        tuple(_find(atlas, text, level) for level, text in zip(LEVELS, row, strict=True)) for row in cells
    ]
    return _Stated(entry_of_row, cells, candidates)


def _find(atlas: _Atlas, text: str, level: int) -> list[str]:
    if not text:
        return []
    if atlas.positions.get(text, (-1, -1))[0] == level:
        return [text]
    return [unit for unit in atlas.find(text, level) if unit in atlas.positions]


# -- by position --------------------------------------------------------------------------------


def _join_points(
    rows: _Rows,
    events: pd.DataFrame,
    atlas: _Atlas,
    stated: _Stated,
    points: _Points,
    *,
    tolerance_km: float,
) -> None:
    at = np.flatnonzero(points.located)
    if not at.size:
        return
    keys = pd.DataFrame(
        {"x": points.lon[at], "y": points.lat[at], "country": stated.country_of_row(atlas)[at]}
    )
    key_of_row = keys.groupby(["x", "y", "country"], sort=False).ngroup().to_numpy()
    places = keys.drop_duplicates()
    found = _Places(atlas, places["x"].to_numpy(), places["y"].to_numpy(), places["country"].to_numpy())
    found.assign(tolerance_km)
    rows.units[:, at] = found.units[:, key_of_row]
    rows.distance_km[at] = found.distance_km[key_of_row]
    outside = found.units.max(axis=0) < 0
    method = np.where(outside, _NONE, np.where(found.distance_km > 0, _NEAREST, _WITHIN))
    rows.method[at] = method[key_of_row]
    rows.flags[SEVERAL_CANDIDATES][at] = found.several[key_of_row]
    rows.flags[OUTSIDE_BOUNDARIES][at] = (method != _WITHIN)[key_of_row]
    rows.flags[BORDER_UNCERTAIN][at] = found.border_uncertain()[key_of_row]
    _withhold(rows, _cells(events, "location_precision"), "location_precision" in events, points.located)


def _withhold(rows: _Rows, precision: pd.Series, has_precision: bool, located: Mask) -> None:
    """Empty the levels that a point's precision does not reach."""
    if not has_precision:
        return
    given = precision.mask(precision == "", "unknown")
    deepest = given.map(_DEEPEST).fillna(LEVELS[-1]).to_numpy(dtype=np.intp)
    for level in LEVELS:
        rows.units[level, located & (deepest < level)] = -1
    rows.flags[PRECISION_TOO_COARSE] |= located & given.isin(_COARSE).to_numpy()


@dataclass
class _Places:
    """Distinct points with the country that their rows state, and the units found for them."""

    atlas: _Atlas
    x: Array
    y: Array
    country: Indices
    units: Indices = field(init=False)
    distance_km: Array = field(init=False)
    several: Mask = field(init=False)
    _countries: tuple[Indices, Indices] = field(init=False)

    def __post_init__(self) -> None:
        self.units = np.full((3, len(self.x)), -1, dtype=np.intp)
        self.distance_km = np.full(len(self.x), np.nan)
        self.several = np.zeros(len(self.x), dtype=bool)

    def assign(self, tolerance_km: float) -> None:
        """Fill the levels from the top, each inside the unit found above it."""
        top = next((level for level in LEVELS if len(self.atlas.layers[level].ids)), None)
        if top is None:
            return
        for level in range(top, len(LEVELS)):
            self._assign_level(level, top, tolerance_km)
        self.distance_km[self.units[top] < 0] = np.nan

    def _assign_level(self, level: int, top: int, tolerance_km: float) -> None:
        layer = self.atlas.layers[level]
        if not len(layer.ids):
            return
        point, unit = layer.containing(self.x, self.y)
        if level == 0:
            self._countries = point, unit
        nested = self._nested(level, top, point, unit)
        point, unit = point[nested], unit[nested]
        inside = np.bincount(point, minlength=len(self.x))
        self.several |= inside > 1
        self._choose(level, point, unit, np.zeros(len(point)), inside)
        missing = np.flatnonzero((inside == 0) & self._may_be_near(level, top))
        if not missing.size:
            return
        reach = np.full(missing.size, tolerance_km) if level == top else self.distance_km[missing] + SLIVER_KM
        near_point, near_unit, km = layer.near(self.x[missing], self.y[missing], reach)
        near_point = missing[near_point]
        nested = self._nested(level, top, near_point, near_unit)
        self._choose(level, near_point[nested], near_unit[nested], km[nested], inside, by_distance=True)

    def _nested(self, level: int, top: int, point: Indices, unit: Indices) -> Mask:
        if level == top:
            return np.ones(len(point), dtype=bool)
        parent = self.atlas.layers[level].parents[unit]
        return np.asarray((parent >= 0) & (parent == self.units[level - 1, point]))

    def _may_be_near(self, level: int, top: int) -> Mask:
        if level == top:
            return np.ones(len(self.x), dtype=bool)
        parents = np.unique(self.atlas.layers[level].parents)
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
            depth = self.atlas.layers[level].depth(unit, self.x[point], self.y[point])
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
        layer = self.atlas.layers[0]
        if not len(layer.ids):
            return np.zeros(len(self.x), dtype=bool)
        at = np.flatnonzero(layer.may_be_at_edge(self.x, self.y))
        near_point, near_unit, _ = layer.near(self.x[at], self.y[at], np.full(at.size, BORDER_KM))
        near_point = at[near_point]
        inside_point, inside_unit = self._countries
        relevant = np.isin(inside_point, near_point) | self.several[inside_point]
        pair = np.append(inside_point[relevant], near_point) * len(layer.ids)
        distinct = np.unique(pair + np.append(inside_unit[relevant], near_unit))
        return np.asarray(np.bincount(distinct // len(layer.ids), minlength=len(self.x)) > 1)


# -- by area and by name --------------------------------------------------------------------------


def _join_areas(rows: _Rows, events: pd.DataFrame, atlas: _Atlas, unlocated: Mask) -> None:
    area = _cells(events, "area")
    at = np.flatnonzero(unlocated & (area != "").to_numpy())
    codes, distinct = pd.factorize(area.iloc[at])
    paths = np.empty((len(distinct), len(LEVELS)), dtype=np.intp)
    for number, unit_id in enumerate(distinct):
        try:
            paths[number] = atlas.path(unit_id)
        except KeyError:
            index = events.index[at[int(np.flatnonzero(codes == number)[0])]]
            raise BoundaryError(
                f"no boundary pack holds this unit (event at index {index!r})",
                column="area",
                value=unit_id,
                remedy="List the units with: python -m geodata boundaries list",
            ) from None
    if at.size:
        rows.units[:, at] = paths[codes].T
        rows.method[at] = _CODE


def _join_names(
    rows: _Rows,
    events: pd.DataFrame,
    atlas: _Atlas,
    stated: _Stated,
    unlocated: Mask,
) -> None:
    """Join what has neither coordinates nor area by the names or codes that it states."""
    free = unlocated & (rows.method == _NONE)
    precision = _cells(events, "location_precision")
    deepest = precision.map(_DEEPEST).fillna(LEVELS[-1]).to_numpy(dtype=np.intp)
    table = pd.DataFrame({"entry": stated.entry_of_row[free], "deepest": deepest[free]})
    at = np.flatnonzero(free)
    number = np.asarray(table.groupby(["entry", "deepest"], sort=False).ngroup())
    for which, (entry, limit) in enumerate(table.drop_duplicates().to_numpy()):
        path, method, is_ambiguous = _stated_path(atlas, stated, int(entry), int(limit))
        members = at[number == which]
        rows.units[:, members] = np.array(path, dtype=np.intp)[:, None]
        rows.method[members] = method
        rows.flags[SEVERAL_CANDIDATES][members] = is_ambiguous


def _stated_path(
    atlas: _Atlas, stated: _Stated, entry: int, deepest: int
) -> tuple[tuple[int, int, int], int, bool]:
    """Return the units that stated names mean, the method, and whether they mean several."""
    path: tuple[int, int, int] = (-1, -1, -1)
    method, is_ambiguous = _NONE, False
    for level in range(deepest + 1):
        units = stated.candidates[entry][level]
        fitting = [found for found in map(atlas.path, units) if _agree(found, path)]
        if len(fitting) > 1:
            is_ambiguous = True
        if len(fitting) == 1:
            path = fitting[0]
            by_code = units == [stated.cells[entry][level]]
            method = _CODE if by_code and method != _NAME else _NAME
    return path, method, is_ambiguous


def _agree(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(a == b or a < 0 or b < 0 for a, b in zip(one, other, strict=True))


def _compare_stated(rows: _Rows, atlas: _Atlas, stated: _Stated) -> None:
    """Flag rows whose stated names mean other units than those that they were given.

    A name that means nothing known says nothing, and is not a mismatch.
    """
    table = pd.DataFrame(rows.units.T, columns=["adm0", "adm1", "adm2"]).assign(entry=stated.entry_of_row)
    combination = table.groupby(["entry", "adm0", "adm1", "adm2"], sort=False).ngroup().to_numpy()
    verdicts = [
        any(
            units and not any(_agree(atlas.path(unit), tuple(path)) for unit in units)
            for units in stated.candidates[entry]
        )
        for entry, *path in table.drop_duplicates()[["entry", "adm0", "adm1", "adm2"]].to_numpy()
    ]
    if verdicts:
        rows.flags[STATED_MISMATCH] |= np.array(verdicts, dtype=bool)[combination]
