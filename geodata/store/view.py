"""What a part of the map shows of very many points: few as themselves, more as squares with counts.

The squares stand on the projection, each level quarters those of the one before, and a view shows whole
squares alone: panning moves no event from one to another, and each event of a square that is in view is in
exactly one drawn thing. What is sent and drawn is bounded, however many events there are.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from geodata import boundaries, schema
from geodata.filters import Bbox, EventFilter
from geodata.marginalia import event_counts
from geodata.scene import AreaMark, PointMark
from geodata.scene_build import point_mark
from geodata.store.areas import area_marks, area_sums
from geodata.store.flows import Flow, flows_of
from geodata.store.mask import days_wanted, has_only_days_and_kinds, kinds_wanted
from geodata.store.morton import NOWHERE, columns_and_rows, corner, interleaved, parted
from geodata.store.squares import Squares, squares_in
from geodata.store.store import LEVELS, Store, parted_group, shift_of
from geodata.store.tally import Ints, Rows, Sums, sums_of
from geodata.store.window import Window, window_of

# So many in a view stand side by side; of more, those that share a square of the screen are one cell.
SINGLES = 300
# Of a cell of so few events each can be chosen; of more, the map goes nearer.
_NAMED = 12
# Events that no zoom parts are listed all the same, up to so many.
_LISTED = 60
# So many units of a view are drawn; of more the events are counted by square.
MOST_UNITS = 40


@dataclass(frozen=True)
class Cell:
    """Events that share a square of the screen.

    ``point`` is longitude and latitude of their middle in degrees, ``box`` the square. ``kinds``
    counts them by kind. ``killed`` has the sums of the lowest and of the highest figures of those of
    the events that have one (``figures``); None where none has. ``ids`` are all events of a small
    cell, the first ones of a larger one at one place, and empty where the map has to go nearer.
    """

    point: tuple[float, float]
    box: Bbox
    count: int
    kinds: dict[str, int]
    words: str
    figures: int
    killed: tuple[int, int] | None
    ids: tuple[str, ...]


@dataclass(frozen=True)
class UnitCell:
    """Events known to ``units`` units whose names stand in one square; the rest is as in :class:`Cell`."""

    point: tuple[float, float]
    box: Bbox
    count: int
    units: int
    words: str


@dataclass(frozen=True)
class View:
    """What a part of the map shows: single events, cells, and the titles of events that can be chosen.

    ``areas`` and ``unit_cells`` are empty where the scene has the events that are known to units,
    ``flows`` where it draws the line of each attack; ``rest`` says what flows leave out.
    """

    points: tuple[PointMark, ...]
    cells: tuple[Cell, ...]
    titles: dict[str, str]
    areas: tuple[AreaMark, ...] = ()
    unit_cells: tuple[UnitCell, ...] = ()
    flows: tuple[Flow, ...] = ()
    rest: str = ""


def view_of(store: Store, wanted: EventFilter, box: Bbox, zoom: float) -> View:
    """Return what a view shows of the loose points of a store.

    Parameters
    ----------
    box
        West, south, east, north in degrees; west above east crosses 180°. Whole squares that it
        meets are shown.
    zoom
        Leaflet's zoom; the squares are those of its whole part.
    """
    window = window_of(box, zoom)
    level = next((level for level in LEVELS if level >= window.level), None)
    if level is None or not has_only_days_and_kinds(wanted):
        view = _by_row(store, wanted, window)
    else:
        view = _by_count(store, wanted, window, level)
    if store.gathers_aimed:
        flows, titles, rest = flows_of(store, wanted, window)
        view = replace(view, flows=flows, rest=rest, titles={**view.titles, **titles})
    return _with_areas(store, wanted, window, view) if store.gathers_areas else view


def _with_areas(store: Store, wanted: EventFilter, window: Window, view: View) -> View:
    """Return a view with the events known to units that have their names in it."""
    groups, sums = area_sums(store, wanted)
    about = [boundaries.unit(store.columns.units[parted_group(group)[0]]) for group in groups.tolist()]
    lon = np.array([unit.label_lon for unit in about])
    lat = np.array([unit.label_lat for unit in about])
    squares = interleaved(*columns_and_rows(lon, lat, window.level))
    inside = np.flatnonzero(window.has(squares))
    if len(inside) <= MOST_UNITS:
        marks, titles = area_marks(store, wanted, groups[inside], sums.of(inside))
        return replace(view, areas=marks, titles={**view.titles, **titles})
    found, into = np.unique(squares[inside], return_inverse=True)
    counts = np.bincount(into, weights=sums.count[inside]).astype(int)
    units = np.bincount(into)
    column, row = parted(found)
    west, north = corner(column, row, window.level)
    east, south = corner(column + 1, row + 1, window.level)
    first = np.full(len(found), -1)
    first[into[::-1]] = inside[::-1]
    cells = tuple(
        UnitCell(
            (float(lon[first[n]]), float(lat[first[n]])),
            (float(west[n]), float(south[n]), float(east[n]), float(north[n])),
            int(counts[n]),
            int(units[n]),
            _unit_words(int(counts[n]), int(units[n]), about[int(first[n])].name),
        )
        for n in range(len(found))
    )
    return replace(view, unit_cells=cells)


def _unit_words(count: int, units: int, name: str) -> str:
    events = "1 event" if count == 1 else f"{count:,} events"
    return f"{events} known only to {name if units == 1 else f'{units} units near here, {name} among them'}"


def _by_count(store: Store, wanted: EventFilter, window: Window, level: int) -> View:
    """Return a far view: from the counts that are kept, and events of more than a day one by one."""
    tally, kinds, days = store.counts.levels[level], kinds_wanted(wanted), days_wanted(wanted)
    squares = squares_in(store, window)
    inside = np.flatnonzero(window.at(level).has(tally.groups))
    into = np.searchsorted(squares.keys, tally.groups[inside] >> 2 * (level - window.level))
    of_day = tally.sums(inside, kinds, days).gathered(into, len(squares.keys))

    def rows_of(chosen: Ints) -> Rows:
        """Return the rows in squares, in the order of places."""
        rows = tally.rows(inside[np.isin(into, chosen)], kinds, days)
        lasting = squares.parts(wanted, chosen, among=store.counts.lasting)
        return store.by_place(np.concatenate([rows, *(some for some, _ in lasting)]))

    return _drawn(squares, of_day.plus(_sums(squares, wanted, store.counts.lasting)), rows_of)


def _by_row(store: Store, wanted: EventFilter, window: Window) -> View:
    """Return a near view, or one of a filter of which no counts are kept: from the rows in its squares."""
    squares = squares_in(store, window)
    return _drawn(squares, _sums(squares, wanted), functools.partial(squares.rows, wanted))


def _sums(squares: Squares, wanted: EventFilter, among: Rows | None = None) -> Sums:
    """Return the sums over the wanted rows of each square, of some or all of its rows."""
    columns, size = squares.store.columns, len(squares.keys)
    found = [sums_of(columns, rows, at, size) for rows, at in squares.parts(wanted, among=among)]
    return functools.reduce(Sums.plus, found)


def _drawn(found: Squares, sums: Sums, rows_of: Callable[[Ints], Rows]) -> View:
    """Return a view of squares: ``rows_of`` gives the wanted rows of some of them, by place."""
    store, level, squares = found.store, found.level, found.keys
    counts = sums.count
    filled = np.flatnonzero(counts)
    if int(counts.sum()) <= SINGLES:
        return _view(store, rows_of(filled), (), {})
    alone, shared = filled[counts[filled] == 1], filled[counts[filled] > 1]
    few = shared[counts[shared] <= _NAMED]
    one_place = shared[(counts[shared] > _NAMED) & _is_one_place(store, level, squares[shared])]
    named = _named(store, level, rows_of(np.concatenate([few, one_place])))
    column, row = parted(squares[shared])
    west, north = corner(column, row, level)
    east, south = corner(column + 1, row + 1, level)
    cells = tuple(
        _cell(sums, n, (w, s, e, top), named.get(int(squares[n]), ()))
        for n, w, s, e, top in zip(
            shared.tolist(), west.tolist(), south.tolist(), east.tolist(), north.tolist(), strict=True
        )
    )
    titles = {event_id: title for some in named.values() for event_id, title in some}
    return _view(store, rows_of(alone), cells, titles)


def _is_one_place(store: Store, level: int, squares: Ints) -> npt.NDArray[np.bool_]:
    """Return of which squares all events, wanted or not, are at one place."""
    shift = shift_of(level)
    least, most = np.full(len(squares), NOWHERE), np.full(len(squares), -1)
    for keys in (store.columns.key[: store.columns.loose], store.gathered_keys):
        if len(keys):
            begin = np.searchsorted(keys, squares << shift)
            end = np.searchsorted(keys, (squares + 1) << shift)
            has = end > begin
            least[has] = np.minimum(least[has], keys[begin[has]])
            most[has] = np.maximum(most[has], keys[end[has] - 1])
    found: npt.NDArray[np.bool_] = least == most
    return found


def _named(store: Store, level: int, rows: Rows) -> dict[int, list[tuple[str, str]]]:
    """Return ids and titles of the first rows of each square, by the square's key."""
    if not len(rows):
        return {}
    of_row = store.keys(rows) >> shift_of(level)
    starts = np.concatenate([[0], np.flatnonzero(np.diff(of_row)) + 1])
    place = np.arange(len(rows)) - np.repeat(starts, np.diff([*starts, len(rows)]))
    first = place < _LISTED
    brief = store.brief_of(rows[first], ("event_id", "title"))
    found: dict[int, list[tuple[str, str]]] = {}
    for square, event_id, title in zip(
        of_row[first].tolist(), *(brief[name].to_pylist() for name in ("event_id", "title")), strict=True
    ):
        found.setdefault(square, []).append((event_id, title))
    return found


def _cell(sums: Sums, n: int, box: Bbox, named: Sequence[tuple[str, str]]) -> Cell:
    numbers = zip(schema.EVENT_TYPES, sums.kinds[n].tolist(), strict=True)
    kinds = {kind: number for kind, number in numbers if number}
    count = sum(kinds.values())
    figures = int(sums.figures[n])
    words = f"{event_counts(kinds)} near here"
    killed = None
    if figures:
        killed = int(sums.low[n]), int(sums.most[n])
        span = f"{killed[0]:,}" if killed[0] == killed[1] else f"{killed[0]:,} to {killed[1]:,}"
        words += f"; {span} killed as claimed, over the {figures:,} that have a figure"
    if named and len(named) < count:
        words += f"; all at one place, of which the first {len(named)} are listed"
    # A mean of equal numbers may differ from them in the last digit.
    lon, lat = float(sums.lon[n]) / count, float(sums.lat[n]) / count
    point = min(max(lon, box[0]), box[2]), min(max(lat, box[1]), box[3])
    return Cell(point, box, count, kinds, words, figures, killed, tuple(event_id for event_id, _ in named))


def _view(store: Store, rows: Rows, cells: tuple[Cell, ...], titles: dict[str, str]) -> View:
    listed = store.listed(rows) if len(rows) else []
    points = tuple(point_mark(entry, store.time_of(entry)) for entry in listed)
    return View(points, cells, {**{entry["event_id"]: entry["title"] for entry in listed}, **titles})
