"""Very many points on one sheet: those of a neighbourhood as one disc with their number.

A disc is schematic: it stands in the middle of a square of the page, moved towards its
events as far as it stays in the square, so that no two discs meet. It says how many,
never where exactly. Events with a direction or alone in their square stay points.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from geodata import style
from geodata.render.print_sheet import Sheet
from geodata.render.print_symbols import shape_ring
from geodata.render.print_text import TextStyle, text_width
from geodata.render.projection import MapView
from geodata.scene import PointMark, Scene

CELLS_FROM = 120  # points in the frame; up to here each has room for its own glyph
CELL_PT = 25.0
SMALLEST_RADIUS = 5.2
COUNT_PT = 6.8


@dataclass(frozen=True)
class Cell:
    """Events of one square of the page: where their disc stands, its radius, and who they are."""

    x: float
    y: float
    radius: float
    ids: tuple[str, ...]

    @property
    def count(self) -> int:
        """Return the number of events."""
        return len(self.ids)


def gather_points(
    scene: Scene, view: MapView, scale: float
) -> tuple[tuple[PointMark, ...], tuple[Cell, ...]]:
    """Return the points in the frame that stay alone, and the cells of all others.

    Up to :data:`CELLS_FROM` points in the frame, all stay alone.
    """
    if not scene.points:
        return (), ()
    spots = view.page([point.point for point in scene.points])
    left, bottom, right, top = view.frame.box
    seen = (spots[:, 0] >= left) & (spots[:, 0] <= right) & (spots[:, 1] >= bottom) & (spots[:, 1] <= top)
    shown = np.flatnonzero(seen)
    if len(shown) <= CELLS_FROM:
        return tuple(scene.points[index] for index in shown), ()
    directed = {mark.event_id for mark in scene.lines} | {mark.event_id for mark in scene.wedges}
    directed |= {mark.event_id for mark in scene.sides}
    side = CELL_PT * scale
    squares: dict[tuple[int, int], list[int]] = {}
    singles: list[int] = []
    loose: list[int] = []
    for index in shown.tolist():
        if directed.isdisjoint(scene.points[index].ids):
            column, row = np.floor((spots[index] - (left, bottom)) / side).astype(int).tolist()
            squares.setdefault((column, row), []).append(index)
        else:
            singles.append(index)
    most = max((len(members) for members in squares.values()), default=1)
    cells = []
    for (column, row), members in sorted(squares.items()):
        if len(members) == 1:
            loose.append(members[0])
            continue
        middle = np.array([left + (column + 0.5) * side, bottom + (row + 0.5) * side])
        radius = _radius(len(members), most, scale)
        room = max(side / 2 - radius - 0.5 * scale, 0.0)
        x, y = middle + np.clip(spots[members].mean(axis=0) - middle, -room, room)
        ids = tuple(each for member in members for each in scene.points[member].ids)
        cells.append(Cell(float(x), float(y), radius, ids))
    # One alone in its square, but under the disc of the next, belongs to that disc.
    for index in loose:
        x, y = spots[index]
        reach = style.POINT_RADIUS * scale
        near = [
            rank for rank, each in enumerate(cells) if np.hypot(each.x - x, each.y - y) < each.radius + reach
        ]
        if near:
            cell = cells[near[0]]
            cells[near[0]] = replace(cell, ids=(*cell.ids, *scene.points[index].ids))
        else:
            singles.append(index)
    return tuple(scene.points[index] for index in sorted(singles)), tuple(cells)


def _radius(count: int, most: int, scale: float) -> float:
    """Return a disc's radius: its area grows with the count, from one that holds two figures."""
    largest = CELL_PT / 2 - 0.5
    share = np.sqrt(count / most)
    return float((SMALLEST_RADIUS + (largest - SMALLEST_RADIUS) * share) * scale)


def draw_cell(sheet: Sheet, x: float, y: float, radius: float, count: str) -> None:
    """Draw a disc with a number."""
    ring = shape_ring("circle", radius) + np.array([x, y])
    sheet.polygon(ring, fill=style.UNATTRIBUTED, edge=style.PAPER, width=0.9, z=11.9, gid="event-cell")
    words = TextStyle(COUNT_PT * sheet.scale, bold=True, colour=style.PAPER)
    room = 1.75 * radius
    words = words.sized(min(words.size, words.size * room / text_width(count, words)))
    sheet.text(x, y - 0.33 * words.size, count, words, align="center", z=12.0, gid="cell-count")
