"""KML 2.2: the features of the GeoJSON in folders, every cell of a row in its extended data.

No picture is named for a mark, since one would be fetched from another host: the kind of event is
told by the colour of the viewer's own mark, and by the column ``event_type``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

import shapely

from geodata.exports.shapes import Drawn, Feature, Shape, features_of
from geodata.exports.tables import Row, Tables, Value, metadata
from geodata.readers.own_export import FEATURE
from geodata.readers.xml_text import xml_coded
from geodata.style import EVENT_TYPE_WORDS, MUTED, STROKES

_FOLDERS = {"event": "Events", "attack": "Attacks", "claim": "Claimed positions"}
_DIGITS = 6  # of polygons and lines; a point stands as stated
# Marks have one shape in KML: only here does a colour tell the kind of event.
_TINTS = {
    "strike": "#C4342B",
    "attack": "#E07A1F",
    "bombing": "#8E2A6B",
    "clash": "#7A5C2E",
    "diplomatic": "#2F6DA8",
    "statement": "#5FA3C7",
    "other": "#6B7075",
}


def kml_bytes(tables: Tables) -> bytes:
    """Return UTF-8 text; what is not placed is a placemark without a geometry.

    Characters that XML lacks stand as ``_x000B_`` (:mod:`geodata.readers.xml_text`).
    """
    drawn = Drawn(tables)
    attackers = _attackers(tables)
    folders: dict[str, list[str]] = {kind: [] for kind in _FOLDERS}
    for feature in features_of(drawn):
        folders[feature.kind].append(_placemark(feature, attackers))
    about = metadata(tables, drawn.areas)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2">',
        "<Document>",
        f"<name>{_text(str(about.get('title', '')))}</name>",
        f"<description>{_text(_description(about))}</description>",
        *_styles(attackers, tables),
        _extended(about),
    ]
    for kind, placemarks in folders.items():
        if placemarks or kind == "event":
            lines += ["<Folder>", f"<name>{_FOLDERS[kind]}</name>", *placemarks, "</Folder>"]
    return "\n".join([*lines, "</Document>", "</kml>", ""]).encode()


def _description(about: Mapping[str, object]) -> str:
    """Return what a viewer shows of the file: its terms, in words."""
    named = ("generalised", "excerpt", "filters", "licence", "citation", "completeness", "database_notice")
    lines = [str(about[name]) for name in named if about.get(name)]
    credited = about.get("credits")
    lines += [str(credit["text"]) for credit in credited] if isinstance(credited, list) else []
    return "\n".join([*lines, str(about["disclaimer"])])


def _styles(attackers: Mapping[str, str], tables: Tables) -> Iterable[str]:
    outline = STROKES["event-area"]
    for kind in EVENT_TYPE_WORDS:
        tint = _TINTS[kind]
        yield (
            f'<Style id="{kind}"><IconStyle><color>{_colour(tint)}</color></IconStyle>'
            f"<LineStyle><color>{_colour(outline.colour)}</color><width>{outline.width}</width></LineStyle>"
            f"<PolyStyle><color>{_colour(tint, 0.2)}</color></PolyStyle></Style>"
        )
    yield (
        f'<Style id="claim"><IconStyle><color>{_colour(MUTED)}</color><scale>0.8</scale></IconStyle>'
        f"<LineStyle><color>{_colour(MUTED)}</color><width>1.5</width></LineStyle>"
        "<PolyStyle><fill>0</fill></PolyStyle></Style>"
    )
    for attacker, style in attackers.items():
        hue = _colour(tables.record.party(attacker).colour)
        yield f'<Style id="{style}"><LineStyle><color>{hue}</color><width>2</width></LineStyle></Style>'


def _attackers(tables: Tables) -> dict[str, str]:
    """Return the style of each attacker: a name may hold what no id may."""
    attacks = (attack for rows in tables.attacks.values() for attack in rows)
    names = sorted({str(attack["attacker"]) for attack in attacks})
    return {name: f"attack-{number}" for number, name in enumerate(names, start=1)}


def _placemark(feature: Feature, attackers: Mapping[str, str]) -> str:
    row = feature.row
    if feature.kind == "event":
        title, style = row["title"], str(row["event_type"])
    elif feature.kind == "attack":
        title, style = row["from_text"] or row["attacker"], attackers[str(row["attacker"])]
    else:
        title, style = row["words"], feature.kind
    cells: Row = {FEATURE: feature.kind, **{name: cell for name, cell in row.items() if name != FEATURE}}
    parts = [
        "<Placemark>",
        f"<name>{_text(str(title or feature.id))}</name>",
        f"<styleUrl>#{style}</styleUrl>",
        _extended(cells),
        _geometry(feature.shape),
        "</Placemark>",
    ]
    return "".join(parts)


def _extended(cells: Mapping[str, object]) -> str:
    data = (
        f'<Data name="{_attribute(name)}"><value>{_text(_cell(value))}</value></Data>'
        for name, value in cells.items()
    )
    return f"<ExtendedData>{''.join(data)}</ExtendedData>"


def _cell(value: Value | object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return (
        (json.dumps(value, ensure_ascii=False) if value else "") if isinstance(value, list) else repr(value)
    )


def _text(text: str) -> str:
    return escape(xml_coded(text))


def _attribute(text: str) -> str:
    # White space of an attribute comes back as spaces unless it is written as what it is.
    return escape(xml_coded(text), {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


def _colour(colour: str, opacity: float = 1.0) -> str:
    """Return ``#RRGGBB`` as KML has it: opacity, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}".lower()


def _geometry(shape: Shape) -> str:
    if shape is None:
        return ""
    if shape.geom_type == "Point":
        return f"<Point><coordinates>{shape.x!r},{shape.y!r}</coordinates></Point>"
    if shape.geom_type == "Polygon":
        return _polygon(shape)
    parts = [_polygon(part) if part.geom_type == "Polygon" else _line(part) for part in _parts(shape)]
    return parts[0] if len(parts) == 1 else f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"


def _parts(shape: Shape) -> list[Shape]:
    return list(shapely.get_parts(shape))


def _line(shape: Shape) -> str:
    return f"<LineString><tessellate>1</tessellate>{_coordinates(shape)}</LineString>"


def _polygon(shape: Shape) -> str:
    inner = "".join(
        f"<innerBoundaryIs><LinearRing>{_coordinates(ring)}</LinearRing></innerBoundaryIs>"
        for ring in shape.interiors
    )
    outer = f"<outerBoundaryIs><LinearRing>{_coordinates(shape.exterior)}</LinearRing></outerBoundaryIs>"
    return f"<Polygon>{outer}{inner}</Polygon>"


def _coordinates(shape: Shape) -> str:
    places = " ".join(f"{round(x, _DIGITS)!r},{round(y, _DIGITS)!r}" for x, y in shape.coords)
    return f"<coordinates>{places}</coordinates>"
