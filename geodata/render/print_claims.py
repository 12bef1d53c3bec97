"""Positions that claimants state, on the page: hollow diamonds and dotted areas beside the events' marks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from geodata import style
from geodata.render.labels import around, sample_line
from geodata.render.print_base import page_path
from geodata.render.print_marks import MarkLayer
from geodata.render.print_sheet import Sheet
from geodata.render.print_text import ASCENT, TextStyle, text_width, wrap
from geodata.render.projection import Frame, MapView
from geodata.scene import ClaimedMark
from geodata.style import STROKES

Floats = npt.NDArray[np.float64]

ASIDE_SIZE = 0.8
DOT_RADIUS = 1.3
LABEL_PT = 6.8
LABEL_WIDTH = 92.0
LABEL_GAPS = (3.0, 8.0, 16.0)


def draw_claims(layer: MarkLayer) -> None:
    """Draw claimed areas, rings and diamonds; those of claims that stand lie on top."""
    for mark in layer.scene.claimed:
        if mark.area:
            _draw_area(layer, mark)
            continue
        x, y = layer.view.page([mark.point])[0]
        if shows_claim_ring(layer.view, mark, layer.sheet.scale):
            ring = layer.view.circle(*mark.point, mark.ring_km)
            _dotted(layer.sheet, ring, "claim-ring", z=7, gid="claim-ring")
            layer.placer.avoid(sample_line(ring))
        if layer.sees(x, y):
            draw_claim_glyph(layer.sheet, (x, y), is_aside=mark.is_aside, is_origin=mark.subject == "origin")
            half = style.CLAIM_RADIUS * layer.sheet.scale
            layer.placer.block((x - half, y - half, x + half, y + half))


def tie_claims(layer: MarkLayer) -> None:
    """Draw a thin line from each claimed position to the event's own mark, once that has its place."""
    stroke = STROKES["claim-leader"]
    for mark in layer.scene.claimed:
        if not mark.leader:
            continue
        line = layer.view.page(mark.leader)
        anchor = layer.anchors.get(mark.event_id)
        if anchor:
            line[-1] = anchor.x, anchor.y
        if not np.isnan(line).any():
            layer.sheet.line(
                line, edge=stroke.colour, width=stroke.width, dash=stroke.dash, z=5.8, gid="claim-leader"
            )
            layer.placer.avoid(sample_line(line))


def name_claims(layer: MarkLayer) -> None:
    """Say beside each mark whose claim it is, where there is room; claims that stand come first."""
    words = TextStyle(LABEL_PT * layer.sheet.scale, italic=True, colour=style.INK)
    for mark in sorted(layer.scene.claimed, key=lambda mark: mark.is_aside):
        spot = _label_spot(layer, mark)
        if spot is None:
            continue
        lines = wrap(mark.label, words, LABEL_WIDTH * layer.sheet.scale)
        size = max(text_width(line, words) for line in lines), len(lines) * words.leading
        radius = 0.0 if mark.area else style.CLAIM_RADIUS * layer.sheet.scale
        boxes, costs = around(*spot, *size, [radius + gap * layer.sheet.scale for gap in LABEL_GAPS])
        if mark.area:  # its label belongs into it
            middle = spot[0] - size[0] / 2, spot[1] - size[1] / 2
            boxes, costs = [(*middle, middle[0] + size[0], middle[1] + size[1]), *boxes], [0.0, *costs]
        index = layer.placer.place(boxes, costs)
        if index is None:
            continue
        left, _, _, top = boxes[index]
        for number, line in enumerate(lines):
            baseline = top - number * words.leading - (words.leading - words.size) / 2 - ASCENT * words.size
            layer.sheet.text(left, baseline, line, words, halo=style.LAND, gid="claim-label")


def draw_claim_glyph(
    sheet: Sheet, spot: tuple[float, float], *, is_aside: bool, is_origin: bool, z: float = 11.5
) -> None:
    """Draw a hollow diamond: dashed, dotted for a launch position, crossed out where a claim is set aside."""
    x, y = spot
    size = style.CLAIM_RADIUS * (ASIDE_SIZE if is_aside else 1.0) * sheet.scale
    diamond = np.array([(0, 1.15), (1.15, 0), (0, -1.15), (-1.15, 0)]) * size + np.array(spot)
    stroke = STROKES["claim-aside" if is_aside else "claim"]
    sheet.ring(diamond, stroke, z=z, gid="claim-aside" if is_aside else "claim-point")
    if is_aside:
        arm = 0.95 * size
        for sign in (-1, 1):
            cross = [(x - arm, y - sign * arm), (x + arm, y + sign * arm)]
            sheet.line(cross, edge=stroke.colour, width=stroke.width, z=z, gid="claim-aside")
    elif is_origin:
        turn = np.linspace(0, 2 * np.pi, 16)
        dot = np.column_stack([np.cos(turn), np.sin(turn)]) * DOT_RADIUS * sheet.scale + np.array(spot)
        sheet.polygon(dot, fill=stroke.colour, z=z, gid="claim-point")


def draw_claim_key(sheet: Sheet, symbol: str, shape: str, status: str, spot: tuple[float, float]) -> None:
    """Draw the glyph of a legend entry around a centre."""
    is_aside = status == "aside"
    if symbol == "claim-ring":
        turn = np.linspace(0, 2 * np.pi, 40)[:-1]
        circle = np.column_stack([np.cos(turn), np.sin(turn)]) * 6 * sheet.scale + np.array(spot)
        _dotted(sheet, circle, "claim-ring", z=7, gid="claim-ring")
        return
    if symbol == "claim":
        draw_claim_glyph(sheet, spot, is_aside=is_aside, is_origin=shape == "origin")
        return
    scale = sheet.scale
    left, bottom, right, top = Frame(spot[0] - 11 * scale, spot[1] - 5 * scale, 22 * scale, 10 * scale).box
    ring = np.array([(left, bottom), (right, bottom), (right, top), (left, top)])
    _dotted(sheet, ring, _area_stroke(is_aside), z=6, gid="claim-area")


def _area_stroke(is_aside: bool) -> str:
    return "claim-area-aside" if is_aside else "claim-area"


def _dotted(sheet: Sheet, ring: Floats, name: str, *, z: float, gid: str) -> None:
    sheet.ring(ring, STROKES[name], z=z, gid=gid, cap="round")


def _draw_area(layer: MarkLayer, mark: ClaimedMark) -> None:
    lines = shapely.get_parts(shapely.boundary(layer.unit(mark.area).polygons))
    path = page_path(np.asarray(lines))
    if path is not None:
        stroke = STROKES[_area_stroke(mark.is_aside)]
        layer.sheet.stroke(path, stroke, z=5.5, gid="claim-area", cap="round")
        for ring in path.to_polygons(closed_only=False):
            layer.placer.avoid(sample_line(ring))


def shows_claim_ring(view: MapView, mark: ClaimedMark, scale: float) -> bool:
    """Return whether a claim's ring is larger than its glyph, and so is drawn."""
    if mark.ring_km <= 0:
        return False
    centre = view.page([mark.point])[0]
    radius = np.hypot(*(view.circle(*mark.point, mark.ring_km) - centre).T).min()
    return bool(radius > 1.3 * style.CLAIM_RADIUS * scale)


def _label_spot(layer: MarkLayer, mark: ClaimedMark) -> tuple[float, float] | None:
    """Return where a label belongs: at the point, or inside what the frame shows of the area."""
    if not mark.area:
        x, y = layer.view.page([mark.point])[0]
        return (float(x), float(y)) if layer.sees(x, y) else None
    seen = layer.unit(mark.area).whole
    if seen.is_empty:
        return None
    inner = shapely.point_on_surface(seen)
    return float(inner.x), float(inner.y)
