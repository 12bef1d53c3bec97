"""The ground of a map: land, water and boundaries of the packs, put on the page.

Geometries are clipped in degrees to what a view can show, so that 180° needs no care
further on, then projected and clipped to the frame.
"""

# matplotlib is imported where it draws: what does not print should not wait for it.
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries
from geodata.render.labels import sample_line
from geodata.render.print_sheet import Sheet
from geodata.render.projection import MapView, Window
from geodata.style import LAND, PAPER, SEA, STROKES

Geometries = npt.NDArray[np.object_]
BasemapLayer = Literal["land", "coast", "lakes", "borders", "disputed"]

ADM1_METRES_PER_POINT = 4600.0
ADM2_METRES_PER_POINT = 2100.0
COARSE_METRES_PER_POINT = 10_000.0
COARSE_DETAIL_DEG = 0.02
DETAIL_PT = 0.12  # vertices nearer to a line than this are not seen


@dataclass(frozen=True, eq=False)
class Ground:
    """Layers on the page: polygons of land and lakes, lines of the rest; and what is derived from them."""

    land: Geometries
    lakes: Geometries
    coast: Geometries
    adm0: Geometries
    adm1: Geometries
    adm2: Geometries
    disputed: Geometries

    @cached_property
    def paths(self) -> dict[str, Any]:
        """The layers as matplotlib paths by their names, ``None`` for an empty one."""
        return {name: page_path(getattr(self, name)) for name in self.__dataclass_fields__}

    @cached_property
    def dry(self) -> Any:
        """The land as one geometry, prepared."""
        return _prepared(shapely.union_all(self.land) if len(self.land) else shapely.Polygon())

    @cached_property
    def international(self) -> Any:
        """The lines between countries, the disputed ones too, as one geometry, prepared."""
        lines = np.concatenate([self.adm0, self.disputed])
        return _prepared(shapely.multilinestrings(lines[shapely.get_dimensions(lines) == 1]))

    @cached_property
    def samples(self) -> npt.NDArray[np.float64]:
        """Points along the lines that a label should rather not cover, ``(n, 2)``."""
        lines = (*self.adm0, *self.disputed, *self.coast)
        return np.vstack([np.empty((0, 2)), *(sample_line(shapely.get_coordinates(line)) for line in lines)])


def _prepared(geometry: Any) -> Any:
    """Return a geometry that answers many questions quickly."""
    shapely.prepare(geometry)
    return geometry


@lru_cache(maxsize=4)
def units(level: int) -> Any:
    """Return the units of a level at screen resolution, as a frame not to be edited."""
    return boundaries.load_units(level, resolution="screen")


@lru_cache(maxsize=8)
def _layer(name: BasemapLayer) -> Geometries:
    """Return the single polygons or lines of a basemap layer, in degrees."""
    return np.asarray(shapely.get_parts(np.asarray(boundaries.load_basemap(name).geometry.array)))


class _Coarse:
    """A layer with as much detail as a map of a continent can show, simplified where it is asked for."""

    def __init__(self, whole: Geometries) -> None:
        self._whole, self._bounds = whole, shapely.bounds(whole)
        self._simple = np.full(len(whole), None, dtype=object)

    def near(self, window: Window) -> Geometries:
        """Return what may lie in a window."""
        rows = np.flatnonzero(meets(self._bounds, window))
        new = rows[shapely.is_missing(self._simple[rows])]
        self._simple[new] = shapely.simplify(self._whole[new], COARSE_DETAIL_DEG)
        return np.asarray(self._simple[rows])


@lru_cache(maxsize=8)
def _coarse(name: BasemapLayer) -> _Coarse:
    return _Coarse(_layer(name))


def meets(bounds: npt.NDArray[np.float64], window: Window) -> npt.NDArray[np.bool_]:
    """Return which bounds meet a window, moved by whole turns where that is needed."""
    across = np.zeros(len(bounds), dtype=bool)
    for turn in (-360.0, 0.0, 360.0):
        across |= (bounds[:, 0] + turn < window.east) & (bounds[:, 2] + turn > window.west)
    return np.asarray(across & (bounds[:, 1] < window.north) & (bounds[:, 3] > window.south))


@lru_cache(maxsize=2)
def _unit_lines(level: int) -> Geometries:
    """Return the outlines of a level's units, in degrees."""
    outlines = shapely.boundary(np.asarray(units(level).geometry.array))
    return np.asarray(shapely.get_parts(outlines))


@lru_cache(maxsize=8)
def ground(view: MapView, *, detailed: bool = True) -> Ground:
    """Return what lies under the marks of a view; kept, since the next picture may have the same view.

    Parameters
    ----------
    detailed
        Whether provinces and districts belong in it; their scale decides then.
    """
    none = np.empty(0, dtype=object)
    fine = detailed and view.metres_per_point <= ADM1_METRES_PER_POINT
    finest = detailed and view.metres_per_point <= ADM2_METRES_PER_POINT

    def paged(name: BasemapLayer) -> Geometries:
        is_coarse = view.metres_per_point > COARSE_METRES_PER_POINT
        return on_page(_coarse(name).near(view.window) if is_coarse else _layer(name), view)

    return Ground(
        land=paged("land"),
        lakes=paged("lakes") if detailed else none,
        coast=paged("coast"),
        adm0=paged("borders"),
        adm1=on_page(_unit_lines(1), view) if fine else none,
        adm2=on_page(_unit_lines(2), view) if finest else none,
        disputed=paged("disputed"),
    )


def on_page(geometries: Geometries, view: MapView) -> Geometries:
    """Return geometries in degrees as they lie on the page, clipped to the frame."""
    shown = in_window(geometries, view.window)
    if not len(shown):
        return shown
    if view.window.east - view.window.west > 30:
        shown = shapely.segmentize(shown, 1.0)
    paged = shapely.transform(shown, view.page)
    left, bottom, right, top = view.frame.box
    paged = shapely.clip_by_rect(paged, left - 6, bottom - 6, right + 6, top + 6)
    paged = shapely.simplify(paged, DETAIL_PT, preserve_topology=False)
    parts = shapely.get_parts(paged)
    return np.asarray(parts[~shapely.is_empty(parts)])


def in_window(geometries: Geometries, window: Window) -> Geometries:
    """Return geometries clipped to a window, moved by whole turns to lie in it."""
    found = []
    bounds = shapely.bounds(geometries)
    for turn in (-360.0, 0.0, 360.0):
        west, east = window.west - turn, window.east - turn
        near = (
            (bounds[:, 0] < east)
            & (bounds[:, 2] > west)
            & (bounds[:, 1] < window.north)
            & (bounds[:, 3] > window.south)
        )
        if not near.any():
            continue
        clipped = shapely.clip_by_rect(geometries[near], west, window.south, east, window.north)
        if turn:
            clipped = shapely.transform(clipped, lambda xy, by=turn: np.add(xy, (by, 0.0)))
        found.append(clipped)
    if not found:
        return np.empty(0, dtype=object)
    whole = shapely.get_parts(np.concatenate(found))
    return np.asarray(whole[~shapely.is_empty(whole)])


def page_path(geometries: Sequence[Any] | Geometries) -> Any:
    """Return polygons or lines as one matplotlib path, or ``None`` where there are none."""
    from matplotlib.path import Path

    parts = shapely.get_parts(np.asarray(geometries, dtype=object))
    parts = parts[~shapely.is_empty(parts) & (shapely.get_dimensions(parts) > 0)]
    if not len(parts):
        return None
    rings = np.concatenate(
        [
            shapely.get_rings(shapely.orient_polygons(parts[shapely.get_dimensions(parts) == 2])),
            parts[shapely.get_dimensions(parts) == 1],
        ]
    )
    vertices, owner = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(vertices), Path.LINETO, dtype=Path.code_type)
    codes[np.concatenate([[0], np.flatnonzero(np.diff(owner)) + 1])] = Path.MOVETO
    return Path(vertices, codes)


def draw_ground(
    sheet: Sheet, view: MapView, layers: Ground, *, line_weight: float = 1.0, prefix: str = ""
) -> None:
    """Draw sea, land, lakes and lines, from the ground up.

    ``line_weight`` thins the lines; ``prefix`` goes before the layers' ids.
    """
    sheet.rectangle(view.frame, fill=PAPER if view.projection.whole_world else SEA, z=0, gid=prefix + "sea")
    if view.projection.whole_world:
        sheet.polygon(globe_outline(view), fill=SEA, z=0.1, gid=prefix + "globe")
    order = (
        ("land", "land"),
        ("boundary-adm2", "adm2"),
        ("boundary-adm1", "adm1"),
        ("lakes", "lakes"),
        ("boundary-adm0", "adm0"),
        ("coast", "coast"),
        ("disputed", "disputed"),
    )
    for rank, (gid, name) in enumerate(order):
        path = layers.paths[name]
        if path is not None and gid == "disputed":
            # Province outlines run along it too and would make a solid line of the dots.
            sheet.path(
                path, edge=LAND, width=2.4 * line_weight, z=1 + 0.1 * rank, gid=prefix + "disputed-ground"
            )
        if path is not None:
            thin = replace(STROKES[gid], width=STROKES[gid].width * line_weight)
            sheet.stroke(path, thin, z=1 + 0.1 * rank, gid=prefix + gid)


def globe_outline(view: MapView) -> npt.NDArray[np.float64]:
    """Return the edge of a world map on the page."""
    window = view.window
    south_north = np.linspace(-90, 90, 91)
    west = np.column_stack([np.full(91, window.west), south_north])
    east = np.column_stack([np.full(91, window.east), south_north[::-1]])
    return view.page(np.vstack([west, east]))
