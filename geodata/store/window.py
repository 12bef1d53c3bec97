"""The squares of the screen that a part of the map meets; they stand on the projection."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geodata.filters import Bbox
from geodata.store.morton import BITS, WORLD_LAT, columns_and_rows, interleaved, parted
from geodata.store.tally import Ints

# A square of the screen is 64 pixels wide at a whole zoom: the world of 256 pixels, quartered twice.
_QUARTERED = 2
# So many squares a view has at most, however large the window is said to be.
MOST_SQUARES = 2_000


@dataclass(frozen=True)
class Window:
    """The squares of one level that a box meets; ``spans`` are first and last column, westernmost first."""

    level: int
    spans: tuple[tuple[int, int], ...]
    rows: tuple[int, int]

    @property
    def count(self) -> int:
        """Number of squares."""
        return sum(last - first + 1 for first, last in self.spans) * (self.rows[1] - self.rows[0] + 1)

    def at(self, level: int) -> Window:
        """Return the window of a coarser or finer level that holds the same squares."""
        by = level - self.level
        if by <= 0:
            spans = tuple((first >> -by, last >> -by) for first, last in self.spans)
            return Window(level, spans, (self.rows[0] >> -by, self.rows[1] >> -by))
        spans = tuple((first << by, ((last + 1) << by) - 1) for first, last in self.spans)
        return Window(level, spans, (self.rows[0] << by, ((self.rows[1] + 1) << by) - 1))

    def has(self, squares: Ints) -> npt.NDArray[np.bool_]:
        """Return which squares of its level, by key, are in it."""
        column, row = parted(squares)
        found = np.zeros(len(squares), dtype=bool)
        for first, last in self.spans:
            found |= (column >= first) & (column <= last)
        return found & (row >= self.rows[0]) & (row <= self.rows[1])

    def squares(self) -> Ints:
        """Return the keys of its squares, ascending."""
        columns = np.unique(np.concatenate([np.arange(first, last + 1) for first, last in self.spans]))
        row, column = np.meshgrid(np.arange(self.rows[0], self.rows[1] + 1), columns)
        return np.sort(interleaved(column.ravel().astype(np.int64), row.ravel().astype(np.int64)))


def window_of(box: Bbox, zoom: float) -> Window:
    """Return the squares of the screen that a box meets at a zoom."""
    west, south, east, north = box
    level = min(math.floor(zoom) + _QUARTERED, BITS)
    size = 1 << level
    column, row = columns_and_rows([west, east], [min(north, WORLD_LAT), max(south, -WORLD_LAT)], level)
    first, last = int(column[0]), int(column[1])
    spans = ((first, last),) if west <= east else ((first, size - 1), (0, last))
    found = Window(level, spans, (int(row[0]), int(row[1])))
    while found.count > MOST_SQUARES:
        found = found.at(found.level - 1)
    return found
