"""The scene's marks on the page: areas, origins, borders, points, lines, wedges.

Every mark tells the placer what it takes, so that labels keep clear of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries, style
from geodata.render import print_symbols as symbols
from geodata.render.labels import LabelPlacer, sample_line
from geodata.render.print_base import page_path
from geodata.render.print_cells import Cell, draw_cell
from geodata.render.print_lands import Lands
from geodata.render.print_sheet import Sheet
from geodata.render.print_units import PageUnit, page_unit
from geodata.render.projection import MapView
from geodata.scene import LineMark, OriginMark, PointMark, Scene, WedgeMark
from geodata.style import STROKES, Party

Floats = npt.NDArray[np.float64]

MANY_AREAS = 40
LINE_BADGE_PT = 30.0  # from the tip of a line to its badge


@dataclass(frozen=True, order=True)
class Anchor:
    """Where a label belongs: a page position and the radius of what stands there."""

    x: float
    y: float
    radius: float


@dataclass
class MarkLayer:
    """What drawing needs: sheet, view, placer, the scene and its international borders.

    ``points`` are those in the frame that stay alone, ``cells`` gather the others.
    ``towns`` holds those that are named already, ``dots`` those whose dots are kept clear.
    ``anchors`` holds the pill or point of every event id.
    ``inline`` says that side marks stand in the callouts, since one has no room on the map.
    ``leaders`` are lines from a label or pill to its mark; ``town_boxes`` dots and names.
    """

    sheet: Sheet
    view: MapView
    placer: LabelPlacer
    scene: Scene
    borders: Any
    lands: Lands
    points: tuple[PointMark, ...] = ()
    cells: tuple[Cell, ...] = ()
    anchors: dict[str, Anchor] = field(default_factory=dict)
    towns: list[tuple[float, float]] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    inline: bool = False
    leaders: list[Any] = field(default_factory=list)
    town_boxes: list[Any] = field(default_factory=list)
    _units: dict[str, PageUnit] = field(default_factory=dict)

    def party(self, name: str) -> Party:
        """Return a party by its id."""
        return next((party for party in self.scene.parties if party.id == name), style.NOBODY)

    def unit(self, unit_id: str) -> PageUnit:
        """Return a unit as it lies on the page."""
        if unit_id not in self._units:
            self._units[unit_id] = page_unit(unit_id, self.view)
        return self._units[unit_id]

    def tie(self, line: Floats) -> None:
        """Draw a leader and keep names off it."""
        scale = self.sheet.scale
        self.sheet.line(line, edge=style.MUTED, width=0.6, z=10, gid="leader")
        self.leaders.append(shapely.LineString(line))
        for x, y in sample_line(line):
            self.placer.block(_square(float(x), float(y), 2 * scale))

    def sees(self, x: float, y: float) -> bool:
        """Return whether a page position lies in the frame."""
        left, bottom, right, top = self.view.frame.box
        return bool(left <= x <= right and bottom <= y <= top)


def draw_places(layer: MarkLayer) -> None:
    """Draw what stands where it is: areas, origins, borders and points."""
    _draw_outlined(layer)
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
    for cell in layer.cells:
        draw_cell(layer.sheet, cell.x, cell.y, cell.radius, f"{cell.count:,}")
        layer.placer.block(_square(cell.x, cell.y, cell.radius))
        layer.anchors.update(dict.fromkeys(cell.ids, Anchor(cell.x, cell.y, cell.radius)))
    for point in layer.points:
        _draw_point(layer, point)


def draw_directions(layer: MarkLayer) -> None:
    """Draw lines and wedges at their targets."""
    for line_mark in layer.scene.lines:
        _draw_line(layer, line_mark)
    for wedge in layer.scene.wedges:
        _draw_wedge(layer, wedge)


def _draw_focus(layer: MarkLayer) -> None:
    taken = {mark.area for mark in layer.scene.areas}
    paths = [layer.unit(unit).outline for unit in layer.scene.focus if unit not in taken]
    for name, z in (("focus-halo", 3.0), ("boundary-focus", 3.1)):
        for path in paths:
            if path is not None:
                layer.sheet.stroke(path, STROKES[name], z=z, gid=name)
                _keep_clear(layer, path)


def _draw_outlined(layer: MarkLayer) -> None:
    for unit in layer.scene.outlined:
        path = layer.unit(unit).outline
        if path is not None:
            layer.sheet.stroke(path, STROKES["boundary-layer"], z=2.9, gid="boundary-layer")


def _keep_clear(layer: MarkLayer, path: Any) -> None:
    """Tell the placer of an outline that labels should not cover."""
    for ring in path.to_polygons(closed_only=False):
        layer.placer.avoid(sample_line(ring))


def _draw_origin(layer: MarkLayer, origin: OriginMark) -> None:
    path = page_path(layer.unit(origin.area).polygons)
    if path is not None:
        colour = layer.party(origin.party).colour
        stroke = symbols.origin_stroke(origin.status or "claimed")
        layer.sheet.stroke(path, stroke, colour=colour, z=4, gid="origin-area")


def _draw_area(layer: MarkLayer, unit: str) -> None:
    # Dots would tint a whole country, dashes turn its border into a doubtful one: the pill is enough.
    if not boundaries.unit(unit).level:
        return
    for polygon in layer.unit(unit).polygons:
        symbols.draw_stipple(layer.sheet, polygon)
    path = layer.unit(unit).outline
    if path is not None:
        stroke = STROKES["event-area"]
        if len(layer.scene.areas) > MANY_AREAS:  # a net of heavy outlines would hide what it holds
            stroke = replace(stroke, width=0.6, dash=(2.5, 1.8))
        else:
            layer.sheet.stroke(path, STROKES["focus-halo"], z=3.0, gid="area-halo")
        layer.sheet.stroke(path, stroke, z=6, gid="event-area")
        _keep_clear(layer, path)


def _draw_point(layer: MarkLayer, point: PointMark) -> None:
    x, y = layer.view.page([point.point])[0]
    if not layer.sees(x, y):
        return
    radius = 1.2 * style.POINT_RADIUS * layer.sheet.scale
    if point.ring_km > 0:
        ring_radius = ring_points(layer.view, point)
        if ring_radius > radius:
            ring = layer.view.circle(*point.point, point.ring_km)
            symbols.draw_ring(layer.sheet, ring)
            layer.placer.avoid(sample_line(ring))
            radius = ring_radius
    shape = style.SHAPES.get(point.event_type, "circle")
    hollow = point.precision == "unknown"
    symbols.draw_point(layer.sheet, (x, y), shape, layer.party(point.party), hollow=hollow)
    layer.placer.block(_square(x, y, 1.2 * style.POINT_RADIUS * layer.sheet.scale))
    layer.anchors.update(dict.fromkeys(point.ids, Anchor(x, y, radius)))


def ring_points(view: MapView, point: PointMark) -> float:
    """Return the least radius of a point's ring on the page, in points; 0 without a ring."""
    if point.ring_km <= 0:
        return 0.0
    centre = view.page([point.point])[0]
    return float(np.hypot(*(view.circle(*point.point, point.ring_km) - centre).T).min())


def shows_ring(view: MapView, point: PointMark, scale: float) -> bool:
    """Return whether a point's ring is larger than its glyph, and so is drawn."""
    return ring_points(view, point) > 1.2 * style.POINT_RADIUS * scale


def _square(x: float, y: float, half: float) -> tuple[float, float, float, float]:
    return x - half, y - half, x + half, y + half


def _target(
    layer: MarkLayer, event_id: str, point: tuple[float, float], ring_km: float
) -> tuple[float, float, float]:
    anchor = layer.anchors.get(event_id)
    if anchor:
        return anchor.x, anchor.y, anchor.radius
    x, y = layer.view.page([point])[0]
    return x, y, ring_km * 1000 / layer.view.metres_per_point


def _draw_wedge(layer: MarkLayer, wedge: WedgeMark) -> None:
    x, y, radius = _target(layer, wedge.event_id, wedge.point, wedge.ring_km)
    if not layer.sees(x, y):
        return
    span = (wedge.from_max_deg - wedge.from_min_deg) % 360 or 360.0
    azimuths = wedge.from_min_deg + np.linspace(0, span, max(3, int(span / 2)))
    directions = layer.view.direction(*wedge.point, azimuths)
    ring = symbols.wedge_ring(x, y, radius, directions, layer.sheet.scale, tier=wedge.tier)
    symbols.draw_wedge(layer.sheet, ring, status=wedge.status)
    layer.placer.block(symbols.box_around(ring))
    if wedge.alternative:
        depth = symbols.WEDGE_GAP + wedge.tier * symbols.TIER_STEP + symbols.WEDGE_DEPTH
        middle = layer.view.direction(*wedge.point, wedge.from_min_deg + span / 2)[0]
        draw_badge_behind(layer, (x, y), middle, radius + depth * layer.sheet.scale)


def draw_badge_behind(
    layer: MarkLayer, target: tuple[float, float], outward: npt.ArrayLike, distance: float
) -> None:
    """Draw "or" behind a mark that reaches ``distance`` points from its target, and keep labels off it."""
    reach = distance + (symbols.BADGE_GAP + symbols.BADGE_RADIUS) * layer.sheet.scale
    x, y = np.asarray(target) + reach * np.asarray(outward, dtype=float)
    layer.placer.block(symbols.draw_alternative(layer.sheet, (float(x), float(y))))


def _draw_line(layer: MarkLayer, mark: LineMark) -> None:
    """Draw the geodesic; its last part ends in a head at the target's ring."""
    party = layer.party(mark.party)
    parts = [layer.view.page(part) for part in mark.path]
    parts = [part[~np.isnan(part).any(axis=1)] for part in parts]
    parts = [part for part in parts if len(part) > 1]
    if not parts:
        return
    parts = symbols.fanned(parts, mark.fan, layer.sheet.scale)
    anchor = layer.anchors.get(mark.event_id)
    if anchor:
        parts[-1] = symbols.trim_end(parts[-1], (anchor.x, anchor.y), anchor.radius + 1.5 * layer.sheet.scale)
    stroke, width = symbols.attack_stroke(mark.basis, mark.status), style.line_width(mark.munitions)
    for part in parts[:-1]:
        colour = party.colour if stroke.colour == "party" else stroke.colour
        layer.sheet.line(part, edge=colour, width=width, dash=stroke.dash, z=8, gid="attack-arrow")
    if len(parts[-1]) > 1:
        symbols.draw_attack(
            layer.sheet,
            parts[-1],
            party,
            basis=mark.basis,
            status=mark.status,
            width=width,
            is_open=mark.munitions is None,
        )
        _, head = symbols.with_head(parts[-1], style.HEAD_LENGTH * layer.sheet.scale)
        layer.placer.block(symbols.box_around(head))
        has_wedge = any(set(mark.ids) & set(wedge.ids) for wedge in layer.scene.wedges)
        if mark.alternative and not has_wedge:  # else the wedge says it
            back = symbols.trim_end(parts[-1], parts[-1][-1], LINE_BADGE_PT * layer.sheet.scale)[-1]
            layer.placer.block(symbols.draw_alternative(layer.sheet, (float(back[0]), float(back[1]))))
    for part in parts:
        layer.placer.avoid(sample_line(part, 2.0))
