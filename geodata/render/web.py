"""What the browser is sent: the base once, the scene on every change, a card on demand.

Everything is JSON; event text never passes through a template. Coordinates are whole
numbers of 0.0001°, each after the first as the difference to the one before, which
keeps the base small without moving a line by more than 6 m.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import shapely

from geodata import boundaries, style
from geodata.scene import Path, Scene

_SCALE = 10_000
_LINE_LAYERS: tuple[Literal["coast", "disputed"], ...] = ("coast", "disputed")


def encode_parts(parts: Iterable[Any]) -> list[list[int]]:
    """Return coordinate arrays ``(n, 2)`` in degrees as flat lists of differences."""
    encoded = []
    for part in parts:
        whole = np.rint(np.asarray(part) * _SCALE).astype(np.int64)
        steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
        moved = np.any(steps != 0, axis=1)
        moved[0] = True
        encoded.append(steps[moved].ravel().tolist())
    return encoded


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
    """Return the constant base as JSON: units, land, water, lines, labels and style."""
    units = [unit for level in (0, 1, 2) for unit in _units(level)]
    payload: dict[str, Any] = {
        "scale": _SCALE,
        "style": style.as_json(),
        "land": [
            part for shape in boundaries.load_basemap("land").geometry for part in encode_polygon(shape)
        ],
        "lakes": [
            part for shape in boundaries.load_basemap("lakes").geometry for part in encode_polygon(shape)
        ],
        "borders": _borders("borders"),
        "disputed": _borders("disputed"),
        "units": units,
        "places": _places(),
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _borders(layer: Literal["borders", "disputed"]) -> list[dict[str, Any]]:
    """Return the lines between countries, each once, with the ids on its two sides."""
    return [
        {"ids": [unit_id for unit_id in (row.a, row.b) if unit_id], "path": encode_line(row.geometry)}
        for row in boundaries.load_basemap(layer).itertuples(index=False)
    ]


def _units(level: int) -> list[dict[str, Any]]:
    """Return the units of a level: polygons, and for provinces and districts their inner edges.

    An edge on the country's outline is not repeated: it is a border or a coast, and a
    disputed line must not be drawn solid by the province behind it.
    """
    frame = boundaries.load_units(level, resolution="screen")
    outlines = {
        row.id: row.geometry.boundary for row in boundaries.load_units(0, resolution="screen").itertuples()
    }
    units = []
    for row in frame.itertuples(index=False):
        unit: dict[str, Any] = {
            "id": row.id,
            "level": level,
            "country": row.iso3,
            "name": row.name,
            "at": [round(row.label_lon, 4), round(row.label_lat, 4)],
            "km2": round(row.area_km2),
            "rings": encode_polygon(row.geometry),
        }
        if level:
            inner = shapely.difference(row.geometry.boundary, outlines[row.iso3])
            unit["edges"] = encode_line(shapely.line_merge(inner)) if not inner.is_empty else []
        units.append(unit)
    return units


def _places() -> list[list[Any]]:
    places = boundaries.load_places(max_rank=4)
    return [
        [name, lon, lat, int(rank), kind]
        for name, lon, lat, rank, kind in places[
            ["name", "longitude", "latitude", "rank", "kind"]
        ].itertuples(index=False)
    ]


def scene_json(scene: Scene) -> bytes:
    """Return a scene's marks, legend and counts as JSON."""
    payload = {
        "case": scene.case_id,
        "focus": [
            {"id": unit_id, "name": name}
            for unit_id, name in zip(scene.focus, scene.focus_names, strict=True)
        ],
        "parties": {
            party.id: {"name": party.name, "colour": party.colour, "letter": party.letter}
            for party in scene.parties
        },
        "areas": [{**asdict(mark), "count": mark.count} for mark in scene.areas],
        "origins": [asdict(mark) for mark in scene.origins],
        "borders": [{**asdict(mark), "path": _encode_path(mark.path)} for mark in scene.borders],
        "lines": [{**asdict(mark), "path": _encode_path(mark.path)} for mark in scene.lines],
        "wedges": [asdict(mark) for mark in scene.wedges],
        "points": [asdict(mark) for mark in scene.points],
        "sides": [asdict(mark) for mark in scene.sides],
        "legend": [asdict(entry) for entry in scene.legend],
        "titles": dict(scene.titles),
        "counts": scene.marginalia.counts,
        "disclaimer": scene.marginalia.disclaimer,
        "credits": list(scene.marginalia.credits),
        "placeless": scene.placeless,
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


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
