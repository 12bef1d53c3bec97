"""The words beside marks: who struck, when, and what is not known, tied by a leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries, style
from geodata.render import print_symbols as symbols
from geodata.render.labels import BOXES_AT_A_TIME, Box, around, sample_line
from geodata.render.print_lands import share_on
from geodata.render.print_layers import layer_of
from geodata.render.print_marks import Anchor, MarkLayer
from geodata.render.print_sides import side_groups, side_outward
from geodata.render.print_text import ASCENT, TextStyle, text_width, wrap_evenly
from geodata.scene import AreaMark, SideMark
from geodata.style import Party

Floats = npt.NDArray[np.float64]
Align = Literal["left", "center", "right"]

GAPS = (3.0, 7.0, 14.0, 24.0, 36.0, 50.0, 66.0, 84.0, 104.0, 126.0, 150.0)
FAR_FROM = 3  # from this gap on, places all around are tried
NEAR_GAPS = GAPS[:2]
LEADER_FROM_PT = 9.0
LEADER_COST = 12.0
AMBIGUITY_COST = 30.0
BORDER_COST = 30.0
TIE_COST = 10.0
TOWN_COST = 300.0
TOWN_CLEARANCE_PT = 4.5
STRIKER_COST = 260.0
ABROAD_COST = 180.0
THIRD_COST = 14.0
FAR_COST = 2.0  # on a map of the world, for each point away, beside its own
LINE_COST = 2.2
PLATE_ALPHA = 0.94
DISTRICT = 2
SOMEWHERE = ", somewhere in "
FULL_WORDS_UP_TO = 14  # marks; above, only their short labels are set, close by
WORLD_METRES_PER_POINT = 30_000.0  # above, likewise, since no place is near
LABELS_UP_TO = 60  # marks; above, single points have no label
WORDS_WIDTH = 118.0
WORDS_WIDTHS = (WORDS_WIDTH, 82.0)
NARROW_COST = 8.0
BADGE_INDENT = 12.0
ICON_INDENT = 15.0


@dataclass(frozen=True)
class Block:
    """Lines of a label, with a party's badge before the first, and its side mark where there is one."""

    lines: tuple[tuple[str, TextStyle], ...]
    party: Party | None = None
    indent: float = 0.0
    outward: Floats | None = None
    status: str = "claimed"

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
        self,
        layer: MarkLayer,
        box: Box | Floats,
        *,
        halo: str = style.LAND,
        align: Align = "left",
        gid: str = "label",
    ) -> None:
        """Set the lines into a box; ``gid`` says what kind of label it is."""
        with layer.sheet.into(layer_of(gid)):
            self._draw(layer, box, halo, align, gid)

    def _draw(self, layer: MarkLayer, box: Box | Floats, halo: str, align: Align, gid: str) -> None:
        for index, (left, _, right, top) in enumerate(self.line_boxes(box, align)):
            text, each = self.lines[index]
            baseline = top - (each.leading - each.size) / 2 - ASCENT * each.size
            if index == 0 and self.party is not None:
                middle = baseline + 0.33 * each.size
                symbols.draw_badge(layer.sheet, left + 5 * layer.sheet.scale, middle, self.party)
                if self.outward is not None:
                    spot = (left + (BADGE_INDENT + 6) * layer.sheet.scale, middle)
                    symbols.draw_chevron_icon(
                        layer.sheet, spot, self.outward, self.party.colour, status=self.status
                    )
            # Set from the side that it is aligned to: another font keeps to the mark, too.
            x = {"left": right - text_width(text, each), "center": (left + right) / 2, "right": right}[align]
            layer.sheet.text(x, baseline, text, each, align=align, halo=halo, gid=gid)


def place_callouts(layer: MarkLayer) -> None:
    """Label side marks, points and areas, in this order."""
    scene = layer.scene
    count = len(scene.sides) + len(scene.points) + len(scene.areas)
    small = layer.view.metres_per_point > WORLD_METRES_PER_POINT
    crowded = count > FULL_WORDS_UP_TO
    brief = crowded or small
    gaps = NEAR_GAPS if crowded and not layer.inline else GAPS
    sided = {side.event_id for side in scene.sides}
    units = {event_id: area for area in scene.areas for event_id in area.ids}
    for group in side_groups(scene.sides):
        blocks = [_side_block(layer, group, units, brief=brief, width=width) for width in WORDS_WIDTHS]
        _place(layer, group[0].event_id, blocks, gaps)
    if count > LABELS_UP_TO:
        return
    gaps = NEAR_GAPS if crowded else GAPS
    for point in scene.points:
        if sided.isdisjoint(point.ids):
            words = [point.where if point.label else point.words, *_stated(point)]
            words = _origins(point) if small and not crowded else [] if brief else words
            _place(layer, point.ids[0], _blocks(layer, point.label, *words), gaps)
    for area in scene.areas:
        if sided.isdisjoint(area.ids):
            label = area.label or (brief_words(area) if brief else "")
            words = [] if brief else [area_words(area), *_stated(area)]
            _place(layer, area.ids[0], _blocks(layer, label, *words), gaps)


def brief_words(area: AreaMark) -> str:
    """Return the name of a pill's unit; of a country or province, that no more is known."""
    large = boundaries.unit(area.area).level < DISTRICT
    return f"Somewhere in {area.area_name}" if large else area.area_name


def area_words(area: AreaMark) -> str:
    """Return the words of a pill; in a country or province they say first that no place is known."""
    what, where, unit = area.words.partition(SOMEWHERE)
    if not where or boundaries.unit(area.area).level >= DISTRICT:
        return area.words
    return f"Somewhere in {unit}: {what}"


def _side_block(
    layer: MarkLayer, group: list[SideMark], units: dict[str, AreaMark], *, brief: bool, width: float
) -> Block:
    """Return the words of side marks that stand together, with chevrons where the map has no room."""
    lines = []
    points = {event_id: point for point in layer.scene.points for event_id in point.ids}
    for side in group[:2]:
        area = units.get(side.event_id)
        large = area is not None and boundaries.unit(area.area).level < DISTRICT
        if area is not None and large:
            lines += _lines(layer, f"Somewhere in {area.area_name}", width=width)
        comma = "" if brief else ","
        words = [f"somewhere in {area.area_name}{comma}" if area is not None and not large else ""]
        if not brief:
            words += [side.words, *_stated(side)]
            words += _stated(points[side.event_id]) if side.event_id in points else []
        lines += _lines(layer, side.label, *words, width=width)
    scale = layer.sheet.scale
    if len(group) > 2:
        lines.append((f"and {len(group) - 2} more", TextStyle(6.8 * scale)))
    party = layer.party(group[0].party)
    indent = BADGE_INDENT * scale
    if not layer.inline:
        return Block(tuple(lines), party, indent)
    return Block(
        tuple(lines), party, indent + ICON_INDENT * scale, side_outward(layer, group[0]), group[0].status
    )


def _stated(mark: Any) -> list[str]:
    """Return the origins and figures of a mark, each with its claimants."""
    figures = getattr(mark, "figures", "")
    return [*_origins(mark), *([figures] if figures else [])]


def _origins(mark: Any) -> list[str]:
    """Return the stated origins of a mark, one an entry that begins with a dot."""
    return [f"· {origin}" for origin in getattr(mark, "origins", ())]


def _blocks(layer: MarkLayer, label: str, *words: str) -> list[Block]:
    """Return the words of a mark in every width that a callout may have."""
    return [Block(tuple(_lines(layer, label, *words, width=width))) for width in WORDS_WIDTHS]


def _lines(
    layer: MarkLayer, label: str, *words: str, width: float = WORDS_WIDTH
) -> list[tuple[str, TextStyle]]:
    scale = layer.sheet.scale
    bold, small = TextStyle(8.2 * scale, bold=True), TextStyle(6.8 * scale)
    width *= scale
    return [
        *((line, bold) for line in wrap_evenly(label, bold, width)),
        *((line, small) for part in words for line in wrap_evenly(part, small, width)),
    ]


def _place(layer: MarkLayer, event_id: str, blocks: list[Block], gaps: tuple[float, ...]) -> None:
    """Place a mark's label beside it, in the width that suits; further away, a leader ties the two."""
    anchor = layer.anchors.get(event_id)
    if anchor is None or not blocks[0].lines:
        return
    scale = layer.sheet.scale
    boxes: list[Box] = []
    costs: list[float] = []
    owners: list[Block] = []
    for rank, each in enumerate(blocks if blocks[0].lines != blocks[-1].lines else blocks[:1]):
        near, cost = around(anchor.x, anchor.y, *each.size, [anchor.radius + gap * scale for gap in gaps])
        for gap in gaps[FAR_FROM:]:
            more = _fan(anchor, each.size, anchor.radius + gap * scale)
            near, cost = near + more, cost + [anchor.radius + gap * scale + 4] * len(more)
        boxes += near
        costs += [value + NARROW_COST * rank for value in cost]
        owners += [each] * len(near)
    index = _cheapest(layer, event_id, anchor, boxes, np.array(costs))
    if index is None:
        return
    layer.placer.block(boxes[index])
    block = owners[index]
    # Lines begin or end at the mark, so that the leader meets them; an icon stays at the left.
    align: Align = "right" if boxes[index][2] < anchor.x and block.outward is None else "left"
    lines = block.line_boxes(boxes[index], align)
    if layer.placer.covered(lines).any():
        plate = shapely.union_all([shapely.box(*np.add(line, (-2, -0.6, 2, 0.6))) for line in lines])
        outline = shapely.get_coordinates(shapely.get_exterior_ring(shapely.get_parts(plate)))
        layer.sheet.polygon(outline, fill=style.LAND, alpha=PLATE_ALPHA, z=19.5, gid="label-plate")
    block.draw(layer, boxes[index], align=align)
    leader = _leader(anchor, lines)
    if np.hypot(*(leader[1] - leader[0])) > LEADER_FROM_PT * scale:
        layer.tie(leader)


def _cheapest(layer: MarkLayer, event_id: str, anchor: Anchor, boxes: list[Box], costs: Floats) -> int | None:
    """Return the free box that costs least with all that it covers and its leader, or ``None``.

    What is added to a box's own cost is nothing or more, and dear to judge: once a box alone
    costs as much as the best with everything, no later one can be better.
    """
    free = np.flatnonzero(layer.placer.is_free(boxes))
    own = costs[free] + _ambiguity(layer, anchor, [boxes[index] for index in free]) if len(free) else costs
    if layer.view.metres_per_point > WORLD_METRES_PER_POINT:
        own = own + FAR_COST * costs[free]
    order = np.argsort(own, kind="stable") if len(free) else free
    home = _home(layer, event_id)
    best, chosen = np.inf, None
    for first in range(0, len(order), BOXES_AT_A_TIME):
        some = order[first : first + BOXES_AT_A_TIME]
        if own[some[0]] >= best:
            break
        near = [boxes[index] for index in free[some]]
        costly = own[some] + LINE_COST * layer.placer.covered(near)
        if layer.view.metres_per_point <= WORLD_METRES_PER_POINT:  # else no land is large enough for words
            costly += _land_cost(layer, event_id, near)
        for rank in np.argsort(costly, kind="stable").tolist():
            if costly[rank] >= best:
                break
            total = costly[rank] + _leader_cost(layer, _leader(anchor, [near[rank]]), home)
            if total < best:
                best, chosen = total, int(free[some[rank]])
    return chosen


def _fan(anchor: Anchor, size: tuple[float, float], gap: float) -> list[Box]:
    """Return boxes all around a mark at a distance."""
    width, height = size
    boxes = []
    for angle in np.radians(np.arange(0, 360, 15)):
        x = anchor.x + np.cos(angle) * (gap + width / 2)
        y = anchor.y + np.sin(angle) * (gap + height / 2)
        boxes.append((x - width / 2, y - height / 2, x + width / 2, y + height / 2))
    return boxes


def _land_cost(layer: MarkLayer, event_id: str, boxes: list[Box]) -> Floats:
    """Return the cost of each box for the land it stands on, the striking party's most of all."""
    lands, scene = layer.lands, layer.scene
    home = _home(layer, event_id)
    parties = [side.party for side in scene.sides if side.event_id == event_id]
    parties += [point.party for point in scene.points if event_id in point.ids]
    strikers = {lands.of_name(layer.party(party).name) for party in parties} - {home, ""}
    cost = np.zeros(len(boxes))
    known = np.zeros(len(boxes))
    for country in {home, *lands.concerned, *strikers} - {""}:
        share = share_on(boxes, lands.shape(country))
        known += share
        if country != home:
            each = STRIKER_COST if country in strikers else ABROAD_COST
            cost += np.where(share > 0, 0.4 * each, 0.0) + each * share
    cost += THIRD_COST * np.clip(share_on(boxes, lands.land) - known, 0, 1)
    crossing = shapely.intersects(layer.borders, shapely.box(*np.asarray(boxes).T))
    return np.asarray(cost + BORDER_COST * crossing)


def _home(layer: MarkLayer, event_id: str) -> str:
    """Return the country of an event, empty at sea."""
    lands, scene = layer.lands, layer.scene
    home = next((lands.of_unit(area.area) for area in scene.areas if event_id in area.ids), "")
    return home or next((lands.of_point(point.point) for point in scene.points if event_id in point.ids), "")


def _leader_cost(layer: MarkLayer, leader: Floats, home: str) -> float:
    """Return the cost of what a leader crosses: marks, labels and borders, and towns above all."""
    scale = layer.sheet.scale
    if np.hypot(*(leader[1] - leader[0])) <= LEADER_FROM_PT * scale:
        return 0.0
    over = layer.placer.crossed(sample_line(leader, 4.0))
    if layer.view.metres_per_point > WORLD_METRES_PER_POINT:
        return float(TIE_COST + LEADER_COST * over)
    line = shapely.LineString(leader)
    abroad = bool(shapely.intersects(layer.borders, line))
    towns = shapely.distance(np.array(layer.town_boxes, dtype=object), line) < TOWN_CLEARANCE_PT * scale
    spots = sample_line(leader, 4.0)
    away = layer.lands.share_abroad(np.hstack([spots, spots]), home).mean()
    return float(
        TIE_COST
        + LEADER_COST * over
        + BORDER_COST * abroad
        + ABROAD_COST * away
        + TOWN_COST * int(np.sum(towns))
    )


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
