"""The words beside marks: who struck, when, and what is not known, tied by a leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely

from geodata import style
from geodata.render import print_symbols as symbols
from geodata.render.labels import Box, around, sample_line
from geodata.render.print_marks import Anchor, MarkLayer
from geodata.render.print_sides import side_groups
from geodata.render.print_text import ASCENT, TextStyle, text_width, wrap_evenly
from geodata.style import Party

Floats = npt.NDArray[np.float64]
Align = Literal["left", "center", "right"]

GAPS = (3.0, 7.0, 14.0, 24.0, 36.0, 50.0, 66.0, 84.0)
NEAR_GAPS = GAPS[:2]
LEADER_FROM_PT = 9.0
LEADER_COST = 12.0
AMBIGUITY_COST = 30.0
BORDER_COST = 25.0
FULL_WORDS_UP_TO = 14  # marks; above, only their short labels are set, close by
LABELS_UP_TO = 60  # marks; above, single points have no label
WORDS_WIDTH = 118.0
BADGE_INDENT = 12.0


@dataclass(frozen=True)
class Block:
    """Lines of a label, with a party's badge before the first."""

    lines: tuple[tuple[str, TextStyle], ...]
    party: Party | None = None
    indent: float = 0.0

    @property
    def size(self) -> tuple[float, float]:
        """Return width and height in points."""
        width = max(text_width(text, each) for text, each in self.lines) + self.indent
        return width, sum(each.leading for _, each in self.lines)

    def line_boxes(self, box: Box | Floats, align: Align) -> list[Box]:
        """Return where each line stands inside the label's box, the badge included."""
        left, _, right, top = map(float, box)
        boxes = []
        for index, (text, each) in enumerate(self.lines):
            width = text_width(text, each)
            start = {
                "left": left + self.indent,
                "center": (left + right - width) / 2,
                "right": right - width,
            }[align]
            badge = self.indent if index == 0 and self.party else 0.0
            boxes.append((start - badge, top - each.leading, start + width, top))
            top -= each.leading
        return boxes

    def draw(
        self, layer: MarkLayer, box: Box | Floats, *, halo: str = style.LAND, align: Align = "left"
    ) -> None:
        """Set the lines into a box."""
        for index, (left, _, right, top) in enumerate(self.line_boxes(box, align)):
            text, each = self.lines[index]
            baseline = top - (each.leading - each.size) / 2 - ASCENT * each.size
            if index == 0 and self.party is not None:
                middle = baseline + 0.33 * each.size
                symbols.draw_badge(layer.sheet, left + 5 * layer.sheet.scale, middle, self.party)
            x = right - text_width(text, each)
            layer.sheet.text(x, baseline, text, each, halo=halo, gid="label")


def place_callouts(layer: MarkLayer) -> None:
    """Label side marks, points and areas, in this order."""
    scene = layer.scene
    count = len(scene.sides) + len(scene.points) + len(scene.areas)
    brief = count > FULL_WORDS_UP_TO
    gaps = NEAR_GAPS if brief else GAPS
    sided = {side.event_id for side in scene.sides}
    units = {event_id: area.area_name for area in scene.areas for event_id in area.ids}
    for group in side_groups(scene.sides):
        lines = []
        for side in group[:2]:
            unit = units.get(side.event_id, "")
            words = [f"somewhere in {unit}," if unit else "", "" if brief else side.words]
            lines += _lines(layer, side.label, *words)
        if len(group) > 2:
            lines.append((f"and {len(group) - 2} more", TextStyle(6.8 * layer.sheet.scale)))
        party = layer.party(group[0].party)
        block = Block(tuple(lines), party, BADGE_INDENT * layer.sheet.scale)
        _place(layer, group[0].event_id, block, gaps)
    if count > LABELS_UP_TO:
        return
    for point in scene.points:
        if sided.isdisjoint(point.ids):
            lines = _lines(layer, point.label, "" if brief else point.where if point.label else point.words)
            _place(layer, point.ids[0], Block(tuple(lines)), gaps)
    for area in scene.areas:
        if sided.isdisjoint(area.ids):
            label = area.label or (area.area_name if brief else "")
            lines = _lines(layer, label, "" if brief else area.words)
            _place(layer, area.ids[0], Block(tuple(lines)), gaps)


def _lines(layer: MarkLayer, label: str, *words: str) -> list[tuple[str, TextStyle]]:
    scale = layer.sheet.scale
    bold, small = TextStyle(8.2 * scale, bold=True), TextStyle(6.8 * scale)
    width = WORDS_WIDTH * scale
    return [
        *((line, bold) for line in wrap_evenly(label, bold, width)),
        *((line, small) for part in words for line in wrap_evenly(part, small, width)),
    ]


def _place(layer: MarkLayer, event_id: str, block: Block, gaps: tuple[float, ...]) -> None:
    """Place a mark's label beside it; further away, a leader ties the two."""
    anchor = layer.anchors.get(event_id)
    if anchor is None or not block.lines:
        return
    scale = layer.sheet.scale
    boxes, costs = around(anchor.x, anchor.y, *block.size, [anchor.radius + gap * scale for gap in gaps])
    costs = [
        cost + _leader_cost(layer, _leader(anchor, [box])) for cost, box in zip(costs, boxes, strict=True)
    ]
    index = layer.placer.place(boxes, np.array(costs) + _ambiguity(layer, anchor, boxes), line_cost=1.0)
    if index is None:
        return
    # Lines begin or end at the mark, so that the leader meets them.
    align: Align = "right" if boxes[index][2] < anchor.x else "left"
    block.draw(layer, boxes[index], align=align)
    leader = _leader(anchor, block.line_boxes(boxes[index], align))
    if np.hypot(*(leader[1] - leader[0])) > LEADER_FROM_PT * scale:
        layer.sheet.line(leader, edge=style.MUTED, width=0.6, z=10, gid="leader")
        layer.placer.avoid(sample_line(leader))


def _leader_cost(layer: MarkLayer, leader: Floats) -> float:
    """Return the cost of what a leader crosses: other marks and labels, and borders."""
    over = layer.placer.crossed(sample_line(leader, 4.0))
    abroad = bool(shapely.intersects(layer.borders, shapely.LineString(leader)))
    return LEADER_COST * over + BORDER_COST * abroad


def _ambiguity(layer: MarkLayer, anchor: Anchor, boxes: list[Box]) -> Floats:
    """Return the cost of each box that stands nearer to another mark than to its own."""
    others = {other for other in layer.anchors.values() if other != anchor}
    if not others:
        return np.zeros(len(boxes))
    near = np.min([_reach(other, boxes) for other in sorted(others)], axis=0)
    close = np.minimum(_reach(anchor, boxes) + 4, 16 * layer.sheet.scale)
    return np.where(near < close, AMBIGUITY_COST, 0.0)


def _reach(anchor: Anchor, boxes: list[Box]) -> Floats:
    """Return the distance from the edge of a mark to each box."""
    left, bottom, right, top = np.asarray(boxes).T
    dx = np.maximum(np.maximum(left - anchor.x, anchor.x - right), 0.0)
    dy = np.maximum(np.maximum(bottom - anchor.y, anchor.y - top), 0.0)
    return np.asarray(np.maximum(np.hypot(dx, dy) - anchor.radius, 0.0))


def _leader(anchor: Anchor, lines: list[Box]) -> Floats:
    """Return the line from the edge of a mark to the nearest point of a label's lines."""
    centre = np.array([anchor.x, anchor.y])
    left, bottom, right, top = np.asarray(lines).T
    spots = np.column_stack([np.clip(anchor.x, left - 2, right + 2), np.clip(anchor.y, bottom, top)])
    near = spots[int(np.argmin(np.hypot(*(spots - centre).T)))]
    away = near - centre
    distance = float(np.hypot(*away)) or 1.0
    return np.array([centre + away / distance * min(distance, anchor.radius + 1), near])
