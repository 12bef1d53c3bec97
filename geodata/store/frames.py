"""A filtered period frame by frame: how many events each square, unit or single event has in each of them.

A browser that has these numbers plays the period by itself. An event is in every frame that it touches,
and in each of them in exactly one square, unit or mark of its own; squares are whole, as in a view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from geodata import boundaries, schema
from geodata.days import period_words
from geodata.filters import EPOCH, Bbox, EventFilter
from geodata.periods import periods
from geodata.record import Record
from geodata.store.areas import area_rows
from geodata.store.columns import Columns
from geodata.store.flows import gathered_flows
from geodata.store.morton import columns_and_rows, interleaved
from geodata.store.selection import ALL, NOWHERE
from geodata.store.squares import Squares, squares_in
from geodata.store.store import Store, area_groups, parted_group
from geodata.store.tally import Ints, Rows
from geodata.store.view import MOST_UNITS, SINGLES
from geodata.store.window import Window, window_of

# The longest periods in days that are played by day, week, month and year: 120 frames at most.
_LONGEST = {"day": 120, "week": 119 * 7, "month": 119 * 30, "year": 119 * 365}
# So many numbers are sent for the squares of a view; packed, about 100 kB of the least regular ones.
MOST_NUMBERS = 50_000


@dataclass(frozen=True)
class Span:
    """The frames of a period: unit of :mod:`geodata.periods`, first and last day of each frame.

    The first and the last frame end where the period does.
    """

    unit: str
    starts: tuple[date, ...]
    ends: tuple[date, ...]

    def __len__(self) -> int:
        return len(self.starts)

    def words(self) -> list[str]:
        """Return each frame in words."""
        return [period_words(first, last) for first, last in zip(self.starts, self.ends, strict=True)]

    def touched(self, first_day: npt.ArrayLike, last_day: npt.ArrayLike) -> tuple[Ints, Ints]:
        """Return the first and the last frame that events touch which are in the period.

        Days count from 1970-01-01.
        """
        places = (
            np.clip(np.asarray(days, dtype=np.int64) - self._first, 0, len(self._frames) - 1)
            for days in (first_day, last_day)
        )
        begin, end = (self._frames[place] for place in places)
        return begin, end

    @property
    def _first(self) -> int:
        return (self.starts[0] - EPOCH).days

    @cached_property
    def _frames(self) -> Ints:
        """The frame of each day, up to the first of the last frame."""
        edges = np.array([(day - EPOCH).days for day in self.starts])
        return np.repeat(np.arange(len(edges)), np.diff(edges, append=edges[-1] + 1))


@dataclass(frozen=True)
class Series:
    """Numbers of events by frame, from frame ``first`` on as far as there are any."""

    first: int
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Frames:
    """What a part of the map shows in each frame.

    Parameters
    ----------
    span
        The frames.
    totals, placeless
        All wanted events of each frame, wherever they are, and those that have no place on the map.
    ids, first, last
        Events with a mark of their own, and the first and last frame of each.
    cells
        Longitude and latitude of the middle of all events of a square in degrees, and its numbers.
    areas
        Unit, precision and numbers of the events known to it, where each unit has a mark.
    unit_cells
        The same by square, where units crowd: longitude and latitude of the first unit's name.
    flows
        Key and numbers of the flows that the view draws.
    is_whole
        Whether all events are told of, so that another part of the map needs no other answer.
    """

    span: Span
    totals: tuple[int, ...]
    placeless: tuple[int, ...]
    ids: tuple[str, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]
    cells: tuple[tuple[float, float, Series], ...] = ()
    areas: tuple[tuple[str, str, Series], ...] = ()
    unit_cells: tuple[tuple[float, float, Series], ...] = ()
    flows: tuple[tuple[str, Series], ...] = ()
    is_whole: bool = False


def span_of(wanted: EventFilter, window: tuple[date, date]) -> Span:
    """Return the frames of the period of a filter; ``window`` is that of the case, where it names none."""
    first, last = wanted.date_from or window[0], wanted.date_to or window[1]
    last = max(first, last)
    found = periods(first, last, _LONGEST)
    return Span(found.unit, (first, *found.starts[1:]), (*found.ends[:-1], last))


def frames_of_record(record: Record, wanted: EventFilter) -> Frames:
    """Return the frames of a case that a map has as a whole."""
    span = span_of(wanted, (record.meta.date_from, record.meta.date_to))
    events = record.select(replace(wanted, date_from=span.starts[0], date_to=span.ends[-1])).events
    first, last = span.touched(events["first_day"], events["last_day"])
    nowhere = (events["drawn_as"] == "").to_numpy()
    return Frames(
        span,
        _totals(first, last, len(span)),
        _totals(first[nowhere], last[nowhere], len(span)),
        tuple(events["event_id"]),
        tuple(first.tolist()),
        tuple(last.tolist()),
        is_whole=True,
    )


def frames_of_store(store: Store, wanted: EventFilter, box: Bbox, zoom: float) -> Frames:
    """Return the frames of a part of the map; ``box`` and ``zoom`` as in :func:`geodata.store.view.view_of`.

    Squares are coarser than those of the view where the numbers would be more than :data:`MOST_NUMBERS`.
    """
    columns = store.columns
    span = span_of(wanted, (store.meta.date_from, store.meta.date_to))
    wanted = replace(wanted, date_from=span.starts[0], date_to=span.ends[-1])
    window = window_of(box, zoom)
    cells, alone = _squares(squares_in(store, window), wanted, span)
    areas, unit_cells = _units(store, span, area_rows(store, wanted), window)
    aimed = store.aimed[:0] if store.gathers_aimed else store.aimed
    aimed = aimed[store.wanted(wanted, aimed)]
    single = np.concatenate([alone, aimed]).astype(np.intp)
    first, last = _touched(columns, span, single)
    totals, placeless = _all(store, span, wanted)
    return Frames(
        span,
        totals,
        placeless,
        tuple(store.brief_of(single, ("event_id",))["event_id"].to_pylist()),
        tuple(first.tolist()),
        tuple(last.tolist()),
        cells,
        areas,
        unit_cells,
        _flows(store, span, wanted, window),
    )


def _squares(
    squares: Squares, wanted: EventFilter, span: Span
) -> tuple[tuple[tuple[float, float, Series], ...], Rows]:
    """Return the squares that hold more than one wanted event, and the rows that stand for themselves."""
    columns, most = squares.store.columns, len(squares.keys)
    counts = np.zeros(most, dtype=np.int64)
    for _, at in squares.parts(wanted):
        counts += np.bincount(at, minlength=most)
    filled = np.flatnonzero(counts)
    if int(counts.sum()) <= SINGLES:
        return (), squares.rows(wanted, filled)
    level, keys = squares.level, squares.keys[filled]
    while True:
        # Each square of the view is in one coarser one.
        _, into = np.unique(keys, return_inverse=True)
        sizes = np.bincount(into, weights=counts[filled]).astype(np.int64)
        if int((sizes > 1).sum()) * len(span) <= MOST_NUMBERS or not level:
            break
        level, keys = level - 1, keys >> 2
    is_shared = sizes[into] > 1
    groups = np.unique(into[is_shared])
    group_of = np.zeros(most, dtype=np.int64)
    group_of[filled[is_shared]] = np.searchsorted(groups, into[is_shared])
    table = np.zeros((len(groups), len(span)), dtype=np.int64)
    sums = np.zeros((2, len(groups)))
    for rows, at in squares.parts(wanted, filled[is_shared]):
        group = group_of[at]
        table += _table(columns, span, rows, group, len(groups))
        sums += [np.bincount(group, some[rows], len(groups)) for some in (columns.lon, columns.lat)]
    lon, lat = sums / sizes[groups]
    alone = squares.rows(wanted, filled[~is_shared])
    return tuple(zip(lon.tolist(), lat.tolist(), _series(table), strict=True)), alone


def _units(
    store: Store, span: Span, rows: Rows, window: Window
) -> tuple[tuple[tuple[str, str, Series], ...], tuple[tuple[float, float, Series], ...]]:
    """Return the numbers of units, by unit where each has a mark, else by square."""
    columns = store.columns
    groups, into = np.unique(area_groups(columns, rows), return_inverse=True)
    named = [parted_group(group) for group in groups.tolist()]
    table = _table(columns, span, rows, into, len(groups))
    inside = np.arange(len(groups))
    squares = np.zeros(0, dtype=np.int64)
    about = [boundaries.unit(columns.units[unit]) for unit, _ in named]
    if store.gathers_areas:
        lon, lat = [unit.label_lon for unit in about], [unit.label_lat for unit in about]
        squares = interleaved(*columns_and_rows(lon, lat, window.level))
        inside = np.flatnonzero(window.has(squares))
    if not store.gathers_areas or len(inside) <= MOST_UNITS:
        series = _series(table[inside])
        return tuple(
            (columns.units[named[n][0]], schema.LOCATION_PRECISIONS[named[n][1]], one)
            for n, one in zip(inside.tolist(), series, strict=True)
        ), ()
    squares = squares[inside]
    while len(np.unique(squares)) * len(span) > MOST_NUMBERS:
        squares = squares >> 2
    found, first, place = np.unique(squares, return_index=True, return_inverse=True)
    sums = np.zeros((len(found), table.shape[1]), dtype=np.int64)
    np.add.at(sums, place, table[inside])
    return (), tuple(
        (about[n].label_lon, about[n].label_lat, one)
        for n, one in zip(inside[first].tolist(), _series(sums), strict=True)
    )


def _flows(store: Store, span: Span, wanted: EventFilter, window: Window) -> tuple[tuple[str, Series], ...]:
    found, attacks = gathered_flows(store, wanted, window), store.attacks
    drawn = found.into >= 0
    pairs = np.stack([found.into[drawn], attacks.act[found.attacks[drawn]]], axis=1)
    # Of rows that exclude each other one counts; they are of one event, so it does not matter which.
    acts, first = np.unique(pairs, axis=0, return_index=True)
    rows = attacks.row[found.attacks[drawn][first]]
    table = _table(store.columns, span, rows, acts[:, 0], len(found.keys))
    return tuple(zip(found.keys, _series(table), strict=True))


def _all(store: Store, span: Span, wanted: EventFilter) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return all wanted events of each frame, and those of them that have no place."""
    first, last = ([(day - EPOCH).days for day in days] for days in (span.starts, span.ends))
    total, placeless = (
        store.touching(which, wanted, first, last).sum(axis=0).tolist() for which in (ALL, NOWHERE)
    )
    return tuple(total), tuple(placeless)


def _touched(columns: Columns, span: Span, rows: Rows) -> tuple[Ints, Ints]:
    return span.touched(columns.first_day[rows], columns.last_day[rows])


def _table(columns: Columns, span: Span, rows: Rows, into: npt.NDArray[np.integer], size: int) -> Ints:
    """Return the number of events of each group and frame, ``(size, frames)``."""
    first, last = _touched(columns, span, rows)
    wide = len(span) + 1
    steps = np.bincount(into * wide + first, minlength=size * wide)
    steps = steps - np.bincount(into * wide + last + 1, minlength=size * wide)
    table: Ints = np.cumsum(steps.reshape(size, wide), axis=1)[:, :-1]
    return table


def _totals(first: Ints, last: Ints, frames: int) -> tuple[int, ...]:
    steps = np.bincount(first, minlength=frames + 1) - np.bincount(last + 1, minlength=frames + 1)
    return tuple(np.cumsum(steps)[:-1].tolist())


def _series(table: Ints) -> Sequence[Series]:
    """Return the rows of a table without the zeros around them."""
    found = []
    for row in table:
        filled = np.flatnonzero(row)
        begin, end = (int(filled[0]), int(filled[-1]) + 1) if len(filled) else (0, 0)
        found.append(Series(begin, tuple(row[begin:end].tolist())))
    return found
