"""Which lines of the ground a reader can see, so that the legend names these and no other.

Lines are clipped a little outside the frame, some are too short to be told from a dot, and
outlines of units run under coasts and borders: to be in a list is not to be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely

from geodata.render.labels import sample_line
from geodata.render.print_base import Geometries, Ground
from geodata.render.projection import MapView
from geodata.style import STROKES

STEP_PT = 1.0
SEEN_PT = 4.0  # a line of one colour, shorter than this in one piece, is not seen for a line
COVERED_PT = 0.7  # as near as this to a line drawn above, one is hidden by it


@dataclass(frozen=True)
class Seen:
    """Which lines of the ground are seen as such."""

    adm0: bool
    disputed: bool
    adm1: bool
    adm2: bool


@lru_cache(maxsize=8)
def seen_lines(layers: Ground, view: MapView) -> Seen:
    """Return which lines of a view's ground are seen inside the frame."""
    above = [layers.coast, layers.adm0, layers.disputed]
    return Seen(
        adm0=_is_seen(layers.adm0, view, SEEN_PT),
        disputed=_is_seen(layers.disputed, view, sum(STROKES["disputed"].dash) + SEEN_PT),
        adm1=_is_seen(_uncovered(layers.adm1, above), view, SEEN_PT),
        adm2=_is_seen(_uncovered(layers.adm2, [*above, layers.adm1]), view, SEEN_PT),
    )


def shows_line(lines: Geometries, view: MapView) -> bool:
    """Return whether any of some lines on the page is seen inside the frame."""
    return _is_seen(lines, view, SEEN_PT)


def _is_seen(lines: Geometries, view: MapView, least: float) -> bool:
    """Return whether one connected line is at least ``least`` points long inside the frame."""
    if not len(lines):
        return False
    inside = shapely.get_parts(shapely.clip_by_rect(lines, *view.frame.box))
    inside = inside[shapely.get_dimensions(inside) == 1]
    whole = shapely.line_merge(shapely.multilinestrings(inside))
    return bool((shapely.length(shapely.get_parts(whole)) >= least).any())


def _uncovered(lines: Geometries, above: list[Geometries]) -> Geometries:
    """Return pieces of lines that no line above them covers."""
    cover = shapely.multilinestrings(np.concatenate(above))
    shapely.prepare(cover)
    pieces: list[npt.NDArray[np.float64]] = []
    for line in lines:
        points = sample_line(shapely.get_coordinates(line), STEP_PT)
        free = ~shapely.dwithin(cover, shapely.points(points), COVERED_PT)
        turns = np.flatnonzero(np.diff(free)) + 1
        runs = zip(np.split(points, turns), np.split(free, turns), strict=True)
        pieces += [run for run, is_free in runs if len(run) > 1 and is_free[0]]
    return np.array([shapely.LineString(piece) for piece in pieces], dtype=object)
