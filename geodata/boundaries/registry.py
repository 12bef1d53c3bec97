"""Layers beside the packs that somebody uses now: fetched boundaries and a user's own.

A layer is known to the process as long as somebody holds its ``LayerInUse``; a session
that ends takes its own layers along. The ids of its units begin with the layer's key,
which nobody can guess who does not have the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import numpy as np
import shapely

from geodata.boundaries.model import Credit, Resolution, Unit

if TYPE_CHECKING:
    from geodata.boundaries.layer import BoundaryLayer

KEY_MARK = ":"  # ends the layer's key in the id of a unit; no id of the packs has one
_SCREEN_STEPS = 2_000  # parts of the layer's width that a line on screen may be off
_SCREEN_TOLERANCE_DEG = (0.0002, 0.012)
_SCREEN_DECIMALS = 4


@dataclass(frozen=True, eq=False)
class LayerInUse:
    """A layer with what it is used for.

    ``joins``: its units go before the packs' in the join, at the layer's level.
    ``is_focus``: its units are drawn as units in focus.
    """

    layer: BoundaryLayer
    joins: bool = True
    is_focus: bool = False

    @property
    def key(self) -> str:
        """The layer's key, with which the ids of its units begin."""
        return self.layer.key

    @property
    def credit(self) -> Credit:
        """What must be credited wherever the layer is drawn or named."""
        return self.layer.credit

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The units by id, without their geometry."""
        rows = self.layer.units.drop(columns="geometry").to_dict("records")
        return {str(row["id"]): Unit.of_row(row) for row in rows}

    @cached_property
    def _shapes(self) -> dict[Resolution, dict[str, Any]]:
        ids = self.layer.units["id"].tolist()
        accurate = np.asarray(self.layer.units.geometry.array, dtype=object)
        return {
            "join": dict(zip(ids, accurate, strict=True)),
            "screen": dict(zip(ids, _for_screen(accurate), strict=True)),
        }

    def geometry(self, unit_id: str, resolution: Resolution) -> Any:
        """Return a unit's polygon or multipolygon, EPSG:4326."""
        return self._shapes[resolution][unit_id]


def _for_screen(shapes: Any) -> Any:
    west, south, east, north = shapely.total_bounds(shapes)
    low, high = _SCREEN_TOLERANCE_DEG
    tolerance = float(np.clip(max(east - west, north - south) / _SCREEN_STEPS, low, high))
    if shapely.coverage_is_valid(shapes):
        thin = shapely.coverage_simplify(shapes, tolerance)
    else:
        thin = shapely.simplify(shapes, tolerance)
    thin = shapely.transform(thin, lambda xy: np.round(xy, _SCREEN_DECIMALS))
    # A unit smaller than the tolerance, or one that rounding broke, keeps its own outline.
    bad = ~shapely.is_valid(thin) | shapely.is_empty(thin)
    return np.where(bad, shapes, thin)


# One file may be in use by several sessions: the key stays known until the last lets go.
_IN_USE: dict[str, WeakSet[LayerInUse]] = {}


def use_layer(layer: BoundaryLayer, *, joins: bool = True, is_focus: bool = False) -> LayerInUse:
    """Make a layer's units known by id for as long as the returned object is held."""
    in_use = LayerInUse(layer, joins=joins, is_focus=is_focus)
    _IN_USE.setdefault(layer.key, WeakSet()).add(in_use)
    return in_use


def layer_by_key(key: str) -> LayerInUse | None:
    """Return a layer in use by its key, None where nobody uses it."""
    return next(iter(_IN_USE.get(key, ())), None)


def layer_of(unit_id: str) -> LayerInUse | None:
    """Return the layer in use that has the unit, None where there is none."""
    key, mark, _ = unit_id.partition(KEY_MARK)
    found = layer_by_key(key) if mark else None
    return found if found is not None and unit_id in found.units else None
