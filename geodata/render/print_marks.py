"""The scene's marks on the page: areas, origins, lines, wedges, points, side marks.

Every mark tells the placer what it takes, so that labels keep clear of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries, style
from geodata.render import print_symbols as symbols
from geodata.render.labels import LabelPlacer, sample_line
from geodata.render.print_base import Geometries, on_page, page_path
from geodata.render.print_sheet import Sheet
from geodata.render.projection import MapView
from geodata.scene import AreaMark, LineMark, OriginMark, PointMark, Scene, SideMark
from geodata.style import STROKES, Party

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Anchor:
    """Where a label belongs: a page position and the radius of what stands there."""

    x: float
    y: float
    radius: float


@dataclass
class MarkLayer:
    """What drawing needs: sheet, view, placer, the scene and its international borders.

    ``towns`` holds those that are named already.
    ``anchors`` holds the pill or point of every event id.
    """

    sheet: Sheet
    view: MapView
    placer: LabelPlacer
    scene: Scene
    borders: Any
    anchors: dict[str, Anchor] = field(default_factory=dict)
    towns: list[tuple[float, float]] = field(default_factory=list)
    _units: dict[str, Geometries] = field(default_factory=dict)

    def party(self, name: str) -> Party:
        """Return a party by its id."""
        return next((party for party in self.scene.parties if party.id == name), style.NOBODY)

    def unit(self, unit_id: str) -> Geometries:
        """Return a unit's polygons on the page, clipped to the frame."""
        if unit_id not in self._units:
            geometry = boundaries.unit_geometry(unit_id, resolution="screen")
            self._units[unit_id] = on_page(shapely.get_parts(np.array([geometry], dtype=object)), self.view)
        return self._units[unit_id]

    def sees(self, x: float, y: float) -> bool:
        """Return whether a page position lies in the frame."""
        left, bottom, right, top = self.view.frame.box
        return bool(left <= x <= right and bottom <= y <= top)


def draw_marks(layer: MarkLayer) -> None:
    """Draw all marks of a scene, from areas up to side marks."""
    _draw_focus(layer)
    for origin in layer.scene.origins:
        _draw_origin(layer, origin)
    for unit in dict.fromkeys(mark.area for mark in layer.scene.areas):
        _draw_area(layer, unit)
    for border in layer.scene.borders:
        for part in border.path:
            line = layer.view.page(part)
            layer.sheet.line(
                line,
                edge=layer.party(border.party).colour,
                width=STROKES["attack-border"].width,
                z=6.5,
                gid="attack-border",
            )
            layer.placer.avoid(sample_line(line))
    for point in layer.scene.points:
        _draw_point(layer, point)
    for area in layer.scene.areas:
        _draw_pill(layer, area)
    for line_mark in layer.scene.lines:
        _draw_line(layer, line_mark)
    for wedge in layer.scene.wedges:
        x, y, radius = _target(layer, wedge.event_id, wedge.point, wedge.ring_km)
        span = (wedge.from_max_deg - wedge.from_min_deg) % 360 or 360.0
        azimuths = wedge.from_min_deg + np.linspace(0, span, max(3, int(span / 2)))
        ring = symbols.wedge_ring(
            x, y, radius, layer.view.direction(*wedge.point, azimuths), layer.sheet.scale
        )
        symbols.draw_wedge(layer.sheet, ring)
        layer.placer.block(symbols.box_around(ring))
    for group in side_groups(layer.scene.sides):
        _draw_side(layer, group[0])


def _draw_focus(layer: MarkLayer) -> None:
    taken = {mark.area for mark in layer.scene.areas}
    paths = [page_path(_outline(layer.unit(unit))) for unit in layer.scene.focus if unit not in taken]
    for name, z in (("focus-halo", 3.0), ("boundary-focus", 3.1)):
        for path in paths:
            if path is not None:
                layer.sheet.stroke(path, STROKES[name], z=z, gid=name)
                layer.placer.avoid(path.vertices)


def _outline(polygons: Geometries) -> Geometries:
    """Return outlines as lines, so that no fill is drawn."""
    return np.asarray(shapely.get_parts(shapely.boundary(polygons)))


def _draw_origin(layer: MarkLayer, origin: OriginMark) -> None:
    path = page_path(layer.unit(origin.area))
    if path is not None:
        colour = layer.party(origin.party).colour
        layer.sheet.stroke(path, STROKES["origin-area"], colour=colour, z=4, gid="origin-area")


def _draw_area(layer: MarkLayer, unit: str) -> None:
    for polygon in layer.unit(unit):
        symbols.draw_stipple(layer.sheet, polygon)
    path = page_path(_outline(layer.unit(unit)))
    if path is not None:
        layer.sheet.stroke(path, STROKES["focus-halo"], z=3.0, gid="area-halo")
        layer.sheet.stroke(path, STROKES["event-area"], z=6, gid="event-area")
        layer.placer.avoid(path.vertices)


def _draw_point(layer: MarkLayer, point: PointMark) -> None:
    x, y = layer.view.page([point.point])[0]
    if not layer.sees(x, y):
        return
    radius = 1.2 * style.POINT_RADIUS * layer.sheet.scale
    if point.ring_km > 0:
        ring = layer.view.circle(*point.point, point.ring_km)
        ring_radius = float(np.hypot(*(ring - (x, y)).T).min())
        if ring_radius > radius:
            symbols.draw_ring(layer.sheet, ring)
            layer.placer.avoid(sample_line(ring))
            radius = max(radius, ring_radius)
    symbols.draw_point(
        layer.sheet, x, y, style.SHAPES.get(point.event_type, "circle"), layer.party(point.party)
    )
    layer.placer.block(_square(x, y, 1.2 * style.POINT_RADIUS * layer.sheet.scale))
    layer.anchors.update(dict.fromkeys(point.ids, Anchor(x, y, radius)))


def _square(x: float, y: float, half: float) -> tuple[float, float, float, float]:
    return x - half, y - half, x + half, y + half


def _draw_pill(layer: MarkLayer, area: AreaMark) -> None:
    x, y = layer.view.page([area.point])[0]
    if not layer.sees(x, y):
        return
    width, height = symbols.pill_size(area.count, layer.sheet.scale)
    x, y = _pill_place(layer, area, (x, y), (width, height))
    symbols.draw_pill(layer.sheet, x, y, area.count)
    layer.placer.block((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    layer.anchors.update(dict.fromkeys(area.ids, Anchor(x, y, width / 2)))


def _pill_place(
    layer: MarkLayer, area: AreaMark, point: tuple[float, float], size: tuple[float, float]
) -> tuple[float, float]:
    """Return where in its unit a pill stands: near its point, free, with room for side marks.

    The place says nothing but "somewhere in this unit", so it may move within it, away
    from a border that the side marks would touch.
    """
    centres = _places_in(layer.unit(area.area), point)
    half = np.array([size[0] / 2, size[1] / 2])
    free = layer.placer.is_free(np.hstack([centres - half, centres + half]))
    sides = [side for side in layer.scene.sides if side.event_id in area.ids]
    outward = [layer.view.direction(*side.point, side.azimuth_deg)[0] for side in sides]
    best, most = 0, -1
    for index in np.flatnonzero(free):
        anchor = Anchor(float(centres[index, 0]), float(centres[index, 1]), size[0] / 2)
        rank = min((_side_room(layer, anchor, out) for out in outward), default=len(SIDE_SIZES))
        if rank > most:
            best, most = int(index), rank
        if rank == len(SIDE_SIZES):
            break
    return float(centres[best, 0]), float(centres[best, 1])


def _places_in(polygons: Geometries, point: tuple[float, float]) -> Floats:
    """Return a point and a lattice inside polygons, nearest to the point first."""
    if not len(polygons):
        return np.array([point])
    left, bottom, right, top = shapely.total_bounds(polygons)
    xs, ys = np.meshgrid(np.linspace(left, right, 26)[1:-1], np.linspace(bottom, top, 26)[1:-1])
    lattice = np.column_stack([xs.ravel(), ys.ravel()])
    lattice = lattice[shapely.contains_xy(shapely.union_all(polygons), lattice)]
    order = np.argsort(np.hypot(*(lattice - point).T), kind="stable")
    return np.vstack([[point], lattice[order]])


def _side_room(layer: MarkLayer, anchor: Anchor, outward: Floats) -> int:
    """Return how good the side mark at a place would be: 0 none, up to full size."""
    lines, rank = _fitting_chevrons(anchor, outward, layer.sheet.scale, layer.borders)
    if not lines:
        return 0
    boxes = [symbols.box_around(line, 1.0) for line in lines]
    return rank if bool(layer.placer.is_free(boxes).all()) else max(0, rank - 2)


def _target(
    layer: MarkLayer, event_id: str, point: tuple[float, float], ring_km: float
) -> tuple[float, float, float]:
    anchor = layer.anchors.get(event_id)
    if anchor:
        return anchor.x, anchor.y, anchor.radius
    x, y = layer.view.page([point])[0]
    return x, y, ring_km * 1000 / layer.view.metres_per_point


def _draw_line(layer: MarkLayer, mark: LineMark) -> None:
    """Draw the geodesic; its last part ends in a head at the target's ring."""
    party = layer.party(mark.party)
    parts = [layer.view.page(part) for part in mark.path]
    parts = [part[~np.isnan(part).any(axis=1)] for part in parts]
    parts = [part for part in parts if len(part) > 1]
    if not parts:
        return
    anchor = layer.anchors.get(mark.event_id)
    if anchor:
        parts[-1] = symbols.trim_end(parts[-1], (anchor.x, anchor.y), anchor.radius + 1.5 * layer.sheet.scale)
    stroke = symbols.attack_stroke(mark.basis, mark.status)
    for part in parts[:-1]:
        colour = party.colour if stroke.colour == "party" else stroke.colour
        layer.sheet.line(part, edge=colour, width=stroke.width, dash=stroke.dash, z=8, gid="attack-arrow")
    if len(parts[-1]) > 1:
        symbols.draw_attack(layer.sheet, parts[-1], mark.basis, mark.status, party)
        _, head = symbols.with_head(parts[-1], style.HEAD_LENGTH * layer.sheet.scale)
        layer.placer.block(symbols.box_around(head))
    for part in parts:
        layer.placer.avoid(sample_line(part, 2.0))


def side_groups(sides: tuple[SideMark, ...]) -> list[list[SideMark]]:
    """Return side marks that would stand on each other, first one first."""
    groups: dict[tuple[object, ...], list[SideMark]] = {}
    for side in sides:
        groups.setdefault((side.point, side.party, round(side.azimuth_deg)), []).append(side)
    return list(groups.values())


def _draw_side(layer: MarkLayer, side: SideMark) -> None:
    anchor = layer.anchors.get(side.event_id)
    if anchor is None:
        x, y = layer.view.page([side.point])[0]
        if not layer.sees(x, y):
            return
        anchor = layer.anchors[side.event_id] = Anchor(x, y, 0.0)
    outward = layer.view.direction(*side.point, side.azimuth_deg)[0]
    lines = side_chevrons(anchor, outward, layer.sheet.scale, layer.borders)
    symbols.draw_chevrons(layer.sheet, lines, layer.party(side.party).colour)
    for line in lines:
        layer.placer.block(symbols.box_around(line, 1.5))


# Count, size and step of the chevrons, from the full mark down to the least.
SIDE_SIZES = ((3, 1.0, 1.0), (3, 0.85, 0.8), (2, 0.85, 0.85), (2, 0.7, 0.75), (1, 0.7, 1.0))


def side_chevrons(anchor: Anchor, outward: Floats, scale: float, borders: Any) -> list[Floats]:
    """Return the chevrons of a side mark: three, closer or fewer where a border is near.

    None is ever on a border; a target at the border itself has none.
    """
    return _fitting_chevrons(anchor, outward, scale, borders)[0]


def _fitting_chevrons(
    anchor: Anchor, outward: Floats, scale: float, borders: Any
) -> tuple[list[Floats], int]:
    """Return the chevrons and their rank, from 0 for none to the number of sizes."""
    start = anchor.radius + 4.5 * scale
    for worse, (count, size, step) in enumerate(SIDE_SIZES):
        lines = symbols.chevron_lines(
            anchor.x,
            anchor.y,
            outward,
            start,
            count,
            size * style.CHEVRON_SIZE * scale,
            step * symbols.CHEVRON_STEP * scale,
        )
        room = shapely.convex_hull(shapely.MultiLineString([*lines, [(anchor.x, anchor.y), lines[0][1]]]))
        if not shapely.intersects(borders, shapely.buffer(room, 2.0 * scale)):
            return lines, len(SIDE_SIZES) - worse
    return [], 0
