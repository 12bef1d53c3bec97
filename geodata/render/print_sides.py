"""Pills and side marks: how many events a unit holds, and whose side they came from.

A pill says "somewhere in this unit" and may move within it; a side mark says "from
this state's side" and stands on no border, and so the two are placed together.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata import style
from geodata.render import print_symbols as symbols
from geodata.render.labels import LabelPlacer
from geodata.render.print_base import Geometries
from geodata.render.print_marks import Anchor, MarkLayer
from geodata.scene import AreaMark, SideMark

Floats = npt.NDArray[np.float64]

GAP_PT = 4.5
CLEAR_OF_BORDER_PT = 2.0
LEAST_ROOM = 2
# Count, size and step of the chevrons, from the full mark down to the least.
SIDE_SIZES = (
    (3, 1.0, 1.0),
    (3, 0.85, 0.8),
    (2, 0.85, 0.85),
    (2, 0.7, 0.75),
    (1, 0.85, 1.0),
    (1, 0.7, 1.0),
)


def draw_pills(layer: MarkLayer) -> None:
    """Draw pills with their side marks; those that have some come first."""
    struck = {side.event_id for side in layer.scene.sides}
    for area in sorted(layer.scene.areas, key=lambda area: struck.isdisjoint(area.ids)):
        _draw_pill(layer, area)


def draw_point_sides(layer: MarkLayer) -> None:
    """Draw the side marks of events that are points."""
    areas = {event_id for area in layer.scene.areas for event_id in area.ids}
    for group in side_groups(layer.scene.sides):
        anchor = layer.anchors.get(group[0].event_id)
        if anchor is not None and group[0].event_id not in areas:
            _draw_side(layer, anchor, group[0])


def side_groups(sides: tuple[SideMark, ...]) -> list[list[SideMark]]:
    """Return side marks that would stand on each other together, in their order."""
    groups: dict[tuple[object, ...], list[SideMark]] = {}
    for side in sides:
        groups.setdefault((side.point, side.party, round(side.azimuth_deg)), []).append(side)
    return list(groups.values())


def _draw_pill(layer: MarkLayer, area: AreaMark) -> None:
    x, y = layer.view.page([area.point])[0]
    if not layer.sees(x, y):
        return
    width, height = symbols.pill_size(str(area.count), layer.sheet.scale)
    sides = [group[0] for group in side_groups(layer.scene.sides) if group[0].event_id in area.ids]
    x, y = _pill_place(layer, area, (x, y), (width, height), sides)
    anchor = Anchor(x, y, width / 2)
    for side in sides:
        _draw_side(layer, anchor, side)
    symbols.draw_pill(layer.sheet, x, y, str(area.count))
    layer.placer.block((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    layer.anchors.update(dict.fromkeys(area.ids, anchor))


def _draw_side(layer: MarkLayer, anchor: Anchor, side: SideMark) -> None:
    outward = layer.view.direction(*side.point, side.azimuth_deg)[0]
    lines, _ = side_chevrons(anchor, outward, layer.sheet.scale, layer.borders, layer.placer)
    if not lines:
        lines, _ = side_chevrons(anchor, outward, layer.sheet.scale, layer.borders)
    symbols.draw_chevrons(layer.sheet, lines, layer.party(side.party).colour)
    for line in lines:
        layer.placer.block(symbols.box_around(line, 1.5))


def side_chevrons(
    anchor: Anchor, outward: Floats, scale: float, borders: Any, placer: LabelPlacer | None = None
) -> tuple[list[Floats], int]:
    """Return the chevrons of a side mark: three, closer or fewer where a border is near.

    None is ever on a border, nor parted by one from its target; a target at the border
    itself has none.

    Parameters
    ----------
    outward
        Unit vector on the page from the target to the attacker's side.
    borders
        International lines on the page, one geometry.
    placer
        Where given, chevrons keep clear of what it has taken.

    Returns
    -------
    tuple
        The chevrons, and their rank: 0 for none, up to the number of sizes for the full mark.
    """
    start = anchor.radius + GAP_PT * scale
    for worse, (count, size, step) in enumerate(SIDE_SIZES):
        lines = symbols.chevron_lines(
            (anchor.x, anchor.y),
            outward,
            start=start,
            count=count,
            size=size * style.CHEVRON_SIZE * scale,
            step=step * symbols.CHEVRON_STEP * scale,
        )
        room = shapely.convex_hull(shapely.MultiLineString([*lines, [(anchor.x, anchor.y), lines[0][1]]]))
        if shapely.intersects(borders, shapely.buffer(room, CLEAR_OF_BORDER_PT * scale)):
            continue
        if placer is None or placer.is_free([symbols.box_around(line) for line in lines]).all():
            return lines, len(SIDE_SIZES) - worse
    return [], 0


def _pill_place(
    layer: MarkLayer,
    area: AreaMark,
    point: tuple[float, float],
    size: tuple[float, float],
    sides: list[SideMark],
) -> tuple[float, float]:
    """Return where in its unit a pill stands: near its point, free, with room for side marks.

    Where the unit is too small for both, the side marks stand over it and the pill just
    outside, further from their side but in the same country.
    """
    outward = [layer.view.direction(*side.point, side.azimuth_deg)[0] for side in sides]
    polygons = layer.unit(area.area)
    best, room = _roomiest(layer, _places_in(polygons, point), size, outward)
    if room < LEAST_ROOM:
        away = [
            np.array(point) - _turned(out, turn) * step * layer.sheet.scale
            for out in outward
            for step in range(4, 46, 3)
            for turn in (0, 20, -20, 40, -40)
        ]
        home = [
            spot for spot in away if not shapely.intersects(layer.borders, shapely.LineString([point, spot]))
        ]
        over = shapely.union_all(polygons)
        beyond, wider = _roomiest(layer, np.array([point, *home]), size, outward, over=over)
        best = beyond if wider > room else best
    return float(best[0]), float(best[1])


def _turned(direction: Floats, turn_deg: float) -> Floats:
    cos, sin = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    return np.array([direction[0] * cos - direction[1] * sin, direction[0] * sin + direction[1] * cos])


def _roomiest(
    layer: MarkLayer, centres: Floats, size: tuple[float, float], outward: list[Floats], *, over: Any = None
) -> tuple[Floats, int]:
    """Return the first free centre with full room for side marks, else the best, and its room.

    Where ``over`` is given, side marks that do not stand on it have no room.
    """
    half = np.array([size[0] / 2, size[1] / 2])
    boxes = np.hstack([centres - half, centres + half])
    free = np.flatnonzero(layer.placer.is_free(boxes))
    free = free[np.argsort(layer.placer.covered(boxes[free]) > 0, kind="stable")]
    best, most = centres[0], -1
    for centre in centres[free]:
        anchor = Anchor(float(centre[0]), float(centre[1]), size[0] / 2)
        room = min((_room(layer, anchor, out, over) for out in outward), default=len(SIDE_SIZES))
        if room > most:
            best, most = centre, room
        if room == len(SIDE_SIZES):
            break
    return best, most


def _room(layer: MarkLayer, anchor: Anchor, outward: Floats, over: Any) -> int:
    """Return the rank of the side mark that a place has room for."""
    lines, rank = side_chevrons(anchor, outward, layer.sheet.scale, layer.borders, layer.placer)
    if lines and over is not None and not shapely.intersects(over, shapely.MultiLineString(lines)):
        return 0
    return rank


def _places_in(polygons: Geometries, point: tuple[float, float]) -> Floats:
    """Return a point and a lattice inside polygons, nearest to the point first."""
    if not len(polygons):
        return np.array([point])
    left, bottom, right, top = shapely.total_bounds(polygons)
    xs, ys = np.meshgrid(np.linspace(left, right, 20)[1:-1], np.linspace(bottom, top, 20)[1:-1])
    lattice = np.column_stack([xs.ravel(), ys.ravel()])
    lattice = lattice[shapely.contains_xy(shapely.union_all(polygons), lattice)]
    order = np.argsort(np.hypot(*(lattice - point).T), kind="stable")
    return np.vstack([[point], lattice[order]])
