"""What the browser is sent: the base once, units when they are in view or named, scenes, cards.

Everything is JSON; event text never passes through a template. Coordinates are whole
numbers of 0.0001°, each after the first as the difference to the one before, which
keeps the base small without moving a line by more than 6 m. Outlines of units that
touch are sent as arcs (:mod:`geodata.render.arcs`), so that no border is sent twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
import shapely

from geodata import boundaries, style
from geodata.errors import BoundaryError, UsageError
from geodata.render.arcs import Cut, cut_arcs, difference_steps, whole_numbers
from geodata.scene import Path, Scene
from geodata.store.frames import Frames, Series
from geodata.store.view import View

LEVELS = (1, 2)  # what a country's units are drawn as; deeper ones are sent by their ids alone
MAX_IDS = 50
MAX_PLACES = 3000

_SCALE = 10_000
_BASE_RANK = 2  # places of the base; a country's units bring the others
_SLIVER_DEG2 = 1e-4
# The name of a state is not written over these: whose they are is disputed.
_DISPUTED_UNITS = ("IN-JK", "IN-LA", "PK-JK", "PK-GB")
_LINES: tuple[Literal["borders", "disputed"], ...] = ("borders", "disputed")


def encode_parts(parts: Iterable[Any]) -> list[list[int]]:
    """Return coordinate arrays ``(n, 2)`` in degrees as flat lists of differences."""
    return [difference_steps(whole_numbers(part, _SCALE)) for part in parts]


def encode_polygon(geometry: Any) -> list[list[list[int]]]:
    """Return a polygon or multipolygon as parts of rings, outer ring first."""
    return [
        encode_parts(np.asarray(ring.coords)[:, :2] for ring in (part.exterior, *part.interiors))
        for part in getattr(geometry, "geoms", [geometry])
        if not part.is_empty
    ]


def encode_line(geometry: Any) -> list[list[int]]:
    """Return a line or multiline as its parts."""
    lines = [part for part in shapely.get_parts(geometry) if part.geom_type in ("LineString", "LinearRing")]
    return encode_parts(np.asarray(line.coords)[:, :2] for line in lines)


@lru_cache(maxsize=1)
def base_json() -> bytes:
    """Return the constant base as JSON: the world in outline, its largest places, the style.

    Land is what the countries fill, and the pieces in ``land`` that no country has.
    """
    frame = boundaries.load_units(0, resolution="screen")
    lines = {name: boundaries.load_basemap(name) for name in _LINES}
    along = [shape for name in _LINES for shape in lines[name].geometry]
    spare = _land_of_nobody(frame.geometry.values)
    cut = cut_arcs([*frame.geometry, *spare], scale=_SCALE, lines=along)
    places = boundaries.load_places()
    further = places[(places["kind"] == "town") & (places["rank"] > _BASE_RANK)]["iso3"].value_counts()
    payload: dict[str, Any] = {
        "scale": _SCALE,
        "style": style.as_json(),
        "arcs": [difference_steps(arc) for arc in cut.arcs],
        "units": [
            {**entry, "has": [*_counts(entry["id"]), int(further.get(entry["id"], 0))]}
            for entry in _entries(frame, cut)
        ],
        "land": [part for rings in cut.rings[len(frame) :] for part in rings],
        "lakes": [
            part for shape in boundaries.load_basemap("lakes").geometry for part in encode_polygon(shape)
        ],
        **_borders(lines, cut),
        "quiet": encode_polygon(_quiet_zone()),
        "places": _places(places[places["rank"] <= _BASE_RANK]),
    }
    return _dump(payload)


def units_json(country: str, level: int | None = None) -> bytes:
    """Return the units of a country as JSON, with their arcs and its further places.

    Parameters
    ----------
    country
        ISO 3166-1 alpha-3 code. A country without units at a level gives none.
    level
        1 provinces; 2 districts and counties, and the places that the base leaves out;
        ``None`` both.

    Returns
    -------
    bytes
        ``units`` refer to ``arcs`` by number; ``inner`` are the arcs between two units
        of each level, the only ones to be drawn as lines: an edge on the country's
        outline is a border or a coast, and a disputed line must not be drawn solid by
        the province behind it.

    Raises
    ------
    UsageError
        If the level is not drawn.
    BoundaryError
        If there is no such country.
    """
    if level is not None and level not in LEVELS:
        raise UsageError(
            "units of this level are not drawn",
            column="level",
            value=level,
            remedy="Use 1 or 2, or no level for both",
        )
    arcs: list[list[int]] = []
    units: list[dict[str, Any]] = []
    inner: dict[str, list[int]] = {}
    for wanted in LEVELS if level is None else (level,):
        frame = boundaries.load_units(wanted, resolution="screen", iso3=country)
        cut = cut_arcs(list(frame.geometry), scale=_SCALE)
        units += _entries(frame, cut, shift=len(arcs))
        inner[str(wanted)] = [len(arcs) + number for number, sides in enumerate(cut.sides) if len(sides) == 2]
        arcs += [difference_steps(arc) for arc in cut.arcs]
    payload: dict[str, Any] = {
        "scale": _SCALE,
        "country": country,
        "level": level,
        "arcs": arcs,
        "units": units,
        "inner": inner,
    }
    if level != 1:
        places = boundaries.load_places()
        places = places[
            (places["iso3"] == country) & (places["rank"] > _BASE_RANK) & (places["kind"] == "town")
        ]
        payload["places"] = _places(places.head(MAX_PLACES))
    return _dump(payload)


def named_units_json(ids: Sequence[str]) -> bytes:
    """Return units of any level and country by their ids, for the marks that name them.

    Raises
    ------
    UsageError
        If there are more than ``MAX_IDS``.
    BoundaryError
        If an id does not exist.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_IDS:
        raise UsageError(
            f"{len(wanted)} units were asked for at once", column="id", remedy=f"Ask for {MAX_IDS} at most"
        )
    return all_named_units_json(wanted)


def all_named_units_json(ids: Sequence[str]) -> bytes:
    """Return the same for any number of ids, each once.

    Raises
    ------
    BoundaryError
        If an id does not exist.
    """
    found = [boundaries.unit(unit_id) for unit_id in ids]
    cut = cut_arcs([boundaries.unit_geometry(unit.id, resolution="screen") for unit in found], scale=_SCALE)
    units = [
        {
            "id": unit.id,
            "level": unit.level,
            "country": unit.iso3,
            "name": unit.name,
            **_local(boundaries.local_name(unit.id)),
            "at": [round(unit.label_lon, 4), round(unit.label_lat, 4)],
            "km2": round(unit.area_km2),
            "rings": rings,
        }
        for unit, rings in zip(found, cut.rings, strict=True)
    ]
    return _dump({"scale": _SCALE, "arcs": [difference_steps(arc) for arc in cut.arcs], "units": units})


def _dump(payload: dict[str, Any]) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _entries(frame: Any, cut: Cut, *, shift: int = 0) -> list[dict[str, Any]]:
    """Return the units of a frame with their rings as numbers of arcs from ``shift`` on."""

    def moved(number: int) -> int:
        return number + shift if number >= 0 else number - shift

    return [
        {
            "id": row.id,
            "level": int(row.level),
            "country": row.iso3,
            "name": row.name,
            **_local(boundaries.local_name(row.id)),
            "at": [round(row.label_lon, 4), round(row.label_lat, 4)],
            "km2": round(row.area_km2),
            "rings": [[[moved(number) for number in ring] for ring in part] for part in cut.rings[position]],
        }
        for position, row in enumerate(frame.itertuples(index=False))
    ]


def _counts(country: str) -> tuple[int, int]:
    """Return how many provinces and districts a country has."""
    provinces = boundaries.children(country)
    districts = [unit for province in provinces for unit in boundaries.children(province.id)]
    return len(provinces), sum(unit.level == 2 for unit in districts)


def _land_of_nobody(countries: Any) -> list[Any]:
    """Return the pieces of land that no country has, for example the Siachen glacier."""
    land = shapely.coverage_union_all(boundaries.load_basemap("land").geometry.values)
    spare = shapely.difference(land, shapely.coverage_union_all(countries))
    return [part for part in shapely.get_parts(spare) if part.area > _SLIVER_DEG2]


def _borders(lines: dict[Any, pd.DataFrame], cut: Cut) -> dict[str, list[dict[str, Any]]]:
    """Return the lines between countries, each once, with the ids on its two sides.

    ``arcs`` are the pieces that run along an outline, ``path`` the others.
    """
    along: dict[int, list[int]] = {}
    for number, line in enumerate(cut.lines):
        if line >= 0:
            along.setdefault(line, []).append(number)
    sent: dict[str, list[dict[str, Any]]] = {}
    position = 0
    for name in _LINES:
        sent[name] = []
        for row in lines[name].itertuples(index=False):
            entry: dict[str, Any] = {"ids": [unit_id for unit_id in (row.a, row.b) if unit_id]}
            entry["arcs"] = along.get(position, [])
            if cut.rest[position]:
                entry["path"] = [difference_steps(piece) for piece in cut.rest[position]]
            sent[name].append(entry)
            position += 1
    return sent


def _quiet_zone() -> Any:
    """Return the area over which no country's name is written, coarse."""
    shapes = [
        boundaries.unit_geometry(unit_id, resolution="screen")
        for unit_id in _DISPUTED_UNITS
        if unit_id in boundaries.unit_ids()
    ]
    return shapely.simplify(shapely.union_all(shapes), 0.05)


def _places(places: pd.DataFrame) -> list[list[Any]]:
    """Return name, longitude, latitude, rank and kind of each place; then language and local name, if any."""
    texts = (places[name] for name in ("name", "name_local", "local_names", "kind"))
    columns = (places[name] for name in ("name", "longitude", "latitude", "rank", "kind"))
    return [
        [name, round(lon, 4), round(lat, 4), int(rank), kind, *(local or ())]
        for name, lon, lat, rank, kind, local in zip(
            *columns, boundaries.local_town_names(*texts), strict=True
        )
    ]


def _local(name: boundaries.LocalName | None) -> dict[str, boundaries.LocalName]:
    """Return language and local name as an entry has them, nothing where there is none."""
    return {"local": name} if name else {}


@lru_cache(maxsize=4096)
def _named(unit_id: str) -> dict[str, Any] | None:
    """Return country, level and bounds (west, south, east, north) of a unit; None for an unknown id."""
    try:
        unit = boundaries.unit(unit_id)
        shape = boundaries.unit_geometry(unit_id, resolution="screen")
    except BoundaryError:
        return None
    west, south, east, north = (round(float(side), 4) for side in shape.bounds)
    return {"country": unit.iso3, "level": unit.level, "bounds": [west, south, east, north]}


def _named_units(scene: Scene) -> dict[str, dict[str, Any]]:
    """Return what the browser must know of each unit that a mark names, before it has its outline."""
    areas = [mark.area for marks in (scene.areas, scene.origins, scene.sides) for mark in marks]
    areas += [mark.area for mark in scene.claimed if mark.area]
    return _about([*scene.focus, *scene.outlined, *areas])


def _about(ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    found = {unit_id: _named(unit_id) for unit_id in dict.fromkeys(ids)}
    return {unit_id: about for unit_id, about in found.items() if about is not None}


def scene_json(scene: Scene, view: View | None = None) -> bytes:
    """Return marks, legend and counts of a scene as JSON; with what a view of a store shows, if given."""
    payload = scene_payload(scene)
    return _dump(payload if view is None else {**payload, "view": _view_dict(view)})


def scene_payload(scene: Scene) -> dict[str, Any]:
    """Return a scene as plain data, ready for JSON."""
    return {
        "case": scene.case_id,
        "focus": [
            {"id": unit_id, "name": name, **_local(boundaries.name_with_country(unit_id))}
            for unit_id, name in zip(scene.focus, scene.focus_names, strict=True)
        ],
        "outlined": list(scene.outlined),
        "parties": {
            party.id: {"name": party.name, "colour": party.colour, "letter": party.letter}
            for party in scene.parties
        },
        "units": _named_units(scene),
        "areas": [{**_fields(mark), "count": mark.count} for mark in scene.areas],
        "origins": [{**_fields(mark), **_local(boundaries.local_name(mark.area))} for mark in scene.origins],
        "borders": [{**_fields(mark), "path": _encode_path(mark.path)} for mark in scene.borders],
        "lines": [
            {**_fields(mark), "path": _encode_path(mark.path), "width": style.line_width(mark.munitions)}
            for mark in scene.lines
        ],
        "wedges": [_fields(mark) for mark in scene.wedges],
        "points": [_fields(mark) for mark in scene.points],
        "sides": [_fields(mark) for mark in scene.sides],
        "claimed": [_fields(mark) for mark in scene.claimed],
        "legend": [_fields(entry) for entry in scene.legend],
        "titles": dict(scene.titles),
        "counts": scene.marginalia.counts,
        "disclaimer": scene.marginalia.disclaimer,
        "credits": list(scene.marginalia.credits),
        "placeless": scene.placeless,
        "live": scene.live,
    }


def view_json(view: View) -> bytes:
    """Return what a view of a store shows as JSON."""
    return _dump(_view_dict(view))


def _view_dict(view: View) -> dict[str, Any]:
    return {
        "points": [vars(mark) for mark in view.points],
        "cells": [vars(cell) for cell in view.cells],
        "areas": [{**vars(mark), "count": mark.count} for mark in view.areas],
        "unit_cells": [vars(cell) for cell in view.unit_cells],
        "flows": [vars(flow) for flow in view.flows],
        "rest": view.rest,
        "units": _about(mark.area for mark in view.areas),
        "titles": view.titles,
    }


def frames_json(frames: Frames) -> bytes:
    """Return the frames of a period as JSON; numbers of events as the frame of the first one and a list."""

    def numbers(series: Series) -> list[Any]:
        return [series.first, series.counts]

    return _dump(
        {
            "unit": frames.span.unit,
            "words": frames.span.words(),
            "totals": frames.totals,
            "placeless": frames.placeless,
            "ids": frames.ids,
            "first": frames.first,
            "last": frames.last,
            "cells": [[round(lon, 4), round(lat, 4), *numbers(one)] for lon, lat, one in frames.cells],
            "areas": [[unit, precision, *numbers(one)] for unit, precision, one in frames.areas],
            "unit_cells": [
                [round(lon, 4), round(lat, 4), *numbers(one)] for lon, lat, one in frames.unit_cells
            ],
            "flows": {key: numbers(one) for key, one in frames.flows},
            "whole": frames.is_whole,
        }
    )


def _fields(mark: Any) -> dict[str, Any]:
    """Return the fields of a mark, not copied: ``asdict`` would copy every point of every line."""
    return {name: getattr(mark, name) for name in _names(mark.__class__)}


@lru_cache(maxsize=32)
def _names(kind: type[object]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast(Any, kind)))


def _encode_path(path: Path) -> list[list[int]]:
    return encode_parts(np.asarray(part) for part in path)


def script_json(value: Any) -> str:
    r"""Return JSON that may stand in a folium template or a script: the one gate.

    folium compiles what it has rendered a second time, so a ``{{`` inside a text would
    run on the server. Inside strings the characters that open a template, a tag or an
    entity become ``\u`` escapes; JSON's own braces hold no pair that a template knows.
    """
    text = json.dumps(value, ensure_ascii=True, separators=(", ", ": "))
    out, in_string, skip = [], False, False
    for char in text:
        if skip:
            skip = False
        elif in_string and char == "\\":
            skip = True
        elif char == '"':
            in_string = not in_string
        elif in_string and char in "{}%<>&#'":
            out.append(f"\\u{ord(char):04x}")
            continue
        out.append(char)
    return "".join(out)
