"""The units that a join tests points against: levels, and per country a sheet of outlines.

The levels know every unit by its attributes. Outlines are read country by country, when
a point falls into that country, so that a case pays for the countries that it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from threading import Lock
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geodata import boundaries
from geodata.bearings import GEOD
from geodata.boundaries.names import fold
from geodata.errors import CrsError
from geodata.intervals import Array
from geodata.readers.distinct import distinct_numbers
from geodata.schema import SEPARATOR

Indices = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.object_]
FindUnit = Callable[[str, int], "list[str]"]
ReadShapes = Callable[[str], "Mapping[str, shapely.Geometry]"]

LEVELS = (0, 1, 2)
BORDER_KM = 5.0
EDGE_KM = 10.0  # how near an edge must be to a cell of the grid to be known there
WHOLE = ""  # the key of a level's only sheet
_WGS84 = CRS.from_epsg(4326)
_PIECE_VERTICES = 32
_STEP_DEG = 0.25
_CELL_DEG = 0.1
_CELL_ROWS, _CELL_COLUMNS = 1800, 3600
_BLOCK_CELLS = 10  # side of a block
NO_EDGE, SEVERAL_EDGES = -1, -2  # of a cell: in the place of the unit whose edge is near
_FEW_POINTS = 1_000  # up to here only the outlines near them are cut into pieces
_ECCENTRICITY = np.sqrt(GEOD.es)


@dataclass(frozen=True)
class Sheet:
    """Some outlines of one level: ``geometries``, and the ``positions`` of their units."""

    positions: Indices
    geometries: Labels

    @classmethod
    def of(cls, positions: Sequence[int], geometries: Iterable[shapely.Geometry]) -> Sheet:
        """Return a sheet that several threads may use at once."""
        shapes = np.array([*geometries, None], dtype=object)[:-1]
        shapely.prepare(shapes)
        # GEOS completes a prepared polygon on its first question: ask it here, not in two threads.
        shapely.intersects_xy(shapes, 0.0, 0.0)
        return cls(np.asarray(positions, dtype=np.intp), shapes)

    @cached_property
    def _pieces(self) -> tuple[shapely.STRtree, Indices]:
        """Return a tree over short pieces of all edges in Mercator, and the unit of each piece."""
        # get_rings passes over a MultiPolygon: take its parts first.
        parts, shape_of_part = shapely.get_parts(self.geometries, return_index=True)
        rings, part_of_ring = shapely.get_rings(parts, return_index=True)
        unit_of_ring = self.positions[shape_of_part[part_of_ring]]
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
        west, south, east, north = self._boxes
        start, end = np.searchsorted(xs, west), np.searchsorted(xs, east, side="right")
        points, owners = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
        for at in np.flatnonzero(start < end):
            in_span = ys[start[at] : end[at]]
            near = np.flatnonzero((in_span >= south[at]) & (in_span <= north[at])) + start[at]
            if not near.size:
                continue
            hit = order[near[shapely.intersects_xy(self.geometries[at], xs[near], ys[near])]]
            points.append(hit)
            owners.append(np.full(hit.size, self.positions[at], dtype=np.intp))
        return np.concatenate(points), np.concatenate(owners)

    def containing_by_cell(self, x: Array, y: Array, edge_owner: Indices) -> tuple[Indices, Indices]:
        """Return the same as ``containing``, but test one point a cell or block where no edge is near.

        ``edge_owner`` is what the method of that name says of the points.
        """
        inner, edge = np.flatnonzero(edge_owner == NO_EDGE), np.flatnonzero(edge_owner != NO_EDGE)
        if not inner.size:
            return self.containing(x, y)
        first, patch = distinct_numbers([self._patch(x[inner], y[inner])])
        tested = np.append(edge, inner[first])
        point, unit = self.containing(x[tested], y[tested])
        of_patch = point >= edge.size
        member, pair = _members(patch, point[of_patch] - edge.size)
        return (
            np.append(edge[point[~of_patch]], inner[member]),
            np.append(unit[~of_patch], unit[of_patch][pair]),
        )

    def _patch(self, x: Array, y: Array) -> Indices:
        """Return the number of each point's cell, or of its block of cells where none has an edge near.

        A block's number is negative.
        """
        cell = _cell(x, y)
        row, column = np.divmod(cell, _CELL_COLUMNS)
        block = row // _BLOCK_CELLS * (_CELL_COLUMNS // _BLOCK_CELLS) + column // _BLOCK_CELLS
        return np.where(self._edge_blocks[block], cell, -1 - block)

    @cached_property
    def _edge_blocks(self) -> Mask:
        """Return which blocks of cells have one that an edge comes near."""
        rows, columns = _CELL_ROWS // _BLOCK_CELLS, _CELL_COLUMNS // _BLOCK_CELLS
        cells = self._edge_cells.reshape(rows, _BLOCK_CELLS, columns, _BLOCK_CELLS)
        return np.asarray((cells != NO_EDGE).any(axis=(1, 3)).ravel())

    @cached_property
    def _boxes(self) -> Array:
        """Return west, south, east and north of the outlines, shape (4, outlines)."""
        return np.ascontiguousarray(shapely.bounds(self.geometries).T)

    def near(
        self, x: Array, y: Array, within_km: Array, *, but: Indices | None = None
    ) -> tuple[Indices, Indices, Array]:
        """Return (point, unit, km) for the units whose edge lies within a distance of each point.

        The nearest place is found in Mercator, which is true to shape and so finds the
        nearest at these distances; the kilometres are geodesic. ``but`` names one unit a
        point that is not asked for, -1 for none.
        """
        sheet = self._around(x, y, within_km) if self._asked_by_few(x) else self
        tree, owners = sheet._pieces
        points = shapely.points(_mercator(np.column_stack([x, y])))
        reach = np.radians(_reach_deg(y, within_km))
        which, piece = tree.query(points, predicate="dwithin", distance=reach)
        if but is not None:
            is_asked = owners[piece] != but[which]
            which, piece = which[is_asked], piece[is_asked]
        feet = shapely.get_point(shapely.shortest_line(points[which], tree.geometries[piece]), 1)
        lon, lat = _from_mercator(shapely.get_coordinates(feet)).T
        km = np.asarray(GEOD.inv(x[which], y[which], lon, lat)[2], dtype=float) / 1000.0
        near = np.flatnonzero(km <= within_km[which])
        point, unit, km = which[near], owners[piece[near]], km[near]
        order = np.lexsort((km, unit, point))
        point, unit, km = point[order], unit[order], km[order]
        is_first = (np.diff(point, prepend=-1) != 0) | (np.diff(unit, prepend=-1) != 0)
        return point[is_first], unit[is_first], km[is_first]

    def _asked_by_few(self, x: Array) -> bool:
        """Return whether it is quicker to look at some outlines than to cut all into pieces."""
        return len(x) <= _FEW_POINTS and "_pieces" not in self.__dict__

    def _around(self, x: Array, y: Array, within_km: Array) -> Sheet:
        """Return the sheet of the outlines whose boxes come within a distance of any of some points."""
        reach = 2.0 * _reach_deg(y, within_km)
        west, south, east, north = shapely.bounds(self.geometries).T[:, :, None]
        beside = (x + reach >= west) & (x - reach <= east)
        near = np.flatnonzero((beside & (y + reach >= south) & (y - reach <= north)).any(axis=1))
        return Sheet(self.positions[near], self.geometries[near])

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

    @cached_property
    def _edge_cells(self) -> Indices:
        """Return for each cell of a grid over the world whose edges come within ``EDGE_KM`` of it."""
        tree, owners = self._pieces
        west, south, east, north = shapely.bounds(tree.geometries).T
        south, north = (_from_mercator(np.column_stack([west, edge]))[:, 1] for edge in (south, north))
        reach = 1.05 * EDGE_KM / 111.0
        sideways = reach / np.cos(np.radians(np.clip(np.abs([south, north]).max(axis=0) + reach, 0, 89.9)))
        west, east = np.degrees(west) - sideways, np.degrees(east) + sideways
        piece, cell = _cells_between(_cell(west, south - reach), _cell(east, north + reach))
        # Of several pieces in a cell the last one written stays; pieces are in the order of their units.
        owner = owners[piece].astype(np.min_scalar_type(-int(owners.max(initial=0)) - 2))
        last = np.full(_CELL_ROWS * _CELL_COLUMNS, NO_EDGE, dtype=owner.dtype)
        last[cell] = owner
        first = last.copy()
        first[cell[::-1]] = owner[::-1]
        last[first != last] = SEVERAL_EDGES
        return last

    def edge_owner(self, x: Array, y: Array) -> Indices:
        """Return whose edges come within ``EDGE_KM`` of the cell of a grid that each point lies in.

        The position of a unit, ``SEVERAL_EDGES`` or ``NO_EDGE``: a cheap first test.
        """
        if self._asked_by_few(x):
            return np.full(len(x), SEVERAL_EDGES)  # the second test is the cheaper one
        return np.asarray(self._edge_cells[_cell(x, y)])


@dataclass(frozen=True)
class Level:
    """The units of one level by their position, and the sheets that hold their outlines.

    ``sheet_of`` names each unit's sheet; ``read`` returns the outlines of a sheet by unit id.
    """

    ids: Labels
    names: Labels
    parents: Indices  # position in the level above, -1 where there is none
    sheet_of: Labels
    read: ReadShapes
    _sheets: dict[str, Sheet] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def sheet(self, key: str) -> Sheet:
        """Return a sheet, read on the first call; empty where no unit names it."""
        with self._lock:
            if key not in self._sheets:
                at = np.flatnonzero(self.sheet_of == key)
                shapes = self.read(key) if at.size else {}
                self._sheets[key] = Sheet.of(list(at), [shapes[unit] for unit in self.ids[at]])
            return self._sheets[key]

    @cached_property
    def in_one_sheet(self) -> bool:
        """Whether all units stand in one sheet, so that a point's country does not matter."""
        return set(self.sheet_of) <= {WHOLE, None}  # None: only in a layer of its own


@dataclass(frozen=True)
class Atlas:
    """The levels, how a stated name finds its unit, and layers that go before the packs.

    ``own`` are sheets of a user's own or fetched boundaries: (level, sheet).
    """

    levels: tuple[Level, ...]
    find: FindUnit
    positions: Mapping[str, tuple[int, int]]
    own: tuple[tuple[int, Sheet], ...] = ()

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
            position, level = int(self.levels[level].parents[position]), level - 1
        return path[0], path[1], path[2]

    def is_own(self, level: int, position: int) -> bool:
        """Return whether a unit is one of a layer that goes before the packs."""
        return any(at == level and position in sheet.positions for at, sheet in self.own)


class _Named(NamedTuple):
    """What the levels know of a unit of the packs, in the order of its id."""

    id: str
    level: int
    parent_id: str
    name: str
    iso3: str


@lru_cache(maxsize=1)
def pack_atlas() -> Atlas:
    """Return the atlas of the bundled packs."""
    units = sorted(map(_Named._make, boundaries.unit_columns(*_Named._fields)))
    levels: list[Level] = []
    positions: dict[str, tuple[int, int]] = {}
    for level in LEVELS:
        above = {unit_id: at for unit_id, (of, at) in positions.items() if of == level - 1}
        # A later unit hangs below a unit of its own level: points keep to the base division.
        members = [u for u in units if u.level == level and (not level or u.parent_id in above)]
        levels.append(
            Level(
                np.array([u.id for u in members], dtype=object),
                np.array([u.name for u in members], dtype=object),
                np.array([above.get(u.parent_id, -1) for u in members], dtype=np.intp),
                np.array([u.iso3 if level else WHOLE for u in members], dtype=object),
                _reader(level),
            )
        )
        positions.update({u.id: (level, at) for at, u in enumerate(members)})
    for u in units:
        if u.id not in positions:
            held = next(above for above in boundaries.ancestors(u.id) if above in positions)
            positions[u.id] = positions[held]
    return Atlas(
        tuple(levels),
        lambda name, level: [u.id for u in boundaries.find_unit(name, level=level)],
        positions,
    )


def _reader(level: int) -> ReadShapes:
    def read(iso3: str) -> dict[str, shapely.Geometry]:
        frame = boundaries.load_units(level, iso3=iso3 or None)
        return dict(zip(frame["id"], frame.geometry, strict=True))

    return read


def frames_atlas(units: Mapping[int, gpd.GeoDataFrame]) -> Atlas:
    """Return the atlas of given units by level; ``assign_admin`` says what they must hold."""
    for level, frame in units.items():
        require_wgs84(frame, f"the units of level {level}")
    levels: list[Level] = []
    positions: dict[str, tuple[int, int]] = {}
    for level in LEVELS:
        above = {unit_id: at for unit_id, (of, at) in positions.items() if of == level - 1}
        levels.append(_frame_level(units.get(level), above))
        positions.update({unit: (level, at) for at, unit in enumerate(levels[-1].ids)})
    return Atlas(tuple(levels), _name_finder(list(units.items())), positions)


def _frame_level(frame: gpd.GeoDataFrame | None, above: Mapping[str, int]) -> Level:
    if frame is None or frame.empty:
        nothing = np.empty(0, dtype=object)
        return Level(nothing, nothing, np.empty(0, dtype=np.intp), nothing, lambda _: {})
    parents = frame["parent_id"] if "parent_id" in frame else pd.Series("", index=frame.index)
    shapes = dict(zip(frame["id"], frame.geometry.copy(), strict=True))
    return Level(
        frame["id"].to_numpy(dtype=object),
        frame["name"].to_numpy(dtype=object),
        np.array([above.get(parent, -1) for parent in parents], dtype=np.intp),
        np.full(len(frame), WHOLE, dtype=object),
        lambda _: shapes,
    )


def with_layers(atlas: Atlas, layers: Sequence[tuple[int, gpd.GeoDataFrame]]) -> Atlas:
    """Return an atlas in which the units of ``layers`` go before the atlas's own.

    Where a layer has a unit its level is that unit; elsewhere nothing changes. The units
    of ``atlas`` stay known by id and name.

    Parameters
    ----------
    layers
        Pairs of a level (1, 2) and a frame as in ``BoundaryLayer.units``. A ``parent_id`` that the
        atlas does not know is taken as none.
    """
    levels, positions = list(atlas.levels), dict(atlas.positions)
    own: list[tuple[int, Sheet]] = []
    for level, frame in layers:
        require_wgs84(frame, f"the layer of level {level}")
        base = levels[level]
        at = np.arange(len(frame)) + len(base.ids)
        parents = [positions.get(parent, (-1, -1)) for parent in frame["parent_id"]]
        levels[level] = Level(
            np.append(base.ids, frame["id"].to_numpy(dtype=object)),
            np.append(base.names, frame["name"].to_numpy(dtype=object)),
            np.append(base.parents, np.array([p if of == level - 1 else -1 for of, p in parents], np.intp)),
            np.append(base.sheet_of, np.full(len(frame), None, dtype=object)),
            base.read,
            base._sheets,
            base._lock,
        )
        own.append((level, Sheet.of(list(at), frame.geometry)))
        positions.update({unit: (level, int(p)) for unit, p in zip(frame["id"], at, strict=True)})
    find = _name_finder(layers)
    return Atlas(
        tuple(levels),
        lambda name, level: [*find(name, level), *atlas.find(name, level)],
        positions,
        tuple(own),
    )


def _name_finder(units: Sequence[tuple[int, gpd.GeoDataFrame]]) -> FindUnit:
    """Return a finder over the names and aliases of given units; spellings as in ``fold``."""
    known: dict[tuple[int, str], list[str]] = {}
    for level, frame in units:
        aliases = frame["aliases"] if "aliases" in frame else [""] * len(frame)
        for unit, name, others in zip(frame["id"], frame["name"], aliases, strict=True):
            spellings = {str(name), *(str(others) if isinstance(others, str) else "").split(SEPARATOR)}
            for spelling in {fold(text) for text in spellings} - {""}:
                known.setdefault((level, spelling), []).append(unit)
    return lambda name, level: known.get((level, fold(name)), [])


def require_wgs84(frame: gpd.GeoDataFrame, what: str) -> None:
    """Demand a frame in EPSG:4326.

    Raises
    ------
    CrsError
        If the frame has no CRS or another one.
    """
    if frame.crs is not None and CRS.from_user_input(frame.crs).equals(_WGS84, ignore_axis_order=True):
        return
    has = "no CRS" if frame.crs is None else f"the CRS {frame.crs.to_string()}"
    remedy = "frame.set_crs(4326) if they are degrees" if frame.crs is None else "frame.to_crs(4326)"
    raise CrsError(f"{what} have {has}, but the join needs EPSG:4326", remedy=f"Call {remedy}.")


def _members(group: Indices, wanted: Indices) -> tuple[Indices, Indices]:
    """Return each member of each wanted group, and the position in ``wanted`` that it is of.

    Parameters
    ----------
    group
        The group of each member, ``(members,)``.
    wanted
        Groups, of which one may occur several times.
    """
    order = np.argsort(group, kind="stable")
    count = np.bincount(group)
    pair, place = _runs((np.cumsum(count) - count)[wanted], count[wanted])
    return order[place], pair


def _cell(x: Array, y: Array) -> Indices:
    """Return the number of the cell of the grid that each point lies in, row by row from the south."""
    row = np.clip(np.floor((y + 90.0) / _CELL_DEG), 0, _CELL_ROWS - 1)
    column = np.clip(np.floor((x + 180.0) / _CELL_DEG), 0, _CELL_COLUMNS - 1)
    return np.asarray(row * _CELL_COLUMNS + column, dtype=np.intp)


def _cells_between(low: Indices, high: Indices) -> tuple[Indices, Indices]:
    """Return pairs (rectangle, cell) of rectangles that reach from one cell to another, both within."""
    bottom, left = np.divmod(low, _CELL_COLUMNS)
    top, right = np.divmod(high, _CELL_COLUMNS)
    of_row, row = _runs(bottom, top - bottom + 1)
    of_cell, cell = _runs(row * _CELL_COLUMNS + left[of_row], (right - left + 1)[of_row])
    return of_row[of_cell], cell


def _runs(start: Indices, count: Indices) -> tuple[Indices, Indices]:
    """Return ``count`` numbers from each start upwards, behind one another, and the run of each."""
    run = np.repeat(np.arange(len(start)), count)
    return run, np.arange(len(run)) + (start - np.cumsum(count) + count)[run]


def _reach_deg(y: Array, within_km: Array) -> Array:
    """Return a distance in degrees of longitude at latitudes, 2 % and some more to be safe."""
    # 2 % wider: the scale changes a little on the way to the edge.
    return np.asarray(1.02 * within_km / 111.0 / np.cos(np.radians(np.clip(np.abs(y) + 0.2, 0, 89.9))))


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
