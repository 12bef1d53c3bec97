"""Units shaded by their number of events, in print: under all lines, one shape a shade."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely

from geodata import boundaries
from geodata.render.print_base import Geometries, on_page, page_path
from geodata.render.print_sheet import Sheet
from geodata.render.projection import Frame, MapView
from geodata.scene import Scene, ShadeMark
from geodata.style import SHADES, STROKES


def draw_shading(sheet: Sheet, scene: Scene, view: MapView) -> None:
    """Draw the shaded units of a scene, lightest first; the rims of darker ones stay whole."""
    stroke = STROKES["unit-shade"]
    for shade, shapes in _shaded(scene.shading, view):
        path = page_path(shapes)
        if path is not None:
            fill = SHADES[shade - 1]
            sheet.path(path, edge=stroke.colour, width=stroke.width, fill=fill, z=shade, gid="unit-shade")


def shades_on_page(scene: Scene, view: MapView) -> frozenset[str]:
    """Return the shades that the frame shows, as legend entries name them."""
    frame = shapely.box(*view.frame.box)
    return frozenset(
        str(shade)
        for shade, shapes in _shaded(scene.shading, view)
        if shapely.intersects(shapes, frame).any()
    )


def draw_shade_key(sheet: Sheet, status: str, centre: tuple[float, float]) -> None:
    """Draw the legend's glyph of a shade around a centre."""
    half, up = 11 * sheet.scale, 4.5 * sheet.scale
    left, bottom = centre[0] - half, centre[1] - up
    box = Frame(left, bottom, 2 * half, 2 * up)
    # On the sheet's white the lightest shade needs an edge.
    edge = STROKES["boundary-adm1"].colour
    sheet.rectangle(box, fill=SHADES[int(status) - 1], edge=edge, width=0.6, z=3, gid="unit-shade")


@lru_cache(maxsize=4)
def _shaded(marks: tuple[ShadeMark, ...], view: MapView) -> tuple[tuple[int, Geometries], ...]:
    """Return the units of each shade as they lie on the page."""
    found = []
    for shade in sorted({mark.shade for mark in marks}):
        units = [
            boundaries.unit_geometry(mark.area, resolution="screen") for mark in marks if mark.shade == shade
        ]
        shapes = on_page(shapely.get_parts(np.array(units, dtype=object)), view)
        found.append((shade, shapes[shapely.get_dimensions(shapes) == 2]))
    return tuple((shade, shapes) for shade, shapes in found if len(shapes))
