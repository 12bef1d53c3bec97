"""Names and words on the map: marks first, then countries, provinces, towns, seas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries, style
from geodata.render import print_symbols as symbols
from geodata.render.labels import Box, around
from geodata.render.print_base import ADM1_METRES_PER_POINT, Geometries, on_page, units
from geodata.render.print_layout import widest
from geodata.render.print_marks import Anchor, MarkLayer, side_groups
from geodata.render.print_text import ASCENT, DESCENT, TextStyle, spaced_capitals, text_width, wrap
from geodata.style import Party

Floats = npt.NDArray[np.float64]

MARK_GAPS = (3.0, 7.0, 14.0, 24.0, 36.0, 50.0, 66.0, 84.0)
LEADER_FROM_PT = 12.0
FULL_WORDS_UP_TO = 14  # with more marks, only their short labels are set
WORDS_WIDTH = 118.0
TOWNS = 14
TOWN_SPACING_PT = 52.0
WATER = "#3F5A6B"
SEA_LABEL_REACH_PT = 90.0


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

    def draw(self, layer: MarkLayer, box: Box, *, halo: str = style.LAND, centred: bool = False) -> None:
        """Set the lines into a box."""
        left, _, right, top = box
        y = top
        for index, (text, each) in enumerate(self.lines):
            baseline = y - (each.leading - each.size) / 2 - ASCENT * each.size
            if index == 0 and self.party is not None:
                symbols.draw_badge(
                    layer.sheet, left + 5 * layer.sheet.scale, baseline + 0.33 * each.size, self.party
                )
            x = (left + right) / 2 if centred else left + self.indent
            layer.sheet.text(
                x, baseline, text, each, align="center" if centred else "left", halo=halo, gid="label"
            )
            y -= each.leading


def place_mark_labels(layer: MarkLayer) -> None:
    """Label side marks, points and areas, in this order."""
    scale = layer.sheet.scale
    scene = layer.scene
    brief = len(scene.sides) + len(scene.points) + len(scene.areas) > FULL_WORDS_UP_TO
    sided: set[str] = set()
    focus_names = dict(zip(scene.focus, scene.focus_names, strict=True))
    for group in side_groups(scene.sides):
        sided.update(side.event_id for side in group)
        lines = [
            line for side in group[:2] for line in _mark_lines(side.label, "" if brief else side.words, scale)
        ]
        if len(group) > 2:
            lines.append((f"and {len(group) - 2} more", TextStyle(6.8 * scale, colour=style.MUTED)))
        party = layer.party(group[0].party)
        _place_block(layer, group[0].event_id, Block(tuple(lines), party, 12 * scale))
    for point in scene.points:
        lines = _mark_lines(point.label, "" if brief else point.words, scale)
        _place_block(layer, point.ids[0], Block(tuple(lines)))
    for area in scene.areas:
        if sided.isdisjoint(area.ids):
            lines = _mark_lines(
                focus_names.get(area.area, area.area_name), "" if brief else area.words, scale
            )
            _place_block(layer, area.ids[0], Block(tuple(lines)))


def _mark_lines(label: str, words: str, scale: float) -> list[tuple[str, TextStyle]]:
    bold, small = TextStyle(8.2 * scale, bold=True), TextStyle(6.8 * scale)
    width = WORDS_WIDTH * scale
    return [(line, bold) for line in wrap(label, bold, width)] + [
        (line, small) for line in wrap(words, small, width)
    ]


def _place_block(layer: MarkLayer, event_id: str, block: Block) -> None:
    """Place a mark's label beside it; further away, a leader ties the two."""
    anchor = layer.anchors.get(event_id)
    if anchor is None or not block.lines:
        return
    width, height = block.size
    scale = layer.sheet.scale
    boxes, costs = around(
        anchor.x, anchor.y, width, height, [anchor.radius + gap * scale for gap in MARK_GAPS]
    )
    index = layer.placer.place(boxes, costs)
    if index is None:
        return
    box = boxes[index]
    block.draw(layer, box)
    _draw_leader(layer, anchor, box)


def _draw_leader(layer: MarkLayer, anchor: Anchor, box: Box) -> None:
    near = np.array([np.clip(anchor.x, box[0], box[2]), np.clip(anchor.y, box[1], box[3])])
    away = near - (anchor.x, anchor.y)
    distance = float(np.hypot(*away))
    if distance < anchor.radius + LEADER_FROM_PT * layer.sheet.scale:
        return
    start = np.array([anchor.x, anchor.y]) + away / distance * (anchor.radius + 1)
    layer.sheet.line([start, near], edge=style.MUTED, width=0.6, z=10, gid="leader")


def place_origin_labels(layer: MarkLayer) -> None:
    """Name the areas of launch that somebody stated."""
    bold = TextStyle(7.6 * layer.sheet.scale, bold=True)
    named = {origin.area: origin.area_name for origin in layer.scene.origins}
    for area, name in named.items():
        lines = wrap(name, bold, WORDS_WIDTH * layer.sheet.scale)
        _place_in_area(
            layer, layer.unit(area), Block(tuple((line, bold) for line in lines)), inside_only=False
        )


def place_country_names(layer: MarkLayer) -> None:
    """Name the countries in sight, in spaced capitals."""
    frame = units(0)
    _place_units(layer, frame, sizes=(9.6, 8.0, 6.8), caps=True, colour=style.MUTED)


def place_focus_names(layer: MarkLayer) -> None:
    """Name the focus areas as the scene calls them, larger ones first."""
    scale = layer.sheet.scale
    labelled = {area.area for area in layer.scene.areas}
    named = [
        (name, unit)
        for unit, name in zip(layer.scene.focus, layer.scene.focus_names, strict=True)
        if unit not in labelled
    ]
    for name, unit in named:
        bold = TextStyle(8.6 * scale, bold=True, colour=style.FOCUS)
        lines = wrap(name, bold, 130 * scale)
        block = Block(tuple((line, bold) for line in lines))
        _place_in_area(layer, layer.unit(unit), block, inside_only=False)


def place_province_names(layer: MarkLayer) -> None:
    """Name the other provinces lightly, where the scale leaves room."""
    if layer.view.metres_per_point > 0.6 * ADM1_METRES_PER_POINT:
        return
    frame = units(1)
    named = {*layer.scene.focus, *(origin.area for origin in layer.scene.origins)}
    _place_units(layer, frame[~frame["id"].isin(named)], sizes=(6.6,), caps=False, colour=style.UNATTRIBUTED)


def _place_units(layer: MarkLayer, frame: Any, *, sizes: Sequence[float], caps: bool, colour: str) -> None:
    """Name units largest first, each inside what is seen of it, in the largest size that fits."""
    seen = _seen_units(layer, frame)
    for row, parts in sorted(seen, key=lambda pair: -float(shapely.area(pair[1]).sum())):
        room = float(shapely.area(parts).sum())
        name = str(frame["name"].iloc[row])
        for size in sizes:
            text = spaced_capitals(name) if caps else name
            each = TextStyle(size * layer.sheet.scale, colour=colour)
            if text_width(text, each) ** 2 > 9 * room:
                continue
            if _place_in_area(layer, parts, Block(((text, each),)), inside_only=True):
                break


def _seen_units(layer: MarkLayer, frame: Any) -> list[tuple[int, Geometries]]:
    """Return the rows of a frame that lie in sight, with their polygons on the page."""
    window = layer.view.window
    geometries = np.asarray(frame.geometry.array)
    bounds = shapely.bounds(geometries)
    near = np.flatnonzero((bounds[:, 1] < window.north) & (bounds[:, 3] > window.south))
    seen = [(int(row), on_page(shapely.get_parts(geometries[[row]]), layer.view)) for row in near]
    return [(row, parts) for row, parts in seen if len(parts)]


def _place_in_area(layer: MarkLayer, polygons: Geometries, block: Block, *, inside_only: bool) -> bool:
    """Place a label inside the largest part of an area, near its middle; return success."""
    polygons = polygons[shapely.get_dimensions(polygons) == 2] if len(polygons) else polygons
    if not len(polygons):
        return False
    part = polygons[int(np.argmax(shapely.area(polygons)))]
    part = shapely.intersection(part, shapely.box(*layer.view.frame.box))
    if shapely.is_empty(part):
        return False
    shapely.prepare(part)
    width, height = block.size
    left, bottom, right, top = shapely.bounds(part)
    xs, ys = np.meshgrid(np.linspace(left, right, 32)[1:-1], np.linspace(bottom, top, 32)[1:-1])
    centres = np.column_stack([xs.ravel(), ys.ravel()])
    centres = centres[shapely.contains_xy(part, centres)]
    if not len(centres):
        return False
    middle = shapely.get_coordinates(shapely.centroid(part))[0]
    outside = np.zeros(len(centres))
    for dx, dy in ((-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5), (-0.25, 0), (0.25, 0)):
        corner = (dx * (width + 6), dy * (height + 4))
        outside += ~shapely.contains_xy(part, centres + corner)
    if inside_only:
        centres, outside = centres[outside == 0], outside[outside == 0]
        if not len(centres):
            return False
    half = np.array([width / 2, height / 2])
    boxes = np.hstack([centres - half, centres + half])
    costs = np.hypot(*((centres - middle) / (1.0, 0.7)).T) * 0.25 + 30 * outside
    index = layer.placer.place(boxes, costs, line_cost=1.5)
    if index is None:
        return False
    block.draw(layer, (*map(float, boxes[index]),), centred=True)  # type: ignore[arg-type]
    return True


def place_towns(layer: MarkLayer, *, leading: bool = False) -> None:
    """Mark and name about a dozen towns that orient, well apart.

    ``leading`` places only the first-ranked towns of the focus areas, before other names.
    """
    scale = layer.sheet.scale
    for place in _towns_in_order(layer, leading):
        if len(layer.towns) >= TOWNS:
            return
        spacing = (0.4 if place.rank == 1 else 1.0) * TOWN_SPACING_PT * scale
        if all(np.hypot(place.x - x, place.y - y) >= spacing for x, y in layer.towns):
            _place_town(layer, place)


def _towns_in_order(layer: MarkLayer, leading: bool) -> list[Place]:
    """Return the towns by rank; within one rank those of the focus areas first."""
    places = _places(layer, "town")
    spots = np.array([(place.x, place.y) for place in places]).reshape(-1, 2)
    away = np.ones(len(places), dtype=bool)
    for unit in layer.scene.focus:
        away &= ~shapely.contains_xy(shapely.union_all(layer.unit(unit)), spots)
    if leading:
        places = [place for place, far in zip(places, away, strict=True) if not far and place.rank == 1]
        return sorted(places, key=lambda place: (-place.population, place.name))
    order = sorted(
        zip(away, places, strict=True),
        key=lambda pair: (pair[1].rank, pair[0], -pair[1].population, pair[1].name),
    )
    return [place for _, place in order]


def _place_town(layer: MarkLayer, place: Place) -> None:
    """Draw a town's dot and name where both are free."""
    scale = layer.sheet.scale
    each = TextStyle(7.0 * scale)
    radius = 1.5 * scale
    dot = (place.x - radius, place.y - radius, place.x + radius, place.y + radius)
    if not layer.placer.is_free([dot])[0]:
        return
    width, height = text_width(place.name, each), (ASCENT + DESCENT) * each.size
    boxes, costs = around(place.x, place.y, width, height, [radius + 1.8 * scale])
    index = layer.placer.place(boxes, costs, line_cost=1.0)
    if index is None:
        return
    layer.towns.append((place.x, place.y))
    layer.placer.block(dot)
    ring = symbols.shape_ring("circle", radius) + (place.x, place.y)
    layer.sheet.polygon(ring, fill=style.INK, edge=style.LAND, width=0.7, z=9, gid="town")
    left, bottom, _, _ = boxes[index]
    layer.sheet.text(left, bottom + DESCENT * each.size, place.name, each, halo=style.LAND, gid="town-name")


@dataclass(frozen=True)
class Place:
    """A named place on the page; ``rank`` 1 is the most important."""

    name: str
    x: float
    y: float
    rank: int
    population: float


def _places(layer: MarkLayer, kind: str) -> list[Place]:
    """Return the towns or seas that lie in the frame."""
    frame = boundaries.load_places()
    frame = frame[frame["kind"] == kind]
    spots = layer.view.page(frame[["longitude", "latitude"]].to_numpy(dtype=float))
    return [
        Place(str(name), float(x), float(y), int(rank), float(population or 0))
        for name, rank, population, (x, y) in zip(
            frame["name"], frame["rank"], frame["population"].fillna(0), spots, strict=True
        )
        if layer.sees(x, y)
    ]


def place_seas(layer: MarkLayer, land: Geometries) -> None:
    """Name the seas in italics, on water only."""
    each = TextStyle(8.0 * layer.sheet.scale, italic=True, colour=WATER)
    ground = shapely.union_all(land) if len(land) else shapely.Polygon()
    shapely.prepare(ground)
    reach = SEA_LABEL_REACH_PT * layer.sheet.scale
    steps = np.linspace(-reach, reach, 19)
    offsets = np.array(sorted(((x, y) for x in steps for y in steps), key=lambda off: np.hypot(*off)))
    for sea in sorted(_places(layer, "sea"), key=lambda place: (place.rank, place.name)):
        lines = [sea.name] if widest([sea.name], each) < reach else wrap(sea.name, each, reach)
        block = Block(tuple((line, each) for line in lines))
        width, height = block.size
        centres = offsets + (sea.x, sea.y)
        dry = np.zeros(len(centres), dtype=bool)
        for dx in (-0.5, -0.25, 0, 0.25, 0.5):
            for dy in (-0.5, 0, 0.5):
                dry |= shapely.contains_xy(ground, centres + (dx * width, dy * height))
        centres = centres[~dry]
        if not len(centres):
            continue
        half = np.array([width / 2, height / 2])
        boxes = np.hstack([centres - half, centres + half])
        index = layer.placer.place(boxes, np.arange(len(boxes)) * 0.2, line_cost=1.0)
        if index is not None:
            block.draw(layer, (*map(float, boxes[index]),), halo=style.SEA, centred=True)  # type: ignore[arg-type]
