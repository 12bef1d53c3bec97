"""Cut the outlines of units that share borders into arcs, each sent to the browser once.

A ring is then a list of arc numbers, as in TopoJSON: a border between two units is not
sent twice, and a line that is drawn is the same line as the outline that is filled.
Coordinates become whole numbers of ``1 / scale`` degrees first, EPSG:4326.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Whole = npt.NDArray[np.int64]

_SHIFT = np.int64(1) << np.int64(32)
_OFFSET = np.int64(1) << np.int64(31)


@dataclass(frozen=True)
class Cut:
    """Arcs of a set of shapes.

    ``arcs`` are arrays ``(n, 2)`` of whole numbers, longitude first. ``sides`` holds for
    each arc the positions of the shapes on its sides, one or two. ``lines`` holds the
    position of the line that runs along it, or -1. ``rings`` holds for each shape its
    parts, each part its rings, each ring the numbers of its arcs; ``~i`` is arc ``i``
    backwards. ``rest`` holds for each line the pieces that run along no shape.
    """

    arcs: list[Whole]
    sides: list[tuple[int, ...]]
    lines: list[int]
    rings: list[list[list[list[int]]]]
    rest: list[list[Whole]]


def whole_numbers(coordinates: Any, scale: int) -> Whole:
    """Return coordinates in steps of ``1 / scale`` degrees, without standing still."""
    whole = np.rint(np.asarray(coordinates)[:, :2] * scale).astype(np.int64)
    moved = np.ones(len(whole), dtype=bool)
    moved[1:] = np.any(np.diff(whole, axis=0) != 0, axis=1)
    kept: Whole = whole[moved]
    return kept


def difference_steps(whole: Whole) -> list[int]:
    """Return the first point and then the differences, flat."""
    steps: list[int] = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel().tolist()
    return steps


def cut_arcs(shapes: Sequence[Any], *, scale: int, lines: Sequence[Any] = ()) -> Cut:
    """Cut polygons with common edges into arcs.

    Parameters
    ----------
    shapes
        Polygons or multipolygons, EPSG:4326, that share whole edges where they touch.
    scale
        Whole numbers a degree; parts smaller than one step vanish.
    lines
        Lines, EPSG:4326, that run along edges of the shapes; an arc ends where one does.

    Returns
    -------
    Cut
        Every edge is in one arc, whichever shapes it belongs to.
    """
    owners: list[int] = []
    parts: list[tuple[int, int]] = []  # shape, part of it
    rings: list[Whole] = []
    for number, shape in enumerate(shapes):
        for part, polygon in enumerate(shapely.get_parts(shape)):
            for ring in (polygon.exterior, *polygon.interiors):
                whole = whole_numbers(ring.coords, scale)
                if len(whole) > 3:
                    rings.append(whole[:-1])
                    owners.append(number)
                    parts.append((number, part))
    edges = _Edges(rings, owners)
    rest = [edges.claim(position, line, scale) for position, line in enumerate(lines)]
    arcs: list[Whole] = []
    sides: list[tuple[int, ...]] = []
    marks: list[int] = []
    known: dict[bytes, int] = {}
    found: dict[tuple[int, int], list[list[int]]] = {}
    for ring, whole in enumerate(rings):
        numbers = []
        for first, last in edges.runs(ring):
            arc = np.take(whole, np.arange(first, last + 1), axis=0, mode="wrap")
            if arc.tobytes() not in known:
                number = known[arc.tobytes()] = len(arcs)
                known[arc[::-1].tobytes()] = ~number
                arcs.append(arc)
                sides.append(edges.sides(ring, first))
                marks.append(edges.line(ring, first))
            numbers.append(known[arc.tobytes()])
        found.setdefault(parts[ring], []).append(numbers)
    by_shape: list[list[list[list[int]]]] = [[] for _ in shapes]
    for (number, _), part_rings in found.items():
        by_shape[number].append(part_rings)
    return Cut(arcs, sides, marks, by_shape, rest)


class _Edges:
    """The edges of all rings, without direction, with the shapes on their sides."""

    def __init__(self, rings: list[Whole], owners: list[int]) -> None:
        points = [_codes(ring) for ring in rings]
        self._starts = np.cumsum([0, *(len(ring) for ring in points)])
        self._nodes, inverse = np.unique(
            np.concatenate(points) if points else np.zeros(0, dtype=np.int64), return_inverse=True
        )
        ahead = np.arange(1, len(inverse) + 1)
        for start, stop in zip(self._starts[:-1], self._starts[1:], strict=True):
            ahead[stop - 1] = start
        to = inverse[ahead] if len(inverse) else inverse
        self._count = np.int64(len(self._nodes) + 1)
        codes = np.minimum(inverse, to) * self._count + np.maximum(inverse, to)
        self._codes, self._edge_of = np.unique(codes, return_inverse=True)
        shape = np.repeat(np.asarray(owners, dtype=np.int64), np.diff(self._starts))
        self._low = np.full(len(self._codes), len(owners), dtype=np.int64)
        self._high = np.full(len(self._codes), -1, dtype=np.int64)
        np.minimum.at(self._low, self._edge_of, shape)
        np.maximum.at(self._high, self._edge_of, shape)
        self._line = np.full(len(self._codes), -1, dtype=np.int64)
        # A node where more or fewer than two edges meet ends the arcs of every ring through it.
        ends = np.concatenate([self._codes // self._count, self._codes % self._count])
        self._split = np.bincount(ends, minlength=len(self._nodes)) != 2
        self._node_of = inverse

    def claim(self, position: int, line: Any, scale: int) -> list[Whole]:
        """Mark the edges that a line runs along; return its other pieces."""
        others: list[Whole] = []
        for part in shapely.get_parts(line):
            whole = whole_numbers(part.coords, scale)
            codes = _codes(whole)
            place = np.minimum(np.searchsorted(self._nodes, codes), max(len(self._nodes) - 1, 0))
            known = self._nodes[place] == codes if len(self._nodes) else np.zeros(len(codes), dtype=bool)
            a, b = place[:-1], place[1:]
            wanted = np.minimum(a, b) * self._count + np.maximum(a, b)
            at = np.minimum(np.searchsorted(self._codes, wanted), max(len(self._codes) - 1, 0))
            along = known[:-1] & known[1:]
            if len(self._codes):
                along &= self._codes[at] == wanted
            self._line[at[along]] = position
            if along.any():  # an arc ends where the line does
                turns = np.append(True, along[1:] != along[:-1])
                self._split[place[np.append(turns, True) & known]] = True
            others += _pieces(whole, ~along)
        return others

    def runs(self, ring: int) -> Iterable[tuple[int, int]]:
        """Return first and last point of each arc of a ring; numbers run on past its end."""
        span = slice(self._starts[ring], self._starts[ring + 1])
        nodes, size = self._node_of[span], int(self._starts[ring + 1] - self._starts[ring])
        cuts = np.flatnonzero(self._split[nodes]).tolist()
        if not cuts:  # a ring on its own, or an enclave: it begins where its twin does
            cuts = [int(np.argmin(nodes))]
        return zip(cuts, [*cuts[1:], cuts[0] + size], strict=True)

    def sides(self, ring: int, point: int) -> tuple[int, ...]:
        edge = self._edge_of[self._starts[ring] + point]
        low, high = int(self._low[edge]), int(self._high[edge])
        return (low,) if low == high else (low, high)

    def line(self, ring: int, point: int) -> int:
        return int(self._line[self._edge_of[self._starts[ring] + point]])


def _codes(whole: Whole) -> Whole:
    return (whole[:, 0] + _OFFSET) * _SHIFT + (whole[:, 1] + _OFFSET)


def _pieces(whole: Whole, wanted: npt.NDArray[np.bool_]) -> list[Whole]:
    """Return the runs of a line's edges for which ``wanted`` holds."""
    turns = np.flatnonzero(np.diff(np.concatenate([[0], wanted.astype(np.int8), [0]])))
    return [whole[first : last + 1] for first, last in zip(turns[::2], turns[1::2], strict=True)]
