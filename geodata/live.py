"""What a live map shows of very many events: few in the view as themselves, more as cells with counts.

The scene of a map holds every mark. Where thousands of points would be drawn it leaves them out,
and the map asks for what is in its view instead: what the browser draws does not grow with the case.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.filters import Bbox, EventFilter, apply_filter
from geodata.legend import CELL_WORDS, site_entries
from geodata.marginalia import event_counts
from geodata.record import Record
from geodata.scene import LegendEntry, PointMark, Scene
from geodata.scene_build import build_scene

# So many points a browser draws and moves without effort; from more on it asks for its view.
CELLS_FROM = 2_000
# So many in a view stand side by side; of more, those that share a square of the screen are one cell.
SINGLES = 300
CELL_PIXELS = 44
# Of a cell of so few events each can be chosen; of more, the map goes nearer.
_NAMED = 12
# Events that no zoom parts are listed all the same, up to so many.
_ONE_PLACE_DEG, _LISTED = 1e-5, 60
_TILE = 256
_WORLD_LAT = 85.05

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Cell:
    """Events that share a square of the screen.

    ``point`` is longitude and latitude of their middle in degrees, ``box`` holds them all.
    ``killed`` has the sums of the lowest and of the highest figures of those of the events that
    have one (``figures``); None where none has. ``ids`` are all events of a small cell, the first
    ones of a larger one at one place, and empty where the map has to go nearer.
    """

    point: tuple[float, float]
    box: Bbox
    count: int
    words: str
    figures: int
    killed: tuple[int, int] | None
    ids: tuple[str, ...]


@dataclass(frozen=True)
class View:
    """What a part of the map shows: single events, cells, and the titles of events that can be chosen."""

    points: tuple[PointMark, ...]
    cells: tuple[Cell, ...]
    titles: dict[str, str]


def _loose(record: Record, wanted: EventFilter) -> Mask:
    """Return which events are points without an attack: those that may be gathered."""
    keep = apply_filter(record, wanted) & (record.events["drawn_as"] == "point").to_numpy()
    if len(record.attacks):
        keep &= ~record.events["event_id"].isin(record.attacks["event_id"]).to_numpy()
    return np.asarray(keep)


def live_scene(record: Record, wanted: EventFilter, *, chosen: str = "") -> Scene:
    """Return the scene of a live map; ``live`` counts the points that are left to :func:`view_of`."""
    loose = _loose(record, wanted)
    count = int(np.count_nonzero(loose))
    if count <= CELLS_FROM:
        return build_scene(record, wanted, chosen=chosen)
    scene = build_scene(record.subset(~loose), wanted, chosen=chosen)
    shown = record.events[apply_filter(record, wanted)]
    counts = event_counts(Counter(shown["event_type"]))
    if scene.placeless:
        counts += f"; {scene.placeless} without a place, listed only"
    gathered = record.events.loc[loose, ["event_type", "location_precision"]].drop_duplicates()
    kinds = {(kind, precision == "unknown") for kind, precision in gathered.itertuples(index=False)}
    known = {entry.text for entry in scene.legend}
    entries = [LegendEntry("cell", CELL_WORDS), *(e for e in site_entries(kinds) if e.text not in known)]
    return replace(
        scene,
        live=count,
        legend=(*entries, *scene.legend),
        marginalia=replace(scene.marginalia, counts=counts),
    )


def view_of(record: Record, wanted: EventFilter, box: Bbox, zoom: float) -> View:
    """Return what a view shows of the points that :func:`live_scene` leaves out.

    Parameters
    ----------
    box
        West, south, east, north in degrees; west above east crosses 180°.
    zoom
        Leaflet's zoom. The squares are of :data:`CELL_PIXELS` at its whole part and stand
        where they stand: panning moves no event from one cell to another.
    """
    lon, lat = (record.events[name].to_numpy(dtype=float) for name in ("longitude", "latitude"))
    west, south, east, north = box
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    rows = np.flatnonzero(_loose(record, wanted) & across & (lat >= south) & (lat <= north))
    if rows.size <= SINGLES:
        return _singles(record, rows, ())
    squares = _squares(lon[rows], lat[rows], zoom)
    _, which, counts = np.unique(squares, return_inverse=True, return_counts=True)
    alone = counts[which] == 1
    order = np.argsort(which[~alone], kind="stable")
    gathered = rows[~alone][order]
    ends = np.cumsum(counts[counts > 1])
    cells = tuple(_cell(record, members) for members in np.split(gathered, ends[:-1]) if members.size)
    return _singles(record, rows[alone], cells)


def _squares(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], zoom: float) -> Rows:
    size = _TILE * 2 ** math.floor(zoom)
    x = (lon + 180) / 360 * size
    y = (1 - np.arcsinh(np.tan(np.radians(np.clip(lat, -_WORLD_LAT, _WORLD_LAT)))) / math.pi) / 2 * size
    across = math.ceil(size / CELL_PIXELS) + 1
    squares: Rows = (y // CELL_PIXELS).astype(np.int64) * across + (x // CELL_PIXELS).astype(np.int64)
    return squares


def _cell(record: Record, rows: Rows) -> Cell:
    events = record.events.iloc[rows]
    lon, lat = events["longitude"].to_numpy(dtype=float), events["latitude"].to_numpy(dtype=float)
    counts = event_counts(Counter(events["event_type"]))
    low, high = events["killed_low"].to_numpy(dtype=float), events["killed_high"].to_numpy(dtype=float)
    has_figure = ~np.isnan(low)
    figures = int(np.count_nonzero(has_figure))
    killed: tuple[int, int] | None = None
    words = f"{counts} near here"
    if figures:
        most = np.fmax(low, high)[has_figure]
        killed = int(low[has_figure].sum()), int(most.sum())
        span = f"{killed[0]:,}" if killed[0] == killed[1] else f"{killed[0]:,} to {killed[1]:,}"
        words += f"; {span} killed as claimed, over the {figures:,} that have a figure"
    box = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
    is_one_place = max(box[2] - box[0], box[3] - box[1]) < _ONE_PLACE_DEG
    listed = len(rows) if len(rows) <= _NAMED else _LISTED if is_one_place else 0
    if listed < len(rows) and is_one_place:
        words += f"; all at one place, of which the first {listed} are listed"
    ids = tuple(map(str, events["event_id"].iloc[:listed]))
    # A mean of equal numbers may differ from them in the last digit.
    middle = float(np.clip(lon.mean(), box[0], box[2])), float(np.clip(lat.mean(), box[1], box[3]))
    return Cell(middle, box, len(rows), words, figures, killed, ids)


def _singles(record: Record, rows: Rows, cells: tuple[Cell, ...]) -> View:
    keep = np.zeros(len(record.events), dtype=bool)
    keep[rows] = True
    points = build_scene(record.subset(keep), EventFilter()).points if rows.size else ()
    named = [event_id for mark in points for event_id in mark.ids]
    named += [event_id for cell in cells for event_id in cell.ids]
    titles = dict(zip(record.events["event_id"], record.events["title"], strict=True)) if named else {}
    return View(points, cells, {event_id: str(titles[event_id]) for event_id in named})


def view_dict(view: View) -> dict[str, Any]:
    """Return a view as plain data for JSON."""
    return {
        "points": [vars(mark) for mark in view.points],
        "cells": [vars(cell) for cell in view.cells],
        "titles": view.titles,
    }
