"""The squares of a window and the rows in them, looked at in pieces: what is held is bounded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from geodata.filters import EventFilter
from geodata.store.selection import piece_number, pieces
from geodata.store.store import Store, shift_of
from geodata.store.tally import Ints, Rows
from geodata.store.window import Window


@dataclass(frozen=True, eq=False)
class Squares:
    """The squares of a window in which there are points that the scene leaves out, wanted or not.

    Parameters
    ----------
    store
        Has the rows.
    level
        Of the squares.
    keys
        Of the squares, ascending.
    begin, end
        The rows without an attack of each: first, and one behind the last.
    """

    store: Store
    level: int
    keys: Ints
    begin: Rows
    end: Rows

    def parts(
        self, wanted: EventFilter, chosen: Ints | None = None, *, among: Rows | None = None
    ) -> Iterator[tuple[Rows, Ints]]:
        """Yield some of the wanted rows, ascending, and the square of each by its place in ``keys``.

        Parameters
        ----------
        chosen
            Places in ``keys``, ascending; None for all.
        among
            Rows without an attack, ascending, of which alone is asked; None for all.
        """
        squares = np.arange(len(self.keys)) if chosen is None else chosen
        begin, end = self.begin[squares], self.end[squares]
        if among is not None:
            begin, end = np.searchsorted(among, begin), np.searchsorted(among, end)
        spans = (
            (part, first, last)
            for first, last in _joined(begin, end)
            for part in pieces(int(begin[first]), int(end[last - 1]))
        )
        # Short runs that lie near each other are handed on together.
        for _, near in groupby(spans, key=lambda span: piece_number(span[0].start)):
            rows, at = [], []
            for part, first, last in near:
                some = self._wanted(wanted, part, among)
                inside = squares[first:last]
                rows.append(some)
                at.append(np.repeat(inside, np.diff(np.searchsorted(some, self.end[inside]), prepend=0)))
            yield np.concatenate(rows), np.concatenate(at)
        yield self._aimed(wanted, chosen)

    def _wanted(self, wanted: EventFilter, part: slice, among: Rows | None) -> Rows:
        if among is None:
            found: Rows = np.flatnonzero(self.store.wanted(wanted, part)) + part.start
            return found
        rows = among[part]
        return rows[self.store.wanted(wanted, rows)]

    def _aimed(self, wanted: EventFilter, chosen: Ints | None) -> tuple[Rows, Ints]:
        """Return the wanted ones of the points with an attack that count in squares, and their squares."""
        rows = self.store.gathered_points
        of_row = self.store.gathered_keys >> shift_of(self.level)
        at = np.searchsorted(self.keys, of_row)
        inside = np.zeros(len(self.keys) + 1, dtype=bool)
        inside[np.arange(len(self.keys)) if chosen is None else chosen] = True
        keep = inside[at]
        keep[keep] = self.keys[at[keep]] == of_row[keep]
        rows, at = rows[keep], at[keep]
        keep = self.store.wanted(wanted, rows)
        return rows[keep], at[keep]

    def rows(self, wanted: EventFilter, chosen: Ints) -> Rows:
        """Return the wanted rows of some squares (places in ``keys``, ascending), by place."""
        found = [rows for rows, _ in self.parts(wanted, chosen)]
        return self.store.by_place(np.concatenate(found))


def squares_in(store: Store, window: Window) -> Squares:
    """Return the squares of a window that have points in them."""
    store.relax()
    shift = shift_of(window.level)
    loose = store.columns.key[: store.columns.loose]
    keys = window.squares()
    begin, end = np.searchsorted(loose, keys << shift), np.searchsorted(loose, (keys + 1) << shift)
    filled = (end > begin) | np.isin(keys, store.gathered_keys >> shift)
    return Squares(store, window.level, keys[filled], begin[filled], end[filled])


def _joined(begin: Rows, end: Rows) -> list[tuple[int, int]]:
    """Return runs of squares (first, and one behind the last) whose rows follow each other without a gap."""
    filled = np.flatnonzero(end > begin)
    if not len(filled):
        return []
    breaks = np.flatnonzero(begin[filled[1:]] != end[filled[:-1]])
    firsts = filled[np.concatenate([[0], breaks + 1])]
    lasts = filled[np.concatenate([breaks, [len(filled) - 1]])] + 1
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
