"""Make the polygons of a foreign layer fit to draw and to join, and say what was done to which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata.boundaries.build_frames import area_km2, keep_polygons
from geodata.boundaries.layer import Repair
from geodata.boundaries.layer_place import equal_area
from geodata.errors import InputError
from geodata.report import RejectedRow, RowWarning

_SMALLEST_OVERLAP_KM2 = 0.01  # a hectare; what is smaller is the noise of two digitisers
_MOST_PAIRS = 60_000
_POLYGONS = ("Polygon", "MultiPolygon")
_COLLECTION = 7


@dataclass(frozen=True)
class Cleaned:
    """Polygons that can be used, and the balance of the others.

    ``kept`` are positions in the input, ``shapes`` their polygons (EPSG:4326, valid,
    two-dimensional, within ±180°); every other position has its entry in ``rejected``.
    """

    kept: npt.NDArray[np.int64]
    shapes: npt.NDArray[Any]
    rejected: tuple[RejectedRow, ...]
    warnings: tuple[RowWarning, ...]
    repairs: tuple[Repair, ...]


def clean_polygons(
    geometries: Any, *, names: list[str], file: str, faults: dict[int, str] | None = None
) -> Cleaned:
    """Return the usable polygons of a layer in degrees.

    Heights are dropped, invalid polygons repaired (their polygons are kept), outlines
    over the 180° meridian cut there. Rows without a polygon are rejected.

    Parameters
    ----------
    geometries
        Any geometries in longitude and latitude, None where a row has none.
    names
        The rows' names, for messages.
    file
        Name for messages.
    faults
        Reasons by position for rows whose geometry could not even be read.

    Raises
    ------
    InputError
        If most rows cannot be degrees at all: swapped axes or metres.
    """
    shapes = np.array(geometries, dtype=object)
    reasons: dict[int, tuple[str, str, str]] = {
        at: ("", reason, "Mend or leave out this feature") for at, reason in (faults or {}).items()
    }
    warnings: list[RowWarning] = []

    _reject_kinds(shapes, reasons, warnings)
    alive = _alive(shapes, reasons)
    high = alive[shapely.has_z(shapes[alive])]
    shapes[alive] = shapely.force_2d(shapes[alive])
    if len(high):
        warnings.append(RowWarning("z_dropped", "heights are not used and were dropped", _rows(high)))

    _reject_places(shapes, alive, reasons, file)
    alive = _alive(shapes, reasons)
    _cut_at_180(shapes, alive, warnings)
    repairs = _repair(shapes, alive, names, reasons)
    kept = _alive(shapes, reasons)
    rejected = tuple(
        RejectedRow(at + 1, "geometry", value, reason, remedy)
        for at, (value, reason, remedy) in sorted(reasons.items())
    )
    return Cleaned(kept, shapes[kept], rejected, tuple(warnings), tuple(repairs))


def _alive(shapes: npt.NDArray[Any], reasons: dict[int, Any]) -> npt.NDArray[np.int64]:
    return np.array([at for at in range(len(shapes)) if at not in reasons], dtype=np.int64)


def _rows(positions: Any) -> tuple[int, ...]:
    return tuple(int(at) + 1 for at in positions)


def _reject_kinds(
    shapes: npt.NDArray[Any], reasons: dict[int, tuple[str, str, str]], warnings: list[RowWarning]
) -> None:
    partly = []
    for at, shape in enumerate(shapes):
        if at in reasons:
            continue
        if shape is None or shape.is_empty:
            reasons[at] = ("", "has no geometry", "Draw the unit or leave out the row")
        elif shapely.get_type_id(shape) == _COLLECTION:
            polygons = [part for part in _leaves(shape) if part.geom_type == "Polygon"]
            if polygons:
                shapes[at] = shapely.MultiPolygon(polygons)
                partly.append(at)
            else:
                reasons[at] = (shape.geom_type, "holds no polygon", "A unit is a polygon")
        elif shape.geom_type not in _POLYGONS:
            reasons[at] = (
                shape.geom_type,
                f"is a {shape.geom_type}, and a unit is a polygon",
                "Leave points and lines out of the layer",
            )
    if partly:
        warnings.append(
            RowWarning("parts_dropped", "points and lines beside polygons were dropped", _rows(partly))
        )


def _leaves(shape: Any) -> list[Any]:
    if hasattr(shape, "geoms"):
        return [leaf for part in shape.geoms for leaf in _leaves(part)]
    return [shape]


def _reject_places(
    shapes: npt.NDArray[Any],
    alive: npt.NDArray[np.int64],
    reasons: dict[int, tuple[str, str, str]],
    file: str,
) -> None:
    """Reject what lies nowhere on Earth; refuse the file where that is the rule and not the exception."""
    coordinates, owner = shapely.get_coordinates(shapes[alive], return_index=True)
    x, y = coordinates[:, 0], coordinates[:, 1]
    broken = ~np.isfinite(x) | ~np.isfinite(y)
    outside = ~broken & ((np.abs(y) > 90 + 1e-6) | (np.abs(x) > 540))
    strange, firsts = np.unique(owner[outside], return_index=True)
    firsts = np.flatnonzero(outside)[firsts]
    if len(strange) and len(strange) * 2 >= len(alive):
        fits = np.abs(x[outside]).max() <= 90 and np.abs(y[outside]).max() <= 180
        first = int(firsts[0])
        raise InputError(
            "latitudes lie beyond 90°, as if longitude and latitude were swapped"
            if fits
            else "coordinates are no degrees, as if they were metres of a projection",
            file=file,
            row=int(alive[owner[first]]) + 1,
            column="geometry",
            value=f"{x[first]:.10g}, {y[first]:.10g}",
            remedy="Say that they are swapped (swap_axes=True), or mend the file: longitude comes first"
            if fits
            else 'Name the coordinate system, for example crs="EPSG:32642" for UTM zone 42 north',
        )
    for at in np.unique(owner[broken]):
        reasons[int(alive[at])] = (
            "",
            "has coordinates that are no numbers, or that cannot be placed on Earth",
            "Mend or leave out this unit",
        )
    for at, first in zip(strange, firsts, strict=True):
        reasons.setdefault(
            int(alive[at]),
            (f"{x[first]:.10g}, {y[first]:.10g}", "lies outside ±180° and ±90°", "Mend this unit"),
        )


# -- the 180° meridian ---------------------------------------------------------------------------


def _cut_at_180(shapes: npt.NDArray[Any], alive: npt.NDArray[np.int64], warnings: list[RowWarning]) -> None:
    bounds = shapely.bounds(shapes[alive])
    with np.errstate(invalid="ignore"):
        asked = (bounds[:, 0] < -180) | (bounds[:, 2] > 180) | (bounds[:, 2] - bounds[:, 0] > 180)
    cut = []
    for at in alive[asked]:
        turned = _unwrapped(shapes[at])
        if turned is not shapes[at] or turned.bounds[0] < -180 or turned.bounds[2] > 180:
            shapes[at] = _folded(turned)
            cut.append(at)
    if cut:
        warnings.append(
            RowWarning("crosses_180", "outlines beyond the 180° meridian were cut there", _rows(cut))
        )


def _unwrapped(shape: Any) -> Any:
    """Return a polygon whose rings no longer jump from one side of the world to the other.

    A step of more than 180° is read as the short way round. Edges between the two sides
    of the map itself, as below Antarctica, are none.
    """
    polygons = []
    changed = False
    for part in shapely.get_parts(shape):
        rings = []
        for ring in shapely.get_rings(part):
            xy = shapely.get_coordinates(ring)
            steps = np.diff(xy[:, 0])
            at_edge = np.abs(np.abs(xy[:, 0]) - 180) < 1e-9
            jumps = (np.abs(steps) > 180) & ~(at_edge[:-1] & at_edge[1:])
            turns = np.concatenate([[0], np.cumsum(np.where(jumps, -np.sign(steps), 0))])
            # A ring that does not come home goes round the pole and cannot be unwrapped.
            if jumps.any() and turns[-1] == 0:
                xy = np.column_stack([xy[:, 0] + 360 * turns, xy[:, 1]])
                changed = True
            rings.append(xy)
        outer = rings[0]
        for hole in rings[1:]:
            # Holes go where their outline went.
            hole[:, 0] += 360 * np.round((outer[:, 0].mean() - hole[:, 0].mean()) / 360)
        polygons.append(shapely.Polygon(outer, rings[1:]))
    if not changed:
        return shape
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _folded(shape: Any) -> Any:
    """Return a polygon brought back between -180° and 180°, in parts."""
    valid = shape if shape.is_valid else keep_polygons(shapely.make_valid(shape, method="structure"))
    pieces = []
    for turn in (-1, 0, 1):
        west = -180 + 360 * turn
        strip = shapely.intersection(valid, shapely.box(west, -91, west + 360, 91))
        piece = keep_polygons(shapely.transform(strip, lambda xy, by=360 * turn: xy - [by, 0]))
        if not piece.is_empty:
            pieces.append(piece)
    return keep_polygons(shapely.union_all(pieces)) if pieces else shapely.Polygon()


# -- validity ------------------------------------------------------------------------------------


def _repair(
    shapes: npt.NDArray[Any],
    alive: npt.NDArray[np.int64],
    names: list[str],
    reasons: dict[int, tuple[str, str, str]],
) -> list[Repair]:
    repairs = []
    for at in alive[~shapely.is_valid(shapes[alive])]:
        why = str(shapely.is_valid_reason(shapes[at]))
        before = area_km2(shapes[at])
        # "structure" keeps both lobes of a bow-tie and unites parts that overlap.
        mended = keep_polygons(shapely.make_valid(shapes[at], method="structure", keep_collapsed=False))
        if mended.is_empty:
            reasons[int(at)] = (why, "its outline encloses nothing", "Draw the unit anew")
            continue
        shapes[at] = mended
        repairs.append(Repair(int(at) + 1, names[at], why, round(before, 3), round(area_km2(mended), 3)))
    for at in alive[shapely.area(shapes[alive]) == 0]:
        reasons.setdefault(int(at), ("", "its outline encloses nothing", "Draw the unit anew"))
    return repairs


# -- overlaps ------------------------------------------------------------------------------------


def find_overlaps(shapes: npt.NDArray[Any], rows: npt.NDArray[np.int64]) -> RowWarning | None:
    """Return a warning with count and area (km²) of units that overlap each other, or None.

    Overlaps under a hectare are passed over. ``rows`` are the positions of the shapes in
    the file.
    """
    if len(shapes) < 2:
        return None
    # Edges that fit their neighbour's need no closer look: in a clean layer all of them.
    loose = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes)))
    if not len(loose):
        return None
    plane = equal_area(shapes[loose])
    first, second = shapely.STRtree(plane).query(plane, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    skipped = max(len(first) - _MOST_PAIRS, 0)
    first, second = first[:_MOST_PAIRS], second[:_MOST_PAIRS]
    areas = _common_areas(plane, first, second)
    real = areas >= _SMALLEST_OVERLAP_KM2
    if not real.any():
        return None
    touched = np.unique(np.concatenate([first[real], second[real]]))
    count = int(real.sum())
    more = f" ({skipped} pairs more were not looked at)" if skipped else ""
    return RowWarning(
        "overlaps",
        f"{count} {'pair of units overlaps' if count == 1 else 'pairs of units overlap'}, "
        f"together {areas[real].sum():,.2f} km²{more}; a point in two units gets the one it lies deepest in",
        _rows(rows[loose[touched]]),
    )


def _common_areas(plane: npt.NDArray[Any], first: Any, second: Any) -> npt.NDArray[np.float64]:
    try:
        common = shapely.intersection(plane[first], plane[second])
    except shapely.GEOSException:  # a projected polygon that its last digits made invalid
        mended = shapely.make_valid(plane)
        common = shapely.intersection(mended[first], mended[second])
    return np.asarray(shapely.area(common), dtype=np.float64) / 1e6
