"""Pills and side marks: how many events a unit holds, and whose side they came from.

A pill says "somewhere in this unit" and may move within it; a side mark says "from
this state's side" and stands on no border, and so the two are placed together. All of
one picture have the same size: where one side mark has no room, all stand in callouts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata import style
from geodata.render import print_symbols as symbols
from geodata.render.labels import LabelPlacer
from geodata.render.print_lands import share_on
from geodata.render.print_marks import MANY_AREAS, Anchor, MarkLayer, draw_badge_behind
from geodata.render.print_units import PageUnit
from geodata.scene import AreaMark, SideMark

Floats = npt.NDArray[np.float64]

GAP_PT = 4.5
CLEAR_OF_BORDER_PT = 2.0
OVER_UNIT_PT = 2.0  # how far a chevron may reach beyond its unit's outline
CHEVRONS = 3
SIDE_SIZES = ((1.0, 1.0), (0.85, 0.8), (0.7, 0.75))  # size and step, the full mark first
PLACES_AT_A_TIME = 24
SMALL_PILL = 0.8
TINY_PILL = 0.72  # whose number is 6 points high
# How much of a pill lies on its unit, at least.
PILL_SHARE = {1.0: 0.6, SMALL_PILL: 0.4, TINY_PILL: 0.3}
MOST_ABROAD = 0.1  # of a pill on the land of another country of the scene
TOWN_CLEARANCE_PT = 12.0
TOWN_COST = 60.0
ABROAD_COST = 60.0


@dataclass(frozen=True)
class Fit:
    """How the pills and side marks of a picture are drawn.

    ``side`` is an entry of :data:`SIDE_SIZES`, ``None`` where side marks stand in callouts;
    ``offset`` says that a pill may stand beside its unit, tied by a leader.
    """

    pill: float
    side: tuple[float, float] | None
    offset: bool = False


FITS = (
    *(Fit(1.0, side) for side in SIDE_SIZES),
    *(Fit(SMALL_PILL, side) for side in SIDE_SIZES[1:]),
    Fit(1.0, None),
    Fit(SMALL_PILL, None),
    Fit(SMALL_PILL, None, offset=True),
)
CROWDED = Fit(TINY_PILL, None, offset=True)


@dataclass(frozen=True)
class Spot:
    """Where one pill stands, with its chevrons and the unit it is tied to, if it left it."""

    area: AreaMark
    anchor: Anchor
    chevrons: tuple[tuple[SideMark, list[Floats]], ...] = ()
    tied_to: tuple[float, float] | None = None


def draw_pills_and_sides(layer: MarkLayer) -> None:
    """Draw pills with their side marks, and those of points, in one size that all have room for."""
    # Many pills on small units: the first fits cannot hold, and each costs a trial of all.
    for fit in FITS if len(layer.scene.areas) <= MANY_AREAS else (CROWDED,):
        spots = _pill_spots(layer, fit)
        if spots is None:
            continue
        pointed = _point_chevrons(layer, fit, spots)
        if pointed is None:
            continue
        layer.inline = fit.side is None
        for spot in spots:
            _draw_spot(layer, spot, fit)
        for side, lines in pointed:
            _draw_chevrons(layer, side, lines)
        return


def side_groups(sides: tuple[SideMark, ...]) -> list[list[SideMark]]:
    """Return side marks that would stand on each other together, in their order."""
    groups: dict[tuple[object, ...], list[SideMark]] = {}
    for side in sides:
        key = (side.point, side.party, round(side.azimuth_deg), side.status, side.tier)
        groups.setdefault(key, []).append(side)
    return list(groups.values())


def side_outward(layer: MarkLayer, side: SideMark) -> Floats:
    """Return the page's direction from a target to the attacker's side."""
    return np.asarray(layer.view.direction(*side.point, side.azimuth_deg)[0])


def side_chevrons(
    anchor: Anchor,
    outward: Floats,
    scale: float,
    borders: Any,
    *,
    side: tuple[float, float] = SIDE_SIZES[0],
    tier: int = 0,
    placer: LabelPlacer | None = None,
    over: Any = None,
) -> list[Floats]:
    """Return the three chevrons of a side mark, or none where they have no room.

    None is ever on a border, nor parted by one from its target.

    Parameters
    ----------
    outward
        Unit vector on the page from the target to the attacker's side.
    borders
        International lines on the page, one geometry.
    side
        Size and step, of the full ones.
    tier
        How many tiers of other glyphs stand between the mark and its target.
    placer
        Where given, chevrons keep clear of what it has taken.
    over
        Where given, the unit on which they stand.
    """
    lines = _chevrons_at((anchor.x, anchor.y), anchor.radius, outward, scale, side=side, tier=tier)
    centre = np.array([[anchor.x, anchor.y]])
    clear = CLEAR_OF_BORDER_PT * scale
    room = _has_room(np.array([lines]), centre, borders=borders, clear=clear, over=over, placer=placer)
    return lines if room[0] else []


def _chevrons_at(
    centre: tuple[float, float],
    radius: float,
    outward: Floats,
    scale: float,
    *,
    side: tuple[float, float],
    tier: int,
) -> list[Floats]:
    """Return the chevrons of a target at a place, whatever lies there."""
    size, step = side
    return symbols.chevron_lines(
        centre,
        outward,
        start=radius + (GAP_PT + tier * symbols.TIER_STEP) * scale,
        count=CHEVRONS,
        size=size * style.CHEVRON_SIZE * scale,
        step=step * symbols.CHEVRON_STEP * scale,
    )


def _has_room(
    lines: Floats, centres: Floats, *, borders: Any, clear: float, over: Any, placer: LabelPlacer | None
) -> npt.NDArray[np.bool_]:
    """Return for each target whether its chevrons have room, as :func:`side_chevrons` says.

    Parameters
    ----------
    lines
        Chevrons, three corners each: ``(targets, chevrons, 3, 2)``.
    centres
        Where the targets stand, ``(targets, 2)``.
    clear
        Points kept free of borders.
    """
    count, chevrons = lines.shape[:2]
    corners = np.concatenate([lines.reshape(count, -1, 2), centres[:, None]], axis=1)
    room = ~shapely.dwithin(borders, shapely.convex_hull(shapely.linestrings(corners)), clear)
    if over is not None:
        room &= shapely.covers(over, shapely.linestrings(lines)).all(axis=1)
    if placer is not None:
        boxes = np.concatenate([lines.min(axis=2), lines.max(axis=2)], axis=2).reshape(-1, 4)
        room &= placer.is_free(boxes).reshape(count, chevrons).all(axis=1)
    return np.asarray(room)


def _pill_spots(layer: MarkLayer, fit: Fit) -> list[Spot] | None:
    """Return where all pills in sight stand, or ``None`` where one has no room."""
    struck = {side.event_id for side in layer.scene.sides}
    placer = layer.placer.copy()
    spots = []
    for area in sorted(layer.scene.areas, key=lambda area: struck.isdisjoint(area.ids)):
        x, y = layer.view.page([area.point])[0]
        if not layer.sees(x, y):
            continue
        point = (float(x), float(y))
        spot = _spot_over(layer, placer, area, point, fit)
        if spot is None and fit.offset:
            spot = _spot_beside(layer, placer, area, point, fit)
        if spot is None:
            return None
        for box in _taken(layer, spot, fit):
            placer.block(box)
        spots.append(spot)
    return spots


def _point_chevrons(
    layer: MarkLayer, fit: Fit, spots: list[Spot]
) -> list[tuple[SideMark, list[Floats]]] | None:
    """Return the chevrons of events that are points, or ``None`` where one has no room."""
    if fit.side is None:
        return []
    placer = layer.placer.copy()
    for spot in spots:
        for box in _taken(layer, spot, fit):
            placer.block(box)
    areas = {event_id for area in layer.scene.areas for event_id in area.ids}
    found = []
    for side in (group[0] for group in side_groups(layer.scene.sides)):
        anchor = layer.anchors.get(side.event_id)
        if anchor is None or side.event_id in areas:
            continue
        lines = side_chevrons(
            anchor,
            side_outward(layer, side),
            layer.sheet.scale,
            layer.borders,
            side=fit.side,
            tier=side.tier,
            placer=placer,
        )
        if not lines:
            return None
        found.append((side, lines))
    return found


def _taken(layer: MarkLayer, spot: Spot, fit: Fit) -> Iterator[tuple[float, float, float, float]]:
    """Yield the boxes that a pill and its chevrons take."""
    width, height = symbols.pill_size(str(spot.area.count), fit.pill * layer.sheet.scale)
    x, y = spot.anchor.x, spot.anchor.y
    yield x - width / 2, y - height / 2, x + width / 2, y + height / 2
    for _, lines in spot.chevrons:
        for line in lines:
            yield symbols.box_around(line, 1.5)


def _draw_spot(layer: MarkLayer, spot: Spot, fit: Fit) -> None:
    for side, lines in spot.chevrons:
        _draw_chevrons(layer, side, lines)
    x, y = spot.anchor.x, spot.anchor.y
    if spot.tied_to:
        layer.tie(np.array([spot.tied_to, (x, y)]))
        dot = np.add(symbols.shape_ring("circle", 1.4 * layer.sheet.scale), spot.tied_to)
        layer.sheet.polygon(dot, fill=style.AREA_OUTLINE, z=10, gid="leader-foot")
    symbols.draw_pill(layer.sheet, x, y, str(spot.area.count), factor=fit.pill)
    for box in _taken(layer, spot, fit):
        layer.placer.block(box)
    layer.anchors.update(dict.fromkeys(spot.area.ids, spot.anchor))


def _draw_chevrons(layer: MarkLayer, side: SideMark, lines: list[Floats]) -> None:
    symbols.draw_chevrons(layer.sheet, lines, layer.party(side.party).colour, status=side.status)
    for line in lines:
        layer.placer.block(symbols.box_around(line, 1.5))
    if side.alternative:
        tip, tail = lines[0][1], (lines[-1][0] + lines[-1][2]) / 2
        draw_badge_behind(layer, tuple(tip), side_outward(layer, side), float(np.hypot(*(tail - tip))))


def _spot_over(
    layer: MarkLayer, placer: LabelPlacer, area: AreaMark, point: tuple[float, float], fit: Fit
) -> Spot | None:
    """Return the place over a unit where its pill and side marks have room, nearest to its point."""
    scale = layer.sheet.scale
    width, height = symbols.pill_size(str(area.count), fit.pill * scale)
    unit = layer.unit(area.area)
    home = layer.lands.of_unit(area.area)
    others = tuple(layer.unit(country) for country in layer.lands.concerned if country != home)
    size = width, height
    centres = unit.kept(
        ("standing", point, size, fit.pill, others), lambda: _standing(unit, point, size, fit, others)
    )
    boxes = _boxes(centres, width, height)
    free = placer.is_free(boxes)
    centres, boxes = centres[free], boxes[free]
    costs = np.hypot(*(centres - point).T) + TOWN_COST * _near_town(layer, boxes)
    costs += 200.0 * (placer.covered(boxes) > 0)
    order = np.argsort(costs, kind="stable")
    for first in range(0, len(order), PLACES_AT_A_TIME):  # the first with room is the best
        some = centres[order[first : first + PLACES_AT_A_TIME]]
        spot = _first_spot(layer, placer, area, fit, centres=some, radius=width / 2)
        if spot is not None:
            return spot
    return None


def _standing(
    unit: PageUnit,
    point: tuple[float, float],
    size: tuple[float, float],
    fit: Fit,
    others: tuple[PageUnit, ...],
) -> Floats:
    """Return where a pill lies on its unit far enough and not on another country of the scene, ``(n, 2)``."""
    centres = np.vstack([[point], unit.lattice])
    boxes = _boxes(centres, *size)
    usable = _shares_on(unit.whole, boxes) >= PILL_SHARE[fit.pill]
    abroad = sum((share_on(boxes, other.whole) for other in others), np.zeros(len(boxes)))
    return np.asarray(centres[usable & (abroad <= MOST_ABROAD)])


def _first_spot(
    layer: MarkLayer, placer: LabelPlacer, area: AreaMark, fit: Fit, *, centres: Floats, radius: float
) -> Spot | None:
    """Return the first of some places at which the side marks of a pill have room, too."""
    sides = [group[0] for group in side_groups(layer.scene.sides) if group[0].event_id in area.ids]
    room = np.ones(len(centres), dtype=bool)
    chevrons: list[list[list[Floats]]] = []
    if fit.side is not None and len(centres):
        scale = layer.sheet.scale
        unit, reach = layer.unit(area.area), OVER_UNIT_PT * scale
        over = unit.kept(("grown", reach), lambda: _grown(unit, reach))
        for side in sides:
            outward = side_outward(layer, side)
            each = [
                _chevrons_at((x, y), radius, outward, scale, side=fit.side, tier=side.tier)
                for x, y in centres.tolist()
            ]
            chevrons.append(each)
            room &= _has_room(
                np.array(each),
                centres,
                borders=layer.borders,
                clear=CLEAR_OF_BORDER_PT * scale,
                over=over,
                placer=placer,
            )
    for index in np.flatnonzero(room):
        anchor = Anchor(float(centres[index][0]), float(centres[index][1]), radius)
        marks = tuple((side, each[index]) for side, each in zip(sides, chevrons, strict=False))
        return Spot(area, anchor, marks)
    return None


def _spot_beside(
    layer: MarkLayer, placer: LabelPlacer, area: AreaMark, point: tuple[float, float], fit: Fit
) -> Spot:
    """Return the place of a pill beside its unit: near, free, and not in another party's land."""
    scale = layer.sheet.scale
    width, height = symbols.pill_size(str(area.count), fit.pill * scale)
    angles = np.radians(np.arange(0, 360, 15))
    rings = np.arange(0.0, 100.0, 4.0) * scale
    centres = np.vstack(
        [np.add(point, radius * np.column_stack([np.cos(angles), np.sin(angles)])) for radius in rings]
    )
    boxes = _boxes(centres, width, height)
    costs = np.hypot(*(centres - point).T) + TOWN_COST * _near_town(layer, boxes)
    costs += ABROAD_COST * layer.lands.share_abroad(boxes, layer.lands.of_unit(area.area))
    free = np.flatnonzero(placer.is_free(boxes))
    best = int(free[int(np.argmin(costs[free]))]) if len(free) else 0
    anchor = Anchor(float(centres[best][0]), float(centres[best][1]), width / 2)
    away = np.hypot(*(centres[best] - point)) > 0.5 * height
    return Spot(area, anchor, tied_to=point if away else None)


def _near_town(layer: MarkLayer, boxes: Floats) -> npt.NDArray[np.bool_]:
    """Return for each box whether it stands so near a town that it reads as the town's."""
    near = np.zeros(len(boxes), dtype=bool)
    for x, y in layer.dots:
        dx = np.maximum(np.maximum(boxes[:, 0] - x, x - boxes[:, 2]), 0.0)
        dy = np.maximum(np.maximum(boxes[:, 1] - y, y - boxes[:, 3]), 0.0)
        near |= np.hypot(dx, dy) < TOWN_CLEARANCE_PT * layer.sheet.scale
    return near


def _boxes(centres: Floats, width: float, height: float) -> Floats:
    half = np.array([width / 2, height / 2])
    return np.hstack([centres - half, centres + half])


def _shares_on(shape: Any, boxes: Floats) -> Floats:
    """Return how much of each ``(n, 4)`` box lies on a prepared shape, 0 to 1."""
    squares = shapely.box(*boxes.T)
    shares: Floats = shapely.covers(shape, squares).astype(float)
    # Only what an outline crosses has to be cut, which takes a hundred times as long.
    cut = np.flatnonzero((shares == 0) & shapely.intersects(shape, squares))
    shares[cut] = shapely.area(shapely.intersection(squares[cut], shape)) / shapely.area(squares[cut])
    return shares


def _grown(unit: PageUnit, by: float) -> Any:
    """Return a unit on the page with the land around it as far as ``by`` points, prepared."""
    grown = shapely.buffer(unit.whole, by)
    shapely.prepare(grown)
    return grown
