"""Place labels so that none covers another: a small greedy placer.

Boxes are ``(left, bottom, right, top)`` in points. Labels come in order of rank; each
takes the first of its candidates that is free, weighed by what it would cover. The
same input gives the same places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Box = tuple[float, float, float, float]
Floats = npt.NDArray[np.float64]

BOXES_AT_A_TIME = 32


class LabelPlacer:
    """Free room inside a frame.

    Parameters
    ----------
    frame
        No label leaves it.
    margin
        Points kept free between two labels.
    """

    def __init__(self, frame: Box, *, margin: float = 1.5) -> None:
        self.frame, self.margin = frame, margin
        self._taken: list[Box] = []
        self._lines: list[Floats] = []
        self._sorted: Floats | None = None

    def block(self, box: Box) -> None:
        """Take a box: no label may cover it."""
        self._taken.append(box)

    def avoid(self, points: npt.ArrayLike) -> None:
        """Add points of lines that a label should rather not cover."""
        self._lines.append(np.asarray(points, dtype=float).reshape(-1, 2))
        self._sorted = None

    def copy(self) -> LabelPlacer:
        """Return a placer with the same room, to try places on."""
        other = LabelPlacer(self.frame, margin=self.margin)
        other._taken, other._lines, other._sorted = list(self._taken), list(self._lines), self._sorted
        return other

    def is_free(self, boxes: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Return for each of ``(n, 4)`` boxes whether it lies free and inside the frame."""
        wanted = np.asarray(boxes, dtype=float).reshape(-1, 4)
        left, bottom, right, top = self.frame
        inset = self.margin
        free = (
            (wanted[:, 0] >= left + inset)
            & (wanted[:, 1] >= bottom + inset)
            & (wanted[:, 2] <= right - inset)
            & (wanted[:, 3] <= top - inset)
        )
        if self._taken:
            taken = np.asarray(self._taken)
            meets = (
                (wanted[:, None, 0] < taken[None, :, 2] + inset)
                & (wanted[:, None, 2] > taken[None, :, 0] - inset)
                & (wanted[:, None, 1] < taken[None, :, 3] + inset)
                & (wanted[:, None, 3] > taken[None, :, 1] - inset)
            )
            free &= ~meets.any(axis=1)
        return np.asarray(free)

    def covered(self, boxes: npt.ArrayLike) -> Floats:
        """Return for each box how many points of lines it would cover."""
        left, bottom, right, top = (np.asarray(boxes, dtype=float).reshape(-1, 4) + self._around).T
        points = self._points()
        first = np.searchsorted(points[:, 0], left, side="right")
        last = np.searchsorted(points[:, 0], right, side="left")
        heights = (points[start:stop, 1] for start, stop in zip(first, last, strict=True))
        counts = [
            np.count_nonzero((column > low) & (column < high))
            for column, low, high in zip(heights, bottom, top, strict=True)
        ]
        return np.array(counts, dtype=float)

    @property
    def _around(self) -> Floats:
        return np.array([-self.margin, -self.margin, self.margin, self.margin])

    def _points(self) -> Floats:
        """Return the points of all lines from left to right."""
        if self._sorted is None:
            points = np.vstack([np.empty((0, 2)), *self._lines])
            self._sorted = points[np.argsort(points[:, 0], kind="stable")]
        return self._sorted

    def crossed(self, points: npt.ArrayLike) -> int:
        """Return how many of some points lie in boxes that are taken."""
        spots = np.asarray(points, dtype=float).reshape(-1, 2)
        if not self._taken:
            return 0
        taken = np.asarray(self._taken)
        inside = (
            (spots[:, None, 0] > taken[None, :, 0])
            & (spots[:, None, 0] < taken[None, :, 2])
            & (spots[:, None, 1] > taken[None, :, 1])
            & (spots[:, None, 1] < taken[None, :, 3])
        )
        return int(inside.any(axis=1).sum())

    def place(
        self,
        boxes: Sequence[Box] | Floats,
        costs: Sequence[float] | Floats | None = None,
        *,
        line_cost: float = 0.5,
    ) -> int | None:
        """Take the cheapest free box and return its index, or ``None``.

        Parameters
        ----------
        costs
            Cost of each candidate before what it covers; its index by default.
        line_cost
            Cost of each point of a line that is covered.
        """
        wanted = np.asarray(boxes, dtype=float).reshape(-1, 4)
        free = np.flatnonzero(self.is_free(wanted))
        if not len(free):
            return None
        own = np.arange(len(wanted), dtype=float) if costs is None else np.asarray(costs, dtype=float)
        best = self._cheapest(wanted, own, free, line_cost)
        self.block((*map(float, wanted[best]),))  # type: ignore[arg-type]
        return best

    def _cheapest(
        self, wanted: Floats, own: Floats, free: npt.NDArray[np.signedinteger], line_cost: float
    ) -> int:
        """Return the index of the cheapest free box, the first of several.

        What a box covers costs nothing or more: once a box alone costs more than the
        best with what it covers, no later one can be better.
        """
        order = free[np.argsort(own[free], kind="stable")]
        best, chosen = np.inf, int(order[0])
        for first in range(0, len(order), BOXES_AT_A_TIME):
            some = order[first : first + BOXES_AT_A_TIME]
            if own[some[0]] > best:
                break
            total = own[some] + line_cost * self.covered(wanted[some])
            for index, cost in zip(some.tolist(), total.tolist(), strict=True):
                if cost < best or (cost == best and index < chosen):
                    best, chosen = cost, index
        return chosen


def around(
    x: float, y: float, width: float, height: float, gaps: Iterable[float]
) -> tuple[list[Box], list[float]]:
    """Return boxes around a point, nearest and most legible first, and their costs.

    Right of the point is best, then left, above, below and the corners; each further
    ``gap`` in points costs as much as it is far.
    """
    boxes: list[Box] = []
    costs: list[float] = []
    for gap in gaps:
        slant = gap * 0.75
        right, left = x + gap, x - gap - width
        above, below = y + gap, y - gap - height
        places = [
            (right, y - height / 2),
            (left, y - height / 2),
            (x - width / 2, above),
            (x - width / 2, below),
            (x + slant, y + slant),
            (x + slant, y - slant - height),
            (x - slant - width, y + slant),
            (x - slant - width, y - slant - height),
            (right, y - 0.2 * height),
            (right, y - 0.8 * height),
            (left, y - 0.2 * height),
            (left, y - 0.8 * height),
            (x - 0.2 * width, above),
            (x - 0.8 * width, above),
            (x - 0.2 * width, below),
            (x - 0.8 * width, below),
        ]
        boxes.extend((low_x, low_y, low_x + width, low_y + height) for low_x, low_y in places)
        costs.extend(gap + 0.5 * rank for rank in range(len(places)))
    return boxes, costs


def sample_line(points: npt.ArrayLike, step: float = 3.0) -> Floats:
    """Return points along a line at most ``step`` apart, for :meth:`LabelPlacer.avoid`."""
    line = np.asarray(points, dtype=float).reshape(-1, 2)
    if len(line) < 2:
        return line
    lengths = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    if along[-1] == 0:
        return line[:1]
    wanted = np.arange(0.0, along[-1], step)
    return np.column_stack([np.interp(wanted, along, line[:, axis]) for axis in (0, 1)])
