"""Names on the map: areas of launch, countries, provinces, towns, seas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries, style
from geodata.render import print_symbols as symbols
from geodata.render.labels import Box, around
from geodata.render.print_base import ADM1_METRES_PER_POINT, on_page
from geodata.render.print_callouts import WORDS_WIDTH, Block
from geodata.render.print_marks import MarkLayer
from geodata.render.print_names import Lines, lettered, lines_of, wrapped_evenly
from geodata.render.print_text import (
    ASCENT,
    DESCENT,
    TextStyle,
    is_right_to_left,
    text_width,
    wrap,
)
from geodata.render.print_units import VIEWS_KEPT, Room, SeenUnit, page_unit, seen_units
from geodata.render.projection import MapView

Floats = npt.NDArray[np.float64]

TOWNS = 14
TOWN_RADIUS_PT = 1.5
TOWN_PT = 7.0
TOWN_SPACING_PT = 52.0
WATER = "#3F5A6B"
SEA_LABEL_REACH_PT = 90.0
SEA_LABEL_REACH_KM = 250.0
TOWN_METRES_PER_POINT = 14000.0
LEADER_CLEARANCE_PT = 4.0
KASHMIR_UNITS = ("IN-JK", "IN-LA", "PK-GB", "PK-JK")
AKSAI_CHIN = (77.4, 33.8, 80.6, 36.4)  # a frame for lettering alone: no line follows it


def place_origin_labels(layer: MarkLayer) -> None:
    """Name the areas of launch that somebody stated."""
    bold = TextStyle(7.6 * layer.sheet.scale, bold=True)
    named = {origin.area: origin.area_name for origin in layer.scene.origins}
    for area, name in named.items():
        lines = lines_of(name, boundaries.local_name(area), bold, layer.scene.display.names)
        width = WORDS_WIDTH * layer.sheet.scale
        _place_in_area(
            layer,
            layer.unit(area).room,
            Block(tuple((line, each) for text, each in lines for line in wrap(text, each, width))),
            inside_only=False,
            gid="origin-name",
        )


def place_country_names(layer: MarkLayer) -> None:
    """Name the countries in sight, in spaced capitals."""
    focus = [layer.unit(unit).whole for unit in layer.scene.focus]
    shun = shapely.union_all(focus) if focus else None
    _place_units(
        layer,
        seen_units(0, layer.view),
        sizes=(9.6, 8.0, 6.8),
        caps=True,
        colour=style.MUTED,
        shun=shun,
        never=_kashmir(layer.view) if layer.view.window.east > 70 else None,
    )


@lru_cache(maxsize=VIEWS_KEPT)
def _kashmir(view: MapView) -> Any:
    """Return the land on the page that no country's name may stand on: Kashmir and its neighbourhood."""
    land = [page_unit(unit, view).whole for unit in KASHMIR_UNITS]
    land.append(shapely.union_all(on_page(np.array([shapely.box(*AKSAI_CHIN)], dtype=object), view)))
    whole = shapely.union_all(land)
    shapely.prepare(whole)
    return whole


def place_focus_names(layer: MarkLayer) -> None:
    """Name the focus areas as the scene calls them, larger ones first."""
    scale = layer.sheet.scale
    small = {area.area for area in layer.scene.areas if area.precision == "admin2"}
    named = [
        (name, unit)
        for unit, name in zip(layer.scene.focus, layer.scene.focus_names, strict=True)
        if unit not in small
    ]
    bold = TextStyle(8.6 * scale, bold=True, colour=style.FOCUS)
    for name, unit in named:
        lines = lines_of(name, boundaries.name_with_country(unit), bold, layer.scene.display.names)
        whole, halved = Block(wrapped_evenly(lines)), Block(wrapped_evenly(lines, share=0.7))
        room = layer.unit(unit).room
        for block, inside_only in ((whole, True), (halved, True), (whole, False)):
            if _place_in_area(layer, room, block, inside_only=inside_only, gid="focus-name"):
                break


def place_province_names(layer: MarkLayer) -> None:
    """Name the other provinces lightly, where the scale leaves room."""
    if layer.view.metres_per_point > 0.75 * ADM1_METRES_PER_POINT:
        return
    named = {*layer.scene.focus, *(origin.area for origin in layer.scene.origins)}
    others = [unit for unit in seen_units(1, layer.view) if unit.unit_id not in named]
    _place_units(layer, others, sizes=(6.6,), caps=False, colour=style.UNATTRIBUTED)


def _place_units(
    layer: MarkLayer,
    seen: Sequence[SeenUnit],
    *,
    sizes: Sequence[float],
    caps: bool,
    colour: str,
    shun: Any = None,
    never: Any = None,
) -> None:
    """Name units in their order, each inside what is seen of it, in the largest size that fits."""
    styles = [TextStyle(size * layer.sheet.scale, colour=colour) for size in sizes]
    for unit in seen:
        local = boundaries.local_name(unit.unit_id)
        for lines in lettered(unit.name, local, styles, layer.scene.display.names, caps=caps):
            block = Block(lines)
            if block.size[0] ** 2 > 9 * unit.page.area:
                continue
            gid = "country-name" if caps else "province-name"
            room = unit.page.room
            if _place_in_area(layer, room, block, inside_only=True, gid=gid, shun=shun, never=never):
                break


def _place_in_area(
    layer: MarkLayer,
    room: Room | None,
    block: Block,
    *,
    inside_only: bool,
    gid: str,
    shun: Any = None,
    never: Any = None,
) -> bool:
    """Place a label inside the largest part of an area, near its middle; return success.

    Inside ``shun`` the label stands only where there is no other room, on ``never`` not at all.
    """
    if room is None:
        return False
    centres = room.lattice
    width, height = block.size
    outside = room.outside(width + 6, height + 4)
    if inside_only:
        centres, outside = centres[outside == 0], outside[outside == 0]
    if not len(centres):
        return False
    half = np.array([width / 2, height / 2])
    boxes = np.hstack([centres - half, centres + half])
    if never is not None:
        allowed = ~shapely.intersects(never, shapely.box(*boxes.T))
        boxes, centres, outside = boxes[allowed], centres[allowed], outside[allowed]
        if not len(centres):
            return False
    costs = np.hypot(*((centres - room.middle) / (1.0, 0.7)).T) * 0.25 + 30 * outside
    if shun is not None:
        costs += 60 * shapely.contains_xy(shun, centres)
    index = layer.placer.place(boxes, costs, line_cost=3.0)
    if index is None:
        return False
    block.draw(layer, boxes[index], align="center", gid=gid)
    return True


def keep_towns(layer: MarkLayer) -> list[Place]:
    """Keep the dots of the first-ranked towns of the focus areas clear; return them."""
    if layer.view.metres_per_point > ADM1_METRES_PER_POINT:
        return []  # pills come first where units are small
    kept = []
    for place in _towns_in_order(layer, leading=True):
        dot = _dot(layer, place)
        if layer.placer.is_free([dot])[0]:
            layer.placer.block(dot)
            layer.dots.append((place.x, place.y))
            layer.town_boxes.append(shapely.box(*dot))
            kept.append(place)
    return kept


def reserve_towns(layer: MarkLayer, kept: list[Place]) -> list[tuple[Place, Box]]:
    """Take the room for the names of towns whose dots were kept clear."""
    reserved = []
    for place in kept:
        box = _name_box(layer, place)
        if box is not None:
            reserved.append((place, box))
            layer.town_boxes.append(shapely.box(*box))
    return reserved


def draw_reserved_towns(layer: MarkLayer, reserved: list[tuple[Place, Box]]) -> None:
    """Draw the towns kept, but none that a leader passes: it would read as the mark's place."""
    clear = LEADER_CLEARANCE_PT * layer.sheet.scale
    for place, box in reserved:
        both = shapely.union_all([shapely.box(*box), shapely.box(*_dot(layer, place))])
        if all(shapely.distance(both, leader) >= clear for leader in layer.leaders):
            _draw_town(layer, place, box)


def place_towns(layer: MarkLayer) -> None:
    """Mark and name about a dozen towns that orient, well apart."""
    scale = layer.sheet.scale
    if layer.view.metres_per_point > TOWN_METRES_PER_POINT:
        return
    for place in _towns_in_order(layer, leading=False):
        if len(layer.towns) >= TOWNS:
            return
        spacing = (0.4 if place.rank == 1 else 1.0) * TOWN_SPACING_PT * scale
        apart = all(np.hypot(place.x - x, place.y - y) >= spacing for x, y in layer.towns)
        dot = _dot(layer, place)
        clear = LEADER_CLEARANCE_PT * scale
        untied = all(shapely.distance(shapely.box(*dot), leader) >= clear for leader in layer.leaders)
        if apart and untied and layer.placer.is_free([dot])[0]:
            box = _name_box(layer, place)
            if box is not None:
                _draw_town(layer, place, box)


def _dot(layer: MarkLayer, place: Place) -> Box:
    radius = TOWN_RADIUS_PT * layer.sheet.scale
    return place.x - radius, place.y - radius, place.x + radius, place.y + radius


def _towns_in_order(layer: MarkLayer, leading: bool) -> list[Place]:
    """Return the towns by rank; within one rank those of the focus areas first."""
    places = _places(layer, "town")
    spots = np.array([(place.x, place.y) for place in places]).reshape(-1, 2)
    away = np.ones(len(places), dtype=bool)
    for unit in layer.scene.focus:
        away &= ~shapely.contains_xy(layer.unit(unit).whole, spots)
    if leading:
        places = [place for place, far in zip(places, away, strict=True) if not far and place.rank == 1]
        return sorted(places, key=lambda place: (-place.population, place.name))
    order = sorted(
        zip(away, places, strict=True),
        key=lambda pair: (pair[1].rank, pair[0], -pair[1].population, pair[1].name),
    )
    return [place for _, place in order]


def _name_box(layer: MarkLayer, place: Place) -> Box | None:
    """Take the room for a town's name; ``None`` where there is none."""
    scale = layer.sheet.scale
    lines, radius = _town_lines(layer, place), TOWN_RADIUS_PT * scale
    width = max(text_width(text, each) for text, each in lines)
    height = sum((ASCENT + DESCENT) * each.size for _, each in lines)
    boxes, costs = around(place.x, place.y, width, height, [radius + 1.8 * scale])
    index = layer.placer.place(boxes, costs, line_cost=1.0)
    return None if index is None else boxes[index]


def _draw_town(layer: MarkLayer, place: Place, box: Box) -> None:
    """Draw a town's dot and name; two lines keep to the side of the dot."""
    scale = layer.sheet.scale
    radius = TOWN_RADIUS_PT * scale
    layer.towns.append((place.x, place.y))
    layer.placer.block(_dot(layer, place))
    ring = np.add(symbols.shape_ring("circle", radius), (place.x, place.y))
    layer.sheet.polygon(ring, fill=style.INK, edge=style.LAND, width=0.7, z=9, gid="town")
    left, bottom, right, _ = box
    align, x = "left", left
    if right <= place.x:
        align, x = "right", right
    elif left < place.x:
        align, x = "center", (left + right) / 2
    lines = _town_lines(layer, place)
    if len(lines) == 1 and not is_right_to_left(lines[0][0]):
        align, x = "left", left
    for text, each in reversed(lines):
        y = bottom + DESCENT * each.size
        layer.sheet.text(x, y, text, each, align=align, halo=style.LAND, gid="town-name")
        bottom += (ASCENT + DESCENT) * each.size


def _town_lines(layer: MarkLayer, place: Place) -> Lines:
    each = TextStyle(TOWN_PT * layer.sheet.scale)
    return lines_of(place.name, place.local, each, layer.scene.display.names)


@dataclass(frozen=True)
class Place:
    """A named place on the page; ``rank`` 1 is the most important, ``local`` its name in its own language."""

    name: str
    x: float
    y: float
    rank: int
    population: float
    local: boundaries.LocalName | None = None


def _places(layer: MarkLayer, kind: str) -> list[Place]:
    """Return the towns or seas that lie in the frame."""
    return list(_places_on(layer.view, kind))


@lru_cache(maxsize=2)
def _gazetteer(kind: str) -> Any:
    """Return the named places of a kind with their degrees, as columns not to be edited."""
    frame = boundaries.load_places(
        columns=("kind", "longitude", "latitude", "name", "name_local", "local_names", "rank", "population")
    )
    frame = frame[frame["kind"] == kind]
    spots = frame[["longitude", "latitude"]].to_numpy(dtype=float)
    names, ranks = (frame[name].to_numpy(dtype=object) for name in ("name", "rank"))
    populations = frame["population"].fillna(0).to_numpy(dtype=float)
    local, languages = (frame[name].to_numpy(dtype=object) for name in ("name_local", "local_names"))
    return spots, names, ranks, populations, local, languages


@lru_cache(maxsize=8)
def _places_on(view: MapView, kind: str) -> tuple[Place, ...]:
    degrees, *columns = _gazetteer(kind)
    spots = view.page(degrees)
    left, bottom, right, top = view.frame.box
    # All at once: the gazetteer has tens of thousands, a frame some hundreds.
    seen = (spots[:, 0] >= left) & (spots[:, 0] <= right) & (spots[:, 1] >= bottom) & (spots[:, 1] <= top)
    names, ranks, populations, local, languages = (column[seen] for column in columns)
    local = boundaries.local_town_names(names, local, languages, [kind] * len(names))
    return tuple(
        Place(str(name), float(x), float(y), int(rank), float(population), own)
        for (x, y), name, rank, population, own in zip(
            spots[seen], names, ranks, populations, local, strict=True
        )
    )


def place_seas(layer: MarkLayer, dry: Any) -> None:
    """Name the seas in italics, on water only."""
    each = TextStyle(8.0 * layer.sheet.scale, italic=True, colour=WATER)
    for sea in sorted(_places(layer, "sea"), key=lambda place: (place.rank, place.name)):
        reach = SEA_LABEL_REACH_KM * 1000 / layer.view.metres_per_point
        reach = min(reach, SEA_LABEL_REACH_PT * layer.sheet.scale) / sea.rank
        steps = np.linspace(-reach, reach, 19)
        offsets = np.array(sorted(((x, y) for x in steps for y in steps), key=lambda off: np.hypot(*off)))
        lines = wrap(sea.name, each, SEA_LABEL_REACH_PT * layer.sheet.scale)
        block = Block(tuple((line, each) for line in lines))
        width, height = block.size
        centres = np.add(offsets, (sea.x, sea.y))
        ashore = np.zeros(len(centres), dtype=bool)
        for dx in (-0.5, -0.25, 0, 0.25, 0.5):
            for dy in (-0.5, 0, 0.5):
                ashore |= shapely.contains_xy(dry, np.add(centres, (dx * width, dy * height)))
        centres = centres[~ashore]
        if not len(centres):
            continue
        half = np.array([width / 2, height / 2])
        boxes = np.hstack([centres - half, centres + half])
        index = layer.placer.place(boxes, 0.2 * np.arange(len(boxes), dtype=np.float64), line_cost=1.0)
        if index is not None:
            block.draw(layer, boxes[index], halo=style.SEA, align="center", gid="sea-name")
