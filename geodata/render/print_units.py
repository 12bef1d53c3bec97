"""Units as they lie on the page, kept from one picture of a view to the next.

Whoever draws the same extent again, with other dates or another selection, finds what
was projected, clipped and joined. What is kept follows from the view and the packs alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries
from geodata.boundaries.registry import KEY_MARK
from geodata.render.print_base import Geometries, meets, on_page, page_path, units
from geodata.render.projection import MapView

Floats = npt.NDArray[np.float64]
T = TypeVar("T")

OUTLINE_DETAIL_PT = 0.4
VIEWS_KEPT = 8
UNITS_KEPT = 256
_ROOM_LATTICE = 30
_UNIT_LATTICE = 24


@dataclass(frozen=True, eq=False)
class Room:
    """Where a name may stand in an area: its largest part in the frame, prepared.

    ``lattice`` are places in it, ``(n, 2)``; ``middle`` its centre of gravity; both in points.
    """

    part: Any
    lattice: Floats
    middle: Floats
    _outside: dict[tuple[float, float], Floats] = field(default_factory=dict)

    def outside(self, width: float, height: float) -> Floats:
        """Return how many of six points of a name's box lie outside, for each place of the lattice."""
        size = width, height
        if size not in self._outside:
            corners = np.array([(-0.5, -0.5), (-0.5, 0.5), (0.5, -0.5), (0.5, 0.5), (-0.25, 0), (0.25, 0)])
            x, y = (self.lattice[:, None] + corners * size).T
            self._outside[size] = np.sum(~shapely.contains_xy(self.part, x, y), axis=0).astype(float)
        return self._outside[size]


@dataclass(frozen=True, eq=False)
class PageUnit:
    """A unit's polygons on the page, clipped to the frame, with what is derived from them."""

    polygons: Geometries
    view: MapView
    _kept: dict[Hashable, Any] = field(default_factory=dict)

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key before, or make it: it lives as long as the unit on this page."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    @cached_property
    def whole(self) -> Any:
        """The polygons as one geometry, prepared."""
        whole = shapely.union_all(self.polygons)
        shapely.prepare(whole)
        return whole

    @cached_property
    def area(self) -> float:
        """The area in square points."""
        return float(shapely.area(self.polygons).sum())

    @cached_property
    def outline(self) -> Any:
        """The outlines as a path without a fill, smooth enough for a heavy stroke; ``None`` without any."""
        lines = shapely.get_parts(shapely.boundary(self.polygons))
        return page_path(shapely.simplify(lines, OUTLINE_DETAIL_PT))

    @cached_property
    def lattice(self) -> Floats:
        """Places inside, ``(n, 2)``, on a lattice across the whole; none of what is too small to be seen."""
        if not len(self.polygons):
            return np.empty((0, 2))
        return lattice_in(self.whole, shapely.total_bounds(self.polygons), _UNIT_LATTICE)

    @cached_property
    def room(self) -> Room | None:
        """Where a name may stand, ``None`` where nothing is seen."""
        flat = self.polygons[shapely.get_dimensions(self.polygons) == 2]
        if not len(flat):
            return None
        largest = flat[int(np.argmax(shapely.area(flat)))]
        part = shapely.intersection(largest, shapely.box(*self.view.frame.box))
        if shapely.is_empty(part):
            return None
        shapely.prepare(part)
        middle = shapely.get_coordinates(shapely.centroid(part))[0]
        return Room(part, lattice_in(part, shapely.bounds(part), _ROOM_LATTICE), middle)


def page_unit(unit_id: str, view: MapView) -> PageUnit:
    """Return a unit on the page; one of a user's own layer is not kept longer than its drawing."""
    return _made(unit_id, view) if KEY_MARK in unit_id else _kept(unit_id, view)


def _made(unit_id: str, view: MapView) -> PageUnit:
    geometry = boundaries.unit_geometry(unit_id, resolution="screen")
    return PageUnit(on_page(shapely.get_parts(np.array([geometry], dtype=object)), view), view)


_kept = lru_cache(maxsize=UNITS_KEPT)(_made)


def lattice_in(area: Any, bounds: npt.ArrayLike, count: int) -> Floats:
    """Return those of ``count`` by ``count`` points across bounds that lie inside an area, ``(n, 2)``."""
    left, bottom, right, top = np.asarray(bounds, dtype=float)
    xs, ys = np.meshgrid(np.linspace(left, right, count + 2)[1:-1], np.linspace(bottom, top, count + 2)[1:-1])
    points = np.column_stack([xs.ravel(), ys.ravel()])
    return np.asarray(points[shapely.contains_xy(area, points)])


@dataclass(frozen=True, eq=False)
class SeenUnit:
    """A unit of the packs that lies in sight: id, name, and how it lies on the page."""

    unit_id: str
    name: str
    page: PageUnit


@lru_cache(maxsize=VIEWS_KEPT)
def seen_units(level: int, view: MapView) -> tuple[SeenUnit, ...]:
    """Return the units of a level in sight, the largest on the page first."""
    frame = units(level)
    geometries = np.asarray(frame.geometry.array)
    near = np.flatnonzero(meets(shapely.bounds(geometries), view.window))
    ids, names = (frame[name].to_numpy(dtype=object)[near] for name in ("id", "name"))
    found = [
        SeenUnit(str(unit_id), str(name), PageUnit(on_page(shapely.get_parts(geometries[[row]]), view), view))
        for row, unit_id, name in zip(near, ids, names, strict=True)
    ]
    seen = [unit for unit in found if len(unit.page.polygons)]
    return tuple(sorted(seen, key=lambda unit: -unit.page.area))


@lru_cache(maxsize=VIEWS_KEPT)
def land_on(view: MapView) -> Any:
    """Return the land of all countries on the page as one geometry, prepared."""
    whole = shapely.union_all(on_page(shapely.get_parts(np.asarray(units(0).geometry.array)), view))
    shapely.prepare(whole)
    return whole
