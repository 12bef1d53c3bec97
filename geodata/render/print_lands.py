"""Whose land a place on the page is, so that no words stand on the wrong side of a border."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries
from geodata.render.print_base import units
from geodata.render.print_units import land_on, page_unit
from geodata.render.projection import MapView
from geodata.scene import LonLat, Scene

Floats = npt.NDArray[np.float64]

# Samples across and up a box: enough for a corner on the wrong land to be seen.
SAMPLES = (7, 4)


class Lands:
    """The countries that a scene concerns: those of its events and of its parties."""

    def __init__(self, scene: Scene, view: MapView) -> None:
        self.view = view
        self._by_name = dict(zip(units(0)["name"], units(0)["id"], strict=True))
        found = [self.of_unit(area.area) for area in scene.areas]
        found += self._of_points([point.point for point in scene.points])
        found += [self.of_name(party.name) for party in scene.parties]
        self.concerned = tuple(sorted({country for country in found if country}))

    @staticmethod
    def _of_points(points: list[LonLat]) -> list[str]:
        """Return the countries that hold any of some points."""
        frame = units(0)
        spots = shapely.STRtree(shapely.points(np.asarray(points, dtype=float).reshape(-1, 2)))
        rows, _ = spots.query(np.asarray(frame.geometry.array), predicate="contains")
        return [str(frame["id"].iloc[row]) for row in np.unique(rows)]

    def of_unit(self, unit_id: str) -> str:
        """Return the country of a unit."""
        return boundaries.unit(unit_id).iso3

    def of_name(self, name: str) -> str:
        """Return the country of a name, empty for another party."""
        return str(self._by_name.get(name, ""))

    def of_point(self, point: LonLat) -> str:
        """Return the country of a point, empty at sea."""
        frame = units(0)
        rows = np.flatnonzero(shapely.contains_xy(np.asarray(frame.geometry.array), *point))
        return str(frame["id"].iloc[rows[0]]) if len(rows) else ""

    def shape(self, country: str) -> Any:
        """Return a country on the page, prepared."""
        return page_unit(country, self.view).whole

    @property
    def land(self) -> Any:
        """Return all land on the page, prepared."""
        return land_on(self.view)

    def share_abroad(self, boxes: npt.ArrayLike, home: str) -> Floats:
        """Return how much of each box lies on the land of another country that the scene concerns."""
        total = np.zeros(len(np.asarray(boxes).reshape(-1, 4)))
        for country in self.concerned:
            if country != home:
                total += share_on(boxes, self.shape(country))
        return total


def share_on(boxes: npt.ArrayLike, shape: Any) -> Floats:
    """Return how much of each ``(n, 4)`` box lies on a shape, 0 to 1."""
    wanted = np.asarray(boxes, dtype=float).reshape(-1, 4)
    across, up = (np.linspace(0, 1, count) for count in SAMPLES)
    fx, fy = (part.ravel() for part in np.meshgrid(across, up))
    x = wanted[:, :1] + (wanted[:, 2:3] - wanted[:, :1]) * fx
    y = wanted[:, 1:2] + (wanted[:, 3:4] - wanted[:, 1:2]) * fy
    return np.asarray(shapely.contains_xy(shape, x, y).mean(axis=1))
